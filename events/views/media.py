"""Uploaded files: what belongs to something public goes out, everything else does not exist."""

from django.http import Http404, HttpRequest, HttpResponse


def file(request: HttpRequest, path: str) -> HttpResponse:
    raise Http404
