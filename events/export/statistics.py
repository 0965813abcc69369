"""A report of figures with its lists of events and talks, as XLSX, CSV and DOCX."""

import csv
import io
import textwrap
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import docx
import openpyxl
from django.utils.translation import get_language, gettext
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ..russian.dates import format_span
from ..table import safe
from .record import Record, one_line

# No report lists more events or talks than this, and no table of a DOCX has more rows: Word would not open it.
LIMIT = 1000
# No table on the page is longer.
ROWS = 100
LINE = 15  # points of a line in a sheet


@dataclass(frozen=True)
class Figure:
    """A number with what it counts, and the address of the list that has as many records."""

    label: str
    count: int
    address: str = ""
    note: str = ""
    is_chosen: bool = False
    # The talks at the events counted, and the address of their list; None where they are not counted.
    talks: int | None = None
    talks_address: str = ""


@dataclass(frozen=True)
class Table:
    title: str
    figures: list[Figure]
    note: str = ""

    @property
    def largest(self) -> int:
        return max((figure.count for figure in self.figures), default=0)

    @property
    def has_talks(self) -> bool:
        return any(figure.talks is not None for figure in self.figures)

    @property
    def shown(self) -> list[Figure]:
        """The rows on the page; the files have all."""
        return self.figures[:ROWS]

    @property
    def left_out(self) -> int:
        return len(self.figures) - len(self.shown)


@dataclass
class Report:
    """Figures about a part of the archive in a period."""

    title: str
    subject: str
    period: str
    made: str
    totals: list[Figure]
    tables: list[Table]
    notes: list[str] = field(default_factory=list)
    event_count: int = 0
    talk_count: int = 0

    @property
    def all_tables(self) -> list[Table]:
        return [Table(gettext("In all"), self.totals), *self.tables]


@dataclass(frozen=True)
class Listed:
    """The report with the events and talks behind it."""

    report: Report
    events: Sequence[Record]
    talks: Sequence[Record]
    # Of the pages of these events and talks in the period; none if no visits were counted.
    views: dict[uuid.UUID, int] = field(default_factory=dict)

    @property
    def lists(self) -> list["RecordList"]:
        events = [gettext("Date"), gettext("Event"), gettext("Kind"), gettext("Place"), gettext("Organisers")]
        talks = [gettext("Date"), gettext("Speakers"), gettext("Talk"), gettext("Event")]
        return [
            self._list(gettext("List of events"), events, self.events, _event, self.report.event_count),
            self._list(gettext("List of talks"), talks, self.talks, _talk, self.report.talk_count),
        ]

    def _list(
        self, title: str, columns: list[str], records: Sequence[Record], row: Callable[[Record], list[str]], count: int
    ) -> "RecordList":
        rows: list[list[Any]] = [row(one) for one in records]
        widths = [2.8, 5.9, 4.2, 3.2, 6] if records is self.events else [2.8, 4.6, 8, 7.1]
        if self.views:
            columns = [*columns, gettext("Views")]
            rows = [[*cells, self.views.get(one.uid, 0)] for cells, one in zip(rows, records, strict=True)]
            widths.append(2.6)
        addresses = [one.address for one in records]
        return RecordList(
            title, columns, [[*cells, address] for cells, address in zip(rows, addresses, strict=True)], count, widths
        )


class RecordList(NamedTuple):
    """A list with the names of its columns, its rows, each ending in an address, and how many there are in all."""

    title: str
    columns: list[str]
    rows: list[list[Any]]
    count: int
    widths: list[float]  # of the columns on paper, in centimetres


def _event(record: Record) -> list[str]:
    return [
        _dates(record),
        record.printed_title,
        record.type.text,
        record.place.label,
        "; ".join(record.organisers),
    ]


def _talk(record: Record) -> list[str]:
    authors = [person.inverted for person in record.authors] or record.corporate_authors
    event = record.event.printed_title if record.event else ""
    return [_dates(record), "; ".join(authors), record.printed_title, event]


def _dates(record: Record) -> str:
    language = get_language() or "ru"
    return ", ".join(format_span(span.start, span.end, language) for span in record.dates) or gettext("date not stated")


def _figure_rows(report: Report) -> Iterable[list[Any]]:
    for table in report.all_tables:
        for figure in table.figures:
            talks = "" if figure.talks is None else figure.talks
            yield [table.title, figure.label, figure.count, talks, figure.note, figure.address]


def _head(report: Report) -> list[str]:
    return [line for line in (report.title, report.subject, report.period, *report.notes, report.made) if line]


def _notes(report: Report) -> list[str]:
    """What is said below the tables, each with the title of its table."""
    return [f"{table.title}. {table.note}" for table in report.all_tables if table.note]


def _figure_columns() -> list[str]:
    return [
        gettext("Part of the report"),
        gettext("What is counted"),
        gettext("Number"),
        gettext("Talks there"),
        gettext("Note"),
        "URL",
    ]


def _cut(shown: int, count: int) -> str:
    """That a list is not whole."""
    if shown >= count:
        return ""
    return gettext("The first %(shown)s of %(count)s; choose a shorter period for the others.") % {
        "shown": shown,
        "count": count,
    }


def write_csv(listed: Listed) -> bytes:
    """Figures, events and talks one below the other; opens in a Russian Excel by double click."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerows([[_safe(line)] for line in _head(listed.report)])
    writer.writerows([[], _figure_columns()])
    writer.writerows([_safe(cell) for cell in row] for row in _figure_rows(listed.report))
    writer.writerows([[], *([_safe(note)] for note in _notes(listed.report))])
    for title, columns, rows, count, _widths in listed.lists:
        writer.writerows([[], [title], *([[cut]] if (cut := _cut(len(rows), count)) else []), [*columns, "URL"]])
        writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: Any) -> Any:
    return safe(cell) if isinstance(cell, str) else cell


def write_xlsx(listed: Listed) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    _sheet(
        book,
        gettext("Figures"),
        [34, 60, 12, 12, 40, 60],
        _head(listed.report),
        _figure_columns(),
        _figure_rows(listed.report),
        _notes(listed.report),
    )
    for title, columns, rows, count, _widths in listed.lists:
        cut = _cut(len(rows), count)
        widths = [22, *([40] * (len(columns) - 1)), 40]
        if listed.views:
            widths[len(columns) - 1] = 12
        _sheet(book, title, widths, [cut] if cut else [], [*columns, "URL"], rows)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(
    book: Any,
    title: str,
    widths: list[int],
    head: list[str],
    columns: list[str],
    rows: Iterable[list[Any]],
    notes: Sequence[str] = (),
) -> None:
    """A sheet with lines above and below a table; printed as wide as a page, without the addresses at the end."""
    sheet = book.create_sheet(title[:31])
    for column, width in zip("ABCDEFGH", widths, strict=False):
        sheet.column_dimensions[column].width = width
    # Before the rows: openpyxl writes these first.
    first = len(head) + 2 if head else 1
    sheet.freeze_panes = f"A{first + 1}"
    sheet.print_title_rows = f"{first}:{first}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for line in head:
        sheet.append([_cell(sheet, line, wrap=False)])
    if head:
        sheet.append([])
    sheet.append([_cell(sheet, column, bold=True) for column in columns])
    last = first
    for last, row in enumerate(rows, first + 1):
        # LibreOffice makes no room by itself for what is wrapped.
        lines = max(-(-len(str(cell)) * 11 // (width * 10)) for cell, width in zip(row[:-1], widths, strict=False))
        sheet.row_dimensions[last].height = LINE * max(1, lines)
        sheet.append([*(_cell(sheet, cell) for cell in row[:-1]), _cell(sheet, row[-1], wrap=False)])
    if notes:
        sheet.append([])
    lines_below = [line for note in notes for line in textwrap.wrap(note, sum(widths[:-1]) - 20)]
    for line in lines_below:
        sheet.append([_cell(sheet, line, wrap=False)])
    last += len(lines_below) + bool(notes)
    sheet.print_area = f"A1:{'ABCDEFGH'[len(columns) - 2]}{last}"


def _cell(sheet: Any, value: Any, bold: bool = False, wrap: bool = True) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value if isinstance(value, int) else ILLEGAL_CHARACTERS_RE.sub("", value))
    if not isinstance(value, int):
        # Text, never a formula.
        cell.data_type = "s"
    # Away from the text beside it.
    beside = {"horizontal": "right", "indent": 1} if isinstance(value, int) else {}
    cell.alignment, cell.font = Alignment(wrap_text=wrap and not bold, vertical="top", **beside), Font(bold=bold)
    return cell


def write_docx(listed: Listed) -> bytes:
    """An information report (информационный отчёт): figures in tables, then the events and the talks."""
    report = listed.report
    document = new_document(report.title)
    document.add_heading(report.title, 0)
    for line in _head(report)[1:]:
        document.add_paragraph(one_line(line))
    document.add_heading(gettext("Figures"), 1)
    for table in report.all_tables:
        document.add_heading(table.title, 2)
        if table.figures:
            _docx_table(document, *_docx_figures(table))
        if len(table.figures) > LIMIT:
            whole = gettext("The first %(shown)s of %(count)s; the XLSX and CSV files of this report have all of them.")
            document.add_paragraph(whole % {"shown": LIMIT, "count": len(table.figures)})
        if table.note:
            document.add_paragraph(table.note).paragraph_format.space_before = Pt(4)
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21)
    for title, columns, rows, count, widths in listed.lists:
        document.add_heading(f"{title} ({count})", 1)
        if cut := _cut(len(rows), count):
            document.add_paragraph(cut)
        if rows:
            numbered = [[number, *row[:-1]] for number, row in enumerate(rows, 1)]
            _docx_table(document, [gettext("No."), *columns], numbered, [1, *widths])
    return saved(document)


def _docx_figures(table: Table) -> tuple[list[str], list[list[Any]], list[float]]:
    """The names of the columns of a table of figures, its rows, and the widths; 17 cm in all."""
    columns, widths = [gettext("What is counted"), gettext("Number")], [14.8, 2.2]
    figures = table.figures[:LIMIT]
    rows: list[list[Any]] = [[figure.label, figure.count] for figure in figures]
    if table.has_talks:
        columns, widths = [*columns[:1], gettext("Events"), gettext("Talks")], [widths[0] - 2.4, 2.2, 2.4]
        rows = [[*row, figure.talks] for row, figure in zip(rows, figures, strict=True)]
    if any(figure.note for figure in figures):
        columns, widths = [*columns, gettext("Note")], [widths[0] - 5.6, *widths[1:], 5.6]
        rows = [[*row, figure.note] for row, figure in zip(rows, figures, strict=True)]
    return columns, rows, widths


def new_document(title: str) -> Any:
    """An empty document on A4 in a face that has Cyrillic letters."""
    document = docx.Document()
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    for name, size in (("Normal", 11), ("Title", 18), ("Heading 1", 14), ("Heading 2", 12)):
        style = document.styles[name]
        style.font.name, style.font.size = "Times New Roman", Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(script), "Times New Roman")
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "ru-RU" if (get_language() or "ru").startswith("ru") else "en-GB")
    document.styles["Normal"].element.get_or_add_rPr().append(language)
    document.core_properties.title, document.core_properties.author = one_line(title), ""
    document.core_properties.comments = ""
    return document


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _docx_table(document: Any, columns: list[str], rows: list[list[Any]], widths: list[float]) -> None:
    table = document.add_table(rows=0, cols=len(columns), style="Table Grid")
    table.autofit = False
    # LibreOffice goes by the widths of columns, Word by those of cells.
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for number, values in enumerate([columns, *rows]):
        row = table.add_row()
        row._tr.get_or_add_trPr().append(_switched_on("w:cantSplit"))
        for cell, value, width in zip(row.cells, values, widths, strict=True):
            cell.width = Cm(width)
            run = cell.paragraphs[0].add_run(one_line(str(value)))
            run.bold, run.font.size = number == 0, Pt(10)
            if isinstance(value, int):
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    # The names of the columns again on every page.
    table.rows[0]._tr.get_or_add_trPr().append(_switched_on("w:tblHeader"))


def _switched_on(name: str) -> Any:
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    return element


@dataclass(frozen=True)
class ReportFormat:
    name: str
    label: str
    content_type: str
    write: Callable[[Listed], bytes]


FORMATS = {
    one.name: one
    for one in (
        ReportFormat(
            "docx",
            "DOCX",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            write_docx,
        ),
        ReportFormat("xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
        ReportFormat("csv", "CSV", "text/csv; charset=utf-8", write_csv),
    )
}
