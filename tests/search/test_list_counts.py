"""The counts beside a list are kept in rows that every change moves, and are those of the records at any moment."""

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from events import merging, revisions
from events.models import (
    Conference,
    ConferenceDate,
    ConferenceKind,
    ListCount,
    Material,
    Organisation,
    Recording,
    SearchDocument,
    Speaker,
    SpeakerParticipation,
    Talk,
    TalkKind,
    Topic,
)
from events.revisions import withholding
from events.search import indexing, list_counts

from ..conftest import rolled_back
from ..rows import event

pytestmark = pytest.mark.usefixtures("archive", "db")
LISTS = [
    "/",
    "/about/",
    "/conferences/",
    "/conferences/?year=2020",
    "/talks/",
    "/talks/?year=2021",
    "/talks/?title=known",
]
LISTS += ["/speakers/", "/speakers/?year=2020", "/organisations/", "/topics/", "/series/", "/indexes/years/"]


@pytest.fixture(scope="module")
def archive(django_db_setup, django_db_blocker):
    """An event with three of everything; one without a year, a kind, or titles; drafts and withdrawn ones as large."""
    with rolled_back(django_db_blocker):
        with revisions.create():
            event("Чтения", size=3)
            bare = event("Встреча", size=2, day="2021-12-31", kind=None)
            bare.talks.update(title="", kind=TalkKind.objects.get(slug="welcome"))
            bare.dates.update(end="2022-01-02")
            event("Нечто", day="")
            event("IFLA", size=2, day="2021-12")
            event("Без записи", size=2, day="2018").recordings.all().delete()
            event("Черновик", size=2, status="draft")
            event("Отозванное", size=2, status="withdrawn")
        yield


def pages(with_rows: bool) -> dict[str, str]:
    found = {}
    client = Client()
    client.cookies["sessionid"] = "nobody"  # a page that is not stored
    with transaction.atomic():
        if not with_rows:
            ListCount.objects.filter(kind=ListCount.COMPLETE).delete()
        for address in LISTS:
            response = client.get(address)
            assert response.status_code == 200, address
            found[address] = response.text
        transaction.set_rollback(True)
    return found


def differing() -> list[str]:
    with_rows, counted_anew = pages(with_rows=True), pages(with_rows=False)
    return [address for address in LISTS if with_rows[address] != counted_anew[address]]


def hide() -> None:
    with revisions.create():
        withholding.hide(Speaker.objects.get(family_name="Чтенияев 1"), "по просьбе")


def publish(title: str) -> None:
    conference = Conference.objects.get(title=title)
    conference.status = "published"
    conference.save()


def merge(model: type, first: dict, second: dict) -> None:
    with revisions.create():
        merging.merge(model.objects.get(**first), model.objects.get(**second))


CHANGES = {
    "none": lambda: None,
    "an event of another day": lambda: ConferenceDate.objects.filter(conference__title="Чтения").update(
        start="2019-05-04"
    ),
    "an event withdrawn": lambda: Conference.objects.filter(title="Чтения").update(status="withdrawn"),
    "a draft published": lambda: publish("Черновик"),
    "an event deleted": lambda: Conference.objects.get(title="Нечто").delete(),
    "an event of another kind": lambda: Conference.objects.filter(title="Встреча").update(
        kind=ConferenceKind.objects.get(slug="telemost")
    ),
    "a kind at another address": lambda: ConferenceKind.objects.filter(slug="webinar").update(slug="vebinar"),
    "a talk without a title": lambda: Talk.objects.filter(title="Чтения: доклад 1").update(title="", topic="О чём"),
    "a kind of talks that no longer count": lambda: TalkKind.objects.filter(slug="talk").update(is_numbered=False),
    "a recording deleted": lambda: Recording.objects.filter(conference__title="Чтения").delete(),
    "the first recording of an event": lambda: Recording.objects.create(
        conference=Conference.objects.get(title="Без записи"), url="https://example.org/video"
    ),
    "slides lost": lambda: Material.objects.filter(conference__title="Чтения").update(is_lost=True),
    "a person under another letter": lambda: Speaker.objects.filter(family_name="Чтенияев 1").update(
        family_name="Эхов", name_key="эхов а. б."
    ),
    "a person hidden": hide,
    "a person who is only spoken about": lambda: SpeakerParticipation.objects.filter(
        speaker__family_name="Чтенияев 1"
    ).delete(),
    "a department that is a library of its own": lambda: Organisation.objects.filter(name="IFLA: отдел 1").update(
        parent=None
    ),
    "two topics merged": lambda: merge(Topic, {"name": "Чтения: тема 1"}, {"name": "Встреча: тема 1"}),
    "a topic renamed": lambda: Topic.objects.filter(name="Чтения: тема 1").update(
        name="Аист", name_key="аист", slug="aist"
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_lists_say_the_same_with_kept_counts_and_counted_anew(change):
    change()
    assert differing() == []
    stored = ListCount.objects.exclude(kind=ListCount.COMPLETE).values_list("kind", "facet", "value", "count")
    assert {list_counts.Count(*key): count for *key, count in stored} == dict(indexing.count_all_lists())


def test_kept_counts_are_read(client):
    ListCount.objects.filter(kind=SearchDocument.Kind.CONFERENCE, facet="*").update(count=47)
    assert client.get("/conferences/").context["page_obj"].paginator.count == 47


def test_nothing_of_a_draft_is_counted():
    values = set(ListCount.objects.values_list("value", flat=True))
    assert "chteniia-biblioteka-1" in values
    assert [one for one in values if one.startswith(("chernovik", "otozvannoe"))] == []


def test_an_archive_of_an_earlier_version_counts_as_before_until_its_index_is_rebuilt(client):
    right = pages(with_rows=True)
    SearchDocument.objects.update(counted=None)
    ListCount.objects.all().delete()
    assert pages(with_rows=True) == right
    event("Пока индекс старый")
    assert "Пока индекс старый" in client.get("/conferences/").text
    assert list_counts.totals() is None
    call_command("rebuild_search", verbosity=0)
    assert list_counts.totals()[SearchDocument.Kind.CONFERENCE] == Conference.objects.published().count()
    assert differing() == []
