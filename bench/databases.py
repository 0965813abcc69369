"""Databases to measure on: made once, kept in var/bench, used again."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .processes import children, times

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "bench"
TEMPORARY = "temporary"
# tests/postgres and the operator set one of these; without them PostgreSQL is left out and the table says so.
SERVER = os.environ.get("BENCH_DATABASE_URL") or os.environ.get("DATABASE_URL", "")


def address(engine: str, name: str) -> str | None:
    """The address of a database of that name, None where there is no server."""
    if engine == "sqlite":
        FOLDER.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{FOLDER / name}.sqlite3"
    if not SERVER.startswith("postgres"):
        return None
    database = f"bench_{name.replace('-', '_')}"
    create(database)
    return on_server(database)


def on_server(database: str) -> str:
    # Not urlunsplit(): it takes the slashes of an address without a host away.
    parts = urlsplit(SERVER)
    return f"{parts.scheme}://{parts.netloc}/{database}" + (f"?{parts.query}" if parts.query else "")


def create(database: str) -> None:
    import psycopg

    with psycopg.connect(on_server("postgres").replace("postgres:", "postgresql:", 1), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(f'CREATE DATABASE "{database}"')


@contextmanager
def temporary(engine: str) -> Iterator[str | None]:
    """An empty database that is dropped afterwards; None where there is no server."""
    drop(engine)
    try:
        yield address(engine, TEMPORARY)
    finally:
        drop(engine)


def drop(engine: str) -> None:
    """Drop the temporary database, if there is one."""
    if engine == "sqlite":
        for path in FOLDER.glob(f"{TEMPORARY}.sqlite3*"):
            path.unlink()
    elif SERVER.startswith("postgres"):
        import psycopg

        with psycopg.connect(on_server("postgres").replace("postgres:", "postgresql:", 1), autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "bench_{TEMPORARY}"')


def name_of(url: str) -> str:
    """What is particular to a database, as the name of a file."""
    parts = urlsplit(url)
    return f"{parts.scheme}-{Path(parts.path).stem}"


def run(module: str, url: str, *arguments: str) -> Any:
    """What a module of this folder answers, as JSON on its last line, with that database behind Django."""
    command = [sys.executable, "-m", f"bench.{module}", *arguments]
    output = subprocess.run(
        command, env=environment(url), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    return json.loads(output.splitlines()[-1])


def environment(url: str) -> dict[str, str]:
    own = {"DATABASE_URL": url, "DATA_DIR": str(FOLDER), "DEBUG": "0", "LOG_LEVEL": "ERROR"}
    # Everything on one core, so that it can be counted.
    own["PGOPTIONS"] = "-c max_parallel_workers_per_gather=0 -c jit=off"
    return {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "confarchive.settings"}


class Cost(NamedTuple):
    seconds: float
    processor: float
    """Seconds of one core, in this process and in the server."""
    megabytes: int
    """The most memory of its own that it held; pages of files mapped into it are not in it."""


def manage(url: str, *arguments: str) -> Cost:
    """Runs a management command and says what it cost."""
    return run_python(url, "manage.py", *arguments)


def run_python(url: str, *arguments: str) -> Cost:
    """Runs Python with that database behind Django and says what it cost."""
    started, served = time.monotonic(), server_seconds(url)
    process = subprocess.Popen([sys.executable, *arguments], env=environment(url), cwd=ROOT)
    most = 0
    while (ended := os.wait4(process.pid, os.WNOHANG))[0] == 0:
        most = max(most, own_memory(process.pid))
        time.sleep(0.05)
    if ended[1]:
        raise SystemExit(f"{' '.join(arguments)} failed.")
    served = server_seconds(url) - served
    return Cost(time.monotonic() - started, ended[2].ru_utime + ended[2].ru_stime + served, most)


def server_seconds(url: str) -> float:
    """Seconds of a core that a PostgreSQL server on this machine has spent since its start, on whatever database."""
    if url.startswith("sqlite"):
        return 0
    import psycopg

    with psycopg.connect(on_server("postgres").replace("postgres:", "postgresql:", 1)) as connection:
        server = times(connection.info.backend_pid).parent
        # What its ended processes spent counts as its own.
        spent = [times(pid) for pid in (server, *children(server))]
    return sum(one.own + one.of_ended for one in spent)


def own_memory(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"RssAnon:\s*(\d+) kB", status)
    return int(found[1]) // 1024 if found else 0
