"""What every template knows."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def modes(request: HttpRequest) -> dict[str, Any]:
    script = settings.COUNTER_SCRIPT
    return {
        "read_only": settings.READ_ONLY or getattr(request, "reads_only", False),
        "counter": script,
        "counter_host": urlsplit(script).hostname,
        # What needs a server is not even made for a static copy: events/export/site_copy.py takes the rest away.
        "is_for_copy": getattr(request, "is_for_copy", False),
    }
