"""Writing and its history: one block for every way of writing, a version of each record it changed, the way back.

    with revisions.create(user=request.user, comment=_("from a table")):
        …any saving, updating, bulk creating, deleting…

The words are django-reversion's. Outside a block each save or deletion opens one of its own.
"""

from ..models.changes import block as create
from .diff import Change, changes
from .imports import CannotUndo, undo_import
from .recording import Freshness, record, record_initial
from .restoring import CannotRestore, restore, restore_first, write
from .snapshots import names, snapshot, snapshots

__all__ = [
    "CannotRestore",
    "CannotUndo",
    "Change",
    "Freshness",
    "changes",
    "create",
    "names",
    "record",
    "record_initial",
    "restore",
    "restore_first",
    "snapshot",
    "snapshots",
    "undo_import",
    "write",
]
