"""manage.py tidy_files: uploaded files that nothing names any more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from events import fixity


class Command(BaseCommand):
    help = (
        "Removes uploaded files that no record, version or open proposal names, ORPHANED_FILE_DAYS after they were "
        "uploaded or their proposal was declined; with DELETED_FILE_DAYS also those that only the history names, so "
        "many days after their record lost them. Says each in a line."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say which would go")

    def handle(self, *, dry_run: bool, verbosity: int, **options: Any) -> None:
        for one in fixity.remove_unused(dry_run):
            if verbosity:
                self.stdout.write(f"{one.state}: {one.path}")
