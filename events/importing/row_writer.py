"""The one writer of what comes in: rows saved where they differ from those stored, whichever way they came."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from ..models import (
    Attendance,
    Conference,
    ConferenceDate,
    Material,
    OrganisationParticipation,
    Recording,
    Source,
    SpeakerParticipation,
    Subject,
)

# Models to which no other row refers: inserted many at once.
BULK_INSERTED = (
    Attendance,
    ConferenceDate,
    Material,
    OrganisationParticipation,
    Recording,
    Source,
    SpeakerParticipation,
    Subject,
)


class RowWriter:
    """Saves rows of an event where they differ from those stored, and collects all problems.

    A `location` is where the source says it, in words; of a table, the column.
    """

    def __init__(self) -> None:
        self.problems: list[Any] = []
        # Rows to be inserted, each with its location.
        self.pending_inserts: list[tuple[Any, models.Model]] = []
        # Entries of reference lists.
        self.lists: dict[type[models.Model], list[Any]] = {}

    def save_row(self, record: models.Model, location: str, owner: models.Model | None = None, **values: Any) -> None:
        """Set what differs and save if anything does; `owner` is what the row is a part of."""
        try:
            self.write(record, location, values)
        except ValidationError as error:
            self.refuse(location, error)

    def refuse(self, location: Any, error: ValidationError) -> None:
        self.problems += [f"{location}: {message}" for message in error.messages]

    def note_change(self, record: models.Model, location: str, old: object, new: object) -> None:
        """Tell what changes of a record: a value, or a row of it with `old` or `new` empty."""

    def write(self, record: models.Model, location: Any, values: dict[str, Any]) -> dict[str, Any]:
        """Set what differs and save if anything does; return what differed, as it was. Raises ValidationError."""
        new = {name: value for name, value in values.items() if self.differs(record, name, value, location)}
        old = {name: getattr(record, name) for name in new}
        for name, value in new.items():
            setattr(record, name, value)
        is_new = record.pk is None
        # References are resolved; what is wrong in other columns of a stored row is no mistake of this source.
        left_out = {
            field.name for field in record._meta.fields if field.is_relation or not (is_new or field.name in new)
        }
        record.clean_fields(exclude=left_out)
        if is_new and isinstance(record, BULK_INSERTED):
            self.pending_inserts.append((location, record))
        elif is_new or old:
            self.save_record(record)
        return old

    def save_record(self, record: models.Model) -> None:
        _save_alone(record)

    def differs(self, record: models.Model, name: str, value: Any, location: Any) -> bool:
        field = record._meta.get_field(name)
        return getattr(record, name) != (value if field.is_relation else field.to_python(value))  # type: ignore[union-attr]

    def entries(self, model: type[models.Model]) -> list[Any]:
        """The entries of a reference list."""
        if model not in self.lists:
            self.lists[model] = list(model._default_manager.all())
        return self.lists[model]

    def insert_pending(self) -> None:
        """Insert the rows that wait; of those that are refused together, tell which one is wrong."""
        by_model: dict[type[models.Model], list[tuple[Any, models.Model]]] = defaultdict(list)
        for location, record in self.pending_inserts:
            by_model[type(record)].append((location, record))
        self.pending_inserts = []
        for model, inserts in by_model.items():
            try:
                with transaction.atomic():
                    model._default_manager.bulk_create([record for _location, record in inserts])
            except IntegrityError:
                for location, record in inserts:
                    record.pk = None
                    try:
                        _save_alone(record)
                    except ValidationError as error:
                        self.refuse(location, error)

    def replace(
        self,
        conference: Conference,
        location: str,
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
                # Hidden people leave in no export, and nobody who writes of the event knows of them.
                continue
            if new is None:
                self.note_change(conference, location, part, "")
                part.delete()
                continue
            order[order.index(new)] = part
            if isinstance(part, SpeakerParticipation):
                said = {name: getattr(new, name) for name in ("position", "organisation") if getattr(new, name)}
                self.save_row(part, location, conference, **said)
        if not any(isinstance(part, Subject) for part in order):
            self._sort(conference, location, [part for part in stored if part in order], order)
        for part in wanted.values():
            self.save_row(part, location, conference)

    def _sort(self, conference: Conference, location: str, stored: list[Any], wanted: list[Any]) -> None:
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
            self.note_change(conference, location, stored, kept)


def _save_alone(record: models.Model) -> None:
    """Save in a savepoint, so that the rest goes on; what only the database refuses is a ValidationError, too."""
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as error:
        raise ValidationError(refusal(record)) from error


def refusal(record: models.Model) -> list[str]:
    """Return the violated constraint of a record, in words."""
    try:
        record.validate_constraints()
    except ValidationError as error:
        return error.messages
    return [_("This contradicts what the archive has already.")]
