"""The figures of a report, each with the address of the list behind it."""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ...export.statistics import Figure, Report, Table
from ...models import Conference, FormLine, Organisation, Speaker, Topic, Visits, statistics
from ...models.base import is_russian
from ...models.form_lines import codes
from ..facets import HAS_CHOICES
from ..filters import TOOK_PLACE, UNKNOWN, Audience, Format, TalkSelection, quarter_label
from ..home import with_empty_years
from .selection import ReportSelection, short_date

VIEW = Visits.Action.VIEW
TOP = 30  # organisations and topics in a report of the whole archive
YEARS_BY_QUARTER = 3


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
        return [group for group in self.groups if group.state not in Conference.NOT_HELD and not group.is_specimen]

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
        without = self.selection.without("role", "organisation", "region", "city")
        bare = without.conferences()
        talks = without.talks_of(bare).numbered()
        roles = self.selection.roles("role")
        if "organisation" in values:
            family = [one.pk for one in self.selection.family]
            return statistics.role_counts(bare, talks, family, roles, statistics.Rows(family, []))
        if "region" in values or "city" in values:
            places, region, city = self.selection.places, values.get("region", ""), values.get("city")
            main = [one.pk for one in places.organisations_at(region, city)]
            rows = statistics.Rows(Organisation.objects.filter(Q(pk__in=main) | Q(parent__in=main)), main)
            return statistics.role_counts(bare, talks, places.organisations_of(region, city), roles, rows)
        return statistics.role_counts(bare, talks, None, roles)

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
            *self.visits(),
            self.not_held(),
        ]
        return Report(
            title=title,
            subject=names,
            period=self.selection.period,
            made=self.made,
            totals=totals,
            tables=[*(table for table in tables if table.figures), *self.form()],
            notes=self.notes(),
            event_count=event_count,
            talk_count=talk_count,
        )

    def form(self) -> Iterable[Table]:
        """The lines of form № 6-НК in which events of an organisation may count, as staff describe them."""
        if not self.selection.is_of_organisations:
            return
        lines = FormLine.of_period(self.selection.last_day)
        figures = [Figure(f"{line.line} {_localized(line.name, line.name_en)}", *self.of_line(line)) for line in lines]
        if lines:
            note = _("By %(act)s, valid from %(day)s, as the staff of the archive read it: a help, not a claim.")
            note %= {"act": lines[0].act, "day": short_date(lines[0].valid_from.isoformat())}
        else:
            note = _(
                "The lines of the form that was valid in the period are not entered in this archive: count by the form "
                "itself, or ask the staff of the archive to enter its lines with the order they follow."
            )
        changes = _(
            "The form changes (Rosstat’s orders № 616 of 5 October 2020, № 713 of 18 October 2021 and later ones): "
            "check it before you send it."
        )
        yield Table(_("Form № 6-НК"), figures, f"{note} {changes}")

    def of_line(self, line: FormLine) -> tuple[int, str]:
        """The number of events that may count in a line, and the address of their list."""
        named = {"kind": line.kinds, "role": line.roles, "format": line.format, "audience": line.audience}
        changes: dict[str, str | None] = {name: value for name, value in named.items() if value}
        roles = self.selection.roles("role") or []
        if line.roles and set(codes(line.roles)) != set(roles):
            selection = TalkSelection(QueryDict(self.selection.query(**changes)))
            return selection.conferences().count(), self.events(**changes)
        kinds = codes(line.kinds)
        count = sum(
            group.count
            for group in self.held
            if (not kinds or group.kind[2] in kinds)
            and line.audience in ("", group.audience)
            and line.format in ("", group.format)
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

    def numbered_talks(self, key: Callable[[statistics.TalkGroup], Any]) -> Counter[Any]:
        """The talks at the events counted by something of them or of their events."""
        counts: Counter[Any] = Counter()
        for group in self.talk_groups:
            if group.is_numbered:
                counts[key(group)] += group.count
        return counts

    def figure(self, label: str, count: int, talks: int, *, is_chosen: bool = False, **changes: str | None) -> Figure:
        """Events and the talks at them, both with their lists, whose filters differ by the changes."""
        lists = self.events(**changes), self.talks(**changes)
        return Figure(label, count, lists[0], is_chosen=is_chosen, talks=talks, talks_address=lists[1])

    def by_time(self) -> Iterable[Table]:
        years: Counter[int | None] = Counter()
        quarters: Counter[tuple[int, int | None]] = Counter()
        for group in self.held:
            years[group.year] += group.count
            if group.year:
                quarters[group.year, group.quarter] += group.count
        known = sorted(year for year in years if year)
        if len(known) > 1 or years[None]:
            talks = self.numbered_talks(lambda group: group.year)
            rows = with_empty_years([{"year": year, "count": years[year]} for year in known])
            figures = [
                self.figure(str(one["year"]), one["count"], talks[one["year"]], year=str(one["year"])) for one in rows
            ]
            if years[None]:
                figures.append(self.figure(_("year not stated"), years[None], talks[None], year=UNKNOWN))
            yield Table(_("By year"), figures)
        if 0 < len(known) <= YEARS_BY_QUARTER:
            talks = self.numbered_talks(lambda group: (group.year, group.quarter))
            figures = []
            for year in known:
                found = [1, 2, 3, 4, *([None] if quarters[year, None] else [])]
                for quarter in found:
                    name = quarter_label(quarter) if quarter else _("month not stated")
                    label = f"{year}, {name}" if len(known) > 1 else name
                    when = {"year": str(year), "quarter": str(quarter or UNKNOWN)}
                    figures.append(self.figure(label, quarters[year, quarter], talks[year, quarter], **when))
            yield Table(_("By quarter"), figures)

    def by_kind(self) -> Table:
        talks = self.numbered_talks(lambda group: group.kind_of_event or UNKNOWN)
        kinds = _kinds((group.kind, group.count) for group in self.held)
        return Table(_("By kind"), [self.figure(label, count, talks[slug], kind=slug) for label, slug, count in kinds])

    def by_choice(self, title: str, facet: Any, column: str) -> Table:
        counts: Counter[str] = Counter()
        for group in self.held:
            counts[getattr(group, column) or UNKNOWN] += group.count
        talks = self.numbered_talks(lambda group: getattr(group, column) or UNKNOWN)
        values = [value for value in (*facet.choices.values, UNKNOWN) if counts[value]]
        note = _("No source of these events says it, or staff have not stated it.") if values == [UNKNOWN] else ""
        figures = [self.figure(facet.label(value), counts[value], talks[value], **{column: value}) for value in values]
        return Table(title, figures, note)

    def by_role(self) -> Iterable[Table]:
        if "speaker" in self.selection.values_of:
            yield self.by_speaker_role()
            return
        counts = self.role_counts
        chosen = self.selection.roles("role") or []
        figures = [
            self.figure(name, *counts.by_role[slug], is_chosen=slug in chosen, role=slug)
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
        talks = self.selection.without("speaker_role").talks()
        rows = statistics.speaker_role_counts(base, talks, self.selection.values_of["speaker"])
        chosen = self.selection.roles("speaker_role") or []
        figures = [
            self.figure(_localized(name, name_en), *counts, is_chosen=slug in chosen, speaker_role=slug)
            for slug, name, name_en, *counts in rows
        ]
        return Table(_("By role of the person"), figures, _("An event in several roles is in several rows."))

    def by_organisation(self, counts: dict[int, statistics.Counts]) -> Iterable[Table]:
        values = self.selection.values_of
        note = _("An event of two organisations is in both rows and once in the total.")
        if "organisation" in values:
            if len(self.selection.family) > 1:
                yield Table(_("By department"), self.rows_of(self.selection.family[1:], counts), note)
        elif "region" in values or "city" in values:
            found = self.selection.places.organisations_at(values.get("region", ""), values.get("city"))
            yield Table(_("By organisation"), self.rows_of(found, counts), note)
        elif self.selection.is_whole and counts:
            first = sorted(counts, key=lambda pk: (-counts[pk].events, pk))[:TOP]
            records = Organisation.objects.in_bulk(first)
            yield Table(
                _("Organisations that took part most often"), self.rows_of([records[pk] for pk in first], counts), note
            )

    def rows_of(self, organisations: Iterable[Organisation], counts: dict[int, statistics.Counts]) -> list[Figure]:
        return [
            self.figure(one.name, *counts[one.pk], organisation=one.slug, region=None, city=None)
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

    @cached_property
    def came(self) -> statistics.Came:
        """Attendance of the events counted; visits in the period of all events of the subject, and of its own page."""
        ever = self.selection.without("from", "to")
        events = ever.conferences()
        own = [type(one).objects.filter(pk=one.pk) for one in self.selection.subjects if hasattr(one, "pk")]
        return statistics.came(
            self.selection.conferences(),
            [events, ever.talks_of(events), *own],
            *self.selection.months,
        )

    def attendance(self) -> Table:
        figures = []
        for one in self.came.attendance:
            total = one.total if one.is_exact else _("about %s") % one.total
            note = _("in all %(total)s, most at one event %(most)s") % {"total": total, "most": one.most}
            figures.append(Figure(one.counted, one.conferences, self.events(counted=one.counted), note))
        note = _("The number is that of the events whose sources state it; who came twice is counted twice.")
        return Table(_("Attendance"), figures, note)

    def visits(self) -> Iterable[Table]:
        counts: Counter[str] = Counter()
        months: dict[str, Counter[str]] = {}
        for (month, action), count in self.came.visits.items():
            counts[action] += count
            months.setdefault(month, Counter())[action] += count
        note = _("Of pages of events, talks and of what the report is of, in the period; without robots and staff.")
        figures = [Figure(capfirst(str(action.label)), counts[action]) for action in Visits.Action if counts[action]]
        yield Table(_("Visits of the archive"), figures, note)
        if len(months) > 1:
            rows = [
                Figure(short_date(month), months[month][VIEW], note=_others(months[month])) for month in sorted(months)
            ]
            yield Table(_("Views of pages by month"), rows)

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


def _others(counts: Counter[str]) -> str:
    """What was done beside viewing pages: «загрузки: 3»."""
    return "; ".join(
        f"{action.label}: {counts[action]}" for action in Visits.Action if action != VIEW and counts[action]
    )


def _localized(name: str, name_en: str) -> str:
    return name if is_russian() or not name_en else name_en


class YearBuilder(Builder):
    """Counts the figures of a year of the whole archive."""

    def report(self, title: str) -> Report:
        report = super().report(title)
        if not report.event_count:
            raise Http404
        report.totals += self.who_took_part()
        report.tables[2:2] = [table for table in (self.kept(), self.topics()) if table.figures]
        return report

    def who_took_part(self) -> list[Figure]:
        """The organisations, departments counted as theirs, and the people, each with the index of those."""
        query = urlencode({"year": self.selection.values_of["from"], "state": TOOK_PLACE})
        people = Speaker.objects.taking_part(self.selection.conferences()).count()
        return [
            Figure(
                _("Organisations"), len(self.role_counts.by_organisation), f"{reverse('events:organisations')}?{query}"
            ),
            Figure(_("Speakers"), people, f"{reverse('events:speakers')}?{query}"),
        ]

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
