"""Folding: the form of a text in which all spellings that mean the same are equal, its sort key and index letter."""

import re
import unicodedata

# Zero-width characters, the soft hyphen and the stress mark carry no letters. Stress is only a mark over
# Cyrillic: after NFC the letters й and ї are single characters and stay what they are.
_NO_LETTERS = "\u00ad\u200b-\u200f\u2060\ufeff\u202a-\u202e"
_INVISIBLE = re.compile(f"[{_NO_LETTERS}\u0300\u0301]")
# All but stress, which somebody writes: pages and office programs put these in to break lines.
_UNWRITTEN = re.compile(f"[{_NO_LETTERS}]")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_QUOTES = re.compile('[«»„“”‟"‹›‚‘‛]')
_APOSTROPHES = re.compile("[’ʼ`´′]")
_SPACES = re.compile(r"\s+")
# Parts of regular expressions: signs inside a word that are no letters of it.
COMBINING_MARKS = "\u0300-\u036f\u00ad\u200b-\u200f\u2060\u202a-\u202e\ufeff"
APOSTROPHES = "'’ʼ`´′"
_NOT_LETTERS = re.compile(f"[{COMBINING_MARKS}{APOSTROPHES}]")
# Latin letters that keyboards lack, as people type them; those with a mark over or below lose it.
_PLAIN = str.maketrans({"đ": "d", "ð": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ħ": "h"})
_MARKED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "đ": "dj"})
# Letters that look alike, Cyrillic and Latin.
CYRILLIC_ALIKE, LATIN_ALIKE = "асехорукмнтвіј", "acexopykmhtbij"
_TO_LATIN = str.maketrans(CYRILLIC_ALIKE, LATIN_ALIKE)
_TO_CYRILLIC = str.maketrans(LATIN_ALIKE, CYRILLIC_ALIKE)
_CYRILLIC_LETTER, _LATIN_LETTER = re.compile("[\u0400-\u04ff]"), re.compile("[a-z]")
# Languages that are called by a letter and a sign, which no index has.
SIGNED_NAME = r"[CcСс](?:\+\+|#)(?![^\W_])"
_SIGNED = {"c++": "cplusplus", "c#": "csharp"}


def fold_case(text: str) -> str:
    """Lower case with ё as е; every other way of folding begins here."""
    return text.casefold().replace("ё", "е")


def without_invisible(text: str) -> str:
    """The text as it is seen: «Сочин\u00adский» with a soft hyphen is one word."""
    return _UNWRITTEN.sub("", text)


def fold(text: str) -> str:
    """The text as it is compared: case, ё, quotes, dashes, stress marks and spacing make no difference.

    SQLite neither lowers Cyrillic nor knows that ё is sorted as е, so folded columns do it for both databases.
    """
    text = unicodedata.normalize("NFC", text).replace("\x00", "")
    text = _INVISIBLE.sub("", text)
    text = _DASHES.sub("-", text)
    text = _QUOTES.sub("", text)
    text = _APOSTROPHES.sub("'", text)
    return fold_case(_SPACES.sub(" ", text).strip())


def fold_word(word: str) -> str:
    """A single word as it is compared: besides, without apostrophes, combining marks and leading zeros."""
    word = fold_case(_NOT_LETTERS.sub("", unicodedata.normalize("NFC", word)))
    if word.isascii():
        return _SIGNED.get(word) or (word.lstrip("0") or "0" if word.isdecimal() else word)
    if word[-1:] in "+#":
        return _SIGNED.get(word.translate(_TO_LATIN), word)
    return in_one_alphabet(_MARKED.sub(_without_mark, word.translate(_PLAIN)))


def spelled_out(word: str) -> str:
    """A Latin word with two letters for one that keyboards lack, folded: «Müller» is typed as "Mueller", too."""
    return fold_word(fold_case(unicodedata.normalize("NFC", word)).translate(_SPELLED_OUT))


def _without_mark(letter: re.Match[str]) -> str:
    return unicodedata.normalize("NFD", letter[0])[0]


def in_one_alphabet(word: str) -> str:
    """A folded word of both alphabets in the one that all its letters have by looks, first that of most of them."""
    cyrillic, latin = len(_CYRILLIC_LETTER.findall(word)), len(_LATIN_LETTER.findall(word))
    if not (cyrillic and latin):
        return word
    tables = (_TO_CYRILLIC, _TO_LATIN) if cyrillic >= latin else (_TO_LATIN, _TO_CYRILLIC)
    for other in map(word.translate, tables):
        if not (_CYRILLIC_LETTER.search(other) and _LATIN_LETTER.search(other)):
            return other
    return word


def lookalike(word: str) -> str:
    """The word in the other alphabet, if all its letters have one that looks the same there; else "". Digits stay."""
    folded = fold_case(word)
    used = {letter for letter in folded if not letter.isdecimal()}
    for letters, table in ((CYRILLIC_ALIKE, _TO_LATIN), (LATIN_ALIKE, _TO_CYRILLIC)):
        if used and used <= set(letters):
            return folded.translate(table)
    return ""


def sort_key(text: str) -> str:
    """The folded text from its first letter or digit on: «"Чтение" и время» stands under Ч."""
    return re.sub(r"^[^\w]+", "", fold(text))


def index_letter(text: str) -> str:
    """The capital under which a name stands in an А–Я index; "#" for what begins with no letter."""
    first = sort_key(text)[:1]
    return first.upper() if first.isalpha() else "#"
