"""make test-cluster: an archive on two machines with all that belongs to it, on ports of this one, and what it stands.

Prints a table of each scenario and ends with 1 if a promise of docs/cluster.md was not kept. SIZE=small tries it in
a few minutes, RECORDS=20000 on a larger archive, SCENARIOS="failover bucket" only these.
"""

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import boto3
from botocore.config import Config

from bench.trust import Visitor
from tests.site import ROOT, Site

from .servers import NAME, Nginx, Postgres, Redis, Swift, processor_seconds

WRITERS, READERS = 4, 8
RESUME, LARGEST_LAG, SLOW = 10.0, 2.0, 1.0  # seconds that were promised


class Size(NamedTuple):
    records: int
    seconds: int
    requests: int  # during the rolling restart
    megabytes: int  # of the recording


SIZES = {"small": Size(100, 6, 3_000, 20), "full": Size(2_000, 20, 20_000, 100)}


class Table:
    """What was measured, line by line, and which promises were not kept."""

    def __init__(self) -> None:
        self.broken: list[str] = []

    def title(self, text: str) -> None:
        print(f"\n{text}  [load {os.getloadavg()[0]:.1f}]", flush=True)

    def line(self, what: str, value: Any, kept: bool = True) -> None:
        print(f"    {what:<66}{value!s:>12}{'' if kept else '   NOT KEPT'}", flush=True)
        if not kept:
            self.broken.append(f"{what}: {value}")


class Cluster:
    """A primary, a replica, Redis, three web processes on two machines, nginx before them."""

    def __init__(self, folder: Path, size: Size) -> None:
        folder.chmod(0o755)
        self.folder, self.size = folder, size
        say("Starting PostgreSQL, Redis, nginx and three web processes…")
        self.primary = Postgres(folder / "primary")
        self.primary.sql(f"CREATE DATABASE {NAME}")
        self.redis = Redis()
        self.machines = [folder / "machine-1", folder / "machine-2"]
        for machine in self.machines:
            machine.mkdir()
        self.media = folder / "media"
        for place in ("media", "media/recordings"):
            (folder / place).mkdir(exist_ok=True)
        for machine in self.machines:
            (machine / "media").symlink_to(self.media)
        self.sites = [Site(self.machines[number]) for number in (0, 0, 1)]
        self.replica: Postgres | None = None
        self._configure()
        self._fill()
        self.replica = Postgres(folder / "replica", self.primary)
        self.primary.set(synchronous_standby_names="replica", synchronous_commit="on")
        self._configure()
        for number, site in enumerate(self.sites):
            site.log = (folder / f"web-{number}.log").open("ab")
            site.start()
        self.nginx = Nginx(folder, self.sites, self.media)
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


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def wait_for(is_so: Callable[[], bool], seconds: float = 30) -> float:
    """How long it took until it was so."""
    started = time.monotonic()
    while not is_so():
        if time.monotonic() - started > seconds:
            raise RuntimeError("It did not come to that in time.")
        time.sleep(0.05)
    return time.monotonic() - started


# ── Writers and readers ─────────────────────────────────────────────────────────────────────────────────────────────


class Load:
    """Four members of staff who rename a series each, and eight visitors who read them, in all web processes."""

    def __init__(self, cluster: Cluster, staff: Visitor) -> None:
        self.cluster, self.staff = cluster, staff
        self.ends = threading.Event()
        self.lock = threading.Lock()
        count = len(cluster.places)
        # Per series: what was acknowledged and when each number was; the newest that anybody has read.
        self.acknowledged = [0] * count
        self.moments: list[dict[int, float]] = [{} for _place in range(count)]
        self.read = [0] * count
        self.statuses: dict[str, Counter[int]] = {"read": Counter(), "write": Counter()}
        self.reads = self.older_than_saved = self.older_than_read = 0
        self.oldest = self.slowest = 0.0
        self.saved_at: list[float] = []

    @contextmanager
    def running(self) -> Iterator["Load"]:
        targets = [(self._write, number) for number in range(WRITERS)] + [(self._look, n) for n in range(READERS)]
        threads = [threading.Thread(target=target, args=(number,)) for target, number in targets]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self.ends.set()
            for thread in threads:
                thread.join()

    def _write(self, place: int) -> None:
        staff, address = Visitor(self.cluster.nginx, self.staff.cookies), self.cluster.places[place]["admin"]
        number = int(re.search(r"(\d+)$", self.cluster.places[place]["name"])[1])
        while not self.ends.is_set():
            number += 1
            try:
                form = staff.form(address)
            except RuntimeError:
                self.statuses["write"][503] += 1
                time.sleep(0.2)
                continue
            answer = staff.ask(address, {**form, "_continue": "1", "name": f"Слово {place} {number}"})
            moment = time.monotonic()
            with self.lock:
                self.statuses["write"][answer.status] += 1
                if answer.status == 302:
                    self.acknowledged[place], self.moments[place][number] = number, moment
                    self.saved_at.append(moment)
            if answer.status >= 500:
                time.sleep(0.2)

    def _look(self, reader: int) -> None:
        turn = reader
        while not self.ends.is_set():
            turn += 1
            place = turn % len(self.cluster.places)
            with self.lock:
                saved, read = self.acknowledged[place], self.read[place]
            started = time.monotonic()
            address = self.cluster.places[place]["page"] if turn % 3 else "/series/"
            answer = self.cluster.front.get(address)
            took = time.monotonic() - started
            found = re.search(rf"Слово {place} (\d+)", answer.content.decode(errors="replace"))
            with self.lock:
                self.statuses["read"][answer.status] += 1
                self.reads += 1
                self.slowest = max(self.slowest, took)
                if answer.status != 200:
                    continue
                number = int(found[1]) if found else 0
                if number < saved:
                    self.older_than_saved += 1
                    # The first change that is missing was acknowledged so long before the request began.
                    missing = min(n for n in self.moments[place] if n > number)
                    self.oldest = max(self.oldest, started - self.moments[place][missing])
                self.older_than_read += number < read
                self.read[place] = max(self.read[place], number)

    def report(self, table: Table, is_strict: bool = True) -> None:
        failed = sum(count for status, count in self.statuses["read"].items() if status >= 500)
        table.line("reads", self.reads)
        table.line("writes acknowledged", sum(len(one) for one in self.moments))
        table.line("answers to reads of 5xx", failed, failed == 0)
        table.line("pages older than one that was read before", self.older_than_read, self.older_than_read == 0)
        kept = self.older_than_saved == 0 or not is_strict
        table.line("pages older than the last acknowledged change", self.older_than_saved, kept)
        table.line("    by at most, s", f"{self.oldest:.2f}", self.oldest <= LARGEST_LAG)
        table.line("slowest read, s", f"{self.slowest:.2f}")

    def lost(self) -> int:
        """How many of the places have not what was acknowledged last; each was named by one writer."""
        lost = 0
        for place, acknowledged in enumerate(self.acknowledged):
            found = self.cluster.front.get(self.cluster.places[place]["page"]).content.decode()
            number = int((re.search(rf"Слово {place} (\d+)", found) or [0, 0])[1])
            lost += number < acknowledged
            self.cluster.places[place]["name"] = f"Слово {place} {max(number, acknowledged)}"
        return lost


# ── The scenarios ───────────────────────────────────────────────────────────────────────────────────────────────────


def spread(cluster: Cluster, staff: Visitor, table: Table) -> None:
    table.title("Reads are spread and fresh: synchronous_commit=on, shared cache")
    before = transactions(cluster)
    with Load(cluster, staff).running() as load:
        spent = processors(cluster)
        time.sleep(cluster.size.seconds)
        spent = {name: seconds - spent[name] for name, seconds in processors(cluster).items()}
    after = transactions(cluster)
    load.report(table)
    at_primary, at_replica = (now - then for now, then in zip(after, before, strict=True))
    share = at_replica / max(at_primary + at_replica, 1)
    table.line("transactions at the primary, at the replica", f"{at_primary}, {at_replica}", share > 0.2)
    for name, seconds in spent.items():
        table.line(f"processor time of {name}, %", f"{100 * seconds / sum(spent.values()):.0f}")
    load.lost()


def processors(cluster: Cluster) -> dict[str, float]:
    """Seconds of a core that each part of the archive has spent."""
    parts: dict[str, list[Any]] = {
        "the web processes": cluster.sites,
        "the primary": [cluster.primary],
        "the replica": [cluster.replica],
        "Redis and nginx": [cluster.redis, cluster.nginx],
    }
    return {name: sum(processor_seconds(one.process.pid) for one in some) for name, some in parts.items()}


def transactions(cluster: Cluster) -> list[int]:
    time.sleep(1.5)  # statistics are told when a backend is idle
    query = f"SELECT xact_commit FROM pg_stat_database WHERE datname = '{NAME}'"
    return [one.sql(query) for one in (cluster.primary, cluster.replica)]


def capacity(cluster: Cluster, staff: Visitor, table: Table) -> None:
    table.title(f"What {cluster.size.records} records cost")
    where = {"database": NAME}
    sizes = [
        cluster.primary.sql(f"SELECT {size} / 1e6", **where)
        for size in (f"pg_database_size('{NAME}')", "pg_total_relation_size('events_searchindex')")
    ]
    table.line("database, of it search index, MB", " ".join(f"{float(size):.0f}" for size in sizes))
    position = "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"
    address, before, taken = cluster.places[0]["admin"], cluster.primary.sql(position), []
    for number in range(10):
        form = staff.form(address)
        answer = staff.ask(address, {**form, "_continue": "1", "name": f"Слово 0 {10**5 + number}"})
        taken.append(answer.seconds if answer.status == 302 else 99)
    cluster.places[0]["name"] = f"Слово 0 {10**5 + number}"
    table.line("a save alone, ms, median", f"{1000 * sorted(taken)[5]:.0f}")
    table.line("WAL of a save, KB", f"{float(cluster.primary.sql(position) - before) / 10 / 1000:.0f}")
    for what, addresses in (
        ("kept pages", lambda number: cluster.places[number % WRITERS]["page"]),
        ("pages made anew", lambda number: f"{cluster.places[number % WRITERS]['page']}?again={number}"),
        ("lists made anew", lambda number: f"/conferences/?again={number}"),
        ("searches", lambda number: f"/search/?q=библиотека+{number}"),
    ):
        table.line(f"{what} a second, three processes", f"{rate(cluster, addresses):.0f}")
    for what, command in (("check_search", ["check_search"]), ("backup", ["backup", str(cluster.folder / "whole")])):
        started = time.monotonic()
        cluster.sites[0].manage(*command, "--verbosity=0")
        table.line(f"{what}, s", f"{time.monotonic() - started:.0f}")


def rate(cluster: Cluster, address: Callable[[int], str]) -> float:
    """Requests a second of eight visitors."""
    until, counts = time.monotonic() + cluster.size.seconds / 3, [0] * READERS

    def ask(reader: int) -> None:
        while time.monotonic() < until:
            where = urllib.parse.quote(address(reader + READERS * counts[reader]), safe="/?=&+")
            if cluster.front.get(where).status == 200:
                counts[reader] += 1

    threads = [threading.Thread(target=ask, args=(reader,)) for reader in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (cluster.size.seconds / 3)


def late(cluster: Cluster, staff: Visitor, table: Table) -> None:
    table.title("A replica that replays five seconds late is skipped")
    cluster.replica.set(recovery_min_apply_delay="5s")
    with Load(cluster, staff).running() as load:
        time.sleep(cluster.size.seconds / 2)
        states = [readiness(site) for site in cluster.sites]
        time.sleep(cluster.size.seconds / 2)
    load.report(table)
    said = ", ".join(sorted({state["replica"] for state in states}))
    table.line("/readyz says of the replica", said, said == "late")
    cluster.replica.set(recovery_min_apply_delay="0")
    wait_for(lambda: all(readiness(site)["replica"] == "ok" for site in cluster.sites))
    load.lost()


def readiness(site: Site) -> dict[str, Any]:
    try:
        return json.loads(site.get("/readyz"))
    except urllib.error.HTTPError as error:
        return json.loads(error.read())


def without_redis(cluster: Cluster, staff: Visitor, table: Table) -> None:
    for commit, is_strict in (("on", False), ("remote_apply", True)):
        table.title(f"Redis is killed and comes back: synchronous_commit={commit}")
        cluster.primary.set(synchronous_commit=commit)
        before = lines(cluster, "shared cache")
        with Load(cluster, staff).running() as load:
            time.sleep(cluster.size.seconds / 3)
            cluster.redis.kill()
            time.sleep(cluster.size.seconds / 3)
            cluster.redis.start()
            time.sleep(cluster.size.seconds / 3 + 2)
        load.report(table, is_strict)
        said = lines(cluster, "shared cache") - before
        table.line("lines in the logs of three processes (away, there again)", said, said == 6)
        load.lost()
    cluster.primary.set(synchronous_commit="on")


def lines(cluster: Cluster, text: str) -> int:
    return sum(path.read_text().count(text) for path in cluster.folder.glob("web-*.log"))


def rolling_restart(cluster: Cluster, staff: Visitor, table: Table) -> None:
    table.title("One process after another is restarted, a column is added meanwhile")
    wanted, statuses, lock, closed = cluster.size.requests, Counter[int](), threading.Lock(), cluster.front.closed
    addresses = ["/", "/conferences/", *(place["page"] for place in cluster.places), "/search/?q=слово"]
    addresses = [urllib.parse.quote(address, safe="/?=") for address in addresses]
    restarts = [0]
    ends = threading.Event()

    def ask(number: int) -> None:
        turn = number
        while not ends.is_set():
            turn += 1
            status = cluster.front.get(addresses[turn % len(addresses)]).status
            with lock:
                statuses[status] += 1

    def write() -> None:
        visitor, number = Visitor(cluster.nginx, staff.cookies), 10**6
        while not ends.is_set():
            number += 1
            address = cluster.places[0]["admin"]
            answer = visitor.save(address, name=f"Слово 0 {number}")
            with lock:
                statuses[answer.status] += 1
            cluster.places[0]["name"] = f"Слово 0 {number}"
            time.sleep(0.3)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(READERS)]
    threads.append(threading.Thread(target=write))
    for thread in threads:
        thread.start()
    started = time.monotonic()
    while sum(statuses.values()) < wanted or restarts[0] < 2 * len(cluster.sites):
        site = cluster.sites[restarts[0] % len(cluster.sites)]
        with cluster.nginx.without(site):
            site.stop()
            if restarts[0] == 1:
                cluster.primary.sql("ALTER TABLE events_series ADD COLUMN added_later text", database=NAME)
            site.start()
        restarts[0] += 1
    ends.set()
    for thread in threads:
        thread.join()
    cluster.primary.sql("ALTER TABLE events_series DROP COLUMN added_later", database=NAME)
    failed = sum(count for status, count in statuses.items() if status not in (200, 302))
    table.line("requests", sum(statuses.values()), sum(statuses.values()) >= wanted)
    table.line("restarts", restarts[0])
    table.line("connections closed unanswered by a reload, made again", cluster.front.closed - closed)
    table.line("failed", f"{failed} {dict(statuses) if failed else ''}", failed == 0)
    table.line("requests a second", f"{sum(statuses.values()) / (time.monotonic() - started):.0f}")


def once(cluster: Cluster, table: Table) -> None:
    table.title("The line of cron on both machines at once; limits over all processes")
    backups = cluster.folder / "backups"
    backups.mkdir()
    command = [sys.executable, "manage.py", "run_due"]
    runs = [
        subprocess.Popen(
            command, cwd=ROOT, env={**site.environment, "BACKUP_DIR": str(backups)}, text=True, stdout=subprocess.PIPE
        )
        for site in (*cluster.sites, cluster.sites[2])
    ]
    said = "".join(run.communicate()[0] for run in runs)
    made = len([path for path in backups.iterdir() if path.is_dir()])
    table.line("backups made by four runs at once", made, made == 1)
    table.line("runs that failed", sum(run.returncode != 0 for run in runs), all(run.returncode == 0 for run in runs))
    tidied = len(re.findall("^tidy:", said, re.MULTILINE))
    table.line("tidied", tidied, tidied == 1)

    while time.time() % 60 > 40:
        time.sleep(1)
    taken = Counter(
        Front(cluster.sites[number % 3].port).get("/api/v1/", **{"X-Forwarded-For": "192.0.2.7"}).status
        for number in range(90)
    )
    table.line("requests of the API taken of 90, with a limit of 60", taken[200], taken == {200: 60, 429: 30})
    statuses = []
    for number in range(6):
        visitor = Visitor(cluster.sites[number % 3])
        form = {**visitor.form("/admin/login/"), "username": "librarian", "password": "a wrong password"}
        statuses.append(visitor.ask("/admin/login/", form).status)
    table.line("wrong passwords, each at another process", statuses, statuses[:5] == [200] * 5 and statuses[5] == 429)


def slow_clients(cluster: Cluster, table: Table) -> None:
    table.title(f"Eight slow clients read a recording of {cluster.size.megabytes} MB by ranges")
    alone = Site(cluster.machines[0])
    alone.environment.update(
        {**cluster.sites[0].environment, "PORT": str(alone.port), "X_ACCEL_MEDIA": "", "WEB_CONCURRENCY": "2"}
    )
    alone.start()
    try:
        for name, port in (("nginx, X-Accel", cluster.nginx.port), ("make run, without a proxy", alone.port)):
            slowest, got = home_beside_slow_clients(port, cluster.places[0]["recording"], cluster.size.seconds)
            table.line(f"{name}: slowest of the home pages, s", f"{slowest:.2f}", slowest <= SLOW)
            table.line("    the slow clients got, MB", f"{got / 1e6:.1f}", got > 0)
    finally:
        alone.stop()


def home_beside_slow_clients(port: int, address: str, seconds: float) -> tuple[float, int]:
    ends, got = threading.Event(), [0] * 8

    def read(number: int) -> None:
        while not ends.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.connect()
            # A small window: what the kernel takes at once is not waited for.
            connection.sock.setsockopt(1, 8, 16384)
            connection.request("GET", address, headers={"Range": f"bytes={number * 1000}-"})
            answer = connection.getresponse()
            while not ends.is_set() and (part := answer.read(16384)):
                got[number] += len(part)
                time.sleep(0.25)
            connection.close()

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    slowest, until = 0.0, time.monotonic() + seconds
    while time.monotonic() < until:
        started = time.monotonic()
        status = Front(port).get("/").status
        slowest = max(slowest, time.monotonic() - started if status == 200 else 99.0)
        time.sleep(0.1)
    ends.set()
    for thread in threads:
        thread.join()
    return slowest, sum(got)


def bucket(cluster: Cluster, table: Table) -> None:
    table.title("Uploads in a bucket of OpenStack Swift by its S3 interface, which checks signatures")
    folder = cluster.folder / "bucket"
    swift = Swift(folder)
    site, copy = Site(folder / "site"), Site(folder / "copy")
    keys = {"S3_ENDPOINT": swift.url, "S3_ACCESS_KEY": swift.KEY, "S3_SECRET_KEY": swift.SECRET}
    server = boto3.client(
        "s3",
        endpoint_url=swift.url,
        aws_access_key_id=swift.KEY,
        aws_secret_access_key=swift.SECRET,
        region_name="us-east-1",
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    nginx = None
    try:
        wait_for(lambda: swift.answers())
        for one, name in ((site, "uploads"), (copy, "restored")):
            one.environment.update({**keys, "S3_BUCKET": name, "BEHIND_PROXY": "1", "ACCESS_LOG": "0"})
            server.create_bucket(Bucket=name)
        site.fill()
        site.manage("specimen", "--verbosity=0")
        files = json.loads(site.python("-m", "bench.cluster.prepared", "draft").splitlines()[-1])
        bucket_itself(site, server, files, swift, table)
        site.environment["X_ACCEL_MEDIA"] = "/protected-media/"
        site.start()
        (folder / "nginx").mkdir()
        nginx = Nginx(folder / "nginx", [site], folder, swift.url)
        front = Front(nginx.port)
        wait_for(lambda: front.get("/robots.txt").status == 200)
        behind_nginx(front, nginx, files, table)
        in_backups(site, copy, server, files["name"], folder, table)
    finally:
        for program in (nginx, swift):
            if program:
                program.stop()
        site.stop()


def bucket_itself(site: Site, server: Any, files: dict[str, str], swift: Swift, table: Table) -> None:
    site.start()
    front = Front(site.port)
    refused = front.get(files["draft"])
    table.line("a draft’s file, asked for by anybody", refused.status, refused.status == 404)
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    connection.request("GET", files["public"])
    answer = connection.getresponse()
    signed = answer.headers["Location"] or ""
    table.line("a public one without nginx: sent on to an address of, s", signed_seconds(signed), answer.status == 302)
    status, content = fetched(signed)
    table.line("    opened there, bytes", len(content), (status, len(content)) == (200, 1000))
    short = server.generate_presigned_url("get_object", {"Bucket": "uploads", "Key": files["name"]}, ExpiresIn=1)
    time.sleep(2)
    changed = signed.replace("X-Amz-Expires=300", "X-Amz-Expires=99999")
    for name, url in (("without signature", signed.split("?")[0]), ("changed", changed), ("expired", short)):
        status, _content = fetched(url)
        table.line(f"    asked for {name}", status, 400 <= status < 500)
    site.stop()


def signed_seconds(url: str) -> str:
    return (re.search(r"X-Amz-Expires=(\d+)", url) or ["", "not signed"])[1]


def fetched(url: str, **headers: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, b""


def behind_nginx(front: Front, nginx: Nginx, files: dict[str, str], table: Table) -> None:
    whole, part = front.get(files["public"]), front.get(files["public"], Range="bytes=10-19")
    statuses = [whole.status, part.status, len(part.content)]
    table.line("behind nginx: whole, by range, bytes of it", statuses, statuses == [200, 206, 10])
    staff = Visitor(nginx).log_in()
    statuses = [front.get(files["draft"]).status, staff.ask(files["draft"]).status]
    table.line("a draft’s file: anybody, staff", statuses, statuses == [404, 200])
    page = front.get("/conferences/").content.decode() + front.get("/").content.decode()
    events = set(re.findall(r'href="(/conferences/[\w-]+/)"', page))
    shown = "".join(front.get(event).content.decode() for event in events)
    pictures = sorted(set(re.findall(r"/media/[^\s\"?]+\?as=[\w.]+", shown)))
    made = [front.get(picture).status for picture in pictures[:6]]
    table.line("smaller pictures made", f"{made.count(200)} of {len(made)}", len(made) > 0 and set(made) == {200})


def in_backups(site: Site, copy: Site, server: Any, name: str, folder: Path, table: Table) -> None:
    def code(where: Site, *arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=where.environment, text=True, capture_output=True
        )
        return done.returncode, done.stdout + done.stderr

    table.line("check_archive", found := code(site, "check_archive")[0], found == 0)
    table.line("backup", found := code(site, "backup", str(folder / "backups"))[0], found == 0)
    copy.manage("migrate", "--verbosity=0")
    found, said = code(copy, "restore", str(folder / "backups"))
    table.line("restored into another bucket", found, found == 0)
    count = [len(server.list_objects_v2(Bucket=one).get("Contents", [])) for one in ("uploads", "restored")]
    table.line("    files in both", count, count[0] == count[1] > 3)
    table.line("    check_archive there", found := code(copy, "check_archive")[0], found == 0)
    server.delete_object(Bucket="restored", Key=name)
    found, said = code(copy, "check_archive")
    table.line("    with one file deleted from the bucket", found, found == 1 and f"missing: {name}" in said)


def failover(cluster: Cluster, staff: Visitor, table: Table) -> None:
    table.title(f"The primary is killed under {WRITERS} writers and {READERS} readers, the replica promoted after 5 s")
    with Load(cluster, staff).running() as load:
        time.sleep(cluster.size.seconds / 2)
        cluster.primary.kill()
        killed = time.monotonic()
        time.sleep(2)
        # What somebody sends who does not write all the time.
        visitor, login = Visitor(cluster.nginx), "/en/admin/login/"
        form = {**visitor.form(login), "username": "librarian", "password": "a long fictitious password"}
        refused = visitor.ask(login, form)
        states = [readiness(site)["primary"] for site in cluster.sites]
        time.sleep(3)
        promoted = time.monotonic()
        cluster.replica.sql("SELECT pg_promote()")
        time.sleep(RESUME + 2)
    load.report(table)
    table.line("answers to writes", dict(load.statuses["write"]), set(load.statuses["write"]) <= {302, 503})
    is_explained = refused.status == 503 and b"open for reading only" in refused.content
    table.line("a form sent meanwhile is answered with", refused.status, is_explained)
    table.line("/readyz says of the primary", ", ".join(sorted(set(states))), set(states) == {"failed"})
    # What was committed before is answered a moment later.
    between = sum(killed + 1 < moment < promoted for moment in load.saved_at)
    table.line("writes acknowledged without a primary", between, between == 0)
    first = [min((m for m in moments.values() if m > promoted), default=promoted + 99) for moments in load.moments]
    resumed = max(first[:WRITERS]) - promoted
    table.line("writes of all resumed after the promotion, s", f"{resumed:.1f}", resumed <= RESUME)
    lost = load.lost()
    table.line("acknowledged writes lost", lost, lost == 0)


def main() -> None:
    size = SIZES[os.environ.get("SIZE") or "full"]
    size = size._replace(records=int(os.environ.get("RECORDS") or size.records))
    chosen = os.environ.get("SCENARIOS", "").split()
    table, started = Table(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="confarchive-cluster-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(Path(folder), size)
        try:
            staff = Visitor(cluster.nginx).log_in()
            steps: dict[str, Callable[[], None]] = {
                "spread": lambda: spread(cluster, staff, table),
                "capacity": lambda: capacity(cluster, staff, table),
                "late": lambda: late(cluster, staff, table),
                "redis": lambda: without_redis(cluster, staff, table),
                "rolling": lambda: rolling_restart(cluster, staff, table),
                "once": lambda: once(cluster, table),
                "slow": lambda: slow_clients(cluster, table),
                "bucket": lambda: bucket(cluster, table),
                "failover": lambda: failover(cluster, staff, table),
            }
            for name, step in steps.items():
                if not chosen or name in chosen:
                    step()
        finally:
            if os.environ.get("LOGS"):
                for path in sorted(cluster.folder.glob("*.log")):
                    print(f"── {path.name}\n{path.read_text()[-3000:]}")
            cluster.stop()
    print(f"\n{time.monotonic() - started:.0f} s. {'Not kept:' if table.broken else 'All was kept.'}")
    for line in table.broken:
        print(f"    {line}")
    sys.exit(bool(table.broken))


if __name__ == "__main__":
    main()
