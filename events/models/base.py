"""What every model of the archive shares: change notices, folded columns, stored addresses, reference lists."""

import json
import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import models
from django.db.models.signals import class_prepared, pre_save
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..russian import dates, folding, transliteration
from . import aggregates, changes

UID_NAMESPACE = uuid.UUID("6f0d2f2c-5a0b-5c1e-9d0a-0c8f3b1e7a55")


class ArchiveQuerySet(models.QuerySet):
    """A QuerySet whose bulk changes go through a block of writing like single ones."""

    def update(self, **values: Any) -> int:
        with changes.block() as block:
            block.lock()
            pks = list(self.order_by().values_list("pk", flat=True))
            block.touch_rows(self.model, pks)
            # By key: the update may change what the filter asked for.
            count = super().update(**values)
            block.touch_rows(self.model, pks)
            if "changed" in values:
                block.dated[self.model].update(pks)
            fields = {self.model._meta.get_field(name).name for name in values}
            changes.post_bulk_change.send(self.model, pks=pks, fields=fields)
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        with changes.block() as block:
            block.lock()
            created = super().bulk_create(objs, *args, **kwargs)
            pks = [obj.pk for obj in created]
            block.touch_rows(self.model, pks)
            if aggregates.is_root(self.model):
                block.created.update((self.model, pk) for pk in pks)
            changes.post_bulk_change.send(self.model, pks=pks, fields=None)
        return created

    def delete(self) -> tuple[int, dict[str, int]]:
        with changes.block():
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def get_by_natural_key(self, *key: str) -> models.Model:
        return self.get(**dict(zip(self.model.natural_key_lookups, key, strict=True)))


class PublicQuerySet(ArchiveQuerySet):
    """Records with pages of their own: some of them the public may see, staff all of them, by direct address."""

    def published(self) -> Any:
        raise NotImplementedError

    def visible_to(self, user: Any) -> Any:
        return self.all() if user.is_active and user.is_staff else self.published()


class ArchiveModel(models.Model):
    """A row of the archive's content: written in blocks, kept in versions, named for good by its `uid`.

    Fixtures name it by its natural key.
    """

    # Never changes: not when the record is renamed, merged into, or moved to another database.
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    # The lookups whose values, in order, name one row.
    natural_key_lookups: tuple[str, ...] = ()
    # The foreign key to what the row belongs to, where several could be meant; see aggregates.py.
    belongs_to = ""
    # Fields that other records' pages and exports print: when they change, so do those.
    printed_fields: tuple[str, ...] = ()

    objects = ArchiveQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with changes.block():
            super().save(*args, **kwargs)

    save.alters_data = True  # type: ignore[attr-defined]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with changes.block():
            return super().delete(*args, **kwargs)

    delete.alters_data = True  # type: ignore[attr-defined]

    def validate_unique(self, exclude: Iterable[str] | None = None) -> None:
        try:
            super().validate_unique(self._unchecked(exclude))
        except ValidationError as error:
            # A folded column stands in no form: what is wrong there is wrong in the text that it folds.
            sources = {field.name: field.source for field in self._folded()}
            raise ValidationError({sources.get(name, name): told for name, told in error.error_dict.items()}) from error

    def validate_constraints(self, exclude: Iterable[str] | None = None) -> None:
        super().validate_constraints(self._unchecked(exclude))

    def _unchecked(self, exclude: Iterable[str] | None) -> set[str]:
        """What is left out of a check; a folded column only together with the text that it folds."""
        left_out = set(exclude or ())
        for field in self._folded():
            if field.source not in left_out:
                setattr(self, field.attname, field.folded(self))
                left_out.discard(field.name)
        return left_out

    def _folded(self) -> list[Any]:
        return [field for field in self._meta.concrete_fields if isinstance(field, NormalizedField)]

    def derived_uid(self) -> uuid.UUID:
        """The uid (version 5) of a row that a fixture names by its natural key alone: the same in every archive."""
        key = json.dumps([self._meta.label_lower, *self.natural_key()], ensure_ascii=False)
        return uuid.uuid5(UID_NAMESPACE, key)

    def natural_key(self) -> tuple[Any, ...]:
        values = []
        for lookup in self.natural_key_lookups:
            value: Any = self
            for name in lookup.split("__"):
                value = getattr(value, name) if value is not None else None
            values.append(value if value is None else str(value) if not isinstance(value, int) else value)
        return tuple(values)


class NormalizedField(models.CharField):
    """A column that holds another field's text folded by `fold`, on every way of saving, loaddata included."""

    def __init__(self, *args: Any, source: str = "", fold: Any = folding.fold, **kwargs: Any) -> None:
        self.source, self.fold = source, fold
        kwargs.setdefault("max_length", 600)
        kwargs.update(editable=False, blank=True, default="")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("error_messages", None)
        return name, "django.db.models.CharField", args, kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: Any) -> None:
        super().contribute_to_class(cls, name, **kwargs)
        # The migrations' historical models have plain columns; raw saves skip pre_save of fields but not the signal.
        if not cls._meta.abstract:
            pre_save.connect(self._fill, sender=cls, weak=False, dispatch_uid=(cls._meta.label, name))

    def _fill(self, instance: models.Model, **kwargs: Any) -> None:
        setattr(instance, self.attname, self.folded(instance))

    def folded(self, instance: models.Model) -> str:
        return self.fold(str(getattr(instance, self.source) or ""))[: self.max_length]

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        # bulk_create() sends no signal but asks the field.
        self._fill(model_instance)
        return getattr(model_instance, self.attname)


def validate_partial_date(value: str) -> None:
    try:
        dates.PartialDate.from_iso(value)
    except ValueError as error:
        raise ValidationError(
            _("Write the date as 09.06.2020, 9 июня 2020, июнь 2020, 2020, or 9 июня if the year is not stated."),
            code="partial_date",
        ) from error


class PartialDateField(models.CharField):
    """A PartialDate, stored as its ISO 8601-2 text; "" when there is none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 10
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    default_validators = [validate_partial_date]

    def to_python(self, value: Any) -> str:
        """Accepts what people type («9 июня 2020») and keeps the ISO text; leaves nonsense to the validator."""
        value = super().to_python(value) or ""
        try:
            return str(dates.PartialDate.from_text(value)) if value else ""
        except ValueError:
            return value

    def get_prep_value(self, value: Any) -> str:
        return str(value) if value else ""

    def get_db_prep_save(self, value: Any, connection: Any) -> str:
        # By whatever way: a date nobody can read would break every page that shows it.
        if value and not hasattr(value, "as_sql"):
            validate_partial_date(str(value))
        return super().get_db_prep_save(value, connection)


def partial_date(value: str) -> dates.PartialDate | None:
    """The PartialDate of a stored value, None for ""."""
    return dates.PartialDate.from_iso(value) if value else None


def filled(name: str, *columns: str) -> models.CheckConstraint:
    """The rule that these texts are never empty."""
    condition = models.Q(*(~models.Q(**{column: ""}) for column in columns))
    return models.CheckConstraint(
        condition=condition, name=name, violation_error_message=_("A name or text that is needed is empty.")
    )


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


def refuse_circle(record: models.Model) -> None:
    """Nothing is a part of its own parts."""
    above, seen = record.parent, {record.pk}
    while above is not None:
        if above.pk is not None and above.pk in seen:
            raise ValidationError({"parent": _("“%s” is itself a part of this one.") % record.parent})
        seen.add(above.pk)
        above = above.parent


def take_conference(record: Any) -> None:
    """A talk or session decides the conference, so that the two can never disagree."""
    part = record.talk or getattr(record, "session", None)
    if part is not None:
        record.conference_id = part.conference_id


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


class ReferenceEntry(ArchiveModel):
    """One line of a list that staff edit: a kind of event, a role."""

    slug = models.SlugField(_("code"), unique=True, help_text=_("Latin letters; used in addresses and fixtures."))
    name = models.CharField(_("name in Russian"), max_length=100, unique=True)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100, help_text=_("Smaller numbers come first."))
    natural_key_lookups = ("slug",)
    printed_fields: tuple[str, ...] = ("slug", "name", "name_en")

    class Meta:
        abstract = True
        ordering = ["order", "name"]
        constraints = [filled("%(class)s_has_code_and_name", "slug", "name")]

    def __str__(self) -> str:
        return self.name if is_russian() or not self.name_en else self.name_en


def interface_language() -> str:
    return get_language() or "ru"


def is_russian() -> bool:
    return interface_language().startswith("ru")
