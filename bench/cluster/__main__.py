"""make test-cluster: an archive on two machines with all that belongs to it, on ports of this one, and what it stands.

Prints a table of each scenario and ends with 1 if a promise of docs/cluster.md was not kept. SIZE=small tries it in
a few minutes, RECORDS=20000 on a larger archive, SCENARIOS="failover bucket" only these.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.processes import none_left
from bench.trust import Visitor

from . import files, scenarios
from .machines import SIZES, Cluster
from .table import Table


def main() -> None:
    size = SIZES[os.environ.get("SIZE") or "full"]
    size = size._replace(records=int(os.environ.get("RECORDS") or size.records))
    chosen = os.environ.get("SCENARIOS", "").split()
    table, started = Table(), time.monotonic()
    prefix = "confarchive-cluster-"
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as folder, none_left():
        cluster = Cluster(Path(folder), size)
        try:
            cluster.start()
            staff = Visitor(cluster.nginx).log_in()
            steps: dict[str, Callable[[], None]] = {
                "spread": lambda: scenarios.spread(cluster, staff, table),
                "capacity": lambda: scenarios.capacity(cluster, staff, table),
                "late": lambda: scenarios.late(cluster, staff, table),
                "redis": lambda: scenarios.without_redis(cluster, staff, table),
                "rolling": lambda: scenarios.rolling_restart(cluster, staff, table),
                "once": lambda: scenarios.once(cluster, table),
                "slow": lambda: files.beside_slow_clients(cluster, table),
                "bucket": lambda: files.bucket(cluster, table),
                "failover": lambda: scenarios.failover(cluster, staff, table),
            }
            for name, step in steps.items():
                if not chosen or name in chosen:
                    step()
        finally:
            if os.environ.get("LOGS"):
                for path in sorted(cluster.folder.glob("*.log")):
                    print(f"── {path.name}\n{path.read_text()[-3000:]}")
            cluster.stop()
    print(f"\n{time.monotonic() - started:.0f} s. {'Not kept:' if table.broken else 'All was kept.'}")
    for line in table.broken:
        print(f"    {line}")
    sys.exit(bool(table.broken))


if __name__ == "__main__":
    main()
