"""Writing the index: documents are indexed again in the transaction of the change, or all of them by a rebuild."""

import gc
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from ..batches import batched
from ..models import ListCount, SearchDocument, SearchWord, Talk
from ..models.changes import wait_for_writers
from ..russian.lemmatization import stems
from . import documents, list_counts
from .analysis import ANALYZER_VERSION, Document, IndexedDocument, analyze
from .backends import backend
from .documents import Key, MadeWith, unknown
from .passages import NUMBER_BITS

Kind = SearchDocument.Kind

# Records indexed at once: enough to make queries cheap, few enough to keep memory flat.
CHUNK = 500
BATCH = 1000  # the same in a rebuild
# Events of a batch, whose talks come with them, half a dozen each.
EVENT_BATCH = 150
RECORDING_BATCH = 20  # some hundred passages each
# Batches of a rebuild after which the counts of their words are saved.
COUNTED_BATCHES = 32


def refresh(keys: Iterable[Key], made_with: MadeWith = unknown) -> int:
    """Index records again, given as (kind, primary key): write documents that differ, delete those of deleted records.

    `made_with` says of which models new records can have rows. Returns how many records' documents changed.
    """
    changed = 0
    for some in batched(sorted(keys), CHUNK):
        batch: dict[int, list[int]] = defaultdict(list)
        for kind, pk in some:
            batch[kind].append(pk)
        new, old = documents.make_documents(batch, made_with), documents.stored_documents(batch)
        unchanged = set(new) & set(old)
        new, old = ([document for document in made if document not in unchanged] for made in (new, old))
        if old or new:
            _replace(old, new).save()
        changed += len({(document.kind, documents.record_key(document)) for document in old + new})
    return changed


def _replace(old: list[Document], new: list[Document]) -> "WordCounts":
    """Replace documents in both tables; returns the changes in the counts of words, which the caller has to save."""
    before = {document.id: document for document in old}
    # The words of unchanged documents are counted already.
    unchanged = {document.id for document in new if document == before.get(document.id)}
    words, counts = WordCounts(), list_counts.Changes()
    for document in old:
        counts.remove(document)
        if document.id not in unchanged:
            words.subtract(analyze(document))
    # A trigger of the database deletes the rows of the full-text index.
    SearchDocument.objects.filter(pk__in=before).delete()
    # In order of ids: an event is next to its talks, which share its lines, and FTS5 appends rows in order.
    new = sorted(new, key=lambda document: document.id)
    backend().store_documents(new)
    backend().store_terms(_analyzed(new, unchanged, words))
    for document in new:
        counts.add(document)
    counts.save()
    return words


def _analyzed(new: list[Document], unchanged: AbstractSet[int], words: "WordCounts") -> Iterator[IndexedDocument]:
    """Analyze documents one at a time, so that only one is in memory, and count the words of those that changed."""
    for document in new:
        analyzed = analyze(document)
        if document.id not in unchanged:
            words.add(analyzed)
        yield analyzed


class WordCounts:
    """Document frequencies of words, or changes of them: in public documents, and in their titles or names."""

    def __init__(self) -> None:
        self.documents, self.headings = Counter[str](), Counter[str]()

    def add(self, document: IndexedDocument) -> None:
        if document.id < SearchDocument.FIRST_UNPUBLISHED:
            self.documents.update(document.words)
            self.headings.update(document.title_words)

    def subtract(self, document: IndexedDocument) -> None:
        if document.id < SearchDocument.FIRST_UNPUBLISHED:
            self.documents.subtract(document.words)
            self.headings.subtract(document.title_words)

    def update(self, other: "WordCounts") -> None:
        self.documents.update(other.documents)
        self.headings.update(other.headings)

    def all(self) -> dict[str, tuple[int, int]]:
        """The counts of each word that are not zero: (documents, headings)."""
        counts = ((word, count, self.headings[word]) for word, count in self.documents.items())
        return {word: (count, headings) for word, count, headings in counts if count or headings}

    def save(self) -> None:
        """Add the changes to the spelling dictionary and delete words of no document.

        While a rebuild runs, a word may have a negative count: a record was withdrawn whose words the rebuild has not
        added yet.
        """
        counts = self.all()
        for some in batched(sorted(counts), BATCH):
            rows = [(word, stem, stem[::-1], *counts[word]) for word, stem in zip(some, stems(some), strict=True)]
            backend().add_words(rows)
        if any(documents < 0 for documents, _headings in counts.values()):
            _delete_unused_words()


def _delete_unused_words() -> None:
    SearchWord.objects.filter(documents=0, headings=0).delete()


def rebuild() -> Iterator[int]:
    """Rebuild the index batch by batch, each in its own transaction, so that nothing is missing meanwhile.

    Yields the number of records in each batch. The changes in the counts of words are added up in memory and saved
    after many batches: a batch has some ten thousand words all over the dictionary, and writing those pages for each
    would take a sixth of the time. A rebuild that is broken off saves them as well; only a killed process loses them,
    which check_search reports and `rebuild_search --words` repairs.
    """
    words = WordCounts()
    # Full garbage collections would take two thirds of the time; the young generation is enough.
    gc.disable()
    try:
        with backend().in_bulk():
            try:
                for number, batch in enumerate(_batches(), start=1):
                    with transaction.atomic():
                        wait_for_writers()
                        changes = _replace(documents.stored_documents(batch), documents.make_documents(batch))
                    words.update(changes)
                    if number % COUNTED_BATCHES == 0:
                        _save(words)
                        words = WordCounts()
                    if number % 8 == 0:
                        gc.collect(0)
                    yield sum(map(len, batch.values()))
            finally:
                _save(words)
            for kind, pks in orphaned_documents():
                with transaction.atomic():
                    wait_for_writers()
                    _replace(documents.stored_documents({kind: pks}), []).save()
            list_counts.set_complete()
    finally:
        gc.enable()


def _save(words: WordCounts) -> None:
    """Save the changes of a rebuild, in a transaction of their own."""
    with transaction.atomic():
        wait_for_writers()
        words.save()
        # Words that a writer has taken off before they were added.
        _delete_unused_words()


def is_outdated() -> bool:
    """Whether any document was made by an earlier version of the analysis."""
    return SearchDocument.objects.exclude(analyzer_version=ANALYZER_VERSION).exists()


def _batches() -> Iterator[dict[int, list[int]]]:
    """Primary keys of all records by kind, in batches; events with their talks, which share their lines."""
    for events in record_keys(Kind.CONFERENCE, EVENT_BATCH):
        their_talks = Talk.objects.filter(conference__gte=events[0], conference__lte=events[-1]).order_by("pk")
        talks = list(their_talks.values_list("pk", flat=True))
        yield {Kind.CONFERENCE: events, Kind.TALK: talks[:BATCH]}
        yield from ({Kind.TALK: talks[start : start + BATCH]} for start in range(BATCH, len(talks), BATCH))
    for kind in documents.MODEL_OF:
        if kind not in (Kind.CONFERENCE, Kind.TALK):
            yield from ({kind: pks} for pks in record_keys(kind))


def record_keys(kind: int, size: int = 0) -> Iterator[list[int]]:
    """Primary keys of all records of a kind, in batches."""
    last, size = 0, size or (RECORDING_BATCH if kind == Kind.PASSAGE else BATCH)
    keys = documents.MODEL_OF[Kind(kind)].objects.order_by("pk").values_list("pk", flat=True)
    while pks := list(keys.filter(pk__gt=last)[:size]):
        yield pks
        last = pks[-1]


def orphaned_documents() -> Iterator[tuple[int, list[int]]]:
    """Documents whose record is gone, as primary keys by kind."""
    for kind, model in documents.MODEL_OF.items():
        key = F("object_id").bitrightshift(NUMBER_BITS) if kind == Kind.PASSAGE else F("object_id")
        # Not exclude(object_id__in=…), for which PostgreSQL compares each with each.
        record = model.objects.filter(pk=OuterRef("record"))
        orphaned = SearchDocument.objects.filter(kind=kind).annotate(record=key).filter(~Exists(record))
        pks = sorted(set(orphaned.values_list("record", flat=True)))
        if pks:
            yield kind, pks


def recount() -> None:
    """Count the words and lists of all public documents again. Writers wait meanwhile."""
    with transaction.atomic():
        wait_for_writers()
        words = count_all_words()
        SearchWord.objects.all().delete()
        words.save()
        counts = count_all_lists()
        ListCount.objects.exclude(kind=ListCount.COMPLETE).delete()
        counts.save()


def count_all_words() -> WordCounts:
    """Count the words of all public documents from their texts."""
    words = WordCounts()
    public = SearchDocument.objects.filter(pk__lt=SearchDocument.FIRST_UNPUBLISHED)
    for row in public.values_list(*Document._fields).iterator(BATCH):
        words.add(analyze(Document(*row)))
    return words


def count_all_lists() -> list_counts.Changes:
    """Count what lists count in all public documents."""
    counts = list_counts.Changes()
    public = SearchDocument.objects.filter(pk__lt=SearchDocument.FIRST_UNPUBLISHED).exclude(counted="")
    for row in public.values_list(*list_counts.Counted._fields).iterator(BATCH):
        counts.add(list_counts.Counted(*row))
    return counts
