"""OAI-PMH as a harvester takes it: records a second of one core, the last tenth beside the first, memory.

DATA_DIR=… .venv/bin/python -m bench.harvesting [marc21]: the archive is that of DATA_DIR (bench.sample_data fills one).
Sickle reads every answer; counted is the time of this processor that the archive takes, not what Sickle does. The
whole is harvested several times, and of each answer the shortest time is taken. The collector of garbage runs before
each: else it stops some answers for half their time and others not at all.
"""

import argparse
import gc
import logging
import os
import resource
import time
from typing import Any, NamedTuple

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "confarchive.settings")

PREFIXES = ("oai_dc", "marc21", "unimarc")
TIMES = 5


class Answered(NamedTuple):
    """What Sickle needs of an answer."""

    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prefixes", nargs="*", default=["oai_dc"], choices=PREFIXES)
    import django

    django.setup()
    logging.disable(logging.INFO)
    for prefix in parser.parse_args().prefixes:
        measure(prefix)


def measure(prefix: str) -> None:
    from django.conf import settings
    from django.test import Client
    from sickle import Sickle
    from sickle.response import OAIResponse

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    spent: list[float] = []

    class WithoutServer(Sickle):
        def harvest(self, **arguments: Any) -> OAIResponse:
            gc.collect()
            start = time.process_time()
            content = client.get("/oai", arguments).content
            spent.append(time.process_time() - start)
            return OAIResponse(Answered(content), arguments)

    WithoutServer("http://testserver/oai").harvest(verb="Identify")
    begun, memory, taken = time.perf_counter(), [], []
    for _time in range(TIMES):
        spent.clear()
        counts: list[int] = []
        for _record in WithoutServer("http://testserver/oai").ListRecords(metadataPrefix=prefix):
            while len(counts) < len(spent):
                counts.append(0)
                memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
            counts[-1] += 1
        taken = [min(pair) for pair in zip(taken, spent, strict=True)] if taken else list(spent)
    tenth = max(1, len(counts) // 10)
    first = sum(counts[:tenth]) / sum(taken[:tenth])
    last = sum(counts[-tenth:]) / sum(taken[-tenth:])
    speed = sum(counts) / sum(taken)
    print(f"{prefix}: {sum(counts)} records in {len(counts)} answers, {speed:.0f} records/s of one core")
    print(f"  first tenth {first:.0f}/s, last tenth {last:.0f}/s: {first / last:.2f} × the time")
    print(f"  memory {memory[len(memory) // 10]} → {memory[-1]} MB; {time.perf_counter() - begun:.0f} s by the clock")


if __name__ == "__main__":
    main()
