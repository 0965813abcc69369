"""Pictures of pages on a phone, a tablet, a wide screen and on paper, for people to look at. make screenshots

The archive is what `make run` opens with, the specimen and an event of 148 talks. Of a long page the first screens are
taken. With --whole, --look and --scheme other pictures are made, in another folder.
"""

import argparse
import io
import os
import re
import tempfile
from pathlib import Path

import django
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "confarchive.settings")
django.setup()

from tests.browser.conftest import CHROMIUM, CHROMIUM_FLAGS  # noqa: E402
from tests.browser.test_find import LIBRARY  # noqa: E402
from tests.browser.test_modes import LONG, SPECIMEN, start_full  # noqa: E402
from tests.conftest import ROOT  # noqa: E402
from tests.site import Site  # noqa: E402

FOLDER = ROOT / "docs" / "pages"
WIDTHS = (390, 768, 1280)
PAPER = 673  # as wide as A4 without its margins
PRINTED = ("event", "places", "report-of-a-year", "pair", "collection")
HEIGHT = 844  # of a screen
SCREENS = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--scheme", choices=["light", "dark"], default="light")
    parser.add_argument("--look", default="", help="the cookie of a reader’s settings, such as 2bwys")
    parser.add_argument("--whole", action="store_true", help="whole pages")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Site(Path(folder))
        start_full(site)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        try:
            take(site, browser, options)
        finally:
            browser.close()
            site.stop()


def pages(site: Site) -> dict[str, str]:
    """The pages by the names of their pictures."""
    event = site.get(SPECIMEN)
    pair = re.search(r'href="(/organisations/[^"]+/met/[^"]+/)"', site.get(f"{LIBRARY}met/"))[1]
    talks = re.findall(r'href="(/talks/[^"#?/]+/)"', site.get("/talks/"))[:3]
    records = "&".join(
        re.search(r"/collection/\?(r=[0-9a-f-]{36})", site.get(talk))[1] for talk in dict.fromkeys(talks)
    )

    def linked(section: str) -> str:
        return re.search(rf'href="(/{section}/[^"#?]+/)"', event)[1]

    return {
        "home": "/",
        "conferences": "/conferences/",
        "event": SPECIMEN,
        "event-of-148-talks": LONG,
        "talk": linked("talks"),
        "recording": linked("recordings"),
        "photo": linked("photos"),
        "person": linked("speakers"),
        "organisation": linked("organisations"),
        "people": "/speakers/",
        "search": "/search/?q=библиотека",
        "low-vision": "/look/",
        "years": "/indexes/years/",
        "places": "/indexes/places/",
        "report-of-a-year": "/reports/2020/",
        "pair": pair,
        "similar": "/similar/?q=активное долголетие",
        "collection": f"/collection/?{records}&title=Для совета",
    }


def take(site: Site, browser: Browser, options: argparse.Namespace) -> None:
    options.folder.mkdir(parents=True, exist_ok=True)
    addresses = pages(site)
    for width in (*WIDTHS, PAPER):
        context = browser.new_context(
            locale="ru-RU",
            viewport={"width": width, "height": HEIGHT},
            color_scheme=options.scheme,
            reduced_motion="reduce",
            has_touch=width < 1000,
        )
        if options.look:
            context.add_cookies([{"name": "look", "value": options.look, "url": site.url}])
        page = context.new_page()
        if width == PAPER:
            page.emulate_media(media="print")
        for name, path in addresses.items():
            if width == PAPER and name not in PRINTED:
                continue
            page.goto(site.url + path, wait_until="networkidle")
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size(
                {"width": width, "height": height if options.whole else min(height, SCREENS * HEIGHT)}
            )
            page.wait_for_load_state("networkidle")
            taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            taken.save(options.folder / f"{name}-{'print' if width == PAPER else width}.webp", quality=60, method=6)
            page.set_viewport_size({"width": width, "height": HEIGHT})
        context.close()


if __name__ == "__main__":
    main()
