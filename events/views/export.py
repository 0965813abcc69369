"""Records, lists and searches as files, in the formats of `export.formats`."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from .. import search
from ..export import formats
from ..export import record as description
from ..export.format import Format
from ..models import Conference, OldAddress, Recording, Series, ShownVersion, Speaker, Talk, Topic
from .filters import Selection, TalkSelection
from .generic import gone_page, shown_as
from .search import SearchParameters


def record(request: HttpRequest, model: type, slug: str, name: str) -> HttpResponse:
    """An event, talk or recording as a file; of a person their talks, of all others their events."""
    format, shown = _format(name), ShownVersion.now()
    found = _find(model, slug)
    if found is None:
        return _moved_or_gone(request, model, slug, name)
    if model in (Conference, Talk, Recording):
        return _file(request, format, shown, model, [found.pk], slug)
    records = _talks_of(found) if model is Speaker else events_of(found).newest_first()
    return _file(request, format, shown, records.model, _first(records), slug)


def _find(model: type, slug: str) -> Any:
    if model is not Recording:
        return model.objects.published().filter(slug=slug).first()
    try:
        return Recording.objects.published().filter(uid=uuid.UUID(slug)).first()
    except ValueError:
        return None


def _talks_of(speaker: Speaker) -> QuerySet:
    return Talk.objects.published().filter(pk__in=speaker.participations.values("talk")).newest_first()


def events_of(found: Any) -> QuerySet:
    """The published events of a person, a series, a topic or an organisation."""
    published = Conference.objects.published()
    match found:
        case Speaker():
            return published.filter(pk__in=found.participations.values("conference"))
        case Series():
            return published.filter(series=found)
        case Topic():
            return published.on_topic(found.slug)
        case _:
            return published.with_organisation(found.slug)


def _moved_or_gone(request: HttpRequest, model: type, slug: str, name: str) -> HttpResponse:
    if model is Recording:
        raise Http404
    moved = OldAddress.current(model, slug)
    if moved and model.objects.published().filter(slug=moved).exists():
        return redirect(reverse(f"events:{model._meta.model_name}-export", args=[moved, name]), permanent=True)
    lookup = {Conference: "slug", Talk: "talks__slug"}.get(model)
    gone = lookup and Conference.objects.gone().filter(**{lookup: moved or slug}).first()
    if gone:
        return gone_page(request, gone)
    raise Http404


def conferences(request: HttpRequest, name: str) -> HttpResponse:
    format, shown = _format(name), ShownVersion.now()
    records = Selection(request.GET).conferences().newest_first()
    return _file(request, format, shown, Conference, _first(records), "conferences")


def talks(request: HttpRequest, name: str) -> HttpResponse:
    format, shown = _format(name), ShownVersion.now()
    return _file(request, format, shown, Talk, _first(TalkSelection(request.GET).talks().newest_first()), "talks")


def hits(request: HttpRequest, name: str) -> HttpResponse:
    """The events and talks among the hits of a search, in their order."""
    format, shown = _format(name), ShownVersion.now()
    asked, base = SearchParameters(request.GET), request.build_absolute_uri("/")
    found = search.first_hits(asked.text, asked.filters, by_date=asked.by_date, exact=asked.exact, limit=formats.LIMIT)
    written = {}
    for model in (Conference, Talk):
        slugs = [hit.slug for hit in found if hit.kind_name == model._meta.model_name]
        keys = list(model.objects.filter(slug__in=slugs).values_list("pk", flat=True))
        written |= {(one.kind, one.slug): one for one in description.in_order(model, keys, base)}
    ordered = [written[key] for hit in found if (key := (hit.kind_name, hit.slug)) in written]
    return shown_as(shown, _answer(format, format.file(ordered), "search"))


def _format(name: str) -> Format:
    if name not in formats.FORMATS:
        raise Http404(name)
    return formats.FORMATS[name]


def _first(records: QuerySet) -> list[int]:
    return list(records.values_list("pk", flat=True)[: formats.LIMIT])


def _file(
    request: HttpRequest, format: Format, shown: ShownVersion, model: type, keys: list[int], name: str
) -> HttpResponse:
    records = list(description.in_order(model, keys, request.build_absolute_uri("/")))
    return shown_as(shown, _answer(format, format.file(records), name))


def _answer(format: Format, content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=format.content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{format.extension}"'
    response["X-Robots-Tag"] = "noindex"
    return response
