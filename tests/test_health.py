"""What an operator sees from outside: probes, figures, the log; and what other sites may do with an answer."""

import io
import json
import logging
import re
import socket
from ipaddress import ip_network
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client, RequestFactory

from confarchive import headers, logs
from events.models import JobRun, Photo, SearchDocument
from events.views import health

from .rows import event
from .test_security import policy, routes

pytestmark = pytest.mark.django_db
PROBES = ["/healthz", "/readyz", "/metrics"]


# ── Probes ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_process_answers_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").text == "ok\n"


def test_an_archive_that_has_everything_is_ready(client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert set(response.json().values()) == {"ok"} and len(response.json()) == 4


def failing(client):
    response = client.get("/readyz")
    assert response.status_code == 503
    assert set(response.json().values()) <= {"ok", "failed"}, "names and nothing more"
    assert "no-store" in response["Cache-Control"]
    return [name for name, state in response.json().items() if state == "failed"]


def test_a_lost_database_is_named_and_says_nothing_of_itself(client, monkeypatch):
    def lost(*arguments, **named):
        raise RuntimeError("password authentication failed for user secret")

    monkeypatch.setattr("events.views.health.connections", {"default": SimpleNamespace(cursor=lost)})
    assert failing(client) == ["database"]


def test_an_index_of_an_older_version_is_named(client, monkeypatch):
    monkeypatch.setattr(health, "_current_version", set())
    event("Встреча")
    SearchDocument.objects.update(analyzer_version=0)
    assert failing(client) == ["search"]


def test_a_full_disk_is_named(client, settings):
    settings.MIN_FREE_MB = 10**9
    assert failing(client) == ["disk"]


def test_a_folder_of_uploads_that_cannot_be_written_is_named(client, settings, tmp_path):
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = str(tmp_path / "file" / "media")
    assert failing(client) == ["media"]


@pytest.mark.parametrize("page", PROBES)
def test_probes_answer_inside_by_http_and_any_name(client, settings, page):
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["archive.example"]
    settings.METRICS_TOKEN = "a token"
    response = client.get(page, headers={"host": "10.0.0.7:8000", "authorization": "Bearer a token"})
    assert response.status_code == 200 and not response.cookies
    assert client.get("/about/", headers={"host": "10.0.0.7"}).status_code in (301, 400)


# ── Figures ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_figures_are_off_by_default(client):
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "Basic a token", "Bearer a token ", "Bearer жетон"])
def test_figures_are_only_for_who_has_the_token(client, settings, given):
    settings.METRICS_TOKEN = "a token"
    response = client.get("/metrics", headers={"authorization": given} if given else {})
    assert (response.status_code, response.content) == (401, b"")


def test_figures_tell_of_requests_jobs_and_readiness(settings):
    settings.METRICS_TOKEN = "a token"
    JobRun.objects.create(name="backup", succeeded="2026-01-01T00:00:00Z")
    client = Client()
    client.get("/no-such-page-of-a-visitor/")
    client.generic("BREW", "/about/")
    text = client.get("/metrics", headers={"authorization": "Bearer a token"}).text
    assert re.search(r'confarchive_requests_total{method="GET",status="404"} [1-9]', text)
    assert 'method="other"' in text and "BREW" not in text and "no-such-page" not in text
    assert 'confarchive_ready{check="disk"} 1.0' in text
    assert 'confarchive_job_success_seconds{job="backup"} 1.7672256e+09' in text


# ── security.txt ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_finds_a_hole_is_told_whom_to_write_to(client, settings):
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@archive.example"
    text = client.get("/.well-known/security.txt").text
    assert "Contact: mailto:security@archive.example\n" in text
    assert re.search(r"^Expires: 20\d\d-\d\d-\d\dT00:00:00Z$", text, re.MULTILINE)


# ── The log ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def log(monkeypatch):
    """What the operator reads, each line."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(logs.Refusals())
    handler.setFormatter(logs.Line())
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [handler])

    def lines(formatter=None):
        return stream.getvalue().splitlines()

    lines.handler = handler
    return lines


def refused(page):
    client = Client(enforce_csrf_checks=True)
    match page:
        case "host":
            return client.get("/about/", headers={"host": "evil.example"})
        case "csrf":
            return client.post("/admin/login/", {"username": "a"})
        case "nul":
            return client.get("/about/?q=%00")
        case "forbidden":
            client.force_login(User.objects.create(username="guest", is_staff=True))
            return client.get("/admin/events/talk/")
        case "missing":
            return client.get("/nothing/")


@pytest.mark.parametrize(
    ("page", "status", "reason"),
    [
        ("host", 400, "evil.example"),
        ("csrf", 403, "CSRF"),
        ("nul", 400, "NUL"),
        ("forbidden", 403, "Forbidden"),
        ("missing", 404, "/nothing/"),
    ],
)
def test_a_refused_request_is_one_line_with_its_reason(log, page, status, reason):
    response = refused(page)
    assert response.status_code == status
    (line,) = log()
    assert f" {status} " in line and reason in line and response["X-Request-ID"] in line and "WARNING" in line


def test_runserver_whose_lines_carry_a_socket_logs_them(log):
    with socket.socket() as connection:
        extra = {"request": connection, "server_time": "", "status_code": 404}
        logging.getLogger("django.server").warning('"%s" %s', "GET /nothing/ HTTP/1.1", 404, extra=extra)
    (line,) = log()
    assert '"GET /nothing/ HTTP/1.1" 404' in line


@pytest.mark.parametrize(("page", "status"), [("host", 400), ("forbidden", 403)])
def test_without_the_access_log_it_is_one_line_too(log, page, status):
    level = logs.access.level
    logs.access.setLevel(logging.CRITICAL)
    try:
        assert refused(page).status_code == status
    finally:
        logs.access.setLevel(level)
    assert len(log()) == 1 and "Traceback" not in log()[0]


def test_a_crash_keeps_its_traceback(log, client, monkeypatch):
    monkeypatch.setattr("events.views.conferences.ConferenceList.get_context_data", lambda self, **named: 1 / 0)
    client.raise_request_exception = False
    assert client.get("/conferences/").status_code == 500
    assert "ZeroDivisionError: division by zero" in log()


def test_a_long_address_does_not_fill_the_disk(log, client):
    client.get("/" + "а" * 3000, {"q": "b" * 5000})
    assert len("".join(log())) < 1000


def test_nobody_writes_lines_of_his_own_into_the_log(log, client):
    client.get("/a%0a2026-01-01 WARNING forged/")
    client.get("/about/", headers={"host": "evil\r\nforged"})
    assert len(log()) == 2 and not any(line.startswith(("2026-01-01 W", "forged")) for line in log())


def test_what_comes_with_every_page_or_from_a_watching_machine_is_no_line(log, client, settings):
    for page in ("/static/admin/css/base.css", "/healthz", "/readyz"):
        assert client.get(page).status_code == 200
    assert log() == []
    settings.MIN_FREE_MB = 10**9
    client.get("/readyz")
    client.get("/static/nothing.css")
    assert re.findall(r"GET (\S+ \d+)", "\n".join(log())) == ["/readyz 503", "/static/nothing.css 404"]


def test_a_line_says_when_with_the_offset_from_utc(log, client):
    client.get("/about/")
    assert re.match(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+0300 INFO ", log()[0])


def test_lines_may_be_json(log, client):
    log.handler.setFormatter(logs.Json())
    client.get("/about/?q=1")
    (line,) = map(json.loads, log())
    assert (line["method"], line["path"], line["status"], line["level"]) == ("GET", "/about/?q=1", 200, "INFO")
    assert re.fullmatch("[0-9a-f]{32}", line["request_id"]) and line["address"] == "127.0.0.1"


@pytest.mark.parametrize("given", ["abc-123", "a" * 65, "a b", "id\x85x", ""])
def test_the_id_of_a_request_comes_from_a_trusted_proxy_alone(client, settings, given):
    assert client.get("/about/", headers={"x-request-id": given})["X-Request-ID"] != given
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]
    found = client.get("/about/", headers={"x-request-id": given})["X-Request-ID"]
    assert (found == given) == (given == "abc-123") and len(found) <= 64


def test_an_error_is_mailed_without_what_the_visitor_sent(settings, client, monkeypatch):
    settings.ADMINS = [("", "operator@archive.example")]
    handler = logs.AdminMail()
    handler.addFilter(logs.Refusals())
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    conference = event("Встреча")
    monkeypatch.setattr("events.contributions.receive", lambda *arguments: 1 / 0)
    client.raise_request_exception = False
    form = {"text": "Тайное письмо", "contact": "reader@home.example"}
    for _time in range(3):
        assert client.post(f"/report/conference/{conference.slug}/", form).status_code == 500
    client.get("/about/", headers={"host": "evil.example"})
    (message,) = mail.outbox
    assert message.to == ["operator@archive.example"] and "ZeroDivisionError" in message.body
    assert "Тайное" not in message.body and "reader@home" not in message.body


def test_no_mail_without_an_address(client, monkeypatch):
    monkeypatch.setattr(logging.getLogger(), "handlers", [logs.AdminMail()])
    logging.getLogger("django.request").error("crash")
    assert not mail.outbox


# ── Headers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

ANSWERS = ["/", "/en/", "/about", "/nothing/", "/admin/login/", "/static/admin/css/base.css", "/healthz", "/search/"]


@pytest.mark.parametrize("page", ANSWERS)
def test_every_answer_is_closed_to_other_sites(client, page):
    response = client.get(page)
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert policy(response)["frame-ancestors"] == {"'none'"}


KINDS = ["conferences", "talks", "speakers", "organisations", "series"]
EMBEDDED = {
    "media/<path:path>",
    "cards/<uuid:uid>.jpg",
    "oembed",
    "oai",
    "api/v1/",
    "api/v1/openapi.json",
    "api/v1/search/",
    *(f"api/v1/{kind}/" for kind in KINDS),
    *(f"api/v1/{kind}/<uuid:uid>/" for kind in KINDS),
}
FEEDS = {
    "conferences/export/atom/",
    "search/export/atom/",
    *(f"{kind}/<slug:slug>/export/atom/" for kind in ("speakers", "organisations", "series", "topics")),
}
FRAMED = {"embed/<uuid:uid>/"}


def test_only_what_is_listed_is_open():
    found = {route: headers.opening(f"/{route}") for route in routes()}
    assert {route for route, opening in found.items() if opening.embed} == EMBEDDED | FEEDS
    assert {route for route, opening in found.items() if opening.frame} == FRAMED
    # What has no route, such as static files, is not opened either.
    assert set(headers.OPENINGS) == {"/media/", "/cards/", "/oembed", "/oai", "/api/", "/embed/", "/.+/export/atom/$"}
    assert headers.opening("/en/media/a.jpg").embed and not headers.opening("/en/mediathek/").embed


def photo(conference):
    image = Photo.objects.create(conference=conference, image="", width=1, height=1)
    image.image.save("photo.jpg", ContentFile(b"not really"), save=False)
    Photo.objects.filter(pk=image.pk).update(image=image.image.name)
    return f"/media/{image.image.name}"


def test_a_published_picture_may_stand_on_other_sites_and_a_drafts_not(client, staff_client):
    public, hidden = photo(event("Встреча")), photo(event("Тайное", status="draft"))
    assert client.get(public)["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get(hidden)["Cross-Origin-Resource-Policy"] == "same-origin"
    seen = staff_client.get(hidden)
    assert (seen.status_code, seen["Cross-Origin-Resource-Policy"]) == (200, "same-origin")


@pytest.mark.parametrize(
    ("address", "embeds", "frames"),
    [
        ("/media/{picture}", True, False),
        ("/oai?verb=Identify", True, False),
        ("/api/v1/conferences/", True, False),
        ("/api/v1/openapi.json", True, False),
        ("/conferences/export/atom/", True, False),
        ("/en/search/export/atom/", True, False),
        ("/embed/{recording}/", True, True),
        ("/en/embed/{recording}/", True, True),
        ("/recordings/{recording}/", False, False),
        ("/conferences/export/bibtex/", False, False),
        ("/conferences/", False, False),
        ("/search/?q=export/atom/", False, False),
        ("/robots.txt", False, False),
        ("/admin/login/", False, False),
    ],
)
def test_each_opening_lets_in_as_much_as_it_says(client, address, embeds, frames):
    conference = event("Встреча")
    picture = photo(conference).removeprefix("/media/")
    response = client.get(address.format(picture=picture, recording=conference.recordings.first().uid))
    assert response.status_code == 200
    assert response["Cross-Origin-Resource-Policy"] == ("cross-origin" if embeds else "same-origin")
    assert policy(response)["frame-ancestors"] == ({"*"} if frames else {"'none'"})
    assert ("X-Frame-Options" in response) is not frames
    if embeds:
        assert not response.cookies and b"<form" not in content(response)


def content(response):
    return b"".join(response) if response.streaming else response.content


def test_a_page_made_for_frames_loses_what_forbids_them(monkeypatch):
    from csp.middleware import CSPMiddleware

    monkeypatch.setitem(headers.OPENINGS, "/embed/", headers.Opening(frame=True))
    # As from the page cache, which keeps the header of the page that it stored.
    answer = headers.guarded(lambda request: HttpResponse("page", headers={"X-Frame-Options": "DENY"}))
    for page, framed in (("/en/embed/talks/x/", True), ("/talks/x/", False)):
        response = CSPMiddleware(answer)(RequestFactory().get(page))
        assert policy(response)["frame-ancestors"] == ({"*"} if framed else {"'none'"})
        assert ("X-Frame-Options" in response) is not framed
