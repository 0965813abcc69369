"""What an import did, or would do: values that change, new events, problems, and how each is put into words."""

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from ...models import ConferenceDate, SpeakerParticipation, Subject, Talk
from ...models.fields import PartialDateField, partial_date
from ...russian import person_names
from ...table import HEADERS


@dataclass
class Problem:
    """What is wrong in which cell, and how to correct it."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return _("Row %(row)d, column “%(column)s”: %(message)s") % {
            "row": self.row,
            "column": self.column,
            "message": self.message,
        }


@dataclass(frozen=True)
class Change:
    """A value that the import changes."""

    record: str
    column: str
    old: str
    new: str


@dataclass
class NewEvent:
    """An event that the import adds, and what it says of it: column and value."""

    heading: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    title: str = ""
    days: frozenset[str] = frozenset()


@dataclass
class Report:
    """What an import did, or would do."""

    # Records, each with a history of its own; talks belong to their events and are counted apart.
    added: list[str] = field(default_factory=list)
    added_talks: int = 0
    events: list[NewEvent] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    # Events and talks.
    unchanged: list[str] = field(default_factory=list)
    # Names in the table with the stored records to which they were resolved, for review.
    matched: list[str] = field(default_factory=list)
    # How each new name was taken apart, and what the archive has that is like new records.
    names: list[person_names.PersonName] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)
    # What the archive has and the table leaves empty or out: it stays.
    kept: list[str] = field(default_factory=list)
    # What is to be looked at in cells that are no problems.
    told: list[str] = field(default_factory=list)
    # The number of the import, once something is written.
    import_number: int | None = None
    # Nothing is written, because other values would change than those agreed to.
    is_outdated: bool = False
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_partial(self) -> bool:
        """Whether the archive changed between check and writing, so that only a part could be written."""
        return bool(self.problems and self.import_number)

    @property
    def changes_digest(self) -> str:
        """A digest of all changed values, as somebody saw them and agreed to them."""
        return hashlib.sha256(repr(self.changed).encode()).hexdigest()


def joined(values: Iterable[object]) -> str:
    return "; ".join(str(value) for value in values if value)


def shown_value(record: models.Model, name: str, value: Any) -> str:
    """The value of a field as people read it: of a choice its label."""
    field = record._meta.get_field(name)
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    if isinstance(field, PartialDateField):
        return str(partial_date(value) or "")
    return str(dict(getattr(field, "flatchoices", ())).get(value, value or ""))


def described(record: object) -> str:
    """A row of an event with what the table says of it; several rows; a value as it is."""
    if isinstance(record, list):
        return joined(map(described, record))
    if isinstance(record, ConferenceDate):
        supplied = HEADERS["year_supplied"].lower() if record.year_supplied else ""
        details: list[object] = [record.start_time and f"{record.start_time:%H:%M}", supplied]
    elif isinstance(record, SpeakerParticipation):
        details = [record.position, record.organisation, record.talk]
    elif isinstance(record, Subject):
        details = [record.talk]
    elif isinstance(record, Talk):
        details = [record.start_time and f"{record.start_time:%H:%M}", record.kind, record.session]
    else:
        details = []
    return ", ".join(str(part) for part in (record, *details) if part)
