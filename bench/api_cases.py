"""Requests made of the API's description, right and wrong ones: every answer must be as described (schemathesis)."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.site import Site

CASES = 150  # of each of the operations


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        site.environment["API_RATE"] = "0"
        site.fill("first_event", "reports")
        site.start()
        try:
            command = [Path(sys.executable).with_name("schemathesis"), "run", f"{site.url}/api/v1/openapi.json"]
            checks = ["--checks", "all", "--exclude-checks", "positive_data_acceptance", "--max-examples", str(CASES)]
            return subprocess.run([*command, *checks, "--seed", "1", *sys.argv[1:]], cwd=folder).returncode
        finally:
            site.stop()


if __name__ == "__main__":
    raise SystemExit(main())
