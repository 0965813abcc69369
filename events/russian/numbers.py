"""Numerals in words: cardinal, ordinal and Roman."""

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
    "восемь": 8, "девять": 9, "десять": 10, "одиннадцать": 11, "двенадцать": 12, "пятнадцать": 15, "двадцать": 20,
    "тридцать": 30, "сорок": 40, "пятьдесят": 50, "сто": 100, "двести": 200, "триста": 300,
}  # fmt: skip


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
