"""Turns of SQLite's writers.

SQLite has one writer at a time and no queue: its busy handler asks anew after 1, 2, 5 … 100 ms. Whoever came last asks
most often, so that under load somebody waits for many seconds. Here the longer one has waited, the more often one asks.
"""

import sqlite3
import time
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

# Seconds between two attempts of somebody who has just come, and of somebody who has waited for a while.
AT_FIRST, LATER = 0.02, 0.002
A_WHILE = 0.2


def install(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Receive `connection_created`: on SQLite, this connection writes by `wait_for_turn`."""
    if connection.vendor == "sqlite" and wait_for_turn not in connection.execute_wrappers:
        connection.execute_wrappers.append(wait_for_turn)


def wait_for_turn(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Execute a statement; where SQLite is busy with another writer, repeat it, soon if one has waited long.

    Raises `OperationalError` after the seconds of `busy_timeout`, as SQLite does.
    """
    connection = context["connection"]
    takes_turn = sql.startswith("BEGIN")  # within a block that Django takes for open: `LateTransaction`
    if not takes_turn and (connection.in_atomic_block or not sql.startswith(("INSERT", "UPDATE", "DELETE"))):
        return execute(sql, params, many, context)
    database: sqlite3.Connection = connection.connection
    (timeout,) = database.execute("PRAGMA busy_timeout").fetchone()
    database.execute("PRAGMA busy_timeout = 0")
    since = time.monotonic()
    try:
        while True:
            try:
                return execute(sql, params, many, context)
            except OperationalError as error:
                waited = time.monotonic() - since
                # The low byte of an extended result code: SQLITE_BUSY_RECOVERY is waited for, too.
                if error.__cause__.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or waited * 1000 >= timeout:
                    raise
            time.sleep(LATER if waited > A_WHILE else AT_FIRST)
    finally:
        database.execute(f"PRAGMA busy_timeout = {timeout}")
