"""Files that nothing names any more go after a time of grace; what somebody can still come back to stays."""

import datetime
import os
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from events.models import MediaFile, Photo, Proposal, Version

from .rows import event

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def files(settings, tmp_path):
    """A file of every kind, taken in and let go a hundred days ago; by kind, their paths."""
    settings.MEDIA_ROOT = tmp_path
    conference = event("Чтения")
    for photo in Photo.objects.all():
        photo.delete()
    paths = {kind: f"photos/{kind}.jpg" for kind in ("shown", "deleted", "waiting", "declined", "orphaned", "new")}
    for kind, path in paths.items():
        default_storage.save(path, ContentFile(kind.encode()))
    _shown, deleted = (conference.photos.create(image=paths[kind], width=4, height=3) for kind in ("shown", "deleted"))
    deleted.delete()
    MediaFile.record(paths.values())
    for state in ("open", "declined"):
        path = paths["waiting" if state == "open" else "declined"]
        rows = [{"root": ["events.conference", str(conference.uid)], "before": None, "after": {"image": path}}]
        Proposal.objects.create(model="conference", name="Чтения", rows=rows, state=state, decided=earlier(100))
    Version.objects.update(created=earlier(100))
    for kind, path in paths.items():
        moment = earlier(1 if kind == "new" else 100).timestamp()
        os.utime(tmp_path / path, (moment, moment))
    return paths


def earlier(days):
    return timezone.now() - days * DAY


def tidied(*options):
    said = StringIO()
    call_command("tidy_files", *options, stdout=said)
    return {line.partition(": ")[2] for line in said.getvalue().splitlines()}


def left(files, tmp_path):
    return {kind for kind, path in files.items() if (tmp_path / path).exists()}


def test_what_a_row_a_version_or_an_open_proposal_names_stays(files, tmp_path):
    assert tidied("--dry-run") == {files["declined"], files["orphaned"]}
    assert left(files, tmp_path) == files.keys()
    assert tidied() == {files["declined"], files["orphaned"]}
    assert left(files, tmp_path) == {"shown", "deleted", "waiting", "new"}
    assert not MediaFile.objects.filter(path__in=[files["declined"], files["orphaned"]]).exists()
    assert tidied() == set()


def test_a_declined_proposal_has_its_time_of_grace_from_the_decision_on(files, tmp_path):
    Proposal.objects.filter(state="declined").update(decided=earlier(29))
    assert tidied() == {files["orphaned"]}


def test_grace_without_an_end_removes_nothing(files, settings):
    settings.ORPHANED_FILE_DAYS = 0
    assert tidied() == set()


def test_the_file_of_a_deleted_photo_goes_only_where_the_operator_says_so(files, settings, tmp_path, staff_client):
    before = Version.objects.filter(rows__icontains="deleted").order_by("pk").first()
    settings.DELETED_FILE_DAYS = 101
    assert files["deleted"] not in tidied()
    settings.DELETED_FILE_DAYS = 99
    assert files["deleted"] in tidied()
    page = staff_client.post(reverse("admin:events_version_restore", args=[before.pk]), follow=True).text
    assert files["deleted"] in page and "больше нет" in page
    assert staff_client.get(before.current().get_absolute_url()).status_code == 200


def test_the_grace_of_a_deleted_photo_begins_when_it_was_deleted(files, settings):
    settings.DELETED_FILE_DAYS = 99
    Version.objects.filter(pk=Version.objects.latest("pk").pk).update(created=earlier(2))
    assert files["deleted"] not in tidied()


def test_the_check_of_the_archive_tells_them_apart_and_finds_no_fault(files):
    said = StringIO()
    call_command("check_archive", stdout=said)
    lines = said.getvalue().splitlines()
    assert f"in-history: {files['deleted']}" in lines and f"proposed: {files['waiting']}" in lines
    day = (earlier(100) + 30 * DAY).astimezone(datetime.UTC).date()
    assert f"orphaned: {files['declined']} (до {day})" in lines
    assert not [line for line in lines if files["shown"] in line]
