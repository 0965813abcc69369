"""Filters of the lists of events and talks: each reads its value from the address and applies it.

Those of `FACETS` are offered beside the list of events and count what the others leave. The rest come from the figures
of a report, and the list names them.
"""

import copy
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlencode

from django.db import models
from django.db.models import Count, F, QuerySet
from django.db.models.query import RawQuerySet
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ..models import (
    Conference,
    ConferenceKind,
    Organisation,
    OrganisationRole,
    SearchDocument,
    Series,
    Speaker,
    SpeakerParticipation,
    SpeakerRole,
    Talk,
    TalkKind,
    Topic,
)
from ..models.conference import PEOPLE, ConferenceQuerySet, TalkQuerySet
from ..models.places import Places
from ..russian.dates import FIRST_YEAR, LAST_YEAR, PartialDate, format_date
from ..search import list_counts
from ..search.documents import KIND_OF
from .facets import HAS_CHOICES, MAX_VALUES, FacetSelection, Value
from .generic import is_foreign

# The chosen filters of an address: (name, value).
Chosen = tuple[tuple[str, str], ...]

UNKNOWN = "unknown"
# What talks themselves have; photos are of their events.
HAS_OF_TALKS = ("recording", "slides")
# The order of a list, other than its usual one.
OLDEST = "oldest"
# The order of an index by the number of events.
FREQUENT = "events"
# The state of events that took place as far as anybody knows.
TOOK_PLACE = "took-place"


class Filter:
    """A filter of events. By default its value is the slug of a record."""

    name = ""
    title = ""
    # The page with all values, if the facet has only the most frequent.
    index = ""
    # Whether the address may have it several times.
    is_multiple = False

    def accepts(self, value: str) -> bool:
        return re.fullmatch(r"[\w-]{1,80}", value, re.ASCII) is not None

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        raise NotImplementedError

    def apply_to_talks(self, talks: TalkQuerySet, value: str, selection: "Selection") -> TalkQuerySet:
        """Of the talks of the events that the filters leave, those that this one leaves; by default all."""
        return talks

    def counted(self, conferences: ConferenceQuerySet, chosen: str | None) -> QuerySet | RawQuerySet:
        """The values and how many conferences have them; the chosen one is among them if any conference has it."""
        raise NotImplementedError

    def counted_talks(self, talks: TalkQuerySet) -> QuerySet:
        """The same of talks."""
        raise NotImplementedError

    def of_all(self, counts: Mapping[str, Mapping[str, int]]) -> Iterable[Any]:
        """The rows of `counted` or `counted_talks`, from the kept counts of a list that nothing narrows."""
        raise NotImplementedError

    def value(self, row: Any) -> Value:
        """The value of a row of `counted` or `counted_talks`."""
        return Value(row.slug, row.label, row.count)

    def label(self, value: str) -> str:
        """The label of a value that no conference of the list has, or 404."""
        raise NotImplementedError


class Year(Filter):
    name = "year"
    title = gettext_lazy("Year")

    def accepts(self, value: str) -> bool:
        return value == UNKNOWN or bool(re.fullmatch("[0-9]{4}", value) and FIRST_YEAR <= int(value) <= LAST_YEAR)

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        return conferences.in_year(None if value == UNKNOWN else int(value))

    def counted(self, conferences: ConferenceQuerySet, chosen: str | None) -> QuerySet:
        return conferences.order_by(F("year").desc(nulls_last=True)).values_list("year").annotate(Count("pk"))

    def counted_talks(self, talks: TalkQuerySet) -> QuerySet:
        years = talks.order_by(F("conference__year").desc(nulls_last=True)).values_list("conference__year")
        return years.annotate(Count("pk"))

    def of_all(self, counts: Mapping[str, Mapping[str, int]]) -> Iterable[Any]:
        return counts_by_year(counts).items()

    def value(self, row: Any) -> Value:
        value = str(row[0] or UNKNOWN)
        return Value(value, self.label(value), row[1])

    def label(self, value: str) -> str:
        return _("year not stated") if value == UNKNOWN else value


def counts_by_year(counts: Mapping[str, Mapping[str, int]]) -> dict[int | None, int]:
    """The kept counts of a list by year, the latest first; those of no known year last."""
    years: Counter[int | None] = Counter()
    for value, count in counts["y"].items():
        years[int(value[:4]) if value else None] += count
    return dict(sorted(years.items(), key=lambda item: -(item[0] or 0)))


class Kind(Filter):
    """One kind, or several of which an event has one."""

    name = "kind"
    title = gettext_lazy("Kind")
    is_multiple = True

    def accepts(self, value: str) -> bool:
        return re.fullmatch(r"[\w-]{1,80}(,[\w-]{1,80}){0,99}", value, re.ASCII) is not None

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        slugs = value.split(",")
        if value == UNKNOWN:
            return conferences.filter(kind__isnull=True)
        return conferences.of_kind(value) if len(slugs) == 1 else conferences.filter(kind__slug__in=slugs)

    def counted(self, conferences: ConferenceQuerySet, chosen: str | None) -> QuerySet:
        kinds = ConferenceKind.objects.filter(conferences__in=conferences).annotate(count=Count("conferences"))
        # A grouped query has no order of its own.
        return kinds.order_by("order", "name")

    def of_all(self, counts: Mapping[str, Mapping[str, int]]) -> Iterable[Any]:
        kinds = list(ConferenceKind.objects.filter(slug__in=counts["e"]).order_by("order", "name"))
        for kind in kinds:
            kind.count = counts["e"][kind.slug]
        return kinds

    def value(self, row: Any) -> Value:
        return Value(row.slug, str(row), row.count)

    def label(self, value: str) -> str:
        if value == UNKNOWN:
            return _("kind not stated")
        slugs = value.split(",")
        if len(slugs) > 1:
            named = {kind.slug: str(kind) for kind in ConferenceKind.objects.filter(slug__in=slugs)}
            if named.keys() != set(slugs):
                raise Http404(f"kind={value}")
            return ", ".join(named[slug] for slug in dict.fromkeys(slugs))
        kinds = ConferenceKind.objects.filter(conferences__in=Conference.objects.published())
        return str(get_object_or_404(kinds.distinct(), slug=value))


class Indexed(Filter):
    """A filter by a record that has an index page: the facet has the most frequent."""

    model: type[Organisation] | type[Topic]
    # The facet of the kept counts.
    facet = ""

    def value(self, row: Any) -> Value:
        return Value(row.slug, row.label, row.count, getattr(row, "language", ""))

    def counted(self, conferences: ConferenceQuerySet, chosen: str | None) -> RawQuerySet:
        return self.model.objects.counted_in(conferences, first=chosen, limit=MAX_VALUES)

    def of_all(self, counts: Mapping[str, Mapping[str, int]]) -> Iterable[Any]:
        return most_frequent(self.model, self.facet, MAX_VALUES)

    def label(self, value: str) -> str:
        return get_object_or_404(self.model.objects.published(), slug=value).label


def most_frequent(model: type[Organisation] | type[Topic], facet: str, limit: int) -> list[Any]:
    """The organisations or topics of most events, with their `count`, from the kept counts of all events."""
    found = list_counts.most_frequent(model.objects.all(), SearchDocument.Kind.CONFERENCE, facet, limit)
    # The order of `counted_in`.
    return list(found.order_by("-count", is_foreign(), "name_key", "pk")[:limit])


class OfOrganisation(Indexed):
    name = "organisation"
    title = gettext_lazy("Organisation")
    index = "events:organisations"
    model = Organisation
    facet = "o"

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        return conferences.with_organisation(value, selection.roles("role"))


class OnTopic(Indexed):
    name = "topic"
    title = gettext_lazy("Topic")
    index = "events:topics"
    model = Topic
    facet = "t"

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        return conferences.on_topic(value)

    def apply_to_talks(self, talks: TalkQuerySet, value: str, selection: "Selection") -> TalkQuerySet:
        return talks.on_topic(value)


class Having(Filter):
    name = "has"
    title = gettext_lazy("There is")

    def accepts(self, value: str) -> bool:
        return value in HAS_CHOICES

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        return conferences.having(value)

    def apply_to_talks(self, talks: TalkQuerySet, value: str, selection: "Selection") -> TalkQuerySet:
        return talks.having(value) if value in HAS_OF_TALKS else talks

    def label(self, value: str) -> str:
        return str(HAS_CHOICES[value])


class Choice(Filter):
    """A filter by a column with fixed choices; `unknown` stands for an empty one."""

    choices: type[models.TextChoices]
    unknown: Any = gettext_lazy("not stated")

    def accepts(self, value: str) -> bool:
        return value in {*self.choices.values, UNKNOWN}

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        return conferences.filter(**{self.name: "" if value == UNKNOWN else value})

    def label(self, value: str) -> str:
        return str(self.unknown if value == UNKNOWN else self.choices(value).label)


class Format(Choice):
    name = "format"
    title = gettext_lazy("Format")
    choices = Conference.Format
    unknown = gettext_lazy("format not stated")


class Audience(Choice):
    name = "audience"
    title = gettext_lazy("For whom")
    choices = Conference.Audience
    unknown = gettext_lazy("for whom, not stated")


class State(Choice):
    name = "state"
    title = gettext_lazy("State")
    choices = Conference.State
    unknown = gettext_lazy("state not stated")

    def accepts(self, value: str) -> bool:
        return value == TOOK_PLACE or super().accepts(value)

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        return conferences.took_place() if value == TOOK_PLACE else super().apply(conferences, value, selection)

    def label(self, value: str) -> str:
        return _("without cancelled and expected ones") if value == TOOK_PLACE else super().label(value)


class Bound(Filter):
    """One end of a period: a year, a month or a day in ISO 8601."""

    def accepts(self, value: str) -> bool:
        try:
            return PartialDate.from_iso(value).year is not None
        except ValueError:
            return False

    def label(self, value: str) -> str:
        return f"{self.title}: {format_date(PartialDate.from_iso(value), get_language() or 'ru')}"


class From(Bound):
    name = "from"
    title = gettext_lazy("beginning")

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        return conferences.between(PartialDate.from_iso(value), None)


class To(Bound):
    name = "to"
    title = gettext_lazy("end")

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        return conferences.between(None, PartialDate.from_iso(value))


class Quarter(Filter):
    name = "quarter"
    title = gettext_lazy("Quarter")

    def accepts(self, value: str) -> bool:
        return value in ("1", "2", "3", "4", UNKNOWN)

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        return conferences.in_quarter(None if value == UNKNOWN else int(value))

    def label(self, value: str) -> str:
        return _("month not stated") if value == UNKNOWN else quarter_label(int(value))


def quarter_label(quarter: int) -> str:
    return _("quarter %s") % ("I", "II", "III", "IV")[quarter - 1]


class OfSeries(Filter):
    name = "series"
    title = gettext_lazy("Series")

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        return conferences.filter(series__slug=value)

    def label(self, value: str) -> str:
        return get_object_or_404(Series.objects.published(), slug=value).name


class OfSpeaker(Filter):
    name = "speaker"
    title = gettext_lazy("Speaker")

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        return conferences.with_speaker(value, selection.roles("speaker_role"))

    def apply_to_talks(self, talks: TalkQuerySet, value: str, selection: "Selection") -> TalkQuerySet:
        return talks.with_speaker(value, selection.roles("speaker_role"))

    def label(self, value: str) -> str:
        return get_object_or_404(Speaker.objects.published(), slug=value).full_name


class AtPlace(Filter):
    """A filter by a region or town, as the geographical index has them."""

    def accepts(self, value: str) -> bool:
        return len(value) <= 200 and "\0" not in value

    def label(self, value: str) -> str:
        return value


class InRegion(AtPlace):
    name = "region"
    title = gettext_lazy("Region")

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        return selection.places.narrow(conferences, value, selection.values_of.get("city"), selection.roles("role"))


class InCity(AtPlace):
    name = "city"
    title = gettext_lazy("Town")

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        if "region" in selection.values_of:
            return conferences
        return selection.places.narrow(conferences, "", value, selection.roles("role"))


class Roles(Filter):
    """Roles that count: of the organisation, region or person of the address, else of anybody."""

    is_multiple = True
    model: type[OrganisationRole] | type[SpeakerRole]
    # The filters to which these roles belong.
    subjects: tuple[str, ...]

    def accepts(self, value: str) -> bool:
        return re.fullmatch(r"[\w-]{1,80}(,[\w-]{1,80}){0,39}", value, re.ASCII) is not None

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        if any(subject in selection.values_of for subject in self.subjects):
            return conferences
        return self.of_anybody(conferences, value.split(","))

    def of_anybody(self, conferences: ConferenceQuerySet, roles: list[str]) -> ConferenceQuerySet:
        raise NotImplementedError

    def label(self, value: str) -> str:
        slugs = value.split(",")
        names = {role.slug: str(role) for role in self.model.objects.filter(slug__in=slugs)}
        if PEOPLE in slugs and self.model is OrganisationRole:
            names[PEOPLE] = _("its people took part")
        if not_known := set(slugs) - names.keys():
            raise Http404(f"{self.name}={not_known}")
        return ", ".join(names[slug] for slug in dict.fromkeys(slugs))


class OrganisationRoles(Roles):
    name = "role"
    title = gettext_lazy("Role")
    model = OrganisationRole
    subjects = ("organisation", "region", "city")

    def of_anybody(self, conferences: ConferenceQuerySet, roles: list[str]) -> ConferenceQuerySet:
        return conferences.with_organisations(Organisation.objects.all(), roles)


class SpeakerRoles(Roles):
    name = "speaker_role"
    title = gettext_lazy("Role")
    model = SpeakerRole
    subjects = ("speaker",)

    def of_anybody(self, conferences: ConferenceQuerySet, roles: list[str]) -> ConferenceQuerySet:
        parts = SpeakerParticipation.objects.named().filter(role__slug__in=roles)
        return conferences.filter(pk__in=parts.values("conference"))


class Counting(Filter):
    """A filter by what a source counted: «участников»."""

    name = "counted"
    title = gettext_lazy("In numbers")

    def accepts(self, value: str) -> bool:
        return len(value) <= 200 and "\0" not in value

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        return conferences.stating(value)

    def label(self, value: str) -> str:
        return value


class OfTalkKind(Filter):
    name = "talk_kind"
    title = gettext_lazy("Kind of talk")

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        return conferences

    def apply_to_talks(self, talks: TalkQuerySet, value: str, selection: "Selection") -> TalkQuerySet:
        return talks.filter(kind__isnull=True) if value == UNKNOWN else talks.filter(kind__slug=value)

    def counted_talks(self, talks: TalkQuerySet) -> QuerySet:
        order = (F("kind__order").asc(nulls_last=True), "kind__name")
        kinds = talks.order_by(*order).values_list("kind__slug", "kind__name", "kind__name_en")
        return kinds.annotate(Count("pk"))

    def of_all(self, counts: Mapping[str, Mapping[str, int]]) -> Iterable[Any]:
        kinds = TalkKind.objects.filter(slug__in=counts["d"]).order_by("order", "name")
        known = [(one.slug, one.name, one.name_en, counts["d"][one.slug]) for one in kinds]
        return [*known, (None, None, None, counts["d"][""])] if "" in counts["d"] else known

    def value(self, row: Any) -> Value:
        slug, name, name_en, count = row
        return Value(slug or UNKNOWN, str(TalkKind(name=name, name_en=name_en)) if slug else self.label(UNKNOWN), count)

    def label(self, value: str) -> str:
        return _("kind not stated") if value == UNKNOWN else str(get_object_or_404(TalkKind, slug=value))


class Titled(Filter):
    """Talks whose title is known, or those of which only who spoke or about what is."""

    name = "title"
    title = gettext_lazy("Title")
    labels = {"known": gettext_lazy("with a title"), UNKNOWN: gettext_lazy("without a title")}

    def accepts(self, value: str) -> bool:
        return value in self.labels

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        return conferences

    def apply_to_talks(self, talks: TalkQuerySet, value: str, selection: "Selection") -> TalkQuerySet:
        return talks.titled() if value == "known" else talks.filter(title="")

    def label(self, value: str) -> str:
        return str(self.labels[value])


class GivenBy(Filter):
    name = "given_by"
    title = gettext_lazy("Given by people of")

    def apply(self, conferences: ConferenceQuerySet, value: str, selection: "Selection") -> ConferenceQuerySet:
        return conferences

    def apply_to_talks(self, talks: TalkQuerySet, value: str, selection: "Selection") -> TalkQuerySet:
        return talks.given_by(Organisation.objects.with_departments(value))

    def label(self, value: str) -> str:
        return get_object_or_404(Organisation.objects.published(), slug=value).label


HAVING = Having()
FACETS: list[Filter] = [Year(), Kind(), OfOrganisation(), OnTopic(), HAVING]
FILTERS: list[Filter] = [
    *FACETS,
    OrganisationRoles(),
    OfSpeaker(),
    SpeakerRoles(),
    OfSeries(),
    InRegion(),
    InCity(),
    From(),
    To(),
    Quarter(),
    Format(),
    Audience(),
    State(),
    Counting(),
]
TITLED = Titled()
TALK_FILTERS: list[Filter] = [OfTalkKind(), GivenBy(), TITLED]
FILTER_OF = {facet.name: facet for facet in [*FILTERS, *TALK_FILTERS]}


class Selection(FacetSelection):
    """The filters of the list of events; an address with a value that no filter accepts is 404."""

    titles = {facet.name: facet.title for facet in FACETS}
    filters = FILTERS
    # The kind of the documents whose counts are kept for the whole list, and the facets of these.
    document_kind: int = SearchDocument.Kind.CONFERENCE
    kept_facets: tuple[str, ...] = ("y", "e", "h")
    # The orders that the address may name besides the usual one "".
    orders: dict[str, Any] = {OLDEST: gettext_lazy("oldest first")}
    usual_order: Any = gettext_lazy("newest first")

    def __init__(self, query: QueryDict, revision: int | None = None) -> None:
        self.revision = revision
        values = {facet.name: self._read(facet, query) for facet in self.filters if query.get(facet.name)}
        for name, value in values.items():
            if not FILTER_OF[name].accepts(value):
                raise Http404(f"{name}={value}")
        self.chosen: Chosen = tuple(values.items())
        self.values_of = values
        if query.get("sort", "") not in ("", *self.orders):
            raise Http404(f"sort={query['sort']}")
        self.sort = query.get("sort", "")

    @staticmethod
    def _read(facet: Filter, query: QueryDict) -> str:
        return ",".join(filter(None, query.getlist(facet.name))) if facet.is_multiple else query[facet.name]

    @property
    def kept_name(self) -> str:
        return f"{type(self).__name__}:{self.sort}"

    @cached_property
    def _kept_counts(self) -> dict[str, dict[str, int]] | None:
        return list_counts.of_list(self.document_kind, *self.kept_facets)

    def counts_of_all(self, *passed_over: str) -> dict[str, dict[str, int]] | None:
        """The kept counts, if no filter but these narrows the list and there are any."""
        return None if self.values_of.keys() - set(passed_over) else self._kept_counts

    @cached_property
    def places(self) -> Places:
        return Places()

    def roles(self, name: str) -> list[str] | None:
        """The chosen roles; None if all count."""
        return self.values_of[name].split(",") if name in self.values_of else None

    def without(self, *names: str) -> Self:
        """The same selection without some of its filters."""
        other = copy.copy(self)
        if "region" in self.values_of or "city" in self.values_of:
            other.places = self.places
        other.chosen = tuple(pair for pair in self.chosen if pair[0] not in names)
        other.values_of = dict(other.chosen)
        return other

    def conferences(self) -> ConferenceQuerySet:
        """The published events that all chosen filters match."""
        conferences = Conference.objects.published()
        for name, value in self.chosen:
            conferences = FILTER_OF[name].apply(conferences, value, self)
        return conferences

    def address(self, **changes: str | None) -> str:
        """Address of the list with other values in the query string; None removes one."""
        return f"?{query}" if (query := self.query(**changes)) else "."

    def query(self, **changes: str | None) -> str:
        values = {**self.values_of, "sort": self.sort, **changes}
        return urlencode({name: value for name, value in values.items() if value}, safe=",")

    @property
    def order_links(self) -> list[dict[str, Any]]:
        """The orders of the list, each with its address; the present one is marked."""
        orders = {"": self.usual_order, **self.orders}
        return [
            {"label": label, "address": self.address(sort=order or None), "chosen": order == self.sort}
            for order, label in orders.items()
        ]

    def ordered(self, records: Any) -> Any:
        return records.oldest_first() if self.sort == OLDEST else records.newest_first()

    def address_with(self, name: str, value: str) -> str:
        return self.address(**{name: value})

    def address_without(self, name: str, value: str) -> str:
        return self.address(**{name: None})

    def title(self, name: str) -> Any:
        return FILTER_OF[name].title

    def index(self, name: str) -> str:
        index = FILTER_OF[name].index
        return reverse(index) if index else ""

    @cached_property
    def _counts(self) -> dict[str, int]:
        """The number of events in all and with each choice of `has`."""
        return self.kept("counts", self._count)

    def _count(self) -> dict[str, int]:
        if kept := self.counts_of_all(HAVING.name):
            return {"all": kept["*"].get("", 0)} | {choice: kept["h"].get(choice, 0) for choice in HAS_CHOICES}
        choices = {choice: Count("pk", filter=Conference.objects.has(choice)) for choice in HAS_CHOICES}
        one = self.without(HAVING.name).conferences().order_by().annotate(one=models.Value(1)).values("one")
        return Counter(*one.annotate(all=Count("pk"), **choices))

    @property
    def count(self) -> int:
        return self._counts[self.values_of.get(HAVING.name, "all")]

    def values(self, name: str) -> list[Value]:
        facet = FILTER_OF[name]
        if facet is HAVING:
            counts = [(choice, self._counts[choice]) for choice in HAS_CHOICES]
            return [Value(choice, facet.label(choice), count) for choice, count in counts if count]
        if name not in self.values_of and (kept := self.counts_of_all()):
            return [facet.value(row) for row in facet.of_all(kept)]
        rows = facet.counted(self.without(name).conferences(), self.values_of.get(name))
        return [facet.value(row) for row in rows]

    def label(self, name: str, value: str) -> str:
        values = next((facet["values"] for facet in self.facets if facet["name"] == name), [])
        labels = (value["label"] for value in values if value["chosen"])
        return next(labels, None) or FILTER_OF[name].label(value)


class TalkSelection(Selection):
    """The filters of the list of talks: those of their events, and some of their own."""

    titles = {facet.name: facet.title for facet in (FILTER_OF["year"], FILTER_OF["talk_kind"], TITLED, HAVING)}
    filters = [*FILTERS, *TALK_FILTERS]
    document_kind = SearchDocument.Kind.TALK
    kept_facets = ("y", "d", "n", "h")

    def talks(self) -> TalkQuerySet:
        """The talks that are counted, or those of the kind chosen."""
        talks = self.talks_of(self.conferences()) if self.chosen else Talk.objects.published()
        return talks if "talk_kind" in self.values_of else talks.numbered()

    def talks_of(self, conferences: ConferenceQuerySet) -> TalkQuerySet:
        """The talks of these events that the filters match."""
        talks = Talk.objects.published().filter(conference__in=conferences)
        for name, value in self.chosen:
            talks = FILTER_OF[name].apply_to_talks(talks, value, self)
        return talks

    @cached_property
    def _talk_counts(self) -> dict[str, int]:
        """The number of talks in all, with and without a title, and with each choice of `has`."""
        return self.kept("talk counts", self._count_talks)

    def _count_talks(self) -> dict[str, int]:
        if kept := self.counts_of_all():
            titles = {"all": kept["*"].get("", 0)} | {one: kept["n"].get(one, 0) for one in Titled.labels}
            return titles | {choice: kept["h"].get(choice, 0) for choice in HAS_OF_TALKS}
        choices = {choice: Count("pk", filter=Talk.objects.has(choice)) for choice in HAS_OF_TALKS}
        titled = {"known": Count("pk", filter=~models.Q(title="")), "all": Count("pk")}
        is_narrowed = TITLED.name in self.values_of or HAVING.name in self.values_of
        together = self.without(TITLED.name).talks().order_by().aggregate(**titled, **({} if is_narrowed else choices))
        if is_narrowed:
            together |= self.without(HAVING.name).talks().order_by().aggregate(**choices)
        return together | {UNKNOWN: together["all"] - together["known"]}

    @property
    def count(self) -> int:
        return self._talk_counts[self.values_of.get(TITLED.name, "all")]

    def values(self, name: str) -> list[Value]:
        facet = FILTER_OF[name]
        if facet in (TITLED, HAVING):
            offered = Titled.labels if facet is TITLED else HAS_OF_TALKS
            return [Value(one, facet.label(one), self._talk_counts[one]) for one in offered if self._talk_counts[one]]
        if kept := self.counts_of_all(name):
            return [facet.value(row) for row in facet.of_all(kept)]
        return [facet.value(row) for row in facet.counted_talks(self.without(name).talks())]


class IndexSelection(Selection):
    """The filters of an index of people or organisations: those of the events in which they took part."""

    titles = {name: FILTER_OF[name].title for name in ("year", "has")}
    filters = [FILTER_OF[name] for name in ("year", "kind", "topic", "region", "city", "has", "state")]
    kept_facets = ("y", "h", "a")
    orders: dict[str, Any] = {FREQUENT: gettext_lazy("most events first")}
    usual_order = gettext_lazy("alphabetically")

    def __init__(self, query: QueryDict, records: Any, revision: int | None = None) -> None:
        super().__init__(query, revision)
        # All records of the index.
        self.all_records = records
        self.document_kind = KIND_OF[records.model]

    @property
    def kept_name(self) -> str:
        return f"{super().kept_name}:{self.all_records.model.__name__}"

    @property
    def by_name(self) -> str:
        return self.address(sort=None)

    def records(self) -> Any:
        return self.all_records.taking_part(self.conferences()) if self.chosen else self.all_records

    def values(self, name: str) -> list[Value]:
        facet, kept = FILTER_OF[name], self.counts_of_all(name)
        conferences = self.without(name).conferences()
        if facet is HAVING:
            recorded = self.all_records.taking_part(conferences.having("recording"))
            count = kept["h"].get("recording", 0) if kept else recorded.count()
            return [Value("recording", facet.label("recording"), count)] if count else []
        rows = facet.of_all(kept) if kept else self.all_records.counted_by_year(conferences)
        return [facet.value(row) for row in rows]
