"""Rows asked for by their keys, with SQL that is composed once."""

import json
from collections.abc import Callable, Collection, Hashable
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

# The condition that the key at a path is among those asked for.
Among = Callable[[str], Q]

# What stands in the SQL for the keys known at each asking only: the lowest and the highest, or all of them.
_LOW, _HIGH, _KEYS = -7305812, -7305813, "\uf8ff"
_LISTED = {"sqlite": "SELECT value FROM json_each(%s)", "postgresql": "SELECT unnest(%s::bigint[])"}
_sql: dict[tuple, tuple[str, tuple]] = {}


def asked(name: Hashable, queryset: Callable[[Among], QuerySet], pks: Collection[int]) -> list[tuple]:
    """The rows of a queryset for these keys, each row’s key first.

    Every save asks some dozens of these, so their SQL is composed once. It asks for a range of keys, which is
    quicker than for thousands of numbers; only keys that lie far apart are listed.
    """
    if not pks:
        return []
    low, high = min(pks), max(pks)
    among = _between if high - low < 2 * len(pks) else _listed
    key = (connection.vendor, name, among)
    if key not in _sql:
        _sql[key] = queryset(among).query.sql_with_params()
    sql, parameters = _sql[key]
    given: dict[Any, Any] = {_LOW: low, _HIGH: high}
    if among is _listed:
        given[_KEYS] = json.dumps(list(pks)) if connection.vendor == "sqlite" else list(pks)
    with connection.cursor() as cursor:
        cursor.execute(sql, [given.get(one, one) for one in parameters])
        return [row for row in cursor.fetchall() if row[0] in pks]


def _between(path: str) -> Q:
    return Q(**{f"{path}__gte": _LOW, f"{path}__lte": _HIGH})


def _listed(path: str) -> Q:
    return Q(**{f"{path}__in": RawSQL(_LISTED[connection.vendor], [_KEYS])})
