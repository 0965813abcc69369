"""Visits of records by month, counted from the log of the server; nothing of any visitor is kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Visits(models.Model):
    """How often a record was viewed, its recordings started, its files downloaded, in one month."""

    class Action(models.TextChoices):
        VIEW = "view", _("views of pages")
        PLAY = "play", _("starts of recordings")
        DOWNLOAD = "download", _("downloads")

    record = models.UUIDField()
    month = models.CharField(max_length=7)
    action = models.CharField(max_length=10, choices=Action)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "month", "action"], name="visits_of_record_in_month")]

    def __str__(self) -> str:
        return f"{self.record}, {self.month}: {self.count} ({self.action})"


class CountedLog(models.Model):
    """Until when the lines of a log are counted, so that no line counts twice."""

    name = models.CharField(max_length=60, unique=True)
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.until}"
