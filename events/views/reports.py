"""The form in which readers report a mistake on a page or send materials; only staff see what they send."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from .. import client, contributions, uploads
from ..models import OldAddress
from ..operations import throttle
from .identifiers import MODELS

KINDS = {model._meta.model_name: model for model in MODELS}
MOST_FILES = 10  # with one message
MOST_MB = 20  # in one file, as in a picture of the staff’s
MOST_MB_TOGETHER = 50
MB = 1024 * 1024
SENT = [*uploads.DOCUMENTS, *uploads.PICTURES, *uploads.CAPTIONS]


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, of kinds and sizes that are taken; what is in them, `checked` looks at."""

    widget = FilesInput
    default_validators = [FileExtensionValidator(SENT)]

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [file for file in data or [] if file]
        if len(files) > MOST_FILES:
            raise ValidationError(gettext("At most %(count)d files go with one message.") % {"count": MOST_FILES})
        if sum(file.size for file in files) > MOST_MB_TOGETHER * MB:
            message = gettext("Together the files are larger than %(count)d MB: send them in several messages.")
            raise ValidationError(message % {"count": MOST_MB_TOGETHER})
        return _each(files, super().clean)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and value.size > MOST_MB * MB:
            raise ValidationError(gettext("The file is larger than %(count)d MB.") % {"count": MOST_MB})


def checked(files: list[Any]) -> list[Any]:
    """The files as they may be kept, checked as those that staff upload. Raises ValidationError."""
    return _each(files, _checked)


def _checked(file: Any) -> Any:
    is_captions = uploads.suffix(file.name) in uploads.CAPTIONS
    return uploads.checked_captions(file) if is_captions else uploads.checked_material(file)


def _each(files: list[Any], check: Callable[[Any], Any]) -> list[Any]:
    """What the check makes of each file. Raises ValidationError with all that is wrong, each with the file’s name."""
    found, errors = [], []
    for file in files:
        try:
            found.append(check(file))
        except ValidationError as error:
            errors += [f"«{file.name}»: {message}" for message in error.messages]
    if errors:
        raise ValidationError(errors)
    return found


class ReportForm(forms.Form):
    text = forms.CharField(
        label=_("What is wrong and how is it right, or what do you send?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("If you can, say where you know it from: an address, a book, your own part in the event."),
    )
    files = FilesField(
        label=_("Files, if you have any"),
        required=False,
        widget=FilesInput(attrs={"multiple": True, "accept": ",".join(f".{kind}" for kind in SENT)}),
        help_text=_(
            "Pictures, documents (PDF, DOCX and others), captions (VTT, SRT): at most 10, each up to 20 MB, 50 MB "
            "together. Nobody but the staff sees them; they decide what the archive takes."
        ),
    )
    is_agreed = forms.BooleanField(
        label=_("I may pass these files on, and agree that the archive shows them to everybody."), required=False
    )
    credit = forms.CharField(
        label=_("How to name you beside them"),
        max_length=200,
        required=False,
        help_text=_("For example, “Photo: your name”. Empty: your name stands nowhere."),
    )
    contact = forms.CharField(
        label=_("How to reach you, if you like"),
        max_length=200,
        required=False,
        help_text=_("E-mail or telephone, for a question about this report. Only the staff of the archive see it."),
    )
    # A honeypot: hidden, so that only bots fill it in.
    website = forms.CharField(label=_("Leave this empty"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.READER_FILES_MB:
            for name in ("files", "is_agreed", "credit"):
                del self.fields[name]

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave the field for machines empty, and send it once more."))
        return ""

    def clean(self) -> None:
        if self.cleaned_data.get("files") and not self.cleaned_data.get("is_agreed"):
            self.add_error("is_agreed", _("Mark this, or send the message without files."))


@never_cache
def report(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    model = KINDS.get(kind)
    record = model.objects.published().filter(slug=slug).first() if model else None
    if model is None or record is None:
        return _redirect_or_404(model, slug)
    is_post = request.method == "POST"
    form = ReportForm(request.POST if is_post else None, request.FILES if is_post else None)
    status = 200
    if is_post:
        status = _sent(request, record, form) if form.is_valid() else 422
        if status == 302:
            return redirect(f"{request.path}?sent")
    context = {"record": record, "form": form, "is_sent": "sent" in request.GET and not form.is_bound}
    return render(request, "events/report.html", context, status=status)


def _sent(request: HttpRequest, record: Any, form: ReportForm) -> int:
    """Keep what a valid form sends; 302, or the status of a refusal, of which the form then says why."""
    network, typed = client.network(request.META), form.cleaned_data
    files = typed.get("files") or []
    limits = throttle.report_limits(network)
    # Before anything is decoded: that takes time, and the attempt counts whether the files are good or not.
    if throttle.admit(*limits, *throttle.file_limits(network, sum(file.size for file in files))):
        if files:
            form.add_error(
                None, _("Too many messages or files came lately. Please send this one later or without files.")
            )
        else:
            form.add_error(None, _("Too many reports came within an hour. Please send this one later."))
        return 429
    try:
        kept = checked(files)
        contributions.receive(record, typed["text"], typed["contact"], typed.get("credit", ""), kept)
        return 302
    except ValidationError as error:
        form.add_error("files", error)
    except contributions.NoRoom:
        form.add_error(
            "files", _("There is no room for more files now: send the message without them, or write later.")
        )
    for limit in limits:
        throttle.withdraw(limit)
    return 422


def _redirect_or_404(model: Any, slug: str) -> HttpResponse:
    """Redirect to the form of a record that has another slug now. Raises Http404."""
    moved = OldAddress.current(model, slug) if model else None
    record = model.objects.published().filter(slug=moved).first() if moved else None
    if record is None:
        raise Http404
    return redirect(record.report_url, permanent=True)
