"""What a word is matched by: its lemmas. One function for indexing and asking, so that both always agree."""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import pymorphy3
import Stemmer

# Raise it whenever the same text would give other terms: check_search and rebuild_search compare it.
ANALYSER = 1

# Rarer readings of a form are noise: «стали» is a form of «стать» in 98 of 100 texts, of «сталь» in 2.
PLAUSIBLE = 0.01

_MARKS = "\u0300-\u036f\u00ad\u200b-\u200f\u2060\u202a-\u202e\ufeff"
_WORD = re.compile(rf"[^\W_]+(?:(?:[{_MARKS}]|['’ʼ`´′](?=[^\W_]))+[^\W_]*)*")
# Stress and other marks that are no part of a letter; й and ї are single characters after NFC.
_NOT_LETTERS = re.compile(rf"[{_MARKS}'’ʼ`´′]")
_NUMERIC_DATE = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?![\d]|\.\d)|(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
MONTHS = "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split()
_RUSSIAN = re.compile("[а-я]+")
_LATIN = re.compile("[a-z]+")
_ENGLISH_FUNCTION_WORDS = frozenset("the a an of and or in on at to for by with from".split())

_morphology = pymorphy3.MorphAnalyzer()
_stemmers = {"russian": Stemmer.Stemmer("russian"), "english": Stemmer.Stemmer("english")}
# PyStemmer's objects are not made for several threads; what they answer is cached.
_lock = threading.Lock()


class Word(NamedTuple):
    start: int
    end: int
    text: str
    """As compared: lower case, ё as е, no stress marks."""
    lemmas: tuple[str, ...]
    """The likeliest first."""


def words(text: str) -> Iterator[Word]:
    """The words of a text in order, with their places in it. A hyphen separates: «мастер-класс» is two words."""
    for match in _WORD.finditer(text):
        written, end = match[0], match.end()
        folded, forms = _read(written)
        if len(written) == 1 and written.isupper() and text[end : end + 1] == ".":
            forms = (f"{folded}.",)
        if folded:
            yield Word(match.start(), end, folded, forms)


_INITIAL = re.compile(r"(?<![^\W_])[^\W\d_]\.")


def readings(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """What `words` says but for the places, in half the time: an index is made of a hundred million words."""
    if _INITIAL.search(text):
        return [(word.text, word.lemmas) for word in words(text)]
    return [reading for reading in map(_read, _WORD.findall(text)) if reading[0]]


@lru_cache(maxsize=1 << 17)
def _read(written: str) -> tuple[str, tuple[str, ...]]:
    """The word as compared, and its lemmas."""
    folded = folded_word(written)
    return folded, lemmas(folded)


def folded_word(written: str) -> str:
    word = _NOT_LETTERS.sub("", unicodedata.normalize("NFC", written)).casefold().replace("ё", "е")
    return word.lstrip("0") or "0" if word.isdecimal() else word


def dates_in_words(text: str) -> str:
    """«09.06.2020» and «2020-06-09» as «9 июнь 2020», so that every way to write a day is the same words."""
    return _NUMERIC_DATE.sub(_in_words, text)


def _in_words(match: re.Match[str]) -> str:
    day, month, year = (int(part) for part in (match.groups()[:3] if match[1] else match.groups()[:2:-1]))
    return f"{day} {MONTHS[month - 1]} {year}" if 1 <= month <= 12 and 1 <= day <= 31 else match[0]


@lru_cache(maxsize=1 << 17)
def lemmas(word: str) -> tuple[str, ...]:
    """The dictionary forms a folded word may belong to; the stem for a word outside of the dictionary.

    What is not Russian stays as it is, but for English endings: a Ukrainian or Kazakh word has no Russian stem.
    """
    if _RUSSIAN.fullmatch(word):
        return _russian(word)
    if len(word) > 3 and _LATIN.fullmatch(word):
        return (stem(word),)
    return (word,)


def _russian(word: str) -> tuple[str, ...]:
    if not _morphology.word_is_known(word):
        # The dictionary guesses a different lemma for each form of an unknown surname, the stem is the same.
        return (stem(word),)
    likely: dict[str, float] = {}
    for parse in _morphology.parse(word):
        lemma = parse.normal_form.replace("ё", "е")
        likely[lemma] = likely.get(lemma, 0) + parse.score
    best = sorted(likely, key=lambda lemma: -likely[lemma])
    return tuple(lemma for lemma in best if likely[lemma] >= PLAUSIBLE) or (best[0],)


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    with _lock:
        return _stemmers["english" if _LATIN.fullmatch(word) else "russian"].stemWord(word)


@lru_cache(maxsize=1 << 14)
def is_function_word(word: str) -> bool:
    """Prepositions, conjunctions, particles: nobody looks for them."""
    if word in _ENGLISH_FUNCTION_WORDS:
        return True
    if not _RUSSIAN.fullmatch(word):
        return False
    return _morphology.parse(word)[0].tag.POS in ("PREP", "CONJ", "PRCL")


def is_surname(word: str) -> bool:
    return any("Surn" in parse.tag for parse in _parses(word)) or not _morphology.word_is_known(word)


def is_given_name(word: str) -> bool:
    return any("Name" in parse.tag or "Patr" in parse.tag for parse in _parses(word))


def _parses(word: str) -> list:
    return [parse for parse in _morphology.parse(word) if parse.score >= PLAUSIBLE] if _RUSSIAN.fullmatch(word) else []


# Adjectives that no rule gives.
_ADJECTIVES = {
    "москва": "московский", "орел": "орловский", "тверь": "тверской", "беларусь": "белорусский",
    "белоруссия": "белорусский", "киев": "киевский", "псков": "псковский", "карелия": "карельский",
}  # fmt: skip
_CITIES = {adjective: city for city, adjective in _ADJECTIVES.items()}


@lru_cache(maxsize=1 << 14)
def place_relatives(lemma: str) -> tuple[str, ...]:
    """«ульяновск» for «ульяновский» and the other way round: a library is named by the adjective of its city."""
    if not _RUSSIAN.fullmatch(lemma):
        return ()
    if lemma.endswith(("ский", "цкий", "ской")):
        return tuple(place for place in _places_of(lemma) if place == _CITIES.get(lemma) or _is_place(place))
    if not _is_place(lemma):
        return ()
    return tuple(word for word in _adjectives_of(lemma) if word == _ADJECTIVES.get(lemma) or _is_adjective(word))


def _adjectives_of(place: str) -> list[str]:
    if place in _ADJECTIVES:
        return [_ADJECTIVES[place]]
    if place.endswith(("ск", "цк")):
        return [f"{place}ий", f"{place}ой"]
    bases = [place[:-1]] if place[-1] in "аеиоуыэюя" else [place, place[:-1]]
    if place.endswith("ия"):
        bases.append(place[:-2])
    if place.endswith("ла"):
        bases.append(f"{place[:-1]}ь")
    return [base + ending for base in bases for ending in ("ский", "ской", "инский", "овский", "енский")]


def _places_of(adjective: str) -> list[str]:
    if adjective in _CITIES:
        return [_CITIES[adjective]]
    base = adjective[:-4]
    whole = adjective[:-2]
    places = [whole] + [base + ending for ending in ("", "ь", "а", "я", "о", "ы", "и", "ия")]
    for suffix in ("ин", "ов", "ен"):
        if base.endswith(suffix):
            places += [base[:-2] + ending for ending in ("", "а", "ь", "о", "я")]
    return places + ([f"{base[:-1]}а"] if base.endswith("ль") else [])


@lru_cache(maxsize=1 << 14)
def _is_place(lemma: str) -> bool:
    return any("Geox" in parse.tag and parse.normal_form.replace("ё", "е") == lemma for parse in _known(lemma))


def _is_adjective(lemma: str) -> bool:
    return any(parse.tag.POS == "ADJF" and parse.normal_form.replace("ё", "е") == lemma for parse in _known(lemma))


def _known(word: str) -> list:
    return _morphology.parse(word) if word and _morphology.word_is_known(word) else []


# The two keyboards, letter by letter. What is not a letter on one of them may be one on the other.
_ENGLISH_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_TO_RUSSIAN = str.maketrans(_ENGLISH_KEYS + '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>', _RUSSIAN_KEYS + _RUSSIAN_KEYS.upper())
_TO_ENGLISH = str.maketrans(_RUSSIAN_KEYS + _RUSSIAN_KEYS.upper(), _ENGLISH_KEYS + _ENGLISH_KEYS.upper())


def other_layout(chunk: str) -> str:
    """The chunk as if the other keyboard layout had been on: «,b,kbjntrf» → «библиотека», «ызщке» → "sport"."""
    return chunk.translate(_TO_ENGLISH if re.search("[а-яё]", chunk, re.IGNORECASE) else _TO_RUSSIAN)


# Latin spellings of Russian letters, from the longest; each with what it may stand for, the likeliest first.
_CYRILLIC = {
    "shch": ("щ",), "sch": ("щ", "сч"), "tch": ("ч",), "yo": ("е",), "jo": ("е",), "zh": ("ж",), "kh": ("х",),
    "ts": ("ц", "тс"), "ch": ("ч",), "sh": ("ш",), "yu": ("ю",), "ju": ("ю",), "iu": ("ю",), "ya": ("я",),
    "ja": ("я",), "ia": ("я", "ия"), "ye": ("е", "ые", "ье"), "je": ("е",), "ie": ("ие", "ье", "ъе"), "eh": ("э",),
    "iy": ("ий",), "ij": ("ий",), "yy": ("ый",), "yj": ("ый",), "ck": ("ск", "к"), "x": ("кс", "х"),
    "a": ("а",), "b": ("б",), "c": ("ц", "к", "с"), "d": ("д",), "e": ("е", "э"), "f": ("ф",), "g": ("г",),
    "h": ("х",), "i": ("и", "й"), "j": ("й", "ж"), "k": ("к",), "l": ("л", "ль"), "m": ("м",), "n": ("н", "нь"),
    "o": ("о",), "p": ("п",), "q": ("к",), "r": ("р",), "s": ("с",), "t": ("т", "ть"), "u": ("у",), "v": ("в",),
    "w": ("в",), "y": ("ы", "й", "ий"), "z": ("з",), "'": ("ь", ""),
}  # fmt: skip
_LATIN_PIECE = re.compile("|".join(sorted(_CYRILLIC, key=len, reverse=True)))
SPELLINGS = 64


def in_cyrillic(word: str) -> list[str]:
    """The Russian words a Latin one may spell, the likeliest first, at most SPELLINGS: "krupskaya" → «крупская»."""
    word = word.lower().replace("’", "'")
    pieces = _LATIN_PIECE.findall(word)
    if "".join(pieces) != word:
        return []
    spellings = [("", 0)]
    for piece in pieces:
        spellings = [
            (spelling + letters, cost + rank)
            for spelling, cost in spellings
            for rank, letters in enumerate(_CYRILLIC[piece])
        ]
        spellings = sorted(spellings, key=lambda one: one[1])[:SPELLINGS]
    return [spelling for spelling, _cost in spellings]
