"""What follows from a change, in the same transaction as the change."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.management import create_permissions
from django.core.management import call_command
from django.db.models import F, Model, OuterRef, Q, QuerySet
from django.db.models.signals import post_delete, post_migrate, post_save, pre_delete, pre_save
from django.utils import timezone

from . import groups
from .models import (
    Conference,
    ConferenceDate,
    ConferenceKind,
    Material,
    Organisation,
    OrganisationParticipation,
    Recording,
    RecordingOffset,
    SpeakerParticipation,
    Talk,
    rows_changed,
    rows_changing,
)
from .models.base import take_conference
from .search import index

# What may belong to a talk and then belongs to its conference.
OF_TALKS = (SpeakerParticipation, OrganisationParticipation, Recording, Material)


def connect() -> None:
    pre_save.connect(keep_moments, sender=Conference)
    for model in (Conference, Organisation, Talk, RecordingOffset):
        pre_save.connect(check_place, sender=model)
    for model in (Conference, Organisation):
        rows_changing.connect(keep_places, sender=model)
        rows_changed.connect(check_places, sender=model)
    for model in OF_TALKS:
        pre_save.connect(take_conference_from_talk, sender=model)
        rows_changed.connect(take_conferences_from_talks, sender=model)
    pre_save.connect(talk_moves, sender=Talk)
    post_save.connect(talk_moved, sender=Talk)
    rows_changed.connect(talks_changed, sender=Talk)
    post_save.connect(date_saved, sender=ConferenceDate)
    post_delete.connect(date_saved, sender=ConferenceDate)
    rows_changed.connect(dates_changed, sender=ConferenceDate)
    post_migrate.connect(fill_new_archive, dispatch_uid="new_archive")
    for model in index.MODELS:
        pre_save.connect(before_save, sender=model)
        post_save.connect(after_change, sender=model)
        pre_delete.connect(before_delete, sender=model)
        post_delete.connect(after_change, sender=model)
        rows_changing.connect(before_update, sender=model)
        rows_changed.connect(after_update, sender=model)


def fill_new_archive(sender: Any, using: str, **kwargs: Any) -> None:
    """Give a new archive its lists and its groups of staff; from then on they belong to the staff."""
    if sender.name == "events" and not ConferenceKind.objects.using(using).exists():
        call_command("loaddata", "lists", database=using, verbosity=0)
        # Django makes the permissions after this: auth follows events in INSTALLED_APPS.
        create_permissions(sender, using=using, verbosity=0)
        groups.create(using)


def keep_moments(instance: Conference, raw: bool = False, **kwargs: Any) -> None:
    """When a conference was created, changed and first published.

    A fixture states none of these and is saved raw: loading it again must change nothing.
    """
    stored = Conference.objects.filter(pk=instance.pk).first() if instance.pk else None
    if stored:
        instance.created = stored.created
        instance.year, instance.first_day = first_date(stored.pk)
        instance.published = instance.published or stored.published
    if instance.is_published and not instance.published:
        instance.published = timezone.now()
    if stored and all(
        getattr(instance, field.attname) == getattr(stored, field.attname)
        for field in Conference._meta.concrete_fields
        if field.name != "changed"
    ):
        instance.changed = stored.changed
    else:
        instance.changed = timezone.now()


def check_place(instance: Any, **kwargs: Any) -> None:
    """What a form would refuse, whoever saves: a circle of parts, a talk in another conference’s session."""
    instance.clean()


def keep_places(sender: type[Model], pks: list[int], memo: dict[str, Any], **kwargs: Any) -> None:
    memo["places"] = set(sender._default_manager.filter(pk__in=pks, parent__isnull=False).values_list("pk", "parent"))


def check_places(sender: type[Model], pks: list[int], memo: dict[str, Any] | None = None, **kwargs: Any) -> None:
    stood = (memo or {}).get("places", ())
    # Only what has a parent that has one too, or parts of its own, can close a circle or be a department’s department.
    parts = sender._default_manager.exclude(parent=None).values("parent")
    deeper = Q(parent__parent__isnull=False) | Q(pk__in=parts)
    for record in sender._default_manager.filter(pk__in=pks, parent__isnull=False).filter(deeper):
        if (record.pk, record.parent_id) not in stood:
            record.check_parent()


def take_conference_from_talk(instance: Any, **kwargs: Any) -> None:
    take_conference(instance)


def take_conferences_from_talks(sender: type[Model], pks: list[int], **kwargs: Any) -> None:
    follow_talks(sender._default_manager.filter(pk__in=pks))


def follow_talks(rows: QuerySet) -> None:
    astray = rows.filter(talk__isnull=False).exclude(conference=F("talk__conference"))
    if astray.exists():
        astray.update(conference=Talk.objects.filter(pk=OuterRef("talk")).values("conference")[:1])


def talk_moves(instance: Talk, **kwargs: Any) -> None:
    stored = Talk.objects.filter(pk=instance.pk).exclude(conference=instance.conference_id) if instance.pk else None
    instance._moves = stored is not None and stored.exists()


def talk_moved(instance: Talk, **kwargs: Any) -> None:
    """What is said of a talk goes with it to another conference."""
    if instance.__dict__.pop("_moves", False):
        talks_changed([instance.pk])


def talks_changed(pks: Iterable[int], **kwargs: Any) -> None:
    for model in OF_TALKS:
        follow_talks(model.objects.filter(talk__in=pks))


def date_saved(instance: ConferenceDate, **kwargs: Any) -> None:
    refresh_first_days([instance.conference_id])


def dates_changed(pks: Iterable[int], **kwargs: Any) -> None:
    refresh_first_days(ConferenceDate.objects.filter(pk__in=pks).values_list("conference_id", flat=True))


def first_date(conference_pk: int) -> tuple[int | None, str]:
    """The year and the first day of a conference, from its dates."""
    return first_dates([conference_pk])[conference_pk]


def first_dates(conference_pks: list[int]) -> dict[int, tuple[int | None, str]]:
    found: dict[int, tuple[int | None, str]] = dict.fromkeys(conference_pks, (None, ""))
    # As text unknown years ("XXXX…") sort last. A larger event's date serves only when there is no other.
    order = ("conference", "-is_of_larger_event", "-start")
    for stored in ConferenceDate.objects.filter(conference__in=conference_pks).order_by(*order):
        if date := stored.start_date:
            found[stored.conference_id] = date.year, str(date)
    return found


def refresh_first_days(conference_pks: Iterable[int]) -> None:
    wanted = first_dates(list(set(conference_pks)))
    astray = defaultdict(list)
    for pk, *stored in Conference.objects.filter(pk__in=wanted).order_by().values_list("pk", "year", "first_day"):
        if wanted[pk] != tuple(stored):
            astray[wanted[pk]].append(pk)
    for (year, day), pks in astray.items():
        Conference.objects.filter(pk__in=pks).update(year=year, first_day=day)


def before_save(instance: Model, raw: bool = False, **kwargs: Any) -> None:
    if instance.pk and (raw or not instance._state.adding):
        instance._left = index.rows_leave(type(instance), [instance.pk])


def before_delete(instance: Model, **kwargs: Any) -> None:
    instance._left = index.rows_leave(type(instance), [instance.pk], for_good=True)


def after_change(instance: Model, **kwargs: Any) -> None:
    """The search’s index follows every saved or deleted row."""
    index.rows_changed(type(instance), [instance.pk], instance.__dict__.pop("_left", frozenset()))


def before_update(sender: type[Model], pks: list[int], memo: dict[str, Any], **kwargs: Any) -> None:
    memo["left"] = index.rows_leave(sender, pks)


def after_update(sender: type[Model], pks: list[int], memo: dict[str, Any] | None = None, **kwargs: Any) -> None:
    index.rows_changed(sender, pks, (memo or {}).get("left", frozenset()))
