"""A real Chromium before the real site. Tests here carry the marker `browser` by themselves."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from ..conftest import FIXTURES, ROOT
from ..site import PASSWORD, STAFF, Site

NODE_MODULES = ROOT / "tests" / "node_modules"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
CHROMIUM_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

# As long as the pages themselves may take: on a busy machine the five seconds that are usual are none.
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    """The archive as it opens, for tests that only read."""
    site = Site(tmp_path_factory.mktemp("archive"))
    site.fill(*FIXTURES)
    site.start()
    yield site
    site.stop()


@pytest.fixture
def own_site(site, tmp_path) -> Iterator[Site]:
    """A copy of the archive for one test that changes it."""
    copy = site.copy(tmp_path / "archive")
    copy.start()
    yield copy
    copy.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium) -> Iterator[Callable[..., Page]]:
    """Opens pages: `open_page(url, color_scheme="dark", viewport={"width": 320, "height": 640})`.

    At the end of the test none of them may have broken the Content-Security-Policy, met an error of a script,
    or asked another host for anything.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(url: str, **options) -> Page:
        options = {"locale": "ru-RU", "viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **options}
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        watch(page, complaints)
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def watch(page: Page, complaints: list[str]) -> None:
    def console(message) -> None:
        # A page that answers 404 or 500 is reported by Chromium as an error of the console; tests ask for such pages.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(f"{page.url}: {message.text}")

    def request(request) -> None:
        if request.url.startswith("http") and not request.url.startswith("http://127.0.0.1:"):
            complaints.append(f"{page.url} asked for {request.url}")

    def response(response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            complaints.append(f"{page.url} got {response.status} for {response.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("request", request)
    page.on("response", response)


@pytest.fixture
def page(site, open_page) -> Page:
    """The home page, opened by a visitor."""
    return open_page(site.url)


def log_in(page: Page, site: Site, name: str = STAFF) -> None:
    page.goto(f"{site.url}/admin/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")


@pytest.fixture
def staff_page(own_site, open_page) -> Page:
    """The admin of an archive that the test may change, opened by a librarian: its address is `own_site.url`."""
    page = open_page(f"{own_site.url}/admin/")
    log_in(page, own_site)
    return page


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """What axe finds wrong on a page, light and dark, one line for each place: `assert axe(page) == []`.

    In the dark only what depends on colours is looked at again.
    """

    def violations(page: Page) -> list[str]:
        found = run_axe(page, EVERYTHING)
        page.emulate_media(color_scheme="dark")
        page.evaluate("document.getAnimations().forEach(transition => transition.finish())")
        found += run_axe(page, "runOnly: ['color-contrast', 'link-in-text-block']")
        page.emulate_media(color_scheme="light")
        return found

    return violations


@pytest.fixture(scope="session")
def axe_once() -> Callable[[Page], list[str]]:
    """What axe finds wrong on a page as it is shown now."""
    forced = "matchMedia('(forced-colors: active)').matches"
    return lambda page: run_axe(page, WITHOUT_CONTRAST if page.evaluate(forced) else EVERYTHING)


EVERYTHING = "rules: {'target-size': {enabled: true}}"
# Forced colours are the reader's own palette; axe measures the page's colours beneath it.
WITHOUT_CONTRAST = "rules: {'target-size': {enabled: true}, 'color-contrast': {enabled: false}}"


def run_axe(page: Page, options: str) -> list[str]:
    if not page.evaluate("'axe' in window"):
        # Evaluated, not added as an element: the page's own Content-Security-Policy stays in force.
        page.evaluate((NODE_MODULES / "axe-core" / "axe.min.js").read_text())
    # No preload: it writes styles into the page, which the policy stops, for no rule that runs here.
    found = page.evaluate(f"axe.run({{preload: false, {options}}})")["violations"]
    return [f"{one['id']}: {one['help']} — {node['html']}" for one in found for node in one["nodes"]]


@pytest.fixture(scope="session")
def vnu(tmp_path_factory) -> Callable[[dict[str, str]], list[str]]:
    """What the Nu HTML Checker finds wrong in pages, {name: html}: `assert vnu(pages) == []`."""

    def errors(pages: dict[str, str]) -> list[str]:
        folder = tmp_path_factory.mktemp("vnu")
        for number, html in enumerate(pages.values()):
            (folder / f"{number}.html").write_text(html)
        jar = NODE_MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
        command = ["java", "-jar", jar, "--format", "json", "--exit-zero-always", "--skip-non-html", folder]
        report = subprocess.run(command, check=True, capture_output=True, text=True).stderr
        names = list(pages)
        return [
            f"{names[int(Path(message['url']).stem)]}: {message['message']} — {message.get('extract', '').strip()}"
            for message in json.loads(report)["messages"]
            if message["type"] == "error" or message.get("subType") == "warning"
        ]

    return errors
