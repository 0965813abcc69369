"""manage.py load_archive: the public archive again, from what dump_archive wrote."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from events import backup, revisions
from events.search import indexing

from .backup import Progress, silent


class Command(BaseCommand):
    help = (
        "Takes what dump_archive wrote into an archive without records, after “migrate”: the same public pages. "
        "Checksums are compared first; all of it is loaded or nothing. Exit code 1 if nothing was loaded."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *, folder: Path, verbosity: int, **options: Any) -> None:
        progress = Progress(self) if verbosity else silent
        try:
            source = backup.Bag(folder, backup.DUMP_DESCRIPTION)
            if wrong := source.verify(progress):
                raise backup.BadBackup(_("%(folder)s is damaged:") % {"folder": folder} + "\n  " + "\n  ".join(wrong))
            with transaction.atomic():
                backup.load_dump(source, progress)
                for _count in indexing.rebuild():
                    pass
            revisions.record_initial()
        except (backup.BadBackup, DatabaseError, OSError, ValueError, KeyError) as error:
            raise CommandError(_("Nothing was loaded. %s") % error) from error
        if verbosity:
            self.stdout.write(
                _("Loaded from %(folder)s: %(rows)d rows.")
                % {"folder": folder, "rows": sum(source.description["rows"].values())}
            )
