import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS
from django.utils.translation import gettext as _

from events.invented.archive import Archive, is_empty


class Command(BaseCommand):
    help = (
        "Fills an empty archive with invented conferences, talks, people and organisations, for trials and measuring."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--records", type=int, default=1000, help="How many records the public can find (1000).")
        parser.add_argument("--seed", type=int, default=1, help="The same number gives the same archive (1).")
        parser.add_argument("--drafts", type=float, default=0.0, help="Share of conferences that are not public (0).")
        parser.add_argument("--add", action="store_true", help="Add to an archive that already holds something.")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="Alias of the database.")

    def handle(self, records: int, seed: int, drafts: float, add: bool, database: str, **options: Any) -> None:
        if records < 1:
            raise CommandError(_("An archive has at least one record."))
        if not 0 <= drafts < 1:
            raise CommandError(_("The share of drafts is a number from 0 to below 1, for example 0.1."))
        if not add and not is_empty(database):
            raise CommandError(_("This archive is not empty. To put invented records among the real ones, say --add."))
        start = time.monotonic()
        for left in Archive(records, seed, drafts, database).grow():
            if options["verbosity"] and self.stderr.isatty():
                self.stderr.write(f"\r{records - left} / {records}", ending="")
        if options["verbosity"]:
            seconds = time.monotonic() - start
            self.stdout.write(
                _("%(count)s records invented in %(seconds).0f s. Now run rebuild_search.")
                % {"count": records, "seconds": seconds}
            )
