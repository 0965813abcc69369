"""Extraction of a draft: joins what each module found, so that the parts of the draft name each other by keys."""

from collections.abc import Iterator
from functools import cached_property

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ....russian import morphology, noun_phrases, typography
from ....russian.date_expressions import DateExpression
from ....russian.dates import PartialDate, format_date
from ...draft import (
    SKIP,
    SUBJECT,
    Draft,
    OrganisationPart,
    PersonDraft,
    PersonPart,
    SessionDraft,
    Span,
    TalkDraft,
    TextFact,
)
from . import (
    attendance,
    boilerplate,
    details,
    eponyms,
    event_dates,
    honours,
    links,
    names,
    organisations,
    outlook,
    people,
    position_words,
    positions,
    roles,
    sections,
    talks,
    unnamed_groups,
)
from .document import Document, Quote
from .event import (
    EventMention,
    find_main_event,
    find_mentions,
    find_theme_nearby,
    is_speech,
    kind_in_nominative,
    kind_of,
    kind_span,
)
from .lexicon import word_set
from .organisation_registry import OrganisationRegistry
from .organisations import Organisation

_TELLING = {"о", "об", "обо", "про", "примере", "благодаря", "памяти"}
# Whom somebody thanks, remembers or rewards took no part by that.
_HONOURING = word_set(
    """
    поблагодарить благодарить вспомнить вспоминать наградить награждать чествовать вручить поздравить посвятить
    посвящать почтить помянуть адресовать присудить присвоить
    """
)
_IN_COURSE_OF = {"рамках", "ходе", "программе"}
_LEGAL_ACTS = {"постановление", "приказ", "указ", "распоряжение", "решение"}


class Extraction:
    """A document and everything found in it, each part computed once when first needed."""

    def __init__(self, text: str, url: str) -> None:
        self.document, self.url = Document(text), url

    @cached_property
    def layout(self) -> boilerplate.Layout:
        return boilerplate.find_layout(self.document)

    @cached_property
    def all_names(self) -> list[names.Name]:
        return names.find(self.document, eponyms.spans(self.document))

    @cached_property
    def mentions(self) -> list[Organisation]:
        return organisations.find(self.document, self.all_names)

    @cached_property
    def explicit_dates(self) -> list[DateExpression]:
        return event_dates.explicit(self.document, self.layout)

    @cached_property
    def event(self) -> EventMention | None:
        return find_main_event(self.document, self.layout, self.explicit_dates, self.mentions)

    @cached_property
    def persons(self) -> list[people.Person]:
        return people.find(self.document, self.layout, self.all_names, self.mentions)

    @cached_property
    def governed_by(self) -> dict[int, list[roles.TriggerWord]]:
        return roles.people(self.document, self.persons)

    @cached_property
    def registry(self) -> OrganisationRegistry:
        return OrganisationRegistry(self.document, self.mentions)

    def draft(self) -> Draft:
        """Assemble the draft from all that was found."""
        draft = Draft(source=boilerplate.find_source(self.document, self.layout, self.url))
        if of_page := self._dates.of_page():
            draft.source.published = draft.source.published or str(of_page.days[0][0])
        self._describe_event(draft)
        draft.dates = self._dates.drafts()
        self._place(draft)
        draft.people = self._people()
        self._honoured(draft)
        draft.talks = self._talks()
        draft.sessions = self._sessions(draft)
        self._organisation_parts()
        self._departments()
        draft.organisations = self.registry.drafts()
        draft.attendance = attendance.find(self.document, self.layout)
        self._event_details(draft)
        draft.questions = list(_questions(draft))
        return draft

    # The event itself

    def _describe_event(self, draft: Draft) -> None:
        event = self.event
        if event is None:
            return
        printed = kind_span(self.document, event)
        uncertainty = _("The list of kinds has no such kind: check it.") if event.slug == "other" else ""
        draft.kind = TextFact(
            value=event.slug, printed=self.document[printed], spans=[printed], uncertainty=uncertainty
        )
        draft.kind_as_printed = TextFact(
            value=kind_in_nominative(self.document, printed), printed=self.document[printed], spans=[printed]
        )
        if event.ordinal:
            draft.ordinal = self._text_fact(event.ordinal)
        event.theme = event.theme or find_theme_nearby(self.document, self.layout, event)
        title = event.title or self._title_before(event) or self._title_elsewhere(event)
        draft.title, draft.theme = self._title(title), self._title(event.theme)
        if section := self._section_of_larger(event):
            draft.title, draft.kind, draft.kind_as_printed = self._title(section), TextFact(), TextFact()
            draft.title.uncertainty = _("A session of a larger event, it seems: check what the event is.")
        if not draft.title and not draft.theme:
            draft.title = self._title_unquoted(event)

    def _section_of_larger(self, event: EventMention) -> Quote | None:
        """Return the title of the only section if it met in the course of the event: «в рамках форума … секция»."""
        quotes = [section.quote for section in self.sections if section.quote]
        before = [self.document.lower(n) for n in range(max(0, event.first - 2), event.first)]
        return quotes[0] if len(quotes) == 1 and before[:1] == ["в"] and before[-1] in _IN_COURSE_OF else None

    def _title(self, quote: Quote | None) -> TextFact:
        if quote is None:
            return TextFact()
        return TextFact(
            value=typography.normalize_title(self.document[quote.inner]),
            printed=self.document[quote],
            spans=[quote.span],
        )

    def _title_elsewhere(self, event: EventMention) -> Quote | None:
        """Find the title in the headline, or with another mention of the same event."""
        if event.theme:
            return None
        others = [
            mention
            for mention in find_mentions(self.document, named=self.mentions)
            if mention.title
            and mention.head != event.head
            and self.layout.is_news(self.document.words[mention.head].start)
            and not self._is_in_organisation(mention.title)
        ]
        same = [mention for mention in others if mention.slug == event.slug and not mention.is_plural]
        headline = [
            mention
            for mention in others
            if mention.slug not in ("", "other") and self.layout.is_headline(self.document.words[mention.head].start)
        ]
        return next((mention.title for mention in [*same, *headline]), None)

    def _is_in_organisation(self, quote: Quote) -> bool:
        """Whether the quotation is part of an organisation’s name: «Школы «Молодого литератора»»"""
        return any(organisation.span.start <= quote.start < organisation.span.end for organisation in self.mentions)

    def _title_before(self, event: EventMention) -> Quote | None:
        """Find the title right before the kind.

        ««Забвению не подлежит!», III историческая конференция»: the quotation right before the kind.
        """
        before = self.document.word(event.first - 1)
        if before is not None and before.text in ",–—-":
            before = self.document.word(event.first - 2)
        quote = self.document.quote_around(before.start) if before else None
        if before and quote and quote.end == before.end and self._is_adjacent(quote, event):
            return None if is_speech(self.document, quote) else quote
        return self._title_named(event)

    def _is_adjacent(self, quote: Quote, event: EventMention) -> bool:
        """Whether the quotation is on the line of the event’s word, or alone on the line above it."""
        start = self.document.words[event.first].start
        line = self.document.lines[self.document.line_at(quote.start)]
        return start < line.end or self.document[line].strip(" ,.") == self.document[quote]

    def _title_named(self, event: EventMention) -> Quote | None:
        """Find the title at the head of the event’s sentence.

        ««Молодёжные пространства» — так назывался вебинар»: at the head of the event’s sentence.
        """
        sentence = self.document.sentence_of(event.head)
        quote = self.document.quote_from(sentence.first)
        between = range(self.document.at(quote.end), event.first) if quote else range(0)
        called = any(self.document.lower(number).startswith(("назыв", "назван")) for number in between)
        return quote if called and len(between) < 8 else None

    def _title_unquoted(self, event: EventMention) -> TextFact:
        """Find a title without quotation marks right after the kind.

        «конференция Формируя будущее библиотек.»: a capital right after the kind, up to the end of the sentence.
        """
        first, sentence = event.head + 1, self.document.sentence_of(event.head)
        word = self.document.word(first)
        if word is None or first >= sentence.last or not word.is_word or not word.is_capital:
            return TextFact()
        if word.text.isupper():
            return self._title_in_capitals(first, sentence.last)
        if self.layout.is_headline(word.start) or any(
            mention.first <= first < mention.last for mention in (*self.mentions, *self.all_names)
        ):
            return TextFact()
        end = sentence.last - (self.document.words[sentence.last - 1].text == ".")
        verbs = (n for n in range(first + 1, end) if morphology.may_be_verb(self.document.words[n].text))
        last = next(verbs, end)
        if (
            not _may_begin_title(word.text)
            or last - first < 2
            and word.text.isalpha()
            and morphology.is_known(word.lower)
        ):
            return TextFact()
        return self._unquoted_title_fact(self.document.span(first, last))

    def _title_in_capitals(self, first: int, end: int) -> TextFact:
        """Find a title in capitals: «вебинар ДЕТИ И КНИГА.»"""
        last = first
        while last < end and (self.document.words[last].text.isupper() or not self.document.words[last].is_word):
            last += 1
        while last > first and not self.document.words[last - 1].is_word:
            last -= 1
        words = [word for word in self.document.words[first:last] if len(word.text) > 2 and word.is_word]
        return self._unquoted_title_fact(self.document.span(first, last)) if len(words) > 1 else TextFact()

    def _unquoted_title_fact(self, span: Span) -> TextFact:
        uncertainty = _("The title has no quotation marks: check where it ends.")
        return TextFact(
            value=typography.normalize_title(self.document[span]),
            printed=self.document[span],
            spans=[span],
            uncertainty=uncertainty,
        )

    def _text_fact(self, span: Span) -> TextFact:
        return TextFact(value=typography.normalize(self.document[span]), printed=self.document[span], spans=[span])

    @cached_property
    def _dates(self) -> event_dates.EventDates:
        return event_dates.EventDates(
            self.document, self.layout, self.event, self.explicit_dates, self._talk_finder.programme
        )

    # Venue

    def _place(self, draft: Draft) -> None:
        part_of = self._organisation_roles
        site = next(
            (
                i
                for i, parts in part_of.items()
                if any(p.role == "site" and not p.uncertainty for p in parts) and self._is_venue(i)
            ),
            None,
        )
        venue = self.mentions[site] if site is not None else None
        if venue is not None:
            key = self.registry.key(venue)
            draft.venue = TextFact(value=key, printed=self.document[venue.span], spans=[venue.span])
            if room := self._room(venue):
                draft.place = TextFact(
                    value=noun_phrases.in_nominative(self.document[room]), printed=self.document[room], spans=[room]
                )
        event = self.event.head if self.event else -1
        named = [organisation.span for organisation in self.mentions]
        draft.city = details.city(self.document, venue.span if venue else None, event, named)

    def _is_venue(self, index: int) -> bool:
        return roles.venue_words(self.document, self.mentions[index]) is not None

    def _room(self, venue: Organisation) -> Span | None:
        """Find the room before the venue: «в «Русском центре» библиотеки …»"""
        before = self.document.word(venue.first - 1)
        if before and before.lower == "центре" and self.document.lower(venue.first - 2) == "русском":
            return self.document.span(venue.first - 2, venue.first)
        quote = self.document.quote_around(before.start) if before else None
        return quote.span if quote and before and quote.end == before.end else None

    # People

    @cached_property
    def _in_positions(self) -> set[int]:
        """The word numbers of people’s positions: an organisation there is an affiliation, not a participant."""
        return {n for person in self.persons for post in person.positions for n in range(post.first, post.last)}

    @cached_property
    def _organisation_roles(self) -> dict[int, list[roles.Part]]:
        return roles.organisations(self.document, self.mentions, self.layout, self.event, self._in_positions)

    @cached_property
    def participants(self) -> list[int]:
        """Indexes of people with a role, a talk or a position; a name in passing is not proposed."""
        return [index for index, person in enumerate(self.persons) if self._takes_part(index, person)]

    def _takes_part(self, index: int, person: people.Person) -> bool:
        if self._is_in_title(person):
            return False
        if any(trigger.role == roles.ABSENT for trigger in self.governed_by[index]):
            return False
        if any(index in section.moderators for section in self.sections):
            return True
        acts = self.governed_by[index] or index in self._talk_finder.present or self._speaks(index)
        return bool(acts) or self._is_guest(index) or self._is_present(person)

    def _is_in_title(self, person: people.Person) -> bool:
        """Whether the person is named only in a talk’s title: «Работы художника И. И. Ветрова», the title of a talk."""
        return all(name.first in self._talk_finder.in_titles for name in person.mentions)

    def _is_present(self, person: people.Person) -> bool:
        """Whether position or grammatical case show that the person took part.

        «директора Аллы Акининой», «Белгородской библиотеки Надежда Петровна Рожкова»
        """
        if all(self._is_told_about(name.first, person) for name in person.mentions):
            return False
        if any(positions.holds_office(self.document, post) for post in person.positions):
            return True
        if person.positions:
            return person.case in ("nomn", "") or person.is_governed
        return any(names.is_subject(self.document, name) for name in person.mentions)

    def _is_told_about(self, first: int, person: people.Person) -> bool:
        """Whether the name depends on what is told: «рассказал о работе на примере собрания профессора Шубникова»."""
        name = next(name for name in person.mentions if name.first == first)
        if roles.is_in_story(self.document, name):
            return True
        if names.is_subject(self.document, name) or person.cases.get(first, "") in ("nomn", "") and person.positions:
            return False
        is_nominative, listed = person.cases.get(first, "") in ("nomn", ""), False
        sentence = self.document.sentence_of(first)
        for number in range(first - 1, sentence.first - 1, -1):
            word = self.document.words[number]
            if not is_nominative and roles.is_read_out(self.document, name):
                return True
            if word.text == ":":
                listed = True
            elif word.lower in _TELLING and not listed or word.text == ";":
                return word.text != ";" and not is_nominative
            if word.is_word and morphology.is_finite_verb(word.lower):
                return bool(morphology.lemmas(word.lower) & _HONOURING)
        return False

    def _is_guest(self, index: int) -> bool:
        """Whether the event was a meeting with the person: «встреча с писателем …», «телемост с Екатериной Вильмонт»"""
        person, event = self.persons[index], self.event
        if event is None or person.case != "ablt":
            return False
        sentence = self.document.sentence_of(event.head)
        return event.head < person.first.first < sentence.last and any(
            self.document.lower(number) in ("с", "со") for number in range(event.head + 1, person.first.first)
        )

    def _speaks(self, index: int) -> bool:
        return any(index in contribution.speakers for contribution in self._contributions)

    @cached_property
    def _talk_finder(self) -> talks.TalkFinder:
        return talks.TalkFinder(self.document, self.layout, self.persons, self.mentions, self.event, self.governed_by)

    @cached_property
    def _contributions(self) -> list[talks.Contribution]:
        return self._talk_finder.find()

    def _people(self) -> list[PersonDraft]:
        return [self._person(index) for index in self.participants]

    def _honoured(self, draft: Draft) -> None:
        """Ask of each person whom the event honours whether it was about them; only the reviewer can say."""
        titles = [span for fact in (draft.title, draft.theme) for span in fact.spans]
        asked: list[people.Person] = []
        for honour in honours.find(self.document, self.layout, self.event, titles, self.mentions):
            person = people.in_case(self.document, honour.name, honour.case)
            if same := next((other for other in asked if people.is_same(other, person)), None):
                people.merge(same, person)
                continue
            asked.append(person)
            index = next((n for n, other in enumerate(self.persons) if people.is_same(other, person)), None)
            words = self.document[honour.words]
            about = {"words": " ".join(words.split())}
            part = PersonPart(role=SUBJECT, printed=words, spans=[honour.words])
            if known := draft.person(f"p{index + 1}") if index is not None else None:
                part.uncertainty = _("The text says “%(words)s”: was the event about this person?") % about
                # Nothing but the name said that they took part.
                known.parts = [*(one for one in known.parts if one.is_sure or one.role != "participant"), part]
            else:
                key = f"p{len(self.persons) + len(asked)}"
                # The answers are those of a person: a record, or none.
                said = _(
                    "The text says “%(words)s”: if the event was about this person, choose a record, else drop it."
                )
                # Left out unless the reviewer says that the event was about this person.
                new = self._named(person, key, [part])
                new.uncertainty, new.resolution = " ".join(filter(None, (said % about, person.uncertainty))), SKIP
                draft.people.append(new)

    def _named(self, person: people.Person, key: str, parts: list[PersonPart]) -> PersonDraft:
        return PersonDraft(
            key=key,
            family_name=person.family,
            given_names=person.given_names,
            initials="" if person.given_names else person.initials,
            name_inferred=person.is_inferred,
            printed=self.document[person.first.span],
            spans=[name.span for name in person.mentions],
            uncertainty=person.uncertainty,
            parts=parts,
        )

    def _person(self, index: int) -> PersonDraft:
        person = self.persons[index]
        parts = [self._part(trigger) for trigger in roles.of_person(self.governed_by[index])]
        draft = self._named(person, f"p{index + 1}", parts)
        self._set_position(draft, person)
        if held := next((trigger for trigger in self.governed_by[index] if self._conducts(trigger)), None):
            own = self._part(held)
            own.role = "host"
            draft.parts += [] if any(part.role == "host" for part in draft.parts) else [own]
        if self._is_guest(index) and not draft.parts:
            draft.parts = [PersonPart(role="guest", printed=draft.printed, spans=[person.first.span])]
        if not draft.parts and not self._speaks(index):
            draft.parts = [self._participant(index)]
        return draft

    def _part(self, trigger: roles.TriggerWord) -> PersonPart:
        word = self.document.words[trigger.number]
        return PersonPart(role=trigger.role, printed=word.text, spans=[Span(word.start, word.end)])

    def _participant(self, index: int) -> PersonPart:
        trigger = next(iter(self.governed_by[index]), None)
        if trigger:
            part = self._part(trigger)
            part.role = "participant"
            return part
        name = self.persons[index].first.span
        return PersonPart(
            role="participant",
            printed=self.document[name],
            spans=[name],
            uncertainty=_("The text does not name the role."),
        )

    def _conducts(self, trigger: roles.TriggerWord) -> bool:
        """Whether the verb says who held the event: «провела вебинар главный методист Рыжова»."""
        sentence = self.document.sentence_of(trigger.number)
        near = range(max(sentence.first, trigger.number - 4), min(sentence.last, trigger.number + 5))
        held = self.event is not None and sentence.first <= self.event.head < sentence.last
        held = held or any(kind_of(self.document.lower(n)) or self.document.lower(n) in ("его", "ее") for n in near)
        return held and trigger.lemma == "провести" and trigger.is_verb and not trigger.is_plural

    def _set_position(self, draft: PersonDraft, person: people.Person) -> None:
        for post in person.positions:
            position, degrees, organisation = positions.describe(self.document, post.span, self.mentions)
            draft.position = draft.position or position
            draft.distinctions = draft.distinctions or degrees
            draft.spans.append(post.span)
            if organisation and not draft.affiliation:
                draft.affiliation = self.registry.key(organisation)
                draft.affiliation_printed = self.document[organisation.span]
        if not draft.affiliation and (house := self._house(person)):
            draft.affiliation = self.registry.key(house)
            draft.affiliation_printed = self.document[house.span]
        if not draft.affiliation and (represented := self._represented(person)):
            draft.affiliation = self.registry.key(represented)
            draft.affiliation_printed = self.document[represented.span]

    def _house(self, person: people.Person) -> Organisation | None:
        """Return the organisation that a post speaks of without its name: «директор библиотеки»."""
        for post in person.positions:
            if not positions.holds_office(self.document, post):
                continue
            for mention in self.mentions:
                inside = post.first <= mention.first and mention.last <= post.last
                if inside and not mention.is_named and not mention.is_department and not mention.is_plural:
                    return self.registry.meant(mention)
        return None

    def _represented(self, person: people.Person) -> Organisation | None:
        """Return the organisation of «Зареченскую библиотеку представляла Роза Кудрина»."""
        sentence = self.document.sentence_of(person.first.first)
        verbs = [n for n in range(sentence.first, person.first.first) if self._is_representing(n)]
        if not verbs or person.case not in ("nomn", ""):
            return None
        own = [mention for mention in self.mentions if sentence.first <= mention.first and mention.last <= verbs[-1]]
        return own[-1] if own and own[-1].case == "accs" and own[-1].is_named and not own[-1].is_plural else None

    def _is_representing(self, number: int) -> bool:
        low = self.document.lower(number)
        return morphology.is_past_verb(low) and bool(morphology.lemmas(low) & {"представлять", "представить"})

    # Talks

    def _talks(self) -> list[TalkDraft]:
        return [self._talk(contribution) for contribution in self._contributions]

    def _talk(self, contribution: talks.Contribution) -> TalkDraft:
        subject = typography.normalize(self.document[contribution.subject]) if contribution.subject else ""
        return TalkDraft(
            kind=contribution.kind,
            title=typography.normalize_title(self.document[contribution.title.inner]) if contribution.title else "",
            subject=subject,
            printed=self.document[contribution.title]
            if contribution.title
            else self.document[contribution.spans[0]]
            if contribution.spans
            else "",
            spans=list(contribution.spans),
            speakers=[f"p{index + 1}" for index in contribution.speakers],
            organisations=[self.registry.key(self.mentions[index]) for index in contribution.organisations],
            uncertainty=contribution.uncertainty
            or ("" if contribution.speakers or contribution.organisations else _("No speaker was found in the text.")),
        )

    # Sessions

    @cached_property
    def sections(self) -> list[sections.Section]:
        return sections.find(self.document, self.layout, self.persons, self.governed_by)

    def _sessions(self, draft: Draft) -> list[SessionDraft]:
        """Return the sessions and note in each talk to which it belongs."""
        found = [
            SessionDraft(
                key=f"s{number}",
                title=section.title,
                kind="" if section.title else section.kind,
                day=self._with_year(section.day, draft),
                moderators=[f"p{index + 1}" for index in section.moderators],
                printed=self.document[section.span],
                spans=[section.span],
            )
            for number, section in enumerate(self.sections, 1)
        ]
        for talk, contribution in zip(draft.talks, self._contributions, strict=True):
            for session, section in zip(found, self.sections, strict=True):
                if section.start <= contribution.position < section.end:
                    talk.session = session.key
        leaders = {key for session in found for key in session.moderators}
        for person in draft.people:
            if person.key in leaders:
                # The role belongs to the session, not to the whole event.
                person.parts = [part for part in person.parts if part.role not in sections.LEADERS]
        return found or self._days_of_talks(draft)

    def _days_of_talks(self, draft: Draft) -> list[SessionDraft]:
        """Return a session for each day of a list of dated talks: «5 марта — «Как хранить газеты»»."""
        days = {entry.title.start: entry.item.day for entry in self._talk_finder.programme if entry.item.day}
        if len(set(days.values())) < 2:
            return []
        kind = draft.kind_as_printed.value or "день"
        found: dict[str, SessionDraft] = {}
        for talk, contribution in zip(draft.talks, self._contributions, strict=True):
            if day := days.get(contribution.position):
                session = SessionDraft(key=f"s{len(found) + 1}", kind=kind, day=self._with_year(day, draft))
                talk.session = found.setdefault(day, session).key
        return list(found.values())

    def _with_year(self, day: str, draft: Draft) -> str:
        """Return the day in the year of the event; an unknown year leaves no day that the archive can keep."""
        years = {date.start[:4] for date in draft.dates if not date.lacks_year}
        if day.startswith("XXXX") and len(years) == 1:
            return f"{years.pop()}{day[4:]}"
        return day

    # Organisations

    def _organisation_parts(self) -> None:
        for index, parts in self._organisation_roles.items():
            organisation = self.mentions[index]
            if (
                not organisation.is_named
                or organisation.is_plural
                and not parts
                or organisation.first in self._talk_finder.in_titles
            ):
                continue
            if not parts and self._is_mentioned(organisation):
                # An affiliation needs no role of its own.
                self.registry.key(organisation) if organisation.first in self._in_positions else self.registry.mention(
                    organisation
                )
            for part in parts:
                self.registry.add_part(
                    organisation,
                    OrganisationPart(
                        role=part.role,
                        printed=self.document[part.trigger],
                        spans=[part.trigger],
                        uncertainty=part.uncertainty,
                        group=self._group(organisation),
                    ),
                )

    def _is_mentioned(self, organisation: Organisation) -> bool:
        """Whether the organisation is named in the news although its role is not."""
        if organisation.is_department or not self.layout.is_news(organisation.span.start):
            return False
        before = morphology.lemmas(self.document.lower(organisation.first - 1))
        held = organisation.first in self._in_positions or position_words.is_position(
            self.document, organisation.first - 1
        )
        vague = organisations.is_vague(organisation, self.document) and not held
        return not before & _LEGAL_ACTS and not vague

    def _departments(self) -> None:
        """Attach each department to the organisation that follows it, or to the one after «от»."""
        for index, organisation in enumerate(self.mentions):
            if not organisation.is_department or not self._organisation_roles[index]:
                continue
            if parent := self._parent(index):
                self.registry.set_parent(organisation, parent)

    def _parent(self, index: int) -> Organisation | None:
        department, others = (
            self.mentions[index],
            [other for other in self.mentions if other.is_named and not other.is_department and not other.is_plural],
        )
        following = next((other for other in others if other.first == department.last), None)
        # «… университет (факультет коммуникаций)»
        bracketed = self.document.lower(department.first - 1) == "("
        around = next((other for other in others if bracketed and other.last == department.first - 1), None)
        # «Организатор – областная библиотека, отдел краеведения»
        listed = self.document.lower(department.first - 1) == ","
        before = next((other for other in others if listed and other.last == department.first - 1), None)
        sentence = self.document.sentence_of(department.first)
        sender = next(
            (
                o
                for o in others
                if sentence.first <= o.first < department.first and self.document.lower(o.first - 1) == "от"
            ),
            None,
        )
        return following or around or before or sender

    def _group(self, organisation: Organisation) -> str:
        before = self.document.word(organisation.first - 1)
        return before.lower if before and before.lower in position_words.GROUP_WORDS else ""

    # Details of the event

    def _event_details(self, draft: Draft) -> None:
        event = self.event.head if self.event else -1
        draft.platform = details.platform(self.document, self.layout)
        draft.format = details.event_format(self.document, self.layout, self.event)
        draft.state = outlook.state(self.document, self.layout, self.event)
        draft.occasion = details.occasion(self.document, self.layout, event)
        draft.framework = details.framework(self.document, self.layout, event)
        draft.regions = details.regions(self.document, self.layout)
        draft.outcome = details.outcome(self.document, self.layout, event)
        busy = [
            span
            for fact in draft.facts()
            for span in fact.spans
            if not any(fact is other for other in (draft.source, draft.format, draft.state))
        ]
        draft.background = details.background(self.document, self.layout, busy, event)
        draft.groups = unnamed_groups.find(self.document, self.layout, self.mentions, self._in_positions)
        draft.links = links.find(self.document.text, self.url)


def _may_begin_title(word: str) -> bool:
    """Whether a title may begin with the word.

    «Формируя будущее», «Книга и время», «Libway»; «Псковской…» only goes on.
    """
    pos = morphology.parses(word)[0].tag.POS
    if morphology.can_be(word.lower(), "Geox") or pos in ("VERB", "PREP", "NPRO"):
        return False
    return pos == "GRND" or "nomn" in morphology.cases(word) or not morphology.is_known(word.lower())


def _questions(draft: Draft) -> Iterator[str]:
    if any(date.lacks_year for date in draft.dates):
        yield _("State the year: the text does not give it.")
        if draft.source.published:
            published = format_date(PartialDate.from_iso(draft.source.published), get_language() or "ru")
            yield _("The news item was published on %s.") % published
    if not draft.dates:
        yield _("State the date: the text has none.")
    if not draft.kind:
        yield _("State the kind of event.")
    if not draft.title and not draft.theme:
        yield _("The text has no title and no theme: check it.")
