"""Figures with limits, measured by a module of this folder on each database and shown as a table."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from . import databases


class Figure(NamedTuple):
    label: str
    value: float
    limit: float | None = None


def main(module: str, description: str | None, figures: Callable[[], list[Figure]]) -> None:
    """Measure on each database in a process of its own, and mark what is above its limit."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgres"], choices=["sqlite", "postgres"])
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(figures()))
        return
    for engine in arguments.databases:
        with databases.temporary(engine) as url:
            if url is None:
                print("PostgreSQL is left out: DATABASE_URL names no server.", file=sys.stderr)
                continue
            _show(engine, [Figure(*found) for found in databases.run(module, url, "--here")])


def _show(engine: str, found: list[Figure]) -> None:
    print(f"\n{engine:58}{'':>10}{'limit':>10}")
    for label, value, limit in found:
        mark = "  above" if limit is not None and value > limit else ""
        print(f"{label:58}{value:>10.2f}{'' if limit is None else limit:>10}{mark}", flush=True)


def librarian() -> Any:
    """A client of an empty archive, logged in as a superuser."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    client = Client(HTTP_HOST="localhost")
    client.force_login(get_user_model().objects.create_superuser("librarian"))
    return client
