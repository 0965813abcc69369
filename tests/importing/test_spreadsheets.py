"""A spreadsheet is read as its author sees it, wherever its header stands; what is left out is said."""

import datetime
import io
import re
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest

from events import table
from events.spreadsheet import MAX_TAGS, MAX_UNPACKED, TableError, shown


def xlsx(*lines, formats=(), merged=(), edit=None, name="Программа", instruction=False, hidden=()):
    """A workbook; `edit` changes the XML of its last sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    if instruction:
        sheet.title = "Инструкция"
        sheet.append(["Как заполнять", "Пишите разборчиво"])
        sheet = book.create_sheet()
    sheet.title = name
    for line in lines:
        sheet.append(line)
    for cell, number_format in formats:
        sheet[cell].number_format = number_format
    for cells in merged:
        sheet.merge_cells(cells)
    for title in hidden:
        extra = book.create_sheet(title)
        extra.sheet_state = "hidden"
        extra.append(["Название", "Дата", "Доклад", "Докладчики"])
        extra.append(["Черновик", "2019", "Старое", "Вымыслов П. И."])
    out = io.BytesIO()
    book.save(out)
    return edited(out.getvalue(), edit) if edit else out.getvalue()


def edited(content, edit):
    source, out = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, edit(data) if name == "xl/worksheets/sheet1.xml" else data)
    return out.getvalue()


def ods(rows, hidden=False):
    style = (
        '<style:style style:name="t" style:family="table"><style:table-properties table:display="false"/></style:style>'
    )
    content = f"""<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
      xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
      xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
      xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0">
      <office:automatic-styles>{style}</office:automatic-styles>
      <office:body><office:spreadsheet>
      <table:table table:name="Скрытый" table:style-name="t"><table:table-row><table:table-cell>
      <text:p>Название</text:p>
      </table:table-cell></table:table-row></table:table>
      <table:table table:name="Лист">{rows}<table:table-row table:number-rows-repeated="1048000"><table:table-cell
      table:number-columns-repeated="16384"/></table:table-row></table:table></office:spreadsheet></office:body>
      </office:document-content>"""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return out.getvalue()


def cells(content):
    return [row.cells for row in table.open_table(content).rows]


TALKS = [["Название", "Дата", "Доклад", "Докладчики"], ["Пробные чтения", "2020", "О каталогах", "Сочинский П. И."]]
READ = {"title": "Пробные чтения", "start": "2020", "talk_title": "О каталогах", "speakers": "Сочинский П. И."}


class TestWhatACellShows:
    @pytest.mark.parametrize(
        ("value", "number_format", "text"),
        [
            (datetime.datetime(2020, 6, 1), "mmm.yy", "июнь 2020"),
            (datetime.datetime(2020, 6, 1), "[$-FC19]mmmm yyyy;@", "июнь 2020"),
            (datetime.datetime(2020, 6, 9), "d mmmm", "9 июня"),
            (datetime.datetime(2020, 6, 1), "yyyy", "2020"),
            (datetime.datetime(2020, 6, 9), "dd/mm/yyyy", "09.06.2020"),
            (datetime.datetime(2020, 6, 9, 11, 30), "dd.mm.yyyy h:mm", "09.06.2020 11:30"),
            (datetime.timedelta(hours=9), "[h]:mm", "09:00"),
            (datetime.time(11, 0), "h:mm", "11:00"),
            (datetime.time(9, 59, 59, 999_990), "h:mm", "10:00"),
            (datetime.time(9, 59, 54), "h:mm", "09:59"),
            (datetime.time(9, 59, 54), "h:mm:ss", "09:59:54"),
            (datetime.datetime(2020, 6, 9, 11, 30, 20), "dd.mm.yyyy h:mm", "09.06.2020 11:30"),
            (3, "000", "003"),
            (2.0, "General", "2"),
            (0.5, "0%", "50%"),
            (43991, "General", "43991"),
            (True, "General", "ИСТИНА"),
        ],
    )
    def test_of_a_date_or_number_only_what_its_format_shows_is_read(self, value, number_format, text):
        assert shown(value, number_format) == text

    def test_no_year_is_added_to_a_date_that_shows_none(self):
        day = datetime.datetime(2020, 6, 9)
        (row,) = cells(xlsx(["Название", "Дата"], ["Чтения", day], formats=[("B2", "d mmmm")]))
        assert row["start"] == "9 июня"

    def test_no_break_spaces_and_line_breaks_are_only_how_a_cell_is_set(self):
        (row,) = cells(
            xlsx(["Название", "Докладчики"], ["Длинное\nназвание", "Сочинский\u00a0П.\u00a0И.\nВымыслов А. Б."])
        )
        assert row == {"title": "Длинное название", "speakers": "Сочинский П. И.; Вымыслов А. Б."}

    def test_what_only_breaks_lines_is_no_letter(self):
        (row,) = cells(xlsx(["Название", "Докладчики"], ["Длин\u00adное на\u200bзвание", "Сочин\u00adский П. И."]))
        assert row == {"title": "Длинное название", "speakers": "Сочинский П. И."}

    def test_a_formula_that_nobody_computed_is_not_an_empty_cell(self):
        (row,) = cells(xlsx(["Название", "Дата"], ["Чтения", "=TODAY()"]))
        assert row["start"] == "#VALUE!"

    def test_the_order_in_which_a_program_writes_attributes_makes_no_difference(self):
        def turned(data):
            return data.replace(b'<c r="B2">', b'<c s="0" r="B2">').replace(b'<c r="C2">', b'<c s="0" r="C2">')

        link = '=HYPERLINK("https://video.example/?a=1&b=2","смотреть")'
        (row,) = cells(xlsx(["Название", "Дата", "Запись"], ["Чтения", "=TODAY()", link], edit=turned))
        assert (row["start"], row["recording"]) == ("#VALUE!", "https://video.example/?a=1&b=2")

    def test_signs_for_nothing_are_empty_cells(self):
        (row,) = cells(xlsx(["Название", "Дата", "Докладчики"], ["Чтения", "н/д", "—"]))
        assert row == {"title": "Чтения"}

    def test_a_session_in_a_merged_cell_holds_for_all_its_talks(self):
        lines = [["Доклад", "Секция"], ["Первый", "Секция А"], ["Второй", None], ["Третий", "Секция Б"]]
        assert [row["session"] for row in cells(xlsx(*lines, merged=["B2:B3"]))] == ["Секция А", "Секция А", "Секция Б"]


class TestWhereTheTableIs:
    @pytest.mark.parametrize("size", [b"A1", b"A1:B2"])
    def test_a_false_size_of_the_sheet_hides_nothing(self, size):
        def with_size(data):
            return re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="' + size + b'"', data)

        assert cells(xlsx(*TALKS, edit=with_size)) == [READ]

    def test_formatting_far_below_is_no_row(self):
        far = b'<row r="900000"><c r="A900000" s="0"/></row></sheetData>'
        assert cells(xlsx(*TALKS, edit=lambda data: data.replace(b"</sheetData>", far))) == [READ]

    def test_lines_above_the_column_names_are_left_out_and_said(self):
        read = table.open_table(xlsx(["Программа конференции"], [], *TALKS))
        assert [row.cells for row in read.rows] == [READ]
        assert read.rows[0].number == 4
        assert "строке 3" in read.notes[0]

    def test_the_sheet_with_the_table_is_found_beside_instructions_and_hidden_ones(self):
        read = table.open_table(xlsx(*TALKS, instruction=True, hidden=["Старое"]))
        assert [row.cells for row in read.rows] == [READ]
        assert "Инструкция" in read.notes[0]

    def test_an_old_excel_file_is_read_as_it_shows(self):
        read = table.open_table((Path(__file__).parent / "program.xls").read_bytes())
        assert [row.cells for row in read.rows] == [
            {
                "title": "Вымышленные чтения",
                "start": "июнь 2020",
                "time": "11:00",
                "talk_title": "О каталогах",
                "session": "Секция каталогов",
            },
            {"talk_title": "О редких книгах", "session": "Секция каталогов"},
        ]

    def test_a_table_of_libreoffice_is_read_as_it_shows(self):
        rows = (
            "<table:table-row><table:table-cell><text:p>Название</text:p></table:table-cell><table:table-cell>"
            "<text:p>Дата</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated='2'>"
            "<table:table-cell><text:p>Чтения<text:s/>о <text:span>книгах</text:span></text:p></table:table-cell>"
            "<table:table-cell office:value-type='date' office:date-value='2020-06-01'><text:p>июнь 2020</text:p>"
            "</table:table-cell></table:table-row>"
        )
        assert cells(ods(rows)) == [{"title": "Чтения о книгах", "start": "июнь 2020"}] * 2

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8-r", "cp866", "mac_cyrillic"])
    @pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
    def test_csv_is_read_in_any_usual_encoding_and_with_any_usual_separator(self, encoding, separator):
        text = "\r".join(separator.join(line) for line in TALKS)
        assert cells(text.encode(encoding)) == [READ]

    def test_excels_own_line_about_the_separator_is_no_column(self):
        assert cells(("sep=;\r\n" + "\r\n".join(";".join(line) for line in TALKS)).encode("utf-8-sig")) == [READ]


class TestColumns:
    def test_other_usual_names_of_columns_are_recognised(self):
        lines = [["ФИО докладчика", "Тема доклада", "Дата проведения"], ["Сочинский П. И.", "О каталогах", "2020"]]
        read = table.open_table(xlsx(*lines))
        assert read.rows[0].cells == {"speakers": "Сочинский П. И.", "talk_title": "О каталогах", "start": "2020"}
        assert not read.doubtful

    def test_a_name_that_may_mean_something_else_is_asked_about_and_the_answer_is_taken(self):
        content = xlsx(["Название", "Организация", "Доклад"], ["Чтения", "Вымышленная библиотека", "О книгах"])
        (doubtful,) = table.open_table(content).doubtful
        assert (doubtful.header, doubtful.key, doubtful.examples) == (
            "Организация",
            "affiliations",
            ["Вымышленная библиотека"],
        )
        read = table.open_table(content, {doubtful.place: "organisers"})
        assert read.rows[0].cells["organisers"] == "Вымышленная библиотека"
        assert not read.doubtful

    def test_a_slip_in_the_name_of_a_column_is_asked_about(self):
        (doubtful,) = table.open_table(xlsx(["Название", "Докладчеки"], ["Чтения", "Сочинский П. И."])).doubtful
        assert doubtful.key == "speakers"

    def test_a_column_without_a_place_in_the_archive_is_left_out_and_named(self):
        read = table.open_table(xlsx(["Название", "Телефон буфета"], ["Чтения", "12-34"]))
        assert read.rows[0].cells == {"title": "Чтения"}
        assert "Телефон буфета" in read.notes[0]

    @pytest.mark.parametrize(
        "lines", [(["Название", "", "Дата"], ["Чтения", "важное", "2020"]), (["Название"], ["Чтения", "x"])]
    )
    def test_a_value_below_no_name_is_told_with_its_row(self, lines):
        (note,) = table.open_table(xlsx(*lines)).notes
        assert "строк" in note and "2" in note


class TestSize:
    def test_a_small_file_that_unpacks_to_hundreds_of_megabytes_is_refused_before_it_is_unpacked(self):
        out = io.BytesIO()
        with (
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("xl/sharedStrings.xml", "w") as part,
        ):
            for _ in range(300):
                part.write(b" " * 1024 * 1024)
        assert out.tell() < 1024 * 1024 < MAX_UNPACKED
        tracemalloc.start()
        with pytest.raises(TableError, match="распакован"):
            table.open_table(out.getvalue())
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
        tracemalloc.stop()

    @pytest.mark.parametrize(
        "make",
        [
            lambda: xlsx(["Доклад"], edit=lambda data: data.replace(b"</sheetData>", b"<row>" + b"<c/>" * 250_000)),
            lambda: ods("<table:table-row>" + "<table:table-cell/>" * 250_000 + "</table:table-row>"),
            lambda: ods("<a/>" * MAX_TAGS),
        ],
        ids=["cells of XLSX", "cells of ODS", "anything"],
    )
    def test_endless_empty_cells_and_rows_are_refused_before_they_are_parsed(self, make):
        """A file of 12 KB with two million empty cells took 0.7 GB."""
        content = make()
        tracemalloc.start()
        with pytest.raises(TableError, match="распакован"):
            table.open_table(content)
        # A piece of the file, not a million of its cells.
        assert tracemalloc.get_traced_memory()[1] < 32 * 1024 * 1024
        tracemalloc.stop()

    def test_a_large_table_of_many_columns_is_far_from_being_refused(self):
        content = xlsx(["Доклад", *map(str, range(29))], *(["О книгах", *"x" * 29] for _row in range(100)))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            tags = sum(archive.read(name).count(b"<") for name in archive.namelist())
        assert tags * 200 < MAX_TAGS
        assert len(cells(content)) == 100

    @pytest.mark.parametrize(
        "before", ["", "Название;Дата\nЧтения;2020\n"], ids=["in the first line", "in a later one"]
    )
    def test_a_hundred_thousand_columns_are_refused_before_they_are_taken_apart(self, before):
        content = (before + "Название;" * 100_000 + "\nx").encode()
        tracemalloc.start()
        with pytest.raises(TableError, match="200 столбцов"):
            table.open_table(content)
        # The text itself, not a hundred thousand cells of it.
        assert tracemalloc.get_traced_memory()[1] < 5 * len(content)
        tracemalloc.stop()

    def test_a_value_in_the_last_column_of_a_sheet_is_refused_as_too_many_columns(self):
        far = b'<row r="3"><c r="XFD3" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
        with pytest.raises(TableError, match="столбцов"):
            table.open_table(xlsx(*TALKS, edit=lambda data: data.replace(b"</sheetData>", far)))

    def test_too_many_rows_are_refused(self):
        with pytest.raises(TableError, match="Разделите"):
            table.open_table(b"\xd0\x94" + "оклад\n".encode() + b"x\n" * 30_000)
