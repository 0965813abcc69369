"""Merging two records of one person, organisation or topic, and undoing it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from . import revisions
from .models import (
    OldAddress,
    Organisation,
    Speaker,
    SpeakerParticipation,
    StaffMembership,
    Topic,
    Version,
    aggregates,
)
from .russian.folding import fold

MERGEABLE = (Speaker, Organisation, Topic)
# Fields that identify the primary record: never filled from the duplicate, whose name becomes an alias.
NEVER_FILLED = {"slug", "family_name", "given_names", "initials", "name", "name_inferred", "language", "parent"}


class CannotMerge(Exception):
    """Two records cannot be merged; the message says why."""


@dataclass
class Plan:
    """What a merge of `duplicate` into `primary` would do."""

    primary: Any
    duplicate: Any
    # Rows that will refer to the primary record, with the name of the foreign key.
    reassigned: list[tuple[models.Model, str]] = field(default_factory=list)
    # Rows that would repeat a row of the primary record, with that row, which stays.
    conflicting: list[tuple[models.Model, models.Model]] = field(default_factory=list)
    # Fields of the primary record to fill, with their values; other names to add.
    filled: dict[str, Any] = field(default_factory=dict)
    aliases: list[str] = field(default_factory=list)

    @property
    def filled_fields(self) -> list[tuple[str, Any]]:
        return [(self.primary._meta.get_field(name).verbose_name, value) for name, value in self.filled.items()]


def plan(primary: Any, duplicate: Any) -> Plan:
    """The plan of a merge; writes nothing. Raises CannotMerge."""
    if type(primary) is not type(duplicate) or primary.pk == duplicate.pk:
        raise CannotMerge(_("Choose two different records of one kind."))
    if any(getattr(record, "is_hidden", False) for record in (primary, duplicate)):
        raise CannotMerge(_("One of them asked to be hidden: show the person again first."))
    if duplicate.pk == getattr(primary, "parent_id", None) or primary.pk == getattr(duplicate, "parent_id", None):
        raise CannotMerge(_("One of them is a department of the other: change that first."))
    if getattr(primary, "parent_id", None) and type(primary) is Organisation and duplicate.departments.exists():
        message = _("“%s” has departments, which a department has not: merge them the other way round.")
        raise CannotMerge(message % duplicate)
    result = Plan(primary, duplicate, filled=_filled(primary, duplicate), aliases=_aliases(primary, duplicate))
    for row, name in _referring_rows(duplicate):
        setattr(row, name, primary)
        existing = _existing(row)
        # A part is completed by one other: of two positions each stays a part of its own.
        if existing is None or any(existing == other for _row, other in result.conflicting):
            result.reassigned.append((row, name))
        elif row._meta.related_objects:
            raise CannotMerge(_("Both have “%s”: merge these two first.") % row)
        else:
            result.conflicting.append((row, existing))
    return result


def merge(primary: Any, duplicate: Any, user: Any = None) -> Any:
    """Merge `duplicate` into `primary`: reassign its rows, delete it and redirect its URL. Raises CannotMerge."""
    with revisions.create(user=user, comment=_("merged with “%s”") % duplicate) as block:
        undo = _execute(plan(primary, duplicate))
        block.annotate(undo.pop("record"), comment=_("merged into “%s”") % primary)
        block.annotate(primary, Version.Action.MERGED, undo=undo)
    return primary


def _execute(plan: Plan) -> dict[str, Any]:
    """Carry out a plan; what `undo` needs, and under "record" the deleted record."""
    primary, duplicate = plan.primary, plan.duplicate
    kind = primary._meta.model_name
    snapshot = revisions.snapshots(type(duplicate), [duplicate.pk])[duplicate.pk]
    conflicting = [_stored_row(row) for row, _existing in plan.conflicting]
    undo: dict[str, Any] = {
        "record": type(duplicate)(pk=duplicate.pk),
        "duplicate": snapshot.rows,
        "names": revisions.names([(aggregates.model(label), pk) for (label, _uid), pk in snapshot.pks.items()]),
        "filled": list(plan.filled),
        "reassigned": [[row._meta.label_lower, str(row.uid), name] for row, name in plan.reassigned],
        "conflicting": conflicting,
        "completed": [],
        "retargeted": list(OldAddress.objects.filter(record=duplicate.uid).values_list("slug", flat=True)),
    }
    for row, existing in plan.conflicting:
        undo["completed"].append([existing._meta.label_lower, str(existing.uid), _fill(existing, row)])
        existing.save()
        row.delete()
    for row, _name in plan.reassigned:
        row.save()
    if isinstance(primary, Organisation):
        _move_accounts(primary, duplicate)
    slug, model = duplicate.slug, type(duplicate)
    model._default_manager.get(pk=duplicate.pk).delete()
    for name, value in plan.filled.items():
        setattr(primary, name, value)
    primary.save()
    undo["aliases"] = [str(primary.aliases.create(name=name).uid) for name in plan.aliases]
    OldAddress.objects.filter(record=duplicate.uid).update(target=primary.slug, record=primary.uid)
    OldAddress.objects.update_or_create(
        kind=kind, slug=slug, defaults={"target": primary.slug, "merged": duplicate.uid, "deleted": None}
    )
    return undo


def _move_accounts(primary: Organisation, duplicate: Organisation) -> None:
    """The accounts of the duplicate belong to the primary organisation; they are no content, and undone by hand."""
    for membership in StaffMembership.objects.filter(organisation=duplicate):
        StaffMembership.objects.get_or_create(user=membership.user, organisation=primary)
        membership.delete()


def _stored_row(row: models.Model) -> dict[str, Any]:
    """This row as the database has it, in the form in which versions store rows."""
    root = aggregates.root(type(row)._base_manager.get(pk=row.pk))
    snapshot = revisions.snapshots(type(root), [root.pk])[root.pk]
    return next(stored for stored in snapshot.rows if stored["uid"] == str(row.uid))


def is_undone(version: Version) -> bool:
    """Whether the merge of a version is undone: the record that was merged is there again, or was merged again."""
    uid = version.undo["duplicate"][0]["uid"]
    later = Version.objects.filter(record=version.record, pk__gt=version.pk, undo__isnull=False)
    return version.model_class._base_manager.filter(uid=uid).exists() or any(
        undo["duplicate"][0]["uid"] == uid for undo in later.values_list("undo", flat=True)
    )


def undo(version: Version, user: Any = None) -> Any:
    """Undo the merge of a version; rows entered since stay with the primary record. Raises revisions.CannotRestore."""
    merge = version.undo
    model = version.model_class
    primary = version.current()
    if primary is None:
        raise revisions.CannotRestore(revisions.restore_first(model, version.name))
    duplicate_row = merge["duplicate"][0]
    if is_undone(version):
        raise revisions.CannotRestore(_("This merge is undone already."))
    with revisions.create(user=user, comment=_("merge undone")) as block:
        slug = duplicate_row["fields"]["slug"]
        OldAddress.objects.filter(kind=version.model, slug=slug).delete()
        if merge["aliases"]:
            primary.aliases.filter(uid__in=merge["aliases"]).delete()
        revisions.write([*merge["duplicate"], *merge["conflicting"]], merge["names"], [])
        duplicate = model._base_manager.get(uid=duplicate_row["uid"])
        # A merge of an earlier version of the archive does not say what it completed.
        for stored, (label, uid, names) in zip(merge["conflicting"], merge.get("completed", ()), strict=False):
            _empty(label, uid, names, stored["uid"])
        for label, uid, name in merge["reassigned"]:
            row = aggregates.model(label)._base_manager.filter(uid=uid, **{name: primary}).first()
            if row:
                setattr(row, name, duplicate)
                row.save()
        for name in merge["filled"]:
            if getattr(primary, name) == getattr(duplicate, name):
                setattr(primary, name, type(primary)._meta.get_field(name).get_default())
        primary.save()
        retargeted = OldAddress.objects.filter(kind=version.model, slug__in=merge["retargeted"])
        retargeted.update(target=duplicate.slug, record=duplicate.uid)
        for record in (duplicate, primary):
            block.annotate(record, Version.Action.RESTORED)
    return duplicate


def _empty(label: str, uid: str, names: list[str], source: str) -> None:
    """Take back what a row had got from another one, unless it was changed since."""
    rows = aggregates.model(label)._base_manager
    row, other = rows.filter(uid=uid).first(), rows.filter(uid=source).first()
    same = [name for name in names if row and other and getattr(row, name) == getattr(other, name)]
    for name in same:
        setattr(row, name, row._meta.get_field(name).get_default())
    if row and same:
        row.save()


def _referring_rows(record: models.Model) -> Iterator[tuple[models.Model, str]]:
    """Every row with a foreign key to the record, and the name of that key."""
    for relation in record._meta.related_objects:
        if aggregates.is_archive_model(relation.related_model) and relation.field.concrete:
            for row in relation.related_model._base_manager.filter(**{relation.field.name: record}).order_by("pk"):
                yield row, relation.field.name


def _existing(row: models.Model) -> models.Model | None:
    """The row that this one would repeat against a constraint, None if there is none. Raises CannotMerge."""
    try:
        row.validate_constraints()
    except ValidationError as error:
        if existing := _with_same_key(row):
            return existing
        raise CannotMerge(f"{row}: {' '.join(error.messages)}") from error
    return _less_said(row) if isinstance(row, SpeakerParticipation) else None


def _less_said(row: SpeakerParticipation) -> models.Model | None:
    """The one other part of the person in that role there, if only one of them says an organisation or a position."""
    place = {name: getattr(row, name) for name in ("conference", "session", "talk", "role", "speaker")}
    others = list(SpeakerParticipation._base_manager.filter(**place).exclude(pk=row.pk)[:2])
    for other in others if len(others) == 1 else ():
        if all("" in pair or None in pair or len(set(pair)) == 1 for pair in _said(row, other)):
            return other
    return None


def _said(row: SpeakerParticipation, other: SpeakerParticipation) -> list[tuple[Any, Any]]:
    return [(row.position, other.position), (row.organisation_id, other.organisation_id)]


def _with_same_key(row: Any) -> models.Model | None:
    """Another row with the same natural key."""
    return (
        type(row)
        ._base_manager.filter(**dict(zip(row.natural_key_lookups, row.natural_key(), strict=True)))
        .exclude(pk=row.pk)
        .first()
    )


def _filled(primary: Any, duplicate: Any) -> dict[str, Any]:
    """Values of the duplicate for fields that are empty in the primary record: biography, picture, city…"""
    return {
        column.name: getattr(duplicate, column.name)
        for column in primary._meta.concrete_fields
        if column.editable
        and column.name not in NEVER_FILLED
        and getattr(duplicate, column.name)
        and not getattr(primary, column.name)
    }


def _fill(existing: models.Model, row: models.Model) -> list[str]:
    """Fill the empty columns of the existing row from the conflicting one; the names of those filled."""
    filled = []
    for column in existing._meta.concrete_fields:
        is_fact = column.editable and column.blank and (not column.is_relation or column.name == "organisation")
        if is_fact and not getattr(existing, column.attname) and getattr(row, column.attname):
            setattr(existing, column.attname, getattr(row, column.attname))
            filled.append(column.name)
    return filled


def _aliases(primary: Any, duplicate: Any) -> list[str]:
    """Names of the duplicate that neither record has as a name or other name yet."""
    if not hasattr(primary, "aliases"):
        return []
    known = {fold(alias.name) for record in (primary, duplicate) for alias in record.aliases.all()}
    known |= {fold(name) for name in _names(primary)}
    return [name for name in _names(duplicate) if fold(name) not in known]


def _names(record: Any) -> list[str]:
    if isinstance(record, Speaker):
        return [record.full_name]
    return [name for name in (record.name, getattr(record, "short_name", "")) if name]
