"""Reading the environment: what is not set has a safe default, what is nonsense is refused with a clear message."""

import os
import secrets
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    if value:
        raise ImproperlyConfigured(f"{name}={value}: write 1 or 0.")
    return default


def secret_key(path: Path) -> str:
    """SECRET_KEY from the environment, else one made on the first run and kept in `path` for its owner only."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    key = secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


def database(default: Path) -> dict[str, Any]:
    """The database of DATABASE_URL; without it an SQLite file that survives several writers."""
    settings = env.db_url("DATABASE_URL", default=f"sqlite:///{default}")
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        settings["OPTIONS"] = {
            # Without IMMEDIATE a reader that turns writer fails at once instead of waiting.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
        }
    elif settings["ENGINE"] == "django.db.backends.postgresql":
        settings.setdefault("CONN_MAX_AGE", 60)
        settings["CONN_HEALTH_CHECKS"] = True
    else:
        raise ImproperlyConfigured("DATABASE_URL: only sqlite:///… and postgres://… are supported.")
    return settings
