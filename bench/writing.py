"""Cost of writing, in SQL statements and milliseconds of a core: `make bench-writing`.

    python -m bench.writing                    # this checkout, on SQLite and, under tests/postgres, on PostgreSQL
    python -m bench.writing --commit ed7e7db   # the code of that commit before, this checkout after, in one run
    python -m bench.writing --tree DIR         # the same for another checkout

Statements: all that Django sends, savepoints and COPY included, BEGIN and COMMIT not, counted after two runs that warm
the caches. Milliseconds: the median of several runs in each of two rounds, in which the checkouts take turns; work of
this process and of the PostgreSQL server, which must run on the same machine. “not the admin’s own” are those
statements of a save in the admin that neither Django’s admin and forms nor events/admin sent: the index, the history,
versions, rules kept by signals; each statement is attributed by the call stack it came from.

What is measured in another checkout needs only its models, fixtures and admin addresses; the measuring code is this
file. Both run in the same environment, with the libraries of this checkout.
"""

import argparse
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

# Before `measured` puts another checkout first in the path.
from tests.admin_form import form_fields

from . import databases
from .processor_time import spent
from .statements import counted

RUNS = 5
LOADS = 3
ROUNDS = 2
SMALL, LARGE = 9, 150  # talks of the events that are compared
FIRST_EVENT = databases.ROOT / "fixtures" / "first_event.json"
Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--tree", type=Path, help="Another checkout, measured first.")
    other.add_argument("--commit", help="A commit of this repository, measured first.")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgres"], choices=["sqlite", "postgres"])
    parser.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(Measurement(arguments.here).figures()))
        return
    with checkout(arguments.commit) if arguments.commit else nullcontext(arguments.tree) as tree:
        for engine in arguments.databases:
            compare(engine, tree)


@contextmanager
def checkout(commit: str) -> Iterator[Path]:
    """The files of a commit, in a temporary folder."""
    command = ["git", "archive", commit]
    archive = subprocess.run(command, cwd=databases.ROOT, stdout=subprocess.PIPE, check=True).stdout
    with tempfile.TemporaryDirectory(prefix="confarchive-bench-") as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        yield Path(folder)


def compare(engine: str, tree: Path | None) -> None:
    trees = {"before": tree.absolute(), "after": databases.ROOT} if tree else {"now": databases.ROOT}
    rounds: dict[str, list[Figures]] = {name: [] for name in trees}
    for name, place in list(trees.items()) * ROUNDS:
        print(f"{engine}: measuring {place}…", file=sys.stderr, flush=True)
        with databases.temporary(engine) as url:
            if url is None:
                print("PostgreSQL is left out: DATABASE_URL names no server.", file=sys.stderr)
                return
            rounds[name].append(databases.run("writing", url, "--here", str(place)))
    show(engine, {name: medians(figures) for name, figures in rounds.items()})


def medians(rounds: list[Figures]) -> Figures:
    return {figure: median(figures[figure] for figures in rounds) for figure in rounds[0]}


def show(engine: str, results: dict[str, Figures]) -> None:
    *_before, last = results.values()
    print(f"\n{engine:68}" + "".join(f"{name:>10}" for name in results) + ("     ratio" if len(results) > 1 else ""))
    for figure in last:
        values = [figures[figure] for figures in results.values()]
        ratio = f"{values[1] / values[0]:10.2f}" if len(values) > 1 and values[0] else ""
        print(f"{figure:68}" + "".join(f"{number(value):>10}" for value in values) + ratio, flush=True)


def number(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


class Cost(NamedTuple):
    statements: int
    not_of_admin: int
    milliseconds: float


class Measurement:
    """All figures of the code in `tree`; in a process of its own with the database behind Django."""

    def __init__(self, tree: Path) -> None:
        sys.path.insert(0, str(tree))  # before this checkout’s own `events`; `bench` is imported already
        import django

        import events

        if not Path(str(events.__file__)).is_relative_to(tree):
            raise SystemExit(f"{events.__file__} would be measured, not {tree}.")
        django.setup()
        self.tree = tree

    def figures(self) -> Figures:
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        figures = {"loading fixtures/reports.json: s": loading()}
        call_command("loaddata", "first_event", verbosity=0)
        for size in (SMALL, LARGE):
            load_event(size)
        return figures | self.in_shell() | self.in_admin()

    def cost(self, action: Callable[[Any], Any], prepare: Callable[[int], Any]) -> Cost:
        """Do the action again and again; `prepare`, which is not measured, gives it something new each time."""
        for run in (1, 2):
            action(prepare(run))
        prepared = prepare(3)
        with counted(self.tree) as statements:
            action(prepared)
        seconds = []
        for run in range(RUNS):
            prepared = prepare(4 + run)
            started = spent()
            action(prepared)
            seconds.append(spent() - started)
        return Cost(statements.total, statements.not_of_admin, median(seconds) * 1000)

    def in_shell(self) -> Figures:
        """One row is fetched, changed and saved."""
        from events.models import Conference

        conference = Conference.objects.get(slug=first_event_slug())
        talk = conference.talks.exclude(title="").order_by("order")[0]
        fields = {
            "talk.save(), another title": (talk, "title"),
            "note.save(), another text": (conference.notes.order_by("order")[0], "text"),
            "date.save(), another note": (conference.dates.order_by("start")[0], "note"),
            "kind.save(), another name, several events have it": (conference.kind, "name"),
            "speaker.save(), another family name": (speaker_of_first_event(), "family_name"),
        }
        figures: Figures = {}
        for figure, (row, field) in fields.items():
            cost = self.cost(lambda changed: changed.save(), lambda run, row=row, field=field: another(row, field, run))
            figures |= {f"{figure}: statements": cost.statements, f"{figure}: ms": cost.milliseconds}
        return figures

    def in_admin(self) -> Figures:
        """A superuser opens a form, changes it and sends it; opening is not counted."""
        from django.contrib.auth import get_user_model
        from django.test import Client

        from events.models import Conference

        client = Client(HTTP_HOST="localhost")
        client.force_login(get_user_model().objects.create_superuser("librarian"))
        first, small, large = (
            Conference.objects.get(slug=slug) for slug in (first_event_slug(), event_slug(SMALL), event_slug(LARGE))
        )
        figures: Figures = {}
        for figure, record, field in (
            ("event’s page, 6 talks, nothing changed", first, ""),
            ("event’s page, 6 talks, outcome changed", first, "outcome"),
            ("talk’s page, event of 6 talks, title changed", first.talks.order_by("order")[0], "title"),
            ("speaker’s page, family name changed", speaker_of_first_event(), "family_name"),
        ):
            figures |= of_page(figure, self.of_form(client, record, field))
        for page, field in (("talk’s", "title"), ("event’s", "outcome")):
            costs = []
            for conference, size in ((small, SMALL), (large, LARGE)):
                record = conference.talks.order_by("order")[0] if page == "talk’s" else conference
                costs.append(self.of_form(client, record, field))
                figures |= of_page(f"{page} page, event of {size} talks, {field} changed", costs[-1])
            few, many = costs
            figures |= {
                f"{page} page, event of {LARGE} : of {SMALL} talks, statements": many.statements / few.statements,
                f"{page} page, event of {LARGE} : of {SMALL} talks, ms": many.milliseconds / few.milliseconds,
            }
        return figures

    def of_form(self, client: Any, record: Any, field: str) -> Cost:
        """Cost of saving the record’s page in the admin with another value in that field, in none if it is empty."""
        address = f"/admin/events/{record._meta.model_name}/{record.pk}/change/"
        first = form_fields(client.get(address))

        def opened(run: int) -> dict[str, str]:
            fields = form_fields(client.get(address))
            return {**fields, "_continue": "1", **({field: f"{first[field]} {run}".strip()} if field else {})}

        def send(fields: dict[str, str]) -> None:
            response = client.post(address, fields)
            if response.status_code != 302:
                raise SystemExit(f"{address} was not saved: {response.status_code}")

        return self.cost(send, opened)


def of_page(figure: str, cost: Cost) -> Figures:
    return {
        f"{figure}: statements": cost.statements,
        f"{figure}: not the admin’s own": cost.not_of_admin,
        f"{figure}: ms": cost.milliseconds,
    }


def loading() -> float:
    """Seconds that loading the reports into an archive of nothing but lists takes; leaves them loaded."""
    from django.core.management import call_command

    seconds = []
    for _run in range(LOADS):
        call_command("flush", interactive=False, verbosity=0)  # loads the lists, too
        started = spent()
        call_command("loaddata", "reports", verbosity=0)
        seconds.append(spent() - started)
    return median(seconds)


def load_event(size: int, recorded: bool = False) -> None:
    """Load a fictitious event of so many talks, each with its speaker, through a fixture, as any checkout can."""
    from django.core.management import call_command

    slug = event_slug(size)
    rows = [
        row("conference", slug=slug, title=f"Вымышленные чтения {size}", kind=["webinar"], status="published"),
        row("conferencedate", conference=[slug], start="2021-03-04"),
    ]
    for order in range(1, size + 1):
        talk, speaker = f"{slug}-talk-{order}", f"{slug}-speaker-{order}"
        rows += [
            row("speaker", slug=speaker, family_name=f"Чижиков {size}-{order}", initials="А. Б."),
            row("talk", slug=talk, conference=[slug], kind=["talk"], title=f"Доклад {order} о чтении", order=order),
            row("speakerparticipation", conference=[slug], talk=[talk], speaker=[speaker], role=["speaker"]),
        ]
        if recorded:
            rows.append(row("recording", conference=[slug], talk=[talk], url=f"https://recordings.example/{talk}"))
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(rows, file)
        file.flush()
        call_command("loaddata", file.name, verbosity=0)


def row(model: str, **fields: Any) -> dict[str, Any]:
    return {"model": f"events.{model}", "fields": fields}


def event_slug(size: int) -> str:
    return f"vymyshlennye-chteniia-{size}"


def first_event_slug() -> str:
    return next(record["fields"]["slug"] for record in first_event() if record["model"] == "events.conference")


def speaker_of_first_event() -> Any:
    from events.models import Speaker

    slugs = (record["fields"]["slug"] for record in first_event() if record["model"] == "events.speaker")
    return Speaker.objects.get(slug=next(slugs))


def first_event() -> list[dict[str, Any]]:
    return json.loads(FIRST_EVENT.read_text())


def another(record: Any, field: str, run: int) -> Any:
    """The record fetched again with another value in that field."""
    fetched = type(record).objects.get(pk=record.pk)
    setattr(fetched, field, f"{getattr(record, field)} {run}".strip())
    return fetched


if __name__ == "__main__":
    main()
