"""Consents of people to what the archive shows of them; only staff see them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .base import ArchiveModel
from .people import Speaker


class Consent(ArchiveModel):
    """A person's consent to be shown in pictures or recordings, or to have their contacts kept.

    Who recorded it is in the history of the person. One that is withdrawn stays, with the day.
    """

    class Subject(models.TextChoices):
        PHOTOS = "photos", _("photos")
        RECORDINGS = "recordings", _("recordings")
        CONTACTS = "contacts", _("contacts")

    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="consents", verbose_name=_("person"))
    subject = models.CharField(pgettext_lazy("consent", "to what"), max_length=12, choices=Subject)
    given = models.DateField(_("given on"))
    withdrawn = models.DateField(_("withdrawn on"), null=True, blank=True)
    note = models.CharField(
        _("note"),
        max_length=400,
        blank=True,
        help_text=_("How it was given and where it is kept: a letter, a form signed at the event, a message."),
    )
    natural_key_lookups = ("speaker__slug", "subject", "given")

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents (only staff see them)")
        ordering = ["subject", "given", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["speaker", "subject", "given"],
                name="consent_once",
                violation_error_message=_("This consent stands here twice: remove one of the rows."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn__isnull=True) | Q(withdrawn__gte=F("given")),
                name="consent_withdrawn_after_given",
                violation_error_message=_("The consent is withdrawn before it was given."),
            ),
            models.CheckConstraint(
                condition=Q(subject__in=["photos", "recordings", "contacts"]), name="consent_subject_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()}: {self.given}"

    def natural_key(self) -> tuple[str, str, str]:
        return (self.speaker.slug, self.subject, str(self.given))
