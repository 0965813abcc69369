"""More than 200 records with whatever a text may contain: each format's own reader takes all of them from one file."""

import itertools
import json
import xml.etree.ElementTree as ET

import bibtexparser
import feedparser
import icalendar
import pymarc
import pytest
import rispy
from lxml import etree

from events import revisions
from events.export import formats, record
from events.models import Conference, Speaker, Talk
from events.revisions import withholding

from .conftest import ROOT
from .export.test_formats import irbis_records
from .export.test_oai import without_marc
from .rows import event
from .sampling import sample

pytestmark = pytest.mark.django_db
BASE = "https://archive.example"
TEXTS = [
    "«Кавычки» \"прямые\" 'одинарные' „лапки“ ’",
    "</script><script>alert(1)</script><!--",
    "]]> &amp; &#0; &lt;!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    "Управляющие\x01\x0b\x0c\x1f\x7f\x85\ufffe\uffff знаки",
    "Разделители\x1d\x1e\x1f записи",
    "\u202eсправа налево\u202c \u200b\u2060\ufeff\u2028\u2029",
    "مؤتمر المكتبات العامة",
    "会議 🎥📚 \U0001f468\u200d\U0001f469\u200d\U0001f467 \U00010330",
    "Длинное название " * 300,
    "Безпробелов" * 450,
    "{ одна скобка",
    "} другая { \\ и \\begin{x} $ % # _ ~ ^",
    "@misc{ключ, title = {x}}",
    "Две\r\nER  - \r\nTY  - BOOK\r\nстроки",
    "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR",
    "запятая, точка с запятой; двоеточие: обратная \\ черта\\n",
    '=HYPERLINK("http://evil.example")',
    "^AПодполе^B#200: *****",
    "*****",
    "#920: PAZK",
    "  \t много\u00a0\u00a0пробелов \n\n ",
    "й и\u0306 ё е\u0308 \u0301 ударе\u0301ние",
    "%00%0d%0aSet-Cookie: x=1",
    "-",
    "0",
    "'; DROP TABLE events_conference; --",
]
PLACES = ("title", "theme", "summary", "place", "talk", "abstract", "person", "organisation", "topic")
DAYS = ("2020-06-09", "2020", "XXXX-06-09", "", "2020-06", "1899-12-31")
CASES = list(itertools.product(TEXTS, PLACES))


def test_there_are_enough():
    assert len(CASES) >= 200


@pytest.fixture
def archive():
    """An event for each case with its talk; every seventh has a person who asked to be hidden."""
    with revisions.create():
        for number, (text, place) in enumerate(sample(CASES, 9, first=4)):
            conference = event(f"Чтения {number}", day=DAYS[number % len(DAYS)])
            talk = conference.talks.get()
            person = talk.people.get().speaker
            row, field = {
                "title": (conference, "title"),
                "theme": (conference, "theme"),
                "summary": (conference, "summary"),
                "place": (conference, "place"),
                "talk": (talk, "title"),
                "abstract": (talk, "abstract"),
                "person": (person, "family_name"),
                "organisation": (conference.organisations.get().organisation, "name"),
                "topic": (conference.topics.get(), "name"),
            }[place]
            size = row._meta.get_field(field).max_length
            setattr(row, field, f"{text[: size - 8]} {number}" if size else text)
            if place == "theme":
                conference.title = ""
            row.save()
            if number % 7 == 3:
                person.family_name = f"Зюмбряков {number}"
                person.save()
                withholding.hide(person, "Просьба")


def described():
    found = [record.load(model.objects.order_by("pk")) for model in (Conference, Talk)]
    return [record.describe(one, BASE) for records in found for one in records]


def xml(content):
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


JUDGES = {
    "bibtex": lambda content: bibtexparser.loads(content.decode()).entries,
    "ris": lambda content: rispy.loads(content.decode()),
    "csl": json.loads,
    "json": json.loads,
    "ics": lambda content: icalendar.Calendar.from_ical(content).walk("VEVENT"),
    "marc21": lambda content: list(pymarc.MARCReader(content)),
    "rusmarc": lambda content: list(pymarc.MARCReader(content)),
    "marc21-1251": lambda content: list(pymarc.MARCReader(content, file_encoding="cp1251")),
    "rusmarc-1251": lambda content: list(pymarc.MARCReader(content, file_encoding="cp1251")),
    "irbis": irbis_records,
}


def test_each_reader_takes_every_record_from_one_file(archive):
    records = described()
    assert len(records) >= 50
    for name, format in formats.FORMATS.items():
        content = format.file(records)
        found = JUDGES[name](content)
        # A calendar has neither talks nor what has no day.
        expected = {str(one.uid) for one in records if name != "ics" or is_in_calendar(one)}
        assert None not in found, name
        assert len(found) == len(expected), name
        text = content.decode("cp1251" if name.endswith("1251") or name == "irbis" else "utf-8")
        assert "Зюмбряк" not in text, name
        if "marc" not in name and name != "irbis":
            assert not record._FORBIDDEN.search(text), name
    for name in ("marc21", "rusmarc"):
        titles = {
            one["001"].data: one["245" if name == "marc21" else "200"]["a"]
            for one in JUDGES[name](formats.FORMATS[name].file(records))
        }
        for one in records:
            plain = " ".join(one.printed_title.split())
            if len(plain) < 500:
                assert titles[one.uid.hex] == plain


def is_in_calendar(one):
    return (
        one.kind == "conference"
        and any(span.start.month and span.start.year for span in one.dates)
        and bool(icalendar.Calendar.from_ical(formats.FORMATS["ics"].file([one])).walk("VEVENT"))
    )


def test_feeds_sitemaps_and_harvests_are_valid(archive, client):
    schema = etree.XMLSchema(etree.parse(ROOT / "tests" / "schemas" / "oai-all.xsd"))
    for prefix in ("oai_dc", "marc21", "unimarc"):
        answer = xml(client.get(f"/oai?verb=ListRecords&metadataPrefix={prefix}").content)
        assert len(answer.findall(".//{*}record")) >= 50
        assert schema.validate(without_marc(answer)), schema.error_log
    feed = feedparser.parse(client.get("/conferences/export/atom/").content)
    assert not feed.bozo and feed.entries
    for address in ("/sitemap-conferences.xml", "/sitemap-talks.xml"):
        ET.fromstring(client.get(address).content)
    said = b"".join(
        client.get(address).content
        for address in ("/oai?verb=ListRecords&metadataPrefix=oai_dc", "/conferences/export/atom/")
    )
    assert "Зюмбряк" not in said.decode()


def test_every_page_shows_them_and_its_linked_data_is_read(archive, client):
    assert Speaker.objects.filter(hidden_since__isnull=False).exists()
    for one in [*Conference.objects.all(), *Talk.objects.all()[:10]]:
        page = client.get(one.get_absolute_url())
        assert page.status_code == 200
        document = page.text.split('<script type="application/ld+json">')[1].split("</script>")[0]
        assert json.loads(document)
        assert "<script>alert" not in page.text
