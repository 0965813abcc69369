"""Moves an archive from SQLite to PostgreSQL and back by backup and restore, and compares every public page.

Run by `make trust-move`, half an hour; SIZE=small leaves out narrowed lists and lists of chosen records. Pages must be
the same to the byte, the clock held; those of the search must have the same hits and counts, those of similar events as
many hits. The archive has deletions, drafts, a merge, a photo and a file of a reader that waits. Ends with 1 if
anything differs or a restored archive has a fault.
"""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any
from unittest import mock

from . import databases

# Arguments that an address may have: filters combine without end.
MOST_ARGUMENTS = 0 if os.environ.get("SIZE") == "small" else 1
NOW = "2026-12-01T12:00:00+00:00"
SEARCHES = ("библиотека", "чтение", "Донецк", "конференция 2020", "вебинар", "«детская библиотека»", "тайные", "а")


def fill() -> None:
    """The archive as it opens, then what shifts the numbers of rows."""
    from django.contrib.auth.models import Group, User
    from django.core.files.base import ContentFile
    from django.core.management import call_command

    from events import contributions, merging, revisions
    from events.models import Conference, Speaker

    call_command("migrate", verbosity=0)
    call_command("loaddata", "first_event", "reports", verbosity=0)
    editor = User.objects.create_user("editor", password="a long fictitious password", is_staff=True)
    editor.groups.add(Group.objects.get(name="Редакторы"))
    with revisions.create(user=editor):
        Conference.objects.order_by("pk")[3].delete()
        draft = Conference.objects.order_by("pk")[7]
        draft.status, draft.theme = Conference.Status.DRAFT, "Тайные чтения"
        draft.save()
    people = [Speaker.objects.create(family_name="Вымышленная", initials=name) for name in ("А. А.", "А. Б.")]
    merging.merge(*people, user=editor)
    last = Conference.objects.published().order_by("-pk").first()
    last.photos.create(image=ContentFile(b"a fictitious picture", name="hall.jpg"), width=4, height=3)
    contributions.receive(last, "Опечатка", "", files=[ContentFile(b"%PDF-1.4 fictitious", name="programme.pdf")])


def crawl() -> None:
    """Print the digest of every public page, of a search its hits and counts."""
    import datetime

    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    client, found, waiting = Client(), {}, ["/", "/en/", *(f"/search/?q={query}" for query in SEARCHES)]
    with mock.patch("django.utils.timezone.now", return_value=datetime.datetime.fromisoformat(NOW)):
        while waiting:
            if (address := waiting.pop()) in found:
                continue
            if "/search/" in address:
                found[address] = hits(client, address)
                continue
            response = client.get(address)
            content = b"".join(response) if response.streaming else response.content
            if "/similar/" in address:
                # The best twenty by the rank of the engine, of which each has its own: their number is the same.
                content = str(len(set(re.findall(rb'href="((?:/en)?/conferences/[^"]+)"', content)))).encode()
            found[address] = [response.status_code, digest(content)]
            html = content.decode(errors="ignore") if response.status_code == 200 else ""
            links = re.findall(r'href="(/[^"#]*)', html)
            waiting += [link for link in (one.replace("&amp;", "&") for one in links) if is_followed(link)]
    print(json.dumps(found))


def digest(content: bytes) -> str:
    """The SHA-256 of an answer; of DOCX and XLSX, whose packages say when they were written, that of their parts."""
    found = hashlib.sha256()
    if not content.startswith(b"PK"):
        found.update(content)
        return found.hexdigest()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            part = re.sub(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>", b"", package.read(name))
            found.update(name.encode() + b"\0" + part)
    return found.hexdigest()


def is_followed(link: str) -> bool:
    is_page = not link.startswith(("/static/", "/admin/", "/report/", "/en/report/"))
    return is_page and link.count("=") <= MOST_ARGUMENTS and "/search/?" not in link


def hits(client: Any, address: str) -> list:
    """The status of a search, its heading with the count, and its hits on all pages, whatever their rank."""
    records = "conferences|talks|speakers|organisations|topics|series"
    found, heading, status = set(), [], 200
    for page in range(1, 200):
        response = client.get(f"{address}&page={page}")
        text = response.content.decode()
        if response.status_code != 200:
            status = status if page > 1 and response.status_code == 404 else response.status_code
            break
        heading = heading or re.findall(r'<p class="muted">.*?</p>', text, re.DOTALL)[:1]
        found |= set(re.findall(rf'<a href="(/(?:{records})/[^"]+)"', text))
    return [status, hashlib.sha256(json.dumps([heading, sorted(found)]).encode()).hexdigest()]


def step(name: str, url: str, data: Path, *arguments: str) -> str:
    """Run a step of this module, or a command of manage.py, in a process of its own on that database."""
    command = ["-m", "bench.moving", name] if name in STEPS else ["manage.py", name]
    environment = {**databases.environment(url), "DATA_DIR": str(data), "ACCESS_LOG": "0"}
    return subprocess.run(
        [sys.executable, *command, *arguments],
        cwd=databases.ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def main() -> int:
    failed = False
    with tempfile.TemporaryDirectory() as folder, databases.temporary("postgresql") as postgresql:
        if postgresql is None:
            raise SystemExit("No PostgreSQL: run it by `make trust-move`.")
        places = [f"sqlite:///{folder}/from.sqlite3", postgresql, f"sqlite:///{folder}/back.sqlite3"]
        step("fill", places[0], Path(folder) / "data0")
        before: dict[str, list] = {}
        print(f"{'database':<12}{'seconds':>9}{'pages':>7}{'5xx':>5}{'differing':>11}")
        for number, place in enumerate(places):
            start, data = time.monotonic(), Path(folder) / f"data{number}"
            if number:
                step("migrate", place, data, "--verbosity=0")
                step("restore", place, data, f"{folder}/backup{number - 1}", "--verbosity=0")
            step("check_archive", place, data, "--verbosity=0")
            step("backup", place, data, f"{folder}/backup{number}", "--verbosity=0")
            seconds = time.monotonic() - start
            pages = json.loads(step("crawl", place, data))
            differing = sorted(a for a in before.keys() | pages.keys() if before and before.get(a) != pages.get(a))
            errors = sum(status >= 500 for status, _digest in pages.values())
            print(f"{place.split(':')[0]:<12}{seconds:>9.1f}{len(pages):>7}{errors:>5}{len(differing):>11}")
            for address in differing[:20]:
                print(f"    {address}")
            failed |= bool(differing or errors)
            before = before or pages
    return int(failed)


STEPS = {"fill": fill, "crawl": crawl}

if __name__ == "__main__":
    if len(sys.argv) > 1:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "confarchive.settings")
        import django

        django.setup()
        STEPS[sys.argv[1]]()
    else:
        sys.exit(main())
