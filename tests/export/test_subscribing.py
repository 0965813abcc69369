"""Feeds, calendars, sitemaps and what browsers look for: as their readers take them."""

import datetime
import re
import xml.etree.ElementTree as ET

import feedparser
import icalendar
import pytest
from django.utils import timezone

from events.export import atom
from events.models import Conference, ConferenceKind, Organisation, Series, Speaker, Talk, Topic

from ..rows import event

pytestmark = pytest.mark.django_db
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def feed(client, address):
    response = client.get(address)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(response.content)
    assert not found.bozo
    return found


def calendar(client, address):
    found = icalendar.Calendar.from_ical(client.get(address).content)
    assert found.errors == [] and all(entry.errors == [] for entry in found.walk())
    return found.walk("VEVENT")


def test_a_feed_has_what_was_published_last_with_both_moments(client):
    old = event("Давно изданные «чтения» & <b>", day="2021-01-01", published=timezone.now() - datetime.timedelta(9))
    new = event("Недавно изданные", day="1999-01-01", published=timezone.now())
    event("Тайное", status="draft")
    found = feed(client, "/conferences/export/atom/")
    assert [entry.title for entry in found.entries] == [new.title, old.title]
    assert [entry.id for entry in found.entries] == [f"urn:uuid:{new.uid}", f"urn:uuid:{old.uid}"]
    assert all(entry.published_parsed and entry.updated_parsed for entry in found.entries)
    assert found.feed.links[0].href == "http://testserver/conferences/"
    assert found.feed.rights == "https://creativecommons.org/publicdomain/zero/1.0/"


def test_every_page_names_the_feed_of_what_it_lists(client):
    conference = event("Чтения", series=Series.objects.create(name="Цикл"))
    event("Другие")
    found = [
        conference.series,
        Speaker.objects.get(family_name="Чтенияев 1"),
        Organisation.objects.get(name="Чтения: библиотека 1"),
        Topic.objects.get(name="Чтения: тема 1"),
    ]
    Conference.objects.filter(pk=conference.pk).update(kind=ConferenceKind.objects.get(slug="seminar"))
    addresses = ["/conferences/?year=2020&topic=chteniia-tema-1", "/search/?q=чтения", "/conferences/?kind=seminar"]
    addresses.append(f"/indexes/places/?city={found[2].city}")
    for address in [*(record.get_absolute_url() for record in found), *addresses]:
        link = re.search(r'type="application/atom\+xml" title="[^"]+" href="([^"]+)"', client.get(address).text)
        (entry,) = feed(client, link[1].replace("&amp;", "&")).entries
        assert entry.title == "Чтения", address


def test_a_feed_has_pages_and_one_that_does_not_exist_is_404(client, monkeypatch):
    monkeypatch.setattr(atom, "PAGE_SIZE", 2)
    for number in range(3):
        event(f"Чтения {number}", size=0)
    first = feed(client, "/conferences/export/atom/")
    following = next(link.href for link in first.feed.links if link.rel == "next")
    assert len(first.entries) == 2
    assert len(feed(client, following).entries) == 1
    for page in ("3", "0", "x", "9" * 5000):
        assert client.get(f"/conferences/export/atom/?page={page}").status_code == 404


def test_a_calendar_has_an_entry_for_each_separate_day_and_no_time_of_its_own(client):
    conference = event("Чтения", size=0, day="2020-06-09", city="Приозёрск")
    conference.dates.update(start_time=datetime.time(11))
    conference.dates.create(start="2020-06-11", end="2020-06-12")
    conference.dates.create(start="2020-09")
    first, second = calendar(client, f"{conference.get_absolute_url()}export/ics/")
    assert (first["uid"], second["uid"]) == (str(conference.uid), f"{conference.uid}-2020-06-11")
    assert (first["dtstart"].dt, first["dtend"].dt) == (datetime.date(2020, 6, 9), datetime.date(2020, 6, 10))
    assert (second["dtstart"].dt, second["dtend"].dt) == (datetime.date(2020, 6, 11), datetime.date(2020, 6, 13))
    assert first["dtstart"].params["VALUE"] == "DATE"
    assert "Начало в 11:00" in first["description"]
    assert first["dtstamp"].dt.tzinfo is not None
    content = client.get(f"{conference.get_absolute_url()}export/ics/").content
    assert max(map(len, content.split(b"\r\n"))) <= 75


def test_an_organisation_and_a_series_have_calendars_and_an_unknown_day_is_in_none(client):
    conference = event("Чтения", series=Series.objects.create(name="Цикл"))
    event("Без дня", size=0, day="XXXX-06-09", series=conference.series)
    for record in (conference.series, Organisation.objects.main().get()):
        (entry,) = calendar(client, f"{record.get_absolute_url()}export/ics/")
        assert entry["summary"] == "Чтения"
    assert len(calendar(client, "/conferences/export/ics/")) == 1


def test_sitemaps_lead_to_every_public_page_in_both_languages_with_the_day_it_changed(client):
    conference = event("Чтения", series=Series.objects.create(name="Цикл"))
    event("Тайное", status="draft")
    Conference.objects.filter(pk=conference.pk).update(changed=datetime.datetime(2020, 6, 9, tzinfo=datetime.UTC))
    index = ET.fromstring(client.get("/sitemap.xml").content)
    addresses, moments = [], {}
    for sitemap in index.iter(f"{SITEMAP}loc"):
        content = client.get(sitemap.text.removeprefix("http://testserver")).content
        for url in ET.fromstring(content).iter(f"{SITEMAP}url"):
            address = url.findtext(f"{SITEMAP}loc").removeprefix("http://testserver")
            addresses.append(address)
            moments[address] = url.findtext(f"{SITEMAP}lastmod")
    assert {client.get(address).status_code for address in addresses} == {200}
    for model in (Conference, Talk, Speaker, Organisation, Topic, Series):
        for record in model.objects.published():
            assert record.get_absolute_url() in addresses
            assert f"/en{record.get_absolute_url()}" in addresses
    assert not [address for address in addresses if "tain" in address]
    assert moments[conference.get_absolute_url()] == moments[Talk.objects.published().get().get_absolute_url()]
    assert moments[conference.get_absolute_url()].startswith("2020-06-09")
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").text


def test_sitemaps_name_photos_and_video_of_public_pages_alone(client):
    shown, _draft = event("Чтения <вслух> & «видео»"), event("Тайное", status="draft")
    recording = shown.recordings.get()
    shown.recordings.update(duration=12_345)
    shown.recordings.create(url="https://example.org/dead", dead_since="2024-01-01")
    shown.recordings.create(url="https://example.org/audio", kind="audio")
    images = ET.fromstring(client.get("/sitemap-conferences.xml").content)
    found = {one.text for one in images.iter("{http://www.google.com/schemas/sitemap-image/1.1}loc")}
    assert found == {f"http://testserver{shown.photos.get().image.url}"}
    document = ET.fromstring(client.get("/sitemap-recordings.xml").content)
    pages = [url.findtext(f"{SITEMAP}loc") for url in document.iter(f"{SITEMAP}url")]
    assert pages == [f"http://testserver{prefix}/recordings/{recording.uid}/" for prefix in ("", "/en")]
    video = {part.tag.rpartition("}")[2]: part.text for part in document.find(".//{*}video")}
    assert video["title"] == recording.label and video["duration"] == "12345"
    for name in ("player_loc", "thumbnail_loc"):
        assert client.get(video[name].removeprefix("http://testserver")).status_code == 200


def test_browsers_find_the_search_its_suggestions_the_icon_and_the_manifest(client):
    event("Вымышленные чтения")
    description = ET.fromstring(client.get("/opensearch.xml").content)
    urls = {url.get("type"): url.get("template") for url in description if url.tag.endswith("Url")}
    assert client.get(urls["text/html"].replace("{searchTerms}", "чтения")).status_code == 200
    suggested = client.get(urls["application/x-suggestions+json"].replace("{searchTerms}", "вымыш")).json()
    assert suggested[0] == "вымыш" and suggested[1]
    icon = client.get("/favicon.ico")
    assert client.get(icon["Location"]).status_code == 200
    manifest = client.get("/manifest.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json"
    assert {client.get(one["src"]).status_code for one in manifest.json()["icons"]} == {200}
