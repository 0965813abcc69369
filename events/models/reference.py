"""Lists that staff edit: kinds and roles."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .base import ReferenceEntry


class ConferenceKind(ReferenceEntry):
    class Meta(ReferenceEntry.Meta):
        verbose_name = _("kind of event")
        verbose_name_plural = _("kinds of events")


class TalkKind(ReferenceEntry):
    is_numbered = models.BooleanField(
        _("numbered in the programme"),
        default=True,
        help_text=_("Talks are numbered and counted; a welcome or a discussion is not."),
    )

    class Meta(ReferenceEntry.Meta):
        verbose_name = _("kind of talk")
        verbose_name_plural = _("kinds of talks")


class SpeakerRole(ReferenceEntry):
    class Meta(ReferenceEntry.Meta):
        verbose_name = _("role of a person")
        verbose_name_plural = _("roles of people")


class OrganisationRole(ReferenceEntry):
    class Meta(ReferenceEntry.Meta):
        verbose_name = _("role of an organisation")
        verbose_name_plural = _("roles of organisations")


class MaterialKind(ReferenceEntry):
    class Meta(ReferenceEntry.Meta):
        verbose_name = _("kind of material")
        verbose_name_plural = _("kinds of materials")
