"""The index kept true: what a change touches is made anew in the same transaction."""

import gc
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from types import ModuleType

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from ..models import SearchDocument, SearchWord, Talk, UncountedWords
from ..models.changes import wait_for_writers
from ..russian.lemmatization import stems
from . import documents, postgres, sqlite
from .documents import Key
from .entries import SAMPLE, SAMPLES, Document, Entry, entry
from .query import AllOf, Node, token

Kind = SearchDocument.Kind

# Records made anew at once: enough to make queries cheap, few enough to keep memory flat.
CHUNK = 500
# The same for all records in turn, where each batch counts its words in one go.
BATCH = 2000
# Events come with their talks, half a dozen each.
EVENTS = 300
# Batches whose words are counted together.
COUNTED = 32


def engine() -> ModuleType:
    return sqlite if connection.vendor == "sqlite" else postgres


def about(node: Node, sample: str = SAMPLE) -> int:
    """How many public records match, from a sample: of few, nothing or a few dozens more or less."""
    return engine().count(AllOf((node, token(sample)))) * SAMPLES[sample]


def refresh(keys: Iterable[Key]) -> int:
    """Makes the documents of these records anew where they differ; removes those of records that are gone."""
    ordered = sorted(keys)
    changed = 0
    for start in range(0, len(ordered), CHUNK):
        by_kind: dict[int, list[int]] = defaultdict(list)
        for kind, pk in ordered[start : start + CHUNK]:
            by_kind[kind].append(pk)
        changed += _refresh(by_kind)
    return changed


def _refresh(batch: dict[int, list[int]], force: bool = False) -> int:
    """`batch` has keys of records by kind."""
    new, old = documents.documents(batch), documents.stored(batch)
    if not force:
        unchanged = set(new) & set(old)
        new, old = ([one for one in some if one not in unchanged] for some in (new, old))
    if old or new:
        _replace(old, new, count_later=force)
    return len({(one.kind, one.object_id) for one in old + new})


def _replace(old: list[Document], new: list[Document], count_later: bool) -> None:
    before = {one.id: one for one in old}
    # A rebuild mostly finds what it makes: these words are counted already.
    unchanged = {one.id for one in new if one == before.get(one.id)}
    words = WordCounts()
    for one in old:
        if one.id not in unchanged:
            words.subtract(entry(one))
    # A trigger of the database takes the row of the word index along.
    SearchDocument.objects.filter(pk__in=before).delete()
    # By number an event stands beside its talks, which share its lines; SQLite’s index takes rows in order at a go.
    new = sorted(new, key=lambda one: one.id)
    engine().store(new)
    engine().write(_entries(new, unchanged, words))
    if count_later:
        words.save_uncounted()
    else:
        words.save()


def _entries(new: list[Document], unchanged: AbstractSet[int], words: "WordCounts") -> Iterator[Entry]:
    """One at a time: each is forgotten when its row is made."""
    for document in new:
        one = entry(document)
        if one.id not in unchanged:
            words.add(one)
        yield one


class WordCounts:
    """In how many public documents, and public titles, each word stands; or in how many more."""

    def __init__(self) -> None:
        self.documents, self.headings = Counter[str](), Counter[str]()

    def add(self, one: Entry) -> None:
        if one.id < SearchDocument.FIRST_HIDDEN:
            self.documents.update(one.words)
            self.headings.update(one.head_words)

    def subtract(self, one: Entry) -> None:
        if one.id < SearchDocument.FIRST_HIDDEN:
            self.documents.subtract(one.words)
            self.headings.subtract(one.head_words)

    def all(self) -> dict[str, tuple[int, int]]:
        """The counts of each word; those that are not zero."""
        counts = ((word, count, self.headings[word]) for word, count in self.documents.items())
        return {word: (count, headings) for word, count, headings in counts if count or headings}

    def save_uncounted(self) -> None:
        """Leaves them to the next `save`, of whatever changes."""
        if any(self.documents.values()) or any(self.headings.values()):
            documents, headings = (json.dumps(each, ensure_ascii=False) for each in (self.documents, self.headings))
            UncountedWords.objects.create(documents=documents, headings=headings)

    def add_uncounted(self, sign: int = 1) -> int:
        """Adds, or takes off, those that wait in the database; how many batches wait."""
        batches = list(UncountedWords.objects.all())
        for batch in batches:
            for counts, more in ((self.documents, batch.documents), (self.headings, batch.headings)):
                change = counts.update if sign > 0 else counts.subtract
                change(json.loads(more))
        return len(batches)

    def save(self) -> None:
        """Adds them to those of the database, with what is uncounted there."""
        if self.add_uncounted():
            UncountedWords.objects.all().delete()
        counts = self.all()
        words = sorted(counts)
        for start in range(0, len(words), BATCH):
            some = words[start : start + BATCH]
            rows = [(word, stem, stem[::-1], *counts[word]) for word, stem in zip(some, stems(some), strict=True)]
            engine().add_words(rows)
        if any(documents < 0 for documents, _headings in counts.values()):
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
            for number, batch in enumerate(in_turn()):
                with transaction.atomic():
                    wait_for_writers()
                    _refresh(batch, force=True)
                if number % COUNTED == COUNTED - 1:
                    count_words()
                if number % 8 == 7:
                    gc.collect(0)
                yield sum(map(len, batch.values()))
            count_words()
            for kind, pks in superfluous():
                with transaction.atomic():
                    wait_for_writers()
                    _refresh({kind: pks})
    finally:
        gc.enable()


def count_words() -> None:
    """Counts what batches have left uncounted, those of a rebuild that was broken off, too."""
    with transaction.atomic():
        wait_for_writers()
        WordCounts().save()


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
        # Not exclude(object_id__in=…): of half a million PostgreSQL would compare each with each.
        record = findable.model.objects.filter(pk=OuterRef("object_id"))
        gone = SearchDocument.objects.filter(~Exists(record), kind=kind)
        pks = list(gone.values_list("object_id", flat=True))
        if pks:
            yield kind, pks


def count_words_anew() -> None:
    """The words of the public records counted from their texts. Changes wait meanwhile."""
    with transaction.atomic():
        wait_for_writers()
        words = all_words()
        for counted in (SearchWord, UncountedWords):
            counted.objects.all().delete()
        words.save()


def all_words() -> WordCounts:
    words = WordCounts()
    public = SearchDocument.objects.filter(pk__lt=SearchDocument.FIRST_HIDDEN)
    for row in public.values_list(*Document._fields).iterator(BATCH):
        words.add(entry(Document(*row)))
    return words
