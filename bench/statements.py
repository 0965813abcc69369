"""Counting SQL statements, and telling those of the admin from those of the archive’s own machinery."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from traceback import walk_stack
from typing import Any

# BEGIN and COMMIT depend on how Django opens a transaction on each database; savepoints count.
TRANSACTION = re.compile(r"BEGIN|COMMIT|ROLLBACK(?! TO)", re.IGNORECASE)
# Tables of the index and the history, whoever asks for them.
OWN_TABLES = re.compile(r"\bevents_\w*(search|word|revision|version)", re.IGNORECASE)
DJANGO_ADMIN = re.compile(r"/django/(forms|contrib/(admin|auth|messages|sessions))/")
DISPATCHER = "/django/dispatch/dispatcher.py"
# Called by both: whoever called them decides.
EITHER = ("models", "middleware.py")


@dataclass
class Count:
    total: int = 0
    of_admin: int = 0

    @property
    def not_of_admin(self) -> int:
        return self.total - self.of_admin


@contextmanager
def counted(tree: Path) -> Iterator[Count]:
    """Count the statements sent inside, COPY among them; `tree` is the checkout whose `events` runs."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    count = Count()

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not TRANSACTION.match(sql) and not OWN_TABLES.search(sql) and is_of_admin(tree / "events"):
            count.of_admin += 1
        return run(sql, params, many, context)

    with CaptureQueriesContext(connection) as captured, connection.execute_wrapper(execute):
        yield count
    count.total = sum(not TRANSACTION.match(query["sql"]) for query in captured.captured_queries)


def is_of_admin(events: Path) -> bool:
    """Whether Django’s admin, its forms or events/admin sends the statement that is just being sent.

    The innermost caller that is one or the other decides. A signal’s receiver is never the admin.
    """
    passed_events = False
    for frame, _line in walk_stack(None):
        file = frame.f_code.co_filename
        if file.startswith(f"{events}/"):
            room = Path(file).relative_to(events).parts[0]
            if room not in EITHER:
                return room == "admin"
            passed_events = True
        elif DJANGO_ADMIN.search(file):
            return True
        elif passed_events and file.endswith(DISPATCHER):
            return False
    return True
