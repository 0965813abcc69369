"""Dates and times in running text, in the precision they are given.

«24–25 мая», «с 21 по 24 мая», «в июле — сентябре», «первого июня 2016 г.», 07.12.2022.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from .dates import ENGLISH_MONTHS, GENITIVES, MONTH_NAMES, MONTHS, PartialDate, month_number
from .lemmatization import lemmatize
from .numbers import DAYS_OF_MONTH

# «январь», «января», «январе»: by the form, the longer ones first.
_MONTH_FORMS = {
    form: number
    for number, (nominative, genitive) in enumerate(zip(MONTHS, GENITIVES, strict=True), 1)
    for form in (genitive, f"{genitive[:-1]}е", nominative)
}
MONTH = f"(?:{'|'.join(_MONTH_FORMS)})"
_SP = r"[\s\u00a0]*"
_GAP = r"[\s\u00a0]+"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:-?го|-?е)?"
_TO = rf"{_SP}[-–—−‒]+{_SP}"
# «5 мая (понедельник) 2025 года»
_WEEKDAY = rf"(?:\([а-я]+\){_GAP})?"
_YEAR = rf"(?:,?{_GAP}{_WEEKDAY}(?P<year>(?:1[89]|20)\d\d)(?:{_SP}-?(?:года|году|год|г\b\.?|гг\.?))?)?"

_DAYS_IN_MONTH = re.compile(
    rf"(?<![\d.,:])(?P<days>{_DAY}(?:(?:{_TO}|{_SP},{_SP}|{_GAP}и{_GAP}|{_SP},{_SP}и{_GAP}){_DAY}){{0,6}}){_SP}(?P<month>{MONTH})\b{_YEAR}",
    re.IGNORECASE,
)
_FROM_TO_IN_MONTH = re.compile(
    rf"\b(?P<from>со?{_GAP}(?P<one>{_DAY}){_GAP}по{_GAP}(?P<two>{_DAY}){_SP}(?P<month>{MONTH})\b){_YEAR}",
    re.IGNORECASE,
)
_FROM_TO = re.compile(
    rf"(?:\bсо?{_GAP})?(?<![\d.])(?P<one>{_DAY}){_SP}(?P<month>{MONTH})(?:,?{_GAP}(?P<year1>(?:19|20)\d\d)(?:{_SP}(?:года|г\b\.?))?)?"
    rf"(?:{_GAP}по{_GAP}|{_TO}){_SP}(?P<two>{_DAY}){_SP}(?P<month2>{MONTH})\b{_YEAR}",
    re.IGNORECASE,
)
_MONTHS = re.compile(
    rf"\b(?:в{_GAP}|со?{_GAP})?(?P<month>{MONTH})(?:{_TO}|{_GAP}по{_GAP})(?P<month2>{MONTH})\b{_YEAR}", re.IGNORECASE
)
# «9 июн 2020», «3 сент. 2021 г.»; «мар» and «май» begin other words as well, so that they need a year.
_SHORT_MONTHS = {form[:length]: number for form, number in _MONTH_FORMS.items() for length in (3, 4) if number != 5}
_SHORT_MONTH = re.compile(
    rf"(?<![\d.,:])(?P<day>{_DAY}){_SP}(?P<month>{'|'.join(sorted(_SHORT_MONTHS, reverse=True))})\b\.?"
    rf"{_GAP}(?P<year>20\d\d)\b(?:{_SP}-?(?:года|г\b\.?))?",
    re.IGNORECASE,
)
_MONTH_ALONE = re.compile(
    rf"\bво?{_GAP}(?:начале{_GAP}|конце{_GAP}|середине{_GAP})?(?P<month>{MONTH})\b{_YEAR}"
    rf"|(?<!\d )(?<!\d)\b(?P<month3>{MONTH}){_GAP}(?P<year3>20\d\d)(?:{_SP}(?:года|г\b\.?))?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"\b(?P<month>{MONTH}){_GAP}(?P<day>\d{{1,2}}),{_GAP}(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE
)
_NUMERIC = re.compile(
    r"(?<![\d.:/])(?:(?P<first>[0-3]?\d)\s?[-–—]\s?)?(?P<day>[0-3]?\d)\.(?P<month>[01]?\d)\.(?P<year>(?:19|20)\d\d)"
    r"(?:\s*[-–—]\s*(?P<day2>[0-3]?\d)\.(?P<month2>[01]?\d)\.(?P<year2>(?:19|20)\d\d))?(?![\d])(?:\s*(?:года|г\b\.?))?"
)
# «08.05.21»: two figures each.
_SHORT_YEAR = re.compile(
    r"(?<![\d.:/-])(?P<day>[0-3]\d)\.(?P<month>[01]\d)\.(?P<year>[1-3]\d)(?![\d.:/-]\d|\d)(?:\s*г\b\.?)?"
)
# «специальность 09.02.11», «код 10.02.15» are no days.
_CODE = re.compile(r"(?:специальност|направлени|подготовк|профил|\bкод)\w*[\s:«(]*(?:\w+\s)?$", re.IGNORECASE)
_ISO = re.compile(r"(?<![\d-])(?P<year>20\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?![\d-])")
_SLASHED = re.compile(r"(?<![\d/])(?P<day>[0-3]?\d)/(?P<month>[01]\d)/(?P<year>20\d\d)(?![\d/])")
_ENGLISH_MONTH = f"(?:{'|'.join(ENGLISH_MONTHS)})"
_ENGLISH = re.compile(
    rf"\b(?:(?P<month>{_ENGLISH_MONTH}) (?P<day>\d{{1,2}})|(?P<day2>\d{{1,2}}) (?P<month2>{_ENGLISH_MONTH}))"
    r"(?:,? (?P<year>20\d\d))?\b"
)
_TIME = re.compile(
    r"(?:\b(?:в|с|начало(?: в)?|к)\s+|\bначало[:\s–—-]+|[–—]\s*)(?P<hour>[012]?\d)(?:[:.\-](?P<minute>[0-5]\d))?"
    r"(?:\s*(?:час(?:ов|а)?|ч)\b\.?)?(?:\s*(?P<minute2>[0-5]\d)\s*мин(?:ут[аы]?)?\b\.?)?(?P<zone>\s*(?:\(?(?:по\s+\w+скому(?:\s+времени)?|время\s+\w+ское|мск|МСК(?:[+-]\d)?|msk)\)?)?)",
    re.IGNORECASE,
)

_UNITS = "|".join(ordinal for ordinal in DAYS_OF_MONTH if " " not in ordinal)
_DAY_IN_WORDS = re.compile(
    rf"\b(?P<day>(?:двадцать\s+|тридцать\s+)?(?:{_UNITS})){_GAP}(?P<month>{MONTH})\b{_YEAR}", re.IGNORECASE
)
# What follows makes the number part of a date, a percentage or a decimal.
_NO_TIME = re.compile(rf"\s*(?:{MONTH}|\d|%|\.\d)")
# Dates that are indexed as words.
_NUMERIC_DATE = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?![\d]|\.\d)|(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_DIGIT = re.compile(r"\d")

Days = tuple[PartialDate, PartialDate | None]


@dataclass(frozen=True)
class DateExpression:
    """One statement of a date at characters [start, end): several `days` if they are separate, one pair for a run."""

    start: int
    end: int
    days: tuple[Days, ...]

    @property
    def has_day(self) -> bool:
        return self.days[0][0].day is not None

    @property
    def year(self) -> int | None:
        return self.days[0][0].year

    def with_year(self, year: int | None) -> "DateExpression":
        """The same days, in this year where they state none."""
        days = tuple((_in_year(first, year), last and _in_year(last, year)) for first, last in self.days)
        return replace(self, days=days)


def _in_year(date: PartialDate, year: int | None) -> PartialDate:
    return PartialDate(date.year or year, date.month, date.day)


@dataclass(frozen=True)
class TimeExpression:
    """A time of day at characters [start, end): "11:00" and the zone in words."""

    start: int
    end: int
    time: str
    zone: str


def find_dates(text: str) -> list[DateExpression]:
    """Every date of the text in its order; where two readings overlap, the longer one."""
    found: list[DateExpression] = []
    taken = bytearray(len(text) + 1)
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            start, end = match.start(), len(text[: match.end()].rstrip(" ,"))
            if any(taken[start:end]):
                continue
            try:
                days = read(match)
            except ValueError:
                continue
            if days:
                taken[start:end] = b"\x01" * (end - start)
                found.append(DateExpression(start, end, tuple(days)))
    return sorted(found, key=lambda date: (date.start, date.end))


def find_times(text: str) -> list[TimeExpression]:
    """Every time of day; a bare hour only where the text says that it is one."""
    found = []
    for match in _TIME.finditer(text):
        minute = match["minute"] or match["minute2"]
        if not minute and "час" not in match[0] and not match["zone"].strip():
            continue
        hour = int(match["hour"])
        if hour < 24 and not _NO_TIME.match(text, match.end()):
            time = f"{hour:02}:{minute or '00'}"
            found.append(TimeExpression(match.start("hour"), match.end(), time, match["zone"].strip(" ()")))
    return found


def _month(word: str) -> int:
    return _MONTH_FORMS[word.lower()]


def _day(text: str) -> int:
    return int(re.match(r"\d+", text)[0])  # type: ignore[index]


def _year(text: str | None) -> int | None:
    return int(text) if text else None


def _days_in_month(match: re.Match[str]) -> list[Days]:
    year, month = _year(match["year"]), _month(match["month"])
    runs = re.split(r"\s*,\s*и\s+|\s*,\s*|\s+и\s+", match["days"].strip())
    found: list[Days] = []
    for run in runs:
        first, *rest = re.split(r"\s*[-–—−‒]+\s*(?=\d)", run)
        start = PartialDate(year, month, _day(first))
        end = PartialDate(year, month, _day(rest[-1])) if rest else None
        if end and end.day <= start.day:
            return []
        found.append((start, end))
    if len(found) == 2 and not any(end for _, end in found) and found[1][0].day == found[0][0].day + 1:
        # «25 и 26 мая» are two days of one event in a row.
        return [(found[0][0], found[1][0])]
    return found


def _from_to_in_month(match: re.Match[str]) -> list[Days]:
    year, month = _year(match["year"]), _month(match["month"])
    return [(PartialDate(year, month, _day(match["one"])), PartialDate(year, month, _day(match["two"])))]


def _from_to(match: re.Match[str]) -> list[Days]:
    year = _year(match["year"])
    start = PartialDate(_year(match["year1"]) or year, _month(match["month"]), _day(match["one"]))
    return [(start, PartialDate(year, _month(match["month2"]), _day(match["two"])))]


def _day_in_words(match: re.Match[str]) -> list[Days]:
    day = DAYS_OF_MONTH.get(" ".join(match["day"].lower().split()))
    return [(PartialDate(_year(match["year"]), _month(match["month"]), day), None)] if day else []


def _months(match: re.Match[str]) -> list[Days]:
    year = _year(match["year"])
    return [(PartialDate(year, _month(match["month"])), PartialDate(year, _month(match["month2"])))]


def _month_alone(match: re.Match[str]) -> list[Days]:
    if match["month3"]:
        return [(PartialDate(int(match["year3"]), _month(match["month3"])), None)]
    return [(PartialDate(_year(match["year"]), _month(match["month"])), None)]


def _numeric(match: re.Match[str]) -> list[Days]:
    start = PartialDate(int(match["year"]), int(match["month"]), int(match["day"]))
    if match["first"] and int(match["first"]) < start.day and not match["day2"]:
        # «16-18.12.2025»
        return [(PartialDate(start.year, start.month, int(match["first"])), start)]
    end = PartialDate(int(match["year2"]), int(match["month2"]), int(match["day2"])) if match["day2"] else None
    return [(start, end)]


def _one_day(match: re.Match[str]) -> list[Days]:
    return [(PartialDate(int(match["year"]), int(match["month"]), int(match["day"])), None)]


def _short_month(match: re.Match[str]) -> list[Days]:
    month = _SHORT_MONTHS[match["month"].lower()]
    return [(PartialDate(int(match["year"]), month, _day(match["day"])), None)]


def _short_year(match: re.Match[str]) -> list[Days]:
    if _CODE.search(match.string, max(0, match.start() - 40), match.start()):
        return []
    return [(PartialDate(2000 + int(match["year"]), int(match["month"]), int(match["day"])), None)]


def _month_first(match: re.Match[str]) -> list[Days]:
    return [(PartialDate(int(match["year"]), _month(match["month"]), int(match["day"])), None)]


def _english(match: re.Match[str]) -> list[Days]:
    month = month_number(match["month"] or match["month2"])
    return [(PartialDate(_year(match["year"]), month, int(match["day"] or match["day2"])), None)]


# The longer readings first: what one has taken the next leaves alone.
_READERS = (
    (_FROM_TO, _from_to),
    (_FROM_TO_IN_MONTH, _from_to_in_month),
    (_DAYS_IN_MONTH, _days_in_month),
    (_DAY_IN_WORDS, _day_in_words),
    (_MONTHS, _months),
    (_NUMERIC, _numeric),
    (_SHORT_MONTH, _short_month),
    (_SHORT_YEAR, _short_year),
    (_ISO, _one_day),
    (_SLASHED, _one_day),
    (_MONTH_FIRST, _month_first),
    (_MONTH_ALONE, _month_alone),
    (_ENGLISH, _english),
)


def spell_out_dates(text: str) -> str:
    """«09.06.2020» and «2020-06-09» as «9 июнь 2020», so that every way to write a day is the same words."""
    may_have_one = ("." in text or "-" in text) and _DIGIT.search(text)
    return _NUMERIC_DATE.sub(_in_words, text) if may_have_one else text


def _in_words(match: re.Match[str]) -> str:
    day, month, year = (int(part) for part in (match.groups()[:3] if match[1] else match.groups()[:2:-1]))
    return f"{day} {MONTHS[month - 1]} {year}" if 1 <= month <= 12 and 1 <= day <= 31 else match[0]


@lru_cache(maxsize=1 << 10)
def month_named(word: str) -> str | None:
    """The month that a folded word beside a number names: in any case, shortened, in one of the archive's languages."""
    named = [lemma for lemma in lemmatize(word) if lemma in MONTH_NAMES]
    begun = [month for month, names in MONTH_NAMES.items() if any(name.startswith(word) for name in names)]
    return next(iter(named + begun * (len(word) > 2)), None)
