"""manage.py undo_import NUMBER: an import of a table undone, whole or not at all."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from events import revisions


class Command(BaseCommand):
    @property
    def help(self) -> str:
        return _("Undo the import with this number as a whole, as long as nothing of it was edited since.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int)

    def handle(self, *, number: int, **options: Any) -> None:
        try:
            count = revisions.undo_import(number)
        except revisions.CannotUndo as error:
            for record in error.records:
                self.stderr.write(record)
            raise CommandError(_("Nothing is undone.")) from error
        self.stdout.write(_("Import undone, records: %(count)d") % {"count": count})
