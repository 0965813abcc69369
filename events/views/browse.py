"""The pages that visitors read."""

import itertools
from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, F, Prefetch, QuerySet, Value, When
from django.db.models.functions import Coalesce, NullIf, Substr
from django.db.models.query import RawQuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from .. import text
from ..models import (
    Conference,
    Organisation,
    OrganisationParticipation,
    Series,
    Speaker,
    SpeakerParticipation,
    Talk,
    Topic,
)
from ..models.composed import composed
from .filters import Chosen, Selection, narrowed
from .pages import CountedPaginator, Listed, Paged, PublicList, RecordPage

NEWEST = 6
HOME_TOPICS = 16
LONGEST_ROW_OF_YEARS = 40


@composed
def _years() -> QuerySet:
    return Conference.objects.published().order_by("year").values("year").annotate(count=Count("pk"))


@composed
def _newest() -> QuerySet:
    newest = Conference.objects.published().newest_first()[:NEWEST]
    return Conference.objects.filter(pk__in=newest).with_card().newest_first()


@composed
def _topics() -> RawQuerySet:
    return Topic.objects.counted_in(Conference.objects.published(), limit=HOME_TOPICS)


@composed
def _latest_speaker() -> QuerySet:
    return Speaker.objects.published().order_by("-pk")[:1]


def home(request: HttpRequest) -> HttpResponse:
    years, newest, topics = _years(), _newest(), _topics()
    context = {
        "counts": totals(),
        "years": with_empty_years([year for year in years if year["year"]]),
        "without_year": sum(year["count"] for year in years if not year["year"]),
        "newest": newest,
        "topics": topics,
        "examples": examples(newest, topics),
    }
    return render(request, "events/home.html", context)


def with_empty_years(years: list[dict[str, int]]) -> list[dict[str, int]]:
    """The years in between count 0, so that the bars stand as far apart as time does; not across a century."""
    if not years or years[-1]["year"] - years[0]["year"] > LONGEST_ROW_OF_YEARS:
        return years
    counts = {year["year"]: year["count"] for year in years}
    return [{"year": year, "count": counts.get(year, 0)} for year in range(years[0]["year"], years[-1]["year"] + 1)]


def totals() -> dict[str, int]:
    """How much there is of everything, in one query."""
    return dict(_totals())


@composed
def _totals() -> QuerySet:
    published = {
        "conferences": Conference.objects.published(),
        "talks": Talk.objects.published().numbered(),
        "speakers": Speaker.objects.published(),
        "organisations": Organisation.objects.published().main(),
    }
    rows = [
        records.order_by().annotate(what=Value(what)).values_list("what").annotate(Count("pk"))
        for what, records in published.items()
    ]
    return rows[0].union(*rows[1:])


def examples(newest: list[Conference], topics: list[Topic]) -> list[str]:
    """Things to search for that find something: a topic, a city, a person, from what the home page knows anyway."""
    cities = dict.fromkeys(city for conference in newest for city in conference.cities)
    people = _latest_speaker() if newest else ()
    return [
        *(topic.name for topic in topics[:1]),
        *itertools.islice(cities, 2),
        *(person.family_name for person in people),
    ]


def about(request: HttpRequest) -> HttpResponse:
    conferences = Conference.objects.published()
    context = {
        "counts": totals(),
        "without_year": conferences.in_year(None).count(),
        "newest": conferences.newest_first().first(),
    }
    return render(request, "events/about.html", context)


class ConferenceList(PublicList):
    model = Conference

    def get_queryset(self) -> Listed:
        self.selection = Selection(self.request.GET)
        return Listed(type(self), self.selection.chosen)

    @staticmethod
    def listed(chosen: Chosen) -> QuerySet:
        return narrowed(chosen).newest_first()

    @staticmethod
    def with_rows(records: Any) -> Any:
        return records.with_card()

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator:
        return CountedPaginator(*args, count=self.selection.count, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(selection=self.selection, **kwargs)

    def canonical_query(self, page: int) -> str:
        address = self.selection.address(page=str(page) if page > 1 else None)
        return address.removeprefix("?").removeprefix(".")


class TalkList(PublicList):
    model = Talk

    @staticmethod
    def listed() -> QuerySet:
        return Talk.objects.published().titled().newest_first()

    @staticmethod
    def with_rows(records: Any) -> Any:
        return records.with_card()


class AlphabeticalList(PublicList):
    """An А–Я index: all letters on one page while they fit, else a page for each letter."""

    paginate_by = 150

    def get_queryset(self) -> Listed:
        self.letter = self.request.GET.get("letter", "")
        if self.letter and self.letter not in self.letters:
            raise Http404
        return Listed(type(self), self.letter)

    @classmethod
    def listed(cls, letter: str) -> QuerySet:
        records = cls.index().order_by(is_foreign(), "name_key", "pk")
        if letter == "#":
            return records.filter(name_key__lt="a")
        return records.filter(name_key__startswith=letter.lower()) if letter else records

    @classmethod
    def index(cls) -> QuerySet:
        return cls.model.objects.published()

    @cached_property
    def letters(self) -> dict[str, int]:
        """Each letter that a name begins with, and how many do."""
        letters: dict[str, int] = {}
        for first, count in _first_letters(type(self)):
            letter = text.index_letter(first)
            letters[letter] = letters.get(letter, 0) + count
        return letters

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator:
        count = self.letters[self.letter] if self.letter else sum(self.letters.values())
        return CountedPaginator(*args, count=count, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(letters=self.letters, letter=self.letter, **kwargs)
        by_letter = itertools.groupby(context["object_list"], lambda record: text.index_letter(record.name_key))
        return context | {"groups": [(letter, list(records)) for letter, records in by_letter]}

    def canonical_query(self, page: int) -> str:
        parts = [f"letter={self.letter}" * bool(self.letter), super().canonical_query(page)]
        return "&".join(filter(None, parts))


@composed
def _first_letters(view: type[AlphabeticalList]) -> QuerySet:
    firsts = view.index().annotate(first=Substr("name_key", 1, 1)).order_by(is_foreign(), "first").values_list("first")
    return firsts.annotate(count=Count("pk"))


def is_foreign() -> Case:
    """Orders Cyrillic before Latin, as Russian catalogues do."""
    return Case(When(name_key__lt="а", then=1), default=0)


class SpeakerList(AlphabeticalList):
    model = Speaker

    @staticmethod
    def with_rows(records: Any) -> Any:
        latest_first = ("-conference__year", "-conference__first_day")
        parts = SpeakerParticipation.objects.published().with_names().order_by(*latest_first)
        return records.with_parts(participations=parts)


class OrganisationList(AlphabeticalList):
    model = Organisation

    @classmethod
    def index(cls) -> QuerySet:
        return super().index().main()

    def get_queryset(self) -> Listed:
        return Listed(type(self), super().get_queryset().shape[0], self.is_by_place)

    @classmethod
    def listed(cls, letter: str, is_by_place: bool) -> QuerySet:
        return by_place(super().listed(letter)) if is_by_place else super().listed(letter)

    @staticmethod
    def with_rows(records: Any) -> Any:
        return records.with_parts(departments=Organisation.objects.published())

    @property
    def is_by_place(self) -> bool:
        return self.request.GET.get("by") == "place"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(is_by_place=self.is_by_place, **kwargs)
        if self.is_by_place:
            groups = itertools.groupby(context["object_list"], place)
            context["groups"] = [(name, list(organisations)) for name, organisations in groups]
        return context

    def canonical_query(self, page: int) -> str:
        return "&".join(filter(None, ["by=place" * self.is_by_place, super().canonical_query(page)]))


def by_place(organisations: QuerySet) -> QuerySet:
    """By region, then city; those of which neither is known come last."""
    region = NullIf("region", Value(""))
    known = Coalesce(region, NullIf("city", Value("")))
    return organisations.order_by(known.asc(nulls_last=True), F("city"), "name_key", "pk")


def place(organisation: Organisation) -> str:
    parts = dict.fromkeys(part for part in (organisation.region, organisation.city) if part)
    return ", ".join(parts) or _("place not stated")


class TopicList(AlphabeticalList):
    model = Topic

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counts = {topic.pk: topic.count for topic in Topic.objects.counted_in(Conference.objects.published())}
        context = super().get_context_data(**kwargs)
        for topic in context["object_list"]:
            topic.count = counts[topic.pk]
        return context


class ConferencePage(RecordPage):
    """Context: `conference` (preloaded), `programme` (sessions with their talks), roles with those who have them."""

    model = Conference

    @staticmethod
    def preloaded(records: Any) -> Any:
        return records.with_page()

    def withdrawn(self, slug: str) -> Conference | None:
        return Conference.objects.withdrawn().filter(slug=slug).first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        conference = self.object
        return super().get_context_data(
            programme=conference.programme(),
            talk_count=sum(talk.is_numbered for talk in conference.talks.all()),
            people_by_role=by_role(conference.own_people),
            organisations_by_role=by_role(conference.own_organisations),
            **kwargs,
        )


def by_role(parts: Iterable[Any]) -> list[tuple[Any, list[Any]]]:
    """Each role with the parts that have it, in the order of the list of roles."""
    ordered = sorted(parts, key=lambda part: (part.role.order, part.role_id))
    return [(role, list(those)) for role, those in itertools.groupby(ordered, lambda part: part.role)]


class TalkPage(RecordPage):
    """Context: `talk` (preloaded), the talks before and after it in the programme."""

    model = Talk

    @staticmethod
    def preloaded(records: Any) -> Any:
        return records.with_page()

    def withdrawn(self, slug: str) -> Conference | None:
        return Conference.objects.withdrawn().filter(talks__slug=slug).first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        others = list(Talk.objects.filter(conference=self.object.conference_id).select_related("kind", "session"))
        place = others.index(self.object)
        return super().get_context_data(
            before=others[place - 1] if place else None, after=next(iter(others[place + 1 :]), None), **kwargs
        )


class SpeakerPage(RecordPage):
    """Context: `events`, each conference with this person's parts in it; names as printed; `namesakes`."""

    model = Speaker

    @staticmethod
    def preloaded(records: Any) -> Any:
        return records.with_leaves("aliases")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parts = (
            self.object.participations.published()
            .with_names()
            .select_related("conference__kind", "talk__kind", "session")
            .prefetch_related("conference__dates")
        )
        return super().get_context_data(
            events=by_conference(parts),
            talk_count=len({part.talk_id for part in parts if part.talk and part.talk.is_numbered}),
            printed=list(dict.fromkeys(part.name_as_printed for part in parts if part.name_as_printed)),
            namesakes=self.object.namesakes(),
            **kwargs,
        )


def by_conference(parts: Iterable[Any]) -> list[tuple[Conference, list[Any]]]:
    """Conferences, the latest first, each with those of the parts that belong to it."""
    grouped: dict[Conference, list[Any]] = {}
    for part in parts:
        grouped.setdefault(part.conference, []).append(part)
    return sorted(grouped.items(), key=lambda item: (item[0].year or 0, item[0].first_day, item[0].pk), reverse=True)


class PagedRecordPage(RecordPage, Paged):
    """A record with a paged list of conferences on its page."""

    @staticmethod
    def with_rows(records: Any) -> Any:
        return records.with_card()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(object_list=Listed(type(self), slug=self.object.slug), **kwargs)


class OrganisationPage(PagedRecordPage):
    """Context: `events`, conferences with the parts in them; `people` who represented it; `departments`; `printed`."""

    model = Organisation

    @staticmethod
    def preloaded(records: Any) -> Any:
        return records.select_related("parent").with_leaves("aliases")

    @staticmethod
    def listed(slug: str) -> QuerySet:
        return Conference.objects.published().with_organisation(slug).newest_first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        conferences = list(context["object_list"])
        family = Organisation.objects.family(self.object.slug)
        people = list(SpeakerParticipation.objects.published().filter(organisation__in=family).with_names())
        parts = OrganisationParticipation.objects.filter(organisation__in=family, conference__in=conferences)
        parts = list(parts.with_names().select_related("talk__kind"))
        return context | {
            "events": [self.event(conference, parts, people) for conference in conferences],
            "people": by_speaker(people),
            "departments": self.object.departments.published(),
            "printed": list(
                dict.fromkeys(
                    part.name_as_printed
                    for part in parts
                    if part.organisation_id == self.object.pk and part.name_as_printed
                )
            ),
        }

    def event(self, conference: Conference, parts: list[Any], people: list[Any]) -> dict[str, Any]:
        """What the organisation was at this conference; that it was the place only if its part does not say so."""
        own = [part for part in parts if part.conference_id == conference.pk]
        venue = conference.venue
        is_venue = venue is not None and self.object.pk in (venue.pk, venue.parent_id)
        return {
            "conference": conference,
            "parts": own,
            "people": [part for part in people if part.conference_id == conference.pk],
            "is_venue": is_venue and not any(part.role.slug == "site" for part in own),
        }


def by_speaker(parts: Iterable[SpeakerParticipation]) -> list[tuple[Speaker, list[str]]]:
    """People in alphabetical order, each with the positions they have been printed with."""
    grouped: dict[Speaker, dict[str, None]] = {}
    for part in sorted(parts, key=lambda part: (part.speaker.name_key, part.speaker_id)):
        positions = grouped.setdefault(part.speaker, {})
        if part.position:
            positions[part.position] = None
    return [(speaker, list(positions)) for speaker, positions in grouped.items()]


class TopicPage(PagedRecordPage):
    """Context: conferences that have the topic themselves or at a talk, each with `talks_on_topic`."""

    model = Topic

    @staticmethod
    def listed(slug: str) -> QuerySet:
        return Conference.objects.published().on_topic(slug).newest_first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        conferences = {conference.pk: conference for conference in context["object_list"]}
        for conference in conferences.values():
            conference.talks_on_topic = []
        speakers = Prefetch("people", SpeakerParticipation.objects.with_names())
        talks = Talk.objects.filter(conference__in=conferences, topics=self.object).select_related("kind")
        for talk in talks.prefetch_related(speakers):
            conferences[talk.conference_id].talks_on_topic.append(talk)
        return context


class SeriesPage(PagedRecordPage):
    model = Series

    @staticmethod
    def listed(slug: str) -> QuerySet:
        return Conference.objects.published().filter(series__slug=slug).newest_first()
