"""Slugs: made once of a record's name, stored, and redirected from when they change."""

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


class HasAddress(models.CheckConstraint):
    """An address is never empty in the database; in a form it may be, as it is made on saving."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        kwargs.setdefault("condition", ~models.Q(slug=""))
        super().__init__(name=name, **kwargs)

    def validate(self, *args: Any, **kwargs: Any) -> None:
        pass

    def deconstruct(self) -> Any:
        _path, args, kwargs = super().deconstruct()
        return "django.db.models.CheckConstraint", args, kwargs


class Addressed(ArchiveModel):
    """A record with a page of its own: its slug is made once, stored, and never recomputed."""

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
    def report_address(self) -> str:
        """Where a reader says what is wrong with it."""
        return reverse("events:report", args=[self._meta.model_name, self.slug])

    def slug_source(self) -> str:
        """The text that the address is made from."""
        raise NotImplementedError

    def free_slug(self) -> str:
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


class RootRecord(Addressed):
    """A record with a page that is edited, versioned and harvested whole."""

    # When its own rows last changed, or the names that its exports print (OAI-PMH datestamp, sitemap's lastmod).
    changed = models.DateTimeField(_("changed"), default=timezone.now, editable=False, db_index=True)

    class Meta:
        abstract = True


def fill_slug(instance: models.Model, **kwargs: Any) -> None:
    if isinstance(instance, Addressed) and not instance.slug:
        instance.slug = instance.free_slug()


def connect_slug(sender: type[models.Model], **kwargs: Any) -> None:
    if issubclass(sender, Addressed) and not sender._meta.abstract:
        pre_save.connect(fill_slug, sender=sender, dispatch_uid=f"slug of {sender._meta.label}")


class_prepared.connect(connect_slug, dispatch_uid="slugs")


class OldAddress(ArchiveModel):
    """Where a record stood before it was renamed or merged: its old address redirects for good."""

    kind = models.CharField(max_length=20, help_text=_("The model’s name: conference, talk, speaker, organisation…"))
    slug = models.CharField(max_length=80)
    target = models.CharField(max_length=80, help_text=_("The address it has now."))
    # Filled on saving from `target`, as far as that is the address of a record; holds when the record moves again.
    record = models.UUIDField(null=True, editable=False)
    natural_key_lookups = ("kind", "slug")

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="old_address_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.slug} → {self.target}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        model = next((one for one in aggregates.archive_models() if one._meta.model_name == self.kind), None)
        if model is not None and issubclass(model, Addressed):
            self.record = model._base_manager.filter(slug=self.target).values_list("uid", flat=True).first()
        super().save(*args, **kwargs)

    @classmethod
    def current(cls, model: type[models.Model], slug: str) -> str | None:
        """The present address of what once stood at `slug`, through any number of moves."""
        record = cls.objects.filter(kind=model._meta.model_name, slug=slug).exclude(record=None).values("record")
        if now := model._base_manager.filter(uid__in=record).values_list("slug", flat=True).first():
            return now
        seen = set()
        while slug not in seen and (move := cls.objects.filter(kind=model._meta.model_name, slug=slug).first()):
            seen.add(slug)
            slug = move.target
        return slug if seen else None
