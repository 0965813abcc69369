"""Saving of a reviewed draft: all of its rows or none, as a conference that only staff see."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from ..models import (
    Attendance,
    Conference,
    ConferenceDate,
    ConferenceKind,
    Material,
    MaterialKind,
    Organisation,
    OrganisationAlias,
    OrganisationParticipation,
    OrganisationRole,
    Recording,
    Session,
    Source,
    Speaker,
    SpeakerParticipation,
    SpeakerRole,
    Subject,
    Talk,
    TalkKind,
    changes,
)
from ..russian.folding import fold
from .draft import (
    CREATE,
    SKIP,
    SUBJECT,
    DateDraft,
    Draft,
    Fact,
    OrganisationDraft,
    PersonDraft,
    SessionDraft,
    SourceDraft,
    TalkDraft,
)
from .row_writer import RowWriter

# Texts of an event that a draft has under the names of the columns.
_EVENT_TEXTS = (
    *("title", "theme", "kind_as_printed", "format", "state", "ordinal", "framework", "occasion", "place", "city"),
    *("platform", "background", "outcome"),
)


def said(fact: Fact, *names: str) -> dict[str, Any]:
    """What a fact says, by the names of the columns."""
    return {name: getattr(fact, name) for name in names}


class DraftError(Exception):
    """Why nothing was saved: every problem in words, with its location."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def find_by_source(draft: Draft, conferences: Any = None) -> Conference | None:
    """Find the event already made from this very text, or from this address, among these conferences."""
    sources = Source.objects.none()
    if draft.source.text.strip():
        sources = sources | Source.objects.filter(text=draft.source.text)
    if draft.source.url:
        sources = sources | Source.objects.filter(url=draft.source.url)
    if conferences is not None:
        sources = sources.filter(conference__in=conferences.order_by().values("pk"))
    source = sources.select_related("conference").order_by("pk").first()
    return source.conference if source else None


def save_draft(draft: Draft) -> Conference:
    """Save the draft as a conference that only staff see; raise DraftError, with nothing saved, if it is invalid."""
    with changes.block(), transaction.atomic():
        writer = DraftWriter(draft)
        conference = writer.save()
        if conference.pk:
            writer.add_source()
        writer.insert_pending()
        if writer.problems:
            raise DraftError(writer.problems)
        return conference


def add_report(draft: Draft, conference: Conference) -> None:
    """Add the text of the draft to an event as one more source; an expected event was held if it plainly says so."""
    with changes.block(), transaction.atomic():
        writer = DraftWriter(draft)
        writer.conference = conference
        if not _has_source(conference, draft.source):
            if not draft.source.url and conference.sources.filter(url="", headline=draft.source.headline).exists():
                # What tells it from the other source without an address.
                draft.source.headline = Truncator(draft.source.text.strip().partition("\n")[0]).chars(80)
            writer.add_source()
            writer.insert_pending()
        if conference.state == Conference.State.EXPECTED and draft.state.is_sure:
            conference.state = draft.state.value or conference.state
            conference.save()
        if writer.problems:
            raise DraftError(writer.problems)


def _has_source(conference: Conference, source: SourceDraft) -> bool:
    same = Q(url=source.url) if source.url else Q()
    same |= Q(text=source.text) if source.text.strip() else Q()
    return bool(same) and conference.sources.filter(same).exists()


class DraftWriter(RowWriter):
    """Saves one draft and collects all problems instead of stopping at the first."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft
        self.organisations: dict[str, Organisation] = {}
        self.speakers: dict[str, Speaker] = {}
        self.sessions: dict[str, Session] = {}
        # By key; the talks that links belong to.
        self.linked_talks: dict[str, Talk] = {}
        # What the event has, stored or about to be; those who take part by talk, None of the event as a whole.
        self.people: dict[int | None, list[SpeakerParticipation]] = defaultdict(list)
        self.participants: dict[int | None, list[OrganisationParticipation]] = defaultdict(list)
        self.subjects: set[int] = set()
        self.known_links: set[str] = set()
        self.known_numbers: set[int] = set()

    def save(self) -> Conference:
        for organisation in self._parents_first():
            self._organisation(organisation)
        for person in self.draft.people:
            self._speaker(person)
        self.save_event()
        if self.conference.pk:
            self.save_dates()
            self.save_sessions()
            self.save_talks()
            self._event_roles()
            self._organisation_participations()
            self._attendance()
            self._links()
        return self.conference

    def _list_entry(self, model: type[models.Model], slug: str, location: str) -> Any:
        """Return the entry of a reference list; report a problem if it does not exist."""
        found = next((entry for entry in self.entries(model) if entry.slug == slug), None)
        if slug and found is None:
            self.problems.append(_("%(place)s: the list has no “%(code)s”.") % {"place": location, "code": slug})
        return found

    def _chosen_record(self, model: type[models.Model], resolution: str, location: str) -> Any:
        """Return the record that the reviewer chose; report a problem if it was deleted meanwhile."""
        found = (
            model.objects.filter(pk=int(resolution)).first()
            if resolution.isdecimal() and len(resolution) < 18
            else None
        )  # type: ignore[attr-defined]
        if found is None:
            self.problems.append(
                _("%(place)s: the record chosen no longer exists. Choose again.") % {"place": location}
            )
        return found

    # People and organisations

    def _parents_first(self) -> list[OrganisationDraft]:
        """Order departments after what they belong to, second names after the organisation they name."""
        return sorted(
            self.draft.organisations,
            key=lambda organisation: (self._second_name_of(organisation), bool(organisation.department_of)),
        )

    def _second_name_of(self, organisation: OrganisationDraft) -> str:
        return organisation.resolution if self.draft.organisation(organisation.resolution) else ""

    def _organisation(self, organisation: OrganisationDraft) -> None:
        location = _("Organisation “%s”") % (organisation.name or organisation.printed)
        if organisation.resolution == SKIP:
            return
        if same := self._second_name_of(organisation):
            self._second_name(organisation, same, location)
            return
        if organisation.resolution != CREATE:
            if found := self._chosen_record(Organisation, organisation.resolution, location):
                self.organisations[organisation.key] = found
            return
        row = Organisation(
            name=organisation.name, parent=self.organisations.get(organisation.department_of), city=organisation.city
        )
        self.save_row(row, location)
        if row.pk:
            self.organisations[organisation.key] = row
            for alias in organisation.aliases:
                self._alias(row, alias.value, location)

    def _second_name(self, draft: OrganisationDraft, same: str, location: str) -> None:
        """Save the name as an alias of another organisation of the draft: «ДРУНБ» of the library."""
        organisation = self.organisations.get(same)
        if organisation is None:
            self.problems.append(_("%(place)s: the organisation it is the same as is not taken.") % {"place": location})
            return
        self.organisations[draft.key] = organisation
        self._alias(organisation, draft.name, location)

    def _alias(self, organisation: Organisation, name: str, location: str) -> None:
        key = fold(name)
        if not key or key == fold(organisation.name) or organisation.aliases.filter(name_key=key).exists():
            return
        kind = OrganisationAlias.Kind.ABBREVIATION if name.isupper() else OrganisationAlias.Kind.NICKNAME
        self.save_row(OrganisationAlias(organisation=organisation, name=name, kind=kind), location)

    def _speaker(self, person: PersonDraft) -> None:
        location = _("Person “%s”") % (person.name or person.printed)
        if person.resolution == SKIP:
            return
        if person.resolution != CREATE:
            if found := self._chosen_record(Speaker, person.resolution, location):
                self.speakers[person.key] = found
            return
        row = Speaker(initials="" if person.given_names else person.initials)
        self.save_row(row, location, **said(person, "family_name", "given_names", "name_inferred"))
        if row.pk:
            self.speakers[person.key] = row

    # The event

    def save_event(self) -> None:
        location = _("Event")
        self.conference = Conference()
        self.save_row(self.conference, location, **self.event_values(location))

    def event_values(self, location: str) -> dict[str, Any]:
        """The fields of the event."""
        draft = self.draft
        printed = draft.title.printed or draft.theme.printed
        return {name: getattr(draft, name).value for name in _EVENT_TEXTS} | {
            "title_as_printed": "" if printed.strip('«»"“”„ ') in (draft.title.value, draft.theme.value) else printed,
            "kind": self._list_entry(ConferenceKind, draft.kind.value, location),
            "venue": self.organisations.get(draft.venue.value),
            "regions": "\n".join(region.value for region in draft.regions),
            "summary": draft.summary,
            "language": draft.language,
        }

    def save_dates(self) -> None:
        for date in self.draft.dates:
            self.save_date(date)

    def save_date(self, date: DateDraft) -> None:
        values = said(date, "start", "end", "time_zone", "year_supplied", "year_source", "note")
        row = ConferenceDate(conference=self.conference, start_time=date.start_time or None, as_printed=date.printed)
        self.save_row(row, _("Date “%s”") % (date.printed or date.start), **values)

    def save_sessions(self) -> None:
        self.add_sessions(self.draft.sessions, 1)

    def add_sessions(self, sessions: Iterable[SessionDraft], first: int) -> None:
        for order, session in enumerate(sessions, first):
            location = _("Session “%s”") % (session.title or session.kind)
            row = Session(conference=self.conference, order=order)
            self.save_row(row, location, **said(session, "title", "kind", "day", "place"))
            if row.pk:
                self.sessions[session.key] = row
                for key in session.moderators:
                    self._participation(key, "moderator", location, session=row)

    def save_talks(self) -> None:
        for order, talk in enumerate(self.draft.talks, 1):
            self.save_talk(talk, order)

    def save_talk(self, talk: TalkDraft, order: int) -> Talk:
        location = _("Talk %(number)d, “%(title)s”") % {"number": order, "title": talk.title or talk.subject}
        row = Talk(conference=self.conference, order=order)
        self.save_row(row, location, **self.talk_values(talk, location))
        if row.pk:
            self.linked_talks[talk.key] = row
            self._talk_participations(talk, row, location)
        return row

    def talk_values(self, talk: TalkDraft, location: str) -> dict[str, Any]:
        """The fields of a talk."""
        return said(talk, "title", "parallel_title", "abstract", "language", "delivery") | {
            "session": self.sessions.get(talk.session),
            "kind": self._list_entry(TalkKind, talk.kind, location),
            "title_as_printed": "" if talk.printed.strip('«»"“”„ ') == talk.title or not talk.title else talk.printed,
            "topic": talk.subject,
            "start_time": talk.start_time or None,
        }

    def _talk_participations(self, talk: TalkDraft, row: Talk, location: str) -> None:
        for order, key in enumerate(dict.fromkeys(talk.speakers)):
            self._participation(key, "speaker", location, talk=row, order=order)
        for key in dict.fromkeys(talk.organisations):
            if organisation := self.organisations.get(key):
                printed = self.draft.organisation(key).printed  # type: ignore[union-attr]
                self._organisation_participation(organisation, "speaker", location, talk=row, name_as_printed=printed)

    def _participation(self, key: str, role: str, location: str, **where: Any) -> None:
        """Save a person's role, unless the event has it; people who were skipped have none."""
        person, speaker = self.draft.person(key), self.speakers.get(key)
        if person is None or speaker is None:
            return
        if entry := self._list_entry(SpeakerRole, role, location):
            row = SpeakerParticipation(
                conference=self.conference,
                speaker=speaker,
                role=entry,
                organisation=self.organisations.get(person.affiliation),
                affiliation_as_printed=person.affiliation_printed,
                name_as_printed=person.printed,
                **said(person, "position", "distinctions"),
                **where,
            )
            if known := self.known_person(row):
                self.complete_person(known, row, location)
            else:
                self.people[row.talk_id].append(row)
                self.save_row(row, location)

    def known_person(self, new: SpeakerParticipation) -> SpeakerParticipation | None:
        """The same role of this person."""
        role, parts = (new.speaker_id, new.role_id, new.session_id), self.people[new.talk_id]
        return next((part for part in parts if (part.speaker_id, part.role_id, part.session_id) == role), None)

    def complete_person(self, known: SpeakerParticipation, new: SpeakerParticipation, location: str) -> None:
        """Take what else is said of a person in a role that the event has."""

    def _event_roles(self) -> None:
        for order, person in enumerate(self.draft.people):
            for part in person.parts:
                if part.role == SUBJECT:
                    self._subject(person)
                else:
                    self._participation(person.key, part.role, _("Person “%s”") % person.name, order=order)

    def _subject(self, person: PersonDraft) -> None:
        """Save whom the event is about, unless it has that already."""
        speaker = self.speakers.get(person.key)
        if speaker and speaker.pk not in self.subjects:
            self.subjects.add(speaker.pk)
            row = Subject(conference=self.conference, speaker=speaker, name_as_printed=person.printed)
            self.save_row(row, _("Person “%s”") % person.name)

    def _organisation_participations(self) -> None:
        for draft in self.draft.organisations:
            if organisation := self.organisations.get(draft.key):
                location = _("Organisation “%s”") % organisation.name
                for part in draft.parts:
                    names = {"group": part.group, "name_as_printed": draft.printed}
                    self._organisation_participation(organisation, part.role, location, **names)
        for group in self.draft.groups:
            names = {"group": group.group, "name_as_printed": group.printed}
            self._organisation_participation(None, group.role, _("Organisation “%s”") % group.group, **names)

    def _organisation_participation(
        self, organisation: Organisation | None, role: str, location: str, **values: Any
    ) -> None:
        """Save an organisation's role, unless the event has it: two of the draft may be one record."""
        if entry := self._list_entry(OrganisationRole, role, location):
            row = OrganisationParticipation(conference=self.conference, organisation=organisation, role=entry, **values)
            others = self.participants[row.talk_id]
            if not any(self.is_same_part(known, row) for known in others):
                row.order = len(others)
                others.append(row)
                self.save_row(row, location)

    def is_same_part(self, known: OrganisationParticipation, new: OrganisationParticipation) -> bool:
        """Whether both say the same of an organisation, or of a group."""
        return (known.organisation_id, known.role_id, known.group) == (new.organisation_id, new.role_id, new.group)

    def _attendance(self) -> None:
        for number in self.draft.attendance:
            if number.value not in self.known_numbers:
                row = Attendance(conference=self.conference, as_printed=number.printed)
                location = _("Number “%s”") % (number.printed or number.value)
                self.save_row(row, location, **said(number, "value", "counted", "precision"))

    def _links(self) -> None:
        for link in self.draft.links:
            is_dropped = link.talk and link.talk not in self.linked_talks  # with its talk, by the reviewer
            if is_dropped or fold(link.url) in self.known_links:
                continue
            location, talk = _("Link “%s”") % link.url, self.linked_talks[link.talk] if link.talk else None
            values = {"conference": self.conference, "talk": talk} | said(link, "url", "title", "licence")
            if link.kind == "recording":
                self.save_row(Recording(**values), location)
            elif kind := self._list_entry(MaterialKind, link.kind, location):
                self.save_row(Material(kind=kind, **values), location)

    def add_source(self) -> None:
        source = self.draft.source
        if not (source.url or source.headline or source.publisher or source.text):
            return
        row = Source(conference=self.conference, consulted=timezone.localdate())
        values = said(source, "url", "publisher", "headline", "author", "published", "text")
        self.save_row(row, _("Source"), **values)
