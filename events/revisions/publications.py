"""When the public could first see a record, and when an event left the site: set when a block of writing closes."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from ..batches import batched
from ..models import Conference, CuratedCollection, Organisation, Speaker, Talk, aggregates
from ..models.records import RecordChange, RowChange

Model = type[models.Model]
AT_ONCE = 500  # uids or keys in one query
# Fields of a record by which it may become public while no conference changes: a public department makes its
# organisation public, and who is no longer hidden may never have been seen before.
OWN_CONDITIONS: dict[Model, tuple[str, ...]] = {
    Organisation: ("parent",),
    Speaker: ("hidden_since",),
    CuratedCollection: ("is_shown",),
}


@dataclass
class Publications:
    """The records that may have become public: what published conferences newly name, their new talks."""

    candidates: dict[Model, set[str]] = field(default_factory=lambda: defaultdict(set))
    # Keys of the conferences that came onto the site, and of those that left it.
    shown: set[int] = field(default_factory=set)
    unshown: set[int] = field(default_factory=set)

    def add(self, records: list[RecordChange]) -> None:
        for record in records:
            if record.after and record.differs_in(OWN_CONDITIONS.get(record.model, ())):
                self.candidates[record.model].add(record.uid)
            if record.model is Conference and Conference.is_public(record.after):
                is_new = not Conference.is_public(record.before)
                if is_new:
                    self.shown.add(record.pk)
                self._add_conference(record, is_new)
            elif record.model is Conference and record.after and Conference.is_public(record.before):
                self.unshown.add(record.pk)

    def _add_conference(self, record: RecordChange, is_new: bool) -> None:
        for row in record.rows:
            if row.model_class is Talk and row.before is None:
                self.candidates[Talk].add(row.uid)
            for naming in aggregates.names(Conference):
                if naming.member.model is row.model_class and naming.target is not Conference:
                    self.candidates[naming.target] |= _newly_named(row, naming.field.name)
        if is_new:
            self.candidates[Talk] |= _uids(Talk._base_manager.filter(conference=record.pk))
            for target, uids in aggregates.named_by(Conference, [record.pk], "uid").items():
                self.candidates[target] |= set(map(str, uids))

    def save(self) -> None:
        for pks, moment in ((self.shown, None), (self.unshown, timezone.now())):
            for some in batched(sorted(pks), AT_ONCE):
                QuerySet(Conference).filter(pk__in=some).exclude(unpublished=moment).update(unpublished=moment)
        for model, uids in self.candidates.items():
            if hasattr(model, "published") and model is not Conference:
                for some in batched(sorted(uids), AT_ONCE):
                    _publish(model, some)


def _newly_named(row: RowChange, name: str) -> set[str]:
    before, after = (fields.get(name) if fields else None for fields in (row.before, row.after))
    return {after} if after and after != before else set()


def _uids(rows: QuerySet) -> set[str]:
    return set(map(str, rows.values_list("uid", flat=True)))


def _publish(model: Model, uids: list[str]) -> None:
    candidates = Q(uid__in=uids)
    if model is Organisation:
        candidates |= Q(pk__in=Organisation.objects.filter(uid__in=uids, parent__isnull=False).values("parent"))
    shown = model.objects.published().filter(candidates, published__isnull=True)
    pks = list(shown.order_by().values_list("pk", flat=True))
    # A plain queryset: no more a change than moving `changed` is.
    QuerySet(model).filter(pk__in=pks).update(published=timezone.now())
