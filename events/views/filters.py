"""Narrowing the list of conferences: each filter reads its value, narrows, and counts what the others leave of it."""

import re
from collections import Counter
from functools import cached_property
from typing import Any, NamedTuple
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

# The chosen filters of an address: (name, value).
Chosen = tuple[tuple[str, str], ...]

UNKNOWN = "unknown"
SHOWN = 12  # organisations and topics in their lists; the index pages have them all
THINGS = {
    "recording": gettext_lazy("recording"),
    "slides": gettext_lazy("slides"),
    "photos": gettext_lazy("photos"),
}


class Value(NamedTuple):
    value: str
    label: str
    count: int


class Filter:
    """By default the value is the slug of a record."""

    name = ""
    title = ""
    # Where all values stand, if the list shows only the most frequent.
    index = ""

    def accepts(self, value: str) -> bool:
        return re.fullmatch(r"[\w-]{1,80}", value, re.ASCII) is not None

    def narrow(self, conferences: ConferenceQuerySet, value: str) -> ConferenceQuerySet:
        raise NotImplementedError

    def counted(self, conferences: ConferenceQuerySet, chosen: str | None) -> QuerySet | RawQuerySet:
        """What can be chosen and how many conferences have it; the chosen value is among them if anything has it."""
        raise NotImplementedError

    def value(self, row: Any) -> Value:
        """What is chosen by a row of `counted`."""
        return Value(row.slug, row.label, row.count)

    def label(self, value: str) -> str:
        """The words for a value that is not among the values, or 404."""
        raise NotImplementedError


class Year(Filter):
    name = "year"
    title = gettext_lazy("Year")

    def accepts(self, value: str) -> bool:
        return value == UNKNOWN or bool(re.fullmatch("[0-9]{4}", value) and FIRST_YEAR <= int(value) <= LAST_YEAR)

    def narrow(self, conferences: ConferenceQuerySet, value: str) -> ConferenceQuerySet:
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

    def narrow(self, conferences: ConferenceQuerySet, value: str) -> ConferenceQuerySet:
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
    """By a record that has an index of its own: the list shows those with most."""

    model: type[Organisation] | type[Topic]

    def counted(self, conferences: ConferenceQuerySet, chosen: str | None) -> RawQuerySet:
        return self.model.objects.counted_in(conferences, first=chosen, limit=SHOWN)

    def label(self, value: str) -> str:
        return get_object_or_404(self.model.objects.published(), slug=value).label


class OfOrganisation(Indexed):
    name = "organisation"
    title = gettext_lazy("Organisation")
    index = "events:organisations"
    model = Organisation

    def narrow(self, conferences: ConferenceQuerySet, value: str) -> ConferenceQuerySet:
        return conferences.with_organisation(value)


class OnTopic(Indexed):
    name = "topic"
    title = gettext_lazy("Topic")
    index = "events:topics"
    model = Topic

    def narrow(self, conferences: ConferenceQuerySet, value: str) -> ConferenceQuerySet:
        return conferences.on_topic(value)


class Having(Filter):
    name = "has"
    title = gettext_lazy("There is")

    def accepts(self, value: str) -> bool:
        return value in THINGS

    def narrow(self, conferences: ConferenceQuerySet, value: str) -> ConferenceQuerySet:
        return conferences.having(value)

    def label(self, value: str) -> str:
        return str(THINGS[value])


HAVING = Having()
FILTERS: list[Filter] = [Year(), Kind(), OfOrganisation(), OnTopic(), HAVING]


def narrowed(chosen: Chosen, without: Filter | None = None) -> ConferenceQuerySet:
    conferences, values = Conference.objects.published(), dict(chosen)
    for each in FILTERS:
        if each is not without and each.name in values:
            conferences = each.narrow(conferences, values[each.name])
    return conferences


class Selection:
    """The filters chosen in an address; what none of them understands is 404."""

    def __init__(self, query: QueryDict) -> None:
        self.values = {each.name: query[each.name] for each in FILTERS if query.get(each.name)}
        for each in FILTERS:
            if each.name in self.values and not each.accepts(self.values[each.name]):
                raise Http404(f"{each.name}={self.values[each.name]}")
        self.chosen: Chosen = tuple(self.values.items())

    def address(self, **changes: str | None) -> str:
        query = urlencode({name: value for name, value in {**self.values, **changes}.items() if value})
        return f"?{query}" if query else "."

    @cached_property
    def _counts(self) -> dict[str, int]:
        """How many conferences there are in all and with each thing."""
        things = {thing: Count("pk", filter=Conference.objects.has(thing)) for thing in THINGS}
        one = narrowed(self.chosen, without=HAVING).order_by().annotate(one=models.Value(1)).values("one")
        return Counter(*one.annotate(all=Count("pk"), **things))

    @property
    def count(self) -> int:
        return self._counts[self.values.get(HAVING.name, "all")]

    def _values(self, each: Filter) -> list[Value]:
        if each is HAVING:
            return [Value(thing, each.label(thing), self._counts[thing]) for thing in THINGS if self._counts[thing]]
        return [
            each.value(row) for row in each.counted(narrowed(self.chosen, without=each), self.values.get(each.name))
        ]

    @cached_property
    def facets(self) -> list[dict[str, Any]]:
        return [self._facet(each, self._values(each)) for each in FILTERS]

    def _facet(self, each: Filter, values: list[Value]) -> dict[str, Any]:
        return {
            "name": each.name,
            "title": each.title,
            "is_chosen": each.name in self.values,
            "more": reverse(each.index) if each.index and len(values) == SHOWN else "",
            "values": [
                {
                    "label": value.label,
                    "count": value.count,
                    "chosen": value.value == self.values.get(each.name),
                    "address": self.address(**{each.name: value.value}),
                }
                for value in values
            ],
        }

    @cached_property
    def chips(self) -> list[dict[str, Any]]:
        """What is chosen, each with the address without it."""
        labels = {
            facet["name"]: value["label"] for facet in self.facets for value in facet["values"] if value["chosen"]
        }
        return [
            {
                "name": each.name,
                "title": each.title,
                "label": labels.get(each.name) or each.label(self.values[each.name]),
                "address": self.address(**{each.name: None}),
            }
            for each in FILTERS
            if each.name in self.values
        ]
