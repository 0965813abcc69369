"""Another process beside the tests, on the database of the test as another installation would have it."""

import os
import subprocess
import sys
from pathlib import Path

from django.db import connection

from .conftest import ROOT


def run_beside(script: str, folder: Path, *arguments: str) -> str:
    """Run Python code on the test's committed rows and return what it printed; it fails if the code does.

    The tests' SQLite is in memory, where readers do hold up writers: the code gets a copy in a file.
    """
    address = f"postgres:///{connection.settings_dict['NAME']}"
    if connection.vendor == "sqlite":
        address = f"sqlite:///{folder}/archive.sqlite3"
        connection.cursor().execute("VACUUM INTO %s", [f"{folder}/archive.sqlite3"])
    environment = {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": address}
    environment["DJANGO_SETTINGS_MODULE"] = "confarchive.settings"
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout
