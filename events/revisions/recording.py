"""What a block of writing leaves: versions of the touched roots, moments of change, versions of pages."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from ..batches import batched
from ..models import (
    Conference,
    Consent,
    Contact,
    CuratedCollection,
    OldAddress,
    Organisation,
    PageVersion,
    PublicRevision,
    Recording,
    Speaker,
    Synonym,
    Version,
    aggregates,
)
from ..models.changes import Annotation, Changes
from ..models.querysets import PublicQuerySet
from ..models.records import RecordChange, RowChange
from ..models.reference import ReferenceEntry
from .diff import editable_values
from .snapshots import Row, Snapshot, key, names, reference, snapshots

AT_ONCE = 100  # roots, with all their rows

Model = type[models.Model]


def record(changes: Changes) -> Iterator[list[RecordChange]]:
    """Store a version of each root touched since the last call, if it differs; yields what differs, some at a time."""
    touched, changes.touched = changes.touched, defaultdict(set)
    for model, pks in touched.items():
        for some in batched(sorted(pks), AT_ONCE):
            if found := [change for change in _record(changes, model, some) if change.rows]:
                yield found


# ── Versions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _record(changes: Changes, model: Model, pks: list[int]) -> list[RecordChange]:
    now = snapshots(model, pks, among=changes.made_with(model, pks))
    gone = {pk: changes.deleted[model, pk] for pk in pks if pk not in now and (model, pk) in changes.deleted}
    # A record that was deleted and made again has both versions, in this order.
    snapshot_of = gone | now
    uid_of = {pk: one.rows[0]["uid"] for pk, one in snapshot_of.items()}
    latest = Version.objects.latest_of(uid_of.values()) if uid_of else ()
    version_of = {str(version.record): version for version in latest}
    deleted = {uid_of[pk] for pk in gone}
    last = {pk: version_of.get(uid) for pk, uid in uid_of.items() if pk in gone or uid not in deleted}
    found = [_change(model, pk, last.get(pk), one, pk in gone) for pk, one in snapshot_of.items()]
    kept = [change for change in found if _is_news(change) or _is_said(changes, change)]
    labels = _labels([row for change in kept for row in change.rows if row.after and row.pk])
    Version.objects.bulk_create(
        _version(changes, change, last.get(change.pk), snapshot_of[change.pk], labels) for change in kept
    )
    return found


def _labels(rows: list[RowChange]) -> dict[str, list[str]]:
    filled: dict[Model, set[str]] = defaultdict(set)
    for row in rows:
        filled[row.model_class].update(name for name, value in row.after.items() if value is not None)
    return names([(row.model_class, row.pk) for row in rows], filled)


def _change(model: Model, pk: int, last: Version | None, now: Snapshot, is_deleted: bool) -> RecordChange:
    existed = last is not None and last.action != Version.Action.DELETED
    before = {key(row): row["fields"] for row in last.rows} if existed else {}
    after = {} if is_deleted else {key(row): row["fields"] for row in now.rows}
    rows = [
        RowChange(*one, before.get(one), after.get(one), now.pks.get(one))
        for one in dict.fromkeys([*after, *before])
        if before.get(one) != after.get(one)
    ]
    root = key(now.rows[0])
    return RecordChange(model, pk, root[1], before.get(root), after.get(root), rows, _named(model, rows, now.rows))


def _named(model: Model, changed: list[RowChange], rows: list[Row]) -> set[str]:
    """The roots whose pages may show the change: of one talk, those that the talk names; of the event, all."""
    by_model = defaultdict(list)
    for naming in aggregates.names(model):
        by_model[naming.member.model._meta.label_lower].append(naming.field.name)
    named = {uid for row in changed for name in by_model[row.model] for uid in row.values(name)}
    pages = {page for row in changed for page in _pages_of_change(row)}
    for row in rows if pages else ():
        if None in pages or pages & _pages(row["model"], row["uid"], [row["fields"]]):
            named.update(uid for name in by_model[row["model"]] if (uid := row["fields"].get(name)))
    return named


# What changes who took part, in which role and in what: the pages of all who took part count whom they met and where.
RELATING = ("kind", "speaker", "organisation", "role", "tag")


def _pages_of_change(row: RowChange) -> set[str | None]:
    is_counted = row.before is None or row.after is None or row.differs_in(RELATING)
    return {None} if is_counted else _pages(row.model, row.uid, [row.before, row.after])


def _pages(label: str, uid: str, versions: list[dict[str, Any] | None]) -> set[str | None]:
    """The members with pages of their own that a row belongs to; None for the root's own page."""
    name = aggregates.page_field(aggregates.model(label))
    return {uid} if name == "uid" else {fields.get(name) if name else None for fields in versions if fields}


def _is_news(change: RecordChange) -> bool:
    """Whether anything that people write differs, not only what is computed from it."""
    return change.is_deleted or any(_editable(row, row.before) != _editable(row, row.after) for row in change.rows)


def _is_said(changes: Changes, change: RecordChange) -> bool:
    """Whether the block says something of this record that its version must keep, whatever differs."""
    own = _annotation(changes, change)
    return own.undo is not None or bool(change.rows and own.comment)


def _editable(row: RowChange, fields: dict[str, Any] | None) -> dict[str, Any] | None:
    if fields is None:
        return None
    return next(iter(editable_values([{"model": row.model, "uid": row.uid, "fields": fields}]).values()))


def _annotation(changes: Changes, change: RecordChange) -> Annotation:
    return changes.annotations.get((change.model, change.pk), Annotation())


def _version(
    changes: Changes, change: RecordChange, last: Version | None, now: Snapshot, labels: dict[str, list[str]]
) -> Version:
    own = _annotation(changes, change)
    known = {**(last.names if last else {}), **changes.labels.get((change.model, change.pk), {}), **labels}
    action = Version.Action.CHANGED
    if change.is_deleted:
        action = Version.Action.DELETED
    elif last is None or last.action == Version.Action.DELETED:
        action = Version.Action.ADDED if (change.model, change.pk) in changes.created else Version.Action.INITIAL
    root = reference(change.model, change.uid)
    return Version(
        model=change.model._meta.model_name,
        record=change.uid,
        name=known.get(root, ["", ""])[1][:600],
        status=now.rows[0]["fields"].get("status", ""),
        action=own.action or action,
        user=changes.user,
        comment=(own.comment or changes.comment)[:300],
        import_number=changes.import_number,
        rows=now.rows,
        names={name: known[name] for name in _references(now.rows) if name in known},
        undo=own.undo,
    )


def _references(rows: Iterable[Row]) -> Iterator[str]:
    """The names of the rows and of what their foreign keys refer to."""
    for row in rows:
        model = aggregates.model(row["model"])
        yield reference(model, row["uid"])
        for foreign_key in aggregates.foreign_keys(model):
            if uid := row["fields"].get(foreign_key.name):
                yield reference(foreign_key.related_model, uid)


# ── Moments and versions of pages ───────────────────────────────────────────────────────────────────────────────────


@dataclass
class Freshness:
    """The roots whose `changed` moves, and the pages that show something new."""

    changed: dict[Model, set[int]] = field(default_factory=lambda: defaultdict(set))
    pages: set[str] = field(default_factory=set)
    is_public: bool = False
    # Keys of roots whose moment was set expressly.
    dated: dict[Model, set[int]] = field(default_factory=dict)

    def add(self, changes: list[RecordChange]) -> None:
        """Take in what differs in some roots of one model."""
        model = changes[0].model
        self.changed[model].update(one.pk for one in changes if one.before and one.after and _is_news(one))
        if public := public_changes(model, changes):
            self.is_public = True
            self.pages.update(change.uid for change in public)
            self.pages.update(uid for change in public for uid in change.named)
        if renamed := _with_parts(model, [change.pk for change in changes if change.is_renamed]):
            self._follow_names(model, renamed)
        self._follow_contacts(model, changes)
        if model is Speaker and any(_is_of_hidden(change) for change in changes):
            # Captions are files: nothing says which of them name the person.
            self.is_public = True
            with_captions = Recording.objects.exclude(captions="").values_list("conference__uid", flat=True)
            self.pages.update(map(str, with_captions))

    def _follow_names(self, model: Model, renamed: list[int]) -> None:
        """What prints the names: the exports of the roots that name them; the pages of these and of what they name."""
        for other, pks in aggregates.naming(model, renamed).items():
            self.changed[other] |= pks
            for some in batched(sorted(pks), AT_ONCE) if self.is_public else ():
                self.pages.update(map(str, other._base_manager.filter(pk__in=some).values_list("uid", flat=True)))
                for uids in aggregates.named_by(other, some, "uid").values():
                    self.pages.update(map(str, uids))

    def _follow_contacts(self, model: Model, changes: list[RecordChange]) -> None:
        """What shows contacts: the pages of their organisations and of the events that name these."""
        touched = {change.pk for change in changes if _touches_contacts(change)}
        if model is Speaker and touched:
            touched = set(Contact.objects.filter(speaker__in=touched).values_list("organisation", flat=True))
        if not touched or model not in (Speaker, Organisation):
            return
        self.is_public = True
        organisations = _with_parts(Organisation, sorted(touched))
        events = aggregates.naming(Organisation, organisations)[Conference]
        for other, pks in ((Organisation, organisations), (Conference, sorted(events))):
            for some in batched(pks, AT_ONCE):
                self.pages.update(map(str, other._base_manager.filter(pk__in=some).values_list("uid", flat=True)))

    def save(self) -> None:
        now = timezone.now()
        for model, pks in sorted(self.changed.items(), key=lambda item: item[0].__name__):
            if any(column.name == "changed" for column in model._meta.concrete_fields):
                for some in batched(sorted(pks - self.dated.get(model, set())), AT_ONCE):
                    # A plain queryset: moving `changed` is no change.
                    QuerySet(model).filter(pk__in=some).update(changed=now)
        if self.is_public:
            number = PublicRevision.current() + 1
            for some in batched(sorted(self.pages), AT_ONCE):
                PageVersion.set(some, number)
            PublicRevision.set(number)


def _touches_contacts(change: RecordChange) -> bool:
    """Whether rows of contacts differ, or what lets a person be named as one."""
    contacts = any(row.model_class in (Contact, Consent) for row in change.rows)
    return contacts or (change.model is Speaker and (change.is_renamed or change.differs_in(("hidden_since",))))


def _is_of_hidden(change: RecordChange) -> bool:
    return any(fields and fields.get("hidden_since") for fields in (change.before, change.after))


def _with_parts(model: Model, pks: list[int]) -> list[int]:
    """With the records whose names contain those of these: a library's departments."""
    if not pks or "parent" not in model.printed_fields:
        return pks
    return [*pks, *model._base_manager.filter(parent__in=pks).values_list("pk", flat=True)]


def public_changes(model: Model, changes: list[RecordChange]) -> list[RecordChange]:
    """Those of the changes that the public can see: of records public before or after."""
    if model in (Conference, CuratedCollection):
        return [change for change in changes if model.is_public(change.before) or model.is_public(change.after)]
    if issubclass(model, ReferenceEntry | OldAddress | Synonym):
        return changes
    shown = model._default_manager.all()
    if isinstance(shown, PublicQuerySet):
        public = set(shown.published().filter(pk__in=[change.pk for change in changes]).values_list("pk", flat=True))
        return [change for change in changes if change.pk in public or change.differs_in(("hidden_since",))]
    return changes


# ── Records without a version ───────────────────────────────────────────────────────────────────────────────────────


def record_initial(progress: Callable[[int], None] = lambda done: None) -> int:
    """Store a first version of every root that has none, as after an upgrade; the number of versions stored."""
    done = 0
    for model in aggregates.roots():
        without = model._base_manager.filter(~Exists(Version.objects.filter(record=OuterRef("uid")))).order_by("pk")
        while pks := list(without.values_list("pk", flat=True)[:AT_ONCE]):
            with transaction.atomic():
                changes = Changes(touched={model: set(pks)})
                changes.lock()
                done += sum(len(found) for found in record(changes))
            progress(done)
    return done
