"""Unqualified Dublin Core (oai_dc): the Russian title first, dates as exact as the source."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from .record import ARCHIVE, Record

NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_DC = "http://purl.org/dc/elements/1.1/"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_TYPES = {"conference": "Event", "talk": "Text", "recording": "MovingImage"}

ET.register_namespace("oai_dc", NAMESPACE)
ET.register_namespace("dc", _DC)


def element(record: Record) -> ET.Element:
    root = ET.Element(f"{{{NAMESPACE}}}dc")
    for name, text, language in _elements(record):
        if text:
            child = ET.SubElement(root, f"{{{_DC}}}{name}")
            child.text = text
            if _LANGUAGE.fullmatch(language):
                child.set(_XML_LANG, language)
    return root


def _elements(record: Record) -> Iterator[tuple[str, str, str]]:
    yield "title", record.printed_title, record.language
    yield from (("title", title.text, title.language) for title in record.other_titles)
    yield from (("creator", person.inverted_in_full, "") for person in record.authors)
    yield from (("creator", name, "") for name in record.corporate_authors)
    yield from (("subject", topic.name, "ru") for topic in record.topics)
    yield from (("subject", person.inverted_in_full, "") for person in record.subjects)
    yield "description", record.state_note, "ru"
    yield "description", record.description, record.language
    yield "publisher", ARCHIVE, "ru"
    for name in dict.fromkeys(
        part.person.inverted_in_full for part in record.people if part.person not in record.authors
    ):
        yield "contributor", name, ""
    for name in dict.fromkeys(part.name for part in record.organisations if part.name not in record.corporate_authors):
        yield "contributor", name, ""
    for span in record.dates:
        # Of separate days each; what has no year is no date by ISO 8601.
        if span.start.year:
            yield "date", "/".join(dict.fromkeys((str(span.start), str(span.last)))), ""
    yield "type", _TYPES[record.kind], ""
    yield "type", record.type.text, record.type.language
    yield "identifier", record.address, ""
    yield "identifier", record.tag, ""
    yield from (("source", " ".join(filter(None, (one.headline, one.address))), "") for one in record.sources)
    yield from (("language", code, "") for code in record.languages)
    if record.event:
        yield "relation", record.event.printed_title, record.event.language
        yield "relation", record.event.address, ""
    yield from (("relation", one.address, "") for one in record.recordings)
    yield "coverage", record.place.city, "ru"
    yield "rights", record.licence, ""
    yield "rights", record.metadata_licence, ""
