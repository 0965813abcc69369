"""No barriers however a reader sets pages: light, dark, low vision, forced colours, in both languages, on a phone.

`make axe` opens every page in every mode; of the tests each mode opens three.
"""

import os
import re

import pytest

from ..conftest import FIXTURES
from ..site import Site
from .test_design import PATHS as FIXTURE_PATHS
from .test_design import sheets, weight

ALL = bool(os.environ.get("THOROUGH"))
LONG_EVENT = """
from events import revisions
from events.models import Conference, ConferenceDate, ConferenceKind, Session, Source, Talk
TITLE = "Вымышленный доклад %d о том, как в придуманной библиотеке читали несуществующие книги"
with revisions.create():
    event = Conference.objects.create(
        title="Вымышленная длинная встреча", slug="long", status="published", kind=ConferenceKind.objects.first()
    )
    ConferenceDate.objects.create(conference=event, start="2026-02-02")
    Source.objects.create(conference=event, headline="Вымышленная программа")
    for number in range(148):
        if number % 19 == 0:
            session = Session.objects.create(conference=event, title=f"Секция {number // 19 + 1}", order=number)
        Talk.objects.create(
            conference=event, session=session, title=TITLE % (number + 1), order=number, start_time="10:05"
        )
"""
LONG, SPECIMEN = "/conferences/long/", "/conferences/obrazets/"
SEARCHES = ["/search/?q=гидропоникой", "/search/?q=библеотека+крупская", "/search/?q=библиотека"]
# Where colleagues are found, beside those that the fixtures lead to; no specimen is counted there.
COLLEAGUES = [
    "/collections/",
    "/similar/?conference=obrazets",
    "/indexes/years/unknown/",
    "/indexes/places/towns/?region=Ульяновская область",
    "/reports/?region=Ульяновская область&from=2020",
    "/reports/?from=13.13.13",
]
LOOKS = {"black on white": "2bwyn", "white on black": "5wnys", "blue": "1uwns"}
MODES = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    **{name: {"look": cookie} for name, cookie in LOOKS.items()},
    "forced colours": {"forced_colors": "active"},
}
LANGUAGES, WIDTHS = ("", "/en"), (390, 1280)


def start_full(site: Site) -> None:
    """Fill a site as `make run` does, with the specimen, and with an event of 148 talks, and start it."""
    site.fill(*FIXTURES)
    site.manage("specimen", "--verbosity=0")
    site.manage("shell", "--verbosity=0", "--no-imports", "-c", LONG_EVENT)
    site.start()


@pytest.fixture(scope="module")
def full_site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("full"))
    start_full(site)
    yield site
    site.stop()


def paths(site: Site) -> list[str]:
    """Pages of every template; of the tests three."""
    if not ALL:
        return [SPECIMEN, SEARCHES[0], LONG]
    event = site.get(SPECIMEN)
    # Not the files of a transcript: a browser saves them.
    found = re.findall(r'href="(/(?:recordings|photos|talks)/[^"#.]+/)["#]', event)
    return [*FIXTURE_PATHS, *COLLEAGUES, SPECIMEN, LONG, *SEARCHES, *dict.fromkeys(found)]


@pytest.mark.parametrize("mode", MODES)
def test_no_mode_has_barriers(full_site, open_page, axe_once, mode):
    options = dict(MODES[mode])
    look = options.pop("look", "")
    # The short form takes turns.
    at = list(MODES).index(mode)
    views = [(language, width) for language in LANGUAGES for width in WIDTHS]
    found = []
    for language, width in views if ALL else views[at % 4 : at % 4 + 1]:
        page = open_page("about:blank", viewport={"width": width, "height": 844}, **options)
        if look:
            page.context.add_cookies([{"name": "look", "value": look, "url": full_site.url}])
        for path in paths(full_site):
            if language and path.startswith("/en/"):
                continue
            page.goto(full_site.url + language + path)
            found += [f"{language}{path} {width}: {complaint}" for complaint in axe_once(page)]
    assert found == []


def test_an_event_of_148_talks_is_light_and_a_phone_scrolls_through_it(full_site, open_page):
    requests, size = weight(open_page, full_site.url + LONG)
    assert requests <= 8 and size <= 60_000
    page = open_page(full_site.url + LONG, viewport={"width": 390, "height": 844})
    assert page.locator(".programme > li").count() == 148
    assert page.evaluate("document.documentElement.scrollHeight") <= 20 * 844
    assert sheets(page) <= 10
