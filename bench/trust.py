"""Attacks and loads the real site on both databases and prints what it stood: `make trust`, `make trust SIZE=small`.

Odd requests of visitors and of staff, files that are not what they say, the web process killed in the middle of saves,
and editors at work while a large table is checked and written by a process that is killed. Ends with 1 if any answer
was 5xx or missing, anything acknowledged was lost, anything hidden was shown, a save was refused, or one waited longer
than WAIT seconds (2).
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from tests.admin_form import form_fields
from tests.site import PASSWORD, STAFF, Site

from . import databases
from .processes import children

# What only drafts have: in no answer to a visitor.
HIDDEN = "Тайносборище"
TITLE = "Слово"
IMPORTED = "Вымышленные чтения"
LOGIN = "/admin/login/"
# Rows of two other tables in the form of an event.
ROWS = ("sessions-0-title", "notes-0-text")
WAIT = float(os.environ.get("WAIT", "2"))


class Size(NamedTuple):
    visitors: int
    staff: int
    pictures: int
    materials: int
    kills: int
    seconds: int
    rows: int


SIZES = {
    "small": Size(300, 150, 60, 30, 4, 15, 500),
    "full": Size(6000, 3000, 120, 90, 30, 60, 20_000),
}


@dataclass
class Result:
    """A line of the table."""

    what: str
    tried: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0
    faults: list[str] = field(default_factory=list)

    def fault(self, kind: str, where: str) -> None:
        self.counts[kind] += 1
        self.faults.append(f"{kind}: {where[:200]}")


COLUMNS = ("5xx", "lost", "leaks", "refused")


def report(engine: str, results: list[Result]) -> bool:
    """Print the table of one database; whether it has faults."""
    loads = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"\nLoad of the machine in the last 1, 5 and 15 minutes: {loads}")
    print(f"{engine:<24}{'tried':>8}" + "".join(f"{name:>9}" for name in COLUMNS) + f"{'longest, s':>12}")
    for one in results:
        figures = "".join(f"{one.counts[name]:>9}" for name in COLUMNS)
        print(f"{one.what:<24}{one.tried:>8}{figures}{one.longest:>12.2f}")
        for fault in one.faults[:10]:
            print(f"    {fault}")
    return any(one.faults for one in results)


# ── A browser without a screen ──────────────────────────────────────────────────────────────────────────────────────


class Visitor:
    """One connection with its cookies."""

    def __init__(self, site: Site, cookies: dict[str, str] | None = None) -> None:
        self.port, self.cookies = site.port, dict(cookies or {})
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def ask(self, address: str, data: dict[str, Any] | None = None, method: str = "GET", is_again: bool = False) -> Any:
        """The answer, with status, text and seconds; status 599 where none came."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if data is not None:
            method, body = "POST", urlencode(data, doseq=True).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.monotonic()
        try:
            self.connection.putrequest(method, address, skip_accept_encoding=True)
            for name, value in headers.items():
                self.connection.putheader(name, value)
            if body is not None:
                self.connection.putheader("Content-Length", str(len(body)))
            self.connection.endheaders(body)
            answer = self.connection.getresponse()
            content, status = answer.read(), answer.status
        except (OSError, http.client.HTTPException):
            self.connection.close()
            if method == "GET" and not is_again:
                # The server ends connections on which nothing was asked for some seconds.
                return self.ask(address, is_again=True)
            return SimpleNamespace(status=599, content=b"", seconds=time.monotonic() - started, place="")
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        place = answer.headers.get("Location", "")
        return SimpleNamespace(status=status, content=content, seconds=time.monotonic() - started, place=place)

    def form(self, address: str) -> dict[str, Any]:
        answer = self.ask(address)
        if answer.status != 200:
            raise RuntimeError(f"{address}: {answer.status} {answer.place}")
        return form_fields(answer)

    def save(self, address: str, **changes: str) -> Any:
        return self.ask(address, {**self.form(address), "_continue": "1", **changes})

    def enter(self) -> Any:
        return self.ask(LOGIN, {**self.form(LOGIN), "username": STAFF, "password": PASSWORD})

    def log_in(self) -> "Visitor":
        answer = self.enter()
        if answer.status != 302:
            raise SystemExit(f"Nobody could log in: {answer.status}")
        return self


# ── The attacks ─────────────────────────────────────────────────────────────────────────────────────────────────────


ADMIN_NAMES = ["p", "o", "id__exact", "pk__in", "slug__contains", "_popup", "conference"]


def fuzz(what: str, visitor: Visitor, found: dict[str, list], number: int, is_staff: bool) -> Result:
    """Ask for addresses of the site with parts and arguments made by chance."""
    chance, result = random.Random(number), Result(what)
    addresses, names = (found["staff"], found["names"] + ADMIN_NAMES) if is_staff else (found["public"], found["names"])
    pieces = [*found["values"], "conferences", "search", "ru", "en", "%2F", "//", "%25", "..", "media"]
    for _number in range(number):
        path = chance.choice(addresses)
        if chance.random() < 0.4:
            parts = path.split("/")
            parts[chance.randrange(len(parts))] = chance.choice(pieces)
            path = "/" + "/".join(parts).lstrip("/")
        query = "&".join(f"{chance.choice(names)}={chance.choice(pieces)}" for _part in range(chance.randint(0, 5)))
        # What a client may send at all: no spaces and letters as they are, and no line of endless length.
        address = quote(f"{path}?{query}", safe="/?=&%+:;,'()!*~[]$@")[:8000]
        method = chance.choice(["GET"] * 8 + ["HEAD", "OPTIONS"])
        answer = visitor.ask(address, method=method)
        result.tried += 1
        result.longest = max(result.longest, answer.seconds)
        if answer.status >= 500:
            result.fault("5xx", f"{answer.status} {method} {address}")
        if not is_staff and HIDDEN.encode() in answer.content:
            result.fault("leaks", address)
    return result


def hostile(site: Site, size: Size) -> Result:
    found = step(site, "files", str(size.pictures), str(size.materials))
    result = Result("pictures, materials", sum(found.values()))
    for outcome in found:
        if outcome not in ("taken", "refused"):
            result.fault("leaks" if outcome.startswith("leaked") else "5xx", outcome)
    return result


def swelling(site: Site) -> Result:
    """Small files of tables that unpack to hundreds of megabytes or have endless cells: refused, and how soon."""
    found = step(site, "swelling")
    result = Result("tables that swell", len(found), longest=max(seconds for _name, _is_refused, seconds in found))
    for name, is_refused, _seconds in found:
        if not is_refused:
            result.fault("5xx", f"{name} was taken")
    return result


def kills(site: Site, staff: Visitor, events: list[dict], number: int) -> Result:
    """Kill the web process in the middle of saves: each is whole or was never made, and kept if it was answered."""
    result, chance, address = Result("killed in mid-save"), random.Random(1), f"/admin/{events[0]['path']}"
    # As long as the first save of a process takes: each of the following is the first of one.
    os.kill(worker(site), signal.SIGKILL)
    staff.connection.close()
    usual = staff.save(address, title=f"{TITLE} 0").seconds
    title = f"{TITLE} 0"
    for place in range(1, number + 1):
        wanted, form = f"{TITLE} {place}", staff.form(address)
        changes = {"title": wanted, **dict.fromkeys(ROWS, wanted), "_continue": "1"}
        answers: list[Any] = []
        saving = threading.Thread(target=lambda data=form | changes, to=answers: to.append(staff.ask(address, data)))
        saving.start()
        time.sleep(chance.uniform(0.1, 1.1) * usual)
        os.kill(worker(site), signal.SIGKILL)
        saving.join()
        staff.connection.close()
        result.tried += 1
        form = staff.form(address)
        is_saved = form["title"] == wanted
        if {form[row] == wanted for row in ROWS} != {is_saved} or (not is_saved and form["title"] != title):
            result.fault("lost", f"save {place} is there in part: {form['title']}, {[form[row] for row in ROWS]}")
        if answers[0].status == 302 and not is_saved:
            result.fault("lost", f"save {place} was answered and is gone")
        result.counts["kept"] += is_saved
        title = form["title"]
    return result


def worker(site: Site) -> int:
    """The process that answers; there is one."""
    for _attempt in range(200):
        if found := children(site.process.pid):
            return found[-1]
        time.sleep(0.1)
    raise SystemExit("The web process did not come back.")


def at_work(site: Site, staff: Visitor, events: list[dict], size: Size) -> list[Result]:
    """Four editors and four readers: alone, while a table is only checked, and while it is written."""
    command = [sys.executable, "manage.py", "import_table", "--verbosity=0"]
    results = with_load(site, staff, events, size, "alone")
    with tempfile.NamedTemporaryFile(suffix=".csv") as table:
        step(site, "table", table.name, str(size.rows))
        for beside, more in (("preview", ["--dry-run"]), ("import", [])):
            importing = subprocess.Popen(
                [*command, table.name, *more], cwd=databases.ROOT, env=site.environment, stderr=subprocess.PIPE
            )
            while beside == "import" and importing.poll() is None and not is_writing(staff):
                time.sleep(1)
            found = with_load(site, staff, events, size, beside)
            found.append(Result(f"{beside}, {size.rows} rows", 1))
            if importing.poll():
                found[-1].fault("refused", importing.stderr.read().decode()[-300:])
            importing.kill()
            importing.wait()
            results += found
    undone = Result("killed, then undone", 1)
    site.manage("undo_import", site.manage("undo_import").split()[0])
    if is_writing(staff):
        undone.fault("lost", "events of the import are still there")
    return [*results, undone]


def is_writing(staff: Visitor) -> bool:
    """Whether an event of the table is there."""
    answer = staff.ask(f"/admin/events/conference/?q={quote(IMPORTED.lower())}")
    return answer.status != 200 or IMPORTED.encode() in answer.content


def with_load(site: Site, staff: Visitor, events: list[dict], size: Size, beside: str) -> list[Result]:
    writes, reads = Result(f"4 writers, {beside}"), Result(f"4 readers, {beside}")
    end, last = time.monotonic() + size.seconds, dict[str, str]()
    threads = [
        *(in_thread(writer, Visitor(site, staff.cookies), one["path"], writes, last, end) for one in events[1:5]),
        *(in_thread(reader, site, reads, end) for _reader in range(4)),
    ]
    for thread in threads:
        thread.join()
    for path, title in last.items():
        if (found := staff.form(f"/admin/{path}").get("title")) != title:
            writes.fault("lost", f"{path}: «{title}», found «{found}»")
    for result in (writes, reads):
        if result.longest > WAIT:
            load = os.getloadavg()[0]
            result.faults.append(f"one waited {result.longest:.1f} s, longer than {WAIT:g}; load {load:.1f}")
    return [writes, reads]


def in_thread(function: Callable[..., None], *arguments: Any) -> threading.Thread:
    thread = threading.Thread(target=function, args=arguments)
    thread.start()
    return thread


def writer(visitor: Visitor, path: str, result: Result, last: dict[str, str], end: float) -> None:
    number = 0
    while time.monotonic() < end:
        number += 1
        form, title = visitor.form(f"/admin/{path}"), f"{TITLE} {path} {number}"
        answer = visitor.ask(f"/admin/{path}", {**form, "_continue": "1", "title": title})
        result.tried += 1
        result.longest = max(result.longest, answer.seconds)
        if answer.status >= 500:
            result.fault("5xx", f"{answer.status} {path}")
        elif answer.status != 302:
            result.fault("refused", f"{answer.status} {path}")
        else:
            last[path] = title


def reader(site: Site, result: Result, end: float) -> None:
    addresses = ["/", "/conferences/", f"/search/?q={quote('библиотека')}", "/speakers/", LOGIN]
    while time.monotonic() < end:
        address = addresses[result.tried % len(addresses)]
        visitor = Visitor(site)
        answer = visitor.enter() if address == LOGIN else visitor.ask(address)
        result.tried += 1
        result.longest = max(result.longest, answer.seconds)
        if answer.status != (302 if address == LOGIN else 200):
            result.fault("5xx", str(answer.status))
        if HIDDEN.encode() in answer.content:
            result.fault("leaks", "to a reader")


def checked(site: Site) -> Result:
    """Files, columns, history and index after all that."""
    result = Result("check_archive", 1)
    command = [sys.executable, "manage.py", "check_archive", "--verbosity=0"]
    done = subprocess.run(command, cwd=databases.ROOT, env=site.environment, text=True, capture_output=True)
    if done.returncode:
        result.fault("lost", (done.stdout + done.stderr)[-300:])
    return result


# ── Steps that need the archive's models, each in a process of its own ──────────────────────────────────────────────


def step(site: Site, name: str, *arguments: str) -> Any:
    return json.loads(site.python("-m", "bench.trust", name, *arguments).splitlines()[-1])


def prepare() -> dict[str, list]:
    """A hidden event and five to edit; all addresses that are tried."""
    from django.contrib import admin
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage
    from django.urls import reverse

    from events.models.media_files import files_of_records
    from tests.rows import event
    from tests.test_security import ARGUMENTS, VALUES, addresses

    event(HIDDEN, status="draft")
    events = [event(f"{TITLE} {number}", size=2) for number in range(5)]
    for path in {path for path, _row in files_of_records()}:
        default_storage.save(path, ContentFile(b"fictitious"))
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in admin.site._registry
    ]
    forms = [reverse("admin:events_conference_change", args=[one.pk]) for one in events]
    public = addresses()
    return {
        "public": [*public, *(f"/en{address}" for address in public)],
        "staff": [*lists, *(f"{one}add/" for one in lists), *(f"{one}1/change/" for one in lists), *forms, *public],
        "names": ARGUMENTS,
        "values": VALUES,
        "events": [{"path": address.removeprefix("/admin/")} for address in forms],
    }


def write_table(name: str, rows: str) -> int:
    """Events of ten talks each, whose people do not exist."""
    from events import table

    letters = "абвгдежзиклмнопрст"
    cells = (
        {
            "title": f"{IMPORTED} {number // 10}",
            "kind": "вебинар",
            "start": "09.06.2020",
            "talk_title": f"Доклад {number}",
            "speakers": f"Сочинск{letters[number % 18]}{letters[number // 18 % 18]}ов Пётр Ильич; Придуманная А. Б.",
            "affiliations": "Вымышленная библиотека; Музей книги",
        }
        for number in range(int(rows))
    )
    return Path(name).write_bytes(table.csv_bytes(cells))


def try_files(pictures: str, materials: str) -> Counter[str]:
    from .hostile import tried

    return tried(int(pictures), int(materials))


def read_swelling() -> list[tuple[str, bool, float]]:
    from .hostile import tables_read

    return tables_read()


STEPS: dict[str, Callable[..., Any]] = {
    "prepare": prepare,
    "table": write_table,
    "files": try_files,
    "swelling": read_swelling,
}


def attack(site: Site, size: Size) -> list[Result]:
    with (site.data / "log").open("w") as site.log:
        return _attack(site, size)


def _attack(site: Site, size: Size) -> list[Result]:
    site.fill("first_event", *(["reports"] if size is SIZES["full"] else []))
    found = step(site, "prepare")
    # One process is killed; at work there are two, as there are if nothing is set.
    results = served(
        site,
        "1",
        lambda staff: [
            fuzz("visitors’ requests", Visitor(site), found, size.visitors, is_staff=False),
            fuzz("requests of staff", staff, found, size.staff, is_staff=True),
            hostile(site, size),
            swelling(site),
            # Logged in anew: some of the odd requests may have ended the session.
            kills(site, Visitor(site).log_in(), found["events"], size.kills),
        ],
    )
    results += served(site, "2", lambda staff: at_work(site, staff, found["events"], size))
    return [*results, checked(site)]


def served(site: Site, processes: str, work: Callable[[Visitor], list[Result]]) -> list[Result]:
    site.environment["WEB_CONCURRENCY"] = processes
    site.start()
    try:
        return work(Visitor(site).log_in())
    finally:
        site.stop()


def main() -> int:
    size = SIZES[os.environ.get("SIZE") or "full"]
    failed = False
    for engine in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="confarchive-trust-") as folder, databases.temporary(engine) as url:
            if url is None:
                print("PostgreSQL is left out: DATABASE_URL names no server.", file=sys.stderr)
                continue
            site = Site(Path(folder))
            site.environment |= {"LOG_LEVEL": "ERROR", "ACCESS_LOG": "0"}
            if engine == "postgresql":
                site.environment["DATABASE_URL"] = url
            failed |= report(engine, attack(site, size))
    return int(failed)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        import django

        django.setup()
        print(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])))
    else:
        sys.exit(main())
