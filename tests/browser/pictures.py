"""The pictures of the guide for staff: the test that walks a task holds its page against what the guide says of it."""

import io
import os
import re

from PIL import Image
from playwright.sync_api import Locator, Page, TimeoutError

from ..conftest import ROOT

GUIDE = ROOT / "docs" / "staff.md"
FOLDER = GUIDE.with_suffix("")
# Where the guide shows a page, or only means one: <!-- export -->.
PLACE = re.compile(r"!\[[^\]]*\]\(staff/(?P<picture>[\w-]+)\.png\)|<!-- (?P<page>[\w-]+) -->")
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
SPOKEN = """() => [
    document.documentElement?.textContent ?? "",
    ...[...document.querySelectorAll("input, [placeholder], [aria-label], [title]")].flatMap(
        one => [one.type === "submit" || one.type === "button" ? one.value : "", one.placeholder, one.title,
                one.ariaLabel]),
].join("\\n").replace(/\\s+/g, " ").toLowerCase()"""
BEARS = f"quoted => {{ const shown = ({SPOKEN})(); return quoted.every(label => shown.includes(label)); }}"


def places() -> dict[str, list[str]]:
    """The pages of the guide by name, each with what stands in bold between the place before it and its own."""
    text = GUIDE.read_text()
    found = list(PLACE.finditer(text))
    starts = [0, *(place.end() for place in found)]
    return {
        place["picture"] or place["page"]: [plain(label) for label in BOLD.findall(text, start, place.start())]
        for start, place in zip(starts, found, strict=False)
    }


def is_shown(name: str) -> bool:
    return f"(staff/{name}.png)" in GUIDE.read_text()


def plain(text: str) -> str:
    return " ".join(text.split())


def picture(page: Page, name: str, part: Locator | None = None) -> None:
    """The page bears the labels that the guide quotes of it; `make guide` takes its picture anew."""
    quoted = [label.lower() for label in places()[name]]
    try:
        # Waited for, across navigation too: after a click the old page stands for a moment, then none at all.
        page.wait_for_function(BEARS, arg=quoted)
    except TimeoutError:
        shown = page.evaluate(SPOKEN)
        missing = [label for label in quoted if label not in shown]
        raise AssertionError(f"{page.url} has no {missing}") from None
    if os.environ.get("GUIDE") and is_shown(name):
        FOLDER.mkdir(exist_ok=True)
        taken = Image.open(io.BytesIO((part or page).screenshot()))
        taken.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)
