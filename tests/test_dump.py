"""A dump that cannot be written or loaded is refused, and nothing changes."""

import csv

import pytest
from django.core.management import CommandError, call_command

from events.backup import reading, tables
from events.models import Conference, Talk

from .backups import empty_database
from .rows import event

pytestmark = pytest.mark.usefixtures("uploads", "db")


def test_a_cell_is_never_a_formula_and_the_rows_keep_their_text(tmp_path):
    event("=HYPERLINK(1)").photos.all().delete()
    call_command("dump_archive", str(tmp_path / "dump"), verbosity=0)
    with (tmp_path / "dump/data/csv/conference.csv").open(newline="") as file:
        assert [row["title"] for row in csv.DictReader(file)] == ["'=HYPERLINK(1)"]
    assert '"title": "=HYPERLINK(1)"' in (tmp_path / "dump/data/tables/events.conference.jsonl").read_text()


def test_what_cannot_be_loaded_is_refused_and_nothing_changes(tmp_path):
    event("Чтения").photos.all().delete()
    folder = tmp_path / "dump"
    call_command("dump_archive", str(folder), verbosity=0)
    with pytest.raises(CommandError, match="не пуст"):
        call_command("load_archive", str(folder), verbosity=0)
    with pytest.raises(CommandError, match="dump"):
        call_command("dump_archive", str(folder), verbosity=0)
    with pytest.raises(CommandError):
        call_command("restore", str(folder), verbosity=0)
    Conference.objects.all().delete()
    with (folder / "data/csv/talk.csv").open("a") as file:
        file.write("…")
    with pytest.raises(CommandError, match="talk.csv"):
        call_command("load_archive", str(folder), verbosity=0)
    assert not Talk.objects.exists()


def test_a_dump_of_a_later_version_says_which_version_is_needed(tmp_path, monkeypatch):
    event("Чтения").photos.all().delete()
    call_command("dump_archive", str(tmp_path / "dump"), verbosity=0)
    empty_database()
    real = tables.stored_fields
    monkeypatch.setattr(
        reading.tables, "stored_fields", lambda model: tuple(f for f in real(model) if f.name != "occasion")
    )
    with pytest.raises(CommandError, match="occasion"):
        call_command("load_archive", str(tmp_path / "dump"), verbosity=0)
