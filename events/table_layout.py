"""Rows of a sheet that are no rows of the table: its column names again, their numbers, totals, notes, headings.

A note tells each of them. No models, no requests.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from .russian.values import is_break
from .spreadsheet import Sheet, TableError

_TOTAL = re.compile(
    r"(?:итого|всего|total)(?: (?:докладов|выступлений|событий|мероприятий|участников|человек))?\s*[:.]?[\s\d]*",
    re.IGNORECASE,
)
# «Примечание: …», «Исполнитель: Сочинская П. И., тел. 2-15-18»
_NOTE = re.compile(
    r"(?:примечани[ея]|прим|note)\s*[:.№\d]|\*"
    r"|(?:отв(?:\.|етственный)\s*)?(?:исп(?:олнитель)?|состав(?:ил[аи]?|ител[ьи])|подготовил[аи]?|подпись|тел(?:ефон)?)\s*[:.]",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"[\d:. –—-]+")
_SESSION = re.compile(
    r"(?:[ivx\d]+[.)]?\s+)?(?:под)?(?:секци[яи]|сесси[яи]|блок\s+[ivx\d]|пленарн|session|track|plenary)",
    re.IGNORECASE,
)


@dataclass
class Layout:
    """Which rows of a sheet are left out, the session of each of the others, and notes on both."""

    left_out: set[int] = field(default_factory=set)
    sessions: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def session_of(self, number: int, cells: dict[str, str]) -> dict[str, str]:
        """The cells of a row with the session whose heading stands above it, if it is a talk."""
        is_talk = number in self.sessions and "talk_title" in cells
        return cells | {"session": self.sessions[number]} if is_talk else cells


def lay_out(sheet: Sheet, header_number: int, has_sessions: bool, names: list[int]) -> Layout:
    """Find what stands between and below the rows of a table.

    `has_sessions` if nothing else names them; `names` are the columns that name the event: another one ends a session.
    """
    header = sheet.rows.get(header_number, [])
    found, session, event = Layout(), "", ""
    # Rows by the note on them.
    noted: dict[str, list[str]] = defaultdict(list)
    below = [(number, row) for number, row in sheet.rows.items() if number > header_number]
    for place, (number, row) in enumerate(below):
        filled = [cell for cell in row if cell]
        is_session = len(filled) == 1 and bool(_SESSION.match(filled[0]))
        if note := _left_out(row, filled, header, is_first=place == 0):
            noted[note].append(f"{number} («{Truncator(filled[0]).chars(60)}»)")
        elif is_session and has_sessions:
            session = filled[0]
            noted[_("Taken as titles of the sessions below them, rows: %s.")].append(f"{number} («{session}»)")
        elif is_session or (len(filled) == 1 and number in sheet.wide):
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
    found.notes = [note % "; ".join(rows) for note, rows in noted.items()]
    return found


def _left_out(row: list[str], filled: list[str], header: list[str], is_first: bool) -> str:
    """The note on a row that is certainly left out; "" for others."""
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
