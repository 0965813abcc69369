"""The news item of 9 June 2020 becomes a published event under a librarian's hands."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from ..conftest import ROOT
from ..site import Site
from .conftest import log_in
from .pictures import picture

TEXT = (ROOT / "tests/importing/seed.txt").read_text()
INTAKE = "/admin/events/conference/intake/"
TABLE = "/admin/events/conference/table/"
OUTCOME = "Библиотеки обменялись идеями для дальнейшей работы."
FACTS = [
    "9 июня 2020",
    "видеоконференция",
    "Дистанционная работа — как основная форма взаимодействия с пользователями в период ограничений. "
    "Результаты и перспективы развития",
    "Русский центр",
    "Министерство культуры ДНР",
    "отдел социокультурной деятельности",
    "отдел маркетинга",
    "отдел документов по экономическим, техническим и сельскохозяйственным наукам",
    "Ульяновская областная научная библиотека им. В. И. Ленина",
    "областная библиотека для детей и юношества имени С. Т. Аксакова",
    "библиотека им. Н. К. Крупской",
    "Арутинова Ольга",
    "заместитель генерального директора",
    "модератор",
    "приветственное слово",
    "Алехина И. Л.",
    "Чоботова В. Г.",
    "Романенко-Куренная С. С.",
    "Подборонова Е. М.",
    "Web-сайт и социальные сети библиотеки как основное средство двухсторонней коммуникации с пользователем "
    "во время закрытого доступа",
    "Сетевые акции и флешмобы библиотеки им. Н. К. Крупской в виртуальном пространстве",
    "Проект «Активное долголетие» — онлайн формат",
    "Использование виртуальной среды для презентации мастер-классов по декоративно-прикладному искусству, "
    "флористике, земледелию и изобретательству",
    OUTCOME,
    "library.example",
]


@pytest.fixture
def new_site(tmp_path) -> Iterator[Site]:
    """An archive in which nothing was entered yet."""
    site = Site(tmp_path / "archive")
    site.fill()
    site.start()
    yield site
    site.stop()


def test_a_news_item_becomes_a_published_event(new_site, open_page):
    page = open_page(f"{new_site.url}/admin/")
    picture(page, "login")
    log_in(page, new_site)
    paste(page, new_site)
    answer_with_keys(page)
    unite(page, "ДРУНБ", "библиотека им. Н. К. Крупской")
    page.get_by_label("Итоги").fill(OUTCOME)
    page.get_by_role("button", name="Сохранить черновик").click()
    expect(page.locator(".messagelist .success")).to_contain_text("Черновик сохранён")
    form = page.url
    picture(page, "event")

    page.get_by_role("link", name="Посмотреть на сайте").first.click()
    page.wait_for_url("**/conferences/**")
    page.wait_for_load_state()
    picture(page, "preview")
    missing_from(page)
    address = f"{new_site.url}/conferences/{slug(page)}/"
    visitor = open_page(address)
    assert "Арутинова" not in visitor.content()

    page.goto(form)
    page.get_by_label("Статус").select_option(label="опубликовано")
    picture(page, "publish", page.locator("fieldset", has=page.get_by_label("Статус")))
    page.locator("[name=_save]").first.click()
    expect(page.locator(".messagelist .success").filter(has_text="Теперь видно всем")).to_be_visible()
    visitor.goto(address)
    missing_from(visitor)
    assert visitor.locator(".programme > li").count() == 5  # four talks and the block without names or titles


def paste(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/admin/events/conference/")
    picture(page, "list", page.locator(".object-tools"))
    page.get_by_role("link", name="Из текста").click()
    expect(page.get_by_label("Текст новости")).to_be_focused()
    page.keyboard.insert_text(TEXT)
    page.keyboard.press("Tab")
    page.keyboard.insert_text("https://library.example/news/1")
    picture(page, "intake")
    page.keyboard.press("Enter")


def answer_with_keys(page: Page) -> None:
    """Each question of the list: Enter leads to its fact, Tab to its answers, Space takes the first."""
    expect(page.get_by_role("heading", name="Предложение")).to_be_visible()
    questions = page.locator("#questions li a").evaluate_all("links => links.map(link => link.hash)")
    assert len(questions) == 3
    picture(page, "review")
    for question in questions:
        page.locator(f"#questions a[href='{question}']").focus()
        page.keyboard.press("Enter")
        for _press in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.type") == "radio":
                break
        page.keyboard.press("Space")
        expect(page.locator(question).locator(".fact-use, .fact-take").locator(":checked")).to_have_count(1)


def unite(page: Page, short: str, whole: str) -> None:
    """«ДРУНБ» is a second name of the library: no reader can know that."""
    record = page.locator(".is-record", has=page.get_by_role("link", name=short, exact=True))
    record.get_by_label("Та же организация, что").select_option(label=whole)
    picture(page, "same", record)


def missing_from(page: Page) -> None:
    shown = page.inner_text("main").replace("\xa0", " ").replace("\u2011", "-").lower()
    assert [fact for fact in FACTS if fact.lower() not in shown] == []


def slug(page: Page) -> str:
    return page.url.rstrip("/").rpartition("/")[2]


def test_the_form_of_a_new_event_is_as_the_guide_tells(staff, site):
    page = staff()
    page.goto(f"{site.url}/admin/events/conference/add/")
    picture(page, "add")


@pytest.fixture
def staff(site, open_page):
    """The admin of the archive as it opens, for pages that only show something."""

    def opened() -> Page:
        page = open_page(f"{site.url}/admin/")
        log_in(page, site)
        return page

    return opened


def review(page: Page, site: Site) -> None:
    page.goto(site.url + INTAKE)
    page.get_by_label("Текст новости").fill(TEXT)
    page.get_by_role("button", name="Предложить черновик").click()
    expect(page.get_by_role("heading", name="Предложение")).to_be_visible()
    page.wait_for_load_state()


def test_no_barriers_and_no_sideways_scrolling(staff, site, axe):
    page = staff()
    for open_it in (
        lambda: page.goto(site.url + INTAKE),
        lambda: review(page, site),
        lambda: page.get_by_role("button", name="Сохранить черновик").click(),
        lambda: page.goto(site.url + TABLE),
    ):
        open_it()
        assert axe(page) == []
        for width in (390, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            for pane in page.locator(".review-text, .review-facts").all():
                assert pane.evaluate("pane => pane.scrollWidth <= pane.clientWidth"), (width, page.url)


def test_a_review_goes_on_in_the_other_language(staff, site):
    page = staff()
    review(page, site)
    page.get_by_label("Итоги").fill("Набранные итоги")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="The proposal")).to_be_visible()
    expect(page.get_by_label("Outcome")).to_have_value("Набранные итоги")
    # Enter saves, and does not change the language again.
    page.locator("#facts input[type=text]").first.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Nothing is saved yet")


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_a_fact_and_its_words_are_seen_together(staff, site, width):
    page = staff()
    page.set_viewport_size({"width": width, "height": 900})
    review(page, site)
    fact = page.locator(".is-record", has=page.get_by_role("link", name="Чоботовой В.Г.", exact=True))
    fact.get_by_role("link").first.click()
    words = page.locator("mark:target")
    expect(words).to_have_text("Чоботовой В.Г.")
    expect(words).to_be_in_viewport(ratio=1)
    expect(fact.get_by_label("Фамилия")).to_be_in_viewport(ratio=1)


ANSWERS = ":is(.fact-take, .fact-use) [type=radio]"


def test_each_answer_of_a_review_is_reached_with_the_mouse(staff, site):
    """The fields of a talk lay over its answers from 768 px on: a draft could not be saved without the keyboard."""
    page = staff()
    review(page, site)
    answers = page.locator(ANSWERS).all()
    assert len(answers) > 40
    talks = page.locator(".is-talk").all()
    assert len(talks) == 5
    for width in (390, 768, 1024, 1280, 1440, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        for answer in answers:
            answer.click()
            assert answer.is_checked(), width
        for talk in talks:
            talk.locator(".fact-take label").first.click()
            assert talk.locator("[type=radio]").first.is_checked(), width


def test_each_answer_of_a_review_is_tapped_on_a_phone(site, open_page):
    page = open_page(f"{site.url}/admin/", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    log_in(page, site)
    review(page, site)
    answers = page.locator(ANSWERS).all()
    assert len(answers) > 40
    for answer in answers:
        answer.tap()
        assert answer.is_checked()


def test_each_answer_of_a_review_is_given_with_the_keyboard(staff, site):
    """Tab leads from question to question, the arrows through the answers of one."""
    page = staff()
    review(page, site)
    names = page.locator(ANSWERS).evaluate_all("radios => radios.map(radio => radio.name)")
    assert len(names) > 40
    left = {name: names.count(name) for name in names}
    chosen = "[document.activeElement.name, document.activeElement.value, document.activeElement.checked]"
    for _press in range(800):
        page.keyboard.press("Tab")
        name, value, _is_checked = page.evaluate(chosen)
        if name not in left:
            continue
        page.keyboard.press("Space")
        given = {value}
        for _answer in range(left.pop(name) - 1):
            page.keyboard.press("ArrowDown")
            again, value, is_checked = page.evaluate(chosen)
            assert again == name and is_checked
            given.add(value)
        assert len(given) == names.count(name), name
        if not left:
            break
    assert left == {}


@pytest.mark.parametrize("path", ["conference/add/", "speaker/add/", "organisation/add/", "talk/add/"])
def test_forms_have_no_gaps_on_a_phone(staff, site, path):
    page = staff()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site.url}/admin/events/{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    gaps = page.locator(".form-multiline > div:visible").evaluate_all(
        "cells => cells.map(cell => cell.clientHeight - [...cell.children].reduce((sum, part) =>"
        " sum + (getComputedStyle(part).position == 'absolute' ? 0 : part.offsetHeight), 0))"
    )
    assert [gap for gap in gaps if gap > 60] == []
    outside = page.locator(
        "#content .form-row:not(.tabular *) :is(input, select, textarea, .select2-container):visible"
    ).evaluate_all("fields => fields.filter(field => field.getBoundingClientRect().right > 391).map(field => field.id)")
    assert outside == []
