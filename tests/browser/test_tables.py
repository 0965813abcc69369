"""An archivist's spreadsheet in a browser: refused with what to correct, imported, imported again in vain."""

import datetime
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from events import table

from ..sampling import sample
from .pictures import picture

PATIENCE = 300_000  # milliseconds

ROWS = [
    {
        "title": f"Вымышленные чтения, встреча {number}",
        "kind": "вебинар",
        "start": "09.06.2020",
        "organisers": "Вымышленная областная библиотека",
        "talk_number": "1",
        "talk_title": f"Доклад о придуманных книгах {number}",
        "speakers": "Придуманная А. Б.",
    }
    for number in sample(range(1, 301), 3)
]
LAST = 1 + len(ROWS)  # the number of the table's last row
# Row of the table (its first row holds the names of the columns) → what is wrong there, and what the page says.
BAD = {
    5: ({"start": "когда-то"}, "Строка 5, столбец «Дата»: «когда-то» — это не дата"),
    80: ({"kind": "посиделки"}, "Строка 80, столбец «Вид»: в архиве нет «посиделки»"),
    91: ({"end": "08.06.2020"}, "Строка 91, столбец «Последний день»: последний день раньше первого"),
    100: ({"source_url": "library.example"}, "Строка 100, столбец «Источник»: это не адрес страницы"),
    LAST: ({"talk_number": "первый"}, f"Строка {LAST}, столбец «№ доклада»: «первый» — это не номер доклада"),
}


def test_a_long_table_is_refused_corrected_imported_and_then_changes_nothing(staff_page, own_site, tmp_path):
    page = staff_page
    page.goto(f"{own_site.url}/admin/events/conference/")
    picture(page, "list-tables")
    picture(page, "export")
    page.get_by_role("link", name="Из таблицы").click()
    damaged = [row | BAD.get(number, ({},))[0] for number, row in enumerate(ROWS, start=2)]
    preview(page, tmp_path / "vymyshlennye.xlsx", damaged)
    problems = page.locator(".errorlist li")
    expect(problems).to_have_count(5)
    for (_damage, said), problem in zip(BAD.values(), problems.all(), strict=True):
        assert said.lower() in problem.inner_text().replace("\xa0", " ").lower()
    picture(page, "table-errors")
    expect(page.get_by_role("button", name="Загрузить")).to_have_count(0)

    preview(page, tmp_path / "vymyshlennye.xlsx", ROWS)
    picture(page, "table-preview")
    page.get_by_role("button", name="Загрузить").click(timeout=PATIENCE)
    # So many events, each with its history, take their time.
    expect(page.locator(".messagelist .success")).to_be_visible(timeout=PATIENCE)
    before = count(own_site)
    assert before["draft"] == LAST - 1

    page.goto(f"{own_site.url}/admin/events/conference/table/")
    preview(page, tmp_path / "vymyshlennye.xlsx", ROWS)
    expect(page.get_by_role("heading", name="Что сделает загрузка")).to_be_visible()
    expect(page.get_by_role("button", name="Загрузить")).to_have_count(0)
    assert count(own_site) == before


def preview(page: Page, file: Path, rows: list[dict[str, str]]) -> None:
    file.write_bytes(table.xlsx_bytes(rows))
    page.get_by_label("Таблица").set_input_files(file)
    page.get_by_role("button", name="Показать, что изменится").click(timeout=PATIENCE)
    expect(page.locator("#preview")).to_be_visible(timeout=PATIENCE)


def count(site) -> dict[str, int]:
    code = (
        "from events.models import *; print(Conference.objects.filter(status='draft').count(), "
        "Conference.objects.count(), Talk.objects.count(), Speaker.objects.count(), Organisation.objects.count())"
    )
    counted = site.manage("shell", "--verbosity=0", "-c", code).split()
    return dict(zip(("draft", "conference", "talk", "speaker", "organisation"), map(int, counted), strict=True))


MESSY = [
    ["Программа Вымышленных чтений"],
    ["Составлено в придуманной библиотеке", None, None, "черновик"],
    [],
    [
        "Мероприятие",
        "Дата проведения",
        "Год установлен архивистом",
        "Тема доклада",
        "ФИО",
        "Секция",
        "Телефон",
        "Вид",
        "Ссылка на источник",
    ],
    [
        "Пробные\nчтения",
        "9 июн 2020",
        "Да/нет",
        "О каталогах",
        "Сочинский\u00a0П. И., Придуманная А. Б.",
        "Секция карточек",
        "12-34",
        "вебинар",
        "https://library.example/1",
    ],
    [None, None, None, "О книгах", "Пётр Ильич Вымыслов", None, None],
    [
        "Вторые чтения",
        datetime.datetime(2021, 6, 1),
        "нет",
        "О картах",
        "Ван дер Вельде, Ян",
        None,
        "56-78",
        "вебинар",
        "https://library.example/2",
    ],
]


def messy(path: Path, year_supplied: str) -> Path:
    """A workbook as people keep it, with instructions before it, lines above the column names, a merged session."""
    book = openpyxl.Workbook()
    book.active.title = "Инструкция"
    book.active.append(["Пишите разборчиво"])
    sheet = book.create_sheet("Чтения")
    for line in MESSY:
        sheet.append([year_supplied if cell == "Да/нет" else cell for cell in line])
    sheet.merge_cells("F5:F6")
    sheet["B7"].number_format = "mmmm yyyy"
    book.save(path)
    return path


def test_a_messy_spreadsheet_becomes_published_events(staff_page, own_site, tmp_path):
    page = staff_page
    choose(page, own_site, messy(tmp_path / "refused.xlsx", "Да/нет"))
    # «ФИО» may be anybody’s: asked before anything else.
    expect(page.get_by_label("ФИО")).to_have_value("speakers")
    page.get_by_role("button", name="Показать, что изменится").first.click()
    expect(page.locator(".errorlist li")).to_contain_text("Год установлен архивистом")
    choose(page, own_site, messy(tmp_path / "messy.xlsx", "Да"))
    page.get_by_label("ФИО").select_option("speakers")
    page.get_by_role("button", name="Показать, что изменится").first.click()
    preview = page.locator("#content-main")
    expect(preview).to_contain_text("Телефон")
    for shown in ("Инструкция", "строке 4", "июнь 2021", "Ван дер Вельде", "Секция карточек", "Пётр Ильич"):
        expect(preview).to_contain_text(shown)
    page.get_by_role("button", name="Загрузить").click(timeout=PATIENCE)
    expect(page.locator(".messagelist .success")).to_be_visible(timeout=PATIENCE)

    for title in ("Пробные чтения", "Вторые чтения"):
        page.goto(f"{own_site.url}/admin/events/conference/")
        page.get_by_role("link", name=title).first.click()
        page.get_by_label("Статус").select_option(label="опубликовано")
        page.locator("[name=_save]").first.click()
        expect(page.locator(".messagelist .success").filter(has_text="Теперь видно всем")).to_be_visible()
        page.goto(f"{own_site.url}/search/?q={title}")
        page.locator("main").get_by_role("link", name=title).first.click()
        if title == "Пробные чтения":
            main = page.locator("main")
            for shown in ("9 июня 2020", "Секция карточек", "О каталогах", "Придуманная А. Б.", "Вымыслов"):
                expect(main).to_contain_text(shown.replace(" ", "\u00a0") if shown == "Придуманная А. Б." else shown)
            expect(page.locator(".programme > li")).to_have_count(2)


def choose(page: Page, site, file: Path) -> None:
    page.goto(f"{site.url}/admin/events/conference/table/")
    page.get_by_label("Таблица").set_input_files(file)
    page.get_by_role("button", name="Показать, что изменится").click(timeout=PATIENCE)
