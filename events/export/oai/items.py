"""What is harvested: events with their talks, and the tombstones of what was public once.

A source gives items in the order of their last change, page by page from a key, so that the last page costs what the
first does. Another source is a class like these and a line in `SOURCES`.
"""

import datetime
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from django.db.models import Min, Q, QuerySet

from ...models import Conference, ConferenceKind, OldAddress, Organisation, Talk, Topic
from ..record import Record, describe, load

Key = tuple[datetime.datetime, int]
PAGE_SIZE = 50  # events; each with its talks


@dataclass(frozen=True)
class Item:
    uid: uuid.UUID
    changed: datetime.datetime
    sets: tuple[str, ...] = ()
    record: Record | None = None  # None: it is no longer public


class Window(NamedTuple):
    """What a harvester asks for: changed at or after `since`, before `until`, in a set."""

    since: datetime.datetime | None = None
    until: datetime.datetime | None = None
    set: str = ""


class Source(Protocol):
    def page(self, window: Window, after: Key | None, base: str) -> tuple[list[Item], Key | None]:
        """Items after a key, and the key of the last if there are more."""

    def find(self, uid: uuid.UUID, base: str) -> Item | None: ...

    def earliest(self) -> datetime.datetime | None: ...


class Conferences:
    """Events that are or were public; talks are harvested with their event and have its moment of change."""

    @staticmethod
    def ever_public() -> QuerySet:
        return Conference.objects.filter(published__isnull=False)

    def page(self, window: Window, after: Key | None, base: str) -> tuple[list[Item], Key | None]:
        records = _in_set(self.ever_public(), window.set)
        if window.since:
            records = records.filter(changed__gte=window.since)
        if window.until:
            records = records.filter(changed__lt=window.until)
        if after:
            # Written so that the index on `changed` finds the place.
            records = records.filter(Q(changed__gte=after[0]) & (Q(changed__gt=after[0]) | Q(pk__gt=after[1])))
        keys = list(records.order_by("changed", "pk").values_list("pk", "changed", "uid")[: PAGE_SIZE + 1])
        has_more, keys = len(keys) > PAGE_SIZE, keys[:PAGE_SIZE]
        pks = [pk for pk, _changed, _uid in keys]
        public = {one.pk: one for one in load(Conference.objects.filter(pk__in=pks))}
        gone = _talks_of([pk for pk in pks if pk not in public])
        items = []
        for pk, changed, uid in keys:
            if pk in public:
                items += _items(public[pk], base)
            else:
                items += [Item(one, changed) for one in (uid, *gone.get(pk, ()))]
        return items, (keys[-1][1], keys[-1][0]) if has_more else None

    def find(self, uid: uuid.UUID, base: str) -> Item | None:
        talk_of = Talk.objects.filter(uid=uid).values("conference")
        conference = self.ever_public().filter(Q(uid=uid) | Q(pk__in=talk_of)).first()
        if conference is None:
            return None
        public = load(Conference.objects.filter(pk=conference.pk)).first()
        items = _items(public, base) if public else [Item(uid, conference.changed)]
        return next((item for item in items if item.uid == uid), None)

    def earliest(self) -> datetime.datetime | None:
        return self.ever_public().aggregate(first=Min("changed"))["first"]


class Tombstones:
    """Deleted events and talks that were public; which sets they were in is not known any more."""

    @staticmethod
    def deleted() -> QuerySet:
        return OldAddress.objects.tombstones().filter(kind__in=("conference", "talk"))

    def page(self, window: Window, after: Key | None, base: str) -> tuple[list[Item], Key | None]:
        if window.set:
            return [], None
        rows = self.deleted()
        if window.since:
            rows = rows.filter(changed__gte=window.since)
        if window.until:
            rows = rows.filter(changed__lt=window.until)
        if after:
            rows = rows.filter(Q(changed__gte=after[0]) & (Q(changed__gt=after[0]) | Q(pk__gt=after[1])))
        found = list(rows.order_by("changed", "pk").values_list("pk", "changed", "record")[: PAGE_SIZE + 1])
        has_more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
        items = [Item(uid, changed) for _pk, changed, uid in found]
        return items, (found[-1][1], found[-1][0]) if has_more else None

    def find(self, uid: uuid.UUID, base: str) -> Item | None:
        changed = self.deleted().filter(record=uid).values_list("changed", flat=True).first()
        return Item(uid, changed) if changed else None

    def earliest(self) -> datetime.datetime | None:
        return self.deleted().aggregate(first=Min("changed"))["first"]


SOURCES: tuple[Source, ...] = (Conferences(), Tombstones())


def _items(conference: Conference, base: str) -> Iterator[Item]:
    event, sets = describe(conference, base), tuple(_sets(conference))
    yield Item(conference.uid, conference.changed, sets, event)
    yield from (Item(talk.uid, conference.changed, sets, talk) for talk in event.parts)


def _talks_of(conferences: list[int]) -> dict[int, list[uuid.UUID]]:
    found: dict[int, list[uuid.UUID]] = {}
    for pk, uid in Talk.objects.filter(conference__in=conferences).values_list("conference", "uid"):
        found.setdefault(pk, []).append(uid)
    return found


# Sets: a talk is in those of its event.


def _sets(conference: Conference) -> list[str]:
    topics = {topic.slug for topic in conference.topics.all()}
    topics |= {one.tag.slug for talk in conference.talks.all() for one in talk.loaded_topics}
    organisations: set[str] = set()
    parts: list[Any] = [*conference.organisations.all(), *conference.people.all()]
    for organisation in (conference.venue, *(part.organisation for part in parts)):
        if organisation:
            organisations |= {organisation.slug, *([organisation.parent.slug] if organisation.parent else [])}
    return [
        *([f"year-{conference.year}"] if conference.year else []),
        *([f"kind-{conference.kind.slug}"] if conference.kind else []),
        *(f"topic-{slug}" for slug in sorted(topics)),
        *(f"organisation-{slug}" for slug in sorted(organisations)),
    ]


def _in_set(conferences: Any, name: str) -> Any:
    what, _mark, value = name.partition("-")
    match what:
        case "":
            return conferences
        case "year" if value.isascii() and value.isdecimal() and len(value) == 4:
            return conferences.in_year(int(value))
        case "kind":
            return conferences.of_kind(value)
        case "topic":
            return conferences.on_topic(value)
        case "organisation":
            return conferences.with_organisation(value)
    return conferences.none()


SETS_PAGE_SIZE = 500


def sets(after: str) -> tuple[list[tuple[str, str]], str]:
    """Names and titles of the sets after a name, and the last name if there are more; each kind in order."""
    found: list[tuple[str, str]] = []
    for what, records in _set_records().items():
        last = after.removeprefix(f"{what}-") if after.startswith(f"{what}-") else ""
        if after and not last and list(_set_records()).index(what) < _position(after):
            continue
        room = SETS_PAGE_SIZE + 1 - len(found)
        if room > 0:
            found += [(f"{what}-{value}", name) for value, name in records(last, room)]
    if len(found) > SETS_PAGE_SIZE:
        return found[:SETS_PAGE_SIZE], found[SETS_PAGE_SIZE - 1][0]
    return found, ""


def _position(name: str) -> int:
    return list(_set_records()).index(name.partition("-")[0])


def _set_records() -> dict[str, Any]:
    return {"year": _years, "kind": _kinds, "topic": _topics, "organisation": _organisations}


def _years(after: str, room: int) -> list[tuple[str, str]]:
    years = Conference.objects.published().filter(year__gt=int(after or 0)).order_by("year")
    return [(str(year), str(year)) for year in years.values_list("year", flat=True).distinct()[:room]]


def _kinds(after: str, room: int) -> list[tuple[str, str]]:
    used = Conference.objects.published().order_by().values("kind")
    kinds = ConferenceKind.objects.filter(pk__in=used, slug__gt=after).order_by("slug")
    return list(kinds.values_list("slug", "name")[:room])


def _topics(after: str, room: int) -> list[tuple[str, str]]:
    topics = Topic.objects.published().filter(slug__gt=after).order_by("slug")
    return list(topics.values_list("slug", "name")[:room])


def _organisations(after: str, room: int) -> list[tuple[str, str]]:
    records = Organisation.objects.published().filter(slug__gt=after).order_by("slug")
    return list(records.values_list("slug", "name")[:room])
