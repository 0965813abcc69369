"""Slugs, the last part of a page's URL: made once of the record's name, stored, redirected when they change."""

from typing import Any

from django.core.validators import validate_slug
from django.db import models
from django.db.models.signals import class_prepared, pre_save
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..russian import transliteration
from . import aggregates
from .base import ArchiveModel


class SlugConstraint(models.CheckConstraint):
    """A constraint: no slug in the database is empty. A form may leave it empty, since saving makes it."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        kwargs.setdefault("condition", ~models.Q(slug=""))
        super().__init__(name=name, **kwargs)

    def validate(self, *args: Any, **kwargs: Any) -> None:
        pass

    def deconstruct(self) -> Any:
        _path, args, kwargs = super().deconstruct()
        return "django.db.models.CheckConstraint", args, kwargs


class SluggedModel(ArchiveModel):
    """A record with a page of its own, whose slug is made once, stored, and never recomputed."""

    slug = models.CharField(
        _("address"),
        max_length=80,
        unique=True,
        blank=True,
        validators=[validate_slug],
        help_text=_(
            "The last part of the page’s address. Made from the title when left empty; do not change it later."
        ),
    )
    natural_key_lookups = ("slug",)

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return reverse(f"events:{self._meta.model_name}", args=[self.slug])

    @property
    def report_url(self) -> str:
        """The URL of the form in which readers report a mistake on the page."""
        return reverse("events:report", args=[self._meta.model_name, self.slug])

    def slug_source(self) -> str:
        """The text that the slug is made from."""
        raise NotImplementedError

    def unique_slug(self) -> str:
        """The slug made of `slug_source()`, numbered from 2 on if a record or a redirect has it already."""
        base = transliteration.slug(self.slug_source()) or self._meta.model_name
        slug, number = base, 1
        while self._is_taken(slug):
            number += 1
            slug = f"{base}-{number}"
        return slug

    def _is_taken(self, slug: str) -> bool:
        model = type(self)
        others = model._base_manager.filter(slug=slug).exclude(pk=self.pk)
        return others.exists() or OldAddress.objects.filter(kind=model._meta.model_name, slug=slug).exists()


class RootRecord(SluggedModel):
    """A record with a page that is edited, versioned and harvested whole."""

    # When its own rows last changed, or the names that its exports print (OAI-PMH datestamp, sitemap's lastmod).
    changed = models.DateTimeField(_("changed"), default=timezone.now, editable=False, db_index=True)

    class Meta:
        abstract = True


def fill_slug(instance: models.Model, **kwargs: Any) -> None:
    if isinstance(instance, SluggedModel) and not instance.slug:
        instance.slug = instance.unique_slug()


def connect_slug(sender: type[models.Model], **kwargs: Any) -> None:
    if issubclass(sender, SluggedModel) and not sender._meta.abstract:
        pre_save.connect(fill_slug, sender=sender, dispatch_uid=f"slug of {sender._meta.label}")


class_prepared.connect(connect_slug, dispatch_uid="slugs")


class OldAddress(ArchiveModel):
    """A permanent redirect from the slug that a record had before it was renamed or merged."""

    kind = models.CharField(max_length=20, help_text=_("The model’s name: conference, talk, speaker, organisation…"))
    slug = models.CharField(max_length=80)
    target = models.CharField(max_length=80, help_text=_("The address it has now."))
    # Set on saving if `target` is the slug of a record; stays true when that record gets another slug.
    record = models.UUIDField(null=True, editable=False)
    natural_key_lookups = ("kind", "slug")

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="old_address_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.slug} → {self.target}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        model = next((found for found in aggregates.archive_models() if found._meta.model_name == self.kind), None)
        if model is not None and issubclass(model, SluggedModel):
            self.record = model._base_manager.filter(slug=self.target).values_list("uid", flat=True).first()
        super().save(*args, **kwargs)

    @classmethod
    def current(cls, model: type[models.Model], slug: str) -> str | None:
        """The present slug of the record that once had `slug`, through any number of redirects; None if unknown."""
        record = cls.objects.filter(kind=model._meta.model_name, slug=slug).exclude(record=None).values("record")
        if present := model._base_manager.filter(uid__in=record).values_list("slug", flat=True).first():
            return present
        seen = set()
        while slug not in seen and (redirect := cls.objects.filter(kind=model._meta.model_name, slug=slug).first()):
            seen.add(slug)
            slug = redirect.target
        return slug if seen else None
