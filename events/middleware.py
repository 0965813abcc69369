"""What is true of every request, whoever answers it."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from . import client
from .operations import throttle


def refuse_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """No PostgreSQL text can hold a NUL and nobody types one: such an address is a bad request on every page."""

    def answer(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in the address")
        return get_response(request)

    return answer


def refuse_writing(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """With READ_ONLY nothing is sent, saved or logged in to: each of these would write to the database."""

    def answer(request: HttpRequest) -> HttpResponse:
        # Harvesters ask by POST, too.
        asks = request.method in ("GET", "HEAD", "OPTIONS") or request.path_info == "/oai"
        if settings.READ_ONLY and not asks:
            response = render(request, "503.html", status=503)
            response["Retry-After"] = "600"
            add_never_cache_headers(response)
            return response
        return get_response(request)

    return answer


def limit_api(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """So many requests of the API a minute and client; headers say what is left, to pages of other sites, too."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/api/"):
            return get_response(request)
        if request.method == "OPTIONS":
            # A browser asks first before it sends If-None-Match for a page of another site.
            response = HttpResponse(status=204)
            response["Access-Control-Allow-Methods"] = "GET, HEAD"
            response["Access-Control-Allow-Headers"] = "If-None-Match"
            response["Access-Control-Max-Age"] = "86400"
        else:
            response = _as_json(_counted(request, get_response))
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = (
            "ETag, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"
        )
        return response

    return answer


def _as_json(response: HttpResponse) -> HttpResponse:
    """A mistake that no view of the API answered, such as a part of the address that is no uid, for programs, too."""
    if response.status_code < 400 or response["Content-Type"].startswith("application/json"):
        return response
    made = JsonResponse({"error": response.reason_phrase}, status=response.status_code)
    for name, value in response.items():
        if not name.startswith("Content-"):
            made[name] = value
    return made


def _counted(request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    if not settings.API_RATE:
        return get_response(request)
    allowance = throttle.spend(throttle.api_limit(client.network(request.META)))
    if allowance.left < 0:
        response = JsonResponse({"error": f"More than {allowance.limit} requests a minute."}, status=429)
        response["Retry-After"] = str(allowance.reset)
        add_never_cache_headers(response)
    else:
        response = get_response(request)
    response["RateLimit-Limit"] = str(allowance.limit)
    response["RateLimit-Remaining"] = str(max(allowance.left, 0))
    response["RateLimit-Reset"] = str(allowance.reset)
    return response
