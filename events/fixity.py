"""Fixity: files compared with their checksums and rows, computed columns with what they are computed from."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from .derived import first_dates
from .models import Conference, MediaFile, PageVersion, PublicRevision, Version, aggregates
from .models.fields import NormalizedField
from .models.media_files import checksum, files_of_records, stored_files

AT_ONCE = 200
MISSING, CHANGED, ORPHANED, COMPUTED = "missing", "changed", "orphaned", "computed"


class Fault(NamedTuple):
    what: str
    where: str


def files(progress: Callable[[str, int, int], None] = lambda what, done, total: None) -> Iterator[Fault]:
    """Files that are missing, changed or orphaned. One without a checksum gets its first."""
    named = defaultdict(list)
    for path, row in files_of_records():
        named[path].append(row)
    present = list(stored_files())
    for start in range(0, len(present), AT_ONCE):
        some = present[start : start + AT_ONCE]
        MediaFile.record(some)
        yield from _changed(some)
        yield from (Fault(ORPHANED, path) for path in some if path not in named)
        progress(_("files"), start + len(some), len(present))
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
    right = first_dates(set(stored))
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
