"""Odd requests of staff and of programs, and uploads that are not what their names say."""

import io
from urllib.parse import quote, urlencode

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from lxml import etree

from events.admin import photos
from events.admin.fields import MaterialField
from events.export.oai import protocol
from events.images import redrawn
from events.importing.readers import schedule
from events.models import Conference, ConferenceKind, OldAddress, Organisation, Photo, Recording, changes
from events.views import api

from .admin_form import form_fields
from .rows import event
from .test_images import SECRET, heic, multi_picture, opened, with_everything

DIGITS = "9" * 40


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["x", DIGITS[:20], DIGITS, "-1", "1e5", "%D9%A3", "1,2"])
def test_a_new_talk_of_an_odd_conference_is_a_form_to_correct(staff_client, value):
    assert staff_client.get(f"/admin/events/talk/add/?conference={value}").status_code == 200
    rows = {f"people-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    response = staff_client.post("/admin/events/talk/add/", {**rows, "conference": value, "title": "Доклад"})
    assert response.status_code == 200
    assert "conference" in response.context["adminform"].form.errors


@pytest.mark.django_db
@pytest.mark.parametrize("model", ["oldaddress", "conference", "talk", "speaker", "organisation", "topic", "version"])
@pytest.mark.parametrize(
    "query", [f"pk__in={DIGITS}", f"pk={DIGITS}", f"pk__gt={DIGITS}", f"id__in=1,{DIGITS}", f"p={DIGITS}"]
)
def test_a_list_of_the_admin_survives_any_number(staff_client, model, query):
    OldAddress.objects.create(kind="talk", slug="old", target="new")
    response = staff_client.get(f"{reverse(f'admin:events_{model}_changelist')}?{query}")
    assert response.status_code in (200, 302, 400)


@pytest.mark.django_db
def test_an_action_on_a_list_that_cannot_be_asked_for_is_refused(staff_client):
    old = OldAddress.objects.create(kind="talk", slug="old", target="new")
    data = {"action": "delete_selected", "_selected_action": old.pk, "post": "yes"}
    assert staff_client.post(f"/admin/events/oldaddress/?pk__in={DIGITS}", data).status_code in (302, 400)


@pytest.mark.django_db
@pytest.mark.parametrize("row", ["x", "-1", "²", "\0", "1,2", DIGITS])
@pytest.mark.parametrize(("model", "action"), [("conference", "publish"), ("speaker", "merge"), ("topic", "merge")])
def test_an_action_on_a_row_that_no_list_has_does_nothing(staff_client, model, action, row):
    data = {"action": action, "_selected_action": row, "index": row}
    response = staff_client.post(reverse(f"admin:events_{model}_changelist"), data)
    assert response.status_code in ((200, 302, 400) if row == DIGITS else (400,))


@pytest.mark.django_db
def test_no_list_can_be_asked_for_anything_that_breaks_it(staff_client):
    """Each column of each list, asked for by values of other kinds: the bytes of a watched page answered 500."""
    broken = []
    for model, model_admin in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
        for field in model._meta.concrete_fields:
            query = urlencode({field.name: "'x²"})
            status = staff_client.get(f"{address}?{query}").status_code
            broken += [] if status in (200, 302, 400) else [(status, model_admin, query)]
    assert broken == []


@pytest.mark.django_db
@pytest.mark.parametrize("count", ["", "x", "1", "-1", "3"])
def test_the_page_of_photos_survives_rows_that_nobody_has(staff_client, count):
    conference = event()
    address = reverse("admin:events_conference_photos", args=[conference.pk])
    form = form_fields(staff_client.get(address)) | {"form-TOTAL_FORMS": count, "form-INITIAL_FORMS": count}
    assert staff_client.post(address, form).status_code in (200, 302)
    assert not Photo.objects.filter(image="").exists()


@pytest.mark.django_db
def test_an_account_that_published_several_events_at_once_can_be_deleted(staff_client, django_user_model):
    """The line of the log had no fields, which Django cannot put into words: error 500."""
    editor = django_user_model.objects.create_superuser("editor")
    other = Client()
    other.force_login(editor)
    rows = [event(f"Чтения {number}", status="draft", is_unsourced=True).pk for number in range(2)]
    other.post("/admin/events/conference/", {"action": "publish", "_selected_action": rows, "confirmed": "yes"})
    assert LogEntry.objects.filter(user=editor).count() == 2
    page = staff_client.get(f"/admin/auth/user/{editor.pk}/delete/")
    assert page.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("order", ["32768", "99999999999", DIGITS, "-1"])
def test_both_databases_refuse_the_same_numbers(staff_client, order):
    rows = {f"people-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    data = {**rows, "conference": event().pk, "title": "Доклад", "language": "ru", "order": order}
    response = staff_client.post("/admin/events/talk/add/", data)
    assert response.status_code == 200
    assert "order" in response.context["adminform"].form.errors


@pytest.mark.django_db
def test_a_page_with_half_an_address_is_shown(client):
    conference = event()
    QuerySet(Recording).update(url="https://[")
    QuerySet(Organisation).update(website="https://[")
    for record in (conference, *Organisation.objects.all()):
        assert client.get(record.get_absolute_url()).status_code == 200


def test_a_schedule_in_an_unknown_encoding_is_refused_with_a_reason():
    with pytest.raises(schedule.ScheduleError, match="UTF-8"):
        schedule.read("schedule.xml", b'<?xml version="1.0" encoding="utf-99"?><schedule/>')


@pytest.mark.django_db
def test_the_search_does_not_name_a_kind_that_only_drafts_have(client):
    event()
    ConferenceKind.objects.create(slug="secret", name="Тайносборище", name_en="Secret gathering")
    hidden = event("Черновик", status="draft", kind=ConferenceKind.objects.get(slug="secret"))
    for address in ("/search/?kind=secret", "/en/search/?kind=secret", "/search/?q=Чтения&kind=secret"):
        text = client.get(address).text
        assert "Тайносборище" not in text and "Secret gathering" not in text
    Conference.objects.filter(pk=hidden.pk).update(status="published", published=hidden.created)
    assert "Тайносборище" in client.get("/search/?kind=secret").text


# ── Materials ───────────────────────────────────────────────────────────────────────────────────────────────────────


def clean(name, data):
    return MaterialField().clean(SimpleUploadedFile(name, data))


@pytest.mark.parametrize("data", [with_everything(), multi_picture(), heic()], ids=["jpeg", "mpo", "heic"])
def test_a_picture_among_materials_loses_what_is_hidden_in_it(data):
    stored = clean("афиша.heic", data)
    assert stored.name == "afisha.jpg"
    assert SECRET not in stored.read()
    stored.seek(0)
    assert opened(stored).size in ((40, 60), (60, 40))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"%PDF-1.7\n"),
        ("a.docx", b"PK\x03\x04..."),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("a.rtf", b"{\\rtf1"),
        ("a.djvu", b"AT&TFORM"),
        ("a.txt", "Программа".encode("cp1251")),
        ("a.txt", "\ufeffПрограмма".encode("utf-16")),
        ("a.csv", b"\xef\xbb\xbfa;b"),
        ("A.PDF", b"%PDF-1.4"),
    ],
)
def test_an_honest_document_is_taken_whole(name, data):
    assert clean(name, data).read() == data


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"<html><script>alert(1)</script>"),
        ("a.docx", b"%PDF-1.7"),
        ("a.xlsx", b"MZ\x90\x00"),
        ("a.txt", b"<!DOCTYPE html><script>"),
        ("a.txt", b"  <svg onload=alert(1)>"),
        ("a.csv", b"MZ\x90\x00"),
        ("a.txt", b"\x7fELF\x00"),
        ("a.jpg", b"<script>alert(1)</script>"),
        ("a.png", b"\x89PNG\r\n\x1a\n"),
    ],
)
def test_a_document_that_is_something_else_inside_is_refused(name, data):
    with pytest.raises(ValidationError):
        clean(name, data)


@pytest.mark.django_db
def test_one_odd_picture_costs_no_batch_and_nobody_waits_meanwhile(staff_client, settings, tmp_path, monkeypatch):
    """A hundred pictures take minutes to redraw: nobody else could save meanwhile."""
    settings.MEDIA_ROOT = tmp_path
    blocks = []
    monkeypatch.setattr(photos, "redrawn", lambda file: (blocks.append(changes.current()), redrawn(file))[1])
    conference = event(size=0)
    names = {
        "good.jpg": with_everything(),
        "two.jpg": multi_picture(),
        "bad.jpg": b"\xff\xd8nothing",
        "last.jpg": with_everything(),
    }
    files = []
    for name, data in names.items():
        files.append(io.BytesIO(data))
        files[-1].name = name
    page = f"/admin/events/conference/{conference.pk}/photos/"
    rows = form_fields(staff_client.get(page))
    response = staff_client.post(page, {**rows, "images": files, "credit": "Фотограф"}, follow=True)
    assert response.status_code == 200
    assert "bad.jpg" in response.text
    assert [photo.credit for photo in conference.photos.all()] == ["Фотограф"] * 3
    assert blocks == [None] * 4


@pytest.mark.django_db
def test_more_pictures_than_go_at_once_are_refused_in_words_and_what_was_typed_stays(staff_client):
    conference = event(size=0)
    files = [SimpleUploadedFile(f"{number}.jpg", b"x") for number in range(101)]
    page = f"/admin/events/conference/{conference.pk}/photos/"
    rows = form_fields(staff_client.get(page))
    response = staff_client.post(page, {**rows, "images": files, "credit": "Вымышленный фотограф"})
    assert response.status_code == 200
    assert "100" in response.text and "Вымышленный фотограф" in response.text
    assert not conference.photos.exists()


# ── Programs ────────────────────────────────────────────────────────────────────────────────────────────────────────

LONG = "ж" * 5000
ODD = ["", " ", LONG, DIGITS, "-1", "٣", "null", "'\"<>&;--", "%FF", "\ud800", "\0"]


def odd_queries(names):
    """Each parameter alone with each odd value, twice, without a value and as a list; then names that nobody knows."""
    for name in names:
        yield from (f"{name}={quote(value, safe='%', errors='surrogatepass')}" for value in ODD)
        yield from (f"{name}=x&{name}=y", name, f"{name}[]=1", f"{name}=1;{name}=2")
    yield from (f"{quote(LONG)}=1", "%00=1", "=1", "&".join("x" * 2000))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["conferences", "speakers", "search"])
def test_the_api_answers_odd_parameters_with_data_or_names_the_mistake(client, kind):
    event()
    names = {"conferences": api.PAGING + api.FILTER_NAMES, "search": api.SEARCH_NAMES}.get(kind, api.PAGING)
    for query in odd_queries(names):
        response = client.get(f"/api/v1/{kind}/?{query}")
        assert response.status_code in (200, 400, 404), query[:200]
        if "%00" not in query:
            assert ("error" in response.json()) == (response.status_code != 200), query[:200]
    for key in (*map(quote, ODD[1:-2]), "%00", "00000000-0000-0000-0000-000000000000"):
        assert client.get(f"/api/v1/{kind}/{key}/").status_code in (400, 404), key[:200]


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["GetRecord", "ListRecords", "ListSets", "Identify"])
def test_oai_names_what_is_wrong_with_odd_arguments(client, verb):
    """By POST, too, where a NUL reaches the protocol."""
    conference = event()
    right = {"identifier": f"urn:uuid:{conference.uid}", "metadataPrefix": "oai_dc"}
    needed, allowed = protocol._ARGUMENTS[verb]
    for name in {"verb"} | needed | allowed:
        # A token stands alone.
        usual = {"verb": verb} | {one: right[one] for one in needed if name != "resumptionToken"}
        usual.pop(name, None)
        for query in odd_queries([name]):
            asked = f"{urlencode(usual)}&{query}"
            responses = [client.get(f"/oai?{asked}")]
            if "%00" in query:
                responses.append(client.post("/oai", asked, content_type="application/x-www-form-urlencoded"))
            for response in responses:
                assert response.status_code in (200, 400), query[:200]
                if response.status_code == 200:
                    assert etree.fromstring(response.content).tag.endswith("OAI-PMH")
