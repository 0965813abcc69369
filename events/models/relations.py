"""Relations between records through the events that they share: who met whom, who speaks about what, since when.

Two organisations met at an event, and so did two people, if both took part in it, in whatever role and in whatever part
of its programme. Not counted:

- drafts, withdrawn events and hidden people (a hidden person's library was there all the same);
- for meetings, events that are expected, cancelled or postponed;
- for meetings, organisations that only helped: the roles of `HELPERS`.

A department is counted as its organisation; departments of one organisation do not meet. What is said of a topic counts
the same events as the list of events does: all that are published.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.query import RawQuerySet

from .conference import Conference, ConferenceQuerySet
from .people import (
    Organisation,
    OrganisationParticipation,
    Speaker,
    SpeakerParticipation,
    SpeakerParticipationQuerySet,
    SpeakerQuerySet,
)
from .querysets import JSONArrayAgg
from .record_counts import counted, counted_by_town, counted_with_days
from .topics import ConferenceTopic, TalkTopic, Topic

# Roles of organisations that need not have been at the event.
HELPERS = ("initiator", "support", "partner")

KNOWN_YEAR = Q(year__isnull=False)


def span(conferences: ConferenceQuerySet) -> dict[str, object]:
    """The number of these conferences, `count`, with the `first` and the `last` day of those whose year is known."""
    return conferences.order_by().aggregate(
        count=Count("pk"), first=Min("first_day", filter=KNOWN_YEAR), last=Max("first_day", filter=KNOWN_YEAR)
    )


def _with_figures(speakers: SpeakerQuerySet, limit: int | None) -> QuerySet:
    """Speakers with the `count` of the conferences filtered by, the `first` and the `last` day; the most first."""
    is_known = Q(participations__conference__year__isnull=False)
    day = "participations__conference__first_day"
    return speakers.annotate(
        count=Count("participations__conference", distinct=True),
        first=Min(day, filter=is_known),
        last=Max(day, filter=is_known),
    ).order_by("-count", "name_key", "pk")[:limit]


# ── People who met ──────────────────────────────────────────────────────────────────────────────────────────────────


def attended(speaker: Speaker) -> ConferenceQuerySet:
    """Conferences that took place and in which the speaker took part."""
    parts = SpeakerParticipation.objects.named().filter(speaker=speaker)
    return Conference.objects.published().took_place().filter(pk__in=parts.values("conference"))


def speakers_met(speaker: Speaker, conferences: Iterable[Any] | None = None, *, limit: int | None = None) -> QuerySet:
    """Other people of the same conferences, each with `count`, `first` and `last`.

    `conferences`: those of `attended`, if they are loaded. A list of keys costs less than a query in a query.
    """
    where = attended(speaker) if conferences is None else conferences
    others = Speaker.objects.filter(hidden_since__isnull=True, participations__conference__in=where)
    return _with_figures(others.exclude(pk=speaker.pk), limit)


def both_speakers(one: Speaker, other: Speaker) -> ConferenceQuerySet:
    """Conferences at which two people met."""
    if one == other:
        return Conference.objects.none()
    return attended(one).filter(pk__in=attended(other).values("pk"))


# ── Organisations that met ──────────────────────────────────────────────────────────────────────────────────────────


def _presence() -> tuple[QuerySet, QuerySet]:
    """The participations by which an organisation was at a conference; its venue was there, too."""
    participations = OrganisationParticipation.objects.exclude(role__slug__in=HELPERS)
    return participations.filter(organisation__isnull=False), SpeakerParticipation.objects.filter(
        organisation__isnull=False
    )


def hosted_or_attended(organisation: Organisation) -> ConferenceQuerySet:
    """Conferences that took place and at which the organisation or one of its departments was."""
    family = Organisation.objects.with_departments(organisation.slug)
    is_present = Q(venue__in=family)
    for parts in _presence():
        is_present |= Q(pk__in=parts.filter(organisation__in=family).values("conference"))
    return Conference.objects.published().took_place().filter(is_present)


def organisations_met(organisation: Organisation, limit: int | None = None) -> RawQuerySet:
    """Other organisations of the same conferences, departments as their organisation: `count`, `first`, `last`."""
    pairs = _met(organisation)
    return counted_with_days(Organisation, pairs, without=organisation.parent_id or organisation.pk, limit=limit)


class Town(NamedTuple):
    """A town with the number of organisations there; the region as they state it, "" if none does."""

    region: str
    city: str
    count: int


def towns_met(organisation: Organisation, limit: int) -> list[Town]:
    """The towns of the organisations met, those of most of them first."""
    rows = counted_by_town(_met(organisation), organisation.parent_id or organisation.pk, limit)
    # Names as Python sorts them, whatever collation the database has.
    return sorted((Town(*row) for row in rows), key=lambda town: (-town.count, town.city, town.region))


def _met(organisation: Organisation) -> list[QuerySet]:
    """Pairs of a conference and an organisation that was there with this one, itself among them."""
    conferences = hosted_or_attended(organisation)
    pairs = [
        parts.filter(conference__in=conferences)
        .annotate(record=Coalesce("organisation__parent_id", "organisation_id"))
        .values_list("conference_id", "record")
        for parts in _presence()
    ]
    venues = conferences.filter(venue__isnull=False).annotate(record=Coalesce("venue__parent_id", "venue_id"))
    return [*pairs, venues.values_list("pk", "record")]


def departments(organisation: Organisation, limit: int | None = None) -> list[Organisation]:
    """Departments of the organisation, each with the `count` of its conferences, as the list of events counts them."""
    conferences = Conference.objects.published().with_organisation(organisation.slug)
    pairs = [
        parts.filter(conference__in=conferences, organisation__parent=organisation)
        .annotate(record=F("organisation_id"))
        .values_list("conference_id", "record")
        for parts in (OrganisationParticipation.objects, SpeakerParticipation.objects)
    ]
    venues = conferences.filter(venue__parent=organisation).annotate(record=F("venue_id"))
    pairs.append(venues.values_list("pk", "record"))
    found = list(counted(Organisation, pairs, None, limit))
    for department in found:
        department.parent = organisation
    return found


def both_organisations(one: Organisation, other: Organisation) -> ConferenceQuerySet:
    """Conferences at which two organisations met; none for an organisation and its own department."""
    if (one.parent_id or one.pk) == (other.parent_id or other.pk):
        return Conference.objects.none()
    return hosted_or_attended(one).filter(pk__in=hosted_or_attended(other).values("pk"))


def representatives(organisation: Organisation, limit: int | None = None) -> QuerySet:
    """People who took part for the organisation or a department, with the `count` of these conferences.

    `positions` are the different ones that they had there, in no particular order, or None.
    """
    parts = SpeakerParticipation.objects.published()
    family = Organisation.objects.with_departments(organisation.slug)
    people = Speaker.objects.filter(participations__in=parts.filter(organisation__in=family))
    positions = JSONArrayAgg("participations__position", distinct=True, filter=~Q(participations__position=""))
    return _with_figures(people.annotate(positions=positions), limit)


def represented(organisation: Organisation, speaker: Speaker) -> ConferenceQuerySet:
    """Conferences at which the speaker took part for the organisation or a department."""
    family = Organisation.objects.with_departments(organisation.slug)
    parts = SpeakerParticipation.objects.named().filter(speaker=speaker, organisation__in=family)
    return Conference.objects.published().filter(pk__in=parts.values("conference"))


# ── Topics ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def topics_of_organisation(organisation: Organisation, limit: int | None = None) -> RawQuerySet:
    """Topics of the conferences of the organisation, counted as the list of events counts them."""
    conferences = Conference.objects.published().with_organisation(organisation.slug)
    return Topic.objects.counted_in(conferences, limit=limit)


def topics_of_speaker(
    speaker: Speaker,
    conferences: Sequence[Any] = (),
    talks: Iterable[Any] = (),
    *,
    limit: int | None = None,
) -> RawQuerySet:
    """Topics of the conferences in which the speaker took part and of the talks that the speaker had a part in.

    Not those of other people's talks. `conferences` and `talks`: those of the published participations, if loaded.
    """
    if not conferences:
        parts = SpeakerParticipation.objects.published().filter(speaker=speaker)
        conferences, talks = parts.values("conference"), parts.filter(talk__isnull=False).values("talk")
    pairs = [
        ConferenceTopic.objects.filter(content_object__in=conferences)
        .annotate(record=F("tag_id"))
        .values_list("content_object_id", "record"),
        TalkTopic.objects.filter(content_object__in=talks)
        .annotate(record=F("tag_id"))
        .values_list("content_object__conference_id", "record"),
    ]
    return counted(Topic, pairs, None, limit)


def _parts_on(topic: Topic) -> list[SpeakerParticipationQuerySet]:
    """Participations in the conferences that have the topic themselves, and in the talks that have it."""
    conferences = Conference.objects.published().filter(topic_assignments__tag=topic)
    talks = TalkTopic.objects.filter(tag=topic).values("content_object")
    parts = SpeakerParticipation.objects
    return [parts.named().filter(conference__in=conferences), parts.published().filter(talk__in=talks)]


def speakers_on(topic: Topic, limit: int | None = None) -> RawQuerySet:
    """People who speak about the topic, each with `count`, `first` and `last`."""
    pairs = [
        parts.annotate(record=F("speaker_id")).values_list("conference_id", "record") for parts in _parts_on(topic)
    ]
    return counted_with_days(Speaker, pairs, limit=limit)


def speaks_on(topic: Topic, speaker: Speaker) -> ConferenceQuerySet:
    """Conferences at which the speaker speaks about the topic."""
    themselves, at_talks = (parts.filter(speaker=speaker).values("conference") for parts in _parts_on(topic))
    return Conference.objects.published().filter(Q(pk__in=themselves) | Q(pk__in=at_talks))


def organisations_on(topic: Topic, limit: int | None = None) -> RawQuerySet:
    """Organisations of the conferences on the topic, counted as the list of events counts them."""
    conferences = Conference.objects.published().on_topic(topic.slug)
    return Organisation.objects.counted_in(conferences, limit=limit)
