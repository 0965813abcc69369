"""Files that are not what they say, harmless: pictures and documents, each with a secret that must not be stored, and
tables that are small until they are read.
"""

import io
import random
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from events import images
from events.admin.fields import MaterialField, PictureField
from events.spreadsheet import TableError
from events.table import open_table
from tests import test_images as made
from tests.importing.test_spreadsheets import ods, xlsx
from tests.test_images import SECRET

MARKUP = b"<html><script>alert(1)</script>" + SECRET
# Beginnings of files that no browser should get from the archive, or that are another kind than their name says.
BEGINNINGS = [
    MARKUP,
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    b"<?xml version='1.0'?><!DOCTYPE html><script/>",
    b"MZ\x90\x00" + SECRET,
    b"\x7fELF\x02" + SECRET,
    b"#!/bin/sh\n# " + SECRET,
    b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    b"PK\x03\x04" + SECRET,
    b"\xd0\xcf\x11\xe0" + SECRET,
    b"CWS\x0a" + SECRET,
]
PICTURES, DOCUMENTS = ("jpg", "png", "webp", "heic"), ("pdf", "docx", "xlsx", "odt", "rtf", "doc", "djvu", "epub")


def pictures(number: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """Name and content of `number` files: whole ones with something hidden, cut, changed and of other formats."""
    chance = random.Random(seed)
    whole = {
        "jpg": made.with_everything(),
        "mpo": made.multi_picture(),
        "heic": made.heic(),
        "png": made.content("PNG", mode="RGBA", colour=(1, 2, 3, 4)) + SECRET,
        "webp": made.content("WEBP", exif=b"Exif\x00\x00" + SECRET),
    }
    fixed = [
        *((f"whole.{kind}", data) for kind, data in whole.items()),
        *((f"bomb{size}.png", made.png_of(size, size)) for size in (0, 8000, 60_000, 2**31 - 1)),
        *((f"other{place}.{kind}", data) for place, data in enumerate(BEGINNINGS) for kind in ("jpg", "heic")),
        *((f"other.{kind}.jpg", made.as_format(kind)) for kind in ("GIF", "TIFF", "BMP", "ICO", "PPM", "AVIF", "TGA")),
        *((f"{name}.jpg", made.with_everything()) for name in ("../../etc/passwd", "a.php", "x\x00y", "ы" * 300)),
    ]
    for place in range(number):
        if place < len(fixed):
            yield fixed[place]
            continue
        kind = chance.choice(list(whole))
        data = bytearray(whole[kind])
        if chance.random() < 0.4:
            del data[chance.randrange(1, len(data)) :]
        for _change in range(chance.choice([0, 1, 8, 64])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        yield f"changed{place}.{kind}", bytes(data)


def materials(number: int) -> Iterator[tuple[str, bytes]]:
    """Name and content of `number` files among documents that are something else inside, or hide something."""
    hidden = [
        (f"poster.{kind}", data) for kind, data in zip(PICTURES, (made.with_everything(), made.heic()) * 2, strict=True)
    ]
    wrong = [
        (f"file{place}.{kind}", data)
        for place, data in enumerate(BEGINNINGS)
        for kind in DOCUMENTS
        if not (data.startswith(b"PK") and kind in ("docx", "xlsx", "odt", "doc", "epub"))
    ]
    texts = [(f"text{place}.{kind}", data) for place, data in enumerate(BEGINNINGS[:6]) for kind in ("txt", "csv")]
    yield from [*hidden, *texts, *wrong][:number]


def tables() -> Iterator[tuple[str, bytes]]:
    """Name and content of tables of which reading takes far more than sending."""
    swollen = io.BytesIO()
    with (
        zipfile.ZipFile(swollen, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/sharedStrings.xml", "w") as part,
    ):
        for _megabyte in range(300):
            part.write(b" " * 1024 * 1024)
    yield "300 MB of spaces.xlsx", swollen.getvalue()
    cells = b"<row>" + b"<c/>" * 2_000_000 + b"</row></sheetData>"
    yield "2,000,000 cells.xlsx", xlsx(["Доклад"], edit=lambda data: data.replace(b"</sheetData>", cells))
    yield "2,000,000 cells.ods", ods("<table:table-row>" + "<table:table-cell/>" * 2_000_000 + "</table:table-row>")
    yield "100,000 columns.csv", ("Название;" * 100_000 + "\nx").encode()
    yield "400,000 rows.csv", ("Доклад\n" + "x\n" * 400_000).encode()
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    yield "the last cell.xlsx", xlsx(["Доклад"], edit=lambda data: data.replace(b"</sheetData>", far))


def tables_read() -> list[tuple[str, bool, float]]:
    """The tables that swell: name, whether it was refused, seconds that took."""
    found = []
    for name, content in tables():
        started = time.monotonic()
        try:
            open_table(content)
            is_refused = False
        except TableError:
            is_refused = True
        found.append((name, is_refused, time.monotonic() - started))
    return found


def tried(pictures_tried: int, materials_tried: int) -> Counter[str]:
    """How many were taken and refused; “crashed” and “leaked” must not be among them."""
    found = Counter[str]()
    for field, files in ((PictureField(), pictures(pictures_tried)), (MaterialField(), materials(materials_tried))):
        for name, data in files:
            found[_outcome(field, name, data)] += 1
    return found


def _outcome(field: Any, name: str, data: bytes) -> str:
    try:
        file = field.clean(SimpleUploadedFile(name, data))
        stored = file.read()
    except ValidationError:
        return "refused"
    except Exception as error:
        return f"crashed: {name}: {error!r}"
    is_picture = any(stored.startswith(magic) for magic in (b"\xff\xd8\xff", b"\x89PNG", b"RIFF"))
    if SECRET in stored or not is_picture or len(stored) > images.MOST_BYTES:
        return f"leaked: {name}"
    return "taken"
