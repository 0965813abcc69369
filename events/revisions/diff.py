"""Differences between two versions of a record, as lines that a page prints."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..models import Version
from ..models.fields import PartialDateField
from ..russian import dates
from .snapshots import Key, Row, key, reference


@dataclass(frozen=True)
class Change:
    """One field of one row: what it was and what it became; a whole row that came or went has no field."""

    row: str
    field: str
    before: str
    after: str


def editable_values(rows: list[Row]) -> dict[Key, dict[str, Any]]:
    """What staff wrote, without what is computed from it and without the kind of line ends; no fields of the past."""
    return {
        key(row): {
            name: value.replace("\r\n", "\n") if isinstance(value, str) else value
            for name, value in row["fields"].items()
            if editable_field(row["model"], name)
        }
        for row in rows
    }


def changed_by_people(record: uuid.UUID) -> tuple[set[str], set[str]]:
    """The uids of those rows of a record that an account wrote last, and of those that an account removed."""
    written: set[Key] = set()
    before: dict[Key, dict[str, Any]] = {}
    for version in Version.objects.filter(record=record).order_by("pk"):
        after = {} if version.action == Version.Action.DELETED else editable_values(version.rows)
        differing = {row for row in before.keys() | after.keys() if before.get(row) != after.get(row)}
        written = written | differing if version.user_id else written - differing
        before = after
    return {uid for _model, uid in written & before.keys()}, {uid for _model, uid in written - before.keys()}


@cache
def editable_field(model: str, name: str) -> models.Field | None:
    try:
        field = apps.get_model(model)._meta.get_field(name)
    except (FieldDoesNotExist, LookupError):
        return None
    return field if field.editable else None


def changes(version: Version, previous: Version | None) -> list[Change]:
    """What a version changed against the one before it; nothing for the first."""
    before, after = editable_values(previous.rows if previous else []), editable_values(version.rows)
    names = {**(previous.names if previous else {}), **version.names}
    found = [Change(_row_name(row, names), "", _("there was"), _("removed")) for row in before.keys() - after.keys()]
    for row, fields in after.items():
        if row not in before and previous:
            found.append(Change(_row_name(row, names), "", "", _("added")))
        elif row in before:
            found.extend(_field_changes(row, before[row], fields, names))
    return found


def _field_changes(row: Key, before: dict, after: dict, names: dict) -> Iterator[Change]:
    for name in after:
        if before.get(name) != after[name]:
            field = editable_field(row[0], name)
            shown = (shown_value(field, value, names) for value in (before.get(name), after[name]))
            yield Change(_row_name(row, names), capfirst(str(field.verbose_name)), *shown)


def _row_name(row: Key, names: dict) -> str:
    model = apps.get_model(row[0])
    _slug, label = names.get(reference(model, row[1]), ["", ""])
    return f"{capfirst(str(model._meta.verbose_name))}: {label}"


def shown_value(field: models.Field, value: Any, names: dict) -> str:
    if value in (None, ""):
        return "—"
    if field.related_model:
        return names.get(reference(field.related_model, value), ["", str(value)])[1]
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, PartialDateField):
        return dates.typed_date(dates.PartialDate.from_iso(value))
    return str(value)
