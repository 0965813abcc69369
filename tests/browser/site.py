"""The real site in a process of its own: what `make run` starts, with an archive in a temporary folder."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
STAFF, PASSWORD = "librarian", "a long fictitious password"


class Site:
    """An archive in `data` and the server that shows it at `url`."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "DATABASE_"))},
            "DJANGO_SETTINGS_MODULE": "confarchive.settings",
            "DATA_DIR": str(data),
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "1",
        }
        self.server: subprocess.Popen | None = None

    def manage(self, *arguments: str, **environment: str) -> str:
        """Runs a management command on this archive and returns what it printed."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, **environment},
            check=True,
            text=True,
            stdout=subprocess.PIPE,
        ).stdout

    def fill(self, *fixtures: str) -> None:
        self.manage("migrate", "--verbosity=0")
        if fixtures:
            self.manage("loaddata", *fixtures)
        self.manage("collectstatic", "--no-input", "--verbosity=0")
        self.manage(
            "createsuperuser",
            "--no-input",
            f"--username={STAFF}",
            "--email=librarian@archive.example",
            DJANGO_SUPERUSER_PASSWORD=PASSWORD,
        )

    def start(self) -> None:
        self.server = subprocess.Popen([BIN / "gunicorn", "confarchive.wsgi"], cwd=ROOT, env=self.environment)
        for _attempt in range(150):
            if self.server.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{self.url}/robots.txt", timeout=5).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("The site did not start; its messages stand above.")

    def stop(self) -> None:
        if self.server:
            self.server.terminate()
            self.server.wait(timeout=20)

    def copy(self, data: Path) -> "Site":
        """Another site with the same content, to be changed by a test."""
        data.mkdir(parents=True)
        copy = Site(data)
        (data / "secret_key").write_text((self.data / "secret_key").read_text())
        shutil.copytree(self.data / "static", data / "static")
        # Not a copy of the file: what is still in its write-ahead log would be missing.
        self.manage(
            "shell",
            "--verbosity=0",
            "-c",
            f"""
from django.db import connection
connection.cursor().execute("VACUUM INTO %s", ["{data}/db.sqlite3"])
""",
        )
        return copy


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
