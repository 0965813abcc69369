"""What readers write of pages of the archive, and the files that they send; only staff see them."""

import datetime
import uuid
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .proposals import Proposal


class ReaderReportQuerySet(models.QuerySet):
    def open(self) -> "ReaderReportQuerySet":
        """Reports that nobody has corrected or rejected yet."""
        return self.filter(state=ReaderReport.State.NEW)

    def about(self, record: models.Model) -> "ReaderReportQuerySet":
        return self.filter(record=record.uid)

    def forget(self, before: datetime.datetime) -> None:
        """Delete contacts, names and files of messages from before; a proposal that waited with them is declined."""
        old = self.filter(moment__lt=before).order_by()
        waiting = Proposal.objects.open().filter(report__in=old.values("pk"))
        waiting.update(state=Proposal.State.DECLINED, decided=timezone.now())
        ReaderFile.objects.filter(report__in=old.values("pk")).delete()
        old.exclude(contact="", credit="").update(contact="", credit="")


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
    # Waits with the files that came with the message.
    proposal = models.OneToOneField(
        Proposal,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="report",
        verbose_name=_("proposal"),
    )
    credit = models.CharField(_("how to name the sender of the files"), max_length=200, blank=True)
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


class ReaderFileQuerySet(models.QuerySet):
    def total_size(self) -> int:
        return self.aggregate(total=models.Sum("size"))["total"] or 0


class ReaderFile(models.Model):
    """A file that a reader sent: it lies apart from the archive's uploads, and no address leads to it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.ForeignKey(ReaderReport, on_delete=models.CASCADE, related_name="files", verbose_name=_("report"))
    name = models.CharField(_("file"), max_length=255)
    size = models.BigIntegerField(_("size"))
    # As it was taken in; "" of one from before there were any, until check_archive looks at it.
    sha256 = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)

    objects = ReaderFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a reader")
        verbose_name_plural = _("files of readers")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Where the content lies in reader_storage(): it says nothing of the sender."""
        return self.uid.hex

    def store(self, content: Any) -> None:
        reader_storage().save(self.path, content)

    def open(self) -> File:
        """The content. Raises FileNotFoundError if it is lost."""
        return File(reader_storage().open(self.path), name=self.name)

    @property
    def is_lost(self) -> bool:
        return not reader_storage().exists(self.path)

    def remove_content(self) -> None:
        reader_storage().delete(self.path)

    @classmethod
    def remove_unnamed(cls, before: datetime.datetime) -> None:
        """Delete what was stored before this moment and no row names: the process died in between."""
        storage = reader_storage()
        for name in cls.unnamed():
            with suppress(FileNotFoundError):
                if storage.get_modified_time(name) < before:
                    storage.delete(name)

    @classmethod
    def unnamed(cls) -> list[str]:
        """The names of the stored files that no row names."""
        try:
            present = reader_storage().listdir("")[1]
        except FileNotFoundError:
            return []
        return sorted(set(present) - {uid.hex for uid in cls.objects.values_list("uid", flat=True)})


def reader_storage() -> FileSystemStorage:
    """The folder of files that readers sent, apart from the uploads, for the archive's own account alone."""
    return FileSystemStorage(settings.READER_FILES_ROOT, file_permissions_mode=0o600, directory_permissions_mode=0o700)
