"""The archivist's spreadsheet: its columns, recognising them in a file, writing XLSX or CSV. No models, no requests.

One row is one talk; the columns of the event are filled in its first row and may be left empty below. Lists in a cell
are separated by semicolons. A record that already exists is named by its code in square brackets:
«Алехина И. Л. [alekhina-i-l]».
"""

import csv
import html
import io
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from rapidfuzz import fuzz, process

from . import spreadsheet, table_layout
from .russian.dates import GENITIVES, MONTHS
from .russian.folding import fold
from .russian.values import is_nothing
from .spreadsheet import TableError


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
    Column(
        "state", "Состояние", gettext_lazy("ожидается, состоялось, отменено or перенесено; empty if not known."), 14
    ),
    Column("postponed_to", "Перенесено на", gettext_lazy("The new date of a postponed event, if it is known."), 14),
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
    Column(
        "about",
        "О ком говорили",
        gettext_lazy("People the event is about, who take no part in it; family name first, separated by semicolons."),
        30,
    ),
    Column("summary", "Аннотация", gettext_lazy("Two or three sentences of your own."), 60),
    Column("outcome", "Итоги", gettext_lazy("Decisions, conclusions, resolution."), 40),
    Column("topics", "Темы архива", gettext_lazy("Topics, separated by semicolons."), 40),
    Column("source_url", "Источник", gettext_lazy("The address of the page."), 40),
    Column("source_headline", "Заголовок источника", gettext_lazy("As printed."), 40),
    Column("recording", "Запись", gettext_lazy("The address of the recording."), 40),
)
TALK_COLUMNS = (
    Column("talk_number", "№ доклада", gettext_lazy("Its place in the programme: 1, 2, 3…"), 12),
    Column("talk_time", "Время доклада", gettext_lazy("11:00"), 10),
    Column("talk_kind", "Вид доклада", gettext_lazy("One of the archive’s kinds of talks.")),
    Column("talk_title", "Доклад", gettext_lazy("The title as given; empty if the source gives none."), 60),
    Column("talk_subject", "Предмет", gettext_lazy("What it was about, when there is no title."), 40),
    Column("speakers", "Докладчики", gettext_lazy("People, family name first, separated by semicolons."), 40),
    Column("positions", "Должности", gettext_lazy("In the order of the speakers, separated by semicolons."), 40),
    Column("affiliations", "Место работы", gettext_lazy("In the order of the speakers, separated by semicolons."), 40),
    Column(
        "talk_about",
        "О ком доклад",
        gettext_lazy("People the talk is about; family name first, separated by semicolons."),
        30,
    ),
    Column("session", "Секция", gettext_lazy("The title of the session."), 30),
    Column("abstract", "Тезисы", gettext_lazy("The abstract of the talk."), 60),
)
COLUMNS = EVENT_COLUMNS + TALK_COLUMNS
HEADERS = {column.key: column.header for column in COLUMNS}

Row = dict[str, str]

# A cell that begins like a formula is run by spreadsheet programs; the apostrophe makes it text.
_FORMULA = re.compile(r"^[=+\-@\t\r]")
_FORMULA_MARK = re.compile(r"^'(?=[=+\-@\t\r])")


@dataclass
class TableRow:
    """`number` is the row as the spreadsheet counts it, `cells` the filled cells by column key, `emptied` the rest."""

    number: int
    cells: Row
    emptied: frozenset[str] = frozenset()


@dataclass
class FoundColumn:
    """A column of the file: where it is, what it is called, which of our columns it is, and whether that is sure."""

    place: int
    header: str
    key: str = ""
    is_sure: bool = True
    # Of a person's name that has a column for each part: "family", "given", "patronymic"; of a date: "day", "month",
    # "year"; "further" of a column of more speakers.
    part: str = ""
    examples: list[str] = field(default_factory=list)


@dataclass
class Table:
    """A file as rows of our columns; `notes` say what was left out and why."""

    rows: list[TableRow]
    columns: list[FoundColumn]
    notes: list[str]

    @property
    def doubtful(self) -> list[FoundColumn]:
        """The columns that somebody has to confirm."""
        return [column for column in self.columns if not column.is_sure]

    @property
    def names_no_event(self) -> bool:
        """Whether it is a programme: talks of an event that no column surely names."""
        sure = {column.key for column in self.columns if column.is_sure}
        return not sure & NAMING_EVENT and bool({column.key for column in self.columns} & _NAMING_TALK)

    def of_event(self, event: Row) -> None:
        """Take the rows for talks of this event, unless the first row names one itself."""
        if self.rows and event and not self.rows[0].cells.keys() & NAMING_EVENT:
            first = self.rows[0]
            self.rows[0] = TableRow(first.number, event | first.cells, first.emptied - event.keys())


def read(name: str, content: bytes) -> list[TableRow]:
    """The rows of an XLSX, XLS, ODS or CSV file whose columns are plain. Raises TableError with a message."""
    table = open_table(content)
    if table.doubtful:
        columns = ", ".join(f"«{column.header}» → «{HEADERS[column.key]}»?" for column in table.doubtful)
        raise TableError(_("Rename these columns as in the example file: %(names)s.") % {"names": columns})
    return table.rows


def open_table(content: bytes, chosen: dict[int, str] | None = None) -> Table:
    """Read a file: its sheet and header row are found, its columns recognised by their names or as `chosen` says.

    `chosen` gives the key of a column by its place, "" for one to leave out. Raises TableError.
    """
    found = spreadsheet.sheets(content, lambda sheets: max(_header_row(sheet)[1] for sheet in sheets))
    visible = [sheet for sheet in found if not sheet.is_hidden] or found
    sheet = max(visible, key=lambda sheet: _header_row(sheet)[1], default=spreadsheet.Sheet(""))
    if sheet.unclosed:
        message = _("In row %(row)d a quotation mark opens and never closes: all below it would be one cell.")
        raise TableError(message % {"row": sheet.unclosed})
    header_number, _score = _header_row(sheet)
    header_number, header = _whole_header(sheet, header_number)
    columns = _columns(header, chosen)
    _require_names(columns, sheet)
    _require_upright(columns, sheet, header_number)
    notes = _notes(found, sheet, header_number, columns)
    _fill_merged(sheet, columns)
    present = {column.key for column in columns if column.key}
    names = [column.place for column in columns if column.key in NAMING_EVENT]
    has_sessions = "session" not in present and "talk_title" in present
    layout = table_layout.lay_out(sheet, header_number, has_sessions, names)
    notes += layout.notes + _notes_of_cells(sheet, columns)
    rows = [
        TableRow(number, layout.session_of(number, cells), frozenset(present - cells.keys()))
        for number, line in sheet.rows.items()
        if number > header_number and number not in layout.left_out and (cells := _cells(columns, line, number, sheet))
    ]
    for column in columns:
        values = (
            line[column.place]
            for number, line in sheet.rows.items()
            if number > header_number and column.place < len(line)
        )
        column.examples = list(itertools.islice((value for value in values if value), 3))
    return Table(rows, columns, notes)


HEADER_WITHIN = 30  # rows
# Without one of these columns nothing says what a row is about.
NAMING_EVENT = {"code", "title", "theme", "kind"}
_NAMING_TALK = {"talk_title", "talk_subject", "talk_kind"}
_NAMING = NAMING_EVENT | _NAMING_TALK
# Other names of columns. After «?» those that may mean something else: they are asked about.
_OTHER_NAMES = """
code: код; id события ? код конференции
title: название события; название мероприятия; название конференции; мероприятие; конференция; event; event title
title: conference ? наименование; title; событие
theme: тема события; тема мероприятия; тема конференции
kind: вид события; вид мероприятия; тип мероприятия; тип события ? тип; type; форма проведения
format: формат проведения; формат мероприятия
start: дата проведения; дата начала; дата события; дата мероприятия; date; начало ? день; when; дата и время
end: дата окончания; дата завершения; end date ? конец; окончание
time: время начала; время проведения ? time; часы
state: состояние события; состояние мероприятия; event status
postponed_to: новая дата ? перенос
city: населённый пункт; city ? регион
place: место проведения; площадка ? зал; адрес
venue: организация-площадка
organisers: организатор; организатор(ы); organiser; organizers; organisers
participants: организации-участники; библиотеки-участники ? участник; participants
supporters: при поддержке организаций; партнёры ? спонсоры
moderators: модератор; ведущий; ведущие; moderator; moderators
about: о ком; о ком событие; о ком мероприятие; персоналии ? персоны
talk_about: о ком говорили в докладе; о ком доклады
topics: темы; ключевые слова; рубрики; keywords; topics; tags ? тематика
source_url: ссылка на источник; адрес источника; url источника ? ссылка; url; link
recording: ссылка на запись; видеозапись; запись события; recording; video ? видео
summary: краткое описание; аннотация события ? описание; description
talk_number: номер доклада; № доклада в программе ? №; номер; n; no; #; п/п; № п/п
talk_time: время выступления; начало доклада; start time
talk_kind: тип доклада; вид выступления; talk type
talk_title: название доклада; тема доклада; доклады; тема выступления; название выступления; talk title
talk_title: talk ? выступление; сообщение
speakers: докладчик; докладчик(и); фио докладчика; спикер; спикеры; выступающий; выступающие; фио выступающего
speakers: speaker; speakers; speaker name; speaker(s) ? фио; автор; авторы; имя; name; author; authors; presenter
positions: должность; должность докладчика; position
affiliations: организация докладчика; место работы докладчика; affiliation; affiliations
affiliations: ? организация; библиотека; учреждение; organisation; organization; company
session: секция/сессия; сессия; session; track ? заседание; блок
abstract: аннотация доклада; тезисы доклада; abstract ? реферат
"""


@cache
def _known_names() -> tuple[dict[str, str], dict[str, str]]:
    """The plain names of columns and those to ask about, folded, with their keys."""
    plain = {fold(column.header): column.key for column in COLUMNS}
    asked: dict[str, str] = {}
    for line in _OTHER_NAMES.strip().splitlines():
        key, _colon, names = line.partition(":")
        sure, _mark, doubtful = names.partition("?")
        for name in filter(str.strip, sure.split(";")):
            plain.setdefault(fold(name), key)
        for name in filter(str.strip, doubtful.split(";")):
            asked.setdefault(fold(name), key)
    return plain, asked


MIN_LIKENESS = 84
_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]?")


def _says_other(header: str, key: str) -> bool:
    """Whether brackets in a column name have a word of another column: «Время (окончания)», «Место (город)»."""
    inside = {word for part in _BRACKETS.findall(fold(header)) for word in re.findall(r"\w{3,}", part)}
    names = [(name, other) for known in _known_names() for name, other in known.items()]
    of_key = {word for name, other in names if other == key for word in name.split()}
    return not inside.isdisjoint({word for name, _other in names for word in name.split()} - of_key)


@lru_cache(maxsize=1 << 10)
def _recognised(header: str) -> tuple[str, bool]:
    """The key of the column with this name, "" for none, and whether it is sure."""
    plain, asked = _known_names()
    # «Дата (дд.мм.гггг)», «Ф.И.О.», «Доклад:*»; «Дата (окончания)» is what it says in brackets.
    name = _BRACKETS.sub("", fold(header)).rstrip(":*").strip()
    whole = " ".join(re.sub(r"[()\[\]:*]", " ", fold(header)).split())
    for spelling in (fold(header), whole, name, name.replace(".", "")):
        if spelling in plain:
            return plain[spelling], spelling != name or not _says_other(header, plain[spelling])
        if spelling in asked:
            return asked[spelling], False
    if len(name) > 60:
        return "", True
    like = process.extractOne(name, list(plain), scorer=fuzz.token_sort_ratio, score_cutoff=MIN_LIKENESS)
    return (plain[like[0]], False) if like else ("", True)


def _header_row(sheet: spreadsheet.Sheet) -> tuple[int, float]:
    """The number of the row that names most of our columns, and how many."""
    best = (0, 0.0)
    for number, row in itertools.islice(sheet.rows.items(), HEADER_WITHIN):
        found = {key: sure for cell in row if cell for key, sure in [_recognised(cell)] if key}
        score = sum(1 if sure else 0.6 for sure in found.values())
        if score > best[1]:
            best = (number, score)
    return best


def _whole_header(sheet: spreadsheet.Sheet, number: int) -> tuple[int, list[str]]:
    """The column names, of which a second line may say more: «Доклад» across «Тема доклада» and «Докладчик»."""
    header = sheet.rows.get(number, [])
    above = sheet.rows.get(number - 1, [])
    if all(_recognised(cell)[0] for cell in above if cell):
        header = [_of_two_lines(*names) for names in itertools.zip_longest(above, header, fillvalue="")]
    below = next(((other, row) for other, row in sheet.rows.items() if other > number), None)
    if below is None or below[1] == header or not all(all(_recognised(cell)) for cell in below[1] if cell):
        return number, header
    paired = itertools.zip_longest(header, below[1], fillvalue="")
    return below[0], [_of_two_lines(*names) for names in paired]


def _of_two_lines(first: str, second: str) -> str:
    """«Тема» below «Доклад» is that of the talk, «Начало» below «Время» an hour."""
    upper, lower = _recognised(first)[0], _recognised(second)[0]
    is_of_talk = upper.startswith("talk_") and lower in ("title", "theme")
    is_hour = upper in ("time", "talk_time") and lower == "start"
    return first if is_of_talk or is_hour or not second else second


def _columns(header: list[str], chosen: dict[int, str] | None) -> list[FoundColumn]:
    columns = [_column(place, name) for place, name in enumerate(header) if name]
    exact = [column for column in columns if column.key and fold(column.header) == fold(HEADERS[column.key])]
    repeated = {column.header for column in exact if [other.key for other in exact].count(column.key) > 1}
    if repeated:
        raise TableError(_("These columns stand twice: %(names)s.") % {"names": ", ".join(sorted(repeated))})
    taken: set[str] = set()
    # The best name takes the key: our own, another plain one, one to ask about.
    for column in sorted(columns, key=lambda column: (column not in exact, not column.is_sure, column.place)):
        if column.key in taken and not column.part:
            column.key, column.is_sure = "", True
        if column.key and not column.part:
            taken.add(column.key)
    _join_parts_of_names(columns)
    _join_parts_of_dates(columns)
    # What has a speaker is a talk.
    _rename(columns, "title", "talk_title", {"speakers"}, only_doubtful=True)
    _rename(columns, "summary", "abstract", {"talk_title", "speakers"}, only_doubtful=True)
    for column in columns if chosen is not None else ():
        if not column.is_sure:
            column.key, column.is_sure = chosen.get(column.place, column.key), True
    if not {column.key for column in columns} & NAMING_EVENT:
        # In the programme of one event each row has the hour of its talk.
        _rename(columns, "time", "talk_time", set())
    return columns


def _column(place: int, header: str) -> FoundColumn:
    if _FURTHER.fullmatch(fold(header)):
        return FoundColumn(place, header, "speakers", part="further")
    return FoundColumn(place, header, *_recognised(header))


def _rename(columns: list[FoundColumn], key: str, other: str, beside: set[str], only_doubtful: bool = False) -> None:
    """Take a column for another one, unless there is such a one or what has to stand beside it is missing."""
    keys = {column.key for column in columns}
    for column in columns if beside <= keys and other not in keys else ():
        if column.key == key and not (only_doubtful and column.is_sure):
            column.key = other


_PARTS_OF_NAMES = {
    "фамилия": "family",
    "family name": "family",
    "last name": "family",
    "surname": "family",
    "имя": "given",
    "first name": "given",
    "given name": "given",
    "отчество": "patronymic",
    "patronymic": "patronymic",
    "middle name": "patronymic",
}


def _join_parts_of_names(columns: list[FoundColumn]) -> None:
    """Take «Фамилия», «Имя» and «Отчество» for one column of speakers, unless the table has another."""
    parts = {
        _PARTS_OF_NAMES[fold(column.header)]: column for column in columns if fold(column.header) in _PARTS_OF_NAMES
    }
    speakers = [column for column in columns if column.key == "speakers" and not column.part]
    others = [column for column in speakers if column not in parts.values()]
    if {"family", "given"} <= parts.keys() and not others:
        for part, column in parts.items():
            column.key, column.is_sure, column.part = "speakers", True, part


# Columns of more speakers of the same talk: «Содокладчик», «Докладчик 2».
_FURTHER = re.compile(
    r"содокладчик(?:и|\(и\))?|соавтор(?:ы|\(ы\))?|co-?(?:speaker|author|presenter)s?"
    r"|(?:докладчик|спикер|выступающий|фио докладчика|speaker|presenter)\s*(?:№\s*|#\s*)?\d{1,2}"
)
_PARTS_OF_DATES = {
    **dict.fromkeys(("год", "год проведения", "год события", "год мероприятия", "year"), "year"),
    **dict.fromkeys(("месяц", "month"), "month"),
    **dict.fromkeys(("день", "число", "day"), "day"),
}


def _join_parts_of_dates(columns: list[FoundColumn]) -> None:
    """Take «День», «Месяц» and «Год» for one date; the year alone completes that of another column.

    Beside a column of dates a day without a month may be that of the week.
    """
    named = [(_PARTS_OF_DATES.get(fold(column.header), ""), column) for column in columns]
    parts = {part: column for part, column in named if part}
    wanted = [part for part in parts if part == "year" or "month" in parts]
    for part in wanted:
        parts[part].key, parts[part].is_sure, parts[part].part = "start", True, part


def _whole_date(date: str, parts: dict[str, str]) -> str:
    """The date of a row with what other columns say of it: «24 мая» and «2022», «24», «май» and «2022»."""
    day, month, year = (parts.get(part, "") for part in ("day", "month", "year"))
    if date:
        # A year that differs from that of the date makes one that nobody can read, and that is told.
        is_said = not year or year in date or re.search(rf"\.\d{{1,2}}\.{year[-2:]}\b", date)
        in_numbers = re.search(r"\d\.\d{1,2}\.?$", date)
        return date if is_said else f"{date.rstrip('.')}{'.' if in_numbers else ' '}{year}"
    if month.isdecimal() and 1 <= int(month) <= 12:
        month = MONTHS[int(month) - 1]
    if day and fold(month) in MONTHS:
        month = GENITIVES[MONTHS.index(fold(month))]
    return " ".join(filter(None, (day, month, year)))


def _require_upright(columns: list[FoundColumn], sheet: spreadsheet.Sheet, header_number: int) -> None:
    """Refuse a table whose column names stand below each other: each would be an event."""
    plain, _asked = _known_names()
    places = [column.place for column in columns if column.key in _NAMING]
    values = {
        line[place]
        for number, line in sheet.rows.items()
        if number > header_number
        for place in places
        if place < len(line)
    }
    names = {value for value in values if fold(value) in plain and value not in sheet.rows.get(header_number, [])}
    if len(names) > 1:
        message = _("The column names stand below each other: %(names)s. Turn the table so that they stand in one row.")
        raise TableError(message % {"names": ", ".join(sorted(names))})


def _require_names(columns: list[FoundColumn], sheet: spreadsheet.Sheet) -> None:
    if not _NAMING & {column.key for column in columns}:
        message = _(
            "No column names an event or a talk. The column names were looked for in the first %(count)d filled rows "
            "of all sheets; name them as in the example file: Название, Дата, Доклад, Докладчики."
        )
        raise TableError(message % {"count": HEADER_WITHIN})


def _notes(
    found: list[spreadsheet.Sheet], sheet: spreadsheet.Sheet, header_number: int, columns: list[FoundColumn]
) -> list[str]:
    """What the file has and the rows have not."""
    notes = []
    if others := [other.name for other in found if other is not sheet and other.rows]:
        notes.append(
            _("Read: sheet “%(name)s”. Left out: %(others)s.") % {"name": sheet.name, "others": ", ".join(others)}
        )
    if any(number < header_number for number in sheet.rows):
        notes.append(_("The column names are in row %(row)d; what stands above is left out.") % {"row": header_number})
    if unknown := [column.header for column in columns if not column.key]:
        notes.append(
            _("The archive has no place for these columns; they are left out: %(names)s.")
            % {"names": ", ".join(unknown)}
        )
    places = {column.place for column in columns}
    stray = [
        number
        for number, line in sheet.rows.items()
        if number > header_number and any(value and place not in places for place, value in enumerate(line))
    ]
    if stray:
        notes.append(_("Values below no column name are left out, in rows: %(rows)s.") % {"rows": _numbers(stray)})
    return notes


# A merged cell stands for all its rows; below an event's first row its cells may be empty anyway.
_MERGED_DOWN = {"session", "talk_kind", "speakers", "positions", "affiliations"}


def _fill_merged(sheet: spreadsheet.Sheet, columns: list[FoundColumn]) -> None:
    places = {column.place for column in columns if column.key in _MERGED_DOWN}
    for first, last, place in sheet.merged:
        value = sheet.rows.get(first, [])[place : place + 1]
        for number in range(first + 1, last + 1) if place in places and value else ():
            row = sheet.rows.get(number)
            if row is not None:
                row.extend([""] * (place + 1 - len(row)))
                row[place] = row[place] or value[0]


_LISTS = {
    "organisers",
    "supporters",
    "participants",
    "moderators",
    "about",
    "topics",
    "recording",
    "speakers",
    "talk_about",
    "positions",
    "affiliations",
}
_PARAGRAPHS = {"summary", "outcome", "abstract"}


_ADDRESSES = {"source_url", "recording"}


def _cells(columns: list[FoundColumn], line: list[str], number: int, sheet: spreadsheet.Sheet) -> Row:
    cells: Row = {}
    parts: dict[str, str] = {}
    further: list[str] = []
    for column in columns:
        value = line[column.place] if column.key and column.place < len(line) else ""
        if column.key in _ADDRESSES and "://" not in value:
            value = sheet.links.get((number, column.place), value)
        if value := cell_text(column.key, value):
            if column.part == "further":
                further.append(value)
            elif column.part:
                parts[column.part] = value
            else:
                cells[column.key] = value
    if any(part in parts for part in ("family", "given", "patronymic")):
        given = " ".join(parts[part] for part in ("given", "patronymic") if part in parts)
        # As catalogues have it: nothing is left to be told apart.
        cells["speakers"] = ", ".join(filter(None, (parts.get("family", ""), given)))
    if further:
        cells["speakers"] = "; ".join(filter(None, (cells.get("speakers", ""), *further)))
    # A year that is repeated beside each talk is no date of its own.
    if "day" in parts or "month" in parts or ("year" in parts and (cells.keys() & {"start", *NAMING_EVENT})):
        cells["start"] = _whole_date(cells.get("start", ""), parts)
    return cells


def _notes_of_cells(sheet: spreadsheet.Sheet, columns: list[FoundColumn]) -> list[str]:
    """What cells have that their text does not say."""
    taken = {column.place for column in columns if column.key in _ADDRESSES}
    linked = sorted({row for row, place in sheet.links if place not in taken and row in sheet.rows})
    hidden = sorted(sheet.hidden_rows & sheet.rows.keys())
    notes = []
    if linked:
        notes.append(_("Links behind cells are left out, rows: %(rows)s.") % {"rows": _numbers(linked)})
    if hidden:
        notes.append(
            _("These rows are hidden in the file and read all the same: %(rows)s.") % {"rows": _numbers(hidden)}
        )
    return notes


def _numbers(rows: list[int]) -> str:
    return ", ".join(map(str, rows[:10])) + ("…" if len(rows) > 10 else "")


# The columns of people's names.
PEOPLE = ("moderators", "about", "speakers", "talk_about")
TITLES = {"title", "theme", "talk_title"}
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,6}|#x[\da-f]{1,5});", re.IGNORECASE)
# Of a title alone, not of «Чтение» и «письмо».
_QUOTED = re.compile(r"«([^«»]*(?:«[^«»]*»[^«»]*)*)»")


def cell_text(key: str, text: str) -> str:
    """What a cell of this column says; "" for a sign that it is empty."""
    # «Встреча &laquo;Мост&raquo;», copied from the source of a page.
    text = spreadsheet.cleaned(_ENTITY.sub(lambda entity: html.unescape(entity[0]), text))
    if key not in _PARAGRAPHS:
        # A line break in a cell parts the items of a list; elsewhere it is only how the cell is set.
        text = re.sub(r"\s*;?\s*\n\s*", "; " if key in _LISTS else " ", text)
    if key in _LISTS and re.match(r"1[.)]\s", text):
        # A numbered list.
        text = re.sub(r"(^|; )\d{1,2}[.)]\s+", r"\1", text)
    text = _FORMULA_MARK.sub("", text)
    if key in TITLES and (quoted := _QUOTED.fullmatch(text)):
        text = quoted[1]
    is_empty = key not in _PARAGRAPHS and is_nothing(text)
    return "" if is_empty or (key in PEOPLE and text.lower() in ("нет", "no")) else text


def safe(value: str) -> str:
    return f"'{value}" if _FORMULA.match(value) else value


def csv_bytes(rows: Iterable[Row]) -> bytes:
    """UTF-8 with a mark, semicolons: opens in a Russian Excel by double click."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([column.header for column in COLUMNS])
    for row in rows:
        writer.writerow([safe(row.get(column.key, "")) for column in COLUMNS])
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
