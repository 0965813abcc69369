"""Duplicate people and organisations: a warning on entry, a filter of the lists, merging. Staff decide."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import merging, rights
from ..importing.candidates import Candidate, may_agree, organisation_candidates, person_candidates
from ..importing.draft import Draft, OrganisationDraft, PersonDraft, TextFact
from ..models import Organisation, OrganisationAlias, Speaker
from ..russian.folding import fold
from ..russian.organisation_names import acronyms, comparable
from .base import ArchiveForm
from .concurrency import SEEN
from .revisions import writing_block

# ── On entry ────────────────────────────────────────────────────────────────────────────────────────────────────────


def people_like(family_name: str, given_names: str, initials: str) -> list[Candidate]:
    """Speakers who may be this person, with family and given name in either order; plain namesakes are left out."""
    people = [PersonDraft(key="as typed", family_name=family_name, given_names=given_names, initials=initials)]
    if given_names:
        first, _space, rest = given_names.partition(" ")
        people.append(PersonDraft(key="reversed", family_name=first, given_names=f"{family_name} {rest}".strip()))
    found = person_candidates(Draft(people=people))
    return [candidate for key in found for candidate in found[key] if not candidate.is_namesake]


def organisations_like(name: str, short_name: str = "") -> list[Candidate]:
    """Organisations that may be this one, by any of their names or an abbreviation of one."""
    draft = OrganisationDraft(key="typed", name=name, aliases=[TextFact(value=short_name)] if short_name else [])
    return organisation_candidates(Draft(organisations=[draft]))["typed"]


def _all_names() -> Iterator[tuple[int, str, str]]:
    """Key, official name and one normalized name of every organisation, for each of its names."""
    for pk, name, short_name, key in Organisation.objects.values_list("pk", "name", "short_name", "name_key"):
        yield pk, name, key
        if short_name:
            yield pk, name, fold(short_name)
    yield from OrganisationAlias.objects.values_list("organisation", "organisation__name", "name_key")


class DuplicateWarningForm(ArchiveForm):
    """A form that warns of likely duplicates; saving the same name again confirms that it is another record."""

    confirmed = forms.CharField(required=False, label="", widget=forms.HiddenInput)
    name_fields: tuple[str, ...] = ()

    def candidates(self) -> list[Candidate]:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors or not set(self.name_fields) & set(self.changed_data):
            return cleaned
        name = fold(" ".join(str(cleaned.get(field) or "") for field in self.name_fields))
        candidates = [candidate for candidate in self.candidates() if candidate.pk != self.instance.pk]
        if candidates and cleaned.get("confirmed") != name:
            self.data = self.data.copy()
            self.data[self.add_prefix("confirmed")] = name
            raise ValidationError(self._warning(candidates), code="likely_duplicate")
        return cleaned

    def _warning(self, candidates: list[Candidate]) -> str:
        model = self._meta.model
        view = f"admin:events_{model._meta.model_name}_change"
        links = ((reverse(view, args=[found.pk]), found.name, found.reason) for found in candidates)
        return format_html(
            "{} {} {}",
            gettext("The archive may have it already:"),
            format_html_join("; ", '<a href="{}" target="_blank">{}</a> ({})', links),
            gettext("If it is another one, save once more."),
        )


class SpeakerForm(DuplicateWarningForm):
    name_fields = ("family_name", "given_names", "initials")

    def candidates(self) -> list[Candidate]:
        return people_like(*(self.cleaned_data.get(field) or "" for field in self.name_fields))


class OrganisationForm(DuplicateWarningForm):
    name_fields = ("name", "short_name", "parent")

    def candidates(self) -> list[Candidate]:
        """Organisations with the same parent only: every library has a reading room."""
        found = organisations_like(self.cleaned_data.get("name") or "", self.cleaned_data.get("short_name") or "")
        parent = self.cleaned_data.get("parent")
        siblings = Organisation.objects.filter(parent=parent, pk__in=[candidate.pk for candidate in found])
        pks = set(siblings.values_list("pk", flat=True))
        return [candidate for candidate in found if candidate.pk in pks]


# ── In the whole archive ────────────────────────────────────────────────────────────────────────────────────────────


def possible_duplicates(model: type[models.Model]) -> set[int]:
    """The keys of records that may be duplicates of another."""
    pairs = _pairs_of_people() if model is Speaker else _pairs_of_organisations()
    return {pk for pair in pairs for pk in pair}


def _pairs_of_people() -> Iterator[tuple[int, int]]:
    families = defaultdict(list)
    # People with a note that tells them from a namesake have been compared by staff.
    people = Speaker.objects.filter(distinguished_from="").order_by()
    for pk, key in people.values_list("pk", "name_key"):
        # name_key is normalized already: normalizing every name again would take most of the time.
        family, _space, names = key.partition(" ")
        families[family].append((pk, re.findall(r"[^\W\d_]+", names)))
    for namesakes in families.values():
        for (pk, names), (other_pk, other_names) in combinations(namesakes, 2):
            if may_agree(names, other_names):
                yield pk, other_pk


def _pairs_of_organisations() -> Iterator[tuple[int, int]]:
    columns = Organisation.objects.order_by().values_list("pk", "parent", "city")
    places = {pk: (parent, fold(city)) for pk, parent, city in columns}
    by_name = defaultdict(set)
    for pk, _official, name in _all_names():
        by_name[comparable(name)].add(pk)
    for pk, key in Organisation.objects.order_by().values_list("pk", "name_key"):
        for acronym in map(fold, acronyms(key)):
            if acronym in by_name:
                by_name[acronym].add(pk)
    for pks in by_name.values():
        for pk, other_pk in combinations(sorted(pks), 2):
            if _same_place(places[pk], places[other_pk]):
                yield pk, other_pk


def _same_place(place: tuple[Any, str], other: tuple[Any, str]) -> bool:
    """Whether the parents are the same and the cities do not contradict each other."""
    (parent, city), (other_parent, other_city) = place, other
    return parent == other_parent and (not city or not other_city or city == other_city)


class DuplicatesFilter(admin.SimpleListFilter):
    title = _("possible duplicates")
    parameter_name = "duplicates"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("possible", _("only these"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet | None:
        return queryset.filter(pk__in=possible_duplicates(queryset.model)) if self.value() == "possible" else None


# ── Merging ────────────────────────────────────────────────────────────────────────────────────────────────────────


@admin.action(description=_("Merge two into one…"), permissions=["publish"])
def merge(model_admin: Any, request: HttpRequest, queryset: models.QuerySet) -> HttpResponse | None:
    pks = sorted(queryset.values_list("pk", flat=True)[:3])
    if len(pks) != 2:
        messages.error(request, gettext("Mark exactly two records to merge."))
        return None
    fuller, other = sorted(pks, key=lambda pk: -len(str(model_admin.model.objects.get(pk=pk))))
    return HttpResponseRedirect(_merge_url(model_admin, fuller, other))


def _merge_url(model_admin: Any, primary: int, duplicate: int) -> str:
    return reverse(f"admin:events_{model_admin.opts.model_name}_merge", args=[primary, duplicate])


class Mergeable:
    """An admin page with an action that merges two records, after a preview."""

    actions = [merge]

    def get_urls(self) -> list[URLPattern]:
        name = f"events_{self.opts.model_name}_merge"
        page = self.admin_site.admin_view(self.merge_view)
        return [path("<int:primary>/merge/<int:duplicate>/", page, name=name), *super().get_urls()]

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Merging changes a public URL, so it needs the permission to publish."""
        return self.has_change_permission(request) and rights.may_publish_all(request.user)

    def merge_view(self, request: HttpRequest, primary: int, duplicate: int) -> HttpResponse:
        if not self.has_publish_permission(request):
            raise PermissionDenied
        with writing_block(request):
            return self._merge_page(request, primary, duplicate)

    def _merge_page(self, request: HttpRequest, primary: int, duplicate: int) -> HttpResponse:
        records = [self.get_object(request, str(pk)) for pk in (primary, duplicate)]
        if not all(records):
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(duplicate if records[0] else primary))
        seen = " ".join(record.revision for record in records)
        is_stale = request.method == "POST" and request.POST.get(SEEN) != seen
        if is_stale:
            messages.error(request, gettext("A colleague changed one of the two meanwhile: look again, then merge."))
        try:
            if request.method == "POST" and not is_stale:
                return self._merged(request, *records)
            plan = merging.plan(*records)
        except merging.CannotMerge as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse(f"admin:events_{self.opts.model_name}_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Two become one"),
            "opts": self.opts,
            "plan": plan,
            SEEN: seen,
            "other_way": _merge_url(self, duplicate, primary),
        }
        return TemplateResponse(request, "admin/events/merge.html", context)

    def _merged(self, request: HttpRequest, primary: Any, duplicate: Any) -> HttpResponse:
        merging.merge(primary, duplicate, request.user)
        messages.success(request, gettext("Merged into “%s”. The history of this record can undo it.") % primary)
        return HttpResponseRedirect(reverse(f"admin:events_{self.opts.model_name}_change", args=[primary.pk]))
