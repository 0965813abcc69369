"""Watched pages and what was found there."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import rights
from ..links.http_probe import web_address
from ..models import WatchedItem, WatchedPage
from .base import ArchiveFields
from .concurrency import ConcurrentAdmin
from .revisions import ReadOnlyAdmin


@admin.register(WatchedPage)
class WatchedPageAdmin(ArchiveFields, ConcurrentAdmin):
    """The list of pages to watch, with how each answered."""

    list_display = ["name", "answered", "succeeded", "found", "is_active", "url"]
    list_filter = ["is_active", "kind"]
    search_fields = ["name__contains", "url__contains"]
    fields = ["name", "url", "kind", "is_active", "asked", "succeeded", "answered", "moved_to"]
    readonly_fields = ["asked", "succeeded", "answered", "moved_to"]
    list_per_page = 50

    def get_fields(self, request: HttpRequest, obj: WatchedPage | None = None) -> list[str]:
        """A new page has answered nothing yet."""
        return self.fields if obj else ["name", "url", "kind", "is_active"]

    def get_readonly_fields(self, request: HttpRequest, obj: WatchedPage | None = None) -> list[str]:
        """What is taken at once is public at once: who may publish everything decides it."""
        if rights.may_publish_all(request.user):
            return self.readonly_fields
        is_trusted = obj is not None and obj.kind == WatchedPage.Kind.TRUSTED
        return [*self.readonly_fields, "kind", *(["url"] if is_trusted else [])]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(found_items=Count("items"))

    @admin.display(description=_("answer"))
    def answered(self, page: WatchedPage) -> str:
        return gettext(page.answer) if page.answer else "—"

    @admin.display(description=_("news found"))
    def found(self, page: WatchedPage) -> str:
        address = f"{reverse('admin:events_watcheditem_changelist')}?page__id__exact={page.pk}"
        return format_html('<a href="{}">{}</a>', address, page.found_items)


class RelevanceFilter(admin.SimpleListFilter):
    title = _("proposal")
    parameter_name = "proposed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("proposed")), ("no", _("not proposed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        return queryset.filter(proposal__isnull=self.value() == "no") if self.value() else None


@admin.register(WatchedItem)
class WatchedItemAdmin(ReadOnlyAdmin):
    """What was found, with score and reasons: also what was not proposed, so that the rule can be judged."""

    list_display = ["__str__", "score", "proposed", "reasons", "page", "published", "found"]
    list_filter = [RelevanceFilter, "page", "found"]
    list_select_related = ["page", "proposal"]
    search_fields = ["title__contains", "url__contains"]
    fields = [
        "title",
        "open",
        "page",
        "published",
        "score",
        "reasons",
        "found",
        "proposed",
        "evidence",
        "sha256",
        "text",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("copy", "text")

    @admin.display(description=_("address"))
    def open(self, item: WatchedItem) -> str:
        return format_html('<a href="{}" rel="noreferrer" target="_blank">{}</a>', web_address(item.url), item.url)

    @admin.display(description=_("proposal"))
    def proposed(self, item: WatchedItem) -> str:
        return item.proposal.get_state_display() if item.proposal else "—"

    @admin.display(description=_("The page as it was fetched"))
    def evidence(self, item: WatchedItem) -> str:
        if not item.sha256:
            return "—"
        address = reverse("admin:events_watcheditem_copy", args=[item.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Download the copy"))

    def get_urls(self) -> list[URLPattern]:
        copy = self.admin_site.admin_view(self.copy_view)
        return [path("<int:pk>/copy/", copy, name="events_watcheditem_copy"), *super().get_urls()]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Not by bytes: no parameter of an address is such a value."""
        return lookup.split("__")[0] != "copy" and super().lookup_allowed(lookup, value, request)

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The bytes as they were fetched, to be saved and never shown: the page is somebody else's."""
        item = self.get_object(request, str(pk)) if self.has_view_permission(request) else None
        if item is None:
            raise PermissionDenied
        response = HttpResponse(item.bytes, content_type="application/octet-stream")
        response["Content-Disposition"] = f'attachment; filename="{item.sha256[:16] or "empty"}.html"'
        return response
