"""One person, one organisation, once: likely doubles are shown on entry and gathered in a list; people decide."""

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

from .. import merging
from ..importing.candidates import Candidate, may_agree, organisation_candidates, person_candidates
from ..importing.draft import Draft, OrganisationDraft, PersonDraft, TextFact
from ..models import Organisation, OrganisationAlias, Speaker
from ..russian.folding import fold
from ..russian.organisation_names import acronyms, comparable
from .base import ArchiveForm

# ── On entry ────────────────────────────────────────────────────────────────────────────────────────────────────────


def people_like(family_name: str, given_names: str, initials: str) -> list[Candidate]:
    """Who of the archive may be this person, the parts of the name in either order."""
    people = [PersonDraft(key="straight", family_name=family_name, given_names=given_names, initials=initials)]
    if given_names:
        first, _space, rest = given_names.partition(" ")
        people.append(PersonDraft(key="turned", family_name=first, given_names=f"{family_name} {rest}".strip()))
    found = person_candidates(Draft(people=people))
    return [candidate for key in found for candidate in found[key] if not candidate.is_namesake]


def organisations_like(name: str, short_name: str = "") -> list[Candidate]:
    """What of the archive may be this organisation: by any of its names, or by the abbreviation of one of them."""
    draft = OrganisationDraft(key="one", name=name, aliases=[TextFact(value=short_name)] if short_name else [])
    return organisation_candidates(Draft(organisations=[draft]))["one"]


def _all_names() -> Iterator[tuple[int, str, str]]:
    for pk, name, short_name, key in Organisation.objects.values_list("pk", "name", "short_name", "name_key"):
        yield pk, name, key
        if short_name:
            yield pk, name, fold(short_name)
    yield from OrganisationAlias.objects.values_list("organisation", "organisation__name", "name_key")


class WatchfulForm(ArchiveForm):
    """Shows whom the archive may already have; saving the same name once more says that it is another."""

    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)
    name_fields: tuple[str, ...] = ()

    def candidates(self) -> list[Candidate]:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors or not set(self.name_fields) & set(self.changed_data):
            return cleaned
        name = fold(" ".join(str(cleaned.get(field) or "") for field in self.name_fields))
        candidates = [one for one in self.candidates() if one.pk != self.instance.pk]
        if candidates and cleaned.get("confirmed") != name:
            self.data = self.data.copy()
            self.data[self.add_prefix("confirmed")] = name
            raise ValidationError(self._warning(candidates), code="likely_duplicate")
        return cleaned

    def _warning(self, candidates: list[Candidate]) -> str:
        model = self._meta.model
        address = f"admin:events_{model._meta.model_name}_change"
        rows = ((reverse(address, args=[one.pk]), one.name, one.reason) for one in candidates)
        return format_html(
            "{} {} {}",
            gettext("The archive may have it already:"),
            format_html_join("; ", '<a href="{}" target="_blank">{}</a> ({})', rows),
            gettext("If it is another one, save once more."),
        )


class SpeakerForm(WatchfulForm):
    name_fields = ("family_name", "given_names", "initials")

    def candidates(self) -> list[Candidate]:
        return people_like(*(self.cleaned_data.get(field) or "" for field in self.name_fields))


class OrganisationForm(WatchfulForm):
    name_fields = ("name", "short_name", "parent")

    def candidates(self) -> list[Candidate]:
        """A department is compared with its sisters: every library has a reading room."""
        found = organisations_like(self.cleaned_data.get("name") or "", self.cleaned_data.get("short_name") or "")
        parent = self.cleaned_data.get("parent")
        sisters = Organisation.objects.filter(parent=parent, pk__in=[one.pk for one in found])
        pks = set(sisters.values_list("pk", flat=True))
        return [one for one in found if one.pk in pks]


# ── In the whole archive ────────────────────────────────────────────────────────────────────────────────────────────


def possible(model: type[models.Model]) -> set[int]:
    """Records that may be one with another, for people to look at."""
    pairs = _pairs_of_people() if model is Speaker else _pairs_of_organisations()
    return {pk for pair in pairs for pk in pair}


def _pairs_of_people() -> Iterator[tuple[int, int]]:
    families = defaultdict(list)
    # Whom a note tells from a namesake, somebody has looked at.
    people = Speaker.objects.filter(distinguished_from="").order_by()
    for pk, key in people.values_list("pk", "name_key"):
        # The key is folded already: folding every name of the archive anew would be most of the work.
        family, _space, names = key.partition(" ")
        families[family].append((pk, re.findall(r"[^\W\d_]+", names)))
    for namesakes in families.values():
        for (one, names), (other, others) in combinations(namesakes, 2):
            if may_agree(names, others):
                yield one, other


def _pairs_of_organisations() -> Iterator[tuple[int, int]]:
    columns = Organisation.objects.order_by().values_list("pk", "parent", "city")
    where = {pk: (parent, fold(city)) for pk, parent, city in columns}
    named = defaultdict(set)
    for pk, _official, folded in _all_names():
        named[comparable(folded)].add(pk)
    for pk, key in Organisation.objects.order_by().values_list("pk", "name_key"):
        for acronym in map(fold, acronyms(key)):
            if acronym in named:
                named[acronym].add(pk)
    for pks in named.values():
        for one, other in combinations(sorted(pks), 2):
            if _same_place(where[one], where[other]):
                yield one, other


def _same_place(one: tuple[Any, str], other: tuple[Any, str]) -> bool:
    return one[0] == other[0] and (not one[1] or not other[1] or one[1] == other[1])


class PossibleDuplicates(admin.SimpleListFilter):
    title = _("possible duplicates")
    parameter_name = "duplicates"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("possible", _("only these"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet | None:
        return queryset.filter(pk__in=possible(queryset.model)) if self.value() == "possible" else None


# ── Two become one ──────────────────────────────────────────────────────────────────────────────────────────────────


@admin.action(description=_("Merge two into one…"), permissions=["publish"])
def merge(model_admin: Any, request: HttpRequest, queryset: models.QuerySet) -> HttpResponse | None:
    pks = list(queryset.values_list("pk", flat=True)[:3])
    if len(pks) != 2:
        messages.error(request, gettext("Mark exactly two records to merge."))
        return None
    return HttpResponseRedirect(_address(model_admin, *pks))


def _address(model_admin: Any, kept: int, gone: int) -> str:
    return reverse(f"admin:events_{model_admin.opts.model_name}_merge", args=[kept, gone])


class Mergeable:
    """A list from which two records can become one, after a preview."""

    actions = [merge]

    def get_urls(self) -> list[URLPattern]:
        name = f"events_{self.opts.model_name}_merge"
        page = self.admin_site.admin_view(self.merge_view)
        return [path("<int:kept>/merge/<int:gone>/", page, name=name), *super().get_urls()]

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """An address that visitors know changes, so it is for those who publish."""
        return self.has_change_permission(request) and request.user.has_perm("events.publish_conference")

    def merge_view(self, request: HttpRequest, kept: int, gone: int) -> HttpResponse:
        if not self.has_publish_permission(request):
            raise PermissionDenied
        one, other = (self.get_object(request, str(pk)) for pk in (kept, gone))
        if not (one and other):
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(gone if one else kept))
        try:
            if request.method == "POST":
                return self._merged(request, one, other)
            plan = merging.plan(one, other)
        except merging.CannotMerge as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse(f"admin:events_{self.opts.model_name}_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Two become one"),
            "opts": self.opts,
            "plan": plan,
            "other_way": _address(self, gone, kept),
        }
        return TemplateResponse(request, "admin/events/merge.html", context)

    def _merged(self, request: HttpRequest, kept: Any, gone: Any) -> HttpResponse:
        merging.merge(kept, gone, request.user)
        messages.success(request, gettext("Merged into “%s”. The history of this record can undo it.") % kept)
        return HttpResponseRedirect(reverse(f"admin:events_{self.opts.model_name}_change", args=[kept.pk]))
