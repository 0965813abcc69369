"""The pages that visitors read."""

import itertools
from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Count, F, Prefetch, QuerySet, Value, When
from django.db.models.functions import Coalesce, NullIf, Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from ..models import (
    Conference,
    Organisation,
    OrganisationParticipation,
    Series,
    ShownVersion,
    Speaker,
    SpeakerParticipation,
    Talk,
    Topic,
)
from ..russian.folding import index_letter
from .filters import Selection, narrowed
from .generic import Paged, PublicList, RecordPage, shown_as

NEWEST = 6
HOME_TOPICS = 16
LONGEST_ROW_OF_YEARS = 40


def home(request: HttpRequest) -> HttpResponse:
    shown = ShownVersion.now()
    published = Conference.objects.published()
    years = list(published.order_by("year").values("year").annotate(count=Count("pk")))
    newest = list(Conference.objects.filter(pk__in=published.newest_first()[:NEWEST]).with_card().newest_first())
    topics = list(Topic.objects.counted_in(published, limit=HOME_TOPICS))
    context = {
        "counts": totals(),
        "years": with_empty_years([year for year in years if year["year"]]),
        "without_year": sum(year["count"] for year in years if not year["year"]),
        "newest": newest,
        "topics": topics,
        "examples": examples(newest, topics),
    }
    return shown_as(shown, render(request, "events/home.html", context))


def with_empty_years(years: list[dict[str, int]]) -> list[dict[str, int]]:
    """The years in between count 0, so that the bars stand as far apart as time does; not across a century."""
    if not years or years[-1]["year"] - years[0]["year"] > LONGEST_ROW_OF_YEARS:
        return years
    counts = {year["year"]: year["count"] for year in years}
    return [{"year": year, "count": counts.get(year, 0)} for year in range(years[0]["year"], years[-1]["year"] + 1)]


def totals() -> dict[str, int]:
    """How much there is of everything, in one query."""
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
    return dict(rows[0].union(*rows[1:]))


def examples(newest: list[Conference], topics: list[Topic]) -> list[str]:
    """Things to search for that find something: a topic, a city, a person, from what the home page knows anyway."""
    cities = dict.fromkeys(city for conference in newest for city in conference.cities)
    people = Speaker.objects.published().order_by("-pk")[:1] if newest else ()
    return [
        *(topic.name for topic in topics[:1]),
        *itertools.islice(cities, 2),
        *(person.family_name for person in people),
    ]


def about(request: HttpRequest) -> HttpResponse:
    shown = ShownVersion.now()
    conferences = Conference.objects.published()
    context = {
        "counts": totals(),
        "without_year": conferences.in_year(None).count(),
        "newest": conferences.newest_first().first(),
    }
    return shown_as(shown, render(request, "events/about.html", context))


class ConferenceList(PublicList):
    model = Conference

    def get_queryset(self) -> QuerySet:
        self.selection = Selection(self.request.GET)
        self.count = self.selection.count
        return narrowed(self.selection.chosen).newest_first()

    @staticmethod
    def with_rows(records: QuerySet) -> QuerySet:
        return records.with_card()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(selection=self.selection, **kwargs)

    def canonical_query(self, page: int) -> str:
        address = self.selection.address(page=str(page) if page > 1 else None)
        return address.removeprefix("?").removeprefix(".")


class TalkList(PublicList):
    model = Talk

    def get_queryset(self) -> QuerySet:
        return Talk.objects.published().titled().newest_first()

    @staticmethod
    def with_rows(records: QuerySet) -> QuerySet:
        return records.with_card()


class AlphabeticalList(PublicList):
    """An А–Я index: all letters on one page while they fit, else a page for each letter."""

    paginate_by = 150

    def get_queryset(self) -> QuerySet:
        self.letter = self.request.GET.get("letter", "")
        if self.letter and self.letter not in self.letters:
            raise Http404
        self.count = self.letters[self.letter] if self.letter else sum(self.letters.values())
        records = self.index().order_by(is_foreign(), "name_key", "pk")
        if self.letter == "#":
            return records.filter(name_key__lt="a")
        return records.filter(name_key__startswith=self.letter.lower()) if self.letter else records

    def index(self) -> QuerySet:
        """All records of the index."""
        return self.model.objects.published()

    @cached_property
    def letters(self) -> dict[str, int]:
        """Each letter that a name begins with, and how many do."""
        letters: dict[str, int] = {}
        firsts = self.index().annotate(first=Substr("name_key", 1, 1)).order_by(is_foreign(), "first")
        for first, count in firsts.values_list("first").annotate(count=Count("pk")):
            letter = index_letter(first)
            letters[letter] = letters.get(letter, 0) + count
        return letters

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(letters=self.letters, letter=self.letter, **kwargs)
        by_letter = itertools.groupby(context["object_list"], lambda record: index_letter(record.name_key))
        return context | {"groups": [(letter, list(records)) for letter, records in by_letter]}

    def canonical_query(self, page: int) -> str:
        parts = [f"letter={self.letter}" * bool(self.letter), super().canonical_query(page)]
        return "&".join(filter(None, parts))


def is_foreign() -> Case:
    """Orders Cyrillic before Latin, as Russian catalogues do."""
    return Case(When(name_key__lt="а", then=1), default=0)


class SpeakerList(AlphabeticalList):
    model = Speaker

    @staticmethod
    def with_rows(records: QuerySet) -> QuerySet:
        year = F("conference__year").desc(nulls_last=True)
        latest_first = (year, "-conference__first_day", "-conference", "order", "pk")
        parts = SpeakerParticipation.objects.published().with_names().order_by(*latest_first)
        return records.prefetch_related(Prefetch("participations", parts))


class OrganisationList(AlphabeticalList):
    model = Organisation

    def index(self) -> QuerySet:
        return super().index().main()

    def get_queryset(self) -> QuerySet:
        records = super().get_queryset()
        return by_place(records) if self.is_by_place else records

    @staticmethod
    def with_rows(records: QuerySet) -> QuerySet:
        return records.prefetch_related(Prefetch("departments", Organisation.objects.published()))

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
    shows_today = True

    @staticmethod
    def with_related(records: QuerySet) -> QuerySet:
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
    record_path = "conference__uid"
    shows_today = True

    @staticmethod
    def with_related(records: QuerySet) -> QuerySet:
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
    # Namesakes are found by likeness.
    shows_relations_only = False

    @staticmethod
    def with_related(records: QuerySet) -> QuerySet:
        return records.prefetch_related("aliases")

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
    def with_rows(records: QuerySet) -> QuerySet:
        return records.with_card()

    def conferences(self) -> QuerySet:
        """The conferences of the list."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(object_list=self.conferences(), **kwargs)


class OrganisationPage(PagedRecordPage):
    """Context: `events`, conferences with the parts in them; `people` who represented it; `departments`; `printed`."""

    model = Organisation

    @staticmethod
    def with_related(records: QuerySet) -> QuerySet:
        return records.select_related("parent").prefetch_related("aliases")

    def conferences(self) -> QuerySet:
        return Conference.objects.published().with_organisation(self.object.slug).newest_first()

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

    def conferences(self) -> QuerySet:
        return Conference.objects.published().on_topic(self.object.slug).newest_first()

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

    def conferences(self) -> QuerySet:
        return Conference.objects.published().filter(series=self.object).newest_first()
