"""The archivist's spreadsheet into the archive: event by event, after all of it was checked.

The preview is the import itself, undone: the same code runs, each event in a transaction of its own that is rolled
back, so that what is shown is what will happen. Preview and import keep other writers waiting for one event at a time.

importing (check, then write) → stored (rows by event, and what the archive has of them) → events → talks, participants
→ names (which record a name means), cells (which value a text means) → saving (rows that differ) → report; oddities
(what to look at, though no cell is wrong)
"""

from .importing import import_rows
from .report import Report

__all__ = ["Report", "import_rows"]
