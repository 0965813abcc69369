"""Two records of one person, organisation or topic become one: only when a person says so, and it can be undone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from . import revisions
from .models import OldAddress, Organisation, Speaker, Topic, Version, aggregates
from .russian.folding import fold

MERGEABLE = (Speaker, Organisation, Topic)
# What names a record stays as it is; the other name becomes an alias.
_NOT_FILLED = {"slug", "family_name", "given_names", "initials", "name", "name_inferred", "language", "parent"}


class CannotMerge(Exception):
    """Why these two cannot be one; for the person who tried."""


@dataclass
class Plan:
    """What a merge would do."""

    kept: Any
    gone: Any
    moved: list[tuple[models.Model, str]] = field(default_factory=list)
    # Rows that the kept record has already, with the row that stays.
    doubled: list[tuple[models.Model, models.Model]] = field(default_factory=list)
    filled: dict[str, Any] = field(default_factory=dict)
    aliases: list[str] = field(default_factory=list)

    @property
    def filled_fields(self) -> list[tuple[str, Any]]:
        return [(self.kept._meta.get_field(name).verbose_name, value) for name, value in self.filled.items()]


def plan(kept: Any, gone: Any) -> Plan:
    if type(kept) is not type(gone) or kept.pk == gone.pk:
        raise CannotMerge(_("Choose two different records of one kind."))
    if gone.pk == getattr(kept, "parent_id", None) or kept.pk == getattr(gone, "parent_id", None):
        raise CannotMerge(_("One of them is a department of the other: change that first."))
    if getattr(kept, "parent_id", None) and type(kept) is Organisation and gone.departments.exists():
        raise CannotMerge(_("“%s” has departments, which a department has not: merge them the other way round.") % gone)
    result = Plan(kept, gone, filled=_filled(kept, gone), aliases=_aliases(kept, gone))
    for row, name in _references(gone):
        setattr(row, name, kept)
        twin = _twin(row)
        if twin is None:
            result.moved.append((row, name))
        elif row._meta.related_objects:
            raise CannotMerge(_("Both have “%s”: merge these two first.") % row)
        else:
            result.doubled.append((row, twin))
    return result


def merge(kept: Any, gone: Any, user: Any = None) -> Any:
    """`gone` becomes part of `kept`: its parts, names and pictures move, its address redirects for good."""
    with revisions.create(user=user, comment=_("merged with “%s”") % gone) as block:
        undo = _carry_out(plan(kept, gone))
        block.annotate(undo.pop("record"), comment=_("merged into “%s”") % kept)
        block.annotate(kept, Version.Action.MERGED, undo=undo)
    return kept


def _carry_out(todo: Plan) -> dict[str, Any]:
    kept, gone = todo.kept, todo.gone
    kind = kept._meta.model_name
    whole = revisions.snapshots(type(gone), [gone.pk])[gone.pk]
    doubled = [_stored(row) for row, _twin in todo.doubled]
    undo: dict[str, Any] = {
        "record": type(gone)(pk=gone.pk),
        "gone": whole.rows,
        "names": revisions.names([(aggregates.model(label), pk) for (label, _uid), pk in whole.pks.items()]),
        "filled": list(todo.filled),
        "moved": [[row._meta.label_lower, str(row.uid), name] for row, name in todo.moved],
        "doubled": doubled,
        "retargeted": list(OldAddress.objects.filter(record=gone.uid).values_list("slug", flat=True)),
    }
    for row, twin in todo.doubled:
        _fill(twin, row)
        twin.save()
        row.delete()
    for row, _name in todo.moved:
        row.save()
    slug, model = gone.slug, type(gone)
    model._default_manager.get(pk=gone.pk).delete()
    for name, value in todo.filled.items():
        setattr(kept, name, value)
    kept.save()
    undo["aliases"] = [str(kept.aliases.create(name=name).uid) for name in todo.aliases]
    OldAddress.objects.filter(record=gone.uid).update(target=kept.slug, record=kept.uid)
    OldAddress.objects.create(kind=kind, slug=slug, target=kept.slug)
    return undo


def _stored(row: models.Model) -> dict[str, Any]:
    """The row of a version for this row as the database has it."""
    root = aggregates.root(type(row)._base_manager.get(pk=row.pk))
    whole = revisions.snapshots(type(root), [root.pk])[root.pk]
    return next(one for one in whole.rows if one["uid"] == str(row.uid))


def undo(version: Version, user: Any = None) -> Any:
    """Two records again, as before the merge; what was entered since stays with the one that was kept."""
    done = version.undo
    model = version.model_class
    kept = version.current()
    if kept is None:
        raise revisions.CannotRestore(revisions.restore_first(model, version.name))
    gone_row = done["gone"][0]
    if model._base_manager.filter(uid=gone_row["uid"]).exists():
        raise revisions.CannotRestore(_("This merge is undone already."))
    with revisions.create(user=user, comment=_("merge undone")) as block:
        slug = gone_row["fields"]["slug"]
        OldAddress.objects.filter(kind=version.model, slug=slug).delete()
        if done["aliases"]:
            kept.aliases.filter(uid__in=done["aliases"]).delete()
        revisions.write([*done["gone"], *done["doubled"]], done["names"], [])
        gone = model._base_manager.get(uid=gone_row["uid"])
        for label, uid, name in done["moved"]:
            row = aggregates.model(label)._base_manager.filter(uid=uid, **{name: kept}).first()
            if row:
                setattr(row, name, gone)
                row.save()
        for name in done["filled"]:
            if getattr(kept, name) == getattr(gone, name):
                setattr(kept, name, type(kept)._meta.get_field(name).get_default())
        kept.save()
        retargeted = OldAddress.objects.filter(kind=version.model, slug__in=done["retargeted"])
        retargeted.update(target=gone.slug, record=gone.uid)
        for record in (gone, kept):
            block.annotate(record, Version.Action.RESTORED)
    return gone


def _references(record: models.Model) -> Iterator[tuple[models.Model, str]]:
    for relation in record._meta.related_objects:
        if relation.on_delete is not models.DO_NOTHING and relation.field.concrete:
            for row in relation.related_model._base_manager.filter(**{relation.field.name: record}).order_by("pk"):
                yield row, relation.field.name


def _twin(row: models.Model) -> models.Model | None:
    """The row that already says the same of the kept record, if the database allows only one."""
    try:
        row.validate_constraints()
    except ValidationError as error:
        if twin := _same(row):
            return twin
        raise CannotMerge(f"{row}: {' '.join(error.messages)}") from error
    return None


def _same(row: Any) -> models.Model | None:
    """By what the row is: its natural key, with the kept record in it."""
    return (
        type(row)
        ._base_manager.filter(**dict(zip(row.natural_key_lookups, row.natural_key(), strict=True)))
        .exclude(pk=row.pk)
        .first()
    )


def _filled(kept: Any, gone: Any) -> dict[str, Any]:
    """What only the record that goes knows: biography, picture, city…"""
    return {
        column.name: getattr(gone, column.name)
        for column in kept._meta.concrete_fields
        if column.editable
        and column.name not in _NOT_FILLED
        and getattr(gone, column.name)
        and not getattr(kept, column.name)
    }


def _fill(twin: models.Model, row: models.Model) -> None:
    for column in twin._meta.concrete_fields:
        if column.editable and column.blank and not column.is_relation and not getattr(twin, column.attname):
            setattr(twin, column.attname, getattr(row, column.attname))


def _aliases(kept: Any, gone: Any) -> list[str]:
    if not hasattr(kept, "aliases"):
        return []
    known = {fold(alias.name) for record in (kept, gone) for alias in record.aliases.all()}
    known |= {fold(name) for name in _names(kept)}
    return [name for name in _names(gone) if fold(name) not in known]


def _names(record: Any) -> list[str]:
    if isinstance(record, Speaker):
        return [record.full_name]
    return [name for name in (record.name, getattr(record, "short_name", "")) if name]
