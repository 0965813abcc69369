"""What a block of writing changed in one root record, row by row."""

from typing import Any, NamedTuple

from django.db import models

from . import aggregates

Fields = dict[str, Any]


class RowChange(NamedTuple):
    """One row: its fields before and after as JSON values, foreign keys as uids; None where it did not exist."""

    model: str
    uid: str
    before: Fields | None
    after: Fields | None
    pk: int | None  # of a row that exists

    @property
    def model_class(self) -> type[models.Model]:
        return aggregates.model(self.model)

    def differs_in(self, names: tuple[str, ...]) -> bool:
        before, after = self.before or {}, self.after or {}
        return any(before.get(name) != after.get(name) for name in names)

    def values(self, name: str) -> set[Any]:
        """The values of a field before and after, without None."""
        return {fields[name] for fields in (self.before, self.after) if fields and fields.get(name) is not None}


class RecordChange(NamedTuple):
    """One root, with the rows in which it differs."""

    model: type[models.Model]
    pk: int
    uid: str
    # The root's own fields before and after, changed or not; None where it did not exist.
    before: Fields | None
    after: Fields | None
    rows: list[RowChange]
    # Uids of the roots whose pages may show what changed: those that the changed rows or their talks name.
    named: set[str]

    @property
    def is_created(self) -> bool:
        return self.before is None

    @property
    def is_deleted(self) -> bool:
        return self.after is None

    def differs_in(self, names: tuple[str, ...]) -> bool:
        """Whether any of these fields of the root's own row differs."""
        return any(row.uid == self.uid and row.differs_in(names) for row in self.rows)

    @property
    def is_renamed(self) -> bool:
        """Whether what other records print of it differs."""
        return not self.is_created and not self.is_deleted and self.differs_in(self.model.printed_fields)
