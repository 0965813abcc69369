"""A backup written: all tables as of one moment, then the uploaded files that changed since the last one."""

import datetime
import fcntl
import json
import os
import shutil
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.files.storage import Storage, default_storage
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import MediaFile, ReaderFile
from ..models.media_files import Checksum, files_of_records, stored_files
from ..models.reports import reader_storage
from . import bag, tables
from .bag import BadBackup, Progress
from .tables import Table

ROWS_AT_ONCE = 2000


class Written(NamedTuple):
    folder: Path
    rows: int
    files: int
    # Bytes of files that had to be copied; all others are links to the backup before.
    copied: int
    # Files that records name and that are missing, or differ from what was taken in.
    problems: list[str]


def write(folder: Path, progress: Progress = lambda what, done, total: None) -> Written:
    """Write a backup into a new folder of `folder`, which other backups may stand in. Raises BadBackup, OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder):
        bag.remove_unfinished(folder)
        before = bag.newest(folder)
        made = timezone.now()
        name = made.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H-%M-%S")
        unfinished = folder / f"{bag.UNFINISHED}{name}"
        # For its owner alone: it has accounts, drafts and what readers left.
        unfinished.mkdir(mode=0o700)
        try:
            written = _fill(unfinished, before, made, progress)
            os.sync()
            unfinished.rename(_free(folder / name))
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        return written._replace(folder=bag.newest(folder))


def _free(path: Path) -> Path:
    """The path with a number behind it, if two backups were made within one second."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number:02}")
    return free


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BadBackup(_("Another backup is being written to %s.") % folder) from error
        yield


def _fill(folder: Path, before: Path | None, made: datetime.datetime, progress: Progress) -> Written:
    (folder / "data" / "tables").mkdir(parents=True)
    checksums, counts = {}, {}
    files = _Files(folder, before, progress)
    with one_moment():
        schema = tables.applied_migrations()
        sent = list(ReaderFile.objects.all())
        # First: one that staff take meanwhile is deleted.
        files.write(bag.READER_FILES, reader_storage(), [row.path for row in sent], _taken_in(sent))
        taken_in = _taken_in(MediaFile.objects.iterator())
        named = {f"{bag.MEDIA}{path}": row for path, row in files_of_records()}
        for table in map(tables.whole, tables.backed_up()):
            path = folder / bag.table_path(table.label)
            counts[table.label] = write_table(table, path, progress)
            checksums[bag.table_path(table.label)] = bag.checksum(path)
    files.write(bag.MEDIA, default_storage, list(stored_files()), taken_in)
    kept = set(ReaderFile.objects.values_list("pk", flat=True))
    named |= {f"{bag.READER_FILES}{row.path}": f"readerfile {row.pk}" for row in sent if row.pk in kept}
    missing = [f"{_shown(name)} ({row})" for name, row in named.items() if name not in files.found]
    checksums |= {name: one.sha256 for name, one in files.found.items()}
    description = {
        "version": settings.VERSION,
        "made": made.isoformat(),
        "database": connection.vendor,
        "migrations": schema,
        "rows": counts,
        "files": {"number": len(files.found), "bytes": sum(one.size for one in files.found.values())},
    }
    (folder / bag.DESCRIPTION).write_text(json.dumps(description, indent=1))
    checksums[bag.DESCRIPTION] = bag.checksum(folder / bag.DESCRIPTION)
    bag.close(folder, checksums, made.date())
    problems = [*files.changed, *(_("missing: %s") % one for one in missing)]
    return Written(folder, sum(counts.values()), len(files.found), files.copied, problems)


# ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def one_moment() -> Iterator[None]:
    """A transaction that sees the database as it is at its first query, and lets everybody else write on.

    Inside a transaction of the caller that one is the moment.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Not atomic(), which begins as a writer (IMMEDIATE): a reader of a write-ahead log holds nobody up.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def write_table(table: Table, path: Path, progress: Progress) -> int:
    """Write the rows of a table as JSON, a row a line; their number."""
    total, done = table.rows.count(), 0
    with path.open("w", encoding="utf-8") as file:
        for row in read_rows(table):
            file.write(json.dumps(row, ensure_ascii=False, default=_plain) + "\n")
            done += 1
            if done % ROWS_AT_ONCE == 0 or done == total:
                progress(table.label, done, total)
    return done


def read_rows(table: Table) -> Iterator[dict[str, Any]]:
    """The rows in the order of their keys; foreign keys as the keys by which backups name their targets."""
    links = {field.name: _links(field) for field in tables.many_to_many(table.model)}
    for values in _values(table):
        row = dict(zip((field.name for field in table.fields), values, strict=True))
        for name, of in links.items():
            row[name] = of.get(row[table.model._meta.pk.name], [])
        yield table.correct(row)


def _values(table: Table) -> Iterator[tuple[Any, ...]]:
    columns: list[tuple[str, ...]] = []
    for field in table.fields:
        if field.is_relation:
            columns.append(tuple(f"{field.name}__{name}" for name in tables.key_lookups(field.related_model)))
        else:
            columns.append((field.name,))
    flat = [name for column in columns for name in column]
    for row in table.rows.order_by("pk").values_list(*flat).iterator(ROWS_AT_ONCE):
        values = iter(row)
        yield tuple(_key([next(values) for _name in column]) for column in columns)


def _key(values: list[Any]) -> Any:
    """One value as it is, several as a list; None where there is no target."""
    if len(values) == 1:
        return values[0]
    return None if values[0] is None else values


def _links(field: models.ManyToManyField) -> dict[Any, list[Any]]:
    """What each row is linked with, by the key of the row."""
    lookups = [f"{field.m2m_reverse_field_name()}__{name}" for name in tables.key_lookups(field.related_model)]
    found: dict[Any, list[Any]] = {}
    rows = field.remote_field.through._base_manager.order_by("pk")
    for source, *target in rows.values_list(field.m2m_field_name(), *lookups):
        found.setdefault(source, []).append(_key(target))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        # As BinaryField.to_python() reads it.
        return b64encode(value).decode("ascii")
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


# ── Files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Files:
    """The files of a backup that is being written."""

    def __init__(self, folder: Path, before: Path | None, progress: Progress) -> None:
        self.folder, self.before, self.progress = folder, before, progress
        self.last = bag.Bag(before) if before else None
        # By their paths in the backup.
        self.found: dict[str, Checksum] = {}
        self.copied, self.changed = 0, list[str]()

    def write(self, folder: str, storage: Storage, paths: list[str], taken_in: dict[str, Checksum]) -> None:
        """Put those of these files that are there into a folder of the backup."""
        last = self.last.files(folder) if self.last else {}
        for done, path in enumerate(paths, 1):
            known = taken_in.get(path)
            is_unchanged = known is not None and last.get(path) == known.sha256
            with suppress(FileNotFoundError):
                self._write_file(f"{folder}{path}", storage, path, known, is_unchanged)
            self.progress(_("files"), done, len(paths))

    def _write_file(self, name: str, storage: Storage, path: str, known: Checksum | None, is_unchanged: bool) -> None:
        target = self.folder / name
        if is_unchanged and known.size == storage.size(path) and bag.link(self.before / name, target):
            self.found[name] = known
            return
        with storage.open(path) as source:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as copy:
                self.found[name] = bag.copied(source, copy)
        self.copied += self.found[name].size
        if known and self.found[name] != known:
            self.changed.append(_("changed: %s") % _shown(name))


def _taken_in(rows: Iterable[MediaFile | ReaderFile]) -> dict[str, Checksum]:
    """The checksums of files as they were taken in, those that have one."""
    return {row.path: Checksum(row.sha256, row.size) for row in rows if row.sha256}


def _shown(name: str) -> str:
    """The file as check_archive names it."""
    return name.removeprefix(bag.MEDIA).removeprefix("data/")
