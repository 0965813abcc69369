"""«Новое событие из текста»: a news item is read, the proposal is reviewed beside the text, a draft is saved.

Nothing is saved before every uncertain fact was confirmed or dropped, and nothing is published by saving.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.validators import URLValidator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import revisions
from ..importing import writer
from ..importing.draft import Draft
from ..importing.readers import news, schedule
from .review import Review


def urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    """The pages of the intake, beside the list of conferences."""

    def page(view: Any) -> Any:
        return model_admin.admin_site.admin_view(lambda request: view(model_admin, request))

    return [
        path("intake/", page(paste), name="events_conference_intake"),
        path("intake/review/", page(review), name="events_conference_review"),
    ]


# The text


class PasteForm(forms.Form):
    text = forms.CharField(
        label=_("Text of the news item"),
        required=False,
        max_length=news.MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 18, "class": "vLargeTextField", "autofocus": True}),
        help_text=_("Paste it as it stands on the page, with its headline."),
    )
    url = forms.CharField(
        label=_("Address of the news item"),
        required=False,
        max_length=1200,
        validators=[URLValidator(schemes=["http", "https"])],
        widget=forms.URLInput(attrs={"class": "vURLField"}),
        help_text=_("If there is one."),
    )
    file = forms.FileField(
        label=_("Or a schedule from pretalx or frab"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".json,.xml"}),
        help_text=_("schedule.json or schedule.xml"),
    )
    again = forms.BooleanField(
        label=_("Read it once more, although the archive already has an event from it"), required=False
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.errors:
            return self.cleaned_data
        if file := self.cleaned_data["file"]:
            self._read_schedule(file)
        elif self.cleaned_data["text"].strip():
            self.draft = news.read(self.cleaned_data["text"].replace("\r\n", "\n"), self.cleaned_data["url"])
        else:
            raise forms.ValidationError(_("Paste a text or choose a schedule file."))
        known = writer.find_by_source(self.draft) if hasattr(self, "draft") else None
        if known and not self.cleaned_data["again"]:
            address = reverse("admin:events_conference_change", args=[known.pk])
            message = gettext("The archive already has an event from this source: {link}.")
            self.add_error(None, format_html(message, link=format_html('<a href="{}">{}</a>', address, known)))
        return self.cleaned_data

    def _read_schedule(self, file: Any) -> None:
        try:
            self.draft = schedule.read(file.name, file.read())
        except schedule.ScheduleError as error:
            self.add_error("file", str(error))


def paste(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    form = PasteForm(request.POST, request.FILES) if request.method == "POST" else PasteForm()
    if form.is_valid():
        return _review_page(model_admin, request, Review(form.draft))
    context = _context(model_admin, request) | {"form": form}
    return TemplateResponse(request, "admin/events/conference/intake.html", context)


def _context(model_admin: admin.ModelAdmin, request: HttpRequest) -> dict[str, Any]:
    return {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("New event from a text"),
        # Text and proposal need the whole width.
        "is_nav_sidebar_enabled": False,
        "media": model_admin.media,
    }


# The proposal


def review(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """What the reviewer decided becomes a draft event; with a mistake nothing is saved and nothing typed is lost."""
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    try:
        draft = Draft.from_json(request.POST.get("draft", ""))
    except ValueError:
        messages.error(request, _("The proposal was lost on the way. Paste the text again."))
        return HttpResponseRedirect(reverse("admin:events_conference_intake"))
    page = Review(draft, request.POST)
    # The forms change the draft; what goes back to the page must be the proposal as it was.
    proposal = draft.to_json()
    if "in_other_language" in request.POST:
        page.judge_nothing()
        return _review_page(model_admin, request, page, proposal)
    if not page.is_valid():
        return _review_page(model_admin, request, page, proposal)
    try:
        with revisions.create(user=request.user, comment=gettext("from a proposed draft")):
            conference = writer.save_draft(page.reviewed())
    except writer.DraftError as error:
        return _review_page(model_admin, request, page, proposal, error.problems)
    model_admin.log_addition(request, conference, [{"added": {}}])
    messages.success(request, _("The draft is saved. Look it over, complete it, and mark it ready."))
    return HttpResponseRedirect(reverse("admin:events_conference_change", args=[conference.pk]))


def _review_page(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    page: Review,
    proposal: str = "",
    problems: list[str] | None = None,
) -> HttpResponse:
    context = _context(model_admin, request) | {
        "review": page,
        "proposal": proposal or page.draft.to_json(),
        "problems": problems or [],
    }
    status = 422 if page.data and (problems or page.mistakes) else 200
    return TemplateResponse(request, "admin/events/conference/review.html", context, status=status)
