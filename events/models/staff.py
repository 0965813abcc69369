"""Accounts of staff: the organisations that an account belongs to."""

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .operations import JobRun
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


# Action of a permission → what it lets one do.
MAY = {
    "add": _("may add"),
    "change": _("may change"),
    "delete": _("may delete"),
    "view": _("may view"),
    "publish": _("may publish"),
}


def permission_label(permission: Permission) -> str:
    """«Доклады: изменять» instead of Django's English name of a permission."""
    action, _separator, _model = permission.codename.partition("_")
    model = permission.content_type.model_class()
    if model is None:
        return permission.name
    plural = _("jobs of the archive") if model is JobRun else model._meta.verbose_name_plural
    return f"{capfirst(plural)}: {MAY.get(action, action)}"
