"""Uploaded files: what belongs to something public goes out, everything else does not exist."""

from pathlib import PurePosixPath
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest
from django.utils.cache import add_never_cache_headers

from ..models import Material, Photo, Recording, Speaker

OWNERS = {Photo: ["image"], Material: ["file"], Recording: ["file", "captions"], Speaker: ["photo"]}
# Everything else, whatever it calls itself, a browser may only save.
TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".m4a": "audio/mp4",
    ".vtt": "text/vtt; charset=utf-8",
    ".pdf": "application/pdf",
}


def file(request: HttpRequest, path: str) -> FileResponse:
    owners = owners_of(path)
    is_public = any(records.published().exists() for records in owners)
    if not is_public and not any(records.visible_to(request.user).exists() for records in owners):
        raise Http404
    try:
        response = answer(path)
    except FileNotFoundError as error:
        raise Http404 from error
    if not is_public:
        add_never_cache_headers(response)
    return response


def owners_of(path: str) -> list[Any]:
    """Querysets of the records whose file stands at exactly this path, so that no path leads anywhere else."""
    if "\x00" in path:
        return []
    return [
        model.objects.filter(Q.create([(field, path) for field in fields], connector=Q.OR))
        for model, fields in OWNERS.items()
    ]


def answer(path: str) -> FileResponse:
    """Pictures, sound and captions open in place, documents are saved."""
    name = PurePosixPath(path)
    kind = TYPES.get(name.suffix.lower(), "application/octet-stream")
    return FileResponse(
        default_storage.open(path),
        as_attachment=kind.startswith("application/"),
        filename=name.name,
        content_type=kind,
    )
