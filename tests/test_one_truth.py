"""The same thing is counted alike wherever a number stands."""

import re

import pytest

from events.models import Speaker, SpeakerParticipation, SpeakerRole, Talk, TalkKind

from .rows import event, row_titles

pytestmark = pytest.mark.django_db


@pytest.fixture
def conference():
    """Two titled talks, one without a title, and a welcome, which is no talk; a draft with as much again."""
    for name, status in (("Чтения", "published"), ("Тайные чтения", "draft")):
        conference = event(name, size=2, status=status)
        person = Speaker.objects.get(family_name=f"{name}ев 1")
        for kind, title in (("talk", ""), ("welcome", f"{name}: приветствие")):
            talk = Talk.objects.create(
                conference=conference,
                kind=TalkKind.objects.get(slug=kind),
                title=title,
                topic=f"{name}: о чём",
                order=9,
            )
            role = SpeakerRole.objects.get(slug="speaker")
            SpeakerParticipation.objects.create(conference=conference, talk=talk, speaker=person, role=role)
    return type(conference).objects.get(status="published")


def talks_said(client, address):
    """Each number before the word «доклад» on a page."""
    page = re.sub("<[^>]+>", " ", client.get(address).text.replace("\xa0", " ").split("<main")[1])
    return [int(number) for number in re.findall(r"(\d+)\s+доклад(?:а|ов)?\b", page)]


def facet(client, address, name, label):
    values = next(one["values"] for one in client.get(address).context["selection"].facets if one["name"] == name)
    return next(value["count"] for value in values if value["label"] == label)


def test_every_page_counts_the_same_talks(client, conference):
    person = conference.people.order_by("pk").first().speaker
    assert talks_said(client, "/") == [3, 3]  # of the archive, of the event
    assert set(talks_said(client, "/about/")) == {3}
    assert set(talks_said(client, "/conferences/")) == {3}
    assert talks_said(client, conference.get_absolute_url())[0] == 3
    assert talks_said(client, "/talks/") == [3]
    assert client.get("/talks/").context["page_obj"].paginator.count == 3
    assert talks_said(client, person.get_absolute_url())[0] == 2  # one titled, one not; not the welcome
    assert facet(client, "/search/?q=чтения", "record", "доклады") == 3
    assert client.get("/search/?q=чтения&record=talk").context["found"].total == 3
    report = client.get("/reports/?from=2020").context["report"]
    assert [figure.count for figure in report.totals] == [1, 3]
    library = conference.organisations.first().organisation
    report = client.get(f"/reports/?organisation={library.slug}").context["report"]
    assert report.totals[1].count == 3


def test_a_welcome_is_found_and_is_called_no_talk(client, conference):
    hit = client.get("/search/?q=приветствие&record=other")
    assert [one["kind_label"] for one in hit.context["hits"]] == ["часть программы"]
    assert "kind=" not in hit.request["QUERY_STRING"] and hit.context["found"].total == 1


def test_talks_without_a_title_are_in_the_list_and_can_be_left_out(client, conference):
    assert (
        facet(client, "/talks/", "title", "с названием") == 2 and facet(client, "/talks/", "title", "без названия") == 1
    )
    assert client.get("/talks/?title=known").context["page_obj"].paginator.count == 2
    assert row_titles(client.get("/talks/?title=unknown")) == ["Чтения: о чём"]


@pytest.mark.parametrize(
    "address",
    ["/conferences/", "/talks/", "/talks/?title=known", "/speakers/", "/speakers/?year=2020", "/organisations/"]
    + ["/talks/?year=2020&has=recording"],
)
def test_every_number_beside_a_filter_is_the_number_of_records_behind_it(client, conference, address):
    event("Другие чтения", day="2021-05-01", size=1)
    event("Без даты", day="", size=1)
    checked = 0
    for facet in client.get(address).context["selection"].facets:
        for value in facet["values"]:
            found = client.get(address.partition("?")[0] + value["address"])
            assert found.context["page_obj"].paginator.count == value["count"], value["address"]
            assert "Тайные" not in found.text
            checked += 1
    assert checked >= 2


@pytest.mark.parametrize("address", ["/conferences/", "/talks/"])
def test_the_oldest_come_first_if_asked_for_and_unknown_dates_last(client, conference, address):
    event("Другие чтения", day="2021-05-01", size=1)
    event("Без даты", day="", size=1)

    def years(order):
        dates = re.findall(r'<p class="row-date">(?:<time datetime="(\d{4}))?', client.get(address + order).text)
        return list(dict.fromkeys(dates))

    assert years("") == ["2021", "2020", ""]
    assert years("?sort=oldest") == ["2020", "2021", ""]
    assert "?sort=oldest&amp;year=2020" in client.get(f"{address}?sort=oldest").text
    assert client.get(f"{address}?sort=sideways").status_code == 404


def test_the_letters_of_an_index_keep_what_is_chosen(client, conference):
    for number in range(160):
        person = Speaker.objects.create(family_name=f"Вымышленников{number:03}")
        SpeakerParticipation.objects.create(
            conference=conference, speaker=person, role=SpeakerRole.objects.get(slug="participant")
        )
    page = client.get("/speakers/?year=2020")
    assert 'href="?year=2020&amp;letter=%D0%92"' in page.text
    assert client.get("/speakers/?year=2020&letter=В").context["page_obj"].paginator.count == 160
    assert client.get("/speakers/?year=1999").context["page_obj"].paginator.count == 0
