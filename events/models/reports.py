"""Readers' reports of mistakes on pages of the archive; only staff see them."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


class ReaderReportQuerySet(models.QuerySet):
    def open(self) -> "ReaderReportQuerySet":
        """Reports that nobody has corrected or rejected yet."""
        return self.filter(state=ReaderReport.State.NEW)

    def about(self, record: models.Model) -> "ReaderReportQuerySet":
        return self.filter(record=record.uid)


class ReaderReport(models.Model):
    class State(models.TextChoices):
        NEW = "new", _("new")
        DONE = "done", _("corrected")
        REJECTED = "rejected", _("rejected")

    # Not a foreign key: a report is kept when its record is merged or deleted.
    model = models.CharField(_("kind of record"), max_length=20)
    record = models.UUIDField("uid")
    name = models.CharField(_("record"), max_length=600)
    text = models.TextField(_("what is wrong"))
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW, db_index=True)
    moment = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    note = models.CharField(_("note of the staff"), max_length=600, blank=True)
    closed = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("closed by"),
    )

    objects = ReaderReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("reader’s report")
        verbose_name_plural = _("readers’ reports")
        ordering = ["-moment", "-pk"]

    def __str__(self) -> str:
        return f"{capfirst(apps.get_model('events', self.model)._meta.verbose_name)}: {self.name}"

    def target(self) -> Any:
        """The reported record as it is now, None if it is deleted."""
        return apps.get_model("events", self.model)._base_manager.filter(uid=self.record).first()

    def close(self, state: str, user: Any) -> None:
        """Set the state; NEW reopens the report and clears who closed it and when."""
        self.state = state
        is_closed = state != self.State.NEW
        self.closed, self.closed_by = (timezone.now(), user) if is_closed else (None, None)
        self.save()
