"""Writers and readers at work, and whether a page was older than it may be."""

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from bench.trust import Visitor

from .machines import Cluster
from .servers import WRITERS
from .table import Table

READERS = 8
LARGEST_LAG = 2.0  # seconds that were promised


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
