"""The specimen: an event that never was, so that a newcomer sees all that the archive shows."""

import json

import pytest
from django.core.management import call_command

from events.models import Conference, ConferenceKind, MediaFile, Organisation, Speaker, Topic, Version
from events.search import consistency

from .conftest import ROOT

pytestmark = pytest.mark.django_db
ROWS = json.loads((ROOT / "fixtures" / "specimen.json").read_text())
LARGEST = 400_000


@pytest.fixture
def specimen(first_event, settings, tmp_path) -> Conference:
    settings.MEDIA_ROOT = tmp_path
    call_command("specimen", verbosity=0)
    return Conference.objects.get(kind__slug="specimen")


def test_it_shows_a_recording_what_was_said_photographs_and_slides(client, specimen):
    page = client.get(specimen.get_absolute_url())
    for shown in ("<video", "Что было сказано", 'href="/photos/', "specimen-slides.pdf", 'id="programme"'):
        assert shown in page.text
    for file in MediaFile.objects.all():
        # Captions as they were uploaded may name people who asked to be hidden.
        expected = 404 if file.path.endswith(".vtt") else 200
        assert client.get(f"/media/{file.path}").status_code == expected, file.path
    assert "<mark>Гидропонику</mark>" in client.get("/search/?q=гидропоникой&record=passage").text
    assert not list(consistency.inconsistencies())


def test_whatever_it_names_says_that_it_does_not_exist(client, specimen):
    marked = [specimen.title, specimen.summary, *specimen.talks.exclude(title="").values_list("title", flat=True)]
    for model, text in ((Organisation, "name"), (Speaker, "biography"), (Topic, "name")):
        slugs = [row["fields"]["slug"] for row in ROWS if row["model"] == model._meta.label_lower]
        marked += model.objects.filter(slug__in=slugs).values_list(text, flat=True)
    assert len(marked) > 10 and all("образец" in text.lower() for text in marked)


def test_no_report_counts_it(client, specimen):
    report = client.get("/reports/?from=2020").context["report"]
    assert [figure.count for figure in report.totals] == [1, 4]
    assert client.get(f"/reports/{specimen.year}/").status_code == 404
    assert list(Conference.objects.published().took_place()) == [Conference.objects.get(year=2020)]
    assert "/reports/2026/" not in client.get("/reports/").text


def test_it_is_light():
    folder = ROOT / "fixtures" / "specimen"
    assert sum(path.stat().st_size for path in folder.iterdir()) < LARGEST


def test_loading_it_again_changes_nothing(specimen):
    before = Version.objects.count()
    call_command("specimen", verbosity=0)
    assert Version.objects.count() == before


def test_it_is_deleted_with_all_that_only_it_names(client, specimen):
    address = specimen.get_absolute_url()
    kept = Organisation.objects.get(slug="vydumannaia-detskaia-biblioteka")
    Conference.objects.exclude(pk=specimen.pk).update(venue=kept)
    call_command("specimen", "--delete", verbosity=0)
    assert Conference.objects.count() == 1 and client.get(address).status_code == 410
    assert not Speaker.objects.filter(biography__contains="Образец").exists()
    assert not ConferenceKind.objects.filter(slug="specimen").exists() and not Topic.objects.filter(name="образец")
    assert list(Organisation.objects.filter(name__contains="образец")) == [kept]
    assert not list(consistency.inconsistencies())
