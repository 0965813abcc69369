"""The page of an event’s photos: many uploaded at once, described in one table."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .. import rights
from ..images import ACCEPTED, BadPicture, redrawn
from ..models import Conference, Photo
from . import unsaved
from .concurrency import SEEN, conflicts, forms_of, is_stale, stale_message, take_chosen
from .kept_files import FileInput
from .revisions import redirect_to_proposal, writing_block

MOST_AT_ONCE = 100


class MultipleFileInput(FileInput):
    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """The uploaded files, only counted: each is validated when it is redrawn."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = list(data or [])
        if len(files) > MOST_AT_ONCE:
            message = gettext("%(count)d at most go at once: choose the others afterwards.")
            raise forms.ValidationError(message % {"count": MOST_AT_ONCE})
        return files


class UploadForm(forms.Form):
    images = MultipleFileField(
        label=_("Pictures"),
        required=False,
        widget=MultipleFileInput(attrs={"multiple": True, "accept": ACCEPTED}),
        help_text=_(
            "Several at once: JPEG, PNG, WebP or HEIC, each up to 20 MB. Place, camera and comments inside are removed."
        ),
    )
    credit = forms.CharField(
        label=_("Credit for all of them"), max_length=200, required=False, help_text=_("Who took the pictures.")
    )


PhotoFormSet = forms.modelformset_factory(
    Photo,
    fields=["order", "alt", "caption", "credit", "licence"],
    extra=0,
    can_delete=True,
    widgets={
        "order": forms.NumberInput(attrs={"class": "order", "min": 0}),
        "alt": forms.Textarea(attrs={"rows": 2, "cols": 30}),
        "caption": forms.Textarea(attrs={"rows": 2, "cols": 30}),
    },
)


def urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    def page(request: HttpRequest, pk: int) -> HttpResponse:
        return photos(model_admin, request, pk)

    return [path("<int:pk>/photos/", model_admin.admin_site.admin_view(page), name="events_conference_photos")]


def photos(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    unsaved.typed_before(request)
    take_chosen(request)
    pictures = _redrawn(model_admin, request, pk)
    try:
        with model_admin.waiting_messages(request), writing_block(request):
            return _photos(model_admin, request, pk, pictures)
    except rights.NeedsApproval as needed:
        return redirect_to_proposal(request, needed, request.path)


def _redrawn(model_admin: Any, request: HttpRequest, pk: int) -> list[File | str]:
    """The uploaded pictures, redrawn before anybody has to wait for this page, or what is wrong with one."""
    conference = model_admin.get_object(request, str(pk)) if request.FILES else None
    if conference is None or not model_admin.has_change_permission(request, conference):
        return []
    return [_picture(file) for file in request.FILES.getlist("images")[:MOST_AT_ONCE]]


def _picture(file: Any) -> File | str:
    try:
        picture = redrawn(file)
    except BadPicture as error:
        return f"«{file.name}»: {error}"
    # On the disk: a hundred of them are too many for the memory.
    stored = TemporaryUploadedFile(picture.name, "", picture.size, None)
    stored.write(picture.read())
    stored.seek(0)
    return stored


def _photos(model_admin: Any, request: HttpRequest, pk: int, pictures: list[File | str]) -> HttpResponse:
    conference = model_admin.get_object(request, str(pk))
    if conference is None:
        return model_admin._get_obj_does_not_exist_redirect(request, model_admin.opts, str(pk))
    if not model_admin.has_change_permission(request, conference):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    opened = request.POST.get(SEEN, "")
    stale = data is not None and is_stale(conference, opened, conference.revision)
    upload = UploadForm(data, request.FILES if data else None)
    table = PhotoFormSet(data, queryset=conference.photos.all())
    is_shown = unsaved.is_typed_before(request)
    if data and not stale and not is_shown and upload.is_valid() and table.is_valid():
        table.save()
        problems = _add(conference, pictures, upload.cleaned_data["credit"])
        for problem in problems:
            model_admin.message_user(request, problem, messages.ERROR)
        if not problems:
            model_admin.message_user(request, _result_message(conference), messages.SUCCESS)
        return HttpResponseRedirect(request.path)
    if stale:
        messages.error(request, stale_message(conference))
    if is_shown:
        messages.warning(request, unsaved.not_saved_message())
    if data:
        unsaved.keep_files(request, [upload])
    context = {
        **model_admin.admin_site.each_context(request),
        # Pictures beside four columns of fields need the whole width.
        "is_nav_sidebar_enabled": False,
        "opts": model_admin.opts,
        "title": gettext("Photos: %s") % conference,
        "conference": conference,
        "upload": upload,
        "table": table,
        "unsaved": "new" if is_shown else "",
        "media": model_admin.media,
        SEEN: conference.revision,
        "conflicts": list(conflicts(conference, opened, forms_of(table))) if stale else [],
    }
    return TemplateResponse(request, "admin/events/conference/photos.html", context)


def _add(conference: Conference, pictures: list[File | str], credit: str) -> list[str]:
    """Add the valid pictures; the messages on the invalid ones."""
    order = conference.photos.aggregate(last=Max("order"))["last"] or 0
    valid = [picture for picture in pictures if isinstance(picture, File)]
    for place, picture in enumerate(valid, order + 1):
        conference.photos.create(image=picture, credit=credit, order=place)
        picture.close()
    return [problem for problem in pictures if isinstance(problem, str)]


def _result_message(conference: Conference) -> str:
    missing = conference.photos.filter(alt="").count()
    if not missing:
        return gettext("Saved. Every photo is described.")
    return ngettext(
        "Saved. %(count)d photo has no alt text yet.", "Saved. %(count)d photos have no alt text yet.", missing
    ) % {"count": missing}
