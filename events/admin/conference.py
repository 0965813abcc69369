"""A conference with its rows on one page, from its dates to its photos; its talks are a list there."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms.models import BaseModelFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .. import completeness, rights
from ..models import (
    Attendance,
    Conference,
    ConferenceDate,
    Material,
    Note,
    OrganisationParticipation,
    Photo,
    Session,
    Source,
    SpeakerParticipation,
    Subject,
    Talk,
)
from ..models.fields import partial_date
from ..russian import dates
from . import copying, intake, photos, programme, publishing, tables
from .base import ArchiveAdmin
from .dashboard import TaskFilter
from .fields import PartField, with_last_day
from .inlines import PartForm, PartFormSet, RowForm, RowFormSet, RowInline, TableInline
from .names import NAMED, NamedRowForm, NamedRowInline
from .recordings import RecordingInline


class DateForm(RowForm):
    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        prefix = kwargs.get("prefix")
        super().__init__(with_last_day(data, f"{prefix}-start", f"{prefix}-end"), *args, **kwargs)


class DateInline(RowInline):
    model = ConferenceDate
    form = DateForm
    extra_when_empty = 1
    fields = [
        ("start", "end", "start_time", "time_zone"),
        ("year_supplied", "year_source", "as_printed", "note", "is_of_larger_event"),
    ]


class SessionFormSet(PartFormSet):
    label_fields = ("title", "kind")


class SessionInline(RowInline):
    model = Session
    form = PartForm
    formset = SessionFormSet
    fields = [("key", "order", "kind", "title"), ("day", "place"), "summary"]


class PersonForm(NamedRowForm):
    session = PartField("sessions", label=_("session"))

    class Meta:
        exclude = ["session", *NAMED]


class PersonFormSet(RowFormSet):
    identity = ("speaker", "role", "session", "organisation")


class PersonInline(NamedRowInline):
    """People of the event or of a session: moderators, hosts, guests. Those of a talk are on its page."""

    model = SpeakerParticipation
    form = PersonForm
    formset = PersonFormSet
    verbose_name = _("person at the event")
    verbose_name_plural = _("people at the event: moderators, hosts, welcomes, guests")
    related = ("speaker", "role", "organisation__parent")
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("order", "speaker", "role", "name_as_printed"),
                    ("position", "organisation", "session"),
                    ("affiliation_as_printed", "distinctions", "is_remote"),
                ]
            },
        )
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).filter(talk=None)


class SubjectFormSet(RowFormSet):
    identity = ("speaker",)
    duplicate_message = _("The event is about this person already: remove one of the rows.")


class SubjectInline(NamedRowInline):
    """People whom the whole event is about; whom one talk is about stands on its page."""

    model = Subject
    formset = SubjectFormSet
    verbose_name = _("person the event is about")
    verbose_name_plural = _("people the event is about: they take no part in it")
    related = ("speaker",)
    fields = [("speaker", "name_as_printed")]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).filter(talk=None)


class OrganisationFormSet(RowFormSet):
    identity = ("organisation", "group", "role")


class OrganisationInline(NamedRowInline):
    """Organisations at the event; those at one talk are on its page."""

    model = OrganisationParticipation
    formset = OrganisationFormSet
    verbose_name = _("organisation at the event")
    verbose_name_plural = _("organisations at the event")
    default_role = "organiser"
    related = ("organisation__parent", "role")
    fields = [("order", "organisation", "role", "group"), ("name_as_printed", "is_remote")]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).filter(talk=None)


class AttendanceInline(TableInline):
    model = Attendance
    fields = ["precision", "value", "counted", "as_printed"]


class SourceInline(RowInline):
    model = Source
    fields = [
        ("order", "url", "consulted", "dead_since"),
        ("publisher", "headline"),
        ("author", "published", "is_partial"),
        ("quotation", "text"),
    ]


class MaterialInline(RowInline):
    """Materials of the event; those of one talk are on its page."""

    model = Material
    related = ("kind",)
    fields = [("kind", "title"), ("url", "file", "is_lost"), ("language", "licence", "dead_since")]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).filter(talk=None)


class PhotoInline(RowInline):
    model = Photo
    fields = [("order", "image", "alt"), ("caption", "credit", "licence")]


class NoteInline(TableInline):
    model = Note
    fields = ["order", "label", "text"]


@admin.register(Conference)
class ConferenceAdmin(ArchiveAdmin):
    search_fields = ("heading_key",)
    search_row_keys = (("talks", "heading_key"),)
    list_display = ["heading", "dates_shown", "status", "missing", "talk_count", "changed"]
    list_display_links = ["heading"]
    list_filter = ["status", TaskFilter, "state", "kind", "format", "audience", "year"]
    list_select_related = ["kind"]
    autocomplete_fields = ["series", "parent", "venue"]
    save_on_top = True
    actions = [*publishing.ACTIONS, tables.as_xlsx, tables.as_csv]
    serial_actions = publishing.SERIAL | ArchiveAdmin.serial_actions
    inlines = [
        DateInline,
        OrganisationInline,
        PersonInline,
        SubjectInline,
        SessionInline,
        SourceInline,
        RecordingInline,
        MaterialInline,
        PhotoInline,
        AttendanceInline,
        NoteInline,
    ]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "title",
                    "theme",
                    ("kind", "kind_as_printed"),
                    ("format", "audience"),
                    ("state", "postponed_to"),
                    "topics",
                    ("is_untitled", "is_undated", "is_unsourced"),
                ],
                "description": _(
                    "Write what the source says; leave empty what it does not. A draft may be incomplete."
                ),
            },
        ),
        (
            _("Place and platform"),
            {"fields": [("place", "venue"), ("city", "platform"), "regions"]},
        ),
        (
            _("Framework"),
            {"fields": [("series", "ordinal"), "parent", "framework", "occasion"], "classes": ["collapse"]},
        ),
        (_("What it was about"), {"fields": ["summary", "background", "outcome"]}),
        (
            _("As printed, languages, address"),
            {
                "fields": [
                    "title_as_printed",
                    "other_title",
                    "format_as_printed",
                    ("language", "languages"),
                    "slug",
                ],
                "classes": ["collapse"],
            },
        ),
        (_("Publication"), {"fields": [("status", "withdrawn_reason"), "progress"]}),
    ]
    readonly_fields = ["progress"]
    action_form = publishing.ConferenceActionForm

    class Media:
        js = ["admin-archive/inlines.js", "admin-archive/talks.js"]

    def get_urls(self) -> list[URLPattern]:
        own = copying.urls(self) + photos.urls(self) + programme.urls(self) + intake.urls(self) + tables.urls(self)
        return own + super().get_urls()

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        # Not Count("talks"): with that join all talks of the archive would be counted for one page of the list.
        talks = Talk.objects.filter(conference=OuterRef("pk")).order_by().values("conference")
        total = Coalesce(Subquery(talks.annotate(count=Count("pk")).values("count")), 0)
        records = rights.visible(super().get_queryset(request), request.user)
        return completeness.with_needs(records).annotate(talk_total=total)

    @admin.display(description=_("conference"), ordering="heading_key")
    def heading(self, conference: Conference) -> str:
        return str(conference)

    @admin.display(description=_("date"), ordering="first_day")
    def dates_shown(self, conference: Conference) -> str:
        return dates.format_span(partial_date(conference.first_day), None, get_language() or "ru")

    @admin.display(description=_("what is missing"))
    def missing(self, conference: Conference) -> str:
        return ", ".join(str(need.label) for need in completeness.missing(conference))

    @admin.display(description=_("talks"), ordering="talk_total")
    def talk_count(self, conference: Conference) -> int:
        return conference.talk_total

    @admin.display(description=_("who and when"))
    def progress(self, conference: Conference) -> str:
        return publishing.progress(conference) if conference.pk else "—"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "status" in form.base_fields:
            form.base_fields["status"].choices = publishing.statuses(request.user, obj)
        return form

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        for button, status in publishing.STEPS.items():
            if button in request.POST:
                request.POST = request.POST.copy()
                request.POST["status"] = status
        return super().changeform_view(request, *args, **kwargs)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        conference = context.get("original")
        may_save = self.has_change_permission(request, conference) if conference else True
        context["show_save_and_add_another"] = False
        context["steps"] = publishing.steps(request.user, conference) if may_save else []
        if may_save:
            context |= publishing.missing(conference)
        if conference:
            context["talks"] = programme.listed(conference)
            context["may_move"] = programme.may_move(self, request, conference)
            context["moved"] = request.GET.get("moved", "")
        context["may_add_talk"] = may_save and request.user.has_perm("events.add_talk")
        return super().render_change_form(request, context, *args, **kwargs)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return rights.may_publish(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Published conferences are withdrawn first, so that no public URL becomes a 404 by mistake."""
        if not super().has_delete_permission(request, obj) or not rights.may_change(request.user, obj):
            return False
        return obj is None or not obj.is_published

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        formsets, inlines = super()._create_formsets(request, obj, change)
        connect_parts(formsets)
        return formsets, inlines

    def save_model(self, request: HttpRequest, obj: Conference, form: Any, change: bool) -> None:
        # Published last, when all its rows are saved, if nothing is missing then; otherwise it stays what it was.
        obj.status_before = form.initial.get("status", Conference.Status.DRAFT)
        obj.is_to_be_published = obj.is_published and obj.status_before != obj.status
        if obj.is_to_be_published:
            obj.status = obj.status_before
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: list[BaseModelFormSet], change: bool) -> None:
        # Sessions are saved first: other rows refer to them.
        ordered = sorted(formsets, key=lambda formset: not isinstance(formset, PartFormSet))
        super().save_related(request, form, ordered, change)
        if moved := programme.press(form.instance, request.POST.get(programme.MOVE, "")):
            self.message_user(request, programme.message(*moved), messages.SUCCESS)
        publishing.finish(self, request, form.instance)

    def response_post_save_add(self, request: HttpRequest, obj: Conference) -> HttpResponse:
        if "_talk" in request.POST:
            return HttpResponseRedirect(f"{reverse('admin:events_talk_add')}?conference={obj.pk}")
        return publishing.back_to_form(obj) or super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Conference) -> HttpResponse:
        if button := request.POST.get(programme.MOVE):
            # Without JavaScript: the same page, at the row that was moved.
            return HttpResponseRedirect(f"{request.path}?{urlencode({'moved': button})}")
        return publishing.back_to_form(obj) or super().response_post_save_change(request, obj)


def connect_parts(formsets: list[BaseModelFormSet]) -> None:
    """Give every formset of a page the formset of sessions that its rows refer to."""
    parts = {formset.prefix: formset for formset in formsets if isinstance(formset, PartFormSet)}
    for formset in formsets:
        if isinstance(formset, RowFormSet):
            formset.parts = parts
