"""Visits counted from a log: the application's access lines or nginx's, in which cached pages stand as well.

Robots and staff are left out. Who came is known while a log is read and never stored.
"""

import datetime
import json
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from crawlerdetect import CrawlerDetect
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from ..batches import batched
from ..models import (
    Conference,
    CountedLog,
    CuratedCollection,
    Material,
    OldAddress,
    Organisation,
    PublicRevision,
    Recording,
    Series,
    Speaker,
    Talk,
    Topic,
    Visits,
)

Action = Visits.Action
FOLDERS: dict[str, Any] = {
    "conferences": Conference,
    "talks": Talk,
    "speakers": Speaker,
    "organisations": Organisation,
    "topics": Topic,
    "series": Series,
    "collections": CuratedCollection,
}
AT_ONCE = 500  # names in one statement
_REQUEST = r"(?P<method>\S+) (?P<path>\S+)"
_OWN = re.compile(
    rf"(?P<time>\S+) INFO confarchive\.access \[\S*\]: {_REQUEST} (?P<status>\d{{3}}) \d+ms (?P<address>\S+)"
    r'(?: "(?P<agent>[^"]*)")?'
)
_NGINX = re.compile(
    rf'(?P<address>\S+) \S+ \S+ \[(?P<time>[^\]]+)\] "{_REQUEST}[^"]*" (?P<status>\d{{3}}) \S+'
    r'(?: "[^"]*" "(?P<agent>[^"]*)")?'
)
_PAGE = re.compile(rf"/(?:en/)?(?P<folder>{'|'.join(FOLDERS)})/(?P<slug>[-\w]+)/(?:export/(?P<format>[-\w]+)/)?")
_RECORDING = re.compile(r"/(?:en/)?recordings/(?P<uid>[0-9a-f-]{36})(?P<rest>/|\.txt)")
_MEDIA = re.compile(r"/media/(?P<name>(?P<folder>recordings|materials)/.+)")
# Programs that name themselves by an address, a library, or not at all; CrawlerDetect knows the rest.
_PROGRAM = re.compile(
    r"^\W*$|https?:|@|bot\b|sickle|harvest|сборщик|робот|monitor|java/|okhttp|libwww|python|perl|ruby|php|curl|wget|go-http",
    re.IGNORECASE,
)
# Who clicks twice, or whose player asks for the next part of a file, came once.
SAME_VISIT = {
    Action.VIEW: datetime.timedelta(seconds=30),
    Action.DOWNLOAD: datetime.timedelta(seconds=30),
    Action.PLAY: datetime.timedelta(minutes=30),
}
SEEN = (200, 206, 304)


class Line(NamedTuple):
    moment: datetime.datetime
    path: str
    status: int
    visitor: int
    agent: str


class Report(NamedTuple):
    lines: int
    counted: int
    robots: int
    staff: int


class Visit(NamedTuple):
    """What was asked for: a record by its folder and slug, a recording by its uid, or a file by its name."""

    action: str
    folder: str
    name: str


def read_line(text: str) -> Line | None:
    """Read a line of either log; None for what is no request to see something."""
    fields = _fields(text)
    if not fields or fields["method"] != "GET":
        return None
    agent = fields.get("agent") or ""
    try:
        moment = _moment(str(fields["time"]))
        status = int(fields["status"])
    except ValueError:
        return None
    return Line(moment, str(fields["path"]).partition("?")[0], status, hash((fields["address"], agent)), agent)


def _fields(text: str) -> dict[str, Any] | None:
    if '"confarchive.access"' in text:
        try:
            found = json.loads(text[text.index("{") :])
        except ValueError:
            return None
        return found if {"time", "method", "path", "status", "address"} <= found.keys() else None
    match = _OWN.search(text) or _NGINX.match(text)
    return match.groupdict() if match else None


def _moment(text: str) -> datetime.datetime:
    if "/" in text:
        return datetime.datetime.strptime(text, "%d/%b/%Y:%H:%M:%S %z")
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")


@lru_cache(maxsize=1 << 14)
def is_robot(agent: str) -> bool:
    return bool(_PROGRAM.search(agent)) or CrawlerDetect().isCrawler(agent)


def visit_of(path: str) -> Visit | None:
    """What a path shows of the archive, if it is a record, a recording or a file."""
    if match := _PAGE.fullmatch(path):
        if match["format"] == "atom":
            return None
        return Visit(Action.DOWNLOAD if match["format"] else Action.VIEW, match["folder"], match["slug"])
    if match := _RECORDING.fullmatch(path):
        return Visit(Action.DOWNLOAD if match["rest"] == ".txt" else Action.VIEW, "recording", match["uid"])
    if match := _MEDIA.fullmatch(path):
        action = Action.PLAY if match["folder"] == "recordings" else Action.DOWNLOAD
        return Visit(action, match["folder"], match["name"])
    return None


class CountedMeanwhile(Exception):
    """Another run counted the same log while this one read it; nothing was stored."""


def count(texts: Iterable[str], name: str = "access") -> Report:
    """Count the lines that are newer than those counted before under this name, and store the sums by month.

    The log is read without a lock, so that nobody waits for it. Raises CountedMeanwhile.
    """
    log, _is_new = CountedLog.objects.get_or_create(name=name)
    tally = Tally(log.until)
    for text in texts:
        if line := read_line(text):
            tally.add(line)
    with transaction.atomic():
        locked = CountedLog.objects.select_for_update().get(name=name)
        if locked.until != log.until:
            raise CountedMeanwhile
        _store(tally.visits)
        locked.until = tally.until
        locked.save()
    return Report(tally.lines, sum(tally.visits.values()), tally.robots, tally.of_staff)


class Tally:
    """The visits of one run. A visitor who opened a page of the admin is staff, before it and after it."""

    def __init__(self, until: datetime.datetime | None) -> None:
        self.counted_before = self.until = until
        self.lines = self.robots = 0
        self._by_visitor: Counter[tuple[int, Visit, str]] = Counter()
        self._last: dict[tuple[int, Visit], datetime.datetime] = {}
        self._staff: set[int] = set()

    def add(self, line: Line) -> None:
        if self.counted_before and line.moment <= self.counted_before:
            return
        self.lines += 1
        self.until = max(filter(None, (self.until, line.moment)))
        if line.status not in SEEN:
            return
        if re.match(r"/(?:en/)?admin/(?!login|jsi18n)", line.path):
            self._staff.add(line.visitor)
        elif visit := visit_of(line.path):
            if is_robot(line.agent):
                self.robots += 1
                return
            before = self._last.get((line.visitor, visit))
            self._last[line.visitor, visit] = line.moment
            if before is None or line.moment - before > SAME_VISIT[Action(visit.action)]:
                month = timezone.localtime(line.moment).strftime("%Y-%m")
                self._by_visitor[line.visitor, visit, month] += 1

    @property
    def of_staff(self) -> int:
        return sum(number for (visitor, *_what), number in self._by_visitor.items() if visitor in self._staff)

    @property
    def visits(self) -> "Counter[tuple[Visit, str]]":
        found: Counter[tuple[Visit, str]] = Counter()
        for (visitor, visit, month), number in self._by_visitor.items():
            if visitor not in self._staff:
                found[visit, month] += number
        return found


def _store(visits: "Counter[tuple[Visit, str]]") -> None:
    records = _records({visit for visit, _month in visits})
    sums: Counter[tuple[Any, str, str]] = Counter()
    for (visit, month), number in visits.items():
        if uid := records.get((visit.folder, visit.name)):
            sums[uid, month, visit.action] += number
    for (record, month, action), number in sorted(sums.items(), key=str):
        key = {"record": record, "month": month, "action": action}
        if not Visits.objects.filter(**key).update(count=F("count") + number):
            Visits.objects.create(**key, count=number)
    if sums:
        # Reports show them: stored pages that are kept by the public revision are made anew.
        PublicRevision.set(PublicRevision.current() + 1)


def _records(visits: set[Visit]) -> dict[tuple[str, str], Any]:
    """The uid of the public record behind each folder and name; what a talk or an event has counts for it."""
    names: dict[str, set[str]] = {}
    for visit in visits:
        names.setdefault(visit.folder, set()).add(visit.name)
    found: dict[tuple[str, str], Any] = {}
    for folder, some in names.items():
        for part in batched(sorted(some), AT_ONCE):
            found.update({(folder, name): uid for name, uid in _found(folder, part)})
    return found


def _found(folder: str, names: list[str]) -> Iterable[tuple[str, Any]]:
    if model := FOLDERS.get(folder):
        by_slug = dict(model.objects.published().filter(slug__in=names).values_list("slug", "uid"))
        moved = {name: OldAddress.current(model, name) for name in names if name not in by_slug}
        current = model.objects.published().filter(slug__in=[slug for slug in moved.values() if slug])
        by_new = dict(current.values_list("slug", "uid"))
        return [*by_slug.items(), *((name, by_new[slug]) for name, slug in moved.items() if slug in by_new)]
    rows, key = (
        (Material, "file") if folder == "materials" else (Recording, "file" if folder == "recordings" else "uid")
    )
    public = rows.objects.filter(conference__in=Conference.objects.published(), **{f"{key}__in": names})
    return [
        (str(name), talk or conference)
        for name, talk, conference in public.values_list(key, "talk__uid", "conference__uid")
    ]
