"""The indexes of speakers and organisations, the page of a speaker and the page of an organisation."""

import itertools
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import (
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    Window,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce, NullIf, RowNumber
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..batches import batched
from ..models import (
    Conference,
    Contact,
    Organisation,
    OrganisationAlias,
    OrganisationParticipation,
    Speaker,
    SpeakerParticipation,
    Subject,
    Talk,
    relations,
)
from ..models.conference import SITE
from ..models.contacts import contacts_of, with_contacts
from ..models.querysets import rows_as_json
from .filters import FREQUENT, IndexSelection
from .generic import AlphabeticalList, KeysPaginator, PagedRecordPage
from .relations import (
    DEPARTMENTS,
    ORGANISATIONS_MET,
    PEOPLE_MET,
    REPRESENTATIVES,
    TOPICS_OF_ORGANISATION,
    TOPICS_OF_SPEAKER,
)

# Shown on the page of an organisation: towns that it met; roles and people in one event.
MOST_TOWNS, MOST_PARTS = 40, 40
# Shown on the page of a person; the others stand with their events.
MOST_AFFILIATIONS = 40
# Of more participations of a person, a query in a query costs less than a list of their keys.
MOST_KEYS = 500
# Conferences that are about a person, and talks of each.
MOST_ABOUT, MOST_TALKS_ABOUT = 50, 5
# Of rows that belong to conferences: those of the latest first.
LATEST_CONFERENCES = (F("conference__year").desc(nulls_last=True), "-conference__first_day", "-conference")


class FilteredIndex(AlphabeticalList):
    """An index narrowed by the events in which its records took part, by name or by the number of these.

    Context: `selection`, `kept_query`.
    """

    @property
    def is_by_count(self) -> bool:
        return self.selection.sort == FREQUENT

    def get_queryset(self) -> QuerySet | list[int]:
        if not self.is_by_count:
            return super().get_queryset()
        self.letter = ""
        return list(self.counts)

    @cached_property
    def counts(self) -> dict[int, int]:
        """The number of events by key, the most frequent first."""

        def count() -> dict[int, int]:
            return {one.pk: one.count for one in self.model.objects.counted_in(self.selection.conferences())}

        return self.selection.kept("counts", count)

    def get_paginator(self, keys: Any, per_page: int, **kwargs: Any) -> Paginator:
        if not self.is_by_count:
            return super().get_paginator(keys, per_page, **kwargs)
        return KeysPaginator(keys, per_page, records=self.with_rows(self.model.objects.all()), **kwargs)

    def index(self) -> QuerySet:
        return self.selection.records()

    @cached_property
    def selection(self) -> IndexSelection:
        return IndexSelection(self.request.GET, super().index(), self.shown.number)

    def kept_counts(self) -> dict[str, dict[str, int]] | None:
        return self.selection.counts_of_all()

    @cached_property
    def letters(self) -> dict[str, int]:
        return self.selection.kept("letters", self.count_letters)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(selection=self.selection, kept_query=self.selection.query(), **kwargs)
        if self.is_by_count:
            for record in context["object_list"]:
                record.event_count = self.counts[record.pk]
            context["groups"] = [("", context["object_list"])]
        return context

    def canonical_query(self, page: int) -> str:
        return "&".join(filter(None, [self.selection.query(), super().canonical_query(page)]))


class SpeakerList(FilteredIndex):
    model = Speaker
    template_name = "events/speaker_list.html"
    heading = gettext_lazy("Speakers")

    @cached_property
    def selection(self) -> IndexSelection:
        return IndexSelection(self.request.GET, Speaker.objects.participants(), self.shown.number)

    @staticmethod
    def with_rows(records: QuerySet) -> QuerySet:
        parts = SpeakerParticipation.objects.published().filter(speaker=OuterRef("pk")).order_by().values("speaker")
        events = parts.annotate(count=Count("conference", distinct=True)).values("count")
        return records.annotate(event_count=Subquery(events))


class OrganisationList(FilteredIndex):
    model = Organisation
    template_name = "events/organisation_list.html"
    heading = gettext_lazy("Organisations")

    @cached_property
    def selection(self) -> IndexSelection:
        return IndexSelection(self.request.GET, Organisation.objects.published().main(), self.shown.number)

    def get_queryset(self) -> QuerySet:
        records = super().get_queryset()
        return by_place(records) if self.is_by_place else records

    @staticmethod
    def with_rows(records: QuerySet) -> QuerySet:
        return records.prefetch_related(Prefetch("departments", Organisation.objects.published()))

    @property
    def is_by_place(self) -> bool:
        return self.request.GET.get("by") == "place" and not self.is_by_count

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(is_by_place=self.is_by_place, orders=self.orders(), **kwargs)
        if self.is_by_place:
            groups = itertools.groupby(context["object_list"], place)
            context["groups"] = [(name, list(organisations)) for name, organisations in groups]
        return context

    def orders(self) -> list[dict[str, Any]]:
        """The orders of every index, and one by place, which has no letters."""
        usual = [one | {"chosen": one["chosen"] and not self.is_by_place} for one in self.selection.order_links]
        by_name = self.selection.by_name.removeprefix(".")
        address = f"{by_name}&by=place" if by_name else "?by=place"
        return [*usual, {"label": _("by place"), "address": address, "chosen": self.is_by_place}]

    def canonical_query(self, page: int) -> str:
        return "&".join(filter(None, ["by=place" * self.is_by_place, super().canonical_query(page)]))


def by_place(organisations: QuerySet) -> QuerySet:
    """Organisations sorted by region, then city; those without either come last."""
    region = NullIf("region", Value(""))
    known = Coalesce(region, NullIf("city", Value("")))
    return organisations.order_by(known.asc(nulls_last=True), F("city"), "name_key", "pk")


def place(organisation: Organisation) -> str:
    parts = dict.fromkeys(part for part in (organisation.region, organisation.city) if part)
    return ", ".join(parts) or _("place not stated")


class Affiliation(NamedTuple):
    """A position in an organisation with the years in which it was named.

    `participation` is the latest of them: its key, then the record whose words are shown.
    """

    participation: int | SpeakerParticipation
    first: int | None
    last: int | None


class SpokenAbout(NamedTuple):
    """A conference that is about a person, or whose talks are: the first of these, and how many more there are."""

    conference: Conference
    talks: list[Talk]
    more: int


class SpeakerPage(PagedRecordPage):
    """Context: `object_list`, conferences of this page of the list, each with the speaker’s participations; `years`
    with the number of their conferences and the page they begin on; names as `printed`; `affiliations` over time;
    `related`, people met and topics; `about`, the latest conferences that are about the person, of `about_count`.
    """

    model = Speaker
    paginate_by = 50
    # Namesakes are found by similarity of names.
    shows_relations_only = False
    similar_template = "events/_namesakes.html"

    @staticmethod
    def with_related(records: QuerySet) -> QuerySet:
        return records.prefetch_related("aliases")

    @classmethod
    def read(cls, slugs: Iterable[str]) -> dict[str, Any]:
        found = super().read(slugs)
        parts, subjects = parts_of(found.values()), subjects_of(found.values())
        keys = {
            one.pk: first_keys(parts[one.pk], cls.paginate_by)
            | {part.participation for part in affiliations(parts[one.pk])[:MOST_AFFILIATIONS]}
            for one in found.values()
        }
        shown = {
            part.pk: part
            for some in batched(itertools.chain.from_iterable(keys.values()), 500)
            for part in with_page(SpeakerParticipation.objects.published().filter(pk__in=some))
        }
        prefetch_related_objects([part.conference for part in shown.values()], "dates")
        for one in found.values():
            own = [shown[key] for key in keys[one.pk] if key in shown]
            own.sort(key=lambda part: (part.order, part.pk))
            one.loaded = Loaded(parts[one.pk], subjects[one.pk], own)
        return found

    @property
    def loaded(self) -> "Loaded | None":
        return self.object.loaded if self.object.slug in self.records else None

    @cached_property
    def parts(self) -> list[Any]:
        return self.loaded.parts if self.loaded else parts_of([self.object])[self.object.pk]

    def conferences(self) -> list[int]:
        return list(dict.fromkeys(part.conference for part in self.parts))

    @cached_property
    def subjects(self) -> dict[int, list[Any]]:
        return self.loaded.subjects if self.loaded else subjects_of([self.object])[self.object.pk]

    def about(self) -> list[SpokenAbout]:
        rows = list(self.subjects.values())[:MOST_ABOUT]
        first = [row.pk for of_event in rows for row in of_event[: MOST_TALKS_ABOUT + 1]]
        shown = Subject.objects.published().select_related("conference__kind", "talk__kind")
        by_key = shown.in_bulk(first)
        found = []
        for of_event in rows:
            known = [by_key[row.pk] for row in of_event if row.pk in by_key]
            talks = [row.talk for row in known if row.talk][:MOST_TALKS_ABOUT]
            if known:
                more = sum(row.talk is not None for row in of_event) - len(talks)
                found.append(SpokenAbout(known[0].conference, talks, more))
        return found

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator:
        return Paginator(*args, **kwargs)

    def shown(self, conferences: list[int], keys: list[int | SpeakerParticipation]) -> list[SpeakerParticipation]:
        """The participations in these conferences and those with these keys, with what the page says of them."""
        if self.loaded and "page" not in self.request.GET:
            return self.loaded.shown
        parts = SpeakerParticipation.objects.published().filter(speaker=self.object)
        return list(with_page(parts.filter(Q(conference__in=conferences) | Q(pk__in=keys))))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parts, rows_about = self.parts, itertools.chain.from_iterable(self.subjects.values())
        positions = affiliations(parts)
        talks = {one.talk: one.talk__kind__is_numbered for one in parts if one.talk}
        if len(parts) > MOST_KEYS:
            met, topics = PEOPLE_MET.first(self.object), TOPICS_OF_SPEAKER.first(self.object)
        else:
            met = PEOPLE_MET.first(self.object, list(dict.fromkeys(one.conference for one in parts if one.took_place)))
            topics = TOPICS_OF_SPEAKER.first(self.object, self.conferences(), list(talks))
        context = super().get_context_data(
            years=by_year(parts, self.paginate_by),
            related=[met, topics],
            about=self.about(),
            about_count=len(self.subjects),
            more_about=len(self.subjects) - MOST_ABOUT,
            # A talk of no kind is counted, too.
            talk_count=sum(is_numbered is not False for is_numbered in talks.values()),
            printed=list(dict.fromkeys(row.name_as_printed for row in [*parts, *rows_about] if row.name_as_printed)),
            **kwargs,
        )
        conferences, first = list(context["object_list"]), positions[:MOST_AFFILIATIONS]
        shown = {part.pk: part for part in self.shown(conferences, [one.participation for one in first])}
        shown_conferences = [part.conference for part in shown.values()] + [one.conference for one in context["about"]]
        # Those that `read` loaded have them.
        prefetch_related_objects(shown_conferences, "dates")
        return context | {
            "object_list": by_conference(part for part in shown.values() if part.conference_id in conferences),
            # Without one that somebody deleted since.
            "affiliations": [
                one._replace(participation=shown[one.participation]) for one in first if one.participation in shown
            ],
            "more_affiliations": len(positions) - len(first),
        }

    def similar(self, record: Speaker, is_hidden: bool) -> dict[str, Any]:
        return {"namesakes": record.namesakes()}


class Loaded(NamedTuple):
    """What `parts_of` and `subjects_of` have of a person, and the participations of the first page."""

    parts: list[Any]
    subjects: dict[int, list[Any]]
    shown: list[SpeakerParticipation]


def parts_of(speakers: Iterable[Speaker]) -> dict[int, list[Any]]:
    """What the figures of a page need of each participation, by person, those in the latest conferences first.

    As bare values: the records of 10,000 participations take seconds. Those shown are read by `SpeakerPage.shown`.
    """
    found: dict[int, list[Any]] = {one.pk: [] for one in speakers}
    took_place = Exists(Conference.objects.took_place().filter(pk=OuterRef("conference")))
    parts = SpeakerParticipation.objects.published().filter(speaker__in=list(found)).annotate(took_place=took_place)
    columns = ["pk", "speaker", "conference", "conference__year", "took_place", "talk", "talk__kind__is_numbered"]
    words = ["position", "organisation", "affiliation_as_printed", "name_as_printed"]
    for part in parts.order_by(*LATEST_CONFERENCES, "order", "pk").values_list(*columns, *words, named=True):
        found[part.speaker].append(part)
    return found


def subjects_of(speakers: Iterable[Speaker]) -> dict[int, dict[int, list[Any]]]:
    """What is known, as bare values too, of each row about a person, by person and conference, the latest first."""
    found: dict[int, dict[int, list[Any]]] = {one.pk: {} for one in speakers}
    rows = Subject.objects.published().filter(speaker__in=list(found))
    rows = rows.order_by(*LATEST_CONFERENCES, F("talk__order").asc(nulls_first=True), "pk")
    for row in rows.values_list("pk", "speaker", "conference", "talk", "name_as_printed", named=True):
        found[row.speaker].setdefault(row.conference, []).append(row)
    return found


def first_keys(parts: Iterable[Any], most: int) -> set[int]:
    """Keys of the participations in the first conferences."""
    first = set(list(dict.fromkeys(part.conference for part in parts))[:most])
    return {part.pk for part in parts if part.conference in first}


def with_page(parts: QuerySet) -> QuerySet:
    """Participations with what the page of a person says of them."""
    return parts.with_names().select_related("conference__kind", "talk__kind", "session")


def by_conference(parts: Iterable[Any]) -> list[tuple[Conference, list[Any]]]:
    """Conferences, the latest first, each with its participations."""
    grouped: dict[Conference, list[Any]] = {}
    for part in parts:
        grouped.setdefault(part.conference, []).append(part)
    return sorted(grouped.items(), key=lambda item: (item[0].year or 0, item[0].first_day, item[0].pk), reverse=True)


def by_year(parts: Iterable[Any], page_size: int) -> list[tuple[int, int, int]]:
    """Years, the latest first, each with the number of its conferences and the page on which they begin."""
    found, before = [], 0
    years = {part.conference: part.conference__year for part in parts if part.conference__year}
    for year, count in Counter(years.values()).items():
        found.append((year, count, before // page_size + 1))
        before += count
    return found


def affiliations(parts: Iterable[Any]) -> list[Affiliation]:
    """Positions and organisations of participations, the latest first; those without a known year last."""
    found: dict[tuple[Any, ...], Affiliation] = {}
    for part in parts:
        key = (part.position, part.organisation, "" if part.organisation else part.affiliation_as_printed)
        if any(key):
            known = found.get(key) or Affiliation(part.pk, None, part.conference__year)
            found[key] = known._replace(first=part.conference__year or known.first)
    return list(found.values())


class OrganisationPage(PagedRecordPage):
    """Context: `events`, conferences with participations; `representatives`, people who took part for it; `contacts`,
    `departments`, names `printed`; `related`, organisations met and topics; `towns` of the organisations met.
    """

    model = Organisation

    @staticmethod
    def with_related(records: QuerySet) -> QuerySet:
        aliases = rows_as_json(OrganisationAlias.objects, "organisation")
        return with_contacts(records.select_related("parent", "kind").annotate(alias_rows=aliases))

    def with_rows(self, records: QuerySet) -> QuerySet:
        own = OrganisationParticipation.objects.filter(organisation__in=self.family()).with_names()
        return records.with_card(first_of_each_conference(own.select_related("talk__kind")))

    def family(self) -> QuerySet:
        """The organisation and its departments."""
        return Organisation.objects.with_departments(self.object.slug)

    def conferences(self) -> QuerySet:
        return Conference.objects.published().with_organisation(self.object.slug).newest_first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        conferences = list(context["object_list"])
        people: dict[int, list[SpeakerParticipation]] = {conference.pk: [] for conference in conferences}
        own = SpeakerParticipation.objects.published().filter(organisation__in=self.family(), conference__in=people)
        for part in first_of_each_conference(own.with_names()):
            people[part.conference_id].append(part)
        parts = [part for conference in conferences for part in conference.organisations.all()]
        representatives = REPRESENTATIVES.first(self.object)
        for speaker in representatives.records:
            speaker.positions = sorted(speaker.positions or [])
        return context | {
            "events": [self.event(conference, people[conference.pk]) for conference in conferences],
            "representatives": representatives,
            "contacts": contacts_of(self.object) or self.contacts_of_parent(),
            # A department has none of its own.
            "departments": None if self.object.parent_id else DEPARTMENTS.first(self.object),
            "related": [ORGANISATIONS_MET.first(self.object), TOPICS_OF_ORGANISATION.first(self.object)],
            "towns": relations.towns_met(self.object, MOST_TOWNS),
            "printed": list(
                dict.fromkeys(
                    part.name_as_printed
                    for part in parts
                    if part.organisation_id == self.object.pk and part.name_as_printed
                )
            ),
        }

    def contacts_of_parent(self) -> list[Contact]:
        parent = self.object.parent_id
        return list(Contact.objects.published().filter(organisation=parent)) if parent else []

    def event(self, conference: Conference, people: list[SpeakerParticipation]) -> dict[str, Any]:
        """The organisation’s part in a conference; `is_venue` unless a participation has that role already."""
        parts = list(conference.organisations.all())
        venue = conference.venue
        is_venue = venue is not None and self.object.pk in (venue.pk, venue.parent_id)
        return {
            "conference": conference,
            "parts": parts,
            "people": people,
            "more": sum(some[0].number - len(some) for some in (parts, people) if some),
            "is_venue": is_venue and not any(part.role.slug == SITE for part in parts),
        }


def first_of_each_conference(parts: QuerySet) -> QuerySet:
    """The first `MOST_PARTS` participations in each conference, with the `number` of all that are there.

    Those of an organisation itself come before those of its departments.
    """
    own_first = F("organisation__parent").asc(nulls_first=True)
    return parts.annotate(
        place=Window(RowNumber(), "conference", [own_first, "order", "pk"]), number=Window(Count("pk"), "conference")
    ).filter(place__lte=MOST_PARTS)
