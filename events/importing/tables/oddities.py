"""What is odd in the rows of an event, though no cell is wrong: told in the preview, to be looked at."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from ...russian import values
from ...russian.folding import fold, in_one_alphabet
from ...table import HEADERS, TITLES, TableRow
from .cells import SPAN, talk_heading
from .report import Problem

# «Сочинский П. И. О каталогах»
_NAME_FIRST = re.compile(
    r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?,? [А-ЯЁ]\. ?[А-ЯЁ]\.,? .*|[А-ЯЁ]\. ?[А-ЯЁ]\. [А-ЯЁ][а-яё]+,? .*"
)
_MARKUP = re.compile(r"</?[a-z]+\d?(?:\s[^<>]*)?/?>", re.IGNORECASE)


def of_rows(rows: list[TableRow]) -> Iterator[Problem]:
    """Tell what is odd in the rows of one event."""
    numbers: dict[str, int] = {}
    talks: dict[tuple[tuple[str, str], ...], int] = {}
    for row in rows:
        yield from _of_cells(row)
        number, talk = row.cells.get("talk_number", ""), tuple(sorted(row.cells.items()))
        if number and numbers.setdefault(number, row.number) != row.number:
            yield _odd(row, "talk_number", _("row %(row)d has this number, too.") % {"row": numbers[number]})
        if talk_heading(row.cells) and talks.setdefault(talk, row.number) != row.number:
            yield _odd(row, "talk_title", _("the whole row is as row %(row)d.") % {"row": talks[talk]})


def _odd(row: TableRow, key: str, message: str) -> Problem:
    return Problem(row.number, HEADERS[key], message)


def _of_cells(row: TableRow) -> Iterator[Problem]:
    for key, value in row.cells.items():
        if _MARKUP.search(value):
            yield _odd(row, key, _("“%(value)s” has markup, which stays as it is.") % {"value": value[:60]})
        if mixed := _mixed_word(value):
            yield _odd(row, key, _("“%(value)s” has Latin letters among Cyrillic ones.") % {"value": mixed})
        if key in TITLES and _is_day(value):
            yield _odd(row, key, _("“%(value)s” is a date, taken for a title.") % {"value": value})
        if key in ("time", "talk_time") and SPAN.fullmatch(value):
            message = _("“%(value)s”: the archive has a place only for the beginning.")
            yield _odd(row, key, message % {"value": value})
    if "speakers" not in row.cells and _NAME_FIRST.fullmatch(talk_heading(row.cells)):
        message = _("it begins like the name of a person, who is not taken for a speaker.")
        yield _odd(row, "talk_title", message)


def _is_day(title: str) -> bool:
    """Whether the title says nothing but a day: «10 июня»."""
    try:
        return any(start.day for start, _end in values.dates(title))
    except ValueError:
        return False


def _mixed_word(text: str) -> str:
    """The first word in which letters of the other alphabet look like its own: «Cоловьёв» with a Latin C."""
    if text.isascii() or not re.search("[A-Za-z]", text):
        return ""
    return next((word for word in re.findall(r"\w+", text) if in_one_alphabet(fold(word)) != fold(word)), "")
