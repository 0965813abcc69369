"""Backups: the whole archive, tables and uploaded files, as one folder that any database can be filled from.

Each backup is a bag by BagIt (RFC 8493), so that `sha256sum --check manifest-sha256.txt` and any tool of a digital
archive can verify it:

    2026-11-29T03-17-00/
        bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt
        data/backup.json                            version, migrations, number of rows
        data/tables/events.conference.jsonl …       a row a line; references by uid or natural key
        data/media/photos/…                         hard links to the backup before, where nothing changed
        data/reader-files/…                         what readers sent and staff have not decided on; in no dump
"""

from .bag import DUMP_DESCRIPTION, BadBackup, Bag, find
from .emptying import drop_everything
from .public import dump
from .reading import load, load_dump, refuse_full_archive, refuse_other_files, refuse_other_schema
from .tables import all_migrations
from .writing import Written, write

__all__ = [
    "DUMP_DESCRIPTION",
    "BadBackup",
    "Bag",
    "Written",
    "all_migrations",
    "drop_everything",
    "dump",
    "find",
    "load",
    "load_dump",
    "refuse_full_archive",
    "refuse_other_files",
    "refuse_other_schema",
    "write",
]
