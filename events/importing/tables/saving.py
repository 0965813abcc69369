"""Rows of the database saved where they differ, and reported."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from ... import table
from ...models import (
    Conference,
    ConferenceDate,
    OrganisationParticipation,
    Recording,
    Source,
    SpeakerParticipation,
    Subject,
    Talk,
)
from ...table import HEADERS
from .cells import CellError
from .report import Change, NewEvent, Problem, Report, described, joined, shown_value

# Models to which no other row of a table refers: inserted in bulk at the end of a batch.
BULK_INSERTED = (ConferenceDate, OrganisationParticipation, SpeakerParticipation, Subject, Source, Recording)


def refusal(record: models.Model) -> str:
    """Return the violated constraint of a record, in words."""
    try:
        record.validate_constraints()
    except ValidationError as error:
        return " ".join(error.messages)
    return _("This contradicts what the archive has already.")


class RowWriter:
    """Writes the rows of one import and keeps its report."""

    # The record being saved and its column.
    writing: tuple[models.Model, str]

    def __init__(self) -> None:
        self.report = Report()
        # The number of the table's row being read, and its problems.
        self.number = 0
        self.errors: list[CellError] = []
        # Added records, of which no changes are listed; the new event says what it has.
        self.added: set[models.Model] = set()
        self.new_event: NewEvent | None = None
        # Rows to be inserted, each with its row number and column of the table.
        self.pending_inserts: list[tuple[int, str, models.Model]] = []

    def attempt(self, step: Callable[..., Any], *arguments: Any) -> Any:
        """Note the problem of one cell and go on, so that all problems of a row are told at once."""
        try:
            return step(*arguments)
        except CellError as error:
            self.errors.append(error)
            return None

    def save(
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
        self.validate(record, {*old, *(new if key else ())}, key)
        if record.pk is None or old:
            self.writing = record, key or ("talk_title" if isinstance(record, Talk) else "title")
        if record.pk is None:
            if isinstance(record, BULK_INSERTED):
                self.pending_inserts.append((self.number, key, record))
            else:
                record.save()
            if isinstance(record, Talk):
                self.added.add(record)
                self.report.added_talks += 1
            elif owner is None:
                self.added.add(record)
                self.report.added.append(str(record))
            else:
                self.note_change(owner, key, "", described(record))
        elif old:
            record.save()
            for name, value in old.items():
                column = self._column(record, name, key)
                before, after = (shown_value(record, name, one) for one in (value, values[name]))
                self.note_change(owner or record, column, before, after)

    def _as_cell(self, record: models.Model, name: str, key: str) -> Any:
        """The value as it comes back from a spreadsheet, where a no-break space is a space."""
        value = getattr(record, name)
        return table.cell_text(self._column(record, name, key), value) if isinstance(value, str) else value

    def validate(self, record: models.Model, names: Iterable[str], key: str) -> None:
        # References are resolved already.
        wanted = {field.name for field in record._meta.fields if field.name in names and not field.is_relation}
        try:
            record.clean_fields(exclude={field.name for field in record._meta.fields} - wanted)
        except ValidationError as error:
            name, messages = next(iter(error.message_dict.items()))
            raise CellError(self._column(record, name, key), " ".join(messages)) from error

    def _column(self, record: models.Model, name: str, key: str) -> str:
        """Return the column of a field; `key` when the record is a part of something else."""
        if isinstance(record, SpeakerParticipation):
            return {"position": "positions", "organisation": "affiliations"}.get(name, key)
        if key:
            return key
        name = {"topic": "subject", "order": "number", "start_time": "time"}.get(name, name)
        candidates = (f"talk_{name}", name) if isinstance(record, Talk) else (name,)
        return next(candidate for candidate in candidates if candidate in HEADERS)

    def replace(
        self,
        conference: Conference,
        key: str,
        stored: Iterable[Any],
        identity: Callable[[Any], Any],
        wanted: dict[Any, Any],
    ) -> None:
        """Replace the stored participations, or whom it is about, by the wanted ones.

        Those with the same identity keep their row.
        """
        stored, order = list(stored), list(wanted.values())
        for part in stored:
            new = wanted.pop(identity(part), None)
            if new is None and isinstance(part, SpeakerParticipation | Subject) and part.speaker.is_hidden:
                # The export leaves hidden people out.
                continue
            if new is None:
                self.note_change(conference, key, described(part), "")
                part.delete()
                continue
            order[order.index(new)] = part
            values = {name: getattr(new, name) for name in ("position", "organisation") if getattr(new, name, None)}
            if isinstance(part, OrganisationParticipation):
                values = {}
            self.save(part, values, owner=conference, key=key)
        if not any(isinstance(part, Subject) for part in order):
            self._sort(conference, key, [part for part in stored if part in order], order)
        for part in wanted.values():
            self.save(part, {}, owner=conference, key=key)

    def _sort(self, conference: Conference, key: str, stored: list[Any], wanted: list[Any]) -> None:
        """Number participations where they would not come in the wanted order, which is told of the stored ones."""
        before = sorted(wanted, key=lambda part: (part.order, part.pk is None, part.pk or 0))
        if [id(part) for part in before] == [id(part) for part in wanted]:
            return
        for number, part in enumerate(wanted):
            if part.order != number:
                part.order = number
                if part.pk:
                    part.save()
        kept = [part for part in wanted if part.pk]
        if kept != stored:
            self.note_change(conference, key, joined(map(described, stored)), joined(map(described, kept)))

    def note_change(self, record: models.Model, key: str, old: str, new: str) -> None:
        if record not in self.added:
            self.report.changed.append(Change(str(record), HEADERS[key], old, new))
        elif isinstance(record, Conference) and self.new_event and new:
            self.new_event.facts.append((HEADERS[key], new))

    def insert_pending(self) -> None:
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
                self.report.problems.append(Problem(number, HEADERS[key], refusal(record)))
