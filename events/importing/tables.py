"""The archivist's spreadsheet into the archive: event by event, after all of it was checked.

The preview is the import itself, undone: the same code runs, each event in a transaction of its own that is rolled
back, so that what is shown is what will happen. Preview and import keep other writers waiting for one event at a time.
"""

import datetime
import hashlib
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, OperationalError, models, transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from .. import table
from ..models import (
    Conference,
    ConferenceDate,
    ConferenceKind,
    ConferenceTopic,
    Organisation,
    OrganisationAlias,
    OrganisationParticipation,
    OrganisationRole,
    Recording,
    Series,
    Session,
    Source,
    Speaker,
    SpeakerAlias,
    SpeakerParticipation,
    SpeakerRole,
    Talk,
    TalkKind,
    Topic,
    Version,
    changes,
)
from ..models.fields import PartialDateField, partial_date
from ..russian import person_names, values
from ..russian.folding import fold, sort_key
from ..russian.morphology import analyzer
from ..russian.person_names import Doubt, Order
from ..table import HEADERS, TableRow
from . import candidates
from .draft import Draft, OrganisationDraft, PersonDraft

logger = logging.getLogger(__name__)

ORGANISATION_ROLES = {"organisers": "organiser", "supporters": "support", "participants": "participant"}
FORMATS = {"онлайн": "online", "смешанный": "mixed", "очно": "on-site"}
STATES = {"ожидается": "expected", "состоялось": "held", "отменено": "cancelled", "перенесено": "postponed"}
# Events that are read together; each is written by itself.
BATCH_SIZE = 100
TALK_KEYS = {column.key for column in table.TALK_COLUMNS}
# Models to which no other row of a table refers: inserted in bulk at the end of a batch.
BULK_INSERTED = (ConferenceDate, OrganisationParticipation, SpeakerParticipation, Source, Recording)


@dataclass
class Problem:
    """What is wrong in which cell, and how to correct it."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return _("Row %(row)d, column “%(column)s”: %(message)s") % {
            "row": self.row,
            "column": self.column,
            "message": self.message,
        }


@dataclass(frozen=True)
class Change:
    """A value that the import changes."""

    record: str
    column: str
    old: str
    new: str


@dataclass
class NewEvent:
    """An event that the import adds, and what it says of it: column and value."""

    heading: str
    facts: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Report:
    """What an import did, or would do."""

    added: list[str] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    # Names in the table with the stored records to which they were resolved, for review.
    matched: list[str] = field(default_factory=list)
    # How each new name was taken apart, and what the archive has that is like new records.
    names: list[person_names.PersonName] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)
    # What the archive has and the table leaves empty or out: it stays.
    kept: list[str] = field(default_factory=list)
    # The number of the import, once something is written.
    import_number: int | None = None
    # Nothing is written, because other values would change than those agreed to.
    is_outdated: bool = False
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_partial(self) -> bool:
        """Whether the archive changed between check and writing, so that only a part could be written."""
        return bool(self.problems and self.import_number)

    @property
    def changes_digest(self) -> str:
        """A digest of all changed values, as somebody saw them and agreed to them."""
        return hashlib.sha256(repr(self.changed).encode()).hexdigest()


class _Undo(Exception):
    pass


def import_rows(
    rows: Iterable[TableRow],
    *,
    commit: bool,
    user: Any = None,
    comment: str = "",
    is_restricted: bool = False,
    agreed: str | None = None,
    import_number: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Write the rows, or with commit=False only report what writing them would do.

    Nothing is written when there is a problem. A row of which every cell is already so counts as unchanged. With
    `is_restricted` the check asks of every event, too, whether this user may write it. `agreed` is the
    `changes_digest` of an earlier check: nothing is written when other values would change by now. `import_number` is
    that of an import which was broken off and goes on.
    """
    checked, batched = _Import(), changes.BatchedTransactions()
    groups = list(_events(rows))
    for number, unit in checked.units(groups):
        before = len(checked.report.problems)
        try:
            with batched.transaction(), changes.block(user=user) as block:
                checked.unit(unit)
                if is_restricted and len(checked.report.problems) == before:
                    changes.close(block)
                raise _Undo
        except _Undo:
            pass
        except PermissionDenied as error:
            checked.report.problems.append(_refused(unit, error))
        checked.forget_created()
        batched.pause()
        progress(number, len(groups))
    checked.report.problems.sort(key=lambda problem: problem.row)
    if checked.report.problems:
        return checked.report
    checked.report.is_outdated = agreed not in (None, checked.report.changes_digest)
    if not commit or checked.report.is_outdated:
        checked.report.alike += _alike(checked.new_names)
        return checked.report
    return _written(groups, set(checked.report.changed), user, comment, import_number or new_number(), progress)


def new_number() -> int:
    """The number of an import that begins now."""
    return time.time_ns() // 1_000_000


def _written(
    groups: list[list[TableRow]],
    expected: set[Change],
    user: Any,
    comment: str,
    import_number: int,
    progress: Callable[[int, int], None],
) -> Report:
    """Write what was checked, each event in a block of its own; versions of all have one import number.

    If the archive changed meanwhile so that an event is refused, or would lose a value that the check did not know, the
    events before it stay and the rest is not written: the same table continues where this one stopped.
    """
    importer, batched = _Import(), changes.BatchedTransactions()
    # Not while the first event keeps others waiting.
    analyzer()
    for number, unit in importer.units(groups):
        before = len(importer.report.changed)
        try:
            with batched.transaction():
                with changes.block(user=user, comment=comment, import_number=import_number) as block:
                    block.lock()
                    importer.refresh(unit)
                    importer.unit(unit)
                    importer.report.problems += _unexpected(unit, importer.report.changed[before:], expected)
                    if importer.report.problems:
                        raise _Undo
                # Still before anybody else can write.
                importer.newest_version = _newest_version()
        except _Undo:
            break
        except PermissionDenied as error:
            importer.report.problems.append(_refused(unit, error))
            break
        except OperationalError:
            logger.exception("import of a table stopped")
            busy = _("The database did not let this event be written. What stands above it in the table is written.")
            importer.report.problems.append(_refused(unit, busy))
            break
        importer.report.import_number = import_number
        batched.pause()
        progress(number, len(groups))
    return importer.report


def _refused(unit: list[list[TableRow]], reason: object) -> Problem:
    row = unit[0][0]
    return Problem(row.number, HEADERS["code" if "code" in row.cells else "title"], str(reason))


def _unexpected(unit: list[list[TableRow]], found: list[Change], expected: set[Change]) -> list[Problem]:
    """Say which values somebody else changed since the check."""
    message = _("“%(record)s” was changed meanwhile: “%(column)s” is now “%(value)s”. Check the table again.")
    return [
        _refused(unit, message % {"record": change.record, "column": change.column, "value": change.old or "—"})
        for change in found
        if change not in expected
    ]


def _newest_version() -> int:
    """The key of the newest version: every change by people makes one."""
    return Version.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _alike(new_names: dict[tuple[type[models.Model], str], Any]) -> list[str]:
    """Say which records of the archive are like the new ones and may be the same."""
    draft = Draft()
    for number, record in enumerate(new_names.values()):
        if isinstance(record, Speaker):
            parts = {name: getattr(record, name) for name in ("family_name", "given_names", "initials")}
            draft.people.append(PersonDraft(key=f"p{number}", **parts))
        elif isinstance(record, Organisation):
            draft.organisations.append(OrganisationDraft(key=f"o{number}", name=record.name))
    found = []
    people, organisations = candidates.person_candidates(draft), candidates.organisation_candidates(draft)
    for fact, likely in (
        *((person, people[person.key]) for person in draft.people),
        *((organisation, organisations[organisation.key]) for organisation in draft.organisations),
    ):
        found += [f"{fact.name} ~ {one.name}: {one.reason}" for one in likely if not one.is_namesake][:3]
    return found


def _events(rows: Iterable[TableRow]) -> Iterator[list[TableRow]]:
    """Group the rows by event: a row without event cells, or with the same ones, belongs to the event above."""
    group: list[TableRow] = []
    for row in rows:
        if group and not _same_event(group[0], row):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


# The cells by which a row names its event; what the others say of it must not differ.
IDENTITY = ("code", "title", "theme", "kind", "start")


def _same_event(first: TableRow, row: TableRow) -> bool:
    cells = {key: row.cells[key] for key in IDENTITY if key in row.cells}
    if "code" in cells and "code" in first.cells:
        return cells["code"] == first.cells["code"]
    return all(first.cells.get(key) == value for key, value in cells.items())


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
    if name.doubt is Doubt.GENDER:
        message = _(
            "“%(name)s”: name and patronymic do not agree. Is it «%(family)s, %(given)s»? Write it so, with a comma."
        )
        return message % values
    return _("“%(name)s”: which is the family name? Write it first, with a comma: «%(family)s, %(given)s».") % values


def _series_named(name: str) -> models.QuerySet:
    return Series.objects.filter(name_key=sort_key(name))


def _speakers_named(name: str) -> models.QuerySet:
    aliases = SpeakerAlias.objects.filter(name_key=fold(name)).values("speaker")
    return Speaker.objects.filter(models.Q(name_key=sort_key(name)) | models.Q(pk__in=aliases)).distinct()


def _organisations_named(name: str) -> models.QuerySet:
    aliases = OrganisationAlias.objects.filter(name_key=fold(name)).values("organisation")
    return Organisation.objects.filter(models.Q(name_key=sort_key(name)) | models.Q(pk__in=aliases)).distinct()


# A name between commas; those in quotation marks and brackets part nothing.
_BETWEEN_COMMAS = re.compile(r"(?:«[^«»]*»|„[^„“]*“|“[^“”]*”|\"[^\"]*\"|\([^()]*\)|[^,])+")


def _between_commas(text: str) -> list[str]:
    return [part.strip() for part in _BETWEEN_COMMAS.findall(text)]


def _refusal(record: models.Model) -> str:
    """Return the violated constraint of a record, in words."""
    try:
        record.validate_constraints()
    except ValidationError as error:
        return " ".join(error.messages)
    return _("This contradicts what the archive has already.")


class _KnownEvents:
    """The stored events that some rows may mean, prefetched with everything that is compared."""

    def __init__(self, cells: Iterable[table.Row]) -> None:
        self.by_code: dict[str, Conference] = {}
        self.by_heading: dict[str, list[Conference]] = {}
        self.read(list(cells))

    def read(self, wanted: list[table.Row]) -> None:
        """Read, or read again, the events that these rows may mean."""
        codes = [row["code"] for row in wanted if "code" in row]
        for code in codes:
            self.by_code.pop(code, None)
        keys = {sort_key(_heading(row)) for row in wanted if "code" not in row} - {""}
        queryset = Conference.objects.filter(models.Q(slug__in=codes) | models.Q(heading_key__in=keys))
        self.by_heading |= {key: [] for key in keys}
        for found in _with_related(queryset):
            self.by_code[found.slug] = found
            if found.heading_key in keys:
                self.by_heading[found.heading_key].append(found)


def _heading(cells: table.Row) -> str:
    return cells.get("title") or cells.get("theme") or ""


def _talk_heading(cells: table.Row) -> str:
    return cells.get("talk_title") or cells.get("talk_subject") or ""


def _with_related(conferences: models.QuerySet) -> models.QuerySet:
    # Hidden people, too: their parts must be known to stay as they are.
    parts = SpeakerParticipation.objects.select_related("speaker", "role", "organisation__parent")
    people = models.Prefetch("people", parts)
    organisations = models.Prefetch("organisations", OrganisationParticipation.objects.with_names())
    talks = models.Prefetch("talks", Talk.objects.select_related("kind", "session"))
    return conferences.select_related("kind", "series", "venue").prefetch_related(
        "dates", "topics", "sources", "recordings", "sessions", people, organisations, talks
    )


class _Import:
    # The record being saved and its column.
    writing: tuple[models.Model, str]
    # State of the current event: whether it is new, or named by its code; its talks and sessions.
    is_new: bool
    is_by_code: bool
    talks: list[Talk]
    sessions: list[Session]

    def __init__(self) -> None:
        self.report = Report()
        # Created people and organisations by folded name: the same name in one table is one record.
        self.created: dict[tuple[type[models.Model], str], Any] = {}
        # Stored records by their name in the table, and entries of reference lists.
        self.resolved: dict[tuple[type[models.Model], str], Any] = {}
        self.lists: dict[type[models.Model], list[Any]] = {}
        self.used_talks: set[int] = set()
        # Added records, of which no changes are listed.
        self.added: set[models.Model] = set()
        # Rows to be inserted, each with its row number and column of the table.
        self.pending_inserts: list[tuple[int, str, models.Model]] = []
        # The new event and the newest version of the archive that was read.
        self.new_event: NewEvent | None = None
        self.newest_version = 0
        # Problems of the row being read, and records that are new in the table.
        self.errors: list[CellError] = []
        self.new_names: dict[tuple[type[models.Model], str], Any] = {}

    def units(self, groups: list[list[TableRow]]) -> Iterator[tuple[int, list[list[TableRow]]]]:
        """Yield what has to be written together, usually one event, with the number of groups done then."""
        done = 0
        for start in range(0, len(groups), BATCH_SIZE):
            batch = groups[start : start + BATCH_SIZE]
            self.newest_version = _newest_version()
            self.known, self.seen = _KnownEvents(rows[0].cells for rows in batch), set[str]()
            for unit in self._joined(batch):
                done += len(unit)
                yield done, unit

    def _joined(self, groups: list[list[TableRow]]) -> list[list[list[TableRow]]]:
        """Join the groups that name one event, by its code or heading."""
        units: list[tuple[set[str], list[list[TableRow]]]] = []
        for rows in groups:
            cells = rows[0].cells
            stored = self.known.by_code.get(cells.get("code", ""))
            names = {cells.get("code", ""), sort_key(_heading(cells)), stored.heading_key if stored else ""} - {""}
            for found in self.known.by_heading.get(sort_key(_heading(cells)), []):
                names.add(found.slug)
            same = [unit for unit in units if unit[0] & names]
            joined = (names.union(*(unit[0] for unit in same)), [*(part for unit in same for part in unit[1]), rows])
            if same:
                units[units.index(same[0])] = joined
                units = [unit for unit in units if unit not in same[1:]]
            else:
                units.append(joined)
        return [unit[1] for unit in units]

    def refresh(self, events: list[list[TableRow]]) -> None:
        """Read again what these rows may mean, if somebody else changed the archive since it was read."""
        if self.newest_version == _newest_version():
            return
        self.known.read([rows[0].cells for rows in events])
        self.resolved.clear()
        self.lists.clear()
        for model in {model for model, _name in self.created}:
            made = {key: record for key, record in self.created.items() if key[0] is model}
            stored = model._default_manager.in_bulk([record.pk for record in made.values()])
            for key, record in made.items():
                if record.pk not in stored:
                    del self.created[key]

    def unit(self, events: list[list[TableRow]]) -> None:
        self.used_talks.clear()
        written: dict[Conference, list[list[TableRow]]] = {}
        for rows in events:
            if conference := self.event(rows):
                written.setdefault(conference, []).append(rows)
        self._insert_pending()
        for conference, groups in written.items():
            if conference not in self.added:
                self._note_kept(conference, groups)

    def forget_created(self) -> None:
        """Forget the records of a transaction that was rolled back."""
        self.new_names |= self.created
        self.created.clear()

    def event(self, rows: list[TableRow]) -> Conference | None:
        """Write one event with its talks; None if it has a problem."""
        first = self._event_row(rows)
        self.is_by_code = "code" in first.cells
        conference = self._in_row(first, self._conference)
        if conference is None:
            # Without the event only the values of its talks can be checked.
            for row in rows:
                self._in_row(row, self._check_talk)
            return None
        self.titles = {sort_key(_talk_heading(row.cells)) for row in rows}
        for row in rows:
            if TALK_KEYS & row.cells.keys():
                self._in_row(row, lambda row: self._talk(conference, row))
        return conference

    def _discard(self, created: int, pending_inserts: int) -> None:
        """Forget the records created since, which were rolled back with their row."""
        for key in list(self.created)[created:]:
            del self.created[key]
        del self.pending_inserts[pending_inserts:]

    def _in_row(self, row: TableRow, step: Callable[[TableRow], Any]) -> Any:
        before = len(self.report.changed), len(self.report.added)
        created, pending_inserts = len(self.created), len(self.pending_inserts)
        self.number, self.errors = row.number, []
        try:
            with transaction.atomic():
                result = step(row)
                if self.errors:
                    raise self.errors.pop()
        except CellError as error:
            for one in (*self.errors, error):
                problem = Problem(row.number, HEADERS[one.key], one.message)
                if problem not in self.report.problems:
                    self.report.problems.append(problem)
            self._discard(created, pending_inserts)
        except IntegrityError:
            record, key = self.writing
            self.report.problems.append(Problem(row.number, HEADERS[key], _refusal(record)))
            self._discard(created, pending_inserts)
        else:
            if before == (len(self.report.changed), len(self.report.added)):
                self.report.unchanged.append(str(result))
            return result
        return None

    def _try(self, step: Callable[..., Any], *arguments: Any) -> Any:
        """Note the problem of one cell and go on, so that all problems of a row are told at once."""
        try:
            return step(*arguments)
        except CellError as error:
            self.errors.append(error)
            return None

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

    # What stays

    def _note_kept(self, conference: Conference, groups: list[list[TableRow]]) -> None:
        """Tell what the table leaves empty or out of an event of the archive."""
        rows = [row for group in groups for row in group]
        filled = {key for row in rows for key in row.cells}
        has_talks = any(TALK_KEYS & (row.cells.keys() | row.emptied) for row in rows)
        stored = self._event_cells(conference)
        for column in table.EVENT_COLUMNS:
            if column.key in rows[0].emptied - filled and stored.get(column.key):
                self._keep(conference, column.key, stored[column.key])
        for key in ("source_url", "recording"):
            given = {item for row in rows for item in table.items(row.cells.get(key, ""))} - {""}
            for url in stored[key].split("; ") if given else ():
                if url and url not in given:
                    self._keep(conference, key, url)
        for talk in self.talks if has_talks else ():
            if talk.pk not in self.used_talks:
                self._keep(conference, "talk_title", str(talk))

    def _note_kept_of_talk(self, conference: Conference, talk: Talk, row: TableRow) -> None:
        parts = [part for part in self._stored(conference, "people") if part.talk_id == talk.pk]
        speakers = [part for part in parts if part.role.slug == "speaker" and not part.speaker.is_hidden]
        stored = {
            "talk_number": str(talk.order or ""),
            "talk_time": f"{talk.start_time:%H:%M}" if talk.start_time else "",
            "talk_kind": str(talk.kind or ""),
            "talk_title": talk.title,
            "talk_subject": talk.topic,
            "speakers": _joined(part.speaker for part in speakers),
            "positions": _joined(part.position for part in speakers),
            "affiliations": _joined(part.organisation for part in speakers),
            "session": str(talk.session or ""),
            "abstract": talk.abstract,
        }
        for column in table.TALK_COLUMNS:
            if column.key in row.emptied and stored[column.key]:
                self._keep(f"{conference}, {talk}", column.key, stored[column.key])

    def _event_cells(self, conference: Conference) -> dict[str, str]:
        """What the archive has in the columns of an event, for people to read."""
        names = [field.name for field in conference._meta.fields if field.name in HEADERS]
        cells = {name: _shown(conference, name, getattr(conference, name)) for name in names}
        dates = [date for date in self._stored(conference, "dates") if not date.note]
        people = [
            part.speaker
            for part in self._stored(conference, "people")
            if part.role.slug == "moderator" and not (part.talk_id or part.session_id or part.speaker.is_hidden)
        ]
        sources = self._stored(conference, "sources")[:1]
        recordings = [one.url for one in self._stored(conference, "recordings") if not one.talk_id]
        cells |= {
            "start": _joined(dates),
            "end": _joined(date.end_date for date in dates),
            "time": _joined(f"{date.start_time:%H:%M}" for date in dates[:1] if date.start_time),
            "year_supplied": "да" if any(date.year_supplied for date in dates) else "",
            "moderators": _joined(people),
            "topics": _joined(self._stored(conference, "topics")),
            "source_url": _joined(source.url for source in sources),
            "source_headline": _joined(source.headline for source in sources),
            "recording": _joined(recordings),
        }
        for key, role in ORGANISATION_ROLES.items():
            parts = [part for part in self._stored(conference, "organisations") if part.role.slug == role]
            cells[key] = _joined(part.organisation for part in parts if not part.talk_id)
        return cells

    def _keep(self, record: object, key: str, value: str) -> None:
        self.report.kept.append(f"{record}: {HEADERS[key]} — {Truncator(value).chars(200)}")

    def _check_talk(self, row: TableRow) -> None:
        """Check the values of a talk that need no event."""
        for key in ("moderators", "speakers"):
            for item in table.items(row.cells.get(key, "")):
                self._try(self._names, key, item)
        for key, read in (("talk_number", self._number), ("talk_time", self._time)):
            if key in row.cells:
                self._try(read, key, row.cells[key])
        if "talk_kind" in row.cells:
            self._try(self._list_entry, TalkKind, "talk_kind", row.cells["talk_kind"])

    def _insert_pending(self) -> None:
        by_model: dict[type[models.Model], list[tuple[int, str, models.Model]]] = {}
        for pending in self.pending_inserts:
            by_model.setdefault(type(pending[2]), []).append(pending)
        self.pending_inserts = []
        for model, inserts in by_model.items():
            try:
                with transaction.atomic():
                    model._default_manager.bulk_create([record for _number, _key, record in inserts])
            except IntegrityError:
                self._insert_singly(inserts)

    def _insert_singly(self, inserts: list[tuple[int, str, models.Model]]) -> None:
        """Insert row by row after a refused bulk insert, to report which one is wrong."""
        for number, key, record in inserts:
            try:
                with transaction.atomic():
                    record.pk = None
                    record.save(force_insert=True)
            except IntegrityError:
                self.report.problems.append(Problem(number, HEADERS[key], _refusal(record)))

    def _stored(self, conference: Conference, rows: str) -> list[Any]:
        """Return the stored rows of the event; a new event has none."""
        return [] if self.is_new else list(getattr(conference, rows).all())

    # The event

    def _conference(self, row: TableRow) -> Conference:
        cells = row.cells
        conference = self._find_conference(cells)
        self.is_new = conference.pk is None
        self.talks, self.sessions = self._stored(conference, "talks"), self._stored(conference, "sessions")
        values = {
            key: cells[key]
            for key in ("title", "theme", "ordinal", "place", "city", "platform", "occasion", "framework")
            if key in cells
        }
        values |= {key: cells[key] for key in ("summary", "outcome") if key in cells}
        read = {
            "kind": lambda cell: self._list_entry(ConferenceKind, "kind", cell),
            "format": lambda cell: self._choice("format", FORMATS, cell),
            "state": lambda cell: self._choice("state", STATES, cell),
            "postponed_to": self._new_date,
            "series": lambda cell: self._series(cell, conference.series),
            "venue": lambda cell: self._organisation("venue", cell, [conference.venue]),
        }
        found = {key: self._try(reader, cells[key]) for key, reader in read.items() if key in cells}
        values |= {key: value for key, value in found.items() if value is not None}
        if values.get("state", conference.state) != Conference.State.POSTPONED:
            if "postponed_to" in cells:
                message = _("Only a postponed event has a new date: write «перенесено» under «Состояние».")
                self.errors.append(CellError("postponed_to", message))
            # Whoever writes another state says that the new date is none any more.
            values["postponed_to"] = ""
        if not conference.pk and not (cells.get("title") or cells.get("theme") or cells.get("kind")):
            raise CellError("title", _("A new event needs a title, a theme or a kind."))
        self._save(conference, values)
        if self.is_new:
            self.new_event = NewEvent(str(conference))
            self.report.events.append(self.new_event)
            for name, value in values.items():
                self._changed(conference, name, "", _shown(conference, name, value))
        self.seen |= {conference.slug, conference.heading_key}
        self._try(self._dates, conference, cells)
        for key, role in ORGANISATION_ROLES.items():
            if key in cells:
                self._try(self._organisations, conference, key, role, cells[key])
        if "moderators" in cells:
            self._try(self._people, conference, None, "moderators", "moderator", cells)
        if "topics" in cells:
            self._try(self._topics, conference, cells["topics"])
        self._try(self._links, conference, cells)
        return conference

    def _find_conference(self, cells: table.Row) -> Conference:
        code, heading = cells.get("code"), sort_key(_heading(cells))
        named = code or heading
        if named and named in self.seen:
            # The event is in the table a second time: read what the first time saved.
            self._insert_pending()
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
            days = {date.start for date in self._date_drafts(cells)}
        except CellError:
            return Conference()
        for found in self.known.by_heading.get(heading, []) if heading else []:
            if days == {date.start for date in found.dates.all()}:
                self.seen.add(found.slug)
                return found
        for found in self.known.by_heading.get(heading, []) if heading else []:
            message = _("%(heading)s: the archive has an event of this title with other dates, [%(code)s].")
            self.report.alike.append(message % {"heading": _heading(cells), "code": found.slug})
        return Conference()

    def _date_drafts(self, cells: table.Row) -> list[ConferenceDate]:
        drafts = []
        for part in filter(None, table.items(cells.get("start", ""))):
            for start, end in self._read_dates("start", part):
                drafts.append(ConferenceDate(start=str(start), end=str(end) if end else ""))
        for draft, part in zip(drafts, table.items(cells.get("end", "")), strict=False):
            if part:
                draft.end = self._last_day(draft, part)
        try:
            supplied = values.yes_or_no(cells.get("year_supplied", ""))
        except ValueError as error:
            raise CellError("year_supplied", _("Write да or нет.")) from error
        for draft in drafts:
            draft.year_supplied = supplied and not draft.start.startswith("XXXX")
        if supplied and drafts and not any(draft.year_supplied for draft in drafts):
            raise CellError("year_supplied", _("The date has no year: write it there, or leave this cell empty."))
        if drafts and "time" in cells:
            drafts[0].start_time = self._time("time", cells["time"])
        return drafts

    def _new_date(self, value: str) -> str:
        ((day, beyond), *more) = self._read_dates("postponed_to", value)
        if beyond or more:
            raise CellError("postponed_to", _("Write only the first new day here."))
        return str(day)

    def _last_day(self, draft: ConferenceDate, part: str) -> str:
        ((last, beyond), *_more) = self._read_dates("end", part)
        if draft.end or beyond:
            raise CellError("end", _("“%(value)s” and the date give the last day twice.") % {"value": part})
        if str(last) < draft.start:
            raise CellError("end", _("The last day is before the first."))
        return str(last)

    def _read_dates(self, key: str, value: str) -> list[Any]:
        try:
            return values.dates(value)
        except ValueError as error:
            message = _("“%(value)s” is not a date. Write 09.06.2020, июнь 2020, 2020, or 9 июня without a year.")
            raise CellError(key, message % {"value": value}) from error

    def _time(self, key: str, value: str) -> datetime.time:
        try:
            return values.time_of_day(value)
        except ValueError as error:
            raise CellError(key, _("“%(value)s” is not a time. Write 11:00.") % {"value": value}) from error

    def _dates(self, conference: Conference, cells: table.Row) -> None:
        if "start" not in cells:
            return
        wanted = {date.start: date for date in self._date_drafts(cells)}
        known = [date for date in self._stored(conference, "dates") if not date.note]
        # One cell stands for all dates; while it is true as a whole, each date keeps its own value.
        is_news = any(date.year_supplied for date in known) != any(date.year_supplied for date in wanted.values())
        for stored in known:
            draft = wanted.pop(stored.start, None)
            if draft is None:
                self._changed(conference, "start", str(stored), "")
                stored.delete()
                continue
            values = {name: getattr(draft, name) for name in ("end", "start_time") if getattr(draft, name)}
            if "year_supplied" in cells and is_news:
                values["year_supplied"] = draft.year_supplied
            self._save(stored, values, owner=conference, key="start")
        for draft in wanted.values():
            draft.conference = conference
            self._save(draft, {}, owner=conference, key="start")

    def _series(self, item: str, here: Series | None) -> Series:
        name, code = table.name_and_code(item)
        if code and code != "new":
            return self._by_code(Series, "series", code)
        folded = sort_key(name)
        if here and sort_key(here.name) == folded:
            return here
        if (Series, folded) in self.created:
            return self.created[Series, folded]
        if not code and (found := self._resolve_unique("series", name, Series, _series_named)):
            return found
        return self._create("series", Series(name=name), folded)

    def _topics(self, conference: Conference, cell: str) -> None:
        names = [name for name in table.items(cell) if name]
        old = self._stored(conference, "topics")
        if too_long := [name for name in names if len(name) > Topic._meta.get_field("name").max_length]:
            raise CellError("topics", _("This topic is too long: “%(value)s”.") % {"value": too_long[0][:60]})
        if {fold(name) for name in names} == {topic.name_key for topic in old}:
            return
        for name in names:
            if "," in name and not Topic.objects.filter(name_key=fold(name)).exists():
                message = _("“%(name)s”: separate topics by semicolons. Make one that has a comma in the admin.")
                raise CellError("topics", message % {"name": name})
        if self.is_new:
            topics = {fold(name): self._topic(name) for name in names}
            rows = (ConferenceTopic(content_object=conference, tag=topic) for topic in topics.values())
            self.pending_inserts += [(self.number, "topics", row) for row in rows]
        else:
            conference.topics.set(names)
        self._changed(conference, "topics", "; ".join(map(str, old)), "; ".join(names))

    def _topic(self, name: str) -> Topic:
        key = (Topic, fold(name))
        if key not in self.created:
            self.created[key], _is_new = Topic.objects.get_or_create(name=name)
        return self.created[key]

    def _links(self, conference: Conference, cells: table.Row) -> None:
        if url := cells.get("source_url"):
            self._validate_url("source_url", url)
            source = self._stored_row(conference, "sources", url=url) or Source(conference=conference, url=url)
            headline = {"headline": cells["source_headline"]} if "source_headline" in cells else {}
            self._save(source, headline, owner=conference, key="source_url")
        elif headline := cells.get("source_headline"):
            source = self._stored_row(conference, "sources", headline=headline) or Source(conference=conference)
            self._save(source, {"headline": headline}, owner=conference, key="source_headline")
        for url in dict.fromkeys(filter(None, table.items(cells.get("recording", "")))):
            self._validate_url("recording", url)
            recording = self._stored_row(conference, "recordings", url=url) or Recording(conference=conference, url=url)
            self._save(recording, {}, owner=conference, key="recording")

    def _stored_row(self, conference: Conference, rows: str, **values: str) -> Any:
        stored = self._stored(conference, rows)
        return next((row for row in stored if all(getattr(row, name) == values[name] for name in values)), None)

    def _validate_url(self, key: str, url: str) -> None:
        try:
            URLValidator(schemes=["http", "https"])(url)
        except ValidationError as error:
            raise CellError(key, _("This is not a web address. It begins with https:// or http://.")) from error

    # Organisations and people

    def _organisations(self, conference: Conference, key: str, role_slug: str, cell: str) -> None:
        role = self._role(OrganisationRole, key, role_slug)
        stored = [
            part
            for part in self._stored(conference, "organisations")
            if part.role_id == role.pk and part.talk_id is None and part.organisation_id
        ]
        here = [part.organisation for part in stored]
        names = [name for item in table.items(cell) for name in self._listed(key, item, here)]
        wanted = [self._organisation(key, name, here) for name in names if name]
        parts = {
            organisation.pk: OrganisationParticipation(conference=conference, role=role, organisation=organisation)
            for organisation in wanted
        }
        self._replace(conference, key, stored, lambda part: part.organisation_id, parts)

    def _listed(self, key: str, item: str, here: list[Organisation]) -> list[str]:
        """Return the organisations of an item; commas make it a list only if the archive has each of its parts."""
        names = _between_commas(item)
        if names == [item] or self._known_organisation(key, item, here):
            return [item]
        is_list = names and all(self._known_organisation(key, name, here) for name in names)
        return names if is_list else [item]

    def _organisation(self, key: str, item: str, here: Iterable[Organisation | None] = ()) -> Organisation:
        """Return the organisation of an item; `here` are those that already stand in its place."""
        if known := self._known_organisation(key, item, here):
            return known
        name, code = table.name_and_code(item)
        if not code and _between_commas(name) != [name]:
            message = _("“%(name)s”: separate organisations by semicolons. If it is one name, add [новая] after it.")
            if key not in ORGANISATION_ROLES:
                message = _("“%(name)s”: only one organisation may stand here. If this is one name, add [новая].")
            raise CellError(key, message % {"name": name})
        return self._create(key, Organisation(name=name), sort_key(name))

    def _known_organisation(self, key: str, item: str, here: Iterable[Organisation | None]) -> Organisation | None:
        name, code = table.name_and_code(item)
        if code and code != "new":
            return self._by_code(Organisation, key, code)
        folded = sort_key(name)
        if same := [known for known in here if known and sort_key(known.name) == folded]:
            # With «[новая]», too: this table made it before.
            return same[0]
        if (Organisation, folded) in self.created:
            return self.created[Organisation, folded]
        return None if code else self._resolve_unique(key, name, Organisation, _organisations_named)

    def _people(self, conference: Conference, talk: Talk | None, key: str, role_slug: str, cells: table.Row) -> None:
        role = self._role(SpeakerRole, key, role_slug)
        items = [item for item in table.items(cells[key]) if item]
        place = (talk.pk if talk else None, None, role.pk)
        people = self._stored(conference, "people")
        stored = [part for part in people if (part.talk_id, part.session_id, part.role_id) == place]
        here = {sort_key(part.speaker.full_name): part.speaker for part in stored}
        names: list[Any] = []
        for item in items:
            # A speaker already stored in this role needs no resolving.
            is_here = sort_key(table.name_and_code(item)[0]) in here
            names += [item] if is_here else self._try(self._names, key, item) or []
        positions = self._of_each("positions", cells if talk else {}, stored, len(names))
        affiliations = self._of_each("affiliations", cells if talk else {}, stored, len(names))
        if len(names) != len(items) and (any(positions) or any(affiliations)) and not self.errors:
            message = _("Separate people by semicolons, so that it is clear whose the positions are.")
            raise CellError(key, message)
        wanted: dict[tuple[int, int], SpeakerParticipation] = {}
        for order, name in enumerate(names):
            printed = table.name_and_code(name)[0] if isinstance(name, str) else _full_name(name)
            speaker = here.get(sort_key(printed)) or self._try(self._speaker, key, name)
            if speaker is None:
                continue
            part = SpeakerParticipation(conference=conference, talk=talk, role=role, speaker=speaker, order=order)
            part.position = positions[order] if order < len(positions) else ""
            if order < len(affiliations) and affiliations[order]:
                organisations = [other.organisation for other in stored]
                part.organisation = self._organisation("affiliations", affiliations[order], organisations)
            # A speaker with two organisations has two participations; a repeated name is one.
            others = [other for other in wanted.values() if other.speaker_id == speaker.pk]
            if part.organisation_id not in [other.organisation_id for other in others]:
                wanted[speaker.pk, len(others)] = part
        numbered = numbered_by_speaker(stored)
        if not any(affiliations):
            # Without affiliations a name means the first participation; further ones are kept.
            numbered = {part: place for part, place in numbered.items() if not (place[1] and (place[0], 0) in wanted)}
        self._replace(conference, key, numbered, numbered.__getitem__, wanted)

    def _of_each(self, key: str, cells: table.Row, stored: list[SpeakerParticipation], count: int) -> list[str]:
        """Return the position or organisation of each of `count` people."""
        cell = cells.get(key, "")
        positions = [part.position for part in stored if not part.speaker.is_hidden]
        if key == "positions" and cell == table.cell_text(key, "; ".join(positions).rstrip("; ")):
            # As they were exported: one of them may have a semicolon.
            return positions
        found = table.items(cell)
        if len(found) > count and any(found[count:]) and not self.errors:
            if key == "positions" and count == 1:
                return [cell]
            message = _("There are more values here than people. Who has two organisations stands there twice.")
            raise CellError(key, message)
        return found

    def _names(self, key: str, item: str) -> list[Any]:
        """Return the people of one item: as typed if they have a code or are so in the archive, else taken apart."""
        name, code = table.name_and_code(item)
        if (code and code != "new") or (Speaker, sort_key(name)) in self.created:
            return [item]
        if not code and self._resolve_unique(key, name, Speaker, _speakers_named):
            return [item]
        found = person_names.people(name, Order.FAMILY_FIRST)
        for one in found:
            # A pseudonym is a name, too.
            if one.doubt and one.doubt is not Doubt.ONE_WORD:
                raise CellError(key, doubt_message(name, one))
        return [(one, bool(code)) for one in found]

    def _speaker(self, key: str, item: Any) -> Speaker:
        if isinstance(item, str):
            name, code = table.name_and_code(item)
            if code and code != "new":
                return self._by_code(Speaker, key, code)
            if found := self.created.get((Speaker, sort_key(name))) or self.resolved.get((Speaker, name)):
                return found
            parts, is_new = person_names.PersonName(name), False
        else:
            parts, is_new = item
        speaker = Speaker(family_name=parts.family_name, given_names=parts.given_names, initials=parts.initials)
        folded = sort_key(speaker.full_name)
        if (Speaker, folded) in self.created:
            return self.created[Speaker, folded]
        if not is_new and (found := self._resolve_unique(key, speaker.full_name, Speaker, _speakers_named)):
            return found
        if parts not in self.report.names:
            self.report.names.append(parts)
        return self._create(key, speaker, folded)

    def _resolve_unique(
        self, key: str, name: str, model: type[models.Model], named: Callable[[str], models.QuerySet]
    ) -> Any | None:
        key_called = (model, name)
        if key_called not in self.resolved:
            found = list(named(name))
            if len(found) > 1:
                codes = ", ".join(f"[{record.slug}]" for record in found)
                message = _(
                    "“%(name)s” may be one of several records. Add the code of the right one: %(codes)s; or [новый]."
                )
                raise CellError(key, message % {"name": name, "codes": codes})
            if not found:
                return None
            self.resolved[key_called] = found[0]
            self.report.matched.append(f"{name} → {found[0]} [{found[0].slug}]")
        return self.resolved[key_called]

    def _create(self, key: str, record: Any, folded: str) -> Any:
        self._validate(record, ("name", "family_name", "given_names", "initials"), key)
        self.writing = record, key
        record.save()
        self.created[type(record), folded] = record
        # A check forgets what an event created; the next event creates it once more.
        if (type(record), folded) not in self.new_names:
            self.report.added.append(str(record))
        return record

    def _by_code(self, model: type[models.Model], key: str, code: str) -> Any:
        called = (model, f"[{code}]")
        if called not in self.resolved:
            found = model._default_manager.filter(slug=code).first()
            if not found:
                raise CellError(key, _("There is no record with the code [%(code)s].") % {"code": code})
            self.resolved[called] = found
        return self.resolved[called]

    # The talk

    def _talk(self, conference: Conference, row: TableRow) -> Talk:
        cells = row.cells
        values: dict[str, Any] = {}
        if "talk_number" in cells:
            values["order"] = self._number("talk_number", cells["talk_number"])
        if "talk_time" in cells:
            values["start_time"] = self._try(self._time, "talk_time", cells["talk_time"])
        talk = self._find_talk(conference, cells, values)
        for key, name in (("talk_title", "title"), ("talk_subject", "topic"), ("abstract", "abstract")):
            if key in cells:
                values[name] = cells[key]
        if "talk_kind" in cells:
            values["kind"] = self._list_entry(TalkKind, "talk_kind", cells["talk_kind"])
        if "session" in cells:
            values["session"] = self._session(conference, talk, cells["session"])
        is_new = talk.pk is None
        self._save(talk, values)
        if is_new:
            # A new talk is a change of a stored event.
            self._changed(conference, "talk_title", "", _described(talk))
        else:
            self._note_kept_of_talk(conference, talk, row)
        self.used_talks.add(talk.pk)
        if "speakers" in cells:
            self._people(conference, talk, "speakers", "speaker", cells)
        return talk

    def _find_talk(self, conference: Conference, cells: table.Row, values: dict[str, Any]) -> Talk:
        """Find the talk by title, else by number, else the untitled one of that kind; each row has its own."""
        talks = [talk for talk in self.talks if talk.pk not in self.used_talks]
        title, number = sort_key(_talk_heading(cells)), values.get("order")
        if title:
            found = [talk for talk in talks if talk.heading_key == title] or self._retitled(conference, talks, number)
        elif number:
            found = [talk for talk in talks if talk.order == number]
        elif "talk_kind" in cells:
            kind = self._list_entry(TalkKind, "talk_kind", cells["talk_kind"])
            found = [talk for talk in talks if not (talk.title or talk.topic) and talk.kind_id == kind.pk]
        else:
            found = []
        if found:
            return min(found, key=lambda talk: talk.order != number)
        if not {"talk_title", "talk_subject", "talk_kind"} & cells.keys():
            raise CellError("talk_title", _("A talk needs a title, a subject or a kind."))
        values.setdefault("order", len(self.talks) + 1)
        self.talks.append(talk := Talk(conference=conference))
        return talk

    def _retitled(self, conference: Conference, talks: list[Talk], number: int | None) -> list[Talk]:
        """Return the talk of this number whose title no row has: in an event named by its code, it was corrected."""
        found = [talk for talk in talks if number and talk.order == number and talk.heading_key not in self.titles]
        if found and not (self.is_by_code and len(found) == 1):
            message = _(
                "The archive has “%(title)s” under this number. If its title was corrected, add the code of the event, "
                "%(code)s; a further talk needs a number of its own."
            )
            if self.is_by_code:
                message = _("Several talks have this number: correct the title on the page of the event.")
            raise CellError("talk_number", message % {"title": found[0], "code": conference.slug})
        return found

    def _number(self, key: str, value: str) -> int:
        if not value.isdecimal() or not 0 < int(value) <= 10_000:
            raise CellError(key, _("“%(value)s” is not a number of a talk: 1, 2, 3…") % {"value": value[:40]})
        return int(value)

    def _session(self, conference: Conference, talk: Talk, title: str) -> Session:
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
        session = Session(conference=conference, order=len(self.sessions) + 1)
        self.sessions.append(session)
        self._save(session, {"title": title}, owner=conference, key="session")
        return session

    # Saving and reporting

    def _list_entry(self, model: type[models.Model], key: str, value: str) -> Any:
        for entry in self._list(model):
            if fold(value) in (fold(entry.name), fold(entry.name_en), entry.slug):
                return entry
        raise self._not_in_list(model, key, value)

    def _role(self, model: type[models.Model], key: str, slug: str) -> Any:
        """Return the role of a column by its slug, whatever its name in the archive."""
        for role in self._list(model):
            if role.slug == slug:
                return role
        raise self._not_in_list(model, key, slug)

    def _list(self, model: type[models.Model]) -> list[Any]:
        if model not in self.lists:
            self.lists[model] = list(model._default_manager.all())
        return self.lists[model]

    def _not_in_list(self, model: type[models.Model], key: str, value: str) -> CellError:
        known = ", ".join(entry.name for entry in self._list(model))
        message = _("The archive has no “%(value)s”. Choose one of: %(known)s.")
        return CellError(key, message % {"value": value, "known": known})

    def _choice(self, key: str, choices: dict[str, str], value: str) -> str:
        try:
            return choices[fold(value)]
        except KeyError as error:
            raise CellError(key, _("Choose one of: %(known)s.") % {"known": ", ".join(choices)}) from error

    def _save(
        self, record: models.Model, values: dict[str, Any], owner: models.Model | None = None, key: str = ""
    ) -> None:
        """Set what differs, save if anything does, and report it."""
        old = {
            name: getattr(record, name)
            for name, value in values.items()
            if self._as_cell(record, name, key) != value and getattr(record, name) != value
        }
        for name in old:
            setattr(record, name, values[name])
        # Of a part of something else, all that was set.
        new = (
            [field.name for field in record._meta.fields if getattr(record, field.attname)] if record.pk is None else []
        )
        self._validate(record, {*old, *(new if key else ())}, key)
        if record.pk is None or old:
            self.writing = record, key or ("talk_title" if isinstance(record, Talk) else "title")
        if record.pk is None:
            if isinstance(record, BULK_INSERTED):
                self.pending_inserts.append((self.number, key, record))
            else:
                record.save()
            if owner is None:
                self.added.add(record)
                self.report.added.append(str(record))
            else:
                self._changed(owner, key, "", _described(record))
        elif old:
            record.save()
            for name, value in old.items():
                column = self._column(record, name, key)
                before, after = (_shown(record, name, one) for one in (value, values[name]))
                self._changed(owner or record, column, before, after)

    def _as_cell(self, record: models.Model, name: str, key: str) -> Any:
        """The value as it comes back from a spreadsheet, where a no-break space is a space."""
        value = getattr(record, name)
        return table.cell_text(self._column(record, name, key), value) if isinstance(value, str) else value

    def _validate(self, record: models.Model, names: Iterable[str], key: str) -> None:
        # References are resolved already.
        wanted = {field.name for field in record._meta.fields if field.name in names and not field.is_relation}
        try:
            record.clean_fields(exclude={field.name for field in record._meta.fields} - wanted)
        except ValidationError as error:
            name, messages = next(iter(error.message_dict.items()))
            raise CellError(self._column(record, name, key), " ".join(messages)) from error

    def _column(self, record: models.Model, name: str, key: str) -> str:
        """Return the column of a field; `key` when the record is a part of something else."""
        if key:
            return key
        name = {"topic": "subject", "order": "number", "start_time": "time"}.get(name, name)
        candidates = (f"talk_{name}", name) if isinstance(record, Talk) else (name,)
        return next(candidate for candidate in candidates if candidate in HEADERS)

    def _replace(
        self,
        conference: Conference,
        key: str,
        stored: Iterable[Any],
        identity: Callable[[Any], Any],
        wanted: dict[Any, Any],
    ) -> None:
        """Replace the stored participations by the wanted ones; those with the same identity keep their row."""
        for part in stored:
            new = wanted.pop(identity(part), None)
            if new is None and isinstance(part, SpeakerParticipation) and part.speaker.is_hidden:
                # The export leaves hidden people out.
                continue
            if new is None:
                self._changed(conference, key, _described(part), "")
                part.delete()
                continue
            values = {name: getattr(new, name) for name in ("position", "organisation") if getattr(new, name, None)}
            if isinstance(part, OrganisationParticipation):
                values = {}
            self._save(part, values, owner=conference, key=key)
        for part in wanted.values():
            self._save(part, {}, owner=conference, key=key)

    def _changed(self, record: models.Model, key: str, old: str, new: str) -> None:
        if record not in self.added:
            self.report.changed.append(Change(str(record), HEADERS[key], old, new))
        elif isinstance(record, Conference) and self.new_event and new:
            self.new_event.facts.append((HEADERS[key], new))


def _joined(values: Iterable[object]) -> str:
    return "; ".join(str(value) for value in values if value)


def _shown(record: models.Model, name: str, value: Any) -> str:
    """The value of a field as people read it: of a choice its label."""
    field = record._meta.get_field(name)
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    if isinstance(field, PartialDateField):
        return str(partial_date(value) or "")
    return str(dict(getattr(field, "flatchoices", ())).get(value, value or ""))


def _described(record: models.Model) -> str:
    """A row of an event with what the table says of it."""
    if isinstance(record, ConferenceDate):
        supplied = HEADERS["year_supplied"].lower() if record.year_supplied else ""
        details: list[object] = [record.start_time and f"{record.start_time:%H:%M}", supplied]
    elif isinstance(record, SpeakerParticipation):
        details = [record.position, record.organisation, record.talk]
    elif isinstance(record, Talk):
        details = [record.start_time and f"{record.start_time:%H:%M}", record.kind, record.session]
    else:
        details = []
    return ", ".join(str(part) for part in (record, *details) if part)


def _full_name(name: tuple[person_names.PersonName, bool]) -> str:
    parts, _is_new = name
    return f"{parts.family_name} {parts.given_names or parts.initials}".strip()


def numbered_by_speaker(parts: Iterable[SpeakerParticipation]) -> dict[SpeakerParticipation, tuple[int, int]]:
    """Number each participation among those of its speaker."""
    counted: Counter[int] = Counter()
    numbered = {}
    for part in parts:
        numbered[part] = (part.speaker_id, counted[part.speaker_id])
        counted[part.speaker_id] += 1
    return numbered
