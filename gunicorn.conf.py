"""How the archive is served; gunicorn reads this file by itself. docs/operators.md explains the variables."""

import os
import shutil
import sys
import tempfile
from typing import Any

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# More than the eight visitors with slow lines who may load recordings at once: each keeps a thread. A proxy that sends
# files itself (X_ACCEL_MEDIA) leaves no work for threads: with one, gunicorn’s worker is “sync”.
threads = int(os.environ.get("WEB_THREADS", "10"))
worker_class = "gthread" if threads > 1 else "sync"
# A thread gives up Python’s lock at each statement of the database, and waits for it so long (5 ms if nothing is set)
# while another one makes a page: of a save with hundreds of statements that holds up all other writers.
sys.setswitchinterval(0.0005)
# The dictionary of Russian word forms is loaded once, see when_ready, and shared by the workers.
preload_app = True
control_socket_disable = True
# A question of a thousand Russian letters, each six bytes in an address, is still answered by the site itself.
limit_request_line = 8190
loglevel = os.environ.get("LOG_LEVEL", "warning").lower()

# Where the processes count together for /metrics; prometheus_client reads the variable when it is imported.
counts = tempfile.mkdtemp(prefix="confarchive-metrics-") if os.environ.get("METRICS_TOKEN") else ""
if counts:
    os.environ.update(PROMETHEUS_MULTIPROC_DIR=counts)


def child_exit(server: Any, worker: Any) -> None:
    if counts:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    if counts:
        shutil.rmtree(counts, ignore_errors=True)


def when_ready(server: Any) -> None:
    from events.russian.morphology import analyzer

    analyzer()
    print(f"The archive is open at http://{bind}", flush=True)
    print("To enter events make yourself staff (make staff) and go to /admin/. Ctrl+C stops the server.", flush=True)
