"""Reports as pages and files."""

from dataclasses import replace
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ...export import record as description
from ...export.citations import AUTHORS
from ...export.statistics import FORMATS, LIMIT, Listed, Report, ReportFormat
from ...models import Conference, ShownVersion, Speaker, SpeakerParticipation, SpeakerRole, Talk, Visits
from ...models.places import Places
from ...russian.dates import PartialDate, format_date
from ..generic import shown_as
from .counting import Builder, YearBuilder
from .selection import ReportSelection

SHOWN = 100  # events and talks on the page; the list has all


def reports(request: HttpRequest) -> HttpResponse:
    """The report that the address asks for; without any filter what reports there are."""
    shown = ShownVersion.now(today=True)
    selection = ReportSelection(request.GET)
    if selection.errors:
        return _page(request, selection, None, "", status=400)
    if not selection.report_query():
        return shown_as(shown, _index(request))
    report = Builder(selection, _made()).report(_("Report"))
    return shown_as(shown, _page(request, selection, report, ""))


def year(request: HttpRequest, year: str) -> HttpResponse:
    """The figures of a year of the whole archive: «Итоги года»."""
    shown = ShownVersion.now(today=True)
    selection, report = _of_year(year)
    return shown_as(shown, _page(request, selection, report, year))


def export(request: HttpRequest, name: str, year: str = "") -> HttpResponse:
    """A report as a file."""
    shown = ShownVersion.now(today=True)
    if name not in FORMATS:
        raise Http404(name)
    if year:
        selection, report = _of_year(year)
        return shown_as(shown, _file(request, FORMATS[name], selection, report, f"report-{year}"))
    selection = ReportSelection(request.GET)
    if selection.errors or not selection.report_query():
        raise Http404
    report = Builder(selection, _made()).report(_("Report"))
    return shown_as(shown, _file(request, FORMATS[name], selection, report, "report"))


def _of_year(year: str) -> tuple[ReportSelection, Report]:
    selection = ReportSelection(QueryDict(f"from={year}&to={year}"))
    return selection, YearBuilder(selection, _made()).report(_("The year %s in the archive") % year)


def _made() -> str:
    day = timezone.localdate()
    date = format_date(PartialDate(day.year, day.month, day.day), get_language() or "ru")
    return _("Made on %s from the published records of the archive.") % date


def _index(request: HttpRequest) -> HttpResponse:
    years = Conference.objects.published().took_place().filter(year__isnull=False).order_by("-year")
    counted = list(years.values("year").annotate(count=Count("pk")))
    regions = [region for region in Places().regions if region]
    return render(request, "events/statistics_index.html", {"years": counted, "regions": regions})


ROLES = ("role", "speaker_role")


def _page(
    request: HttpRequest, selection: ReportSelection, report: Report | None, year: str, status: int = 200
) -> HttpResponse:
    values = {**selection.values_of, **selection.rejected}
    context: dict[str, Any] = {
        "report": report,
        "year": year,
        "errors": selection.errors,
        "first": values.get("from", ""),
        "last": values.get("to", ""),
        "kept": [(name, value) for name, value in selection.chosen if name not in ("from", "to", "state", *ROLES)],
        "roles": _roles(selection),
        "canonical_query": "" if year else selection.report_query(),
    }
    if report:
        context |= {
            "events": [] if year else _shown_events(selection),
            "talks": [] if year else _shown_talks(selection),
            "events_address": f"{reverse('events:conferences')}?{selection.query()}",
            "talks_address": f"{reverse('events:talks')}?{selection.query()}",
            "files": [(one.label, _file_address(selection, year, one.name)) for one in FORMATS.values()],
            "all_years": selection.report_query(**{"from": None, "to": None}),
        }
    return render(request, "events/statistics.html", context, status=status)


def _roles(selection: ReportSelection) -> list[dict[str, Any]]:
    """The roles among which a reader chooses those that count."""
    if any(name in selection.subject_names for name in ("organisation", "region", "city")):
        name, roles = "role", list(selection.organisation_roles.items())
    elif "speaker" in selection.subject_names:
        name, roles = "speaker_role", [(role.slug, str(role)) for role in SpeakerRole.objects.all()]
    else:
        return []
    chosen = selection.roles(name) or []
    return [{"name": name, "value": slug, "label": label, "chosen": slug in chosen} for slug, label in roles]


def _file_address(selection: ReportSelection, year: str, name: str) -> str:
    if year:
        return reverse("events:report-year-export", args=[year, name])
    return f"{reverse('events:reports-export', args=[name])}?{selection.report_query()}"


def _shown_events(selection: ReportSelection) -> list[Conference]:
    """The first events, each with the `views` of its page in the period; in one query."""
    return list(_with_views(selection.conferences(), selection).newest_first().select_related("kind")[:SHOWN])


def _with_views(records: Any, selection: ReportSelection) -> Any:
    visits = Visits.objects.in_months(*selection.months).views().filter(record=OuterRef("uid"))
    return records.annotate(views=Subquery(visits.by_record().values("sum")))


def _shown_talks(selection: ReportSelection) -> list[Talk]:
    """The first talks, each with its first `author`, `author_count` and `views`; in one query."""
    parts = SpeakerParticipation.objects.named().filter(talk=OuterRef("pk"), role__slug__in=AUTHORS)
    name = JSONObject(
        family_name="speaker__family_name", given_names="speaker__given_names", initials="speaker__initials"
    )
    count = parts.order_by().values("talk").annotate(count=Count("speaker", distinct=True)).values("count")
    talks = _with_views(selection.talks(), selection).newest_first().select_related("kind", "conference__kind")
    talks = talks.annotate(
        first_author=Subquery(parts.order_by("order", "pk").values(columns=name)[:1]), author_count=Subquery(count)
    )
    found = list(talks[:SHOWN])
    for talk in found:
        talk.author = Speaker(**talk.first_author).short_name if talk.first_author else ""
    return found


def _file(
    request: HttpRequest, format: ReportFormat, selection: ReportSelection, report: Report, file_name: str
) -> HttpResponse:
    base = request.build_absolute_uri("/")
    events = _described(Conference, selection.conferences(), base)
    talks = _described(Talk, selection.talks(), base)
    # In a file an address stands alone.
    for figures in (report.totals, *(table.figures for table in report.tables)):
        figures[:] = [replace(one, address=request.build_absolute_uri(one.address)) for one in figures]
    uids = [one.uid for one in (*events, *talks)]
    views = dict(Visits.objects.in_months(*selection.months).views().filter(record__in=uids).by_record())
    response = HttpResponse(format.write(Listed(report, events, talks, views)), content_type=format.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file_name}.{format.name}"'
    response["X-Robots-Tag"] = "noindex"
    return response


def _described(model: Any, records: QuerySet, base: str) -> list[Any]:
    keys = list(records.newest_first().values_list("pk", flat=True)[:LIMIT])
    return list(description.in_order(model, keys, base))
