"""Dependencies of search documents: which of them a change of records affects."""

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from django.db import models

from ..batches import batched
from ..models import Conference, ConferenceDate, Organisation, Recording, SearchDocument, Session, Talk, aggregates
from ..models.aggregates import Naming
from ..models.records import RecordChange, RowChange
from . import passages
from .documents import KIND_OF, Key

Kind = SearchDocument.Kind
Model = type[models.Model]

# Fields of a conference that the documents of its participants contain.
OF_PARTICIPANTS = ("status", "year", "first_day")
# What the documents of talks contain of their conference: fields of its row, and rows of these models.
OF_TALKS = ("status", "title", "theme", "kind", "city", "venue", "year", "first_day")
SHARED_WITH_TALKS = (ConferenceDate, Session)
# What passages of recordings contain of the conference and of the recording.
OF_PASSAGES = ("status", "year", "first_day", "kind", "city", "venue", "language")
OF_RECORDINGS = ("captions", "conference", "language")
CHUNK = 500  # keys in one query


def removed(rows: Mapping[Model, AbstractSet[int]]) -> set[Key]:
    """The documents of deleted rows."""
    return {(int(KIND_OF[model]), pk) for model, pks in rows.items() if model in KIND_OF for pk in pks}


def affected(records: list[RecordChange]) -> set[Key]:
    """The documents that may differ after these changes of roots of one model.

    A root's own; those of the talks that the changed rows belong to; those of the roots that the changed rows name; of
    a renamed root those of all rows that name it.
    """
    found = _AffectedDocuments()
    _whole_conferences([record for record in records if record.model is Conference], found)
    for record in records:
        found.add(record.model, record.pk)
        _rows(record, found)
        if record.model is not Conference and _is_renamed(record):
            _naming(record, found)
    return found.keys()


class _AffectedDocuments:
    def __init__(self) -> None:
        self.pks: dict[Model, set[int]] = defaultdict(set)
        self.uids: dict[Model, set[str]] = defaultdict(set)

    def add(self, model: Model, *pks: int) -> None:
        self.pks[model].update(pks)

    def keys(self) -> set[Key]:
        for model, uids in self.uids.items():
            if model in KIND_OF:
                for some in batched(sorted(uids), CHUNK):
                    self.add(model, *model._base_manager.filter(uid__in=some).values_list("pk", flat=True))
        # The document of a library has the years of its departments.
        for some in batched(sorted(self.pks[Organisation]), CHUNK):
            parents = Organisation.objects.filter(pk__in=some, parent__isnull=False)
            self.pks[Organisation] |= set(parents.values_list("parent", flat=True))
        return {(int(KIND_OF[model]), pk) for model, pks in self.pks.items() if model in KIND_OF for pk in pks}


def _rows(record: RecordChange, found: _AffectedDocuments) -> None:
    for row in record.rows:
        page = aggregates.page_field(row.model_class)
        if row.model_class is Recording and row.pk and row.differs_in(OF_RECORDINGS):
            found.add(Recording, row.pk)
        if page == "uid":
            found.add(row.model_class, *([row.pk] if row.pk else []))
        elif page:
            found.uids[Talk] |= row.values(page)
    for naming in aggregates.names(record.model):
        label = naming.member.model._meta.label_lower
        uids = {
            uid
            for row in record.rows
            if row.model == label and _is_named_differently(row, naming)
            for uid in row.values(naming.field.name)
        }
        found.uids[naming.target] |= uids


def _is_named_differently(row: RowChange, naming: Naming) -> bool:
    """Whether the document of the named root may differ: a participation tells of the position, a talk of nothing."""
    return naming.member.path != "pk" or row.differs_in((naming.field.name,))


def _whole_conferences(records: list[RecordChange], found: _AffectedDocuments) -> None:
    """Add the talks and participants of conferences whose documents contain what changed of them.

    Of a conference without an earlier version each talk and each participation is a changed row itself.
    """
    records = [record for record in records if record.before is not None]
    repeated = [
        record.pk
        for record in records
        if record.differs_in(OF_TALKS) or any(row.model_class in SHARED_WITH_TALKS for row in record.rows)
    ]
    heard = [record.pk for record in records if record.differs_in(OF_PASSAGES)]
    if heard:
        found.add(Recording, *passages.captioned(heard))
    if repeated:
        found.add(Talk, *Talk.objects.filter(conference__in=repeated).values_list("pk", flat=True))
    dated = [
        record.pk
        for record in records
        if not record.is_deleted and (record.differs_in(OF_PARTICIPANTS) or any(map(_is_new_or_lost, record.rows)))
    ]
    for model, pks in aggregates.named_by(Conference, dated).items() if dated else ():
        found.add(model, *pks)


def _is_new_or_lost(row: RowChange) -> bool:
    """Whether a recording came or went: the lists of participants count those of conferences with one."""
    return row.model_class is Recording and (row.before is None or row.after is None)


def _is_renamed(record: RecordChange) -> bool:
    """Whether a name that other documents contain changed: its own, or one of its aliases."""
    if record.is_created:
        # What names it changed in the same block.
        return False
    return record.is_renamed or any(row.uid != record.uid for row in record.rows)


def _naming(record: RecordChange, found: _AffectedDocuments) -> None:
    """The documents of all rows that name the root, or a department of it."""
    pks = [record.pk]
    if record.model is Organisation:
        pks += Organisation.objects.filter(parent=record.pk).values_list("pk", flat=True)
    for naming in aggregates.named_from(record.model):
        member = naming.member
        rows = member.model._base_manager.filter(**{f"{naming.field.name}__in": pks})
        found.add(aggregates.root_model(member.model), *rows.values_list(member.path, flat=True))
        page = aggregates.page_field(member.model)
        if page:
            own = "pk" if page == "uid" else page
            found.add(Talk, *rows.filter(**{f"{own}__isnull": False}).values_list(own, flat=True))
        elif member.path == "pk" and member.model is Conference:
            found.add(Talk, *Talk.objects.filter(conference__in=rows.values("pk")).values_list("pk", flat=True))
            found.add(Recording, *passages.captioned(rows.values("pk")))
        if record.model is Organisation:
            _affiliated(rows, found)


def _affiliated(rows: models.QuerySet, found: _AffectedDocuments) -> None:
    """The people whom an organisation's participations name: they are found by their affiliation."""
    people = [field for field in aggregates.foreign_keys(rows.model) if field.name == "speaker"]
    for field in people:
        found.add(field.related_model, *rows.values_list(field.name, flat=True))
