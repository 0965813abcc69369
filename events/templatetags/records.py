"""Render parts of records: links, places, roles, affiliations, titles in a programme, unknown facts, citations."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from django import template
from django.template import Context
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .. import models
from ..export import citations as citation_formats
from ..export import formats
from ..export.record import Record
from ..models.conference import ProgrammePart
from .formatting import russian_typography

register = template.Library()

# Roles whose people are shown on the catalogue card; those of all others are shown in the text.
CARD_ROLES = {"moderator", "host", "chair", "organiser"}

DOCUMENT_TYPES = set("pdf doc docx odt rtf txt ppt pptx odp xls xlsx ods csv zip djvu epub jpg jpeg png webp".split())

PeopleByRole = list[tuple[models.SpeakerRole, list[models.SpeakerParticipation]]]


@register.filter
def card_roles(people_by_role: PeopleByRole) -> PeopleByRole:
    """Return the roles that are shown on the catalogue card."""
    return [(role, people) for role, people in people_by_role if role.slug in CARD_ROLES]


@register.filter
def text_roles(people_by_role: PeopleByRole) -> PeopleByRole:
    """Return the roles that are shown in the text of the page."""
    return [(role, people) for role, people in people_by_role if role.slug not in CARD_ROLES]


@register.filter
def role_heading(role: models.SpeakerRole | models.OrganisationRole, participations: list[Any]) -> str:
    """Return the role as a heading over those who have it, singular or plural: «модератор», «модераторы»."""
    return participations[0].role_name if len(participations) == 1 else role.plural


@register.filter
def unknown_facts(record: models.Conference | models.Talk) -> list[str]:
    """Return the names of facts that visitors look for and no source states."""
    is_known = _facts_of_talk(record) if isinstance(record, models.Talk) else _facts_of_conference(record)
    return [name for name, known in is_known.items() if not known]


def _facts_of_conference(conference: models.Conference) -> dict[str, bool]:
    announced = {
        _("programme"): bool(conference.talks.all()),
        _("start time"): any(date.start_time for date in conference.all_dates),
    }
    if conference.state not in ("", conference.State.HELD):
        return announced
    return announced | {
        _("number of participants"): bool(conference.attendance.all()),
        _("recording"): bool(conference.recordings.all()),
        _("pictures"): bool(conference.photos.all()),
        _("materials"): bool(conference.materials.all()),
    }


def _facts_of_talk(talk: models.Talk) -> dict[str, bool]:
    return {
        _("speaker"): bool(talk.own_people or talk.own_organisations or talk.withholds_name),
        _("start time"): bool(talk.start_time),
        _("abstract"): bool(talk.abstract),
        _("recording"): bool(talk.own_recordings or talk.own_offsets),
        _("materials"): bool(talk.own_materials),
    }


@register.filter
def file_type(material: models.Material) -> str:
    """Return the type of a material, as far as its name tells: «PDF»."""
    name = material.file.name if material.file else material.url.partition("?")[0].partition("#")[0]
    suffix = PurePosixPath(name or "").suffix.lstrip(".")
    return suffix.upper() if suffix.lower() in DOCUMENT_TYPES else ""


@register.filter
def file_facts(material: models.Material) -> str:
    """Return type and size of a material, as far as its name and the storage tell: «PDF, 2,9 МБ»."""
    size = ""
    with suppress(OSError):
        size = filesizeformat(material.file.size) if material.file else ""
    return ", ".join(filter(None, (file_type(material), size)))


@register.filter
def heading(record: models.Conference | models.Talk) -> SafeString:
    """Return the label of a record as a heading: capitalised, in Russian typography; «№ 5» if nothing names it."""
    return russian_typography(capfirst(record.label or str(record)))


@register.filter
def kind_of_record(record: Any) -> str:
    """Name what a record is: «доклад», «видео», or the kind of the event."""
    if isinstance(record, models.Recording):
        return _("recording")
    return str(record.kind or record._meta.verbose_name)


class TimetableDay(NamedTuple):
    """A day of a programme in several places at once: for each time the talks that begin in each of them."""

    day: str
    places: list[str]
    rows: list[tuple[datetime.time, list[list[models.Talk]]]]


@register.filter
def timetable(programme: Iterable[ProgrammePart]) -> list[TimetableDay]:
    """Return the days on which talks are known to begin in more than one place; the list itself says all others."""
    days: dict[Any, dict[str, list[models.Talk]]] = defaultdict(lambda: defaultdict(list))
    for part in programme:
        if part.session and part.session.place:
            timed = [talk for talk in part.talks if talk.start_time]
            days[part.session.day][part.session.place] += timed
    found = []
    for day, by_place in days.items():
        places = [place for place, talks in by_place.items() if talks]
        times = sorted({talk.start_time for place in places for talk in by_place[place]})
        rows = [(time, [[t for t in by_place[place] if t.start_time == time] for place in places]) for time in times]
        if len(places) > 1:
            found.append(TimetableDay(day, places, rows))
    return found


@register.simple_tag
def record_link(record: Any, name: str = "") -> SafeString:
    """Link to the page of a record by `name`, by default its heading or its own name, in the language of that."""
    if isinstance(record, models.Conference | models.Talk):
        language, default = record.label_language, heading(record)
    else:
        # As text a department names its organisation, too: a query for each that is not loaded.
        language, default = getattr(record, "language", "ru"), name or str(record)
    text = russian_typography(name or default)
    return format_html('<a lang="{}" href="{}">{}</a>', language, record.get_absolute_url(), text)


@register.filter
def speaker_names(talk: models.Talk) -> SafeString:
    """Return the short names of a talk's people, separated by commas."""
    names = (russian_typography(participation.speaker.short_name) for participation in talk.own_people)
    return format_html_join(", ", "{}", ((name,) for name in names))


@register.simple_tag
def conference_place(conference: models.Conference) -> SafeString:
    """Return place, venue (a link) and city, separated by commas; "" if no source states any of them."""
    venue = conference.venue and record_link(conference.venue, conference.venue.label)
    return _joined(russian_typography(capfirst(conference.place)), venue, conference.city)


@register.simple_tag
def affiliation(participation: models.SpeakerParticipation, short: bool = False) -> SafeString:
    """Return position, organisation and degrees as they were at that event: «директор, Тверская библиотека».

    The organisation is a link, by its short name if `short`; one without a record is given as printed.
    """
    place = russian_typography(participation.affiliation_as_printed)
    if organisation := participation.organisation:
        name = russian_typography(organisation.label if short else str(organisation))
        place = format_html('<a class="plain-link" href="{}">{}</a>', organisation.get_absolute_url(), name)
    return _joined(russian_typography(participation.position), place, russian_typography(participation.distinctions))


def _joined(*pieces: str | None) -> SafeString:
    return format_html_join(", ", "{}", ((piece,) for piece in pieces if piece))


@register.simple_tag
def programme_link(talk: models.Talk) -> SafeString:
    """Link to the page of a talk by its title, after its number, which is read aloud only.

    In Python because a programme has hundreds of them, and each would be a template included.
    """
    number = format_html('<span class="visually-hidden">{}. </span>', talk.number) if talk.number else ""
    return format_html('{}<a href="{}">{}</a>', number, talk.get_absolute_url(), programme_title(talk))


@register.simple_tag
def programme_title(talk: models.Talk) -> SafeString:
    """Return the title of a talk in a programme; without one its kind or subject, or that the title is not stated."""
    if talk.title:
        return russian_typography(talk.title)
    if talk.number:
        return format_html('<span class="untitled" lang="{}">{}</span>', get_language(), _("Title not stated"))
    if talk.kind:
        return format_html('<span lang="{}">{}</span>', get_language(), capfirst(talk.kind))
    return conditional_escape(talk.topic or talk)


@register.simple_tag(takes_context=True)
def citations(context: Context, record: models.Conference | models.Talk) -> list[dict[str, str]]:
    """Return the citations of a record, as accessed today, each with its HTML id, use and standard."""
    url = context["request"].build_absolute_uri(record.get_absolute_url())
    today = timezone.localdate()
    changed = (record.conference if isinstance(record, models.Talk) else record).changed
    return [
        {
            "id": "cite-full",
            "use": _("In a list of literature"),
            "standard": "ГОСТ Р 7.0.100–2018",
            "text": citation_formats.full(record, url, today),
        },
        {
            "id": "cite-short",
            "use": _("In a footnote"),
            "standard": "ГОСТ Р 7.0.5–2008",
            "text": citation_formats.short(record, url, today),
        },
        {
            "id": "cite-version",
            "use": _("With the version of the record"),
            "standard": "ГОСТ Р 7.0.100–2018",
            "text": citation_formats.full(record, url, today, timezone.localdate(changed)),
        },
    ]


@register.simple_tag
def citation_files(described: Record) -> dict[str, list[dict[str, str]]]:
    """Return the files of a record: those to be `cited` with their text, and `others`."""
    files: dict[str, list[dict[str, str]]] = {"cited": [], "others": []}
    for one in formats.FORMATS.values():
        is_cited = one in formats.CITED
        files["cited" if is_cited else "others"].append(
            {
                "id": f"cite-{one.name}",
                "label": one.label,
                "text": str(one.write([described])).strip() if is_cited else "",
                "address": reverse(f"events:{described.kind}-export", args=[described.slug, one.name]),
            }
        )
    return files


@register.inclusion_tag("events/_export_links.html", takes_context=True)
def export_links(context: Context, kind: str, count: int, slug: str = "") -> dict[str, Any]:
    """Render links to the files of a list of records; `kind` and `slug` name its page."""
    if context.get("is_for_copy"):
        return {"count": 0}
    query = context["request"].GET.copy()
    query.pop("page", None)
    arguments = [slug] if slug else []
    files = [
        {"label": one.label, "address": reverse(f"events:{kind}-export", args=[*arguments, one.name])}
        for one in formats.FORMATS.values()
    ]
    if kind != "talks":
        files.append({"label": "Atom", "address": reverse(f"events:{kind}-feed", args=arguments)})
    return {
        "files": files,
        "query": "" if slug else query.urlencode(),
        "count": count,
        "limit": formats.LIMIT,
    }
