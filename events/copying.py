"""A new draft made of an event that is held again: what stays from year to year, and nothing of what happened then."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from . import revisions
from .models import (
    Conference,
    ConferenceTopic,
    OrganisationParticipation,
    Session,
    SpeakerParticipation,
    Talk,
    TalkTopic,
)
from .models.fields import NormalizedField

Row = TypeVar("Row", bound=Model)

# What an event has from year to year. Its texts, numbers and sources belong to the one event.
KEPT = (
    *("kind", "kind_as_printed", "format", "format_as_printed", "audience", "series", "framework", "occasion"),
    *("place", "venue", "city", "platform", "language", "languages"),
)
# What only that source said, and what every row has of its own.
UNCOPIED = {"id", "uid", "slug", "published", "name_as_printed", "affiliation_as_printed", "title_as_printed"}


def copy(
    original: Conference,
    values: dict[str, Any],
    *,
    organisations: Iterable[OrganisationParticipation] = (),
    people: Iterable[SpeakerParticipation] = (),
    topics: Iterable[ConferenceTopic] = (),
    with_dates: bool = False,
    with_talks: bool = False,
    user: Any = None,
) -> Conference:
    """A draft like the original, with `values` of its own and the chosen rows; its history names the original."""
    with revisions.create(user=user, comment=_("made like “%s”") % original):
        draft = Conference.objects.create(**{name: getattr(original, name) for name in KEPT}, **values)
        for row in (*organisations, *people):
            _again(row, conference=draft)
        for topic in topics:
            _again(topic, content_object=draft)
        for date in original.dates.all() if with_dates else ():
            _again(date, conference=draft)
        if with_talks:
            _copy_programme(original, draft, with_dates)
    return draft


def _copy_programme(original: Conference, draft: Conference, with_times: bool) -> None:
    """Sessions and talks, with their people, organisations and topics; when they were goes with the dates."""
    sessions: dict[int | None, Session | None] = {None: None}
    for session in original.sessions.all():
        sessions[session.pk] = _again(session, conference=draft, **({} if with_times else {"day": ""}))
        for part in session.people.named():
            _again(part, conference=draft, session=sessions[session.pk])
    for talk in original.talks.all():
        times = {} if with_times else {"start_time": None}
        copied: Talk = _again(talk, conference=draft, session=sessions[talk.session_id], **times)
        for part in (*talk.people.named(), *talk.organisations.all(), *talk.subjects.named()):
            _again(part, conference=draft, talk=copied)
        for topic in TalkTopic.objects.filter(content_object=talk):
            _again(topic, content_object=copied)


def _again(row: Row, **values: Any) -> Row:
    """A new row with the columns of this one, but for these values and what no copy has."""
    names = {field.name: field for field in row._meta.concrete_fields if field.name not in UNCOPIED | values.keys()}
    columns = {
        field.attname: getattr(row, field.attname) for field in names.values() if not isinstance(field, NormalizedField)
    }
    copied = type(row)(**columns, **values)
    copied.save()
    return copied
