"""A bench that is stopped leaves no server behind."""

import os
import signal
import subprocess
import sys

import pytest

from .site import ROOT

SCRIPT = """
import subprocess, sys, time
from bench.processes import none_left
with none_left():
    server = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    print(server.pid, flush=True)
    time.sleep(60)
"""


def test_sigterm_ends_what_a_bench_began():
    bench = subprocess.Popen([sys.executable, "-c", SCRIPT], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    server = int(bench.stdout.readline())
    bench.terminate()
    assert bench.wait(timeout=30) == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)
