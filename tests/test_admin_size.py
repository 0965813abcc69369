"""The admin stays as quick with thousands of records as with one: no page asks the database anything for each row."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import revisions
from events.models import Conference, LinkCheck, Organisation, ReaderReport, Speaker

from .rows import event

pytestmark = pytest.mark.django_db
MOST = 30
AUTOCOMPLETE = "/admin/autocomplete/?app_label=events&model_name={}&field_name={}&term={}"
LISTS = [
    "/admin/",
    *(f"/admin/events/{name}/" for name in ("conference", "talk", "speaker", "organisation", "topic", "series")),
    *(f"/admin/events/{name}/" for name in ("version", "readerreport", "linkcheck", "oldaddress", "conferencekind")),
    "/admin/events/conference/?q=чтения",
    "/admin/events/conference/?waiting=recording",
    "/admin/events/conference/?waiting=dead",
    "/admin/events/speaker/?duplicates=possible",
    "/admin/events/organisation/?duplicates=possible",
    "/admin/events/organisation/?website=dead",
    AUTOCOMPLETE.format("speakerparticipation", "speaker", "чтенияев"),
    AUTOCOMPLETE.format("speakerparticipation", "organisation", "отдел"),
    AUTOCOMPLETE.format("conference", "parent", "чтения"),
    AUTOCOMPLETE.format("talk", "conference", "чтения"),
]


@revisions.create()
def grow(start: int, end: int) -> None:
    for number in range(start, end):
        conference = event(f"Чтения {number}", status="draft")
        conference.sources.update(dead_since="2026-01-01")
        for _twin in range(2):
            Speaker.objects.create(family_name=f"Двойников {number}")
            Organisation.objects.create(
                name=f"Двойник {number}", website="https://dead.example/", website_dead_since="2026-01-01"
            )
        ReaderReport.objects.create(model="conference", record=conference.uid, name=str(conference), text="Ошибка")
        LinkCheck.objects.create(url=f"https://library.example/{number}", checked="2026-01-01T00:00Z", answer="200")


@pytest.fixture
def queries(staff_client):
    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert staff_client.get(address).status_code == 200
        return len(captured)

    return count


def test_lists_take_the_same_queries_for_1_and_for_30_rows(queries):
    grow(0, 1)
    for address in LISTS:  # what is read once in the life of a process is read here
        queries(address)
    few = {address: queries(address) for address in LISTS}
    grow(1, 30)
    assert {address: queries(address) for address in LISTS} == few
    assert {address: count for address, count in few.items() if count > MOST} == {}


def test_forms_and_pages_of_a_record_take_the_same_queries_for_1_and_for_30_parts(queries):
    def addresses(conference: Conference) -> list[str]:
        page = f"/admin/events/conference/{conference.pk}"
        talk = conference.talks.select_related().first()
        records = [talk, talk.people.get().speaker, talk.people.get().organisation.parent, talk.topics.first()]
        return [
            f"{page}/change/",
            f"{page}/history/",
            f"{page}/photos/",
            *(f"/admin/events/{record._meta.model_name}/{record.pk}/change/" for record in records),
        ]

    small, large = event("Малое", size=1, status="draft"), event("Большое", size=30, status="draft")
    for conference in (small, large):
        conference.photos.all().delete()  # their files do not exist
    for address in addresses(small):
        queries(address)
    few, many = ([queries(address) for address in addresses(conference)] for conference in (small, large))
    assert many == few
    assert max(few) <= MOST


def asked_before_deleting(client, model: str, *records) -> tuple[int, str]:
    """How many queries it takes to tell what a deletion of these would take along, and what is told."""
    with CaptureQueriesContext(connection) as captured:
        if len(records) == 1:
            answer = client.get(f"/admin/events/{model}/{records[0].pk}/delete/")
        else:
            marked = {"action": "delete_selected", "_selected_action": [record.pk for record in records]}
            answer = client.post(f"/admin/events/{model}/", marked)
    assert answer.status_code == 200
    return len(captured), answer.text


def test_the_form_of_an_event_grows_by_one_line_for_each_talk(staff_client):
    """That of 138 talks was a page of 6 MB."""
    conference = event()
    address = f"/admin/events/conference/{conference.pk}/change/"
    before = len(staff_client.get(address).content)
    for number in range(20):
        conference.talks.create(title=f"О придуманных книгах, часть {number}", order=number + 2)
    assert (len(staff_client.get(address).content) - before) / 20 < 2_000


def test_what_a_deletion_takes_along_is_told_in_the_same_queries_for_1_and_for_30_parts(staff_client):
    small, large = event("Малое", size=1, status="draft"), event("Большое", size=30, status="draft")
    asked_before_deleting(staff_client, "conference", small)
    few, _page = asked_before_deleting(staff_client, "conference", small)
    many, page = asked_before_deleting(staff_client, "conference", large)
    assert many == few
    for said in ("Большоеев 30 А. Б. — докладчик", "Большое: библиотека 30 — организатор", "Большое: слайды 30"):
        assert said in page
    talk, kind = f"/admin/events/talk/{large.talks.last().pk}/change/", large.kind
    assert f'Доклад: <a href="{talk}">Большое: доклад 30</a>' in page
    in_the_way, page = asked_before_deleting(staff_client, "conferencekind", kind)
    event("Третье", size=30, status="draft", kind=kind)
    assert asked_before_deleting(staff_client, "conferencekind", kind)[0] == in_the_way
    assert f'<a href="/admin/events/conference/{large.pk}/change/">Большое</a>' in page


def test_what_a_deletion_of_many_takes_along_is_told_in_the_same_queries(staff_client):
    events = [event(f"Чтения {number}", size=2, status="draft") for number in range(30)]
    asked_before_deleting(staff_client, "conference", *events[:2])
    few, _page = asked_before_deleting(staff_client, "conference", *events[:2])
    many, page = asked_before_deleting(staff_client, "conference", *events)
    assert many == few
    assert "Чтения 29: доклад 2" in page


def test_what_stands_in_the_way_of_a_deletion_is_named_with_its_event(staff_client):
    one = event("Первое", size=1)
    person = one.talks.get().people.get().speaker
    one.subjects.all().delete()
    few, page = asked_before_deleting(staff_client, "speaker", person)
    assert f'Первоеев 1 А. Б. — модератор — Конференция: <a href="/admin/events/conference/{one.pk}/change/">' in page
    with revisions.create():
        for number in range(2, 120):
            conference = Conference.objects.create(title=f"Чтения {number}")
            part = one.people.get(talk=None)
            part.pk, part.conference = None, conference
            part.save()
    many, page = asked_before_deleting(staff_client, "speaker", person)
    assert many == few
    assert page.count(" — модератор") == 99 and "и ещё 20" in page
