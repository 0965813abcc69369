"""What is true of every request, whoever answers it."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from . import client


def refuse_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """No PostgreSQL text can hold a NUL and nobody types one: such an address is a bad request on every page."""

    def answer(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in the address")
        return get_response(request)

    return answer


def remember_request(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """While it is answered, whatever the thread writes down can say who asked."""

    def answer(request: HttpRequest) -> HttpResponse:
        token = client.current.set(request)
        try:
            return get_response(request)
        finally:
            client.current.reset(token)

    return answer
