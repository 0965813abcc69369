"""The jobs of `manage.py run_due`: what is to be done regularly, how often, and how it went.

A new job is a line in JOBS. A command that does not exist in this version of the archive is left out.
"""

import datetime
import os
import socket
import uuid
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any, NamedTuple

from django.conf import settings
from django.core import mail
from django.core.management import call_command, get_commands
from django.core.management.base import CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .. import planner
from ..models import Attempt, AuditEntry, JobLock, JobRun, ReaderFile, ReaderReport
from . import pending_uploads, throttle

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
LOCK = "run_due"
LONGEST_ERROR = 2000  # characters kept


class Job(NamedTuple):
    """What is done, and how often."""

    name: str
    label: Any
    interval: datetime.timedelta
    function: Callable[[], object] | None = None
    command: tuple[str, ...] = ()
    # Exit codes by which the command says what it found, not that it failed.
    accepts: tuple[int, ...] = ()
    # After so long without an end another run may begin.
    longest: datetime.timedelta = 2 * HOUR

    @property
    def exists(self) -> bool:
        return not self.command or self.command[0] in get_commands()

    def run(self) -> None:
        if self.function is not None:
            self.function()
            return
        try:
            call_command(*self.command, verbosity=0, stdout=StringIO(), stderr=StringIO())
        except CommandError as error:
            if error.returncode not in self.accepts:
                raise


class State(NamedTuple):
    """How a job stands."""

    job: Job
    run: JobRun
    is_late: bool

    @property
    def is_failing(self) -> bool:
        return bool(self.run.error)


def tidy() -> None:
    """Delete what is kept no longer: sessions, contacts and files of readers, old entries of the audit trail; then take
    the statistics of what is left.
    """
    call_command("clearsessions", verbosity=0)
    now = timezone.now()
    ReaderReport.objects.forget(now - settings.REPORT_CONTACT_DAYS * DAY)
    ReaderFile.remove_unnamed(now - DAY)
    AuditEntry.objects.filter(moment__lt=now - settings.AUDIT_DAYS * DAY).delete()
    Attempt.objects.filter(moment__lt=now - throttle.KEPT).delete()
    pending_uploads.remove_expired()
    planner.analyze()


def registered() -> Iterator[Job]:
    """All jobs of this installation, in the order they run in."""
    yield Job("tidy", _("Tidying: sessions, contacts, the audit trail"), DAY, tidy)
    yield Job("tidy_files", _("Tidying: uploaded files that nothing names any more"), DAY, command=("tidy_files",))
    if settings.BACKUP_DIR:
        yield Job("backup", _("Backup"), DAY, command=("backup", settings.BACKUP_DIR), longest=12 * HOUR)
    yield Job("check_archive", _("Check of files and index"), 7 * DAY, command=("check_archive",), longest=12 * HOUR)
    # 1: some links are dead; staff see them on their first page.
    yield Job("check_links", _("Check of links"), DAY, command=("check_links",), accepts=(1,), longest=6 * HOUR)
    # 1: some pages did not answer; staff see it in the list of watched pages.
    yield Job("watch", _("Watched pages"), 6 * HOUR, command=("watch",), accepts=(1,), longest=6 * HOUR)
    yield Job("renditions", _("Smaller pictures for pages"), HOUR, command=("make_renditions",), longest=6 * HOUR)


def jobs() -> list[Job]:
    return [job for job in registered() if job.exists]


def states() -> list[State]:
    """How every job stands, in two queries at most."""
    runs = {run.name: run for run in JobRun.objects.all()}
    return [_state(job, runs.get(job.name) or JobRun(name=job.name)) for job in jobs()]


def _state(job: Job, run: JobRun) -> State:
    return State(job, run, run.succeeded is None or run.succeeded < timezone.now() - 2 * job.interval)


def is_due(job: Job, run: JobRun | None) -> bool:
    """Its interval is over; one that failed is tried again after an hour."""
    now = timezone.now()
    if run is None or run.started is None:
        return True
    if run.started > now - min(HOUR, job.interval):
        return False
    return run.succeeded_start is None or run.succeeded_start <= now - job.interval


class IsRunning(Exception):
    """Another process, maybe on another machine, runs the jobs."""


def run_due(names: list[str] | None = None, tell: Callable[[str, str], None] = lambda name, error: None) -> list[str]:
    """Run what is due, or these jobs; the names of those that failed.

    One failure keeps no other job from running.
    """
    holder = f"{socket.gethostname()[:20]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    if not JobLock.take(LOCK, holder, HOUR):
        raise IsRunning
    failed = []
    try:
        for job in jobs():
            due = is_due(job, JobRun.objects.filter(name=job.name).first()) if names is None else job.name in names
            if not due:
                continue
            if not JobLock.take(LOCK, holder, job.longest):
                raise IsRunning
            if error := _run(job):
                failed.append(job.name)
            tell(job.name, error)
    finally:
        JobLock.release(LOCK, holder)
    return failed


def _run(job: Job) -> str:
    """Run a job and keep how it went; the error, if it failed."""
    started, error = timezone.now(), ""
    JobRun.objects.update_or_create(name=job.name, defaults={"started": started})
    try:
        job.run()
    except Exception as failure:
        error = f"{type(failure).__name__}: {failure}"[:LONGEST_ERROR]
    ended = timezone.now()
    if error:
        values = {"failed": ended, "error": error}
    else:
        values = {"succeeded_start": started, "succeeded": ended, "error": ""}
    JobRun.objects.filter(name=job.name).update(**values)
    return error


# ── The mail ────────────────────────────────────────────────────────────────────────────────────────────────────────

MAIL = "mail"  # its row among the runs


def send_mail() -> bool:
    """Tell ADMINS how the jobs stand: daily while something is wrong, else weekly, so that silence is noticed."""
    if not (settings.JOBS_MAIL and settings.ADMINS):
        return False
    found = states()
    wrong = [state for state in found if state.is_late or state.is_failing]
    last = JobRun.objects.filter(name=MAIL).values_list("succeeded", flat=True).first()
    if last is not None and last > timezone.now() - (DAY if wrong else 7 * DAY):
        return False
    with translation.override(settings.LANGUAGE_CODE):
        mail.mail_admins(_subject(len(wrong)), "\n".join(_line(state) for state in found))
    JobRun.objects.update_or_create(name=MAIL, defaults={"succeeded": timezone.now()})
    return True


def _subject(wrong: int) -> str:
    if not wrong:
        return gettext("All jobs of the archive run")
    text = ngettext("%(count)d job of the archive does not run", "%(count)d jobs of the archive do not run", wrong)
    return text % {"count": wrong}


def _line(state: State) -> str:
    sign = "!" if state.is_late or state.is_failing else "+"
    last = timezone.localtime(state.run.succeeded) if state.run.succeeded else None
    when = last.strftime("%d.%m.%Y %H:%M") if last else gettext("never")
    line = gettext("%(job)s: last success %(when)s") % {"job": state.job.label, "when": when}
    return f"{sign} {line}" + (f"\n  {state.run.error}" if state.run.error else "")
