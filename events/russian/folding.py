"""Folding: the form of a text in which all spellings that mean the same are equal, its sort key and index letter."""

import re
import unicodedata

# Zero-width characters, the soft hyphen and the stress mark carry no letters. Stress is only a mark over
# Cyrillic: after NFC the letters й and ї are single characters and stay what they are.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\u0300\u0301\u202a-\u202e]")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_QUOTES = re.compile('[«»„“”‟"‹›‚‘‛]')
_APOSTROPHES = re.compile("[’ʼ`´′]")
_SPACES = re.compile(r"\s+")
# Parts of regular expressions: signs inside a word that are no letters of it.
COMBINING_MARKS = "\u0300-\u036f\u00ad\u200b-\u200f\u2060\u202a-\u202e\ufeff"
APOSTROPHES = "'’ʼ`´′"
_NOT_LETTERS = re.compile(f"[{COMBINING_MARKS}{APOSTROPHES}]")


def fold_case(text: str) -> str:
    """Lower case with ё as е; every other way of folding begins here."""
    return text.casefold().replace("ё", "е")


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
    return word.lstrip("0") or "0" if word.isdecimal() else word


def sort_key(text: str) -> str:
    """The folded text from its first letter or digit on: «"Чтение" и время» stands under Ч."""
    return re.sub(r"^[^\w]+", "", fold(text))


def index_letter(text: str) -> str:
    """The capital under which a name stands in an А–Я index; "#" for what begins with no letter."""
    first = sort_key(text)[:1]
    return first.upper() if first.isalpha() else "#"
