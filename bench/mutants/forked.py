"""A pytest plugin: one process collects the tests once, and each mutant runs them in a fork of it.

Starting Python, importing Django and making a database take longer than most of the tests that a mutant needs. A fork
has all of that; the mutated functions get their new code in place, so that whoever imported them calls the mutant.
What runs on import cannot be changed in this way: such a mutant needs a process of its own (`running.py`).
"""

import gc
import inspect
import os
import select
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Client
from pathlib import Path
from types import CodeType, FunctionType

import pytest

NEEDS_A_PROCESS = "needs a process"
RAN_LONG = "ran too long"
PASSED = ""
# Comprehensions have run when the import is over.
COMPREHENSIONS = ("<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>")


@dataclass(frozen=True)
class Job:
    """A changed module, or none, and the tests to run, for so many seconds at most."""

    path: str  # from the root of the project
    source: str
    tests: list[str]
    seconds: float


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--jobs-from", help="The socket that jobs come from.")


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Answer each job with the name of the test that failed, with `PASSED` if none did, or why it was not tested."""
    address = session.config.option.jobs_from
    if not address:
        return None
    items = {item.nodeid: item for item in session.items}
    make_database(session)
    with Client(address) as jobs:
        while job := jobs.recv():
            jobs.send(run_in_fork(session, items, job))
    return True


def make_database(session: pytest.Session) -> None:
    """Run one test that needs a database, so that the fixtures of the session are there, and none of a folder."""
    outermost = min(len(item.listchain()) for item in session.items)
    items = [item for item in session.items if len(item.listchain()) == outermost]
    first = next(item for item in items if "db" in getattr(item, "fixturenames", ()))
    other = next(item for item in items if item.path != first.path)
    first.config.hook.pytest_runtest_protocol(item=first, nextitem=other)


def run_in_fork(session: pytest.Session, items: dict[str, pytest.Item], job: Job) -> str:
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.setsid()
        os.write(writer, outcome(session, [items[name] for name in job.tests if name in items], job).encode())
        os._exit(0)
    os.close(writer)
    try:
        ended, _writable, _failed = select.select([reader], [], [], job.seconds)
        return os.read(reader, 1000).decode() if ended else RAN_LONG
    finally:
        os.close(reader)
        # With all that the tests started.
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)


def outcome(session: pytest.Session, items: list[pytest.Item], job: Job) -> str:
    if job.path and not mutate(Path(job.path).resolve(), job.source):
        return NEEDS_A_PROCESS
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return item.nodeid
    return PASSED


def mutate(path: Path, source: str) -> bool:
    """Give the functions of a module the code that they have in this source; False if that is not enough."""
    try:
        new = dict(changed_functions(code_of(path, path.read_text()), code_of(path, source)))
    except ValueError:
        return False
    found = set()
    for function in gc.get_objects():
        # `isinstance` would ask lazy objects of Django and of libraries what they are, and so make them.
        if type(function) is FunctionType and (code := new.get(function.__code__)):
            found.add(function.__code__)
            if len(code.co_freevars) != len(function.__code__.co_freevars):
                return False
            function.__code__ = code
    return bool(new) and found == new.keys()


def code_of(path: Path, source: str) -> CodeType:
    return compile(source, str(path), "exec", dont_inherit=True)


def changed_functions(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """Yield the functions of a module that differ; ValueError if what runs on import does."""
    if own(old) != own(new):
        raise ValueError
    for before, after in zip(nested(old), nested(new), strict=True):
        if not before.co_flags & inspect.CO_OPTIMIZED:  # the body of a class
            yield from changed_functions(before, after)
        elif everything(before) != everything(after):
            if before.co_name in COMPREHENSIONS:
                raise ValueError
            yield before, after


def own(code: CodeType) -> tuple[object, ...]:
    constants = [(type(one), one) for one in code.co_consts if not isinstance(one, CodeType)]
    return code.co_code, code.co_names, code.co_varnames, code.co_freevars, constants


def nested(code: CodeType) -> list[CodeType]:
    return [one for one in code.co_consts if isinstance(one, CodeType)]


def everything(code: CodeType) -> tuple[object, ...]:
    return own(code), [everything(one) for one in nested(code)]
