"""The page on which an editor hides a person who asked for it, and answers for the texts that name them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..revisions import withholding


class HidingForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason, for staff only"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_("Who asked, when and how. Readers never see it."),
    )


class LeavingForm(forms.Form):
    justification = forms.CharField(
        label=_("Why the marked texts stay, for staff only"),
        max_length=250,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("The history keeps it, with your name and the day."),
    )


class Hideable:
    """An admin page of people with a page for hiding one."""

    change_form_template = "admin/events/speaker/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.hiding_view)
        return [path("<int:pk>/hiding/", page, name="events_speaker_hiding"), *super().get_urls()]

    def hiding_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        speaker = self.get_object(request, str(pk))
        if speaker is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not self.has_publish_permission(request):
            raise PermissionDenied
        form_class, button = (LeavingForm, "leave") if speaker.is_hidden else (HidingForm, "hide")
        form = form_class(request.POST if button in request.POST else None)
        if request.method == "POST" and self._carry_out(request, speaker, form):
            return HttpResponseRedirect(request.path)
        texts = withholding.unanswered(speaker) if speaker.is_hidden else list(withholding.naming_texts(speaker))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Hide a person: %s") % speaker,
            "opts": self.opts,
            "speaker": speaker,
            "form": form,
            "marked": request.POST.getlist("text"),
            "texts": [
                (text, reverse(f"admin:events_{text.record._meta.model_name}_change", args=[text.record.pk]))
                for text in texts
            ],
        }
        return TemplateResponse(request, "admin/events/speaker/hiding.html", context)

    def _carry_out(self, request: HttpRequest, speaker: Any, form: forms.Form) -> bool:
        """What the button that was pressed says; whether it is done."""
        if "show" in request.POST and speaker.is_hidden:
            withholding.show(speaker, request.user)
            messages.success(request, gettext("The person is shown again."))
        elif "leave" in request.POST and speaker.is_hidden:
            keys = {text.key for text in withholding.unanswered(speaker)} & set(request.POST.getlist("text"))
            if not keys:
                form.add_error(None, gettext("None of the texts below is marked."))
            if not form.is_valid():
                return False
            withholding.leave(speaker, keys, form.cleaned_data["justification"], request.user)
            messages.success(request, gettext("Noted. These texts stay as they are."))
        elif "hide" in request.POST and not speaker.is_hidden:
            if not form.is_valid():
                return False
            withholding.hide(speaker, form.cleaned_data["reason"], request.user)
            messages.success(request, gettext("Lists, pages and the search no longer name the person."))
        return True
