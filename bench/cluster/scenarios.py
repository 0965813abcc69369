"""What happens to an archive on two machines: reads are spread, parts of it die, are late or are restarted."""

import json
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
from collections import Counter
from collections.abc import Callable
from typing import Any

from bench.trust import Visitor
from tests.site import ROOT, Site

from .load import READERS, Load
from .machines import Cluster, Front, wait_for
from .servers import NAME, WRITERS, processor_seconds
from .table import Table

RESUME = 10.0  # seconds that were promised


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
    try:
        while sum(statuses.values()) < wanted or restarts[0] < 2 * len(cluster.sites):
            site = cluster.sites[restarts[0] % len(cluster.sites)]
            with cluster.nginx.without(site):
                site.stop()
                if restarts[0] == 1:
                    cluster.primary.sql("ALTER TABLE events_series ADD COLUMN added_later text", database=NAME)
                site.start()
            restarts[0] += 1
    finally:
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
