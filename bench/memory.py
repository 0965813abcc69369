"""Memory of a process that serves the archive, and of a rebuild of its index: `make bench-memory`.

    python -m bench.memory       # RECORDS=100000 for the index

The proportional share (PSS, proc(5)) of one worker of the server as shipped, after 5,000 and after 20,000 requests of
many different pages; the peak of `rebuild_search`.
"""

import json
import os
import re
import subprocess
import tempfile
import urllib.request
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote

from tests.site import Site

from . import databases
from .__main__ import FIXTURES, say
from .processes import children

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
        # Memory of its own: the pages of the database file that SQLite maps the kernel takes back at any time.
        rebuild = databases.manage(f"sqlite:///{site.data / 'db.sqlite3'}", "rebuild_search", "--verbosity=0")
        show(f"rebuild_search of {RECORDS:,} records, peak: MB", rebuild.megabytes, REBUILD)


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
    """Addresses of pages of all kinds in both languages, and after nine of them a search for a word of the archive."""
    code = (
        "import json; from events.models import *; print(json.dumps([(r.get_absolute_url(), str(r)) for m in"
        " (Conference, Talk, Speaker, Organisation, Topic) for r in m.objects.published()]))"
    )
    records = json.loads(site.manage("shell", "--verbosity=0", "--command", code))
    words = cycle(sorted({word for _address, title in records for word in re.findall(r"\w{5,}", title)}))
    lists = ["/", "/conferences/", "/talks/", "/speakers/", "/organisations/", "/topics/", "/indexes/years/"]
    found = [f"{language}{address}" for language in ("", "/en") for address in (*lists, *dict(records))]
    return [
        address
        for start in range(0, len(found), 9)
        for address in (*found[start : start + 9], f"/search/?q={quote(next(words))}")
    ]


def ask(site: Site, addresses: "islice[str]") -> None:
    for number, address in enumerate(addresses, start=1):
        with urllib.request.urlopen(site.url + address, timeout=60) as response:
            response.read()
        if number % 1000 == 0:
            say(f"{number:,} requests")


def worker_memory(site: Site) -> float:
    """The proportional share of the worker in megabytes: what it shares with its master counts half."""
    rollup = Path(f"/proc/{children(site.process.pid)[0]}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024


def show(label: str, value: float, limit: float) -> None:
    print(f"{label:58}{value:>10.1f}{limit:>10}{'  above' if value > limit else ''}", flush=True)


if __name__ == "__main__":
    main()
