from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from events.search import consistency

SHOWN = 20


class Command(BaseCommand):
    help = "Compares the search index with the data. Exit code 1 if they differ; rebuild_search mends it."

    def handle(self, **options: Any) -> None:
        counts = Counter[str]()
        for found in consistency.inconsistencies():
            counts[found.problem] += 1
            if options["verbosity"] and counts[found.problem] <= SHOWN:
                self.stdout.write(f"{found.problem}: {found.where}")
        if counts:
            summary = ", ".join(f"{what} {count}" for what, count in sorted(counts.items()))
            advice = "rebuild_search --words" if set(counts) <= {"words", "counts"} else "rebuild_search"
            raise CommandError(
                _("The index differs from the data: %(found)s. Mend it with: manage.py %(advice)s")
                % {"found": summary, "advice": advice}
            )
        if options["verbosity"]:
            self.stdout.write(_("The index agrees with the data."))
