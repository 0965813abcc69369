"""Generate an archive event by event; each brings its talks and, now and then, new people, organisations and topics.

Whoever is introduced takes part in the event that introduces them, so every record of a public event can be found.
"""

import datetime
import gc
import uuid
from array import array
from collections.abc import Iterator
from random import Random
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import Max, QuerySet

from events.models import (
    Attendance,
    Conference,
    ConferenceDate,
    ConferenceKind,
    ConferenceTopic,
    Material,
    MaterialKind,
    Organisation,
    OrganisationAlias,
    OrganisationParticipation,
    OrganisationRole,
    Recording,
    Series,
    Source,
    Speaker,
    SpeakerAlias,
    SpeakerParticipation,
    SpeakerRole,
    Talk,
    TalkKind,
    TalkTopic,
    Topic,
)
from events.models.slugs import RootRecord
from events.russian import transliteration

from . import names
from .event import SampleEvent
from .sentences import SentenceGenerator
from .vocabulary import Vocabulary

# In the order of their foreign keys: a model comes after those that it refers to.
MODELS: tuple[type[models.Model], ...] = (
    Topic, Series, Organisation, OrganisationAlias, Speaker, SpeakerAlias, Conference, ConferenceDate, ConferenceTopic,
    Talk, TalkTopic, SpeakerParticipation, OrganisationParticipation, Attendance, Recording, Material, Source,
)  # fmt: skip
REFERENCE_LISTS = (ConferenceKind, TalkKind, MaterialKind, SpeakerRole, OrganisationRole)

BATCH = 250  # events, some thousands of rows
SLUG_LENGTH = 60


def is_empty() -> bool:
    """Whether the archive has no records of its own; kinds and roles do not count."""
    return not any(model._base_manager.exists() for model in (Conference, Speaker, Organisation, Topic, Series))


# When every record last changed.
CHANGED = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


class SampleArchive:
    """An archive being generated: the records still to come, the keys introduced so far, the rows to be written."""

    def __init__(self, records: int, seed: int, drafts: float = 0.0) -> None:
        self.random = Random(seed)
        # Of their own, so that the other choices stay what they were before rows had uids.
        self.uids = Random(seed)
        self.remaining, self.drafts = records, drafts
        self.vocabulary = Vocabulary()
        towns = [names.town(self.random) for _ in range(30 + records // 1000)]
        self.sentences = SentenceGenerator(self.vocabulary, towns)
        # Keys that public events introduced; the earlier one came, the more often it is picked again.
        self.introduced = {model: array("q") for model in (Speaker, Organisation, Topic, Series)}
        # Key of a department → key of the organisation that it belongs to.
        self.parents: dict[int, int] = {}
        self.topic_names = set(Topic.objects.values_list("name_key", flat=True))
        self.rows: dict[type[models.Model], list[Any]] = {model: [] for model in MODELS}
        self.last_pk = {model: model._base_manager.aggregate(last=Max("pk"))["last"] or 0 for model in MODELS}
        self.lists = {model: list(model.objects.all()) for model in REFERENCE_LISTS}

    def generate(self) -> Iterator[int]:
        """Write the archive batch by batch; yields how many public records are still to come."""
        # Rows form no reference cycles, and collecting garbage takes longer than making the rows.
        gc.disable()
        try:
            while self.remaining:
                SampleEvent(self, is_public=self.random.random() >= self.drafts).generate()
                if not self.remaining or len(self.rows[Conference]) >= BATCH:
                    self.write()
                    yield self.remaining
        finally:
            gc.enable()

    def take(self, number: int) -> int:
        """Take at most so many of the remaining records; returns how many were left to take."""
        taken = min(number, self.remaining)
        self.remaining -= taken
        return taken

    def add(self, model: type[models.Model], **fields: Any) -> Any:
        self.last_pk[model] += 1
        row = model(pk=self.last_pk[model], uid=uuid.UUID(int=self.uids.getrandbits(128), version=4), **fields)
        if issubclass(model, RootRecord) and "changed" not in fields:
            row.changed = CHANGED
        self.rows[model].append(row)
        return row

    def add_with_slug(self, model: type[models.Model], **fields: Any) -> Any:
        """Add a record that has a page; its slug ends in its primary key and is therefore unique."""
        row = self.add(model, **fields)
        # slug_source() of a department would fetch its parent, which may not be written yet.
        source = row.name if fields.get("parent_id") else row.slug_source()
        row.slug = f"{transliteration.slug(source, SLUG_LENGTH) or model._meta.model_name}-{row.pk}"
        return row

    def pick(self, model: type[models.Model]) -> int | None:
        """Pick the key of a record that an earlier event introduced, if there is one."""
        keys = self.introduced[model]
        return keys[int(len(keys) * self.random.random() ** 2)] if keys else None

    def pick_from_list(self, model: type[models.Model], first: int = 0) -> Any:
        """Pick an entry of a list of kinds or roles, from index `first` on; earlier entries are more frequent."""
        entries = self.lists[model][first:]
        return entries[int(len(entries) * self.random.random() ** 2)]

    def write(self) -> None:
        """Insert the waiting rows and move the sequences of primary keys past them."""
        # A plain QuerySet sends no signals: derived dates are set already, rebuild_search makes the index in one go.
        with transaction.atomic():
            for model, rows in self.rows.items():
                QuerySet(model).bulk_create(rows)
                rows.clear()
            with connection.cursor() as cursor:
                for statement in connection.ops.sequence_reset_sql(no_style(), list(MODELS)):
                    cursor.execute(statement)
