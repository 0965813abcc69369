"""The tasks on the first page of the admin: for each a number and a link to the filtered list."""

from typing import Any, NamedTuple

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import completeness, rights
from ..models import Conference, Material, Organisation, Photo, Proposal, ReaderReport, Recording, Source, Speaker, Talk
from . import duplicates

Status = Conference.Status


def _is_overdue() -> Q:
    return Q(pk__in=Conference.objects.overdue(timezone.localdate()).order_by().values("pk"))


def _has(model: Any, **values: Any) -> Exists:
    return Exists(model.objects.filter(conference=OuterRef("pk"), **values))


# Value of the filter → its label, and the condition on conferences that are not withdrawn, or a function that gives it.
TASK_FILTERS: dict[str, tuple[Any, Any]] = {
    "draft": (_("drafts"), Q(status=Status.DRAFT)),
    "ready": (_("ready to be published"), Q(status=Status.READY)),
    "overdue": (_("did it take place? (announced, and the date is over)"), _is_overdue),
    "incomplete": (_("lacking what publishing needs"), completeness.incomplete()),
    "recording": (_("without a recording"), ~_has(Recording)),
    "talk": (_("without a talk"), ~_has(Talk)),
    "year": (_("without a year"), Q(year__isnull=True)),
    "source": (_("without a source"), ~_has(Source)),
    "dead": (
        _("with a dead link"),
        Q(_has(Source, dead_since__isnull=False))
        | Q(_has(Recording, dead_since__isnull=False))
        | Q(_has(Material, dead_since__isnull=False)),
    ),
    "alt": (_("with photos without alt text"), _has(Photo, alt="")),
}


def _condition(task: str) -> Any:
    condition = TASK_FILTERS[task][1]
    return condition() if callable(condition) else condition


def with_task(conferences: QuerySet, task: str) -> QuerySet:
    """Conferences, withdrawn ones excepted, that the filter `task` of TASK_FILTERS selects."""
    return conferences.exclude(status=Status.WITHDRAWN).filter(_condition(task))


def task_counts(conferences: QuerySet) -> dict[str, int]:
    """Count the conferences that each filter of TASK_FILTERS selects, in one query."""
    counts = {task: Count("pk", filter=_condition(task)) for task in TASK_FILTERS}
    return conferences.exclude(status=Status.WITHDRAWN).aggregate(**counts)


class TaskFilter(admin.SimpleListFilter):
    title = _("what is to be done")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(task, label) for task, (label, _condition) in TASK_FILTERS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        return with_task(queryset, self.value()) if self.value() in TASK_FILTERS else None


class DeadWebsiteFilter(admin.SimpleListFilter):
    title = _("website")
    parameter_name = "website"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("dead", _("is dead"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        return queryset.exclude(website_dead_since=None) if self.value() == "dead" else None


class Task(NamedTuple):
    label: Any
    count: int
    address: str


def tasks(user: Any) -> list[Task]:
    """The tasks that this user may do, without those of which none is left."""
    found = []
    if user.has_perm("events.view_readerreport"):
        reports = ReaderReport.objects.open().count()
        found.append(_task("readerreport", _("new reports of readers"), reports, "state__exact=new"))
    if user.has_perm("events.view_conference"):
        for task, count in task_counts(rights.visible(Conference.objects, user).order_by()).items():
            found.append(_task("conference", TASK_FILTERS[task][0], count, f"waiting={task}"))
    if rights.reads_drafts(user):
        proposals = rights.decided_by(Proposal.objects.open(), user).count()
        found.append(_task("proposal", _("proposals that wait"), proposals, "state__exact=open"))
    if user.has_perm("events.view_organisation"):
        dead = Organisation.objects.exclude(website_dead_since=None).count()
        found.append(_task("organisation", _("organisations with a dead website"), dead, "website=dead"))
    for model, label in ((Speaker, _("people who may be one")), (Organisation, _("organisations that may be one"))):
        if user.has_perm(f"events.view_{model._meta.model_name}"):
            count = len(duplicates.possible_duplicates(model))
            found.append(_task(model._meta.model_name, label, count, "duplicates=possible"))
    return [task for task in found if task.count]


def _task(model: str, label: Any, count: int, query: str) -> Task:
    return Task(label, count, f"{reverse(f'admin:events_{model}_changelist')}?{query}")
