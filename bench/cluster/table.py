"""What was measured, line by line, and which promises of docs/cluster.md were not kept."""

import os
from typing import Any


class Table:
    def __init__(self) -> None:
        self.broken: list[str] = []

    def title(self, text: str) -> None:
        print(f"\n{text}  [load {os.getloadavg()[0]:.1f}]", flush=True)

    def line(self, what: str, value: Any, kept: bool = True) -> None:
        print(f"    {what:<66}{value!s:>12}{'' if kept else '   NOT KEPT'}", flush=True)
        if not kept:
            self.broken.append(f"{what}: {value}")
