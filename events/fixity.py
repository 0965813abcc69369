"""Fixity: files compared with their checksums and rows, computed columns with what they are computed from."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from .batches import batched
from .derived import first_dates
from .models import (
    Conference,
    MediaFile,
    PageVersion,
    Proposal,
    PublicRevision,
    ReaderFile,
    Version,
    aggregates,
    changes,
)
from .models.fields import NormalizedField
from .models.media_files import checksum, checksum_of, file_fields, files_of_records, stored_files

AT_ONCE = 200
MISSING, CHANGED, ORPHANED, COMPUTED = "missing", "changed", "orphaned", "computed"
HISTORY, PROPOSED = "in-history", "proposed"
# Files that no row names, which is no fault.
UNUSED = (ORPHANED, HISTORY, PROPOSED)
DAY = datetime.timedelta(days=1)


class Fault(NamedTuple):
    what: str
    where: str


def files(progress: Callable[[str, int, int], None] = lambda what, done, total: None) -> Iterator[Fault]:
    """Files that are missing, changed or unused. One without a checksum gets its first."""
    named = defaultdict(list)
    for path, row in files_of_records():
        named[path].append(row)
    present = list(stored_files())
    done = 0
    for some in batched(present, AT_ONCE):
        MediaFile.record(some)
        yield from _changed(some)
        done += len(some)
        progress(_("files"), done, len(present))
    for one in unused(set(present) - named.keys()):
        grace = _("until %s") % one.until.date() if one.until else ""
        yield Fault(one.state, f"{one.path} ({grace})" if grace else one.path)
    for path in sorted(named.keys() - set(present)):
        yield Fault(MISSING, f"{path} ({', '.join(named[path])})")
    # What nobody names any more and somebody took away is no loss.
    gone = set(MediaFile.objects.values_list("path", flat=True)) - set(present) - named.keys()
    MediaFile.objects.filter(path__in=gone).delete()


def _changed(paths: list[str]) -> Iterator[Fault]:
    right = []
    for row in MediaFile.objects.filter(path__in=paths).order_by("path"):
        try:
            found = checksum(row.path)
        except OSError as error:
            yield Fault(CHANGED, f"{row.path}: {error}")
            continue
        if found == (row.sha256, row.size):
            right.append(row.path)
        else:
            yield Fault(CHANGED, row.path)
    MediaFile.objects.filter(path__in=right).update(checked=timezone.now())


def reader_files() -> Iterator[Fault]:
    """Files of readers that are missing, changed or unnamed. One without a checksum gets its first."""
    for row in ReaderFile.objects.order_by("pk").iterator():
        where = f"reader-files/{row.path}"
        try:
            with row.open() as file:
                found = checksum_of(file)
        except FileNotFoundError:
            # Else staff took it meanwhile.
            if ReaderFile.objects.filter(pk=row.pk).exists():
                yield Fault(MISSING, f"{where} (readerfile {row.pk})")
            continue
        except OSError as error:
            yield Fault(CHANGED, f"{where}: {error}")
            continue
        if not row.sha256:
            ReaderFile.objects.filter(pk=row.pk).update(sha256=found.sha256)
        elif found != (row.sha256, row.size):
            yield Fault(CHANGED, where)
    for name in ReaderFile.unnamed():
        yield Fault(ORPHANED, f"reader-files/{name}")


# ── Files that no row names ─────────────────────────────────────────────────────────────────────────────────────────


class Unused(NamedTuple):
    """A file that no row names: the history can bring it back, a proposal waits with it, or nobody knows it."""

    path: str
    state: str
    # When it may go; None if it stays.
    until: datetime.datetime | None


def unused(paths: set[str]) -> list[Unused]:
    """What is the matter with each of these stored files that no row names."""
    if not paths:
        return []
    now = timezone.now()
    in_history, waiting, since = _last_in_history(paths), set[str](), dict[str, datetime.datetime]()
    for state, decided, rows in Proposal.objects.values_list("state", "decided", "rows").iterator():
        for path in _paths(rows) & paths:
            if state == Proposal.State.OPEN:
                waiting.add(path)
            else:
                since[path] = max(decided or now, since.get(path, decided or now))
    found = []
    for path in sorted(paths):
        try:
            uploaded = default_storage.get_modified_time(path)
        except OSError:  # removed meanwhile
            continue
        last = max(uploaded, since.get(path, uploaded), in_history.get(path, uploaded))
        state = PROPOSED if path in waiting else HISTORY if path in in_history else ORPHANED
        days = {PROPOSED: 0, HISTORY: settings.DELETED_FILE_DAYS, ORPHANED: settings.ORPHANED_FILE_DAYS}[state]
        found.append(Unused(path, state, last + days * DAY if days else None))
    return found


def _last_in_history(paths: set[str]) -> dict[str, datetime.datetime]:
    """Until when a record had each of these files by its versions."""
    models_with_files = [model for model in aggregates.archive_models() if file_fields(model)]
    names = {aggregates.root_model(model)._meta.model_name for model in models_with_files}
    versions = Version.objects.filter(model__in=names).order_by("record", "pk")
    found: dict[str, datetime.datetime] = {}
    record, had = None, set[str]()
    now = timezone.now()
    for uid, created, action, rows, undo in versions.values_list(
        "record", "created", "action", "rows", "undo"
    ).iterator():
        # What the last version of a record still has, although no row does, was changed past the history: kept.
        last = created if uid == record else now
        found |= {path: max(last, found.get(path, last)) for path in had}
        record, had = uid, _paths(rows) & paths
        if action == Version.Action.DELETED:
            found |= {path: max(created, found.get(path, created)) for path in had}
            had = set()
        found |= {path: max(created, found.get(path, created)) for path in _paths(undo) & paths}
    return found | {path: now for path in had}


def _paths(value: Any) -> set[str]:
    """All texts in a JSON value: among them are the paths of files."""
    if isinstance(value, str):
        return {value}
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {text for part in parts for text in _paths(part)}


def remove_unused(is_dry: bool = False) -> Iterator[Unused]:
    """Remove the files that no row, no open proposal and no version to which one may go back names any more."""
    paths = set(stored_files()) - _named_by_rows()
    now = timezone.now()
    overdue = [one for one in unused(paths) if one.until and one.until <= now]
    for some in batched(overdue, AT_ONCE):
        yield from some if is_dry else _remove(some)


def _remove(some: list[Unused]) -> list[Unused]:
    with changes.block() as block:
        # Nobody restores or proposes one of them meanwhile.
        block.lock()
        waiting = {path for rows in Proposal.objects.open().values_list("rows", flat=True) for path in _paths(rows)}
        named = _named_by_rows(one.path for one in some) | waiting
        some = [one for one in some if one.path not in named]
        for one in some:
            with suppress(FileNotFoundError):
                default_storage.delete(one.path)
        MediaFile.objects.filter(path__in=[one.path for one in some]).delete()
    return some


def _named_by_rows(paths: Iterable[str] | None = None) -> set[str]:
    if paths is None:
        return {path for path, _row in files_of_records()}
    wanted = set(paths)
    return {
        path
        for model in aggregates.archive_models()
        for field in file_fields(model)
        for path in model._base_manager.filter(**{f"{field.name}__in": wanted}).values_list(field.name, flat=True)
    }


# ── Columns ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def columns() -> Iterator[Fault]:
    """Computed columns, counters and references that are not what the rows make of them."""
    yield from _folded()
    yield from _first_days()
    yield from _parts()
    yield from _history()
    yield from _database()


def _folded() -> Iterator[Fault]:
    for model in aggregates.archive_models():
        fields = [field for field in model._meta.concrete_fields if isinstance(field, NormalizedField)]
        related = [field.name for field in aggregates.foreign_keys(model) if fields]
        for row in model._base_manager.select_related(*related or [None]).order_by("pk").iterator() if fields else ():
            wrong = [field.name for field in fields if getattr(row, field.attname) != field.normalized(row)]
            yield from (_computed(row, name) for name in wrong)


def _first_days() -> Iterator[Fault]:
    stored = {pk: rest for pk, *rest in Conference._base_manager.values_list("pk", "year", "first_day")}
    _stored, right = first_dates(set(stored))
    for pk, (year, day) in sorted(stored.items()):
        if right[pk] != (year, day):
            yield Fault(COMPUTED, f"conference {pk}: year, first_day")
    for pk in Conference.objects.published().filter(published=None).values_list("pk", flat=True):
        yield Fault(COMPUTED, f"conference {pk}: published")


def _parts() -> Iterator[Fault]:
    """Rows at a talk or session of another conference than their own."""
    for model in aggregates.archive_models():
        keys = {field.name for field in aggregates.foreign_keys(model)}
        if "conference" not in keys:
            continue
        for name in keys & {"talk", "session"}:
            wrong = model._base_manager.filter(~Q(**{f"{name}__conference": F("conference")}), ~Q(**{name: None}))
            for pk in wrong.order_by("pk").values_list("pk", flat=True):
                yield Fault(COMPUTED, f"{model._meta.model_name} {pk}: conference")


def _history() -> Iterator[Fault]:
    for model in aggregates.roots():
        without = model._base_manager.filter(~Exists(Version.objects.filter(record=OuterRef("uid"))))
        for pk in without.order_by("pk").values_list("pk", flat=True):
            yield Fault("history", f"{model._meta.model_name} {pk}: no version")
    current = PublicRevision.current()
    for version in PageVersion.objects.filter(number__gt=current):
        yield Fault("counter", f"page version {version} > {current}")


def _database() -> Iterator[Fault]:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for (told,) in cursor.execute("PRAGMA integrity_check").fetchall():
                if told != "ok":
                    yield Fault("database", told)
            for table, row, target, _number in cursor.execute("PRAGMA foreign_key_check").fetchall():
                yield Fault("database", f"{table} {row} → {target}")


def _computed(row: models.Model, name: str) -> Fault:
    return Fault(COMPUTED, f"{row._meta.model_name} {row.pk}: {name}")
