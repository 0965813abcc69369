"""Links die and live again: asked of a server on this machine, marked in the records only when it is sure."""

import datetime
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from events.links import checks
from events.links.http_probe import Answer, probe
from events.models import Conference, LinkCheck, Material, MaterialKind, Organisation, Version

from .admin_form import send

NO_HEAD = {"/no-head", "/head-hangs-up"}


class Pages(BaseHTTPRequestHandler):
    """/404 answers 404; /to/x redirects to x; /round redirects to itself; some want no HEAD."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        if self.path == "/head-hangs-up":
            self.close_connection = True
            return
        self.answer(405 if self.path in NO_HEAD else None)

    def do_GET(self):
        self.answer()

    def answer(self, status=None):
        self.server.probed.append((self.command, self.path))
        target = {"/round": "/round", "/inside": "http://10.0.0.1/"}.get(self.path)
        if self.path.startswith("/to/"):
            target = self.path.removeprefix("/to")
        status = status or (302 if target else int(self.path[1:]) if self.path[1:].isdigit() else 200)
        self.send_response(status)
        if target:
            self.send_header("Location", target)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.probed = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def address(server):
    return f"http://127.0.0.1:{server.server_port}"


here = partial(probe, timeout=5, private=True)

# ── Asking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/", "/to/to/page", "/no-head", "/head-hangs-up", "/страница?q=а б", ""])
def test_what_answers_lives(address, path):
    assert here(address + path) == Answer("200")


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_what_is_gone_or_broken_fails(address, status):
    assert here(f"{address}/{status}") == Answer(str(status), fails=True)
    assert here(f"{address}/to/{status}").fails


@pytest.mark.parametrize("status", [401, 403, 429])
def test_what_refuses_machines_is_not_dead(address, status):
    assert here(f"{address}/{status}") == Answer(str(status))


def test_a_living_page_is_asked_for_its_head_alone(server, address):
    here(f"{address}/page")
    assert server.probed == [("HEAD", "/page")]


def test_a_circle_of_redirects_ends(address):
    assert here(f"{address}/round").fails


def test_whom_nobody_hears_is_told_from_what_answers_badly(address):
    assert here("http://127.0.0.1:1/").unreached
    assert here("http://no-such-host.invalid/").unreached
    assert not here(f"{address}/404").unreached


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://10.1.2.3/", "http://192.168.0.1/", "http://169.254.169.254/",
        "http://100.64.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/", "http://0.0.0.0/", "http://224.0.0.1/", "http://0x7f.1/", "http://2130706433/",
    ],
)  # fmt: skip
def test_the_own_network_is_never_asked(url):
    assert probe(url, timeout=1).skipped


@pytest.mark.parametrize("url", ["ftp://library.example/", "file:///etc/passwd", "gopher://127.0.0.1/", "library"])
def test_only_the_web_is_asked(url):
    assert here(url).skipped


def test_a_redirect_does_not_lead_into_the_own_network(address, monkeypatch):
    """The test’s server stands there itself, so for this once its own machine counts as public."""
    monkeypatch.setattr("events.links.http_probe._is_public", lambda machine: machine == "127.0.0.1")
    assert probe(f"{address}/to/200").text == "200"
    assert probe(f"{address}/inside").skipped


@pytest.fixture
def dripping() -> Iterator[str]:
    """A server that begins an answer and never comes to its end."""
    listening = socket.create_server(("127.0.0.1", 0))
    enough = threading.Event()

    def drip():
        while not enough.is_set():
            with suppress(OSError):
                threading.Thread(target=trickle, args=(listening.accept()[0],), daemon=True).start()

    def trickle(visitor):
        with suppress(OSError), visitor:
            while not enough.wait(0.02):
                visitor.sendall(b"H")

    threading.Thread(target=drip, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    enough.set()
    listening.close()


def test_an_answer_that_drips_for_ever_is_not_waited_for(dripping):
    assert probe(dripping, timeout=0.3, private=True) == Answer("no answer in time", fails=True, unreached=True)


# ── Marking ─────────────────────────────────────────────────────────────────────────────────────────────────────────

URL = "https://library.example/page"


def says(**answers):
    """Asks nobody: `says(page=Answer("404", fails=True))`."""
    return lambda url: answers.get(url.rpartition("/")[2], Answer("200"))


DEAD = says(page=Answer("404", fails=True))
ALIVE = says()


def a_day_later():
    for check in LinkCheck.objects.all():
        check.failing_since = check.failing_since and check.failing_since - datetime.timedelta(days=1)
        check.save()


@pytest.fixture
def conference(db):
    conference = Conference.objects.create(theme="Опыт", status="published")
    conference.sources.create(url=URL)
    conference.recordings.create(url=URL)
    conference.recordings.create(url="https://video.example/alive")
    Material.objects.create(conference=conference, kind=MaterialKind.objects.first(), url=URL)
    Organisation.objects.create(name="Вымышленная библиотека", website=URL)
    return conference


def marks():
    conference = Conference.objects.get()
    rows = [conference.sources.get(), conference.recordings.get(url=URL), conference.materials.get()]
    return {*(row.dead_since for row in rows), Organisation.objects.get().website_dead_since}


def test_one_failure_kills_nothing_and_two_at_once_do_not_either(conference):
    for _run in range(2):
        report = checks.check(DEAD)
        assert [one.url for one in report.failing] == [URL] and not report.dead
    assert marks() == {None}


def test_a_link_that_fails_again_a_day_later_is_dead_since_the_first_day_wherever_it_stands(conference):
    checks.check(DEAD)
    a_day_later()
    report = checks.check(DEAD)
    assert [(one.url, one.answer) for one in report.dead] == [(URL, "404")]
    assert marks() == {timezone.localdate() - datetime.timedelta(days=1)}
    assert conference.recordings.get(url__endswith="alive").dead_since is None


def test_a_link_that_answers_again_is_freed(conference):
    checks.check(DEAD)
    a_day_later()
    checks.check(DEAD)
    assert checks.check(ALIVE).revived == [URL] * 4
    assert marks() == {None}


def test_a_failure_long_ago_does_not_count_after_an_answer(conference):
    checks.check(DEAD)
    a_day_later()
    checks.check(ALIVE)
    checks.check(DEAD)
    assert marks() == {None}


def test_what_a_person_marked_as_dead_stays_so(conference):
    """A page may answer 200 and say that the recording was removed."""
    conference.recordings.filter(url=URL).update(dead_since="2020-01-01")
    assert checks.check(ALIVE).disputed == [URL]
    assert conference.recordings.get(url=URL).dead_since == datetime.date(2020, 1, 1)


def test_marks_are_in_the_history_and_can_be_taken_back(conference):
    checks.check(DEAD)
    a_day_later()
    checks.check(DEAD)
    last = Version.objects.of(conference).first()
    assert (last.user, "404" in last.comment) == (None, True)
    assert Version.objects.of(Organisation.objects.get()).first().action == "changed"


def test_without_a_network_nothing_is_concluded(conference):
    conference.sources.create(url="https://third.example/")
    with pytest.raises(checks.NotConnected):
        checks.check(lambda url: Answer("no such host", fails=True, unreached=True))
    assert not LinkCheck.objects.exists()


def test_what_was_answered_is_kept_and_forgotten_with_the_link(conference):
    checks.check(DEAD)
    assert set(LinkCheck.objects.values_list("url", "answer")) == {
        (URL, "404"), ("https://video.example/alive", "200"),
    }  # fmt: skip
    conference.recordings.all().delete()
    checks.check(DEAD)
    assert list(LinkCheck.objects.values_list("url", flat=True)) == [URL]


# ── The command and the admin ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def linked(db, address):
    conference = Conference.objects.create(theme="Опыт")
    for path in ("/404", "/200"):
        conference.sources.create(url=address + path)
    return conference


def test_the_command_says_what_it_found_and_ends_with_1_while_links_are_dead(linked, address, capsys):
    call_command("check_links", private=True)
    assert f"? {address}/404: 404" in capsys.readouterr().out
    a_day_later()
    with pytest.raises(CommandError) as dead:
        call_command("check_links", private=True)
    assert dead.value.returncode == 1
    said = capsys.readouterr().out
    assert f"! {address}/404: 404" in said and "опрошено 2, мёртвых 1" in said


def test_the_command_asks_nobody_in_the_own_network_unless_told(linked, server, capsys):
    call_command("check_links")
    assert server.probed == []
    assert "опрошено 0" in capsys.readouterr().out


def test_a_corrected_address_is_no_longer_dead(client, linked):
    client.force_login(User.objects.create_superuser("librarian"))
    dead = linked.sources.first()
    dead.dead_since = "2026-01-01"
    dead.save()
    url = f"/admin/events/conference/{linked.pk}/change/"
    assert send(client, url, {"sources-0-url": "https://library.example/moved"}).status_code == 302
    assert linked.sources.get(pk=dead.pk).dead_since is None


def test_the_first_page_of_the_admin_leads_to_what_is_dead(client, linked):
    client.force_login(User.objects.create_superuser("librarian"))
    library = Organisation.objects.create(name="Мёртвая", website=URL, website_dead_since="2026-01-01")
    Organisation.objects.create(name="Живая", website="https://alive.example/")
    page = client.get("/admin/").text
    assert "/admin/events/organisation/?website=dead" in page
    found = client.get("/admin/events/organisation/?website=dead")
    assert list(found.context["cl"].queryset) == [library]


def test_staff_read_what_each_link_answered_and_where_it_stands(client, linked):
    client.force_login(User.objects.create_superuser("librarian"))
    call_command("check_links", private=True, verbosity=0)
    found = client.get("/admin/events/linkcheck/?failing=yes")
    assert [link.answer for link in found.context["cl"].queryset] == ["404"]
    link = LinkCheck.objects.get(answer="404")
    page = client.get(f"/admin/events/linkcheck/{link.pk}/change/").text
    assert f"/admin/events/conference/{linked.pk}/change/" in page
