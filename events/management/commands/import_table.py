"""manage.py import_table FILE [--dry-run]: the archivist's spreadsheet into the archive."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from events import revisions, table
from events.importing import tables
from events.models import Version


class Command(BaseCommand):
    @property
    def help(self) -> str:
        return _("Import events and talks from a table, event by event after all was checked; twice changes nothing.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help=_("only say what would be done"))
        parser.add_argument("--number", type=int, help=_("go on with the import of this number, which was broken off"))

    def handle(self, *, file: Path, dry_run: bool, number: int | None, verbosity: int, **options: Any) -> None:
        if number is not None and not Version.objects.filter(import_number=number).exists():
            raise CommandError(_("The history has no import %(number)s.") % {"number": number})
        number = number or revisions.new_import_number()
        try:
            content = file.read_bytes()
            rows = table.read(file.name, content)
            notes = table.open_table(content).notes
        except (OSError, table.TableError) as error:
            raise CommandError(str(error)) from error
        progress = self._progress if verbosity else _silent
        comment = _("from the table “%s”") % file.name
        if verbosity and not dry_run:
            told = _("Import %(number)s. If it is broken off, --number %(number)s goes on with it.")
            self.stdout.write(told % {"number": number})
        report = tables.import_rows(rows, commit=not dry_run, comment=comment, import_number=number, progress=progress)
        for problem in report.problems:
            self.stderr.write(str(problem))
        if verbosity:
            self._tell(report, notes)
        if report.is_partial:
            raise CommandError(_("A part is imported: the archive changed meanwhile. Run the same command again."))
        if report.problems:
            raise CommandError(_("Nothing is imported: correct the rows named above and try again."))

    def _tell(self, report: tables.Report, notes: list[str]) -> None:
        for note in (*notes, *report.told, *report.alike, *report.kept):
            self.stdout.write(note)
        for match in report.matched:
            self.stdout.write(f"= {match}")
        for change in report.changed:
            self.stdout.write(f"~ {change.record}: {change.column}: «{change.old}» → «{change.new}»")
        counts = {name: len(getattr(report, name)) for name in ("added", "changed", "unchanged", "problems")}
        told = _(
            "records added %(added)d, talks %(talks)d, values changed %(changed)d, unchanged %(unchanged)d, wrong "
            "%(problems)d"
        )
        self.stdout.write(told % {**counts, "talks": report.added_talks})
        if report.import_number:
            self.stdout.write(_("To undo it: manage.py undo_import %(number)s") % {"number": report.import_number})

    def _progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done}/{total}", ending="\n" if done == total else "")


def _silent(done: int, total: int) -> None:
    pass
