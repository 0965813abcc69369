"""Find the tests that reach a line: one run of the suite under coverage.py for each database."""

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from coverage import CoverageData

from .sampling import Mutant, files

# Packages whose code decides whether a kept run is still true.
CODE = ("events", "confarchive", "tests")
PROCESSES = 2


@dataclass
class Test:
    name: str  # as pytest names it: tests/test_x.py::test_y[1]
    passed: bool
    setup: float
    run: float

    @property
    def file(self) -> str:
        return self.name.partition("::")[0]


@dataclass(frozen=True)
class Selection:
    """The tests to run for a mutant, and how many seconds they took under coverage."""

    tests: list[str]
    seconds: float
    # Whether the line has run when the modules are imported: then nobody can change it afterwards.
    on_import: bool = False


class Covering:
    """Which tests reach which lines on one database; `root` is a copy of the project, always the same folder."""

    def __init__(self, root: Path, folder: Path, url: str, tests: list[str]) -> None:
        self.root, self.url, self.suite = root, url, tests
        self.database = "postgres" if url else "sqlite"
        name = f"{self.database}-{digest(files(root, CODE), tests)}"
        self.coverage, self.phases = folder / f"{name}.coverage", folder / f"{name}.json"
        if not self.phases.exists():
            self._run_suite()
        self.data = CoverageData(str(self.coverage))
        self.data.read()

    def _run_suite(self) -> None:
        print(f"Running the suite on {self.database} under coverage.py…", file=sys.stderr, flush=True)
        self.coverage.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pytest", "-m", "not browser", "-p", "bench.mutants.report_phases"]
        command += [
            f"--phases={self.phases}",
            "--cov=events",
            "--cov=confarchive",
            "--cov-context=test",
            "--cov-report=",
            f"--numprocesses={PROCESSES}",
            "--dist=loadfile",
        ]
        environment = {**os.environ, "DATABASE_URL": self.url, "COVERAGE_FILE": str(self.coverage)}
        subprocess.run([*command, *self.suite], cwd=self.root, env=environment, stdout=sys.stderr)
        if not self.phases.exists():
            raise SystemExit("The suite did not end.")

    @cached_property
    def tests(self) -> dict[str, Test]:
        phases = json.loads(self.phases.read_text())
        return {
            name: Test(name, test["passed"], test.get("setup", 0), test.get("call", 0) + test.get("teardown", 0))
            for name, test in phases.items()
        }

    @cached_property
    def seconds(self) -> float:
        """How long the tests took, one after the other."""
        return sum(test.setup + test.run for test in self.tests.values())

    @cached_property
    def by_file(self) -> dict[str, list[Test]]:
        found = defaultdict(list)
        for test in self.tests.values():
            found[test.file].append(test)
        return found

    def selection(self, mutant: Mutant, budget: float) -> Selection:
        """Return the tests that reach the mutant, those that cover most of its function first, within the budget."""
        reached: set[str] = set()
        on_import = False
        for path, lines in places(self.root, mutant):
            for context in self.contexts(path, lines):
                on_import |= not context
                name, _bar, phase = context.rpartition("|")
                reached.add(name)
                if phase == "setup":
                    # A fixture that several tests of the file may share; coverage.py knows the first of them.
                    reached |= {test.name for test in self.by_file[name.partition("::")[0]]}
        reached.discard("")
        if on_import and not reached:
            # What only an import reaches, any test may notice.
            reached = set(self.tests)
        covered = self.coverage_of_function(mutant)
        tests = [self.tests[name] for name in reached if name in self.tests and self.tests[name].passed]
        tests.sort(key=lambda test: (-covered[test.name], test.run))
        return replace(self.within(budget, tests), on_import=on_import)

    def contexts(self, path: str, lines: Iterable[int]) -> set[str]:
        """Return “test|phase” for every test that reaches one of the lines; "" for an import."""
        found = self.data.contexts_by_lineno(str(self.root / path))
        return {context for line in lines for context in found.get(line, ())}

    def coverage_of_function(self, mutant: Mutant) -> Counter[str]:
        """Return how much of the mutant’s function each test covers; a line that few tests reach counts for more.

        Every saving of a record reaches the first lines of a check, only the tests of the check reach its refusals.
        """
        covered: Counter[str] = Counter()
        for path, lines in around(self.root, mutant):
            for line in lines:
                names = {context.rpartition("|")[0] for context in self.contexts(path, [line])}
                for name in names:
                    covered[name] += 1 / len(names)
        return covered

    def within(self, budget: float, tests: list[Test]) -> Selection:
        """Take the first of the tests, with the fixtures of each file once, that fit the budget."""
        chosen: list[str] = []
        spent = 0.0
        files_used: set[str] = set()
        for test in tests:
            setup = test.setup if test.file in files_used else max(one.setup for one in self.by_file[test.file])
            if chosen and spent + setup + test.run > budget:
                continue
            files_used.add(test.file)
            chosen.append(test.name)
            spent += setup + test.run
        return Selection(chosen, spent)


def digest(paths: list[Path], tests: list[str]) -> str:
    contents = hashlib.sha256(" ".join(tests).encode())
    for path in paths:
        contents.update(path.read_bytes())
    return contents.hexdigest()[:12]


def places(root: Path, mutant: Mutant) -> list[tuple[str, set[int]]]:
    """Return the lines, by file, whose tests are those of the mutant.

    The lines of its statement; of a function’s signature or decorators, which run on import, the function’s body; of a
    value with a name in a module or class, where that name is used; else the functions of the module.
    """
    path = root / mutant.path
    tree = ast.parse(path.read_text())
    function, statement = None, None
    for node in ast.walk(tree):  # outer nodes come before inner ones
        if isinstance(node, ast.stmt) and first_line(node) <= mutant.start[0] <= (node.end_lineno or 0):
            statement = node
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                function = node
    if function and statement is function:
        return [(mutant.path, body_lines(function))]
    if function and statement:
        return [(mutant.path, set(range(statement.lineno, header_end(statement) + 1)))]
    names = assigned(statement)
    used = [(str(file.relative_to(root)), uses(file, names)) for file in files(root, ("events", "confarchive"))]
    if names and any(lines for _file, lines in used):
        return [(file, lines) for file, lines in used if lines]
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [(mutant.path, {line for node in functions for line in body_lines(node)})]


def around(root: Path, mutant: Mutant) -> list[tuple[str, set[int]]]:
    """Return the lines of the mutant’s function, by file; outside of functions, the lines of `places`."""
    tree = ast.parse((root / mutant.path).read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    # The innermost one comes last.
    bodies = [lines for node in functions if mutant.start[0] in (lines := body_lines(node))]
    return [(mutant.path, bodies[-1])] if bodies else places(root, mutant)


def first_line(node: ast.stmt) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))])


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[int]:
    return set(range(function.body[0].lineno, (function.end_lineno or 0) + 1))


def header_end(statement: ast.stmt) -> int:
    """Return the last line of a simple statement, or of the line that begins a block."""
    body = getattr(statement, "body", None)
    return max(statement.lineno, body[0].lineno - 1) if body else statement.end_lineno or statement.lineno


def assigned(statement: ast.stmt | None) -> set[str]:
    """Return the names that a statement of a module or class gives to values."""
    match statement:
        case ast.Assign(targets=targets):
            return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
    return set()


def uses(file: Path, names: set[str]) -> set[int]:
    """Return the lines of functions that use one of the names."""
    if not names:
        return set()
    source = file.read_text()
    if not re.search(rf"\b({'|'.join(names)})\b", source):
        return set()
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    return {
        node.lineno
        for function in functions
        for statement in function.body
        for node in ast.walk(statement)
        if (isinstance(node, ast.Name) and node.id in names) or (isinstance(node, ast.Attribute) and node.attr in names)
    }
