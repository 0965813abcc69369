"""A backup is one moment of the archive, and nobody waits for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from events.models import Series

from .conftest import ROOT
from .rows import event

# While each table is written, another connection enters an event whole, as an editor would.
SCRIPT = """
import sys, threading, django
django.setup()
from pathlib import Path
from django.db import connection
from events import backup
from events.models import Conference, ConferenceKind, Series, Version

def enter():
    kind = ConferenceKind.objects.first()
    Conference.objects.create(title="Вписано", kind=kind, series=Series.objects.create(name="Вписано"))
    connection.close()

entered = 0
def progress(what, done, total):
    global entered
    editor = threading.Thread(target=enter)
    editor.start()
    editor.join(15)
    assert not editor.is_alive(), "the editor waits"
    entered += 1

before = {model: model.objects.count() for model in (Conference, Series, Version)}
bag = backup.Bag(backup.write(Path(sys.argv[1]), progress).folder)
for model, count in before.items():
    assert len(list(bag.rows(model._meta.label_lower))) == count, model
assert bag.verify() == []
print(entered, Series.objects.count() - before[Series])
"""


@pytest.mark.django_db(transaction=True)
def test_events_entered_meanwhile_are_in_none_of_the_tables(tmp_path):
    event("Чтения")
    address = f"postgres:///{connection.settings_dict['NAME']}"
    if connection.vendor == "sqlite":
        # The tests' own database is in memory, where readers do hold up writers.
        address = f"sqlite:///{tmp_path}/archive.sqlite3"
        connection.cursor().execute("VACUUM INTO %s", [f"{tmp_path}/archive.sqlite3"])
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": address}
    environment["DJANGO_SETTINGS_MODULE"] = "confarchive.settings"
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "backups")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    entered, added = map(int, done.stdout.split())
    assert entered > 20
    assert added == entered
    assert Path(tmp_path / "backups").stat().st_mode & 0o077 == 0
    assert connection.vendor == "sqlite" or Series.objects.count() == added
