"""Renditions: an uploaded picture in the few widths and formats that pages show, made once and kept beside the uploads.

They are named by the checksum of the original, so that another picture never shows under an old one's name. They are no
part of the archive: no backup has them, no row names them, and whoever deletes their folder loses nothing. Who may see
one is decided for its original (events/views/media.py).
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.db.models.fields.files import ImageFieldFile
from PIL import Image

from . import images
from .batches import batched
from .models import MediaFile, aggregates

# What a list and a gallery ask for, a telephone with two pixels to the point, one with three, and a whole screen.
WIDTHS = (360, 720, 1200, 1800)
# All as like the original (SSIM 0.965); the smallest first, since browsers take the first that they know. Beside WebP
# six photographs were 6 % smaller as AVIF at 360 pixels, one rich in detail a third at 1800. Slower speeds save little
# and take several times as long.
FORMATS = {
    "avif": ("AVIF", {"quality": 60, "speed": 8}),
    "webp": ("WEBP", {"quality": 76, "method": 4}),
    "jpg": ("JPEG", {"quality": 78, "progressive": True}),
}
AT_ONCE = 200


class Rendition(NamedTuple):
    """A width and a format; as text «720.webp», in addresses and in names of files."""

    width: int
    format: str

    def __str__(self) -> str:
        return f"{self.width}.{self.format}"

    @classmethod
    def named(cls, name: str) -> "Rendition | None":
        """The rendition of this name, if there is one."""
        return next((rendition for rendition in cls.all() if str(rendition) == name), None)

    @classmethod
    def all(cls, up_to: int | None = None) -> list["Rendition"]:
        """Those that a picture of this width has; a picture is never enlarged."""
        return [cls(width, kind) for width in WIDTHS if up_to is None or width <= up_to for kind in FORMATS]

    def file_of(self, sha256: str) -> Path:
        return _folder() / sha256[:2] / f"{sha256}-{self}"


def size(picture: ImageFieldFile) -> tuple[int, int] | None:
    """Width and height of a stored picture: from its row if it has them, else from the file; None if unknown."""
    field = picture.field
    if field.width_field:
        width, height = (getattr(picture.instance, name) for name in (field.width_field, field.height_field))
    else:
        try:
            width, height = picture.width, picture.height
        except OSError:
            return None
    return (width, height) if width and height else None


def opened(path: str, rendition: Rendition) -> IO[bytes] | None:
    """The rendition of the stored picture at this path, made if it is missing; None if it cannot be made."""
    sha256 = _checksums([path]).get(path)
    if sha256 is None:
        return None
    try:
        with suppress(FileNotFoundError):
            return rendition.file_of(sha256).open("rb")
        make(path, sha256, [rendition])
        return rendition.file_of(sha256).open("rb")
    except Exception:  # Pillow's readers raise whatever they stumble over; a disk may be full.
        return None


def make(path: str, sha256: str, renditions: list[Rendition]) -> None:
    """Make those of these renditions that are missing. Raises what Pillow and the disk raise."""
    with _one_at_a_time():
        missing = [rendition for rendition in renditions if not rendition.file_of(sha256).exists()]
        if not missing:
            return
        with default_storage.open(path) as file:
            largest = images.reduced(file, max(rendition.width for rendition in missing))
        for rendition in missing:
            drawn = largest.copy()
            drawn.thumbnail((rendition.width, drawn.height), Image.Resampling.LANCZOS)
            _save(drawn, rendition, rendition.file_of(sha256))


def _save(drawn: Image.Image, rendition: Rendition, target: Path) -> None:
    kind, options = FORMATS[rendition.format]
    if drawn.mode == "RGBA" and kind == "JPEG":
        drawn = Image.alpha_composite(Image.new("RGBA", drawn.size, "white"), drawn).convert("RGB")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".unfinished")
    drawn.save(unfinished, kind, **options)
    unfinished.replace(target)


def update() -> None:
    """Make what is missing for the pictures that rows name, and remove what belongs to none of them."""
    kept = set()
    for some in batched(_pictures(), AT_ONCE):
        checksums = _checksums([picture.name for picture in some])
        for picture in some:
            sha256, dimensions = checksums.get(picture.name), size(picture)
            if sha256 is None or dimensions is None:
                continue
            renditions = Rendition.all(up_to=dimensions[0])
            kept |= {rendition.file_of(sha256) for rendition in renditions}
            if not all(rendition.file_of(sha256).exists() for rendition in renditions):
                with suppress(Exception):  # as in opened(): pages then show the original
                    make(picture.name, sha256, renditions)
    with _one_at_a_time():
        for file in _folder().glob("??/*"):
            if file not in kept:
                file.unlink(missing_ok=True)


def _pictures() -> Iterator[ImageFieldFile]:
    for model in aggregates.archive_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ImageField):
                for row in model._base_manager.exclude(**{field.name: ""}).order_by("pk").iterator():
                    yield getattr(row, field.name)


def _checksums(paths: list[str]) -> dict[str, str]:
    """The checksum of each of these files that is there."""
    found = dict(MediaFile.objects.filter(path__in=paths).values_list("path", "sha256"))
    if missing := [path for path in paths if path not in found]:
        MediaFile.record(missing)
        found |= MediaFile.objects.filter(path__in=missing).values_list("path", "sha256")
    return found


def _folder() -> Path:
    return Path(settings.RENDITIONS_ROOT)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Wait until no other thread or process of this machine draws: a picture of 50 megapixels takes 200 MB."""
    _folder().mkdir(parents=True, exist_ok=True)
    with (_folder() / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
