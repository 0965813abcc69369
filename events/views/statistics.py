"""Reports of figures: of an organisation, region, person, topic or series in a period, and of a year of the archive.

Every figure is counted from the filters of the lists (`filters.py`) and links to the list that they give.
"""

import calendar
import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ..export import record as description
from ..export.citations import AUTHORS
from ..export.statistics import FORMATS, LIMIT, Figure, Listed, Report, ReportFormat, Table
from ..models import (
    Conference,
    FormLine,
    Organisation,
    OrganisationRole,
    Series,
    ShownVersion,
    Speaker,
    SpeakerParticipation,
    SpeakerRole,
    Talk,
    Topic,
    statistics,
)
from ..models.base import is_russian
from ..models.conference import PEOPLE
from ..models.form_lines import codes
from ..models.places import Places
from ..russian.dates import PartialDate, format_date, format_span
from .facets import HAS_CHOICES
from .filters import FILTER_OF, TOOK_PLACE, UNKNOWN, Audience, Format, TalkSelection, quarter_label
from .generic import shown_as
from .home import with_empty_years

SHOWN = 100  # events and talks on the page; the list has all
TOP = 30  # organisations and topics in a report of the whole archive
YEARS_BY_QUARTER = 3
# Roles that count in a report if nobody chooses others.
HOSTS = ("organiser", "co-organiser")
SUBJECTS: dict[str, tuple[type, str | Promise]] = {
    "organisation": (Organisation, gettext_lazy("Organisation")),
    "speaker": (Speaker, gettext_lazy("Speaker")),
    "topic": (Topic, gettext_lazy("Topic")),
    "series": (Series, gettext_lazy("Series")),
}


class ReportSelection(TalkSelection):
    """The filters of a report: of the address, with the roles that count and without what did not take place."""

    def __init__(self, query: QueryDict) -> None:
        values = query.copy()
        self.subject_names = [name for name in (*SUBJECTS, "region", "city") if values.get(name)]
        # What is wrong with the period, and what was written there.
        self.errors: dict[str, str] = {}
        self.rejected: dict[str, str] = {}
        for name in ("from", "to"):
            self._read_date(values, name)
        if any(name in self.subject_names for name in ("organisation", "region", "city")) and not values.get("role"):
            values.setlist("role", list(HOSTS))
        values["state"] = TOOK_PLACE
        super().__init__(values)
        first, last = (self.values_of.get(name) for name in ("from", "to"))
        if first and last and PartialDate.from_iso(first).starting > f"{PartialDate.from_iso(last).ending}-X":
            self.errors["to"] = _("The period ends before it begins.")

    def _read_date(self, values: QueryDict, name: str) -> None:
        """Read a date as people write it, «март 2024»; one that cannot be read is an error and no filter."""
        if text := values.get(name, "").strip():
            try:
                date = PartialDate.from_text(text[:40])
                if date.year is None:
                    raise ValueError
                values[name] = str(date)
                return
            except ValueError:
                self.errors[name] = _("This is no date. Write a year, a month or a day: 2024, 03.2024, 15.03.2024.")
                self.rejected[name] = text[:40]
        values.pop(name, None)

    @cached_property
    def organisation_roles(self) -> dict[str, str]:
        """The roles of organisations by their code, in the order of the list."""
        roles = {role.slug: str(role) for role in OrganisationRole.objects.all()}
        return roles | {PEOPLE: _("its people took part")}

    @property
    def is_of_organisations(self) -> bool:
        return any(name in self.subject_names for name in ("organisation", "region", "city"))

    @property
    def last_day(self) -> datetime.date:
        """The last day of the period, today if it has no end."""
        if "to" not in self.values_of:
            return timezone.localdate()
        last = PartialDate.from_iso(self.values_of["to"])
        year, month = last.year or 1, last.month or 12
        return datetime.date(year, month, last.day or calendar.monthrange(year, month)[1])

    @property
    def is_whole(self) -> bool:
        return not self.subject_names

    @cached_property
    def subjects(self) -> list[Any]:
        """The records and places of the address, or 404."""
        found: list[Any] = []
        for name in self.subject_names:
            if name in SUBJECTS:
                record = self.family[0] if name == "organisation" else self._record(SUBJECTS[name][0], name)
                found.append(record)
        region, city = self.values_of.get("region", ""), self.values_of.get("city")
        if (region or city) and not self.places.organisations_at(region, city):
            raise Http404
        return [*found, *filter(None, [city, region])]

    def _record(self, model: Any, name: str) -> Any:
        record = model.objects.published().filter(slug=self.values_of[name]).first()
        if record is None:
            raise Http404
        return record

    @cached_property
    def family(self) -> list[Organisation]:
        """The organisation of the address and its departments."""
        slug = self.values_of["organisation"]
        records = list(Organisation.objects.published().with_departments(slug))
        records.sort(key=lambda one: (one.slug != slug, one.name_key))
        if not records or records[0].slug != slug:
            raise Http404
        return records

    def report_query(self, **changes: str | None) -> str:
        """The query string of a report with the same filters."""
        return self.query(state=None, **changes)

    @property
    def period(self) -> str:
        first, last = (self.values_of.get(name) for name in ("from", "to"))
        language = get_language() or "ru"
        if first and last:
            start, end = PartialDate.from_iso(first), PartialDate.from_iso(last)
            if first != last and bool(start.month) == bool(end.month) and bool(start.day) == bool(end.day):
                between = format_span(start, end, language)
                return between if start.month or start.year == end.year else f"{first}–{last}"
            return format_date(start, language) if first == last else f"{_short(first)} – {_short(last)}"
        if first or last:
            one = "from" if first else "to"
            return FILTER_OF[one].label(first or last)
        return str(_("all years"))


def _short(date: str) -> str:
    return format_date(PartialDate.from_iso(date), get_language() or "ru")


class Builder:
    """Counts the figures of a report."""

    def __init__(self, selection: ReportSelection, made: str) -> None:
        self.selection, self.made = selection, made

    # ── Addresses of the lists behind the figures ────────────────────────────────────────────────────────────────

    def events(self, **changes: str | None) -> str:
        return f"{reverse('events:conferences')}?{self.selection.query(**changes)}"

    def talks(self, **changes: str | None) -> str:
        return f"{reverse('events:talks')}?{self.selection.query(**changes)}"

    # ── What is counted ──────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def groups(self) -> list[statistics.EventGroup]:
        return statistics.event_groups(self.selection.without("state").conferences())

    @cached_property
    def held(self) -> list[statistics.EventGroup]:
        return [group for group in self.groups if group.state not in Conference.NOT_HELD]

    @cached_property
    def talk_groups(self) -> list[statistics.TalkGroup]:
        if "organisation" not in self.selection.values_of:
            talks = self.selection.talks_of(self.selection.conferences())
            return statistics.talk_groups(talks, None, None)
        # People of the organisation also speak at events of others.
        talks = self.selection.talks_of(self.selection.without("role").conferences())
        family = Organisation.objects.with_departments(self.selection.values_of["organisation"])
        return statistics.talk_groups(talks, self.selection.conferences(), family)

    @cached_property
    def role_counts(self) -> statistics.RoleCounts:
        values = self.selection.values_of
        bare = self.selection.without("role", "organisation", "region", "city").conferences()
        roles = self.selection.roles("role")
        if "organisation" in values:
            family = [one.pk for one in self.selection.family]
            return statistics.role_counts(bare, family, roles, statistics.Rows(family, []))
        if "region" in values or "city" in values:
            places, region, city = self.selection.places, values.get("region", ""), values.get("city")
            main = [one.pk for one in places.organisations_at(region, city)]
            rows = statistics.Rows(Organisation.objects.filter(Q(pk__in=main) | Q(parent__in=main)), main)
            return statistics.role_counts(bare, places.organisations_of(region, city), roles, rows)
        return statistics.role_counts(bare, None, roles)

    # ── The parts of the report ──────────────────────────────────────────────────────────────────────────────────

    def report(self, title: str) -> Report:
        subjects = self.selection.subjects
        names = ", ".join(str(one) for one in subjects) or _("the whole archive")
        event_count = sum(group.count for group in self.held)
        talk_count = sum(group.count for group in self.talk_groups if group.is_numbered)
        own = sum(group.own for group in self.talk_groups if group.is_numbered)
        totals = [
            Figure(_("Events"), event_count, self.events()),
            Figure(_("Talks"), talk_count, self.talks()),
        ]
        if "organisation" in self.selection.values_of:
            address = self.talks(organisation=None, role=None, given_by=self.selection.values_of["organisation"])
            note = _("also at events of others")
            totals.append(Figure(_("Talks given by its people"), own, address, note))
        tables = [
            *self.by_time(),
            self.by_kind(),
            self.by_choice(_("By format"), Format(), "format"),
            self.by_choice(_("For whom"), Audience(), "audience"),
            *self.by_role(),
            self.talks_by_kind(),
            self.attendance(),
            self.not_held(),
            *self.form(),
        ]
        return Report(
            title=title,
            subject=names,
            period=self.selection.period,
            made=self.made,
            totals=totals,
            tables=[table for table in tables if table.figures],
            notes=self.notes(),
            event_count=event_count,
            talk_count=talk_count,
        )

    def form(self) -> Iterable[Table]:
        """The lines of form № 6-НК in which events of an organisation may count, as staff describe them."""
        if not self.selection.is_of_organisations:
            return
        lines = FormLine.of_period(self.selection.last_day)
        if not lines:
            return
        figures = [Figure(f"{line.line} {_localized(line.name, line.name_en)}", *self.of_line(line)) for line in lines]
        note = _(
            "By %(act)s, valid from %(day)s, as the staff of the archive read it: a help, not a claim. "
            "The form changes; check it before you send it."
        ) % {"act": lines[0].act, "day": _short(lines[0].valid_from.isoformat())}
        yield Table(_("Form № 6-НК"), figures, note)

    def of_line(self, line: FormLine) -> tuple[int, str]:
        """The number of events that may count in a line, and the address of their list."""
        changes: dict[str, str | None] = {"kind": line.kinds or None, "audience": line.audience or None}
        if line.roles:
            changes["role"] = line.roles
        changes = {name: value for name, value in changes.items() if value}
        roles = self.selection.roles("role") or []
        if line.roles and set(codes(line.roles)) != set(roles):
            selection = TalkSelection(QueryDict(self.selection.query(**changes)))
            return selection.conferences().count(), self.events(**changes)
        kinds = codes(line.kinds)
        count = sum(
            group.count
            for group in self.held
            if (not kinds or group.kind[2] in kinds) and line.audience in ("", group.audience)
        )
        return count, self.events(**changes)

    def notes(self) -> list[str]:
        notes = []
        if roles := self.selection.roles("role"):
            # A role that the list no longer has is no filter.
            if unknown := set(roles) - self.selection.organisation_roles.keys():
                raise Http404(f"role={unknown}")
            names = ", ".join(self.selection.organisation_roles[slug] for slug in dict.fromkeys(roles))
            notes.append(_("Roles that count: %s.") % names)
        notes.append(_("An event is counted on its first day. Expected, cancelled and postponed events are apart."))
        return notes

    def by_time(self) -> Iterable[Table]:
        years: Counter[int | None] = Counter()
        quarters: Counter[tuple[int, int | None]] = Counter()
        for group in self.held:
            years[group.year] += group.count
            if group.year:
                quarters[group.year, group.quarter] += group.count
        known = sorted(year for year in years if year)
        if len(known) > 1 or years[None]:
            rows = with_empty_years([{"year": year, "count": years[year]} for year in known])
            figures = [Figure(str(one["year"]), one["count"], self.events(year=str(one["year"]))) for one in rows]
            if years[None]:
                figures.append(Figure(_("year not stated"), years[None], self.events(year=UNKNOWN)))
            yield Table(_("By year"), figures)
        if 0 < len(known) <= YEARS_BY_QUARTER:
            figures = []
            for year in known:
                found = [1, 2, 3, 4, *([None] if quarters[year, None] else [])]
                for quarter in found:
                    name = quarter_label(quarter) if quarter else _("month not stated")
                    label = f"{year}, {name}" if len(known) > 1 else name
                    address = self.events(year=str(year), quarter=str(quarter or UNKNOWN))
                    figures.append(Figure(label, quarters[year, quarter], address))
            yield Table(_("By quarter"), figures)

    def by_kind(self) -> Table:
        return Table(
            _("By kind"),
            [
                Figure(label, count, self.events(kind=slug))
                for label, slug, count in _kinds((group.kind, group.count) for group in self.held)
            ],
        )

    def by_choice(self, title: str, facet: Any, column: str) -> Table:
        counts: Counter[str] = Counter()
        for group in self.held:
            counts[getattr(group, column) or UNKNOWN] += group.count
        values = [value for value in (*facet.choices.values, UNKNOWN) if counts[value]]
        note = _("No source of these events says it, or staff have not stated it.") if values == [UNKNOWN] else ""
        figures = [Figure(facet.label(value), counts[value], self.events(**{column: value})) for value in values]
        return Table(title, figures, note)

    def by_role(self) -> Iterable[Table]:
        if "speaker" in self.selection.values_of:
            yield self.by_speaker_role()
            return
        counts = self.role_counts
        chosen = self.selection.roles("role") or []
        figures = [
            Figure(name, counts.by_role[slug], self.events(role=slug), is_chosen=slug in chosen)
            for slug, name in self.selection.organisation_roles.items()
            if slug in counts.by_role
        ]
        yield Table(
            _("By role of organisations"),
            figures,
            _("An event in several roles is in several rows. The other figures are of the roles that count."),
        )
        yield from self.by_organisation(counts.by_organisation)

    def by_speaker_role(self) -> Table:
        base = self.selection.without("speaker_role").conferences()
        rows = statistics.speaker_role_counts(base, self.selection.values_of["speaker"])
        chosen = self.selection.roles("speaker_role") or []
        figures = [
            Figure(_localized(name, name_en), count, self.events(speaker_role=slug), is_chosen=slug in chosen)
            for slug, name, name_en, count in rows
        ]
        return Table(_("By role of the person"), figures, _("An event in several roles is in several rows."))

    def by_organisation(self, counts: dict[int, int]) -> Iterable[Table]:
        values = self.selection.values_of
        note = _("An event of two organisations is in both rows and once in the total.")
        if "organisation" in values:
            if len(self.selection.family) > 1:
                yield Table(_("By department"), self.rows_of(self.selection.family[1:], counts), note)
        elif "region" in values or "city" in values:
            found = self.selection.places.organisations_at(values.get("region", ""), values.get("city"))
            yield Table(_("By organisation"), self.rows_of(found, counts), note)
        elif self.selection.is_whole and counts:
            first = sorted(counts, key=lambda pk: (-counts[pk], pk))[:TOP]
            records = Organisation.objects.in_bulk(first)
            yield Table(
                _("Organisations that took part most often"), self.rows_of([records[pk] for pk in first], counts), note
            )

    def rows_of(self, organisations: Iterable[Organisation], counts: dict[int, int]) -> list[Figure]:
        return [
            Figure(one.name, counts[one.pk], self.events(organisation=one.slug, region=None, city=None))
            for one in organisations
            if one.pk in counts
        ]

    def talks_by_kind(self) -> Table:
        counted = [group for group in self.talk_groups if group.is_numbered]
        others = [group for group in self.talk_groups if not group.is_numbered]
        figures = []
        for groups, note in ((counted, ""), (others, _("not counted as a talk"))):
            for label, slug, count in _kinds((group.kind, group.count) for group in groups):
                figures.append(Figure(label, count, self.talks(talk_kind=slug), note))
        return Table(_("Talks by kind"), figures)

    def attendance(self) -> Table:
        figures = []
        for one in statistics.attendance(self.selection.conferences()):
            total = one.total if one.is_exact else _("about %s") % one.total
            note = _("in all %(total)s, most at one event %(most)s") % {"total": total, "most": one.most}
            figures.append(Figure(one.counted, one.conferences, self.events(counted=one.counted), note))
        note = _("The number is that of the events whose sources state it; who came twice is counted twice.")
        return Table(_("Attendance"), figures, note)

    def not_held(self) -> Table:
        counts: Counter[str] = Counter()
        for group in self.groups:
            counts[group.state] += group.count
        figures = [
            Figure(str(state.label).capitalize(), counts[state], self.events(state=state.value))
            for state in Conference.NOT_HELD
            if counts[state]
        ]
        return Table(_("Not counted above"), figures)


def _kinds(counts: Iterable[tuple[tuple[Any, ...], int]]) -> list[tuple[str, str, int]]:
    """(label, code, count) of each kind, in the order of the list; those without a kind last."""
    found: Counter[tuple[Any, ...]] = Counter()
    for kind, count in counts:
        found[kind] += count
    ordered = sorted(found, key=lambda kind: (kind[2] is None, kind[:2] if kind[2] else ()))
    return [
        (_localized(name, name_en) if slug else _("kind not stated"), slug or UNKNOWN, found[kind])
        for kind in ordered
        for _order, name, slug, name_en in [kind]
        if found[kind]
    ]


def _localized(name: str, name_en: str) -> str:
    return name if is_russian() or not name_en else name_en


class YearBuilder(Builder):
    """Counts the figures of a year of the whole archive."""

    def report(self, title: str) -> Report:
        report = super().report(title)
        if not report.event_count:
            raise Http404
        report.tables[2:2] = [table for table in (self.kept(), self.topics()) if table.figures]
        return report

    def kept(self) -> Table:
        choices = {choice: Count("pk", filter=Conference.objects.has(choice)) for choice in HAS_CHOICES}
        counts = self.selection.conferences().order_by().aggregate(**choices)
        figures = [
            Figure(_("Events with: %s") % label, counts[choice], self.events(has=choice))
            for choice, label in HAS_CHOICES.items()
            if counts[choice]
        ]
        return Table(_("What the archive keeps of them"), figures)

    def topics(self) -> Table:
        topics = Topic.objects.counted_in(self.selection.conferences(), limit=TOP)
        return Table(_("Topics"), [Figure(one.name, one.count, self.events(topic=one.slug)) for one in topics])


# ── Pages and files ─────────────────────────────────────────────────────────────────────────────────────────────────


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
            "events": [] if year else list(selection.conferences().newest_first().select_related("kind")[:SHOWN]),
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


def _shown_talks(selection: ReportSelection) -> list[Talk]:
    """The first talks, each with its first `author` and `author_count`; in one query."""
    parts = SpeakerParticipation.objects.named().filter(talk=OuterRef("pk"), role__slug__in=AUTHORS)
    name = JSONObject(
        family_name="speaker__family_name", given_names="speaker__given_names", initials="speaker__initials"
    )
    count = parts.order_by().values("talk").annotate(count=Count("speaker", distinct=True)).values("count")
    talks = selection.talks().newest_first().select_related("kind", "conference__kind")
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
    response = HttpResponse(format.write(Listed(report, events, talks)), content_type=format.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file_name}.{format.name}"'
    response["X-Robots-Tag"] = "noindex"
    return response


def _described(model: Any, records: QuerySet, base: str) -> list[Any]:
    keys = list(records.newest_first().values_list("pk", flat=True)[:LIMIT])
    return list(description.in_order(model, keys, base))
