"""Atom feeds of the newest records: of all, of whatever the list or the search is narrowed to, of one record."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from .. import search
from ..export import atom
from ..export import record as description
from ..models import Conference, ShownVersion
from .export import events_of
from .filters import Selection
from .generic import shown_as
from .search import SearchParameters


def conferences(request: HttpRequest) -> HttpResponse:
    """The events that the filters of the address leave, those published last first."""
    shown, selection = ShownVersion.now(), Selection(request.GET)
    title = ", ".join([_("Conferences"), *(selection.label(name, value) for name, value in selection.chosen)])
    return _feed(request, shown, selection.conferences(), title, reverse("events:conferences"))


def of(request: HttpRequest, model: type, slug: str) -> HttpResponse:
    """The events of a person, an organisation, a series or a topic."""
    shown = ShownVersion.now()
    found = get_object_or_404(model.objects.published(), slug=slug)
    return _feed(request, shown, events_of(found), str(found), found.get_absolute_url())


def hits(request: HttpRequest) -> HttpResponse:
    """The newest hits of a search among the events."""
    shown, asked = ShownVersion.now(), SearchParameters(request.GET)
    found = search.first_hits(asked.text, asked.filters, by_date=True, exact=asked.exact, limit=atom.PAGE_SIZE)
    slugs = [hit.slug for hit in found if hit.kind_name == "conference"]
    records = Conference.objects.published().filter(slug__in=slugs)
    return _feed(request, shown, records, f"{_('Search')}: {asked.text}", reverse("events:search"))


def _feed(request: HttpRequest, shown: ShownVersion, records: QuerySet, title: str, page: str) -> HttpResponse:
    number = request.GET.get("page", "1")
    if not (number.isascii() and number.isdecimal() and len(number) <= 6 and int(number)):
        raise Http404(number)
    start = (int(number) - 1) * atom.PAGE_SIZE
    keys = list(records.order_by("-published", "-pk").values_list("pk", flat=True)[start : start + atom.PAGE_SIZE + 1])
    if start and not keys:
        raise Http404(number)
    base, pages = request.build_absolute_uri("/"), {}
    if start:
        pages["previous"] = _page(request, int(number) - 1)
    if len(keys) > atom.PAGE_SIZE:
        pages["next"] = _page(request, int(number) + 1)
    written = list(description.in_order(Conference, keys[: atom.PAGE_SIZE], base))
    query = _query(request)
    address = request.build_absolute_uri(page + (f"?{query}" if query else ""))
    content = atom.write(written, f"{description.ARCHIVE}: {title}", address, _page(request, int(number)), pages)
    response = HttpResponse(content, content_type=atom.CONTENT_TYPE)
    response["X-Robots-Tag"] = "noindex"
    return shown_as(shown, response)


def _query(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def _page(request: HttpRequest, number: int) -> str:
    query: Any = request.GET.copy()
    query.pop("page", None)
    if number > 1:
        query["page"] = str(number)
    return request.build_absolute_uri(request.path + (f"?{query.urlencode()}" if query else ""))
