"""Partial dates, as sources give them: a day, a month, a year, or a day and month whose year nobody wrote down.

Stored as ISO 8601-2 (EDTF) text — "2020-06-09", "2020-07", "2020", "XXXX-05-21", "XXXX-05", "" — which sorts in
time order with unknown years last, on every database.
"""

import calendar
import datetime
import re
from dataclasses import dataclass

from .typography import NBSP

# Nominative, genitive, English; then as they are written beside numbers in Ukrainian, Belarusian and Kazakh.
_MONTHS = """
    январь   января   January   січень січня студзень студзеня қаңтар
    февраль  февраля  February  лютий лютого люты лютага ақпан
    март     марта    March     березень березня сакавік сакавіка наурыз
    апрель   апреля   April     квітень квітня красавік красавіка сәуір
    май      мая      May       травень травня травеня мамыр
    июнь     июня     June      червень червня чэрвень чэрвеня маусым
    июль     июля     July      липень липня ліпень ліпеня шілде
    август   августа  August    серпень серпня жнівень жніўня тамыз
    сентябрь сентября September вересень вересня верасень верасня қыркүйек
    октябрь  октября  October   жовтень жовтня кастрычнік кастрычніка қазан
    ноябрь   ноября   November  листопад листопада лістапад лістапада қараша
    декабрь  декабря  December  грудень грудня снежань снежня желтоқсан
"""
_ROWS = [line.split() for line in _MONTHS.strip().splitlines()]
MONTHS, GENITIVES, ENGLISH_MONTHS = ([row[column] for row in _ROWS] for column in range(3))
# All names of a month in small letters, by the Russian nominative.
MONTH_NAMES = {row[0]: [name.lower() for name in row] for row in _ROWS}
_YEAR_UNKNOWN = {"ru": "год не указан", "en": "year not stated"}
_DATE_UNKNOWN = {"ru": "дата не указана", "en": "date not stated"}
FIRST_YEAR, LAST_YEAR = 1000, 2999
_ISO = re.compile(r"(\d{4}|XXXX)(?:-(\d{2})(?:-(\d{2}))?)?")
_NUMERIC = re.compile(r"(?:(\d{1,2})\.)?(\d{1,2})\.(\d{4})")
_WORDS = re.compile(r"(?:(\d{1,2})\s+)?([а-яёa-z]+)\.?(?:\s+(\d{4}))?(?:\s*(?:г|года|год)\.?)?")


@dataclass(frozen=True)
class PartialDate:
    """What is known of a date. `year` None: not stated; `day` needs `month`; at least one part is known."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.year is None and self.month is None:
            raise ValueError("A date needs at least a year or a month.")
        if self.year is not None and not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValueError(f"The year must be between {FIRST_YEAR} and {LAST_YEAR}.")
        if self.month is not None and not 1 <= self.month <= 12:
            raise ValueError("The month must be between 1 and 12.")
        if self.day is not None:
            if self.month is None:
                raise ValueError("A day needs a month.")
            # A year nobody stated may have been a leap year.
            if not 1 <= self.day <= calendar.monthrange(self.year or 2020, self.month)[1]:
                raise ValueError("There is no such day in this month.")

    def __str__(self) -> str:
        parts = ["XXXX" if self.year is None else f"{self.year:04}"]
        if self.month is not None:
            parts.append(f"{self.month:02}")
        if self.day is not None:
            parts.append(f"{self.day:02}")
        return "-".join(parts)

    @classmethod
    def from_iso(cls, text: str) -> "PartialDate":
        match = _ISO.fullmatch(text)
        if not match:
            raise ValueError(f"“{text}” is not a date like 2020-06-09, 2020-06, 2020 or XXXX-06-09.")
        year, month, day = match.groups()
        return cls(None if year == "XXXX" else int(year), month and int(month), day and int(day))

    @classmethod
    def from_text(cls, text: str) -> "PartialDate":
        """As people type it: ISO, «09.06.2020», «06.2020», «9 июня 2020», «июнь 2020», «9 июня», "9 June 2020"."""
        text = " ".join(text.split())
        if _ISO.fullmatch(text.upper()):
            return cls.from_iso(text.upper())
        if match := _NUMERIC.fullmatch(text):
            day, month, year = match.groups()
            return cls(int(year), int(month), day and int(day))
        if (match := _WORDS.fullmatch(text.lower())) and (month := month_number(match[2])):
            return cls(match[3] and int(match[3]), month, match[1] and int(match[1]))
        raise ValueError(f"“{text}” is not a date like 09.06.2020, 9 июня 2020, июнь 2020 or 2020.")

    @property
    def date(self) -> datetime.date | None:
        """The calendar day, when all of it is known."""
        return datetime.date(self.year, self.month, self.day) if self.year and self.month and self.day else None

    @property
    def starting(self) -> str:
        """The shortest ISO text of a time that begins with this one: «2020» for January 2020."""
        shown = str(self)
        return shown.removesuffix("-01").removesuffix("-01")

    @property
    def ending(self) -> str:
        """The shortest ISO text of a time that ends with this one: «2020» for 31 December 2020."""
        shown = str(self)
        if self.year and self.month and self.day == calendar.monthrange(self.year, self.month)[1]:
            shown = shown[:7]
        return shown[:4] if shown[5:] == "12" else shown

    def lies_ahead(self, today: datetime.date) -> bool:
        """Whether it is known not to be over yet."""
        return self.year is not None and str(self) >= today.isoformat()[: len(str(self))]


def month_number(word: str) -> int | None:
    """The month that a Russian (nominative or genitive) or English word names, in any case of letters."""
    word = word.lower()
    return next((number for number, names in enumerate(MONTH_NAMES.values(), 1) if word in names[:3]), None)


def format_date(date: PartialDate, language: str = "ru") -> str:
    """«9 июня 2020», «июнь 2020», «2020», «9 июня (год не указан)» with no-break spaces."""
    return format_span(date, None, language)


def typed_date(date: PartialDate, language: str = "ru") -> str:
    """«9 июня 2020», «июнь 2020», «9 июня»: readable, and what `from_text` reads back."""
    day_month = _day_month(date, "ru" if language.startswith("ru") else "en")
    return f"{day_month} {date.year or ''}".replace(NBSP, " ").strip()


def format_span(start: PartialDate | None, end: PartialDate | None, language: str = "ru") -> str:
    """«24–25 мая 2022», «30 мая — 2 июня 2022», «июль — сентябрь 2020», «21–24 мая (год не указан)»."""
    language = "ru" if language.startswith("ru") else "en"
    if start is None:
        return _DATE_UNKNOWN[language]
    if end is None or end == start:
        text = _day_month(start, language) or str(start.year)
        shown_year = start.year if start.month else None
    elif start.year != end.year:
        return f"{format_span(start, None, language)}{NBSP}— {format_span(end, None, language)}"
    elif start.month is None or end.month is None:
        return f"{start.year}"
    else:
        if start.month == end.month and start.day and end.day:
            text = f"{start.day}–{_day_month(end, language)}"
        else:
            text = f"{_day_month(start, language)}{NBSP}— {_day_month(end, language)}"
        shown_year = start.year
    if shown_year:
        return f"{text}{NBSP}{shown_year}"
    return text if start.year else f"{text} ({_YEAR_UNKNOWN[language]})"


def _day_month(date: PartialDate, language: str) -> str:
    if not date.month:
        return ""
    if not date.day:
        return (MONTHS if language == "ru" else ENGLISH_MONTHS)[date.month - 1]
    return f"{date.day}{NBSP}{(GENITIVES if language == 'ru' else ENGLISH_MONTHS)[date.month - 1]}"
