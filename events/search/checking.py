"""The index compared with the data it was made from."""

from collections.abc import Iterator
from typing import NamedTuple

from ..models import SearchDocument, SearchWord
from . import index
from .documents import FINDABLE, documents, stored
from .entries import ANALYSER, entry


class Fault(NamedTuple):
    # missing, stale, superfluous, analyser, words
    what: str
    where: str


def faults() -> Iterator[Fault]:
    """Everything in which the index is not what the data would make of it."""
    for kind in FINDABLE:
        for pks in index.record_keys(kind):
            yield from _compared(kind, pks)
    for kind, pks in index.superfluous():
        yield from (Fault("superfluous", f"{_name(kind)} {pk}") for pk in pks)
    yield from _without_document()
    yield from _words()


def _compared(kind: int, pks: list[int]) -> Iterator[Fault]:
    indexed = {one.object_id: one for one in stored({kind: pks})}
    fresh = {one.object_id: one for one in documents({kind: pks})}
    same = [one for pk, one in indexed.items() if one == fresh.get(pk)]
    differing = set(index.engine().differing([entry(one) for one in same])) if same else set()
    for pk, one in fresh.items():
        where = f"{_name(kind)} {pk}: {one.title}"
        if pk not in indexed:
            yield Fault("missing", where)
        elif indexed[pk].analyser != ANALYSER:
            yield Fault("analyser", where)
        elif indexed[pk] != one or one.id in differing:
            yield Fault("stale", where)


def _without_document() -> Iterator[Fault]:
    """Rows of the word index that belong to no document."""
    last = 0
    while numbers := index.engine().numbers(last, index.BATCH):
        known = set(SearchDocument.objects.filter(pk__in=numbers).values_list("pk", flat=True))
        yield from (Fault("superfluous", str(number)) for number in numbers if number not in known)
        last = numbers[-1]


def _words() -> Iterator[Fault]:
    words = index.all_words()
    words.add_uncounted(sign=-1)
    right = words.all()
    for word, documents_with, headings in SearchWord.objects.values_list("word", "documents", "headings").iterator():
        if right.pop(word, None) != (documents_with, headings):
            yield Fault("words", word)
    yield from (Fault("words", word) for word in right)


def _name(kind: int) -> str:
    return SearchDocument.Kind(kind).name.lower()
