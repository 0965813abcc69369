"""Run the tests of one mutant in a copy of the project."""

import compileall
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

from .covering import Selection
from .sampling import Mutant

NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "var", "node_modules", "__pycache__", ".*_cache", ".hypothesis")
# Besides the time that the tests took under coverage.py: starting Python and making the database, on a busy machine.
SECONDS_TO_START = 60


class Copy:
    """A copy of the project, where a mutant may stand without disturbing anybody."""

    def __init__(self, original: Path, root: Path) -> None:
        self.root = root
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(original, root, ignore=NOT_COPIED)
        # By content, not by time: two mutants of a second would else be taken for one.
        compileall.compile_dir(self.root, quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH)

    def survives(self, mutant: Mutant, selection: Selection, environment: dict[str, str]) -> bool:
        path = self.root / mutant.path
        source = path.read_text()
        path.write_text(mutant.code(source))
        try:
            return self.agrees_with_migrations(mutant) and self.passes(selection, environment)
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
        process = subprocess.Popen(
            command,
            cwd=self.root,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "DATA_DIR": str(self.root / "var"), **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return process.wait(timeout=seconds) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
