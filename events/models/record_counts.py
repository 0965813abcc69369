"""Numbers of conferences per organisation or topic, counted by the database in one query."""

from collections.abc import Iterable

from django.db import connection, models
from django.db.models import QuerySet
from django.db.models.query import RawQuerySet

from . import aggregates


def counted(model: type[models.Model], pairs: Iterable[QuerySet], first: str | None, limit: int | None) -> RawQuerySet:
    """Records with `count`: first the record with the slug `first`, then by descending count.

    `pairs` are querysets of (conference, record); a pair counts once.
    """
    head, *rest = pairs
    # Django cannot aggregate over a union, so its SQL becomes a subquery; a union takes no ordered querysets.
    union = head.order_by().union(*(queryset.order_by() for queryset in rest)).order_by()
    sql, parameters = union.query.sql_with_params()
    return model.objects.raw(
        f"SELECT record.*, counted.count FROM {model._meta.db_table} record JOIN"
        f" (SELECT pairs.record, COUNT(*) AS count FROM ({sql}) pairs GROUP BY pairs.record) counted"
        f" ON counted.record = record.id ORDER BY record.slug = %s DESC, counted.count DESC, record.name_key, record.id"
        + (f" LIMIT {limit:d}" if limit else ""),
        [*parameters, first or ""],
    )


def counted_by_year(pairs: Iterable[QuerySet]) -> list[tuple[int | None, int]]:
    """The years of conferences, the latest first, each with the number of records; `pairs` as above."""
    head, *rest = pairs
    sql, parameters = head.order_by().union(*(queryset.order_by() for queryset in rest)).query.sql_with_params()
    conference = aggregates.model("events.conference")._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT conference.year, COUNT(DISTINCT pairs.record) FROM ({sql}) pairs JOIN {conference} conference"
            " ON conference.id = pairs.conference_id GROUP BY conference.year"
            " ORDER BY conference.year IS NULL, conference.year DESC",
            parameters,
        )
        return cursor.fetchall()


def counted_with_days(
    model: type[models.Model], pairs: Iterable[QuerySet], without: int, limit: int | None
) -> RawQuerySet:
    """Records but `without` with `count`, and the `first` and `last` day of their conferences whose year is known."""
    head, *rest = pairs
    union = head.order_by().union(*(queryset.order_by() for queryset in rest)).order_by()
    sql, parameters = union.query.sql_with_params()
    conference = aggregates.model("events.conference")._meta.db_table
    day = "CASE WHEN conference.year IS NOT NULL THEN conference.first_day END"
    return model.objects.raw(
        f"SELECT record.*, counted.count, counted.first, counted.last FROM {model._meta.db_table} record JOIN"
        f" (SELECT pairs.record, COUNT(*) AS count, MIN({day}) AS first, MAX({day}) AS last FROM ({sql}) pairs"
        f" JOIN {conference} conference ON conference.id = pairs.conference_id GROUP BY pairs.record) counted"
        f" ON counted.record = record.id WHERE record.id <> %s ORDER BY counted.count DESC, record.name_key, record.id"
        + (f" LIMIT {limit:d}" if limit else ""),
        [*parameters, without],
    )
