"""The guide for staff: every picture is there, and every label it quotes is looked for by a test on its page."""

import re

from .browser.pictures import BOLD, FOLDER, GUIDE, PLACE, is_shown, places
from .conftest import ROOT


def test_every_picture_of_the_guide_is_there_and_no_other():
    assert {name for name in places() if is_shown(name)} == {file.stem for file in FOLDER.glob("*")}


def test_every_page_of_the_guide_is_walked_by_a_test():
    walks = "".join(file.read_text() for file in (ROOT / "tests/browser").glob("test_*.py"))
    assert set(re.findall(r'picture\(\w+, "([\w-]+)"', walks)) == set(places())


def test_no_label_is_quoted_without_its_page():
    text = GUIDE.read_text()
    *_places, last = PLACE.finditer(text)
    assert not BOLD.search(text, last.end())
    assert all(places()[name] for name in places() if not is_shown(name))


def test_links_inside_the_guide_lead_somewhere():
    text = GUIDE.read_text()
    headings = {
        re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in re.findall(r"^## (.+)$", text, re.M)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings
