"""pretalx from PyPI beside the archive: as many workers, a PostgreSQL and a Redis of its own, 60 conferences.

Installed into var/bench/pretalx, which is used again. Of its processor time that of the workers counts, not that of
PostgreSQL and Redis.
"""

import re
import subprocess
import urllib.request
from pathlib import Path

from tests.site import ROOT, Server

from . import databases
from .cluster.servers import NAME, Postgres, Redis

PEER = "pretalx 2026.1.2"  # its Python is 3.12 or newer
HOME = databases.FOLDER / "pretalx"
CONTENT = Path(__file__).with_name("peer_content.py")


class Pretalx(Server):
    bin = HOME / "bin"

    def __init__(self, folder: Path, *sizes: int) -> None:
        install()
        # gunicorn reads the configuration of the archive in its folder.
        self.folder = folder / "pretalx"
        self.folder.mkdir()
        self.postgres, self.redis = Postgres(folder / "postgres"), Redis()
        self.postgres.sql("CREATE DATABASE pretalx")
        super().__init__(
            "pretalx.wsgi",
            WEB_CONCURRENCY="2",
            DJANGO_SETTINGS_MODULE="pretalx.settings",
            PRETALX_DB_TYPE="postgresql",
            PRETALX_DB_NAME="pretalx",
            PRETALX_DB_USER=NAME,
            PRETALX_DB_HOST="127.0.0.1",
            PRETALX_DB_PORT=str(self.postgres.port),
            PRETALX_REDIS=f"redis://127.0.0.1:{self.redis.port}/0",
            PRETALX_DATA_DIR=str(self.folder),
            PRETALX_FILESYSTEM_STATIC=str(self.folder / "static"),
        )
        self.environment["PRETALX_SITE_URL"] = self.url
        bound = f"--bind 127.0.0.1:{self.port} --preload --worker-class sync --threads 1 --no-control-socket"
        self.environment["GUNICORN_CMD_ARGS"] = bound
        for command in (["migrate"], ["collectstatic", "--no-input"]):
            self._python("-m", "pretalx", *command, "--verbosity=0")
        self._python(str(CONTENT), *map(str, sizes))

    def _python(self, *arguments: str) -> None:
        command = [self.bin / "python", *arguments]
        subprocess.run(command, env=self.environment, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)

    def stop(self) -> None:
        super().stop()
        self.redis.stop()
        self.postgres.stop()

    def pages(self, few: int, many: int) -> dict[str, str]:
        """The addresses of pages like ours: the list of conferences, a programme as HTML, a talk, a speaker."""
        programme = f"/talks{few}/schedule/nojs"
        return {
            "list": "/",
            f"event, {few} talks": programme,
            f"event, {many} talks": f"/talks{many}/schedule/nojs",
            "talk": self._first_link(programme, f"/talks{few}/talk/"),
            "speaker": self._first_link(f"/talks{few}/speaker/", f"/talks{few}/speaker/"),
        }

    def _first_link(self, page: str, folder: str) -> str:
        # Whoever does not ask for HTML gets a table of text.
        asked = urllib.request.Request(self.url + page, headers={"Accept": "text/html"})
        with urllib.request.urlopen(asked, timeout=30) as response:
            html = response.read().decode()
        found = re.search(rf'href="?({folder}\w+/)', html)
        if not found:
            raise SystemExit(f"pretalx: {page} leads to nothing in {folder}.")
        return found[1]


def install() -> None:
    if (HOME / "bin" / "gunicorn").exists():
        return
    python = subprocess.run([ROOT / ".ci" / "newest-python"], check=True, text=True, capture_output=True).stdout.strip()
    subprocess.run([python, "-m", "venv", HOME], check=True)
    packages = [PEER.replace(" ", "=="), "psycopg[binary]", "redis", "gunicorn"]
    subprocess.run([HOME / "bin" / "pip", "install", "--quiet", *packages], check=True)
