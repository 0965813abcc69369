"""QuerySets that the models share: bulk changes in a block of writing, and the condition of being published."""

from collections.abc import Iterable
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Aggregate, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from . import aggregates, changes


class ArchiveQuerySet(models.QuerySet):
    """A QuerySet whose bulk changes go through a block of writing, as single ones do."""

    def update(self, **values: Any) -> int:
        with changes.block() as block:
            block.lock()
            pks = list(self.order_by().values_list("pk", flat=True))
            block.touch_rows(self.model, pks)
            # By key: the update may change the columns that the filter tests.
            count = super().update(**values)
            block.touch_rows(self.model, pks)
            if "changed" in values:
                block.dated[self.model].update(pks)
            fields = {self.model._meta.get_field(name).name for name in values}
            changes.post_bulk_change.send(self.model, pks=pks, fields=fields)
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        with changes.block() as block:
            block.lock()
            created = super().bulk_create(objs, *args, **kwargs)
            pks = [obj.pk for obj in created]
            block.touch_rows(self.model, pks)
            if aggregates.is_root(self.model):
                block.created.update((self.model, pk) for pk in pks)
            changes.post_bulk_change.send(self.model, pks=pks, fields=None)
        return created

    def delete(self) -> tuple[int, dict[str, int]]:
        with changes.block():
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def get_by_natural_key(self, *key: str) -> models.Model:
        return self.get(**dict(zip(self.model.natural_key_lookups, key, strict=True)))


class PublicQuerySet(ArchiveQuerySet):
    """Records of which the public sees those published; what staff see, events/rights.py says."""

    def published(self) -> Any:
        raise NotImplementedError


class JSONArrayAgg(Aggregate):
    """A JSON array of the values of a group, in no particular order."""

    function = "JSON_GROUP_ARRAY"
    allow_distinct = True
    output_field = models.JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **context)


def rows_as_json(rows: QuerySet, record: str, **conditions: Any) -> Subquery:
    """The small rows of a record, which have it at the path `record`, as one column of it instead of a query.

    `conditions` are of the same joined row as the path.

    `rows_from_json` makes them of that column.
    """
    columns = {field.attname: field.attname for field in rows.model._meta.concrete_fields}
    grouped = rows.filter(**{record: OuterRef("pk")}, **conditions).order_by().values(record)
    return Subquery(grouped.annotate(all_of_them=JSONArrayAgg(JSONObject(**columns))).values("all_of_them"))


def rows_from_json(model: Any, column: list[dict[str, Any]] | None, *order: str) -> list[Any]:
    """The rows of a column that `rows_as_json` made, sorted by these fields."""
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    rows = [
        model.from_db(DEFAULT_DB_ALIAS, names, [field.to_python(row[field.attname]) for field in fields])
        for row in column or ()
    ]
    return sorted(rows, key=lambda row: [getattr(row, name) for name in order])


def at_published(conference: str = "conference") -> Exists:
    """The condition that the conference at that path from a row is published.

    Tested for each row: as a list of keys SQLite would try every conference for every row.
    """
    return Exists(published_conferences().filter(pk=OuterRef(conference)))


def published_conferences() -> Any:
    """Published conferences, for the models that conference.py imports; `published()` of all others is built on it."""
    return aggregates.model("events.conference").objects.published()
