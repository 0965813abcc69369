"""The real site in a process of its own: what `make run` starts, with an archive in a temporary folder."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
STAFF, PASSWORD = "librarian", "a long fictitious password"


class Server:
    """An application served as the archive is: by gunicorn with the settings of gunicorn.conf.py."""

    folder, bin = ROOT, BIN

    def __init__(self, application: str, **environment: str) -> None:
        self.application = application
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            # Whatever is set for the tests themselves is not meant for the site.
            **{name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "DATABASE_"))},
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "1",
            **environment,
        }
        self.process: subprocess.Popen | None = None
        self.log: Any = None  # a file for the messages of the server

    def start(self) -> None:
        self.process = subprocess.Popen(
            [self.bin / "gunicorn", self.application],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=self.log,
        )
        for _attempt in range(300):
            if self.process.poll() is not None:
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
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=30)

    def get(self, address: str) -> str:
        with urllib.request.urlopen(self.url + address, timeout=30) as response:
            return response.read().decode()


class Site(Server):
    """An archive in `data` and the server that shows it at `url`."""

    def __init__(self, data: Path) -> None:
        super().__init__("confarchive.wsgi", DJANGO_SETTINGS_MODULE="confarchive.settings", DATA_DIR=str(data))
        self.data = data

    def manage(self, *arguments: str, **environment: str) -> str:
        """Runs a management command on this archive and returns what it printed."""
        return self.python("manage.py", *arguments, **environment)

    def python(self, *arguments: str, **environment: str) -> str:
        return subprocess.run(
            [sys.executable, *arguments],
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

    def copy(self, data: Path) -> "Site":
        """Another site with the same content, to be changed by a test."""
        data.mkdir(parents=True)
        shutil.copy(self.data / "secret_key", data)
        shutil.copytree(self.data / "static", data / "static")
        # Not a copy of the file: what is still in its write-ahead log would be missing.
        with closing(sqlite3.connect(self.data / "db.sqlite3")) as database:
            database.execute("VACUUM INTO ?", [str(data / "db.sqlite3")])
        return Site(data)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
