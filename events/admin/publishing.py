"""Who may do what with an event: archivists prepare it, editors publish and withdraw it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .. import revisions
from ..models import Conference, ConferenceKind, Version
from .base import ArchiveForm
from .fields import TopicsField

Status = Conference.Status
PUBLIC = (Status.PUBLISHED, Status.WITHDRAWN)


def may_publish(user: Any) -> bool:
    return user.has_perm("events.publish_conference")


def may_edit(user: Any, conference: Conference | None) -> bool:
    """What visitors read is changed by those who answer for it."""
    return conference is None or conference.status not in PUBLIC or may_publish(user)


def statuses(user: Any, conference: Conference | None) -> list[tuple[str, Any]]:
    """Where an event may go from here. An address once given to the public is never emptied."""
    if conference and conference.published:
        allowed = [*PUBLIC]
    else:
        allowed = [Status.DRAFT, Status.READY, *([Status.PUBLISHED] if may_publish(user) else [])]
    return [(status.value, status.label) for status in allowed]


# Buttons that save and take an event on.
STEPS = {"_ready": Status.READY, "_publish": Status.PUBLISHED}


def steps(user: Any, conference: Conference | None) -> list[tuple[str, Any]]:
    """The button that takes an event on from here, as this user may."""
    if conference and conference.status in PUBLIC:
        return []
    if may_publish(user):
        return [("_publish", _("Save and publish"))]
    return [] if conference and conference.status == Status.READY else [("_ready", _("Save and mark ready"))]


class ConferenceForm(ArchiveForm):
    """Notices that a colleague saved the same event while it was open here."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last = (
            Version.objects.of(self.instance).select_related("user").without_content().first()
            if self.instance.pk
            else None
        )
        self.initial["seen"] = str(self.last.pk if self.last else "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.last and cleaned.get("seen") != self.initial["seen"]:
            # Saving once more is the answer, so the page must go back with the newer mark.
            self.data = self.data.copy()
            self.data["seen"] = self.initial["seen"]
            raise ValidationError(
                _(
                    "%(who)s saved this event at %(when)s, while it was open here. Look at the history; "
                    "save again to put your version in its place."
                ),
                params={
                    "who": self.last.user or gettext("Someone"),
                    "when": timezone.localtime(self.last.created).strftime("%H:%M"),
                },
            )
        return cleaned


class ConferenceActionForm(ActionForm):
    """What the actions on several events need to know."""

    topics = TopicsField(label=_("Topics"), help_text="")
    kind = forms.ModelChoiceField(ConferenceKind.objects.all(), required=False, label=_("Kind"))


def _change(request: HttpRequest, model_admin: Any, conferences: list[Conference], change: Any) -> None:
    """Each in its own history, all or none; what this user may not edit stays as it is."""
    conferences = [conference for conference in conferences if may_edit(request.user, conference)]
    with revisions.create(user=request.user):
        for conference in conferences:
            change(conference)
            conference.save()
            model_admin.log_change(request, conference, [{"changed": {}}])
    count = len(conferences)
    messages.success(
        request, ngettext("%(count)d event changed.", "%(count)d events changed.", count) % {"count": count}
    )


def _set_status(status: Status) -> Any:
    def change(conference: Conference) -> None:
        conference.status = status

    return change


@admin.action(description=_("Mark as ready to be published"), permissions=["change"])
def make_ready(model_admin: Any, request: HttpRequest, queryset: QuerySet) -> None:
    drafts = [conference for conference in queryset if conference.status == Status.DRAFT]
    _change(request, model_admin, drafts, _set_status(Status.READY))


@admin.action(description=_("Publish"), permissions=["publish"])
def publish(model_admin: Any, request: HttpRequest, queryset: QuerySet) -> None:
    waiting = [conference for conference in queryset if conference.status != Status.PUBLISHED]
    _change(request, model_admin, waiting, _set_status(Status.PUBLISHED))


@admin.action(description=_("Withdraw from publication"), permissions=["publish"])
def withdraw(model_admin: Any, request: HttpRequest, queryset: QuerySet) -> None:
    published = [conference for conference in queryset if conference.is_published]
    _change(request, model_admin, published, _set_status(Status.WITHDRAWN))


@admin.action(description=_("Add the topics"), permissions=["change"])
def add_topics(model_admin: Any, request: HttpRequest, queryset: QuerySet) -> None:
    form = _filled(request, "topics", gettext("Write the topics beside the action."))
    if form:
        _change(request, model_admin, list(queryset), lambda one: one.topics.add(*form.cleaned_data["topics"]))


@admin.action(description=_("Set the kind"), permissions=["change"])
def set_kind(model_admin: Any, request: HttpRequest, queryset: QuerySet) -> None:
    form = _filled(request, "kind", gettext("Choose the kind beside the action."))
    if form:
        _change(request, model_admin, list(queryset), lambda one: setattr(one, "kind", form.cleaned_data["kind"]))


def _filled(request: HttpRequest, field: str, otherwise: str) -> ConferenceActionForm | None:
    form = ConferenceActionForm(request.POST)
    form.fields["action"].required = False
    form.fields["action"].choices = [(request.POST.get("action"), "")]
    if form.is_valid() and form.cleaned_data[field]:
        return form
    messages.error(request, " ".join([*form.errors.get(field, []), otherwise]))
    return None


def progress(conference: Conference) -> str:
    """Who took the event to each of its statuses, and when."""
    steps, before = [], None
    versions = Version.objects.of(conference).select_related("user").without_content()
    for version in reversed(versions):
        if version.status != before:
            who = version.user.get_full_name() or version.user.get_username() if version.user else "—"
            steps.append(
                (Status(version.status).label, timezone.localtime(version.created).strftime("%d.%m.%Y %H:%M"), who)
            )
            before = version.status
    return format_html_join("", "<div>{} — {}, {}</div>", steps) or "—"


ACTIONS = [make_ready, publish, withdraw, add_topics, set_kind]
