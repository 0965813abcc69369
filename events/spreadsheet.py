"""Sheets out of XLSX, XLS, ODS and CSV files, each cell as the spreadsheet program shows it. No models, no requests.

Excel keeps «июнь 2020» as the number 43983 with a number format: what the format does not show nobody has written.
"""

import csv
import datetime
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

import openpyxl
import xlrd
from django.utils.translation import gettext as _
from openpyxl.utils import coordinate_to_tuple, range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from .russian.dates import GENITIVES, MONTHS
from .russian.encodings import decode
from .russian.folding import without_invisible

MAX_ROWS = 20_000
MAX_COLUMNS = 200
# Bytes of all parts of a workbook together; a table of 20,000 rows has some 30 MB.
MAX_UNPACKED = 64 * 1024 * 1024
# Tags of a workbook, and of what is held at once: one row, one text. An empty cell has four bytes and takes a hundred
# times as much when it is read; 20,000 rows of 30 columns have some three million tags.
MAX_TAGS, MAX_TAGS_AT_ONCE = 4_000_000, 200_000
MAX_LINKED = 100_000  # cells of a sheet that links lie over
SEPARATORS = ";,\t|`"
# Where UTF-8, UTF-16 and Windows-1251 make no sense: the column names decide.
OTHER_ENCODINGS = ("koi8-r", "cp866", "mac_cyrillic")


class TableError(ValueError):
    """The file as a whole cannot be read; the message says what to do."""


@dataclass
class Sheet:
    """The filled rows of a sheet by number, and the cells that a merged cell covers below its first."""

    name: str
    rows: dict[int, list[str]] = field(default_factory=dict)
    is_hidden: bool = False
    # (first row, last row, column), counted from 1 and from 0.
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    # Rows with a cell across several columns, and those that the program does not show.
    wide: set[int] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    # Addresses behind cells, by row and column.
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    # The row of a CSV file in which a quotation mark opens and never closes.
    unclosed: int = 0

    def add(self, number: int, cells: Iterable[str]) -> None:
        """Add a row unless it is empty. Raises TableError if the sheet grows too large."""
        row = list(cells)
        while row and not row[-1]:
            row.pop()
        if not row:
            return
        if len(row) > MAX_COLUMNS:
            raise TableError(_("The table has more than %(count)d columns.") % {"count": MAX_COLUMNS})
        if len(self.rows) > MAX_ROWS:
            raise TableError(_("The table has more than %(count)d rows. Divide it.") % {"count": MAX_ROWS})
        self.rows[number] = row


def sheets(content: bytes, is_better: Callable[[list[Sheet]], float] = lambda sheets: 0) -> list[Sheet]:
    """Read all sheets of a file, whatever its name. Raises TableError with a message for the archivist.

    A CSV file says neither its encoding nor its separator: of all readings the one with the best score is taken.
    """
    if content.startswith(b"PK"):
        return _zipped(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _xls(content)
    return max(_csv(content), key=is_better)


def _too_large() -> str:
    return _("The table is too large once it is unpacked. Divide it.")


_BEGINNING = re.compile(rb"<(?:\w+:)?(?:row|si|table-row)[\s/>]")


def _count_tags(archive: zipfile.ZipFile) -> None:
    """Refuse what would take much more memory than it has bytes, before anything is parsed."""
    total = 0
    for part in archive.infolist():
        at_once = 0
        with archive.open(part) as stream:
            while chunk := stream.read(1024 * 1024):
                total += chunk.count(b"<")
                first, *rest = _BEGINNING.split(chunk)
                counts = [at_once + first.count(b"<"), *(piece.count(b"<") for piece in rest)]
                at_once = counts[-1]
                if total > MAX_TAGS or max(counts) > MAX_TAGS_AT_ONCE:
                    raise TableError(_too_large())


def _zipped(content: bytes) -> list[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
                raise TableError(_too_large())
            _count_tags(archive)
            names = archive.namelist()
            if "content.xml" in names:
                return _ods(archive)
            return _xlsx(archive, content)
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        ElementTree.ParseError,
        KeyError,
        IndexError,
        OSError,
        ValueError,
        SyntaxError,
        TypeError,
        AttributeError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        if isinstance(error, TableError):
            raise
        message = _("This is not a readable XLSX or ODS file. Save it again as XLSX or as CSV UTF-8.")
        raise TableError(message) from error


# ── XLSX ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_LINK_FORMULA = re.compile(r'\s*HYPERLINK\("([^"]+)"')


def _xlsx(archive: zipfile.ZipFile, content: bytes) -> list[Sheet]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    parts = _sheet_parts(archive)
    found = []
    for worksheet in book.worksheets:
        sheet = Sheet(worksheet.title, is_hidden=worksheet.sheet_state != "visible")
        part = parts.get(worksheet.title)
        uncomputed = _xlsx_around_values(archive, part, sheet) if part else set()
        # Some programs write a size that is not the sheet's.
        worksheet.reset_dimensions()
        for number, row in enumerate(worksheet.iter_rows(), 1):
            cells = [shown(cell.value, getattr(cell, "number_format", "General")) for cell in row]
            for place, cell in enumerate(row) if uncomputed else ():
                if cell.value is None and (number, place + 1) in uncomputed:
                    cells[place] = "#VALUE!"
            sheet.add(number, cells)
        found.append(sheet)
    return found


def _xlsx_around_values(archive: zipfile.ZipFile, part: str, sheet: Sheet) -> set[tuple[int, int]]:
    """Add the merged cells, hidden rows and links of a sheet; the cells of formulas that have no computed value.

    openpyxl gives none of them with read_only=True, which it needs to hold one row at a time.
    """
    targets = _link_targets(archive, part)
    uncomputed, number, room = set(), 0, MAX_LINKED
    with archive.open(part) as stream:
        for _event, element in ElementTree.iterparse(stream):
            if element.tag == f"{_MAIN}row":
                # Some programs write a whole number as a decimal fraction, or none.
                number = int(float(element.get("r", number + 1)))
                if element.get("hidden") in ("1", "true"):
                    sheet.hidden_rows.add(number)
                uncomputed |= _xlsx_formulas(element, sheet)
                element.clear()
            elif element.tag == f"{_MAIN}mergeCell":
                column, first, last_column, last = range_boundaries(element.get("ref"))
                sheet.merged.append((first, last, column - 1))
                if last_column > column and first == last:
                    sheet.wide.add(first)
            elif element.tag == f"{_MAIN}hyperlink" and (target := targets.get(element.get(_RELATION))):
                column, row, last_column, last_row = range_boundaries(element.get("ref"))
                # One link may lie over all cells of a sheet.
                covered = itertools.product(range(row, last_row + 1), range(column - 1, last_column))
                for cell in itertools.islice(covered, room):
                    sheet.links.setdefault(cell, target)
                    room -= 1
    return uncomputed


def _xlsx_formulas(row: ElementTree.Element, sheet: Sheet) -> set[tuple[int, int]]:
    """Add the links that formulas make; the cells of those without a computed value."""
    uncomputed = set()
    for cell in row.iterfind(f"{_MAIN}c[@r][{_MAIN}f]"):
        number, column = coordinate_to_tuple(cell.get("r"))
        value = cell.find(f"{_MAIN}v")
        # An empty text is what a formula may well give; openpyxl writes an empty value for what nobody computed.
        if value is None or (not value.text and cell.get("t") != "str"):
            uncomputed.add((number, column))
        if link := _LINK_FORMULA.match(cell.findtext(f"{_MAIN}f", "")):
            sheet.links[number, column - 1] = link[1]
    return uncomputed


def _link_targets(archive: zipfile.ZipFile, part: str) -> dict[str | None, str]:
    """The addresses to which the links of a sheet refer, by the key of the relation."""
    folder, _slash, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in archive.namelist():
        return {}
    return {one.get("Id"): one.get("Target", "") for one in ElementTree.fromstring(archive.read(relations))}


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The name in the archive of each sheet's part."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    found = {}
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if path in archive.namelist():
            found[sheet.get("name", "")] = path
    return found


# ── What a cell shows ───────────────────────────────────────────────────────────────────────────────────────────────

_NOT_TOKENS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_MINUTES = re.compile(r"(h+[^a-z]*)m+|m+([^a-z]*s+)", re.IGNORECASE)
_DECIMALS = re.compile(r"0+(?:\.(0+))?")


def shown(value: Any, number_format: str = "General") -> str:
    """The text that a spreadsheet program shows for a value in this number format."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ИСТИНА" if value else "ЛОЖЬ"
    if isinstance(value, datetime.timedelta):
        return _clock(value, number_format)
    if isinstance(value, datetime.time):
        passed = datetime.datetime.combine(datetime.date.min, value) - datetime.datetime.min
        return _clock(passed, number_format)
    if isinstance(value, datetime.date):
        return _shown_date(value, number_format)
    if isinstance(value, int | float):
        return _shown_number(value, number_format)
    return cleaned(str(value))


# But those that are space, which XML does not allow either.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")


def cleaned(text: str) -> str:
    """The text without stray controls; no-break spaces are spaces, line breaks stay."""
    text = text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROLS.sub("", without_invisible(text))
    return re.sub(r"[^\S\n]+", " ", text).strip()


def _clock(passed: datetime.timedelta, number_format: str) -> str:
    """The hour in this format, which may show no seconds; a fraction of one is only how a number is stored."""
    seconds = round(passed.total_seconds())
    if "h" in number_format.lower() and "s" not in _NOT_TOKENS.sub("", number_format).lower():
        seconds -= seconds % 60
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
    return f"{text}:{seconds % 60:02}" if seconds % 60 else text


def _shown_date(value: datetime.date, number_format: str) -> str:
    tokens = _MINUTES.sub(r"\1\2", _NOT_TOKENS.sub("", number_format.split(";")[0]).lower())
    has_year, has_month, has_day = ("y" in tokens or "г" in tokens, "m" in tokens or "м" in tokens, "d" in tokens)
    time = value.time() if isinstance(value, datetime.datetime) else datetime.time()
    clock = (
        shown(time, number_format) if "h" in tokens and (time != datetime.time() or not (has_year or has_month)) else ""
    )
    if has_day and has_month:
        text = value.strftime("%d.%m.%Y") if has_year else f"{value.day} {GENITIVES[value.month - 1]}"
    elif has_month:
        text = f"{MONTHS[value.month - 1]} {value.year if has_year else ''}".strip()
    elif has_year:
        text = str(value.year)
    else:
        text = "" if clock else value.strftime("%d.%m.%Y")
    return f"{text} {clock}".strip()


def _shown_number(value: float, number_format: str) -> str:
    pattern = _NOT_TOKENS.sub("", number_format.split(";")[0])
    if "%" in pattern:
        return f"{value:.0%}"
    if match := _DECIMALS.fullmatch(pattern):
        places = len(match[1] or "")
        return f"{value:0{len(match[0])}.{places}f}"
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.10g}"


# ── XLS ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _xls(content: bytes) -> list[Sheet]:
    try:
        with xlrd.open_workbook(
            file_contents=content, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
        ) as book:
            return [_xls_sheet(book, sheet) for sheet in book.sheets()]
    except TableError:
        raise
    # A damaged file fails anywhere in the library.
    except Exception as error:
        raise TableError(_("This XLS file cannot be read. Save it again as XLSX or as CSV UTF-8.")) from error


def _xls_sheet(book: Any, worksheet: Any) -> Sheet:
    sheet = Sheet(worksheet.name, is_hidden=worksheet.visibility != 0)
    for first, last, column, last_column in worksheet.merged_cells:
        sheet.merged.append((first + 1, last, column))
        if last_column > column + 1 and last == first + 1:
            sheet.wide.add(first + 1)
    sheet.hidden_rows = {number + 1 for number, row in worksheet.rowinfo_map.items() if row.hidden}
    sheet.links = {
        (row + 1, column): link.url_or_path
        for (row, column), link in worksheet.hyperlink_map.items()
        if link.url_or_path
    }
    for number in range(worksheet.nrows):
        sheet.add(number + 1, [_xls_text(book, cell) for cell in worksheet.row(number)])
    return sheet


def _xls_text(book: Any, cell: Any) -> str:
    number_format = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
    if cell.ctype == xlrd.XL_CELL_DATE:
        if "[h" in number_format.lower():
            return shown(datetime.timedelta(days=cell.value))
        if cell.value < 1:
            return shown(datetime.timedelta(seconds=round(cell.value * 86_400)))
        return shown(xlrd.xldate_as_datetime(cell.value, book.datemode), number_format)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return shown(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#VALUE!")
    return shown(cell.value or None, number_format) if cell.value != 0 else shown(0, number_format)


# ── ODS: the displayed text stands in the file ──────────────────────────────────────────────────────────────────────

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"


def _ods(archive: zipfile.ZipFile) -> list[Sheet]:
    hidden: set[str] = set()
    found: list[Sheet] = []
    number = 0
    with archive.open("content.xml") as part:
        for event, element in ElementTree.iterparse(part, ("start", "end")):
            if event == "start":
                if element.tag == f"{_TABLE}table":
                    is_hidden = element.get(f"{_TABLE}style-name") in hidden
                    found.append(Sheet(element.get(f"{_TABLE}name", ""), is_hidden=is_hidden))
                    number = 0
            elif element.tag == f"{_STYLE}style":
                if any(child.get(f"{_TABLE}display") == "false" for child in element):
                    hidden.add(element.get(f"{_STYLE}name", ""))
            elif element.tag == f"{_TABLE}table-row" and found:
                cells = list(_ods_cells(element, found[-1], number + 1))
                repeated = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
                # An empty row is repeated a million times to the end of the sheet, a filled one as people copy it.
                for place in range(1, repeated + 1 if any(cells) else 1):
                    found[-1].add(number + place, cells)
                    if element.get(f"{_TABLE}visibility", "visible") != "visible":
                        found[-1].hidden_rows.add(number + place)
                number += repeated
                element.clear()
    return found


def _ods_cells(row: ElementTree.Element, sheet: Sheet, number: int) -> Iterator[str]:
    column = 0
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        text = cleaned("\n".join(_ods_text(paragraph) for paragraph in cell.iterfind(f"{_TEXT}p")))
        if (spanned := int(cell.get(f"{_TABLE}number-rows-spanned", "1"))) > 1:
            sheet.merged.append((number, number + spanned - 1, column))
        elif int(cell.get(f"{_TABLE}number-columns-spanned", "1")) > 1:
            sheet.wide.add(number)
        if (link := cell.find(f".//{_TEXT}a")) is not None:
            sheet.links[number, column] = link.get(_HREF, "")
        repeated = min(int(cell.get(f"{_TABLE}number-columns-repeated", "1")), MAX_COLUMNS + 1)
        yield from [text] * (repeated if column <= MAX_COLUMNS else 0)
        column += repeated


def _ods_text(element: ElementTree.Element) -> str:
    text = element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}s":
            text += " "
        elif child.tag == f"{_TEXT}line-break":
            text += "\n"
        elif child.tag != f"{_TEXT}note":
            text += _ods_text(child)
        text += child.tail or ""
    return text


# ── CSV ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?\r?\n?", re.IGNORECASE)


def _csv(content: bytes) -> list[list[Sheet]]:
    """Every reading of the file that is not plainly wrong."""
    readings, errors = [], []
    for text in _decoded(content):
        stated = _SEPARATOR_LINE.match(text)
        body = text[stated.end() :] if stated else text
        for separator in [stated[1]] if stated else _separators(body):
            try:
                readings.append([_csv_sheet(body, separator, 2 if stated else 1)])
            except TableError as error:
                errors.append(error)
    if not readings:
        raise errors[0]
    return readings


def _separators(text: str) -> list[str]:
    """The separators to try: those of the first filled lines."""
    head = text[:20_000]
    return [separator for separator in SEPARATORS if separator in head] or [";"]


def _decoded(content: bytes) -> list[str]:
    found = []
    try:
        found.append(decode(content))
        content.decode("utf-8")
        return found
    except UnicodeError:
        pass
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in content:
        if found:
            return found
        message = _("The file is neither UTF-8, nor UTF-16, nor Windows-1251. Save it again as XLSX or as CSV UTF-8.")
        raise TableError(message)
    return found + [content.decode(encoding, errors="replace") for encoding in OTHER_ENCODINGS]


def _csv_sheet(text: str, separator: str, first: int) -> Sheet:
    sheet = Sheet("CSV")
    # Python's reader would take a line of 100,000 cells apart before anybody looks.
    if any(line.count(separator) > 10 * MAX_COLUMNS for line in text.split("\n")):
        raise TableError(_("The table has more than %(count)d columns.") % {"count": MAX_COLUMNS})
    try:
        for number, line in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), first):
            sheet.add(number, [cleaned(cell) for cell in line])
    except csv.Error as error:
        raise TableError(_("The CSV file is damaged: %(error)s.") % {"error": error}) from error
    sheet.unclosed = _unclosed(text, separator, first)
    return sheet


def _unclosed(text: str, separator: str, first: int) -> int:
    """The row in which a quotation mark opens that swallows all the rest; 0 for none."""
    number = first - 1
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        number += 1
        try:
            next(lines)
        except StopIteration:
            return 0
        except csv.Error as error:
            if "end of data" in str(error):
                return number
