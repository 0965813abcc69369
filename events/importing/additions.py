"""What a second source tells of an event of the archive that the archive does not know yet, and nothing twice."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from ..models import (
    Conference,
    ConferenceDate,
    OrganisationParticipation,
    Session,
    Speaker,
    SpeakerParticipation,
    Talk,
)
from ..russian.folding import fold
from .candidates import title_likeness
from .draft import DateDraft, Draft, LinkDraft, SessionDraft, TalkDraft
from .writer import DraftError, DraftWriter

# Share of the shorter title’s words that the longer one has, from which two talks are one; of one speaker.
SAME_TITLE, SAME_TITLE_OF_SPEAKER = 0.8, 0.5
DAY = len("2020-06-09")
# What the organisers of an event change of a talk.
_OF_A_SCHEDULE = ("title", "abstract", "start_time", "session")


def add_facts(draft: Draft, conference: Conference) -> list[str]:
    """Save what the draft knows of the event beyond the archive; the talks that a newer schedule has no longer.

    Raises DraftError; the caller rolls back.
    """
    addition = Addition(draft, conference)
    addition.save()
    if addition.problems:
        raise DraftError(addition.problems)
    return [str(talk) for talk in addition.talks] if addition.is_newer else []


class Addition(DraftWriter):
    """Writes the facts of a draft that an event lacks: empty fields are filled, missing rows are added.

    Of a schedule that comes in again the days and the talks replace what they were.
    """

    def __init__(self, draft: Draft, conference: Conference) -> None:
        super().__init__(draft)
        self.conference = conference
        source = draft.source
        same = {"url": source.url} if source.url else {"url": "", "headline": source.headline}
        # Only schedules have no text.
        self.is_newer = not source.text and conference.sources.filter(text="", **same).exists()
        self.talks = list(conference.talks.prefetch_related("people", "organisations"))
        self.known_links = {
            fold(url)
            for rows in (conference.recordings, conference.materials)
            for url in rows.values_list("url", flat=True)
        }

    def save_event(self) -> None:
        """Fill the empty fields of the event."""
        known, location = self.conference, _("Event")
        titles = {fold(known.title), fold(known.theme)}
        values = self.event_values(location)
        regions = known.regions.splitlines()
        new = [region.value for region in self.draft.regions if fold(region.value) not in set(map(fold, regions))]
        values["regions"] = "\n".join([*regions, *new])
        if known.venue and fold(known.venue.effective_city) == fold(str(values["city"])):
            values["city"] = ""
        if known.title or known.theme:
            values["title_as_printed"] = ""
        if known.kind:
            values["kind_as_printed"] = ""
        # What happened to the event is said with its source.
        del values["state"], values["language"]
        for name, value in values.items():
            is_repeated = name in ("title", "theme") and fold(str(value)) in titles
            if value and not is_repeated and (name == "regions" or not getattr(known, name)):
                setattr(known, name, value)
        self._save_row(known, location)

    def save_dates(self) -> None:
        known = list(self.conference.dates.all())
        if self.is_newer and len(known) == len(self.draft.dates) == 1:
            known[0].start, known[0].end = self.draft.dates[0].start, self.draft.dates[0].end
        for date in self.draft.dates:
            if same := next((row for row in known if _is_same_day(row, date)), None):
                self._complete_date(same, date)
            elif not any(_covers(row, date) for row in known):
                self.save_date(date)

    def _complete_date(self, row: ConferenceDate, date: DateDraft) -> None:
        is_more_exact = row.start.startswith("X") or len(row.start) < len(date.start)
        if is_more_exact and not date.lacks_year:
            row.start, row.year_supplied, row.year_source = date.start, date.year_supplied, date.year_source
            row.end = date.end or row.end
        row.end = row.end or (date.end if date.end and not date.end.startswith("X") else "")
        row.start_time = row.start_time or date.start_time or None
        row.time_zone = row.time_zone or date.time_zone
        self._save_row(row, _("Date “%s”") % (date.printed or date.start))

    def save_sessions(self) -> None:
        known = list(self.conference.sessions.all())
        for session in self.draft.sessions:
            if same := self._known_session(session, known):
                self.sessions[session.key] = same
                if session.place and (self.is_newer or not same.place):
                    same.place = session.place
                    self._save_row(same, str(same))
        self.add_sessions(
            [session for session in self.draft.sessions if session.key not in self.sessions], len(known) + 1
        )

    def _known_session(self, session: SessionDraft, known: list[Session]) -> Session | None:
        """The session of the archive that this one is; of a track in two rooms at once the one in the same room."""
        same = [row for row in known if _is_same_session(row, session)]
        here = [row for row in same if fold(row.place) in ("", fold(session.place))]
        parallel = [one for one in self.draft.sessions if (one.title, one.day) == (session.title, session.day)]
        if not here and len(parallel) == 1:
            # It moved to another room.
            here = same
        return here[0] if here else None

    def save_talks(self) -> None:
        known, last = list(self.talks), max([talk.order for talk in self.talks], default=0)
        found: list[Talk] = []
        for talk in self.draft.talks:
            if same := self._known_talk(talk):
                self.talks.remove(same)
                self._complete_talk(same, talk)
                self.linked_talks[talk.key] = same
                found.append(same)
            else:
                last += 1
                found.append(self.save_talk(talk, last))
        if self.is_newer:
            self._sort_talks(known, found)

    def _sort_talks(self, known: list[Talk], programme: list[Talk]) -> None:
        """Number the talks as the programme has them, if their order differs; one that it lacks stays in its place."""
        for before, talk in zip([None, *known], known, strict=False):
            if talk in self.talks:
                programme.insert(programme.index(before) + 1 if before else 0, talk)
        orders = [talk.order for talk in programme]
        for order, talk in enumerate(programme, 1) if orders != sorted(orders) else ():
            if talk.order != order:
                talk.order = order
                self._save_row(talk, str(talk))

    def _known_talk(self, talk: TalkDraft) -> Talk | None:
        """The talk of the archive that this one is, by its title, or by its speakers where titles do not differ."""
        speakers = {self.speakers[key].pk for key in talk.speakers if key in self.speakers}
        likest: tuple[float, Talk | None] = 0.0, None
        for known in self.talks:
            likeness = 1.0 if fold(talk.title) == fold(known.title) != "" else title_likeness(talk.title, known.title)
            known_speakers = {person.speaker_id for person in known.people.all()}
            is_likely = not talk.title or not known.title or likeness >= SAME_TITLE_OF_SPEAKER
            is_retitled = self.is_newer and speakers == known_speakers and _hour(known) == talk.start_time != ""
            if speakers and speakers & known_speakers and (is_likely or is_retitled):
                likeness += 1
            elif not talk.title and not known.title and not speakers and fold(talk.subject) == fold(known.topic):
                same_organisations = self._organisations_of(talk) & {
                    row.organisation_id for row in known.organisations.all()
                }
                likeness = 1.0 if talk.subject or same_organisations else 0.0
            if likeness >= SAME_TITLE and likeness > likest[0]:
                likest = likeness, known
        return likest[1]

    def _organisations_of(self, talk: TalkDraft) -> set[int]:
        return {self.organisations[key].pk for key in talk.organisations if key in self.organisations}

    def _complete_talk(self, row: Talk, talk: TalkDraft) -> None:
        location = _("Talk %(number)d, “%(title)s”") % {"number": row.order, "title": talk.title or talk.subject}
        values = self.talk_values(talk, location)
        if row.title:
            values["title_as_printed"] = values["topic"] = ""
        for name, value in values.items():
            is_replaced = self.is_newer and name in _OF_A_SCHEDULE
            if value and name != "language" and (is_replaced or not getattr(row, name)):
                setattr(row, name, value)
        self._save_row(row, location)
        self._talk_participations(talk, row, location)
        if self.is_newer and talk.speakers and all(key in self.speakers for key in talk.speakers):
            self._sort_speakers(row, [self.speakers[key] for key in dict.fromkeys(talk.speakers)])

    def _sort_speakers(self, row: Talk, speakers: list[Speaker]) -> None:
        """Remove the speakers whom the newer schedule does not name, and number the others in its order."""
        parts = SpeakerParticipation.objects.filter(talk=row, role__slug="speaker")
        for part in parts.named().exclude(speaker__in=speakers):
            part.delete()
        stored = list(parts.filter(speaker__in=speakers).select_related("speaker"))
        wanted = sorted(stored, key=lambda part: speakers.index(part.speaker))
        for order, part in enumerate(wanted) if wanted != stored else ():
            if part.order != order:
                part.order = order
                self._save_row(part, str(row))

    def _participation(self, key: str, role: str, location: str, **where: Any) -> None:
        """Save a person's part, unless the event has it, or, of the event as a whole, one of its talks."""
        speaker, person = self.speakers.get(key), self.draft.person(key)
        parts = SpeakerParticipation.objects.filter(
            conference=self.conference, speaker=speaker if speaker else None, role__slug=role
        )
        if where.get("talk") or where.get("session"):
            parts = parts.filter(talk=where.get("talk"), session=where.get("session"))
        known = parts.first() if speaker else None
        if known is None or person is None:
            super()._participation(key, role, location, **where)
        elif person.position and not known.position:
            known.position = person.position
            known.organisation = known.organisation or self.organisations.get(person.affiliation)
            self._save_row(known, location)

    def _organisation_participation(self, organisation: Any, role: str, group: str, printed: str, order: int) -> None:
        rows = OrganisationParticipation.objects.filter(conference=self.conference, talk=None).select_related("role")
        for row in rows:
            is_same = row.organisation_id == (organisation.pk if organisation else None)
            if is_same and fold(row.group) == fold(group) and (row.role.slug == role or role == "participant"):
                return
        super()._organisation_participation(organisation, role, group, printed, len(rows))

    def save_attendance(self) -> None:
        known = set(self.conference.attendance.values_list("value", flat=True))
        self.draft.attendance = [number for number in self.draft.attendance if number.value not in known]
        super().save_attendance()

    def links(self) -> Iterable[LinkDraft]:
        return [link for link in self.draft.links if fold(link.url) not in self.known_links]


def _hour(talk: Talk) -> str:
    return f"{talk.start_time:%H:%M}" if talk.start_time else ""


def _is_same_session(row: Session, session: SessionDraft) -> bool:
    """Whether both have one title, and one day if both have a day: a track goes on for several."""
    has_title = fold(row.title or row.kind) == fold(session.title or session.kind)
    return has_title and str(row.day or "") in ("", session.day or str(row.day))


def _is_same_day(row: ConferenceDate, date: DateDraft) -> bool:
    """Whether both begin on one day, as far as each knows it: «май 2022» and «24 мая 2022», «24 мая» of no year."""
    one, other = row.start, date.start
    if one.startswith("X") or other.startswith("X"):
        return len(one) == len(other) == DAY and one[4:] == other[4:]
    return one.startswith(other) or other.startswith(one)


def _covers(row: ConferenceDate, date: DateDraft) -> bool:
    """Whether the days of the row contain that of the draft."""
    start, end, day = row.start, row.end or row.start, date.start
    if "X" in start[0] + day[0]:
        start, end, day = start[4:], end[4:], day[4:]
    return start <= day <= end
