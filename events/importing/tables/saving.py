"""What a table says, saved and reported: values that change, new records, the cells that are refused."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from ... import table
from ...models import Conference, SpeakerParticipation, Talk
from ...table import HEADERS
from ..row_writer import RowWriter, refusal
from .cells import CellError
from .report import Change, NewEvent, Problem, Report, described, shown_value


class Cell(NamedTuple):
    """A row of the table and the key of a column; "" if each field has a column of its own."""

    number: int
    key: str


class TableWriter(RowWriter):
    """Writes the rows of one import and keeps its report. The location of a row is the key of its column."""

    # The record being saved and its column.
    writing: tuple[models.Model, str]

    def __init__(self) -> None:
        super().__init__()
        self.report = Report()
        # The number of the table's row being read, and its problems.
        self.number = 0
        self.errors: list[CellError] = []
        # Added records, of which no changes are listed; the new event says what it has.
        self.added: set[models.Model] = set()
        self.new_event: NewEvent | None = None

    def attempt(self, step: Callable[..., Any], *arguments: Any) -> Any:
        """Note the problem of one cell and go on, so that all problems of a row are told at once."""
        try:
            return step(*arguments)
        except CellError as error:
            self.errors.append(error)
            return None

    def save_row(self, record: models.Model, location: str, owner: models.Model | None = None, **values: Any) -> None:
        is_new, old = record.pk is None, self.store(record, location, values)
        if is_new and isinstance(record, Talk):
            self.added.add(record)
            self.report.added_talks += 1
        elif is_new and owner is None:
            self.added.add(record)
            self.report.added.append(str(record))
        elif is_new:
            self.note_change(owner, location, "", record)
        for name, value in () if is_new else old.items():
            before, after = (shown_value(record, name, one) for one in (value, values[name]))
            self.note_change(owner or record, self._column(record, name, location), before, after)

    def store(self, record: models.Model, key: str, values: dict[str, Any]) -> dict[str, Any]:
        """Write a record without a word in the report. Raises CellError."""
        self.writing = record, key
        try:
            return self.write(record, Cell(self.number, key), values)
        except ValidationError as error:
            raise self._refusal(record, key, error) from error

    def check(self, record: models.Model, key: str) -> None:
        """Check the values of a record that is not written. Raises CellError."""
        try:
            record.clean_fields(exclude={field.name for field in record._meta.fields if field.is_relation})
        except ValidationError as error:
            raise self._refusal(record, key, error) from error

    def _refusal(self, record: models.Model, key: str, error: ValidationError) -> CellError:
        """Return one of the problems of a record, the others noted."""
        *others, last = [
            CellError(self._column(record, name, key), " ".join(messages))
            for name, messages in error.message_dict.items()
        ]
        self.errors += others
        return last

    def save_record(self, record: models.Model) -> None:
        # The row of the table has a savepoint: one for each record made the check of a table a tenth slower.
        record.save()

    def refused(self) -> CellError:
        """What the database refused, in words, once it is rolled back."""
        record, key = self.writing
        return CellError(self._column(record, NON_FIELD_ERRORS, key), " ".join(refusal(record)))

    def differs(self, record: models.Model, name: str, value: Any, location: Cell) -> bool:
        """Whether the cell says something else; as it comes back from a spreadsheet, a no-break space is a space."""
        old = getattr(record, name)
        if isinstance(old, str) and table.cell_text(self._column(record, name, location.key), old) == value:
            return False
        return old != value

    def refuse(self, location: Cell, error: ValidationError) -> None:
        self.report.problems.append(Problem(location.number, HEADERS[location.key], " ".join(error.messages)))

    def note_change(self, record: models.Model, location: str, old: object, new: object) -> None:
        if record not in self.added:
            self.report.changed.append(Change(str(record), HEADERS[location], described(old), described(new)))
        elif isinstance(record, Conference) and self.new_event and new:
            self.new_event.facts.append((HEADERS[location], described(new)))

    def _column(self, record: models.Model, name: str, key: str) -> str:
        """Return the column of a field; `key` when the record is a part of something else."""
        if isinstance(record, SpeakerParticipation):
            return {"position": "positions", "organisation": "affiliations"}.get(name, key)
        if key:
            return key
        name = {"topic": "subject", "order": "number", "start_time": "time"}.get(name, name)
        candidates = (f"talk_{name}", name, "talk_title") if isinstance(record, Talk) else (name, "title")
        return next(candidate for candidate in candidates if candidate in HEADERS)
