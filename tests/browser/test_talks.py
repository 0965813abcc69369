"""The talks of an event: moved with the mouse, with the keyboard and without JavaScript, entered in a few clicks."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import log_in

# An event of nine talks and a person whom the archive has.
BEGINNING = """
from events.models import Conference, Speaker
event = Conference.objects.create(title="Вымышленные чтения")
for order in range(1, 10):
    event.talks.create(order=order, title=f"Доклад {order}")
Speaker.objects.create(family_name="Придуманнова", given_names="Ольга Ильинична")
print(event.pk)
"""


@pytest.fixture
def form(own_site) -> str:
    pk = own_site.manage("shell", "--verbosity=0", "-c", BEGINNING).split()[-1]
    return f"{own_site.url}/admin/events/conference/{pk}/change/"


def order(page: Page) -> str:
    return "".join(title.removeprefix("Доклад ") for title in page.locator("#talks th[scope=row] a").all_inner_texts())


def said(page: Page, words: str) -> None:
    expect(page.locator("#talks [role=status]")).to_have_text(words)


def button(page: Page, talk: int, name: str):
    return page.get_by_role("row", name=f"Доклад {talk}").get_by_role("button", name=name)


def test_talks_are_moved_with_the_mouse_and_with_the_keyboard(staff_page, form, axe):
    page = staff_page
    page.goto(form)
    page.fill("[name=city]", "Вымыслов")
    button(page, 2, "Выше").click()
    said(page, "«Доклад 2»: теперь 1-й из 9.")
    expect(button(page, 2, "Выше")).to_be_focused()
    assert order(page) == "213456789"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    said(page, "«Доклад 2»: теперь 3-й из 9.")
    expect(button(page, 2, "Выше")).to_be_focused()
    page.keyboard.press("End")
    said(page, "«Доклад 2»: теперь 9-й из 9.")
    page.keyboard.press("Home")
    said(page, "«Доклад 2»: теперь 1-й из 9.")
    rows = page.locator("#talks tbody tr")
    rows.nth(8).locator("td.number").drag_to(rows.nth(1).locator("td.number"), target_position={"x": 4, "y": 2})
    said(page, "«Доклад 9»: теперь 2-й из 9.")
    assert order(page) == "291345678"
    drag_with_a_finger(page, rows.nth(0).locator("td.number"), rows.nth(2).locator("td.number"))
    said(page, "«Доклад 2»: теперь 3-й из 9.")
    drag_with_a_finger(page, rows.nth(2).locator("td.number"), rows.nth(0).locator("td.number"))
    said(page, "«Доклад 2»: теперь 1-й из 9.")
    assert page.locator("#talks td.number").all_inner_texts() == [str(number) for number in range(1, 10)]
    # What is typed beside the list is still there, and saved as ever.
    page.locator("[name=_continue]").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator("[name=city]")).to_have_value("Вымыслов")
    assert order(page) == "291345678"
    assert [line for line in axe(page) if "talk" in line] == []
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        talks = page.locator("#talks").bounding_box()
        assert talks["x"] >= 0 and talks["x"] + talks["width"] <= width


def drag_with_a_finger(page, handle, target):
    handle.scroll_into_view_if_needed()
    start, end = handle.bounding_box(), target.bounding_box()
    down = end["y"] > start["y"]
    points = [(start["x"] + 8, start["y"] + 8), (end["x"] + 8, end["y"] + (end["height"] - 3 if down else 3))]
    touch = page.context.new_cdp_session(page)
    for kind, (x, y) in (("touchStart", points[0]), ("touchMove", points[1])):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_talks_are_moved_without_javascript_and_what_is_typed_is_saved(own_site, open_page, form):
    page = open_page(f"{own_site.url}/admin/", java_script_enabled=False)
    log_in(page, own_site)
    page.goto(form)
    page.fill("[name=city]", "Вымыслов")
    button(page, 2, "Выше").click()
    expect(page.locator(".messagelist")).to_contain_text("«Доклад 2»: теперь 1-й из 9.")
    assert order(page) == "213456789"
    expect(button(page, 2, "Выше")).to_be_focused()
    expect(page.locator("[name=city]")).to_have_value("Вымыслов")
    # A person by name: known to the archive, so it asks.
    page.get_by_role("link", name="Добавить доклад").click()
    page.fill("[name=title]", "Доклад 0")
    page.fill("[name=people-0-speaker_name]", "Придуманнова О. И.")
    page.locator("[name=_save]").first.click()
    page.locator("[name=people-0-speaker_answer]").first.check()
    page.locator("[name=_save]").first.click()
    assert order(page) == "2134567890"
    expect(page.locator("#talks tbody tr").last).to_contain_text("Придуманнова")


def type_into_choices(page: Page, field: str, typed: str) -> None:
    """Click the field and type as soon as anybody could: once the cursor stands in the list that the click opens.

    Waits for the list of what was typed: on a busy machine that of everybody still stands there for a while.
    """
    page.click(f"[name='{field}'] + .select2-container")
    expect(page.locator(".select2-search__field")).to_be_focused()
    page.keyboard.insert_text(typed)
    expect(page.locator(".select2-results__option").last).to_have_text(f"Создать «{typed}»")
