"""A bag on the disk: files with their checksums, whole or not there at all."""

import datetime
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from ..models.media_files import Checksum

Progress = Callable[[str, int, int], None]

DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
# Folders of files: uploads, and what readers sent, which only a backup has.
MEDIA, READER_FILES = "data/media/", "data/reader-files/"
# Of a backup, and of a dump of what is public.
DESCRIPTION, DUMP_DESCRIPTION = "data/backup.json", "data/dump.json"
UNFINISHED = ".unfinished-"
PIECE = 1 << 20


class BadBackup(Exception):
    """Why a folder is no whole backup, or does not fit this archive; for the operator."""


class Bag:
    """A whole backup in a folder, as its manifest describes it; or a dump, which has another description."""

    def __init__(self, folder: Path, description: str = DESCRIPTION) -> None:
        self.folder = folder
        self.folders = (MEDIA,) if description == DUMP_DESCRIPTION else (MEDIA, READER_FILES)
        if not (folder / TAG_MANIFEST).is_file():
            raise BadBackup(_("%s is no whole backup: it was broken off, or is none.") % folder)
        for name, sha256 in read_manifest(folder / TAG_MANIFEST).items():
            self._verify_file(name, sha256)
        self.checksums = read_manifest(folder / MANIFEST)
        self._verify_file(description, self.checksums.get(description, ""))
        self.description: dict[str, Any] = json.loads((folder / description).read_text())

    def files(self, folder: str = MEDIA) -> dict[str, str]:
        """The checksum of each file of this folder, by its path in the archive."""
        return {name.removeprefix(folder): value for name, value in self.checksums.items() if name.startswith(folder)}

    def rows(self, label: str) -> Iterator[dict[str, Any]]:
        with (self.folder / table_path(label)).open(encoding="utf-8") as file:
            yield from map(json.loads, file)

    def verify(self, progress: Progress = lambda what, done, total: None) -> list[str]:
        """Compare every file with its checksum; the names of those that are missing, changed or unknown."""
        wrong = []
        for done, (name, sha256) in enumerate(sorted(self.checksums.items()), 1):
            try:
                self._verify_file(name, sha256)
            except BadBackup as error:
                wrong.append(str(error))
            progress(_("checksums"), done, len(self.checksums))
        present = {str(path.relative_to(self.folder)) for path in (self.folder / "data").rglob("*") if path.is_file()}
        return wrong + [_("unknown file: %s") % name for name in sorted(present - self.checksums.keys())]

    def _verify_file(self, name: str, sha256: str) -> None:
        try:
            with (self.folder / name).open("rb") as file:
                found = copied(file, None).sha256
        except OSError as error:
            raise BadBackup(_("missing: %s") % name) from error
        if found != sha256:
            raise BadBackup(_("changed: %s") % name)


def find(folder: Path) -> Bag:
    """The backup in this folder; of several in it, the newest whole one."""
    if (folder / "bagit.txt").exists() or not folder.is_dir():
        return Bag(folder)
    return Bag(newest(folder) or folder)


def newest(folder: Path) -> Path | None:
    whole = (path for path in folder.iterdir() if (path / TAG_MANIFEST).is_file() and is_finished(path))
    return max(whole, default=None)


def is_finished(folder: Path) -> bool:
    return not folder.name.startswith(UNFINISHED)


def table_path(label: str) -> str:
    return f"data/tables/{label}.jsonl"


def copied(source: BinaryIO, target: BinaryIO | None) -> Checksum:
    """The checksum of what is read, which is written to the target on the way."""
    digest, size = hashlib.sha256(), 0
    while piece := source.read(PIECE):
        digest.update(piece)
        size += len(piece)
        if target:
            target.write(piece)
    return Checksum(digest.hexdigest(), size)


def checksum(path: Path) -> str:
    with path.open("rb") as file:
        return copied(file, None).sha256


def link(source: Path, target: Path) -> bool:
    """Make the same file stand at the target as well; False where the disk cannot."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):
        os.link(source, target)
        return True
    return False


def write_manifest(path: Path, checksums: dict[str, str]) -> None:
    lines = (f"{sha256}  {_encoded(name)}\n" for name, sha256 in sorted(checksums.items()))
    path.write_text("".join(lines), encoding="utf-8")


def read_manifest(path: Path) -> dict[str, str]:
    found = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        match = re.fullmatch(r"([0-9a-f]{64})  (.+)", line)
        if not match or ".." in Path(match[2]).parts or match[2].startswith("/"):
            raise BadBackup(_("%s is damaged.") % path)
        found[_decoded(match[2])] = match[1]
    return found


def _encoded(name: str) -> str:
    """As RFC 8493 writes names with line breaks."""
    return name.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def _decoded(name: str) -> str:
    return name.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def close(folder: Path, checksums: dict[str, str], day: datetime.date, *others: str) -> None:
    """Write the tag files beside `others`; the manifest of these last, which makes the bag whole."""
    size = sum(path.stat().st_size for path in (folder / "data").rglob("*") if path.is_file())
    info = {
        "Bagging-Date": day.isoformat(),
        "Bag-Software-Agent": f"confarchive {settings.VERSION}",
        "Payload-Oxum": f"{size}.{len(checksums)}",
    }
    (folder / "bagit.txt").write_text(DECLARATION)
    (folder / "bag-info.txt").write_text("".join(f"{name}: {value}\n" for name, value in info.items()))
    write_manifest(folder / MANIFEST, checksums)
    names = ("bag-info.txt", "bagit.txt", MANIFEST, *others)
    write_manifest(folder / TAG_MANIFEST, {name: checksum(folder / name) for name in names})


def remove_unfinished(folder: Path) -> None:
    for path in folder.glob(f"{UNFINISHED}*"):
        shutil.rmtree(path)
