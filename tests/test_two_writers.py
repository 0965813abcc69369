"""Two writers at once lose nothing: PostgreSQL lets one of them in at a time, SQLite has one writer by itself."""

import threading

import pytest
from django.db import connection

from events import revisions
from events.models import PublicRevision, Speaker, SpeakerRole, Talk
from events.models.changes import WRITER_LOCK
from events.search import consistency

from .rows import event
from .test_writing import save

postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer by itself")


def in_threads(*steps) -> list[BaseException]:
    """Run these at once, each on a connection of its own; what went wrong."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(steps))

    def run(step):
        try:
            start.wait(10)
            step()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[step]) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


@postgresql
@pytest.mark.django_db(transaction=True)
def test_two_writers_of_two_events_that_share_people_lose_nothing_and_wait_for_no_end():
    one, other = event("Встреча", size=2), event("Чтения", size=2)
    people = list(Speaker.objects.order_by("pk"))
    for conference in (one, other):
        for person in people:
            conference.people.create(speaker=person, role=SpeakerRole.objects.get(slug="guest"))
    before = PublicRevision.current()

    def writes(conference, order):
        def step():
            for number in range(5):
                with revisions.create():
                    save(Talk.objects.filter(conference=conference).first(), "title", f"Доклад {number} кузнечиков")
                    for person in order:
                        save(Speaker.objects.get(pk=person.pk), "biography", f"{conference.title} {number}")

        return step

    assert in_threads(writes(one, people), writes(other, people[::-1])) == []
    assert PublicRevision.current() == before + 10
    assert list(consistency.inconsistencies()) == []


@postgresql
@pytest.mark.django_db(transaction=True)
def test_a_writer_waits_for_the_one_before_it():
    """Without the lock both would count the same words from the same numbers."""
    talk = event("Встреча", size=2).talks.first()
    is_waiting = threading.Event()

    def waits():
        is_waiting.set()
        save(Talk.objects.get(pk=talk.pk), "title", "Второй")

    with revisions.create():
        save(talk, "title", "Первый")
        second = threading.Thread(target=lambda: (waits(), connection.close()))
        second.start()
        is_waiting.wait(10)
        second.join(0.5)
        assert second.is_alive()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
                " WHERE locktype = 'advisory' AND objid = %s AND datname = current_database()",
                [WRITER_LOCK],
            )
            assert cursor.fetchone()[0] == 2
    second.join(20)
    assert Talk.objects.get(pk=talk.pk).title == "Второй"
    assert list(consistency.inconsistencies()) == []
