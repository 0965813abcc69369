"""Several databases: anonymous pages are read from a replica that is up to date, everything else from the primary.

A page read from a replica is never older than a change that was announced in the shared cache (`announce`), and while
the primary answers never more than two seconds behind it (`Lag`). Where one database does not answer, a request that
only reads is answered by the other; one that writes gets the page that says why nothing was saved.
"""

import logging
import re
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.signals import got_request_exception
from django.db import DEFAULT_DB_ALIAS as PRIMARY
from django.db import Error, connections
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers

from events.models import PublicRevision, changes, revision_committed

from .cache import is_anonymous_read

REPLICA = "replica"
ANNOUNCED = 3600  # seconds; a replica is skipped long before that
_ADMIN = re.compile(r"(/[a-z]{2})?/admin/")
logger = logging.getLogger("confarchive.replicas")
_reads: ContextVar[str] = ContextVar("reads", default=PRIMARY)


class Router:
    """Django's database router: where this request reads. The primary writes, and reads for a block of writing."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return _reads.get() if changes.current() is None else PRIMARY

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == PRIMARY


@contextmanager
def reading(alias: str) -> Iterator[None]:
    token = _reads.set(alias)
    try:
        yield
    finally:
        _reads.reset(token)


def has_replica() -> bool:
    return REPLICA in settings.DATABASES


# ── How far the replica is ──────────────────────────────────────────────────────────────────────────────────────────

_POSITION = (
    "SELECT pg_is_in_recovery(), (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()"
    " ELSE pg_current_wal_flush_lsn() END) - '0/0'::pg_lsn"
)


class Lag:
    """How far the replica is behind the primary, asked at most twice a second by one thread of the process.

    Positions in the write-ahead log are compared: the moment of the last replayed transaction says nothing while
    nobody writes.
    """

    EVERY, WITHOUT_PRIMARY = 0.5, 3.0  # seconds between two questions
    MOST = 0.9  # seconds; together with twice EVERY less than two

    def __init__(self) -> None:
        self._lock = Lock()
        self._next = 0.0
        # What the primary had written, and when.
        self._samples: deque[tuple[float, int]] = deque(maxlen=16)
        self.has_primary = self.has_replica = self.is_small = False
        self.seconds: float | None = None

    def ask(self) -> "Lag":
        """The figures, asked again if they are old. While one thread asks, others wait only if they are very old."""
        late = time.monotonic() - self._next
        if late >= 0 and self._lock.acquire(blocking=late > self.EVERY):
            try:
                if time.monotonic() >= self._next:
                    self._ask()
                    self._next = time.monotonic() + (self.EVERY if self.has_primary else self.WITHOUT_PRIMARY)
            finally:
                self._lock.release()
        return self

    def _ask(self) -> None:
        now = time.monotonic()
        written, replayed = self._position(PRIMARY, in_recovery=False), self._position(REPLICA, in_recovery=True)
        if (written is not None, replayed is not None) != (self.has_primary, self.has_replica) and self._next:
            states = ["away" if position is None else "there" for position in (written, replayed)]
            logger.warning("the primary is %s, the replica is %s", *states)
        self.has_primary, self.has_replica = written is not None, replayed is not None
        if written is not None:
            self._samples.append((now, written))
        seen = [moment for moment, position in self._samples if replayed is not None and position <= replayed]
        self.seconds = now - seen[-1] if seen else None
        self.is_small = self.seconds is not None and self.seconds <= self.MOST

    def as_words(self) -> dict[str, object]:
        """How both databases stand, for machines that watch."""
        replica = "failed" if not self.has_replica else "ok" if self.is_small or not self.has_primary else "late"
        seconds = None if self.seconds is None else round(self.seconds, 1)
        return {"primary": "ok" if self.has_primary else "failed", "replica": replica, "replica_lag_seconds": seconds}

    def _position(self, alias: str, in_recovery: bool) -> int | None:
        """How far this database is; None if it is away or not what it should be."""
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute(_POSITION)
                is_in_recovery, position = cursor.fetchone()
            return int(position) if is_in_recovery == in_recovery else None
        except Error:
            connections[alias].close()
            return None


lag = Lag()


def answering() -> str:
    """A database that answers: the primary, or else the replica."""
    return REPLICA if has_replica() and lag.ask().has_replica and not lag.has_primary else PRIMARY


def _announced(number: int) -> str:
    return f"revision-{number}"


@receiver(revision_committed)
def announce(number: int, **kwargs: Any) -> None:
    """Let all processes know that the public archive has this revision: a replica without it is skipped."""
    if has_replica():
        cache.set(_announced(number), True, timeout=ANNOUNCED)


def order(request: HttpRequest) -> list[str]:
    """The databases that this request may be answered from, the best first."""
    if not has_replica() or not _only_reads(request):
        return [PRIMARY]
    is_private = not is_anonymous_read(request) or bool(_ADMIN.match(request.path_info))
    return [PRIMARY, REPLICA] if is_private or not _is_up_to_date() else [REPLICA, PRIMARY]


def _only_reads(request: HttpRequest) -> bool:
    # Harvesters ask by POST, too.
    return request.method in ("GET", "HEAD", "OPTIONS") or request.path_info == "/oai"


def _is_up_to_date() -> bool:
    """Whether the replica has what was announced, and is near to the primary if there is one."""
    state = lag.ask()
    if not state.has_replica or (state.has_primary and not state.is_small):
        return False
    try:
        with reading(REPLICA):
            number = PublicRevision.current()
        if not cache.get(_announced(number + 1)):
            return True
        # What is read from the primary now may not have been announced yet.
        announce(PublicRevision.current())
    except Error:
        for alias in (REPLICA, PRIMARY):
            connections[alias].close_if_unusable_or_obsolete()
    return False


# ── Answering ───────────────────────────────────────────────────────────────────────────────────────────────────────


def replicated(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware that chooses the database, takes the other if it is lost, and says so if a write had none."""

    def answer(request: HttpRequest) -> HttpResponse:
        aliases = order(request)
        primary_is_away = not lag.has_primary
        for alias in aliases:
            request.lost_database = ""
            # Forms say then that they take nothing.
            request.reads_only = alias == REPLICA and primary_is_away
            with reading(alias):
                response = get_response(request)
            if not request.lost_database:
                return response
            primary_is_away |= alias == PRIMARY
        if not _only_reads(request):
            return nothing_saved(request)
        response.status_code = 503
        return response

    return answer


def nothing_saved(request: HttpRequest) -> HttpResponse:
    """The page that says why nothing is saved now; it asks no database."""
    request.user = AnonymousUser()
    with translation.override(translation.get_language_from_request(request, check_path=True)):
        response = render(request, "503.html", status=503)
        response["Content-Language"] = translation.get_language()
    response["Retry-After"] = "10"
    add_never_cache_headers(response)
    return response


@receiver(got_request_exception)
def note_lost_database(request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Note what kept this request from its database, and leave a connection on which nothing more can be done."""
    error = sys.exc_info()[1]
    if request is None or not hasattr(request, "lost_database") or not is_loss(error):
        return
    request.lost_database = f"{type(error).__name__}: {error}"
    for connection in connections.all(initialized_only=True):
        connection.close()


# The server ends or begins (57P01–57P03) or cannot be written (25006). On a replica replaying may end a query (40001).
_LOST = ("57P01", "57P02", "57P03", "25006")


def is_loss(error: BaseException | None) -> bool:
    """Whether PostgreSQL could not be reached or written: without a state it was the connection that failed."""
    if not isinstance(error, Error) or not hasattr(error.__cause__, "sqlstate"):
        return False
    state = error.__cause__.sqlstate
    return state is None or state in _LOST or state.startswith("08") or (state == "40001" and _reads.get() == REPLICA)
