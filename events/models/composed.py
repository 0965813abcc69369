"""SQL composed once: Django composes it from its parts at every request, which took most of a page's time."""

from collections.abc import Callable, Hashable, Iterator
from copy import copy
from functools import lru_cache, update_wrapper
from itertools import count, islice
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import RawQuerySet

# Different questions kept of each function; beyond that the one not asked for longest is composed anew.
KEPT = 200
Built = QuerySet | RawQuerySet
Given = str | int | list[str] | list[int]
# What a value given by name is, and of how many if it is a list.
Form = tuple[type, int | None]


class Composed:
    """The rows of the queryset that a function builds, as a list; only its SQL is kept, never a row.

    What shapes the SQL is given by place. What is only compared with a column is given by name: a text, a number, or a
    list of them for an `__in`. The function must not ask the database anything itself.
    """

    def __init__(self, build: Callable[..., Built]) -> None:
        self.build = build
        self.compose = lru_cache(KEPT)(self._compose)
        update_wrapper(self, build)

    def __call__(self, *shape: Hashable, **given: Given) -> list[Any]:
        lists = {name: _padded(value) for name, value in given.items() if isinstance(value, list)}
        if not all(lists.values()):
            return []
        given |= lists
        forms = tuple((name, _form(value)) for name, value in given.items())
        queryset, compiler, sql, places = self.compose(connection.vendor, shape, forms)
        values = list(_flat(given.values()))
        parameters = tuple(values[place] if known is None else known for known, place in places)
        if isinstance(queryset, RawQuerySet):
            return list(queryset.model.objects.raw(sql, parameters))
        return _rows(queryset, compiler, sql, parameters)

    def _compose(self, vendor: str, shape: tuple, forms: tuple[tuple[str, Form], ...]) -> tuple[Built, Any, str, list]:
        """The SQL, and for each of its parameters either the parameter or which of the values given by name it is."""
        standing = dict(_placeholders(forms))
        queryset = self.build(*shape, **standing)
        if isinstance(queryset, RawQuerySet):
            compiler, sql, parameters = None, queryset.raw_query, queryset.params
        else:
            compiler = queryset.query.get_compiler(queryset.db)
            sql, parameters = compiler.as_sql()
        order = {value: place for place, value in enumerate(_flat(standing.values()))}
        if not set(order) <= set(parameters):
            raise TypeError(f"{self.build.__qualname__}: what is given by name must be compared as it is.")
        return queryset, compiler, sql, [(None, order[one]) if one in order else (one, None) for one in parameters]


composed = Composed


def _form(value: Given) -> Form:
    return (type(value[0]), len(value)) if isinstance(value, list) else (type(value), None)


def _placeholders(forms: tuple[tuple[str, Form], ...]) -> Iterator[tuple[str, Given]]:
    """Values that stand in the SQL for those known at each asking only, all different and found nowhere else."""
    numbers = count(-7305814, -1)
    for name, (kind, size) in forms:
        values = [f"\uf8ff{one}" if kind is str else one for one in islice(numbers, size or 1)]
        yield name, values if size else values[0]


def _padded(keys: list[Any]) -> list[Any]:
    """To a power of two, so that few lengths are composed."""
    return keys + keys[-1:] * ((1 << (len(keys) - 1).bit_length()) - len(keys)) if keys else []


def _flat(values: Any) -> Iterator[Any]:
    for value in values:
        yield from value if isinstance(value, list) else [value]


def _rows(queryset: QuerySet, compiler: Any, sql: str, parameters: tuple) -> list[Any]:
    # Django's own way from here on, but with a compiler that has composed its SQL already.
    ready = copy(compiler)
    ready.connection = connection
    ready.as_sql = lambda *args, **kwargs: (sql, parameters)
    asked = queryset._chain()
    asked.query.get_compiler = lambda *args, **kwargs: ready
    return list(asked)
