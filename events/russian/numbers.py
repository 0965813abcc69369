"""Numerals in words: cardinal, ordinal and Roman."""

import re
from collections.abc import Sequence
from functools import lru_cache

from .morphology import lemma_of, parses

_ORDINALS = (
    "первый второй третий четвертый пятый шестой седьмой восьмой девятый десятый одиннадцатый двенадцатый тринадцатый"
    " четырнадцатый пятнадцатый шестнадцатый семнадцатый восемнадцатый девятнадцатый двадцатый"
).split()
ORDINALS = frozenset(_ORDINALS)
_ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split()
_ORDINAL_OF_ROMAN = dict(zip(_ROMAN, _ORDINALS, strict=True))
_ROMAN_OF = dict(zip(_ORDINALS, _ROMAN, strict=True)) | {str(n): roman for n, roman in enumerate(_ROMAN, 1)}
CARDINALS = {
    "двое": 2, "три": 3, "трое": 3, "четыре": 4, "четверо": 4, "пять": 5, "пятеро": 5, "шесть": 6, "семь": 7,
    "восемь": 8, "девять": 9, "десять": 10, "одиннадцать": 11, "двенадцать": 12, "тринадцать": 13, "четырнадцать": 14,
    "пятнадцать": 15, "шестнадцать": 16, "семнадцать": 17, "восемнадцать": 18, "девятнадцать": 19, "двадцать": 20,
    "тридцать": 30, "сорок": 40, "пятьдесят": 50, "шестьдесят": 60, "семьдесят": 70, "восемьдесят": 80,
    "девяносто": 90, "сто": 100, "двести": 200, "триста": 300, "четыреста": 400, "пятьсот": 500, "шестьсот": 600,
    "семьсот": 700, "восемьсот": 800, "девятьсот": 900,
}  # fmt: skip


def cardinal(words: Sequence[str]) -> tuple[int, int]:
    """The number with which the words begin, in any case, and how many of them it takes; (0, 0) if none does.

    «двухсот пятидесяти специалистов» → (250, 2).
    """
    value, below = 0, 1000
    for taken, word in enumerate(words):
        part = _cardinal(word)
        # «двести пятьдесят», not «пять двести»; «десять» and «пятнадцать» take no units.
        if not part or part >= below:
            return value, taken
        value += part
        below = 100 if part >= 100 else 10 if part >= 20 else 1
    return value, len(words)


@lru_cache(maxsize=1 << 12)
def _cardinal(word: str) -> int:
    if word in CARDINALS:
        return CARDINALS[word]
    numerals = (lemma_of(parse) for parse in parses(word) if parse.tag.POS == "NUMR")
    return next((CARDINALS[lemma] for lemma in numerals if lemma in CARDINALS), 0)


def other_numerals(lemma: str) -> tuple[str, ...]:
    """How else a number may stand in a title: «третий» and «3» as III, III as «третий»."""
    return tuple(names[lemma] for names in (_ORDINAL_OF_ROMAN, _ROMAN_OF) if lemma in names)


def _genitive(ordinal: str) -> str:
    return "третьего" if ordinal == "третий" else f"{ordinal[:-2]}ого"


_GENITIVES = [_genitive(ordinal) for ordinal in _ORDINALS]
# «первого», «двадцать первого»: the day of a month by its ordinal in the genitive.
DAYS_OF_MONTH = {
    ordinal: day
    for day, ordinal in enumerate(
        [*_GENITIVES, *(f"двадцать {unit}" for unit in _GENITIVES[:9]), "тридцатого", "тридцать первого"], 1
    )
}

_DIGITS = re.compile(r"(\d{1,4})([-–]?[а-яё]{0,3}\.?)")
_ROMAN_DIGITS = {
    "m": 1000, "cm": 900, "d": 500, "cd": 400, "c": 100, "xc": 90, "l": 50, "xl": 40, "x": 10, "ix": 9, "v": 5,
    "iv": 4, "i": 1,
}  # fmt: skip


def next_ordinal(printed: str) -> str:
    """The ordinal after one as printed, in its spelling: XII → XIII, «4-е» → «5-е», «четвёртая» → «пятая».

    "" for what is no ordinal up to 19 in one word, or no number up to 3998.
    """
    text = printed.strip()
    if match := _DIGITS.fullmatch(text):
        return f"{int(match[1]) + 1}{match[2]}"
    if number := _from_roman(text.lower()):
        following = _to_roman(number + 1)
        return following.upper() if text.isupper() else following
    return _next_word(text)


def following_title(title: str) -> str:
    """The title with the ordinal that it begins with followed by the next: «IV чтения» → «V чтения».

    A plain number is left: «100 лет библиотеке» counts something else.
    """
    first, space, rest = title.partition(" ")
    following = "" if first.isdecimal() else next_ordinal(first)
    return f"{following}{space}{rest}" if following else title


def _from_roman(text: str) -> int:
    """The value of a Roman numeral, 0 of anything else."""
    number, rest = 0, text
    for digits, value in _ROMAN_DIGITS.items():
        while rest.startswith(digits):
            number, rest = number + value, rest[len(digits) :]
    return number if 0 < number < 3999 and _to_roman(number) == text else 0


def _to_roman(number: int) -> str:
    roman = ""
    for digits, value in _ROMAN_DIGITS.items():
        roman += digits * (number // value)
        number %= value
    return roman


def _next_word(text: str) -> str:
    for parse in parses(text.lower()):
        lemma = lemma_of(parse)
        if "Anum" not in parse.tag or lemma not in _ORDINALS[:-1]:
            continue
        following = next(one for one in parses(_ORDINALS[_ORDINALS.index(lemma) + 1]) if "Anum" in one.tag)
        wanted = {str(gram) for gram in (parse.tag.gender, parse.tag.number, parse.tag.case) if gram}
        if form := following.inflect(wanted):
            return form.word.capitalize() if text[0].isupper() else form.word
    return ""
