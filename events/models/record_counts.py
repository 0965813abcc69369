"""Numbers of conferences per organisation or topic, counted by the database in one query."""

from collections.abc import Iterable

from django.db import models
from django.db.models import QuerySet
from django.db.models.query import RawQuerySet


def counted(model: type[models.Model], pairs: Iterable[QuerySet], first: str | None, limit: int | None) -> RawQuerySet:
    """Records with `count`: first the record with the slug `first`, then by descending count.

    `pairs` are querysets of (conference, record); a pair counts once.
    """
    head, *rest = pairs
    # Django cannot aggregate over a union, so its SQL becomes a subquery; a union takes no ordered querysets.
    sql, parameters = head.order_by().union(*(queryset.order_by() for queryset in rest)).query.sql_with_params()
    return model.objects.raw(
        f"SELECT record.*, counted.count FROM {model._meta.db_table} record JOIN"
        f" (SELECT pairs.record, COUNT(*) AS count FROM ({sql}) pairs GROUP BY pairs.record) counted"
        f" ON counted.record = record.id ORDER BY record.slug = %s DESC, counted.count DESC, record.name_key, record.id"
        + (f" LIMIT {limit:d}" if limit else ""),
        [*parameters, first or ""],
    )
