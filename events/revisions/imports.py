"""Undoing of an import, record by record after all of it was checked, from the versions that share its number."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import models
from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _

from ..batches import batched
from ..models import Version, aggregates, changes
from .restoring import CannotRestore, restore


class CannotUndo(Exception):
    """Why nothing more is undone: `records` in words, and how many records were undone before."""

    def __init__(self, records: list[str]) -> None:
        super().__init__("\n".join(records))
        self.records = records
        self.undone = 0


class _Undo(Exception):
    pass


def imports() -> models.QuerySet:
    """Imports by number, the newest first: when each began, its note and its records."""
    numbered = Version.objects.filter(import_number__gt=0).order_by().values("import_number")
    counted = numbered.annotate(began=Min("created"), note=Max("comment"), records=Count("record", distinct=True))
    return counted.order_by("-import_number")


def undo_import(number: int, user: Any = None, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Delete what the import added and restore what it changed; return the number of records.

    Each record is written in a block of its own, so that nobody waits for all of them; one that was broken off goes on
    where it stopped. Raises CannotUndo, with nothing undone, if a record was edited since or something else refers to
    it; if that happens meanwhile, with the rest left as it is.
    """
    versions = written_by(number)
    if not versions:
        raise CannotUndo([_("The history has no import %(number)s.") % {"number": number}])
    left = not_undone(number, versions)
    # Events name people and organisations, never the other way round; a department came after its library.
    left.sort(key=lambda version: (version.model != "conference", -version.pk))
    _check(left, number, user)
    transactions = changes.BatchedTransactions()
    comment = _("import %(number)s undone") % {"number": number}
    for done, version in enumerate(left, 1):
        try:
            with transactions.transaction(), changes.block(user, comment, import_number=-number) as block:
                block.lock()
                _refuse_edited([version])
                _undo(version, number, user)
        except CannotUndo as error:
            error.undone = done - 1
            raise
        progress(done, len(left))
        transactions.pause()
    return len(versions)


def written_by(number: int) -> list[Version]:
    """The last version that the import made of each record."""
    return list(_newest(Version.objects.filter(import_number=number).without_content().select_related("user")))


def count_written(number: int) -> tuple[int, int]:
    """How many records the import added and how many it changed: a talk, as any row, belongs to its event."""
    written = Version.objects.filter(import_number=number).order_by().values("record").distinct()
    added = written.filter(action=Version.Action.ADDED).count()
    return added, written.count() - added


def not_undone(number: int, versions: list[Version]) -> list[Version]:
    """Of these versions of `written_by`, those that no undoing has done with."""
    undone = _undone(number)
    return [version for version in versions if version.record not in undone]


def _newest(versions: models.QuerySet) -> Iterable[Version]:
    return {version.record: version for version in versions.order_by("pk")}.values()


def _undone(number: int) -> set[Any]:
    """The records that an undoing which was broken off has done with."""
    done = _newest(Version.objects.filter(import_number__in=[number, -number]).without_content())
    return {version.record for version in done if version.import_number == -number}


def _check(versions: list[Version], number: int, user: Any) -> None:
    """Refuse what cannot be undone: each restoring is tried and rolled back."""
    _refuse_edited(versions)
    transactions, added = changes.BatchedTransactions(), defaultdict[type[models.Model], set[int]](set)
    # Its events are deleted first, or restored to what they were before there were these people.
    own = set()
    for version in versions:
        record, is_event = version.current(), version.model == "conference"
        if is_event or _was_added(version):
            own.add(version.record)
        if record is not None and not is_event and version.record in own:
            added[type(record)].add(record.pk)
            continue
        try:
            with transactions.transaction(), changes.block(user):
                _undo(version, number, user)
                raise _Undo
        except _Undo:
            transactions.pause()
    for model, pks in added.items():
        if used := sorted(str(record) for record in _used_elsewhere(model, pks, own)):
            raise CannotUndo([_("Used elsewhere: %(name)s") % {"name": name} for name in used])


def _used_elsewhere(model: type[models.Model], pks: set[int], own: set[Any]) -> Iterator[models.Model]:
    """Those of the records that anything names but the import’s own events and what was added with them."""
    for some in batched(sorted(pks), changes.CHUNK):
        naming = aggregates.naming(model, some, "uid")
        is_foreign = any(uids - own for uids in naming.values())
        for record in model._base_manager.filter(pk__in=some) if is_foreign else ():
            if any(uids - own for uids in aggregates.naming(model, [record.pk], "uid").values()):
                yield record
    archive = set(aggregates.archive_models())
    for relation in model._meta.related_objects:
        if relation.related_model not in archive and relation.on_delete is models.PROTECT:
            for some in batched(sorted(pks), changes.CHUNK):
                yield from model._base_manager.filter(**{"pk__in": some, f"{relation.name}__isnull": False}).distinct()


def _refuse_edited(versions: list[Version]) -> None:
    edited = []
    for some in batched(versions, changes.CHUNK):
        latest = Version.objects.latest_of([version.record for version in some]).values_list("record", "pk")
        newest = dict(latest)
        edited += [version.name for version in some if newest[version.record] != version.pk]
    if edited:
        raise CannotUndo([_("Edited since: %(name)s") % {"name": name} for name in edited])


def _before(version: Version, number: int) -> Version | None:
    """The last version of the record before the import."""
    earlier = Version.objects.filter(record=version.record, pk__lt=version.pk).exclude(import_number=number)
    return earlier.order_by("-pk").first()


def _undo(version: Version, number: int, user: Any) -> None:
    record = version.current()
    try:
        if (before := _before(version, number)) is not None:
            restore(before, user)
        elif record is not None and _was_added(version):
            record.delete()
        else:
            raise CannotUndo([_("What it was before is not known: %(name)s") % {"name": version.name}])
    except (models.ProtectedError, models.RestrictedError) as error:
        raise CannotUndo([_("Used elsewhere: %(name)s") % {"name": version.name}]) from error
    except CannotRestore as error:
        raise CannotUndo([str(error)]) from error


def _was_added(version: Version) -> bool:
    same = Version.objects.filter(record=version.record, import_number=version.import_number)
    return same.filter(action=Version.Action.ADDED).exists()
