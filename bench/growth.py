"""Cost of pages in a large archive, beside a small one: `make bench-growth`; SIZES="1000 100000 1000000".

    python -m bench.growth       # on SQLite and, under tests/postgres, on PostgreSQL

Each page is asked for again as it is in the store (*again*), and for the first time after an event was renamed
(*after a save*), when all that depends on the archive as a whole is made anew. The largest organisation, person and
topic grow with the archive. Milliseconds of a core, of this process and of the PostgreSQL server, which must run on
the same machine: medians. Again may cost 1.3 times as much as in the smallest archive, after a save 3 times or 150 ms.
"""

import os
from collections.abc import Callable
from statistics import median
from typing import Any
from urllib.parse import quote

from .limits import Figure, librarian, main
from .processor_time import spent
from .writing import event_slug, load_event

SIZES = [int(size) for size in os.environ.get("SIZES", "1000 100000").split()]
TALKS = 20  # of an event that is the same in each archive
RUNS, SAVES = 15, 3
AGAIN, AFTER, MOST = 1.3, 3, 150


def figures() -> list[Figure]:
    librarian()
    load_event(TALKS, recorded=True)
    costs: dict[str, dict[int, tuple[float, float]]] = {}
    for size in SIZES:
        grow(size)
        for name, address in pages().items():
            costs.setdefault(name, {})[size] = (again(address), after_a_save(address))
    return [figure for name, by_size in costs.items() for figure in of_page(name, by_size)]


def grow(size: int) -> None:
    """Fill the archive up to that many records, and index them."""
    from django.core.cache import cache
    from django.core.management import call_command

    from bench.sample_data.generator import SampleArchive
    from events.models import SearchDocument

    for _left in SampleArchive(size - SearchDocument.objects.count(), seed=size).generate():
        pass
    call_command("rebuild_search", verbosity=0)
    cache.clear()


def pages() -> dict[str, str]:
    from django.db.models import Count

    from events.models import Organisation, Speaker, Topic

    def largest(model: Any, parts: str) -> str:
        return model.objects.annotate(parts=Count(parts)).order_by("-parts", "pk").first().get_absolute_url()

    event = event_slug(TALKS)
    return {
        "home": "/",
        "list": "/conferences/",
        "list, one year": "/conferences/?year=2021",
        f"event of {TALKS} talks": f"/conferences/{event}/",
        "talks": "/talks/",
        "talk": f"/talks/{event}-talk-1/",
        "people": "/speakers/",
        "organisations": "/organisations/",
        "largest person": largest(Speaker, "participations"),
        "largest organisation": largest(Organisation, "participations"),
        "largest topic": largest(Topic, "conferencetopic_items"),
        "search, common word": f"/search/?q={quote('библиотека')}",
    }


def again(address: str) -> float:
    ask(address)
    return median(measured(lambda: ask(address)) for _run in range(RUNS))


def after_a_save(address: str) -> float:
    """The page of which something else than its own record has changed."""
    return median(rename() or measured(lambda: ask(address)) for _save in range(SAVES))


def rename() -> None:
    from events import revisions
    from events.models import Conference

    conference = Conference.objects.published().order_by("-pk").first()
    with revisions.create():
        conference.title = f"{conference.title} +"[-200:]
        conference.save()


def ask(address: str) -> None:
    from django.test import Client

    if Client(HTTP_HOST="localhost").get(address).status_code != 200:
        raise SystemExit(f"{address} does not answer.")


def measured(action: Callable[[], object]) -> float:
    started = spent()
    action()
    return (spent() - started) * 1000


def of_page(name: str, costs: dict[int, tuple[float, float]]) -> list[Figure]:
    small, *larger = costs
    first, first_after = costs[small]
    found = []
    for size in larger:
        again_now, after = costs[size]
        found += [
            Figure(f"{name}, again: {size:,} : {small:,}", again_now / first, AGAIN),
            Figure(f"{name}, after a save: {size:,} : {small:,}", after / first_after, AFTER),
            Figure(f"{name}, after a save: ms at {size:,}", after, MOST),
        ]
    return found


if __name__ == "__main__":
    main("growth", __doc__, figures)
