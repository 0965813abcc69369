"""A long import or preview lets editors save in between, on SQLite too, which has no queue of writers."""

import pytest

from ..beside import run_beside
from ..rows import event

# While a table is checked and written, another connection saves an event again and again.
SCRIPT = """
import threading, django
django.setup()
from django.db import connection
from events.importing.tables import stored
from events.importing.tables import import_rows
from events.models import Conference, changes
from events.table import TableRow

# A transaction and a pause for every row, however fast the machine.
changes.BatchedTransactions.SERIES, stored.BLOCK_ROWS = 0, 1
rows = [TableRow(number, {"title": f"Чтения {number}", "start": "2020"}) for number in range(20)]
saved = {False: 0, True: 0}
is_over = threading.Event()

def edit():
    record = Conference.objects.get(title="Встреча")
    while not is_over.is_set():
        record.place = f"Зал {sum(saved.values())}"
        record.save()
        saved[is_written] += 1
        # As an editor’s next request, which asks SQLite anew for its turn.
        is_over.wait(0.01)
    connection.close()

is_written = False
def progress(done, total):
    global is_written
    is_written = is_written or done == total

editor = threading.Thread(target=edit)
editor.start()
report = import_rows(rows, commit=True, progress=progress)
is_over.set()
editor.join(30)
assert not report.problems, report.problems
assert Conference.objects.count() == 21
print(*saved.values())
"""


@pytest.mark.django_db(transaction=True)
def test_an_editor_saves_while_a_table_is_checked_and_while_it_is_written(tmp_path):
    event("Встреча")
    printed = run_beside(SCRIPT, tmp_path)
    while_checked, while_written = map(int, printed.split())
    assert while_checked >= 1 and while_written >= 3, printed
