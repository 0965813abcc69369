"""Whether the archive works, for machines: names of what fails and nothing more."""

import datetime
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connections, router
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from confarchive import replicas

from ..models import SearchDocument
from ..search import analysis, indexing

logger = logging.getLogger("confarchive.health")


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """All that a visitor needs is there; 503 with the names of what is not. With a replica how both databases stand."""
    found = states()
    told: dict[str, object] = {name: "ok" if is_well else "failed" for name, is_well in found.items()}
    if replicas.has_replica():
        told |= replicas.lag.ask().as_words()
    return JsonResponse(told, status=200 if all(found.values()) else 503)


def states() -> dict[str, bool]:
    """What works; one of two databases is enough for reading."""
    with replicas.reading(replicas.answering()):
        return {name: _works(name, check) for name, check in CHECKS.items()}


def _works(name: str, check: Callable[[], bool]) -> bool:
    try:
        if check():
            return True
        logger.warning("not ready: %s", name)
    except Exception as error:
        logger.warning("not ready: %s (%s)", name, type(error).__name__)
    return False


def _database() -> bool:
    with connections[router.db_for_read(SearchDocument)].cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


_current_version: set[int] = set()


def _search() -> bool:
    """The index is of this version of the code. Once it is, it stays so: a large index is not read at each probe."""
    if analysis.ANALYZER_VERSION not in _current_version:
        if indexing.is_outdated():
            return False
        _current_version.add(analysis.ANALYZER_VERSION)
    SearchDocument.objects.exists()
    return True


def _folders() -> set[Path]:
    return {_existing(Path(folder)) for folder in (settings.DATA_DIR, settings.MEDIA_ROOT)}


def _existing(folder: Path) -> Path:
    """The folder, or what it will be made in when the first file comes."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _disk() -> bool:
    least = settings.MIN_FREE_MB * 1024 * 1024
    return all(shutil.disk_usage(folder).free >= least for folder in _folders())


def _media() -> bool:
    if hasattr(default_storage, "signed_url"):
        default_storage.exists("readyz")  # raises if the server does not answer
        return True
    folder = _existing(Path(settings.MEDIA_ROOT))
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


CHECKS: dict[str, Callable[[], bool]] = {"database": _database, "search": _search, "disk": _disk, "media": _media}


def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116: to whom one tells a hole in the archive."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = timezone.now().date() + datetime.timedelta(days=180)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires}T00:00:00Z",
        "Preferred-Languages: ru, en",
        f"Canonical: {request.build_absolute_uri()}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
