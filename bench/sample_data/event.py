"""Generate one event: its programme, the people and organisations that take part, its sources and recordings."""

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import models

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
from events.russian.dates import PartialDate
from events.russian.folding import fold

from . import names, sentences

if TYPE_CHECKING:
    from .generator import SampleArchive

# How many of each an event brings into the archive on average.
TALKS, SPEAKERS, ORGANISATIONS, TOPICS, SERIES = 6, 4, 0.7, 0.02, 0.05
FIRST_YEAR, LAST_YEAR = 2005, 2025
HIDDEN_STATUSES = ("draft", "draft", "draft", "ready", "withdrawn")
FIRST_TIMESTAMP = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


class SampleEvent:
    """One event with all its rows."""

    def __init__(self, archive: "SampleArchive", is_public: bool) -> None:
        self.archive, self.random, self.sentences = archive, archive.random, archive.sentences
        self.is_public = is_public
        self.placed_speakers = 0  # how many of the new speakers have their place in the programme
        self.participants: set[int] = set()

    def generate(self) -> None:
        self.quota(1)
        self.new_topics = [self.add_topic() for _ in range(self.quota(self.around(TOPICS)))]
        self.new_series = [self.add_series() for _ in range(self.quota(self.around(SERIES)))]
        self.new_organisations = [self.add_organisation() for _ in range(self.quota(self.around(ORGANISATIONS)))]
        self.new_speakers = [self.add_speaker() for _ in range(self.quota(self.around(SPEAKERS)))]
        self.add_conference()
        for order in range(1, self.quota(self.around(TALKS)) + 1):
            self.add_talk(order)
        self.add_people_of_event()
        self.add_sources_and_recordings()
        self.introduce()

    def quota(self, wanted: int) -> int:
        """Return how many of the wanted records still fit in; those of a draft are not public and not counted."""
        return self.archive.take(wanted) if self.is_public else wanted

    def introduce(self) -> None:
        """Let later events pick what a public event brought; what a draft brings shows nowhere else."""
        if self.is_public:
            for model, keys in (
                (Topic, self.new_topics),
                (Series, self.new_series),
                (Organisation, [organisation.pk for organisation in self.new_organisations]),
                (Speaker, [speaker.pk for speaker, _as_printed in self.new_speakers]),
            ):
                self.archive.introduced[model].extend(keys)

    # ── Chance ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def around(self, mean: float) -> int:
        """Return a random integer whose mean is `mean`."""
        if mean < 1:
            return int(self.happens(mean))
        return self.random.randint(round(mean / 2), round(mean * 1.5))

    def happens(self, probability: float) -> bool:
        return self.random.random() < probability

    def title(self, probability: float, grammar: Sequence[str]) -> str:
        """Return a title with that probability, else the empty string."""
        return self.sentences.title(self.random, grammar) if self.happens(probability) else ""

    def paragraph(self, probability: float, shortest: int, longest: int) -> str:
        """Return a paragraph of so many sentences with that probability, else the empty string."""
        return self.sentences.paragraph(self.random, shortest, longest) if self.happens(probability) else ""

    # ── New records with pages of their own ─────────────────────────────────────────────────────────────────────────

    def add_topic(self) -> int:
        name = self.sentences.title(self.random, sentences.TOPIC_NAMES)
        while fold(name) in self.archive.topic_names:
            name = f"{name} {self.sentences.line(self.random, sentences.TOPIC_TAILS)}"
        self.archive.topic_names.add(fold(name))
        return self.archive.add_with_slug(Topic, name=name).pk

    def add_series(self) -> int:
        name = self.sentences.title(self.random, sentences.SERIES_NAMES)
        return self.archive.add_with_slug(Series, name=name, description=self.paragraph(0.3, 1, 2)).pk

    def add_organisation(self) -> Organisation:
        parent = self.archive.pick(Organisation) if self.happens(0.15) else None
        if parent:
            return self.add_department(parent)
        sample = names.organisation(self.random, self.archive.vocabulary, self.sentences.town(self.random))
        organisation = self.archive.add_with_slug(
            Organisation, name=sample.name, short_name=sample.short_name, city=sample.city
        )
        for kind, name in (("abbreviation", sample.abbreviation), ("nickname", sample.nickname)):
            if name and self.happens(0.5):
                self.archive.add(OrganisationAlias, organisation=organisation, name=name, kind=kind)
        return organisation

    def add_department(self, parent: int) -> Organisation:
        # A department has no departments of its own.
        parent = self.archive.parents.get(parent, parent)
        name = names.department(self.random, self.archive.last_pk[Organisation])
        department = self.archive.add_with_slug(Organisation, name=name, parent_id=parent)
        self.archive.parents[department.pk] = parent
        return department

    def add_speaker(self) -> tuple[Speaker, str]:
        """Add a speaker; returns the name as printed in a news item, too."""
        sample = names.person(self.random)
        speaker = self.archive.add_with_slug(
            Speaker,
            family_name=sample.family_name,
            given_names=sample.given_names,
            initials=sample.initials,
            biography=self.title(0.2, sentences.BIOGRAPHIES),
        )
        if self.happens(0.03):
            maiden_name = names.person(self.random).family_name
            self.archive.add(SpeakerAlias, speaker=speaker, name=f"{maiden_name} {sample.given_names}".strip())
        return speaker, sample.as_printed

    # ── The event and its rows ──────────────────────────────────────────────────────────────────────────────────────

    def add(self, model: type[models.Model], **fields: Any) -> Any:
        return self.archive.add(model, conference=self.conference, **fields)

    def add_conference(self) -> None:
        """Add the conference itself, its dates, topics and organisations."""
        title = self.title(0.85, sentences.CONFERENCE_TITLES)
        dates_held = self.dates_held()
        series = self.pick_series()
        timestamp = FIRST_TIMESTAMP + datetime.timedelta(seconds=self.archive.last_pk[Conference])
        self.conference = self.archive.add_with_slug(
            Conference,
            title=title,
            theme=self.title(0.25 if title else 0.8, sentences.CONFERENCE_TITLES),
            kind=self.archive.pick_from_list(ConferenceKind),
            format=self.random.choice(("", "online", "online", "mixed", "on-site")),
            series_id=series,
            ordinal=self.random.choice(("", "II", "III", "IV", "четвёртая", "XII")) if series else "",
            occasion=f"к {self.random.randint(10, 250)}-летию области" if self.happens(0.1) else "",
            city=self.sentences.town(self.random).form("nomn") if self.happens(0.7) else "",
            platform=self.random.choice(("", "", "Zoom", "Skype", "VK Звонки")),
            summary=self.paragraph(0.7, 1, 3),
            background=self.paragraph(0.2, 1, 3),
            outcome=self.paragraph(0.11, 1, 2),
            state=Conference.State.HELD,
            status=Conference.Status.PUBLISHED if self.is_public else self.random.choice(HIDDEN_STATUSES),
            created=timestamp,
            changed=timestamp,
            published=timestamp if self.is_public else None,
            year=dates_held[0][0].year,
            first_day=str(dates_held[0][0]),
        )
        for start, end in dates_held:
            is_supplied = self.happens(0.5) and start.year is not None
            self.add(ConferenceDate, start=str(start), end=str(end or ""), year_supplied=is_supplied)
        self.add_topics(ConferenceTopic, self.conference, self.new_topics, 2)
        self.add_organisations_of_event()

    def dates_held(self) -> list[tuple[PartialDate, PartialDate | None]]:
        """Return (start, end) pairs: one day; 15 % several in a row, 5 % two apart; 15 % without a day or a year."""
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

    def pick_series(self) -> int | None:
        """Pick the new series, else an earlier one for a quarter of the events."""
        if self.new_series:
            return self.new_series[0]
        return self.archive.pick(Series) if self.happens(0.25) else None

    def add_topics(self, model: type[models.Model], owner: models.Model, new: list[int], most: int) -> None:
        earlier = [self.archive.pick(Topic) for _ in range(self.random.randint(0, most))]
        for pk in dict.fromkeys([*new, *filter(None, earlier)]):
            self.archive.add(model, content_object=owner, tag_id=pk)

    def add_organisations_of_event(self) -> None:
        earlier = [self.archive.pick(Organisation) for _ in range(self.random.randint(1, 3))]
        new = [organisation.pk for organisation in self.new_organisations]
        self.organisations = list(dict.fromkeys([*new, *filter(None, earlier)]))
        for order, pk in enumerate(self.organisations):
            role = self.archive.pick_from_list(OrganisationRole)
            self.add(OrganisationParticipation, organisation_id=pk, role=role, order=order)

    def add_talk(self, order: int) -> None:
        title = self.title(0.9, sentences.TALK_TITLES)
        talk = self.archive.add_with_slug(
            Talk,
            conference=self.conference,
            order=order,
            kind=self.archive.pick_from_list(TalkKind),
            title=title,
            topic="" if title else self.sentences.line(self.random, sentences.TALK_SUBJECTS),
            abstract=self.paragraph(0.25, 1, 3),
        )
        self.add_topics(TalkTopic, talk, [], 1)
        if self.happens(0.95):
            self.add_participation(talk=talk, role=self.archive.lists[SpeakerRole][0])
        if self.happens(0.1):
            kind = self.archive.pick_from_list(MaterialKind)
            self.add(Material, talk=talk, kind=kind, url=self.url(f"slides/{talk.pk}"))

    def add_participation(self, **part: Any) -> None:
        """Let somebody take part: new speakers first, so that each is somewhere in the programme, then earlier ones."""
        if self.placed_speakers < len(self.new_speakers):
            speaker, as_printed = self.new_speakers[self.placed_speakers]
            pk = speaker.pk
        else:
            pk, as_printed = self.archive.pick(Speaker), ""
        self.placed_speakers += 1
        if pk is None or ("talk" not in part and pk in self.participants):
            return
        self.participants.add(pk)
        self.add(
            SpeakerParticipation,
            speaker_id=pk,
            name_as_printed=as_printed,
            position=self.title(0.7, sentences.POSITIONS),
            organisation_id=self.random.choice(self.organisations)
            if self.organisations and self.happens(0.6)
            else None,
            **part,
        )

    def add_people_of_event(self) -> None:
        """Add a moderator, and those new speakers who have no talk."""
        self.participants.clear()
        for _ in range(max(1, len(self.new_speakers) - self.placed_speakers)):
            self.add_participation(role=self.archive.pick_from_list(SpeakerRole, first=1))

    def add_sources_and_recordings(self) -> None:
        """Add the news item and, for some events, a recording, a programme, the number of participants."""
        self.add(
            Source,
            url=self.url("news"),
            publisher=f"Новости {self.sentences.town(self.random).form('gent')}",
            headline=self.sentences.title(self.random, sentences.HEADLINES),
        )
        if self.happens(0.2):
            self.add(Recording, url=self.url("video"), duration=self.random.randint(1200, 14000))
        if self.happens(0.1):
            self.add(Material, kind=self.archive.pick_from_list(MaterialKind), url=self.url("programme"))
        if self.happens(0.23):
            self.add(Attendance, value=self.random.randint(12, 400), counted="участников", precision="about")

    def url(self, path: str) -> str:
        """Return an address that nobody can own: the domain .example is reserved."""
        return f"https://library-{self.conference.pk}.example/{path}"
