"""Recordings in the form of an event: durations as people write them, captions that can be read, starts of talks."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from events.models import Recording, RecordingOffset, Talk

from .admin_form import form_fields, send
from .rows import event

pytestmark = pytest.mark.django_db
SRT = "1\n00:00:01,000 --> 00:00:02,000\nДобрый день\n"


@pytest.fixture
def conference():
    conference = event(size=0)
    for order, title in enumerate(("Чтение вслух", "Книга в пути", "Книга в пути"), 1):
        Talk.objects.create(conference=conference, title=title, order=order)
    Recording.objects.create(conference=conference, url="https://video.example/1", duration=5400)
    return conference


@pytest.fixture
def address(conference):
    return f"/en/admin/events/conference/{conference.pk}/change/"


def typed(**values):
    return {f"recordings-0-{name}": value for name, value in values.items()}


def starts():
    return list(RecordingOffset.objects.values_list("talk__order", "seconds"))


def test_a_duration_is_shown_as_on_the_page_and_taken_as_people_write_it(staff_client, address):
    assert form_fields(staff_client.get(address))["recordings-0-duration"] == "1:30:00"
    for text, seconds in (("1 ч 45 мин", 6300), ("1:15:00", 4500), ("", None)):
        assert send(staff_client, address, typed(duration=text)).status_code == 302
        assert Recording.objects.get().duration == seconds


@pytest.mark.parametrize("text", ["5400", "1:30:00:00", "полтора", "999 ч"])
def test_a_duration_that_means_nothing_is_kept_for_correction(staff_client, address, text):
    response = send(staff_client, address, typed(duration=text))
    assert response.status_code == 200 and form_fields(response)["recordings-0-duration"] == text
    assert Recording.objects.get().duration == 5400


def test_captions_are_taken_as_srt_too(staff_client, address, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("whisper.srt", SRT.encode())
    assert send(staff_client, address, typed(captions=file)).status_code == 302
    assert Recording.objects.get().captions.read().decode() == SRT


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("talk.vtt", b"WEBVTT\n\n00:01.000 --> 00:99.000\nWords", "Line 3 of the captions"),
        ("talk.srt", b"Only words", "No captions were found"),
        ("talk.docx", SRT.encode(), "not allowed"),
    ],
)
def test_captions_that_no_player_would_show_are_refused_in_words(staff_client, address, name, content, message):
    response = send(staff_client, address, typed(captions=SimpleUploadedFile(name, content)))
    assert response.status_code == 200 and message in response.text
    assert not Recording.objects.get().captions


def test_starts_of_talks_are_typed_by_number_or_title(staff_client, address):
    assert send(staff_client, address, typed(starts="0:00 Чтение вслух\r\n16:00 2\r\n1:02:03 — № 3")).status_code == 302
    assert starts() == [(1, 0), (2, 960), (3, 3723)]
    shown = form_fields(staff_client.get(address))["recordings-0-starts"]
    assert shown.splitlines() == ["0:00 1. Чтение вслух", "16:00 2. Книга в пути", "1:02:03 3. Книга в пути"]


def test_starts_are_corrected_and_removed_and_saving_the_form_changes_none(staff_client, address):
    send(staff_client, address, typed(starts="0:00 1\n16:00 2"))
    kept = RecordingOffset.objects.get(talk__order=2).pk
    assert send(staff_client, address).status_code == 302
    assert starts() == [(1, 0), (2, 960)]
    assert send(staff_client, address, typed(starts="17:00 2")).status_code == 302
    assert starts() == [(2, 1020)] and RecordingOffset.objects.get().pk == kept


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("16:00 9", "no talk of this event"),
        ("в начале 1", "does not begin with a time"),
        ("16:00 Книга в пути", "several talks"),
        ("16:00 1\n17:00 1", "has a start already"),
        ("16:00", "no talk of this event"),
    ],
)
def test_a_start_that_fits_no_talk_is_said_and_kept(staff_client, address, lines, message):
    response = send(staff_client, address, typed(starts=lines))
    assert response.status_code == 200 and message in response.text
    assert form_fields(response)["recordings-0-starts"] == lines
    assert starts() == []
