"""The way back: a record with all its rows as a version has them."""

from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import OldAddress, Version, changes, media_files
from ..models.aggregates import foreign_keys
from ..models.slugs import SluggedModel
from .diff import editable_values
from .snapshots import Row, key, reference, snapshot


class CannotRestore(Exception):
    """What the restored record refers to is gone; the message names it."""


def restore(version: Version, user: Any = None) -> models.Model:
    """Make the record what it was in this version, with all its rows, whether it was changed or deleted since.

    Rows are found by uid alone, so that no other record is ever overwritten. Raises CannotRestore.
    """
    if version.rows[0]["uid"] != str(version.record):
        raise CannotRestore(_("This version does not belong to the record that it names: nothing was restored."))
    with changes.block(user=user) as block:
        current = version.current()
        now = snapshot(current) if current else []
        write(_with_status(version, now), version.names, now)
        record = version.current()
        when = timezone.localtime(version.created).strftime("%d.%m.%Y %H:%M")
        block.annotate(record, Version.Action.RESTORED, when)
    return record


# What publishing sets; restoring takes nothing off the site and puts nothing on it.
KEPT = ("status", "published", "withdrawn_reason")
# What `withholding` sets on a person: no older version takes it off, nor one from before there was hiding.
HIDING = ("hidden_since", "hidden_reason", "slug_before_hiding", "texts_left")


def _with_status(version: Version, now: list[Row]) -> list[Row]:
    """The rows of a version with the status and the hiding that the record has, or had when it was deleted."""
    last = now or (Version.objects.filter(record=version.record).order_by("-pk").first() or version).rows
    root, *rest = version.rows
    kept = {name: last[0]["fields"][name] for name in KEPT if name in last[0]["fields"] and name in root["fields"]}
    kept |= {name: last[0]["fields"][name] for name in HIDING if name in last[0]["fields"]}
    return [{**root, "fields": {**root["fields"], **kept}}, *rest]


def lost_files(version: Version) -> list[str]:
    """The files that a version names and that are not kept any more."""
    named = (
        row["fields"].get(field.name)
        for row in version.rows
        for field in media_files.file_fields(apps.get_model(row["model"]))
    )
    return [path for path in dict.fromkeys(named) if path and not default_storage.exists(path)]


def write(rows: list[Row], names: dict[str, list[str]], current: list[Row]) -> None:
    """Make the stored rows what they are in `rows`; `current` is how they are now."""
    wanted, present = editable_values(rows), editable_values(current)
    changed = {row for row in wanted if wanted[row] != present.get(row)}
    # Rows that nothing refers to leave before they come back, so that two that traded places do not collide.
    leaving = (present.keys() - wanted.keys()) | {row for row in changed & present.keys() if _is_leaf(row[0])}
    for model, uid in leaving:
        apps.get_model(model)._default_manager.filter(uid=uid).delete()
    targets = _Targets(names)
    back = in_turn([row for row in rows if key(row) in changed])
    for row in back:
        instance = _instance(row, targets)
        _avoid_slug_clash(instance)
        try:
            instance.save()
        except ValidationError as error:
            raise CannotRestore(" ".join(error.messages)) from error
    _reset_sequences({apps.get_model(row["model"]) for row in back})


def _reset_sequences(written: set[type[models.Model]]) -> None:
    """PostgreSQL does not count the primary keys that rows brought along."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), list(written)):
            cursor.execute(sql)


def in_turn(rows: list[Row]) -> list[Row]:
    """The rows sorted so that what others refer to comes first: conference, session, talk, its people."""
    by_label = {row["model"]: apps.get_model(row["model"]) for row in rows}
    needs = {
        label: {field.related_model._meta.label_lower for field in foreign_keys(by_label[label])} for label in by_label
    }
    turns = list(TopologicalSorter({label: needs[label] & needs.keys() - {label} for label in needs}).static_order())
    return sorted(rows, key=lambda row: turns.index(row["model"]))


def _is_leaf(model: str) -> bool:
    return not apps.get_model(model)._meta.related_objects


def _instance(row: Row, targets: "_Targets") -> models.Model:
    """The stored row with the values of a version, or a new one; fields that no longer exist are left out."""
    model = apps.get_model(row["model"])
    instance = model._base_manager.filter(uid=row["uid"]).first()
    if instance is None:
        is_free = not model._base_manager.filter(pk=row.get("pk")).exists()
        instance = model(uid=row["uid"], pk=row.get("pk") if is_free else None)
    for name, value in row["fields"].items():
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if field.is_relation:
            setattr(instance, field.attname, targets.key(field.related_model, value))
        else:
            setattr(instance, field.attname, field.to_python(value))
    return instance


class _Targets:
    """Primary keys of what restored rows refer to; of what was merged since, those of the record it was merged into."""

    def __init__(self, names: dict[str, list[str]]) -> None:
        self.names = names
        self.found: dict[tuple[type[models.Model], str], int] = {}

    def key(self, model: type[models.Model], uid: str | None) -> int | None:
        if uid is None:
            return None
        if (model, uid) not in self.found:
            pk = model._base_manager.filter(uid=uid).values_list("pk", flat=True).first()
            self.found[model, uid] = pk or self._successor(model, uid).pk
        return self.found[model, uid]

    def _successor(self, model: type[models.Model], uid: str) -> models.Model:
        _slug, label = self.names.get(reference(model, uid), ["", uid])
        # By uid, not by slug: the slug of a deleted record may since have been that of a stranger.
        merged = OldAddress.objects.filter(kind=model._meta.model_name, merged=uid)
        kept = model._base_manager.filter(uid__in=merged.exclude(record=None).values("record")).first()
        if kept is None:
            raise CannotRestore(restore_first(model, label))
        return kept


def restore_first(model: type[models.Model], label: str) -> str:
    return _("Restore first: %(kind)s “%(name)s”.") % {"kind": model._meta.verbose_name, "name": label}


def _avoid_slug_clash(row: models.Model) -> None:
    if isinstance(row, SluggedModel) and type(row)._base_manager.filter(slug=row.slug).exclude(uid=row.uid).exists():
        row.slug = ""
