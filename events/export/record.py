"""One plain description of a published record. Every format of `formats.py` only spells it.

`load` reads published records with all that a description needs, `describe` makes it. Texts are cleaned here once: no
characters that XML forbids. What nobody stated is empty; names and titles are those of the source, in Russian where the
archive has its own.
"""

import datetime
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils.translation import override

from ..batches import batched
from ..models import (
    Conference,
    Contact,
    Organisation,
    OrganisationParticipation,
    Recording,
    Series,
    Source,
    Speaker,
    SpeakerParticipation,
    Talk,
    TalkTopic,
)
from ..models.contacts import contacts_of, with_contacts
from ..models.fields import partial_date
from ..models.people import Identifier
from ..russian import names, transliteration
from ..russian.dates import PartialDate, format_span
from . import states
from .citations import AUTHORS

ARCHIVE = "Архив видеоконференций"
UNTITLED = {"conference": "событие", "talk": "выступление", "recording": "запись"}
PORTION = 100  # events read at once; their talks are looked up by key
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Text:
    text: str
    language: str = ""


@dataclass(frozen=True)
class Reference:
    """Another record: its permanent uid, its name and the address of its page."""

    uid: uuid.UUID
    name: str
    address: str
    language: str = ""


@dataclass(frozen=True)
class Person(Reference):
    family: str = ""
    given: str = ""  # given names, or initials where only these are known
    orcid: str = ""

    @property
    def initials(self) -> str:
        return names.initials(self.given) or self.given

    @property
    def inverted(self) -> str:
        """«Фамилия, И. О.»"""
        return ", ".join(filter(None, (self.family, self.initials)))

    @property
    def inverted_in_full(self) -> str:
        """«Фамилия, Имя Отчество»"""
        return ", ".join(filter(None, (self.family, self.given)))


@dataclass(frozen=True)
class PersonPart:
    """A person's part, with position and affiliation as they were then."""

    person: Person
    role: str
    role_name: Text
    position: str = ""
    organisation: Reference | None = None
    affiliation: str = ""


@dataclass(frozen=True)
class OrganisationPart:
    """An organisation's part, or that of a group without a name."""

    role: str
    role_name: Text
    organisation: Reference | None = None
    group: str = ""
    identifiers: tuple[Identifier, ...] = ()

    @property
    def name(self) -> str:
        return self.organisation.name if self.organisation else self.group


@dataclass(frozen=True)
class Span:
    """A day or several consecutive days, as exactly as they are known."""

    start: PartialDate
    end: PartialDate | None = None
    time: datetime.time | None = None
    zone: str = ""
    note: str = ""

    @property
    def last(self) -> PartialDate:
        return self.end or self.start


@dataclass(frozen=True)
class Place:
    name: str = ""
    venue: Reference | None = None
    city: str = ""
    region: str = ""
    country: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.venue or self.city)

    @property
    def label(self) -> str:
        return ", ".join(filter(None, (self.name, self.venue.name if self.venue else "", self.city)))


@dataclass(frozen=True)
class ContactPoint:
    """A post that somebody may write to."""

    post: str
    person: str = ""
    email: str = ""
    telephone: str = ""
    address: str = ""
    checked: str = ""  # the day on which it was found to be right


@dataclass(frozen=True)
class Cited:
    """A source of the facts."""

    headline: str
    publisher: str
    author: str
    address: str
    published: PartialDate | None


@dataclass(frozen=True)
class Record:
    """A conference, talk, recording, person, organisation or series."""

    kind: str
    uid: uuid.UUID
    address: str
    slug: str
    title: str
    is_supplied: bool = False  # the title is the archive's, since no source has one
    language: str = ""
    other_titles: tuple[Text, ...] = ()
    changed: datetime.datetime | None = None
    published: datetime.datetime | None = None
    home: str = ""  # the address of the archive that keeps the record, if it is another one
    type: Text = Text("")  # kind of event or talk
    type_code: str = ""
    attendance: str = ""  # "online", "mixed", "on-site"
    audience: str = ""  # "colleagues", "readers", "both"
    state: str = ""  # of an event and its talks: "expected", "held", "cancelled", "postponed"
    postponed_to: PartialDate | None = None
    languages: tuple[str, ...] = ()
    description: str = ""
    note: str = ""  # outcome of an event
    people: tuple[PersonPart, ...] = ()
    organisations: tuple[OrganisationPart, ...] = ()
    dates: tuple[Span, ...] = ()
    place: Place = Place()
    topics: tuple[Reference, ...] = ()
    subjects: tuple[Person, ...] = ()  # people whom an event or a talk is about
    event: "Record | None" = None  # of a talk or recording
    talk: "Record | None" = None  # of a recording
    series: Reference | None = None
    ordinal: str = ""
    larger: Reference | None = None  # what it is a part of
    parts: tuple["Record", ...] = ()  # the talks of an event in order
    recordings: tuple["Record", ...] = ()
    sources: tuple[Cited, ...] = ()
    # Of a recording
    medium: str = ""
    media_address: str = ""
    duration: int | None = None
    licence: str = ""
    clips: tuple[tuple[int, Reference], ...] = ()
    # Of a person or organisation
    person: Person | None = None
    orcid: str = ""
    short_name: str = ""
    website: str = ""
    contacts: tuple[ContactPoint, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    metadata_licence: str = field(default_factory=lambda: settings.METADATA_LICENSE)

    @property
    def home_address(self) -> str:
        """The permanent address of the record in the archive that keeps it."""
        return f"{self.home}/id/{self.uid}" if self.home and self.kind != "recording" else ""

    @cached_property
    def authors(self) -> list[Person]:
        """Those who spoke, each once."""
        parts = self.talk.people if self.talk else self.people if self.kind == "talk" else ()
        return list(dict.fromkeys(part.person for part in parts if part.role in AUTHORS))

    @cached_property
    def corporate_authors(self) -> list[str]:
        """Organisations and groups that gave the talk, where no person is named."""
        if self.authors or not (talk := self.talk or (self if self.kind == "talk" else None)):
            return []
        return list(dict.fromkeys(part.name for part in talk.organisations if part.role in AUTHORS))

    @cached_property
    def organisers(self) -> list[str]:
        parts = (self.event or self).organisations
        return list(dict.fromkeys(part.name for part in parts if part.role in ("organiser", "co-organiser")))

    @property
    def start(self) -> PartialDate | None:
        return self.dates[0].start if self.dates else None

    @property
    def year(self) -> int | None:
        return self.start.year if self.start else None

    @cached_property
    def state_note(self) -> str:
        """That the event is only announced, cancelled or postponed, in words."""
        return states.note(self.state, self.postponed_to)

    @property
    def description_with_state(self) -> str:
        return "\n\n".join(filter(None, (self.state_note, self.description)))

    @cached_property
    def date_note(self) -> str:
        """The dates in words, where a day or an interval does not say them: separate days, a year nobody stated."""
        if len(self.dates) < 2 and (self.year or not self.dates):
            return ""
        return f"Дата: {', '.join(format_span(span.start, span.end) for span in self.dates)}"

    @property
    def notes(self) -> list[str]:
        """What a citation has no field for."""
        return [note for note in (self.state_note, self.date_note, self.metadata_note) if note]

    @property
    def metadata_note(self) -> str:
        """The licence of this description, in words."""
        return f"Метаданные: {self.metadata_licence}"

    @property
    def printed_title(self) -> str:
        """The title; one of the archive's own stands in square brackets."""
        return f"[{self.title}]" if self.is_supplied else self.title

    @property
    def key(self) -> str:
        """A name in ASCII, unique for ever: the first author or word of the title, the year, some of the uid."""
        first = self.authors[0].family if self.authors else self.title
        name = re.sub("[^a-z]", "", transliteration.transliterate(first.split()[0] if first.split() else ""))
        return f"{name[:20] or self.kind}{self.year or 'nd'}-{self.uid.hex[:8]}"

    @property
    def tag(self) -> str:
        return f"urn:uuid:{self.uid}"


def clean(text: str | None) -> str:
    """The text without the characters that XML 1.0 forbids."""
    return _FORBIDDEN.sub("", text or "").strip()


def one_line(text: str | None) -> str:
    return " ".join(clean(text).split())


def load(records: QuerySet) -> QuerySet:
    """The published records of a queryset with all that their descriptions need, in at most ten queries."""
    public = records.filter(pk__in=records.model.objects.published().values("pk"))
    return _LOADERS.get(records.model, lambda found: found)(public)


def _load_conferences(conferences: QuerySet) -> QuerySet:
    talk_topics = Prefetch(
        "topic_assignments",
        TalkTopic.objects.select_related("tag").order_by("tag__name_key"),  # of itself it has no order at all
        to_attr="loaded_topics",
    )
    records = conferences.with_subjects().select_related("kind", "series", "parent", "venue__parent")
    return records.prefetch_related(
        "dates",
        "topics",
        Prefetch("sources", Source.objects.defer("text")),
        Prefetch("people", SpeakerParticipation.objects.with_names()),
        Prefetch("organisations", OrganisationParticipation.objects.with_names()),
        Prefetch("talks", Talk.objects.select_related("kind").prefetch_related(talk_topics)),
        Prefetch("recordings", Recording.objects.prefetch_related("offsets")),
    )


def _load_talks(talks: QuerySet) -> QuerySet:
    people, organisations = SpeakerParticipation.objects.with_names(), OrganisationParticipation.objects.with_names()
    return (
        talks.with_subjects()
        .select_related("kind", "conference__kind", "conference__series", "conference__venue__parent")
        .prefetch_related(
            "conference__dates",
            "topics",
            "recordings",
            Prefetch("people", people),
            Prefetch("organisations", organisations),
            Prefetch("conference__organisations", organisations.filter(talk=None), to_attr="loaded_hosts"),
        )
    )


def _load_recordings(recordings: QuerySet) -> QuerySet:
    return recordings.select_related(
        "talk__kind", "conference__kind", "conference__series", "conference__venue__parent"
    ).prefetch_related(
        "conference__dates",
        "offsets__talk__kind",
        Prefetch("talk__people", SpeakerParticipation.objects.with_names()),
        Prefetch("talk__organisations", OrganisationParticipation.objects.with_names()),
    )


_LOADERS: dict[Any, Any] = {
    Conference: _load_conferences,
    Talk: _load_talks,
    Recording: _load_recordings,
    Organisation: lambda found: with_contacts(found.select_related("parent")),
}


def describe(record: Any, base: str) -> Record:
    """The description of a loaded record; `base` is the scheme and host of the site."""
    with override("ru"):
        return _DESCRIBERS[type(record)](record, base.rstrip("/"))


def has_description(model: type) -> bool:
    return model in _DESCRIBERS


def _conference(conference: Conference, base: str) -> Record:
    talks = list(conference.talks.all())
    people, organisations = _by_talk(conference.people.all()), _by_talk(conference.organisations.all())
    event = _event(conference, base, people[None], organisations[None])
    parts = [
        _talk_of(talk, event, base, people[talk.pk], organisations[talk.pk], getattr(talk, "loaded_topics", ()))
        for talk in talks
    ]
    by_pk = dict(zip((talk.pk for talk in talks), parts, strict=True))
    return replace(
        event,
        topics=tuple(_reference(topic, topic.name, base) for topic in conference.topics.all()),
        subjects=tuple(_person(speaker, base) for speaker in conference.spoken_about),
        larger=_reference(conference.public_parent, conference.public_parent.heading, base)
        if conference.public_parent
        else None,
        parts=tuple(parts),
        recordings=tuple(_recording_of(one, event, by_pk, base) for one in conference.recordings.all()),
        sources=tuple(_source(source) for source in conference.sources.all()),
    )


def _talk(talk: Talk, base: str) -> Record:
    conference = talk.conference
    event = _event(conference, base, (), getattr(conference, "loaded_hosts", ()))
    record = _talk_of(talk, event, base, talk.people.all(), talk.organisations.all(), ())
    recordings = tuple(_recording_of(one, event, {talk.pk: record}, base) for one in talk.own_recordings)
    topics = tuple(_reference(topic, topic.name, base) for topic in talk.own_topics)
    subjects = tuple(_person(speaker, base) for speaker in talk.spoken_about)
    return replace(record, topics=topics, subjects=subjects, recordings=recordings)


def _recording(recording: Recording, base: str) -> Record:
    event = _event(recording.conference, base, (), ())
    talk = recording.talk
    talks = [talk] if talk else [offset.talk for offset in recording.offsets.all()]
    parts = {
        one.pk: _talk_of(
            one, event, base, one.people.all() if talk else (), one.organisations.all() if talk else (), ()
        )
        for one in talks
    }
    return _recording_of(recording, event, parts, base)


def _speaker(speaker: Speaker, base: str) -> Record:
    return Record(
        **_identity(speaker, base),
        title=one_line(speaker.full_name),
        changed=speaker.changed,
        description=clean(speaker.biography),
        person=_person(speaker, base),
        orcid=speaker.orcid,
    )


def _organisation(organisation: Organisation, base: str) -> Record:
    parent = organisation.parent
    return Record(
        **_identity(organisation, base),
        title=one_line(organisation.name),
        changed=organisation.changed,
        description=clean(organisation.description),
        short_name=one_line(organisation.short_name),
        website="" if organisation.website_dead_since else clean(organisation.website),
        place=Place(
            city=one_line(organisation.effective_city),
            region=one_line(organisation.region),
            country=one_line(organisation.country),
        ),
        larger=_reference(parent, parent.name, base) if parent else None,
        contacts=tuple(_contact(contact) for contact in contacts_of(organisation)),
        identifiers=_identifiers(organisation),
    )


def _identifiers(organisation: Organisation | None) -> tuple[Identifier, ...]:
    known = organisation.identifiers if organisation else ()
    return tuple(replace(one, value=one_line(one.value)) for one in known)


def _contact(contact: Contact) -> ContactPoint:
    return ContactPoint(
        one_line(contact.post),
        one_line(contact.speaker.full_name) if contact.speaker else "",
        clean(contact.email),
        one_line(contact.telephone),
        clean(contact.url),
        contact.checked.isoformat() if contact.checked else "",
    )


def _series(series: Series, base: str) -> Record:
    return Record(
        **_identity(series, base),
        title=one_line(series.name),
        changed=series.changed,
        description=clean(series.description),
    )


_DESCRIBERS: dict[type, Any] = {
    Conference: _conference,
    Talk: _talk,
    Recording: _recording,
    Speaker: _speaker,
    Organisation: _organisation,
    Series: _series,
}


def _event(conference: Conference, base: str, people: Iterable[Any], organisations: Iterable[Any]) -> Record:
    """An event without its parts, as a talk names it."""
    own, kind = one_line(conference.title or conference.theme), conference.kind
    type_name = one_line(conference.kind_as_printed or (kind.name if kind else ""))
    # A variant may be in any language: none is stated.
    others = [(conference.theme if conference.title else "", conference.language), (conference.other_title, "")]
    return Record(
        **_identity(conference, base),
        title=_capital(own or type_name or UNTITLED["conference"]),
        is_supplied=not own,
        other_titles=tuple(Text(one_line(title), language) for title, language in others if one_line(title)),
        changed=conference.changed,
        published=conference.published,
        type=Text(type_name, conference.language if conference.kind_as_printed else "ru"),
        type_code=kind.slug if kind else "",
        attendance=conference.format,
        audience=conference.audience,
        state=conference.state,
        postponed_to=conference.new_date,
        languages=tuple(code.strip() for code in conference.languages.split(",") if code.strip())
        or (conference.language,),
        description=clean(conference.summary),
        note=clean(conference.outcome),
        people=tuple(_person_part(part, base) for part in people),
        organisations=tuple(_organisation_part(part, base) for part in organisations),
        dates=tuple(_span(date) for date in conference.own_dates),
        place=_place(conference, base),
        series=_reference(conference.series, conference.series.name, base) if conference.series else None,
        ordinal=one_line(conference.ordinal),
    )


def _talk_of(
    talk: Talk, event: Record, base: str, people: Iterable[Any], organisations: Iterable[Any], topics: Iterable[Any]
) -> Record:
    own, type_name = one_line(talk.title), talk.kind.name if talk.kind else ""
    parallel = one_line(talk.parallel_title)
    return Record(
        **_identity(talk, base) | _from_event(event),
        title=_capital(own or one_line(talk.topic) or type_name or UNTITLED["talk"]),
        is_supplied=not own,
        other_titles=(Text(parallel),) if parallel else (),
        type=Text(type_name, "ru"),
        type_code=talk.kind.slug if talk.kind else "",
        state=event.state,
        postponed_to=event.postponed_to,
        languages=(talk.language,),
        description=clean(talk.abstract),
        people=tuple(_person_part(part, base) for part in people),
        organisations=tuple(_organisation_part(part, base) for part in organisations),
        topics=tuple(_reference(one.tag, one.tag.name, base) for one in topics),
        series=event.series,
    )


def _recording_of(recording: Recording, event: Record, talks: dict[int, Record], base: str) -> Record:
    talk = talks.get(recording.talk_id)
    file = base + recording.file.url if recording.file else ""
    address = clean(recording.url) or file
    title = one_line(recording.title)
    if not title:
        title = talk.title if talk else event.title
    return Record(
        **_from_event(event),
        kind="recording",
        uid=recording.uid,
        address=address,
        slug=str(recording.uid),
        title=title,
        language=recording.language or (talk or event).language,
        languages=(recording.language,) if recording.language else (),
        talk=talk,
        medium=recording.medium.value,
        media_address=file,
        duration=recording.duration,
        licence=one_line(recording.licence),
        clips=tuple(
            (offset.seconds, _as_reference(talks[offset.talk_id]))
            for offset in recording.offsets.all()
            if offset.talk_id in talks
        )
        if not recording.talk_id
        else (),
    )


def _identity(record: Any, base: str) -> dict[str, Any]:
    """What every record with a page has."""
    return {
        "kind": record._meta.model_name,
        "uid": record.uid,
        "address": base + record.get_absolute_url(),
        "slug": record.slug,
        "language": record.language,
        "home": clean(getattr(record, "home", "")),
    }


def _from_event(event: Record) -> dict[str, Any]:
    """What a talk or recording has from its event."""
    return {"event": event} | {
        name: getattr(event, name) for name in ("changed", "published", "home", "dates", "place")
    }


def _as_reference(record: Record) -> Reference:
    return Reference(record.uid, record.title, record.address, record.language)


def _reference(record: Any, name: str, base: str) -> Reference:
    return Reference(record.uid, one_line(name), base + record.get_absolute_url(), getattr(record, "language", ""))


def _person(speaker: Speaker, base: str) -> Person:
    return Person(
        speaker.uid,
        one_line(speaker.full_name),
        base + speaker.get_absolute_url(),
        speaker.language,
        family=one_line(speaker.family_name),
        given=one_line(speaker.given_names or speaker.initials),
        orcid=speaker.orcid,
    )


def _person_part(part: SpeakerParticipation, base: str) -> PersonPart:
    organisation = part.organisation
    return PersonPart(
        _person(part.speaker, base),
        part.role.slug,
        Text(part.role.name, "ru"),
        one_line(part.position),
        _reference(organisation, str(organisation), base) if organisation else None,
        one_line(str(organisation) if organisation else part.affiliation_as_printed),
    )


def _organisation_part(part: OrganisationParticipation, base: str) -> OrganisationPart:
    organisation = part.organisation
    reference = _reference(organisation, organisation.name, base) if organisation else None
    role, known = Text(part.role.name, "ru"), _identifiers(organisation)
    return OrganisationPart(part.role.slug, role, reference, one_line(part.group), known)


def _span(date: Any) -> Span:
    return Span(date.start_date, partial_date(date.end), date.start_time, date.time_zone, one_line(date.note))


def _place(conference: Conference, base: str) -> Place:
    venue = conference.venue
    return Place(
        one_line(conference.place),
        _reference(venue, venue.name, base) if venue else None,
        one_line(conference.city or (venue.effective_city if venue else "")),
        one_line(venue.region) if venue else "",
        one_line(venue.country) if venue else "",
    )


def _source(source: Source) -> Cited:
    return Cited(
        one_line(source.headline),
        one_line(source.publisher),
        one_line(source.author),
        clean(source.url),
        partial_date(source.published),
    )


def _by_talk(parts: Iterable[Any]) -> dict[int | None, list[Any]]:
    """Participations by talk; None has those of the event and its sessions."""
    grouped: dict[int | None, list[Any]] = defaultdict(list)
    for part in parts:
        grouped[part.talk_id].append(part)
    return grouped


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]


def in_order(model: type, keys: list[int], base: str) -> Iterator[Record]:
    """The descriptions of published records in the order of their keys, read in portions."""
    for portion in batched(keys, PORTION):
        found = {record.pk: record for record in load(model.objects.filter(pk__in=portion))}
        yield from (describe(found[key], base) for key in portion if key in found)
