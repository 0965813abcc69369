"""Rows of several querysets for the same few records, fetched in one statement."""

from collections.abc import Collection
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import JSONArray


class Select(NamedTuple):
    """Columns of a queryset; `key` is the lookup of the record that a row is for, `order` what sorts its rows."""

    queryset: QuerySet
    key: str
    order: str
    columns: tuple[Any, ...]


def fetch(selects: list[Select], together: bool) -> list[list[tuple]]:
    """The rows of each select as (key, *columns), sorted.

    `together` makes it one statement with UNION ALL and the columns as a JSON array: for a few records statements cost
    most, for thousands JSON does. Booleans come as numbers from SQLite.
    """
    if together:
        return _together(selects)
    return [list(select.queryset.order_by(select.order).values_list(select.key, *select.columns)) for select in selects]


def _together(selects: list[Select]) -> list[list[tuple]]:
    first, *others = (
        select.queryset.order_by().values_list(Value(place), select.order, select.key, JSONArray(*select.columns))
        for place, select in enumerate(selects)
    )
    found: list[list[tuple]] = [[] for _select in selects]
    # Unordered: Django 6.1 gives a union the ordering of its first model.
    rows = first.union(*others, all=True).order_by()
    for place, _order, key, columns in sorted(rows, key=itemgetter(0, 1)):
        found[place].append((key, *columns))
    return found


def among(path: str, pks: Collection[int]) -> Q:
    """The condition that the key at this path is one of these, or lies between them where they are dense.

    A range is quicker than thousands of numbers; the caller passes over the rows of others.
    """
    low, high = min(pks), max(pks)
    if high - low < 2 * len(pks):
        return Q(**{f"{path}__gte": low, f"{path}__lte": high})
    return Q(**{f"{path}__in": list(pks)})
