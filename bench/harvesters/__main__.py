"""The whole archive harvested by four clients one after another, from the real server: records, seconds, errors.

make bench-harvesters; RECORDS=10000 in a larger archive. The archive is that of DATA_DIR.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.site import Server

HERE = Path(__file__).parent
# Each prints how many records it got; a deleted one counts.
CLIENTS = {
    "Sickle": [sys.executable, HERE / "sickle_client.py"],
    "oaipmh-scythe": [sys.executable, HERE / "scythe_client.py"],
    "HTTP::OAI": ["perl", HERE / "http_oai.pl"],
    "oai-pmh (Node)": ["node", HERE / "oai_pmh.mjs"],
}
PREFIXES = ("oai_dc", "marc21")


def main() -> None:
    server = Server("confarchive.wsgi", DATABASE_URL="", DATA_DIR=os.environ["DATA_DIR"], ALLOWED_HOSTS="127.0.0.1")
    server.log = subprocess.DEVNULL
    server.start()
    counts, failed = set(), False
    try:
        print(f"{'':18}{'format':10}{'records':>10}{'seconds':>10}{'errors':>8}")
        for name, command in CLIENTS.items():
            for prefix in PREFIXES:
                begun = time.perf_counter()
                done = subprocess.run(
                    [*command, f"{server.url}/oai", prefix], cwd=HERE, capture_output=True, text=True, check=False
                )
                count = int(done.stdout.strip() or 0)
                counts.add(count)
                failed |= bool(done.returncode)
                seconds = time.perf_counter() - begun
                print(f"{name:18}{prefix:10}{count:10}{seconds:10.1f}{done.returncode and 1:8}", flush=True)
                if done.returncode:
                    print(done.stderr[-2000:])
    finally:
        server.stop()
    if failed or len(counts) != 1:
        sys.exit(f"Not all of them got the same records without an error: {sorted(counts)}")


if __name__ == "__main__":
    main()
