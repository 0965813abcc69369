"""A methodologist finds who has done it and whom to write to; a map, and a collection of the staff."""

import pytest
from playwright.sync_api import expect

CONTACT = """
from events import revisions
from events.models import Contact, CuratedCollection, Talk
talk = Talk.objects.get(slug="proekt-aktivnoe-dolgoletie-onlain-format")
host = talk.conference.venue  # the source names no organiser
with revisions.create():
    Contact.objects.create(organisation=host, post="вымышленный отдел", email="otdel@library.example")
    CuratedCollection.objects.create(
        title="Вымышленная подборка", introduction="Для примера.", records=str(talk.uid), is_shown=True
    )
print(host.label)
"""
WIDTHS = (390, 768, 1280)


@pytest.fixture
def library(own_site):
    """The library that held it, with somebody to write to, who is made up."""
    return own_site.manage("shell", "--verbosity=0", "-c", CONTACT).strip().splitlines()[-1]


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_from_active_longevity_to_the_library_to_write_to_in_three_clicks(own_site, library, open_page, javascript):
    page = open_page(own_site.url, java_script_enabled=javascript)
    page.locator("input[name=q]").last.fill("активное долголетие")
    page.locator("main form[action$='/search/'] button, main form[role=search] button").first.click()
    page.get_by_role("link", name="Кто проводил похожее").click()
    hit = page.locator("main .rows > li").filter(has_text="Дистанционная работа")
    expect(hit.get_by_role("link", name="otdel@library.example")).to_be_visible()
    hit.locator(".row-meta").get_by_role("link", name=library).click()
    expect(page.get_by_role("link", name="otdel@library.example")).to_have_attribute(
        "href", "mailto:otdel@library.example"
    )


def test_the_map_is_used_by_keyboard_and_nothing_of_it_is_asked_elsewhere(own_site, library, open_page, axe):
    page = open_page(f"{own_site.url}/indexes/places/")
    link = page.locator("svg a").filter(has=page.locator("title", has_text="Ульяновск"))
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ульяновск")
    for address in ("/indexes/places/", "/collections/", "/collections/vymyshlennaia-podborka/"):
        page.goto(own_site.url + address)
        assert axe(page) == [], address
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)
