"""Sitemaps of the public pages in both languages; `lastmod` is the moment of a record's last change."""

import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse

from .models import Conference, CuratedCollection, Organisation, Series, Speaker, Talk, Topic


class Pages(Sitemap):
    """The lists, which have no moment of their own."""

    i18n = alternates = x_default = True

    def items(self) -> list[str]:
        lists = [
            "conferences",
            "talks",
            "speakers",
            "organisations",
            "topics",
            "years",
            "places",
            "series-list",
            "collections",
        ]
        return ["home", *lists, "indexes", "about"]

    def location(self, item: str) -> str:
        return reverse(f"events:{item}")


class Years(Sitemap):
    """The pages of the chronological index."""

    i18n = alternates = x_default = True

    def items(self) -> list[int]:
        conferences = Conference.objects.published().filter(year__isnull=False)
        return list(conferences.order_by("year").values_list("year", flat=True).distinct())

    def location(self, item: int) -> str:
        return reverse("events:year", args=[item])


class Records(Sitemap):
    """The pages of one kind of record."""

    i18n = alternates = x_default = True
    limit = 2500  # each in two languages
    model: Any = None
    changed = "changed"

    def items(self) -> QuerySet:
        return self.model.objects.published().order_by("pk").only("slug", "changed")

    def lastmod(self, record: Any) -> datetime.datetime:
        return record.changed

    def get_latest_lastmod(self) -> datetime.datetime | None:
        """In one query: Django would read all records."""
        return self.model.objects.published().aggregate(latest=Max(self.changed))["latest"]


class Conferences(Records):
    model = Conference


class Talks(Records):
    model = Talk
    changed = "conference__changed"

    def items(self) -> QuerySet:
        records = Talk.objects.published().order_by("pk")
        return records.select_related("conference").only("slug", "conference__changed")

    def lastmod(self, record: Talk) -> datetime.datetime:
        return record.conference.changed


class Speakers(Records):
    model = Speaker


class Organisations(Records):
    model = Organisation


class Topics(Records):
    model = Topic


class SeriesPages(Records):
    model = Series


class CollectionPages(Records):
    model = CuratedCollection


SITEMAPS = {
    "pages": Pages,
    "years": Years,
    "conferences": Conferences,
    "talks": Talks,
    "speakers": Speakers,
    "organisations": Organisations,
    "topics": Topics,
    "series": SeriesPages,
    "collections": CollectionPages,
}
