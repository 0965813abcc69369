"""A pytest plugin: write how long setup, call and teardown of each test took, and how it ended, as JSON."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--phases", type=Path, help="The file to write.")


class Phases:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.tests: dict[str, dict[str, Any]] = defaultdict(lambda: {"passed": True})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        test = self.tests[report.nodeid]
        test[report.when or ""] = report.duration
        test["passed"] &= report.passed

    def pytest_sessionfinish(self) -> None:
        self.path.write_text(json.dumps(self.tests))


def pytest_configure(config: pytest.Config) -> None:
    # Under xdist the reports of all processes come together in the first one.
    if config.option.phases and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Phases(config.option.phases))
