"""Narrowing the list of conferences: each filter reads its value, narrows, and counts what the others leave of it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..dates import FIRST_YEAR, LAST_YEAR
from ..models import ConferenceKind, Organisation, Topic
from ..models.conference import ConferenceQuerySet

UNKNOWN = "unknown"
SHOWN = 12  # of organisations and topics; the search narrows further
THINGS = {
    "recording": gettext_lazy("with a recording"),
    "slides": gettext_lazy("with slides"),
    "photos": gettext_lazy("with photos"),
}


class Value(NamedTuple):
    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Filter:
    name: str
    title: Promise
    is_value: Callable[[str], bool]
    narrow: Callable[[ConferenceQuerySet, str], ConferenceQuerySet]
    values: Callable[[ConferenceQuerySet], Iterable[Value]]
    label: Callable[[str], str]


def _is_year(text: str) -> bool:
    return text == UNKNOWN or (re.fullmatch(r"[0-9]{4}", text) is not None and FIRST_YEAR <= int(text) <= LAST_YEAR)


def _is_slug(text: str) -> bool:
    return re.fullmatch(r"[\w-]{1,80}", text, re.ASCII) is not None


def _year(value: str) -> int | None:
    return None if value == UNKNOWN else int(value)


def _year_label(value: str) -> str:
    return _("year not stated") if value == UNKNOWN else value


def _years(conferences: ConferenceQuerySet) -> Iterable[Value]:
    rows = conferences.order_by().values("year").annotate(count=Count("pk"))
    years = [Value(str(row["year"] or UNKNOWN), _year_label(str(row["year"] or UNKNOWN)), row["count"]) for row in rows]
    return sorted(years, key=lambda year: year.value.replace(UNKNOWN, ""), reverse=True)


def _kinds(conferences: ConferenceQuerySet) -> Iterable[Value]:
    kinds = ConferenceKind.objects.filter(conferences__in=conferences).annotate(count=Count("conferences"))
    return [Value(kind.slug, str(kind), kind.count) for kind in kinds]


def _organisations(conferences: ConferenceQuerySet) -> Iterable[Value]:
    return [Value(o.slug, o.label, o.count) for o in Organisation.objects.counted_in(conferences, SHOWN)]


def _topics(conferences: ConferenceQuerySet) -> Iterable[Value]:
    return [Value(topic.slug, topic.name, topic.count) for topic in Topic.objects.counted_in(conferences, SHOWN)]


YEAR = Filter(
    "year", gettext_lazy("Year"), _is_year, lambda them, value: them.in_year(_year(value)), _years, _year_label
)
KIND = Filter(
    "kind",
    gettext_lazy("Kind"),
    _is_slug,
    ConferenceQuerySet.of_kind,
    _kinds,
    lambda value: str(get_object_or_404(ConferenceKind, slug=value)),
)
ORGANISATION = Filter(
    "organisation",
    gettext_lazy("Organisation"),
    _is_slug,
    ConferenceQuerySet.with_organisation,
    _organisations,
    lambda value: get_object_or_404(Organisation.objects.published(), slug=value).label,
)
TOPIC = Filter(
    "topic",
    gettext_lazy("Topic"),
    _is_slug,
    ConferenceQuerySet.on_topic,
    _topics,
    lambda value: get_object_or_404(Topic.objects.published(), slug=value).name,
)
