"""Which record of this archive a record of another one is: by its uid, else as importers match names."""

from django.db.models import QuerySet

from ..importing.candidates import conference_candidates, records_named
from ..importing.draft import DateDraft, Draft, TextFact
from ..models import Conference, ConferenceDate, OldAddress, Organisation, Series, Speaker, Topic
from ..models.reference import ReferenceEntry
from ..russian.folding import fold
from .dump import Dump, Model, Row, label


class Matching:
    """The uids here of the records that a dump names."""

    def __init__(self, dump: Dump) -> None:
        self._dump = dump
        self._found: dict[tuple[Model, str], str] = {}
        self._present: set[tuple[Model, str]] = set()

    def uid(self, model: Model, uid: str) -> str:
        """The uid of the record here; a record that is not here keeps its own."""
        if (model, uid) not in self._found:
            self._found[model, uid] = self._uid_here(model, uid)
        return self._found[model, uid]

    def is_here(self, model: Model, uid: str) -> bool:
        """Whether this archive has a record of this very uid, now."""
        if (model, uid) not in self._present and model._base_manager.filter(uid=uid).exists():
            self._present.add((model, uid))
        return (model, uid) in self._present

    def _uid_here(self, model: Model, uid: str) -> str:
        if self.is_here(model, uid) or not hasattr(model, "slug") or not self._dump.has(model, uid):
            return uid
        merged = OldAddress.objects.filter(kind=model._meta.model_name, merged=uid).exclude(record=None)
        if successor := merged.values_list("record", flat=True).first():
            return str(successor)
        alike = self._named_alike(model, self._dump.row(model, uid))
        # Whom the other archive tells apart are two; of several here none is taken: staff merge them.
        same = [record for record in alike if not self._dump.has(model, str(record.uid))]
        return str(same[0].uid) if len(same) == 1 else uid

    def _named_alike(self, model: Model, row: Row) -> QuerySet:
        if issubclass(model, ReferenceEntry):
            return model.objects.filter(slug=row["slug"]) or model.objects.filter(name=row["name"])
        if model is Topic:
            return Topic.objects.filter(name_key=fold(row["name"]))
        if model is Series:
            return records_named(model, row["name"])
        if model is Organisation:
            whole = row.get("parent")
            parent = {"parent__uid": self.uid(Organisation, whole)} if whole else {"parent": None}
            return records_named(model, row["name"]).filter(**parent)
        if model is Speaker and not row.get("distinguished_from"):
            return records_named(model, label(row)).filter(distinguished_from="")
        return model.objects.none()

    def event(self, rows: list[Row]) -> Conference | None:
        """The event of this archive that an event of another uid likely is."""
        fields = rows[0]["fields"]
        days = [row["fields"]["start"] for row in rows if row["model"] == ConferenceDate._meta.label_lower]
        draft = Draft(
            title=TextFact(value=fields["title"]),
            theme=TextFact(value=fields["theme"]),
            dates=[DateDraft(start=day) for day in days],
        )
        likely = Conference.objects.in_bulk([one.pk for one in conference_candidates(draft) if one.is_exact])
        # What the other archive tells apart are two here as well.
        return next((event for event in likely.values() if not self._dump.has(Conference, str(event.uid))), None)
