"""python -m bench [RECORDS]: requests a second of the main pages beside a bare Django view under the same server.

The archive is the one that opens (fixtures/); a number adds that many records of sample data to it. Every round
measures every page once, so that whatever slows the machine down for a while slows all of them; the medians are
printed.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from urllib.parse import quote

from tests.site import Server, Site

ROUNDS, SECONDS, CONNECTIONS = 5, 2, 8
FIXTURES = ("first_event", "reports")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="confarchive-bench-") as folder:
        site = filled_site(Path(folder), sys.argv[1:])
        hello = Server("bench.hello:application")
        try:
            site.start()
            hello.start()
            report(measured({"hello": hello.url, **pages(site)}))
        finally:
            site.stop()
            hello.stop()


def filled_site(folder: Path, records: list[str]) -> Site:
    say("Filling an archive…")
    site = Site(folder)
    site.fill(*FIXTURES)
    if records:
        site.python("-m", "bench.sample_data", "--add", "--records", *records)
        site.manage("rebuild_search")
    return site


def pages(site: Site) -> dict[str, str]:
    """A name and an address for each page; the event and the speaker are the first that the lists show."""
    event = first_link(site.get("/conferences/"), "conferences")
    speaker = first_link(site.get("/speakers/"), "speakers")
    addresses = {
        "home": "/",
        "list": "/conferences/",
        "event": event,
        "speaker": speaker,
        "search": f"/search/?q={quote('библиотека')}",
    }
    for address in addresses.values():
        site.get(address)  # an error page would be measured as a very fast one
    return {name: site.url + address for name, address in addresses.items()}


def first_link(html: str, folder: str) -> str:
    match = re.search(rf'href="(/{folder}/[\w-]+/)"', html)
    if not match:
        raise SystemExit(f"/{folder}/ links to nothing: there is nothing to measure.")
    return match[1]


def measured(addresses: dict[str, str]) -> dict[str, list[tuple[float, float]]]:
    """For each page, in each round: requests a second and the median milliseconds of one request."""
    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in addresses}
    for address in addresses.values():
        wrk(address, seconds=1)  # warm
    for number in range(ROUNDS):
        say(f"Round {number + 1} of {ROUNDS}…")
        for name, address in addresses.items():
            rounds[name].append(wrk(address, SECONDS))
    return rounds


def wrk(address: str, seconds: int) -> tuple[float, float]:
    command = ["wrk", "--threads=1", f"--connections={CONNECTIONS}", f"--duration={seconds}s", "--latency", address]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if errors := re.search(r"Non-2xx.*|Socket errors.*", output):
        raise SystemExit(f"{address}: {errors[0]}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    latency = re.search(r"50%\s+([\d.]+)(us|ms|s)\b", output)
    if not rate or not latency:
        raise SystemExit(f"wrk said something unexpected:\n{output}")
    return float(rate[1]), float(latency[1]) * {"us": 0.001, "ms": 1, "s": 1000}[latency[2]]


def report(rounds: dict[str, list[tuple[float, float]]]) -> None:
    print(f"\n{'page':<10}{'requests/s':>12}{'of hello':>12}{'ms, median':>14}")
    for name, results in rounds.items():
        rates = [rate for rate, _ in results]
        ratios = [rate / hello for rate, (hello, _) in zip(rates, rounds["hello"], strict=True)]
        milliseconds = median(latency for _, latency in results)
        print(f"{name:<10}{median(rates):>12.0f}{median(ratios):>12.3f}{milliseconds:>14.1f}")
    print(
        f"\nMedians of {ROUNDS} rounds of {SECONDS} s with {CONNECTIONS} connections; gunicorn with one process of ten"
        "\nthreads and wrk on the same machine. “hello” is a Django view without middleware, template or database."
    )


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
