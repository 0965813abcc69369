"""manage.py check_archive: whether files, rows and everything computed from them agree."""

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from events import fixity
from events.search import consistency

from .backup import Progress, silent

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Compares uploaded files with their checksums and with the rows that name them, computed columns with what "
        "they are computed from, and the search index with the data. Says each fault in a line. Exit code 1 if there "
        "is any. Files that no row names (orphaned, in-history, proposed) are told and are no fault."
    )

    def handle(self, *, verbosity: int, **options: Any) -> None:
        counts, unused = Counter[str](), 0
        progress = Progress(self) if verbosity and sys.stderr.isatty() else silent
        for what, where in self._found(progress):
            unused += what in fixity.UNUSED
            counts[what] += what not in fixity.UNUSED
            if counts[what] <= SHOWN and (verbosity or what not in fixity.UNUSED):
                self.stdout.write(f"{what}: {where}")
        if faults := +counts:
            found = ", ".join(f"{what} {count}" for what, count in sorted(faults.items()))
            raise CommandError(
                _(
                    "The archive has faults: %s. Files come back from a backup; “rebuild_search” mends the index;"
                    " a record saved anew mends its computed columns."
                )
                % found
            )
        if verbosity:
            self.stdout.write(
                _("No fault. Files: %(files)d, of them without a record: %(unused)d.")
                % {"files": fixity.MediaFile.objects.count(), "unused": unused}
            )

    def _found(self, progress: Any) -> Iterator[tuple[str, str]]:
        yield from fixity.files(progress)
        yield from fixity.reader_files()
        yield from fixity.columns()
        for found in consistency.inconsistencies():
            yield f"index-{found.problem}", found.where
