import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from events.search import indexing


class Command(BaseCommand):
    help = "Rebuilds the search index from the data. Visitors search on meanwhile and miss nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--words", action="store_true", help="Only count words (for suggestions) and the records of lists again."
        )
        parser.add_argument(
            "--if-outdated", action="store_true", help="Only if an earlier version of the archive made the index."
        )

    def handle(self, words: bool, if_outdated: bool, **options: Any) -> None:
        if if_outdated and not indexing.is_outdated():
            return
        start, done = time.monotonic(), 0
        if words:
            indexing.recount()
        else:
            for count in indexing.rebuild():
                done += count
                if options["verbosity"] and self.stderr.isatty():
                    self.stderr.write(f"\r{done}", ending="")
        if options["verbosity"]:
            self.stdout.write(
                _("%(count)s records indexed in %(seconds).0f s") % {"count": done, "seconds": time.monotonic() - start}
                if not words
                else _("The words are counted.")
            )
