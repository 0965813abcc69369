"""Figures for Prometheus, with METRICS_TOKEN alone; gunicorn.conf.py lets all processes count together."""

import hmac
import os
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from ..models import JobRun
from . import health

METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
REQUESTS = Counter("confarchive_requests", "Requests answered.", ["method", "status"])
SECONDS = Histogram("confarchive_request_seconds", "Seconds from a request to its answer.")


def observe(method: str, status: int, seconds: float) -> None:
    # Whatever a visitor invents is one label.
    REQUESTS.labels(method if method in METHODS else "other", str(status)).inc()
    SECONDS.observe(seconds)


class State:
    """What is true when it is asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        ready = GaugeMetricFamily("confarchive_ready", "1 if the check of /readyz succeeds.", labels=["check"])
        for name, is_well in health.states().items():
            ready.add_metric([name], float(is_well))
        yield ready
        jobs = GaugeMetricFamily("confarchive_job_success_seconds", "When the job last succeeded.", labels=["job"])
        try:
            for run in JobRun.objects.exclude(succeeded=None):
                jobs.add_metric([run.name], run.succeeded.timestamp())
        except DatabaseError:
            pass
        yield jobs


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    if not settings.METRICS_TOKEN:
        raise Http404
    given = request.META.get("HTTP_AUTHORIZATION", "").encode()
    if not hmac.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    registry.register(State())
    counted = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    return HttpResponse(generate_latest(counted) + generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
