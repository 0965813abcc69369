"""A methodologist finds who has done it and whom to write to; a map, and a collection of the staff."""

import re

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
LIBRARY = "/organisations/donetskaia-respublikanskaia-universalnaia-nauchnaia-biblioteka-imeni-n/"


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
    page, asked = open_page("about:blank"), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{own_site.url}/indexes/places/")
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
    assert asked and all(address.startswith(own_site.url) for address in asked)


# Words of the page that stand on two lines.
BROKEN = """() => {
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (!node.parentElement.checkVisibility() || node.parentElement.closest(".visually-hidden, svg, a[rel=external]"))
      continue;
    for (const word of node.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const boxes = [...range.getClientRects()].filter(box => box.width);
      if (new Set(boxes.map(box => Math.round(box.top))).size > 1) found.push(word[0]);
    }
  }
  return found;
}"""


def test_on_paper_indexes_reports_pairs_and_lists_have_no_forms_and_whole_words(site, open_page):
    """A report in two columns broke its longest words."""
    pair = re.search(r'href="(/organisations/[^"]+/met/[^"]+/)"', site.get(f"{LIBRARY}met/"))[1]
    uid = re.search(r"/collection/\?r=([0-9a-f-]{36})", site.get("/talks/proekt-aktivnoe-dolgoletie-onlain-format/"))[1]
    page = open_page("about:blank", viewport={"width": 700, "height": 900})
    page.emulate_media(media="print")
    for address in (
        "/indexes/years/",
        "/indexes/places/",
        "/reports/2020/",
        "/reports/?region=Ульяновская область",
        pair,
        f"/collection/?r={uid}&title=Для совета",
    ):
        page.goto(site.url + address)
        assert page.evaluate(BROKEN) == [], address
        for gone in ("nav", "form", ".list-tools", ".export-links", "button"):
            assert not any(one.is_visible() for one in page.locator(gone).all()), (address, gone)
        assert page.evaluate("document.documentElement.scrollWidth") <= 700, address
        assert page.locator("main h1").is_visible()


def test_a_list_of_ones_own_is_made_without_a_script(site, open_page):
    page = open_page(f"{site.url}/collection/", java_script_enabled=False)
    page.get_by_label("Найти в архиве").fill("активное долголетие")
    page.get_by_label("Название подборки").fill("Для совета")
    page.locator(".report-choice button").click()
    ticks = page.locator(".ticks [type=checkbox]")
    assert ticks.count() >= 2
    for number in (0, 1):
        ticks.nth(number).check()
    page.locator(".report-choice button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Для совета")
    rows = page.locator(".report-list li")
    expect(rows).to_have_count(2)
    second = rows.nth(1).locator("span").first.inner_text()
    rows.first.get_by_role("link", name="Ниже").click()
    expect(rows.first.locator("span").first).to_have_text(second)
    rows.first.get_by_role("link", name="Убрать").click()
    expect(rows).to_have_count(1)
