"""manage.py count_visits: visits of records, from the log of the server."""

import gzip
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from events.operations import visits


class Command(BaseCommand):
    help = (
        "Counts views of records, starts of recordings and downloads by month, without robots and staff, from the "
        "access lines of the application or the log of nginx (combined). Lines that were counted are passed over: run "
        "it as often as you like. Nothing of any visitor is kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("logs", nargs="*", metavar="LOG", help="files, .gz too, the oldest first; - or none: stdin")
        parser.add_argument("--name", default="access", help="of the server, if several have logs of their own")

    def handle(self, *, logs: list[str], name: str, verbosity: int, **options: Any) -> None:
        if settings.READ_ONLY:
            raise CommandError(_("READ_ONLY is set: nothing is run."))
        try:
            report = visits.count(_lines(logs or ["-"]), name[:60])
        except visits.CountedMeanwhile as error:
            raise CommandError(
                _("Another run counted this log meanwhile: nothing was stored, run it again.")
            ) from error
        except (OSError, EOFError) as error:
            raise CommandError(str(error)) from error
        if verbosity:
            message = _("%(lines)d lines: %(counted)d visits counted; left out: robots %(robots)d, staff %(staff)d.")
            self.stdout.write(message % report._asdict())


def _lines(logs: list[str]) -> Iterator[str]:
    for log in logs:
        if log == "-":
            yield from sys.stdin
            continue
        path = Path(log)
        with gzip.open(path, "rt", errors="replace") if path.suffix == ".gz" else path.open(errors="replace") as file:
            yield from file
