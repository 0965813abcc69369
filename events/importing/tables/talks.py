"""Talks of an event of a table, found among the stored ones or added."""

from typing import Any

from django.utils.translation import gettext as _

from ... import table
from ...models import Session, Talk, TalkKind
from ...russian.folding import fold, sort_key
from ...table import TableRow
from .cells import CellError, begin, require_words, talk_heading, talk_number, time_of_day
from .kept import kept_of_talk
from .names import NameResolver
from .participants import ParticipantImporter
from .stored import StoredEvent


def talk_values(cells: table.Row, names: NameResolver) -> dict[str, Any]:
    """Read what a row says of its talk, whatever the archive has of it."""
    attempt = names.writer.attempt
    attempt(require_words, cells, "talk_title", "talk_subject")
    texts = (("talk_title", "title"), ("talk_subject", "topic"), ("abstract", "abstract"))
    values: dict[str, Any] = {name: cells[key] for key, name in texts if key in cells}
    if "talk_number" in cells:
        values["order"] = attempt(talk_number, "talk_number", cells["talk_number"])
    if "talk_time" in cells:
        values["start_time"] = attempt(time_of_day, "talk_time", begin(cells["talk_time"]))
    if "talk_kind" in cells:
        values["kind"] = attempt(names.list_entry, TalkKind, "talk_kind", cells["talk_kind"])
    return {name: value for name, value in values.items() if value is not None}


class TalkImporter:
    """Writes the talks of one event; each row of the table has a talk of its own."""

    def __init__(
        self, event: StoredEvent, participants: ParticipantImporter, is_by_code: bool, used: dict[int, None]
    ) -> None:
        self.event, self.participants = event, participants
        self.writer, self.names = participants.writer, participants.names
        self.is_by_code = is_by_code
        self.talks, self.sessions = event.rows("talks"), event.rows("sessions")
        # Keys of the talks that rows have already, in the order of the rows.
        self.used_talks = used
        # Headings of all talks that the table has of the event.
        self.titles: set[str] = set()

    def write(self, row: TableRow) -> Talk:
        cells = row.cells
        values = talk_values(cells, self.names)
        talk = self._find_talk(cells, values)
        if "session" in cells:
            values["session"] = self._session(talk, cells["session"])
        is_new = talk.pk is None
        self.writer.save_row(talk, "", **values)
        if is_new:
            # A new talk is a change of a stored event.
            self.writer.note_change(self.event.conference, "talk_title", "", talk)
        else:
            self.writer.report.kept += kept_of_talk(self.event, talk, row)
        self.used_talks[talk.pk] = None
        if "speakers" in cells:
            self.participants.people(self.event, talk, "speakers", "speaker", cells)
        if "talk_about" in cells:
            self.writer.attempt(self.participants.subjects, self.event, talk, "talk_about", cells["talk_about"])
        return talk

    def _find_talk(self, cells: table.Row, values: dict[str, Any]) -> Talk:
        """Find the talk by title, else by number, else the untitled one of that kind; each row has its own."""
        talks = [talk for talk in self.talks if talk.pk not in self.used_talks]
        title, number = sort_key(talk_heading(cells)), values.get("order")
        if title:
            found = [talk for talk in talks if talk.heading_key == title] or self._retitled(talks, number)
        elif number:
            found = [talk for talk in talks if talk.order == number]
        elif kind := values.get("kind"):
            found = [talk for talk in talks if not (talk.title or talk.topic) and talk.kind_id == kind.pk]
        else:
            found = []
        if found:
            return min(found, key=lambda talk: talk.order != number)
        if not {"talk_title", "talk_subject", "talk_kind"} & cells.keys():
            raise CellError("talk_title", _("A talk needs a title, a subject or a kind."))
        values.setdefault("order", len(self.talks) + 1)
        self.talks.append(talk := Talk(conference=self.event.conference))
        return talk

    def _retitled(self, talks: list[Talk], number: int | None) -> list[Talk]:
        """Return the talk of this number whose title no row has: in an event named by its code, it was corrected."""
        found = [talk for talk in talks if number and talk.order == number and talk.heading_key not in self.titles]
        if found and not (self.is_by_code and len(found) == 1):
            message = _(
                "The archive has “%(title)s” under this number. If its title was corrected, add the code of the event, "
                "%(code)s; a further talk needs a number of its own."
            )
            if self.is_by_code:
                message = _("Several talks have this number: correct the title on the page of the event.")
            raise CellError("talk_number", message % {"title": found[0], "code": self.event.conference.slug})
        return found

    def _session(self, talk: Talk, title: str) -> Session:
        named = [session for session in self.sessions if fold(str(session)) == fold(title)]
        for session in named:
            if session.pk == talk.session_id:
                return session
        if len(named) > 1:
            # One track on two days.
            message = _("The event has several sessions “%(title)s”: choose one on the page of the event.")
            raise CellError("session", message % {"title": title})
        if named:
            return named[0]
        session = Session(conference=self.event.conference, order=len(self.sessions) + 1)
        self.sessions.append(session)
        self.writer.save_row(session, "session", self.event.conference, title=title)
        return session
