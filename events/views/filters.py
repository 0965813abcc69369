"""Filters of the list of events: each reads its value from the address, applies it, and counts what others leave."""

import re
from collections import Counter
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Count, F, QuerySet
from django.db.models.query import RawQuerySet
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Conference, ConferenceKind, Organisation, Topic
from ..models.conference import ConferenceQuerySet
from ..russian.dates import FIRST_YEAR, LAST_YEAR
from .facets import HAS_CHOICES, MAX_VALUES, FacetSelection, Value

# The chosen filters of an address: (name, value).
Chosen = tuple[tuple[str, str], ...]

UNKNOWN = "unknown"


class Filter:
    """A filter of events. By default its value is the slug of a record."""

    name = ""
    title = ""
    # The page with all values, if the facet has only the most frequent.
    index = ""

    def accepts(self, value: str) -> bool:
        return re.fullmatch(r"[\w-]{1,80}", value, re.ASCII) is not None

    def apply(self, conferences: ConferenceQuerySet, value: str) -> ConferenceQuerySet:
        raise NotImplementedError

    def counted(self, conferences: ConferenceQuerySet, chosen: str | None) -> QuerySet | RawQuerySet:
        """The values and how many conferences have them; the chosen one is among them if any conference has it."""
        raise NotImplementedError

    def value(self, row: Any) -> Value:
        """The value of a row of `counted`."""
        return Value(row.slug, row.label, row.count)

    def label(self, value: str) -> str:
        """The label of a value that no conference of the list has, or 404."""
        raise NotImplementedError


class Year(Filter):
    name = "year"
    title = gettext_lazy("Year")

    def accepts(self, value: str) -> bool:
        return value == UNKNOWN or bool(re.fullmatch("[0-9]{4}", value) and FIRST_YEAR <= int(value) <= LAST_YEAR)

    def apply(self, conferences: ConferenceQuerySet, value: str) -> ConferenceQuerySet:
        return conferences.in_year(None if value == UNKNOWN else int(value))

    def counted(self, conferences: ConferenceQuerySet, chosen: str | None) -> QuerySet:
        return conferences.order_by(F("year").desc(nulls_last=True)).values_list("year").annotate(Count("pk"))

    def value(self, row: Any) -> Value:
        value = str(row[0] or UNKNOWN)
        return Value(value, self.label(value), row[1])

    def label(self, value: str) -> str:
        return _("year not stated") if value == UNKNOWN else value


class Kind(Filter):
    name = "kind"
    title = gettext_lazy("Kind")

    def apply(self, conferences: ConferenceQuerySet, value: str) -> ConferenceQuerySet:
        return conferences.of_kind(value)

    def counted(self, conferences: ConferenceQuerySet, chosen: str | None) -> QuerySet:
        kinds = ConferenceKind.objects.filter(conferences__in=conferences).annotate(count=Count("conferences"))
        # A grouped query has no order of its own.
        return kinds.order_by("order", "name")

    def value(self, row: Any) -> Value:
        return Value(row.slug, str(row), row.count)

    def label(self, value: str) -> str:
        kinds = ConferenceKind.objects.filter(conferences__in=Conference.objects.published())
        return str(get_object_or_404(kinds.distinct(), slug=value))


class Indexed(Filter):
    """A filter by a record that has an index page: the facet has the most frequent."""

    model: type[Organisation] | type[Topic]

    def counted(self, conferences: ConferenceQuerySet, chosen: str | None) -> RawQuerySet:
        return self.model.objects.counted_in(conferences, first=chosen, limit=MAX_VALUES)

    def label(self, value: str) -> str:
        return get_object_or_404(self.model.objects.published(), slug=value).label


class OfOrganisation(Indexed):
    name = "organisation"
    title = gettext_lazy("Organisation")
    index = "events:organisations"
    model = Organisation

    def apply(self, conferences: ConferenceQuerySet, value: str) -> ConferenceQuerySet:
        return conferences.with_organisation(value)


class OnTopic(Indexed):
    name = "topic"
    title = gettext_lazy("Topic")
    index = "events:topics"
    model = Topic

    def apply(self, conferences: ConferenceQuerySet, value: str) -> ConferenceQuerySet:
        return conferences.on_topic(value)


class Having(Filter):
    name = "has"
    title = gettext_lazy("There is")

    def accepts(self, value: str) -> bool:
        return value in HAS_CHOICES

    def apply(self, conferences: ConferenceQuerySet, value: str) -> ConferenceQuerySet:
        return conferences.having(value)

    def label(self, value: str) -> str:
        return str(HAS_CHOICES[value])


HAVING = Having()
FILTERS: list[Filter] = [Year(), Kind(), OfOrganisation(), OnTopic(), HAVING]
FILTER_OF = {facet.name: facet for facet in FILTERS}


def narrowed(chosen: Chosen, without: Filter | None = None) -> ConferenceQuerySet:
    """The published events that all chosen filters match, but for one of them."""
    conferences, values = Conference.objects.published(), dict(chosen)
    for facet in FILTERS:
        if facet is not without and facet.name in values:
            conferences = facet.apply(conferences, values[facet.name])
    return conferences


class Selection(FacetSelection):
    """The facets of the list of events; an address with a value that no filter accepts is 404."""

    titles = {facet.name: facet.title for facet in FILTERS}

    def __init__(self, query: QueryDict) -> None:
        values = {facet.name: query[facet.name] for facet in FILTERS if query.get(facet.name)}
        for name, value in values.items():
            if not FILTER_OF[name].accepts(value):
                raise Http404(f"{name}={value}")
        self.chosen: Chosen = tuple(values.items())

    def address(self, **changes: str | None) -> str:
        """Address of the list with other values in the query string; None removes one."""
        query = urlencode({name: value for name, value in {**dict(self.chosen), **changes}.items() if value})
        return f"?{query}" if query else "."

    def address_with(self, name: str, value: str) -> str:
        return self.address(**{name: value})

    def address_without(self, name: str, value: str) -> str:
        return self.address(**{name: None})

    def index(self, name: str) -> str:
        index = FILTER_OF[name].index
        return reverse(index) if index else ""

    @cached_property
    def _counts(self) -> dict[str, int]:
        """The number of events in all and with each choice of `has`."""
        choices = {choice: Count("pk", filter=Conference.objects.has(choice)) for choice in HAS_CHOICES}
        one = narrowed(self.chosen, without=HAVING).order_by().annotate(one=models.Value(1)).values("one")
        return Counter(*one.annotate(all=Count("pk"), **choices))

    @property
    def count(self) -> int:
        return self._counts[dict(self.chosen).get(HAVING.name, "all")]

    def values(self, name: str) -> list[Value]:
        facet = FILTER_OF[name]
        if facet is HAVING:
            counts = [(choice, self._counts[choice]) for choice in HAS_CHOICES]
            return [Value(choice, facet.label(choice), count) for choice, count in counts if count]
        rows = facet.counted(narrowed(self.chosen, without=facet), dict(self.chosen).get(name))
        return [facet.value(row) for row in rows]

    def label(self, name: str, value: str) -> str:
        facet = next(facet for facet in self.facets if facet["name"] == name)
        labels = (value["label"] for value in facet["values"] if value["chosen"])
        return next(labels, None) or FILTER_OF[name].label(value)
