"""In a large archive a save leaves almost every page alone, and a rebuild of the index holds no more than a batch."""

import tracemalloc

import pytest
from django.core.management import call_command
from django.db.models import Count

from bench.sample_data.generator import SampleArchive
from events.models import Conference, Organisation, PageVersion, SearchDocument, Speaker, Talk, Topic
from events.search import indexing

from .conftest import rolled_back

pytestmark = pytest.mark.usefixtures("archive", "db")
SMALL, LARGE = 500, 2000


@pytest.fixture(scope="module")
def archive(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        grow(SMALL, seed=1)
        yield


def grow(records: int, seed: int) -> None:
    for _remaining in SampleArchive(records, seed).generate():
        pass


def shown() -> list[int]:
    """The page versions of the public records; a page without one was never moved."""
    paths = {Conference: "uid", Talk: "conference__uid", Speaker: "uid", Organisation: "uid", Topic: "uid"}
    number = dict(PageVersion.objects.values_list("record", "number"))
    return [
        number.get(uid, 0)
        for model, path in paths.items()
        for uid in model.objects.published().order_by("pk").values_list(path, flat=True)
    ]


def test_95_of_100_pages_of_records_are_none_the_older_for_a_save(archive):
    grow(LARGE - SMALL, seed=2)
    # Whoever takes part in the event, its topics and libraries show it; the more of them there are, the worse.
    events = Conference.objects.published().annotate(rows=Count("people") + Count("talks")).order_by("-rows")
    conference, before = events.first(), shown()
    conference.title = "Свидание"
    conference.save()
    moved = [one != other for one, other in zip(before, shown(), strict=True)]
    assert 5 < sum(moved) <= len(moved) * 0.05


def test_memory_of_a_rebuild_does_not_grow_with_the_archive(archive, monkeypatch):
    for name, size in {"BATCH": 100, "EVENT_BATCH": 20, "COUNTED_BATCHES": 4}.items():
        monkeypatch.setattr(indexing, name, size)
    small = peak()
    grow(LARGE - SMALL, seed=2)
    assert peak() < small * 1.3


def peak() -> int:
    """Bytes that a rebuild holds at most, but for what it keeps of words and lines."""
    call_command("rebuild_search", verbosity=0)
    SearchDocument.objects.all().delete()
    tracemalloc.start()
    try:
        call_command("rebuild_search", verbosity=0)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
