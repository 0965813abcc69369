"""A visitor follows the archive from a question to people and on to other events."""

import re

import pytest
from playwright.sync_api import expect

# Who spoke at two public events: the names and the first event's title, from the sample data.
WHO = """
from django.db.models import Count
from events.models import Conference, Speaker
public = Conference.objects.published().exclude(title="")
met = Speaker.objects.filter(participations__conference__in=public)
speaker = met.annotate(n=Count("participations__conference", distinct=True)).filter(n__gt=1).first()
events = public.filter(people__speaker=speaker).distinct()
print(speaker.full_name, *(event.title for event in events[:2]), sep="\\n")
"""


@pytest.fixture
def sample_archive(own_site):
    """An archive whose people meet more than once."""
    own_site.python("-m", "bench.sample_data", "--records=200", "--add", "--quiet")
    own_site.manage("rebuild_search", "--verbosity=0")
    return own_site, own_site.manage("shell", "--verbosity=0", "-c", WHO).splitlines()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_from_a_question_to_an_event_a_person_and_another_event(sample_archive, open_page, javascript):
    site, (speaker, title, other) = sample_archive
    page = open_page(site.url, java_script_enabled=javascript)
    page.locator("input[name=q]").last.fill(title)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q="))

    page.locator("[data-kind=conference] a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(words(title))

    page.get_by_role("main").get_by_role("link", name=words(speaker)).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words(speaker))

    page.get_by_role("main").get_by_role("link", name=words(other)).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(words(other))


def test_the_same_page_in_english_and_back(site, open_page):
    page = open_page(f"{site.url}/conferences/?year=2020")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    page.get_by_role("banner").get_by_role("link", name="English").click()
    expect(page).to_have_url(f"{site.url}/en/conferences/?year=2020")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("banner").get_by_role("link", name="Русский").click()
    expect(page).to_have_url(f"{site.url}/conferences/?year=2020")


def words(text: str) -> re.Pattern:
    """The text as a page sets it: no-break spaces, quotation marks and dashes as they may."""
    return re.compile(r"\W+".join(re.findall(r"\w+", text)), re.IGNORECASE)
