"""What every page of the admin shares: search by folded words, field types, rows that cost no query each."""

from collections.abc import Iterator
from functools import reduce
from operator import and_
from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from .. import search
from ..models.fields import PartialDateField
from ..models.reference import ReferenceEntry
from ..models.topics import TaggableManager
from ..russian.folding import fold
from .fields import FILES, KnownAutocomplete, PartialDateFormField, PictureField, TopicsField
from .revisions import RevisionAdmin

MOST_WORDS = 12  # that a search in the admin looks at
DEAD_MARKS = (("url", "dead_since"), ("website", "website_dead_since"))
MOST_FOUND = 500  # records, the newest, that it takes from the visitors’ search


class ArchiveForm(forms.ModelForm):
    """Lends the objects that its instance already holds to the autocompletes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, KnownAutocomplete) and getattr(self.instance, f"{name}_id", None):
                widget.known = getattr(self.instance, name)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for address, mark in DEAD_MARKS:
            # Another address is alive until the next check of links says otherwise.
            if address in self.changed_data and mark in self.fields and mark not in self.changed_data:
                self.cleaned_data[mark] = None
        return cleaned


class ArchiveFields:
    """How the archive’s own kinds of columns are edited, on a page and in its rows."""

    form = ArchiveForm
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})}}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, PartialDateField):
            return db_field.formfield(form_class=PartialDateFormField)
        if isinstance(db_field, models.URLField):
            # “www.library.example” is typed more often than not, and today means https.
            kwargs["assume_scheme"] = "https"
        if isinstance(db_field, models.ImageField):
            kwargs["form_class"] = PictureField
        if isinstance(db_field, TaggableManager):
            return TopicsField()
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if allowed := FILES.get(str(db_field)):
            field.validators.append(FileExtensionValidator(allowed))
            field.widget.attrs["accept"] = ",".join(f".{suffix}" for suffix in allowed)
        if db_field.many_to_one and field:
            # In place one may add and correct; deleting and looking are for the record’s own page.
            field.widget.can_delete_related = field.widget.can_view_related = False
            if issubclass(db_field.related_model, ReferenceEntry):
                field.widget.can_add_related = field.widget.can_change_related = False
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KnownAutocomplete(db_field, self.admin_site)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if issubclass(db_field.related_model, ReferenceEntry):
            field.choices = reference_choices(request, db_field)
        return field


def reference_choices(request: HttpRequest, db_field: models.ForeignKey) -> list[tuple[Any, str]]:
    """The short lists are read once a page, not once a row."""
    lists = request.__dict__.setdefault("_reference_choices", {})
    model = db_field.related_model
    if model not in lists:
        lists[model] = [("", "---------"), *((entry.pk, str(entry)) for entry in model.objects.all())]
    return lists[model]


def ask_for_files_again(request: HttpRequest) -> None:
    """The one thing that no page can give back after a failed save: browsers let nobody choose files for people."""
    if names := [file.name for key in request.FILES for file in request.FILES.getlist(key)]:
        messages.warning(request, _("Choose these files again: %(names)s.") % {"names": ", ".join(names)})


def focus(context: dict[str, Any]) -> None:
    """The page opens at what has to be corrected, a new record at what is typed first."""
    form = context["adminform"].form
    forms = [form, *(row for inline in context["inline_admin_formsets"] for row in with_rows(inline.formset))]
    wrong = (one.fields[name] for one in forms for name in one.errors if name in one.fields)
    first = (field.field for field in form.visible_fields()) if not form.instance.pk else iter(())
    if field := next(wrong, None) or next(first, None):
        # What wraps a widget shares its attributes with all forms of the process; the widget inside has its own.
        getattr(field.widget, "widget", field.widget).attrs["autofocus"] = True


def with_rows(formset: Any) -> Iterator[Any]:
    """The forms of a formset, each with those inside it: a talk with its people."""
    for form in formset.forms:
        yield from (form, *getattr(form, "people", ()))


class ArchiveAdmin(ArchiveFields, RevisionAdmin):
    """A page whose search compares folded words, so that case, ё and quotes make no difference on SQLite either."""

    # Folded columns of the record itself (`search_fields`), and of its rows: ("aliases", "name_key").
    search_row_keys: tuple[tuple[str, str], ...] = ()
    list_per_page = 50
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        # Each word makes the query deeper; a pasted page of text would be more than a database takes.
        words = fold(search_term).split()[:MOST_WORDS]
        if not words:
            return queryset, False
        by_key = reduce(and_, map(self._has, words))
        # What the visitors’ search finds by word forms, drafts too; and every beginning and middle of a name.
        found = search.staff_keys(self.opts.model_name, " ".join(words), MOST_FOUND)
        return queryset.filter(by_key | Q(pk__in=found or [])), False

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        ask_for_files_again(request)
        focus(context)
        return super().render_change_form(request, context, *args, **kwargs)

    def view_on_site(self, record: models.Model) -> str:
        return reverse(f"events:{self.opts.model_name}", args=[record.slug])

    def _has(self, word: str) -> Q:
        found = Q()
        for key in self.search_fields:
            found |= Q(**{f"{key}__contains": word})
        for rows, key in self.search_row_keys:
            relation = self.model._meta.get_field(rows)
            rows_of_it = relation.related_model.objects.filter(**{relation.field.name: OuterRef("pk")})
            found |= Q(Exists(rows_of_it.filter(**{f"{key}__contains": word})))
        return found

    class Media:
        css = {"all": ["admin-archive/admin.css"]}
        js = ["admin-archive/topics.js", "admin-archive/select2-labels.js"]
