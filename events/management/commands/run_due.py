"""manage.py run_due: the one line of cron; runs what is due."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from events.operations import jobs


class Command(BaseCommand):
    help = (
        "Runs the jobs that are due: tidying, backup, checks of files, index and links. For cron, every quarter of an "
        "hour; where another run goes on, it ends at once. Exit code 1 if a job failed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("jobs", nargs="*", metavar="JOB", help="run these now, due or not")
        parser.add_argument("--list", action="store_true", help="only say how the jobs stand")

    def handle(self, *, verbosity: int, **options: Any) -> None:
        names = options["jobs"] or None
        known = [job.name for job in jobs.jobs()]
        if unknown := sorted(set(names or ()) - set(known)):
            raise CommandError(
                _("No such job: %(names)s. There are: %(known)s.")
                % {"names": ", ".join(unknown), "known": ", ".join(known)}
            )
        if options["list"]:
            self._list()
            return
        if settings.READ_ONLY:
            self._tell(verbosity, _("READ_ONLY is set: nothing is run."))
            return
        done = _("done")
        try:
            failed = jobs.run_due(names, lambda name, error: self._tell(verbosity, f"{name}: {error or done}"))
        except jobs.IsRunning:
            self._tell(verbosity, _("Another run goes on."))
            return
        jobs.send_mail()
        if failed:
            raise CommandError(_("Failed: %(names)s.") % {"names": ", ".join(failed)})

    def _tell(self, verbosity: int, line: str) -> None:
        if verbosity:
            self.stdout.write(line)

    def _list(self) -> None:
        for state in jobs.states():
            sign = "!" if state.is_late or state.is_failing else "+"
            when = state.run.succeeded.isoformat(timespec="minutes") if state.run.succeeded else _("never")
            self.stdout.write(f"{sign} {state.job.name}: {when} {state.run.error}".rstrip())
