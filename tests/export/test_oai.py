"""OAI-PMH 2.0: harvested whole, once, in every format, valid by the schema, with tombstones and without drafts."""

import datetime
import io
import re
from types import SimpleNamespace

import pymarc
import pytest
from django.db import DatabaseError
from django.test import Client
from lxml import etree
from sickle import Sickle
from sickle.oaiexceptions import NoRecordsMatch
from sickle.response import OAIResponse

from events import revisions
from events.export.oai import items, protocol
from events.models import Conference, Organisation

from ..conftest import ROOT
from ..rows import event

pytestmark = pytest.mark.django_db
OAI = "{http://www.openarchives.org/OAI/2.0/}"
DAY = datetime.datetime(2020, 6, 9, 8, 30, 15, 123456, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def schema():
    return etree.XMLSchema(etree.parse(str(ROOT / "tests" / "schemas" / "oai-all.xsd")))


@pytest.fixture
def ask(client, schema):
    """Asks and returns the document; the schema accepts it."""

    def asked(query="", **arguments):
        response = client.get(f"/oai?{query}", arguments) if not query else client.get(f"/oai?{query}")
        assert (response.status_code, response["Content-Type"]) == (200, "text/xml; charset=utf-8")
        document = etree.fromstring(response.content)
        schema.assertValid(without_marc(etree.fromstring(response.content)))
        return document

    return asked


MARC = "{http://www.loc.gov/MARC21/slim}"
# As its schema has them, which is not ours to carry.
SHAPES = {
    "leader": r"[\d ]{5}[\dA-Za-z ][\dA-Za-z][\dA-Za-z ]{3}(2| )(2| )[\d ]{5}[\dA-Za-z ]{3}(4500|    )",
    "controlfield": "00[1-9A-Za-z]",
    "datafield": r"(0([1-9A-Z][0-9A-Z])|0([1-9a-z][0-9a-z]))|(([1-9A-Z][0-9A-Z]{2})|([1-9a-z][0-9a-z]{2}))",
    "subfield": "[!-~]",
}


def without_marc(document):
    """The answer with Dublin Core in place of each record in MARCXML, whose parts have the shapes of its schema."""
    for record in list(document.iter(f"{MARC}record")):
        for part in record.iter(f"{MARC}*"):
            name = etree.QName(part).localname
            value = part.text if name == "leader" else part.get("tag") or part.get("code")
            assert name == "record" or re.fullmatch(SHAPES[name], value), (name, value)
            assert name != "datafield" or {len(part.get("ind1")), len(part.get("ind2"))} == {1}
        plain = etree.Element("{http://www.openarchives.org/OAI/2.0/oai_dc/}dc")
        record.getparent().replace(record, plain)
    return document


class Harvester(Sickle):
    """Sickle with the test client for its network; it asks for tokens as it does elsewhere."""

    def __init__(self, client) -> None:
        super().__init__("http://testserver/oai")
        self.client = client

    def harvest(self, **arguments):
        response = self.client.get("/oai", arguments)
        return OAIResponse(SimpleNamespace(content=response.content, text=response.text), arguments)


def error(document):
    return document.find(f"{OAI}error").get("code")


def changed(conference, moment):
    Conference.objects.filter(pk=conference.pk).update(changed=moment)


def test_everything_is_harvested_once_by_a_real_client(client, monkeypatch):
    monkeypatch.setattr(items, "PAGE_SIZE", 2)
    with revisions.create():
        for number in range(5):
            event(f"Чтения {number}")
    event("Тайное", status="draft")
    records = list(Harvester(client).ListRecords(metadataPrefix="oai_dc"))
    public = [one.uid for one in Conference.objects.published()]
    talks = [talk.uid for one in Conference.objects.published() for talk in one.talks.all()]
    assert sorted(record.header.identifier for record in records) == sorted(f"urn:uuid:{uid}" for uid in public + talks)
    assert not [record for record in records if "Тайн" in record.raw]
    assert len(list(Harvester(client).ListIdentifiers(metadataPrefix="oai_dc"))) == 10


def test_a_record_in_dublin_core_and_in_marc(client):
    conference = event("Чтения", city="Приозёрск", other_title="Readings")
    harvester = Harvester(client)
    talk = harvester.GetRecord(identifier=f"urn:uuid:{conference.talks.get().uid}", metadataPrefix="oai_dc").metadata
    assert (talk["title"], talk["creator"]) == (["Чтения: доклад 1"], ["Чтенияев 1, А. Б."])
    assert talk["date"] == ["2020-06-09"] and talk["coverage"] == ["Приозёрск"]
    assert "Чтения" in talk["relation"]
    whole = harvester.GetRecord(identifier=f"urn:uuid:{conference.uid}", metadataPrefix="oai_dc").metadata
    assert whole["title"] == ["Чтения", "Readings"]
    for prefix, tag in (("marc21", "245"), ("unimarc", "200")):
        raw = harvester.GetRecord(identifier=f"urn:uuid:{conference.uid}", metadataPrefix=prefix).raw
        (marc,) = pymarc.parse_xml_to_array(io.BytesIO(raw.encode()))
        assert marc[tag]["a"] == "Чтения" and str(marc.leader)[9] == "a"


@pytest.mark.parametrize("prefix", ["oai_dc", "marc21", "unimarc"])
def test_every_answer_with_records_is_valid(ask, prefix):
    conference = event("Чтения", size=3)
    event("Без даты", day="")
    event("Снятые", status="withdrawn", published=DAY)
    assert len(ask(verb="ListRecords", metadataPrefix=prefix).findall(f".//{OAI}record")) > 6
    ask(verb="ListIdentifiers", metadataPrefix=prefix)
    found = ask(verb="GetRecord", metadataPrefix=prefix, identifier=f"urn:uuid:{conference.uid}")
    assert found.find(f".//{OAI}metadata") is not None


def test_what_was_public_once_leaves_a_tombstone_and_a_draft_none(ask):
    conference, talk = event("Тайное", status="withdrawn", published=DAY), None
    talk = conference.talks.get()
    draft = event("Черновик", status="draft")
    found = ask(verb="ListRecords", metadataPrefix="oai_dc")
    headers = {header.findtext(f"{OAI}identifier"): header.get("status") for header in found.iter(f"{OAI}header")}
    assert headers == {f"urn:uuid:{conference.uid}": "deleted", f"urn:uuid:{talk.uid}": "deleted"}
    assert b"\xd0\xa2\xd0\xb0\xd0\xb9\xd0\xbd" not in etree.tostring(found, encoding="utf-8")
    gone = ask(verb="GetRecord", metadataPrefix="oai_dc", identifier=f"urn:uuid:{talk.uid}")
    assert gone.find(f".//{OAI}header").get("status") == "deleted"
    assert error(ask(verb="GetRecord", metadataPrefix="oai_dc", identifier=f"urn:uuid:{draft.uid}")) == "idDoesNotExist"


def test_tombstones_of_deleted_records_can_be_plugged_in(client, monkeypatch):
    class Deleted:
        def page(self, window, after, base):
            return [items.Item(conference.talks.get().uid, DAY)], None

    monkeypatch.setattr(protocol, "SOURCES", (items.Conferences(), Deleted()))
    conference = event()
    records = list(Harvester(client).ListRecords(metadataPrefix="oai_dc"))
    assert [record.deleted for record in records] == [False, False, True]


def test_both_ends_of_a_window_are_included_by_the_second_and_by_the_day(client):
    changed(event(size=0), DAY)
    harvester = Harvester(client)
    for window in (
        {"from": "2020-06-09T08:30:15Z"},
        {"until": "2020-06-09T08:30:15Z"},
        {"from": "2020-06-09", "until": "2020-06-09"},
    ):
        assert len(list(harvester.ListRecords(metadataPrefix="oai_dc", **window))) == 1
    for window in ({"from": "2020-06-09T08:30:16Z"}, {"until": "2020-06-09T08:30:14Z"}, {"until": "1999-01-01"}):
        with pytest.raises(NoRecordsMatch):
            list(harvester.ListRecords(metadataPrefix="oai_dc", **window))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Nonsense", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&x=1", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2020-06-09&until=2020-06-09T00:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2021-01-01&until=2020-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2020-02-31", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=%D9%A2020-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=9999-12-31", None),
        ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&metadataPrefix=%22%0B%3C", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=year-1066", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=%D0%B6", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=%22%20%0B", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=urn:uuid:0", "idDoesNotExist"),
    ],
)
def test_mistakes_are_named_by_their_code_in_a_valid_document(ask, query, code):
    event()
    document = ask(query or "x")
    assert (error(document) if code else document.find(f"{OAI}error")) == code
    if code in ("badVerb", "badArgument"):
        assert not document.find(f"{OAI}request").attrib


def test_sets_are_by_year_kind_topic_and_organisation_and_each_gives_its_records(client, ask, monkeypatch):
    event("Чтения")
    event("Другие", day="2021-01-01")
    event("Тайное", status="draft", day="1999-01-01")
    everything = {one.setSpec: one.setName for one in Harvester(client).ListSets()}
    assert {"year-2020", "year-2021", "kind-webinar", "topic-chteniia-tema-1"} <= everything.keys()
    library = Organisation.objects.get(name="Чтения: библиотека 1")
    assert everything[f"organisation-{library.slug}"] == library.name
    assert not [name for name in everything if "tain" in name or "1999" in name]
    for name in ("year-2020", "topic-chteniia-tema-1", f"organisation-{library.slug}"):
        records = list(Harvester(client).ListIdentifiers(metadataPrefix="oai_dc", set=name))
        assert len(records) == 2 and all(name in record.setSpecs for record in records)
    monkeypatch.setattr(items, "SETS_PAGE_SIZE", 3)
    assert [one.setSpec for one in Harvester(client).ListSets()] == list(everything)
    ask(verb="ListSets")


def test_the_archive_identifies_itself_with_its_earliest_change(ask):
    changed(event(), DAY)
    changed(event("Другие"), DAY + datetime.timedelta(days=400))
    document = ask(verb="Identify")
    assert document.findtext(f".//{OAI}earliestDatestamp") == "2020-06-09T08:30:15Z"
    assert document.findtext(f".//{OAI}deletedRecord") == "persistent"
    formats = ask(verb="ListMetadataFormats")
    assert [one.text for one in formats.iter(f"{OAI}metadataPrefix")] == ["oai_dc", "marc21", "unimarc"]


def test_harvesters_that_post_need_no_token_even_while_nothing_is_written(settings):
    settings.READ_ONLY = True
    response = Client(enforce_csrf_checks=True).post("/oai", {"verb": "Identify"})
    assert (response.status_code, b"repositoryName" in response.content) == (200, True)


def test_an_archive_that_cannot_answer_says_so_with_seconds_and_never_with_200(client, monkeypatch):
    def broken(*arguments):
        raise DatabaseError

    monkeypatch.setattr(protocol, "answer", broken)
    monkeypatch.setattr("events.views.oai.protocol.answer", broken)
    response = client.get("/oai", {"verb": "Identify"})
    assert (response.status_code, response["Retry-After"]) == (503, "600")
    etree.fromstring(response.content)


def test_hostile_texts_make_a_valid_document(ask):
    conference = event("Чтения", size=0)
    conference.title, conference.language = "]]> <b> & \x0b\x01 مؤتمر " + "Щ" * 500, "рус"
    conference.save()
    found = ask(verb="ListRecords", metadataPrefix="oai_dc")
    assert "]]> <b> &" in found.findtext(".//{http://purl.org/dc/elements/1.1/}title")


def test_a_page_takes_the_same_queries_for_one_event_and_for_thirty(queries_of):
    address = "/oai?verb=ListRecords&metadataPrefix=oai_dc"
    event()
    one = queries_of(address)
    with revisions.create():
        for number in range(30):
            event(f"Чтения {number}", size=2)
    assert queries_of(address) == one <= 14


def test_what_was_public_and_is_deleted_leaves_a_tombstone(client):
    conference = event("Чтения")
    talk = conference.talks.get()
    uids = {f"urn:uuid:{conference.uid}", f"urn:uuid:{talk.uid}"}
    conference.delete()
    event("Ещё чтения")
    headers = Harvester(client).ListIdentifiers(metadataPrefix="oai_dc")
    found = {header.identifier: header.deleted for header in headers}
    assert {found.get(uid) for uid in uids} == {True} and list(found.values()).count(False) == 2
