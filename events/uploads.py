"""Which files may be uploaded: by their extension, and with a content of the kind that their name says."""

import re
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from . import captions, images, players

# Extensions of the documents that may be uploaded; none that a browser would execute.
DOCUMENTS = "pdf doc docx odt rtf txt ppt pptx odp xls xlsx ods csv zip djvu epub".split()
PICTURES = ["jpg", "jpeg", "png", "webp", "heic", "heif"]
CAPTIONS = ["vtt", "srt"]
FILES = {
    "events.Recording.file": players.MEDIA,
    "events.Recording.captions": CAPTIONS,
    "events.Material.file": [*DOCUMENTS, *PICTURES],
}

# How files of a kind begin. Texts begin with anything, but are not what a browser or Windows would execute.
_ZIP, _OLE = (b"PK\x03\x04",), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_BEGINNINGS = {
    **dict.fromkeys("docx odt pptx odp xlsx ods zip epub".split(), (*_ZIP, b"PK\x05\x06")),
    **dict.fromkeys("ppt xls".split(), _OLE),
    "doc": (*_OLE, b"{\\rtf", *_ZIP),
    "rtf": (b"{\\rtf",),
    "pdf": (b"%PDF-",),
    "djvu": (b"AT&TFORM",),
}
_NO_TEXT = re.compile(rb"\s*(?:<(?:!doctype|html|svg|script|\?xml)|MZ|%PDF-|PK\x03\x04|\x7fELF|#!)", re.IGNORECASE)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def suffix(name: str) -> str:
    return PurePath(name).suffix.lower().removeprefix(".")


def redrawn(file: Any) -> Any:
    """The picture, decoded and encoded again, so that nothing else of the file is kept. Raises ValidationError."""
    try:
        return images.redrawn(file)
    except images.BadPicture as error:
        raise ValidationError(str(error)) from error


def checked_captions(file: Any) -> Any:
    """The file, if it can be read as WebVTT or SRT. Raises ValidationError."""
    try:
        captions.read(file.read(captions.MOST_BYTES + 1))
    except captions.CaptionsError as error:
        raise ValidationError(str(error)) from error
    file.seek(0)
    return file


def checked_material(file: Any) -> Any:
    """The document, if its content is of the kind that its name says; a picture redrawn. Raises ValidationError."""
    kind = suffix(file.name)
    if kind in PICTURES:
        return redrawn(file)
    beginning = file.read(1024)
    file.seek(0)
    if not _fits(kind, beginning):
        message = _("Inside, this is no %(kind)s file. Save it in the format that its name says, or rename it.")
        raise ValidationError(message % {"kind": kind.upper()})
    return file


def _fits(kind: str, beginning: bytes) -> bool:
    if kind in ("txt", "csv"):
        is_binary = b"\x00" in beginning and not beginning.startswith(_UTF_16)
        return not is_binary and not _NO_TEXT.match(beginning.removeprefix(b"\xef\xbb\xbf"))
    # Another extension is refused by the validator of extensions.
    return kind not in _BEGINNINGS or beginning.startswith(_BEGINNINGS[kind])
