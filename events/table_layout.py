"""Rows of a sheet that are no rows of the table: its column names again, their numbers, totals, notes, headings.

Whatever is not taken as a row is told. No models, no requests.
"""

import re
from dataclasses import dataclass, field

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from .russian.values import is_break
from .spreadsheet import Sheet, TableError

_TOTAL = re.compile(
    r"(?:итого|всего|total)(?: (?:докладов|выступлений|событий|мероприятий|участников|человек))?\s*[:.]?[\s\d]*",
    re.IGNORECASE,
)
_NOTE = re.compile(r"(?:примечани[ея]|прим|note)\s*[:.№\d]|\*", re.IGNORECASE)
_CLOCK = re.compile(r"[\d:. –—-]+")
_SESSION = re.compile(
    r"(?:[ivx\d]+[.)]?\s+)?(?:под)?(?:секци[яи]|сесси[яи]|блок\s+[ivx\d]|пленарн|session|track|plenary)",
    re.IGNORECASE,
)


@dataclass
class Layout:
    """The rows that are none, and the headings of sessions above the others."""

    left_out: set[int] = field(default_factory=set)
    sessions: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def session_of(self, number: int, cells: dict[str, str]) -> dict[str, str]:
        """The cells of a row with the session whose heading stands above it, if it is a talk."""
        is_talk = number in self.sessions and "talk_title" in cells
        return cells | {"session": self.sessions[number]} if is_talk else cells


def lay_out(sheet: Sheet, header_number: int, has_sessions: bool, names: list[int]) -> Layout:
    """Tell the rows of a table from what stands between and below them.

    `has_sessions` if nothing else names them; `names` are the columns that name the event: another one ends a session.
    """
    header = sheet.rows.get(header_number, [])
    found, session = Layout(), ""
    told: dict[str, list[str]] = {}
    first, event = True, ""
    for number, row in sheet.rows.items():
        if number <= header_number:
            continue
        filled = [cell for cell in row if cell]
        kind = _kind(row, filled, header, first)
        is_heading = len(filled) == 1 and (number in sheet.wide or bool(_SESSION.match(filled[0])))
        first = False
        if kind:
            told.setdefault(kind, []).append(f"{number} («{Truncator(filled[0]).chars(60)}»)")
        elif is_heading and has_sessions and _SESSION.match(filled[0]):
            session = filled[0]
            told.setdefault(_("Taken as titles of the sessions below them, rows: %s."), []).append(
                f"{number} («{session}»)"
            )
        elif is_heading:
            message = _(
                "Row %(row)d, “%(text)s”, stands across the table. If it is an event, separate its cells; if it is the "
                "title of a session, begin it with «Секция»; otherwise delete the row."
            )
            raise TableError(message % {"row": number, "text": Truncator(filled[0]).chars(100)})
        else:
            named = next((row[place] for place in names if place < len(row) and row[place]), event)
            session, event = session if named == event or not event else "", named
            if session:
                found.sessions[number] = session
            continue
        found.left_out.add(number)
    found.notes = [message % "; ".join(rows) for message, rows in told.items()]
    return found


def _kind(row: list[str], filled: list[str], header: list[str], is_first: bool) -> str:
    """How a row is told that is certainly none of the table; "" for others."""
    if len(filled) > 1 and row == header[: len(row)]:
        return _("The column names come again, rows: %s.")
    if is_first and len(filled) > 2 and filled == [str(number) for number in range(1, len(filled) + 1)]:
        return _("Numbers of columns are left out, row %s.")
    words = [cell for cell in filled if not _CLOCK.fullmatch(cell)]
    if len(words) == 1 and is_break(words[0]):
        return _("Breaks are left out, as no talks, rows: %s.")
    if _TOTAL.fullmatch(filled[0]):
        return _("Totals are left out, rows: %s.")
    if len(filled) == 1 and _NOTE.match(filled[0]):
        return _("Notes are left out, rows: %s.")
    return ""
