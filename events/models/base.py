"""What every model of the archive shares: change notices, folded columns, stored addresses, reference lists."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import models, transaction
from django.db.models.query import ModelIterable
from django.db.models.signals import class_prepared, pre_save
from django.dispatch import Signal
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .. import dates, text
from .composed import Composed, composed
from .leaves import leaves, plant_json, plant_parts

# Sent inside the transaction by changes that send no post_save: QuerySet.update(), bulk_create(), bulk_update().
# Arguments: sender (the model), pks (list of primary keys).
rows_changed = Signal()
# Sent before QuerySet.update(), while the rows still belong where they did. What is put into `memo` comes back with
# rows_changed.
rows_changing = Signal()


class ArchiveQuerySet(models.QuerySet):
    """A QuerySet whose bulk changes are noticed like single ones, so that what is derived never falls behind."""

    def update(self, **values: Any) -> int:
        with transaction.atomic(using=self.db):
            pks = list(self.order_by().values_list("pk", flat=True))
            memo: dict[str, Any] = {}
            rows_changing.send(self.model, pks=pks, memo=memo)
            # By key: the update may change what the filter asked for.
            count = super().update(**values)
            rows_changed.send(self.model, pks=pks, memo=memo)
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        with transaction.atomic(using=self.db):
            created = super().bulk_create(objs, *args, **kwargs)
            rows_changed.send(self.model, pks=[obj.pk for obj in created])
        return created

    def get_by_natural_key(self, *key: str) -> models.Model:
        return self.get(**dict(zip(self.model.natural_key_lookups, key, strict=True)))

    def as_number(self) -> models.QuerySet:
        """How many rows there are, as the one row of a queryset."""
        # Not Count(): with its GROUP BY it reads every row where an index has the number.
        count = models.Func(template="COUNT(*)", output_field=models.IntegerField())
        return self.order_by().values_list(count, flat=True)

    def with_leaves(self, *relations: str, without: tuple[str, ...] = ()) -> Any:
        """Preloads small child rows within this query; `record.dates.all()` then asks nothing."""
        queryset = self.annotate(**{f"{name}_leaves": leaves(self.model, name, without) for name in relations})
        queryset._leaves = (*self._leaves, *relations)
        return queryset

    def with_parts(self, **rows: models.QuerySet) -> Any:
        """Preloads reverse foreign keys with these rows, a query for each; `a__b` are those of what `a` names."""
        queryset = self._chain()
        queryset._parts = {**self._parts, **{path: self._part(path, those) for path, those in rows.items()}}
        return queryset

    def _part(self, path: str, rows: models.QuerySet) -> Composed:
        *way, relation = path.split("__")
        model = self.model
        for step in way:
            model = model._meta.get_field(step).related_model
        key = f"{model._meta.get_field(relation).field.name}__in"
        return Composed(lambda keys: rows.filter(**{key: keys}))

    _leaves: tuple[str, ...] = ()
    _parts: dict[str, Composed] = {}

    def _clone(self) -> Any:
        clone = super()._clone()
        clone._leaves, clone._parts = self._leaves, self._parts
        return clone

    def _fetch_all(self) -> None:
        fresh = self._result_cache is None
        super()._fetch_all()
        if fresh and issubclass(self._iterable_class, ModelIterable):
            for record in self._result_cache:
                for name in self._leaves:
                    plant_json(record, name, record.__dict__.pop(f"{name}_leaves"))
            for path, rows in self._parts.items():
                plant_parts(self._result_cache, path, rows)


class PublicQuerySet(ArchiveQuerySet):
    """Records with pages of their own: some of them the public may see, staff all of them, by direct address."""

    def published(self) -> Any:
        raise NotImplementedError

    def visible_to(self, user: Any) -> Any:
        return self.all() if user.is_active and user.is_staff else self.published()


class ArchiveModel(models.Model):
    """A row that fixtures name by what it is, not by a number."""

    # The lookups whose values, in order, name one row.
    natural_key_lookups: tuple[str, ...] = ()

    objects = ArchiveQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Django sends post_save after its own transaction: a crash must not part the row and what follows from it.
        with transaction.atomic(using=kwargs.get("using")):
            super().save(*args, **kwargs)

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
        return [field for field in self._meta.concrete_fields if isinstance(field, FoldedField)]

    def natural_key(self) -> tuple[Any, ...]:
        values = []
        for lookup in self.natural_key_lookups:
            value: Any = self
            for name in lookup.split("__"):
                value = getattr(value, name) if value is not None else None
            values.append(value if value is None else str(value) if not isinstance(value, int) else value)
        return tuple(values)


class FoldedField(models.CharField):
    """A column that holds another field's text folded by `fold`, on every way of saving, loaddata included."""

    def __init__(self, *args: Any, source: str = "", fold: Any = text.fold, **kwargs: Any) -> None:
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
        base = text.slug(self.slug_source()) or self._meta.model_name
        slug, number = base, 1
        while self._is_taken(slug):
            number += 1
            slug = f"{base}-{number}"
        return slug

    def _is_taken(self, slug: str) -> bool:
        model = type(self)
        return bool(
            {*_at_address(model, slug=slug)} - {(self.pk,)} or _once_at_address(model._meta.model_name, slug=slug)
        )


@composed
def _at_address(model: type[models.Model], slug: str) -> models.QuerySet:
    return model._base_manager.filter(slug=slug).order_by().values_list("pk")


@composed
def _once_at_address(kind: str, slug: str) -> models.QuerySet:
    return OldAddress.objects.filter(kind=kind, slug=slug).values_list("pk")


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
    natural_key_lookups = ("kind", "slug")

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="old_address_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.slug} → {self.target}"

    @classmethod
    def current(cls, model: type[models.Model], slug: str) -> str | None:
        """The present address of what once stood at `slug`, through any number of moves."""
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
