"""How many conferences each organisation or topic has a part in, counted by the database in one query."""

from collections.abc import Iterable

from django.db import models
from django.db.models import QuerySet
from django.db.models.query import RawQuerySet


def counted(model: type[models.Model], pairs: Iterable[QuerySet], first: str | None, limit: int | None) -> RawQuerySet:
    """Records with `count`: the one whose slug is `first`, then those with most.

    `pairs` are querysets of (conference, record); a pair counts once.
    """
    one, *others = pairs
    # Django can unite querysets but not count over the union; without an order the union has none to lose.
    sql, parameters = one.order_by().union(*(other.order_by() for other in others)).query.sql_with_params()
    return model.objects.raw(
        f"SELECT record.*, counted.count FROM {model._meta.db_table} record JOIN"
        f" (SELECT pairs.record, COUNT(*) AS count FROM ({sql}) pairs GROUP BY pairs.record) counted"
        f" ON counted.record = record.id ORDER BY record.slug = %s DESC, counted.count DESC, record.name_key"
        + (f" LIMIT {limit:d}" if limit else ""),
        [*parameters, first or ""],
    )
