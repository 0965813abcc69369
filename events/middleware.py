"""What is true of every request, whoever answers it."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers


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
