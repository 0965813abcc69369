"""Lines of a statistical form in which events may count: a dated table that staff keep."""

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from .conference import Conference
from .reference import ConferenceKind, OrganisationRole, ReferenceEntry


def codes(text: str) -> list[str]:
    """The codes of a list with commas, each once."""
    return list(dict.fromkeys(code for part in text.split(",") if (code := part.strip())))


class FormLine(ReferenceEntry):
    """A line of form № 6-НК as an order has it, and the events that may count in it; a help, not a claim."""

    name = models.CharField(_("what the line counts"), max_length=300, help_text=_("As the form has it."))
    name_en = models.CharField(_("name in English"), max_length=300, blank=True)
    line = models.CharField(_("line and column"), max_length=40, help_text=_("As the form has them."))
    act = models.CharField(
        _("order it follows"), max_length=200, help_text=_("The order that brought this form in, with its number.")
    )
    valid_from = models.DateField(
        _("valid from"), help_text=_("A report takes the lines of the newest order that was valid in its period.")
    )
    kinds = models.CharField(
        _("kinds of events"),
        max_length=400,
        blank=True,
        help_text=_("Codes of the kinds that count, with commas; empty if all do."),
    )
    roles = models.CharField(
        _("roles of the organisation"),
        max_length=400,
        blank=True,
        help_text=_("Codes of the roles that count, with commas; empty: those chosen in the report."),
    )
    format = models.CharField(_("format"), max_length=10, choices=Conference.Format, blank=True, default="")
    audience = models.CharField(_("for whom"), max_length=10, choices=Conference.Audience, blank=True, default="")

    class Meta(ReferenceEntry.Meta):
        verbose_name = _("line of form № 6-НК")
        verbose_name_plural = _("lines of form № 6-НК")
        ordering = ["order", "name", "pk"]

    def __str__(self) -> str:
        return f"{self.line} {super().__str__()}"

    def clean(self) -> None:
        for field, model in (("kinds", ConferenceKind), ("roles", OrganisationRole)):
            given = codes(getattr(self, field))
            known = set(model.objects.filter(slug__in=given).values_list("slug", flat=True))
            if unknown := [code for code in given if code not in known]:
                raise ValidationError({field: _("The list has no such code: %s.") % ", ".join(unknown)})
            setattr(self, field, ",".join(given))

    @classmethod
    def of_period(cls, last: datetime.date) -> "list[FormLine]":
        """The lines of the newest order that was valid on the last day of a period."""
        lines = list(cls.objects.filter(valid_from__lte=last))
        newest = max((line.valid_from for line in lines), default=None)
        return [line for line in lines if line.valid_from == newest]
