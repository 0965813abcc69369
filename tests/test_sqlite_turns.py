"""Whoever waits long for SQLite's one writer asks most often, and nobody waits longer than the setting allows."""

import sqlite3
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection

from confarchive import sqlite_turns

from .beside import run_beside
from .rows import event


@pytest.fixture
def busy(monkeypatch):
    """Calls `wait_for_turn` on a database that is busy for so many attempts; gives the pauses between them."""
    pauses, clock = [], [0.0]

    def sleep(seconds):
        pauses.append(seconds)
        clock[0] += seconds

    monkeypatch.setattr(sqlite_turns.time, "sleep", sleep)
    monkeypatch.setattr(sqlite_turns.time, "monotonic", lambda: clock[0])

    def call(attempts, sql="BEGIN IMMEDIATE", code=sqlite3.SQLITE_BUSY, is_inside=False):
        database = sqlite3.connect(":memory:", timeout=20)
        left = [attempts]

        def execute(sql, params, many, context):
            left[0] -= 1
            if left[0] < 0:
                return "written"
            cause = sqlite3.OperationalError("database is locked")
            cause.sqlite_errorcode = code
            raise OperationalError("database is locked") from cause

        context = {"connection": SimpleNamespace(connection=database, in_atomic_block=is_inside)}
        try:
            return sqlite_turns.wait_for_turn(execute, sql, None, False, context), pauses
        finally:
            assert database.execute("PRAGMA busy_timeout").fetchone() == (20_000,)

    return call


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY])
def test_the_longer_one_has_waited_the_more_often_one_asks(busy, code):
    written, pauses = busy(100, code=code)
    assert written == "written"
    assert pauses[0] > pauses[-1] and pauses == sorted(pauses, reverse=True)


def test_nobody_waits_longer_than_the_setting(busy):
    with pytest.raises(OperationalError):
        busy(10**6)
    assert 20 <= sqlite_turns.time.monotonic() < 20.1


@pytest.mark.parametrize(
    ("sql", "code", "is_inside"),
    [
        ("BEGIN IMMEDIATE", sqlite3.SQLITE_READONLY, False),
        ("SELECT 1", sqlite3.SQLITE_BUSY, False),
        # A transaction that has begun already has its turn.
        ("UPDATE t SET n = 1", sqlite3.SQLITE_BUSY, True),
    ],
)
def test_nothing_else_is_repeated(busy, sql, code, is_inside):
    with pytest.raises(OperationalError):
        busy(1, sql, code, is_inside)


WAITING = """
import sqlite3, threading, time, django
django.setup()
from django.db import connection, transaction
from events.models import Conference
connection.ensure_connection()
other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0, check_same_thread=False)
other.execute("BEGIN IMMEDIATE")
since = time.monotonic()
threading.Timer(0.5, other.commit).start()
Conference.objects.filter(title="Встреча").update(place="Зал")
waited = time.monotonic() - since
with transaction.atomic():
    try:
        other.execute("BEGIN IMMEDIATE")
        print("not alone")
    except sqlite3.OperationalError:
        print(waited > 0.4, Conference.objects.get(title="Встреча").place)
"""


@pytest.mark.django_db(transaction=True)
def test_a_save_waits_for_another_process_and_is_then_alone(tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has a queue of its own")
    event("Встреча")
    assert run_beside(WAITING, tmp_path).split() == ["True", "Зал"]


@pytest.mark.django_db(transaction=True)
def test_a_login_waits_for_its_turn_twice(client):
    """Once to count the attempt, once when it succeeded; each time others may be before it."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has a queue of its own")
    User.objects.create_superuser("editor", password="Длинный-пароль-1")
    turns = []

    def count(execute, sql, params, many, context):
        if not connection.in_atomic_block and sql.startswith(("BEGIN", "INSERT", "UPDATE", "DELETE")):
            turns.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        answer = client.post("/admin/login/", {"username": "editor", "password": "Длинный-пароль-1", "next": "/admin/"})
    assert answer.status_code == 302
    assert len(turns) == 2, turns
    assert client.get("/admin/").status_code == 200
