"""The archive on two machines: its processes, their settings, its content, and how a visitor reaches it."""

import http.client
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bench.__main__ import say
from tests.site import Site

from .servers import NAME, Nginx, Postgres, Redis


class Size(NamedTuple):
    records: int
    seconds: int
    requests: int  # during the rolling restart
    megabytes: int  # of the recording


SIZES = {"small": Size(100, 6, 3_000, 20), "full": Size(2_000, 20, 20_000, 100)}


class Cluster:
    """A primary, a replica, Redis, three web processes on two machines, nginx before them."""

    def __init__(self, folder: Path, size: Size) -> None:
        folder.chmod(0o755)
        self.folder, self.size = folder, size
        self.primary: Postgres | None = None
        self.replica: Postgres | None = None
        self.redis: Redis | None = None
        self.nginx: Nginx | None = None
        self.machines = [folder / "machine-1", folder / "machine-2"]
        for machine in self.machines:
            machine.mkdir()
        self.media = folder / "media"
        for place in ("media", "media/recordings"):
            (folder / place).mkdir(exist_ok=True)
        for machine in self.machines:
            (machine / "media").symlink_to(self.media)
        self.sites = [Site(self.machines[number]) for number in (0, 0, 1)]

    def start(self) -> None:
        say("Starting PostgreSQL, Redis, nginx and three web processes…")
        self.primary = Postgres(self.folder / "primary")
        self.primary.sql(f"CREATE DATABASE {NAME}")
        self.redis = Redis()
        self._configure()
        self._fill()
        self.replica = Postgres(self.folder / "replica", self.primary)
        self.primary.set(synchronous_standby_names="replica", synchronous_commit="on")
        self._configure()
        for number, site in enumerate(self.sites):
            site.log = (self.folder / f"web-{number}.log").open("ab")
            site.start()
        self.nginx = Nginx(self.folder, self.sites, self.media)
        self.front = Front(self.nginx.port)
        wait_for(lambda: self.front.get("/robots.txt").status == 200)

    def _configure(self) -> None:
        hosts = ",".join(f"127.0.0.1:{one.port}" for one in (self.primary, self.replica) if one)
        environment = {
            "DATABASE_URL": f"postgres://{NAME}@{hosts}/{NAME}",
            "CACHE_URL": f"redis://127.0.0.1:{self.redis.port}/0",
            "SECRET_KEY": "a long fictitious secret that all machines of this test share",
            "ALLOWED_HOSTS": "127.0.0.1",
            "HTTPS": "0",
            "BEHIND_PROXY": "1",
            "X_ACCEL_MEDIA": "/protected-media/",
            "API_RATE": "60",
            "WEB_CONCURRENCY": "1",
            "LOG_LEVEL": "WARNING",
            "ACCESS_LOG": "0",
        }
        if self.replica:
            # In the other order: a replica that was promoted is the primary and no longer read as a replica.
            hosts = f"127.0.0.1:{self.replica.port},127.0.0.1:{self.primary.port}"
            environment["REPLICA_URL"] = f"postgres://{NAME}@{hosts}/{NAME}?target_session_attrs=prefer-standby"
        for site in self.sites:
            site.environment.update(environment)

    def _fill(self) -> None:
        say(f"Filling it with {self.size.records} records…")
        site = self.sites[0]
        site.fill()
        self.sites[2].manage("collectstatic", "--no-input", "--verbosity=0")
        site.python("-m", "bench.sample_data", "--quiet", "--records", str(self.size.records))
        site.manage("rebuild_search", "--verbosity=0")
        prepared = site.python("-m", "bench.cluster.prepared", str(self.size.megabytes))
        self.places: list[dict[str, str]] = json.loads(prepared.splitlines()[-1])

    def stop(self) -> None:
        for program in (self.nginx, self.redis, self.replica, self.primary):
            if program:
                program.stop()
        for site in self.sites:
            if site.process and site.process.poll() is None:
                site.stop()


class Front:
    """What a visitor reaches: requests on connections of their own.

    A connection that was closed before anything was answered is made again once, as browsers do (RFC 9110, 9.2.2):
    nginx closes those on which nothing was asked yet when it takes a new configuration.
    """

    def __init__(self, port: int) -> None:
        self.port, self.closed = port, 0

    def get(self, address: str, is_again: bool = False, **headers: str) -> "Answer":
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", address, headers=headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read())
        except ConnectionResetError:  # http.client.RemoteDisconnected is one
            self.closed += 1
            return Answer(599, b"") if is_again else self.get(address, True, **headers)
        except (OSError, http.client.HTTPException):
            return Answer(599, b"")
        finally:
            connection.close()


class Answer(NamedTuple):
    status: int
    content: bytes


def wait_for(is_so: Callable[[], bool], seconds: float = 30) -> float:
    """How long it took until it was so."""
    started = time.monotonic()
    while not is_so():
        if time.monotonic() - started > seconds:
            raise RuntimeError("It did not come to that in time.")
        time.sleep(0.05)
    return time.monotonic() - started
