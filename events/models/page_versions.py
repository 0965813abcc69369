"""Versions by which pages are cached: one number for the whole public archive, one for each record's page."""

import datetime
import uuid
from collections.abc import Iterable
from typing import NamedTuple

from django.db import models, transaction
from django.dispatch import Signal
from django.utils import timezone

# Sent when a number of the public archive is committed. Argument: number.
revision_committed = Signal()


class PublicRevision(models.Model):
    """The revision number of the public archive, one row: higher after each change that the public can see."""

    # Counts the changes of this database; loaddata leaves these rows out.
    is_derived = True

    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        return cls.objects.values_list("number", flat=True).first() or 0

    @classmethod
    def set(cls, number: int) -> None:
        """Store the number. Last in the transaction: until the commit every other writer waits for this row."""
        if not cls.objects.filter(pk=1).update(number=number):
            cls.objects.create(pk=1, number=number)
        transaction.on_commit(lambda: revision_committed.send(cls, number=number))


class PageVersion(models.Model):
    """The public revision in which something that a record's page shows last changed."""

    is_derived = True

    record = models.UUIDField(primary_key=True)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.record}: {self.number}"

    @classmethod
    def set(cls, records: Iterable[uuid.UUID | str], number: int) -> None:
        """Store the number for these records, in the order of their keys, so that two writers never lock crosswise."""
        rows = [cls(record=record, number=number) for record in sorted(map(str, set(records)))]
        cls.objects.bulk_create(rows, update_conflicts=True, unique_fields=["record"], update_fields=["number"])

    @classmethod
    def of(cls, record: uuid.UUID) -> int:
        return cls.objects.filter(record=record).values_list("number", flat=True).first() or 0


class ShownVersion(NamedTuple):
    """What a whole page depends on: a record's page version, or the public revision; and today, if it shows that."""

    number: int
    record: uuid.UUID | None = None
    day: datetime.date | None = None

    @classmethod
    def now(cls, record: uuid.UUID | None = None, today: bool = False) -> "ShownVersion":
        """The version as it is now. To be asked for before the page's first query, so that it is never too new."""
        number = PublicRevision.current() if record is None else PageVersion.of(record)
        return cls(number, record, timezone.localdate() if today else None)

    def is_current(self) -> bool:
        """Whether a page of this version still shows what the archive has; one query."""
        return self == ShownVersion.now(self.record, today=self.day is not None)
