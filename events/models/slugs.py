"""Slugs, the last part of a page's URL: made once of the record's name, stored, redirected when they change."""

import re
import uuid
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain, count
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import models
from django.db.models.signals import class_prepared, pre_save
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..russian import transliteration
from . import aggregates
from .base import ArchiveModel
from .querysets import ArchiveQuerySet


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
            "The last part of the page’s address. Made from the title when left empty. When it changes after "
            "publication, the old address leads to the new one."
        ),
    )
    # When the public could first see it; stays when it no longer can. Set when a block of writing closes.
    published = models.DateTimeField(_("published on"), null=True, blank=True, editable=False)
    natural_key_lookups = ("slug",)
    unversioned_fields = ("published",)

    class Meta:
        abstract = True

    def validate_unique(self, exclude: Iterable[str] | None = None) -> None:
        super().validate_unique(exclude)
        if "slug" in (exclude or ()) or not OldAddress.of_others(type(self), {self.slug: self.uid}):
            return
        if not type(self)._base_manager.filter(pk=self.pk, slug=self.slug).exists():
            raise ValidationError({"slug": taken_message(self.slug)})

    def get_absolute_url(self) -> str:
        return _address(self._meta.model_name, self.slug, get_language(), get_script_prefix())

    @property
    def report_url(self) -> str:
        """The URL of the form in which readers report a mistake on the page."""
        return reverse("events:report", args=[self._meta.model_name, self.slug])

    @property
    def home_address(self) -> str:
        """The permanent address of the record in the archive that keeps it, if that is another one."""
        home = aggregates.root(self).home
        return f"{home}/id/{self.uid}" if home else ""

    def slug_source(self) -> str:
        """The text that the slug is made from."""
        raise NotImplementedError

    def unique_slug(self) -> str:
        """The slug made of `slug_source()`, numbered from 2 on if a record or a redirect has it already."""
        base = transliteration.slug(self.slug_source()) or self._meta.model_name
        if not self._taken(slug=base):
            return base
        return first_free(base, {base, *self._taken(slug__startswith=f"{base}-")})

    def has_made_slug(self) -> bool:
        """Whether the slug is the one made of `slug_source()`, numbered or not: nobody set it by hand."""
        base = transliteration.slug(self.slug_source()) or self._meta.model_name
        return re.fullmatch(rf"{re.escape(base)}(-\d+)?", self.slug) is not None

    def _taken(self, **condition: str) -> set[str]:
        """The slugs of other records and of redirects that meet the condition."""
        model = type(self)
        others = model._base_manager.filter(**condition).exclude(pk=self.pk).order_by().values_list("slug", flat=True)
        former = OldAddress.objects.filter(kind=model._meta.model_name, **condition).values_list("slug", flat=True)
        return set(others.union(former.order_by()).order_by())


@lru_cache(maxsize=1 << 12)
def _address(kind: str, slug: str, language: str | None, prefix: str) -> str:
    """The address of a record's page. Kept: a page has the same people and libraries dozens of times.

    All that `reverse` depends on stands among the arguments.
    """
    return reverse(f"events:{kind}", args=[slug])


class RootRecord(SluggedModel):
    """A record with a page that is edited, versioned and harvested whole."""

    # When its own rows last changed, or the names that its exports print (OAI-PMH datestamp, sitemap's lastmod).
    changed = models.DateTimeField(_("changed"), default=timezone.now, editable=False, db_index=True)
    # Set when the record comes from there and never by a form.
    home = models.CharField(
        _("archive that keeps the record"),
        max_length=200,
        blank=True,
        default="",
        editable=False,
        help_text=_("The address of another archive, of which this record is a copy; empty if it is kept here."),
    )
    unversioned_fields = ("changed", "published")

    class Meta:
        abstract = True


def fill_slug(instance: models.Model, **kwargs: Any) -> None:
    if isinstance(instance, SluggedModel) and not instance.slug:
        instance.slug = instance.unique_slug()


def connect_slug(sender: type[models.Model], **kwargs: Any) -> None:
    if issubclass(sender, SluggedModel) and not sender._meta.abstract:
        pre_save.connect(fill_slug, sender=sender, dispatch_uid=f"slug of {sender._meta.label}")


class_prepared.connect(connect_slug, dispatch_uid="slugs")


def first_free(base: str, taken: set[str]) -> str:
    """The first of `base`, `base-2`, `base-3`… that is not taken."""
    candidates = chain([base], (f"{base}-{number}" for number in count(2)))
    return next(candidate for candidate in candidates if candidate not in taken)


def taken_message(slug: str) -> str:
    return _("The address “%s” belonged to another record and stays its own. Choose another one.") % slug


class OldAddressQuerySet(ArchiveQuerySet):
    def tombstones(self) -> "OldAddressQuerySet":
        """Rows of deleted public records: one each, with `record`, `published` and `deleted`; `changed` dates them."""
        return self.filter(deleted__isnull=False)


class OldAddress(ArchiveModel):
    """The slug that a record had before it was renamed, merged or deleted.

    A redirect has a `target`. The last slug of a deleted public record has none: it is its tombstone (410).
    """

    kind = models.CharField(
        _("kind of record"),
        max_length=20,
        help_text=_("The model’s name: conference, talk, speaker, organisation…"),
    )
    slug = models.CharField(_("old address"), max_length=80)
    target = models.CharField(
        _("present address"), max_length=80, blank=True, help_text=_("Empty if the record was deleted.")
    )
    # Found by `target` on saving; stays true when that record gets another slug.
    record = models.UUIDField(null=True, editable=False, db_index=True)
    # The record that had the slug and was merged into `record`.
    merged = models.UUIDField(null=True, editable=False, db_index=True)
    published = models.DateTimeField(_("published on"), null=True, editable=False)
    deleted = models.DateTimeField(_("deleted on"), null=True, editable=False, db_index=True)
    changed = models.DateTimeField(_("changed"), default=timezone.now, editable=False, db_index=True)
    natural_key_lookups = ("kind", "slug")
    unversioned_fields = ("changed",)

    objects = OldAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        ordering = ["kind", "slug"]
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="old_address_once")]

    def __str__(self) -> str:
        try:
            kind = apps.get_model("events", self.kind)._meta.verbose_name
        except LookupError:
            kind = self.kind
        return f"{kind}: {self.slug} → {self.target or '—'}"

    @classmethod
    def of_others(cls, model: type[models.Model], wanted: dict[str, Any]) -> set[str]:
        """Those of these slugs, each with the uid of the record that is to have it, that belonged to another one."""
        rows = cls.objects.filter(kind=model._meta.model_name, slug__in=wanted)
        return {row.slug for row in rows if uuid.UUID(str(wanted[row.slug])) not in (row.record, row.merged)}

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
        return slug if seen and slug else None

    @classmethod
    def is_of_deleted(cls, model: type[models.Model], slug: str) -> bool:
        """Whether the slug is the last or an earlier one of a deleted public record."""
        rows = cls.objects.filter(kind=model._meta.model_name)
        return rows.tombstones().filter(record__in=rows.filter(slug=slug).values("record")).exists()
