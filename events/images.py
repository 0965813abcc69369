"""Uploaded pictures: measured before they are decoded, then redrawn on a fresh canvas, so that nothing hidden stays.

A file may carry the place where it was taken, a comment, a thumbnail of what was cropped away, a script after its end.
"""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pillow_heif
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from .russian import transliteration

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
QUALITY = 90  # below it faces in a conference window begin to smear
_SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
# What browsers do not show is stored as JPEG: HEIC of telephones, and MPO, as Pillow calls a JPEG behind which a camera
# put a preview or a depth picture; the first picture is meant.
_STORED_AS = {**{kind: kind for kind in _SUFFIXES}, "HEIF": "JPEG", "MPO": "JPEG"}
# Extensions, too: many computers know no type for HEIC.
ACCEPTED = "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif"

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, decode_threads=1)


class BadPicture(Exception):
    """Why a picture is not taken; for the person who chose it."""


def prepare(files: Iterable[Any]) -> None:
    """Redraw the pictures among uploaded files now, not while a form is being saved: nobody waits for it then."""
    for file in files:
        try:
            file.redrawn = redrawn(file)
        except BadPicture as error:
            file.redrawn = error
        file.seek(0)


def redrawn(file: Any) -> ContentFile:
    """The same picture, upright, in a new file with a plain name: of its own format, or JPEG for HEIC."""
    if isinstance(prepared := getattr(file, "redrawn", None), BadPicture):
        raise prepared
    if prepared is not None:
        return prepared
    if file.size > MOST_BYTES:
        raise BadPicture(_("The picture is larger than 20 MB: save it smaller."))
    try:
        with Image.open(file, formats=[*_SUFFIXES, "HEIF"]) as picture:
            return _drawn(picture, file.name)
    except UnidentifiedImageError as error:
        raise BadPicture(_("This is not a JPEG, PNG, WebP or HEIC picture.")) from error
    except BadPicture:
        raise
    except Exception as error:  # Pillow's readers raise whatever they stumble over.
        raise BadPicture(_("The picture is damaged: save it anew and choose it again.")) from error


def _drawn(picture: Image.Image, name: str) -> ContentFile:
    # Only the header is read so far.
    if picture.width * picture.height > MOST_PIXELS:
        raise BadPicture(_("The picture has more than 50 megapixels: save it smaller."))
    kind = _STORED_AS.get(picture.format)
    if kind is None:
        raise BadPicture(_("This is not a JPEG, PNG, WebP or HEIC picture."))
    upright = _upright(_in_srgb(picture))
    mode = "RGBA" if kind != "JPEG" and upright.has_transparency_data else "RGB"
    canvas = Image.new(mode, upright.size)
    canvas.paste(upright.convert(mode))
    content = io.BytesIO()
    canvas.save(content, kind, quality=QUALITY, optimize=True)
    return ContentFile(
        content.getvalue(), name=f"{transliteration.slug(Path(name).stem, 60) or 'picture'}{_SUFFIXES[kind]}"
    )


def _upright(picture: Image.Image) -> Image.Image:
    picture.load()
    try:
        return ImageOps.exif_transpose(picture)
    except (SyntaxError, ValueError, TypeError, KeyError):
        # The picture is fine, only what the camera wrote beside it is not.
        return picture


def _in_srgb(picture: Image.Image) -> Image.Image:
    """The colours as they look, since the profile that says how to read them does not stay."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "CMYK"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        changed = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return picture
    changed.info["exif"] = picture.info.get("exif", b"")
    return changed


def reduced(file: Any, width: int) -> Image.Image:
    """A stored picture at most this wide, upright, with its colours as they look and nothing else of the file.

    Raises BadPicture, and whatever Pillow's readers raise.
    """
    with Image.open(file, formats=list(_SUFFIXES)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise BadPicture(_("The picture has more than 50 megapixels: save it smaller."))
        # A JPEG is decoded hardly larger than needed.
        picture.thumbnail((width, picture.height), Image.Resampling.LANCZOS, reducing_gap=3)
        upright = _upright(_in_srgb(picture))
        drawn = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    drawn.info.clear()
    return drawn
