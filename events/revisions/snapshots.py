"""Snapshots: a root record with all its rows as JSON values, read in one statement."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, NamedTuple

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import JSONArray
from django.utils.dateparse import parse_datetime

from ..models import aggregates
from ..models.aggregates import Member
from ..models.fields import NormalizedField

# A row of a version: {"model": "events.talk", "uid": "…", "pk": 12, "fields": {…}}, foreign keys as the uids of their
# targets. The primary key names nothing: a row that comes back takes it again if it is free.
Row = dict[str, Any]
Key = tuple[str, str]  # model label, uid


class Snapshot(NamedTuple):
    """A root with its rows; `pks` has the database key of each row, which differs from database to database."""

    rows: list[Row]
    pks: dict[Key, int]


def key(row: Row) -> Key:
    return row["model"], row["uid"]


def snapshot(record: models.Model) -> list[Row]:
    """The rows of one root as the database has them now."""
    return snapshots(type(record), [record.pk])[record.pk].rows


def snapshots(
    model: type[models.Model],
    pks: Iterable[int],
    deleted_with: bool = False,
    among: AbstractSet[type[models.Model]] | None = None,
) -> dict[int, Snapshot]:
    """The snapshots of those of these roots that exist, by primary key.

    `deleted_with` adds the rows of other roots that Django would delete along: a topic's assignments. `among` are the
    models that they can have rows of, if not all.
    """
    sources = [
        member for member in aggregates.members(model) if among is None or member.path == "pk" or member.model in among
    ]
    sources += aggregates.deleted_with(model) if deleted_with else ()
    wanted = list(pks)
    queries = [_query(place, member, wanted) for place, member in enumerate(sources)]
    found: dict[int, Snapshot] = {}
    # Unordered: Django 6.1 gives a union the ordering of its first model.
    rows = queries[0].union(*queries[1:], all=True).order_by()
    for place, root, pk, values in sorted(rows, key=lambda row: row[:3]):
        member = sources[place]
        row = _row(member.model, pk, values)
        one = found.setdefault(root, Snapshot([], {}))
        one.rows.append(row)
        one.pks[key(row)] = pk
    return found


def _query(place: int, member: Member, pks: list[int]) -> models.QuerySet:
    values = [F(f"{field.name}__uid") if field.is_relation else F(field.name) for field in stored_fields(member.model)]
    rows = member.model._base_manager.filter(**{f"{member.path}__in": pks}).order_by()
    return rows.values_list(Value(place), member.path, "pk", JSONArray("uid", *values))


@cache
def stored_fields(model: type[models.Model]) -> tuple[models.Field, ...]:
    """The columns that a version keeps: not the keys, nor what is computed from the others on saving."""
    return tuple(
        field
        for field in model._meta.concrete_fields
        if not field.primary_key
        and field.name not in ("uid", *model.unversioned_fields)
        and not isinstance(field, NormalizedField)
    )


def _row(model: type[models.Model], pk: int, values: list[Any]) -> Row:
    uid, *rest = values
    fields = {
        field.name: value if value is None or convert is None else convert(value)
        for (field, convert), value in zip(_converters(model), rest, strict=True)
    }
    return {"model": model._meta.label_lower, "uid": str(uuid.UUID(uid)), "pk": pk, "fields": fields}


@cache
def _converters(model: type[models.Model]) -> tuple[tuple[models.Field, Callable[[Any], Any] | None], ...]:
    return tuple((field, _converter(field)) for field in stored_fields(model))


def _converter(field: models.Field) -> Callable[[Any], Any] | None:
    """What turns the database's JSON of a column into ours, where the databases differ."""
    if field.is_relation or isinstance(field, models.UUIDField):
        return lambda value: str(uuid.UUID(value)) if isinstance(value, str) else value
    if isinstance(field, models.BooleanField):
        return bool
    if isinstance(field, models.DateTimeField):
        return _in_utc
    return None


def _in_utc(value: str) -> str:
    moment = parse_datetime(value)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return moment.astimezone(datetime.UTC).isoformat()


# ── Labels ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def reference(model: type[models.Model], uid: str) -> str:
    return f"{model._meta.model_name}:{uid}"


Filled = dict[type[models.Model], set[str]]


def names(rows: Iterable[tuple[type[models.Model], int]], filled: Filled | None = None) -> dict[str, list[str]]:
    """Slug and label of these rows and of what their foreign keys name: a few queries for any number of rows.

    `filled` says which fields of each model any of the rows has; without it all are read.
    """
    by_model: dict[type[models.Model], list[int]] = defaultdict(list)
    for model, pk in rows:
        by_model[model].append(pk)
    instances = [
        row
        for model, pks in by_model.items()
        for row in _with_names(model, pks, None if filled is None else filled[model])
    ]
    return {reference(type(row), str(row.uid)): _name(row) for row in [*instances, *_targets(instances)]}


def _with_names(model: type[models.Model], pks: list[int], filled: set[str] | None) -> models.QuerySet:
    """Rows with what their own label and those of their foreign keys are made of."""
    keys = [
        field
        for field in aggregates.foreign_keys(model)
        if aggregates.is_archive_model(field.related_model) and (filled is None or field.name in filled)
    ]
    related = [field.name for field in keys]
    for field in keys:
        related += [f"{field.name}__{name}" for name in ("parent", "kind") if _has(field.related_model, name)]
    return model._base_manager.filter(pk__in=pks).select_related(*related or [None])


def _has(model: type[models.Model], name: str) -> bool:
    return any(field.name == name for field in aggregates.foreign_keys(model))


def _targets(rows: Iterable[models.Model]) -> Iterator[models.Model]:
    for row in rows:
        for field in aggregates.foreign_keys(type(row)):
            if target := getattr(row, field.name):
                yield target


def _name(row: models.Model) -> list[str]:
    return [getattr(row, "slug", ""), str(row)]
