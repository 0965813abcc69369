"""Lighthouse’s marks of the main pages, on a phone. make lighthouse; RUNS=1 is quicker

The archive is what `make run` opens with, the specimen and an event of 148 talks. Each page is judged several times
and the middle mark counts: performance depends on what else the machine does. A search is not for robots, so its SEO
mark is left out.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "confarchive.settings")
django.setup()

from tests.browser.conftest import CHROMIUM_FLAGS  # noqa: E402
from tests.browser.test_modes import LONG, SPECIMEN, start_full  # noqa: E402
from tests.site import Site  # noqa: E402

COMMANDS = Path(__file__).parent / "node_modules" / ".bin"  # lighthouse, and the node that runs it
PATHS = ["/", "/conferences/", SPECIMEN, LONG, "/talks/", "/search/?q=библиотека"]
ATTEMPTS = 3  # on a busy machine a trace sometimes lacks the beginning of the navigation (NO_NAVSTART)
MARKS = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        start_full(site)
        try:
            below = judge(site, runs)
        finally:
            site.stop()
    if below:
        sys.exit(f"Below {', '.join(f'{name} {mark}' for name, mark in MARKS.items())}: {'; '.join(below)}")


def judge(site: Site, runs: int) -> list[str]:
    """Print the marks of each page; returns those below what they should be."""
    print(f"{'':28}" + "".join(f"{name:>16}" for name in MARKS) + f"{'LCP ms':>10}{'CLS':>8}")
    below = []
    for path in PATHS:
        reports = [report(site.url + path) for _run in range(runs)]
        marks = {name: median(one["categories"][name]["score"] * 100 for one in reports) for name in MARKS}
        lcp, cls = (
            median(one["audits"][name]["numericValue"] for one in reports)
            for name in ("largest-contentful-paint", "cumulative-layout-shift")
        )
        print(f"{path:28}" + "".join(f"{mark:16.0f}" for mark in marks.values()) + f"{lcp:10.0f}{cls:8.3f}", flush=True)
        is_search = path.startswith("/search/")
        below += [
            f"{path} {name} {mark:.0f}"
            for name, mark in marks.items()
            if mark < MARKS[name] and not (is_search and name == "seo")
        ]
    return below


def report(url: str) -> dict:
    command = [
        COMMANDS / "lighthouse",
        url,
        "--output=json",
        "--quiet",
        f"--only-categories={','.join(MARKS)}",
        f"--chrome-flags={' '.join(CHROMIUM_FLAGS)}",
    ]
    environment = {
        **os.environ,
        "CHROME_PATH": shutil.which("chromium") or "/usr/bin/chromium",
        "PATH": f"{COMMANDS}{os.pathsep}{os.environ['PATH']}",
    }
    for _attempt in range(ATTEMPTS):
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE)
        if done.returncode == 0:
            return json.loads(done.stdout)
    sys.exit(f"Lighthouse could not judge {url}.")


if __name__ == "__main__":
    main()
