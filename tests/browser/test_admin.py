"""A librarian enters an event in the admin with the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

TITLE = "Вымышленная видеоконференция о каталогах"


class Keyboard:
    """Hands that never leave the keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab_to(self, selector: str, key: str = "Tab") -> None:
        for _press in range(250):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"The keyboard does not reach {selector}")

    def type(self, selector: str, text: str) -> None:
        self.tab_to(selector)
        self.page.keyboard.insert_text(text)

    def choose(self, name: str, typed: str, found: str) -> None:
        """One of the found in an autocomplete."""
        self.tab_to(f"[name='{name}'] + .select2-container .select2-selection")
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".select2-search__field")).to_be_focused()
        self.page.keyboard.insert_text(typed)
        expect(self.page.locator(".select2-results__option--highlighted")).to_contain_text(found)
        self.page.keyboard.press("Enter")

    def new(self, name: str, typed: str) -> None:
        """Somebody whom the archive does not have, by the typed name."""
        self.choose(name, typed, f"Создать «{typed}»")

    def pick(self, selector: str, option: str) -> None:
        self.tab_to(selector)
        for _press in range(40):
            if self.page.locator(f"{selector} option:checked").inner_text() == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{selector} has no {option}")

    def create(self, chooser: str, **fields: str) -> None:
        """A new person or organisation in the window that “+” opens."""
        self.tab_to(f"#add_id_{chooser}")
        with self.page.expect_popup() as opened:
            self.page.keyboard.press("Enter")
        window = opened.value
        window.wait_for_load_state()
        hands = Keyboard(window)
        for field, text in fields.items():
            hands.type(f"[name='{field}']", text)
        with window.expect_event("close"):
            window.keyboard.press("Enter")

    def press(self, selector: str) -> None:
        self.tab_to(selector)
        self.page.keyboard.press("Enter")


@pytest.fixture
def hands(staff_page) -> Keyboard:
    return Keyboard(staff_page)


def test_a_librarian_enters_an_event_with_the_keyboard_publishes_it_and_it_is_on_the_site(hands, own_site, open_page):
    page = hands.page
    page.goto(f"{own_site.url}/admin/events/conference/add/")
    hands.type("[name=title]", TITLE)
    hands.pick("[name=kind]", "вебинар")
    hands.type("[name=topics]", "вымышленные каталоги, дистанционная работа")
    hands.type("[name='dates-0-start']", "9 июня 2020")
    hands.press("#organisations-group .add-row a")
    hands.create("organisations-0-organisation", name="Вымышленная областная библиотека")
    hands.pick("[name='organisations-0-role']", "организатор")
    hands.press("#people-group .add-row a")
    hands.create("people-0-speaker", family_name="Придуманная", given_names="Ольга")
    hands.pick("[name='people-0-role']", "модератор")
    hands.choose("people-0-organisation", "ВЫМЫШЛЕННАЯ обл", "Вымышленная областная")
    hands.press("[name=_talk]")
    expect(page.locator("input[name=order]")).to_have_value("1")
    hands.type("[name=title]", "Сводный каталог")
    hands.new("people-0-speaker", "Алёхинская И. Л.")
    hands.type("[name='people-0-name_as_printed']", "Алёхинской И.Л.")
    hands.press("#people-group .add-row a")
    hands.choose("people-1-speaker", "придуманная", "Придуманная")
    hands.press("[name=_addanother]")
    expect(page.locator("input[name=order]")).to_have_value("2")
    hands.type("[name=title]", "Обмен опытом")
    hands.choose("people-0-speaker", "алехинская", "Алёхинская")
    hands.press("#recordings-group .add-row a")
    hands.type("[name='recordings-0-url']", "https://video.example/1")
    hands.press("[name=_save]")
    expect(page.locator("#talks tbody tr")).to_have_count(2)
    assert "Алёхинская" in page.locator("#talks tbody tr").nth(1).inner_text()
    hands.press("[name=_continue]")
    expect(page.locator(".messagelist .success")).to_be_visible()
    slug = page.input_value("[name=slug]")

    visitor = open_page(f"{own_site.url}/conferences/{slug}/")
    assert TITLE not in visitor.content()

    hands.pick("[name=status]", "опубликовано")
    hands.press("[name=_save]")
    expect(page.locator(".messagelist .error")).to_contain_text("Не хватает: источник")
    hands.press(".missing a[href='#id_is_unsourced']")
    hands.tab_to("[name=is_unsourced]")
    page.keyboard.press("Space")
    hands.press("[name=_publish]")
    expect(page.locator(".messagelist .success").first).to_be_visible()
    visitor.reload()
    shown = visitor.inner_text("main").replace("\xa0", " ")
    for fact in (TITLE, "Сводный каталог", "Обмен опытом", "Алёхинская", "Придуманная", "Вымышленная областная"):
        assert fact in shown


def test_numbers_and_names_of_sessions_follow_what_is_typed(hands, own_site):
    page = hands.page
    page.goto(f"{own_site.url}/admin/events/conference/add/")
    for _row in range(3):
        page.click("#sessions-group .add-row a")
    page.fill("[name='sessions-2-title']", "Третья")
    page.click("#sessions-1 .inline-deletelink")
    page.click("#people-group .add-row a")
    expect(page.locator("[name='sessions-1-title']")).to_have_value("Третья")
    page.select_option("[name='people-0-session']", label="2. Третья")
    page.fill("[name='sessions-1-title']", "Переименованная")
    page.press("[name='sessions-1-title']", "Tab")
    chosen = page.locator("[name='people-0-session'] option:checked")
    expect(chosen).to_have_text("2. Переименованная")


def test_the_first_click_after_typing_counts(staff_page, own_site):
    """The explanation of the field went away under the finger, and what was clicked moved up."""
    page = staff_page
    page.goto(f"{own_site.url}/admin/events/conference/add/")
    page.click("#sessions-group .add-row a")
    page.fill("[name='sessions-0-kind']", "секция")
    expect(page.locator("#sessions-0 .help:visible")).to_have_count(1)
    page.click("#sessions-group .add-row a")
    expect(page.locator("[name='sessions-1-title']")).to_have_count(1)


def test_topics_in_use_are_suggested_after_the_last_comma(staff_page, own_site):
    own_site.manage(
        "shell", "--verbosity=0", "-c", "from events.models import Topic; Topic.objects.create(name='Каталогизация')"
    )
    page = staff_page
    page.goto(f"{own_site.url}/admin/events/conference/add/")
    page.fill("[name=topics]", "чтение, катал")
    page.wait_for_selector("[name=topics] ~ datalist option", state="attached")
    values = page.eval_on_selector_all("[name=topics] ~ datalist option", "options => options.map(o => o.value)")
    assert "чтение, Каталогизация" in values
