"""`make mutants`: which mutants a fork of a running process can take in."""

import importlib
import sys
from pathlib import Path

import pytest

from bench.mutants import forked

SOURCE = """
from functools import lru_cache

LIMIT = 3

class Shelf:
    SIZE = 5

    @property
    def is_full(self):
        return self.SIZE >= LIMIT

@lru_cache
def double(number):
    return number * 2
"""


@pytest.fixture
def shelves(tmp_path, monkeypatch):
    (tmp_path / "shelves.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("shelves"), Path(tmp_path / "shelves.py")
    del sys.modules["shelves"]


def test_functions_and_properties_are_replaced_where_they_were_imported(shelves):
    module, path = shelves
    double, shelf = module.double, module.Shelf()
    assert forked.mutate(path, SOURCE.replace("number * 2", "number * 3").replace(">= LIMIT", "< LIMIT"))
    assert double(1) == 3
    assert shelf.is_full is False


@pytest.mark.parametrize(
    "change", [("LIMIT = 3", "LIMIT = 4"), ("SIZE = 5", "SIZE = 6"), ("lru_cache\n", "cache\n"), ("", "")]
)
def test_what_runs_on_import_needs_a_process_of_its_own(shelves, change):
    _module, path = shelves
    assert not forked.mutate(path, SOURCE.replace(*change))
