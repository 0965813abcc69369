"""Readers’ reports and checked links."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .. import rights
from ..links.checks import records_with_link
from ..links.http_probe import web_address
from ..models import Conference, LinkCheck, Proposal, ReaderFile, ReaderReport, aggregates
from .concurrency import ConcurrentAdmin
from .revisions import ReadOnlyAdmin, kinds_filter, with_words

State = ReaderReport.State


def _close(state: str, model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet) -> None:
    reports = list(queryset.exclude(state=state))
    for report in reports:
        report.close(state, request.user)
        model_admin.log_change(request, report, [{"changed": {"fields": ["state"]}}])
    count = len(reports)
    model_admin.message_user(
        request, ngettext("%(count)d report closed.", "%(count)d reports closed.", count) % {"count": count}
    )


@admin.action(description=_("Mark as corrected"), permissions=["change"])
def mark_corrected(model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet) -> None:
    _close(State.DONE, model_admin, request, queryset)


@admin.action(description=_("Reject"), permissions=["change"])
def reject(model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet) -> None:
    _close(State.REJECTED, model_admin, request, queryset)


@admin.register(ReaderReport)
class ReaderReportAdmin(ConcurrentAdmin):
    list_display = ["beginning", "about", "moment", "contact", "state", "closed_by"]
    list_filter = ["state", kinds_filter("model"), "moment"]
    search_fields = ["name"]
    list_select_related = ["closed_by"]
    list_per_page = 50
    show_full_result_count = False
    actions = [mark_corrected, reject]
    fields = ["where", "waiting", "moment", "text", "files_shown", "credit", "contact", "state", "note", "closed_shown"]
    readonly_fields = ["where", "waiting", "moment", "text", "files_shown", "credit", "contact", "closed_shown"]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return with_words(queryset, search_term, "name", "text"), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        to_record, file = map(self.admin_site.admin_view, (self.to_record, self.file))
        return [
            path("<int:pk>/record/", to_record, name="events_readerreport_record"),
            path("<int:pk>/files/<uuid:uid>/", file, name="events_readerreport_file"),
            *super().get_urls(),
        ]

    def file(self, request: HttpRequest, pk: int, uid: UUID) -> FileResponse:
        """A file that came with the message, for the staff’s own disk: no browser opens it here."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        file = get_object_or_404(ReaderFile, report=pk, uid=uid)
        try:
            content = file.open()
        except FileNotFoundError as error:
            raise Http404 from error
        return FileResponse(content, as_attachment=True, filename=file.name, content_type="application/octet-stream")

    def to_record(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        """Redirect to the admin page of the reported record, or to the report if the record is deleted."""
        report = get_object_or_404(ReaderReport, pk=pk)
        if (record := report.target()) is None:
            return HttpResponseRedirect(reverse("admin:events_readerreport_change", args=[pk]))
        return HttpResponseRedirect(_admin_url(record))

    def save_model(self, request: HttpRequest, obj: ReaderReport, form: Any, change: bool) -> None:
        if "state" in form.changed_data:
            obj.close(obj.state, request.user)
        else:
            super().save_model(request, obj, form, change)

    @admin.display(description=_("what is wrong"))
    def beginning(self, report: ReaderReport) -> str:
        return Truncator(report.text).words(20)

    @admin.display(description=_("record"), ordering="name")
    def about(self, report: ReaderReport) -> str:
        address = reverse("admin:events_readerreport_record", args=[report.pk])
        return format_html('<a href="{}">{}</a>', address, Truncator(str(report)).words(14))

    @admin.display(description=_("record"))
    def where(self, report: ReaderReport) -> str:
        record = report.target()
        if record is None:
            return gettext("%(record)s (no longer there)") % {"record": report}
        shown = '<a href="{}">{}</a> — <a href="{}">{}</a>'
        return format_html(shown, _admin_url(record), report, record.get_absolute_url(), gettext("View on site"))

    @admin.display(description=_("proposed corrections"))
    def waiting(self, report: ReaderReport) -> str:
        """Corrections that an editor has not decided on: with them the record is not corrected yet."""
        record = report.target()
        found = Proposal.objects.open().filter(record=aggregates.root(record).uid) if record else []
        rows = ((reverse("admin:events_proposal_change", args=[proposal.pk]), proposal) for proposal in found)
        return format_html_join("", '<div><a href="{}">{}</a></div>', rows) or "—"

    @admin.display(description=_("files"))
    def files_shown(self, report: ReaderReport) -> str:
        line = '<div><a href="{}" download>{}</a>, {}</div>'
        rows = (
            (reverse("admin:events_readerreport_file", args=[report.pk, file.uid]), file, filesizeformat(file.size))
            for file in report.files.all()
        )
        return format_html_join("", line, rows) or "—"

    @admin.display(description=_("closed"))
    def closed_shown(self, report: ReaderReport) -> str:
        if not report.closed:
            return "—"
        return f"{timezone.localtime(report.closed).strftime('%d.%m.%Y %H:%M')}, {report.closed_by or '—'}"


def _admin_url(record: Any) -> str:
    return reverse(f"admin:events_{record._meta.model_name}_change", args=[record.pk])


class AnswersFilter(admin.SimpleListFilter):
    title = _("link")
    parameter_name = "failing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("does not open")), ("no", _("opens"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        return queryset.filter(failing_since__isnull=self.value() == "no") if self.value() else None


@admin.register(LinkCheck)
class LinkCheckAdmin(ReadOnlyAdmin):
    list_display = ["url", "answered", "checked", "failing_since"]
    list_filter = [AnswersFilter, "checked"]
    search_fields = ["url__contains"]
    fields = ["open", "answered", "checked", "failing_since", "records"]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        if link := super().get_object(request, object_id, from_field):
            link.seen_by = request.user
        return link

    @admin.display(description=_("answer"))
    def answered(self, link: LinkCheck) -> str:
        return gettext(link.answer)

    @admin.display(description=_("address"))
    def open(self, link: LinkCheck) -> str:
        return format_html('<a href="{}" rel="noreferrer" target="_blank">{}</a>', web_address(link.url), link.url)

    @admin.display(description=_("stands in"))
    def records(self, link: LinkCheck) -> str:
        found = records_with_link(link.url)
        seen = rights.visible(Conference.objects.filter(pk__in=_conferences(found)), link.seen_by)
        hidden = _conferences(found) - set(seen.values_list("pk", flat=True))
        shown = (one for one in found if not isinstance(one, Conference) or one.pk not in hidden)
        rows = ((_admin_url(record), _kind(record), record) for record in shown)
        return format_html_join("", '<div><a href="{}">{}: {}</a></div>', rows) or "—"


def _conferences(records: list[Any]) -> set[int]:
    return {record.pk for record in records if isinstance(record, Conference)}


def _kind(record: Any) -> str:
    return capfirst(record._meta.verbose_name)
