"""Permissions, statuses and actions of conferences: archivists prepare them, editors publish and withdraw."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .. import revisions
from ..models import Conference, ConferenceKind, Version
from ..rights import PUBLIC, may_change, may_publish
from .fields import TopicsField

Status, State = Conference.Status, Conference.State


def statuses(user: Any, conference: Conference | None) -> list[tuple[str, Any]]:
    """The statuses that this user may set. Once published, a conference is published or withdrawn, never a draft."""
    if conference and conference.published:
        allowed = [*PUBLIC]
    else:
        allowed = [Status.DRAFT, Status.READY, *([Status.PUBLISHED] if may_publish(user) else [])]
    if conference and conference.status not in allowed:
        # A form shows the status that the row has, whatever may follow it.
        allowed.insert(0, Status(conference.status))
    return [(status.value, status.label) for status in allowed]


# Name of the submit button → the status that it sets.
STEPS = {"_ready": Status.READY, "_publish": Status.PUBLISHED}


def steps(user: Any, conference: Conference | None) -> list[tuple[str, Any]]:
    """The submit buttons that set the next status, with labels, as far as this user may."""
    if conference and conference.status in PUBLIC:
        return []
    if may_publish(user):
        return [("_publish", _("Save and publish"))]
    return [] if conference and conference.status == Status.READY else [("_ready", _("Save and mark ready"))]


class ConferenceActionForm(ActionForm):
    """The values that the actions on several conferences take."""

    topics = TopicsField(label=_("Topics"), help_text="")
    kind = forms.ModelChoiceField(ConferenceKind.objects.all(), required=False, label=_("Kind"))


def _change(request: HttpRequest, model_admin: Any, conferences: list[Conference], change: Any) -> None:
    """Apply `change` to each conference that this user may edit, in one block of writing."""
    conferences = [conference for conference in conferences if may_change(request.user, conference)]
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
    unpublished = [conference for conference in queryset if conference.status != Status.PUBLISHED]
    _change(request, model_admin, unpublished, _set_status(Status.PUBLISHED))


@admin.action(description=_("Withdraw from publication"), permissions=["publish"])
def withdraw(model_admin: Any, request: HttpRequest, queryset: QuerySet) -> None:
    published = [conference for conference in queryset if conference.is_published]
    _change(request, model_admin, published, _set_status(Status.WITHDRAWN))


@admin.action(description=_("Mark as held: took place as announced"), permissions=["change"])
def make_held(model_admin: Any, request: HttpRequest, queryset: QuerySet) -> None:
    """Not of a postponed event: on its page somebody writes the day on which it took place."""
    announced = [conference for conference in queryset if conference.state in ("", State.EXPECTED)]
    _change(request, model_admin, announced, lambda conference: setattr(conference, "state", State.HELD))


@admin.action(description=_("Add the topics"), permissions=["change"])
def add_topics(model_admin: Any, request: HttpRequest, queryset: QuerySet) -> None:
    form = _valid_form(request, "topics", gettext("Write the topics beside the action."))
    if form:
        topics = form.cleaned_data["topics"]
        _change(request, model_admin, list(queryset), lambda conference: conference.topics.add(*topics))


@admin.action(description=_("Set the kind"), permissions=["change"])
def set_kind(model_admin: Any, request: HttpRequest, queryset: QuerySet) -> None:
    form = _valid_form(request, "kind", gettext("Choose the kind beside the action."))
    if form:
        kind = form.cleaned_data["kind"]
        _change(request, model_admin, list(queryset), lambda conference: setattr(conference, "kind", kind))


def _valid_form(request: HttpRequest, field: str, otherwise: str) -> ConferenceActionForm | None:
    form = ConferenceActionForm(request.POST)
    form.fields["action"].required = False
    form.fields["action"].choices = [(request.POST.get("action"), "")]
    if form.is_valid() and form.cleaned_data[field]:
        return form
    messages.error(request, " ".join([*form.errors.get(field, []), otherwise]))
    return None


def progress(conference: Conference) -> str:
    """Each status of the conference with the date and the user who set it, as HTML."""
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


ACTIONS = [make_ready, publish, withdraw, make_held, add_topics, set_kind]
