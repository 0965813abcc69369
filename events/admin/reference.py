"""Reference data: kinds, roles, series, topics, synonyms, old addresses."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..models import (
    ConferenceKind,
    MaterialKind,
    OldAddress,
    OrganisationRole,
    Series,
    SpeakerRole,
    Synonym,
    TalkKind,
    Topic,
)
from ..russian.folding import fold
from .base import ArchiveAdmin
from .concurrency import ListRowForm
from .duplicates import Mergeable
from .revisions import RevisionAdmin


@admin.register(ConferenceKind, MaterialKind)
class ReferenceAdmin(RevisionAdmin):
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
    list_display = ["name", "name_en", "slug", "is_numbered", "order"]


@admin.register(Series)
class SeriesAdmin(ArchiveAdmin):
    search_fields = ("name_key",)
    list_display = ["name", "language"]
    fieldsets = [
        (None, {"fields": ["name", "description"]}),
        (_("Language and address"), {"fields": [("language", "slug")], "classes": ["collapse"]}),
    ]


@admin.register(Topic)
class TopicAdmin(Mergeable, ArchiveAdmin):
    search_fields = ("name_key",)
    fieldsets = [(None, {"fields": ["name", "description", "slug"]})]


@admin.register(OldAddress)
class OldAddressAdmin(RevisionAdmin):
    list_display = ["kind", "slug", "target"]
    list_filter = ["kind"]
    search_fields = ["slug", "target"]


@admin.register(Synonym)
class SynonymAdmin(RevisionAdmin):
    search_fields = ["words"]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        # Some hundred rows, compared in Python: SQLite ignores case only in ASCII.
        term = fold(search_term)
        return queryset.filter(pk__in=[synonym.pk for synonym in queryset if term in fold(synonym.words)]), False
