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

from events import revisions
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
    settings.ORPHANED_FILE_DAYS = settings.DELETED_FILE_DAYS = 0
    Version.objects.update(created=earlier(4000))
    assert tidied() == set()


def with_photo():
    """The version that still has the deleted photo."""
    return Version.objects.filter(rows__icontains="deleted").order_by("pk").first()


def test_a_deleted_photo_comes_back_with_its_file_for_a_year(files, tmp_path):
    Version.objects.update(created=earlier(364))
    for path in files.values():
        os.utime(tmp_path / path, (earlier(400).timestamp(),) * 2)
    assert files["deleted"] not in tidied()
    record = revisions.restore(with_photo())
    assert (tmp_path / record.photos.get(image=files["deleted"]).image.name).exists()
    assert not revisions.lost_files(with_photo())


def test_the_file_of_a_deleted_photo_goes_after_a_year_and_whoever_restores_it_is_told(files, tmp_path, staff_client):
    before = with_photo()
    Version.objects.update(created=earlier(366))
    for path in files.values():
        os.utime(tmp_path / path, (earlier(400).timestamp(),) * 2)
    assert files["deleted"] in tidied()
    page = staff_client.get(reverse("admin:events_version_change", args=[before.pk])).text
    assert "вернутся без них" in page and files["deleted"] in page
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
    last_day = (earlier(100) + 365 * DAY).astimezone(datetime.UTC).date()
    assert f"in-history: {files['deleted']} (до {last_day})" in lines and f"proposed: {files['waiting']}" in lines
    day = (earlier(100) + 30 * DAY).astimezone(datetime.UTC).date()
    assert f"orphaned: {files['declined']} (до {day})" in lines
    assert not [line for line in lines if files["shown"] in line]
