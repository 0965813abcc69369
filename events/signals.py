"""Which code follows which change; all of it in the transaction of the change."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.core.management import call_command
from django.db.models import F, Model
from django.db.models.signals import post_delete, post_migrate, post_save, pre_delete, pre_save
from django.utils import translation

from . import completeness, contributions, derived, groups, revisions, rights
from .models import (
    Conference,
    ConferenceDate,
    ConferenceKind,
    OldAddress,
    Organisation,
    PublicRevision,
    ReaderFile,
    ReaderReport,
    RecordingOffset,
    Speaker,
    Talk,
    Version,
    aggregates,
    changes,
)
from .models.changes import Annotation, Changes, block_closing, post_bulk_change
from .models.fields import NormalizedField
from .models.media_files import file_fields, record_checksums
from .models.records import RecordChange
from .models.slugs import SluggedModel
from .search import dependencies, indexing, list_counts


def connect() -> None:
    block_closing.connect(close_block)
    for model in aggregates.archive_models():
        pre_save.connect(before_save, sender=model)
        post_save.connect(after_save, sender=model)
        pre_delete.connect(before_delete, sender=model)
        post_delete.connect(after_delete, sender=model)
    pre_save.connect(derived.set_published, sender=Conference)
    pre_save.connect(derived.find_target, sender=OldAddress)
    pre_save.connect(derived.keep_neutral_slug, sender=Speaker)
    for model in (Conference, Organisation, Talk, RecordingOffset):
        pre_save.connect(derived.check_place, sender=model)
    for model in (Conference, Organisation):
        post_bulk_change.connect(derived.check_places, sender=model)
    for model in derived.OF_TALKS:
        pre_save.connect(derived.take_conference_from_talk, sender=model)
        post_bulk_change.connect(derived.take_conferences_from_talks, sender=model)
    post_save.connect(derived.talk_saved, sender=Talk)
    post_bulk_change.connect(derived.talks_changed, sender=Talk)
    post_save.connect(derived.date_saved, sender=ConferenceDate)
    post_delete.connect(derived.date_saved, sender=ConferenceDate)
    post_bulk_change.connect(derived.dates_changed, sender=ConferenceDate)
    for model in filter(file_fields, aggregates.archive_models()):
        post_save.connect(record_checksums, sender=model)
    post_delete.connect(contributions.file_deleted, sender=ReaderFile)
    pre_delete.connect(contributions.report_deleted, sender=ReaderReport)
    # Last: a block that a signal opened for one row ends when everything else has followed.
    for model in aggregates.archive_models():
        post_save.connect(end_of_row, sender=model)
        post_delete.connect(end_of_row, sender=model)
    post_migrate.connect(fill_new_archive, dispatch_uid="new_archive")


def fill_new_archive(sender: Any, using: str, **kwargs: Any) -> None:
    """Give a new archive its lists and its groups of staff; from then on they belong to the staff.

    The groups of an archive that is there get the permissions of models that a new version brought.
    """
    if sender.name != "events":
        return
    known = groups.known_permissions(using)
    # Django makes the permissions after this: auth follows events in INSTALLED_APPS.
    create_permissions(sender, using=using, verbosity=0)
    if ConferenceKind.objects.using(using).exists():
        groups.grant(using, groups.known_permissions(using) - known)
    else:
        # `migrate` speaks English; the history of the lists is read by staff.
        with translation.override(settings.LANGUAGE_CODE):
            call_command("loaddata", "lists", database=using, verbosity=0)
        groups.create(using)
        list_counts.set_complete()  # there is nothing to count yet
    if not PublicRevision.objects.using(using).exists():
        # An archive of the time before versions were kept of everything.
        revisions.record_initial()
        PublicRevision.set(1)


# ── Collecting what a block touches ─────────────────────────────────────────────────────────────────────────────────


def before_save(sender: type[Model], instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Note the root that a stored row belongs to, and keep what no form or fixture may overwrite."""
    block = changes.begin(instance, origin=instance)
    block.lock()
    if instance.pk is None and not instance._state.adding:
        # A copy: Django's way is to empty the primary key of a row and save it.
        instance.uid = uuid.uuid4()
        if isinstance(instance, SluggedModel):
            instance.published = None
    if instance.pk is None or (instance._state.adding and not raw):
        return
    root, path = aggregates.root_model(sender), aggregates.root_path(sender)
    kept = ["uid", *(_kept_columns(sender) if path == "pk" or issubclass(sender, SluggedModel) else ())]
    stored = sender._base_manager.filter(pk=instance.pk).values(*kept, owner=F(path)).first()
    if stored is None:
        return
    for name in kept:
        setattr(instance, name, stored[name])
    block.touch(root, [stored["owner"]])
    if stored["owner"] != _root_key(instance, path):
        block.moved[sender].add(instance.pk)


def after_save(sender: type[Model], instance: Any, created: bool, raw: bool = False, **kwargs: Any) -> None:
    block = changes.current()
    block.written.add(sender)
    if raw:
        block.raw.add(sender)
    path = aggregates.root_path(sender)
    block.touch(aggregates.root_model(sender), [_root_key(instance, path)])
    if created and path == "pk":
        block.created.add((sender, instance.pk))


def before_delete(sender: type[Model], instance: Any, origin: Any = None, **kwargs: Any) -> None:
    """Note the root of a row that is about to go; of a root, keep the rows that go with it."""
    block = changes.begin(instance, origin=origin)
    block.lock()
    root, path = aggregates.root_model(sender), aggregates.root_path(sender)
    # Most rows are deleted along with their root.
    owner = origin.pk if isinstance(origin, root) and path != "pk" else _root_key(instance, path)
    block.touch(root, [owner])
    if isinstance(instance, SluggedModel) and (published := _published(instance, instance is origin)):
        block.deleted_pages[instance.uid] = published
    if path == "pk" and (sender, instance.pk) not in block.deleted:
        found = revisions.snapshots(sender, [instance.pk], deleted_with=True)[instance.pk]
        block.deleted[sender, instance.pk] = found
        block.labels[sender, instance.pk] = revisions.names(
            (aggregates.model(label), pk) for (label, _uid), pk in found.pks.items()
        )


def after_delete(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    changes.current().removed[sender].add(instance.pk)


def end_of_row(instance: Any, **kwargs: Any) -> None:
    changes.end(instance)


def _kept_columns(model: type[Model]) -> list[str]:
    if model is OldAddress:
        # No form has its other columns; merging and renaming set them.
        return []
    return [
        field.attname
        for field in model._meta.concrete_fields
        if not field.editable
        and not field.primary_key
        and not isinstance(field, NormalizedField)
        and field.name != "uid"
    ]


def _published(instance: SluggedModel, may_be_stale: bool) -> Any:
    """When the record was first published; Django has just read what it deletes along with something else."""
    if instance.published or not may_be_stale:
        return instance.published
    return type(instance)._base_manager.filter(pk=instance.pk).values_list("published", flat=True).first()


def _root_key(instance: Any, path: str) -> int:
    """The key of the root that the row belongs to as it is in memory."""
    *way, last = path.split("__")
    for name in way:
        instance = getattr(instance, name)
    return instance.pk if last == "pk" else getattr(instance, f"{last}_id")


# ── Closing it ──────────────────────────────────────────────────────────────────────────────────────────────────────


def close_block(changes: Changes, **kwargs: Any) -> None:
    """Versions, rights, redirects and tombstones, search documents, versions of pages; the public revision last."""
    derived.set_expected(changes)
    freshness, keys = revisions.Freshness(dated=changes.dated), dependencies.removed(changes.removed)
    addresses, publications = revisions.Addresses(), revisions.Publications()
    is_asked = changes.is_proposed or rights.is_restricted(changes.user)
    found, public, shown = [], [], set()
    for records in revisions.record(changes):
        freshness.add(records)
        addresses.add(records)
        publications.add(records)
        if changes.user is not None:
            # Commands have no user: what an archive had published before stays as it is.
            shown |= set(newly_public(changes, records))
        if is_asked:
            found += records
            public += revisions.public_changes(records[0].model, records)
        keys |= dependencies.affected(records)
    if is_asked and found:
        check(changes, found, public)
    completeness.check(shown)
    addresses.save(changes)
    # Redirects and tombstones follow from the rest and need no right of their own.
    for records in revisions.record(changes):
        freshness.add(records)
    publications.save()
    indexing.refresh(keys, changes.made_with)
    freshness.save()


def newly_public(changes: Changes, records: list[RecordChange]) -> Iterator[int]:
    """Keys of the conferences among the records that somebody publishes; what is restored was public before."""
    for record in records:
        is_shown = record.model is Conference and Conference.is_public(record.after)
        action = changes.annotations.get((record.model, record.pk), Annotation()).action
        if is_shown and not Conference.is_public(record.before) and action != Version.Action.RESTORED:
            yield record.pk


def check(changes: Changes, found: list[RecordChange], public: list[RecordChange]) -> None:
    """Refuse what this user may not write, and what is only proposed; the transaction is rolled back."""
    rows = [(row.model_class, row.pk) for change in found for row in change.rows if row.after and row.pk]
    names = revisions.names(rows) | {
        name: label for labels in changes.labels.values() for name, label in labels.items()
    }
    if changes.is_proposed:
        raise rights.NeedsApproval(found, names)
    rights.check(changes.user, found, public, names)
