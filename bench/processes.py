"""Processes of this machine as proc(5) shows them: their children, and what they have spent."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple


class Times(NamedTuple):
    """The parent of a process, and seconds of a core: its own and those of its ended children."""

    parent: int
    own: float
    of_ended: float


def times(pid: int) -> Times:
    """What a process, all its threads together, has spent until now; nothing if it has ended meanwhile."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return Times(0, 0, 0)
    user, system, of_ended_user, of_ended_system = (int(ticks) / os.sysconf("SC_CLK_TCK") for ticks in fields[11:15])
    return Times(int(fields[1]), user + system, of_ended_user + of_ended_system)


def children(pid: int) -> list[int]:
    """The processes that the first thread of a process began and that have not ended, the oldest first."""
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def descendants(pid: int) -> Iterator[int]:
    """The processes that a process began, and theirs."""
    for child in children(pid):
        yield child
        yield from descendants(child)


@contextmanager
def none_left() -> Iterator[None]:
    """Leave no process that was begun inside, whatever ends the block; SIGTERM, too, does so by an exception."""
    before = signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        own = children(os.getpid())
        for pid in list(descendants(os.getpid())):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in own:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
