"""Every public page as people meet it: light or dark, narrow or wide, with a mouse, a keyboard, a printer."""

import json
import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import pytest
from playwright.sync_api import expect

from ..conftest import FIXTURES, ROOT
from .conftest import NODE_MODULES


def slugs(model: str) -> list[str]:
    rows = [row for name in FIXTURES for row in json.loads((ROOT / "fixtures" / f"{name}.json").read_text())]
    return [row["fields"]["slug"] for row in rows if row["model"] == f"events.{model}"]


CONFERENCES = slugs("conference")
# Two that met on 9 June 2020.
LIBRARIES = [
    "donetskaia-respublikanskaia-universalnaia-nauchnaia-biblioteka-imeni-n",
    "dvorets-knigi-ulianovskaia-oblastnaia-nauchnaia-biblioteka-im-v-i",
]
PATHS = [
    "/",
    "/conferences/",
    "/conferences/?year=2020",
    *(f"/conferences/{slug}/" for slug in CONFERENCES[:3]),
    "/talks/",
    f"/talks/{slugs('talk')[1]}/",
    "/speakers/",
    f"/speakers/{slugs('speaker')[0]}/",
    "/organisations/",
    "/organisations/?by=place",
    f"/organisations/{slugs('organisation')[0]}/",
    "/topics/",
    f"/topics/{slugs('topic')[0]}/",
    f"/series/{slugs('series')[0]}/",
    "/series/",
    "/indexes/",
    "/indexes/years/",
    "/indexes/years/2020/",
    "/indexes/years/2020/06/",
    "/indexes/places/",
    "/indexes/places/?region=Ульяновская область",
    "/indexes/places/?region=Ульяновская область&city=Ульяновск",
    f"/organisations/{LIBRARIES[0]}/met/",
    f"/organisations/{LIBRARIES[0]}/met/{LIBRARIES[1]}/",
    "/indexes/places/organisations/?region=Ульяновская область&city=Ульяновск",
    "/reports/",
    f"/reports/?organisation={LIBRARIES[1]}",
    "/reports/2020/",
    "/similar/?q=чтение",
    "/collection/?q=книга",
    "/search/?q=библиотека",
    "/search/?q=ыыыы",
    "/search/",
    "/about/",
    "/look/",
    "/accessibility/",
    "/en/accessibility/",
    f"/report/conference/{CONFERENCES[0]}/",
    f"/report/conference/{CONFERENCES[0]}/?sent",
    "/no-such-page/",
    "/en/",
    f"/en/conferences/{CONFERENCES[0]}/",
]
EVENT = f"/conferences/{CONFERENCES[0]}/"


# 320 px is also a window of 1280 px at 400 %.
@pytest.mark.parametrize("path", PATHS)
def test_no_barriers_and_no_sideways_scroll_on_a_narrow_page(site, open_page, axe, path):
    page = open_page(site.url + path)
    assert axe(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert overflow(page) == []


def test_html_is_valid(site, vnu):
    assert vnu({path: fetch(site.url + path) for path in PATHS}) == []


def fetch(url: str) -> str:
    try:
        return urllib.request.urlopen(urllib.parse.quote(url, safe=":/?=&")).read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_error_pages_need_no_templates_and_have_no_barriers(site, open_page, axe, vnu, name):
    html = (ROOT / "templates" / name).read_text()
    assert "{%" not in html and "{{" not in html
    assert vnu({name: html}) == []
    page = open_page("about:blank")
    page.route("**/broken/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{site.url}/broken/")
    assert axe(page) == []


def test_a_withdrawn_record_says_why(own_site, open_page, axe, vnu):
    own_site.manage(
        "shell",
        "--verbosity=0",
        "-c",
        f"""
from events.models import Conference
conference = Conference.objects.get(slug={CONFERENCES[0]!r})
conference.status, conference.withdrawn_reason = "withdrawn", "просьба вымышленного организатора"
conference.save()
""",
    )
    page = open_page(own_site.url + EVENT)
    assert "просьба вымышленного организатора" in page.locator("main").inner_text()
    assert "Алехина" not in page.content()
    assert axe(page) == []
    assert vnu({EVENT: fetch(own_site.url + EVENT)}) == []


@pytest.fixture(scope="module")
def with_rare_pages(site, tmp_path_factory):
    """A site with pages that no fixture makes, and what they answer: a recording, and what is no longer shown."""
    copy = site.copy(tmp_path_factory.mktemp("rare") / "archive")
    person = slugs("speaker")[0]
    code = f"""
from django.core.files.base import ContentFile
from events import revisions
from events.models import *
from events.revisions import withholding
with revisions.create():
    conference = Conference.objects.get(slug={CONFERENCES[0]!r})
    recording = Recording.objects.create(conference=conference, title="Вымышленная запись", file="recordings/a.mp4")
    RecordingOffset.objects.create(recording=recording, talk=conference.talks.first(), seconds=60)
said = "WEBVTT\\n\\n00:01.000 --> 00:05.000\\n<v Анна Придуманная>Добрый день.\\n"
recording.captions.save("a.vtt", ContentFile(said.encode()))
Conference.objects.get(slug={CONFERENCES[1]!r}).delete()
withholding.hide(Speaker.objects.get(slug={person!r}), "Вымышленная просьба")
print(recording.uid)
"""
    uid = copy.manage("shell", "--verbosity=0", "-c", code).strip()
    copy.start()
    yield (
        copy,
        {
            f"/recordings/{uid}/": 200,
            f"/en/recordings/{uid}/": 200,
            f"/embed/{uid}/": 200,
            f"/conferences/{CONFERENCES[1]}/": 410,
            f"/speakers/{person}/": 410,
            f"/en/speakers/{person}/": 410,
        },
    )
    copy.stop()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_recordings_and_what_is_gone_have_no_barriers_either(with_rare_pages, open_page, axe, vnu, scheme):
    site, pages = with_rare_pages
    page = open_page("about:blank", color_scheme=scheme)
    # There is no film: the page is read, not watched.
    page.route("**/media/**", lambda route: route.fulfill(body=b"", content_type="video/mp4"))
    found = []
    for path, status in pages.items():
        assert page.goto(site.url + path).status == status, path
        assert ("Добрый день" in page.content()) == ("/recordings/" in path), path
        found += [f"{path}: {complaint}" for complaint in axe(page)]
    assert found == []
    assert vnu({path: fetch(site.url + path) for path in pages}) == []


def test_css_is_valid():
    jar = NODE_MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
    command = [
        "java",
        "-jar",
        jar,
        "--css",
        "--format",
        "json",
        "--exit-zero-always",
        *(ROOT / "static/css").glob("*.css"),
    ]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stderr)
    assert [f"{m['url']}:{m['lastLine']} {m['message']}" for m in report["messages"] if m["type"] == "error"] == []


@pytest.mark.parametrize("path", ["/", "/conferences/", EVENT, "/speakers/", "/organisations/", "/topics/"])
@pytest.mark.parametrize(
    "wish",
    [
        "html { font-size: 212.5% }",
        "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
        "p { margin-bottom: 2em !important }",
    ],
    ids=["text at 200 %", "text spacing"],
)
def test_readers_set_text_as_they_need(site, open_page, path, wish):
    page = open_page(site.url + path, viewport={"width": 390, "height": 844})
    page.evaluate(
        "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s] }", wish
    )
    assert overflow(page) == []


def overflow(page) -> list[str]:
    """Visible elements that stick out of the window or whose text is cut off."""
    return page.evaluate("""() => [...document.querySelectorAll("body *")].filter((element) => {
        if (element.closest("svg, .visually-hidden, .skip-link") || !element.checkVisibility()) return false;
        const cut = getComputedStyle(element).overflow !== "visible" && element.scrollHeight > element.clientHeight + 1;
        return element.getBoundingClientRect().right > innerWidth + 1 || (cut && element.tagName !== "INPUT");
    }).map((element) => element.outerHTML.slice(0, 120))""")


def test_keyboard_reaches_the_content_first_and_sees_where_it_is(site, open_page):
    page = open_page(site.url + EVENT)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    assert page.locator(".skip-link").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    seen = set()
    for _step in range(60):
        page.keyboard.press("Tab")
        here, width, style = page.evaluate("""() => {
            const element = document.activeElement, css = getComputedStyle(element);
            return [element.outerHTML.slice(0, 150), parseFloat(css.outlineWidth), css.outlineStyle] }""")
        if here.startswith("<body"):
            break
        assert style == "solid" and width >= 2, here
        seen.add(here)
    assert len(seen) > 20


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_switch_turns_the_theme_and_the_choice_stays(site, open_page, system):
    page = open_page(site.url, color_scheme=system)
    paper = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(paper)
    switch = page.locator("#theme")
    assert switch.get_attribute("aria-pressed") == str(system == "dark").lower()
    switch.click()
    turned = page.evaluate(paper)
    assert turned != before
    page.goto(site.url + EVENT)
    assert page.evaluate(paper) == turned
    page.locator("#theme").click()
    assert page.evaluate(paper) == before
    assert page.evaluate("localStorage.length") == 0  # what the system wants anyway follows the system again


def test_slash_goes_to_the_search_line_on_both_keyboards(site, open_page):
    page = open_page(site.url + EVENT)
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '.', code: 'Slash', bubbles: true}))")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("/")
    assert page.locator("#q").input_value() == "/"  # in a field it is a letter like any other


def test_the_address_of_a_record_and_how_to_cite_it_are_copied(site, open_page):
    page = open_page(site.url + EVENT, permissions=["clipboard-read", "clipboard-write"])

    def copied(name: str) -> str:
        page.evaluate("document.getElementById('live-region').textContent = ''")
        page.click(f"button[data-copy={name}]")
        expect(page.locator("#live-region")).not_to_be_empty()
        return page.evaluate("navigator.clipboard.readText()")

    assert copied("permalink") == site.url + EVENT
    page.click("#cite summary")
    assert "– Текст : электронный //" in copied("cite-full")
    assert copied("cite-bibtex").startswith("@misc{")
    assert ": видеоконф. (Донецк" in copied("cite-short")


def test_without_scripts_nothing_pretends_to_work(site, open_page):
    page = open_page(site.url + EVENT, java_script_enabled=False)
    assert not page.locator("#theme").is_visible()
    assert not page.locator("button[data-copy] >> visible=true").count()
    page.fill("#q", "Алехина")
    page.click(".header .search button")
    assert "/search/?q=" in page.url


def test_the_other_language_is_the_same_page(site, open_page):
    page = open_page(site.url + EVENT)
    page.click(".toolbar a")
    assert page.url == f"{site.url}/en{EVENT}"
    page.click(".toolbar a")
    assert page.url == site.url + EVENT


@pytest.mark.parametrize("path", ["/", "/conferences/", EVENT, f"/talks/{slugs('talk')[1]}/", "/search/?q=библиотека"])
def test_a_first_view_is_few_requests_and_few_bytes(site, open_page, path):
    requests, size = weight(open_page, site.url + path)
    assert 4 < requests <= 8 and 10_000 < size <= 30_000


def weight(open_page, url: str) -> tuple[int, int]:
    """How many requests a first view takes, and the bytes on the wire of all but pictures and recordings."""
    page, sizes = open_page("about:blank"), {}
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.responseReceived", lambda one: sizes.update({one["requestId"]: [one["response"]["url"], 0]}))
    network.on("Network.loadingFinished", lambda one: sizes[one["requestId"]].append(int(one["encodedDataLength"])))
    page.goto(url, wait_until="networkidle")
    asked = [(address, sum(numbers)) for address, *numbers in sizes.values()]
    return len(asked), sum(size for address, size in asked if "/media/" not in address)


def test_scripts_are_two_and_small():
    scripts = set((ROOT / "static/js").glob("*.js")) - {ROOT / "static/js/copy-search.js"}  # of a static copy alone
    assert len(scripts) == 2 and sum(script.stat().st_size for script in scripts) <= 12 * 1024


def test_on_paper_there_are_no_menus_and_the_programme_is_whole(site, open_page):
    page = open_page(site.url + EVENT, color_scheme="dark")
    page.emulate_media(media="print")
    for gone in ("nav", ".search", ".toolbar", ".skip-link", "button"):
        assert not any(element.is_visible() for element in page.locator(gone).all()), gone
    assert page.locator(".programme > li").count() == 6
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.querySelector('.programme > li')).breakInside") == "avoid"
    order = ["h1", ".record-card", "#programme", "#cite-full"]
    tops = [page.locator(part).bounding_box()["y"] for part in order]
    assert tops == sorted(tops)
    assert not page.locator("#cite-short").is_visible()  # one reference is enough
    assert sheets(page) <= 2


def sheets(page) -> int:
    """How many A4 pages a page prints on."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True)))


def test_a_list_is_printed_without_its_filters(site, open_page):
    page = open_page(f"{site.url}/conferences/", viewport={"width": 700, "height": 900})
    page.emulate_media(media="print")
    assert page.locator(".rows > li").count() == 20 and not page.locator(".filters").is_visible()


@pytest.mark.parametrize("path", [EVENT, "/search/?q=библиотека"])
def test_no_line_of_facts_begins_with_a_dot(site, open_page, path):
    page = open_page(site.url + path, viewport={"width": 390, "height": 844})
    seen = page.evaluate("""() => [...document.querySelectorAll(".inline-list")].map(line => {
        const left = line.getBoundingClientRect().left, clip = getComputedStyle(line).clipPath;
        const first = [...line.children].filter(one => Math.abs(one.getBoundingClientRect().left - left) < 1);
        return [first.length, clip !== "none"];
    })""")
    # Items that begin a second line have their dot clipped away; there are some.
    assert all(clipped for _count, clipped in seen) and max(count for count, _clipped in seen) > 1


def test_a_phone_reads_the_date_and_kind_of_an_event_once(site, open_page):
    page = open_page(site.url + EVENT)
    rows = page.locator(".record-card .said-above")
    assert rows.count() == 2 and all(row.is_visible() for row in rows.all())
    page.set_viewport_size({"width": 390, "height": 844})
    assert not any(row.is_visible() for row in rows.all())


def test_a_line_for_searching_has_room_for_two_words(site, open_page):
    page = open_page(f"{site.url}/search/?q=библиотека", viewport={"width": 320, "height": 640})
    field, button = (page.locator(f".search-large {tag}").bounding_box()["width"] for tag in ("input", "button"))
    assert button < field / 2


def test_an_organisation_shows_its_events_on_the_first_screens_of_a_phone(site, open_page):
    page = open_page(f"{site.url}/organisations/{LIBRARIES[0]}/", viewport={"width": 390, "height": 844})
    assert page.locator(".rows > li").first.bounding_box()["y"] < 844
    names = page.locator(".other-names")
    assert not names.locator("dd").first.is_visible()
    names.locator("summary").click()
    assert names.locator("dd").first.is_visible()
