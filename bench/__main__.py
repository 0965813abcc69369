"""python -m bench [RECORDS]: the main pages beside a bare Django view under the same server.

Each page is asked for in four ways: *miss*, neither the page nor a part of it is in the store, what depends on the
archive as a whole is; *neighbour*, its parts are in the store but not the page, as after a change elsewhere; *hit*, as
shipped, with access lines and the query for the version; *304*, as browsers ask again. 50 % are half as many requests a
second of a core as of the bare view, measured just before each page. Seconds of a core, not of the clock: on a shared
machine the clock says how busy the others are. Every round measures every page once; medians are printed, and a share
below what is wanted is marked. At last eight slow clients read a recording from the site as `make run` serves it.

With PEERS=1 pretalx is measured in the same rounds, on pages like ours (`bench/peer.py`).

The archive is the one that opens (fixtures/) with two events of 20 and 148 talks; a number adds that many records of
sample data to it.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import quote

from tests.site import Server, Site

from . import slow_clients
from .peer import PEER, Pretalx
from .processes import children, none_left, times
from .writing import event_slug

ROUNDS, SECONDS, CONNECTIONS = 3, 2, 16
PAUSE, IDLE = 0.5, 0.02  # seconds, and of them those of a core that a server spends which is asked nothing
FIXTURES = ("first_event", "reports")
FEW, MANY = 20, 148  # talks of the two events
MEGABYTES, READING = 100, 20  # the recording for slow clients, seconds in which they read
UNCACHED, CACHED = 1.5, 25  # times as many requests as a peer answers
FORGETS = {"miss": "page part", "neighbour": "page", "hit": "", "304": ""}


class Page(NamedTuple):
    """A page with its address, and the shares of the bare view that are wanted, in per cent."""

    name: str
    address: str
    miss: float
    neighbour: float | None
    hit: float
    not_modified: float | None
    # Whether a change elsewhere leaves it in the store: as a neighbour it is a hit.
    survives: bool = False

    def wanted(self, way: str) -> float | None:
        return getattr(self, {"304": "not_modified"}.get(way, way))


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="confarchive-bench-") as folder, none_left():
        sites = filled_sites(Path(folder), sys.argv[1:])
        hello = served("bench.hello:application")
        peers = [pretalx(Path(folder))] if os.environ.get("PEERS") else []
        servers = [hello, *sites.values(), *peers]
        try:
            for server in servers:
                server.log = subprocess.DEVNULL  # of access lines
                server.start()
            report(measured(hello, sites, pages(sites["hit"]), *peers))
        finally:
            for server in servers:
                server.stop()
        beside_slow_clients(Site(Path(folder)))


def served(application: str, **environment: str) -> Server:
    """A server of two workers that do one request at a time, as behind nginx.

    With more threads than one gunicorn would take its threaded workers all the same.
    """
    return Server(application, WEB_CONCURRENCY="2", GUNICORN_CMD_ARGS="--worker-class sync --threads 1", **environment)


def pretalx(folder: Path) -> Pretalx:
    say(f"Filling {PEER}…")
    return Pretalx(folder, FEW, MANY)


def filled_sites(folder: Path, records: list[str]) -> dict[str, Server]:
    """One archive, served once for each way."""
    say("Filling an archive…")
    site = Site(folder)
    site.fill(*FIXTURES)
    events = f"from bench.writing import load_event; [load_event(size, True) for size in ({FEW}, {MANY})]"
    site.manage("shell", "--verbosity=0", "--command", events)
    if records:
        site.python("-m", "bench.sample_data", "--add", "--records", *records)
        site.manage("rebuild_search")
    settings = {"DJANGO_SETTINGS_MODULE": "bench.settings", "DATA_DIR": str(folder)}
    return {way: served("confarchive.wsgi", FORGET=kinds, **settings) for way, kinds in FORGETS.items()}


def pages(site: Server) -> list[Page]:
    """The pages; the speaker is the first that the list shows."""
    event, long_event = (f"/conferences/{slug}/" for slug in map(event_slug, (FEW, MANY)))
    found = [
        Page("home", "/", 6, 15, 65, 75),
        Page("list", "/conferences/", 5, 15, 65, 75),
        Page(f"event, {FEW} talks", event, 3, 35, 65, 75, survives=True),
        Page(f"event, {MANY} talks", long_event, 0.5, 18, 60, 75, survives=True),
        Page("talk", f"/talks/{event_slug(FEW)}-talk-1/", 5, 30, 65, 75),
        Page("speaker", first_link(site.get("/speakers/"), "speakers"), 5, 30, 65, 75),
        Page("search", f"/search/?q={quote('библиотека')}", 4, None, 65, None),
    ]
    for page in found:
        site.get(page.address)  # an error page would be measured as a very fast one
    return found


def first_link(html: str, folder: str) -> str:
    match = re.search(rf'href="(/{folder}/[\w-]+/)"', html)
    if not match:
        raise SystemExit(f"/{folder}/ links to nothing: there is nothing to measure.")
    return match[1]


def beside_slow_clients(site: Site) -> None:
    made = f"from bench.slow_clients import recording; print(recording({MEGABYTES}))"
    address = site.manage("shell", "--verbosity=0", "--command", made).splitlines()[-1]
    # As `make run` does.
    del site.environment["WEB_CONCURRENCY"]
    site.log = subprocess.DEVNULL
    site.start()
    try:
        slowest, got = slow_clients.home_beside_them(site.port, address, READING)
    finally:
        site.stop()
    mark = " !" if slowest > slow_clients.MOST or not got else ""
    print(
        f"\n{slow_clients.CLIENTS} slow clients read a recording of {MEGABYTES} MB by ranges without a proxy"
        f" ({got / 1e6:.0f} MB in {READING} s): home in {slowest:.2f} s at most, {slow_clients.MOST:g} s wanted{mark}"
    )


Shares = dict[Page, dict[str, list[float]]]


def measured(hello: Server, sites: dict[str, Server], found: list[Page], *peers: Pretalx) -> Shares:
    """For each page and way the shares of the bare view in per cent, one a round."""
    shares: Shares = {page: {way: [] for way in sites} for page in found}
    of_peers = {peer: peer.pages(FEW, MANY) for peer in peers}
    for page in found:
        for site in sites.values():
            rate(site, page.address, 1)  # warm
    for number in range(ROUNDS):
        say(f"Round {number + 1} of {ROUNDS}…")
        for page in found:
            bare = rate(hello, "/", SECONDS)
            for way, own in sites.items():
                site = sites["hit"] if way == "neighbour" and page.survives else own
                headers = {"If-None-Match": etag(site.url + page.address)} if way == "304" else {}
                shares[page][way].append(100 * rate(site, page.address, SECONDS, headers) / bare)
            for peer, theirs in of_peers.items():
                if address := theirs.get(page.name):
                    shares[page].setdefault(PEER, []).append(100 * rate(peer, address, SECONDS) / bare)
    return shares


def etag(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as response:
        return response.headers.get("ETag", "")


def rate(server: Server, address: str, seconds: int, headers: dict[str, str] | None = None) -> float:
    """Requests a second of a core of the server, once it has finished what it was asked before."""
    before = -1.0
    while (now := processor_time(server)) - before > IDLE:
        before = now
        time.sleep(PAUSE)
    requests = wrk(server.url + address, seconds, headers)
    return requests / (processor_time(server) - now)


def processor_time(server: Server) -> float:
    """Seconds of a core that the workers of a server have spent."""
    return sum(times(worker).own for worker in children(server.process.pid))


def wrk(address: str, seconds: int, headers: dict[str, str] | None = None) -> int:
    """The number of requests that were answered."""
    command = ["wrk", "--threads=1", f"--connections={CONNECTIONS}", f"--duration={seconds}s", "--timeout=30s"]
    for name, value in {"Accept": "text/html", "Accept-Encoding": "gzip", **(headers or {})}.items():
        command += ["--header", f"{name}: {value}"]
    output = subprocess.run([*command, address], check=True, capture_output=True, text=True).stdout
    # A server of one request at a time closes each connection, which wrk counts as an error of reading.
    if errors := re.search(r"Non-2xx.*", output):
        raise SystemExit(f"{address}: {errors[0]}")
    requests = re.search(r"(\d+) requests in", output)
    if not requests:
        raise SystemExit(f"wrk said something unexpected:\n{output}")
    return int(requests[1])


def report(shares: Shares) -> None:
    print(f"\n{'% of a bare view':<20}" + "".join(f"{way:>22}" for way in FORGETS))
    for page, ways in shares.items():
        print(f"{page.name:<20}" + "".join(f"{_cell(page, way, ways[way]):>22}" for way in FORGETS))
    print(
        f"\nMedians of {ROUNDS} rounds of {SECONDS} s with {CONNECTIONS} connections, lowest and highest in brackets;"
        "\ngunicorn with two sync workers and wrk on the same machine. The bare view is one of Django without"
        "\nmiddleware, template or database. An exclamation mark: less than is wanted."
    )
    if any(PEER in ways for ways in shares.values()):
        beside_peer(shares)


def beside_peer(shares: Shares) -> None:
    print(f"\n{PEER:<20}{'% of a bare view':>22}{'miss : it':>22}{'hit : it':>22}")
    for page, ways in shares.items():
        if PEER in ways:
            theirs = median(ways[PEER])
            times = [(median(ways[way]) / theirs, wanted) for way, wanted in (("miss", UNCACHED), ("hit", CACHED))]
            own = "".join(f"{f'{ratio:.1f}' + (' !' if ratio < wanted else '  '):>22}" for ratio, wanted in times)
            print(f"{page.name:<20}{_range(ways[PEER]):>22}{own}")


def _cell(page: Page, way: str, found: list[float]) -> str:
    wanted = page.wanted(way)
    mark = " !" if wanted and median(found) < wanted else "  "
    return _range(found) + mark


def _range(found: list[float]) -> str:
    return f"{median(found):.2f} ({min(found):.2f}–{max(found):.2f})"


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
