"""A transaction that only reads until it is told to write, on SQLite as on PostgreSQL.

Archive transactions of SQLite begin with BEGIN IMMEDIATE, which takes the one place for a writer. Here BEGIN, and the
savepoints after it, wait for the first statement that writes; what is read before is what others have committed by
then, as in PostgreSQL’s transactions.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


class LateTransaction:
    """An execute wrapper that puts off the next BEGIN."""

    def __init__(self) -> None:
        self.waiting: list[str] = []  # BEGIN and savepoints
        self.is_begun = False

    def begin(self) -> None:
        """Take the place for a writer now."""
        self.is_begun = True
        statements, self.waiting = self.waiting, []
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.is_begun:
            return execute(sql, params, many, context)
        match sql.split(maxsplit=1)[0]:
            case "BEGIN":
                self.waiting = [sql]
                return None
            case "SAVEPOINT" if self.waiting:
                self.waiting.append(sql)
                return None
            case "RELEASE" if self.waiting:
                self.waiting.pop()
                return None
            case "ROLLBACK" if self.waiting:
                return None
            case "SELECT":
                pass
            case _:
                self.begin()
        return execute(sql, params, many, context)


@contextmanager
def begun_late() -> Iterator[LateTransaction]:
    """Let the transaction that is opened in this context begin late; where one is open already, nothing changes."""
    late = LateTransaction()
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield late
        return
    with connection.execute_wrapper(late):
        yield late
