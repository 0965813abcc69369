"""A list of one’s own in an address, and who has held something similar."""

import io
from collections.abc import Iterator

import docx
import pytest
import rispy
from django.db import transaction
from django.utils import timezone

from events import revisions
from events.models import Conference, Contact, LibraryKind, Organisation, Recording, Speaker, Talk
from events.views.similar import HOSTS

from .rows import event

pytestmark = pytest.mark.usefixtures("shelf", "db")


@pytest.fixture(scope="module")
def shelf(django_db_setup, django_db_blocker) -> Iterator[dict]:
    """Events about one thing, one of another, a draft and a hidden person; rolled back after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        with revisions.create():
            events = {
                "first": event("Активное долголетие и чтение", day="2022-05-01"),
                "second": event("Долголетие в деревне", day="2023-05-01"),
                "other": event("Выставка кошек", day="2023-06-01"),
                "draft": event("Долголетие втайне", status="draft"),
            }
            library = Organisation.objects.get(name="Долголетие в деревне: библиотека 1")
            library.region, library.kind = "Вымышленный край", LibraryKind.objects.get(slug="municipal")
            library.save()
            Contact.objects.create(organisation=library, post="методический отдел", email="metod@library.example")
            Speaker.objects.filter(family_name="Выставка кошекев").update(hidden_since=timezone.now())
            Speaker.objects.filter(family_name__startswith="Выставка").update(hidden_since=timezone.now())
        yield events
        transaction.set_rollback(True)


def uids(*records):
    return "&".join(f"r={one.uid}" for one in records)


def test_a_reader_gathers_orders_and_takes_away_a_list(client, shelf):
    talk, recording = Talk.objects.get(conference=shelf["second"]), Recording.objects.get(conference=shelf["first"])
    page = client.get(f"/talks/{talk.slug}/")
    assert f"/collection/?r={talk.uid}" in page.text
    page = client.get("/collection/", {"r": str(talk.uid), "q": "долголетие"})
    assert f'value="{shelf["first"].uid}"' in page.text and f'value="{recording.uid}"' in page.text
    assert str(shelf["draft"].uid) not in page.text
    query = f"{uids(talk, shelf['first'], recording)}&title=Для+совета"
    page = client.get(f"/collection/?{query}")
    # The search form of the header stays empty.
    assert 'value="r=' not in page.text
    assert "<h1>Для совета</h1>" in page.text and "<script" not in page.text.split("<main")[1]
    rows = page.context["rows"]
    assert [row["record"] for row in rows] == [talk, shelf["first"], recording]
    assert rows[0]["up"] == "" and rows[2]["down"] == ""
    moved = client.get(rows[1]["up"]).context
    assert [row["record"] for row in moved["rows"]] == [shelf["first"], talk, recording]
    assert moved["collection"].title == "Для совета"
    assert [row["record"] for row in client.get(rows[0]["without"]).context["rows"]] == [shelf["first"], recording]
    document = docx.Document(io.BytesIO(client.get(f"/collection/export/docx/?{query}").content))
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert lines[0] == "Для совета" and lines[1].startswith("1. Долголетие в деревнеев") and len(lines) == 4
    entries = rispy.loads(client.get(f"/collection/export/ris/?{query}").content.decode())
    assert [entry["type_of_reference"] for entry in entries] == ["CONF", "CONF", "VIDEO"]
    assert "Collection" not in page.text and client.get(f"/en/collection/?{uids(talk)}").status_code == 200


def test_its_search_offers_events_beside_people_libraries_and_very_many_talks(client):
    """An event stood behind people and libraries of the same name, or behind the talks of another one."""
    made = event("Долголетие вдвоём", size=30)
    other = event("Встреча", size=0)
    Talk.objects.bulk_create(
        Talk(conference=other, title="Долголетие вдвоём", slug=f"vdvoem-{number}") for number in range(30)
    )
    event("Долголетие вдвоём втайне", size=0, status="draft")
    hits = client.get("/collection/?q=долголетие+вдвоём").context["hits"]
    assert made in hits and {type(one) for one in hits} == {Conference, Talk, Recording}
    assert all(one.conference == made for one in hits if isinstance(one, Recording))
    assert not any("втайне" in str(one) for one in hits)


def test_a_list_shows_nothing_that_is_not_public(client, shelf):
    draft, hidden = shelf["draft"], Talk.objects.get(conference=shelf["other"])
    page = client.get(f"/collection/?{uids(draft, *draft.talks.all(), *draft.recordings.all(), hidden)}")
    assert [row["record"] for row in page.context["rows"]] == [hidden]
    assert "втайне" not in page.text and "кошекев" not in page.text
    for name in ("docx", "ris"):
        assert client.get(f"/collection/export/{name}/?{uids(draft)}").status_code == 404
    assert "кошекев" not in client.get(f"/collection/export/ris/?{uids(hidden)}").text


def test_an_odd_list_is_not_found(client, shelf):
    assert client.get("/collection/").status_code == 200
    many = "&".join(f"r=00000000-0000-4000-8000-{number:012}" for number in range(51))
    for query in ("r=x", "r=", many):
        assert client.get(f"/collection/?{query}").status_code == 404, query
    assert client.get(f"/collection/export/exe/?{uids(shelf['first'])}").status_code == 404
    assert client.get("/collection/?title=%00%01&q=%00").status_code in (200, 400)


def test_from_a_topic_to_the_library_to_write_to_in_three_steps(client, shelf):
    page = client.get("/search/", {"q": "активное долголетие"})
    address = "/similar/?q=%D0%B0%D0%BA%D1%82%D0%B8%D0%B2%D0%BD%D0%BE%D0%B5%20%D0%B4%D0%BE%D0%BB%D0%B3%D0%BE%D0%BB"
    assert address in page.text
    page = client.get("/similar/", {"q": "активное долголетие"})
    assert "mailto:metod@library.example" in page.text
    found = [row["conference"] for row in page.context["hits"]]
    assert found == [shelf["first"], shelf["second"]] and "втайне" not in page.text


def test_where_no_organiser_is_known_whose_place_it_was_answers(client, shelf):
    library = Organisation.objects.get(name="Долголетие в деревне: библиотека 1")
    held_there = event("Долголетие у соседей", size=0, venue=library, day="2024-01-01")
    for address in ("/similar/?q=долголетие+соседи", held_there.get_absolute_url()):
        assert "mailto:metod@library.example" in client.get(address).text, address
    [row] = [row for row in client.get("/similar/?q=соседи").context["hits"] if row["conference"] == held_there]
    assert row["hosts"] == [library] and not row["has_organisers"]


def test_hosts_are_named_as_many_as_they_are(client, shelf):
    """Of an event without any, nobody is sent to the page of an organisation."""
    event("Долголетие без хозяев", size=0)
    page = client.get("/similar/", {"q": "долголетие"}).text.replace("\xa0", " ")
    rows = {row.partition("</a>")[0].rpartition(">")[2]: row for row in page.split('<li class="has-date">')[1:]}
    nobody, one = rows["Долголетие без хозяев"], rows["Активное долголетие и чтение"]
    assert "Кому написать, неизвестно." in nobody and "на странице организации" not in nobody
    assert "Организатор: " in one and "Кому написать, неизвестно" not in one


def test_of_very_many_hosts_the_first_are_named(client):
    event("Долголетие на съезде", size=HOSTS + 2)
    page = client.get("/similar/", {"q": "долголетие съезд"})
    [row] = [row for row in page.context["hits"] if row["conference"].title == "Долголетие на съезде"]
    assert (len(row["hosts"]), len(row["contacts"]), row["more_hosts"]) == (HOSTS, HOSTS, 2)
    assert "и ещё 2 — на странице события" in page.text.replace("\xa0", " ")


def test_similar_events_are_narrowed_by_region_kind_of_library_and_year(client, shelf):
    talk = Talk.objects.get(conference=shelf["first"])
    for query in ({}, {"region": "Вымышленный край"}, {"library": "municipal"}, {"year": "2023"}):
        page = client.get("/similar/", {"talk": talk.slug, **query})
        assert shelf["second"] in [row["conference"] for row in page.context["hits"]], query
        assert shelf["first"] not in [row["conference"] for row in page.context["hits"]]
    page = client.get("/similar/", {"talk": talk.slug, "year": "2021"})
    # Only the kinds are offered that a library of the archive has.
    assert page.context["hits"] == [] and [kind.slug for kind in page.context["kinds"]] == ["municipal"]
    for query in (
        "library=university",
        "talk=no-such",
        "conference=no-such",
        "region=x",
        "library=x",
        "year=x",
        "year=99999",
        "talk=%00",
    ):
        assert client.get(f"/similar/?{query}").status_code in (400, 404), query
    draft = shelf["draft"]
    assert client.get(f"/similar/?conference={draft.slug}").status_code == 404
    assert client.get("/similar/", {"q": "«долголетие» -чтение"}).context["hits"]


def test_the_cost_does_not_depend_on_what_is_found(client, shelf, queries_of):
    talk = Talk.objects.get(conference=shelf["first"])
    recording = Recording.objects.get(conference=shelf["first"])
    similar = [
        f"/similar/?talk={talk.slug}&region=Вымышленный край&library=municipal&year=2022",
        f"/similar/?conference={shelf['first'].slug}",
        "/similar/?q=долголетие",
    ]
    chosen = f"/collection/?{uids(shelf['first'], talk, recording)}"
    queries_of("/")
    one = {address: queries_of(address) for address in (*similar, chosen)}
    searched = f"{chosen}&q=долголетие"
    assert max(*one.values(), queries_of(searched)) <= 10, one
    many = event("Долголетие вновь", size=30)
    assert {address: queries_of(address) for address in similar} == {address: one[address] for address in similar}
    more = "".join(f"&r={each.uid}" for each in many.talks.all()[:20])
    assert queries_of(chosen + more) == one[chosen] and queries_of(searched + more) <= 10
