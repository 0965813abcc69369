"""How the archive is served; gunicorn reads this file by itself. docs/operators.md explains the variables."""

import os
import shutil
import tempfile
from typing import Any

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
# The dictionary of Russian word forms is loaded once, see when_ready, and shared by the workers.
preload_app = True
control_socket_disable = True
# A question of a thousand Russian letters, each six bytes in an address, is still answered by the site itself.
limit_request_line = 8190
loglevel = os.environ.get("LOG_LEVEL", "warning").lower()

if os.environ.get("METRICS_TOKEN"):
    # Where the processes count together for /metrics; read by prometheus_client when it is imported.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="confarchive-metrics-")


def on_exit(server: Any) -> None:
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        shutil.rmtree(folder, ignore_errors=True)


def child_exit(server: Any, worker: Any) -> None:
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)


def when_ready(server: Any) -> None:
    from events.russian.morphology import analyzer

    analyzer()
    print(f"The archive is open at http://{bind}", flush=True)
    print("To enter events make yourself staff (make staff) and go to /admin/. Ctrl+C stops the server.", flush=True)
