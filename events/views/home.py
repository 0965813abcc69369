"""The home page and the page about the archive."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from confarchive.cache import by_revision

from ..models import (
    Conference,
    Organisation,
    Recording,
    SearchDocument,
    ShownVersion,
    Speaker,
    SpeakerParticipation,
    Talk,
    Topic,
)
from ..search import list_counts
from .filters import counts_by_year, most_frequent
from .generic import shown_as

Kind = SearchDocument.Kind
NEWEST = 6
RECORDINGS = 3
DOORS = {
    "recording": gettext_lazy("Recordings"),
    "photos": gettext_lazy("Photos"),
    "materials": gettext_lazy("Materials"),
}
TOTALS = {
    "conferences": Kind.CONFERENCE,
    "talks": Kind.TALK,
    "speakers": Kind.SPEAKER,
    "organisations": Kind.ORGANISATION,
}
HOME_TOPICS = 16
MAX_YEARS_SHOWN = 40


def home(request: HttpRequest) -> HttpResponse:
    shown = ShownVersion.now(today=True)
    years, there_is, topics = by_revision("counts", shown.number, counts_of_events)
    rows, cities = by_revision(f"newest on {shown.day}", shown.number, newest)
    context = {
        "counts": by_revision("totals", shown.number, totals),
        "years": with_empty_years([{"year": year, "count": count} for year, count in years.items() if year]),
        "without_year": years.get(None, 0),
        "newest": rows,
        "topics": topics,
        "examples": examples(topics, cities, by_revision("latest person", shown.number, latest_person)),
        "doors": doors(there_is),
        "watch": by_revision("to watch", shown.number, to_watch),
    }
    return shown_as(shown, render(request, "events/home.html", context))


def counts_of_events() -> tuple[dict[int | None, int], dict[str, int], list[Topic]]:
    """The number of events by year, the first year first; of those with each of `DOORS`; the most frequent topics."""
    if kept := list_counts.of_list(Kind.CONFERENCE, "y", "h"):
        years = dict(reversed(counts_by_year(kept).items()))
        return years, {what: kept["h"].get(what, 0) for what in DOORS}, most_frequent(Topic, "t", HOME_TOPICS)
    published = Conference.objects.published()
    there_is = {what: Count("pk", filter=published.has(what)) for what in DOORS}
    rows = list(published.order_by("year").values("year").annotate(count=Count("pk"), **there_is))
    topics = list(Topic.objects.counted_in(published, limit=HOME_TOPICS))
    return {row["year"]: row["count"] for row in rows}, {what: sum(row[what] for row in rows) for what in DOORS}, topics


def doors(counts: dict[str, int]) -> list[dict[str, Any]]:
    """What there is to watch and to see: in how many conferences, and the address of their list."""
    address = reverse("events:conferences")
    return [
        {"label": label, "count": counts[what], "address": f"{address}?has={what}"}
        for what, label in DOORS.items()
        if counts[what]
    ]


def with_empty_years(years: list[dict[str, int]]) -> list[dict[str, int]]:
    """The years with those between them, counted 0, so that the bar chart has a linear axis; unless it is too long."""
    if not years or years[-1]["year"] - years[0]["year"] > MAX_YEARS_SHOWN:
        return years
    counts = {year["year"]: year["count"] for year in years}
    return [{"year": year, "count": counts.get(year, 0)} for year in range(years[0]["year"], years[-1]["year"] + 1)]


def totals() -> dict[str, int]:
    """The numbers of published conferences, talks, speakers and organisations, in one query."""
    if kept := list_counts.totals():
        return {what: kept.get(kind, 0) for what, kind in TOTALS.items()}
    published = {
        "conferences": Conference.objects.published(),
        "talks": Talk.objects.published().numbered(),
        "speakers": Speaker.objects.participants(),
        "organisations": Organisation.objects.published().main(),
    }
    rows = [
        records.order_by().annotate(what=Value(what)).values_list("what").annotate(Count("pk"))
        for what, records in published.items()
    ]
    return dict(rows[0].union(*rows[1:]).order_by())


def latest_person() -> list[str]:
    """The family name of the person who came into the archive last; none in an empty one."""
    held = Conference.objects.published().took_place().filter(pk=OuterRef("conference"))
    parts = SpeakerParticipation.objects.named().filter(Exists(held), speaker=OuterRef("pk"))
    # Tested for each from the last on: as a list of keys the database would make that of all people.
    return list(Speaker.objects.filter(Exists(parts)).order_by("-pk").values_list("family_name", flat=True)[:1])


def to_watch() -> list[Recording]:
    return list(Recording.objects.published().newest_first()[:RECORDINGS])


def newest() -> tuple[list[SafeString], list[str]]:
    """The rows of the newest conferences, and the cities of those that are no specimen."""
    conferences = Conference.objects.filter(pk__in=Conference.objects.published().newest_first()[:NEWEST])
    found = list(conferences.with_card().newest_first())
    row = get_template("events/_conference_row.html")
    cities = dict.fromkeys(city for conference in found if not conference.is_specimen for city in conference.cities)
    return [row.render({"conference": conference}) for conference in found], list(cities)


def examples(topics: list[Topic], cities: list[str], people: list[str]) -> list[str]:
    """Example searches that have hits: a topic, cities, a person."""
    return [*(topic.name for topic in topics[:1]), *cities[:2], *people]


def about(request: HttpRequest) -> HttpResponse:
    shown = ShownVersion.now()
    conferences = Conference.objects.published()
    context = {
        "counts": by_revision("totals", shown.number, totals),
        "without_year": conferences.in_year(None).count(),
        "newest": conferences.newest_first().first(),
    }
    return shown_as(shown, render(request, "events/about.html", context))
