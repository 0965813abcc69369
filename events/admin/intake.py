"""New event from a text («Новое событие из текста»): paste a news item, review the proposed draft, save it.

Nothing is saved until every uncertain fact is confirmed or dropped, and saving publishes nothing.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .. import completeness, proposing, revisions, rights
from ..importing import additions, writer
from ..importing.draft import Draft
from ..importing.readers import documents, news, schedule
from ..models import Conference, Proposal
from ..russian.person_names import Order
from . import unsaved
from .intake_forms import PasteForm
from .intake_review import Review


def urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    """The URLs of these pages, below the list of conferences."""

    def page(view: Any) -> Any:
        return model_admin.admin_site.admin_view(lambda request: view(model_admin, request))

    return [
        path("intake/", page(paste), name="events_conference_intake"),
        path("intake/review/", page(review), name="events_conference_review"),
    ]


def paste(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The form for a news item or a schedule; once it is read, the proposal to review."""
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    is_shown = unsaved.typed_before(request)
    form = PasteForm(request.POST, request.FILES) if request.method == "POST" else PasteForm()
    if is_shown:
        messages.warning(request, unsaved.not_saved_message())
    elif form.is_valid() and (draft := read_draft(form, request.user)):
        return _review_page(model_admin, request, Review(draft, user=request.user))
    if form.is_bound:
        unsaved.keep_files(request, [form])
    context = _context(model_admin, request) | {"form": form, "unsaved": "new" if is_shown else ""}
    return TemplateResponse(request, "admin/events/conference/intake.html", context)


def read_draft(form: PasteForm, user: Any) -> Draft | None:
    """The draft read from the text or the file of a valid form; None, with an error in the form, if there is none."""
    typed = form.cleaned_data
    try:
        if (file := typed["file"]) and documents.is_document(file.name):
            text, questions = documents.read(file.name, file.read())
            draft = news.read(text, typed["url"])
            draft.questions += questions
        elif file:
            draft = schedule.read(file.name, file.read())
        else:
            draft = news.read(typed["text"].replace("\r\n", "\n"), typed["url"])
    except (schedule.ScheduleError, documents.DocumentError) as error:
        form.add_error("file", str(error))
        return None
    known = writer.find_by_source(draft, rights.visible(Conference.objects, user))
    if known and not typed["again"]:
        address = reverse("admin:events_conference_change", args=[known.pk])
        message = gettext("The archive already has an event from this source: {link}.")
        form.add_error(None, format_html(message, link=format_html('<a href="{}">{}</a>', address, known)))
        return None
    return draft


def _context(model_admin: admin.ModelAdmin, request: HttpRequest) -> dict[str, Any]:
    return {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("New event from a text"),
        # Text and proposal need the whole width.
        "is_nav_sidebar_enabled": False,
        "media": model_admin.media,
    }


def review(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Save the reviewed proposal as a draft event; with errors show it again with all that was typed."""
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    is_shown = unsaved.typed_before(request)
    try:
        draft = Draft.from_json(request.POST.get("draft", ""))
    except ValueError:
        messages.error(request, _("The proposal was lost on the way. Paste the text again."))
        return HttpResponseRedirect(reverse("admin:events_conference_intake"))
    data = request.POST
    if order := data.get("name_order"):
        data = _with_order(draft, data, order)
    forms = Review(draft, data, request.user)
    # The forms change the draft in place, but the page must send back the unchanged proposal.
    proposal = draft.to_json()
    if is_shown:
        messages.warning(request, unsaved.not_saved_message())
    if is_shown or not data.keys().isdisjoint(("in_other_language", "name_order", "open")):
        forms.clear_errors()
        return _review_page(model_admin, request, forms, proposal)
    if "join" in request.POST:
        return _join(model_admin, request, forms, proposal)
    if not forms.is_valid():
        return _review_page(model_admin, request, forms, proposal)
    try:
        comment = gettext("from a proposed draft")
        # A number, so that the event is undone together with the people and organisations that it brought.
        with revisions.create(user=request.user, comment=comment, import_number=revisions.new_import_number()):
            conference = writer.save_draft(forms.reviewed())
    except writer.DraftError as error:
        return _review_page(model_admin, request, forms, proposal, error.problems)
    _settle(draft, request.user)
    model_admin.log_addition(request, conference, [{"added": {}}])
    messages.success(request, _("The draft is saved. Look it over, complete it, and mark it ready."))
    return HttpResponseRedirect(reverse("admin:events_conference_change", args=[conference.pk]))


def _with_order(draft: Draft, data: QueryDict, order: str) -> QueryDict:
    """Read names in this order where it was in doubt; what was sent, without the names that nobody changed."""
    names = {person.key: person.name for person in draft.people}
    try:
        read = schedule.set_name_order(draft, Order(order))
    except ValueError:
        return data
    parts = ("family_name", "given_names", "initials")
    sent = {key: filter(None, (data.get(f"person-{key}-{part}", "") for part in parts)) for key in read}
    unchanged = {f"person-{key}" for key, name in sent.items() if " ".join(name) == names[key]}
    data = data.copy()
    for name in [name for name in data if name.rpartition("-")[0] in unchanged]:
        del data[name]
    return data


def _join(model_admin: Any, request: HttpRequest, forms: Review, proposal: str) -> HttpResponse:
    """Add the text to an event that the review offers: a source; what it tells besides becomes a proposal."""
    offered = [known for known in forms.known if str(known.pk) == request.POST["join"]]
    conference = model_admin.get_object(request, str(offered[0].pk)) if offered else None
    if conference is None:
        forms.clear_errors()
        return _review_page(model_admin, request, forms, proposal, [gettext("This event is no longer in the archive.")])
    if not model_admin.has_change_permission(request, conference):
        raise PermissionDenied
    draft, left_out = forms.settled(conference)
    may_change = rights.may_change(request.user, conference)
    address = reverse("admin:events_conference_change", args=[conference.pk])
    try:
        news_of_it, gone = _what_is_new(draft, conference, request.user, with_source=not may_change)
        if may_change:
            with revisions.create(user=request.user, comment=gettext("one more source")):
                writer.add_report(draft, conference)
                if completeness.clear_contradictions(conference):
                    conference.save()
            model_admin.log_change(request, conference, [{"changed": {"fields": ["sources"]}}])
    except writer.DraftError as error:
        forms.clear_errors()
        return _review_page(model_admin, request, forms, proposal, error.problems)
    _settle(forms.draft, request.user)
    if may_change:
        said = gettext("The text is added as a source. State: %s.")
        messages.success(request, said % (conference.get_state_display() or gettext("not known")))
    _tell_gone(request, gone)
    if news_of_it is None:
        messages.info(request, gettext("It tells nothing that the archive does not have."))
        return HttpResponseRedirect(address)
    made = proposing.propose(
        news_of_it.changes,
        news_of_it.names,
        request.user,
        Proposal.Origin.SOURCE,
        comment=draft.source.headline or draft.source.url,
        about=conference,
    )
    if left_out:
        said = ngettext(
            "%(count)d fact without an answer is not proposed.",
            "%(count)d facts without an answer are not proposed.",
            left_out,
        )
        messages.warning(request, said % {"count": left_out})
    if not may_change:
        messages.warning(request, gettext("Kept beside the page: an editor takes or declines it."))
        return HttpResponseRedirect(address)
    messages.info(request, gettext("What the text tells besides: mark what is to be taken."))
    return HttpResponseRedirect(reverse("admin:events_proposal_change", args=[made.pk]))


def _tell_gone(request: HttpRequest, talks: list[str]) -> None:
    if talks:
        said = gettext("The schedule has these talks no longer; they stay in the archive: %s.")
        messages.warning(request, said % "; ".join(talks[:20]))


def _what_is_new(
    draft: Draft, conference: Conference, user: Any, with_source: bool
) -> tuple[rights.NeedsApproval | None, list[str]]:
    """What the draft would change of the event, of which nothing is written, and the talks it has no longer.

    None if it would change nothing.
    """
    # The rows in memory are changed, and what becomes of them is rolled back.
    conference = Conference.objects.get(pk=conference.pk)
    gone: list[str] = []
    try:
        with revisions.create(user=user) as block:
            block.is_proposed = True
            gone = additions.add_facts(draft, conference)
            completeness.clear_contradictions(conference)
            conference.save()
            if with_source:
                writer.add_report(draft, conference)
    except rights.NeedsApproval as found:
        is_new = any(change.is_created or proposing.is_edited(change) for change in found.changes)
        return (found if is_new else None), gone
    return None, gone


def read_found(model_admin: admin.ModelAdmin, request: HttpRequest, text: str, url: str) -> HttpResponse:
    """The review of a piece of news that the archive found itself."""
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    return _review_page(model_admin, request, Review(news.read(text, url), user=request.user))


def _settle(draft: Draft, user: Any) -> None:
    """Close the proposals of the news that was just taken in."""
    if draft.source.url:
        for found in Proposal.objects.open().filter(item__url=draft.source.url):
            found.decide(Proposal.State.TAKEN, user)


def _review_page(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    forms: Review,
    proposal: str = "",
    problems: list[str] | None = None,
) -> HttpResponse:
    context = _context(model_admin, request) | {
        "review": forms,
        "proposal": proposal or forms.draft.to_json(),
        "problems": problems or [],
    }
    status = 422 if forms.data and (problems or forms.mistakes) else 200
    return TemplateResponse(request, "admin/events/conference/review.html", context, status=status)
