"""Saving of a reviewed draft: all of its rows or none, as a conference that only staff see."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
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
    LinkDraft,
    OrganisationDraft,
    PersonDraft,
    SessionDraft,
    SourceDraft,
    TalkDraft,
)


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
        if conference.state == Conference.State.EXPECTED and draft.state.is_sure:
            conference.state = draft.state.value or conference.state
            conference.save()
        if writer.problems:
            raise DraftError(writer.problems)


def _has_source(conference: Conference, source: SourceDraft) -> bool:
    same = Q(url=source.url) if source.url else Q()
    same |= Q(text=source.text) if source.text.strip() else Q()
    return bool(same) and conference.sources.filter(same).exists()


class DraftWriter:
    """Saves one draft and collects all problems instead of stopping at the first."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.problems: list[str] = []
        self.organisations: dict[str, Organisation] = {}
        self.speakers: dict[str, Speaker] = {}
        self.sessions: dict[str, Session] = {}
        # By key; the talks that links belong to.
        self.linked_talks: dict[str, Talk] = {}

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
            self.save_attendance()
            self._links()
        return self.conference

    @contextmanager
    def _at(self, location: str) -> Iterator[None]:
        try:
            with transaction.atomic():
                yield
        except ValidationError as error:
            self.problems += [f"{location}: {message}" for message in error.messages]

    def _save_row(self, row: models.Model, location: str) -> models.Model:
        with self._at(location):
            # The slug is set on saving.
            row.full_clean(exclude=["slug"])
            row.save()
        return row

    def _list_entry(self, model: type[models.Model], slug: str, location: str) -> Any:
        """Return the entry of a reference list; report a problem if it does not exist."""
        found = model.objects.filter(slug=slug).first() if slug else None  # type: ignore[attr-defined]
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
        self._save_row(row, location)
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
        self._save_row(OrganisationAlias(organisation=organisation, name=name, kind=kind), location)

    def _speaker(self, person: PersonDraft) -> None:
        location = _("Person “%s”") % (person.name or person.printed)
        if person.resolution == SKIP:
            return
        if person.resolution != CREATE:
            if found := self._chosen_record(Speaker, person.resolution, location):
                self.speakers[person.key] = found
            return
        row = Speaker(
            family_name=person.family_name,
            given_names=person.given_names,
            initials="" if person.given_names else person.initials,
            name_inferred=person.name_inferred,
        )
        self._save_row(row, location)
        if row.pk:
            self.speakers[person.key] = row

    # The event

    def save_event(self) -> None:
        location = _("Event")
        self.conference: Conference = self._save_row(Conference(**self.event_values(location)), location)  # type: ignore

    def event_values(self, location: str) -> dict[str, Any]:
        """The fields of the event."""
        draft = self.draft
        printed = draft.title.printed or draft.theme.printed
        return {
            "title": draft.title.value,
            "theme": draft.theme.value,
            "title_as_printed": "" if printed.strip('«»"“”„ ') in (draft.title.value, draft.theme.value) else printed,
            "kind": self._list_entry(ConferenceKind, draft.kind.value, location),
            "kind_as_printed": draft.kind_as_printed.value,
            "format": draft.format.value,
            "state": draft.state.value,
            "ordinal": draft.ordinal.value,
            "framework": draft.framework.value,
            "occasion": draft.occasion.value,
            "place": draft.place.value,
            "venue": self.organisations.get(draft.venue.value),
            "city": draft.city.value,
            "platform": draft.platform.value,
            "regions": "\n".join(region.value for region in draft.regions),
            "summary": draft.summary,
            "background": draft.background.value,
            "outcome": draft.outcome.value,
            "language": draft.language,
        }

    def save_dates(self) -> None:
        for date in self.draft.dates:
            self.save_date(date)

    def save_date(self, date: DateDraft) -> None:
        self._save_row(
            ConferenceDate(
                conference=self.conference,
                start=date.start,
                end=date.end,
                start_time=date.start_time or None,
                time_zone=date.time_zone,
                year_supplied=date.year_supplied,
                year_source=date.year_source,
                as_printed=date.printed,
                note=date.note,
            ),
            _("Date “%s”") % (date.printed or date.start),
        )

    def save_sessions(self) -> None:
        self.add_sessions(self.draft.sessions, 1)

    def add_sessions(self, sessions: Iterable[SessionDraft], first: int) -> None:
        for order, session in enumerate(sessions, first):
            location = _("Session “%s”") % (session.title or session.kind)
            row = Session(
                conference=self.conference,
                title=session.title,
                kind=session.kind,
                day=session.day,
                place=session.place,
                order=order,
            )
            self._save_row(row, location)
            self.sessions[session.key] = row
            for key in session.moderators:
                self._participation(key, "moderator", location, session=row)

    def save_talks(self) -> None:
        for order, talk in enumerate(self.draft.talks, 1):
            self.save_talk(talk, order)

    def save_talk(self, talk: TalkDraft, order: int) -> Talk:
        location = _("Talk %(number)d, “%(title)s”") % {"number": order, "title": talk.title or talk.subject}
        row = Talk(conference=self.conference, order=order, **self.talk_values(talk, location))
        self._save_row(row, location)
        if row.pk:
            self.linked_talks[talk.key] = row
            self._talk_participations(talk, row, location)
        return row

    def talk_values(self, talk: TalkDraft, location: str) -> dict[str, Any]:
        """The fields of a talk."""
        return {
            "session": self.sessions.get(talk.session),
            "kind": self._list_entry(TalkKind, talk.kind, location),
            "title": talk.title,
            "title_as_printed": "" if talk.printed.strip('«»"“”„ ') == talk.title or not talk.title else talk.printed,
            "parallel_title": talk.parallel_title,
            "topic": talk.subject,
            "abstract": talk.abstract,
            "start_time": talk.start_time or None,
            "language": talk.language,
            "delivery": talk.delivery,
        }

    def _talk_participations(self, talk: TalkDraft, row: Talk, location: str) -> None:
        for order, key in enumerate(dict.fromkeys(talk.speakers)):
            self._participation(key, "speaker", location, talk=row, order=order)
        role = self._list_entry(OrganisationRole, "speaker", location)
        for key in dict.fromkeys(talk.organisations):
            organisation = self.organisations.get(key)
            if organisation and not row.organisations.filter(organisation=organisation, role=role).exists():
                self._save_row(
                    OrganisationParticipation(
                        conference=self.conference,
                        talk=row,
                        organisation=organisation,
                        role=role,
                        name_as_printed=self.draft.organisation(key).printed,  # type: ignore[union-attr]
                    ),
                    location,
                )

    def _participation(self, key: str, role: str, location: str, **where: Any) -> None:
        """Save a person's role; people who were skipped have none."""
        person, speaker = self.draft.person(key), self.speakers.get(key)
        if person is None or speaker is None:
            return
        entry = self._list_entry(SpeakerRole, role, location)
        same = SpeakerParticipation.objects.filter(
            conference=self.conference,
            speaker=speaker,
            role=entry,
            talk=where.get("talk"),
            session=where.get("session"),
        )
        if entry is None or same.exists():
            return
        self._save_row(
            SpeakerParticipation(
                conference=self.conference,
                speaker=speaker,
                role=entry,
                position=person.position,
                organisation=self.organisations.get(person.affiliation),
                affiliation_as_printed=person.affiliation_printed,
                name_as_printed=person.printed,
                distinctions=person.distinctions,
                **where,
            ),
            location,
        )

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
        if speaker and not self.conference.subjects.filter(speaker=speaker, talk=None).exists():
            row = Subject(conference=self.conference, speaker=speaker, name_as_printed=person.printed)
            self._save_row(row, _("Person “%s”") % person.name)

    def _organisation_participations(self) -> None:
        saved = set()
        for order, draft in enumerate(self.draft.organisations):
            organisation = self.organisations.get(draft.key)
            for part in draft.parts:
                # Two organisations of the draft may be resolved to one record.
                if organisation is None or (organisation.pk, part.role, part.group) in saved:
                    continue
                saved.add((organisation.pk, part.role, part.group))
                self._organisation_participation(organisation, part.role, part.group, draft.printed, order)
        for order, group in enumerate(self.draft.groups, len(self.draft.organisations)):
            self._organisation_participation(None, group.role, group.group, group.printed, order)

    def _organisation_participation(
        self, organisation: Organisation | None, role: str, group: str, printed: str, order: int
    ) -> None:
        location = _("Organisation “%s”") % (organisation.name if organisation else group)
        if entry := self._list_entry(OrganisationRole, role, location):
            self._save_row(
                OrganisationParticipation(
                    conference=self.conference,
                    organisation=organisation,
                    group=group,
                    role=entry,
                    name_as_printed=printed,
                    order=order,
                ),
                location,
            )

    def save_attendance(self) -> None:
        for attendance in self.draft.attendance:
            self._save_row(
                Attendance(
                    conference=self.conference,
                    value=attendance.value,
                    counted=attendance.counted,
                    precision=attendance.precision,
                    as_printed=attendance.printed,
                ),
                _("Number “%s”") % (attendance.printed or attendance.value),
            )

    def _links(self) -> None:
        for link in self.links():
            location = _("Link “%s”") % link.url
            if link.talk and link.talk not in self.linked_talks:
                # The reviewer dropped its talk.
                continue
            talk = self.linked_talks[link.talk] if link.talk else None
            values = {"url": link.url, "title": link.title, "licence": link.licence, "talk": talk}
            if link.kind == "recording":
                self._save_row(Recording(conference=self.conference, **values), location)
            elif kind := self._list_entry(MaterialKind, link.kind, location):
                self._save_row(Material(conference=self.conference, kind=kind, **values), location)

    def links(self) -> Iterable[LinkDraft]:
        return self.draft.links

    def add_source(self) -> None:
        source = self.draft.source
        if not (source.url or source.headline or source.publisher or source.text):
            return
        self._save_row(
            Source(
                conference=self.conference,
                url=source.url,
                publisher=source.publisher,
                headline=source.headline,
                author=source.author,
                published=source.published,
                consulted=timezone.localdate(),
                text=source.text,
            ),
            _("Source"),
        )
