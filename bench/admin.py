"""Cost of large programmes in the admin, beside small ones: `make bench-admin`.

    python -m bench.admin      # on SQLite and, under tests/postgres, on PostgreSQL

An event of 9 talks and one of 150 are opened and saved, one of their talks is saved, added and moved. Milliseconds of a
core, of this process and of the PostgreSQL server, which must run on the same machine: the median of several runs. A
figure above its limit is marked.
"""

from collections.abc import Callable
from statistics import median
from typing import Any

from tests.admin_form import form_fields

from .limits import Figure, librarian, main
from .processor_time import spent
from .writing import LARGE, SMALL, event_slug, load_event

RUNS = 7


def figures() -> list[Figure]:
    client = librarian()
    from events.models import Conference

    for size in (SMALL, LARGE):
        load_event(size)
    small, large = (Conference.objects.get(slug=event_slug(size)) for size in (SMALL, LARGE))
    return [*of_event(client, small, large), *of_talk(client, large)]


def of_event(client: Any, small: Any, large: Any) -> list[Figure]:
    """Opening and saving, of both sizes, with the ratio; what one talk more costs."""
    addresses = [page(conference) for conference in (small, large)]
    bytes_few, bytes_many = (len(client.get(address).content) for address in addresses)
    few, many = (milliseconds(lambda _run, address=address: client.get(address)) for address in addresses)
    more = LARGE - SMALL
    found = [
        Figure(f"opening an event of {SMALL} talks: ms", few),
        Figure(f"opening an event of {LARGE} talks: ms", many),
        Figure("… ratio", many / few, 2),
        Figure("… a talk: ms", (many - few) / more, 1),
        Figure("… a talk: kilobytes", (bytes_many - bytes_few) / more / 1000, 1.2),
    ]
    for label, field in (("saving an event", ""), ("saving an event, its outcome changed", "outcome")):
        few, many = (milliseconds(*saving(client, address, field)) for address in addresses)
        found += [
            Figure(f"{label}, {SMALL} talks: ms", few),
            Figure(f"{label}, {LARGE} talks: ms", many),
            Figure("… ratio", many / few, 2),
        ]
    return found


def of_talk(client: Any, conference: Any) -> list[Figure]:
    """One talk of the large event: opened, saved, added, moved by a button and from the end to the beginning."""
    first, second, *_others, last = conference.talks.all()
    address, move = page(first), f"/admin/events/conference/{conference.pk}/talks/move/"
    add = f"/admin/events/talk/add/?conference={conference.pk}"

    def to_second_place(run: int) -> Any:
        return client.post(move, {"talk": first.pk, "after": second.pk if run % 2 == 0 else ""})

    def to_the_other_end(run: int) -> Any:
        return client.post(move, {"talk": last.pk, "after": "" if run % 2 == 0 else second.pk})

    return [
        Figure(f"opening a talk of {LARGE}: ms", milliseconds(lambda _run: client.get(address))),
        Figure(f"saving a talk of {LARGE}: ms", milliseconds(*saving(client, address, "title")), 300),
        Figure(f"adding a talk to {LARGE}: ms", milliseconds(*saving(client, add, "title")), 300),
        Figure(f"moving a talk of {LARGE} by one place: ms", milliseconds(to_second_place), 300),
        Figure(f"moving a talk of {LARGE} to the beginning: ms", milliseconds(to_the_other_end)),
    ]


def page(record: Any) -> str:
    return f"/admin/events/{record._meta.model_name}/{record.pk}/change/"


def saving(client: Any, address: str, field: str) -> tuple[Callable[[Any], Any], Callable[[int], Any]]:
    """What sends the form of that address, and what fills it in with another value in that field."""

    def filled(run: int) -> dict[str, str]:
        return {**form_fields(client.get(address)), "_continue": "1", **({field: f"Вымысел {run}"} if field else {})}

    def send(fields: dict[str, str]) -> None:
        response = client.post(address, fields)
        if response.status_code != 302:
            raise SystemExit(f"{address} was not saved: {response.status_code}")

    return send, filled


def milliseconds(action: Callable[[Any], Any], prepare: Callable[[int], Any] = int) -> float:
    """The median of several runs after two that warm the caches; preparing is not measured."""
    seconds = []
    for run in range(RUNS + 2):
        prepared = prepare(run)
        started = spent()
        action(prepared)
        seconds.append(spent() - started)
    return median(seconds[2:]) * 1000


if __name__ == "__main__":
    main("admin", __doc__, figures)
