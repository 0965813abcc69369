"""History: a record with all its rows as it stood after each change; what changed; the way back.

A conference is kept whole — dates, talks, people and all — because it is edited whole, and comes back whole.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from . import dates
from .models import OldAddress, Version
from .models.base import Addressed, ArchiveModel, PartialDateField

Key = tuple[str, Any]
AT_ONCE = 100  # records of an import, with all their rows


class CannotRestore(Exception):
    """What the restored record refers to is gone; the message names it."""


# ── Keeping ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def owner(record: models.Model) -> models.Model:
    """The record in whose history a change belongs: a talk’s is that of its conference."""
    return record.conference if hasattr(record, "conference_id") else record


def settle(record: models.Model) -> None:
    """Before a change: keeps how the record stands, if it came or changed by another way than the admin."""
    keep(record, Version.Action.FOUND)


def keep(record: models.Model, action: str, user: Any = None, note: str = "", undo: Any = None) -> Version | None:
    """Writes down how a record stands in the database, unless nothing is new."""
    record = type(record)._base_manager.get(pk=record.pk)
    rows, names = snapshot(record)
    last = Version.objects.of(record).first()
    is_news = action == Version.Action.DELETED or undo is not None or not last or last.action == Version.Action.DELETED
    if not is_news and same(last.rows, rows):
        return None
    version = _version(record, action, user, note, rows, names)
    version.undo = undo
    version.save()
    return version


def _version(record: models.Model, action: str, user: Any, note: str, rows: list, names: dict) -> Version:
    return Version(
        model=record._meta.model_name,
        record=record.pk,
        name=str(record)[:600],
        status=getattr(record, "status", ""),
        action=action,
        user=user,
        note=note[:300],
        rows=rows,
        names=names,
    )


def keep_import(new: Iterable[models.Model], changed: Iterable[models.Model], user: Any, note: str) -> None:
    """What came into the archive together, each record in its own history."""
    by_model: dict[type[models.Model], list[int]] = defaultdict(list)
    for record in new:
        by_model[type(record)].append(record.pk)
    for model, pks in by_model.items():
        for start in range(0, len(pks), AT_ONCE):
            records = list(model._base_manager.filter(pk__in=pks[start : start + AT_ONCE]).order_by("pk"))
            Version.objects.bulk_create(
                _version(rows[0], Version.Action.ADDED, user, note, *_snapshot(rows)) for rows in whole(records)
            )
    for record in changed:
        keep(record, Version.Action.CHANGED, user, note=note[:300])


def whole(records: list[models.Model]) -> Iterable[list[models.Model]]:
    """Each record with its parts, as `with_parts` for one; asked for all of them together."""
    found: dict[str, list[models.Model]] = {reference(record): [] for record in records}
    _share_out(records, {key: rows for key, rows in found.items()})
    return found.values()


def _share_out(rows: list[Any], homes: dict[str, list[models.Model]]) -> None:
    """Puts the rows, then their parts, into the lists of the records that they belong to."""
    for row in rows:
        if row not in homes[reference(row)]:
            homes[reference(row)].append(row)
    for relation, parts in _parts(rows):
        kind = rows[0]._meta.model_name
        owned = {reference(part): homes[f"{kind}:{getattr(part, relation.field.attname)}"] for part in parts}
        _share_out(parts, owned)


def snapshot(record: models.Model) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    return _snapshot(list({(row._meta.label_lower, row.pk): row for row in with_parts([record])}.values()))


def _snapshot(found: list[models.Model]) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    return serialized(found), {reference(row): name(row) for row in [*found, *referred(found)]}


def serialized(rows: Iterable[models.Model]) -> list[dict[str, Any]]:
    return json.loads(serializers.serialize("json", rows))


def with_parts(records: list[Any]) -> Iterator[models.Model]:
    """The records and all that would be deleted with them."""
    yield from records
    for _relation, parts in _parts(records):
        yield from with_parts(parts)


def _parts(records: list[Any]) -> Iterator[tuple[Any, list[models.Model]]]:
    for relation in records[0]._meta.related_objects if records else []:
        model = relation.related_model
        if relation.on_delete is models.CASCADE and issubclass(model, ArchiveModel):
            rows = model._base_manager.filter(**{f"{relation.field.name}__in": records})
            yield relation, list(rows.select_related(*(field.name for field in foreign_keys(model))).order_by("pk"))


def foreign_keys(model: type[models.Model]) -> list[models.ForeignKey]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]


def referred(rows: Iterable[models.Model]) -> Iterator[models.Model]:
    for row in rows:
        for field in foreign_keys(type(row)):
            if target := getattr(row, field.name):
                yield target


def reference(row: models.Model) -> str:
    return f"{row._meta.model_name}:{row.pk}"


def name(row: models.Model) -> list[str]:
    return [getattr(row, "slug", ""), str(row)]


# ── What changed ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Change:
    """One field of one row: what it was and what it became; a whole row that came or went has no field."""

    row: str
    field: str
    before: str
    after: str


def same(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> bool:
    return facts(before) == facts(after)


def facts(rows: list[dict[str, Any]]) -> dict[Key, dict[str, Any]]:
    """What staff wrote, without what is derived from it; fields that are gone since count for nothing."""
    return {
        (row["model"], row["pk"]): {
            key: value for key, value in row["fields"].items() if (field := editable(row["model"], key)) and field
        }
        for row in rows
    }


def editable(model: str, name: str) -> models.Field | None:
    try:
        field = apps.get_model(model)._meta.get_field(name)
    except (FieldDoesNotExist, LookupError):
        return None
    return field if field.editable else None


def changes(version: Version, previous: Version | None) -> list[Change]:
    """What a version changed against the one before it."""
    before, after = facts(previous.rows if previous else []), facts(version.rows)
    names = {**(previous.names if previous else {}), **version.names}
    found = [Change(_row_name(key, names), "", _("there was"), _("removed")) for key in before.keys() - after.keys()]
    for key, fields in after.items():
        if key not in before and previous:
            found.append(Change(_row_name(key, names), "", "", _("added")))
        elif key in before:
            found.extend(_field_changes(key, before[key], fields, names))
    return found


def _field_changes(key: Key, before: dict, after: dict, names: dict) -> Iterator[Change]:
    for field_name in after:
        if before.get(field_name) != after[field_name]:
            field = editable(key[0], field_name)
            shown = (_shown(field, value, names) for value in (before.get(field_name), after[field_name]))
            yield Change(_row_name(key, names), capfirst(str(field.verbose_name)), *shown)


def _row_name(key: Key, names: dict) -> str:
    model = apps.get_model(key[0])
    _slug, name = names.get(f"{model._meta.model_name}:{key[1]}", ["", ""])
    return f"{capfirst(str(model._meta.verbose_name))}: {name}"


def _shown(field: models.Field, value: Any, names: dict) -> str:
    if value in (None, ""):
        return "—"
    if field.related_model:
        return names.get(f"{field.related_model._meta.model_name}:{value}", ["", str(value)])[1]
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, PartialDateField):
        return dates.typed_date(dates.PartialDate.from_iso(value))
    return str(value)


# ── The way back ────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def restore(version: Version, user: Any = None) -> models.Model:
    """The record as it stood in this version, whether it was changed or deleted since, with all its rows."""
    model = apps.get_model("events", version.model)
    current = model._base_manager.filter(pk=version.record).first()
    if current:
        settle(current)
    write(version.rows, version.names, snapshot(current)[0] if current else [])
    record = model._base_manager.get(pk=version.record)
    keep(record, Version.Action.RESTORED, user, note=timezone.localtime(version.moment).strftime("%d.%m.%Y %H:%M"))
    return record


def write(rows: list[dict[str, Any]], names: dict[str, list[str]], current: list[dict[str, Any]]) -> None:
    """Makes the stored rows what they are in `rows`; `current` is how they stand now."""
    wanted, present = facts(rows), facts(current)
    changed = {key for key in wanted if wanted[key] != present.get(key)}
    # Rows that nothing hangs on leave before they come back, so that two that traded places do not meet.
    leaving = (present.keys() - wanted.keys()) | {key for key in changed & present.keys() if _is_leaf(key[0])}
    for model, pk in leaving:
        apps.get_model(model)._base_manager.filter(pk=pk).delete()
    own = {f"{key[0].rpartition('.')[2]}:{key[1]}" for key in wanted}
    arriving = in_turn([row for row in rows if (row["model"], row["pk"]) in changed])
    for row in serializers.deserialize("python", arriving, ignorenonexistent=True):
        _mend_references(row.object, names, own)
        _free_address(row.object)
        try:
            row.object.save()
        except ValidationError as error:
            raise CannotRestore(" ".join(error.messages)) from error


def in_turn(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What others refer to comes first: conference, session, talk, its people."""
    models = {row["model"]: apps.get_model(row["model"]) for row in rows}
    needs = {label: {key.related_model._meta.label_lower for key in foreign_keys(models[label])} for label in models}
    turns = list(TopologicalSorter({label: needs[label] & needs.keys() - {label} for label in needs}).static_order())
    return sorted(rows, key=lambda row: turns.index(row["model"]))


def _is_leaf(model: str) -> bool:
    return not apps.get_model(model)._meta.related_objects


def _mend_references(row: models.Model, names: dict[str, list[str]], own: set[str]) -> None:
    """What a row refers to may have been merged into another record since, or deleted."""
    for field in foreign_keys(type(row)):
        pk = getattr(row, field.attname)
        target = f"{field.related_model._meta.model_name}:{pk}"
        if pk is None or target in own or field.related_model._base_manager.filter(pk=pk).exists():
            continue
        slug, label = names.get(target, ["", target])
        setattr(row, field.name, _successor(field.related_model, slug, label))


def _successor(model: type[models.Model], slug: str, label: str) -> models.Model:
    address = OldAddress.objects.filter(kind=model._meta.model_name, slug=slug).first()
    try:
        return model._base_manager.get(slug=address.target if address else slug)
    except (ObjectDoesNotExist, FieldDoesNotExist) as error:
        raise CannotRestore(restore_first(model, label)) from error


def restore_first(model: type[models.Model], label: str) -> str:
    return _("Restore first: %(kind)s “%(name)s”.") % {"kind": model._meta.verbose_name, "name": label}


def _free_address(row: models.Model) -> None:
    if isinstance(row, Addressed) and type(row)._base_manager.filter(slug=row.slug).exclude(pk=row.pk).exists():
        row.slug = ""
