"""The six verbs and eight errors of OAI-PMH 2.0."""

import datetime
import re
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from django.core import signing
from django.utils import timezone
from pymarc import Record as Marc

from .. import marc, oai_dc
from ..record import ARCHIVE, Record, clean
from .items import SOURCES, Item, Window, sets
from .tokens import Token

NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_MARCXML = "http://www.loc.gov/MARC21/slim"
_MARC_SCHEMA = "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd"
_SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
Arguments = dict[str, list[str]]

ET.register_namespace("", NAMESPACE)
ET.register_namespace("xsi", _XSI)
ET.register_namespace("marc", _MARCXML)


class OaiError(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class MetadataFormat(NamedTuple):
    namespace: str
    schema: str
    element: Callable[[Record], ET.Element]


def _marcxml(spelled: Callable[[Record], Marc]) -> Callable[[Record], ET.Element]:
    """MARCXML: pymarc makes a converter of old code pages for each record that it writes so."""

    def element(record: Record) -> ET.Element:
        written = spelled(record)
        root = ET.Element(f"{{{_MARCXML}}}record")
        # Its schema knows no other end; the last sign of RUSMARC's own is blank.
        ET.SubElement(root, f"{{{_MARCXML}}}leader").text = f"{str(written.leader)[:20]}4500"
        for field in written.fields:
            if field.control_field:
                ET.SubElement(root, f"{{{_MARCXML}}}controlfield", tag=field.tag).text = field.data
                continue
            first, second = field.indicators
            data = ET.SubElement(root, f"{{{_MARCXML}}}datafield", tag=field.tag, ind1=first, ind2=second)
            for subfield in field.subfields:
                ET.SubElement(data, f"{{{_MARCXML}}}subfield", code=subfield.code).text = subfield.value
        return root

    return element


FORMATS = {
    "oai_dc": MetadataFormat(oai_dc.NAMESPACE, oai_dc.SCHEMA, oai_dc.element),
    "marc21": MetadataFormat(_MARCXML, _MARC_SCHEMA, _marcxml(marc.marc21)),
    "unimarc": MetadataFormat(_MARCXML, _MARC_SCHEMA, _marcxml(marc.rusmarc)),
}
# Verb → arguments it must have, arguments it may have.
_ARGUMENTS: dict[str, tuple[set[str], set[str]]] = {
    "Identify": (set(), set()),
    "ListMetadataFormats": (set(), {"identifier"}),
    "ListSets": (set(), {"resumptionToken"}),
    "GetRecord": ({"identifier", "metadataPrefix"}, set()),
    "ListIdentifiers": ({"metadataPrefix"}, {"from", "until", "set", "resumptionToken"}),
    "ListRecords": ({"metadataPrefix"}, {"from", "until", "set", "resumptionToken"}),
}


@dataclass(frozen=True)
class Request:
    verb: str
    arguments: dict[str, str]
    address: str  # of the repository
    base: str  # of the site
    email: str


def answer(arguments: Arguments, address: str, base: str, email: str) -> bytes:
    """The document for these arguments; each name with all its values, since none may be repeated."""
    root = ET.Element(f"{{{NAMESPACE}}}OAI-PMH")
    root.set(f"{{{_XSI}}}schemaLocation", f"{NAMESPACE} {NAMESPACE}OAI-PMH.xsd")
    _text(root, "responseDate", _moment(timezone.now()))
    stated = _text(root, "request", address)
    try:
        request = _checked(arguments, address, base, email)
        found = _VERBS[request.verb](request)
    except OaiError as error:
        if error.code not in ("badVerb", "badArgument"):
            _state(stated, arguments)
        _text(root, "error", str(error)).set("code", error.code)
    else:
        _state(stated, arguments)
        root.append(found)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="utf-8", xml_declaration=False)


# What the schema allows as these attributes of <request>.
_STATED = {
    "metadataPrefix": re.compile(r"[\w.!~*'()-]+", re.ASCII),
    "identifier": re.compile(r"[A-Za-z][\w.+-]*:[\w.~:/@!$&'()*+,;=-]+", re.ASCII),
}


def _state(stated: ET.Element, arguments: Arguments) -> None:
    for name, (value, *_repeated) in arguments.items():
        if name not in _STATED or _STATED[name].fullmatch(value):
            stated.set(name, clean(value))


def _checked(arguments: Arguments, address: str, base: str, email: str) -> Request:
    verbs = arguments.get("verb", [])
    if len(verbs) != 1 or verbs[0] not in _ARGUMENTS:
        raise OaiError("badVerb", "The verb is missing, repeated or unknown.")
    verb, given = verbs[0], {name: values for name, values in arguments.items() if name != "verb"}
    needed, allowed = _ARGUMENTS[verb]
    if unknown := given.keys() - needed - allowed:
        raise OaiError("badArgument", f"Unknown argument: {clean(', '.join(sorted(unknown)))}")
    if repeated := [name for name, values in given.items() if len(values) > 1]:
        raise OaiError("badArgument", f"Repeated argument: {', '.join(repeated)}")
    if "resumptionToken" in given:
        if len(given) > 1:
            raise OaiError("badArgument", "The resumptionToken stands alone.")
    elif missing := needed - given.keys():
        raise OaiError("badArgument", f"Missing argument: {', '.join(sorted(missing))}")
    return Request(verb, {name: values[0] for name, values in given.items()}, address, base, email)


def _identify(request: Request) -> ET.Element:
    root = _element("Identify")
    earliest = min((moment for source in SOURCES if (moment := source.earliest())), default=timezone.now())
    for name, value in (
        ("repositoryName", ARCHIVE),
        ("baseURL", request.address),
        ("protocolVersion", "2.0"),
        # The schema wants a domain with a dot.
        ("adminEmail", request.email if "." in request.email.partition("@")[2] else f"{request.email}.invalid"),
        ("earliestDatestamp", _moment(earliest)),
        ("deletedRecord", "persistent"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
    ):
        _text(root, name, value)
    return root


def _list_metadata_formats(request: Request) -> ET.Element:
    if "identifier" in request.arguments:
        _find(request)
    root = _element("ListMetadataFormats")
    for prefix, one in FORMATS.items():
        child = ET.SubElement(root, f"{{{NAMESPACE}}}metadataFormat")
        _text(child, "metadataPrefix", prefix)
        _text(child, "schema", one.schema)
        _text(child, "metadataNamespace", one.namespace)
    return root


def _list_sets(request: Request) -> ET.Element:
    token = _token(request) if "resumptionToken" in request.arguments else Token(request.verb)
    found, last = sets(token.last_set)
    if not found:
        raise OaiError("noSetHierarchy", "There are no sets yet.")
    root = _element("ListSets")
    for name, title in found:
        child = ET.SubElement(root, f"{{{NAMESPACE}}}set")
        _text(child, "setSpec", name)
        _text(child, "setName", clean(title))
    following = token._replace(last_set=last, cursor=token.cursor + len(found)) if last else None
    _resume(root, token, following)
    return root


def _get_record(request: Request) -> ET.Element:
    spelled = _format(request.arguments["metadataPrefix"])
    root = _element("GetRecord")
    root.append(_record(_find(request), spelled))
    return root


def _list_records(request: Request) -> ET.Element:
    if "resumptionToken" in request.arguments:
        token = _token(request)
    else:
        _format(request.arguments["metadataPrefix"])
        token = Token(request.verb, request.arguments["metadataPrefix"], _window(request.arguments))
    found, following = _page(token, request.base)
    if not found:
        raise OaiError("noRecordsMatch", "No record matches.")
    root, spelled = _element(request.verb), _format(token.prefix)
    for item in found:
        root.append(_header(item) if request.verb == "ListIdentifiers" else _record(item, spelled))
    _resume(root, token, following and following._replace(cursor=token.cursor + len(found)))
    return root


_VERBS = {
    "Identify": _identify,
    "ListMetadataFormats": _list_metadata_formats,
    "ListSets": _list_sets,
    "GetRecord": _get_record,
    "ListIdentifiers": _list_records,
    "ListRecords": _list_records,
}


def _page(token: Token, base: str) -> tuple[list[Item], Token | None]:
    """The next items, one source after another, and the token for those that follow."""
    number, after = token.source, token.after
    while number < len(SOURCES):
        found, last = SOURCES[number].page(token.window, after, base)
        if last:
            return found, token._replace(source=number, after=last)
        number, after = number + 1, None
        if found:
            return found, _next_source(token, number, base)
    return [], None


def _next_source(token: Token, number: int, base: str) -> Token | None:
    """The token for the first of the remaining sources that has items: a page without records is no valid answer."""
    for place in range(number, len(SOURCES)):
        if SOURCES[place].page(token.window, None, base)[0]:
            return token._replace(source=place, after=None)
    return None


def _resume(root: ET.Element, token: Token, following: Token | None) -> None:
    """The token; an empty one on the last of several pages."""
    if following or token.cursor:
        _text(root, "resumptionToken", following.signed() if following else "").set("cursor", str(token.cursor))


def _token(request: Request) -> Token:
    try:
        token = Token.read(request.arguments["resumptionToken"])
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise OaiError("badResumptionToken", "This archive gave no such token.") from error
    if token.verb != request.verb or token.source > len(SOURCES):
        raise OaiError("badResumptionToken", "The token belongs to another verb.")
    return token


def _find(request: Request) -> Item:
    try:
        uid = uuid.UUID(request.arguments["identifier"].removeprefix("urn:uuid:"))
    except ValueError:
        uid = None
    found = uid and request.arguments["identifier"] == f"urn:uuid:{uid}"
    item = next((item for source in SOURCES if (item := source.find(uid, request.base))), None) if found else None
    if item is None:
        raise OaiError("idDoesNotExist", "There is no such record.")
    return item


def _format(prefix: str) -> MetadataFormat:
    if prefix not in FORMATS:
        raise OaiError("cannotDisseminateFormat", "The metadataPrefix is unknown.")
    return FORMATS[prefix]


def _window(arguments: dict[str, str]) -> Window:
    """Both ends are included, so `until` becomes the moment after it."""
    since, until = arguments.get("from"), arguments.get("until")
    if since and until and len(since) != len(until):
        raise OaiError("badArgument", "from and until differ in granularity.")
    step = datetime.timedelta(days=1) if until and len(until) == 10 else datetime.timedelta(seconds=1)
    first, last = _parsed(since), _parsed(until)
    if first and last and first > last:
        raise OaiError("badArgument", "from is later than until.")
    name = arguments.get("set", "")
    if not re.fullmatch(r"[\w.!~*'()-]*", name, re.ASCII):
        raise OaiError("badArgument", "No set has such a name.")
    try:
        return Window(first, last + step if last else None, name)
    except OverflowError:
        return Window(first, None, name)


def _parsed(text: str | None) -> datetime.datetime | None:
    if text is None:
        return None
    if not (_SECONDS.fullmatch(text) or _DAY.fullmatch(text)):
        raise OaiError("badArgument", "Write dates as 2020-06-09 or 2020-06-09T08:00:00Z.")
    try:
        return datetime.datetime.fromisoformat(text[:19]).replace(tzinfo=datetime.UTC)
    except ValueError as error:
        raise OaiError("badArgument", "There is no such date.") from error


def _record(item: Item, spelled: MetadataFormat) -> ET.Element:
    root = _element("record")
    root.append(_header(item))
    if item.record:
        ET.SubElement(root, f"{{{NAMESPACE}}}metadata").append(spelled.element(item.record))
    return root


def _header(item: Item) -> ET.Element:
    root = _element("header")
    if item.record is None:
        root.set("status", "deleted")
    _text(root, "identifier", f"urn:uuid:{item.uid}")
    _text(root, "datestamp", _moment(item.changed))
    for name in item.sets:
        _text(root, "setSpec", name)
    return root


def _element(name: str) -> ET.Element:
    return ET.Element(f"{{{NAMESPACE}}}{name}")


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    child.text = text
    return child


def _moment(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
