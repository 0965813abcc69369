"""manage.py check_links: which links of the archive died, which live again."""

import sys
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from events.links import checks
from events.links.http_probe import probe

WORKERS = 8


class Command(BaseCommand):
    help = (
        "Asks every link of the archive (sources, recordings, materials, websites) whether it answers. A link that "
        "failed a day ago and fails again is marked as dead; one that answers again is freed. Exit code 1 if any is "
        "dead, 2 if nothing could be reached."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--timeout", type=float, default=10, help="seconds to wait for one answer (10)")
        parser.add_argument("--private", action="store_true", help="ask machines of the own network too")

    def handle(self, *, timeout: float, private: bool, verbosity: int, **options: Any) -> None:
        if not 0 < timeout <= 300:
            raise CommandError(_("A timeout is a number of seconds up to 300."))
        try:
            report = checks.check(
                partial(probe, timeout=timeout, private=private), WORKERS, self._progress if verbosity else _silent
            )
        except checks.NotConnected as error:
            raise CommandError(
                _("Nobody answered: this machine has no way to the web. Nothing is changed."), returncode=2
            ) from error
        if verbosity:
            self._tell(report)
        if report.dead:
            raise CommandError(_("Some links are dead. The first page of the admin lists the records that have them."))

    def _tell(self, report: checks.Report) -> None:
        for sign, link_checks in (("!", report.dead), ("?", report.failing)):
            for link_check in link_checks:
                self.stdout.write(f"{sign} {link_check.url}: {_(link_check.answer)}")
        for url in report.revived:
            self.stdout.write(f"+ {url}")
        for url in report.disputed:
            self.stdout.write(_("~ %(url)s answers, but is marked as dead by hand") % {"url": url})
        for url, why in report.skipped:
            self.stdout.write(f"- {url}: {_(why)}")
        self.stdout.write(
            _("asked %(asked)d, dead %(dead)d, failing at first %(failing)d, freed %(freed)d, not asked %(not)d")
            % {
                "asked": report.probed,
                "dead": len(report.dead),
                "failing": len(report.failing),
                "freed": len(report.revived),
                "not": len(report.skipped),
            }
        )

    def _progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done}/{total}", ending="\n" if done == total else "")


def _silent(done: int, total: int) -> None:
    pass
