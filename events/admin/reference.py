"""Reference data: kinds, roles, series, topics, synonyms, old addresses."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .. import rights
from ..models import (
    COLLECTED,
    ConferenceKind,
    CuratedCollection,
    FormLine,
    LibraryKind,
    MaterialKind,
    OldAddress,
    OrganisationRole,
    Series,
    SpeakerRole,
    Synonym,
    TalkKind,
    Topic,
    aggregates,
)
from ..models.slugs import SluggedModel, first_free
from ..russian import transliteration
from ..russian.folding import fold
from .base import ArchiveAdmin, ArchiveFields, ArchiveForm
from .concurrency import ListRowForm
from .duplicates import Mergeable
from .fields import CodesField
from .revisions import RevisionAdmin, kind_of_record, kinds_filter, yes_no


class ReferenceForm(ArchiveForm):
    """An entry of a list; its code is made of the name when left empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Latin letters, for addresses; made of the name when left empty.")

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        if "slug" in self.fields and "slug" not in self.errors and not self.cleaned_data["slug"]:
            self.cleaned_data["slug"] = self.initial.get("slug") or self._free_code()
        return self.cleaned_data

    def _free_code(self) -> str:
        name = self.cleaned_data.get("name_en") or self.cleaned_data.get("name") or ""
        base = transliteration.slug(name)[:40].strip("-") or self._meta.model._meta.model_name
        taken = set(self._meta.model.objects.filter(slug__startswith=base).values_list("slug", flat=True))
        return first_free(base, taken)


@admin.register(ConferenceKind, LibraryKind, MaterialKind)
class ReferenceAdmin(ArchiveFields, RevisionAdmin):
    form = ReferenceForm
    fields = [("name", "name_en"), ("slug", "order")]
    list_display = ["name", "name_en", "slug", "order"]
    list_editable = ["order"]
    search_fields = ["slug"]

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, **{"form": ListRowForm, **kwargs})


@admin.register(OrganisationRole, SpeakerRole)
class RoleAdmin(ReferenceAdmin):
    list_display = ["name", "name_plural", "name_en", "name_plural_en", "slug", "order"]
    fields = [("name", "name_plural"), ("name_en", "name_plural_en"), ("slug", "order")]


@admin.register(TalkKind)
class TalkKindAdmin(ReferenceAdmin):
    list_display = ["name", "name_en", "slug", "numbered", "order"]
    fields = [("name", "name_en"), ("slug", "order"), "is_numbered"]

    @admin.display(description=_("numbered"), ordering="is_numbered")
    def numbered(self, kind: TalkKind) -> str:
        return yes_no(kind.is_numbered)


@admin.register(FormLine)
class FormLineAdmin(ReferenceAdmin):
    list_display = ["line", "name", "act", "valid_from", "order"]
    search_fields = ["slug", "act", "line"]
    list_display_links = ["name"]
    fields = [
        ("act", "valid_from"),
        ("line", "order"),
        ("name", "name_en"),
        "kinds",
        "roles",
        ("format", "audience"),
        "slug",
    ]

    lists = {
        "kinds": (ConferenceKind, _("Those that count; none ticked: all do.")),
        "roles": (OrganisationRole, _("Those that count; none ticked: the ones chosen in the report.")),
    }

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name not in self.lists:
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        model, help_text = self.lists[db_field.name]
        entries = [(entry.slug, str(entry)) for entry in model.objects.all()]
        return CodesField(label=capfirst(db_field.verbose_name), help_text=help_text, required=False, choices=entries)


@admin.register(Series)
class SeriesAdmin(ArchiveAdmin):
    search_fields = ("name_key",)
    list_display = ["name", "language"]
    fieldsets = [
        (None, {"fields": ["name", "description"]}),
        (_("Language and address"), {"fields": [("language", "slug")], "classes": ["collapse"]}),
    ]


class CuratedCollectionForm(ArchiveForm):
    """Beside each identifier stands the name of the record, for people; it is not stored."""

    user: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        uids = self.instance.uids
        seen = [rights.visible(model.objects, self.user).filter(uid__in=uids) for model in COLLECTED]
        names = {one.uid: one.label for records in seen for one in records} if uids else {}
        self.initial["records"] = "\n".join(f"{uid} {names.get(uid, '')}".strip() for uid in uids)


@admin.register(CuratedCollection)
class CuratedCollectionAdmin(ArchiveAdmin):
    form = CuratedCollectionForm
    search_fields = ("name_key",)
    list_display = ["title", "shown"]
    fieldsets = [
        (None, {"fields": ["title", "introduction", "records", "is_shown"]}),
        (_("Language and address"), {"fields": [("language", "slug")], "classes": ["collapse"]}),
    ]

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        form.user = request.user
        return form

    @admin.display(description=_("shown to readers"), ordering="is_shown")
    def shown(self, collection: CuratedCollection) -> str:
        return yes_no(collection.is_shown)


@admin.register(Topic)
class TopicAdmin(Mergeable, ArchiveAdmin):
    search_fields = ("name_key",)
    fieldsets = [(None, {"fields": ["name", "description", "slug"]})]


@admin.register(OldAddress)
class OldAddressAdmin(RevisionAdmin):
    list_display = ["kind_shown", "slug", "target"]
    list_display_links = ["slug"]
    list_filter = [kinds_filter("kind")]
    search_fields = ["slug", "target"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kind":
            kinds = [model._meta.model_name for model in aggregates.archive_models() if issubclass(model, SluggedModel)]
            return forms.ChoiceField(
                label=db_field.verbose_name, choices=sorted((kind, kind_of_record(kind)) for kind in kinds)
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("kind of record"), ordering="kind")
    def kind_shown(self, address: OldAddress) -> str:
        return kind_of_record(address.kind)


@admin.register(Synonym)
class SynonymAdmin(RevisionAdmin):
    search_fields = ["words"]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        # Some hundred rows, compared in Python: SQLite ignores case only in ASCII.
        term = fold(search_term)
        return queryset.filter(pk__in=[synonym.pk for synonym in queryset if term in fold(synonym.words)]), False
