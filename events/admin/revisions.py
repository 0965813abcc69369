"""Versions in the admin: the history of each record, the list of all changes, and restoring."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from itertools import product
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from .. import images, merging, proposing, revisions, rights
from ..models import Conference, Proposal, ReaderReport, Version, aggregates, changes
from . import deletion
from .concurrency import SEEN, ConcurrentAdmin, version_of

CREATED = "_created_by_name"  # attribute of the request: unsaved records whose names were typed
KEEP = "_keep"  # the button that saves without showing
VERSIONS_SHOWN = 50  # versions on the page of a record


class RevisionAdmin(ConcurrentAdmin):
    """Writes every change made here in one block, with the user who made it (django-reversion's word)."""

    # Actions that write record by record, each in a block of its own.
    serial_actions: frozenset[str] | set[str] = frozenset({"delete_selected"})

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        if self.has_add_permission(request) or self.has_change_permission(request):
            images.prepare(file for name in request.FILES for file in request.FILES.getlist(name))
        view = super().changeform_view
        try:
            if may_be_checked_beside_others(request, self.model, object_id):
                # Nobody waits while the form is checked, which takes longer than to save it.
                with suppress(CheckAlone, IntegrityError, ObjectDoesNotExist, ValidationError):
                    with self.waiting_messages(request), _late_block(request) as block:
                        response = view(request, object_id, *args, **kwargs)
                        if not block.is_locked and newest_version() != request.checked_at:
                            raise CheckAlone
                    return response
            with self.waiting_messages(request), writing_block(request) as block:
                if block is not None:
                    block.is_proposed = KEEP in request.POST
                return view(request, object_id, *args, **kwargs)
        except rights.NeedsApproval as needed:
            address = request.get_full_path() if object_id else f"admin:events_{self.opts.model_name}_changelist"
            return redirect_to_proposal(request, needed, address)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if (checked_at := getattr(request, "checked_at", None)) is not None:
            changes.current().lock()
            later = Version.objects.filter(pk__gt=checked_at).exclude(action__in=HARMLESS)
            if obj.revision != version_of(self.model, obj.pk) or getattr(request, CREATED, None) or later.exists():
                raise CheckAlone
        super().save_model(request, obj, form, change)

    @contextmanager
    def waiting_messages(self, request: HttpRequest) -> Iterator[None]:
        """Show messages once the block in this context is closed, and none if it is refused: nothing was saved."""
        request.waiting_messages = []
        try:
            yield
            waiting = request.waiting_messages
        finally:
            del request.waiting_messages
        for message, args, kwargs in waiting:
            self.message_user(request, message, *args, **kwargs)

    def message_user(self, request: HttpRequest, message: Any, *args: Any, **kwargs: Any) -> None:
        if (waiting := getattr(request, "waiting_messages", None)) is not None:
            waiting.append((message, args, kwargs))
        else:
            super().message_user(request, message, *args, **kwargs)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        if record := context.get("original"):
            may_change = self.has_change_permission(request, record)
            context["needs_approval"] = may_change and not rights.may_change(request.user, record)
            root = aggregates.root(record)
            context["may_keep"] = may_change and not context["needs_approval"] and rights.is_public(root)
            found = Proposal.objects.open().filter(record=root.uid)
            context["proposals"] = rights.decided_by(found, request.user)
            if request.user.has_perm("events.view_readerreport"):
                context["reports"] = ReaderReport.objects.about(record).open()
        return super().render_change_form(request, context, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        is_serial = not self.serial_actions.isdisjoint(request.POST.getlist("action")) and "_save" not in request.POST
        with nullcontext() if is_serial else writing_block(request):
            return super().changelist_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with writing_block(request):
            return super().delete_view(request, *args, **kwargs)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> deletion.DeletedObjects:
        return deletion.get_deleted_objects(objs, request, self.admin_site)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        link_to_history(request, {self._deleted(request, obj)})

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete record by record, each with all its chosen rows in a block of its own: nobody waits for thousands.

        An import number holds them together, so that `undo_import` brings them back.
        """
        rows = list(queryset)
        if rights.is_restricted(request.user) and not all(rights.may_change(request.user, row) for row in rows):
            raise rights.NeedsApproval([], {})
        by_root: dict[Any, list[int]] = defaultdict(list)
        for row in rows:
            by_root[aggregates.root(row)].append(row.pk)
        number = revisions.new_import_number() if len(by_root) > 1 else None
        comment = gettext("deleted together, records: %(count)d") % {"count": len(by_root)} if number else ""
        batched, urls, left = changes.BatchedTransactions(), set[str](), 0
        for pks in by_root.values():
            with batched.transaction(), revisions.create(request.user, comment, number) as block:
                block.lock()
                # As they are by now: a colleague may have published the event since it was listed.
                found = list(self.get_queryset(request).filter(pk__in=pks))
                allowed = [row for row in found if self.has_delete_permission(request, row)]
                urls.update([self._deleted(request, row) for row in allowed])
                left += len(found) - len(allowed)
            batched.pause()
        link_to_history(request, {import_page(number)} if number else urls)
        if left:
            message = gettext("Changed by a colleague meanwhile and therefore left: %(count)d.")
            self.message_user(request, message % {"count": left}, messages.WARNING)

    def _deleted(self, request: HttpRequest, obj: Any) -> str:
        """Delete the record; the URL of the page on which it can be restored."""
        root = aggregates.root(obj)
        super().delete_model(request, obj)
        if root is obj:
            return f"{reverse('admin:events_version_changelist')}?action__exact={Version.Action.DELETED}"
        return reverse(f"admin:events_{root._meta.model_name}_history", args=[root.pk])

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        record = self.get_object(request, object_id)
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        versions = Version.objects.of(aggregates.root(record)).select_related("user")[:VERSIONS_SHOWN]
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("History of changes: %s") % record,
            "opts": self.opts,
            "object": record,
            SEEN: newest_version(aggregates.root(record).uid),
            "versions": [version_context(version, request) for version in versions],
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/events/history.html", context)


# ── A form is checked before its record is locked ───────────────────────────────────────────────────────────────────


class CheckAlone(Exception):
    """Others wrote while a form was checked, so that the answer may be wrong: it is checked again with them waiting.

    So is one that creates people or organisations by name: of two at once the second must find those of the first.
    """


# What others may do to the records that a form names: its answer stays right.
HARMLESS = (Version.Action.ADDED, Version.Action.CHANGED)


def may_be_checked_beside_others(request: HttpRequest, model: type[models.Model], object_id: str | None) -> bool:
    """Whether this is a form of a stored record, without files, to be written at once."""
    is_plain = request.method == "POST" and not request.FILES and KEEP not in request.POST
    return is_plain and object_id is not None and aggregates.is_archive_model(model)


def newest_version(record: Any = None) -> int:
    """The number of the archive’s newest version, or of this record’s by uid: it rises with every change."""
    versions = Version.objects.filter(record=record) if record else Version.objects.all()
    return versions.order_by("-pk").values_list("pk", flat=True).first() or 0


@contextmanager
def _late_block(request: HttpRequest) -> Iterator[Any]:
    request.checked_at = newest_version()
    try:
        with revisions.create(user=request.user, is_late=True) as block:
            yield block
    finally:
        del request.checked_at


def writing_block(request: HttpRequest) -> Any:
    """A block of writing by this user for a POST, otherwise a context that does nothing."""
    return _locked_block(request.user) if request.method == "POST" else nullcontext()


@contextmanager
def _locked_block(user: Any) -> Iterator[Any]:
    with revisions.create(user=user) as block:
        # Before the form reads the revision: two who save at once come one after the other.
        block.lock()
        yield block


def redirect_to_proposal(
    request: HttpRequest, needed: rights.NeedsApproval, address: str, origin: str = ""
) -> HttpResponseRedirect:
    """Keep what may not be written as a proposal, and say so."""
    if not origin:
        is_own = KEEP in request.POST
        origin = Proposal.Origin.EDIT if is_own else Proposal.Origin.ARCHIVIST
    proposal = proposing.propose(needed.changes, needed.names, request.user, origin)
    message = gettext("Kept beside the page: visitors see the record as before. {link}")
    link = format_html(
        '<a href="{}">{}</a>', reverse("admin:events_proposal_change", args=[proposal.pk]), gettext("The proposal")
    )
    messages.warning(request, format_html(message, link=link))
    return HttpResponseRedirect(reverse(address) if address.startswith("admin:") else address)


def link_to_history(request: HttpRequest, urls: set[str]) -> None:
    """Tell the user where deleted records can be restored: the only URL, or the list of all changes."""
    if request.user.has_perm("events.view_version"):
        url = urls.pop() if len(urls) == 1 else reverse("admin:events_version_changelist")
        link = format_html('<a href="{}">{}</a>', url, gettext("history of changes"))
        messages.info(request, format_html(gettext("What was deleted can be brought back: {link}."), link=link))


def kind_of_record(model: str) -> str:
    return capfirst(apps.get_model("events", model)._meta.verbose_name)


def kinds_filter(column: str) -> type[admin.SimpleListFilter]:
    """A filter by the kind of record whose model’s name the column has."""

    class KindFilter(admin.SimpleListFilter):
        title = _("kind of record")
        parameter_name = f"{column}__exact"

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            kinds = model_admin.model.objects.order_by(column).values_list(column, flat=True).distinct()
            return sorted(((kind, kind_of_record(kind)) for kind in kinds), key=lambda choice: choice[1])

        def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet | None:
            return queryset.filter(**{column: self.value()}) if self.value() else None

    return KindFilter


def with_words(queryset: models.QuerySet, typed: str, *columns: str) -> models.QuerySet:
    """The rows with every word in one of the columns, which have no normalized key; SQLite folds only ASCII."""
    for word in typed.split()[:12]:
        spellings = {word, word.lower(), word.capitalize(), word.upper()}
        found = models.Q()
        for column, spelling in product(columns, spellings):
            found |= models.Q(**{f"{column}__contains": spelling})
        queryset = queryset.filter(found)
    return queryset


def yes_no(value: bool) -> str:
    return gettext("yes") if value else gettext("no")


def version_context(version: Version, request: HttpRequest) -> dict[str, Any]:
    """The template context of a version."""
    is_open = may_restore(version, request) and not (version.undo and merging.is_undone(version))
    is_import = (version.import_number or 0) > 0 and may_undo([version], request.user)
    return {
        "version": version,
        "import_page": import_page(version.import_number) if is_import else "",
        "changes": revisions.changes(version, version.previous()),
        "may_restore": is_open,
        "lost_files": revisions.lost_files(version) if is_open else [],
    }


def history_page(version: Version) -> str:
    """The history of the record of a version, or the first page if it is deleted."""
    current = version.current()
    return reverse(f"admin:events_{version.model}_history", args=[current.pk]) if current else reverse("admin:index")


def may_undo(versions: Iterable[Version], user: Any) -> bool:
    """Whether this user may undo an import: an editor of everything, or whoever made it; writing is checked again."""
    if not user.has_perm("events.change_conference"):
        return False
    return rights.may_publish_all(user) or all(version.user_id == user.pk for version in versions)


def import_page(number: int) -> str:
    return reverse("admin:events_version_import", args=[number])


def may_restore(version: Version, request: HttpRequest) -> bool:
    """Whether this user may edit such records; of what is public the older version becomes a proposal."""
    if not request.user.has_perm(f"events.change_{version.model}"):
        return False
    if version.undo:
        return rights.may_publish_all(request.user)
    return rights.visible_by_uid(Version.objects.filter(pk=version.pk), request.user).exists()


class ReadOnlyAdmin(admin.ModelAdmin):
    """An admin page of records that the archive writes itself: staff only view them."""

    list_per_page = 50
    show_full_result_count = False

    class Media:
        css = {"all": ["admin-archive/admin.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    """The list of all changes, the newest first, with those of deleted records."""

    list_display = ["created", "named", "kind", "action", "user", "status_shown"]
    list_display_links = ["created", "named"]
    list_filter = ["action", kinds_filter("model"), ("user", admin.RelatedOnlyFieldListFilter), "created"]
    list_select_related = ["user"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return rights.visible_by_uid(super().get_queryset(request), request.user).without_content()

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return with_words(queryset, search_term, "name", "comment"), False

    @admin.display(description=_("record"))
    def named(self, version: Version) -> str:
        return version.name

    @admin.display(description=_("kind of record"), ordering="model")
    def kind(self, version: Version) -> str:
        return kind_of_record(version.model)

    @admin.display(description=_("status"))
    def status_shown(self, version: Version) -> str:
        return Conference.Status(version.status).label if version.status else ""

    def get_urls(self) -> list[URLPattern]:
        restore = path(
            "<int:pk>/restore/", self.admin_site.admin_view(self.restore_view), name="events_version_restore"
        )
        undo = path("import/<int:number>/", self.admin_site.admin_view(self.import_view), name="events_version_import")
        return [restore, undo, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        version = self.get_object(request, object_id)
        if version is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, version):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": str(version),
            "opts": self.opts,
            SEEN: newest_version(version.record),
            "versions": [version_context(version, request)],
        }
        return TemplateResponse(request, "admin/events/history.html", context)

    @method_decorator(require_POST)
    def restore_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = get_object_or_404(Version, pk=pk)
        if not may_restore(version, request):
            raise PermissionDenied
        try:
            with writing_block(request):
                if request.POST.get(SEEN, "") not in ("", str(newest_version(version.record))):
                    messages.error(request, gettext("The record changed while this page was open: look at it again."))
                    return HttpResponseRedirect(history_page(version))
                undo = merging.undo if version.undo else revisions.restore
                record = undo(version, request.user)
        except rights.NeedsApproval as needed:
            return redirect_to_proposal(request, needed, history_page(version), Proposal.Origin.RESTORE)
        except revisions.CannotRestore as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:events_version_change", args=[pk]))
        messages.success(request, gettext("Restored: %s") % record)
        if lost := revisions.lost_files(version):
            message = gettext("These files are no longer kept, upload them again or remove their rows: %(names)s.")
            messages.warning(request, message % {"names": ", ".join(lost)})
        return HttpResponseRedirect(reverse(f"admin:events_{version.model}_change", args=[record.pk]))

    def import_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """All that was written under one number, to be undone as a whole."""
        versions = revisions.written_by(number)
        if not versions:
            raise Http404
        if not may_undo(versions, request.user):
            raise PermissionDenied
        problems: list[str] = []
        if request.method == "POST":
            before = len(revisions.not_undone(number, versions))
            try:
                count = revisions.undo_import(number, request.user)
                messages.success(request, gettext("Undone as a whole, records: %(count)d.") % {"count": count})
                return HttpResponseRedirect(request.path)
            except revisions.CannotUndo as error:
                problems = error.records
            except rights.NeedsApproval:
                problems = [gettext("Visitors see a part of it: only an editor may undo it.")]
            done = before - len(revisions.not_undone(number, versions))
            partly = gettext("A part is undone, records: %(count)d. The archive changed meanwhile.")
            messages.error(request, partly % {"count": done} if done else gettext("Nothing is undone."))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Written at once"),
            "opts": self.opts,
            "media": self.media,
            "versions": versions,
            "is_undone": not revisions.not_undone(number, versions),
            "problems": problems,
        }
        return TemplateResponse(request, "admin/events/import.html", context)
