"""Dates in running text, in the precision they are given: «24–25 мая», «с 21 по 24 мая», «в июле — сентябре»."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .... import dates
from ...draft import DateDraft, Span

MONTH = (
    r"(?:январ[ьяе]|феврал[ьяе]|март[ае]?|апрел[ьяе]|ма[йяе]|июн[ьяе]|июл[ьяе]|август[ае]?|сентябр[ьяе]"
    r"|октябр[ьяе]|ноябр[ьяе]|декабр[ьяе])"
)
_SP = r"[\s\u00a0]*"
_GAP = r"[\s\u00a0]+"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:-?го|-?е)?"
_TO = rf"{_SP}[-–—−‒]+{_SP}"
_YEAR = rf"(?:,?{_GAP}(?P<year>(?:1[89]|20)\d\d)(?:{_SP}-?(?:года|году|год|г\b\.?|гг\.?))?)?"

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
_MONTH_ALONE = re.compile(
    rf"\bво?{_GAP}(?:начале{_GAP}|конце{_GAP}|середине{_GAP})?(?P<month>{MONTH})\b{_YEAR}"
    rf"|(?<!\d )(?<!\d)\b(?P<month3>{MONTH}){_GAP}(?P<year3>20\d\d)(?:{_SP}(?:года|г\b\.?))?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"\b(?P<month>{MONTH}){_GAP}(?P<day>\d{{1,2}}),{_GAP}(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE
)
_NUMERIC = re.compile(
    r"(?<![\d.:/])(?P<day>[0-3]?\d)\.(?P<month>[01]?\d)\.(?P<year>(?:19|20)\d\d)"
    r"(?:\s*[-–—]\s*(?P<day2>[0-3]?\d)\.(?P<month2>[01]?\d)\.(?P<year2>(?:19|20)\d\d))?(?![\d])(?:\s*(?:года|г\b\.?))?"
)
_ISO = re.compile(r"(?<![\d-])(?P<year>20\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?![\d-])")
_SLASHED = re.compile(r"(?<![\d/])(?P<day>[0-3]?\d)/(?P<month>[01]\d)/(?P<year>20\d\d)(?![\d/])")
_ENGLISH_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_ENGLISH = re.compile(
    rf"\b(?:(?P<month>{_ENGLISH_MONTH}) (?P<day>\d{{1,2}})|(?P<day2>\d{{1,2}}) (?P<month2>{_ENGLISH_MONTH}))"
    r"(?:,? (?P<year>20\d\d))?\b"
)
_TIME = re.compile(
    r"(?:\b(?:в|с|начало(?: в)?|к)\s+|\bначало[:\s–—-]+|[–—]\s*)(?P<hour>[012]?\d)(?:[:.\-](?P<minute>[0-5]\d))?"
    r"(?:\s*(?:час(?:ов|а)?|ч)\b\.?)?(?P<zone>\s*(?:\(?(?:по\s+\w+скому(?:\s+времени)?|время\s+\w+ское|мск|МСК(?:[+-]\d)?|msk)\)?)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Date:
    """One statement of a date: separate days give several `days`, an unbroken run one pair."""

    span: Span
    days: tuple[tuple[dates.PartialDate, dates.PartialDate | None], ...]

    @property
    def has_day(self) -> bool:
        return self.days[0][0].day is not None

    @property
    def year(self) -> int | None:
        return self.days[0][0].year


def find(text: str) -> list[Date]:
    """Every date of the text in its order; where two readings overlap, the longer one."""
    found: list[Date] = []
    taken = bytearray(len(text) + 1)
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            span = Span(match.start(), len(text[: match.end()].rstrip(" ,")))
            if any(taken[span.start : span.end]):
                continue
            try:
                days = read(match)
            except ValueError:
                continue
            if days:
                taken[span.start : span.end] = b"\x01" * (span.end - span.start)
                found.append(Date(span, tuple(days)))
    return sorted(found, key=lambda one: one.span)


def with_year(days: tuple, year: int | None) -> tuple:
    """The days of a month whose year was said with the month."""
    return tuple(day and dates.PartialDate(day.year or year, day.month, day.day) for day in days)


def drafts(date: Date, text: str) -> list[DateDraft]:
    printed = text[date.span.start : date.span.end]
    return [
        DateDraft(
            start=str(start),
            end=str(end) if end and end != start else "",
            printed=printed,
            spans=[date.span],
            doubt="" if start.year else _("The text does not state the year."),
        )
        for start, end in date.days
    ]


def times(text: str) -> list[tuple[Span, str, str]]:
    """Times of day: (where, "11:00", zone in words)."""
    found = []
    for match in _TIME.finditer(text):
        if not match["minute"] and "час" not in match[0] and not match["zone"].strip():
            continue
        hour = int(match["hour"])
        if hour < 24 and not re.match(
            r"\s*(?:января|февраля|марта|апреля|мая|июн|июл|авг|сент|окт|нояб|дек|\d|%|\.\d)", text[match.end() :]
        ):
            found.append(
                (
                    Span(match.start("hour"), match.end()),
                    f"{hour:02}:{match['minute'] or '00'}",
                    match["zone"].strip(" ()"),
                )
            )
    return found


_DAY_WORDS = (
    "первого второго третьего четвертого пятого шестого седьмого восьмого девятого десятого одиннадцатого двенадцатого"
    " тринадцатого четырнадцатого пятнадцатого шестнадцатого семнадцатого восемнадцатого девятнадцатого двадцатого"
    " двадцать_первого двадцать_второго двадцать_третьего двадцать_четвертого двадцать_пятого двадцать_шестого"
    " двадцать_седьмого двадцать_восьмого двадцать_девятого тридцатого тридцать_первого"
)
_ORDINALS = "|".join(word for word in _DAY_WORDS.split() if "_" not in word)
_DAY_IN_WORDS = re.compile(
    rf"\b(?P<day>(?:двадцать\s+|тридцать\s+)?(?:{_ORDINALS})){_GAP}(?P<month>{MONTH})\b{_YEAR}", re.IGNORECASE
)


_Days = list[tuple[dates.PartialDate, dates.PartialDate | None]]


def _month(word: str) -> int:
    low = word.lower()
    for number, stem in enumerate(
        ("январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр"), 1
    ):
        if low.startswith(stem) and (stem != "ма" or not low.startswith("март")):
            return number
    return dates.month_number(word) or 0


def _day(text: str) -> int:
    return int(re.match(r"\d+", text)[0])  # type: ignore[index]


def _year(text: str | None) -> int | None:
    return int(text) if text else None


def _days_in_month(match: re.Match[str]) -> _Days:
    year, month = _year(match["year"]), _month(match["month"])
    runs = re.split(r"\s*,\s*и\s+|\s*,\s*|\s+и\s+", match["days"].strip())
    found: _Days = []
    for run in runs:
        first, *rest = re.split(r"\s*[-–—−‒]+\s*(?=\d)", run)
        start = dates.PartialDate(year, month, _day(first))
        end = dates.PartialDate(year, month, _day(rest[-1])) if rest else None
        if end and end.day <= start.day:
            return []
        found.append((start, end))
    if len(found) == 2 and not any(end for _, end in found) and found[1][0].day == found[0][0].day + 1:
        # «25 и 26 мая» are two days of one event in a row.
        return [(found[0][0], found[1][0])]
    return found


def _from_to_in_month(match: re.Match[str]) -> _Days:
    year, month = _year(match["year"]), _month(match["month"])
    return [(dates.PartialDate(year, month, _day(match["one"])), dates.PartialDate(year, month, _day(match["two"])))]


def _from_to(match: re.Match[str]) -> _Days:
    year = _year(match["year"])
    start = dates.PartialDate(_year(match["year1"]) or year, _month(match["month"]), _day(match["one"]))
    return [(start, dates.PartialDate(year, _month(match["month2"]), _day(match["two"])))]


def _day_in_words(match: re.Match[str]) -> _Days:
    words = "_".join(match["day"].lower().replace("ё", "е").split())
    if words not in _DAY_WORDS.split():
        return []
    return [
        (dates.PartialDate(_year(match["year"]), _month(match["month"]), _DAY_WORDS.split().index(words) + 1), None)
    ]


def _months(match: re.Match[str]) -> _Days:
    year = _year(match["year"])
    return [(dates.PartialDate(year, _month(match["month"])), dates.PartialDate(year, _month(match["month2"])))]


def _month_alone(match: re.Match[str]) -> _Days:
    if match["month3"]:
        return [(dates.PartialDate(int(match["year3"]), _month(match["month3"])), None)]
    return [(dates.PartialDate(_year(match["year"]), _month(match["month"])), None)]


def _numeric(match: re.Match[str]) -> _Days:
    start = dates.PartialDate(int(match["year"]), int(match["month"]), int(match["day"]))
    end = dates.PartialDate(int(match["year2"]), int(match["month2"]), int(match["day2"])) if match["day2"] else None
    return [(start, end)]


def _one_day(match: re.Match[str]) -> _Days:
    return [(dates.PartialDate(int(match["year"]), int(match["month"]), int(match["day"])), None)]


def _month_first(match: re.Match[str]) -> _Days:
    return [(dates.PartialDate(int(match["year"]), _month(match["month"]), int(match["day"])), None)]


def _english(match: re.Match[str]) -> _Days:
    month = dates.month_number(match["month"] or match["month2"])
    return [(dates.PartialDate(_year(match["year"]), month, int(match["day"] or match["day2"])), None)]


# The longer readings first: what one has taken the next leaves alone.
_READERS = (
    (_FROM_TO, _from_to),
    (_FROM_TO_IN_MONTH, _from_to_in_month),
    (_DAYS_IN_MONTH, _days_in_month),
    (_DAY_IN_WORDS, _day_in_words),
    (_MONTHS, _months),
    (_NUMERIC, _numeric),
    (_ISO, _one_day),
    (_SLASHED, _one_day),
    (_MONTH_FIRST, _month_first),
    (_MONTH_ALONE, _month_alone),
    (_ENGLISH, _english),
)
