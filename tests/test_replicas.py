"""Databases that may be lost: who reads where, and what a visitor sees while nothing can be written."""

import json

import pytest
from django.conf import settings as configured
from django.core.cache import caches
from django.db import OperationalError, connection
from django.test import RequestFactory

from confarchive import replicas
from events import revisions
from events.models import Conference, PublicRevision, ReaderReport, revision_committed

from .rows import event
from .test_read_only import ENGLISH, SENTENCE
from .test_settings import run  # noqa: F401  a fixture

SHOW = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in %r}, default=str))
"""
POSTGRESQL = pytest.mark.skipif(
    "postgresql" not in configured.DATABASES["default"]["ENGINE"], reason="SQLite has no state of an error"
)


def shown(run, **written):  # noqa: F811
    return json.loads(run("-c", SHOW % ["DATABASES", "DATABASE_ROUTERS"], **written).stdout)


# ── Settings ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_of_several_hosts_the_one_that_can_be_written_is_taken(run):  # noqa: F811
    found = shown(run, DATABASE_URL="postgres://one@a:5432,b:5433/archive")["DATABASES"]["default"]
    assert (found["HOST"], found["PORT"]) == ("a,b", "5432,5433")
    assert found["OPTIONS"]["target_session_attrs"] == "read-write" and found["OPTIONS"]["connect_timeout"] == 2
    assert found["CONN_HEALTH_CHECKS"] is True


def test_a_replica_is_another_database_with_the_router(run):  # noqa: F811
    url = "postgres://one@a/archive"
    found = shown(run, DATABASE_URL=url, REPLICA_URL="postgres://one@b,c/archive?target_session_attrs=any")
    assert found["DATABASES"]["replica"]["HOST"] == "b,c"
    assert found["DATABASES"]["replica"]["OPTIONS"]["target_session_attrs"] == "any"
    assert found["DATABASE_ROUTERS"] == ["confarchive.replicas.Router"]
    alone = shown(run, DATABASE_URL=url)
    assert list(alone["DATABASES"]) == ["default"] and alone["DATABASE_ROUTERS"] == []
    assert "OPTIONS" not in alone["DATABASES"]["default"] or alone["DATABASES"]["default"]["OPTIONS"] == {}
    show = SHOW % ["DEBUG"]
    assert "REPLICA_URL: write postgres" in run("-c", show, DATABASE_URL=url, REPLICA_URL="sqlite:////a").stderr
    assert "REPLICA_URL: only a PostgreSQL" in run("-c", show, REPLICA_URL=url).stderr


# ── Who reads where ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_what_a_block_of_writing_reads_is_the_primarys():
    router = replicas.Router()
    with replicas.reading(replicas.REPLICA):
        assert router.db_for_read(Conference) == "replica" and router.db_for_write(Conference) == "default"
        with revisions.create():
            assert router.db_for_read(Conference) == "default"
    assert router.db_for_read(Conference) == "default"
    assert router.allow_migrate("default", "events") and not router.allow_migrate("replica", "events")


class Still(replicas.Lag):
    """A primary and a replica that stand as a test says."""

    def __init__(self, **positions: int | None) -> None:
        super().__init__()
        self.positions = positions

    def _position(self, alias: str, in_recovery: bool) -> int | None:
        return self.positions[alias]


def test_a_replica_is_near_if_it_has_what_the_primary_wrote_a_second_ago(monkeypatch):
    moment = [100.0]
    monkeypatch.setattr(replicas.time, "monotonic", lambda: moment[0])
    lag = Still(default=10, replica=10)
    assert lag.ask().is_small and lag.seconds == 0
    for passed, written, replayed, is_small in (
        (0.6, 20, 10, True),
        (0.6, 30, 10, False),
        (0.6, 40, 30, True),
        (9.0, 90, 40, False),  # nobody asked meanwhile: how far it is behind is not known
        (0.6, 90, 90, True),
    ):
        moment[0] += passed
        lag.positions = {"default": written, "replica": replayed}
        assert lag.ask().is_small is is_small, (written, replayed)


def test_a_database_that_is_away_is_said_to_be(monkeypatch, caplog):
    moment = [100.0]
    monkeypatch.setattr(replicas.time, "monotonic", lambda: moment[0])
    lag = Still(default=10, replica=10)
    lag.ask()
    lag.positions["default"] = None
    for _time in range(9):
        moment[0] += 1
        lag.ask()
    assert (lag.has_primary, lag.has_replica) == (False, True)
    assert [record.getMessage() for record in caplog.records] == ["the primary is away, the replica is there"]


@pytest.fixture
def near(settings, monkeypatch):
    """A replica that is up to date: the one database of the test, under its name."""
    lag = Still(default=1, primary=1)
    for name, value in {"lag": lag, "REPLICA": "default", "PRIMARY": "primary", "has_replica": lambda: True}.items():
        monkeypatch.setattr(replicas, name, value)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "near"}}
    caches["default"].clear()
    return lag


@pytest.mark.django_db
def test_only_what_nobody_in_particular_reads_comes_from_the_replica(near):
    request = RequestFactory()
    here, there = replicas.REPLICA, replicas.PRIMARY
    for method, path, cookies, first in (
        ("get", "/", {}, here),
        ("head", "/en/talks/", {}, here),
        ("get", "/admin/login/", {}, there),
        ("get", "/", {"sessionid": "one"}, there),
    ):
        asked = getattr(request, method)(path)
        asked.COOKIES = cookies
        assert replicas.order(asked)[0] == first, path
    assert replicas.order(request.post("/report/")) == [there]


@pytest.mark.django_db
def test_a_replica_without_an_announced_revision_is_skipped(near):
    request = RequestFactory().get("/")
    assert replicas.order(request)[0] == replicas.REPLICA
    replicas.announce(PublicRevision.current() + 1)
    assert replicas.order(request)[0] == replicas.PRIMARY


@pytest.mark.django_db
def test_machines_are_told_how_both_databases_stand(near, client):
    told = client.get("/readyz")
    assert told.status_code == 200
    assert told.json() | {"primary": "ok", "replica": "ok", "replica_lag_seconds": 0.0} == told.json()
    near.positions["primary"], near._next = None, 0.0
    assert client.get("/readyz").status_code == 200, "visitors read on"
    assert client.get("/readyz").json()["primary"] == "failed"


@pytest.mark.django_db(transaction=True)
def test_a_revision_is_announced_when_it_is_committed():
    told = []
    revision_committed.connect(receiver := lambda number, **kwargs: told.append(number))
    try:
        event("Встреча")
        assert told and told[-1] == PublicRevision.current()
    finally:
        revision_committed.disconnect(receiver)


# ── While nothing can be written ────────────────────────────────────────────────────────────────────────────────────


@POSTGRESQL
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["", "/en"])
def test_a_report_to_a_replica_is_refused_with_the_reason_and_taken_by_the_next_primary(client, language, caplog):
    client.raise_request_exception = False
    page = f"{language}/report/conference/{event('Встреча').slug}/"
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    refused = client.post(page, {"text": "Ошибка в годе"})
    assert (refused.status_code, refused["Retry-After"]) == (503, "10")
    assert (ENGLISH if language else SENTENCE) in refused.text and "no-store" in refused["Cache-Control"]
    assert not ReaderReport.objects.exists()
    # The next connection goes to whatever server can be written now.
    assert client.post(page, {"text": "Ошибка в годе"}).status_code in (200, 302)
    assert ReaderReport.objects.count() == 1


@pytest.mark.django_db
def test_a_fault_of_a_page_stays_a_fault(client, monkeypatch):
    def fails(*arguments, **named):
        raise OperationalError("no such table")

    monkeypatch.setattr("events.views.conferences.ConferenceList.get_context_data", fails)
    client.raise_request_exception = False
    assert client.get("/conferences/").status_code == 500
