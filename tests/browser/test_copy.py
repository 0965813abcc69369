"""The static copy, walked from disk as somebody does who got it on a stick."""

import pytest
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def copy(site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("copy") / "site"
    site.manage("export_site", str(folder))
    return folder


def test_records_are_reached_and_found_in_any_form_of_a_word(copy, open_page):
    page = open_page((copy / "index.html").as_uri(), viewport={"width": 390, "height": 844})
    page.click("text=Конференции")
    page.click("ol.rows a >> nth=0")
    expect(page.locator("h1")).to_be_visible()
    page.fill("#q", "социальными сетями библиотек")
    page.press("#q", "Enter")
    expect(page.locator(".hit").first).to_contain_text("Алехина")
    page.click(".hit a >> nth=0")
    expect(page.locator("h1")).to_contain_text("социальные сети")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_search_tells_a_surname_a_wrong_word_and_nothing(copy, open_page, axe):
    search = (copy / "search" / "index.html").as_uri()
    page = open_page(f"{search}?q=Алехиной")
    expect(page.locator(".hit").first).to_contain_text("Алехина")
    assert axe(page) == []
    page.goto(f"{search}?q=библиотека зюмбряк")
    expect(page.locator("#copy-results")).to_contain_text("некоторые из них")
    page.goto(f"{search}?q=зюмбряк")
    expect(page.locator("#copy-results")).to_contain_text("Ничего не найдено")
