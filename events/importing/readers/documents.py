"""Programmes as they really come: the text of a DOCX or a PDF, for the reader of news."""

import re
import zipfile
from io import BytesIO

import mammoth
from django.utils.translation import gettext as _
from lxml import etree
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from .. import markup

EXTENSIONS = (".docx", ".pdf")
MAX_BYTES = 20_000_000
# A DOCX is a ZIP: what it unpacks to, and the pages of a PDF that are read.
_MAX_UNPACKED, _MAX_PAGES = 100_000_000, 200
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Letters by page below which a PDF is a picture of text.
_MIN_LETTERS = 25


class DocumentError(Exception):
    """The file cannot be read; the message says why and what to do."""


def is_document(name: str) -> bool:
    return name.lower().endswith(EXTENSIONS)


def read(name: str, data: bytes) -> tuple[str, list[str]]:
    """Return the text of the file, a line a paragraph or row, and what a person should look at in it."""
    if len(data) > MAX_BYTES:
        raise DocumentError(_("The file is larger than 20 MB."))
    return _docx(data) if name.lower().endswith(".docx") else _pdf(data)


def _docx(data: bytes) -> tuple[str, list[str]]:
    try:
        plain, notes = _as_shown(data)
        html = mammoth.convert_to_html(BytesIO(plain), convert_image=lambda image: []).value
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, OSError, ValueError) as error:
        raise DocumentError(_("This is no DOCX: open it in Word or LibreOffice and save it as DOCX.")) from error
    text = markup.of_fragment(html)
    if not text:
        raise DocumentError(_("The document has no text."))
    return text, notes


def _as_shown(data: bytes) -> tuple[bytes, list[str]]:
    """Return the document without what Word hides, and what was changed in it with tracking."""
    source, plain = zipfile.ZipFile(BytesIO(data)), BytesIO()
    if sum(entry.file_size for entry in source.infolist()) > _MAX_UNPACKED:
        raise DocumentError(_("The file is larger than 20 MB."))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(source.read("word/document.xml"), parser)
    for run in list(root.iter(f"{_WORD}r")):
        if (hidden := run.find(f"{_WORD}rPr/{_WORD}vanish")) is not None and hidden.get(f"{_WORD}val") not in (
            "0",
            "false",
        ):
            run.getparent().remove(run)
    is_tracked = any(next(root.iter(f"{_WORD}{name}"), None) is not None for name in ("ins", "del", "moveTo"))
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in source.infolist():
            changed = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            copy.writestr(entry.filename, changed if entry.filename == "word/document.xml" else source.read(entry))
    question = _("The document has tracked changes; they are read as accepted: check what changed.")
    return plain.getvalue(), [question] if is_tracked else []


def _pdf(data: bytes) -> tuple[str, list[str]]:
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError(_("The PDF is locked with a password: save a copy without one."))
        pages = [page.extract_text() for page in reader.pages[:_MAX_PAGES]]
    except DocumentError:
        raise
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise DocumentError(_("This PDF cannot be read: print it into a PDF again, or paste its text.")) from error
    text = _joined("\n".join(pages))
    if sum(map(str.isalpha, text)) < _MIN_LETTERS * max(1, len(pages)):
        raise DocumentError(
            _("The PDF is a scan: pictures of pages without text. Recognise its text first, or type it.")
        )
    questions = []
    if _has_columns(pages):
        questions = [_("The PDF seems to have columns or a table: check which words belong together.")]
    return text, questions


def _joined(text: str) -> str:
    """Join words hyphenated at the ends of lines and drop the double spaces of justified lines."""
    text = re.sub(r"(?<=[а-яёa-z])(?:-|\u00ad|\u2010)[ \t]*\n[ \t]*(?=[а-яёa-z])", "", text.replace("\r\n", "\n"))
    lines = (re.sub(r"[ \u00a0]+", " ", line).strip() for line in text.replace("\u00ad", "").split("\n"))
    return "\n".join(line for line in lines if line)


def _has_columns(pages: list[str]) -> bool:
    """Whether most lines of some page are so short that they may be halves of lines."""
    for page in pages:
        lines = [len(line) for line in page.split("\n") if line.strip()]
        if len(lines) > 25 and sum(20 < length < 55 for length in lines) > 0.8 * len(lines):
            return True
    return False
