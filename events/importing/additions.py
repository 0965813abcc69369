"""What a second source tells of an event of the archive that the archive does not know yet, and nothing twice."""

import itertools
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from ..models import (
    Conference,
    ConferenceDate,
    OrganisationParticipation,
    Session,
    SpeakerParticipation,
    Talk,
)
from ..russian.folding import fold
from .candidates import title_likeness
from .draft import DateDraft, Draft, SessionDraft, TalkDraft
from .writer import DraftError, DraftWriter, said

# Share of the shorter title’s words that the longer one has, from which two talks are one; of one speaker.
SAME_TITLE, SAME_TITLE_OF_SPEAKER = 0.8, 0.5
DAY = len("2020-06-09")
# What the organisers of an event change of a session or talk.
_OF_A_SCHEDULE = ("title", "abstract", "start_time", "session", "place")


def add_facts(draft: Draft, conference: Conference) -> list[str]:
    """Save what the draft knows of the event beyond the archive; the talks that a newer schedule has no longer.

    Raises DraftError; the caller rolls back.
    """
    addition = Addition(draft, conference)
    addition.save()
    addition.insert_pending()
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
        self.replaced = _OF_A_SCHEDULE if self.is_newer else ()
        self.talks = list(conference.talks.all())
        self.titles = {talk.pk: fold(talk.title) for talk in self.talks}
        for part in conference.people.select_related("speaker", "role"):
            self.people[part.talk_id].append(part)
        for role in conference.organisations.select_related("role"):
            self.participants[role.talk_id].append(role)
        self.subjects.update(conference.subjects.filter(talk=None).values_list("speaker", flat=True))
        self.known_numbers.update(conference.attendance.values_list("value", flat=True))
        for links in (conference.recordings, conference.materials):
            self.known_links.update(map(fold, links.values_list("url", flat=True)))

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
        for name in ("title", "theme"):
            if fold(values[name]) in titles:
                del values[name]
        self._fill(known, location, values, ("regions",))

    def _fill(self, row: Any, location: str, values: dict[str, Any], replaced: Iterable[str] = ()) -> None:
        """Save what a row lacks, and of what is to be replaced all that is said."""
        self.save_row(row, location, **_missing(row, values, replaced))

    def save_dates(self) -> None:
        known = list(self.conference.dates.all())
        is_moved = self.is_newer and len(known) == len(self.draft.dates) == 1
        for date in self.draft.dates:
            if same := next((row for row in known if is_moved or _is_same_day(row, date)), None):
                self._complete_date(same, date, is_moved)
            elif not any(_covers(row, date) for row in known):
                self.save_date(date)

    def _complete_date(self, row: ConferenceDate, date: DateDraft, is_moved: bool) -> None:
        values = _missing(row, said(date, "start_time", "time_zone"))
        is_more_exact = row.start.startswith("X") or len(row.start) < len(date.start)
        if is_moved:
            values |= said(date, "start", "end")
        elif is_more_exact and not date.lacks_year:
            values |= said(date, "start", "year_supplied", "year_source") | {"end": date.end or row.end}
        elif not date.end.startswith("X"):
            values["end"] = row.end or date.end
        self.save_row(row, _("Date “%s”") % (date.printed or date.start), **values)

    def save_sessions(self) -> None:
        known = list(self.conference.sessions.all())
        for session in self.draft.sessions:
            if same := self._known_session(session, known):
                self.sessions[session.key] = same
                self._fill(same, str(same), {"place": session.place}, self.replaced)
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
            self.save_row(talk, str(talk), order=order)

    def _known_talk(self, talk: TalkDraft) -> Talk | None:
        """The talk of the archive that this one is, by its title, or by its speakers where titles do not differ."""
        speakers = {self.speakers[key].pk for key in talk.speakers if key in self.speakers}
        title = fold(talk.title)
        likest: tuple[float, Talk | None] = 0.0, None
        for known in self.talks:
            is_titled_so = title and title == self.titles[known.pk]
            likeness = 1.0 if is_titled_so else title_likeness(talk.title, known.title)
            known_speakers = {person.speaker_id for person in self.people[known.pk]}
            is_likely = not talk.title or not known.title or likeness >= SAME_TITLE_OF_SPEAKER
            is_retitled = self.is_newer and speakers == known_speakers and _hour(known) == talk.start_time != ""
            if speakers and speakers & known_speakers and (is_likely or is_retitled):
                likeness += 1
            elif not talk.title and not known.title and not speakers and fold(talk.subject) == fold(known.topic):
                known_organisations = {part.organisation_id for part in self.participants[known.pk]}
                same_organisations = self._organisations_of(talk) & known_organisations
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
        del values["language"]
        self._fill(row, location, values, self.replaced)
        self._talk_participations(talk, row, location)
        if self.is_newer and talk.speakers and all(key in self.speakers for key in talk.speakers):
            self._replace_speakers(row, location, [self.speakers[key].pk for key in dict.fromkeys(talk.speakers)])

    def _replace_speakers(self, talk: Talk, location: str, speakers: list[int]) -> None:
        """Remove the speakers whom the newer schedule does not name, and number the others in its order."""
        self.insert_pending()
        stored = [part for part in self.people[talk.pk] if part.role.slug == "speaker"]
        wanted = [part for part in stored if part.speaker_id in speakers]
        wanted.sort(key=lambda part: speakers.index(part.speaker_id))
        self.replace(self.conference, location, stored, id, {id(part): part for part in wanted})

    def known_person(self, new: SpeakerParticipation) -> SpeakerParticipation | None:
        """The same role of this person; of the event as a whole also one in a part of it."""
        known = super().known_person(new)
        if known or new.talk_id or new.session_id:
            return known
        parts = itertools.chain.from_iterable(self.people.values())
        return next((part for part in parts if (part.speaker_id, part.role_id) == (new.speaker_id, new.role_id)), None)

    def complete_person(self, known: SpeakerParticipation, new: SpeakerParticipation, location: str) -> None:
        if new.position and not known.position and known.pk:
            organisation = known.organisation or new.organisation
            self.save_row(known, location, position=new.position, organisation=organisation)

    def is_same_part(self, known: OrganisationParticipation, new: OrganisationParticipation) -> bool:
        """Whether the event has the part already; whoever organises it takes part, too."""
        is_role = known.role_id == new.role_id or (new.talk_id is None and new.role.slug == "participant")
        is_group = new.talk_id is not None or fold(known.group) == fold(new.group)
        return known.organisation_id == new.organisation_id and is_role and is_group


def _missing(row: Any, values: dict[str, Any], replaced: Iterable[str] = ()) -> dict[str, Any]:
    """The values that a row lacks, and those of what is to be replaced."""
    return {name: value for name, value in values.items() if value and (name in replaced or not getattr(row, name))}


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
