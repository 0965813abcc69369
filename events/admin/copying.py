"""«Сделать такое же»: the page on which an event of last year becomes the draft of this year’s."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import copying, rights
from ..models import Conference, ConferenceTopic, OrganisationParticipation, SpeakerParticipation
from ..russian.numbers import following_title, next_ordinal


class RowsField(forms.ModelMultipleChoiceField):
    """Rows of an event, each with a tick."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, label: Any) -> None:
        super().__init__(SpeakerParticipation.objects.none(), required=False, label=label)

    def label_from_instance(self, row: Any) -> str:
        if isinstance(row, ConferenceTopic):
            return str(row.tag)
        named = row.speaker if isinstance(row, SpeakerParticipation) else row.organisation or row.group
        return f"{named} ({row.role})"


class CopyForm(forms.ModelForm):
    organisations = RowsField(_("organisations"))
    people = RowsField(_("people at the event"))
    topics = RowsField(_("topics"))
    with_dates = forms.BooleanField(label=_("copy the dates"), required=False)
    with_talks = forms.BooleanField(
        label=_("copy the programme"),
        required=False,
        help_text=_("Sessions and talks with their people, without recordings and materials."),
    )

    class Meta:
        model = Conference
        fields = ["title", "theme", "ordinal"]

    def __init__(self, original: Conference, data: Any = None) -> None:
        # Most events have a theme of their own each year.
        theme = "" if original.title else original.theme
        ordinal = next_ordinal(original.ordinal)
        initial = {"title": following_title(original.title), "theme": theme, "ordinal": ordinal}
        super().__init__(data, initial=initial)
        for name, rows in rows_of(original).items():
            self.fields[name].queryset = rows
            self.initial[name] = list(rows)

    def rows(self) -> list[Any]:
        return [self[name] for name in ("organisations", "people", "topics") if self.fields[name].queryset]

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields}

    def parts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in self._meta.fields}


def rows_of(conference: Conference) -> dict[str, QuerySet]:
    """The rows of the event itself that may be taken over, without those of hidden people."""
    organisations = OrganisationParticipation.objects.filter(conference=conference, talk__isnull=True)
    people = SpeakerParticipation.objects.named().filter(conference=conference, talk__isnull=True, session__isnull=True)
    return {
        "organisations": organisations.select_related("organisation__parent", "role"),
        "people": people.select_related("speaker", "role"),
        "topics": ConferenceTopic.objects.filter(content_object=conference).select_related("tag"),
    }


def urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    def page(request: HttpRequest, pk: int) -> HttpResponse:
        return copy(model_admin, request, pk)

    return [path("<int:pk>/copy/", model_admin.admin_site.admin_view(page), name="events_conference_copy")]


def copy(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    original = get_object_or_404(rights.visible(Conference.objects, request.user), pk=pk)
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    form = CopyForm(original, request.POST or None)
    if form.is_valid():
        draft = copying.copy(original, form.values(), user=request.user, **form.parts())
        model_admin.log_addition(request, draft, [{"added": {}}])
        messages.success(request, gettext("A new draft. Check what was taken over, and complete it."))
        return HttpResponseRedirect(reverse("admin:events_conference_change", args=[draft.pk]))
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": gettext("Make one like this: %s") % original,
        "conference": original,
        "form": form,
        "media": model_admin.media,
    }
    return TemplateResponse(request, "admin/events/conference/copy.html", context)
