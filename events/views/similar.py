"""Who has held something like a talk, an event or a title: the events, their organisers and whom to write to."""

import re
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from .. import search
from ..models import (
    Conference,
    Contact,
    Organisation,
    OrganisationParticipation,
    ShownVersion,
    SpeakerParticipation,
    Talk,
)
from ..models.conference import ConferenceQuerySet
from ..models.contacts import organisers, organisers_or_venues
from ..models.places import Places
from ..russian.dates import FIRST_YEAR, LAST_YEAR
from .generic import shown_as

HITS, SHOWN = 200, 20
HOSTS = 6  # named beside a hit, with as many contacts; the page of the event has all


def similar(request: HttpRequest) -> HttpResponse:
    shown = ShownVersion.now(today=True)
    values = {name: request.GET.get(name, "").strip()[:300] for name in ("q", "talk", "conference", *FILTERS)}
    record = _record(values)
    text = _words(record) if record else search.clean(values["q"])
    places = Places()
    kinds = sorted({one.kind for one in places.organisations if one.kind}, key=lambda kind: (kind.order, kind.name))
    regions = sorted({region for one in places.organisations if (region := places.place(one).region)}, key=str.casefold)
    _check(values, regions, {kind.slug for kind in kinds})
    hits = _hits(text, record, values, places) if text else []
    context = {
        "record": record,
        "text": "" if record else text,
        "values": values,
        "kinds": kinds,
        "regions": regions,
        "hits": hits,
        "others": _other_talks(record) if isinstance(record, Talk) else [],
        "canonical_query": urlencode({name: value for name, value in values.items() if value}),
    }
    return shown_as(shown, render(request, "events/similar.html", context))


FILTERS = ("region", "library", "year")


def _record(values: dict[str, str]) -> Talk | Conference | None:
    """The talk or event of the address, or 404."""
    for name, records in (
        ("talk", Talk.objects.published().select_related("kind", "conference__kind").with_topics()),
        ("conference", Conference.objects.published().select_related("kind")),
    ):
        if values[name]:
            if "\0" in values[name] or (found := records.filter(slug=values[name]).first()) is None:
                raise Http404
            return found
    return None


def _check(values: dict[str, str], regions: list[str], kinds: set[str]) -> None:
    region, year = values["region"], values["year"]
    is_year = re.fullmatch("[0-9]{4}", year, re.ASCII) is not None and FIRST_YEAR <= int(year) <= LAST_YEAR
    if (region and region not in regions) or (values["library"] and values["library"] not in kinds):
        raise Http404
    if year and not is_year:
        raise Http404


def _words(record: Talk | Conference) -> str:
    """The words of a record’s title and topics."""
    topics = record.own_topics if isinstance(record, Talk) else record.topics.all()
    return " ".join([record.heading, *(topic.name for topic in topics)])


def _hits(text: str, record: Any, values: dict[str, str], places: Places) -> list[dict[str, Any]]:
    """The talks and events that are alike, each event once, with the contacts of its organisers."""
    found = search.similar(text, ("talk", "conference"), HITS, with_synonyms=record is None)
    keys = {kind: [key for one, key in found if one == kind] for kind in ("talk", "conference")}
    talks = Talk.objects.published().select_related("kind").in_bulk(keys["talk"])
    events = Conference.objects.published().filter(
        Q(pk__in=keys["conference"]) | Q(pk__in={talk.conference_id for talk in talks.values()})
    )
    if record:
        events = events.exclude(pk=record.conference_id if isinstance(record, Talk) else record.pk)
    by_pk = {
        event.pk: event
        for event in _narrowed(events, values, places).with_card(OrganisationParticipation.objects.with_names())
    }
    hits: dict[int, dict[str, Any]] = {}
    for kind, key in found:
        talk = talks.get(key) if kind == "talk" else None
        event = by_pk.get(talk.conference_id if talk else key) if talk or kind == "conference" else None
        if event is None or (len(hits) == SHOWN and event.pk not in hits):
            continue
        row = hits.setdefault(event.pk, {"conference": event, "talks": []})
        if talk and len(row["talks"]) < 3:
            row["talks"].append(talk)
    contacts = Contact.objects.by_conference(row["conference"] for row in hits.values())
    for pk, row in hits.items():
        hosts = organisers_or_venues(row["conference"])
        row["contacts"], row["hosts"], row["more_hosts"] = contacts[pk][:HOSTS], hosts[:HOSTS], len(hosts[HOSTS:])
        row["has_organisers"] = bool(organisers(row["conference"]))
    return list(hits.values())


def _narrowed(events: ConferenceQuerySet, values: dict[str, str], places: Places) -> ConferenceQuerySet:
    if values["region"]:
        events = places.narrow(events, values["region"], None)
    if values["library"]:
        kind = values["library"]
        events = events.with_organisations(
            Organisation.objects.filter(Q(kind__slug=kind) | Q(kind__isnull=True, parent__kind__slug=kind))
        )
    return events.in_year(int(values["year"])) if values["year"] else events


def _other_talks(talk: Talk) -> list[Talk]:
    """Other talks of the same people."""
    people = SpeakerParticipation.objects.named().filter(talk=talk).values("speaker")
    parts = SpeakerParticipation.objects.named().filter(speaker__in=people, talk__isnull=False)
    others = Talk.objects.published().filter(pk__in=parts.values("talk")).exclude(pk=talk.pk)
    return list(others.newest_first().select_related("kind", "conference__kind")[:SHOWN])
