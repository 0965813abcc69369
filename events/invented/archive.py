"""Growing an archive: conference after conference, each bringing its talks and, now and then, somebody new.

Everything follows from the seed: the same number and seed give the same rows. Whoever is introduced takes part in the
conference that introduced them, so that every record of a published conference can be found.
"""

import datetime
import gc
from array import array
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models import Max, QuerySet

from .. import text
from ..dates import PartialDate
from ..models import (
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
from . import names, texts
from .words import Words

# In the order in which rows refer to one another.
MODELS: tuple[type[models.Model], ...] = (
    Topic, Series, Organisation, OrganisationAlias, Speaker, SpeakerAlias, Conference, ConferenceDate, ConferenceTopic,
    Talk, TalkTopic, SpeakerParticipation, OrganisationParticipation, Attendance, Recording, Material, Source,
)  # fmt: skip
LISTS = (ConferenceKind, TalkKind, MaterialKind, SpeakerRole, OrganisationRole)

# How many of each a conference brings into the archive on average.
TALKS, SPEAKERS, ORGANISATIONS, TOPICS, SERIES = 6, 4, 0.7, 0.02, 0.05
BATCH = 250  # conferences, some thousands of rows
SLUG_LENGTH = 60
FIRST_YEAR, LAST_YEAR = 2005, 2025
HIDDEN = ("draft", "draft", "draft", "ready", "withdrawn")
FIRST_MOMENT = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def is_empty(using: str = DEFAULT_DB_ALIAS) -> bool:
    return not any(
        model._base_manager.using(using).exists() for model in (Conference, Speaker, Organisation, Topic, Series)
    )


class Archive:
    """The archive as it grows: what is still to come, who was already introduced, which rows wait to be written."""

    def __init__(self, records: int, seed: int, drafts: float = 0.0, using: str = DEFAULT_DB_ALIAS) -> None:
        self.random, self.using = Random(seed), using
        self.left, self.drafts = records, drafts
        self.words = Words()
        self.texts = texts.Texts(self.words, [names.town(self.random) for _ in range(30 + records // 1000)])
        # Keys of those whom published conferences introduced; the earlier one came, the more often one comes again.
        self.known = {model: array("q") for model in (Speaker, Organisation, Topic, Series)}
        # Department → what it belongs to.
        self.wholes: dict[int, int] = {}
        self.topic_keys = set(Topic.objects.using(using).values_list("name_key", flat=True))
        self.rows: dict[type[models.Model], list[Any]] = {model: [] for model in MODELS}
        self.last_pk = {
            model: model._base_manager.using(using).aggregate(last=Max("pk"))["last"] or 0 for model in MODELS
        }
        self.lists = {model: list(model.objects.using(using)) for model in LISTS}

    def grow(self) -> Iterator[int]:
        """Write the archive batch by batch; yields how many findable records are still to come."""
        # Rows have no cycles among them, and looking for some takes longer than making the rows.
        gc.disable()
        try:
            while self.left:
                Event(self, is_public=self.random.random() >= self.drafts).happen()
                if not self.left or len(self.rows[Conference]) >= BATCH:
                    self.write()
                    yield self.left
        finally:
            gc.enable()

    def granted(self, wish: int) -> int:
        """How many of the wished-for records still fit in."""
        granted = min(wish, self.left)
        self.left -= granted
        return granted

    def add(self, model: type[models.Model], **fields: Any) -> Any:
        self.last_pk[model] += 1
        row = model(pk=self.last_pk[model], **fields)
        self.rows[model].append(row)
        return row

    def add_addressed(self, model: type[models.Model], **fields: Any) -> Any:
        """A record with a page. Its number ends the address, which is therefore nobody else’s."""
        row = self.add(model, **fields)
        # A department’s full address would fetch its parent, which may not be written yet.
        source = row.name if fields.get("parent_id") else row.slug_source()
        row.slug = f"{text.slug(source, SLUG_LENGTH) or model._meta.model_name}-{row.pk}"
        return row

    def acquaintance(self, model: type[models.Model]) -> int | None:
        known = self.known[model]
        return known[int(len(known) * self.random.random() ** 2)] if known else None

    def entry(self, model: type[models.Model], first: int = 0) -> Any:
        """An entry of a list that staff edit, from `first` on; those higher up are more frequent."""
        entries = self.lists[model][first:]
        return entries[int(len(entries) * self.random.random() ** 2)]

    def write(self) -> None:
        # Not the models’ own QuerySet: it would tell search and dates of each row. The dates are right already, the
        # index is built afterwards in one go.
        with transaction.atomic(using=self.using):
            for model, rows in self.rows.items():
                QuerySet(model, using=self.using).bulk_create(rows)
                rows.clear()
            connection = connections[self.using]
            with connection.cursor() as cursor:
                for statement in connection.ops.sequence_reset_sql(no_style(), list(MODELS)):
                    cursor.execute(statement)


class Event:
    """One conference with everything that it brings and everybody who comes."""

    def __init__(self, archive: Archive, is_public: bool) -> None:
        self.archive, self.random, self.texts = archive, archive.random, archive.texts
        self.is_public = is_public
        self.seated = 0  # how many of the newcomers have their place in the programme
        self.guests: set[int] = set()

    def happen(self) -> None:
        self.brought(1)
        self.new_topics = [self.topic() for _ in range(self.brought(self.about(TOPICS)))]
        self.new_series = [self.a_series() for _ in range(self.brought(self.about(SERIES)))]
        self.new_organisations = [self.organisation() for _ in range(self.brought(self.about(ORGANISATIONS)))]
        self.new_speakers = [self.speaker() for _ in range(self.brought(self.about(SPEAKERS)))]
        self.hold()
        for order in range(1, self.brought(self.about(TALKS)) + 1):
            self.talk(order)
        self.people()
        self.remains()
        self.introduce()

    def brought(self, wish: int) -> int:
        """How many records it really brings; what a draft brings is found by nobody and not counted."""
        return self.archive.granted(wish) if self.is_public else wish

    def introduce(self) -> None:
        """Others meet only those whom the public can find."""
        if self.is_public:
            for model, newcomers in (
                (Topic, self.new_topics),
                (Series, self.new_series),
                (Organisation, [organisation.pk for organisation in self.new_organisations]),
                (Speaker, [speaker.pk for speaker, _as_printed in self.new_speakers]),
            ):
                self.archive.known[model].extend(newcomers)

    def about(self, mean: float) -> int:
        """A whole number that is `mean` on average."""
        if mean < 1:
            return int(self.chance(mean))
        return self.random.randint(round(mean / 2), round(mean * 1.5))

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def sometimes(self, share: float, grammar: Sequence[str]) -> str:
        return self.texts.title(self.random, grammar) if self.chance(share) else ""

    def paragraph(self, share: float, shortest: int, longest: int) -> str:
        return self.texts.paragraph(self.random, shortest, longest) if self.chance(share) else ""

    def topic(self) -> int:
        name = self.texts.title(self.random, texts.TOPIC_NAMES)
        while text.fold(name) in self.archive.topic_keys:
            name = f"{name} {self.texts.line(self.random, texts.TOPIC_TAILS)}"
        self.archive.topic_keys.add(text.fold(name))
        return self.archive.add_addressed(Topic, name=name).pk

    def a_series(self) -> int:
        name = self.texts.title(self.random, texts.SERIES_NAMES)
        return self.archive.add_addressed(Series, name=name, description=self.paragraph(0.3, 1, 2)).pk

    def organisation(self) -> Organisation:
        parent = self.archive.acquaintance(Organisation) if self.chance(0.15) else None
        if parent:
            # A department has none of its own.
            parent = self.archive.wholes.get(parent, parent)
            name = names.department(self.random, self.archive.last_pk[Organisation])
            department = self.archive.add_addressed(Organisation, name=name, parent_id=parent)
            self.archive.wholes[department.pk] = parent
            return department
        invented = names.organisation(self.random, self.archive.words, self.texts.town(self.random))
        organisation = self.archive.add_addressed(
            Organisation, name=invented.name, short_name=invented.short_name, city=invented.city
        )
        for kind, name in (("abbreviation", invented.abbreviation), ("nickname", invented.nickname)):
            if name and self.chance(0.5):
                self.archive.add(OrganisationAlias, organisation=organisation, name=name, kind=kind)
        return organisation

    def speaker(self) -> tuple[Speaker, str]:
        """Somebody new, and the name as the news item prints it."""
        invented = names.person(self.random)
        speaker = self.archive.add_addressed(
            Speaker,
            family_name=invented.family_name,
            given_names=invented.given_names,
            initials=invented.initials,
            biography=self.sometimes(0.2, texts.BIOGRAPHIES),
        )
        if self.chance(0.03):
            maiden_name = names.person(self.random).family_name
            self.archive.add(SpeakerAlias, speaker=speaker, name=f"{maiden_name} {invented.given_names}".strip())
        return speaker, invented.as_printed

    def hold(self) -> None:
        """The conference itself, its dates, topics and organisations."""
        title = self.sometimes(0.85, texts.CONFERENCE_TITLES)
        dates_held = self.dates_held()
        series = self.of(Series, self.new_series, 0.25)
        moment = FIRST_MOMENT + datetime.timedelta(seconds=self.archive.last_pk[Conference])
        self.conference = self.archive.add_addressed(
            Conference,
            title=title,
            theme=self.sometimes(0.25 if title else 0.8, texts.CONFERENCE_TITLES),
            kind=self.archive.entry(ConferenceKind),
            format=self.random.choice(("", "online", "online", "mixed", "on-site")),
            series_id=series,
            ordinal=self.random.choice(("", "II", "III", "IV", "четвёртая", "XII")) if series else "",
            occasion=f"к {self.random.randint(10, 250)}-летию области" if self.chance(0.1) else "",
            city=self.texts.town(self.random).form("nomn") if self.chance(0.7) else "",
            platform=self.random.choice(("", "", "Zoom", "Skype", "VK Звонки")),
            summary=self.paragraph(0.7, 1, 3),
            background=self.paragraph(0.2, 1, 3),
            outcome=self.paragraph(0.11, 1, 2),
            status=Conference.Status.PUBLISHED if self.is_public else self.random.choice(HIDDEN),
            created=moment,
            changed=moment,
            published=moment if self.is_public else None,
            year=dates_held[0][0].year,
            first_day=str(dates_held[0][0]),
        )
        for start, end in dates_held:
            is_supplied = self.chance(0.5) and start.year is not None
            self.add(ConferenceDate, start=str(start), end=str(end or ""), year_supplied=is_supplied)
        self.topics(ConferenceTopic, self.conference, self.new_topics, 2)
        self.organisations()

    def add(self, model: type[models.Model], **fields: Any) -> Any:
        return self.archive.add(model, conference=self.conference, **fields)

    def of(self, model: type[models.Model], newcomers: list[int], share: float) -> int | None:
        """Whom the event brought, else somebody known in that share of events, else nobody."""
        if newcomers:
            return newcomers[0]
        return self.archive.acquaintance(model) if self.chance(share) else None

    def dates_held(self) -> list[tuple[PartialDate, PartialDate | None]]:
        """One day; 15 % several in a row, 5 % two apart; 15 % without a day or a year."""
        # The last years are the busiest.
        year = FIRST_YEAR + int((LAST_YEAR - FIRST_YEAR + 1) * self.random.random() ** 0.6)
        month, day, lot = self.random.randint(1, 12), self.random.randint(1, 24), self.random.random()
        first = PartialDate(year, month, day)
        if lot < 0.15:
            return [(first, PartialDate(year, month, day + self.random.randint(1, 3)))]
        if lot < 0.20:
            return [(first, None), (PartialDate(year, month, day + self.random.randint(2, 4)), None)]
        if lot < 0.35:
            return [
                (self.random.choice((PartialDate(year, month), PartialDate(year), PartialDate(None, month, day))), None)
            ]
        return [(first, None)]

    def topics(self, model: type[models.Model], owner: models.Model, newcomers: list[int], most: int) -> None:
        old = [self.archive.acquaintance(Topic) for _ in range(self.random.randint(0, most))]
        for pk in dict.fromkeys([*newcomers, *filter(None, old)]):
            self.archive.add(model, content_object=owner, tag_id=pk)

    def organisations(self) -> None:
        old = [self.archive.acquaintance(Organisation) for _ in range(self.random.randint(1, 3))]
        newcomers = [organisation.pk for organisation in self.new_organisations]
        self.those = list(dict.fromkeys([*newcomers, *filter(None, old)]))
        for order, pk in enumerate(self.those):
            self.add(
                OrganisationParticipation, organisation_id=pk, role=self.archive.entry(OrganisationRole), order=order
            )

    def talk(self, order: int) -> None:
        title = self.sometimes(0.9, texts.TALK_TITLES)
        talk = self.archive.add_addressed(
            Talk,
            conference=self.conference,
            order=order,
            kind=self.archive.entry(TalkKind),
            title=title,
            topic="" if title else self.texts.line(self.random, texts.TALK_SUBJECTS),
            abstract=self.paragraph(0.25, 1, 3),
        )
        self.topics(TalkTopic, talk, [], 1)
        if self.chance(0.95):
            self.takes_part(talk=talk, role=self.archive.lists[SpeakerRole][0])
        if self.chance(0.1):
            self.add(Material, talk=talk, kind=self.archive.entry(MaterialKind), url=self.address(f"slides/{talk.pk}"))

    def takes_part(self, **part: Any) -> None:
        """Newcomers first: each of them is somewhere in the programme."""
        newcomer, as_printed = self.new_speakers[self.seated] if self.seated < len(self.new_speakers) else (None, "")
        self.seated += 1
        pk = newcomer.pk if newcomer else self.archive.acquaintance(Speaker)
        if pk is None or ("talk" not in part and pk in self.guests):
            return
        self.guests.add(pk)
        self.add(
            SpeakerParticipation,
            speaker_id=pk,
            name_as_printed=as_printed,
            position=self.sometimes(0.7, texts.POSITIONS),
            organisation_id=self.random.choice(self.those) if self.those and self.chance(0.6) else None,
            **part,
        )

    def people(self) -> None:
        """A moderator, and those newcomers who had no talk."""
        self.guests.clear()
        for _ in range(max(1, len(self.new_speakers) - self.seated)):
            self.takes_part(role=self.archive.entry(SpeakerRole, first=1))

    def remains(self) -> None:
        """What is left of the event: the news item, perhaps a recording, a programme, a number of guests."""
        self.add(
            Source,
            url=self.address("news"),
            publisher=f"Новости {self.texts.town(self.random).form('gent')}",
            headline=self.texts.title(self.random, texts.HEADLINES),
        )
        if self.chance(0.2):
            self.add(Recording, url=self.address("video"), duration=self.random.randint(1200, 14000))
        if self.chance(0.1):
            self.add(Material, kind=self.archive.entry(MaterialKind), url=self.address("programme"))
        if self.chance(0.23):
            self.add(Attendance, value=self.random.randint(12, 400), counted="участников", precision="about")

    def address(self, what: str) -> str:
        """Nobody can own a name that ends in .example."""
        return f"https://library-{self.conference.pk}.example/{what}"
