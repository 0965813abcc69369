"""Uploaded files: what belongs to something public goes out, everything else does not exist."""

import re
from pathlib import PurePosixPath
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest
from django.utils.cache import add_never_cache_headers
from whitenoise.responders import SlicedFile

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
        response = answer(request, path)
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


def answer(request: HttpRequest, path: str) -> FileResponse:
    """Pictures, sound and captions open in place, documents are saved; a player may ask for a part of the file."""
    name = PurePosixPath(path)
    kind = TYPES.get(name.suffix.lower(), "application/octet-stream")
    file, size = default_storage.open(path), default_storage.size(path)
    part = asked_part(request.headers.get("Range", ""), size)
    response = FileResponse(
        SlicedFile(file, *part) if part else file,
        as_attachment=kind.startswith("application/"),
        filename=name.name,
        content_type=kind,
        status=206 if part else 200,
    )
    response["Accept-Ranges"] = "bytes"
    if part:
        response["Content-Range"] = f"bytes {part[0]}-{part[1]}/{size}"
        response["Content-Length"] = part[1] - part[0] + 1
    return response


def asked_part(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of “bytes=0-99”, “bytes=100-” or “bytes=-100”; what makes no sense asks for everything."""
    match = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", header, re.ASCII)
    if not match or not any(match.groups()):
        return None
    first, last = match.groups()
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    return (start, end) if start <= end else None
