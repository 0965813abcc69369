"""python -m bench.cluster.prepared MB: series to be renamed, a recording of that size; their addresses as JSON."""

import json
import sys

import django

django.setup()

from django.core.files.base import ContentFile  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import slow_clients  # noqa: E402
from events import revisions  # noqa: E402
from events.models import Conference, JobRun, Material, MaterialKind, Series  # noqa: E402
from events.operations import jobs  # noqa: E402
from tests import rows  # noqa: E402

from .servers import WRITERS  # noqa: E402


def main(megabytes: int) -> None:
    places = []
    conferences = list(Conference.objects.published()[:WRITERS])
    file = slow_clients.recording(megabytes)
    for number, conference in enumerate(conferences):
        with revisions.create():
            series = Series.objects.create(name=f"Слово {number} 0", slug=f"slovo-{number}")
            conference.series = series
            conference.save()
        admin = reverse("admin:events_series_change", args=[series.pk])
        places.append({"admin": admin, "page": series.get_absolute_url(), "name": series.name, "recording": file})
    # Nothing on this machine asks the web.
    for job in jobs.registered():
        if job.name not in ("tidy", "backup"):
            now = timezone.now()
            JobRun.objects.create(name=job.name, started=now, succeeded_start=now, succeeded=now)
    print(json.dumps(places))


def draft() -> None:
    """An event that only staff see, with a file."""
    kind, made = MaterialKind.objects.first(), []
    for name, status in (("тайна.pdf", "draft"), ("план (1).pdf", "published")):
        conference = rows.event(name, size=0, status=status)
        material = Material(conference=conference, title=name, kind=kind)
        with revisions.create():
            material.file.save(name, ContentFile(b"%PDF-1.4 " + b"x" * 991))
        made.append(material)
    print(json.dumps({"draft": made[0].file.url, "public": made[1].file.url, "name": made[1].file.name}))


if __name__ == "__main__":
    draft() if sys.argv[1] == "draft" else main(int(sys.argv[1]))
