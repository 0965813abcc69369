"""What follows from a change, in the same transaction as the change."""

from collections.abc import Iterable
from typing import Any

from django.core.management import call_command
from django.db.models.signals import post_delete, post_migrate, post_save, pre_save
from django.utils import timezone

from .models import (
    Conference,
    ConferenceDate,
    ConferenceKind,
    OrganisationParticipation,
    SpeakerParticipation,
    rows_changed,
)


def connect() -> None:
    pre_save.connect(keep_moments, sender=Conference)
    for model in (SpeakerParticipation, OrganisationParticipation):
        pre_save.connect(take_conference_from_talk, sender=model)
    post_save.connect(date_saved, sender=ConferenceDate)
    post_delete.connect(date_saved, sender=ConferenceDate)
    rows_changed.connect(dates_changed, sender=ConferenceDate)
    post_migrate.connect(fill_empty_lists, dispatch_uid="lists")


def fill_empty_lists(sender: Any, using: str, verbosity: int = 1, **kwargs: Any) -> None:
    """A new archive begins with the usual kinds and roles; from then on the lists belong to the staff."""
    if sender.name == "events" and not ConferenceKind.objects.using(using).exists():
        call_command("loaddata", "lists", database=using, verbosity=0)


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


def take_conference_from_talk(instance: Any, **kwargs: Any) -> None:
    instance.clean_conference()


def date_saved(instance: ConferenceDate, **kwargs: Any) -> None:
    refresh_first_days([instance.conference_id])


def dates_changed(pks: Iterable[int], **kwargs: Any) -> None:
    refresh_first_days(ConferenceDate.objects.filter(pk__in=pks).values_list("conference_id", flat=True))


def first_date(conference_pk: int) -> tuple[int | None, str]:
    """The year and the first day of a conference, from its dates."""
    # As text unknown years ("XXXX…") sort last. A larger event's date serves only when there is no other.
    first = ConferenceDate.objects.filter(conference=conference_pk).order_by("is_of_larger_event", "start").first()
    date = first.start_date if first else None
    return (date.year if date else None), (str(date) if date else "")


def refresh_first_days(conference_pks: Iterable[int]) -> None:
    for pk in set(conference_pks):
        year, day = first_date(pk)
        Conference.objects.filter(pk=pk).exclude(year=year, first_day=day).update(year=year, first_day=day)
