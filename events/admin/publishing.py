"""Permissions, statuses and actions of conferences: archivists prepare them, editors publish and withdraw."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .. import completeness, revisions
from ..completeness import Need
from ..models import Conference, ConferenceKind, Version, changes
from ..rights import PUBLIC, may_change, may_publish
from . import deletion
from .fields import TopicsField

Status, State = Conference.Status, Conference.State
LINKED = 5  # events named, with links, in the message of an action


def statuses(user: Any, conference: Conference | None) -> list[tuple[str, Any]]:
    """The statuses that this user may set."""
    if conference and conference.status in PUBLIC:
        allowed = [*PUBLIC, Status.DRAFT]
    else:
        allowed = [Status.DRAFT, Status.READY, *([Status.PUBLISHED] if may_publish(user) else [])]
        if conference and conference.published and may_publish(user):
            allowed.append(Status.WITHDRAWN)
    return [(status.value, status.label) for status in allowed]


# Name of the submit button → the status that it sets.
STEPS = {"_ready": Status.READY, "_publish": Status.PUBLISHED, "_return": Status.DRAFT}


def steps(user: Any, conference: Conference | None) -> list[tuple[str, Any]]:
    """The submit buttons that set the next status, with labels, as far as this user may."""
    if conference and conference.status in PUBLIC:
        return [("_return", _("Return to drafts"))] if may_publish(user) else []
    if may_publish(user):
        return [("_publish", _("Save and publish"))]
    return [] if conference and conference.status == Status.READY else [("_ready", _("Save and mark ready"))]


# ── What is missing ─────────────────────────────────────────────────────────────────────────────────────────────────


class Place(NamedTuple):
    """Something that an event needs, with the address of its field and of the mark that states it as unknown."""

    label: Any
    address: str
    unknown: str
    unknown_label: Any


def places(needs: Iterable[Need], page: str = "") -> list[Place]:
    """Links to the fields of these needs, on the page of the event or from elsewhere."""
    found = []
    for need in needs:
        is_field = Conference._meta.get_field(need.name).concrete
        unknown = Conference._meta.get_field(need.unknown) if need.unknown else None
        found.append(
            Place(
                need.label,
                f"{page}#id_{need.name}" if is_field else f"{page}#{need.name}-group",
                f"{page}#id_{need.unknown}" if unknown else "",
                unknown.verbose_name if unknown else "",
            )
        )
    return found


def missing(conference: Conference | None) -> dict[str, list[Place]]:
    """What the page of an event of `with_needs` says of what it lacks; a new one has no photos yet."""
    if conference is None:
        return {"lacks": places(need for need in completeness.NEEDS if need.name != "photos")}
    return {"lacks": places(completeness.missing(conference))}


def finish(model_admin: Any, request: HttpRequest, conference: Conference) -> None:
    """After a form is saved with all its rows: publish the event if that was chosen, and say what visitors see."""
    is_known_now = completeness.clear_contradictions(conference)
    if conference.is_to_be_published and not _refused(model_admin, request, conference):
        conference.status = Status.PUBLISHED
    if is_known_now or conference.status != conference.status_before:
        conference.save()
    if conference.is_published != (conference.status_before == Status.PUBLISHED):
        report(model_admin, request, [conference])


def _refused(model_admin: Any, request: HttpRequest, conference: Conference) -> bool:
    """Whether the event lacks something; if so, say what, with links to the fields."""
    needs = completeness.missing(completeness.stored(conference))
    if needs:
        found = ((place.address, place.label) for place in places(needs, page_of(conference)))
        links = format_html_join(", ", '<a href="{}">{}</a>', found)
        message = gettext("Saved, but not published. Still missing: {links}.")
        model_admin.message_user(request, format_html(message, links=links), messages.ERROR)
    return bool(needs)


def back_to_form(conference: Conference) -> HttpResponseRedirect | None:
    """A redirect to the form of an event that was to be published and lacks something."""
    is_refused = conference.is_to_be_published and not conference.is_published
    return HttpResponseRedirect(page_of(conference)) if is_refused else None


def page_of(conference: Conference) -> str:
    return reverse("admin:events_conference_change", args=[conference.pk])


def report(model_admin: Any, request: HttpRequest, conferences: list[Conference]) -> None:
    """Say of events that came onto the site or left it whether visitors see them, with links to the first pages."""
    for is_seen, message, level in (
        (True, gettext("Visitors see it now: {links}."), messages.SUCCESS),
        (False, gettext("Visitors no longer see it: {links}."), messages.WARNING),
    ):
        some = [conference for conference in conferences if conference.is_published is is_seen]
        if some:
            pages = ((conference.get_absolute_url(), conference) for conference in some[:LINKED])
            links = format_html_join(", ", '<a href="{}">{}</a>', pages)
            if (left := len(some) - LINKED) > 0:
                links = format_html("{} {}", links, deletion.more(left))
            model_admin.message_user(request, format_html(message, links=links), level)


# ── Actions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class ConferenceActionForm(ActionForm):
    """The values that the actions on several conferences take."""

    topics = TopicsField(label=_("Topics"), help_text="")
    kind = forms.ModelChoiceField(ConferenceKind.objects.all(), required=False, label=_("Kind"))


def _change(request: HttpRequest, model_admin: Any, conferences: list[Conference], change: Any) -> list[Conference]:
    """Apply `change` to each conference that this user may edit, each in a block of its own; those changed."""
    batched, changed = changes.BatchedTransactions(), []
    for listed in conferences:
        try:
            with batched.transaction(), revisions.create(user=request.user) as block:
                block.lock()
                # As it is by now: a colleague may have saved it since it was listed.
                same = Conference.objects.filter(pk=listed.pk, status=listed.status, state=listed.state)
                if (conference := same.first()) is None or not may_change(request.user, conference):
                    continue
                change(conference)
                conference.save()
                fields = [name for name in ("status", "state") if getattr(conference, name) != getattr(listed, name)]
                model_admin.log_change(request, conference, [{"changed": {"fields": fields}}])
        except completeness.Incomplete:
            continue
        changed.append(conference)
        batched.pause()
    count = len(changed)
    messages.success(
        request, ngettext("%(count)d event changed.", "%(count)d events changed.", count) % {"count": count}
    )
    return changed


def _set_status(status: Status) -> Any:
    def change(conference: Conference) -> None:
        conference.status = status

    return change


@admin.action(description=_("Mark as ready to be published"), permissions=["change"])
def make_ready(model_admin: Any, request: HttpRequest, queryset: QuerySet) -> None:
    drafts = [conference for conference in queryset if conference.status == Status.DRAFT]
    _change(request, model_admin, drafts, _set_status(Status.READY))


@admin.action(description=_("Publish"), permissions=["publish"])
def publish(model_admin: Any, request: HttpRequest, queryset: QuerySet) -> TemplateResponse | None:
    """Show what will be seen and what is missing; once confirmed, publish what lacks nothing."""
    unpublished = [
        conference
        for conference in completeness.with_needs(queryset)
        if not conference.is_published and may_change(request.user, conference)
    ]
    complete = [conference for conference in unpublished if not completeness.missing(conference)]
    if "confirmed" in request.POST:
        report(model_admin, request, _change(request, model_admin, complete, _set_status(Status.PUBLISHED)))
        return None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Publish"),
        "opts": model_admin.opts,
        "media": model_admin.media,
        "complete": [_line(conference) for conference in complete],
        "incomplete": [_line(conference) for conference in unpublished if conference not in complete],
        "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "is_across": request.POST.get("select_across") == "1",
    }
    return TemplateResponse(request, "admin/events/conference/publish.html", context)


def _line(conference: Conference) -> dict[str, Any]:
    address = page_of(conference)
    needs = completeness.missing(conference)
    return {"conference": conference, "address": address, "places": places(needs, address)}


@admin.action(description=_("Withdraw from publication"), permissions=["publish"])
def withdraw(model_admin: Any, request: HttpRequest, queryset: QuerySet) -> None:
    published = [conference for conference in queryset if conference.is_published]
    report(model_admin, request, _change(request, model_admin, published, _set_status(Status.WITHDRAWN)))


@admin.action(description=_("Return to drafts"), permissions=["publish"])
def return_to_drafts(model_admin: Any, request: HttpRequest, queryset: QuerySet) -> None:
    public = [conference for conference in queryset if conference.status in PUBLIC]
    report(model_admin, request, _change(request, model_admin, public, _set_status(Status.DRAFT)))


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


ACTIONS = [make_ready, publish, return_to_drafts, withdraw, make_held, add_topics, set_kind]
# Each event is written by itself: thousands may be chosen, and nobody waits for all of them.
SERIAL = {action.__name__ for action in ACTIONS}
