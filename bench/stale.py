"""make bench-stale: eight processes write by all ways and read at random on one database; no page may be stale.

Each process keeps pages of its own, as those of gunicorn do without CACHE_URL. A page that shows less than what was
acknowledged before it was asked for is stale: the program prints it and ends with 1. MINUTES=10 by default; with
DATABASE_URL on that server (tests/postgres), without it on SQLite.
"""

import json
import multiprocessing
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from typing import Any

from bench import databases

PROCESSES, RECORDS = 8, 6
WORD = "Слово"


def prepare() -> None:
    """Six series, each with an event, in an archive with nothing else."""
    from django.contrib.auth.models import User

    from events import revisions
    from events.models import Series
    from tests import rows

    User.objects.create_superuser("librarian")
    for number in range(RECORDS):
        conference = rows.event(f"Встреча {number}")
        with revisions.create():
            conference.series = Series.objects.create(name=f"{WORD} {number} 0", slug=f"slovo-{number}")
            conference.save()


# ── Ways to write: each gives the series a name ─────────────────────────────────────────────────────────────────────


def by_saving(series: Any, name: str, staff: Any) -> None:
    series.name = name
    series.save()


def by_updating(series: Any, name: str, staff: Any) -> None:
    type(series).objects.filter(pk=series.pk).update(name=name, name_key=name.lower())


def in_bulk(series: Any, name: str, staff: Any) -> None:
    series.name, series.name_key = name, name.lower()
    type(series).objects.bulk_update([series], ["name", "name_key"])


def in_a_block(series: Any, name: str, staff: Any) -> None:
    from events import revisions

    with revisions.create(comment="together"):
        series.name = f"{name} 0"
        series.save()
        series.name = name
        series.save()


def by_a_form(series: Any, name: str, staff: Any) -> None:
    from django.urls import reverse

    from tests.admin_form import form_fields

    address = reverse("admin:events_series_change", args=[series.pk])
    answer = staff.post(address, {**form_fields(staff.get(address)), "name": name})
    assert answer.status_code == 302, answer.status_code


def by_a_fixture(series: Any, name: str, staff: Any) -> None:
    from django.core import serializers
    from django.core.management import call_command

    series.name = name
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(serializers.serialize("json", [series], use_natural_primary_keys=True))
        file.flush()
        call_command("loaddata", file.name, overwrite=True, verbosity=0)


def dying_after_the_commit(series: Any, name: str, staff: Any) -> None:
    """A process of its own that ends between the commit and whatever follows it."""
    code = (
        "import os, sys, django; django.setup()\n"
        "from django.db import transaction\n"
        "from events import revisions; from events.models import Series\n"
        "with transaction.atomic():\n"
        "    transaction.on_commit(lambda: os._exit(9))\n"
        "    series = Series.objects.get(pk=sys.argv[1]); series.name = sys.argv[2]; series.save()\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(series.pk), name]).returncode == 9


WAYS = [by_saving, by_updating, in_bulk, in_a_block, by_a_form, by_a_fixture]
SELDOM = dying_after_the_commit


# ── One process ─────────────────────────────────────────────────────────────────────────────────────────────────────


def work(seed: int, until: float, saved: Any, locks: list[Any], results: Any) -> None:
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.test import Client

    chance, counts, stale = random.Random(seed), Counter[str](), []
    visitor, staff = Client(headers={"host": "localhost"}), Client(headers={"host": "localhost"})
    staff.force_login(User.objects.get())
    while time.time() < until:
        place = chance.randrange(RECORDS)
        if chance.random() < 0.15:
            way = SELDOM if chance.random() < 0.1 else chance.choice(WAYS)
            counts[way.__name__] += 1
            write(place, way, saved, locks[place], staff)
            continue
        address = chance.choice(pages(place))
        known = saved[place]
        page = visitor.get(address)
        found = re.search(rf"{WORD} {place} (\d+)", page.content.decode())
        counts["reads"] += 1
        if page.status_code != 200 or not found or int(found[1]) < known:
            stale.append(f"{address}: {page.status_code}, shows {found and found[1]}, acknowledged was {known}")
    results.put((dict(counts), stale))


def write(place: int, way: Any, saved: Any, lock: Any, staff: Any) -> None:
    from events.models import Series

    # The numbers of one record are written in their order.
    with lock:
        number = saved[place] + 1
        way(Series.objects.get(slug=f"slovo-{place}"), f"{WORD} {place} {number}", staff)
        saved[place] = number


def pages(place: int) -> list[str]:
    event = f"/conferences/vstrecha-{place}/"
    return [f"/series/slovo-{place}/", f"/en/series/slovo-{place}/", "/series/", event, "/api/v1/series/"]


def main() -> None:
    minutes = float(os.environ.get("MINUTES") or 10)
    # A database of its own, made for it and dropped afterwards.
    with databases.temporary("postgresql") as url, tempfile.TemporaryDirectory(prefix="confarchive-stale-") as folder:
        os.environ.update(DATABASE_URL=url or "", DATA_DIR=folder, DJANGO_SETTINGS_MODULE="confarchive.settings")
        os.environ.update(ACCESS_LOG="0", LOG_LEVEL="ERROR", API_RATE="0", PYTHONWARNINGS="ignore")
        for command in (["manage.py", "migrate", "--verbosity=0"], ["-m", "bench.stale", "prepare"]):
            subprocess.run([sys.executable, *command], check=True, cwd=databases.ROOT)
        found = at_work(minutes)
    counts = sum((Counter(one) for one, _stale in found), Counter[str]())
    stale = [line for _counts, lines in found for line in lines]
    print(json.dumps(dict(counts.most_common()), indent=4))
    print(f"{PROCESSES} processes, {minutes:g} minutes: {len(stale)} pages older than what was acknowledged before.")
    print("\n".join(stale[:20]))
    sys.exit(bool(stale))


def at_work(minutes: float) -> list[tuple[dict[str, int], list[str]]]:
    """What each process counted, and the stale pages that it met."""
    # Not by fork: each process has its own connections.
    context = multiprocessing.get_context("spawn")
    saved, results = context.Array("q", RECORDS), context.Queue()
    locks = [context.Lock() for _place in range(RECORDS)]
    until = time.time() + 60 * minutes + 5
    workers = [context.Process(target=work, args=(n, until, saved, locks, results)) for n in range(PROCESSES)]
    for worker in workers:
        worker.start()
    found = [results.get(timeout=60 * minutes + 120) for _worker in workers]
    for worker in workers:
        worker.join()
    return found


if __name__ == "__main__":
    if sys.argv[1:] == ["prepare"]:
        import django

        django.setup()
        prepare()
    else:
        main()
