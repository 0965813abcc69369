"""What every change left behind: the whole record with its rows, as it stood after the change."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class VersionQuerySet(models.QuerySet):
    def of(self, record: models.Model) -> "VersionQuerySet":
        """The versions of a record, the newest first."""
        return self.filter(model=record._meta.model_name, record=record.pk).order_by("-pk")


class Version(models.Model):
    class Action(models.TextChoices):
        FOUND = "found", _("found as it was")
        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        DELETED = "deleted", _("deleted")
        RESTORED = "restored", _("restored")
        MERGED = "merged", _("merged")

    model = models.CharField(_("kind of record"), max_length=40)
    record = models.BigIntegerField(_("number"))
    name = models.CharField(_("record"), max_length=600)
    action = models.CharField(_("what happened"), max_length=10, choices=Action)
    status = models.CharField(_("status"), max_length=10, blank=True)
    moment = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    # Each row as the serializer of fixtures has it, the record itself first.
    rows = models.JSONField(default=list)
    # What the rows refer to, "speaker:12" → ["arutinova-olga", "Арутинова Ольга"]: keys get lost, names stay readable.
    names = models.JSONField(default=dict)
    # What a merge moved and dropped, so that it can be undone.
    undo = models.JSONField(null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("history of changes")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["model", "record", "-id"], name="versions_of_record")]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_action_display()}"

    def previous(self) -> "Version | None":
        return Version.objects.filter(model=self.model, record=self.record, pk__lt=self.pk).order_by("-pk").first()
