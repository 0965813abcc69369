"""The JSON API, for reading alone: records with the filters of the site, search, and its own description."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from .. import search
from ..export import record as description
from ..export.json_record import plain
from ..models import Conference, Organisation, Series, ShownVersion, Speaker, Talk
from .api_description import document
from .filters import FILTERS, Selection
from .generic import shown_as
from .search import TITLES, SearchParameters, address

LIMIT, MAX_LIMIT = 20, 100
MODELS: dict[str, Any] = {
    "conferences": Conference,
    "talks": Talk,
    "speakers": Speaker,
    "organisations": Organisation,
    "series": Series,
}
PAGING = ("after", "limit")
FILTER_NAMES = tuple(facet.name for facet in FILTERS)
ONLY = {"sort": "date", "exact": "1"}
SEARCH_NAMES = ("q", "sort", "exact", "page", *TITLES)


class ApiError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def _api(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """A view that returns data; what is wrong is answered as JSON, too. `limit_api` lets every site read it."""

    def answer(request: HttpRequest, **arguments: Any) -> HttpResponse:
        shown = ShownVersion.now()
        if request.method not in ("GET", "HEAD"):
            response = _json({"error": "This API is for reading alone."}, 405)
            response["Allow"] = "GET, HEAD"
        else:
            try:
                response = shown_as(shown, _json(view(request, **arguments)))
            except ApiError as error:
                response = _json({"error": str(error)}, error.status)
            except Http404:
                response = _json({"error": "There is no such record, filter or page."}, 404)
        response["X-Robots-Tag"] = "noindex"
        return response

    # Nothing is written: whoever tries is told so without a token of a form.
    return csrf_exempt(answer)


def _json(data: Any, status: int = 200) -> JsonResponse:
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})


@_api
def root(request: HttpRequest) -> dict[str, str]:
    names = {name: reverse(f"api-{name}") for name in MODELS}
    addresses = {**names, "search": reverse("api-search"), "description": reverse("api-description")}
    return {name: request.build_absolute_uri(address) for name, address in addresses.items()}


@_api
def openapi(request: HttpRequest) -> dict[str, Any]:
    return document(request.build_absolute_uri(reverse("api-root")), list(MODELS), FILTER_NAMES, list(TITLES))


@_api
def records(request: HttpRequest, kind: str) -> dict[str, Any]:
    """The newest records first; `next` continues after the last one, however many come meanwhile."""
    model = MODELS[kind]
    _check(request.GET, PAGING + (FILTER_NAMES if model is Conference else ()))
    found, limit = _filtered(model, request.GET).order_by("-pk"), _limit(request.GET)
    if (after := request.GET.get("after")) is not None:
        last = model.objects.filter(uid=_uid(after)).values_list("pk", flat=True).first()
        if last is None:
            raise ApiError(400, "after: there is no such record.")
        found = found.filter(pk__lt=last)
    keys = list(found.values_list("pk", flat=True)[: limit + 1])
    base = request.build_absolute_uri("/")
    written = list(description.in_order(model, keys[:limit], base))
    answer: dict[str, Any] = {"records": [plain(one) for one in written]}
    if len(keys) > limit:
        query = request.GET.copy()
        query["after"] = str(written[-1].uid)
        answer["next"] = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    return answer


def _filtered(model: Any, query: QueryDict) -> QuerySet:
    return Selection(query).conferences() if model is Conference else model.objects.published()


@_api
def record(request: HttpRequest, kind: str, uid: uuid.UUID) -> dict[str, Any]:
    _check(request.GET, ())
    model = MODELS[kind]
    keys = list(model.objects.published().filter(uid=uid).values_list("pk", flat=True))
    found = list(description.in_order(model, keys, request.build_absolute_uri("/")))
    if not found:
        raise Http404
    return plain(found[0])


@_api
def hits(request: HttpRequest) -> dict[str, Any]:
    """A page of the search of the site, with its facets."""
    _check(request.GET, SEARCH_NAMES)
    for name, value in ONLY.items():
        if set(request.GET.getlist(name)) - {value}:
            raise ApiError(400, f"{name}: {value} or nothing.")
    if request.GET.get("page") == "":
        raise ApiError(400, "page: a number.")
    asked = SearchParameters(request.GET)
    filters = replace(asked.filters, left_out=(search.PASSAGES,))
    found = search.search(asked.text, filters, by_date=asked.by_date, page=asked.page, exact=asked.exact)
    if asked.page > max(1, found.pages):
        raise Http404
    facets = {name: dict(found.counts.values(name, None)) for name in TITLES} if found.hits else {}
    return {
        "total": found.total,
        "is_estimate": found.counts.is_estimate if found.hits else False,
        "pages": found.pages,
        "hits": [
            {
                "kind": hit.kind_name,
                "title": hit.title,
                "subtitle": hit.subtitle,
                "date": str(hit.date) if hit.date else None,
                "address": request.build_absolute_uri(address(hit)),
            }
            for hit in found.hits
        ],
        "facets": facets,
    }


def _check(query: QueryDict, allowed: tuple[str, ...]) -> None:
    if unknown := sorted(set(query) - set(allowed)):
        raise ApiError(400, f"Unknown parameter: {', '.join(unknown)}")


def _limit(query: QueryDict) -> int:
    text = query.get("limit", str(LIMIT))
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= MAX_LIMIT):
        raise ApiError(400, f"limit: a number from 1 to {MAX_LIMIT}.")
    return int(text)


def _uid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise ApiError(400, "after: the uid of a record.") from error
