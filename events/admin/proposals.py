"""Proposals in the admin: the inbox, the comparison page, the preview."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, resolve, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import completeness, contributions, proposing, revisions, rights
from ..models import Conference, Proposal
from . import contributions as sent
from . import intake
from .concurrency import SEEN, digest
from .revisions import ReadOnlyAdmin, kind_of_record, kinds_filter, writing_block


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """The inbox: who may publish takes or declines, everybody else sees what became of their own."""

    list_display = ["named", "read", "kind", "origin", "author", "created", "state"]
    list_display_links = ["named"]
    list_filter = ["state", "origin", kinds_filter("model"), "created"]
    list_select_related = ["author", "item"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return rights.decided_by(super().get_queryset(request), request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return rights.reads_drafts(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return rights.reads_drafts(request.user)

    @admin.display(description=_("record"), ordering="name")
    def named(self, proposal: Proposal) -> str:
        return proposal.name

    @admin.display(description=_("kind of record"), ordering="model")
    def kind(self, proposal: Proposal) -> str:
        return kind_of_record(proposal.model)

    @admin.display(description=_("draft"))
    def read(self, proposal: Proposal) -> str:
        if not _is_news(proposal) or proposal.state != Proposal.State.OPEN:
            return ""
        address = reverse("admin:events_proposal_draft", args=[proposal.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Read as a draft"))

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(self.preview_view)
        draft = self.admin_site.admin_view(self.draft_view)
        return [
            path("<int:pk>/preview/", preview, name="events_proposal_preview"),
            path("<int:pk>/draft/", draft, name="events_proposal_draft"),
            *super().get_urls(),
        ]

    def draft_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The news that was found, read as a draft to be reviewed."""
        proposal = self.get_object(request, str(pk)) if self.has_view_permission(request) else None
        if proposal is None:
            raise PermissionDenied
        if not _is_news(proposal):
            raise Http404
        conferences = self.admin_site.get_model_admin(Conference)
        return intake.read_found(conferences, request, proposal.item.text, proposal.item.url)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """The comparison: each line is taken or left."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        proposal = self.get_object(request, object_id)
        if proposal is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        contribution = sent.of(proposal, request)
        may_decide = proposal.state == Proposal.State.OPEN and rights.may_decide(request.user, [proposal.current()])
        may_withdraw = proposal.state == Proposal.State.OPEN and proposal.author == request.user
        is_for_drafts = proposal.state == Proposal.State.OPEN and bool(contribution and contribution.is_for_drafts)
        may_take = may_decide or is_for_drafts
        if request.method == "POST":
            if "_decline" in request.POST and (may_decide or may_withdraw):
                contributions.decide(proposal, Proposal.State.DECLINED, request.user)
                messages.success(request, gettext("Declined: nothing was changed."))
                return HttpResponseRedirect(reverse("admin:events_proposal_changelist"))
            if not may_take:
                raise PermissionDenied(gettext("Only an editor decides on this proposal, and only once."))
            of_files = partial(self._files_taken, contribution=contribution, is_last=may_decide)
            take = of_files if contribution else self._taken
            if response := take(request, proposal):
                return response
        lines = proposing.lines(proposal)
        context = {
            **self.admin_site.each_context(request),
            "title": str(proposal),
            "opts": self.opts,
            "proposal": proposal,
            SEEN: values_now(lines),
            "item": getattr(proposal, "item", None),
            "record": proposal.current(),
            "lines": lines,
            "contribution": contribution,
            "may_decide": may_decide,
            "may_take": may_take,
            "may_withdraw": may_withdraw,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/events/proposal.html", context)

    def _taken(self, request: HttpRequest, proposal: Proposal) -> HttpResponse | None:
        chosen = set(request.POST.getlist("take"))
        if not chosen:
            messages.error(request, gettext("Mark what is to be taken, or decline the proposal."))
            return None
        try:
            with writing_block(request):
                if request.POST.get(SEEN, "") not in ("", values_now(proposing.lines(proposal))):
                    messages.error(request, gettext("The archive changed while this page was open: compare again."))
                    return None
                record = proposing.take(proposal, chosen, request.user)
        except (revisions.CannotRestore, completeness.Incomplete) as error:
            proposal.refresh_from_db()
            messages.error(request, " ".join(getattr(error, "messages", None) or [str(error)]))
            return None
        return self._tell_taken(request, record)

    def _files_taken(
        self, request: HttpRequest, proposal: Proposal, contribution: sent.Contribution, is_last: bool
    ) -> HttpResponse | None:
        try:
            # What can be chosen is read inside the block, and stays as it is.
            with proposing.taking(proposal, request.user):
                if not contribution.is_valid():
                    messages.error(request, gettext("Nothing is taken yet: answer what is marked below."))
                    return None
                if not contribution.wanted:
                    messages.error(request, gettext("Mark what is to be taken, or decline the proposal."))
                    return None
                contributions.take(proposal, contribution.wanted, request.user, is_last)
        except (revisions.CannotRestore, rights.NeedsApproval) as error:
            proposal.refresh_from_db()
            messages.error(request, str(error))
            return None
        return self._tell_taken(request, contribution.target)

    def _tell_taken(self, request: HttpRequest, record: Any) -> HttpResponse:
        is_public = record is not None and rights.is_public(record)
        message = gettext("Taken. Visitors see it now: {link}.") if is_public else gettext("Taken: {link}.")
        if record is None or not hasattr(record, "get_absolute_url"):
            messages.success(request, gettext("Taken."))
            return HttpResponseRedirect(reverse("admin:events_proposal_changelist"))
        link = format_html('<a href="{}">{}</a>', record.get_absolute_url(), record)
        messages.success(request, format_html(message, link=link))
        return HttpResponseRedirect(reverse(f"admin:events_{record._meta.model_name}_change", args=[record.pk]))

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The public page as visitors will see it; what is written for that is rolled back."""
        proposal = self.get_object(request, str(pk))
        if proposal is None or not self.has_view_permission(request):
            raise PermissionDenied
        try:
            with transaction.atomic():
                with revisions.create():
                    proposing.write(proposal, {line.key for line in proposing.lines(proposal)})
                response = _public_page(request, proposal.current())
                transaction.set_rollback(True)
        except revisions.CannotRestore as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:events_proposal_change", args=[pk]))
        response["X-Robots-Tag"] = "noindex"
        response["Cache-Control"] = "no-store"
        return response


def values_now(lines: Iterable[proposing.Line]) -> str:
    """A digest of what the archive has in the place of these lines."""
    return digest([(line.key, line.now, line.is_moot) for line in lines])


def _is_news(proposal: Proposal) -> bool:
    """Whether it is a text to be read, not values of records."""
    return hasattr(proposal, "item") and bool(proposal.item.text)


def _public_page(request: HttpRequest, record: Any) -> HttpResponse:
    """The page of a record as an anonymous visitor gets it."""
    address = record.get_absolute_url() if hasattr(record, "get_absolute_url") else reverse("events:home")
    visitor = HttpRequest()
    visitor.META, visitor.COOKIES, visitor.method = dict(request.META), {}, "GET"
    visitor.META["QUERY_STRING"] = ""
    visitor.path = visitor.path_info = address
    visitor.user = AnonymousUser()
    visitor.session = {}
    match = resolve(address)
    visitor.resolver_match = match
    response = match.func(visitor, *match.args, **match.kwargs)
    return response.render() if hasattr(response, "render") and not response.is_rendered else response
