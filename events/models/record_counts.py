"""Numbers of conferences per organisation or topic, counted by the database in one query."""

from collections.abc import Iterable
from typing import Any

from django.db import connections, models, router
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.query import RawQuerySet

from . import aggregates


def counted(
    model: type[models.Model],
    pairs: Iterable[QuerySet],
    first: str | None,
    limit: int | None,
    given: QuerySet | None = None,
) -> RawQuerySet:
    """Records with `count`: first the record with the slug `first`, then by descending count.

    `pairs` are querysets of (conference, record); a pair counts once. `given` are the conferences that they name by
    `given_conferences()`: evaluated once for all pairs.
    """
    sql, parameters = _union(pairs)
    once, of_given = "", ()
    if given is not None:
        keys, of_given = given.order_by().values("pk").query.sql_with_params()
        once = f"WITH given (id) AS MATERIALIZED ({keys}) "
    return model.objects.raw(
        f"{once}SELECT record.*, counted.count FROM {model._meta.db_table} record JOIN"
        f" (SELECT pairs.record, COUNT(*) AS count FROM ({sql}) pairs GROUP BY pairs.record) counted"
        " ON counted.record = record.id ORDER BY record.slug = %s DESC, counted.count DESC,"
        # Cyrillic names before Latin ones, as in the indexes.
        " record.name_key < 'а', record.name_key, record.id" + (f" LIMIT {limit:d}" if limit else ""),
        [*of_given, *parameters, first or ""],
    )


def given_conferences() -> QuerySet:
    """The conferences that `counted` is given, for its pairs."""
    return aggregates.model("events.conference").objects.filter(pk__in=RawSQL("SELECT id FROM given", ()))


def counted_by_year(pairs: Iterable[QuerySet]) -> list[tuple[int | None, int]]:
    """The years of conferences, the latest first, each with the number of records; `pairs` as above."""
    sql, parameters = _union(pairs)
    model = aggregates.model("events.conference")
    conference = model._meta.db_table
    with connections[router.db_for_read(model)].cursor() as cursor:
        cursor.execute(
            f"SELECT conference.year, COUNT(DISTINCT pairs.record) FROM ({sql}) pairs JOIN {conference} conference"
            " ON conference.id = pairs.conference_id GROUP BY conference.year"
            " ORDER BY conference.year IS NULL, conference.year DESC",
            parameters,
        )
        return cursor.fetchall()


def counted_by_town(pairs: Iterable[QuerySet], without: int, limit: int) -> list[tuple[str, str, int]]:
    """The region, the city and the number of organisations of the first towns, those of most of them first.

    `pairs` and `without` as below.
    """
    sql, parameters = _union(pairs)
    model = aggregates.model("events.organisation")
    with connections[router.db_for_read(model)].cursor() as cursor:
        cursor.execute(
            f"SELECT record.region, record.city, COUNT(*) FROM {model._meta.db_table} record"
            f" WHERE record.id IN (SELECT pairs.record FROM ({sql}) pairs) AND record.id <> %s AND record.city <> ''"
            f" GROUP BY record.region, record.city ORDER BY COUNT(*) DESC, record.city, record.region LIMIT {limit:d}",
            [*parameters, without],
        )
        return cursor.fetchall()


def counted_with_days(
    model: type[models.Model], pairs: Iterable[QuerySet], without: int = 0, limit: int | None = None
) -> RawQuerySet:
    """Records with `count`, and the `first` and `last` day of their conferences whose year is known.

    `without` is the key of a record to be left out.
    """
    sql, parameters = _union(pairs)
    conference = aggregates.model("events.conference")._meta.db_table
    day = "CASE WHEN conference.year IS NOT NULL THEN conference.first_day END"
    rest, page = "", ""
    if limit:
        # Of the many that are not shown nothing more is read. One further: `without` may be among the first.
        least = f"SELECT count FROM counted ORDER BY count DESC LIMIT 1 OFFSET {limit:d}"
        rest, page = f" AND counted.count >= COALESCE(({least}), 0)", f" LIMIT {limit:d}"
    return model.objects.raw(
        f"WITH counted AS MATERIALIZED (SELECT pairs.record, COUNT(*) AS count, MIN({day}) AS first, MAX({day}) AS last"
        f" FROM ({sql}) pairs JOIN {conference} conference ON conference.id = pairs.conference_id"
        " GROUP BY pairs.record)"
        f" SELECT record.*, counted.count, counted.first, counted.last FROM {model._meta.db_table} record"
        f" JOIN counted ON counted.record = record.id WHERE record.id <> %s{rest}"
        f" ORDER BY counted.count DESC, record.name_key, record.id{page}",
        [*parameters, without],
    )


def _union(pairs: Iterable[QuerySet]) -> tuple[str, tuple[Any, ...]]:
    """The SQL of the union, for a subquery: Django cannot aggregate over a union.

    A union takes no ordered querysets; without the last `order_by()` Django 6.1 gives it the order of its first model.
    """
    head, *rest = (queryset.order_by() for queryset in pairs)
    return head.union(*rest).order_by().query.sql_with_params()
