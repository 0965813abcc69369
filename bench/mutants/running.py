"""Run the tests of one mutant in a copy of the project."""

import compileall
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cached_property
from multiprocessing.connection import Listener
from pathlib import Path
from py_compile import PycInvalidationMode

from .covering import Selection
from .forked import NEEDS_A_PROCESS, PASSED, RAN_LONG, Job
from .sampling import Mutant

NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "var", "node_modules", "__pycache__", ".*_cache", ".hypothesis")
# Besides the time that the tests took under coverage.py: starting Python and making the database, on a busy machine.
SECONDS_TO_START = 60


class Copy:
    """A copy of the project, where a mutant may stand without disturbing anybody."""

    def __init__(self, original: Path, root: Path, suite: list[str]) -> None:
        self.root, self.suite = root, suite
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(original, root, ignore=NOT_COPIED)
        # By content, not by time: two mutants of a second would else be taken for one.
        compileall.compile_dir(self.root, quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH)

    @cached_property
    def server(self) -> "Server":
        return Server(self.root, self.suite)

    def survives(self, mutant: Mutant, selection: Selection, url: str) -> bool:
        """Whether no test notices: in a fork if that is enough, else in a process of its own. `url` is PostgreSQL's."""
        if not url and not selection.on_import:
            caught = self.server.catches(mutant, selection)
            if caught is not None:
                return not caught
        path = self.root / mutant.path
        source = path.read_text()
        path.write_text(mutant.code(source))
        try:
            return self.agrees_with_migrations(mutant) and self.passes(selection, {"DATABASE_URL": url})
        finally:
            path.write_text(source)

    def agrees_with_migrations(self, mutant: Mutant) -> bool:
        """Whether `make check` accepts the models: it notices most changes of a field."""
        if not mutant.path.startswith("events/models/"):
            return True
        command = [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]
        return self.run(command, {"DATABASE_URL": ""}, SECONDS_TO_START)

    def passes(self, selection: Selection, environment: dict[str, str]) -> bool:
        """Whether all of the tests pass in time."""
        command = [sys.executable, "-m", "pytest", "--exitfirst", "-p", "no:cacheprovider", "-p", "no:cov"]
        return self.run([*command, *selection.tests], environment, SECONDS_TO_START + 3 * selection.seconds)

    def run(self, command: list[str], environment: dict[str, str], seconds: float) -> bool:
        process = start(self.root, command, environment)
        try:
            return process.wait(timeout=seconds) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            stop(process)

    def close(self) -> set[str]:
        """End its process; return the tests that no mutant was tried with, since they fail in a fork anyway."""
        if "server" not in self.__dict__:
            return set()
        self.server.close()
        return self.server.unsound


class Server:
    """A process of pytest that has collected all tests on SQLite and runs those of each mutant in a fork of itself."""

    def __init__(self, root: Path, suite: list[str]) -> None:
        self.root = root
        # Tests that failed on some mutant: those that pass without it, and those that fail in a fork anyway.
        self.sound: set[str] = set()
        self.unsound: set[str] = set()
        self.folder = tempfile.TemporaryDirectory()
        with Listener(f"{self.folder.name}/jobs") as listener:
            command = [sys.executable, "-m", "pytest", "-m", "not browser", "-p", "bench.mutants.forked", "--tb=no"]
            command += ["-p", "no:cacheprovider", "-p", "no:cov", f"--jobs-from={listener.address}", *suite]
            self.process = start(root, command, {"DATABASE_URL": ""})
            self.jobs = listener.accept()

    def catches(self, mutant: Mutant, selection: Selection) -> bool | None:
        """Whether a test fails that passes without the mutant; None if the mutant needs a process of its own."""
        source = mutant.code((self.root / mutant.path).read_text())
        while True:
            tests = [test for test in selection.tests if test not in self.unsound]
            answer = self._answer(mutant.path, source, tests, selection.seconds)
            if answer == NEEDS_A_PROCESS:
                return None
            if answer == PASSED:
                return False
            if answer == RAN_LONG or self.is_sound(answer):
                return True

    def is_sound(self, test: str) -> bool:
        if test not in self.sound | self.unsound:
            passed = self._answer("", "", [test], 0) == PASSED
            (self.sound if passed else self.unsound).add(test)
        return test in self.sound

    def _answer(self, path: str, source: str, tests: list[str], seconds: float) -> str:
        self.jobs.send(Job(path, source, tests, SECONDS_TO_START + 3 * seconds))
        return self.jobs.recv()

    def close(self) -> None:
        stop(self.process)
        self.folder.cleanup()


def start(root: Path, command: list[str], environment: dict[str, str]) -> subprocess.Popen:
    own = {"PYTHONDONTWRITEBYTECODE": "1", "DATA_DIR": str(root / "var"), **environment}
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        command, cwd=root, env={**os.environ, **own}, stdout=quiet, stderr=quiet, start_new_session=True
    )


def stop(process: subprocess.Popen) -> None:
    """End a process with all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
