"""Reference lists that staff edit: kinds and roles."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .base import ArchiveModel, is_russian
from .fields import not_blank

# The kind of events that never were and show what the archive can show (`manage.py specimen`).
SPECIMEN = "specimen"


class ReferenceEntry(ArchiveModel):
    """An entry of a list that staff edit: a kind of event, a role."""

    slug = models.SlugField(_("code"), unique=True, help_text=_("Latin letters; used in addresses and fixtures."))
    name = models.CharField(_("name in Russian"), max_length=100, unique=True)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100, help_text=_("Smaller numbers come first."))
    natural_key_lookups = ("slug",)
    printed_fields: tuple[str, ...] = ("slug", "name", "name_en")

    class Meta:
        abstract = True
        ordering = ["order", "name"]
        constraints = [not_blank("%(class)s_has_code_and_name", "slug", "name")]

    def __str__(self) -> str:
        return self.name if is_russian() or not self.name_en else self.name_en


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
    printed_fields = (*ReferenceEntry.printed_fields, "is_numbered")

    class Meta(ReferenceEntry.Meta):
        verbose_name = _("kind of talk")
        verbose_name_plural = _("kinds of talks")


class Role(ReferenceEntry):
    name_plural = models.CharField(
        _("plural in Russian"),
        max_length=100,
        blank=True,
        help_text=_("Stands above several names: «участники». Empty if it is the same: «при поддержке»."),
    )
    name_plural_en = models.CharField(_("plural in English"), max_length=100, blank=True)
    printed_fields = (*ReferenceEntry.printed_fields, "name_plural", "name_plural_en")

    class Meta(ReferenceEntry.Meta):
        abstract = True

    @property
    def plural(self) -> str:
        return (self.name_plural if is_russian() else self.name_plural_en) or str(self)


class SpeakerRole(Role):
    class Meta(Role.Meta):
        verbose_name = _("role of a person")
        verbose_name_plural = _("roles of people")


class OrganisationRole(Role):
    class Meta(Role.Meta):
        verbose_name = _("role of an organisation")
        verbose_name_plural = _("roles of organisations")


class MaterialKind(ReferenceEntry):
    class Meta(ReferenceEntry.Meta):
        verbose_name = _("kind of material")
        verbose_name_plural = _("kinds of materials")


class LibraryKind(ReferenceEntry):
    class Meta(ReferenceEntry.Meta):
        verbose_name = _("kind of library")
        verbose_name_plural = _("kinds of libraries")
