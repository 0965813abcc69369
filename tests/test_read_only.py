"""With READ_ONLY visitors read and search on, and every form says why it takes nothing."""

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from events.models import Attempt, AuditEntry, Conference, ReaderReport

from .rows import event
from .test_cache import MEMORY

pytestmark = pytest.mark.django_db
SENTENCE, ENGLISH = "открыт только для чтения", "open for reading only"


@pytest.fixture
def conference(db, settings):
    conference = event("Встреча")
    settings.READ_ONLY = True
    return conference


def test_pages_and_search_work(client, conference):
    for page in ("/", "/conferences/", conference.get_absolute_url(), "/search/?q=встреча", "/en/about/"):
        response = client.get(page)
        assert response.status_code == 200 and SENTENCE not in response.text, page
    assert "Встреча" in client.get("/search/?q=встреча").text


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_report_is_refused_with_the_reason(client, conference, language):
    page = f"{language}/report/conference/{conference.slug}/"
    sentence = ENGLISH if language else SENTENCE
    shown = client.get(page)
    assert shown.status_code == 200 and sentence in shown.text and "<textarea" not in shown.text
    response = client.post(page, {"text": "Ошибка"})
    assert (response.status_code, response["Retry-After"]) == (503, "600")
    assert sentence in response.text
    assert not ReaderReport.objects.exists() and not Attempt.objects.exists()


def test_staff_who_are_logged_in_read_on_and_save_nothing(conference, staff_client):
    for page in ("/admin/", "/admin/events/conference/", f"/admin/events/conference/{conference.pk}/change/"):
        response = staff_client.get(page)
        assert response.status_code == 200 and SENTENCE in response.text, page
    for page in (
        f"/admin/events/conference/{conference.pk}/change/",
        f"/admin/events/conference/{conference.pk}/delete/",
        "/admin/events/conference/",
        reverse("admin:events_conference_table"),
        "/admin/account/",
        "/admin/logout/",
    ):
        response = staff_client.post(page, {"post": "yes", "title": "Другое"})
        assert response.status_code == 503 and SENTENCE in response.text, page
    assert Conference.objects.get().title == "Встреча"


def test_a_session_is_not_renewed(conference, staff_client):
    """A page of the admin wrote to the database once an hour."""
    session = staff_client.session
    session["renewed"] = 0
    session.save()
    before = Session.objects.get().session_data
    assert staff_client.get("/admin/").status_code == 200
    assert Session.objects.get().session_data == before


def test_nobody_logs_in_and_the_page_says_why(conference):
    User.objects.create_user("librarian", password="a long fictitious password", is_staff=True)
    before = AuditEntry.objects.count()
    client = Client()
    assert SENTENCE in client.get("/admin/login/").text
    form = {"username": "librarian", "password": "a long fictitious password"}
    assert client.post("/admin/login/", form).status_code == 503
    assert (Attempt.objects.count(), AuditEntry.objects.count()) == (0, before)


def test_no_method_writes(client, conference):
    for method in ("POST", "PUT", "PATCH", "DELETE", "BREW"):
        assert client.generic(method, "/about/").status_code == 503


def test_a_form_of_before_is_explained_and_not_called_forged(conference):
    page = f"/report/conference/{conference.slug}/"
    assert Client(enforce_csrf_checks=True).post(page, {"text": "Ошибка"}).status_code == 503


def test_the_page_cache_works(client, conference, settings, django_assert_num_queries):
    settings.CACHES = MEMORY
    cache.clear()
    first = client.get(conference.get_absolute_url())
    with django_assert_num_queries(1):  # only its version
        assert client.get(conference.get_absolute_url()).text == first.text
    cache.clear()


def test_machines_are_told_that_it_is_ready(client, conference):
    assert client.get("/readyz").status_code == 200
