"""One line of cron does what is to be done regularly, once, and says when it does not."""

import datetime
import io
import threading

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.utils import timezone

from events.models import Attempt, AuditEntry, JobLock, JobRun, ReaderReport
from events.operations import jobs

from .rows import event

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def done(monkeypatch):
    """Three jobs that only note that they ran; the second fails as long as `done.broken` says so."""

    class Done(list):
        broken = True

    done = Done()

    def fails():
        done.append("fails")
        if done.broken:
            raise OSError("no room on the disk")

    def registered():
        yield jobs.Job("first", "Первая", DAY, lambda: done.append("first"))
        yield jobs.Job("fails", "Вторая", DAY, fails)
        yield jobs.Job("weekly", "Третья", 7 * DAY, lambda: done.append("weekly"))
        yield jobs.Job("coming", "Ещё не здесь", DAY, command=("no_such_command",))

    monkeypatch.setattr(jobs, "registered", registered)
    return done


def run(*arguments):
    out = io.StringIO()
    try:
        call_command("run_due", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue(), error.returncode
    return out.getvalue(), 0


def earlier(**period):
    """All runs so far were that much earlier."""
    for one in JobRun.objects.all():
        for name in ("started", "succeeded_start", "succeeded", "failed"):
            if moment := getattr(one, name):
                setattr(one, name, moment - datetime.timedelta(**period))
        one.save()


def test_what_is_due_runs_once_and_a_failure_stops_nothing_else(done):
    out, code = run()
    assert (list(done), code) == (["first", "fails", "weekly"], 1)
    assert "first: готово" in out and "no room on the disk" in out
    assert run() == ("", 0) and len(done) == 3
    failed = JobRun.objects.get(name="fails")
    assert failed.error == "OSError: no room on the disk" and failed.failed and not failed.succeeded


def test_what_failed_is_tried_again_after_an_hour_and_its_error_goes(done):
    run()
    done.clear()
    earlier(minutes=61)
    done.broken = False
    assert run()[1] == 0 and list(done) == ["fails"]
    assert JobRun.objects.get(name="fails").error == ""


def test_every_job_has_its_interval(done):
    done.broken = False
    run()
    done.clear()
    earlier(hours=23, minutes=50)
    run()
    assert list(done) == []
    earlier(minutes=10)
    run()
    assert list(done) == ["first", "fails"]
    earlier(days=6)
    done.clear()
    run()
    assert list(done) == ["first", "fails", "weekly"]


def test_a_job_may_be_run_by_name(done):
    assert run("weekly")[1] == 0 and list(done) == ["weekly"]
    assert run("weekly")[1] == 0 and list(done) == ["weekly"] * 2
    assert run("nothing")[1] == 1 and "nothing" not in done


def test_while_one_runs_another_ends_at_once(done):
    assert JobLock.take(jobs.LOCK, "another machine", DAY)
    assert run()[1] == 0 and list(done) == []
    JobLock.release(jobs.LOCK, "somebody else")
    assert run()[1] == 0 and list(done) == []
    JobLock.objects.update(expires=timezone.now())  # its machine lost power
    run()
    assert done and not JobLock.objects.exists()


def test_the_lock_is_free_after_a_crash_within(done, monkeypatch):
    monkeypatch.setattr(jobs, "is_due", lambda *arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run()
    assert not JobLock.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_that_begin_at_once_one_gets_the_lock():
    if connection.vendor == "sqlite":
        pytest.skip("the tests’ SQLite lives in one connection")
    for _state in ("new", "expired"):
        JobLock.objects.update(expires=timezone.now())
        begin, got = threading.Barrier(4), []

        def take(begin=begin, got=got):
            begin.wait()
            got.append(JobLock.take("lock", threading.current_thread().name, DAY))
            connection.close()

        threads = [threading.Thread(target=take) for _number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(got) == [False, False, False, True]


# ── The jobs ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_tidying_takes_what_is_old_and_leaves_what_is_not(settings):
    settings.AUDIT_DAYS, settings.REPORT_CONTACT_DAYS = 10, 5
    now, conference = timezone.now(), event("Встреча")
    AuditEntry.objects.all().delete()
    for days in (4, 6, 9, 11):
        AuditEntry.objects.create(action="login", moment=now - days * DAY, detail=str(days))
        ReaderReport.objects.create(
            model="conference",
            record=conference.uid,
            name="Встреча",
            text=f"Ошибка {days}",
            contact=f"reader{days}@home.example",
            moment=now - days * DAY,
        )
        Attempt.objects.create(scope="a", key="b", moment=now - days * DAY)
    for offset in (-DAY, DAY):
        session = SessionStore()
        session.set_expiry(now + offset)
        session.create()
    jobs.tidy()
    assert set(AuditEntry.objects.values_list("detail", flat=True)) == {"4", "6", "9"}
    assert set(ReaderReport.objects.values_list("text", "contact")) == {
        ("Ошибка 4", "reader4@home.example"),
        ("Ошибка 6", ""),
        ("Ошибка 9", ""),
        ("Ошибка 11", ""),
    }
    assert Session.objects.count() == 1 and not Attempt.objects.exists()


def test_a_command_that_says_what_it_found_has_not_failed(monkeypatch):
    def found(*arguments, **options):
        raise CommandError("some are dead", returncode=code)

    monkeypatch.setattr(jobs, "call_command", found)
    job = jobs.Job("links", "Ссылки", DAY, command=("check_links",), accepts=(1,))
    code = 1
    job.run()
    code = 2
    with pytest.raises(CommandError):
        job.run()


def test_the_archives_own_jobs(settings, monkeypatch):
    monkeypatch.setattr(
        jobs, "get_commands", lambda: {"check_links": "", "backup": "", "check_archive": "", "tidy_files": ""}
    )
    assert [job.name for job in jobs.jobs()] == ["tidy", "tidy_files", "check_archive", "check_links"]
    settings.BACKUP_DIR = "/srv/backup"
    assert [job.command for job in jobs.jobs() if job.name == "backup"] == [("backup", "/srv/backup")]
    monkeypatch.setattr(jobs, "get_commands", lambda: {})
    assert [job.name for job in jobs.jobs()] == ["tidy"]


def test_nothing_runs_in_an_archive_for_reading(settings, done):
    settings.READ_ONLY = True
    assert run()[1] == 0 and list(done) == [] and not JobRun.objects.exists()


# ── Who is told ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_page_says_when_each_succeeded_and_what_is_overdue(done, staff_client):
    assert "run_due" in staff_client.get("/admin/").text
    done.broken = False
    run()
    page = staff_client.get("/admin/").text
    assert "Первая" in page and 'class="late"' not in page and "run_due" not in page
    earlier(hours=49)
    assert staff_client.get("/admin/").text.count('class="late"') == 2
    done.broken = True
    run("fails")
    assert "no room on the disk" in staff_client.get("/admin/").text


def test_errors_of_jobs_are_for_operators(done):
    run()
    user = User.objects.create(username="librarian", is_staff=True)
    client = Client()
    client.force_login(user)
    page = client.get("/admin/").text
    assert "Первая" not in page and "no room" not in page
    user.user_permissions.add(Permission.objects.get(codename="view_jobrun"))
    assert "no room" in client.get("/admin/").text


def test_the_list_says_the_same(done):
    run()
    lines = run("--list")[0].splitlines()
    assert [line.split()[:2] for line in lines] == [["+", "first:"], ["!", "fails:"], ["+", "weekly:"]]


def test_one_mail_a_day_while_something_is_wrong_and_one_a_week_else(done, settings):
    settings.ADMINS, settings.JOBS_MAIL = [("", "operator@archive.example")], True
    run()
    (message,) = mail.outbox
    assert message.to == ["operator@archive.example"]
    assert "no room on the disk" in message.body and "+ Первая" in message.body and "! Вторая" in message.body
    for hours, broken, mails in ((2, True, 1), (23, True, 2), (2, False, 2), (24, False, 2), (24 * 7, False, 3)):
        earlier(hours=hours)
        done.broken = broken
        run()
        assert len(mail.outbox) == mails, (hours, broken)
    assert "!" not in mail.outbox[-1].body


def test_nobody_is_written_to_unless_it_is_set(done, settings):
    settings.ADMINS = [("", "operator@archive.example")]
    run()
    settings.ADMINS, settings.JOBS_MAIL = [], True
    earlier(days=3)
    run()
    assert not mail.outbox
