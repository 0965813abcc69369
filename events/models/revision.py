"""Versions: a record with all its rows as it stood after each change (django-reversion's word)."""

import uuid
from collections.abc import Iterable

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class VersionQuerySet(models.QuerySet):
    def of(self, record: models.Model) -> "VersionQuerySet":
        """The versions of a record, the newest first."""
        return self.filter(record=record.uid).order_by("-pk")

    def latest_of(self, uids: Iterable[uuid.UUID | str]) -> "VersionQuerySet":
        """The newest version of each of these records."""
        newest = self.filter(record__in=list(uids)).order_by().values("record").annotate(newest=Max("pk"))
        return self.filter(pk__in=newest.values("newest"))

    def get_by_natural_key(self, uid: str) -> "Version":
        return self.get(uid=uid)

    def without_content(self) -> "VersionQuerySet":
        """Without the stored rows, which may be long: for lists."""
        return self.defer("rows", "names", "undo")


class Version(models.Model):
    class Action(models.TextChoices):
        INITIAL = "found", _("found as it was")
        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        DELETED = "deleted", _("deleted")
        RESTORED = "restored", _("restored")
        MERGED = "merged", _("merged")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    model = models.CharField(_("kind of record"), max_length=40)
    record = models.UUIDField("uid")
    name = models.CharField(_("record"), max_length=600)
    action = models.CharField(_("what happened"), max_length=10, choices=Action)
    status = models.CharField(_("status"), max_length=10, blank=True)
    created = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    comment = models.CharField(_("note"), max_length=300, blank=True)
    # The same for all versions of one import, which may take many transactions.
    import_number = models.BigIntegerField(_("import"), null=True, blank=True, db_index=True)
    # Each row as {"model", "uid", "pk", "fields"}, the record itself first; foreign keys are uids.
    rows = models.JSONField(default=list)
    # Slug and label of the rows and of what they refer to: "speaker:<uid>" → ["arutinova-olga", "Арутинова Ольга"].
    names = models.JSONField(default=dict)
    # What a merge reassigned and dropped, so that it can be undone.
    undo = models.JSONField(null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("history of changes")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["record", "-id"], name="versions_of_record")]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_action_display()}"

    def natural_key(self) -> tuple[str]:
        return (str(self.uid),)

    @property
    def model_class(self) -> type[models.Model]:
        return apps.get_model("events", self.model)

    def current(self) -> models.Model | None:
        """The record as it is now, None if it is deleted."""
        return self.model_class._base_manager.filter(uid=self.record).first()

    def previous(self) -> "Version | None":
        return Version.objects.filter(record=self.record, pk__lt=self.pk).order_by("-pk").first()
