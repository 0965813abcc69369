"""Memory of a process that serves the archive, and of a rebuild of its index: `make bench-memory`.

    python -m bench.memory       # RECORDS=100000 for the index

The proportional share (PSS, proc(5)) of one worker of the server as shipped, after 5,000 and after 20,000 requests of
many different pages; the peak of `rebuild_search`.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote

from tests.site import ROOT, Site

from .__main__ import FIXTURES, say

FIRST, LAST = 5_000, 20_000
RECORDS = int(os.environ.get("RECORDS", "100000"))
GROWTH, WORKER, REBUILD = 3, 110, 200  # megabytes


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="confarchive-bench-") as folder:
        site = Site(Path(folder))
        site.log = subprocess.DEVNULL
        say("Filling an archive…")
        site.fill(*FIXTURES)
        site.start()
        try:
            of_worker(site)
        finally:
            site.stop()
        say(f"Filling it up to {RECORDS:,} records…")
        site.python("-m", "bench.sample_data", "--add", "--quiet", "--records", str(RECORDS))
        show(f"rebuild_search of {RECORDS:,} records, peak: MB", peak(site), REBUILD)


def of_worker(site: Site) -> None:
    addresses = cycle(pages(site))
    ask(site, islice(addresses, FIRST))
    before = worker_memory(site)
    ask(site, islice(addresses, LAST - FIRST))
    after = worker_memory(site)
    show(f"a worker after {FIRST:,} requests: MB", before, WORKER)
    show(f"a worker after {LAST:,} requests: MB", after, WORKER)
    show("… growth", after - before, GROWTH)


def pages(site: Site) -> list[str]:
    """Addresses of pages of all kinds, with searches that are asked once only."""
    code = (
        "from events.models import *; print('\\n'.join(r.get_absolute_url() for m in"
        " (Conference, Talk, Speaker, Organisation, Topic) for r in m.objects.published()))"
    )
    records = site.manage("shell", "--verbosity=0", "--command", code).split()
    searches = [f"/search/?q={quote(f'библиотека {number}')}" for number in range(len(records))]
    lists = ["/", "/conferences/", "/talks/", "/speakers/", "/organisations/", "/topics/", "/indexes/years/"]
    mixed = [address for pair in zip(records, searches, strict=True) for address in pair]
    return [*lists, *mixed, *(f"/en{address}" for address in records)]


def ask(site: Site, addresses: "islice[str]") -> None:
    for number, address in enumerate(addresses, start=1):
        with urllib.request.urlopen(site.url + address, timeout=60) as response:
            response.read()
        if number % 1000 == 0:
            say(f"{number:,} requests")


def worker_memory(site: Site) -> float:
    """The proportional share of the worker in megabytes: what it shares with its master counts half."""
    master = site.process.pid if site.process else 0
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    rollup = Path(f"/proc/{children[0]}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024


def peak(site: Site) -> float:
    """The most anonymous memory that a rebuild of the index holds, in megabytes, looked at ten times a second.

    Not the pages of the database file that SQLite maps: the kernel takes those back at any time.
    """
    command = [sys.executable, "manage.py", "rebuild_search", "--verbosity=0"]
    process = subprocess.Popen(command, cwd=ROOT, env=site.environment)
    most = 0
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text()
        anonymous = re.search(r"RssAnon:\s+(\d+)", status)
        most = max(most, int(anonymous[1]) if anonymous else 0)
        time.sleep(0.1)
    if process.returncode:
        raise SystemExit("The index was not rebuilt.")
    return most / 1024


def show(label: str, value: float, limit: float) -> None:
    print(f"{label:58}{value:>10.1f}{limit:>10}{'  above' if value > limit else ''}", flush=True)


if __name__ == "__main__":
    main()
