"""manage.py restore: an archive from its backup, on any database; this is how an archive moves."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from events import backup
from events.search import indexing

from .backup import Progress, silent


class Command(BaseCommand):
    help = (
        "Takes a backup into a new database: run “migrate” first and nothing else. DIR is a backup, or a folder of "
        "backups, of which the newest is taken. Checksums are compared first; all of it is loaded or, if anything is "
        "wrong, nothing. Exit code 1 if nothing was restored."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument("--check", action="store_true", help="Only compare the backup with its checksums.")
        parser.add_argument(
            "--replace", action="store_true", help="Drop the database of this archive first. Stop the site before."
        )
        parser.add_argument("--no-input", action="store_false", dest="interactive", help="Ask nothing.")

    def handle(
        self, *, folder: Path, check: bool, replace: bool, interactive: bool, verbosity: int, **options: Any
    ) -> None:
        self.progress = Progress(self) if verbosity else silent
        try:
            source = backup.find(folder)
            if replace and not check:
                backup.refuse_other_schema(source, backup.all_migrations())
            elif not check:
                backup.refuse_full_archive()
            if wrong := source.verify(self.progress):
                raise backup.BadBackup(_("%(folder)s is damaged:") % {"folder": source.folder} + _lines(wrong))
            if check:
                self.stdout.write(_("%s is whole.") % source.folder)
                return
            if replace:
                backup.refuse_other_files(source)
                self._drop(interactive)
            unknown = self._load(source)
        except (backup.BadBackup, DatabaseError, OSError, ValueError, KeyError) as error:
            raise CommandError(_("Nothing was restored. %s") % error) from error
        if unknown:
            self.stderr.write(_("Permissions that this version does not know were left out:") + _lines(unknown))
        if verbosity:
            self.stdout.write(_("Restored from %s.") % source.folder)

    def _load(self, source: backup.Bag) -> list[str]:
        done, total = 0, sum(source.description["rows"].values())
        with transaction.atomic():
            unknown = backup.load(source, self.progress)
            for count in indexing.rebuild():
                done += count
                self.progress(_("search index"), done, max(done, total))
        return unknown

    def _drop(self, interactive: bool) -> None:
        question = _("Everything in the database of this archive will be dropped. Type “yes” to go on: ")
        if interactive and input(question) != "yes":
            raise backup.BadBackup(_("You did not type “yes”."))
        backup.drop_everything()
        call_command("migrate", verbosity=0)


def _lines(found: list[str]) -> str:
    return "".join(f"\n  {line}" for line in found)
