"""Every n-th of many cases in `make test`, all of them in `make thorough`."""

import os
from collections.abc import Sequence
from typing import Any


def sample(cases: Sequence[Any], step: int, first: int = 0) -> list[Any]:
    """Return every `step`-th case from number `first` on; all of them if the environment has THOROUGH.

    Callers with several samples of the same cases give each another `first`, so that together they try them all.
    """
    step = 1 if os.environ.get("THOROUGH") else step
    return list(cases[first % step :: step])
