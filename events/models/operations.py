"""What running the archive leaves behind: attempts that are limited, the audit trail, jobs and their lock."""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AttemptQuerySet(models.QuerySet):
    def within(self, scope: str, key: str, period: datetime.timedelta) -> "AttemptQuerySet":
        return self.filter(scope=scope, key=key, moment__gt=timezone.now() - period)


class Attempt(models.Model):
    """One admitted attempt of something that is limited in number; the key is a digest."""

    # Of use for a day at most; loaddata leaves these rows out.
    is_derived = True

    scope = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    moment = models.DateTimeField(default=timezone.now, db_index=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["scope", "key", "moment"], name="attempts_in_period")]

    def __str__(self) -> str:
        return f"{self.scope}, {self.moment:%Y-%m-%d %H:%M}"


class AuditEntry(models.Model):
    """Who logged in or failed to, whose rights changed, what was exported; kept for AUDIT_DAYS."""

    class Action(models.TextChoices):
        LOGIN = "login", _("login")
        FAILURE = "failure", _("failed login")
        LOGOUT = "logout", _("logout")
        SESSIONS = "sessions", _("sessions ended")
        PASSWORD = "password", _("password changed")
        SECOND_FACTOR = "second-factor", _("second factor")
        ACCOUNT = "account", _("account")
        RIGHTS = "rights", _("rights")
        EXPORT = "export", _("export")

    moment = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    action = models.CharField(_("action"), max_length=20, choices=Action, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account"),
    )
    # Outlives the account.
    account = models.CharField(_("account’s name"), max_length=150, blank=True)
    address = models.CharField(_("network address"), max_length=45, blank=True)
    detail = models.TextField(_("detail"), blank=True)

    class Meta:
        verbose_name = _("entry of the audit trail")
        verbose_name_plural = _("audit trail")
        ordering = ["-moment", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.account or '—'}"


class JobRun(models.Model):
    """How the last runs of one job of `run_due` ended; a row for each job."""

    is_derived = True

    name = models.CharField(_("job"), max_length=60, primary_key=True)
    started = models.DateTimeField(_("started"), null=True)
    # When the last run that succeeded began and ended.
    succeeded_start = models.DateTimeField(null=True)
    succeeded = models.DateTimeField(_("last success"), null=True)
    failed = models.DateTimeField(_("last failure"), null=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self) -> str:
        return self.name


class JobLock(models.Model):
    """The lock that one `run_due` holds on whichever machine: a row with an expiry, as advisory locks are PostgreSQL's.

    A process that was killed holds it until then.
    """

    is_derived = True

    name = models.CharField(max_length=40, primary_key=True)
    holder = models.CharField(max_length=64)
    expires = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"

    @classmethod
    def take(cls, name: str, holder: str, period: datetime.timedelta) -> bool:
        """Take the lock, or keep it longer; False if somebody else holds it."""
        now = timezone.now()
        values: dict[str, Any] = {"holder": holder, "expires": now + period}
        _row, is_new = cls.objects.get_or_create(name=name, defaults=values)
        free = models.Q(expires__lte=now) | models.Q(holder=holder)
        # One statement, so that of two that see it free one gets it.
        return is_new or bool(cls.objects.filter(free, name=name).update(**values))

    @classmethod
    def release(cls, name: str, holder: str) -> None:
        cls.objects.filter(name=name, holder=holder).delete()
