"""The index kept true: what a change touches is made anew in the same transaction."""

import gc
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import chain
from types import ModuleType

from django.db import connection, transaction
from django.db.models import Model

from ..models import SearchDocument, SearchWord, Talk
from . import documents, postgres, sqlite
from .documents import Key
from .entries import SAMPLE, SAMPLES, Entry, entry
from .language import stem
from .query import AllOf, Node, token

Kind = SearchDocument.Kind

# The models whose rows a record may be found by.
MODELS = tuple(documents.TOUCHES)

# Records made anew at once: enough to make queries cheap, few enough to keep memory flat.
CHUNK = 500
# The same for all records in turn, where each batch counts its words in one go.
BATCH = 2000
# Events come with their talks, half a dozen each.
EVENTS = 300
_FIELDS = [field.attname for field in SearchDocument._meta.concrete_fields]


@dataclass
class Pending:
    """What a batch has still to index: records, and changed rows whose records are asked for at the end."""

    keys: set[Key] = field(default_factory=set)
    rows: dict[type[Model], set[int]] = field(default_factory=lambda: defaultdict(set))


_pending: ContextVar[Pending | None] = ContextVar("pending", default=None)


def engine() -> ModuleType:
    return sqlite if connection.vendor == "sqlite" else postgres


def about(node: Node) -> int:
    """How many public records match, from a sample: of few, nothing or a few dozens more or less."""
    return engine().count(AllOf((node, token(SAMPLE)))) * SAMPLES[SAMPLE]


@contextmanager
def batched() -> Iterator[None]:
    """Changes inside are indexed once, at the end. Stands inside the transaction of the changes, or makes one."""
    if _pending.get() is not None:
        yield
        return
    with transaction.atomic():
        pending = Pending()
        mark = _pending.set(pending)
        try:
            yield
        finally:
            _pending.reset(mark)
        for model, pks in pending.rows.items():
            pending.keys |= _keys(model, sorted(pks))
        refresh(pending.keys)


def rows_leave(model: type[Model], pks: list[int], for_good: bool = False) -> set[Key]:
    """Before a change: the records that the rows are a part of as yet; for `rows_changed` after it."""
    keys = documents.own_keys(model, pks) | (documents.other_keys(model, pks) if for_good else set())
    if pending := _pending.get():
        pending.keys |= keys
    return keys


def rows_changed(model: type[Model], pks: list[int], left: AbstractSet[Key] = frozenset()) -> None:
    """After a change: indexed at once, or at the end of the batch."""
    if pending := _pending.get():
        pending.rows[model].update(pks)
    else:
        refresh(left | _keys(model, pks))


def _keys(model: type[Model], pks: list[int]) -> set[Key]:
    chunks = [pks[start : start + CHUNK] for start in range(0, len(pks), CHUNK)]
    return {key for some in chunks for key in documents.own_keys(model, some) | documents.other_keys(model, some)}


def refresh(keys: Iterable[Key]) -> int:
    """Makes the documents of these records anew where they differ; removes those of records that are gone."""
    by_kind: dict[int, list[int]] = defaultdict(list)
    for kind, pk in sorted(keys):
        by_kind[kind].append(pk)
    changed = 0
    for kind, pks in by_kind.items():
        for start in range(0, len(pks), CHUNK):
            changed += _refresh({kind: pks[start : start + CHUNK]})
    return changed


def _refresh(batch: dict[int, list[int]], force: bool = False) -> int:
    """`batch` has keys of records by kind."""
    old: list[SearchDocument] = []
    new: list[SearchDocument] = []
    with transaction.atomic():
        for kind, pks in batch.items():
            fresh = {document.object_id: document for document in documents.documents(kind, pks)}
            stored = {one.object_id: one for one in SearchDocument.objects.filter(kind=kind, object_id__in=pks)}
            kept = set() if force else {pk for pk, one in fresh.items() if pk in stored and same(one, stored[pk])}
            old += [one for pk, one in stored.items() if pk not in kept]
            new += [one for pk, one in fresh.items() if pk not in kept]
        if old or new:
            _replace(old, new)
    return len({(one.kind, one.object_id) for one in old + new})


def same(one: SearchDocument, other: SearchDocument) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in _FIELDS)


def _replace(old: list[SearchDocument], new: list[SearchDocument]) -> None:
    one_writer()
    # By number an event stands beside its talks, which share its lines; SQLite’s index takes rows in order at a go.
    new = sorted(new, key=lambda one: one.id)
    come = [entry(one) for one in new]
    # A rebuild mostly finds what it makes.
    made = {document.pk: (document, one) for document, one in zip(new, come, strict=True)}
    gone = [made[one.pk][1] if one.pk in made and same(one, made[one.pk][0]) else entry(one) for one in old]
    # A trigger of the database takes the row of the word index along.
    SearchDocument.objects.filter(pk__in=[one.pk for one in old]).delete()
    store(new)
    engine().write(come)
    count_words(gone, come)


def store(documents: list[SearchDocument]) -> None:
    """As bulk_create(), which takes six times as long for its care of keys and relations that these rows have not."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {SearchDocument._meta.db_table} ({', '.join(_FIELDS)})"
            f" VALUES ({', '.join(['%s'] * len(_FIELDS))})",
            [[getattr(document, name) for name in _FIELDS] for document in documents],
        )


def one_writer() -> None:
    """Two writers would lock the same words in different order. SQLite has one writer by itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7305813)")


def public_words(entries: Iterable[Entry]) -> tuple[Counter[str], Counter[str]]:
    """In how many public documents, and public titles, each word stands."""
    public = [one for one in entries if one.id < SearchDocument.FIRST_HIDDEN]
    documents = Counter(chain.from_iterable(one.words for one in public))
    return documents, Counter(chain.from_iterable(one.head_words for one in public))


def count_words(gone: Iterable[Entry], come: Iterable[Entry]) -> None:
    before, before_headings = public_words(gone)
    after, after_headings = public_words(come)
    after.subtract(before)
    after_headings.subtract(before_headings)
    changed = {word for word in after | after_headings if after[word] or after_headings[word]}
    changed |= {word for word in before | before_headings if after[word] or after_headings[word]}
    add_words({word: (after[word], after_headings[word]) for word in changed})


def add_words(changes: dict[str, tuple[int, int]]) -> None:
    table = SearchWord._meta.db_table
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (word, stem, mets, documents, headings) VALUES (%s, %s, %s, %s, %s)"
            f" ON CONFLICT (word) DO UPDATE SET documents = {table}.documents + excluded.documents,"
            f" headings = {table}.headings + excluded.headings",
            [(word, stem(word), stem(word)[::-1], *counts) for word, counts in sorted(changes.items())],
        )
    if any(count < 0 for count, _heads in changes.values()):
        SearchWord.objects.filter(documents__lte=0).delete()


def rebuild() -> Iterator[int]:
    """Makes every document anew, a batch at a time, each in its own transaction: nothing is missing meanwhile.

    Yields how many records were done with each batch.
    """
    # Python looks through all that lives for cycles again and again, which takes two thirds of the time. It is enough
    # to look through what each batch leaves.
    gc.disable()
    try:
        with engine().in_bulk():
            for batch in in_turn():
                _refresh(batch, force=True)
                gc.collect(0)
                yield sum(map(len, batch.values()))
            for kind, pks in superfluous():
                _refresh({kind: pks})
    finally:
        gc.enable()


def is_outdated() -> bool:
    """Was any of it made by an earlier version, which took words apart differently?"""
    return SearchDocument.objects.exclude(analyser=documents.ANALYSER).exists()


def in_turn() -> Iterator[dict[int, list[int]]]:
    """The keys of all records by kind, in batches. An event and its talks share their lines, so they come together."""
    for events in record_keys(Kind.CONFERENCE, EVENTS):
        of_these = Talk.objects.filter(conference__gte=events[0], conference__lte=events[-1]).order_by("pk")
        talks = list(of_these.values_list("pk", flat=True))
        yield {Kind.CONFERENCE: events, Kind.TALK: talks[:BATCH]}
        yield from ({Kind.TALK: talks[start : start + BATCH]} for start in range(BATCH, len(talks), BATCH))
    for kind in documents.FINDABLE:
        if kind not in (Kind.CONFERENCE, Kind.TALK):
            yield from ({kind: pks} for pks in record_keys(kind))


def record_keys(kind: int, size: int = BATCH) -> Iterator[list[int]]:
    """The keys of all records of a kind, in batches."""
    last = 0
    keys = documents.FINDABLE[kind].model.objects.order_by("pk").values_list("pk", flat=True)
    while pks := list(keys.filter(pk__gt=last)[:size]):
        yield pks
        last = pks[-1]


def superfluous() -> Iterator[tuple[int, list[int]]]:
    """What has a document, but no record any more."""
    for kind, findable in documents.FINDABLE.items():
        gone = SearchDocument.objects.filter(kind=kind).exclude(object_id__in=findable.model.objects.values("pk"))
        pks = list(gone.values_list("object_id", flat=True))
        if pks:
            yield kind, pks


def count_words_anew() -> None:
    """The words of the public records counted from their texts. Changes wait meanwhile."""
    with transaction.atomic():
        one_writer()
        counted = all_words()
        SearchWord.objects.all().delete()
        add_words(counted)


def all_words() -> dict[str, tuple[int, int]]:
    documents_with, headings_with = Counter[str](), Counter[str]()
    public = SearchDocument.objects.filter(pk__lt=SearchDocument.FIRST_HIDDEN)
    for document in public.iterator(BATCH):
        one = entry(document)
        documents_with.update(one.words)
        headings_with.update(one.head_words)
    return {word: (count, headings_with[word]) for word, count in documents_with.items()}
