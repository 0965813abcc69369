"""The indexes of the archive: what there is, by time, by place, by series."""

import itertools
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from confarchive.cache import by_revision

from .. import geography
from ..models import Conference, CuratedCollection, SearchDocument, Series, ShownVersion, Topic
from ..models.places import Places
from ..search import list_counts
from .generic import AlphabeticalList, PublicList, shown_as
from .home import totals

FIRST = 100  # towns or organisations shown on the page of a place


def indexes(request: HttpRequest) -> HttpResponse:
    shown = ShownVersion.now()
    counts = by_revision("totals", shown.number, totals) | {
        "topics": Topic.objects.published().count(),
        "series": Series.objects.published().count(),
        "collections": CuratedCollection.objects.published().count(),
    }
    return shown_as(shown, render(request, "events/indexes.html", {"counts": counts}))


# ── By time ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Month(NamedTuple):
    """A month of a timeline: its number, how many events began in it, and how many in the fullest month of all."""

    month: str
    count: int
    most: int


def years(request: HttpRequest) -> HttpResponse:
    """All years with their months, each with the number of events; the latest first."""
    shown = ShownVersion.now()
    found: dict[int | None, dict[str, int]] = {}
    for year, month, count in sorted(count_months(), key=lambda row: (-(row[0] or 0), row[1])):
        # Without a year, the months of different years would stand together.
        known = found.setdefault(year, {})
        key = month if year else ""
        known[key] = known.get(key, 0) + count
    rows = [{"year": year, "count": sum(known.values()), "months": known} for year, known in found.items()]
    most = max((count for row in rows if row["year"] for month, count in row["months"].items() if month), default=1)
    for row in rows:
        row["timeline"] = [Month(f"{month:02}", row["months"].get(f"{month:02}", 0), most) for month in range(1, 13)]
    context = {"heading": gettext_lazy("Chronological index"), "rows": rows}
    return shown_as(shown, render(request, "events/year_index.html", context))


def count_months() -> Iterable[tuple[int | None, str, int]]:
    """The years and months of published events, each with the number of these."""
    if kept := list_counts.of_list(SearchDocument.Kind.CONFERENCE, "y"):
        return [(int(value[:4]) if value else None, value[5:], count) for value, count in kept["y"].items()]
    months = Conference.objects.published().order_by().annotate(month=Substr("first_day", 6, 2))
    return months.values_list("year", "month").annotate(count=Count("pk"))


class EventsOfTime(PublicList):
    """The events of a year, of a month, or without a known year, in the order of their days."""

    template_name = "events/year.html"
    paginate_by = 100

    def get_queryset(self) -> QuerySet:
        self.year, self.month = self.kwargs.get("year"), self.kwargs.get("month")
        conferences = Conference.objects.published().in_year(int(self.year) if self.year else None)
        if self.month:
            conferences = conferences.filter(first_day__startswith=f"{self.year}-{self.month}")
        self.count = conferences.count()
        if not self.count:
            raise Http404
        return conferences.order_by("first_day", "pk")

    @staticmethod
    def with_rows(records: QuerySet) -> QuerySet:
        return records.with_card()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        iso = f"{self.year}-{self.month}" if self.month else self.year
        context = super().get_context_data(year=self.year, month=self.month, iso=iso, **kwargs)
        by_month = itertools.groupby(context["object_list"], lambda conference: conference.first_day[5:7])
        return context | {"months": [(month, list(conferences)) for month, conferences in by_month]}


# ── By place ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Point(NamedTuple):
    """A town on the map, with the number of its organisations."""

    region: str
    city: str
    count: int
    x: float
    y: float
    radius: float


class Map:
    """The towns whose place is known; of each the size says how many organisations it has."""

    width, height = geography.WIDTH, geography.HEIGHT
    LABELS, LINE, LETTER = 14, 16, 8  # names beside points, and the room that a line and a letter take

    def __init__(self, regions: dict[str, dict[str, int]]) -> None:
        towns = [(region, city, count) for region, some in regions.items() for city, count in some.items() if city]
        places = [(*town, geography.point(*town[:2])) for town in towns]
        self.total = len(towns)
        self.points = [
            Point(region, city, count, *map(round, place), round(3.5 + min(10, 1.5 * count**0.5), 1))
            for region, city, count, place in places
            if place
        ]

    @property
    def outline(self) -> str:
        return geography.outline()

    @property
    def labels(self) -> list[Point]:
        """The largest, as far as their names do not stand upon each other."""
        found: list[Point] = []
        for point in sorted(self.points, key=lambda one: (-one.count, one.city))[: 4 * self.LABELS]:
            hides = any(self._hides(point, other) for other in self.points)
            if not hides and not any(self._collide(point, other) for other in found):
                found.append(point)
        return found[: self.LABELS]

    def _hides(self, labelled: Point, other: Point) -> bool:
        right = other.x - labelled.x
        return other is not labelled and abs(other.y - labelled.y) < self.LETTER and 0 <= right < self._room(labelled)

    def _room(self, point: Point) -> float:
        return self.LETTER * len(point.city) + self.LINE

    def _collide(self, one: Point, other: Point) -> bool:
        left, right = sorted((one, other), key=lambda point: point.x)
        return abs(one.y - other.y) < self.LINE and right.x - left.x < self._room(left) + self.LINE


class Folded(NamedTuple):
    """The first entries of a long list, and the address of all if there are more."""

    entries: list[Any]
    address: str


def folded(entries: list[Any], what: str, region: str, city: str | None = None) -> Folded:
    query = place_query(region, city)
    address = reverse("events:place-list", args=[what]) + (f"?{query}" if query else "")
    return Folded(entries[:FIRST], address if len(entries) > FIRST else "")


class PlaceList(PublicList):
    """All towns of a region, or all organisations of a region or a town, of which other pages show the first.

    An empty town in the address stands for the organisations whose town is not known.
    """

    template_name = "events/place_list.html"
    paginate_by = 200

    def get_queryset(self) -> list[Any]:
        self.region, self.city = self.request.GET.get("region", ""), self.request.GET.get("city")
        places = Places()
        if self.kwargs["what"] == "organisations":
            return places.organisations_at(self.region, self.city) if self.region or self.city is not None else []
        return towns_of(places, self.region) if self.city is None else []

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator:
        return Paginator(*args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = {"organisations": gettext_lazy("Organisations"), "towns": gettext_lazy("Towns")}
        context = super().get_context_data(
            region=self.region, city=self.city, title=names[self.kwargs["what"]], what=self.kwargs["what"], **kwargs
        )
        if not context["paginator"].count:
            raise Http404
        return context

    def canonical_query(self, page: int) -> str:
        return "&".join(filter(None, [place_query(self.region, self.city), super().canonical_query(page)]))


def towns_of(places: Places, region: str) -> list[tuple[str, int]]:
    """The towns of a region, "" for organisations and events whose region is not known, with their organisations."""
    return [(city, count) for city, count in places.regions.get(region, {}).items() if city]


def place_query(region: str, city: str | None) -> str:
    return urlencode(({"region": region} if region else {}) | ({} if city is None else {"city": city}))


class PlacePage(PublicList):
    """All regions with their towns; of a region or a town, which the address names, organisations and events."""

    paginate_by = 50
    row_template = "events/_conference_row.html"

    def get_queryset(self) -> QuerySet:
        self.region, self.city = self.request.GET.get("region", ""), self.request.GET.get("city") or None
        self.places, self.is_index = Places(), not self.region and not self.city
        if self.is_index:
            return Conference.objects.none()
        self.towns = self.places.regions.get(self.region, {})
        if not self.towns or (self.city and self.city not in self.towns):
            raise Http404
        self.organisations = self.places.organisations_at(self.region, self.city)
        return self.places.conferences_at(self.region, self.city).newest_first()

    def get_template_names(self) -> list[str]:
        return ["events/place_index.html" if self.is_index else "events/place.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.is_index:
            return super().get_context_data(
                heading=gettext_lazy("Geographical index"),
                regions=[
                    (region, folded(list(towns.items()), "towns", region))
                    for region, towns in self.places.regions.items()
                ],
                map=Map(self.places.regions),
                **kwargs,
            )
        return super().get_context_data(
            region=self.region,
            city=self.city,
            towns=None if self.city else folded(towns_of(self.places, self.region), "towns", self.region),
            # Of a region those whose town is not known: the pages of its towns have the others.
            organisations=folded(
                [one for one in self.organisations if self.city or not self.places.place(one).city],
                "organisations",
                self.region,
                self.city,
            ),
            **kwargs,
        )

    def canonical_query(self, page: int) -> str:
        return "&".join(filter(None, [place_query(self.region, self.city), super().canonical_query(page)]))


# ── By series ───────────────────────────────────────────────────────────────────────────────────────────────────────


class SeriesList(AlphabeticalList):
    model = Series
    heading = gettext_lazy("Index of series")

    @staticmethod
    def with_rows(records: QuerySet) -> QuerySet:
        conferences = Conference.objects.published().filter(series=OuterRef("pk")).order_by().values("series")
        return records.annotate(count=Subquery(conferences.annotate(count=Count("pk")).values("count")))
