"""Uploaded files: served if a record that the user may see has them, otherwise 404."""

import re
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Model, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django.utils.http import content_disposition_header
from whitenoise.responders import SlicedFile

from .. import renditions, rights
from ..models import Material, Photo, Recording, Speaker

PUBLIC_FIELDS = {Photo: ["image"], Material: ["file"], Recording: ["file"], Speaker: ["photo"]}
# Captions as somebody made them may name hidden people as speakers: visitors get `recordings/<uid>.vtt`.
FIELDS = PUBLIC_FIELDS | {Recording: ["file", "captions"]}
MAX_AGE = 60 * 60  # seconds in which a browser does not ask for a rendition again
# Files with any other extension are sent as downloads.
CONTENT_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".m4a": "audio/mp4",
    ".vtt": "text/vtt; charset=utf-8",
    ".pdf": "application/pdf",
}


def file(request: HttpRequest, path: str) -> HttpResponseBase:
    """The file at this path of the storage; with `?as=720.webp` that rendition of a picture, if it can be made."""
    wanted = renditions.Rendition.named(request.GET["as"]) if "as" in request.GET else None
    if wanted is None and "as" in request.GET:
        raise Http404
    is_public = any(records.published().exists() for records in records_with_file(path, PUBLIC_FIELDS))
    if not is_public and not _is_for_staff(path, request.user):
        raise Http404
    try:
        response = (wanted and _rendition_response(path, wanted)) or file_response(request, path)
    except FileNotFoundError as error:
        raise Http404 from error
    if not is_public:
        add_never_cache_headers(response)
    return response


def _is_for_staff(path: str, user: Any) -> bool:
    found = (rights.visible(records, user) for records in records_with_file(path, FIELDS))
    return rights.reads_drafts(user) and any(records.exists() for records in found)


def _rendition_response(path: str, rendition: renditions.Rendition) -> FileResponse | None:
    file = renditions.opened(path, rendition)
    if file is None:
        return None
    response = FileResponse(file, content_type=CONTENT_TYPES[f".{rendition.format}"])
    # For the visitor's own browser: a hidden picture is gone from every shared cache at once.
    response["Cache-Control"] = f"private, max-age={MAX_AGE}"
    return response


def records_with_file(path: str, fields: dict[type[Model], list[str]]) -> list[Any]:
    """For each model with files, the records whose file has exactly this path; other paths are never served."""
    if "\x00" in path:
        return []
    return [
        model.objects.filter(Q.create([(name, path) for name in names], connector=Q.OR))
        for model, names in fields.items()
    ]


def file_response(request: HttpRequest, path: str) -> HttpResponseBase:
    """The response with the file: media inline, documents as a download, a part of it for a Range header."""
    name = PurePosixPath(path)
    content_type = CONTENT_TYPES.get(name.suffix.lower(), "application/octet-stream")
    if settings.X_ACCEL_MEDIA or hasattr(default_storage, "signed_url"):
        return _sent_by_another(path, content_type)
    file, size = default_storage.open(path), default_storage.size(path)
    byte_range = requested_range(request.headers.get("Range", ""), size)
    response = FileResponse(
        SlicedFile(file, *byte_range) if byte_range else file,
        as_attachment=content_type.startswith("application/"),
        filename=name.name,
        content_type=content_type,
        status=206 if byte_range else 200,
    )
    response["Accept-Ranges"] = "bytes"
    if byte_range:
        response["Content-Range"] = f"bytes {byte_range[0]}-{byte_range[1]}/{size}"
        response["Content-Length"] = byte_range[1] - byte_range[0] + 1
    return response


def _sent_by_another(path: str, content_type: str) -> HttpResponse:
    """The answer in which nginx puts the file, whole or in parts: no worker waits for a slow reader of a recording.

    nginx fetches a file in a bucket by its signed address; without nginx the browser is redirected there.
    """
    if not default_storage.exists(path):
        raise FileNotFoundError(path)
    is_download = content_type.startswith("application/")
    disposition = content_disposition_header(is_download, PurePosixPath(path).name) or "inline"
    place = quote(path)
    if hasattr(default_storage, "signed_url"):
        signed = default_storage.signed_url(path, content_type, disposition)
        if not settings.X_ACCEL_MEDIA:
            return HttpResponseRedirect(signed)
        place = signed.removeprefix(f"{default_storage.endpoint_url}/")
    response = HttpResponse(content_type=content_type)
    response["Content-Disposition"] = disposition
    response["X-Accel-Redirect"] = settings.X_ACCEL_MEDIA + place
    return response


def requested_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a header like “bytes=0-99”, “bytes=100-” or “bytes=-100”; None for the whole file."""
    match = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", header, re.ASCII)
    if not match or not any(match.groups()):
        return None
    first, last = match.groups()
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    return (start, end) if start <= end else None
