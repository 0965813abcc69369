"""The events of the archive that rows of a table may mean, read together, and rows grouped by event."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models

from ... import table
from ...models import Conference, OrganisationParticipation, SpeakerParticipation, Subject, Talk, Version
from ...russian.folding import sort_key
from ...table import TableRow
from .cells import event_heading

# What has to be written together, usually one event: its rows, in groups as they stand together in the table.
Unit = list[list[TableRow]]

# Events that are read together.
BATCH_SIZE = 100
# Rows of several events that are written in one block. Closing a block costs most of what a small event costs; ten
# rows keep other writers waiting for less than half a second of a slow machine.
BLOCK_ROWS = 10
# The cells by which a row names its event; what the others say of it must not differ.
IDENTITY = ("code", "title", "theme", "kind", "start")


def group_rows(rows: Iterable[TableRow]) -> Iterator[list[TableRow]]:
    """Group the rows by event: a row without event cells, or with the same ones, belongs to the event above."""
    group: list[TableRow] = []
    for row in rows:
        if group and not _same_event(group[0], row):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _same_event(first: TableRow, row: TableRow) -> bool:
    cells = {key: row.cells[key] for key in IDENTITY if key in row.cells}
    if "code" in cells and "code" in first.cells:
        return cells["code"] == first.cells["code"]
    return all(first.cells.get(key) == value for key, value in cells.items())


class KnownEvents:
    """The stored events that some rows may mean, prefetched with everything that is compared."""

    def __init__(self, cells: Iterable[table.Row]) -> None:
        self.by_code: dict[str, Conference] = {}
        self.by_heading: dict[str, list[Conference]] = {}
        self.read(list(cells))

    def read(self, wanted: list[table.Row]) -> None:
        """Read, or read again, the events that these rows may mean."""
        codes = [row["code"] for row in wanted if "code" in row]
        for code in codes:
            self.by_code.pop(code, None)
        keys = {sort_key(event_heading(row)) for row in wanted if "code" not in row} - {""}
        queryset = Conference.objects.filter(models.Q(slug__in=codes) | models.Q(heading_key__in=keys))
        self.by_heading |= {key: [] for key in keys}
        for found in _with_related(queryset):
            self.by_code[found.slug] = found
            if found.heading_key in keys:
                self.by_heading[found.heading_key].append(found)


def _with_related(conferences: models.QuerySet) -> models.QuerySet:
    # Hidden people, too: their parts must be known to stay as they are.
    parts = SpeakerParticipation.objects.select_related("speaker", "role", "organisation__parent")
    people = models.Prefetch("people", parts)
    organisations = models.Prefetch("organisations", OrganisationParticipation.objects.with_names())
    subjects = models.Prefetch("subjects", Subject.objects.select_related("speaker"))
    talks = models.Prefetch("talks", Talk.objects.select_related("kind", "session"))
    return conferences.select_related("kind", "series", "venue").prefetch_related(
        "dates", "topics", "sources", "recordings", "sessions", people, subjects, organisations, talks
    )


def newest_version() -> int:
    """The key of the newest version: every change by people makes one."""
    return Version.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def join_groups(groups: list[list[TableRow]], known: KnownEvents) -> list[Unit]:
    """Join the groups that name one event, by its code or heading."""
    units: list[tuple[set[str], Unit]] = []
    for rows in groups:
        cells = rows[0].cells
        stored = known.by_code.get(cells.get("code", ""))
        names = {cells.get("code", ""), sort_key(event_heading(cells)), stored.heading_key if stored else ""} - {""}
        for found in known.by_heading.get(sort_key(event_heading(cells)), []):
            names.add(found.slug)
        same = [unit for unit in units if unit[0] & names]
        joined = (names.union(*(unit[0] for unit in same)), [*(part for unit in same for part in unit[1]), rows])
        if same:
            units[units.index(same[0])] = joined
            units = [unit for unit in units if unit not in same[1:]]
        else:
            units.append(joined)
    return [unit[1] for unit in units]


def in_blocks(units: list[Unit], size: int) -> Iterator[list[Unit]]:
    """Yield units that have at most so many rows together; one of more rows alone."""
    block: list[Unit] = []
    count = 0
    for unit in units:
        rows = sum(map(len, unit))
        if block and count + rows > size:
            yield block
            block, count = [], 0
        block.append(unit)
        count += rows
    if block:
        yield block


class StoredEvent:
    """An event being imported, with what the archive had of it before."""

    def __init__(self, conference: Conference) -> None:
        self.conference, self.is_new = conference, conference.pk is None

    def rows(self, name: str) -> list[Any]:
        """Return the stored rows of the event; a new event has none."""
        return [] if self.is_new else list(getattr(self.conference, name).all())

    def row(self, name: str, **values: str) -> Any:
        """Return the first stored row with these values."""
        rows = self.rows(name)
        return next((row for row in rows if all(getattr(row, key) == values[key] for key in values)), None)
