"""The block in which the archive is written: it collects the roots touched and is closed once, in its transaction."""

import datetime
import time
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import OperationalError, connection, models, transaction
from django.dispatch import Signal

from ..batches import batched
from . import aggregates
from .late_transactions import LateTransaction, begun_late

# Sent when the outermost block ends, inside its transaction. Argument: changes.
block_closing = Signal()
# Sent after QuerySet.update() and bulk_create(), which send no post_save. Arguments: sender (the model), pks, fields
# (the names of those updated, None for new rows).
post_bulk_change = Signal()

# Key of PostgreSQL's advisory lock that lets one writer of the archive in at a time.
WRITER_LOCK = 7305813
CHUNK = 500  # keys in one query


class Annotation(NamedTuple):
    """What the version of one root says instead of what the block says."""

    action: str = ""
    comment: str = ""
    undo: Any = None


@dataclass
class Changes:
    """What one block of writing touched, and what is said of it."""

    user: Any = None
    comment: str = ""
    import_number: int | None = None
    # Keys of the touched roots by model, and those made in this block.
    touched: dict[type[models.Model], set[int]] = field(default_factory=lambda: defaultdict(set))
    created: set[tuple[type[models.Model], int]] = field(default_factory=set)
    # Models of which it wrote rows: a root made in this block has rows of no others. But raw rows of a fixture may have
    # come before their root, in a block of their own.
    written: set[type[models.Model]] = field(default_factory=set)
    raw: set[type[models.Model]] = field(default_factory=set)
    # Roots deleted in this block with their rows as they were before.
    deleted: dict[tuple[type[models.Model], int], Any] = field(default_factory=dict)
    # When deleted records with a page, of those that had ever been public, were first published; by uid.
    deleted_pages: dict[uuid.UUID, datetime.datetime] = field(default_factory=dict)
    # Their labels and those of what they name, by reference.
    labels: dict[tuple[type[models.Model], int], dict[str, list[str]]] = field(default_factory=dict)
    # Keys of rows that changed their root, and of all deleted rows, by model.
    moved: dict[type[models.Model], set[int]] = field(default_factory=lambda: defaultdict(set))
    removed: dict[type[models.Model], set[int]] = field(default_factory=lambda: defaultdict(set))
    # Roots whose `changed` was set expressly, as a dump does.
    dated: dict[type[models.Model], set[int]] = field(default_factory=lambda: defaultdict(set))
    annotations: dict[tuple[type[models.Model], int], Annotation] = field(default_factory=dict)
    # Of a block that a signal opened: what is saved or deleted, and its rows between pre_save and post_save.
    origin: Any = None
    under_way: set[int] | None = None
    is_locked: bool = False
    late: LateTransaction | None = None
    # Nothing is to be written: what would be becomes a proposal.
    is_proposed: bool = False

    def describe(self, user: Any = None, comment: str = "", import_number: int | None = None) -> None:
        """Add what an inner block says and the outer does not."""
        self.user = self.user or user
        self.comment = self.comment or comment
        self.import_number = self.import_number or import_number

    def annotate(self, record: models.Model, action: str = "", comment: str = "", undo: Any = None) -> None:
        """Give the version of one root an action and a comment of its own."""
        self.annotations[type(record), record.pk] = Annotation(action, comment, undo)

    def lock(self) -> None:
        """Before the first row is locked, so that two blocks never wait for each other."""
        if not self.is_locked:
            if self.late:
                self.late.begin()
            wait_for_writers()
        self.is_locked = True

    def touch(self, model: type[models.Model], pks: Iterable[int]) -> None:
        """Note roots of a model."""
        self.touched[model].update(pks)

    def made_with(self, model: type[models.Model], pks: Iterable[int]) -> set[type[models.Model]] | None:
        """The models that rows of these records may be of, if all were made in this block; None if they are older."""
        is_new = model not in self.raw and all((model, pk) in self.created for pk in pks)
        return self.written if is_new else None

    def touch_rows(self, model: type[models.Model], pks: list[int]) -> None:
        """Note the roots of these rows as the database has them now."""
        self.lock()
        self.written.add(model)
        root, path = aggregates.root_model(model), aggregates.root_path(model)
        if path == "pk":
            self.touch(root, pks)
            return
        for some in batched(pks, CHUNK):
            rows = model._base_manager.filter(pk__in=some).order_by()
            self.touch(root, rows.values_list(path, flat=True).distinct())


def wait_for_writers() -> None:
    """Wait until no other transaction that wrote to the archive is open; hold up others until this one ends.

    None reads counts or versions that another is about to change. SQLite has one writer by itself.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITER_LOCK])


class BatchedTransactions:
    """Let others write between the transactions of a long series.

    PostgreSQL has a queue. SQLite has none: whoever waits asks again after milliseconds (confarchive/sqlite_turns.py),
    and would wait for the end of a series that begins its next transaction at once.
    """

    SERIES, PAUSE = 0.3, 0.04  # seconds
    MOST_PAUSES = 60
    # Each lasts as long as SQLite waits for its turn.
    ATTEMPTS = 15

    def __init__(self) -> None:
        self.since = time.monotonic()

    def pause(self) -> None:
        """Wait until nobody writes, if this series has lasted a while."""
        if connection.vendor != "sqlite" or connection.in_atomic_block or time.monotonic() - self.since < self.SERIES:
            return
        for _number in range(self.MOST_PAUSES):
            time.sleep(self.PAUSE)
            if not _somebody_writes():
                break
        self.since = time.monotonic()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Open a transaction of the series; where others write without end, ask for minutes rather than fail."""
        with ExitStack() as stack:
            for attempt in range(1, self.ATTEMPTS + 1):
                try:
                    stack.enter_context(transaction.atomic())
                    break
                except OperationalError:
                    if attempt == self.ATTEMPTS:
                        raise
            yield


def _somebody_writes() -> bool:
    """Whether SQLite's one place for a writer is taken."""
    with connection.cursor() as cursor:
        (timeout,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            with transaction.atomic():
                return False
        except OperationalError:
            return True
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {timeout}")


_current: ContextVar[Changes | None] = ContextVar("changes", default=None)


def current() -> Changes | None:
    """The block that is open in this thread."""
    return _current.get()


def new_import_number() -> int:
    """The number of an import that begins now, by which all that it writes can be undone as a whole."""
    return time.time_ns() // 1_000_000


@contextmanager
def block(
    user: Any = None, comment: str = "", import_number: int | None = None, is_late: bool = False
) -> Iterator[Changes]:
    """Open a block of writing, in a transaction; inside another one, join it.

    What an exception leaves is rolled back and recorded nowhere. With `is_late` nobody waits for the block before
    `Changes.lock` or its first row.
    """
    if (outer := _current.get()) is not None and outer.under_way is None:
        outer.describe(user, comment, import_number)
        yield outer
        return
    with begun_late() if is_late else nullcontext() as late, transaction.atomic():
        changes = Changes(user, comment, import_number, late=late)
        token = _current.set(changes)
        try:
            yield changes
        finally:
            _current.reset(token)
        if not transaction.get_rollback():
            close(changes)


def close(changes: Changes) -> None:
    """Let follow what follows from the block; what that saves, such as redirects, belongs to the same block."""
    changes.under_way = None
    token = _current.set(changes)
    try:
        if changes.touched:
            block_closing.send(Changes, changes=changes)
    finally:
        _current.reset(token)


def begin(row: models.Model, origin: Any) -> Changes:
    """The open block; without one, a block that lasts until the save or deletion of `origin` is over.

    Rows that a deserialiser or a plain manager writes come without `ArchiveModel.save()`.
    """
    changes = _current.get()
    if changes is None or (changes.under_way is not None and changes.origin is not origin):
        # A save that failed may have left its block behind.
        changes = Changes(origin=origin, under_way=set())
        _current.set(changes)
    if changes.under_way is not None:
        changes.under_way.add(id(row))
    return changes


def end(row: models.Model) -> None:
    """Close the block that `begin` opened, when none of its rows is under way any more."""
    changes = _current.get()
    if changes is None or changes.under_way is None:
        return
    changes.under_way.discard(id(row))
    if not changes.under_way:
        _current.set(None)
        with transaction.atomic():
            close(changes)
