"""Proposals: changes that wait until somebody who may publish takes or declines them."""

import uuid
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .revision import Version


class ProposalQuerySet(models.QuerySet):
    def open(self) -> "ProposalQuerySet":
        return self.filter(state=Proposal.State.OPEN)

    def get_by_natural_key(self, uid: str) -> "Proposal":
        return self.get(uid=uid)


class Proposal(models.Model):
    """Changed values of a record, kept beside it: the archive has none of them until they are taken."""

    class State(models.TextChoices):
        OPEN = "open", _("waiting")
        TAKEN = "taken", _("taken")
        DECLINED = "declined", _("declined")

    class Origin(models.TextChoices):
        EDIT = "edit", _("edit kept beside the page")
        ARCHIVIST = "archivist", _("edit of an archivist")
        RESTORE = "restore", _("older version")
        SOURCE = "source", _("second source")
        WATCH = "watch", _("watched feed")
        ARCHIVE = "archive", _("another archive")
        READER = "reader", _("reader")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    model = models.CharField(_("kind of record"), max_length=40)
    # None for a record that does not exist yet.
    record = models.UUIDField("uid", null=True, blank=True, db_index=True)
    name = models.CharField(_("record"), max_length=600)
    base = models.ForeignKey(
        Version, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made from")
    )
    # Each changed row as {"root": [model, uid], "model", "uid", "before": fields | None, "after": fields | None}.
    rows = models.JSONField(default=list)
    # Slug and label of the rows and of what they refer to, as versions have them.
    names = models.JSONField(default=dict)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    comment = models.CharField(_("note"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN, db_index=True)
    created = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided = models.DateTimeField(_("decided on"), null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_origin_display()}"

    def natural_key(self) -> tuple[str]:
        return (str(self.uid),)

    def current(self) -> models.Model | None:
        """The record as it is now, None if there is none."""
        return apps.get_model("events", self.model)._base_manager.filter(uid=self.record).first()

    def decide(self, state: str, user: Any) -> None:
        self.state, self.decided_by, self.decided = state, user, timezone.now()
        self.save(update_fields=["state", "decided_by", "decided"])
