"""The indexes of the archive: what there is, by time, by place, by series."""

import itertools
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from confarchive.cache import by_revision

from ..models import Conference, Series, ShownVersion, Topic
from ..models.places import Places
from .generic import AlphabeticalList, PublicList, shown_as
from .home import totals


def indexes(request: HttpRequest) -> HttpResponse:
    shown = ShownVersion.now()
    counts = by_revision("totals", shown.number, totals) | {
        "topics": Topic.objects.published().count(),
        "series": Series.objects.published().count(),
    }
    return shown_as(shown, render(request, "events/indexes.html", {"counts": counts}))


# ── By time ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def years(request: HttpRequest) -> HttpResponse:
    """All years with their months, each with the number of events; the latest first."""
    shown = ShownVersion.now()
    months = Conference.objects.published().order_by().annotate(month=Substr("first_day", 6, 2))
    found: dict[int | None, dict[str, int]] = {}
    for year, month, count in sorted(
        months.values_list("year", "month").annotate(count=Count("pk")), key=lambda row: (-(row[0] or 0), row[1])
    ):
        # Without a year, the months of different years would stand together.
        known = found.setdefault(year, {})
        key = month if year else ""
        known[key] = known.get(key, 0) + count
    rows = [{"year": year, "count": sum(known.values()), "months": known} for year, known in found.items()]
    return shown_as(shown, render(request, "events/year_index.html", {"rows": rows}))


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


class PlacePage(PublicList):
    """All regions with their towns; of a region or a town, which the address names, organisations and events."""

    paginate_by = 50

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

    @staticmethod
    def with_rows(records: QuerySet) -> QuerySet:
        return records.with_card()

    def get_template_names(self) -> list[str]:
        return ["events/place_index.html" if self.is_index else "events/place.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.is_index:
            return super().get_context_data(regions=list(self.places.regions.items()), **kwargs)
        return super().get_context_data(
            region=self.region,
            city=self.city,
            towns=[] if self.city else [(city, count) for city, count in self.towns.items() if city],
            # Of a region those whose town is not known: the pages of its towns have the others.
            organisations=[one for one in self.organisations if self.city or not self.places.place(one).city],
            **kwargs,
        )

    def canonical_query(self, page: int) -> str:
        chosen = {"region": self.region, "city": self.city}
        place = urlencode({name: value for name, value in chosen.items() if value})
        return "&".join(filter(None, [place, super().canonical_query(page)]))


# ── By series ───────────────────────────────────────────────────────────────────────────────────────────────────────


class SeriesList(AlphabeticalList):
    model = Series
    heading = gettext_lazy("Index of series")

    @staticmethod
    def with_rows(records: QuerySet) -> QuerySet:
        conferences = Conference.objects.published().filter(series=OuterRef("pk")).order_by().values("series")
        return records.annotate(count=Subquery(conferences.annotate(count=Count("pk")).values("count")))
