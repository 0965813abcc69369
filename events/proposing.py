"""Proposals: made of a change that was not written, compared with the record as it is now, taken field by field."""

import copy
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from . import revisions
from .models import Conference, Proposal, Version
from .models.records import RecordChange, RowChange
from .revisions.snapshots import Row, reference

Root = tuple[str, str]  # model label and uid


def propose(
    changes: list[RecordChange],
    names: dict[str, list[str]],
    user: Any,
    origin: str,
    comment: str = "",
    about: models.Model | None = None,
) -> Proposal:
    """Store these changes, of which nothing was written, as a proposal about a record, or the first that exists."""
    uid = str(about.uid) if about else ""
    changes = sorted(changes, key=lambda change: (change.uid != uid, change.is_created, _is_draft(change)))
    main = changes[0]
    base = Version.objects.filter(record=main.uid).order_by("-pk").first()
    known = {**(base.names if base else {}), **names}
    return Proposal.objects.create(
        model=main.model._meta.model_name,
        record=main.uid,
        name=known.get(reference(main.model, main.uid), ["", str(main.uid)])[1][:600],
        base=base,
        rows=[_stored(change, row) for change in changes for row in change.rows if _is_edited(row)],
        names=known,
        origin=origin,
        author=user,
        comment=comment[:300],
    )


def _is_draft(change: RecordChange) -> bool:
    return (change.before or {}).get("status") in (Conference.Status.DRAFT, Conference.Status.READY)


def is_edited(change: RecordChange) -> bool:
    """Whether anything that people write differs, not only what is computed from it."""
    return any(map(_is_edited, change.rows))


def _stored(change: RecordChange, row: RowChange) -> dict[str, Any]:
    root = [change.model._meta.label_lower, change.uid]
    return {"root": root, "model": row.model, "uid": row.uid, "before": row.before, "after": row.after}


def _is_edited(row: RowChange) -> bool:
    return row.before is None or row.after is None or any(_differing(row.model, row.before, row.after))


def _differing(model: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """The fields that people write and that differ."""
    return (
        name
        for name, value in after.items()
        if before.get(name) != value and revisions.editable_field(model, name) is not None
    )


# ── Comparing ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Line:
    """One thing to take or to leave: a field, a new row, or the removal of a row."""

    key: str  # "uid:field", "uid" of a whole row
    row: str
    field: str = ""
    before: str = ""
    now: str = ""
    proposed: str = ""
    # Of a new row: label and value of each field.
    values: tuple[tuple[str, str], ...] = ()
    # Somebody changed it after the proposal was made.
    is_conflict: bool = False
    # The archive has it already, or no longer has the row.
    is_moot: bool = False


def lines(proposal: Proposal) -> list[Line]:
    """What is proposed beside what the archive has now."""
    now = {(row["model"], row["uid"]): row["fields"] for rows in _current(proposal).values() for row in rows}
    names = {**proposal.names, **_current_names(now)}
    leaving = {row["uid"] for row in proposal.rows if row["after"] is None}
    found = []
    for row in proposal.rows:
        moves = row["before"] is None and row["uid"] in leaving
        found += _lines(row, None if moves else now.get((row["model"], row["uid"])), names)
    return found


def _current(proposal: Proposal) -> dict[Root, list[Row]]:
    """The rows of each record concerned as they are now; none for a record that does not exist."""
    found: dict[Root, list[Row]] = {}
    for row in proposal.rows:
        root = tuple(row["root"])
        if root not in found:
            record = apps.get_model(root[0])._base_manager.filter(uid=root[1]).first()
            found[root] = revisions.snapshot(record) if record else []
    return found


def _current_names(now: dict[tuple[str, str], dict[str, Any]]) -> dict[str, list[str]]:
    by_model = defaultdict(list)
    for label, uid in now:
        by_model[apps.get_model(label)].append(uid)
    return revisions.names(
        (model, pk)
        for model, uids in by_model.items()
        for pk in model._base_manager.filter(uid__in=uids).values_list("pk", flat=True)
    )


def _lines(row: dict[str, Any], now: dict[str, Any] | None, names: dict[str, list[str]]) -> Iterator[Line]:
    label, uid, before, after = row["model"], row["uid"], row["before"], row["after"]
    model = apps.get_model(label)
    _slug, name = names.get(reference(model, uid), ["", ""])
    shown = f"{capfirst(str(model._meta.verbose_name))}: {name}" if name else capfirst(str(model._meta.verbose_name))
    if after is None:
        is_conflict = now is not None and any(_differing(label, before, now))
        yield Line(uid, shown, proposed=_("removed"), is_conflict=is_conflict, is_moot=now is None)
    elif before is None:
        values = tuple(
            (_title(label, one), revisions.shown_value(revisions.editable_field(label, one), value, names))
            for one, value in after.items()
            if value not in (None, "", False) and revisions.editable_field(label, one) is not None
        )
        yield Line(uid, shown, proposed=_("added"), values=values, is_moot=now is not None)
    else:
        for name in _differing(label, before, after):
            column = revisions.editable_field(label, name)
            was, is_now, becomes = (
                revisions.shown_value(column, fields.get(name), names) for fields in (before, now or {}, after)
            )
            is_moot = now is None or now.get(name) == after[name]
            is_conflict = not is_moot and now.get(name) != before.get(name)
            yield Line(f"{uid}:{name}", shown, _title(label, name), was, is_now, becomes, (), is_conflict, is_moot)


def _title(label: str, name: str) -> str:
    return capfirst(str(revisions.editable_field(label, name).verbose_name))


# ── Taking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def take(proposal: Proposal, chosen: set[str], user: Any) -> models.Model | None:
    """Write the chosen lines of a proposal; the record. Raises revisions.CannotRestore."""
    with taking(proposal, user):
        write(proposal, chosen)
        proposal.decide(Proposal.State.TAKEN, user)
    return proposal.current()


@contextmanager
def taking(proposal: Proposal, user: Any) -> Iterator[None]:
    """A block of writing for what is taken of a proposal. Raises revisions.CannotRestore if it is decided already."""
    with revisions.create(user=user, comment=_("proposal № %d") % proposal.pk) as block:
        # Two who decide at once come one after the other.
        block.lock()
        proposal.refresh_from_db()
        if proposal.state != Proposal.State.OPEN:
            raise revisions.CannotRestore(_("This proposal is decided already."))
        yield


def write(proposal: Proposal, chosen: set[str]) -> None:
    """Make the records what they are with the chosen lines, inside a block of writing."""
    current = _current(proposal)
    losing = {tuple(row["root"]) for row in proposal.rows if row["after"] is None}
    # New records first, since others name them; then those that a row leaves for another.
    for root in sorted(current, key=lambda root: (bool(current[root]), root not in losing)):
        wanted = {(row["model"], row["uid"]): row for row in copy.deepcopy(current[root])}
        for row in proposal.rows:
            if tuple(row["root"]) == root:
                _apply(row, wanted, chosen)
        revisions.write(list(wanted.values()), proposal.names, current[root])


def _apply(row: dict[str, Any], wanted: dict[tuple[str, str], Row], chosen: set[str]) -> None:
    key = row["model"], row["uid"]
    if row["after"] is None:
        if row["uid"] in chosen:
            wanted.pop(key, None)
    elif row["before"] is None:
        if row["uid"] in chosen and key not in wanted:
            wanted[key] = {"model": row["model"], "uid": row["uid"], "pk": None, "fields": row["after"]}
    elif key in wanted:
        for name in _differing(row["model"], row["before"], row["after"]):
            if f"{row['uid']}:{name}" in chosen:
                wanted[key]["fields"][name] = row["after"][name]
