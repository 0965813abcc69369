"""manage.py dump_archive: all that is public in one folder, for anybody."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from events import backup, captions
from events.export import transcripts
from events.models import Recording
from events.revisions.withholding import HiddenSpeakers

from .backup import Progress, silent


class Command(BaseCommand):
    help = (
        "Writes all that is public into DIR, which is new or empty: JSON Lines and CSV with a data dictionary "
        "(Frictionless Data Package), uploaded files with their SHA-256, licence and CITATION.cff. No drafts, "
        "withdrawn records, hidden people, accounts or reports. Exit code 1 if nothing was written, 2 if files are "
        "missing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument("--address", metavar="URL", default="", help="The address of the site, to be cited.")

    def handle(self, *, folder: Path, address: str, verbosity: int, **options: Any) -> None:
        progress = Progress(self) if verbosity else silent
        hidden = HiddenSpeakers()

        def public_captions(recording: Recording) -> bytes:
            return transcripts.vtt(hidden.unnamed(captions.stored(recording.captions))).encode()

        try:
            written = backup.dump(folder, public_captions, address, progress)
        except (backup.BadBackup, OSError) as error:
            raise CommandError(_("There is no dump: %s") % error) from error
        if verbosity:
            self.stdout.write(_("%(rows)d rows, %(files)d files") % written._asdict())
        if written.problems:
            told = "\n".join(written.problems)
            raise CommandError(_("The dump is whole, the archive is not:\n%s") % told, returncode=2)
