"""Replay a log of the server, 100,000 lines by default, and compare the counted visits with those that were put in.

The log is made of the public records of the archive in the database, in both formats: readers, some of whom click
twice or come again, answers 304 to browsers that keep a page, players that ask for a file in parts, robots, staff, and
what is no visit. A new archive: `make bench-visits`.
"""

import argparse
import datetime
import logging
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "confarchive.settings")

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
YANDEX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/128.0 YaBrowser/24.7 Safari/537.36"
ROBOTS = [
    "-",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Сборщик библиотечных новостей/1.0 (+https://library.example)",
    "python-requests/2.32",
    "curl/8.5.0",
]
NO_VISITS = ["/", "/conferences/", "/search/?q=чтение", "/static/css/site.css", "/api/v1/", "/indexes/places/"]
START = datetime.datetime(2026, 3, 20, tzinfo=datetime.timezone(datetime.timedelta(hours=3)))
STEP = datetime.timedelta(seconds=20)  # between lines: who clicks twice does so within thirty seconds
LONG_AGO = 400  # lines, after which the same page is a new visit, of a recording, too


def own(moment: datetime.datetime, address: str, path: str, status: int, agent: str, method: str = "GET") -> str:
    at = moment.strftime("%Y-%m-%dT%H:%M:%S%z")
    return f'{at} INFO confarchive.access [0a1b]: {method} {path} {status} 12ms {address} "{agent}"\n'


def nginx(moment: datetime.datetime, address: str, path: str, status: int, agent: str, method: str = "GET") -> str:
    at = moment.strftime("%d/%b/%Y:%H:%M:%S %z")
    return f'{address} - - [{at}] "{method} {path} HTTP/1.1" {status} 512 "-" "{agent}"\n'


@dataclass
class Log:
    """Lines, and what of them is to be counted: visits by record, month and action."""

    pages: list[tuple[str, str, str]]  # path, uid of the record, action
    line: Callable[..., str]
    chance: random.Random
    texts: list[str] = field(default_factory=list)
    expected: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    robots: int = 0
    staff: int = 0
    _readers: list[tuple[int, str, tuple[str, str, str]]] = field(default_factory=list)

    def fill(self, lines: int) -> "Log":
        kinds: dict[Any, int] = {
            self.reader: 40,
            self.again: 10,
            self.much_later: 8,
            self.robot: 20,
            self.of_staff: 5,
            self.nothing: 17,
        }
        while len(self.texts) < lines:
            self.chance.choices(list(kinds), list(kinds.values()))[0]()
        return self

    @property
    def moment(self) -> datetime.datetime:
        return START + len(self.texts) * STEP

    def write(self, address: str, path: str, status: int, agent: str, method: str = "GET") -> None:
        self.texts.append(self.line(self.moment, address, path, status, agent, method))

    def address(self) -> str:
        """One that no other line has."""
        number = len(self.texts)
        return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"

    def count(self, page: tuple[str, str, str]) -> None:
        _path, uid, action = page
        self.expected[uid, self.moment.strftime("%Y-%m"), action] += 1

    def reader(self) -> None:
        page, address = self.chance.choice(self.pages), self.address()
        self.count(page)
        self._readers.append((len(self.texts), address, page))
        status = 206 if page[0].startswith("/media/") else self.chance.choice([200, 200, 304])
        self.write(address, self.chance.choice(["", "/en"]) * (page[2] == "view") + page[0], status, FIREFOX)

    def again(self) -> None:
        """The line before once more, if it is a reader's: a click too many, or the next part of a file."""
        if self._readers and self._readers[-1][0] == len(self.texts) - 1 and self.texts[-1].count("/en/") == 0:
            _at, address, page = self._readers[-1]
            self.write(address, page[0], 200, FIREFOX)

    def much_later(self) -> None:
        if self._readers and len(self.texts) - self._readers[0][0] > LONG_AGO:
            _at, address, page = self._readers.pop(0)
            self.count(page)
            self.write(address, page[0], 200, FIREFOX)

    def robot(self) -> None:
        self.robots += 1
        self.write(self.address(), self.chance.choice(self.pages)[0], 200, self.chance.choice(ROBOTS))

    def of_staff(self) -> None:
        """A page, then the admin; the next time this page is opened so much later that it would count again."""
        page = self.pages[self.staff % len(self.pages)]
        address = f"192.0.2.{self.staff // len(self.pages) % 200}"
        self.staff += 1
        self.write(address, page[0], 200, YANDEX)
        self.write(address, "/admin/events/conference/", 200, YANDEX)

    def nothing(self) -> None:
        """Lists and styles, what is not there, what is sent, and somebody curious at the login."""
        page = self.chance.choice(self.pages)[0]
        path, status, method = self.chance.choice(
            [(self.chance.choice(NO_VISITS), 200, "GET"), (page, 404, "GET"), (page, 200, "HEAD"), (page, 403, "POST")]
        )
        self.write(self.address(), path, status, FIREFOX, method)


def give_files() -> None:
    """Recordings of the archive's own, whose starts the log of a server shows."""
    from events import revisions
    from events.models import Recording

    with revisions.create():
        for recording in Recording.objects.published().filter(file="").order_by("pk")[:50]:
            Recording.objects.filter(pk=recording.pk).update(file=f"recordings/{recording.pk}.mp4")


def public_pages() -> list[tuple[str, str, str]]:
    """What there is to visit: pages, files of records, recordings that the archive keeps."""
    from events.models import Conference, Organisation, Recording, Speaker, Talk, Visits

    pages = []
    for model in (Conference, Talk, Organisation, Speaker):
        for one in model.objects.published().order_by("pk")[:300]:
            pages.append((one.get_absolute_url(), str(one.uid), str(Visits.Action.VIEW)))
    for one in Conference.objects.published().order_by("pk")[:50]:
        pages.append((f"{one.get_absolute_url()}export/bibtex/", str(one.uid), str(Visits.Action.DOWNLOAD)))
    for one in Recording.objects.published().exclude(file="").select_related("talk", "conference"):
        pages.append((f"/media/{one.file.name}", str((one.talk or one.conference).uid), str(Visits.Action.PLAY)))
    return pages


def difference(log: Log, name: str) -> Iterator[str]:
    """What the archive counts otherwise than was put in; nothing, if all is right."""
    from events.models import Visits
    from events.operations import visits

    Visits.objects.all().delete()
    report = visits.count(log.texts, name)
    counted = {(str(one.record), one.month, one.action): one.count for one in Visits.objects.all()}
    for key in sorted({*counted, *log.expected}):
        if counted.get(key, 0) != log.expected[key]:
            yield f"{key}: {counted.get(key, 0)} instead of {log.expected[key]}"
    for what, found, put_in in (("robots", report.robots, log.robots), ("staff", report.staff, log.staff)):
        if found != put_in:
            yield f"{what}: {found} instead of {put_in}"


def main() -> int:
    import django
    from django.db import transaction

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    lines = parser.parse_args().lines
    django.setup()
    logging.disable(logging.INFO)
    with transaction.atomic():
        give_files()
        wrong = sum(replay(name, line, lines) for name, line in (("application", own), ("nginx", nginx)))
        transaction.set_rollback(True)  # the archive stays as it was
    return bool(wrong)


def replay(name: str, line: Callable[..., str], lines: int) -> int:
    """Print what a log of this format gives; the number of differences."""
    log = Log(public_pages(), line, random.Random(20)).fill(lines)
    started = time.perf_counter()
    found = list(difference(log, name))
    seconds = time.perf_counter() - started
    sums: Counter[str] = Counter()
    for (_uid, _month, action), number in log.expected.items():
        sums[action] += number
    print(f"{name}: {len(log.texts):,} lines, {len(log.texts) / seconds:,.0f} a second")
    print(f"  put in: {dict(sums)}, robots {log.robots:,}, staff {log.staff:,}; differences: {len(found)}")
    print("".join(f"  {one}\n" for one in found[:10]), end="")
    return len(found)


if __name__ == "__main__":
    raise SystemExit(main())
