"""schema.org as JSON-LD: what is unknown is left out, dates are as exact as the source."""

import datetime
import json
from collections.abc import Iterable
from typing import Any

from ..russian import values
from ..russian.dates import PartialDate
from .format import known_span
from .record import OrganisationPart, PersonPart, Record, Reference, Span

Node = dict[str, Any]
_EDUCATION = {"webinar", "lecture", "seminar", "workshop"}
_ATTENDANCE = {"online": "Online", "mixed": "Mixed", "on-site": "Offline"}
_STATUS = {"expected": "Scheduled", "held": "Scheduled", "cancelled": "Cancelled", "postponed": "Postponed"}
_ORGANISE, _SPONSOR = ("organiser", "co-organiser", "initiator"), ("support", "partner")
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def document(*nodes: Node) -> str:
    """One block for a page; no sign in it can end the script."""
    graph = {"@context": "https://schema.org", "@graph": [node for node in nodes if node]}
    return json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def node(record: Record) -> Node:
    found = {"@id": record.tag} | _NODES[record.kind](record)
    found["sdLicense"] = record.metadata_licence
    # A copy is the same thing as the record of the archive that keeps it.
    same = [*found.pop("sameAs", []), *filter(None, [record.home_address])]
    return found | ({"sameAs": same[0] if len(same) == 1 else same} if same else {})


def website(name: str, address: str, search: str) -> Node:
    """The archive itself; `search` is the address of its search."""
    return {
        "@type": "WebSite",
        "name": name,
        "url": address,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{search}?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }


def breadcrumbs(steps: Iterable[tuple[str, str]]) -> Node:
    """The path to a page, as names and addresses."""
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": address}
        for number, (name, address) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _conference(record: Record) -> Node:
    parts = record.organisations
    return _known(
        _event(record),
        organizer=[_organisation_part(part) for part in parts if part.role in _ORGANISE],
        sponsor=[_organisation_part(part) for part in parts if part.role in _SPONSOR],
        contributor=[
            {"@type": "Role", "roleName": part.role_name.text, "contributor": _organisation_part(part)}
            for part in parts
            if part.role not in _ORGANISE + _SPONSOR
        ],
        superEvent=[
            *([_named("EventSeries", record.series)] if record.series else []),
            *([_named("Event", record.larger)] if record.larger else []),
        ],
        subEvent=[_event(part) for part in record.parts],
        isBasedOn=[source.address for source in record.sources if source.address],
    )


def _talk(record: Record) -> Node:
    event = record.event
    above = _known({"@type": "Event", "name": event.printed_title, "url": event.address})
    return _known(
        _event(record),
        **_when(record),
        location=_place(record),
        superEvent=above,
        performer=[*_performers(record.people), *map(_organisation_part, record.organisations)],
    )


def _event(record: Record) -> Node:
    is_talk = record.kind == "talk"
    return _known(
        {"@type": "EducationEvent" if record.type_code in _EDUCATION else "Event"},
        name=record.printed_title,
        alternateName=[title.text for title in record.other_titles],
        url=record.address,
        description=record.description_with_state,
        inLanguage=list(record.languages) if not is_talk else [],
        about=[*(topic.name for topic in record.topics), *(_named("Person", person) for person in record.subjects)],
        performer=_performers(record.people),
        recordedIn=[_recording(one) for one in record.recordings],
        **({} if is_talk else _when(record)),
        location={} if is_talk else _place(record),
        eventAttendanceMode=f"https://schema.org/{_ATTENDANCE[record.attendance]}EventAttendanceMode"
        if record.attendance
        else "",
    )


def _when(record: Record) -> Node:
    start, end = known_span(record)
    if record.postponed_to:
        status = {"eventStatus": "https://schema.org/EventRescheduled", "startDate": str(record.postponed_to)}
        return status | ({"previousStartDate": str(start)} if start else {})
    status = {"eventStatus": f"https://schema.org/Event{_STATUS[record.state]}"} if record.state else {}
    if start is None:
        return status
    return {**status, "startDate": _began(record.dates[0], start), "endDate": str(end)}


def _began(span: Span, start: PartialDate) -> str:
    """The day with the hour, unless the hour is of a zone in words: schema.org knows only offsets."""
    if not span.time or not start.date:
        return str(start)
    moment = datetime.datetime.combine(start.date, span.time)
    if span.zone:
        zone = values.time_zone(span.zone)
        return moment.replace(tzinfo=zone).isoformat(timespec="minutes") if zone else str(start)
    return moment.isoformat(timespec="minutes")


def _place(record: Record) -> Node:
    place = record.place
    if not place:
        return {}
    address = _address(place.city, place.region, place.country)
    return _known({"@type": "Place"}, name=place.label, address=address)


def _address(city: str, region: str, country: str) -> Node:
    found = _known({}, addressLocality=city, addressRegion=region, addressCountry=country)
    return {"@type": "PostalAddress", **found} if found else {}


def _performers(parts: Iterable[PersonPart]) -> list[Node]:
    return [
        {"@type": "PerformanceRole", "roleName": part.role_name.text, "performer": _performer(part)} for part in parts
    ]


def _performer(part: PersonPart) -> Node:
    affiliation = {"@type": "Organization", "name": part.affiliation} if part.affiliation else {}
    return _known(_named("Person", part.person), jobTitle=part.position, affiliation=affiliation)


def _organisation_part(part: OrganisationPart) -> Node:
    return (
        _named("Organization", part.organisation)
        if part.organisation
        else {"@type": "Organization", "name": part.group}
    )


def _named(type: str, reference: Reference) -> Node:
    # Its address is its identity: uids, which no compression makes smaller, stand on the record's own page.
    return {"@type": type, "name": reference.name, "url": reference.address}


def _recording(record: Record) -> Node:
    address, mark = record.address, "&" if "?" in record.address else "?"
    return _known(
        {"@type": "AudioObject" if record.medium == "audio" else "VideoObject"},
        name=record.title,
        url=address,
        contentUrl=record.media_address,
        inLanguage=list(record.languages),
        duration=f"PT{record.duration}S" if record.duration else "",
        license=record.licence,
        hasPart=[
            {"@type": "Clip", "name": talk.name, "startOffset": seconds, "url": f"{address}{mark}t={seconds}"}
            for seconds, talk in record.clips
        ],
    )


def _speaker(record: Record) -> Node:
    return _known(
        {"@type": "Person"},
        name=record.title,
        familyName=record.person.family,
        givenName=record.person.given,
        url=record.address,
        description=record.description,
        sameAs=[f"https://orcid.org/{record.orcid}"] if record.orcid else [],
    )


def _organisation(record: Record) -> Node:
    return _known(
        {"@type": "Organization"},
        name=record.title,
        alternateName=record.short_name,
        url=record.address,
        description=record.description,
        sameAs=[address for address in (record.website, *(one.address for one in record.identifiers)) if address],
        identifier=[
            {"@type": "PropertyValue", "propertyID": one.scheme, "value": one.value} for one in record.identifiers
        ],
        address=_address(record.place.city, record.place.region, record.place.country),
        parentOrganization=_named("Organization", record.larger) if record.larger else {},
        contactPoint=[
            _known(
                {"@type": "ContactPoint", "contactType": contact.post},
                name=contact.person,
                email=contact.email,
                telephone=contact.telephone,
                url=contact.address,
            )
            for contact in record.contacts
        ],
    )


def _series(record: Record) -> Node:
    return _known(
        {"@type": "EventSeries"},
        name=record.title,
        url=record.address,
        description=record.description,
    )


def _known(node: Node, **values: Any) -> Node:
    return node | {name: value for name, value in values.items() if value}


_NODES = {
    "conference": _conference,
    "talk": _talk,
    "recording": _recording,
    "speaker": _speaker,
    "organisation": _organisation,
    "series": _series,
}
