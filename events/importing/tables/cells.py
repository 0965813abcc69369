"""The cells of a row as values: dates, times, numbers, addresses, names of people; and what is wrong with one."""

import datetime
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from ... import table
from ...models import ConferenceDate
from ...russian import person_names, values
from ...russian.folding import fold, sort_key
from ...russian.person_names import Doubt

ORGANISATION_ROLES = {"organisers": "organiser", "supporters": "support", "participants": "participant"}
TALK_KEYS = {column.key for column in table.TALK_COLUMNS}
# A day as a spreadsheet counts it, in a cell that lost its format: 1954 to 2118.
_COUNTED_DAYS = re.compile("[2-7][0-9]{4}")
_FIRST_COUNTED = datetime.date(1899, 12, 30)
FORMATS = {"онлайн": "online", "смешанный": "mixed", "очно": "on-site"}
STATES = {"ожидается": "expected", "состоялось": "held", "отменено": "cancelled", "перенесено": "postponed"}
# A name between commas; those in quotation marks and brackets part nothing.
BETWEEN_COMMAS = re.compile(r"(?:«[^«»]*»|„[^„“]*“|“[^“”]*”|\"[^\"]*\"|\([^()]*\)|[^,])+")
# «09.06.2020 11:00», «9 июня 2020 в 11.00»
DAY_AND_TIME = re.compile(r"([^;]*?\d{4})(?:\s*г\.?)?,?(?:\s+в)?\s+(\d{1,2}[:.]\d{2})")
# «10:00 (мск)»: the archive keeps a zone in the words of the source.
CLOCK_AND_ZONE = re.compile(
    r"(\d{1,2}[:.\-]\d{2}(?:\s*[-–—]\s*\d{1,2}[:.]\d{2})?)\s*"
    r"\(?((?:по )?мск|московское время|по московскому времени|msk)\.?\)?",
    re.IGNORECASE,
)
# «10.00–10.20», «с 10:00 до 10:20»
SPAN = re.compile(r"(?:с\s+)?(\d{1,2}[:.]\d{2})(?:\s*[-–—]\s*|\s+до\s+)\d{1,2}[:.]\d{2}", re.IGNORECASE)


class CellError(Exception):
    """A cell that cannot be imported; carries its column and the message."""

    def __init__(self, key: str, message: str) -> None:
        self.key, self.message = key, message


def doubt_message(printed: str, name: person_names.PersonName) -> str:
    """Say why a name is not plain and how to write it."""
    values = {"name": printed, "family": name.family_name, "given": name.given_names or name.initials}
    if name.doubt is Doubt.SEVERAL:
        return _("“%(name)s”: separate people by semicolons, «Алехина И. Л.; Сочинский П. И.».") % values
    if name.doubt is Doubt.EXTRA:
        message = _("“%(name)s”: write only the name here; position, city and organisation have columns of their own.")
        return message % values
    if name.doubt is Doubt.NO_FAMILY_NAME:
        return _("“%(name)s”: the family name is missing. Add it, or [новый] if it is not known.") % values
    if name.doubt is Doubt.GENDER:
        message = _(
            "“%(name)s”: name and patronymic do not agree. Is it «%(family)s, %(given)s»? Write it so, with a comma."
        )
        return message % values
    return _("“%(name)s”: which is the family name? Write it first, with a comma: «%(family)s, %(given)s».") % values


def event_heading(cells: table.Row) -> str:
    return cells.get("title") or cells.get("theme") or ""


def talk_heading(cells: table.Row) -> str:
    return cells.get("talk_title") or cells.get("talk_subject") or ""


def require_words(cells: table.Row, *keys: str) -> None:
    """Refuse a title of signs alone: nothing tells it from another one, so that the next import would add it again."""
    for key in keys:
        if key in cells and not sort_key(cells[key]):
            raise CellError(key, _("“%(value)s” has neither letters nor digits.") % {"value": cells[key][:40]})


def between_commas(text: str) -> list[str]:
    return [part.strip() for part in BETWEEN_COMMAS.findall(text)]


def date_drafts(cells: table.Row) -> list[ConferenceDate]:
    drafts = []
    text, clock, zone = day_and_time(cells)
    for part in filter(None, table.items(text)):
        for start, end in read_dates("start", part):
            drafts.append(ConferenceDate(start=str(start), end=str(end) if end else ""))
    for draft, part in zip(drafts, table.items(cells.get("end", "")), strict=False):
        if part:
            draft.end = last_day(draft, part)
    try:
        supplied = values.yes_or_no(cells.get("year_supplied", ""))
    except ValueError as error:
        raise CellError("year_supplied", _("Write да or нет.")) from error
    for draft in drafts:
        draft.year_supplied = supplied and not draft.start.startswith("XXXX")
    if supplied and drafts and not any(draft.year_supplied for draft in drafts):
        raise CellError("year_supplied", _("The date has no year: write it there, or leave this cell empty."))
    if drafts and clock:
        drafts[0].start_time = time_of_day("time" if "time" in cells else "start", clock)
        drafts[0].time_zone = zone
    return drafts


def day_and_time(cells: table.Row) -> tuple[str, str, str]:
    """The days, the hour and its zone, which may stand in one cell."""
    text, clock = cells.get("start", ""), cells.get("time", "")
    if not clock and (match := DAY_AND_TIME.fullmatch(text)):
        text, clock = match.groups()
    match = CLOCK_AND_ZONE.fullmatch(clock)
    clock, zone = match.groups() if match else (clock, "")
    return text, begin(clock), zone


def begin(clock: str) -> str:
    """The hour at which a span of hours begins: «10.00–10.20»."""
    span = SPAN.fullmatch(clock)
    return span[1] if span else clock


def new_date(value: str) -> str:
    ((day, beyond), *more) = read_dates("postponed_to", value)
    if beyond or more:
        raise CellError("postponed_to", _("Write only the first new day here."))
    return str(day)


def last_day(draft: ConferenceDate, part: str) -> str:
    ((last, beyond), *_more) = read_dates("end", part)
    if draft.end or beyond:
        raise CellError("end", _("“%(value)s” and the date give the last day twice.") % {"value": part})
    if str(last) < draft.start:
        raise CellError("end", _("The last day is before the first."))
    return str(last)


def read_dates(key: str, value: str) -> list[Any]:
    try:
        return values.dates(value)
    except ValueError as error:
        message = _("“%(value)s” is not a date. Write 09.06.2020, июнь 2020, 2020, or 9 июня without a year.")
        if _COUNTED_DAYS.fullmatch(value):
            day = _FIRST_COUNTED + datetime.timedelta(days=int(value))
            message = _("“%(value)s” is how a spreadsheet counts days; if it means %(day)s, write that instead.")
            raise CellError(key, message % {"value": value, "day": f"{day:%d.%m.%Y}"}) from error
        raise CellError(key, message % {"value": value}) from error


def time_of_day(key: str, value: str) -> datetime.time:
    try:
        return values.time_of_day(value)
    except ValueError as error:
        raise CellError(key, _("“%(value)s” is not a time. Write 11:00.") % {"value": value}) from error


def talk_number(key: str, value: str) -> int:
    """Read «3», «3.», «№ 3», and «3,0» of a column that a spreadsheet took for numbers."""
    match = re.fullmatch(r"(?:№\s*)?([0-9]{1,5})(?:[.,]0+)?[.)]?", value)
    if not match or not 0 < int(match[1]) <= 10_000:
        raise CellError(key, _("“%(value)s” is not a number of a talk: 1, 2, 3…") % {"value": value[:40]})
    return int(match[1])


def choice(key: str, choices: dict[str, str], value: str) -> str:
    try:
        return choices[fold(value)]
    except KeyError as error:
        raise CellError(key, _("Choose one of: %(known)s.") % {"known": ", ".join(choices)}) from error


def check_url(key: str, url: str) -> None:
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError as error:
        raise CellError(key, _("This is not a web address. It begins with https:// or http://.")) from error
