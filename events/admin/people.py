"""Speakers and organisations."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..models import Contact, Organisation, OrganisationAlias, Speaker, SpeakerAlias, SpeakerParticipation
from .base import ArchiveAdmin
from .consents import ConsentInline
from .dashboard import DeadWebsiteFilter
from .duplicates import DuplicatesFilter, Mergeable, OrganisationForm, SpeakerForm
from .hiding import Hideable
from .inlines import RowFormSet, RowInline, TableInline


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


class ContactInline(RowInline):
    model = Contact
    fields = [("order", "post"), ("email", "telephone"), ("url", "checked"), "speaker"]
    autocomplete_fields = ["speaker"]
    related = ("speaker",)


@admin.register(Speaker)
class SpeakerAdmin(Hideable, Mergeable, ArchiveAdmin):
    form = SpeakerForm
    list_filter = [DuplicatesFilter]
    search_fields = ("name_key",)
    search_row_keys = (("aliases", "name_key"),)
    list_display = ["name", "distinguished_from", "orcid"]
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

    @admin.display(description=_("name"), ordering="name_key")
    def name(self, speaker: Speaker) -> str:
        return speaker.full_name

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        found = super().get_queryset(request)
        if DuplicatesFilter.parameter_name not in request.GET:
            return found
        latest = SpeakerParticipation.objects.filter(speaker=OuterRef("pk")).order_by("-conference__first_day", "-pk")
        return found.annotate(
            parts=Count("participations"),
            latest_year=Subquery(latest.values("conference__year")[:1]),
            latest_place=Subquery(latest.exclude(organisation=None).values("organisation__name")[:1]),
        )

    def get_list_display(self, request: HttpRequest) -> list[str]:
        is_comparing = DuplicatesFilter.parameter_name in request.GET
        return ["name", "distinguished_from", *(["known_from"] if is_comparing else []), "orcid"]

    @admin.display(description=_("known from"))
    def known_from(self, speaker: Speaker) -> str:
        """What tells two records of one name apart."""
        number = ngettext("%(count)d part", "%(count)d parts", speaker.parts) % {"count": speaker.parts}
        return "; ".join(str(fact) for fact in (number, speaker.latest_place, speaker.latest_year) if fact)


IDENTIFIERS = [("ogrn", "isil", "ror", "wikidata")]


@admin.register(Organisation)
class OrganisationAdmin(Mergeable, ArchiveAdmin):
    form = OrganisationForm
    list_filter = ["kind", DuplicatesFilter, DeadWebsiteFilter]
    search_fields = ("name_key",)
    search_row_keys = (("aliases", "name_key"),)
    list_display = ["name", "short_name", "parent", "city"]
    list_select_related = ["parent"]
    autocomplete_fields = ["parent"]
    inlines = [OrganisationAliasInline, ContactInline]
    fieldsets = [
        (None, {"fields": ["confirmed", "name", "short_name", ("parent", "kind"), ("city", "region", "country")]}),
        (_("About the organisation"), {"fields": [("website", "website_dead_since"), "description", *IDENTIFIERS]}),
        (_("Language and address"), {"fields": [("language", "slug")], "classes": ["collapse"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        found = super().get_queryset(request).select_related("parent")
        return (
            found.annotate(parts=Count("participations")) if DuplicatesFilter.parameter_name in request.GET else found
        )

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return [*self.list_display, *(["known_from"] if DuplicatesFilter.parameter_name in request.GET else [])]

    @admin.display(description=_("known from"))
    def known_from(self, organisation: Organisation) -> str:
        return ngettext("%(count)d part", "%(count)d parts", organisation.parts) % {"count": organisation.parts}

    def get_fieldsets(self, request: HttpRequest, obj: Organisation | None = None) -> Any:
        """Without the mark of a dead website where there was no website yet."""
        about = (_("About the organisation"), {"fields": ["website", "description", *IDENTIFIERS]})
        return super().get_fieldsets(request, obj) if obj else [self.fieldsets[0], about, self.fieldsets[2]]
