"""manage.py undo_import [NUMBER]: an import of a table undone; without a number, which imports there are."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from events import revisions

SHOWN = 20


class Command(BaseCommand):
    @property
    def help(self) -> str:
        return _("Undo the import with this number as a whole, as long as nothing of it was edited since.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int, nargs="?", help=_("without it, the newest imports are listed"))

    def handle(self, *, number: int | None, **options: Any) -> None:
        if number is None:
            return self._list()
        try:
            count = revisions.undo_import(number)
        except revisions.CannotUndo as error:
            for record in error.records:
                self.stderr.write(record)
            if error.undone:
                partly = _("A part is undone, records: %(count)d. The archive changed meanwhile.")
                raise CommandError(partly % {"count": error.undone}) from error
            raise CommandError(_("Nothing is undone.")) from error
        self.stdout.write(_("Import undone, records: %(count)d") % {"count": count})

    def _list(self) -> None:
        for one in revisions.imports()[:SHOWN]:
            began = timezone.localtime(one["began"])
            self.stdout.write(f"{one['import_number']}  {began:%d.%m.%Y %H:%M}  {one['records']}  {one['note']}")
