"""Checksums of uploaded files, by which a lost or changed one is noticed (fixity)."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone

from . import aggregates


class Checksum(NamedTuple):
    sha256: str
    size: int


def checksum(path: str) -> Checksum:
    """The checksum of a stored file. Raises FileNotFoundError."""
    with default_storage.open(path) as file:
        return checksum_of(file)


def checksum_of(file: File) -> Checksum:
    """The checksum of a file, read in pieces."""
    digest, size = hashlib.sha256(), 0
    for piece in file.chunks():
        digest.update(piece)
        size += len(piece)
    return Checksum(digest.hexdigest(), size)


class MediaFile(models.Model):
    """A file as it was taken in. A stored file never changes: another one gets another path."""

    path = models.CharField(max_length=400, primary_key=True)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    # When the file last agreed with its checksum.
    checked = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.path

    @classmethod
    def record(cls, paths: Iterable[str]) -> int:
        """Store the checksums of those of these files that have none; a file that is not there gets none."""
        wanted = set(paths)
        wanted -= set(cls.objects.filter(path__in=wanted).values_list("path", flat=True))
        rows = []
        for path in sorted(wanted):
            try:
                rows.append(cls(path, *checksum(path)))
            except OSError:
                continue
        cls.objects.bulk_create(rows, ignore_conflicts=True)
        return len(rows)


def file_fields(model: type[models.Model]) -> list[models.FileField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.FileField)]


def record_checksums(instance: models.Model, **kwargs: Any) -> None:
    """Store the checksums of the files that a saved row has."""
    paths = [str(getattr(instance, field.attname)) for field in file_fields(type(instance))]
    if any(paths):
        MediaFile.record(path for path in paths if path)


def files_of_records() -> Iterator[tuple[str, str]]:
    """The path of each file that a row of the archive names, with the name of the row: "photo 12"."""
    for model in aggregates.archive_models():
        for field in file_fields(model):
            rows = model._base_manager.exclude(**{field.name: ""}).order_by("pk")
            for pk, path in rows.values_list("pk", field.name).iterator():
                yield path, f"{model._meta.model_name} {pk}"


def stored_files(folder: str = "") -> Iterator[str]:
    """The paths of all files in the storage, sorted folder by folder."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}{name}" for name in sorted(files))
    for name in sorted(folders):
        yield from stored_files(f"{folder}{name}/")
