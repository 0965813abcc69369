"""Lists of at most so many items, as statements with `IN (…)` and bulk writes take them."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the rows in lists of `size`, the last one shorter; `itertools.batched` of Python 3.12, but in lists."""
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch
