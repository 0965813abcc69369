"""The form in which readers report a mistake on a page; only staff see the reports."""

import datetime
import ipaddress
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from ..models import Conference, OldAddress, Organisation, ReaderReport, Series, Speaker, Talk, Topic

KINDS = {model._meta.model_name: model for model in (Conference, Talk, Speaker, Organisation, Series, Topic)}
# Limits on the reports an hour from one sender and from all senders.
MAX_FROM_SENDER, MAX_FROM_ALL = 5, 100
HOUR = datetime.timedelta(hours=1)


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
            sender = digest(request)
            if not is_flood(sender):
                _create_report(record, form.cleaned_data, sender)
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


def _create_report(record: Any, typed: dict[str, str], sender: str) -> None:
    ReaderReport.objects.create(
        model=record._meta.model_name,
        record=record.uid,
        name=str(record)[:600],
        text=typed["text"],
        contact=typed["contact"],
        sender=sender,
    )


def is_flood(sender: str) -> bool:
    """Whether this sender, or all senders together, have reached the limit of the last hour."""
    recent = ReaderReport.objects.filter(moment__gte=timezone.now() - HOUR)
    return recent.filter(sender=sender).count() >= MAX_FROM_SENDER or recent.count() >= MAX_FROM_ALL


def digest(request: HttpRequest) -> str:
    """A digest of the sender’s network and the date: reports can be counted per day, but no IP address is stored."""
    return salted_hmac("reader’s report", f"{timezone.localdate()} {network(request)}", algorithm="sha256").hexdigest()


def network(request: HttpRequest) -> str:
    """The sender’s IP address as the reverse proxy reports it; of IPv6 the /64 network that a household shares."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        address = request.META.get("HTTP_X_FORWARDED_FOR", address).rpartition(",")[2].strip()
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:100]
    return str(ipaddress.ip_network((parsed, 64), strict=False) if parsed.version == 6 else parsed)
