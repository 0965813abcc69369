"""Visitors with slow lines who read a recording by ranges, and how long others wait for home meanwhile."""

import http.client
import socket
import threading
import time
import urllib.request

CLIENTS, MOST = 8, 1.0  # seconds in which home must answer meanwhile


def recording(megabytes: int) -> str:
    """The address of a new recording of that size of some published event."""
    from django.conf import settings
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    from events import revisions
    from events.models import Conference, Recording

    name = default_storage.save("recordings/slow.mp4", ContentFile(b"\0" * megabytes * 1_000_000))
    with revisions.create():
        Recording.objects.create(conference=Conference.objects.published().first(), file=name)
    return f"{settings.MEDIA_URL}{name}"


def home_beside_them(port: int, address: str, seconds: float) -> tuple[float, int]:
    """The slowest answer of the home page in seconds, and how many bytes the slow clients got meanwhile."""
    ends, got = threading.Event(), [0] * CLIENTS

    def read(number: int) -> None:
        while not ends.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.connect()
            # A small window: what the kernel takes at once is not waited for.
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
            connection.request("GET", address, headers={"Range": f"bytes={number * 1000}-"})
            answer = connection.getresponse()
            while not ends.is_set() and (part := answer.read(16384)):
                got[number] += len(part)
                time.sleep(0.25)
            connection.close()

    threads = [threading.Thread(target=read, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    slowest, until = 0.0, time.monotonic() + seconds + 1
    try:
        time.sleep(1)
        while time.monotonic() < until:
            slowest = max(slowest, _answered_in(f"http://127.0.0.1:{port}/"))
            time.sleep(0.1)
    finally:
        ends.set()
        for thread in threads:
            thread.join()
    return slowest, sum(got)


def _answered_in(address: str) -> float:
    started = time.monotonic()
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            answer.read()
    except OSError:
        return 99.0
    return time.monotonic() - started
