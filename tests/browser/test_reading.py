"""What a reader sees and hears of a page beyond its text: marks, colours, names of links, the way by keyboard."""

import io
import itertools

import pypdf
import pytest

from .test_design import EVENT, LIBRARIES, overflow


def test_forced_colours_show_the_bars_and_which_list_one_is_in(site, open_page):
    page = open_page(f"{site.url}/", forced_colors="active")
    text, fills = page.evaluate("""() => {
        const probe = document.body.appendChild(document.createElement("i"));
        probe.style.color = "CanvasText";
        const bars = [...document.querySelectorAll(".years rect")];
        return [getComputedStyle(probe).color, bars.map(bar => getComputedStyle(bar).fill)] }""")
    assert set(fills) == {text} and len(fills) > 3
    page.goto(f"{site.url}/talks/")
    shown = page.evaluate("""() => [...document.querySelectorAll(".main-nav a")].map(one => {
        const line = getComputedStyle(one).borderBlockEndColor;
        return [one.getAttribute("aria-current"), line === getComputedStyle(document.body).backgroundColor];
    })""")
    assert [current for current, is_hidden in shown if not is_hidden] == ["page"] and len(shown) > 3


@pytest.mark.parametrize(("width", "more"), [(360, 0), (390, 1), (768, 1), (768, 12), (1280, 1), (1280, 28)])
def test_bars_of_years_stand_in_one_row(site, open_page, width, more):
    """In two rows their heights could not be compared; the bar of the last year stood alone and wide."""
    page = open_page(f"{site.url}/", viewport={"width": width, "height": 844})
    years = page.locator(".years li")
    years.last.evaluate("(one, more) => { for (let n = 0; n < more; n++) one.after(one.cloneNode(true)); }", more)
    boxes = [one.bounding_box() for one in years.all()]
    assert len({round(box["y"] + box["height"]) for box in boxes}) == 1 and len(boxes) > 10 + more
    assert max(box["width"] for box in boxes) - min(box["width"] for box in boxes) < 2
    assert min(box["width"] for box in boxes) >= 23.5 and overflow(page) == []


@pytest.mark.parametrize(
    "path", ["/", "/conferences/", "/talks/", "/search/?q=библиотека&page=1", "/indexes/years/2020/"]
)
def test_a_screen_reader_goes_from_row_to_row_by_headings(site, open_page, path):
    page = open_page(site.url + path)
    rows = page.locator(".rows > li")
    assert rows.count() == rows.locator(":is(h2, h3)").count() > 4
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map(one => Number(one.tagName[1]))")
    assert levels[0] == 1 and all(after - before < 2 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("path", ["/conferences/", "/talks/", "/speakers/", "/organisations/", "/search/?q=крупская"])
def test_a_phone_shows_the_first_row_of_a_list_on_its_first_screen(site, open_page, path):
    page = open_page(site.url + path, viewport={"width": 390, "height": 844})
    first = page.locator(".rows > li, .hit, .index-section li").first
    assert first.bounding_box()["y"] < 844
    facet = page.locator(".filters details").first
    assert not facet.locator("li").first.is_visible()
    facet.locator("summary").click()
    assert facet.locator("li").first.is_visible()
    page.set_viewport_size({"width": 1280, "height": 844})
    page.reload()
    assert facet.locator("li").first.is_visible()


def test_the_bars_of_years_are_skipped_by_one_key(site, open_page):
    page = open_page(f"{site.url}/")
    skip = page.locator("a[href='#after-years']")
    skip.focus()
    assert skip.bounding_box()["height"] > 15  # seen while it has the focus
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    after = page.evaluate("document.activeElement.closest('.years') === null && document.activeElement.tagName")
    assert after == "A"
    assert page.evaluate(
        "document.querySelector('.years').compareDocumentPosition(document.activeElement)"
        " & Node.DOCUMENT_POSITION_FOLLOWING"
    )


def test_links_that_wrap_can_be_hit_by_a_finger(site, open_page, axe_once):
    """With wide letters the links to the indexes stood in two lines 22 pixels apart."""
    page = open_page("about:blank", viewport={"width": 390, "height": 844})
    page.context.add_cookies([{"name": "look", "value": "1uwns", "url": site.url}])
    page.goto(f"{site.url}/search/?q=ыыыы")
    assert len({one.bounding_box()["y"] for one in page.locator("main .inline-list a").all()}) > 1
    assert axe_once(page) == []


def test_latin_letters_of_an_index_stand_apart(site, open_page):
    page = open_page(f"{site.url}/organisations/")
    first = page.locator(".letter-index .latin").first
    assert "A–Z" in first.evaluate("one => getComputedStyle(one, '::before').content")
    before = first.evaluate("one => one.previousElementSibling.getBoundingClientRect().right")
    assert first.bounding_box()["x"] - before > 10


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_links_of_one_line_have_one_colour(site, open_page, scheme):
    """Of a name in burgundy and its library in black the second looked like a fault."""
    page = open_page(site.url + EVENT, color_scheme=scheme)
    colours = page.evaluate("""() => [...document.querySelectorAll(".programme p, .card dd")].map(line =>
        [...new Set([...line.querySelectorAll("a")].map(one => getComputedStyle(one).color))])""")
    assert max(map(len, colours)) == 1


def test_the_list_of_sections_stays_beside_a_long_programme(site, open_page):
    page = open_page(site.url + EVENT)
    rules = page.evaluate("""() => [...document.styleSheets[0].cssRules].flatMap(one => [one, ...(one.cssRules ?? [])])
        .filter(one => one.selectorText === ".session-list").map(one => one.style.position)""")
    assert "sticky" in rules


def test_how_to_cite_is_folded_until_it_is_asked_for(site, open_page):
    page = open_page(site.url + EVENT)
    assert not page.locator("#cite-full").is_visible()
    page.keyboard.press("End")
    page.locator("#cite summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#cite-full").is_visible()


def test_paper_has_page_numbers(site, open_page):
    page = open_page(f"{site.url}/conferences/")
    pages = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    assert len(pages) > 1
    assert [f"{number} / {len(pages)}" in one.extract_text() for number, one in enumerate(pages, 1)] == [True] * len(
        pages
    )


def test_the_form_of_readers_says_what_it_needs_and_its_button_is_seen(site, open_page):
    page = open_page(f"{site.url}/report/organisation/{LIBRARIES[0]}/")
    assert page.get_by_text("Обязательно только само сообщение").is_visible()
    assert page.locator(".report-form [required]").count() == 1
    button = page.locator(".report-form button")
    assert button.evaluate("one => getComputedStyle(one).backgroundColor") == page.locator(
        ".header .search button"
    ).evaluate("one => getComputedStyle(one).backgroundColor")
