"""Columns and rules of the archive: partial dates, normalized copies of a text, texts that are never empty."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.signals import pre_save
from django.utils.translation import gettext_lazy as _

from ..russian import dates, folding, values


class NormalizedField(models.CharField):
    """A column with the text of the field `source` as `normalize` makes it, filled on every way of saving."""

    def __init__(self, *args: Any, source: str = "", normalize: Any = folding.fold, **kwargs: Any) -> None:
        self.source, self.normalize = source, normalize
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
        setattr(instance, self.attname, self.normalized(instance))

    def normalized(self, instance: models.Model) -> str:
        return self.normalize(str(getattr(instance, self.source) or ""))[: self.max_length]

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        # bulk_create() sends no signal but asks the field.
        self._fill(model_instance)
        return getattr(model_instance, self.attname)


def validate_partial_date(value: str) -> None:
    """Raise ValidationError unless the text is an ISO date whose month or day may be missing and its year unknown."""
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
        """The ISO text of a date as people type it («9 июня 2020»); what is no date unchanged, for the validator."""
        value = super().to_python(value) or ""
        try:
            return str(values.date(value)) if value else ""
        except ValueError:
            return value

    def get_prep_value(self, value: Any) -> str:
        return str(value) if value else ""

    def get_db_prep_save(self, value: Any, connection: Any) -> str:
        # On every way of saving: a date that cannot be parsed would break every page that shows it.
        if value and not hasattr(value, "as_sql"):
            validate_partial_date(str(value))
        return super().get_db_prep_save(value, connection)


def partial_date(value: str) -> dates.PartialDate | None:
    """The PartialDate of a stored value, None for ""."""
    return dates.PartialDate.from_iso(value) if value else None


def not_blank(name: str, *columns: str) -> models.CheckConstraint:
    """A constraint: none of these text columns is empty."""
    condition = models.Q(*(~models.Q(**{column: ""}) for column in columns))
    return models.CheckConstraint(
        condition=condition, name=name, violation_error_message=_("A name or text that is needed is empty.")
    )
