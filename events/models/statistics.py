"""Figures of many conferences, counted by the database: by kind, format, quarter and role, attendance, talks.

Every figure is the length of a list that the filters of the lists give; nothing is estimated.
"""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db import connections, router
from django.db.models import Case, CharField, Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Substr

from .conference import PEOPLE, SITE, Attendance, ConferenceQuerySet
from .people import OrganisationParticipation, SpeakerParticipation
from .reference import SPECIMEN
from .visits import Visits

KIND = ("kind__order", "kind__name", "kind__slug", "kind__name_en")


def quarter_of(year: int | None, month: str) -> int | None:
    return (int(month) + 2) // 3 if year and month else None


class EventGroup(NamedTuple):
    """Conferences that are alike in all that a report counts by."""

    kind: tuple[Any, ...]
    format: str
    audience: str
    state: str
    year: int | None
    month: str
    count: int

    @property
    def is_specimen(self) -> bool:
        return self.kind[2] == SPECIMEN

    @property
    def quarter(self) -> int | None:
        return quarter_of(self.year, self.month)


def event_groups(conferences: ConferenceQuerySet) -> list[EventGroup]:
    """The conferences, whatever became of them, grouped by all that a report counts by."""
    columns = ("format", "audience", "state", "year", "month_of_year")
    rows = conferences.order_by().annotate(month_of_year=Substr("first_day", 6, 2)).values_list(*KIND, *columns)
    return [EventGroup(row[: len(KIND)], *row[len(KIND) :]) for row in rows.annotate(count=Count("pk"))]


class TalkGroup(NamedTuple):
    """Talks that are alike, and whose conferences are, in all that a report counts by."""

    kind: tuple[Any, ...]
    is_numbered: bool
    kind_of_event: str | None
    format: str
    audience: str
    year: int | None
    month: str
    count: int
    # Of all talks, also those at other events, those that people of the organisation gave.
    own: int

    @property
    def quarter(self) -> int | None:
        return quarter_of(self.year, self.month)


def talk_groups(talks: QuerySet, counted: ConferenceQuerySet | None, organisations: Any) -> list[TalkGroup]:
    """The talks by kind: how many belong to the `counted` conferences, how many people of `organisations` gave."""
    own = Count("pk", filter=Exists(_given_by(organisations))) if organisations is not None else Value(0)
    is_counted = Count("pk", filter=Q(conference__in=counted)) if counted is not None else Count("pk")
    of_event = ("conference__kind__slug", "conference__format", "conference__audience", "conference__year", "month")
    rows = talks.order_by().annotate(month=Substr("conference__first_day", 6, 2))
    rows = rows.values_list(*KIND, "kind__is_numbered", *of_event).annotate(total=is_counted, own=own)
    return [TalkGroup(row[: len(KIND)], row[len(KIND)] is not False, *row[len(KIND) + 1 :]) for row in rows]


def _given_by(organisations: Any) -> QuerySet:
    return SpeakerParticipation.objects.named().filter(talk=OuterRef("pk"), organisation__in=organisations)


class AttendanceFigure(NamedTuple):
    """What sources counted: at how many conferences, how much in all, the most at one; whether all were exact."""

    counted: str
    conferences: int
    total: int
    most: int
    is_exact: bool


class Came(NamedTuple):
    """Who came to conferences, as sources say, and to their pages, by month and by what was done there."""

    attendance: list[AttendanceFigure]
    visits: dict[tuple[str, str], int]


def came(conferences: ConferenceQuerySet, visited: Iterable[QuerySet], first: str, last: str) -> Came:
    """Attendance of conferences by what was counted, the most frequent first; visits of records; in one query.

    Visits are those of the months from the first to the last; "" is no bound.
    """
    exact = Count("pk", filter=Q(precision=Attendance.Precision.EXACT))
    stated = Attendance.objects.filter(conference__in=conferences).order_by()
    stated = stated.annotate(is_visit=Value(0), in_month=Value("")).values_list("is_visit", "counted", "in_month")
    is_one = reduce(or_, (Q(record__in=some.order_by().values("uid")) for some in visited))
    visits = Visits.objects.filter(is_one).in_months(first, last).order_by()
    visits = visits.annotate(is_visit=Value(1), in_month=F("month")).values_list("is_visit", "action", "in_month")
    rows = stated.annotate(number=Count("pk"), total=Sum("value"), most=Max("value"), exact=exact).union(
        visits.annotate(number=Count("pk"), total=Sum("count"), most=Max("count"), exact=Count("pk")), all=True
    )
    attendance, found = [], {}
    for is_visit, what, month, number, total, most, exact_number in rows:
        if is_visit:
            found[month, what] = total
        else:
            attendance.append(AttendanceFigure(what, number, total, most, is_exact=exact_number == number))
    return Came(sorted(attendance, key=lambda one: (-one.conferences, one.counted)), found)


class Counts(NamedTuple):
    """The number of conferences, and of the talks at them."""

    events: int
    talks: int


class RoleCounts(NamedTuple):
    """Numbers of conferences and talks by the role of an organisation, and by organisation in the roles that count."""

    by_role: dict[str, Counts]
    by_organisation: dict[int, Counts]


class Rows(NamedTuple):
    """The organisations that get rows; a department is counted as its organisation if that is in `main`."""

    organisations: Any
    main: Any


def role_counts(
    conferences: ConferenceQuerySet,
    talks: QuerySet,
    among: Any = None,
    roles: list[str] | None = None,
    rows: Rows | None = None,
) -> RoleCounts:
    """Count conferences and talks by the role of organisations, and by organisation in the `roles` that count.

    One query.

    `among` are the organisations whose roles are counted, all if it is None; so are those of `rows`.
    """
    main = None if rows is None else rows.main

    def pairs(parts: Any, organisation: str, conference: str, code: Any) -> QuerySet:
        parts = parts.filter(**{f"{organisation}__isnull": False})
        if among is not None:
            wide = Q(**{f"{organisation}__in": among})
            parts = parts.filter(wide | Q(**{f"{organisation}__in": rows.organisations}) if rows else wide)
        own, parent = F(f"{organisation}_id"), F(f"{organisation}__parent_id")
        is_part = Q(**{f"{organisation}__parent__in": main}) if main is not None else Q()
        return parts.annotate(
            record=Case(When(is_part, then=parent), default=own) if main is not None else Coalesce(parent, own),
            code=code,
            counts=Case(When(**{f"{organisation}__in": among}, then=1), default=0) if among is not None else Value(1),
        ).values_list(conference, "record", "code", "counts")

    head, *rest = (
        pairs(
            OrganisationParticipation.objects.filter(conference__in=conferences),
            "organisation",
            "conference_id",
            F("role__slug"),
        ).order_by(),
        pairs(
            SpeakerParticipation.objects.filter(conference__in=conferences),
            "organisation",
            "conference_id",
            Value(PEOPLE, CharField()),
        ).order_by(),
        pairs(conferences, "venue", "pk", Value(SITE, CharField())).order_by(),
    )
    # Django cannot aggregate over a union.
    sql, parameters = head.union(*rest).order_by().query.sql_with_params()
    chosen = f"WHERE code IN ({', '.join(['%s'] * len(roles))})" if roles else ""
    per_event = talks.order_by().values("conference").annotate(number=Count("pk")).values_list("conference", "number")
    talk_sql, talk_parameters = per_event.query.sql_with_params()

    def counted(column: str, condition: str) -> str:
        # Each conference once, with its talks: joined before that, they would be compared one by one.
        return (
            f"SELECT %s FROM (SELECT DISTINCT {column}, conference_id FROM pairs {condition}) pairs"
            f" LEFT JOIN talks ON talks.conference_id = pairs.conference_id GROUP BY {column}"
        )

    # A sum of bigint is numeric in PostgreSQL.
    counts = "COUNT(*), CAST(COALESCE(SUM(talks.number), 0) AS bigint)"
    by_role = counted("code", "WHERE counts = 1") % f"code, NULL, {counts}"
    by_organisation = counted("record", chosen.replace("%", "%%")) % f"NULL, record, {counts}"
    with connections[router.db_for_read(conferences.model)].cursor() as cursor:
        cursor.execute(
            f"WITH pairs AS MATERIALIZED ({sql}), talks (conference_id, number) AS MATERIALIZED ({talk_sql})"
            f" {by_role} UNION ALL {by_organisation}",
            [*parameters, *talk_parameters, *(roles or [])],
        )
        found = cursor.fetchall()
    return RoleCounts(
        {code: Counts(*counts) for code, _record, *counts in found if code is not None},
        {pk: Counts(*counts) for code, pk, *counts in found if code is None},
    )


def speaker_role_counts(conferences: ConferenceQuerySet, talks: QuerySet, slug: str) -> list[tuple[Any, ...]]:
    """The roles of a person, (slug, name, name in English), each with the numbers of these conferences and talks."""
    parts = SpeakerParticipation.objects.named().filter(speaker__slug=slug, conference__in=conferences)
    roles = parts.order_by("role__order", "role__name").values_list("role__slug", "role__name", "role__name_en")
    of_talks = Count("talk", filter=Q(talk__in=talks), distinct=True)
    return list(roles.annotate(count=Count("conference", distinct=True), talk_count=of_talks))
