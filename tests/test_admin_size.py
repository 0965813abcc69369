"""The admin stays as quick with thousands of records as with one: no page asks the database anything for each row."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import history
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


def grow(start: int, end: int) -> None:
    for number in range(start, end):
        conference = event(f"Чтения {number}", status="draft")
        conference.sources.update(dead_since="2026-01-01")
        history.keep(conference, "added", None)
        for _twin in range(2):
            Speaker.objects.create(family_name=f"Двойников {number}")
            Organisation.objects.create(
                name=f"Двойник {number}", website="https://dead.example/", website_dead_since="2026-01-01"
            )
        ReaderReport.objects.create(model="conference", record=conference.pk, name=str(conference), text="Ошибка")
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
        history.keep(conference, "added", None)
    for address in addresses(small):
        queries(address)
    few, many = ([queries(address) for address in addresses(conference)] for conference in (small, large))
    assert many == few
    assert max(few) <= MOST
