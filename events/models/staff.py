"""Accounts of staff: the organisations that an account belongs to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .people import Organisation


class StaffMembership(models.Model):
    """An account’s organisation: its holder works, with its departments, only on events in which these take part."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("account")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="staff_memberships", verbose_name=_("organisation")
    )

    class Meta:
        verbose_name = _("organisation of the account")
        verbose_name_plural = _("organisations of the account")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "organisation"], name="staff_membership_once")]

    def __str__(self) -> str:
        return str(self.organisation)
