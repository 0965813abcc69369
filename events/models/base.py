"""The base of every model of the archive: writing in blocks, uids, natural keys, checks of normalized columns."""

import json
import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from . import changes
from .fields import NormalizedField
from .querysets import ArchiveQuerySet

UID_NAMESPACE = uuid.UUID("6f0d2f2c-5a0b-5c1e-9d0a-0c8f3b1e7a55")


class ArchiveModel(models.Model):
    """A row of the archive's content: written in blocks, kept in versions, identified for ever by its `uid`.

    Fixtures name it by its natural key.
    """

    # Never changes: not when the record is renamed, merged into, or moved to another database.
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    # The lookups whose values, in order, name one row.
    natural_key_lookups: tuple[str, ...] = ()
    # The foreign key to what the row belongs to, where several could be meant; see aggregates.py.
    belongs_to = ""
    # Fields that other records' pages and exports print: when they change, so do those.
    printed_fields: tuple[str, ...] = ()
    # Columns that versions leave out, since they follow from what else happens to the row.
    unversioned_fields: tuple[str, ...] = ()

    objects = ArchiveQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with changes.block():
            super().save(*args, **kwargs)

    save.alters_data = True  # type: ignore[attr-defined]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with changes.block():
            return super().delete(*args, **kwargs)

    delete.alters_data = True  # type: ignore[attr-defined]

    def validate_unique(self, exclude: Iterable[str] | None = None) -> None:
        try:
            super().validate_unique(self._excluded(exclude))
        except ValidationError as error:
            # A normalized column is in no form: the error belongs to the field that it is made of.
            sources = {field.name: field.source for field in self._normalized_fields()}
            raise ValidationError(
                {sources.get(name, name): found for name, found in error.error_dict.items()}
            ) from error

    def validate_constraints(self, exclude: Iterable[str] | None = None) -> None:
        super().validate_constraints(self._excluded(exclude))

    def _excluded(self, exclude: Iterable[str] | None) -> set[str]:
        """The fields to leave out of a check; a normalized column only together with its source."""
        excluded = set(exclude or ())
        for field in self._normalized_fields():
            if field.source not in excluded:
                setattr(self, field.attname, field.normalized(self))
                excluded.discard(field.name)
        return excluded

    def _normalized_fields(self) -> list[Any]:
        return [field for field in self._meta.concrete_fields if isinstance(field, NormalizedField)]

    def derived_uid(self) -> uuid.UUID:
        """The uid (version 5) of a row that a fixture names by its natural key alone: the same in every archive."""
        return self.uid_of(self.natural_key())

    @classmethod
    def uid_of(cls, key: Iterable[Any]) -> uuid.UUID:
        """The uid derived from a natural key."""
        return uuid.uuid5(UID_NAMESPACE, json.dumps([cls._meta.label_lower, *key], ensure_ascii=False))

    def natural_key(self) -> tuple[Any, ...]:
        values = []
        for lookup in self.natural_key_lookups:
            value: Any = self
            for name in lookup.split("__"):
                value = getattr(value, name) if value is not None else None
            values.append(value if value is None else str(value) if not isinstance(value, int) else value)
        return tuple(values)


def validate_no_cycle(record: models.Model) -> None:
    """Raise ValidationError if a record with a `parent` is, through any number of steps, a part of itself."""
    ancestor, seen = record.parent, {record.pk}
    while ancestor is not None:
        if ancestor.pk is not None and ancestor.pk in seen:
            raise ValidationError({"parent": _("“%s” is itself a part of this one.") % record.parent})
        seen.add(ancestor.pk)
        ancestor = ancestor.parent


def set_conference_from_parent(record: Any) -> None:
    """Set the conference of a row to that of its talk or session, so that the two can never disagree."""
    parent = record.talk or getattr(record, "session", None)
    if parent is not None:
        record.conference_id = parent.conference_id


def interface_language() -> str:
    return get_language() or "ru"


def is_russian() -> bool:
    return interface_language().startswith("ru")
