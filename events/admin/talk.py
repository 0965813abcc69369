"""One talk on a page of its own; most are entered on the page of their conference."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .. import rights
from ..models import Talk
from .base import ArchiveAdmin
from .inlines import TalkPersonInline


@admin.register(Talk)
class TalkAdmin(ArchiveAdmin):
    search_fields = ("heading_key",)
    list_display = ["named", "conference", "kind"]
    list_filter = ["kind", "delivery"]
    list_select_related = ["conference__kind", "kind"]
    autocomplete_fields = ["conference"]
    inlines = [TalkPersonInline]
    fieldsets = [
        (None, {"fields": ["conference", ("order", "kind"), "title", "topic", "topics", "abstract"]}),
        (_("When and how"), {"fields": ["session", ("start_time", "delivery", "language")]}),
        (
            _("As printed, address"),
            {"fields": ["title_as_printed", "parallel_title", "slug"], "classes": ["collapse"]},
        ),
    ]

    @admin.display(description=_("talk"), ordering="heading_key")
    def named(self, talk: Talk) -> str:
        return talk.heading

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return rights.visible(super().get_queryset(request), request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Talk | None = None) -> bool:
        return super().has_delete_permission(request, obj) and rights.may_change(request.user, obj)
