"""Several archives in one database, one open at a time, and the web between them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from events import backup
from events.harvesting import harvest
from events.importing.watching import Report, Watcher
from events.links.http_probe import Fetched
from events.models import Conference, Speaker, Version, WatchedPage
from events.search import indexing


class Web:
    """What the archives have on the web: their dumps and what their permanent addresses answer."""

    def __init__(self) -> None:
        self.archives: dict[str, Archive] = {}
        self.asked: list[str] = []
        self.pauses: list[float] = []
        self.robots = ""

    def ask(self, url: str, limit: int, headers: Mapping[str, str]) -> Fetched:
        self.asked.append(url)
        parts = urlsplit(url)
        archive = self.archives[parts.netloc]
        if parts.path == "/robots.txt":
            return Fetched(url, 200 if self.robots else 404, {}, self.robots.encode())
        if parts.path.startswith("/id/"):
            return Fetched(url, archive.answers.get(parts.path.removeprefix("/id/"), 404))
        path = archive.dump / parts.path.removeprefix("/dump/")
        return Fetched(url, 200, {}, path.read_bytes()) if path.is_file() else Fetched(url, 404)


class Archive:
    """An archive whose state is a backup: `with archive.open():` is a session in it, after which it has a new dump."""

    def __init__(self, host: str, folder: Path, web: Web, sessions: int = 0) -> None:
        self.host, self.address, self.folder, self.web = host, f"https://{host}", folder / host, web
        self.sessions, self.answers = sessions, {}
        # Whether anybody reads its dump.
        self.is_read = True
        web.archives[host] = self

    @property
    def dump(self) -> Path:
        return self.folder / f"dump-{self.sessions}"

    @contextmanager
    def open(self) -> Iterator[None]:
        with transaction.atomic():
            if self.sessions:
                backup.load(backup.find(self.folder / f"backup-{self.sessions}"))
                for _count in indexing.rebuild():
                    pass
            cache.clear()
            yield
            self.sessions += 1
            backup.write(self.folder / f"backup-{self.sessions}")
            if self.is_read:
                self._publish()
            transaction.set_rollback(True)

    def _publish(self) -> None:
        # Of the photos of these events there are only names.
        with suppress(CommandError):
            call_command("dump_archive", str(self.dump), address=self.address, verbosity=0)
        shown: set[str] = set()
        for model in (Conference, Speaker):
            shown.update(map(str, model.objects.published().values_list("uid", flat=True)))
        known = Version.objects.filter(model__in=("conference", "speaker")).values_list("record", flat=True)
        gone = set(map(str, known)) - shown
        self.answers = dict.fromkeys(shown, 200) | {uid: Client().get(f"/id/{uid}").status_code for uid in gone}

    def watch(self, *others: "Archive", kind: str = "archive") -> Report:
        """A round over these archives, inside a session."""
        WatchedPage.objects.update(is_active=False)
        for other in others:
            values = {"name": other.host, "kind": kind, "is_active": True}
            WatchedPage.objects.update_or_create(url=f"{other.address}/dump/", defaults=values)
        return Watcher(self.web.ask, self.web.pauses.append, harvest=harvest).watch()
