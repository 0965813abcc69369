"""The form in which readers report a mistake on a page; only staff see the reports."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from .. import client
from ..models import Conference, CuratedCollection, OldAddress, Organisation, ReaderReport, Series, Speaker, Talk, Topic
from ..operations import throttle

MODELS = (Conference, Talk, Speaker, Organisation, Series, Topic, CuratedCollection)
KINDS = {model._meta.model_name: model for model in MODELS}


class ReportForm(forms.Form):
    text = forms.CharField(
        label=_("What is wrong, and how is it right?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("If you can, say where you know it from: an address, a book, your own part in the event."),
    )
    contact = forms.CharField(
        label=_("How to reach you, if you like"),
        max_length=200,
        required=False,
        help_text=_("E-mail or telephone, for a question about this report. Only the staff of the archive see it."),
    )
    # A honeypot: hidden, so that only bots fill it in.
    website = forms.CharField(label=_("Leave this empty"), required=False, max_length=200)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave the field for machines empty, and send it once more."))
        return ""


@never_cache
def report(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    model = KINDS.get(kind)
    record = model.objects.published().filter(slug=slug).first() if model else None
    if model is None or record is None:
        return _redirect_or_404(model, slug)
    form = ReportForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if not throttle.admit(*throttle.report_limits(client.network(request.META))):
                _create_report(record, form.cleaned_data)
                return redirect(f"{request.path}?sent")
            form.add_error(None, _("Too many reports came within an hour. Please send this one later."))
            status = 429
    context = {"record": record, "form": form, "is_sent": "sent" in request.GET and not form.is_bound}
    return render(request, "events/report.html", context, status=status)


def _redirect_or_404(model: Any, slug: str) -> HttpResponse:
    """Redirect to the form of a record that has another slug now. Raises Http404."""
    moved = OldAddress.current(model, slug) if model else None
    record = model.objects.published().filter(slug=moved).first() if moved else None
    if record is None:
        raise Http404
    return redirect(record.report_url, permanent=True)


def _create_report(record: Any, typed: dict[str, str]) -> None:
    ReaderReport.objects.create(
        model=record._meta.model_name,
        record=record.uid,
        name=str(record)[:600],
        text=typed["text"],
        contact=typed["contact"],
    )
