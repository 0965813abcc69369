"""Reading the environment: what is not set has a safe default, what is nonsense is refused with a clear message."""

import ipaddress
import os
import re
import secrets
import zoneinfo
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
# As strong as Django’s own check of a deployment wants it.
SHORTEST_SECRET = 50


@contextmanager
def refusing(name: str, advice: str) -> Iterator[None]:
    """Turns whatever goes wrong inside into an error that names the variable; its value may hold a password."""
    try:
        yield
    except (ArithmeticError, LookupError, OSError, ValueError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name}: {advice}") from error


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    answers = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    with refusing(name, "write 1 or 0."):
        return answers[text(name, str(int(default))).lower()]


def seconds(name: str, default: int) -> int:
    value = text(name, str(default))
    if not re.fullmatch(r"\d{1,9}", value):
        raise ImproperlyConfigured(f"{name}: write a number of seconds, in digits.")
    return int(value)


def one_of(name: str, choices: tuple[str, ...], default: str) -> str:
    value = text(name, default).upper()
    if value not in choices:
        raise ImproperlyConfigured(f"{name}: write one of {', '.join(choices)}.")
    return value


def several(name: str, default: list[str], form: str, advice: str) -> list[str]:
    """Values with commas between them, each of the form given as a regular expression."""
    values = [value.strip() for value in text(name).split(",") if value.strip()]
    if not all(re.fullmatch(form, value, re.IGNORECASE) for value in values):
        raise ImproperlyConfigured(f"{name}: {advice}")
    return values or default


def hosts(name: str) -> list[str]:
    form = r"\*|\.?[\w-]+(\.[\w-]+)*|\[[0-9a-f:]+\]"
    return several(name, LOCAL_HOSTS, form, "write names like archive.example, without https:// and port.")


def origins(name: str) -> list[str]:
    return several(name, [], r"https?://[^/,]+", "write addresses like https://archive.example, without a path.")


def script(name: str) -> str:
    """The address of a script on another site, or ""."""
    value = text(name)
    if value and not re.fullmatch(r"https://[\w.-]+(:\d+)?/[\w./?=&%-]+", value, re.ASCII):
        raise ImproperlyConfigured(f"{name}: write the https address of one script, or nothing.")
    return value


def networks(name: str, default: list[str]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    with refusing(name, "write addresses or networks like 127.0.0.1, 10.0.0.0/8, with commas."):
        return [ipaddress.ip_network(value) for value in several(name, default, ".+", "")]


def number(name: str, default: int, digits: int = 9) -> int:
    value = text(name, str(default))
    if not re.fullmatch(rf"[0-9]{{1,{digits}}}", value):
        raise ImproperlyConfigured(f"{name}: write a number of at most {digits} digits.")
    return int(value)


def days(name: str, default: int) -> int:
    return number(name, default, digits=5)  # as far back as dates go


def words(name: str) -> list[str]:
    return several(name, [], r"[^,]+", "")


def some_of(name: str, choices: Iterable[str]) -> list[str]:
    """Those of the choices that are named; all of them if the variable is not set, none if it is set and empty."""
    if name not in os.environ:
        return list(choices)
    return several(name, [], "|".join(map(re.escape, choices)), f"write some of {', '.join(choices)}, or nothing.")


def addresses(name: str) -> list[str]:
    return several(name, [], r"[^@\s<>]+@[^@\s<>]+", "write e-mail addresses with commas between them.")


def contact(name: str) -> str:
    value = text(name)
    if value and not re.fullmatch(r"(mailto:[^@\s]+@[^@\s]+|https://\S+|tel:[+\d-]+)", value):
        raise ImproperlyConfigured(f"{name}: write mailto:security@archive.example or an https address.")
    return value


def mail(name: str) -> dict[str, Any]:
    """Django's settings of a mail server; without an address none, and then no mail is sent."""
    if not (url := text(name)):
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    with refusing(name, "write smtp+tls://user:password@host:587 or smtp://localhost:25."):
        return environ.Env.email_url_config(url)


def folder(name: str, default: Path) -> Path:
    path = Path(text(name, str(default))).absolute()
    with refusing(name, f"the folder {path} cannot be made or written."):
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK):
            raise PermissionError(path)
    return path


def time_zone(name: str, default: str) -> str:
    with refusing(name, "write a name like Europe/Moscow."):
        return zoneinfo.ZoneInfo(text(name, default)).key


def secret_key(name: str, path: Path) -> str:
    """The secret from the environment, else one made on the first run and kept in `path` for its owner only."""
    key = text(name)
    if key and len(key) < SHORTEST_SECRET:
        raise ImproperlyConfigured(f"{name}: write at least {SHORTEST_SECRET} characters, or nothing: one is made.")
    return key or kept_secret(path)


def kept_secret(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    key = secrets.token_urlsafe(SHORTEST_SECRET)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


def database(name: str, default: Path) -> dict[str, Any]:
    """The database of an address; without one an SQLite file."""
    settings = {"ENGINE": "django.db.backends.sqlite3", "NAME": default}
    with refusing(name, "write postgres://user:password@host/name or sqlite:////folder/file."):
        if url := text(name):
            settings = environ.Env.db_url_config(url)
        own = ENGINES[settings["ENGINE"]]
    options = {**settings.get("OPTIONS", {}), **own["OPTIONS"]}
    if "," in str(settings.get("HOST", "")):
        options = {**SOON_LOST, "target_session_attrs": "read-write", **options}
    # Kept over requests: a new connection costs a handshake on PostgreSQL, a cold cache on SQLite.
    return {"CONN_MAX_AGE": 60, **settings, **own, "OPTIONS": options}


def replica(name: str, primary: dict[str, Any]) -> dict[str, Any] | None:
    """The database of an address that follows the primary, if there is one."""
    if not text(name):
        return None
    if "CONN_HEALTH_CHECKS" not in ENGINES[primary["ENGINE"]]:
        raise ImproperlyConfigured(f"{name}: only a PostgreSQL in DATABASE_URL has replicas.")
    with refusing(name, "write postgres://user:password@host/name, as DATABASE_URL has it but for the host."):
        settings = environ.Env.db_url_config(text(name))
        own = ENGINES[settings["ENGINE"]]
        if "CONN_HEALTH_CHECKS" not in own:
            raise ValueError("SQLite has no replicas")
    return {"CONN_MAX_AGE": 60, **settings, **own, "OPTIONS": {**SOON_LOST, **settings.get("OPTIONS", {})}}


def cache(name: str, pages: int) -> dict[str, Any]:
    """The cache of an address; without one the memory of each process, with so many entries at most."""
    if not (url := text(name)):
        backend = "django.core.cache.backends.locmem.LocMemCache"
        return {"BACKEND": backend, "OPTIONS": {"MAX_ENTRIES": pages}}
    with refusing(name, "write redis://host:6379/1 or filecache:///folder."):
        settings = environ.Env.cache_url_config(url)
    if url.startswith(("redis://", "rediss://")):
        with refusing(name, "install the package first: pip install -r requirements-cluster.txt."):
            import_module("redis")
        settings["BACKEND"] = "confarchive.redis_cache.RedisCache"
        waits = {"socket_connect_timeout": 0.5, "socket_timeout": 1}
        settings["OPTIONS"] = {**waits, **settings.get("OPTIONS", {})}
    return settings


# How soon libpq notices a host that answers no more: seconds, of the last milliseconds.
SOON_LOST = {
    "connect_timeout": 2,
    "keepalives_idle": 5,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
}


def endpoint(name: str) -> str:
    """The address of a server, without a path, or ""."""
    value = text(name)
    if value and not re.fullmatch(r"https?://[\w.-]+(:\d+)?", value, re.ASCII):
        raise ImproperlyConfigured(f"{name}: write the address of a server, https://s3.example.")
    return value


def bucket(name: str, server: str, **options: str) -> dict[str, Any]:
    """The storage of uploads in this bucket."""
    if not (text(name) and all(options.values())):
        raise ImproperlyConfigured(f"{name}: write the name of the bucket, and set S3_ACCESS_KEY and S3_SECRET_KEY.")
    with refusing(name, "install the package first: pip install -r requirements-cluster.txt."):
        import_module("storages.backends.s3")
    return {
        "BACKEND": "confarchive.s3_storage.BucketStorage",
        "OPTIONS": {"endpoint_url": server, "bucket_name": text(name), **options},
    }


ENGINES: dict[str, dict[str, Any]] = {
    "django.db.backends.postgresql": {"CONN_HEALTH_CHECKS": True, "OPTIONS": {}},
    # An SQLite file that survives several writers.
    "django.db.backends.sqlite3": {
        "OPTIONS": {
            # Without IMMEDIATE a reader that turns writer fails at once instead of waiting.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
        }
    },
}
