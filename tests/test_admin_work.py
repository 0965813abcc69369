"""The first page of the admin shows what waits, each a link to the list of it; photos come many at a time."""

import re
import time

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from events import images
from events.models import Conference, Organisation, Photo, Proposal, Speaker, Talk, Version, changes
from events.operations import jobs, pending_uploads

from .admin_form import form_fields
from .test_admin_publishing import archivist, editor  # noqa: F401
from .test_images import SECRET, content, with_everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive(db):
    def event(theme, **values):
        return Conference.objects.create(theme=theme, **values)

    whole = event("Полное", status="published")
    whole.dates.create(start="2020-06-09")
    whole.recordings.create(url="https://video.example/1")
    whole.sources.create(url="https://news.example/1")
    Talk.objects.create(conference=whole, title="Доклад")
    event("Черновик")
    event("Готовое", status="ready")
    dead = event("Со старой ссылкой", status="published")
    dead.recordings.create(url="https://video.example/2", dead_since="2026-01-01")
    event("Снятое", status="withdrawn", published="2020-01-01T00:00Z")
    for initials in ("О. И.", "О."):
        Speaker.objects.create(family_name="Придуманная", initials=initials)
    Organisation.objects.create(name="Одна библиотека")


def waiting(client, page="/admin/"):
    return dict(
        re.findall(
            r'<a href="([^"]+\?(?:waiting|duplicates)=\w+)">.*?<td>(\d+)</td>', client.get(page).content.decode(), re.S
        )
    )


def test_each_number_is_the_length_of_the_list_it_leads_to(archivist, archive):  # noqa: F811
    found = waiting(archivist)
    assert {address.partition("=")[2]: int(count) for address, count in found.items()} == {
        "draft": 1,
        "ready": 1,
        "incomplete": 4,
        "recording": 2,
        "talk": 3,
        "year": 3,
        "source": 3,
        "dead": 1,
        "possible": 2,
    }
    for address, count in found.items():
        shown = archivist.get(address)
        assert shown.context["cl"].result_count == int(count), address


def test_the_first_page_costs_the_same_for_few_and_for_many(archivist, django_assert_max_num_queries):  # noqa: F811
    Conference.objects.bulk_create(Conference(theme=str(number), slug=f"s{number}") for number in range(200))
    with django_assert_max_num_queries(25):
        assert archivist.get("/admin/").status_code == 200


def test_who_may_see_nothing_gets_no_numbers(client, archive):
    client.force_login(User.objects.create(username="guest", is_staff=True))
    assert waiting(client) == {}


# ── Photos ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def conference(db):
    return Conference.objects.create(theme="Опыт")


def page(conference):
    return f"/admin/events/conference/{conference.pk}/photos/"


def choose(client, conference, *files, **values):
    fields = {**form_fields(client.get(page(conference))), **values}
    return client.post(page(conference), {**fields, "images": files}, follow=True)


def picture(name="zal.jpg", data=None):
    return SimpleUploadedFile(name, data or content())


def test_many_photos_come_at_once_and_are_described_in_one_table(archivist, conference):  # noqa: F811
    choose(archivist, conference, picture("a.jpg", with_everything()), picture("b.jpg"), credit="Фото: Придуманная")
    photos = list(conference.photos.all())
    assert [(photo.credit, photo.order) for photo in photos] == [("Фото: Придуманная", 1), ("Фото: Придуманная", 2)]
    assert photos[0].width == 40
    assert SECRET not in photos[0].image.read()
    described = {"form-0-alt": "Зал", "form-1-alt": "Экран", "form-0-order": 2, "form-1-order": 1}
    shown = choose(archivist, conference, **described)
    assert [photo.alt for photo in conference.photos.all()] == ["Экран", "Зал"]
    assert "все фотографии" in shown.content.decode().lower()


def test_a_bad_file_among_good_ones_is_named_and_the_good_ones_stay(archivist, conference):  # noqa: F811
    shown = choose(archivist, conference, picture(), picture("virus.jpg", b"<svg onload=alert(1)>"))
    assert "virus.jpg" in shown.content.decode()
    assert Photo.objects.count() == 1


def test_photos_are_in_the_history_and_come_back(archivist, conference):  # noqa: F811
    choose(archivist, conference, picture())
    name = Photo.objects.get().image.name
    choose(archivist, conference, **{"form-0-DELETE": "on"})
    assert not Photo.objects.exists()
    with_photo = Version.objects.of(conference)[1]
    archivist.post(f"/admin/events/version/{with_photo.pk}/restore/")
    photo = Photo.objects.get()
    assert photo.image.name == name
    assert photo.image.storage.exists(name)


def test_photos_of_what_is_published_wait_for_an_editor(archivist, conference):  # noqa: F811
    Conference.objects.filter(pk=conference.pk).update(status="published", published="2020-01-01T00:00Z")
    shown = choose(archivist, conference, picture())
    assert not Photo.objects.exists()
    assert Proposal.objects.get().record == conference.uid
    assert "Правка отложена" in shown.text and "Сохранено" not in shown.text


@pytest.mark.parametrize("name", ["x.svg", "x.html", "x.js", "x.exe", "x"])
def test_a_material_that_a_browser_would_run_is_refused(archivist, conference, name):  # noqa: F811
    url = f"/admin/events/conference/{conference.pk}/change/"
    fields = form_fields(archivist.get(url))
    kind = re.search(
        r'<select name="materials-__prefix__-kind".*?<option value="(\d+)"', archivist.get(url).content.decode(), re.S
    )[1]
    row = {
        "materials-TOTAL_FORMS": 1,
        "materials-0-kind": kind,
        "materials-0-file": SimpleUploadedFile(name, b"<script>"),
    }
    assert archivist.post(url, {**fields, **row}).status_code == 200
    assert not conference.materials.exists()


def test_a_portrait_is_redrawn_too_before_anybody_waits_for_the_save(archivist, monkeypatch):  # noqa: F811
    drawn, blocks = images._drawn, []
    monkeypatch.setattr(images, "_drawn", lambda *picture: (blocks.append(changes.current()), drawn(*picture))[1])
    data = {**form_fields(archivist.get("/admin/events/speaker/add/")), "family_name": "Придуманная"}
    archivist.post("/admin/events/speaker/add/", {**data, "photo": picture("p.jpg", with_everything())})
    assert SECRET not in Speaker.objects.get().photo.read()
    bad = {**data, "family_name": "Вымышленная", "photo": picture("p.jpg", b"<html>")}
    assert archivist.post("/admin/events/speaker/add/", bad).status_code == 200
    assert blocks == [None]


def test_what_is_worked_with_daily_stands_before_the_lists_that_are_set_up_once(staff_client):
    page = staff_client.get("/admin/").content.decode()
    listed = page[page.index("app-events") :]
    order = [listed.index(f'href="/admin/events/{name}/"') for name in ("conference", "talk", "speaker", "talkkind")]
    assert order == sorted(order)


def refused(client, conference, **fields):
    """The form of an event with a picture chosen, and a date by which it is refused."""
    url = f"/admin/events/conference/{conference.pk}/change/"
    rows = {"photos-TOTAL_FORMS": "1", "dates-TOTAL_FORMS": "1", "dates-0-start": "когда-то"}
    return client.post(url, {**form_fields(client.get(url)), **rows, **fields})


@pytest.fixture
def uploads(settings, tmp_path):
    settings.PENDING_UPLOADS_ROOT = tmp_path / "uploads"
    return lambda: [path.name for path in settings.PENDING_UPLOADS_ROOT.rglob("*") if path.is_file()]


def test_the_files_of_a_refused_save_are_kept_until_it_is_saved(archivist, conference, uploads):  # noqa: F811
    shown = refused(archivist, conference, **{"photos-0-image": picture("зал.jpg", with_everything())})
    assert "оставить зал.jpg" in shown.text
    assert "Выберите" not in shown.text
    assert uploads() == ["зал.jpg"]
    # Refused once more: the same file, kept once.
    shown = refused(archivist, conference, **form_fields(shown) | {"dates-0-start": "вчера"})
    assert uploads() == ["зал.jpg"]
    fields = form_fields(shown) | {"dates-0-start": "9 июня 2020", "photos-0-alt": "Зал"}
    assert archivist.post(shown.request["PATH_INFO"], fields).status_code == 302
    photo = conference.photos.get()
    assert (photo.alt, photo.width, SECRET in photo.image.read()) == ("Зал", 40, False)
    assert uploads() == []


def test_a_kept_file_may_be_left_out_or_replaced(archivist, conference, uploads):  # noqa: F811
    shown = refused(archivist, conference, **{"photos-0-image": picture("first.jpg")})
    fields = form_fields(shown) | {"dates-0-start": "9 июня 2020"}
    without = {name: value for name, value in fields.items() if not name.endswith("-kept")}
    archivist.post(shown.request["PATH_INFO"], {**without, "photos-0-alt": ""})
    assert not conference.photos.exists()
    shown = refused(archivist, conference, **{"photos-0-image": picture("first.jpg")})
    fields = form_fields(shown) | {"dates-0-start": "9 июня 2020", "photos-0-image": picture("second.jpg")}
    archivist.post(shown.request["PATH_INFO"], fields)
    assert conference.photos.get().image.name.startswith("photos/second")


def test_a_file_that_is_refused_itself_is_to_be_chosen_again(archivist, conference, uploads):  # noqa: F811
    shown = refused(archivist, conference, **{"photos-0-image": picture("virus.jpg", b"<svg>")})
    assert "Выберите эти файлы ещё раз: virus.jpg." in shown.text
    assert uploads() == []


def test_several_photos_of_a_refused_table_are_kept(archivist, conference, uploads):  # noqa: F811
    choose(archivist, conference, picture("first.jpg"))
    shown = choose(archivist, conference, picture("b.jpg"), picture("c.jpg"), **{"form-0-order": "первый"})
    assert "оставить b.jpg" in shown.text and "оставить c.jpg" in shown.text
    archivist.post(page(conference), form_fields(shown) | {"form-0-order": "1"})
    names = [photo.image.name for photo in conference.photos.all()]
    assert [name.startswith(f"photos/{first}") for name, first in zip(names, "fbc", strict=True)] == [True] * 3


def test_a_kept_file_is_given_to_nobody_else_and_goes_with_the_account(archivist, editor, conference, uploads):  # noqa: F811
    shown = refused(archivist, conference, **{"photos-0-image": picture("zal.jpg")})
    (token,) = re.findall(r'name="photos-0-image-kept" value="(\w+)"', shown.text)
    for false in (token, "../" + token, "", "*"):
        other = refused(editor, conference, **{"photos-0-image-kept": false})
        assert "оставить" not in other.text
    archivist.post("/admin/logout/")
    assert uploads() == []


def test_a_kept_file_stays_a_week(archivist, conference, uploads, monkeypatch):  # noqa: F811
    refused(archivist, conference, **{"photos-0-image": picture("zal.jpg")})
    now = time.time()
    monkeypatch.setattr(pending_uploads.time, "time", lambda: now + 6 * 24 * 3600)
    jobs.tidy()
    assert uploads() == ["zal.jpg"]
    monkeypatch.setattr(pending_uploads.time, "time", lambda: now + 8 * 24 * 3600)
    jobs.tidy()
    assert uploads() == []
