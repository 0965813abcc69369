"""What is not published: staff reach it by its address, marked; the public meets it nowhere."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from events import revisions
from events.models import (
    Conference,
    ConferenceKind,
    Material,
    MaterialKind,
    OldAddress,
    Organisation,
    Photo,
    Recording,
    Series,
    Speaker,
    Talk,
    Topic,
)

from .rows import event

pytestmark = pytest.mark.django_db
LISTS = [
    "/",
    "/conferences/",
    "/talks/",
    "/speakers/",
    "/organisations/",
    "/organisations/?by=place",
    "/topics/",
    "/about/",
]
HIDDEN = ["draft", "ready", "withdrawn"]


@revisions.create()
def hidden_event(status="draft", **values):
    """An event called «Тайное», all of whose people, libraries, topics, kind, series and year are its own."""
    values = {"kind": ConferenceKind.objects.create(slug="secret", name="Тайное собрание"), **values}
    values["series"] = Series.objects.create(name="Тайное: цикл")
    venue = Organisation.objects.create(name="Тайное: место", city="Тайноегорск")
    return event("Тайное", size=2, day="1999-01-01", status=status, venue=venue, **values)


def records():
    return [
        record
        for model in (Conference, Talk, Speaker, Organisation, Topic, Series)
        for record in model.objects.all()
        if "Тайное" in str(record)
    ]


@pytest.mark.parametrize("status", HIDDEN)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_nothing_of_a_hidden_event_shows_on_any_list(client, status, prefix):
    event("Явное")
    hidden = hidden_event(status)
    Conference.objects.filter(title="Явное").update(parent=hidden)
    for address in LISTS:
        text = client.get(prefix + address).text
        assert "Тайн" not in text and "1999" not in text, address


@pytest.mark.parametrize("status", HIDDEN)
def test_nothing_of_a_hidden_event_shows_on_the_pages_it_shares_with_a_public_one(client, status):
    shown = event("Явное")
    hidden = hidden_event(status)
    event("Тайная часть", size=0, status=status, parent=shown)
    talk, person = shown.talks.get(), Speaker.objects.get(family_name="Явноеев 1")
    library, topic = Organisation.objects.get(name="Явное: библиотека 1"), shown.topics.get()
    department = Organisation.objects.get(name="Явное: отдел 1")
    part = hidden.people.filter(talk__isnull=False).first()
    part.speaker, part.organisation, part.position = person, department, "тайная должность"
    part.save()
    hidden.topics.add(topic)
    part.talk.topics.add(topic)
    hidden.series.conferences.add(shown)
    group = hidden.organisations.first()
    group.organisation = library
    group.save()
    Organisation.objects.filter(name="Тайное: отдел 1").update(parent=library)
    Series.objects.update(name="Общий цикл")
    Conference.objects.filter(pk=shown.pk).update(parent=hidden)
    Speaker.objects.create(family_name="Явноеев 1", initials="А. Б.", distinguished_from="тайный тёзка")
    pages = [shown, talk, person, library, department, topic, hidden.series]
    for page in pages:
        text = client.get(page.get_absolute_url()).text
        assert not re.search("тайн", text, re.IGNORECASE) and "1999" not in text, page


@pytest.mark.parametrize("status", ["draft", "ready"])
def test_the_pages_of_a_hidden_event_do_not_exist_for_the_public(client, status):
    hidden_event(status)
    assert len(records()) == 1 + 2 + 2 + 5 + 2 + 1
    for record in records():
        response = client.get(record.get_absolute_url())
        assert response.status_code == 404
        assert "Тайное" not in response.text


def test_its_names_cannot_be_guessed_by_filters_either(client):
    hidden_event()
    event("Явное")
    for query in (
        "kind=secret",
        "year=1999&kind=secret",
        f"organisation={Organisation.objects.get(name='Тайное: библиотека 1').slug}",
        f"topic={Topic.objects.get(name='Тайное: тема 1').slug}",
    ):
        assert client.get(f"/conferences/?{query}").status_code == 404
    assert "Тайн" not in client.get("/conferences/?year=1999").text


def test_an_old_address_does_not_tell_what_a_draft_is_called_now(client, staff_client):
    hidden = hidden_event()
    OldAddress.objects.create(kind="conference", slug="old", target=hidden.slug)
    assert client.get("/conferences/old/").status_code == 404
    assert staff_client.get("/conferences/old/").status_code == 301


@pytest.mark.parametrize("status", HIDDEN)
def test_staff_read_it_marked_and_no_search_engine_keeps_it(staff_client, status):
    hidden_event(status)
    for record in records():
        response = staff_client.get(record.get_absolute_url())
        assert response.status_code == 200
        assert 'class="notice"' in response.text
        assert response["X-Robots-Tag"] == "noindex" and "no-store" in response["Cache-Control"]


def test_a_user_who_is_no_staff_is_the_public(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("visitor"))
    assert client.get(hidden_event().get_absolute_url()).status_code == 404


def test_staff_see_published_pages_as_everybody_does(staff_client):
    response = staff_client.get(event().get_absolute_url())
    assert "notice" not in response.text and "X-Robots-Tag" not in response


def test_staff_do_not_meet_drafts_in_lists(staff_client):
    hidden_event()
    for address in LISTS:
        assert "Тайн" not in staff_client.get(address).text


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_withdrawn_event_and_its_talks_are_gone_and_say_why(client, prefix):
    hidden = hidden_event("withdrawn", withdrawn_reason="По просьбе организатора")
    OldAddress.objects.create(kind="conference", slug="old", target=hidden.slug)
    for address in (hidden.get_absolute_url(), hidden.talks.first().get_absolute_url(), "/conferences/old/"):
        response = client.get(prefix + address)
        assert response.status_code == 410
        assert "По просьбе организатора" in response.text.replace("\xa0", " ")
        assert "Тайное" not in response.text and 'content="noindex"' in response.text


def test_withdrawn_without_a_reason_says_that(client):
    assert "Причина не указана" in client.get(hidden_event("withdrawn").get_absolute_url()).text


# Files


@pytest.fixture
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    names = [
        "photos/a.jpg",
        "materials/a.pdf",
        "materials/a.html",
        "materials/a.svg",
        "recordings/a.mp4",
        "captions/a.vtt",
    ]
    for name in [*names, "speakers/a.png", "photos/nobody.jpg"]:
        default_storage.save(name, ContentFile(b"<script>"))
    (tmp_path.parent / "secret_key").write_text("secret")


@revisions.create()
def attach(**values):
    """An event with each kind of file."""
    conference = event(**values)
    Photo.objects.create(conference=conference, image="photos/a.jpg", width=1, height=1)
    for kind, name in zip(MaterialKind.objects.all(), ("a.pdf", "a.html", "a.svg"), strict=False):
        Material.objects.create(conference=conference, kind=kind, file=f"materials/{name}")
    Recording.objects.create(conference=conference, file="recordings/a.mp4", captions="captions/a.vtt")
    Speaker.objects.filter(participations__conference=conference).update(photo="speakers/a.png")


OF_AN_EVENT = {
    "photos/a.jpg": ("image/jpeg", "inline"),
    "speakers/a.png": ("image/png", "inline"),
    "recordings/a.mp4": ("video/mp4", "inline"),
    "materials/a.pdf": ("application/pdf", "attachment"),
    "materials/a.html": ("application/octet-stream", "attachment"),
    "materials/a.svg": ("application/octet-stream", "attachment"),
}


@pytest.mark.parametrize("name", OF_AN_EVENT)
def test_files_of_a_published_event_go_out_as_what_they_safely_are(client, files, name):
    attach()
    response = client.get(f"/media/{name}")
    kind, disposition = OF_AN_EVENT[name]
    assert response.status_code == 200 and b"".join(response) == b"<script>"
    assert response["Content-Type"] == kind and response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith(disposition)


@pytest.mark.parametrize("status", HIDDEN)
@pytest.mark.parametrize("name", [*OF_AN_EVENT, "captions/a.vtt"])
def test_files_of_a_hidden_event_are_for_staff_only(client, staff_client, files, name, status):
    attach(status=status)
    assert client.get(f"/media/{name}").status_code == 404
    response = staff_client.get(f"/media/{name}")
    assert response.status_code == 200 and "no-store" in response["Cache-Control"]
    response.close()


@pytest.mark.parametrize(
    "path",
    ["photos/nobody.jpg", "photos/", "", "photos/../../secret_key", "..%2f..%2fsecret_key", "%2e%2e/secret_key",
     "/etc/passwd", "//etc/passwd", "photos/a.jpg%00", "photos%5c..%5ca.jpg", "PHOTOS/A.JPG", "photos/./a.jpg",
     "photos//a.jpg", "a" * 8000],
)  # fmt: skip
def test_no_other_path_leads_to_a_file(client, staff_client, files, path):
    attach()
    assert client.get(f"/media/{path}").status_code in (400, 404)
    assert staff_client.get(f"/media/{path}").status_code in (400, 404)


def test_a_file_that_is_lost_is_not_found(client, files):
    Photo.objects.create(conference=event(), image="photos/lost.jpg", width=1, height=1)
    assert client.get("/media/photos/lost.jpg").status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "content", "says"),
    [
        ("bytes=0-2", 206, b"<sc", "bytes 0-2/8"),
        ("bytes=3-", 206, b"ript>", "bytes 3-7/8"),
        ("bytes=-2", 206, b"t>", "bytes 6-7/8"),
        ("bytes=0-999999999999999", 206, b"<script>", "bytes 0-7/8"),
        ("bytes=8-", 200, b"<script>", None),
        ("bytes=5-2", 200, b"<script>", None),
        ("bytes=-", 200, b"<script>", None),
        ("bytes=0-1,4-5", 200, b"<script>", None),
        ("lines=0-1", 200, b"<script>", None),
        ("bytes=0-" + "9" * 5000, 200, b"<script>", None),
    ],
)
def test_a_player_may_jump_within_a_recording(client, files, asked, status, content, says):
    attach()
    response = client.get("/media/recordings/a.mp4", headers={"range": asked})
    assert response.status_code == status and b"".join(response) == content
    assert response.get("Content-Range") == says and response["Accept-Ranges"] == "bytes"
    assert int(response["Content-Length"]) == len(content)
