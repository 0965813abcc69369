"""Visits of records by month, counted from the log of the server; nothing of any visitor is kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VisitsQuerySet(models.QuerySet):
    def in_months(self, first: str, last: str) -> "VisitsQuerySet":
        """Visits of the months from the first to the last, «2024-03»; "" is no bound."""
        bounds = {"month__gte": first, "month__lte": last}
        return self.filter(**{name: month for name, month in bounds.items() if month})

    def views(self) -> "VisitsQuerySet":
        return self.filter(action=Visits.Action.VIEW)

    def by_record(self) -> "VisitsQuerySet":
        """Rows of (record, sum)."""
        return self.order_by().values("record").annotate(sum=models.Sum("count")).values_list("record", "sum")


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

    objects = VisitsQuerySet.as_manager()

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
