"""A reviewed draft becomes rows: all of them or none, as a draft that only staff see."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
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
    Talk,
    TalkKind,
    changes,
)
from ..russian.folding import fold
from .draft import DROP, NEW, Draft, OrganisationDraft, PersonDraft, TalkDraft


class DraftError(Exception):
    """Why nothing was saved: every problem in words, each saying where it is."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def existing(draft: Draft) -> Conference | None:
    """The event already made from this very text, or from this address."""
    sources = Source.objects.none()
    if draft.source.text.strip():
        sources = sources | Source.objects.filter(text=draft.source.text)
    if draft.source.url:
        sources = sources | Source.objects.filter(url=draft.source.url)
    source = sources.select_related("conference").order_by("pk").first()
    return source.conference if source else None


def write(draft: Draft) -> Conference:
    """Raises DraftError and saves nothing when anything in the draft cannot be saved."""
    with changes.block(), transaction.atomic():
        writer = _Writer(draft)
        conference = writer.write()
        if writer.problems:
            raise DraftError(writer.problems)
        return conference


class _Writer:
    """Writes one draft, gathering what is wrong instead of stopping at the first error."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.problems: list[str] = []
        self.organisations: dict[str, Organisation] = {}
        self.speakers: dict[str, Speaker] = {}
        self.sessions: dict[str, Session] = {}

    def write(self) -> Conference:
        for one in self._parents_first():
            self._organisation(one)
        for person in self.draft.people:
            self._speaker(person)
        self.conference = self._conference()
        if self.conference.pk:
            self._dates()
            self._sessions()
            self._talks()
            self._people()
            self._organisation_parts()
            self._numbers()
            self._links()
            self._source()
        return self.conference

    @contextmanager
    def _at(self, place: str) -> Iterator[None]:
        try:
            with transaction.atomic():
                yield
        except ValidationError as error:
            self.problems += [f"{place}: {message}" for message in error.messages]

    def _save(self, row: models.Model, place: str) -> models.Model:
        with self._at(place):
            # An address is made on saving.
            row.full_clean(exclude=["slug"])
            row.save()
        return row

    def _listed(self, model: type[models.Model], slug: str, place: str) -> Any:
        """The entry of a reference list; one that does not exist is a problem."""
        found = model.objects.filter(slug=slug).first() if slug else None  # type: ignore[attr-defined]
        if slug and found is None:
            self.problems.append(_("%(place)s: the list has no “%(code)s”.") % {"place": place, "code": slug})
        return found

    def _chosen(self, model: type[models.Model], use: str, place: str) -> Any:
        """The existing record that the reviewer chose."""
        found = model.objects.filter(pk=int(use)).first() if use.isdecimal() and len(use) < 18 else None  # type: ignore[attr-defined]
        if found is None:
            self.problems.append(_("%(place)s: the record chosen no longer exists. Choose again.") % {"place": place})
        return found

    # People and organisations

    def _parents_first(self) -> list[OrganisationDraft]:
        """Departments after what they belong to; a second name after the organisation it names."""
        return sorted(self.draft.organisations, key=lambda one: (self._second_name_of(one), bool(one.department_of)))

    def _second_name_of(self, one: OrganisationDraft) -> str:
        return one.use if self.draft.organisation(one.use) else ""

    def _organisation(self, one: OrganisationDraft) -> None:
        place = _("Organisation “%s”") % (one.name or one.printed)
        if one.use == DROP:
            return
        if same := self._second_name_of(one):
            self._second_name(one, same, place)
            return
        if one.use != NEW:
            if found := self._chosen(Organisation, one.use, place):
                self.organisations[one.key] = found
            return
        row = Organisation(name=one.name, parent=self.organisations.get(one.department_of), city=one.city)
        self._save(row, place)
        if row.pk:
            self.organisations[one.key] = row
            for alias in one.aliases:
                self._alias(row, alias.value, place)

    def _second_name(self, one: OrganisationDraft, same: str, place: str) -> None:
        """«ДРУНБ» beside the library's own name: one organisation, which gets the other name."""
        organisation = self.organisations.get(same)
        if organisation is None:
            self.problems.append(_("%(place)s: the organisation it is the same as is not taken.") % {"place": place})
            return
        self.organisations[one.key] = organisation
        self._alias(organisation, one.name, place)

    def _alias(self, organisation: Organisation, name: str, place: str) -> None:
        key = fold(name)
        if not key or key == fold(organisation.name) or organisation.aliases.filter(name_key=key).exists():
            return
        kind = OrganisationAlias.Kind.ABBREVIATION if name.isupper() else OrganisationAlias.Kind.NICKNAME
        self._save(OrganisationAlias(organisation=organisation, name=name, kind=kind), place)

    def _speaker(self, person: PersonDraft) -> None:
        place = _("Person “%s”") % (person.name or person.printed)
        if person.use == DROP:
            return
        if person.use != NEW:
            if found := self._chosen(Speaker, person.use, place):
                self.speakers[person.key] = found
            return
        row = Speaker(
            family_name=person.family_name,
            given_names=person.given_names,
            initials="" if person.given_names else person.initials,
            name_inferred=person.name_inferred,
        )
        self._save(row, place)
        if row.pk:
            self.speakers[person.key] = row

    # The event

    def _conference(self) -> Conference:
        draft, place = self.draft, _("Event")
        printed = draft.title.printed or draft.theme.printed
        return self._save(
            Conference(
                title=draft.title.value,
                theme=draft.theme.value,
                title_as_printed="" if printed.strip('«»"“”„ ') in (draft.title.value, draft.theme.value) else printed,
                kind=self._listed(ConferenceKind, draft.kind.value, place),
                kind_as_printed=draft.kind_as_printed.value,
                format=draft.format.value,
                ordinal=draft.ordinal.value,
                framework=draft.framework.value,
                occasion=draft.occasion.value,
                place=draft.place.value,
                venue=self.organisations.get(draft.venue.value),
                city=draft.city.value,
                platform=draft.platform.value,
                regions="\n".join(region.value for region in draft.regions),
                summary=draft.summary,
                background=draft.background.value,
                outcome=draft.outcome.value,
                language=draft.language,
            ),
            place,
        )  # type: ignore[return-value]

    def _dates(self) -> None:
        for date in self.draft.dates:
            self._save(
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

    def _sessions(self) -> None:
        for order, session in enumerate(self.draft.sessions, 1):
            place = _("Session “%s”") % (session.title or session.kind)
            row = Session(
                conference=self.conference, title=session.title, kind=session.kind, day=session.day, order=order
            )
            self._save(row, place)
            self.sessions[session.key] = row
            for key in session.moderators:
                self._part(key, "moderator", place, session=row)

    def _talks(self) -> None:
        for order, talk in enumerate(self.draft.talks, 1):
            place = _("Talk %(number)d, “%(title)s”") % {"number": order, "title": talk.title or talk.subject}
            row = Talk(
                conference=self.conference,
                session=self.sessions.get(talk.session),
                order=order,
                kind=self._listed(TalkKind, talk.kind, place),
                title=talk.title,
                title_as_printed="" if talk.printed.strip('«»"“”„ ') == talk.title or not talk.title else talk.printed,
                parallel_title=talk.parallel_title,
                topic=talk.subject,
                abstract=talk.abstract,
                start_time=talk.start_time or None,
                language=talk.language,
                delivery=talk.delivery,
            )
            self._save(row, place)
            if row.pk:
                self._who_gave(talk, row, place)

    def _who_gave(self, talk: TalkDraft, row: Talk, place: str) -> None:
        for order, key in enumerate(dict.fromkeys(talk.speakers)):
            self._part(key, "speaker", place, talk=row, order=order)
        role = self._listed(OrganisationRole, "speaker", place)
        for key in dict.fromkeys(talk.organisations):
            if organisation := self.organisations.get(key):
                self._save(
                    OrganisationParticipation(
                        conference=self.conference,
                        talk=row,
                        organisation=organisation,
                        role=role,
                        name_as_printed=self.draft.organisation(key).printed,  # type: ignore[union-attr]
                    ),
                    place,
                )

    def _part(self, key: str, role: str, place: str, **where: Any) -> None:
        """A person's part; people who were dropped have none."""
        person, speaker = self.draft.person(key), self.speakers.get(key)
        if person is None or speaker is None:
            return
        entry = self._listed(SpeakerRole, role, place)
        same = SpeakerParticipation.objects.filter(
            conference=self.conference,
            speaker=speaker,
            role=entry,
            talk=where.get("talk"),
            session=where.get("session"),
        )
        if entry is None or same.exists():
            return
        self._save(
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
            place,
        )

    def _people(self) -> None:
        for order, person in enumerate(self.draft.people):
            for part in person.parts:
                self._part(person.key, part.role, _("Person “%s”") % person.name, order=order)

    def _organisation_parts(self) -> None:
        written = set()
        for order, one in enumerate(self.draft.organisations):
            organisation = self.organisations.get(one.key)
            for part in one.parts:
                # Two of the draft may be one record of the archive.
                if organisation is None or (organisation.pk, part.role, part.group) in written:
                    continue
                written.add((organisation.pk, part.role, part.group))
                self._organisation_part(organisation, part.role, part.group, one.printed, order)
        for order, group in enumerate(self.draft.groups, len(self.draft.organisations)):
            self._organisation_part(None, group.role, group.group, group.printed, order)

    def _organisation_part(
        self, organisation: Organisation | None, role: str, group: str, printed: str, order: int
    ) -> None:
        place = _("Organisation “%s”") % (organisation.name if organisation else group)
        if entry := self._listed(OrganisationRole, role, place):
            self._save(
                OrganisationParticipation(
                    conference=self.conference,
                    organisation=organisation,
                    group=group,
                    role=entry,
                    name_as_printed=printed,
                    order=order,
                ),
                place,
            )

    def _numbers(self) -> None:
        for one in self.draft.attendance:
            self._save(
                Attendance(
                    conference=self.conference,
                    value=one.value,
                    counted=one.counted,
                    precision=one.precision,
                    as_printed=one.printed,
                ),
                _("Number “%s”") % (one.printed or one.value),
            )

    def _links(self) -> None:
        for link in self.draft.links:
            place = _("Link “%s”") % link.url
            if link.kind == "recording":
                self._save(Recording(conference=self.conference, url=link.url, title=link.title), place)
            elif kind := self._listed(MaterialKind, link.kind, place):
                self._save(Material(conference=self.conference, kind=kind, url=link.url, title=link.title), place)

    def _source(self) -> None:
        source = self.draft.source
        if not (source.url or source.headline or source.publisher or source.text):
            return
        self._save(
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
