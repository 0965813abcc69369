"""The archivist's spreadsheet: its columns, and reading and writing it as XLSX or CSV. No models, no requests.

One row is one talk; the columns of the event are filled in its first row and may be left empty below. Lists in a cell
are separated by semicolons. A record that already exists is named by its code in square brackets:
«Алехина И. Л. [alekhina-i-l]».
"""

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from .russian.encodings import decode
from .russian.folding import fold

MOST_ROWS = 20_000


@dataclass(frozen=True)
class Column:
    """`key` is its name in code, `header` what stands in the first row (Russian), `hint` what to write there."""

    key: str
    header: str
    hint: Any
    width: int = 20


EVENT_COLUMNS = (
    Column("code", "Код события", gettext_lazy("The event’s address in the archive; empty for a new one.")),
    Column("title", "Название", gettext_lazy("The event’s own name, without outer quotation marks."), 50),
    Column("theme", "Тема", gettext_lazy("«на тему…», if it is given."), 50),
    Column("kind", "Вид", gettext_lazy("One of the archive’s kinds of events.")),
    Column("format", "Формат", gettext_lazy("онлайн, смешанный or очно; empty if unknown."), 12),
    Column("start", "Дата", gettext_lazy("09.06.2020, июнь 2020, 2020, or 9 июня if the year is not stated.")),
    Column("end", "Последний день", gettext_lazy("If it lasted more than a day.")),
    Column("time", "Время", gettext_lazy("11:00"), 10),
    Column("year_supplied", "Год установлен архивистом", gettext_lazy("да or нет.")),
    Column("series", "Цикл", gettext_lazy("The name of the series."), 30),
    Column("ordinal", "Номер в цикле", gettext_lazy("«III», «четвёртая»."), 14),
    Column("place", "Место", gettext_lazy("Room, centre or building: «Русский центр».")),
    Column("venue", "Организация места", gettext_lazy("The organisation where it took place."), 40),
    Column("city", "Город", gettext_lazy("Only if the source names or implies it.")),
    Column("platform", "Платформа", gettext_lazy("Zoom, Skype, VK Звонки…")),
    Column("occasion", "Повод", gettext_lazy("«приурочено к…», «ко Дню…»."), 30),
    Column("framework", "Рамки", gettext_lazy("«в рамках…»: a larger event, project, year, agreement."), 30),
    Column("organisers", "Организаторы", gettext_lazy("Organisations, separated by semicolons."), 50),
    Column("supporters", "При поддержке", gettext_lazy("Organisations, separated by semicolons."), 50),
    Column("participants", "Участники", gettext_lazy("Organisations, separated by semicolons."), 50),
    Column("moderators", "Модераторы", gettext_lazy("People, family name first, separated by semicolons."), 30),
    Column("summary", "Аннотация", gettext_lazy("Two or three sentences of your own."), 60),
    Column("outcome", "Итоги", gettext_lazy("Decisions, conclusions, resolution."), 40),
    Column("topics", "Темы архива", gettext_lazy("Topics, separated by semicolons."), 40),
    Column("source_url", "Источник", gettext_lazy("The address of the page."), 40),
    Column("source_headline", "Заголовок источника", gettext_lazy("As printed."), 40),
    Column("recording", "Запись", gettext_lazy("The address of the recording."), 40),
)
TALK_COLUMNS = (
    Column("talk_number", "№ доклада", gettext_lazy("Its place in the programme: 1, 2, 3…"), 12),
    Column("talk_kind", "Вид доклада", gettext_lazy("One of the archive’s kinds of talks.")),
    Column("talk_title", "Доклад", gettext_lazy("The title as given; empty if the source gives none."), 60),
    Column("talk_subject", "Предмет", gettext_lazy("What it was about, when there is no title."), 40),
    Column("speakers", "Докладчики", gettext_lazy("People, family name first, separated by semicolons."), 40),
    Column("positions", "Должности", gettext_lazy("In the order of the speakers, separated by semicolons."), 40),
    Column("affiliations", "Место работы", gettext_lazy("In the order of the speakers, separated by semicolons."), 40),
    Column("session", "Секция", gettext_lazy("The title of the session."), 30),
    Column("abstract", "Тезисы", gettext_lazy("The abstract of the talk."), 60),
)
COLUMNS = EVENT_COLUMNS + TALK_COLUMNS
HEADERS = {column.key: column.header for column in COLUMNS}

Row = dict[str, str]

# A cell that begins like a formula is run by spreadsheet programs; the apostrophe makes it text.
_FORMULA = re.compile(r"^[=+\-@\t\r]")
_FORMULA_MARK = re.compile(r"^'(?=[=+\-@\t\r])")


class TableError(ValueError):
    """The file as a whole cannot be read; the message says what to do."""


@dataclass
class TableRow:
    """`number` is the row as the spreadsheet counts it, `cells` the filled cells by column key."""

    number: int
    cells: Row


def read(name: str, content: bytes) -> list[TableRow]:
    """The rows of an XLSX or CSV file. Raises TableError with a message for the archivist."""
    cells = _xlsx_cells(content) if name.lower().endswith(".xlsx") else _csv_cells(content)
    header, *lines = list(cells) or [[]]
    keys = _column_keys(header)
    rows = [
        TableRow(number, {key: value for key, value in zip(keys, line, strict=False) if key and value})
        for number, line in enumerate(lines, 2)
    ]
    return [row for row in rows if row.cells]


def _column_keys(header: list[str]) -> list[str]:
    known = {fold(column.header): column.key for column in COLUMNS}
    keys = [known.get(fold(name), "") for name in header]
    unknown = [name for name, key in zip(header, keys, strict=True) if name and not key]
    if unknown:
        raise TableError(
            _("Unknown columns: %(names)s. Use the column names of the example file.") % {"names": ", ".join(unknown)}
        )
    repeated = {HEADERS[key] for key in keys if key and keys.count(key) > 1}
    if repeated:
        raise TableError(_("These columns stand twice: %(names)s.") % {"names": ", ".join(sorted(repeated))})
    if not any(keys):
        raise TableError(_("The first row must hold the column names of the example file."))
    return keys


def _csv_cells(content: bytes) -> Iterator[list[str]]:
    try:
        decoded = decode(content)
    except UnicodeError as error:
        message = _("The file is neither UTF-8, nor UTF-16, nor Windows-1251. Save it again as XLSX or as CSV UTF-8.")
        raise TableError(message) from error
    # Russian Excel writes semicolons, others commas; the header decides.
    first_line = decoded.partition("\n")[0]
    delimiter = max(";,\t", key=first_line.count)
    try:
        for line in csv.reader(io.StringIO(decoded, newline=""), delimiter=delimiter):
            yield [_FORMULA_MARK.sub("", cell.strip()) for cell in line]
    except csv.Error as error:
        raise TableError(_("The CSV file is damaged: %(error)s.") % {"error": error}) from error


def _xlsx_cells(content: bytes) -> Iterator[list[str]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for number, line in enumerate(book.worksheets[0].iter_rows(values_only=True)):
            if number > MOST_ROWS:
                raise TableError(_("The table has more than %(count)d rows. Divide it.") % {"count": MOST_ROWS})
            yield [_cell_text(value) for value in line]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, IndexError, SyntaxError) as error:
        raise TableError(_("This is not a readable XLSX file. Save it again as XLSX or as CSV UTF-8.")) from error


def _cell_text(value: Any) -> str:
    """What the archivist sees in the cell: Excel keeps dates and numbers as values."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, datetime.date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\x00", "").strip()


def _safe(value: str) -> str:
    return f"'{value}" if _FORMULA.match(value) else value


def csv_bytes(rows: Iterable[Row]) -> bytes:
    """UTF-8 with a mark, semicolons: opens in a Russian Excel by double click."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([column.header for column in COLUMNS])
    for row in rows:
        writer.writerow([_safe(row.get(column.key, "")) for column in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(rows: Iterable[Row], hints: bool = False) -> bytes:
    """`hints` adds a second sheet that explains each column."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Архив")
    sheet.freeze_panes = "A2"
    for number, column in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([_bold(sheet, column.header) for column in COLUMNS])
    for row in rows:
        sheet.append([_wrapped(sheet, row.get(column.key, "")) for column in COLUMNS])
    if hints:
        notes = book.create_sheet("Пояснения")
        notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 30, 90
        for column in COLUMNS:
            notes.append([_bold(notes, column.header), str(column.hint)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _bold(sheet: Any, value: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    cell.font = Font(bold=True)
    return cell


def _wrapped(sheet: Any, value: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", value))
    # Text, never a formula: «=…» in a title stays a title.
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def items(cell: str) -> list[str]:
    """The parts of a list in a cell; semicolons part them, empty parts keep their place."""
    return [part.strip() for part in cell.split(";")]


_CODE = re.compile(r"^(?P<name>.*?)\s*\[(?P<code>[-a-z0-9_]+|новый|новая|новое)\]$")


def name_and_code(item: str) -> tuple[str, str]:
    """«Алехина И. Л. [alekhina-i-l]» → («Алехина И. Л.», "alekhina-i-l"); [новый] → "new"; without code → ""."""
    match = _CODE.match(item)
    if not match:
        return item, ""
    code = match["code"]
    return match["name"], "new" if code.startswith("нов") else code


def with_code(name: str, code: str) -> str:
    return f"{name} [{code}]"
