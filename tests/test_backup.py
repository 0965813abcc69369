"""A backup is whole or refused; files and columns that are not what they were are told."""

import datetime
import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from django.utils import timezone

from events import backup
from events.models import (
    Conference,
    MediaFile,
    Photo,
    Speaker,
    Talk,
    Version,
)

from .backups import empty_database
from .rows import event

pytestmark = pytest.mark.usefixtures("uploads", "db")


def stored() -> dict[str, int]:
    return {model.__name__: model._base_manager.count() for model in (Conference, Talk, Speaker, Version, MediaFile)}


# ── What is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def small(db, uploads, tmp_path) -> Path:
    """A folder with one backup of a small archive with a file, whose database is empty now."""
    shutil.rmtree(uploads, ignore_errors=True)
    conference = event("Чтения")
    conference.photos.all().delete()
    conference.photos.create(image=ContentFile(b"drawn", name="hall.jpg"), width=4, height=3)
    backup.write(tmp_path)
    return tmp_path


def refused(folder: Path, *options: str) -> str:
    """Why a backup is not restored; nothing may have changed."""
    before = stored()
    with pytest.raises(CommandError) as error:
        call_command("restore", str(folder), *options, verbosity=0)
    assert stored() == before
    return str(error.value)


def test_an_archive_that_is_not_empty_is_left_alone(small):
    assert "--replace" in refused(small)
    assert Conference.objects.get().title == "Чтения"


@pytest.mark.parametrize(
    "name", ["data/tables/events.conference.jsonl", "data/media/photos/hall.jpg", "manifest-sha256.txt"]
)
def test_a_flipped_bit_in_a_backup_is_found_and_named(small, name):
    path = backup.find(small).folder / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    empty_database()
    assert name in refused(small)
    assert name in refused(small, "--check")


def test_a_missing_and_an_unknown_file_of_a_backup_are_named(small):
    folder = backup.find(small).folder
    (folder / "data/media/photos/hall.jpg").rename(folder / "data/media/photos/other.jpg")
    empty_database()
    said = refused(small)
    assert "photos/hall.jpg" in said and "photos/other.jpg" in said


def test_a_backup_broken_off_is_no_backup(small, monkeypatch):
    whole = backup.find(small).folder

    def power_fails(what: str, done: int, total: int) -> None:
        if what == "events.talk":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        # As after kill -9: nothing is tidied up.
        patch.setattr(shutil, "rmtree", lambda *arguments, **options: None)
        backup.write(small, power_fails)
    (left,) = small.glob(".unfinished*")
    assert backup.find(small).folder == whole
    empty_database()
    assert str(left) in refused(left)
    backup.write(small)
    assert list(small.glob(".unfinished*")) == []


def test_a_folder_without_a_backup_is_refused(small, tmp_path):
    empty_database()
    assert "nowhere" in refused(tmp_path / "nowhere")


def test_a_backup_of_another_schema_is_refused(small, monkeypatch):
    empty_database()
    later = [*backup.all_migrations(), "events.9999_of_tomorrow"]
    monkeypatch.setattr("events.backup.tables.applied_migrations", lambda: later)
    assert "events.9999_of_tomorrow" in refused(small)


def test_another_file_in_the_place_of_one_is_not_overwritten(small, uploads):
    path = uploads / "photos" / "hall.jpg"
    path.write_bytes(b"something else")
    # Found out before the database is dropped.
    assert str(path) in refused(small, "--replace", "--no-input")
    empty_database()
    assert str(path) in refused(small)
    assert path.read_bytes() == b"something else"


def test_a_database_is_not_dropped_for_a_damaged_backup_or_without_a_yes(small, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda question: "нет")
    assert "yes" in refused(small, "--replace")
    (backup.find(small).folder / "data/media/photos/hall.jpg").write_bytes(b"another")
    assert "hall.jpg" in refused(small, "--replace", "--no-input")


# ── Files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_second_backup_copies_only_what_is_new(small):
    first = backup.find(small).folder
    Conference.objects.get().photos.create(image=ContentFile(b"second", name="second.jpg"), width=4, height=3)
    second = backup.write(small)
    assert (second.files, second.copied, second.problems) == (2, len(b"second"), [])
    same = "data/media/photos/hall.jpg"
    assert (first / same).stat().st_ino == (second.folder / same).stat().st_ino
    # Each is whole by itself.
    shutil.rmtree(first)
    assert backup.find(small).verify() == []


def test_a_lost_and_a_changed_file_are_told_and_the_backup_is_whole(small, uploads):
    photos = Conference.objects.get().photos
    changed = photos.create(image=ContentFile(b"second", name="second.jpg"), width=4, height=3)
    (uploads / "photos" / "hall.jpg").unlink()
    (uploads / changed.image.name).write_bytes(b"SECOND!")
    with pytest.raises(CommandError) as error:
        call_command("backup", str(small), verbosity=0)
    assert error.value.returncode == 2
    assert "photos/hall.jpg" in str(error.value) and changed.image.name in str(error.value)
    assert backup.find(small).verify() == []


def test_any_tool_of_a_digital_archive_can_verify_it(small):
    folder = backup.find(small).folder
    listed = dict(reversed(line.split("  ", 1)) for line in (folder / "manifest-sha256.txt").read_text().splitlines())
    assert listed.keys() == {str(p.relative_to(folder)) for p in (folder / "data").rglob("*") if p.is_file()}
    size = sum(path.stat().st_size for path in (folder / "data").rglob("*") if path.is_file())
    assert f"Payload-Oxum: {size}.{len(listed)}\n" in (folder / "bag-info.txt").read_text()
    description = json.loads((folder / "data" / "backup.json").read_text())
    assert description["rows"]["events.conference"] == 1
    assert "auth.permission" not in description["rows"] and "sessions.session" not in description["rows"]


def test_only_its_owner_reads_a_backup(small):
    assert backup.find(small).folder.stat().st_mode & 0o077 == 0


def checked() -> list[str]:
    """The lines of check_archive, which must find something."""
    said = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("check_archive", stdout=said)
    assert error.value.returncode == 1
    return said.getvalue().splitlines()


def test_one_flipped_byte_among_a_thousand_files_is_found_and_named(db, uploads):
    shutil.rmtree(uploads, ignore_errors=True)
    conference = event("Чтения")
    conference.photos.all().delete()
    (uploads / "photos").mkdir(parents=True)
    names = [f"photos/{number}.jpg" for number in range(1000)]
    Photo.objects.bulk_create(Photo(conference=conference, image=name, width=4, height=3) for name in names)
    for number in range(1000):
        (uploads / "photos" / f"{number}.jpg").write_bytes(f"photo {number}".encode())
    call_command("check_archive", verbosity=0)
    assert MediaFile.objects.count() == 1000
    path = uploads / "photos" / "617.jpg"
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    assert [line for line in checked() if "photos/" in line] == ["changed: photos/617.jpg"]


def test_missing_and_orphaned_files_are_told_apart(small, uploads):
    (uploads / "photos" / "forgotten.jpg").write_bytes(b"nobody's")
    said = StringIO()
    call_command("check_archive", stdout=said)
    day = (timezone.now() + datetime.timedelta(30)).astimezone(datetime.UTC).date()
    assert f"orphaned: photos/forgotten.jpg (до {day})" in said.getvalue().splitlines()
    photo = Conference.objects.get().photos.get()
    (uploads / photo.image.name).unlink()
    (uploads / "photos" / "forgotten.jpg").unlink()
    assert checked() == [f"missing: {photo.image.name} (photo {photo.pk})"]


def test_columns_and_index_changed_past_the_archive_are_told(small):
    conference, speaker = Conference.objects.get(), Speaker.objects.get()
    QuerySet(Conference).filter(pk=conference.pk).update(first_day="1999-01-01")
    QuerySet(Speaker).filter(pk=speaker.pk).update(name_key="нечто", family_name="Подменов")
    other = event("Другие чтения")
    shutil.rmtree(backup.find(small).folder)
    QuerySet(Talk).filter(conference=other).update(session=conference.sessions.get())
    said = checked()
    assert f"computed: conference {conference.pk}: year, first_day" in said
    assert f"computed: speaker {speaker.pk}: name_key" in said
    assert any(line.startswith("computed: talk ") and line.endswith(": conference") for line in said)
    assert any(line.startswith("index-stale: speaker") for line in said)
