"""What an event needs before visitors see it: one list, for the form, the lists of staff and the door of writing."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .batches import batched
from .models import Conference, ConferenceDate, Photo, Source

AT_ONCE = 500  # conferences in one query


class Need(NamedTuple):
    """One thing that an event needs; `name` is the field or the relation that holds it."""

    name: str
    label: Any
    is_met: Q
    # The field that states it as unknown.
    unknown: str = ""

    @property
    def is_satisfied(self) -> Q:
        return self.is_met | Q(**{self.unknown: True}) if self.unknown else self.is_met


def _has(model: Any, **values: Any) -> Exists:
    return Exists(model.objects.filter(conference=OuterRef("pk"), **values))


NEEDS = (
    Need("title", gettext_lazy("title or theme"), ~Q(title="") | ~Q(theme=""), "is_untitled"),
    Need("dates", gettext_lazy("date"), Q(_has(ConferenceDate)), "is_undated"),
    Need("kind", gettext_lazy("kind"), Q(kind__isnull=False) | ~Q(kind_as_printed="")),
    Need("sources", gettext_lazy("source"), Q(_has(Source)), "is_unsourced"),
    Need("photos", gettext_lazy("alt text of photos"), ~Q(_has(Photo, alt=""))),
)


def incomplete() -> Q:
    """The condition that a conference lacks something that it needs."""
    condition = Q()
    for need in NEEDS:
        condition |= ~need.is_satisfied
    return condition


def with_needs(conferences: QuerySet) -> QuerySet:
    """Conferences that know what they lack, so that `missing` asks nothing."""
    lacks = {
        f"lacks_{need.name}": Case(
            When(need.is_satisfied, then=Value(False)), default=Value(True), output_field=BooleanField()
        )
        for need in NEEDS
    }
    return conferences.annotate(**lacks)


def missing(conference: Conference) -> list[Need]:
    """What a conference of `with_needs` lacks."""
    return [need for need in NEEDS if getattr(conference, f"lacks_{need.name}")]


def stored(conference: Conference) -> Conference:
    """The conference as the database has it now, with what it lacks."""
    return with_needs(Conference.objects.filter(pk=conference.pk)).get()


def clear_contradictions(conference: Conference) -> bool:
    """Take back, without saving, what is stated as unknown and has become known; whether anything was."""
    known = [
        need.unknown
        for need in NEEDS
        if need.unknown and getattr(conference, need.unknown)
        if Conference.objects.filter(need.is_met, pk=conference.pk).exists()
    ]
    for name in known:
        setattr(conference, name, False)
    return bool(known)


class Incomplete(ValidationError):
    """Events that lack something are not published; nothing is written."""


def check(conferences: Iterable[int]) -> None:
    """Raise Incomplete if one of these conferences, given by their keys, lacks what it needs."""
    for some in batched(sorted(conferences), AT_ONCE):
        if found := list(with_needs(Conference.objects.filter(incomplete(), pk__in=some))):
            raise Incomplete([refusal(conference) for conference in found])


def refusal(conference: Conference) -> str:
    """Why a conference of `with_needs` may not be published."""
    labels = ", ".join(str(need.label) for need in missing(conference))
    return _("“%(event)s” is not published. Still missing: %(missing)s.") % {"event": conference, "missing": labels}
