"""Addresses for machines that watch the archive: under any host name and by http, since they ask from inside."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from events.views import health, metrics

PROBES = {"/healthz": health.healthz, "/readyz": health.readyz, "/metrics": metrics.metrics}


def probed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        return probe(request) if probe else get_response(request)

    return answer
