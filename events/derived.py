"""Columns computed from other rows on writing: first days, states, moments of publication, the conference of a part."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from .batches import batched
from .models import (
    Conference,
    ConferenceDate,
    Material,
    OldAddress,
    OrganisationParticipation,
    Recording,
    Speaker,
    SpeakerParticipation,
    Subject,
    Talk,
    aggregates,
    changes,
)
from .models.base import set_conference_from_parent
from .models.fields import partial_date
from .models.slugs import SluggedModel

# What may belong to a talk and then belongs to its conference.
OF_TALKS = (SpeakerParticipation, OrganisationParticipation, Recording, Material, Subject)


def set_published(instance: Conference, **kwargs: Any) -> None:
    """When a conference was first published."""
    if instance.is_published and not instance.published:
        instance.published = timezone.now()


def find_target(instance: OldAddress, raw: bool = False, **kwargs: Any) -> None:
    """The record that a redirect leads to, if the archive has one at that address now."""
    model = next((found for found in aggregates.archive_models() if found._meta.model_name == instance.kind), None)
    if instance.target and model and issubclass(model, SluggedModel) and not (raw and instance.record):
        instance.record = model._base_manager.filter(slug=instance.target).values_list("uid", flat=True).first()


def keep_neutral_slug(instance: Speaker, **kwargs: Any) -> None:
    """The address of a hidden person does not tell the name, whatever a form or an older version says."""
    if instance.is_hidden:
        instance.slug = instance.neutral_slug


def check_place(instance: Any, **kwargs: Any) -> None:
    """Refuse what a form would, whoever saves: a circle of parts, a talk in another conference's session."""
    instance.clean()


def check_places(sender: type[Model], pks: list[int], fields: set[str] | None, **kwargs: Any) -> None:
    """The same after a bulk change; only what has a parent that has one too, or parts of its own, can be wrong."""
    if fields is not None and "parent" not in fields:
        return
    parts = sender._default_manager.exclude(parent=None).values("parent")
    deeper = Q(parent__parent__isnull=False) | Q(pk__in=parts)
    for record in sender._default_manager.filter(pk__in=pks, parent__isnull=False).filter(deeper):
        record.check_parent()


def take_conference_from_talk(instance: Any, **kwargs: Any) -> None:
    set_conference_from_parent(instance)


def take_conferences_from_talks(sender: type[Model], pks: list[int], **kwargs: Any) -> None:
    _follow_talks(sender._default_manager.filter(pk__in=pks))


def talk_saved(instance: Talk, **kwargs: Any) -> None:
    """What is said of a talk goes with it to another conference."""
    block = changes.current()
    if block is not None and instance.pk in block.moved[Talk]:
        talks_changed([instance.pk])


def talks_changed(pks: Iterable[int], fields: set[str] | None = None, **kwargs: Any) -> None:
    if fields is not None and "conference" not in fields:
        return
    for model in OF_TALKS:
        _follow_talks(model.objects.filter(talk__in=pks))


def _follow_talks(rows: QuerySet) -> None:
    astray = rows.filter(talk__isnull=False).exclude(conference=F("talk__conference"))
    if astray.exists():
        astray.update(conference=Talk.objects.filter(pk=OuterRef("talk")).values("conference")[:1])


def date_saved(instance: ConferenceDate, **kwargs: Any) -> None:
    refresh_first_days([instance.conference_id])


def dates_changed(pks: Iterable[int], **kwargs: Any) -> None:
    refresh_first_days(ConferenceDate.objects.filter(pk__in=pks).order_by().values("conference"))


def refresh_first_days(conference_pks: Iterable[int] | QuerySet) -> None:
    """Set year and first day of these conferences from their dates.

    They are touched by their dates already: the columns can be written without noting them again.
    """
    stored, wanted = first_dates(conference_pks)
    differing = defaultdict(list)
    for pk, first in wanted.items():
        if first != stored[pk]:
            differing[first].append(pk)
    for (year, day), pks in differing.items():
        QuerySet(Conference).filter(pk__in=pks).update(year=year, first_day=day)


def set_expected(block: changes.Changes) -> None:
    """State as expected what lies ahead and of which nobody says what became of it: it would count as held.

    Of an event of today nobody knows whether it is announced or reported: it is left as it came. The events are touched
    by the block already.
    """
    if not {Conference, ConferenceDate} & (block.written | block.removed.keys()):
        return
    today = timezone.localdate().isoformat()
    for some in batched(sorted(block.touched[Conference]), changes.CHUNK):
        ahead = QuerySet(Conference).filter(pk__in=some, state="", year__isnull=False, first_day__gt=today)
        ahead.update(state=Conference.State.EXPECTED)


FirstDays = dict[int, tuple[int | None, str]]


def first_dates(conference_pks: Iterable[int] | QuerySet) -> tuple[FirstDays, FirstDays]:
    """Year and first day of these conferences: as stored, and as their dates say."""
    stored: FirstDays = {}
    found: FirstDays = {}
    # As text unknown years ("XXXX…") sort last. A larger event's date serves only when there is no other.
    order = ("pk", "-dates__is_of_larger_event", "-dates__start")
    rows = Conference.objects.filter(pk__in=conference_pks).order_by(*order)
    for pk, *columns, start in rows.values_list("pk", "year", "first_day", "dates__start"):
        stored[pk] = tuple(columns)
        found.setdefault(pk, (None, ""))
        if date := partial_date(start or ""):
            found[pk] = date.year, str(date)
    return stored, found
