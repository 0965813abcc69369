"""What every template knows."""

from django.conf import settings
from django.http import HttpRequest


def modes(request: HttpRequest) -> dict[str, bool]:
    return {"read_only": settings.READ_ONLY}
