"""Sitemaps of the public pages in both languages; `lastmod` is the moment of a record's last change.

Events name their photos, pages of recordings their video: the extensions that search engines read.
"""

import datetime
from typing import Any
from urllib.parse import urljoin

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse

from .export.record import clean
from .models import Conference, CuratedCollection, Organisation, Recording, Series, Speaker, Talk, Topic

MOST_IMAGES, MOST_LETTERS = 1000, 2048  # as search engines read of one page


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

    def get_urls(self, page: int = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:
        base = f"{self.get_protocol(protocol)}://{self.get_domain(site)}/"
        urls = super().get_urls(page, site, protocol)
        # Of an item in two languages Django makes pairs.
        return [url | self.shown(url["item"][0], base) for url in urls]

    def shown(self, record: Any, base: str) -> dict[str, Any]:
        """The pictures and the video of a page, for `sitemap.xml`; `base` is the address of the site."""
        return {}


class Conferences(Records):
    model = Conference

    def items(self) -> QuerySet:
        return super().items().prefetch_related("photos")

    def shown(self, record: Conference, base: str) -> dict[str, Any]:
        return {"images": [urljoin(base, photo.image.url) for photo in record.photos.all()[:MOST_IMAGES]]}


class Talks(Records):
    model = Talk
    changed = "conference__changed"

    def items(self) -> QuerySet:
        records = Talk.objects.published().order_by("pk")
        return records.select_related("conference").only("slug", "conference__changed")

    def lastmod(self, record: Talk) -> datetime.datetime:
        return record.conference.changed


class Recordings(Records):
    model = Recording
    changed = "conference__changed"

    def items(self) -> QuerySet:
        records = Recording.objects.published().videos().filter(dead_since=None).order_by("pk")
        return records.select_related("conference__kind", "talk__kind")

    def lastmod(self, record: Recording) -> datetime.datetime:
        return record.conference.changed

    def shown(self, record: Recording, base: str) -> dict[str, Any]:
        owner = record.talk or record.conference
        text = record.talk.abstract if record.talk else record.conference.summary
        video = {
            "thumbnail": urljoin(base, reverse("events:card", args=[owner.uid])),
            "title": clean(record.label),
            "description": (clean(text) or clean(record.label))[:MOST_LETTERS],
            "file": urljoin(base, record.file.url) if record.file else "",
            "player": urljoin(base, reverse("events:recording_embed", args=[record.uid])),
            "duration": record.duration,
        }
        return {"video": video}


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
    "recordings": Recordings,
    "speakers": Speakers,
    "organisations": Organisations,
    "topics": Topics,
    "series": SeriesPages,
    "collections": CollectionPages,
}
