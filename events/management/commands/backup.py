"""manage.py backup: the whole archive as of one moment, while everybody works on."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from events import backup


class Command(BaseCommand):
    help = (
        "Writes a backup of all tables and uploaded files into a new folder of DIR, while the site goes on. Files that "
        "did not change since the newest backup there are hard links to it. Exit code 1 if there is no backup, 2 if "
        "there is one, but files that records name are missing or changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *, folder: Path, verbosity: int, **options: Any) -> None:
        try:
            written = backup.write(folder, Progress(self) if verbosity else silent)
        except (backup.BadBackup, OSError) as error:
            raise CommandError(_("There is no backup: %s") % error) from error
        if verbosity:
            self.stdout.write(
                _("%(folder)s: %(rows)d rows, %(files)d files (%(copied)d bytes of them new)")
                % {**written._asdict(), "folder": written.folder}
            )
        if written.problems:
            told = "\n".join(written.problems)
            raise CommandError(_("The backup is whole, the archive is not:\n%s") % told, returncode=2)


class Progress:
    """A line on the terminal that says how far each part is."""

    def __init__(self, command: BaseCommand) -> None:
        self.err, self.what = command.stderr, ""

    def __call__(self, what: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.err.write(f"\r{what}: {done}/{total}", ending="\n" if done == total else "")


def silent(what: str, done: int, total: int) -> None:
    pass
