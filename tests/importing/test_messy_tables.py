"""Tables as people really keep them: each comes in rightly, or is asked about; none errs without a word."""

import datetime
import io
import re
import zipfile

import openpyxl
import pytest

from events import spreadsheet, table
from events.importing.tables import import_rows
from events.models import Conference

pytestmark = pytest.mark.django_db

HEADER = ["Название", "Дата", "Доклад", "Докладчики"]
FIRST, SECOND = "Сочинский П. И.", "Придуманная А. Б."
ROW = ["Пробные чтения", "09.06.2020", "О каталогах", FIRST]
DAY, DATE, MOMENT = "2020-06-09", datetime.datetime(2020, 6, 9), datetime.datetime(2020, 6, 9, 11)
# What the usual row gives: title, day, talks with their speakers.
RIGHT = [("Пробные чтения", DAY, ["О каталогах / Сочинский П. И."])]
TWO_TALKS = [("Пробные чтения", DAY, ["О каталогах / Сочинский П. И.", "О книгах / Придуманная А. Б."])]
TWO_EVENTS = [*RIGHT, ("Другие чтения", "2020-06-10", ["О детях / Придуманная А. Б."])]
OTHER_ROW = ["Другие чтения", "10.06.2020", "О детях", SECOND]


def xlsx(*lines, merged=(), formats=(), links=(), hidden=()):
    book = openpyxl.Workbook()
    sheet = book.active
    for number, line in enumerate(lines, 1):
        for place, value in enumerate(line, 1):
            sheet.cell(number, place, value)
    for cells in merged:
        sheet.merge_cells(cells)
    for cell, number_format in formats:
        sheet[cell].number_format = number_format
    for cell, address in links:
        sheet[cell].hyperlink = address
    for number in hidden:
        sheet.row_dimensions[number].hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv(*lines, encoding="utf-8", separator=";", end="\n"):
    return "".join(separator.join(line) + end for line in lines).encode(encoding)


def changed(place, value):
    """The usual row with another cell."""
    return [value if number == place else cell for number, cell in enumerate(ROW)]


def taken(content):
    """What came in of a table whose doubtful columns were confirmed as proposed, and all that was said of it."""
    found = table.open_table(content)
    said = [*found.notes, *(f"? {column.header}" for column in found.doubtful)]
    found = table.open_table(content, {column.place: column.key for column in found.doubtful})
    report = import_rows(found.rows, commit=True)
    said += [str(one) for one in (*report.problems, *report.told, *report.alike, *report.kept)]
    events = [
        (
            event.title,
            "; ".join(
                date.start + (f" {date.start_time:%H:%M}" if date.start_time else "") for date in event.dates.all()
            ),
            [
                f"{talk.session or ''}: {talk}".removeprefix(": ")
                + (f" {talk.start_time:%H:%M}" if talk.start_time else "")
                + " / "
                + ", ".join(part.speaker.full_name for part in talk.people.all())
                for talk in event.talks.all()
            ],
        )
        for event in Conference.objects.order_by("pk")
    ]
    return events, "\n".join(said).replace("\xa0", " ")


COMES_IN = {
    "Russian names of columns": csv(["Мероприятие", "Дата проведения", "Тема выступления", "ФИО докладчика"], ROW),
    "English names of columns": csv(["Event", "Date", "Talk title", "Speaker"], ROW),
    "capitals": csv([name.upper() for name in HEADER], ROW),
    "remarks in the names": csv(["Название*", "Дата (дд.мм.гггг)", "Доклад:", "Докладчики (все)"], ROW),
    "names in two lines of a cell": xlsx(
        ["Название\nмероприятия", "Дата\nпроведения", "Название\nдоклада", "Докладчики"], ROW
    ),
    "a title across the table": xlsx(["Программа чтений"], HEADER, ROW, merged=["A1:D1"]),
    "groups above the names": xlsx(["Событие", None, "Выступление"], HEADER, ROW, merged=["A1:B1", "C1:D1"]),
    "a second line of names below a group": xlsx(
        ["Название", "Дата", "Доклад"], [None, None, "Тема", "Докладчик"], ROW, merged=["C1:D1"]
    ),
    "titles in quotation marks": csv(HEADER, ["«Пробные чтения»", ROW[1], "«О каталогах»", FIRST]),
    "the table starts below and to the right": xlsx([], [], [None, *HEADER], [None, *ROW]),
    "empty columns": xlsx(
        ["Название", None, "Дата", None, "Доклад", "Докладчики"],
        ["Пробные чтения", None, "09.06.2020", None, "О каталогах", FIRST],
    ),
    "numbers of the columns": xlsx(HEADER, [1, 2, 3, 4], ROW),
    "a date": xlsx(HEADER, changed(1, DATE), formats=[("B2", "dd.mm.yyyy")]),
    "a date as Americans see it": xlsx(HEADER, changed(1, DATE), formats=[("B2", "m/d/yy")]),
    "the day of the week behind": csv(HEADER, changed(1, "9 июня 2020, вторник")),
    "the day of the week in front": csv(HEADER, changed(1, "вт, 09.06.2020")),
    "initials first": csv(HEADER, changed(3, "П. И. Сочинский")),
    "family name in capitals": csv(HEADER, changed(3, "СОЧИНСКИЙ П.И.")),
    "an empty time": csv([*HEADER, "Время доклада"], [*ROW, "—"]),
    "Windows-1251 with tabs": csv(HEADER, ROW, encoding="cp1251", separator="\t"),
    "UTF-16 with tabs": csv(HEADER, ROW, encoding="utf-16", separator="\t"),
    "commas": csv(HEADER, ROW, separator=","),
    "a Mac’s letters and line ends, and backticks": csv(HEADER, ROW, separator="`", end="\r", encoding="mac_cyrillic"),
    "old line ends and a no-break space": csv(HEADER, changed(0, "Пробные\u00a0чтения"), end="\r"),
    "yes in the way of Excel": xlsx([*HEADER, "Год установлен архивистом"], [*ROW, False]),
}


@pytest.mark.parametrize("content", COMES_IN.values(), ids=COMES_IN)
def test_it_comes_in(content):
    events, _said = taken(content)
    assert events == RIGHT


OTHERWISE = {
    "titles that begin like a total, a note or a session": (
        csv(
            HEADER,
            *([title] for title in ("Всего понемногу", "Notes on books", "Блок и его время", "Обеденные чтения")),
        ),
        [(title, "", []) for title in ("Всего понемногу", "Notes on books", "Блок и его время", "Обеденные чтения")],
    ),
    "merged cells of the event": (
        xlsx(HEADER, ROW, [None, None, "О книгах", SECOND], merged=["A2:A3", "B2:B3"]),
        TWO_TALKS,
    ),
    "a speaker merged over two talks": (
        xlsx(HEADER, ROW, [None, None, "О книгах", None], merged=["D2:D3"]),
        [("Пробные чтения", DAY, ["О каталогах / Сочинский П. И.", "О книгах / Сочинский П. И."])],
    ),
    "the event in each row": (csv(HEADER, ROW, [*ROW[:2], "О книгах", SECOND]), TWO_TALKS),
    "only its title in each row": (csv(HEADER, ROW, [ROW[0], "", "О книгах", SECOND]), TWO_TALKS),
    "ditto marks": (xlsx(HEADER, ROW, ['"', '"', "О книгах", SECOND]), TWO_TALKS),
    "dates of several kinds": (
        xlsx(HEADER, changed(1, DATE), OTHER_ROW, formats=[("B2", "d mmm yyyy")]),
        TWO_EVENTS,
    ),
    "two separate days": (
        csv(HEADER, changed(1, "9 и 11 июня 2020")),
        [("Пробные чтения", f"{DAY}; 2020-06-11", RIGHT[0][2])],
    ),
    "entities of a page, and nobody": (
        xlsx(HEADER, [ROW[0], ROW[1], "О каталогах &laquo;Мост&raquo; &amp; других", "нет"]),
        [("Пробные чтения", DAY, ["О каталогах «Мост» & других / "])],
    ),
    "day and hour in one cell": (
        xlsx(HEADER, changed(1, MOMENT), formats=[("B2", "dd.mm.yyyy hh:mm")]),
        [("Пробные чтения", f"{DAY} 11:00", RIGHT[0][2])],
    ),
    "day and hour in words": (
        csv(HEADER, changed(1, "9 июня 2020 г. в 11.00")),
        [("Пробные чтения", f"{DAY} 11:00", RIGHT[0][2])],
    ),
    "an hour with its zone": (
        csv([*HEADER, "Время"], [*ROW, "11:00 (мск)"]),
        [("Пробные чтения", f"{DAY} 11:00", RIGHT[0][2])],
    ),
    "an hour as a number": (
        xlsx([*HEADER, "Время доклада"], [*ROW, datetime.time(10)], formats=[("E2", "h:mm")]),
        [("Пробные чтения", DAY, ["О каталогах 10:00 / Сочинский П. И."])],
    ),
    "a number with a point": (csv(["№ доклада", *HEADER], ["1.", *ROW]), RIGHT),
    "family name, name, patronymic": (
        csv([*HEADER[:3], "Фамилия", "Имя", "Отчество"], [*ROW[:3], "Сочинский", "Пётр", "Ильич"]),
        [("Пробные чтения", DAY, ["О каталогах / Сочинский Пётр Ильич"])],
    ),
    "first and last name": (
        csv(["Event", "Date", "Talk title", "First name", "Last name"], [*ROW[:3], "Anna", "Invented"]),
        [("Пробные чтения", DAY, ["О каталогах / Invented Anna"])],
    ),
    **{
        f"two speakers by {name}": (
            xlsx(HEADER, changed(3, people)),
            [("Пробные чтения", DAY, ["О каталогах / Сочинский П. И., Придуманная А. Б."])],
        )
        for name, people in {
            "semicolon": f"{FIRST}; {SECOND}",
            "comma": f"{FIRST}, {SECOND}",
            "line": f"{FIRST}\n{SECOND}",
            "slash": f"{FIRST} / {SECOND}",
            "«и»": f"{FIRST} и {SECOND}",
            "numbers": f"1. {FIRST}\n2. {SECOND}",
            "initials first": "П. И. Сочинский, А. Б. Придуманная",
        }.items()
    },
    "quotes inside quotes": (
        csv(HEADER, ['"Чтения; пробные"', ROW[1], '"О ""каталогах"""', FIRST]),
        [("Чтения; пробные", DAY, ['О "каталогах" / Сочинский П. И.'])],
    ),
}


@pytest.mark.parametrize(("content", "events"), OTHERWISE.values(), ids=OTHERWISE)
def test_it_comes_in_as_it_says(content, events):
    assert taken(content)[0] == events


TOLD = {
    "a total": (xlsx(HEADER, ROW, ["Итого:", None, 1, None]), RIGHT, "Итого"),
    "a note below": (xlsx(HEADER, ROW, [], ["Примечание: программа может измениться."]), RIGHT, "Примечание"),
    "who made the table": (xlsx(HEADER, ROW, [], ["Исполнитель: Сочинская П. И., тел. 2-15-18"]), RIGHT, "Исполнитель"),
    "the names again": (xlsx(HEADER, ROW, HEADER, [*ROW[:2], "О книгах", SECOND]), TWO_TALKS, "3"),
    "two tables below each other": (xlsx(HEADER, ROW, [], HEADER, OTHER_ROW), TWO_EVENTS, "4"),
    "a heading of a session": (
        xlsx(HEADER, ROW, ["Секция 1. Книги"], [None, None, "О книгах", SECOND], merged=["A3:D3"]),
        [("Пробные чтения", DAY, [RIGHT[0][2][0], "Секция 1. Книги: О книгах / Придуманная А. Б."])],
        "Секция 1. Книги",
    ),
    "a session that ends with its event": (
        xlsx(HEADER, ["Секция 1"], ROW, OTHER_ROW, merged=["A2:D2"]),
        [("Пробные чтения", DAY, [f"Секция 1: {RIGHT[0][2][0]}"]), TWO_EVENTS[1]],
        "Секция 1",
    ),
    "a break across": (
        xlsx(HEADER, ROW, ["Обед"], [None, None, "О книгах", SECOND], merged=["A3:D3"]),
        TWO_TALKS,
        "Обед",
    ),
    "a break with its hour": (
        csv([*HEADER, "Время доклада"], [*ROW, ""], ["", "", "Кофе-пауза", "", "11:00–11:20"]),
        RIGHT,
        "Кофе-пауза",
    ),
    "a hidden row": (xlsx(HEADER, ROW, OTHER_ROW, hidden=[3]), TWO_EVENTS, "скрыты"),
    "a link behind a title": (xlsx(HEADER, ROW, links=[("C2", "https://library.example/1")]), RIGHT, "Ссылки"),
    "the end of a talk": (
        csv([*HEADER, "Время доклада"], [*ROW, "10.00–10.20"]),
        [("Пробные чтения", DAY, ["О каталогах 10:00 / Сочинский П. И."])],
        "10.00–10.20",
    ),
    "a person in a title": (
        csv(HEADER[:3], [*ROW[:2], "Сочинский П. И. О каталогах"]),
        [("Пробные чтения", DAY, ["Сочинский П. И. О каталогах / "])],
        "имени человека",
    ),
    "a day among the titles": (
        csv(HEADER, ROW, ["10 июня"]),
        [*RIGHT, ("10 июня", "", [])],
        "дата, принятая за название",
    ),
    "a row twice": (csv(HEADER, ROW, ROW), [("Пробные чтения", DAY, RIGHT[0][2] * 2)], "такая же, как строка 2"),
    "a number twice": (
        csv(["№ доклада", *HEADER], ["1", *ROW], ["1", *ROW[:2], "О книгах", SECOND]),
        TWO_TALKS,
        "этот номер есть и в строке 2",
    ),
    "markup in a cell": (
        csv(HEADER, changed(2, "О <b>каталогах</b>")),
        [("Пробные чтения", DAY, ["О <b>каталогах</b> / Сочинский П. И."])],
        "есть разметка",
    ),
    "a column without a place": (csv([*HEADER, "Телефон"], [*ROW, "12-34-56"]), RIGHT, "Телефон"),
}


@pytest.mark.parametrize(("content", "events", "says"), TOLD.values(), ids=TOLD)
def test_it_comes_in_and_what_is_left_out_is_told(content, events, says):
    found, said = taken(content)
    assert (found, says in said) == (events, True), said


ASKED = {
    "a programme without an event": (
        csv(["Время", "Тема доклада", "Докладчик"], ["10:00", "О книгах", FIRST]),
        "название",
    ),
    "a number for a date": (xlsx(HEADER, changed(1, 43991)), "43991"),
    "an American date": (csv(HEADER, changed(1, "06/19/2020")), "06/19/2020"),
    "the error of a formula": (csv(HEADER, changed(0, "#ССЫЛКА!")), "это ошибка формулы"),
    "an event called off": (csv(HEADER, changed(0, "ОТМЕНЕНО: Пробные чтения")), "«отменено» в столбце «Состояние»"),
    "a talk called off": (csv(HEADER, changed(2, "[отменено] О каталогах")), "строку несостоявшегося доклада"),
    "a Roman month": (csv(HEADER, changed(1, "9.VI.2020")), "9.VI.2020"),
    "a school year": (csv(HEADER, changed(1, "2020/2021")), "2020/2021"),
    "a position behind the name": (csv(HEADER, changed(3, "Сочинский Пётр Ильич – директор")), "директор"),
    "a city behind the name": (csv(HEADER, changed(3, "Сочинский П. И. (Вымыслов)")), "Вымыслов"),
    "a degree": (csv(HEADER, changed(3, "к.п.н. Сочинский П. И.")), "к.п.н."),
    "an e-mail": (csv(HEADER, changed(3, "Сочинский П. И., p@library.example")), "p@library.example"),
    "and others": (csv(HEADER, changed(3, "Сочинский П. И. и др.")), "и др."),
    "western people": (csv(HEADER, changed(3, "Anna Invented & John Made")), "John Made"),
    "one western person": (csv(HEADER, changed(3, "John Invented")), "John Invented"),
    "a collective": (csv(HEADER, changed(3, "Коллектив библиотеки")), "Коллектив"),
    "a number for an organisation": (csv([*HEADER, "Участники"], [*ROW, "40"]), "40"),
    "a number of two": (csv(["№ доклада", *HEADER], ["1.2", *ROW]), "1.2"),
    "ditto in words": (csv(HEADER, ROW, ["—//—", "—//—", "О книгах", SECOND]), "—//—"),
    "an hour in each row": (
        csv([*HEADER, "Время"], [*ROW, "10:00"], [*ROW[:2], "О книгах", SECOND, "10:30"]),
        "Время доклада",
    ),
    "organisations between commas": (csv([*HEADER, "Организаторы"], [*ROW, "Музей книги, Библиотека"]), "[новая]"),
    "a format in other words": (csv([*HEADER, "Формат"], [*ROW, "Онлайн (Zoom)"]), "онлайн"),
    "another table below": (xlsx(HEADER, ROW, [], ["Организация", "Телефон"], ["Музей", "12-34-56"]), "Телефон"),
}


@pytest.mark.parametrize(("content", "says"), ASKED.values(), ids=ASKED)
def test_it_is_asked_about(content, says):
    events, said = taken(content)
    assert not events and says in said


REFUSED = {
    "a grid of rooms": (csv(["Время", "Зал 1", "Зал 2"], ["10:00", "О книгах", "О детях"]), "Название, Дата"),
    "no names of columns": (csv(ROW, OTHER_ROW), "Название, Дата"),
    "no programme at all": (csv(["id", "value"], ["1", "2"]), "Название, Дата"),
    "a line across that may be anything": (
        xlsx(HEADER, ROW, ["Другие чтения"], OTHER_ROW, merged=["A3:D3"]),
        "Строка 3",
    ),
    "names below each other": (xlsx(*zip(HEADER, ROW, strict=True)), "в одной строке"),
    "an open quotation mark": (csv(HEADER, changed(2, '"О каталогах'), OTHER_ROW), "строке 2"),
}


@pytest.mark.parametrize(("content", "says"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_in_words(content, says):
    with pytest.raises(table.TableError, match=says):
        table.open_table(content)


# Programmes of conferences as they were found, with made-up content: what is asked of each column, and the first row.
FOUND = {
    "submissions of wafer": (
        "Id,Title,Talk type,Authors,Abstract,Status,Notes",
        '7,On catalogues,Talk,Anna Made,"How, and why",accepted,x',
        ["Title", "Authors"],
        {"talk_title": "On catalogues", "talk_kind": "Talk", "speakers": "Anna Made", "abstract": "How, and why"},
    ),
    "sessions on stages": (
        "date,start,end,stage,title,description,speakers",
        "16/06/2017,10:00,10:30,Stage 1,On catalogues,How,Anna Made; John Made",
        ["title", "description"],
        {"start": "16/06/2017", "talk_title": "On catalogues", "abstract": "How", "speakers": "Anna Made; John Made"},
    ),
    "days of the week": (
        "Day,Time,Duration,Speaker,Title,Slides",
        "Saturday,10:00,20,Anna Made,On catalogues,https://a.example/s.pdf",
        ["Time", "Title"],
        {"talk_time": "10:00", "speakers": "Anna Made", "talk_title": "On catalogues"},
    ),
    "rooms and addresses": (
        "Talk title,Speaker name,Speaker email,Room,Start time,End time,Bio",
        "On catalogues,Anna Made,a@library.example,Room 1,10:00,10:30,Librarian",
        [],
        {"talk_title": "On catalogues", "speakers": "Anna Made", "talk_time": "10:00"},
    ),
}


@pytest.mark.parametrize(("names", "line", "asked", "cells"), FOUND.values(), ids=FOUND)
def test_programmes_as_they_were_found_are_read_after_few_questions(names, line, asked, cells):
    content = f"{names}\n{line}\n".encode()
    read = table.open_table(content)
    assert [column.header for column in read.doubtful] == asked and read.names_no_event
    left_out = [column.header for column in read.columns if not column.key]
    assert left_out and all(name in read.notes[0] for name in left_out)
    assert table.open_table(content, {one.place: one.key for one in read.doubtful}).rows[0].cells == cells


def test_names_of_columns_in_two_lines_below_a_title_are_read_together():
    lines = [["Время", None, "Доклад", None], ["Начало", "Окончание", "Тема", "Докладчик"]]
    content = xlsx(["Расписание"], *lines, ["10:00", "10:30", "О каталогах", FIRST], merged=["A1:D1", "C2:D2"])
    read = table.open_table(content)
    found = {column.header: column.key for column in read.columns}
    assert (found["Время"], found["Доклад"], found["Докладчик"]) == ("talk_time", "talk_title", "speakers")


def test_of_a_workbook_with_a_table_on_each_sheet_the_sheets_left_out_are_named():
    book = openpyxl.load_workbook(io.BytesIO(xlsx(["Секция 1"], HEADER, ROW)))
    for number in (2, 3):
        sheet = book.create_sheet(f"Секция {number}")
        for row in ([f"Секция {number}"], HEADER, OTHER_ROW):
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    events, said = taken(out.getvalue())
    assert events == RIGHT and "Секция 2, Секция 3" in said


@pytest.mark.parametrize(
    "cell", ["https://video.example/1", "смотреть", '=HYPERLINK("https://video.example/1","смотреть")']
)
def test_an_address_is_taken_from_behind_its_cell(cell):
    links = [("E2", "https://video.example/1")] if cell == "смотреть" else []
    taken(xlsx([*HEADER, "Запись"], [*ROW, cell], links=links))
    assert Conference.objects.get().recordings.get().url == "https://video.example/1"


@pytest.mark.parametrize("hours", ["11:00", "11.00-13.00"])
def test_a_zone_is_kept_in_the_words_of_the_table(hours):
    taken(csv([*HEADER, "Время"], [*ROW, f"{hours} по московскому времени"]))
    date = Conference.objects.get().dates.get()
    assert (str(date.start_time), date.time_zone) == ("11:00:00", "по московскому времени")


def bare(*lines, cells):
    """The table as a program wrote it, with these cells as they stand in the part of the sheet."""
    written, out = xlsx(*lines), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            if part.endswith("sheet1.xml"):
                for name, cell in cells.items():
                    text, count = re.subn(rb'<c r="%s".*?</c>' % name.encode(), cell.encode(), text)
                    assert count == 1
            new.writestr(part, text)
    return out.getvalue()


def test_an_empty_text_that_a_formula_gave_is_empty_and_what_nobody_computed_is_told():
    formula = '<c r="E2" {}><f>IF(A2="","?","")</f><v></v></c>'
    read = table.open_table(bare([*HEADER, "Город"], [*ROW, "Вымыслов"], cells={"E2": formula.format('t="str"')}))
    assert "city" not in read.rows[0].cells
    read = table.open_table(bare([*HEADER, "Город"], [*ROW, "Вымыслов"], cells={"E2": formula.format("")}))
    assert read.rows[0].cells["city"] == "#VALUE!"


def test_a_link_over_several_cells_is_that_of_each():
    lines = [[*HEADER, "Запись"], [*ROW, "смотреть"], [*OTHER_ROW, "смотреть"]]
    book = openpyxl.load_workbook(io.BytesIO(xlsx(*lines, links=[("E2", "https://video.example/1")])))
    book.active["E2"].hyperlink.ref = "E2:E3"
    out = io.BytesIO()
    book.save(out)
    taken(out.getvalue())
    found = [[one.url for one in event.recordings.all()] for event in Conference.objects.all()]
    assert found == [["https://video.example/1"]] * 2


def test_a_link_over_a_whole_sheet_costs_no_more_than_many_cells():
    book = openpyxl.load_workbook(io.BytesIO(xlsx(HEADER, ROW, links=[("A1", "https://video.example/1")])))
    book.active["A1"].hyperlink.ref = "A1:XFD1048576"
    out = io.BytesIO()
    book.save(out)
    (sheet,) = spreadsheet.sheets(out.getvalue())
    assert len(sheet.links) == spreadsheet.MAX_LINKED


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Дата (окончания)", ("end", True)),
        ("Дата [завершения]", ("end", True)),
        ("Дата (дд.мм.гггг)", ("start", True)),
        ("Время (МСК)", ("time", True)),
        ("Время (окончания)", ("time", False)),
        ("Название (доклада)", ("talk_title", True)),
        ("Докладчик (должность)", ("speakers", False)),
        ("Докладчик (ФИО)", ("speakers", True)),
        ("ФИО (докладчика)", ("speakers", True)),
        ("Организаторы (через точку с запятой)", ("organisers", True)),
    ],
)
def test_what_a_column_name_has_in_brackets_is_not_dropped(header, found):
    (column,) = [one for one in table.open_table(csv([*HEADER[:1], header], ["Чтения", "?"])).columns[1:]]
    assert (column.key, column.is_sure) == found


@pytest.mark.parametrize(
    ("header", "cells", "speakers"),
    [
        (["Докладчик", "Содокладчик"], [FIRST, SECOND], [FIRST, SECOND]),
        (["Докладчик 1", "Докладчик 2", "Докладчик 3"], [FIRST, "", SECOND], [FIRST, SECOND]),
        (["Содокладчики", "Докладчик"], [f"{SECOND}; Вымышленный И. И.", FIRST], [FIRST, SECOND, "Вымышленный И. И."]),
        (["Докладчик", "Speaker 2"], [FIRST, FIRST], [FIRST]),
        (["Докладчик", "Докладчик № 2"], ["", SECOND], [SECOND]),
        (["Фамилия", "Имя", "Соавтор"], ["Сочинский", "Пётр", SECOND], ["Сочинский Пётр", SECOND]),
    ],
)
def test_columns_of_further_speakers_are_read(header, cells, speakers):
    said = taken(csv(["Название", "Дата", "Доклад", *header], [*ROW[:3], *cells], separator="\t"))[1]
    people = Conference.objects.get().talks.get().people.order_by("order")
    assert [str(part.speaker) for part in people] == speakers
    assert "окладчик" not in said and "?" not in said


@pytest.mark.parametrize(
    ("header", "cells", "day"),
    [
        (["Дата", "Год"], ["24 мая", "2022"], "2022-05-24"),
        (["Дата", "Год"], ["24.05", "2022"], "2022-05-24"),
        (["Дата", "Год"], ["24.05.22", "2022"], "2022-05-24"),
        (["Дата", "Год"], ["24 мая 2022", "2022"], "2022-05-24"),
        (["Дата", "Год"], ["", "2022"], "2022"),
        (["День", "Месяц", "Год"], ["24", "май", "2022"], "2022-05-24"),
        (["Год", "Месяц", "День"], ["2022", "5", "24"], "2022-05-24"),
        (["Месяц", "Год"], ["мая", "2022"], "2022-05"),
        (["Месяц", "Год"], ["Май", "2022"], "2022-05"),
        (["Число", "Месяц", "Год"], ["24–25", "мая", "2022"], "2022-05-24"),
        (["Дата", "День"], ["24.05.2022", "вторник"], "2022-05-24"),
        (["Год"], ["2022"], "2022"),
    ],
)
def test_a_date_in_several_columns_is_one(header, cells, day):
    lines = [["Название", *header, "Доклад"], ["Чтения", *cells, "О книгах"], ["", *["" for _cell in cells], "О детях"]]
    taken(csv(*lines))
    event = Conference.objects.get()
    assert [date.start for date in event.dates.all()] == [day] and event.talks.count() == 2


def test_a_year_that_contradicts_the_date_is_told_and_one_repeated_beside_each_talk_is_none():
    lines = [["Название", "Дата", "Год", "Доклад"], ["Чтения", "24 мая 2021", "2022", "О книгах"]]
    said = taken(csv(*lines))[1]
    assert "24 мая 2021 2022" in said
    assert not Conference.objects.exists()
    taken(csv(lines[0], ["Чтения", "24 мая", "2022", "О книгах"], ["", "", "2022", "О детях"]))
    assert [date.start for date in Conference.objects.get().dates.all()] == ["2022-05-24"]
