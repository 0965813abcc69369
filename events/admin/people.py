"""Speakers and organisations."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..models import Organisation, OrganisationAlias, Speaker, SpeakerAlias
from .base import ArchiveAdmin
from .consents import ConsentInline
from .dashboard import DeadWebsiteFilter
from .duplicates import DuplicatesFilter, Mergeable, OrganisationForm, SpeakerForm
from .hiding import Hideable
from .inlines import RowFormSet, TableInline


class AliasFormSet(RowFormSet):
    identity = ("name",)
    duplicate_message = _("This name stands here twice: remove one of the rows.")


class SpeakerAliasInline(TableInline):
    model = SpeakerAlias
    formset = AliasFormSet
    fields = ["name"]


class OrganisationAliasInline(TableInline):
    model = OrganisationAlias
    formset = AliasFormSet
    fields = ["kind", "name"]


@admin.register(Speaker)
class SpeakerAdmin(Hideable, Mergeable, ArchiveAdmin):
    form = SpeakerForm
    list_filter = [DuplicatesFilter]
    search_fields = ("name_key",)
    search_row_keys = (("aliases", "name_key"),)
    list_display = ["full_name", "distinguished_from", "orcid"]
    inlines = [SpeakerAliasInline, ConsentInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "confirmed",
                    "family_name",
                    ("given_names", "initials"),
                    "name_inferred",
                    "distinguished_from",
                ]
            },
        ),
        (_("About the person"), {"fields": ["biography", ("photo", "photo_credit"), "orcid"]}),
        (_("Language and address"), {"fields": [("language", "slug")], "classes": ["collapse"]}),
    ]


@admin.register(Organisation)
class OrganisationAdmin(Mergeable, ArchiveAdmin):
    form = OrganisationForm
    list_filter = [DuplicatesFilter, DeadWebsiteFilter]
    search_fields = ("name_key",)
    search_row_keys = (("aliases", "name_key"),)
    list_display = ["name", "short_name", "parent", "city"]
    list_select_related = ["parent"]
    autocomplete_fields = ["parent"]
    inlines = [OrganisationAliasInline]
    fieldsets = [
        (None, {"fields": ["confirmed", "name", "short_name", "parent", ("city", "region", "country")]}),
        (_("About the organisation"), {"fields": [("website", "website_dead_since"), "description"]}),
        (_("Language and address"), {"fields": [("language", "slug")], "classes": ["collapse"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("parent")
