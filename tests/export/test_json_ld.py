"""What pages say to machines: schema.org as data, nothing invented, nothing that ends the script."""

import json
import re

import pytest
from django.core.exceptions import ValidationError

from events.export import json_ld
from events.export.marc import marc21
from events.export.record import describe, load
from events.models import Conference, Organisation, Series, Speaker, Talk

from ..rows import event

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("zone", "began"),
    [
        ("", "2024-05-24T11:00"),
        ("Europe/Samara", "2024-05-24T11:00+04:00"),
        ("по московскому времени", "2024-05-24"),
        ("../etc/passwd", "2024-05-24"),
    ],
)
def test_an_hour_has_the_offset_of_a_zone_that_machines_know(zone, began):
    conference = event("Вымышленные чтения", status="published")
    conference.dates.all().delete()
    conference.dates.create(start="2024-05-24", start_time="11:00", time_zone=zone)
    found = describe(load(Conference.objects.all()).get(), "https://archive.example")
    assert json_ld.node(found)["startDate"] == began


def nodes(client, address):
    """The nodes of the one block of a page, by type."""
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get(address).text, re.DOTALL)
    return {node["@type"]: node for node in json.loads(block)["@graph"]}


def test_an_event_says_who_organised_it_who_spoke_and_where_to_see_it(client):
    conference = event("Чтения", size=2, city="Приозёрск", format="online", series=Series.objects.create(name="Цикл"))
    node = nodes(client, conference.get_absolute_url())["EducationEvent"]
    assert (node["startDate"], node["endDate"]) == ("2020-06-09", "2020-06-09")
    assert node["location"]["address"]["addressLocality"] == "Приозёрск"
    assert node["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"
    assert [one["name"] for one in node["organizer"]] == ["Чтения: библиотека 1", "Чтения: библиотека 2"]
    assert node["superEvent"][0]["@type"] == "EventSeries"
    part = node["subEvent"][0]["performer"][0]
    assert (part["roleName"], part["performer"]["name"]) == ("докладчик", "Чтенияев 1 А. Б.")
    assert part["performer"]["affiliation"]["name"] == "Чтения: отдел 1 (Чтения: библиотека 1)"
    video = node["recordedIn"][0]
    assert video["@type"] == "VideoObject" and "uploadDate" not in video
    assert video["hasPart"][0] == {
        "@type": "Clip",
        "name": "Чтения: доклад 1",
        "startOffset": 1,
        "url": "https://example.org/chteniia/1/video?t=1",
    }


def test_every_kind_of_record_and_the_home_page_describe_themselves(client):
    conference = event(series=Series.objects.create(name="Цикл"))
    found = {
        "Person": Speaker.objects.first(),
        "Organization": Organisation.objects.main().first(),
        "EventSeries": conference.series,
        "Event": Talk.objects.get(),
    }
    for type, record in found.items():
        page = nodes(client, record.get_absolute_url())
        assert page[type]["@id"] == f"urn:uuid:{record.uid}"
        assert [step["position"] for step in page["BreadcrumbList"]["itemListElement"]][:3] == [1, 2, 3]
    assert "{search_term_string}" in nodes(client, "/")["WebSite"]["potentialAction"]["target"]["urlTemplate"]


def test_an_organisation_carries_what_it_is_known_by_elsewhere(client):
    conference = event()
    library = conference.organisations.get().organisation
    library.ogrn, library.isil, library.ror, library.wikidata = "1027700132195", "RU-10010033", "05dxps055", "Q1048694"
    library.website = "https://library.example/"
    library.full_clean()
    library.save()
    page = client.get(library.get_absolute_url()).text
    node = nodes(client, library.get_absolute_url())["Organization"]
    assert {one["propertyID"]: one["value"] for one in node["identifier"]} == {
        "ОГРН": "1027700132195",
        "ISIL": "RU-10010033",
        "ROR": "05dxps055",
        "Wikidata": "Q1048694",
    }
    elsewhere = ["https://ror.org/05dxps055", "https://www.wikidata.org/entity/Q1048694"]
    assert node["sameAs"] == ["https://library.example/", *elsewhere]
    assert all(f'href="{address}"' in page for address in elsewhere) and "1027700132195" in page
    assert client.get(f"/api/v1/organisations/{library.uid}/").json()["identifiers"][1] == {
        "scheme": "ISIL",
        "value": "RU-10010033",
    }
    marc = marc21(describe(load(Conference.objects.all()).get(), "https://archive.example"))
    assert marc["710"].get_subfields("1") == elsewhere


def test_a_person_carries_the_orcid_wherever_a_format_has_a_place_for_it(client):
    conference = event()
    talk, speaker = conference.talks.get(), conference.people.filter(talk__isnull=False).first().speaker
    speaker.orcid = "0000-0002-1825-0097"
    speaker.save()
    address = "https://orcid.org/0000-0002-1825-0097"
    assert nodes(client, speaker.get_absolute_url())["Person"]["sameAs"] == address
    page = client.get(talk.get_absolute_url()).text
    assert re.search(f'<meta name="citation_author_orcid" content="{address}"', page)
    assert client.get(f"/api/v1/speakers/{speaker.uid}/").json()["orcid"] == "0000-0002-1825-0097"
    marc = marc21(describe(load(Talk.objects.all()).get(), "https://archive.example"))
    assert marc["100"].get_subfields("1") == ["(orcid)0000-0002-1825-0097"]


@pytest.mark.parametrize(
    ("field", "value"), [("ogrn", "1027700132196"), ("isil", "RU 1"), ("ror", "03"), ("wikidata", "1048694")]
)
def test_an_identifier_that_is_mistyped_is_refused(field, value):
    library = Organisation(name="Вымышленная библиотека", **{field: value})
    with pytest.raises(ValidationError) as refused:
        library.full_clean()
    assert field in refused.value.message_dict


def test_a_title_cannot_end_the_script_and_what_is_unknown_is_left_out(client):
    conference = event("</script><script>alert(1)</script>", size=0, day="XXXX-06-09")
    page = client.get(conference.get_absolute_url()).text
    assert "<script>alert" not in page
    node = nodes(client, conference.get_absolute_url())["EducationEvent"]
    assert node["name"] == "</script><script>alert(1)</script>"
    assert not {"startDate", "endDate", "location", "organizer", "performer", "eventStatus"} & node.keys()


def test_the_page_of_a_draft_says_nothing_to_machines(staff_client):
    page = staff_client.get(event(status="draft").get_absolute_url()).text
    assert "ld+json" not in page and "citation_" not in page


def test_the_photo_of_an_event_is_its_picture_where_it_is_shared(client):
    page = client.get(event("Чтения").get_absolute_url()).text
    assert '<meta property="og:image" content="http://testserver/media/photos/chteniia-1.jpg">' in page
    assert '<meta property="og:image:width" content="4">' in page
