"""Inlines of a record’s page: numbered rows, and rows that refer to sessions of the same page."""

from collections import Counter
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..russian.folding import fold
from .base import LARGEST, ArchiveFields, ArchiveForm
from .fields import KeyField, PartField

HIGHEST = 9999  # number that the page offers


class RowForm(ArchiveForm):
    """A row that may refer to a session of its page, saved or not."""

    # Set by the formset: {"sessions": the formset of sessions}.
    parts: dict[str, BaseInlineFormSet] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.part_fields():
            self.initial[name] = str(getattr(self.instance, f"{name}_id") or "")

    def part_fields(self) -> list[str]:
        return [name for name, field in self.fields.items() if isinstance(field, PartField)]

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name in self.part_fields():
            setattr(self.instance, name, self._part(name))
        return self.cleaned_data

    def _part(self, name: str) -> Any:
        key = self.cleaned_data.get(name)
        if not key:
            return None
        for form in self.parts[self.fields[name].parts].forms:
            if form.part_key == key:
                if form.is_wanted():
                    return form.instance
                self.add_error(name, _("It is empty or being deleted: choose another."))
        return None


class PartForm(RowForm):
    """A session, which other rows of the page can refer to."""

    key = KeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # In the empty form the number is “__prefix__”; the script gives each copy its own key.
        self.initial["key"] = str(self.instance.pk or f"new{(self.prefix or '').rpartition('-')[2]}")

    @property
    def part_key(self) -> str:
        return self["key"].value() or self.initial["key"]

    def is_wanted(self) -> bool:
        deleted = self.is_bound and self.data.get(self.add_prefix("DELETE"))
        return not deleted and bool(self.instance.pk or self.has_changed())

    def label(self, names: tuple[str, ...], place: int) -> str:
        named = next((value for name in names if (value := self[name].value())), gettext("(new)"))
        return f"{self['order'].value() or place}. {named}"


class RowFormSet(BaseInlineFormSet):
    """Rows sorted by number. Rows without one come last; if numbers repeat, all are renumbered."""

    # Fields that are unique together by a conditional constraint of the database, which a formset cannot check.
    identity: tuple[str, ...] = ()
    duplicate_message = _("The same one stands here twice in the same role: remove one of the rows.")
    parts: dict[str, BaseInlineFormSet] = {}

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.parts = self.parts
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = form.fields["DELETE"].label
        for field in form.fields.values():
            if isinstance(field, PartField) and field.parts in self.parts:
                field.set_choices(self.parts[field.parts].part_choices)

    def wanted_forms(self) -> list[Any]:
        return [
            form
            for form in self.forms
            if not self._should_delete_form(form) and (form.instance.pk or form.has_changed()) and form.is_valid()
        ]

    def clean(self) -> None:
        super().clean()
        self._validate_identity()
        if "order" in self.form.base_fields:
            self._number()

    def get_unique_error_message(self, unique_check: Any) -> str:
        """Say it by the labels of the fields; Django names columns."""
        labels = [str(self.form.base_fields[name].label) for name in unique_check if name in self.form.base_fields]
        return gettext("Two rows are the same: %(fields)s. Change or remove one of them.") % {
            "fields": ", ".join(label.lower() for label in labels)
        }

    def _validate_identity(self) -> None:
        if not self.identity:
            return
        # Unsaved sessions and people have no primary key: the identity of the object stands in for it.
        counts = Counter(self._identity(form) for form in self.wanted_forms())
        if any(count > 1 for count in counts.values()):
            raise ValidationError(self.duplicate_message)

    def _identity(self, form: Any) -> tuple[Any, ...]:
        values = (getattr(form.instance, name, None) for name in self.identity)
        return tuple(fold(value) if isinstance(value, str) else value and (value.pk or id(value)) for value in values)

    def _number(self) -> None:
        self.renumbered: list[Any] = []
        rows = self.wanted_forms()
        typed = [form.cleaned_data.get("order") for form in rows]
        if None not in typed and len(set(typed)) == len(typed):
            return
        # Sorting is stable: rows with equal numbers keep the order of the page.
        rows.sort(key=lambda form: (form.cleaned_data.get("order") is None, form.cleaned_data.get("order") or 0))
        for number, form in enumerate(rows, 1):
            form.instance.order = number
            if not form.has_changed():
                self.renumbered.append(form.instance)

    def save_existing_objects(self, commit: bool = True) -> list[Any]:
        if commit and self.identity:
            # Two rows that swap values would break the constraint in between: changed rows are deleted, then inserted.
            changed = [form.instance.pk for form in self.initial_forms if set(self.identity) & set(form.changed_data)]
            self.model._base_manager.filter(pk__in=changed).delete()
        return super().save_existing_objects(commit)

    def save(self, commit: bool = True) -> list[Any]:
        saved = super().save(commit)
        for row in getattr(self, "renumbered", []):
            if commit:
                row.save(update_fields=["order"])
        return saved


class PartFormSet(RowFormSet):
    """The formset of the sessions of a page."""

    label_fields: tuple[str, ...] = ()

    @cached_property
    def part_choices(self) -> list[tuple[str, str]]:
        return [(form.part_key, form.label(self.label_fields, place)) for place, form in enumerate(self.forms, 1)]


def number_field(db_field: Any, **options: Any) -> forms.Field:
    """The field «№»: one that is left empty is the last."""
    widget = forms.NumberInput(attrs={"class": "order", "min": 0, "max": HIGHEST})
    return db_field.formfield(required=False, initial=None, label=_("№"), widget=widget, **options)


class RowInline(ArchiveFields, admin.StackedInline):
    """Rows of a record; a new record gets `extra_when_empty` empty ones."""

    form = RowForm
    formset = RowFormSet
    extra = 0
    extra_when_empty = 0
    related: tuple[str, ...] = ()

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return self.extra if obj else self.extra_when_empty

    def get_queryset(self, request: HttpRequest) -> Any:
        # select_related() without arguments would join every related table.
        return super().get_queryset(request).select_related(*self.related or [None])

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "order":
            return number_field(db_field, max_value=LARGEST["PositiveSmallIntegerField"])
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class TableInline(RowInline):
    template = "admin/edit_inline/tabular.html"

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            # A column heading is no label for a screen reader.
            field.widget.attrs["aria-label"] = capfirst(field.label)
            # On a phone, where the headings of the columns do not stand above them.
            field.widget.attrs["placeholder"] = capfirst(field.label)
        return field
