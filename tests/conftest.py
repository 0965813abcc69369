"""What tests share. Test data is plainly fictitious or stands in fixtures/."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractUser
from django.core.management import call_command
from django.core.signals import request_finished
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import DjangoDbBlocker

FEW = 3  # cases of a test that run on both databases in `make test`

ROOT = Path(__file__).resolve().parent.parent

FIXTURES = [name for name in ("first_event", "reports") if (ROOT / "fixtures" / f"{name}.json").exists()]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take turns: of a test with many cases every other runs on SQLite, the rest on PostgreSQL.

    Each test runs on both; `THOROUGH=1 make test` runs all cases on each.
    """
    if os.environ.get("THOROUGH") or len({item.path for item in items}) < 20:
        return
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        if "browser" not in item.path.parts:
            cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    first = 1 if connection.vendor == "sqlite" else 0
    left_out = {item for many in cases.values() if len(many) > FEW for item in many[first::2]}
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=list(left_out))


@pytest.fixture(autouse=True)
def russian() -> Iterator[None]:
    """A request in English leaves the thread in English; the test that asked goes on in the language of the archive."""

    def back(**kwargs: object) -> None:
        translation.activate("ru")

    back()
    request_finished.connect(back)
    yield
    request_finished.disconnect(back)


@pytest.fixture
def first_event(db) -> None:
    """The archive with the event of 9 June 2020 and nothing else."""
    call_command("loaddata", "first_event", verbosity=0)


@contextmanager
def rolled_back(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Unblock the database for a fixture of a module or a class; what it made is rolled back after the last test.

    Each test is a savepoint. A module or class uses such a fixture in all its tests or in none.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def archive(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The archive as it opens: pytestmark = pytest.mark.usefixtures("archive", "db")."""
    with rolled_back(django_db_blocker):
        call_command("loaddata", *FIXTURES, verbosity=0)
        yield


@pytest.fixture(scope="module")
def archive_of_one(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The first event, for all tests of a module."""
    with rolled_back(django_db_blocker):
        call_command("loaddata", "first_event", verbosity=0)
        yield


@pytest.fixture(scope="module")
def uploads(tmp_path_factory) -> Iterator[Path]:
    """A folder of uploads of a module’s own, without files of other tests."""
    folder = tmp_path_factory.mktemp("uploads")
    with override_settings(MEDIA_ROOT=folder):
        yield folder


@pytest.fixture
def staff(admin_user) -> AbstractUser:
    return admin_user


@pytest.fixture
def staff_client(staff) -> Client:
    client = Client()
    client.force_login(staff)
    return client


@pytest.fixture
def queries_of(client) -> Callable[[str], int]:
    """How many queries a page takes: `queries_of("/speakers/")`; the page must answer 200."""

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    return count
