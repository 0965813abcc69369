"""Undoing of an import as a whole, from the versions that share its number."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from ..models import Version, changes
from .restoring import CannotRestore, restore


class CannotUndo(Exception):
    """Why nothing was undone: `records` in words."""

    def __init__(self, records: list[str]) -> None:
        super().__init__("\n".join(records))
        self.records = records


def undo_import(number: int, user: Any = None) -> int:
    """Delete what the import added and restore what it changed; return the number of records.

    Raises CannotUndo, with nothing undone, if a record was edited since or something else refers to it.
    """
    newest = {version.record: version for version in Version.objects.filter(import_number=number).order_by("pk")}
    versions = list(newest.values())
    if not versions:
        raise CannotUndo([_("The history has no import %(number)s.") % {"number": number}])
    latest = {version.record: version for version in Version.objects.latest_of(newest)}
    if edited := [version.name for version in versions if latest[version.record].pk != version.pk]:
        raise CannotUndo([_("Edited since: %(name)s") % {"name": name} for name in edited])
    before = {version.record: _before(version, number) for version in versions}
    with changes.block(user=user, comment=_("import %(number)s undone") % {"number": number}), transaction.atomic():
        # Events name people and organisations, never the other way round.
        for version in sorted(versions, key=lambda version: version.model != "conference"):
            _undo(version, before[version.record], user)
    return len(versions)


def _before(version: Version, number: int) -> Version | None:
    """The last version of the record before the import."""
    earlier = Version.objects.filter(record=version.record, pk__lt=version.pk).exclude(import_number=number)
    return earlier.order_by("-pk").first()


def _undo(version: Version, before: Version | None, user: Any) -> None:
    record = version.current()
    try:
        if before is not None:
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
