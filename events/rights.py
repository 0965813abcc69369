"""Who sees and who changes what: the one place that decides, for the admin, the pages and the files.

A group gives permissions. Who may publish changes what visitors see; everybody else’s change of it becomes a proposal.
An account with organisations (`StaffMembership`) works only on events in which these, or their departments, take part.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from .models import (
    Conference,
    OldAddress,
    Organisation,
    OrganisationParticipation,
    Proposal,
    SpeakerParticipation,
    StaffMembership,
    Synonym,
    Version,
    aggregates,
)
from .models.querysets import PublicQuerySet
from .models.records import RecordChange, RowChange
from .models.reference import ReferenceEntry

PUBLISH = "events.publish_conference"
READ = ("events.view_conference", "events.change_conference")
# Nobody but who may publish changes these; withdrawn conferences have a public page, too.
PUBLIC = (Conference.Status.PUBLISHED, Conference.Status.WITHDRAWN)


class NeedsApproval(PermissionDenied):
    """A change of what visitors see by somebody who may not publish it, or one that is to wait; nothing is written."""

    def __init__(self, changes: list[RecordChange], names: dict[str, list[str]]) -> None:
        super().__init__(_("Visitors see this: only an editor may change it, or take your proposal."))
        self.changes, self.names = changes, names


# ── Accounts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def organisations_of(user: Any) -> set[int]:
    """The organisations of an account, with their departments; read once for each user object."""
    if "_organisations" not in user.__dict__:
        found: set[int] = set()
        if user.pk and not user.is_superuser:
            members = StaffMembership.objects.filter(user=user.pk).values("organisation")
            found = set(
                Organisation.objects.filter(Q(pk__in=members) | Q(parent__in=members)).values_list("pk", flat=True)
            )
        user.__dict__["_organisations"] = found
    return user.__dict__["_organisations"]


def is_local(user: Any) -> bool:
    """Whether the account works for certain organisations only."""
    return bool(organisations_of(user))


def reads_drafts(user: Any) -> bool:
    return bool(user.is_active and user.is_staff and any(map(user.has_perm, READ)))


def may_publish(user: Any) -> bool:
    """Whether the account may publish at all: everything, or the events of its organisations."""
    return user.has_perm(PUBLISH)


def may_publish_all(user: Any) -> bool:
    return may_publish(user) and not is_local(user)


# ── Records ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def own_conferences(user: Any) -> QuerySet:
    """Conferences in which the account’s organisations take part, and those that it entered itself."""
    mine = organisations_of(user)
    part = {"conference": OuterRef("pk"), "organisation__in": mine}
    entered = Version.objects.filter(record=OuterRef("uid"), action=Version.Action.ADDED, user=user.pk)
    return Conference.objects.filter(
        Q(venue__in=mine)
        | Exists(OrganisationParticipation.objects.filter(**part))
        | Exists(SpeakerParticipation.objects.filter(**part))
        | Q(pk__in=Conference.objects.in_preparation().filter(Exists(entered)).values("pk"))
    )


def visible(records: Any, user: Any) -> Any:
    """Those of the records that this user may see, by direct address, in lists and as files."""
    if not reads_drafts(user):
        return records.published()
    if not is_local(user):
        return records.all()
    own = own_conferences(user).order_by()
    public = Q(pk__in=records.model.objects.published().order_by().values("pk"))
    if records.model is Conference:
        return records.filter(public | Q(pk__in=own.values("pk")))
    if any(field.name == "conference" for field in aggregates.foreign_keys(records.model)):
        return records.filter(public | Q(conference__in=own.values("pk")))
    return records.all()


def may_change(user: Any, record: Model | None) -> bool:
    """Whether a change of this record by this user is written at once; otherwise it may be proposed."""
    if record is None or user.is_superuser:
        return True
    root = aggregates.root(record)
    if isinstance(root, Conference):
        is_own = not is_local(user) or own_conferences(user).filter(pk=root.pk).exists()
        return is_own and (may_publish(user) or root.status not in PUBLIC)
    if not is_public(root):
        return True
    return may_publish_all(user) or (may_publish(user) and root.pk in _own_organisations(user, root))


def _own_organisations(user: Any, root: Model) -> set[int]:
    return organisations_of(user) if isinstance(root, Organisation) else set()


def is_public(root: Model) -> bool:
    """Whether visitors see this record, or what it says of others."""
    if isinstance(root, ReferenceEntry | OldAddress | Synonym):
        return True
    records = type(root)._default_manager.all()
    return isinstance(records, PublicQuerySet) and records.published().filter(pk=root.pk).exists()


# ── Changes ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def is_restricted(user: Any) -> bool:
    """Whether some changes by this user are not written; commands have no user."""
    return user is not None and not user.is_superuser and not may_publish_all(user)


def check(user: Any, changes: list[RecordChange], public: list[RecordChange], names: dict[str, list[str]]) -> None:
    """Raise PermissionDenied, before anything is committed, if this user may not make these changes.

    `public` are those of them that visitors can see. Whatever form or action wrote them: no way leads past this.
    """
    for change in changes:
        if change.model is Conference and is_local(user) and not _was_own(user, change):
            if _statuses(change) & set(PUBLIC):
                raise NeedsApproval(changes, names)
            raise PermissionDenied(_("This is an event of other organisations."))
    for change in [*public, *(change for change in changes if _statuses(change) & set(PUBLIC))]:
        if not _may_write(user, change):
            raise NeedsApproval(changes, names)


def _may_write(user: Any, change: RecordChange) -> bool:
    if not may_publish(user):
        return False
    if change.model in (Conference, OldAddress):
        return True
    return may_publish_all(user) or (change.model is Organisation and change.pk in organisations_of(user))


def _statuses(change: RecordChange) -> set[str]:
    if change.model is not Conference:
        return set()
    return {fields["status"] for fields in (change.before, change.after) if fields}


def _was_own(user: Any, change: RecordChange) -> bool:
    """Whether the conference was the account’s before this change: nobody takes an event by adding a library to it."""
    if change.is_created:
        return True
    mine = organisations_of(user)
    uids = set(map(str, Organisation.objects.filter(pk__in=mine).values_list("uid", flat=True)))
    if any(uids & _organisations(row) for row in change.rows) or change.before.get("venue") in uids:
        return True
    changed = [row.uid for row in change.rows]
    entered = Version.objects.filter(record=change.uid, action=Version.Action.ADDED, user=user.pk)
    if change.before["status"] not in PUBLIC and entered.exists():
        return True
    return any(
        model.objects.filter(conference=change.pk, organisation__in=mine).exclude(uid__in=changed).exists()
        for model in (OrganisationParticipation, SpeakerParticipation)
    )


def _organisations(row: RowChange) -> set[str]:
    return {value for name in ("organisation", "venue") if (value := (row.before or {}).get(name))}


# ── Proposals and history ───────────────────────────────────────────────────────────────────────────────────────────


def visible_by_uid(records: QuerySet, user: Any) -> QuerySet:
    """Of versions or proposals, those about records that this user may see."""
    if not reads_drafts(user):
        return records.none()
    if not is_local(user):
        return records
    seen = visible(Conference.objects, user).order_by().values("uid")
    by = "author" if records.model is Proposal else "user"
    return records.filter(~Q(model="conference") | Q(record__in=seen) | Q(**{by: user.pk}))


def decided_by(proposals: QuerySet, user: Any) -> QuerySet:
    """The proposals that this user may decide on or made."""
    if may_publish(user):
        return visible_by_uid(proposals, user)
    if user.has_perm("events.add_conference") and not is_local(user):
        # News that was found and files of readers are nobody's change: whoever prepares events looks at them.
        return proposals.filter(Q(author=user.pk) | Q(origin__in=(Proposal.Origin.WATCH, Proposal.Origin.READER)))
    return proposals.filter(author=user.pk)


def may_decide(user: Any, records: Iterable[Model | None]) -> bool:
    return may_publish(user) and all(may_change(user, record) for record in records)
