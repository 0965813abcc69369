"""Under /en/ every word of the interface is English; what stays Russian says so, and a screen reader reads it right."""

import re
from html.parser import HTMLParser

import pytest

from events.models import Conference, Organisation, Series, Speaker, Talk, Topic

from .sampling import sample

pytestmark = pytest.mark.usefixtures("archive", "db")

VOID = {"br", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Letters of an index, single as they are, stand for themselves.
CYRILLIC_WORD = re.compile(r"[а-яёіїєґәғқңөұүһ]{2}", re.IGNORECASE)


class Reader(HTMLParser):
    """The words of a page that are Cyrillic where the page says that they are English."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.strange: list[str] = []
        self.feed(html.partition("<body")[2])

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        language = attrs.get("lang") or (self.open[-1][1] if self.open else "en")
        if language == "en":
            said = [attrs.get(name) or "" for name in ("title", "aria-label", "alt", "placeholder")]
            self.strange += filter(CYRILLIC_WORD.search, said)
        if tag not in VOID:
            self.open.append((tag, language))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, text):
        if self.open and self.open[-1][1] == "en" and CYRILLIC_WORD.search(text):
            self.strange.append(text.strip())


def strange(client, address: str) -> list[str]:
    return Reader(client.get(f"/en{address}").text).strange


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/conferences/",
        "/conferences/?kind=telemost",
        "/conferences/?organisation=rba",
        "/talks/",
        "/speakers/",
        "/organisations/",
        "/organisations/?by=place",
        "/topics/",
        "/search/",
        "/search/?q=Orenburg",
        "/about/",
        "/nothing/",
        "/conferences/nothing/",
    ],
)
def test_lists_and_errors(client, address):
    assert strange(client, address) == []


@pytest.mark.parametrize("model", [Conference, Talk, Speaker, Organisation, Topic, Series])
def test_records(client, model):
    for record in sample(model.objects.published(), 3):
        # A record in English names a Kazakh project.
        found = [words for words in strange(client, record.get_absolute_url()) if "Көкжиек" not in words]
        assert found == [], record


def words(client, address: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(address).text).replace("\xa0", " ").split())


def test_kinds_roles_dates_and_numbers_are_english(client):
    conferences = words(client, "/en/conferences/")
    for name in ("TV bridge", "round table", "35 events", "29 April 2025"):
        assert name in conferences, name
    for date in ("(year not stated)", "date not stated"):
        assert date in words(client, "/en/conferences/?page=2"), date
    talk = Talk.objects.filter(kind__slug="video-talk").first()
    assert "Video talk" in words(client, f"/en{talk.get_absolute_url()}")
    event = Conference.objects.get(slug="obshcherossiiskii-den-bibliotek")
    assert "Guests of honour" in words(client, f"/en{event.get_absolute_url()}")
