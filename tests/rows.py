"""Plainly fictitious rows: an event with `size` of everything an event can have, each named after the event."""

import html
import re
from typing import Any

from django.db.models import Model, QuerySet

from events import revisions
from events.models import (
    Attendance,
    Conference,
    ConferenceDate,
    ConferenceKind,
    Consent,
    Contact,
    Material,
    MaterialKind,
    Note,
    Organisation,
    OrganisationAlias,
    OrganisationParticipation,
    OrganisationRole,
    Photo,
    Recording,
    RecordingOffset,
    Series,
    Session,
    Source,
    Speaker,
    SpeakerAlias,
    SpeakerParticipation,
    SpeakerRole,
    Subject,
    Talk,
    TalkKind,
    Topic,
)


@revisions.create()
def event(name: str = "Чтения", size: int = 1, day: str = "2020-06-09", **values: Any) -> Conference:
    """«Чтения», with talks «Чтения: доклад 1», people «Чтенияев 1»… and so on."""
    values = {"status": "published", "kind": ConferenceKind.objects.get(slug="webinar"), **values}
    conference = Conference.objects.create(title=name, **values)
    if day:
        ConferenceDate.objects.create(conference=conference, start=day)
    for number in range(1, size + 1):
        _part(conference, name, number)
    return conference


def _part(conference: Conference, name: str, number: int) -> None:
    """The `number`th of everything."""
    library = Organisation.objects.create(name=f"{name}: библиотека {number}", city=f"{name}град {number}")
    OrganisationAlias.objects.create(organisation=library, name=f"{name}ка {number}")
    Contact.objects.create(organisation=library, post=f"{name}: методист {number}", email=f"post{number}@example.org")
    department = Organisation.objects.create(name=f"{name}: отдел {number}", parent=library)
    person = Speaker.objects.create(family_name=f"{name}ев {number}", initials="А. Б.")
    SpeakerAlias.objects.create(speaker=person, name=f"{name}ева {number}")
    Consent.objects.create(speaker=person, subject="photos", given="2020-06-01", note=f"{name}: письмо {number}")
    topic = Topic.objects.create(name=f"{name}: тема {number}")
    conference.topics.add(topic)
    session = Session.objects.create(conference=conference, title=f"{name}: секция {number}", order=number)
    talk = Talk.objects.create(
        conference=conference,
        session=session if number % 2 else None,
        kind=TalkKind.objects.get(slug="talk"),
        title=f"{name}: доклад {number}",
        order=number,
    )
    talk.topics.add(topic)
    speaks = SpeakerRole.objects.get(slug="speaker")
    SpeakerParticipation.objects.create(
        conference=conference, talk=talk, speaker=person, role=speaks, organisation=department, position="библиограф"
    )
    SpeakerParticipation.objects.create(
        conference=conference, speaker=person, role=SpeakerRole.objects.get(slug="moderator")
    )
    Subject.objects.create(conference=conference, speaker=person, name_as_printed=f"{name}еву {number}")
    hosts = OrganisationRole.objects.get(slug="organiser")
    OrganisationParticipation.objects.create(conference=conference, organisation=library, role=hosts)
    _remains(conference, talk, name, number)


def _remains(conference: Conference, talk: Talk, name: str, number: int) -> None:
    address = f"https://example.org/{conference.slug}/{number}"
    recording = Recording.objects.create(
        conference=conference, url=f"{address}/video", title=f"{name}: запись {number}"
    )
    RecordingOffset.objects.create(recording=recording, talk=talk, seconds=number)
    Material.objects.create(
        conference=conference,
        talk=talk,
        kind=MaterialKind.objects.get(slug="slides"),
        title=f"{name}: слайды {number}",
        url=f"{address}/slides",
    )
    Photo.objects.create(
        conference=conference, image=f"photos/{conference.slug}-{number}.jpg", width=4, height=3, alt=f"{name}: снимок"
    )
    Source.objects.create(conference=conference, url=f"{address}/news", headline=f"{name}: новость {number}")
    Attendance.objects.create(conference=conference, value=number, counted=f"{name}: участников {number}")
    Note.objects.create(conference=conference, label=f"{name}: заметка", text="…", order=number)


@revisions.create()
def series(name: str, size: int = 1) -> Series:
    created = Series.objects.create(name=name)
    for number in range(1, size + 1):
        event(f"{name} {number}", series=created)
    return created


def row_titles(response: Any) -> list[str]:
    """The titles of the rows of a list, in their order."""
    return [
        html.unescape(title).replace("\N{NO-BREAK SPACE}", " ")
        for title in re.findall(r'<h3 class="row-title"[^>]*><a [^>]*>(.*?)</a>', response.text)
    ]


def rewrite(*records: Model) -> None:
    """Write rows again as they are: PostgreSQL puts them behind all others, so that without an order they come last."""
    for record in records:
        QuerySet(type(record)).filter(pk=record.pk).update(**{record._meta.pk.attname: record.pk})
