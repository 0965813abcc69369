"""Base classes of the admin's pages: search by normalized words, form fields, choices read once a page."""

from functools import partial, reduce
from operator import and_
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.core.validators import FileExtensionValidator, URLValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from .. import rights, search, uploads
from ..models import Conference, Session
from ..models.fields import PartialDateField
from ..models.reference import ReferenceEntry
from ..models.slugs import SluggedModel
from ..models.topics import TaggableManager
from ..russian.folding import fold
from .concurrency import forms_of
from .fields import (
    DayField,
    MaterialField,
    PartialDateFormField,
    PictureField,
    PrefilledAutocomplete,
    TimeOfDayField,
    TopicsField,
)
from .kept_files import RowFileInput
from .revisions import RevisionAdmin
from .unsaved import keep_files

MOST_WORDS = 12  # that a search in the admin looks at
DEAD_MARKS = (("url", "dead_since"), ("website", "website_dead_since"))
# Of numbers in forms, on both databases: SQLite would store what PostgreSQL refuses.
LARGEST = {"PositiveSmallIntegerField": 2**15 - 1, "PositiveIntegerField": 2**31 - 1}
MOST_FOUND = 500  # records, the newest, that it takes from the visitors’ search


class ArchiveForm(forms.ModelForm):
    """A ModelForm that gives its autocompletes the related objects which its instance has loaded already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, PrefilledAutocomplete) and getattr(self.instance, f"{name}_id", None):
                widget.selected = getattr(self.instance, name)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for url, mark in DEAD_MARKS:
            # A new URL counts as working until the next check of links.
            if url in self.changed_data and mark in self.fields and mark not in self.changed_data:
                self.cleaned_data[mark] = None
        return cleaned


class LinesField(forms.CharField):
    """A text of several lines, whose ends are the archive's, not those that browsers send: they are no change."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.to_python(initial), data)


class ArchiveFields:
    """The form fields of the archive’s columns, for pages and inlines."""

    form = ArchiveForm
    formfield_overrides = {
        models.TextField: {
            "form_class": LinesField,
            "widget": forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        },
        models.DateField: {"form_class": DayField},
        models.TimeField: {"form_class": TimeOfDayField},
        models.FileField: {"widget": RowFileInput},
        models.ImageField: {"form_class": PictureField, "widget": RowFileInput},
    }

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, PartialDateField):
            return db_field.formfield(form_class=PartialDateFormField)
        if any(isinstance(validator, URLValidator) for validator in getattr(db_field, "validators", ())):
            kwargs["form_class"] = forms.URLField
            # People mostly type “www.library.example”, and today that means https.
            kwargs["assume_scheme"] = "https"
            kwargs["widget"] = AdminURLFieldWidget(validator_class=partial(URLValidator, schemes=["http", "https"]))
        if limit := LARGEST.get(db_field.get_internal_type()):
            kwargs["max_value"] = limit
        if str(db_field) == "events.Material.file":
            kwargs["form_class"] = MaterialField
        if isinstance(db_field, TaggableManager):
            return TopicsField()
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if allowed := uploads.FILES.get(str(db_field)):
            field.validators.append(FileExtensionValidator(allowed))
            field.widget.attrs["accept"] = ",".join(f".{suffix}" for suffix in allowed)
        if db_field.many_to_one and field:
            # From here related records are added and changed; they are deleted and viewed on their own pages.
            field.widget.can_delete_related = field.widget.can_view_related = False
            if issubclass(db_field.related_model, ReferenceEntry):
                field.widget.can_add_related = field.widget.can_change_related = False
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = PrefilledAutocomplete(db_field, self.admin_site)
        if db_field.related_model in (Conference, Session):
            # Drafts of other libraries are named nowhere.
            seen = rights.visible(Conference.objects, request.user)
            path = "pk__in" if db_field.related_model is Conference else "conference__in"
            kwargs["queryset"] = db_field.related_model.objects.filter(**{path: seen.order_by().values("pk")})
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if issubclass(db_field.related_model, ReferenceEntry):
            field.choices = reference_choices(request, db_field)
        return field


def reference_choices(request: HttpRequest, db_field: models.ForeignKey) -> list[tuple[Any, str]]:
    """The choices of a foreign key to a reference list, read once a request, not once a row."""
    lists = request.__dict__.setdefault("_reference_choices", {})
    model = db_field.related_model
    if model not in lists:
        lists[model] = [("", "---------"), *((entry.pk, str(entry)) for entry in model.objects.all())]
    return lists[model]


def set_autofocus(context: dict[str, Any]) -> None:
    """Put the autofocus on the first field with an error, or on the first field of a new record."""
    form = context["adminform"].form
    forms = [form, *(row for inline in context["inline_admin_formsets"] for row in forms_of(inline.formset))]
    invalid = (each.fields[name] for each in forms for name in each.errors if name in each.fields)
    first = (field.field for field in form.visible_fields()) if not form.instance.pk else iter(())
    if field := next(invalid, None) or next(first, None):
        # RelatedFieldWidgetWrapper shares its attrs with all forms of the process; the widget inside has its own.
        getattr(field.widget, "widget", field.widget).attrs["autofocus"] = True


class ArchiveAdmin(ArchiveFields, RevisionAdmin):
    """An admin page whose search ignores case, ё and quotation marks, on SQLite too."""

    # Normalized columns of related rows that the search tests besides `search_fields`: ("aliases", "name_key").
    search_row_keys: tuple[tuple[str, str], ...] = ()
    list_per_page = 50
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        # Each word adds conditions; SQLite limits their depth, which a pasted page of text would exceed.
        words = fold(search_term).split()[:MOST_WORDS]
        if not words:
            return queryset, False
        by_key = reduce(and_, map(self._contains, words))
        # The full-text search finds word forms, in drafts too; the columns, any part of a name.
        found = search.staff_keys(self.opts.model_name, " ".join(words), MOST_FOUND)
        return queryset.filter(by_key | Q(pk__in=found or [])), False

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        form = context["adminform"].form
        inlines = context["inline_admin_formsets"]
        keep_files(request, [form, *(row for inline in inlines for row in inline.formset.forms)])
        set_autofocus(context)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        if change and isinstance(obj, SluggedModel) and "slug" not in form.changed_data and not obj.published:
            stored = self.model._base_manager.get(pk=obj.pk)
            if stored.has_made_slug() and stored.slug_source() != obj.slug_source():
                # Until the public has seen it, the address follows the name; nobody set it by hand.
                obj.slug = ""
        super().save_model(request, obj, form, change)

    def view_on_site(self, record: models.Model) -> str:
        try:
            return reverse(f"events:{self.opts.model_name}", args=[record.slug])
        except NoReverseMatch:
            # The record has what was typed, even if it is no address.
            return reverse(f"events:{self.opts.model_name}", args=[self.model._base_manager.get(pk=record.pk).slug])

    def _contains(self, word: str) -> Q:
        condition = Q()
        for key in self.search_fields:
            condition |= Q(**{f"{key}__contains": word})
        for name, key in self.search_row_keys:
            relation = self.model._meta.get_field(name)
            related = relation.related_model.objects.filter(**{relation.field.name: OuterRef("pk")})
            condition |= Q(Exists(related.filter(**{f"{key}__contains": word})))
        return condition

    class Media:
        js = ["admin-archive/topics.js", "admin-archive/select2-labels.js"]
