"""A reader reports a mistake without a mouse or a script; a librarian finds it, corrects the record and closes it."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from .conftest import log_in
from .pictures import picture
from .test_design import EVENT

WRONG = "Фамилия докладчицы напечатана с ошибкой: правильно — Придуманная."


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_reader_reports_a_mistake_and_a_librarian_closes_it(own_site, open_page, axe, script):
    reader = open_page(own_site.url + EVENT, java_script_enabled=script)
    reader.get_by_role("link", name="Сообщить об ошибке или прислать материалы").focus()
    reader.keyboard.press("Enter")
    reader.get_by_label("Что неверно").focus()
    reader.keyboard.insert_text(WRONG)
    # The input of files, the consent, the name beside them, then the contact.
    for _field in range(4):
        reader.keyboard.press("Tab")
    reader.keyboard.insert_text("chitatel@reader.example")
    if script:
        picture(reader, "report", reader.locator("form.report-form"))
        reader.get_by_label("Что неверно").fill("")
        reader.locator("form.report-form").evaluate("form => { form.noValidate = true; form.requestSubmit() }")
        expect(reader.locator(".errorlist")).to_be_visible()
        assert axe(reader) == []
        expect(reader.get_by_label("Как с вами связаться")).to_have_value("chitatel@reader.example")
        reader.get_by_label("Что неверно").fill(WRONG)
        reader.get_by_label("Как с вами связаться").focus()
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")
    expect(reader.locator("main [role=status]")).to_contain_text("Спасибо")

    page = open_page(f"{own_site.url}/admin/")
    log_in(page, own_site)
    picture(page, "first-page")
    page.get_by_role("link", name="Новые сообщения читателей").click()
    page.get_by_role("link", name=WRONG[:20]).click()
    picture(page, "reader-report")
    expect(page.locator("#content-main")).to_contain_text("chitatel@reader.example")
    page.get_by_label("Состояние").select_option(label="исправлено")
    page.locator("[name=_save]").click()
    page.goto(f"{own_site.url}/admin/")
    expect(page.get_by_role("link", name="Новые сообщения читателей")).to_have_count(0)


def photo():
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(data, "JPEG")
    return data.getvalue()


FILES = [
    {"name": "Зал.jpg", "mimeType": "image/jpeg", "buffer": photo()},
    {"name": "Программа.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"},
]


def test_a_reader_sends_files_without_a_script_and_a_librarian_takes_one(own_site, open_page, axe):
    reader = open_page(own_site.url + EVENT, java_script_enabled=False)
    reader.get_by_role("link", name="прислать материалы").click()
    reader.get_by_label("Что вы присылаете").fill("Придуманный снимок и программа, для проверки.")
    reader.get_by_label("Файлы, если").set_input_files(FILES)
    reader.get_by_label("Как назвать вас").fill("Фото: Придуманная")
    reader.get_by_role("button", name="Отправить").click()
    expect(reader.locator(".agreement .errorlist")).to_contain_text("Отметьте это")
    expect(reader.get_by_label("Что вы присылаете")).to_have_value("Придуманный снимок и программа, для проверки.")
    reader.get_by_label("Файлы, если").set_input_files(FILES)
    reader.get_by_label("Я вправе передать").check()
    reader.get_by_role("button", name="Отправить").click()
    expect(reader.locator("main [role=status]")).to_contain_text("Спасибо")

    page = open_page(f"{own_site.url}/admin/")
    log_in(page, own_site)
    page.goto(f"{own_site.url}/admin/events/proposal/?origin__exact=reader")
    page.locator("#result_list tbody a").first.click()
    picture(page, "reader-files")
    assert axe(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Скачать").last.click()
    assert download.value.suggested_filename == "Программа.pdf"
    pdf = page.locator("fieldset", has_text="Программа.pdf")
    pdf.get_by_label("Куда поставить").select_option(label="не брать")
    page.get_by_label("Описание для незрячих").fill("Придуманный пустой зал")
    page.get_by_role("button", name="Принять отмеченное").click()
    expect(page.locator(".messagelist")).to_contain_text("Посетители уже видят")
    reader.goto(own_site.url + EVENT)
    expect(reader.get_by_role("img", name="Придуманный пустой зал").first).to_be_visible()
    expect(reader.locator("body")).not_to_contain_text("Программа.pdf")


def test_a_dead_link_is_found_from_the_first_page(own_site, staff_page):
    own_site.manage(
        "shell",
        "--verbosity=0",
        "-c",
        "from events.models import Source; Source.objects.update(dead_since='2026-01-01')",
    )
    page = staff_page
    page.reload()
    picture(page, "dead-links")
    page.get_by_role("link", name="С неработающей ссылкой").click()
    page.locator("#result_list tbody a").first.click()
    picture(page, "dead-mark")
    expect(page.locator("[name='sources-0-dead_since']")).to_have_value("01.01.2026")
