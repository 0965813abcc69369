"""A file that is gone from the disk costs its picture and nothing else."""

import json
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db.models import QuerySet
from django.urls import reverse
from PIL import Image

from events.models import Photo

from .admin_form import send
from .rows import event


@pytest.fixture
def lost(db, tmp_path, settings) -> Photo:
    """A photo, properly taken in, whose file was lost afterwards."""
    settings.MEDIA_ROOT = tmp_path
    conference = event("Утрата")
    Photo.objects.all().delete()
    Image.new("RGB", (4, 3)).save(tmp_path / "source.jpg")
    content = ContentFile((tmp_path / "source.jpg").read_bytes(), name="lost.jpg")
    photo = conference.photos.create(image=content, caption="Зал")
    (tmp_path / photo.image.name).unlink()
    return photo


def without_size(photo: Photo) -> None:
    """As rows are that were written past the forms."""
    QuerySet(Photo).filter(pk=photo.pk).update(width=None, height=None)


@pytest.mark.parametrize("is_measured", [True, False])
def test_the_event_is_shown_and_saved(staff_client, client, lost, is_measured):
    if not is_measured:
        without_size(lost)
    conference = lost.conference
    assert "Зал" in client.get(conference.get_absolute_url()).content.decode()
    address = reverse("admin:events_conference_change", args=[conference.pk])
    assert send(staff_client, address, {"title": "Утрата зала"}).status_code == 302
    conference.refresh_from_db()
    assert conference.title == "Утрата зала"
    photos = reverse("admin:events_conference_photos", args=[conference.pk])
    assert send(staff_client, photos, {"form-0-caption": "Большой зал"}).status_code == 302
    stored = Photo.objects.get()
    assert (stored.caption, stored.image.name) == ("Большой зал", lost.image.name)
    assert (stored.width, stored.height) == ((4, 3) if is_measured else (None, None))


@pytest.mark.parametrize("is_measured", [True, False])
def test_a_dump_has_its_row(lost, is_measured):
    if not is_measured:
        without_size(lost)
    dump = StringIO()
    call_command("dumpdata", "events.photo", stdout=dump)
    (row,) = json.loads(dump.getvalue())
    assert row["fields"]["image"] == lost.image.name
    assert row["fields"]["width"] == (4 if is_measured else None)


def test_a_lost_portrait_document_or_recording_locks_nothing_either(staff_client, client, db, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    conference = event("Утрата")
    person = conference.people.first().speaker
    for row, name, path in (
        (person, "photo", "speakers/lost.jpg"),
        (conference.materials.first(), "file", "materials/lost.pdf"),
        (conference.recordings.first(), "file", "recordings/lost.mp4"),
        (conference.recordings.first(), "captions", "captions/lost.vtt"),
    ):
        setattr(row, name, path)
        row.save()
    for record in (conference, person, conference.recordings.first()):
        assert client.get(record.get_absolute_url()).status_code == 200
    address = reverse("admin:events_speaker_change", args=[person.pk])
    assert send(staff_client, address, {"biography": "Пишет о книгах."}).status_code == 302
    address = reverse("admin:events_conference_change", args=[conference.pk])
    assert send(staff_client, address, {"title": "Утрата зала"}).status_code == 302
    for row in (person, conference):
        row.refresh_from_db()
    assert (person.biography, person.photo.name) == ("Пишет о книгах.", "speakers/lost.jpg")
    assert conference.title == "Утрата зала"
    assert conference.materials.first().file.name == "materials/lost.pdf"
