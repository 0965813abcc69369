"""An event of a table with its dates, people, organisations and talks, written into the archive."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ... import table
from ...batches import batched
from ...models import (
    Conference,
    ConferenceKind,
    ConferenceTopic,
    Recording,
    Session,
    Source,
    SpeakerParticipation,
    Talk,
    Topic,
)
from ...russian import values
from ...russian.folding import fold, sort_key
from ...russian.person_names import Order
from ...table import HEADERS, TableRow
from . import oddities
from .cells import (
    FORMATS,
    ORGANISATION_ROLES,
    STATES,
    TALK_KEYS,
    CellError,
    check_url,
    choice,
    date_drafts,
    event_heading,
    new_date,
    require_words,
    talk_heading,
)
from .kept import kept_of_event
from .names import NameResolver
from .participants import ParticipantImporter
from .report import NewEvent, Problem, shown_value
from .saving import Cell, TableWriter
from .stored import BATCH_SIZE, KnownEvents, StoredEvent, Unit, in_blocks, join_groups, newest_version
from .talks import TalkImporter, talk_values

TEXTS = ("title", "theme", "ordinal", "place", "city", "platform", "occasion", "framework", "summary", "outcome")


class EventImporter:
    """Reads the rows of a table event by event and writes what they say."""

    def __init__(self, order: Order = Order.FAMILY_FIRST) -> None:
        self.writer = TableWriter()
        self.report = self.writer.report
        self.names = NameResolver(self.writer, order)
        self.participants = ParticipantImporter(self.writer, self.names)
        # Keys of the talks that rows have already, in the order of the rows.
        self.used_talks: dict[int, None] = {}
        self.newest_version = 0

    def blocks(self, groups: list[list[TableRow]], size: int) -> Iterator[tuple[int, list[Unit]]]:
        """Yield units of so many rows together, with the number of groups done then."""
        done = 0
        for batch in batched(groups, BATCH_SIZE):
            self.newest_version = newest_version()
            self.known, self.seen = KnownEvents(rows[0].cells for rows in batch), set[str]()
            for units in in_blocks(join_groups(batch, self.known), size):
                done += sum(map(len, units))
                yield done, units

    def refresh(self, events: list[list[TableRow]]) -> None:
        """Read again what these rows may mean, if somebody else changed the archive since it was read."""
        if self.newest_version == newest_version():
            return
        self.known.read([rows[0].cells for rows in events])
        self.names.refresh()

    def unit(self, groups: Unit) -> None:
        """Write the groups of rows that name one event."""
        self.used_talks.clear()
        written: dict[Conference, list[list[TableRow]]] = {}
        talks: dict[Conference, TalkImporter] = {}
        for rows in groups:
            told = len(self.report.problems)
            conference = self.event(rows)
            self._refuse(rows, told)
            if conference:
                written.setdefault(conference, []).append(rows)
                talks[conference] = self.talks
        self.writer.insert_pending()
        for conference, its_groups in written.items():
            if conference not in self.writer.added:
                its_talks = talks[conference]
                self.report.kept += kept_of_event(its_talks.event, its_groups, its_talks.talks, self.used_talks)

    def event(self, rows: list[TableRow]) -> Conference | None:
        """Write one event with its talks; None if it has a problem."""
        self.report.told += map(str, oddities.of_rows(rows))
        conference = self._in_row(self._event_row(rows), self._conference)
        if conference is None:
            # Without the event only the values of its talks can be checked.
            for row in rows:
                self._in_row(row, self._check_talk)
            return None
        self.talks.titles = {sort_key(talk_heading(row.cells)) for row in rows}
        for row in rows:
            if TALK_KEYS & row.cells.keys():
                self._in_row(row, self.talks.write)
        return conference

    def _refuse(self, rows: list[TableRow], told: int) -> None:
        """Refuse cells that say something, but no value: errors of a formula, a title that is called off.

        Not those with a problem of their own, which stand in the report behind the first `told`.
        """
        wrong = {(problem.row, problem.column) for problem in self.report.problems[told:]}
        for row, (key, value) in ((one, cell) for one in rows for cell in one.cells.items()):
            message = ""
            if values.is_cell_error(value):
                message = _("“%(value)s” is the error of a formula. Write the value, or empty the cell.")
            elif key in table.TITLES and values.is_called_off(value):
                message = _(
                    "“%(value)s”: leave the title alone here, and write «отменено» under «Состояние» if the event was "
                    "cancelled; delete the row of a talk that was not given."
                )
            if message and (row.number, HEADERS[key]) not in wrong:
                self.report.problems.append(Problem(row.number, HEADERS[key], message % {"value": value[:100]}))

    def _in_row(self, row: TableRow, step: Callable[[TableRow], Any]) -> Any:
        before = self._done()
        created, pending_inserts = len(self.names.created), len(self.writer.pending_inserts)
        self.writer.number, self.writer.errors = row.number, []
        try:
            with transaction.atomic():
                result = step(row)
                if self.writer.errors:
                    raise self.writer.errors.pop()
        except (CellError, IntegrityError) as error:
            last = error if isinstance(error, CellError) else self.writer.refused()
            for one in (*self.writer.errors, last):
                problem = Problem(row.number, HEADERS[one.key], one.message)
                if problem not in self.report.problems:
                    self.report.problems.append(problem)
            self._discard(created, pending_inserts)
        else:
            if before == self._done():
                self.report.unchanged.append(str(result))
            return result
        return None

    def _done(self) -> tuple[int, int, int]:
        return len(self.report.changed), len(self.report.added), self.report.added_talks

    def _discard(self, created: int, pending_inserts: int) -> None:
        """Forget the records created since, which were rolled back with their row."""
        self.names.discard(created)
        del self.writer.pending_inserts[pending_inserts:]

    def _event_row(self, rows: list[TableRow]) -> TableRow:
        """Return the first row with what all rows say of the event; only one of two values could be right."""
        said = dict(rows[0].cells)
        for row in rows[1:]:
            for column in table.EVENT_COLUMNS:
                value = row.cells.get(column.key)
                if value and said.setdefault(column.key, value) != value:
                    message = _("The event above has “%(value)s” here.")
                    if column.key == "time":
                        message = _("The event above begins at %(value)s. The time of a talk goes to «Время доклада».")
                    self.report.problems.append(
                        Problem(row.number, column.header, message % {"value": said[column.key]})
                    )
        return TableRow(rows[0].number, said, rows[0].emptied - said.keys())

    def _check_talk(self, row: TableRow) -> None:
        """Check the values of a talk that need no event."""
        cells, attempt = row.cells, self.writer.attempt
        attempt(self.writer.check, Talk(**talk_values(cells, self.names)), "")
        if "session" in cells:
            attempt(self.writer.check, Session(title=cells["session"]), "session")
        for position in table.items(cells.get("positions", "")):
            attempt(self.writer.check, SpeakerParticipation(position=position), "positions")
        self._check_people(cells)

    def _check_people(self, cells: table.Row) -> None:
        for key in table.PEOPLE:
            for item in table.items(cells.get(key, "")):
                self.writer.attempt(self.names.people, key, item)

    def _check_rest(self, cells: table.Row) -> None:
        """Check what an event that cannot be written says beside its own fields."""
        self.writer.attempt(date_drafts, cells)
        self._check_people(cells)
        for key in ("source_url", "recording"):
            for url in filter(None, table.items(cells.get(key, ""))):
                self.writer.attempt(check_url, key, url)

    def _conference(self, row: TableRow) -> Conference:
        cells = row.cells
        self.writer.attempt(require_words, cells, "title", "theme")
        conference = self._find_conference(cells)
        event = StoredEvent(conference)
        self.talks = TalkImporter(event, self.participants, "code" in cells, self.used_talks)
        values = {key: cells[key] for key in TEXTS if key in cells}
        read = {
            "kind": lambda cell: self.names.list_entry(ConferenceKind, "kind", cell),
            "format": lambda cell: choice("format", FORMATS, cell),
            "state": lambda cell: choice("state", STATES, cell),
            "postponed_to": new_date,
            "series": lambda cell: self.names.series(cell, conference.series),
            "venue": lambda cell: self.names.organisation("venue", cell, [conference.venue]),
        }
        found = {key: self.writer.attempt(reader, cells[key]) for key, reader in read.items() if key in cells}
        values |= {key: value for key, value in found.items() if value is not None}
        if values.get("state", conference.state) != Conference.State.POSTPONED:
            if "postponed_to" in cells:
                message = _("Only a postponed event has a new date: write «перенесено» under «Состояние».")
                self.writer.errors.append(CellError("postponed_to", message))
            # Whoever writes another state says that the new date is none any more.
            values["postponed_to"] = ""
        if not conference.pk and not (cells.get("title") or cells.get("theme") or cells.get("kind")):
            raise CellError("title", _("A new event needs a title, a theme or a kind."))
        try:
            self.writer.save_row(conference, "", **values)
        except CellError:
            self._check_rest(cells)
            raise
        if event.is_new:
            self.writer.new_event = NewEvent(str(conference), title=event_heading(cells), days=self.days)
            self.report.events.append(self.writer.new_event)
            for name, value in values.items():
                self.writer.note_change(conference, name, "", shown_value(conference, name, value))
        self.seen |= {conference.slug, conference.heading_key}
        self.writer.attempt(self._dates, event, cells)
        self._people(event, cells)
        if "topics" in cells:
            self.writer.attempt(self._topics, event, cells["topics"])
        self.writer.attempt(self._links, event, cells)
        return conference

    def _find_conference(self, cells: table.Row) -> Conference:
        code, heading = cells.get("code"), sort_key(event_heading(cells))
        self.days: frozenset[str] = frozenset()
        named = code or heading
        if named and named in self.seen:
            # The event is in the table a second time: read what the first time saved.
            self.writer.insert_pending()
            self.known.read([cells])
        self.seen.add(named)
        if code:
            found = self.known.by_code.get(code)
            if not found:
                raise CellError("code", _("There is no event with this code. Leave the cell empty for a new event."))
            self.seen.add(found.heading_key)
            return found
        # What is wrong with the dates is told when they are saved.
        try:
            self.days = frozenset(date.start for date in date_drafts(cells))
        except CellError:
            return Conference()
        for found in self.known.by_heading.get(heading, []) if heading else []:
            if self.days == {date.start for date in found.dates.all()}:
                self.seen.add(found.slug)
                return found
        for found in self.known.by_heading.get(heading, []) if heading else []:
            message = _("%(heading)s: the archive has an event of this title with other dates, [%(code)s].")
            self.report.alike.append(message % {"heading": event_heading(cells), "code": found.slug})
        return Conference()

    def _dates(self, event: StoredEvent, cells: table.Row) -> None:
        if "start" not in cells:
            return
        wanted = {date.start: date for date in date_drafts(cells)}
        known = [date for date in event.rows("dates") if not date.note]
        # One cell stands for all dates; while it is true as a whole, each date keeps its own value.
        is_news = any(date.year_supplied for date in known) != any(date.year_supplied for date in wanted.values())
        for stored in known:
            draft = wanted.pop(stored.start, None)
            if draft is None:
                self.writer.note_change(event.conference, "start", str(stored), "")
                stored.delete()
                continue
            values = {name: getattr(draft, name) for name in ("end", "start_time", "time_zone") if getattr(draft, name)}
            if "year_supplied" in cells and is_news:
                values["year_supplied"] = draft.year_supplied
            self.writer.save_row(stored, "start", event.conference, **values)
        for draft in wanted.values():
            draft.conference = event.conference
            self.writer.save_row(draft, "start", event.conference)

    def _people(self, event: StoredEvent, cells: table.Row) -> None:
        for key, role in ORGANISATION_ROLES.items():
            if key in cells:
                self.writer.attempt(self.participants.organisations, event, key, role, cells[key])
        if "moderators" in cells:
            self.writer.attempt(self.participants.people, event, None, "moderators", "moderator", cells)
        if "about" in cells:
            self.writer.attempt(self.participants.subjects, event, None, "about", cells["about"])

    def _topics(self, event: StoredEvent, cell: str) -> None:
        names = [name for name in table.items(cell) if name]
        old = event.rows("topics")
        if too_long := [name for name in names if len(name) > Topic._meta.get_field("name").max_length]:
            raise CellError("topics", _("This topic is too long: “%(value)s”.") % {"value": too_long[0][:60]})
        if {fold(name) for name in names} == {topic.name_key for topic in old}:
            return
        for name in names:
            if "," in name and not Topic.objects.filter(name_key=fold(name)).exists():
                message = _("“%(name)s”: separate topics by semicolons. Make one that has a comma in the admin.")
                raise CellError("topics", message % {"name": name})
        if event.is_new:
            topics = {fold(name): self.names.topic(name) for name in names}
            rows = (ConferenceTopic(content_object=event.conference, tag=topic) for topic in topics.values())
            self.writer.pending_inserts += [(Cell(self.writer.number, "topics"), row) for row in rows]
        else:
            event.conference.topics.set(names)
        self.writer.note_change(event.conference, "topics", "; ".join(map(str, old)), "; ".join(names))

    def _links(self, event: StoredEvent, cells: table.Row) -> None:
        if url := cells.get("source_url"):
            check_url("source_url", url)
            source = event.row("sources", url=url) or Source(conference=event.conference, url=url)
            headline = {"headline": cells["source_headline"]} if "source_headline" in cells else {}
            self.writer.save_row(source, "source_url", event.conference, **headline)
        elif headline := cells.get("source_headline"):
            source = event.row("sources", headline=headline) or Source(conference=event.conference)
            self.writer.save_row(source, "source_headline", event.conference, headline=headline)
        for url in dict.fromkeys(filter(None, table.items(cells.get("recording", "")))):
            check_url("recording", url)
            recording = event.row("recordings", url=url) or Recording(conference=event.conference, url=url)
            self.writer.save_row(recording, "recording", event.conference)
