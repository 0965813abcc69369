"""A reader says what is wrong on a page; only the staff read it, and nothing of a draft shows."""

from ipaddress import ip_network

import pytest
from django.contrib.auth.models import User

from events.models import Attempt, Conference, OldAddress, Organisation, ReaderReport, Series, Speaker, Talk, Topic

from .admin_form import form_fields
from .conftest import rolled_back
from .rows import event
from .test_admin_publishing import archivist, editor  # noqa: F401

pytestmark = pytest.mark.django_db
TYPED = {"text": "Фамилия — Придуманная, а не Придумкина.", "contact": "chitatel@reader.example"}


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        yield event(series=Series.objects.create(name="Чтения по средам")).pk


@pytest.fixture
def conference(made, db):
    return Conference.objects.get(pk=made)


def address(record):
    return f"/report/{record._meta.model_name}/{record.slug}/"


@pytest.mark.parametrize("model", [Conference, Talk, Speaker, Organisation, Topic, Series])
def test_every_public_record_leads_to_the_form_and_the_form_back(client, conference, model):
    record = model.objects.published().first()
    assert f'href="{address(record)}"' in client.get(record.get_absolute_url()).text
    page = client.get(address(record)).text
    assert f'href="{record.get_absolute_url()}"' in page
    assert client.post(address(record), TYPED).status_code == 302
    report = ReaderReport.objects.get()
    assert (report.target(), report.text, report.contact, report.state) == (record, *TYPED.values(), "new")
    assert "Спасибо" in client.get(f"{address(record)}?sent").text


def test_the_form_speaks_english_too(client, conference):
    assert f'href="/en{address(conference)}"' in client.get(f"/en/conferences/{conference.slug}/").text
    form = client.get(f"/en{address(conference)}").text
    assert "What is wrong" in form and "Only the message itself is required." in form
    assert f'href="/en/conferences/{conference.slug}/" lang="ru">' in form


@pytest.mark.parametrize("status", ["draft", "ready", "withdrawn"])
def test_what_is_not_public_has_no_form(client, staff_client, status):
    hidden = event("Тайное", status=status)
    for model in (Conference, Talk, Speaker, Organisation, Topic):
        record = model.objects.order_by("pk").last()
        for visitor in (client, staff_client):
            assert visitor.get(address(record)).status_code == 404
            assert visitor.post(address(record), TYPED).status_code == 404
    assert not ReaderReport.objects.exists()
    if status != "withdrawn":
        assert "/report/" not in staff_client.get(hidden.get_absolute_url()).text


@pytest.mark.parametrize("path", ["/report/version/1/", "/report/conference/nothing/", "/report/user/admin/"])
def test_what_is_no_record_has_no_form(client, path):
    assert client.get(path).status_code == 404


def test_a_record_that_moved_takes_its_form_along(client, conference):
    OldAddress.objects.create(kind="conference", slug="old", target=conference.slug)
    assert client.get("/report/conference/old/").headers["Location"] == address(conference)
    hidden = event("Тайное", status="draft")
    OldAddress.objects.create(kind="conference", slug="older", target=hidden.slug)
    assert client.get("/report/conference/older/").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"text": ""}, {"text": " \n "}, {"text": "ё" * 4001}, {"contact": "я" * 201}, {"website": "https://spam.example"}],
)
def test_what_is_refused_is_explained_and_nothing_typed_is_lost(client, conference, wrong):
    response = client.post(address(conference), {**TYPED, **wrong})
    assert response.status_code == 422
    assert 'class="errorlist' in response.text
    for name, value in ({**TYPED, **wrong}).items():
        if name != "website" and value.strip():
            assert value in response.text
    assert not ReaderReport.objects.exists()


def test_a_flood_from_one_reader_is_stopped_and_others_still_get_through(client, conference):
    for _time in range(5):
        assert client.post(address(conference), TYPED).status_code == 302
    refused = client.post(address(conference), TYPED)
    assert refused.status_code == 429
    assert TYPED["text"] in refused.text
    assert client.post(address(conference), TYPED, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_a_household_is_one_reader_whichever_of_its_addresses_it_takes(client, conference):
    for host in range(5):
        client.post(address(conference), TYPED, REMOTE_ADDR=f"2001:db8::{host}")
    assert client.post(address(conference), TYPED, REMOTE_ADDR="2001:db8::ffff").status_code == 429
    assert client.post(address(conference), TYPED, REMOTE_ADDR="2001:db8:1::1").status_code == 302


def test_behind_a_proxy_readers_are_told_apart_by_what_the_proxy_says(client, conference, settings):
    def post(forwarded):
        return client.post(address(conference), TYPED, headers={"x-forwarded-for": forwarded}).status_code

    # What the visitor himself claims stands first; the last entry is the proxy’s.
    assert {post(f"203.0.113.{number}, 192.0.2.1") for number in range(5)} == {302}
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]
    assert {post(f"203.0.113.{number}, 192.0.2.1") for number in range(5)} == {302}
    assert post("203.0.113.9, 192.0.2.1") == 429
    assert post("203.0.113.9, 192.0.2.2") == 302


def test_the_address_of_the_reader_is_not_kept(client, conference):
    client.post(address(conference), TYPED, REMOTE_ADDR="192.0.2.7")
    assert "192.0.2.7" not in f"{ReaderReport.objects.values()}{Attempt.objects.values()}"


def test_a_form_without_its_token_is_refused(conference):
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post(address(conference), TYPED).status_code == 403


def test_nothing_of_a_report_is_public(client, conference):
    client.post(address(conference), TYPED)
    for path in (
        conference.get_absolute_url(),
        address(conference),
        f"{address(conference)}?sent",
        "/search/?q=Придумкина",
    ):
        assert "chitatel" not in client.get(path).text and "Придумкина</" not in client.get(path).text


def test_the_form_takes_few_queries(queries_of, conference):
    assert queries_of(address(conference)) <= 3


# ── The staff ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def report(client, conference):
    client.post(address(conference), TYPED)
    return ReaderReport.objects.get()


def test_the_first_page_of_the_admin_leads_to_new_reports(archivist, report):  # noqa: F811
    link = "/admin/events/readerreport/?state__exact=new"
    assert link in archivist.get("/admin/").text
    page = archivist.get(link).text
    assert TYPED["text"] in page and TYPED["contact"] in page
    report.close("done", None)
    assert link not in archivist.get("/admin/").text


def test_an_archivist_closes_a_report_with_who_and_when(archivist, report):  # noqa: F811
    url = f"/admin/events/readerreport/{report.pk}/change/"
    assert report.target().get_absolute_url() in archivist.get(url).text
    archivist.post(url, form_fields(archivist.get(url)) | {"state": "rejected", "note": "Так в источнике."})
    report.refresh_from_db()
    assert (report.state, report.note, report.closed_by.username) == ("rejected", "Так в источнике.", "Архивисты")
    assert report.closed
    archivist.post(url, form_fields(archivist.get(url)) | {"state": "new", "note": ""})
    report.refresh_from_db()
    assert (report.closed, report.closed_by) == (None, None)


def test_reports_are_closed_many_at_a_time(archivist, report):  # noqa: F811
    data = {"action": "mark_corrected", "_selected_action": [report.pk]}
    archivist.post("/admin/events/readerreport/", data)
    report.refresh_from_db()
    assert (report.state, report.closed_by.username) == ("done", "Архивисты")


def test_nobody_rewrites_what_a_reader_wrote(archivist, report):  # noqa: F811
    url = f"/admin/events/readerreport/{report.pk}/change/"
    typed = {"state": "new", "note": "", "text": "Другое", "contact": "Другой"}
    archivist.post(url, form_fields(archivist.get(url)) | typed)
    report.refresh_from_db()
    assert (report.text, report.contact) == tuple(TYPED.values())


def test_a_report_outlives_its_record(archivist, report):  # noqa: F811
    report.target().delete()
    page = archivist.get(f"/admin/events/readerreport/{report.pk}/change/")
    assert page.status_code == 200 and "уже нет" in page.text
    assert archivist.get("/admin/events/readerreport/").status_code == 200


def test_only_an_editor_deletes_a_report(archivist, editor, report):  # noqa: F811
    url = f"/admin/events/readerreport/{report.pk}/delete/"
    assert archivist.get(url).status_code == 403
    editor.post(url, {"post": "yes"})
    assert not ReaderReport.objects.exists()


def test_who_may_not_see_reports_does_not(client, report):
    client.force_login(User.objects.create(username="guest", is_staff=True))
    assert client.get("/admin/events/readerreport/").status_code == 403
    assert "readerreport" not in client.get("/admin/").text
