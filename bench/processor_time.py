"""Seconds of a core, which other work of the machine does not change much."""

import time
from pathlib import Path


def spent() -> float:
    """Seconds of a core that this process and its database server have spent until now; see proc(5), schedstat."""
    return time.process_time() + server_time()


def server_time() -> float:
    from django.db import connection

    if connection.vendor == "sqlite":
        return 0
    connection.ensure_connection()
    nanoseconds = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0]
    return int(nanoseconds) / 1e9
