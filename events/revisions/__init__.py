"""Writing and its history: one block for every way of writing, a version of each record it changed, the way back.

    with revisions.create(user=request.user, comment=_("from a table")):
        …any saving, updating, bulk creating, deleting…

The words are django-reversion's. Outside a block each save or deletion opens one of its own.
"""

from ..models.changes import block as create
from ..models.changes import new_import_number
from .addresses import Addresses
from .diff import Change, changed_by_people, changes, editable_field, editable_values, shown_value
from .imports import CannotUndo, count_written, imports, not_undone, undo_import, written_by
from .publications import Publications
from .recording import Freshness, public_changes, record, record_initial
from .restoring import CannotRestore, lost_files, restore, restore_first, write
from .snapshots import names, snapshot, snapshots

__all__ = [
    "Addresses",
    "CannotRestore",
    "CannotUndo",
    "Change",
    "Freshness",
    "Publications",
    "changed_by_people",
    "changes",
    "count_written",
    "create",
    "editable_field",
    "editable_values",
    "lost_files",
    "names",
    "new_import_number",
    "not_undone",
    "public_changes",
    "record",
    "record_initial",
    "restore",
    "restore_first",
    "shown_value",
    "snapshot",
    "snapshots",
    "imports",
    "undo_import",
    "write",
    "written_by",
]
