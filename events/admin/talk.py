"""One talk on a page of its own, opened from the list of its conference, with its people, materials and recordings."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .. import rights
from ..models import Conference, Material, OrganisationParticipation, SpeakerParticipation, Subject, Talk
from . import programme
from .base import ArchiveAdmin, ArchiveForm
from .inlines import HIGHEST, RowFormSet, RowInline, number_field
from .names import NAMED, NamedRowForm, NamedRowInline
from .recordings import RecordingRowInline


class TalkForm(ArchiveForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "session" in self.fields:
            sessions = self.fields["session"].queryset
            self.fields["session"].queryset = sessions.filter(conference=self._conference())

    def _conference(self) -> Any:
        value = self["conference"].value() if "conference" in self.fields else self.instance.conference_id
        return value if str(value).isdecimal() and len(str(value)) <= 18 else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk is None and not any(cleaned.get(name) for name in ("title", "topic", "kind", "abstract")):
            suffixes = ("-speaker", "-speaker_name")
            if not any(self.data[name] for name in self.data if name.startswith("people-") and name.endswith(suffixes)):
                raise ValidationError(_("An empty talk is not saved: give it a title, a subject, a kind or a person."))
        return cleaned


class TalkPersonForm(NamedRowForm):
    as_above = forms.BooleanField(required=False, label=_("Position and organisation as in the row above"))

    class Meta:
        exclude = NAMED


class TalkPersonFormSet(RowFormSet):
    identity = ("speaker", "role", "organisation")

    def clean(self) -> None:
        above: SpeakerParticipation | None = None
        for form in self.wanted_forms():
            if form.cleaned_data.get("as_above"):
                above = above or self._last_of_talk_above()
                self._copy(above, form)
            above = form.instance
        super().clean()

    def _last_of_talk_above(self) -> SpeakerParticipation | None:
        if self.instance.conference_id is None:
            return None
        above, _below = programme.neighbours(self.instance)
        return above.people.select_related("organisation").last() if above else None

    @staticmethod
    def _copy(above: SpeakerParticipation | None, form: Any) -> None:
        if above is None:
            form.add_error("as_above", _("There is no row above."))
            return
        form.instance.position = form.instance.position or above.position
        form.instance.organisation = form.instance.organisation or above.organisation


class TalkPersonInline(NamedRowInline):
    model = SpeakerParticipation
    fk_name = "talk"
    form = TalkPersonForm
    formset = TalkPersonFormSet
    verbose_name = _("person at the talk")
    verbose_name_plural = _("people at the talk")
    default_role = "speaker"
    extra_when_empty = 1
    related = ("speaker", "role", "organisation__parent")
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("order", "speaker", "role", "name_as_printed"),
                    ("position", "organisation", "as_above"),
                    ("affiliation_as_printed", "distinctions", "is_remote"),
                ]
            },
        )
    ]


class TalkSubjectFormSet(RowFormSet):
    identity = ("speaker",)
    duplicate_message = _("The talk is about this person already: remove one of the rows.")


class TalkSubjectInline(NamedRowInline):
    model = Subject
    fk_name = "talk"
    formset = TalkSubjectFormSet
    verbose_name = _("person the talk is about")
    verbose_name_plural = _("people the talk is about: they do not speak")
    related = ("speaker",)
    fields = [("speaker", "name_as_printed")]


class TalkOrganisationFormSet(RowFormSet):
    identity = ("organisation", "group", "role")


class TalkOrganisationInline(NamedRowInline):
    model = OrganisationParticipation
    fk_name = "talk"
    formset = TalkOrganisationFormSet
    verbose_name = _("organisation at the talk")
    verbose_name_plural = _("organisations at the talk")
    default_role = "speaker"
    related = ("organisation__parent", "role")
    fields = [("order", "organisation", "role", "group"), ("name_as_printed", "is_remote")]


class TalkMaterialInline(RowInline):
    model = Material
    related = ("kind",)
    fields = [("kind", "title"), ("url", "file", "is_lost"), ("language", "licence", "dead_since")]


class TalkRecordingInline(RecordingRowInline):
    verbose_name = _("recording of this talk alone")
    verbose_name_plural = _("recordings of this talk alone")
    fields = [("kind", "url", "file"), ("title", "duration", "language"), ("captions", "licence", "dead_since")]


@admin.register(Talk)
class TalkAdmin(ArchiveAdmin):
    form = TalkForm
    search_fields = ("heading_key",)
    list_display = ["named", "conference", "kind"]
    list_filter = ["kind", "delivery"]
    list_select_related = ["conference__kind", "kind"]
    autocomplete_fields = ["conference"]
    inlines = [TalkPersonInline, TalkSubjectInline, TalkOrganisationInline, TalkMaterialInline, TalkRecordingInline]
    fieldsets = [
        (None, {"fields": ["title", ("order", "start_time", "session"), ("kind", "topic"), "topics"]}),
        (_("More about the talk"), {"fields": ["abstract", ("delivery", "language")], "classes": ["collapse"]}),
        (
            _("As printed, conference, address"),
            {"fields": ["title_as_printed", "parallel_title", "conference", "slug"], "classes": ["collapse"]},
        ),
    ]

    @admin.display(description=_("talk"), ordering="heading_key")
    def named(self, talk: Talk) -> str:
        return talk.heading

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return rights.visible(super().get_queryset(request), request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Talk | None = None) -> bool:
        return super().has_delete_permission(request, obj) and rights.may_change(request.user, obj)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "order":
            return number_field(db_field, max_value=HIGHEST, help_text=_("Empty: the last."))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new talk comes behind the last one of its conference, in the same session."""
        conference = self._conference(request)
        if conference is None:
            return {}
        last: Talk | None = conference.talks.last()
        return {
            "conference": conference.pk,
            "order": min(last.order + 1, HIGHEST) if last else 1,
            "session": last.session_id if last else None,
            "language": last.language if last else conference.language,
        }

    def _conference(self, request: HttpRequest) -> Conference | None:
        """The conference that the address of the page for a new talk names."""
        key = request.GET.get("conference", "")
        if not key.isdecimal() or len(key) > 18:
            return None
        return rights.visible(Conference.objects, request.user).filter(pk=int(key)).first()

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        talk = context["original"] or Talk(conference=self._conference(request))
        if talk.conference_id:
            context["conference"] = talk.conference
            context["above"], context["below"] = programme.neighbours(talk)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Talk, form: Any, change: bool) -> None:
        if obj.order is None:
            last = obj.conference.talks.exclude(pk=obj.pk).last()
            obj.order = min(last.order + 1, HIGHEST) if last else 1
        super().save_model(request, obj, form, change)
        if not change or "order" in form.changed_data:
            programme.make_room(obj, form.initial.get("order") if change else None)

    # ── Back to the list of talks, or on to the next ────────────────────────────────────────────────────────────────

    def response_add(self, request: HttpRequest, obj: Talk, post_url_continue: str | None = None) -> HttpResponse:
        return self._next(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Talk) -> HttpResponse:
        return self._next(request, obj) or super().response_change(request, obj)

    def _next(self, request: HttpRequest, talk: Talk) -> HttpResponse | None:
        if "_addanother" not in request.POST or IS_POPUP_VAR in request.POST:
            return None
        saved = _("Saved: № %(number)d “%(talk)s”.") % {"number": talk.order, "talk": talk}
        self.message_user(request, saved, messages.SUCCESS)
        return HttpResponseRedirect(f"{reverse('admin:events_talk_add')}?conference={talk.conference_id}")

    def response_post_save_add(self, request: HttpRequest, obj: Talk) -> HttpResponse:
        return HttpResponseRedirect(self._list(obj.conference_id, obj.pk))

    response_post_save_change = response_post_save_add

    def delete_model(self, request: HttpRequest, obj: Talk) -> None:
        request.talks_of = obj.conference_id
        super().delete_model(request, obj)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        response = super().response_delete(request, obj_display, obj_id)
        is_popup = IS_POPUP_VAR in request.POST
        return response if is_popup else HttpResponseRedirect(self._list(request.talks_of))

    @staticmethod
    def _list(conference: int, talk: int | None = None) -> str:
        address = reverse("admin:events_conference_change", args=[conference])
        return f"{address}#{f'talk-{talk}' if talk else 'talks'}"
