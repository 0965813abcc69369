"""A backup is one moment of the archive, and nobody waits for it."""

from pathlib import Path

import pytest
from django.db import connection

from events.models import Series

from .beside import run_beside
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
    printed = run_beside(SCRIPT, tmp_path, str(tmp_path / "backups"))
    entered, added = map(int, printed.split())
    assert entered > 20
    assert added == entered
    assert Path(tmp_path / "backups").stat().st_mode & 0o077 == 0
    assert connection.vendor == "sqlite" or Series.objects.count() == added
