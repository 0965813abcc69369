"""Draw mutants, run the tests of each, report: `make mutants`, or `python -m bench.mutants --sample 10`."""

import argparse
import json
import queue
import sys
import time
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from ..databases import FOLDER, ROOT, SERVER, on_server
from .covering import PROCESSES, Covering, Selection
from .running import Copy
from .sampling import Mutant, files, sample

MODULES = ("events/models", "events/search", "events/revisions", "confarchive/cache.py")
SAMPLE = 220
SEED = 1
MINUTES = 60
BUDGET = 0.05  # of the time that the suite took under coverage.py, for the tests of one mutant
# What only PostgreSQL reaches: its own search engine, and writers side by side.
ON_POSTGRES = ["tests/search", "tests/test_two_writers.py", "tests/test_writing.py", "tests/test_cache.py"]
KEPT = FOLDER / "mutants"
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
LAST_RUN = KEPT / "survivors.json"
NOT_CAUGHT = ("survived", "no test")
OUTCOMES = ("caught", "survived", "no test", "listed", "not run")


@dataclass
class Result:
    mutant: Mutant
    before: str
    after: str
    outcome: str = "not run"
    tests: int = 0

    def __str__(self) -> str:
        place = f"{self.mutant.path}:{self.mutant.start[0]}, {self.tests} tests"
        return f"{place}\n    - {self.before}\n    + {self.after}"


class Run:
    """Tests of all mutants, in copies of the project."""

    def __init__(self, deadline: float, tests: list[str]) -> None:
        self.deadline, self.tests = deadline, tests
        self.copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
        copies = [Copy(ROOT, KEPT / f"copy-{number}", tests) for number in range(PROCESSES)]
        for copy in copies:
            self.copies.put(copy)
        self.all, self.root = copies, copies[0].root

    @cached_property
    def sqlite(self) -> Covering:
        return Covering(self.root, KEPT, "", self.tests)

    @cached_property
    def postgres(self) -> Covering:
        return Covering(self.root, KEPT, SERVER, ON_POSTGRES)

    def test(self, results: list[Result]) -> None:
        """Fill in the outcomes of the results that are not listed."""
        waiting = [result for result in results if result.outcome != "listed"]
        # Before the copies change.
        selections = [self.selection(result.mutant) for result in waiting]
        with ThreadPoolExecutor(PROCESSES) as pool:
            list(pool.map(self.test_one, waiting, selections))
        unsound = set[str]().union(*(copy.close() for copy in self.all))
        print(f"\nTests that fail in a fork without any mutant: {len(unsound)}", *sorted(unsound), sep="\n")

    def selection(self, mutant: Mutant) -> tuple[str, Selection]:
        """Return the database and the tests; SQLite wherever it reaches the mutant."""
        selection = self.sqlite.selection(mutant, BUDGET * self.sqlite.seconds)
        if selection.tests or not SERVER.startswith("postgres"):
            return "sqlite", selection
        return "postgres", self.postgres.selection(mutant, BUDGET * self.sqlite.seconds)

    def test_one(self, result: Result, chosen: tuple[str, Selection]) -> None:
        database, selection = chosen
        result.tests = len(selection.tests)
        if not selection.tests:
            result.outcome = "no test"
        elif time.monotonic() < self.deadline:
            copy = self.copies.get()
            try:
                # Each copy has a database of its own beside the others.
                url = on_server(copy.root.name.replace("-", "_")) if database == "postgres" else ""
                survives = copy.survives(result.mutant, selection, url)
            finally:
                self.copies.put(copy)
            result.outcome = "survived" if survives else "caught"
        print(f"{result.outcome:10}{result}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=SAMPLE, help=f"How many mutants to draw ({SAMPLE}).")
    parser.add_argument("--seed", type=int, default=SEED, help=f"Another number draws others ({SEED}).")
    parser.add_argument("--minutes", type=float, default=MINUTES, help=f"When no more are begun ({MINUTES}).")
    parser.add_argument("--modules", nargs="+", default=MODULES, help="Packages and modules to draw from.")
    parser.add_argument("--tests", nargs="+", default=["tests"], help="Files or folders of tests to run.")
    parser.add_argument("--survivors", action="store_true", help="Only those that survived the last run.")
    options = parser.parse_args()
    deadline = time.monotonic() + options.minutes * 60
    results = [described(m) for m in sample(ROOT, files(ROOT, options.modules), options.sample, options.seed)]
    if options.survivors:
        survivors = json.loads(LAST_RUN.read_text())
        results = [result for result in results if result.mutant.id in survivors]
    Run(deadline, options.tests).test(results)
    report(results)
    survived = [result.mutant.id for result in results if result.outcome in NOT_CAUGHT]
    LAST_RUN.write_text(json.dumps(survived))


def described(mutant: Mutant) -> Result:
    before, after = mutant.change((ROOT / mutant.path).read_text())
    listed = (mutant.path, before, after) in equivalent()
    return Result(mutant, before, after, "listed" if listed else "not run")


@cache
def equivalent() -> set[tuple[str, str, str]]:
    entries = tomllib.loads(EQUIVALENT.read_text()).get("mutant", [])
    if any(not entry.get("reason") for entry in entries):
        raise SystemExit(f"{EQUIVALENT.name}: each mutant needs its reason.")
    return {(entry["path"], entry["before"], entry["after"]) for entry in entries}


def report(results: list[Result]) -> None:
    print("\nSurvivors\n")
    for result in results:
        if result.outcome in NOT_CAUGHT:
            print(result)
    print(f"\n{'':40}" + "".join(f"{outcome:>10}" for outcome in OUTCOMES))
    folders = sorted({str(Path(result.mutant.path).parent) for result in results})
    for folder in [*folders, "all"]:
        counts = Counter(r.outcome for r in results if folder in ("all", str(Path(r.mutant.path).parent)))
        print(f"{folder:40}" + "".join(f"{counts[outcome]:10}" for outcome in OUTCOMES))
    tested = sum(counts[outcome] for outcome in ("caught", *NOT_CAUGHT))
    if tested:
        print(f"\nCaught {counts['caught']} of {tested} that are not listed: {counts['caught'] / tested:.0%}.")


if __name__ == "__main__":
    main()
