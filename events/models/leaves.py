"""Small child rows (dates, notes, sources) read inside their parent's own query, so that a page costs few queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db import models
from django.db.models import Aggregate, F, JSONField, OuterRef, Subquery
from django.db.models.functions import JSONObject


class JSONArray(Aggregate):
    function = "JSONB_AGG"
    output_field = JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **kwargs: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **kwargs)


def leaves(model: type[models.Model], relation: str, without: Iterable[str] = ()) -> Subquery:
    """The rows of a reverse foreign key as one JSON value; `without` names heavy columns to leave out."""
    field = model._meta.get_field(relation).field
    columns = {f.attname: F(f.attname) for f in field.model._meta.concrete_fields if f.name not in without}
    rows = field.model._base_manager.filter(**{field.name: OuterRef("pk")}).order_by().values(field.name)
    return Subquery(rows.annotate(leaves=JSONArray(JSONObject(**columns))).values("leaves"))


def plant(record: models.Model, relation: str, rows: Iterable[models.Model]) -> None:
    """From now on `record.<relation>.all()` answers with these rows and asks no database."""
    manager = getattr(record, relation)
    planted = manager.get_queryset()
    planted._result_cache = list(rows)
    planted._prefetch_done = True
    record.__dict__.setdefault("_prefetched_objects_cache", {})[relation] = planted


def plant_json(record: models.Model, relation: str, values: list[dict[str, Any]] | None) -> None:
    """Like `plant`, from the value of `leaves`, in the order of the rows' model."""
    field = record._meta.get_field(relation).field
    rows = [_row(field.model, row, record._state.db) for row in values or []]
    rows.sort(key=lambda row: [getattr(row, name) for name in field.model._meta.ordering])
    for row in rows:
        field.set_cached_value(row, record)
    plant(record, relation, rows)


def plant_parts(records: Iterable[models.Model], path: str, rows: Callable[..., list[models.Model]]) -> None:
    """Like `plant`, for many records at once: `rows` answers those of the keys it is given, in order."""
    *way, relation = path.split("__")
    owners = list(records)
    for step in way:
        owners = [owner for owner in (getattr(owner, step) for owner in owners) if owner is not None]
    if not owners:
        return
    field = owners[0]._meta.get_field(relation).field
    by_owner: dict[Any, list[models.Model]] = defaultdict(list)
    for row in rows(keys=list(dict.fromkeys(owner.pk for owner in owners))):
        by_owner[getattr(row, field.attname)].append(row)
    for owner in owners:
        for row in by_owner[owner.pk]:
            field.set_cached_value(row, owner)
        plant(owner, relation, by_owner[owner.pk])


def _row(model: type[models.Model], values: dict[str, Any], db: str) -> models.Model:
    fields = [f for f in model._meta.concrete_fields if f.attname in values]
    return model.from_db(db, [f.attname for f in fields], [f.to_python(values[f.attname]) for f in fields])
