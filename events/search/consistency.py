"""Comparison of the index with the data that it was made from."""

from collections.abc import Iterator
from typing import NamedTuple

from ..models import ListCount, SearchDocument, SearchWord
from . import indexing
from .analysis import ANALYZER_VERSION, analyze
from .backends import backend
from .documents import MODEL_OF, make_documents, stored_documents
from .list_counts import Count


class Inconsistency(NamedTuple):
    # missing, stale, orphaned, analyzer, words, counts
    problem: str
    where: str


def inconsistencies() -> Iterator[Inconsistency]:
    """Compare every document, term and word count with what the data give."""
    for kind in MODEL_OF:
        for pks in indexing.record_keys(kind):
            yield from _compare(kind, pks)
    for kind, pks in indexing.orphaned_documents():
        yield from (Inconsistency("orphaned", f"{_name(kind)} {pk}") for pk in pks)
    yield from _orphaned_terms()
    yield from _wrong_word_counts()
    yield from _wrong_list_counts()


def _compare(kind: int, pks: list[int]) -> Iterator[Inconsistency]:
    indexed = {document.object_id: document for document in stored_documents({kind: pks})}
    fresh = {document.object_id: document for document in make_documents({kind: pks})}
    same = [document for pk, document in indexed.items() if document == fresh.get(pk)]
    stale = set(backend().stale_ids([analyze(document) for document in same])) if same else set()
    for pk, document in fresh.items():
        where = f"{_name(kind)} {pk}: {document.title}"
        if pk not in indexed:
            yield Inconsistency("missing", where)
        elif indexed[pk].analyzer_version != ANALYZER_VERSION:
            yield Inconsistency("analyzer", where)
        elif indexed[pk] != document or document.id in stale:
            yield Inconsistency("stale", where)
    yield from (Inconsistency("orphaned", f"{_name(kind)} {pk}") for pk in sorted(indexed.keys() - fresh.keys()))


def _orphaned_terms() -> Iterator[Inconsistency]:
    """Find the rows of the full-text index that have no document."""
    last = 0
    while ids := backend().indexed_ids(last, indexing.BATCH):
        known = set(SearchDocument.objects.filter(pk__in=ids).values_list("pk", flat=True))
        yield from (Inconsistency("orphaned", str(document_id)) for document_id in ids if document_id not in known)
        last = ids[-1]


def _wrong_word_counts() -> Iterator[Inconsistency]:
    right = indexing.count_all_words().all()
    for word, documents_with, headings in SearchWord.objects.values_list("word", "documents", "headings").iterator():
        if right.pop(word, None) != (documents_with, headings):
            yield Inconsistency("words", word)
    yield from (Inconsistency("words", word) for word in right)


def _wrong_list_counts() -> Iterator[Inconsistency]:
    right = indexing.count_all_lists()
    rows = ListCount.objects.exclude(kind=ListCount.COMPLETE).values_list("kind", "facet", "value", "count")
    stored = {Count(*key): count for *key, count in rows.iterator()}
    for key in sorted(right.keys() | stored.keys()):
        if right[key] != stored.get(key, 0):
            yield Inconsistency("counts", f"{_name(key.kind)} {key.facet}:{key.value}")


def _name(kind: int) -> str:
    return SearchDocument.Kind(kind).name.lower()
