"""Puts the parts together: what each module found becomes one draft whose parts name each other by keys."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ....russian import morphology, noun_phrases, typography
from ....russian.date_expressions import DateExpression, find_dates, find_times
from ....russian.dates import PartialDate, format_date
from ...draft import (
    DateDraft,
    Draft,
    OrganisationPart,
    PersonDraft,
    PersonPart,
    Span,
    TalkDraft,
    Words,
)
from . import (
    chrome,
    circumstances,
    groups,
    kinds,
    links,
    names,
    namesakes,
    numbers,
    organisations,
    people,
    positions,
    posts,
    roles,
    talks,
)
from .organisations import Organisation
from .register import Register
from .vocabulary import pattern
from .words import Page, Quote

# A date after one of these is not the event’s: «основан 9 мая», «отмечается 27 мая», «заявки до 24 февраля».
_OF_HISTORY = pattern(
    r"""
    отмеча\w+|праздн\w+|родил\w+|основан\w*|указом?|приказ\w*|от|№|до|начиная с|заявк\w+|постановлени\w+
    """,
    after=r"\s*$",
    before=r"\b",
)

# «…, 12:00 (мск)»
_HOUR = re.compile(r"^[\s,]*(?:в\s+)?\d{1,2}[:.]\d\d\s*(?:\(?мск\)?)?", re.IGNORECASE)
_ACTS = {"постановление", "приказ", "указ", "распоряжение", "решение"}


class Reading:
    """One page and everything found on it."""

    def __init__(self, text: str, url: str) -> None:
        self.page, self.url = Page(text), url

    @cached_property
    def parts(self) -> chrome.Layout:
        return chrome.layout(self.page)

    @cached_property
    def all_names(self) -> list[names.Name]:
        return names.find(self.page, namesakes.spans(self.page))

    @cached_property
    def mentions(self) -> list[Organisation]:
        return organisations.find(self.page, self.all_names)

    @cached_property
    def stated(self) -> list[DateExpression]:
        return [
            date for date in find_dates(self.page.text)
            if self.parts.is_news(date.start)
            and not self.page.quote_around(date.start)
            and not re.search(r"\b(?:им\.|имени)\s*$", self.page.text[: date.start])
        ]  # fmt: skip

    @cached_property
    def event(self) -> kinds.Mention | None:
        return kinds.main_event(self.page, self.parts, self.stated, self.mentions)

    @cached_property
    def persons(self) -> list[people.Person]:
        return people.find(self.page, self.parts, self.all_names, self.mentions)

    @cached_property
    def governed(self) -> dict[int, list[roles.Cue]]:
        return roles.people(self.page, self.persons)

    @cached_property
    def register(self) -> Register:
        return Register(self.page, self.mentions)

    def draft(self) -> Draft:
        draft = Draft(source=chrome.source(self.page, self.parts, self.url))
        self._describe(draft)
        draft.dates = self._dates()
        self._place(draft)
        draft.people = self._people()
        draft.talks = self._talks()
        self._take_part()
        self._departments()
        draft.organisations = self.register.drafts()
        draft.attendance = numbers.find(self.page, self.parts)
        self._remains(draft)
        draft.questions = list(_questions(draft))
        return draft

    # The event itself

    def _describe(self, draft: Draft) -> None:
        event = self.event
        if event is None:
            return
        printed = kinds.printed(self.page, event)
        draft.kind = Words(value=event.slug, printed=self.page[printed], spans=[printed])
        draft.kind_as_printed = Words(
            value=kinds.in_nominative(self.page, printed), printed=self.page[printed], spans=[printed]
        )
        if event.ordinal:
            draft.ordinal = self._as_words(event.ordinal)
        event.theme = event.theme or kinds.theme_nearby(self.page, self.parts, event)
        title = event.title or self._title_before(event) or self._title_elsewhere(event)
        draft.title, draft.theme = self._title(title), self._title(event.theme)
        if not draft.title and not draft.theme:
            draft.title = self._title_unquoted(event)

    def _title(self, quote: Quote | None) -> Words:
        if quote is None:
            return Words()
        return Words(
            value=typography.normalize_title(self.page[quote.inner]), printed=self.page[quote], spans=[quote.span]
        )

    def _title_elsewhere(self, event: kinds.Mention) -> Quote | None:
        """The title may stand only in the headline, or beside another word for the same event."""
        if event.theme:
            return None
        others = [
            one
            for one in kinds.mentions(self.page, named=self.mentions)
            if one.title
            and one.head != event.head
            and self.parts.is_news(self.page.words[one.head].start)
            and not self._is_in_organisation(one.title)
        ]
        same = [one for one in others if one.slug == event.slug and not one.is_plural]
        headline = [
            one
            for one in others
            if one.slug not in ("", "other") and self.parts.is_headline(self.page.words[one.head].start)
        ]
        return next((one.title for one in [*same, *headline]), None)

    def _is_in_organisation(self, quote: Quote) -> bool:
        """«Школы «Молодого литератора»»"""
        return any(one.span.start <= quote.start < one.span.end for one in self.mentions)

    def _title_before(self, event: kinds.Mention) -> Quote | None:
        """««Забвению не подлежит!», III историческая конференция»: the quotation right before the kind."""
        before = self.page.word(event.first - 1)
        if before is not None and before.text in ",–—-":
            before = self.page.word(event.first - 2)
        quote = self.page.quote_around(before.start) if before else None
        if before and quote and quote.end == before.end and self._stands_with(quote, event):
            return None if kinds.is_speech(self.page, quote) else quote
        return self._title_named(event)

    def _stands_with(self, quote: Quote, event: kinds.Mention) -> bool:
        """In one line with the event’s word, or alone on the line above it."""
        start = self.page.words[event.first].start
        own = self.page.lines[self.page.line_at(quote.start)]
        return start < own.end or self.page[own].strip(" ,.") == self.page[quote]

    def _title_named(self, event: kinds.Mention) -> Quote | None:
        """««Молодёжные пространства» — так назывался вебинар»: at the head of the event’s sentence."""
        sentence = self.page.sentence_of(event.head)
        quote = self.page.quote_from(sentence.first)
        between = range(self.page.at(quote.end), event.first) if quote else range(0)
        called = any(self.page.lower(number).startswith(("назыв", "назван")) for number in between)
        return quote if called and len(between) < 8 else None

    def _title_unquoted(self, event: kinds.Mention) -> Words:
        """«конференция Формируя будущее библиотек.»: a capital right after the kind, up to the end of the sentence."""
        first, sentence = event.head + 1, self.page.sentence_of(event.head)
        word = self.page.word(first)
        if word is None or first >= sentence.last or not word.is_word or not word.is_capital:
            return Words()
        if word.text.isupper():
            return self._title_in_capitals(first, sentence.last)
        if self.parts.is_headline(word.start) or any(
            one.first <= first < one.last for one in (*self.mentions, *self.all_names)
        ):
            return Words()
        end = sentence.last - (self.page.words[sentence.last - 1].text == ".")
        verbs = (n for n in range(first + 1, end) if morphology.may_be_verb(self.page.words[n].text))
        last = next(verbs, end)
        if (
            not _may_begin_title(word.text)
            or last - first < 2
            and word.text.isalpha()
            and morphology.is_known(word.lower)
        ):
            return Words()
        return self._without_marks(self.page.span(first, last))

    def _title_in_capitals(self, first: int, end: int) -> Words:
        """«вебинар ДЕТИ И КНИГА.»"""
        last = first
        while last < end and (self.page.words[last].text.isupper() or not self.page.words[last].is_word):
            last += 1
        while last > first and not self.page.words[last - 1].is_word:
            last -= 1
        words = [word for word in self.page.words[first:last] if len(word.text) > 2 and word.is_word]
        return self._without_marks(self.page.span(first, last)) if len(words) > 1 else Words()

    def _without_marks(self, span: Span) -> Words:
        doubt = _("The title has no quotation marks: check where it ends.")
        return Words(
            value=typography.normalize_title(self.page[span]), printed=self.page[span], spans=[span], doubt=doubt
        )

    def _as_words(self, span: Span) -> Words:
        return Words(value=typography.normalize(self.page[span]), printed=self.page[span], spans=[span])

    # When

    def _dates(self) -> list[DateDraft]:
        chosen = self._chosen_dates()
        found = [draft for date in chosen for draft in self._date_drafts(date)]
        for draft in found:
            self._complete_year(draft)
            if not self.parts.is_news(draft.spans[0].start):
                draft.doubt = _(
                    "The date stands on a line of its own above the text: it may be the day of publication."
                )
        found = _once(found)
        self._set_time(found)
        return found

    def _date_drafts(self, date: DateExpression) -> list[DateDraft]:
        return [
            DateDraft(
                start=str(start),
                end=str(end) if end and end != start else "",
                printed=self._printed(date),
                spans=[Span(date.start, date.end)],
                doubt="" if start.year else _("The text does not state the year."),
            )
            for start, end in date.days
        ]

    def _printed(self, date: DateExpression) -> str:
        return self.page.text[date.start : date.end]

    def _chosen_dates(self) -> list[DateExpression]:
        """The dates of the sentence that speaks of the event, else the first of the news."""
        same_sentence = [one for one in self.stated if self._is_near_event(one) and self._is_of_event(one)]
        if same_sentence:
            return self._with_neighbours(same_sentence)
        found = [one for one in self.stated if self._is_of_event(one) and not self._is_in_brackets(one)]
        # «Доклады первого дня (5 октября 2022 г.):»
        found = found or [one for one in self.stated if self._is_of_event(one) and self._heads_list(one)]
        body = [one for one in found if one.has_day]
        if not self.stated:
            return self._dates_above()
        return body[:1] or found[:1]

    def _heads_list(self, date: DateExpression) -> bool:
        return self.page[self.page.lines[self.page.line_at(date.start)]].rstrip().endswith(":")

    def _is_in_brackets(self, date: DateExpression) -> bool:
        """«конгресса ИФЛА (26–29 июля, Дублин)» is said of the congress."""
        before = self.page.text[max(0, date.start - 30) : date.start].rpartition("\n")[2]
        if not before.partition("(")[0].strip():
            # «(16 сентября 2021, онлайн)» on a line of its own
            return False
        return "(" in before and ")" not in before.rpartition("(")[2]

    def _dates_above(self) -> list[DateExpression]:
        """A date on a line of its own above a text without dates; a day of publication would be written otherwise."""
        above = [
            (line, replace(date, start=line.start + date.start, end=line.start + date.end))
            for line in self.parts.furniture
            for date in find_dates(self.page[line])
            if date.has_day
        ]
        found = [one for line, one in above if self._is_alone(line, one)]
        if not found and any(entry.item.is_timed for entry in self._talk_finder.programme):
            # A programme is no news: no day of publication stands above it.
            found = [one for line, one in above if self.page[line].strip(" .") == self._printed(one).strip(" .")]
        return found[:1]

    def _is_alone(self, line: Span, date: DateExpression) -> bool:
        before, after = self.page.text[line.start : date.start], self.page.text[date.end : line.end]
        around = f"{before}{_HOUR.sub('', after)}".strip().lower()
        in_words = re.search(r"[а-я.]$", self._printed(date).rstrip()) is not None
        return not around and in_words or around in ("дата:", "дата проведения:", "когда:")

    def _is_near_event(self, date: DateExpression) -> bool:
        near = self._near_event()
        return near is not None and near[0] <= date.start < near[1]

    def _near_event(self) -> tuple[int, int] | None:
        if self.event is None:
            return None
        sentence = self.page.sentence_of(self.event.head)
        return sentence.start, sentence.end

    def _with_neighbours(self, found: list[DateExpression]) -> list[DateExpression]:
        """Of a sentence’s dates: separate days, not the months of a longer project that was over."""
        days = [one for one in found if one.has_day]
        return days or self._days_of_month(found[0]) or found[:1]

    def _days_of_month(self, month: DateExpression) -> list[DateExpression]:
        """«В октябре 2023 года… Занятия прошли 4, 11 и 18 октября»: the days say more than the month."""
        start, end = month.days[0]
        if end or not start.month:
            return []
        found = [
            one for one in self.stated if one.has_day and one.days[0][0].month == start.month and self._is_of_event(one)
        ]
        return [date.with_year(start.year) for date in found]

    def _is_of_event(self, date: DateExpression) -> bool:
        """Not a date of history, of a holiday, or of something said in passing."""
        before = self.page.text[max(0, date.start - 40) : date.start].lower()
        after = self.page.text[date.end : date.end + 25].lower()
        if date.year and date.year < 1990:
            return False
        if _OF_HISTORY.search(before):
            return False
        return not re.match(r"\s*(?:отмеча|праздну)", after)

    def _complete_year(self, draft: DateDraft) -> None:
        """The same day with its year elsewhere in the news: «8 декабря» under «08 декабря 2022 года»."""
        if not draft.lacks_year:
            return
        for other in self.stated:
            start = other.days[0][0]
            if not self._may_tell_year(other):
                continue
            if start.year and draft.start.startswith(f"XXXX{str(start)[4:]}"):
                draft.start, draft.end = f"{start.year}{draft.start[4:]}", draft.end and f"{start.year}{draft.end[4:]}"
                draft.spans, draft.doubt = [*draft.spans, Span(other.start, other.end)], ""
                return

    def _may_tell_year(self, date: DateExpression) -> bool:
        """In the headline, beside the event, or as a sentence of its own; «25 мая 1991 года» in the text is history."""
        if self.parts.is_headline(date.start) or self._is_near_event(date):
            return True
        sentence = self.page.sentence_of(self.page.at(date.start))
        return self.page[sentence].strip(" .") == self._printed(date).strip(" .")

    def _set_time(self, found: list[DateDraft]) -> None:
        near = self._near_event()
        for time in find_times(self.page.text):
            close = near and near[0] <= time.start < near[1]
            after_date = any(0 <= time.start - span.end < 40 for draft in found for span in draft.spans)
            if found and (close or after_date) and self.parts.is_news(time.start):
                found[0].start_time, found[0].time_zone = time.time, time.zone
                found[0].spans.append(Span(time.start, time.end))
                return

    # Where

    def _place(self, draft: Draft) -> None:
        part_of = self._organisation_roles
        site = next(
            (
                i
                for i, parts in part_of.items()
                if any(p.role == "site" and not p.doubt for p in parts) and self._is_venue(i)
            ),
            None,
        )
        venue = self.mentions[site] if site is not None else None
        if venue is not None:
            key = self.register.key(venue)
            draft.venue = Words(value=key, printed=self.page[venue.span], spans=[venue.span])
            if room := self._room(venue):
                draft.place = Words(
                    value=noun_phrases.in_nominative(self.page[room]), printed=self.page[room], spans=[room]
                )
        event = self.event.head if self.event else -1
        named = [one.span for one in self.mentions]
        draft.city = circumstances.city(self.page, venue.span if venue else None, event, named)

    def _is_venue(self, index: int) -> bool:
        return roles.venue_words(self.page, self.mentions[index]) is not None

    def _room(self, venue: Organisation) -> Span | None:
        """«в «Русском центре» библиотеки …»"""
        before = self.page.word(venue.first - 1)
        if before and before.lower == "центре" and self.page.lower(venue.first - 2) == "русском":
            return self.page.span(venue.first - 2, venue.first)
        quote = self.page.quote_around(before.start) if before else None
        return quote.span if quote and before and quote.end == before.end else None

    # Who

    @cached_property
    def _covered(self) -> set[int]:
        """Words of people’s posts: an organisation there is an affiliation, not a participant."""
        return {n for person in self.persons for post in person.positions for n in range(post.first, post.last)}

    @cached_property
    def _organisation_roles(self) -> dict[int, list[roles.Part]]:
        return roles.organisations(self.page, self.mentions, self.parts, self.event, self._covered)

    @cached_property
    def participants(self) -> list[int]:
        """People with a role, a talk or a post, or the subject of something; a name in passing is no proposal."""
        return [index for index, person in enumerate(self.persons) if self._takes_part(index, person)]

    def _takes_part(self, index: int, person: people.Person) -> bool:
        if self._is_in_title(person):
            return False
        acts = self.governed[index] or index in self._talk_finder.present or self._speaks(index)
        return bool(acts) or self._is_guest(index) or self._is_present(person)

    def _is_in_title(self, person: people.Person) -> bool:
        """«Работы художника И. И. Ветрова», the title of a talk."""
        return all(name.first in self._talk_finder.in_titles for name in person.mentions)

    def _is_present(self, person: people.Person) -> bool:
        """«директора Аллы Акининой», «Белгородской библиотеки Надежда Петровна Рожкова»"""
        if any(positions.holds_office(self.page, post) for post in person.positions):
            return True
        if person.positions:
            return person.case in ("nomn", "") or person.is_governed
        return any(names.is_subject(self.page, name) for name in person.mentions)

    def _is_guest(self, index: int) -> bool:
        """«встреча с писателем …», «телемост с Екатериной Вильмонт»"""
        person, event = self.persons[index], self.event
        if event is None or person.case != "ablt":
            return False
        sentence = self.page.sentence_of(event.head)
        return event.head < person.first.first < sentence.last and any(
            self.page.lower(number) in ("с", "со") for number in range(event.head + 1, person.first.first)
        )

    def _speaks(self, index: int) -> bool:
        return any(index in one.speakers for one in self._contributions)

    @cached_property
    def _talk_finder(self) -> talks.Finder:
        return talks.Finder(self.page, self.parts, self.persons, self.mentions, self.event, self.governed)

    @cached_property
    def _contributions(self) -> list[talks.Contribution]:
        return self._talk_finder.find()

    def _people(self) -> list[PersonDraft]:
        return [self._person(index) for index in self.participants]

    def _person(self, index: int) -> PersonDraft:
        person = self.persons[index]
        draft = PersonDraft(
            key=f"p{index + 1}",
            family_name=person.family,
            given_names=person.given_names,
            initials="" if person.given_names else person.initials,
            name_inferred=person.is_inferred,
            printed=self.page[person.first.span],
            spans=[name.span for name in person.mentions],
            doubt=person.doubt,
            parts=[self._part(cue) for cue in roles.of_person(self.governed[index])],
        )
        self._set_position(draft, person)
        if self._is_guest(index) and not draft.parts:
            draft.parts = [PersonPart(role="guest", printed=draft.printed, spans=[person.first.span])]
        if not draft.parts and not self._speaks(index):
            draft.parts = [self._participant(index)]
        return draft

    def _part(self, cue: roles.Cue) -> PersonPart:
        word = self.page.words[cue.number]
        return PersonPart(role=cue.role, printed=word.text, spans=[Span(word.start, word.end)])

    def _participant(self, index: int) -> PersonPart:
        cue = next(iter(self.governed[index]), None)
        if cue:
            part = self._part(cue)
            part.role = "participant"
            return part
        name = self.persons[index].first.span
        return PersonPart(
            role="participant", printed=self.page[name], spans=[name], doubt=_("The text does not name the role.")
        )

    def _set_position(self, draft: PersonDraft, person: people.Person) -> None:
        for post in person.positions:
            position, degrees, organisation = positions.text(self.page, post.span, self.mentions)
            draft.position = draft.position or position
            draft.distinctions = draft.distinctions or degrees
            draft.spans.append(post.span)
            if organisation and not draft.affiliation:
                draft.affiliation = self.register.key(organisation)
                draft.affiliation_printed = self.page[organisation.span]

    # What was said

    def _talks(self) -> list[TalkDraft]:
        return [self._talk(one) for one in self._contributions]

    def _talk(self, one: talks.Contribution) -> TalkDraft:
        subject = typography.normalize(self.page[one.subject]) if one.subject else ""
        return TalkDraft(
            kind=one.kind,
            title=typography.normalize_title(self.page[one.title.inner]) if one.title else "",
            subject=subject,
            printed=self.page[one.title] if one.title else self.page[one.spans[0]] if one.spans else "",
            spans=list(one.spans),
            speakers=[f"p{index + 1}" for index in one.speakers],
            organisations=[self.register.key(self.mentions[index]) for index in one.organisations],
            doubt=one.doubt or ("" if one.speakers or one.organisations else _("No speaker was found in the text.")),
        )

    # Organisations

    def _take_part(self) -> None:
        for index, parts in self._organisation_roles.items():
            one = self.mentions[index]
            if not one.is_named or one.is_plural and not parts or one.first in self._talk_finder.in_titles:
                continue
            if not parts and self._is_mentioned(one):
                # Where somebody works needs no role of its own.
                self.register.key(one) if one.first in self._covered else self.register.mention(one)
            for part in parts:
                self.register.add(
                    one,
                    OrganisationPart(
                        role=part.role,
                        printed=self.page[part.cue],
                        spans=[part.cue],
                        doubt=part.doubt,
                        group=self._group(one),
                    ),
                )

    def _is_mentioned(self, one: Organisation) -> bool:
        """Named in the news: part of the event, though the text does not say how."""
        if one.is_department or not self.parts.is_news(one.span.start):
            return False
        before = morphology.lemmas(self.page.lower(one.first - 1))
        held = one.first in self._covered or posts.is_post(self.page, one.first - 1)
        vague = organisations.is_vague(one, self.page) and not held
        return not before & _ACTS and not vague

    def _departments(self) -> None:
        """A department belongs to what follows it, or to the organisation «от» which its people came."""
        for index, one in enumerate(self.mentions):
            if not one.is_department or not self._organisation_roles[index]:
                continue
            if parent := self._parent(index):
                self.register.belongs(one, parent)

    def _parent(self, index: int) -> Organisation | None:
        one, others = (
            self.mentions[index],
            [other for other in self.mentions if other.is_named and not other.is_department and not other.is_plural],
        )
        following = next((other for other in others if other.first == one.last), None)
        # «… университет (факультет коммуникаций)»
        bracketed = self.page.lower(one.first - 1) == "("
        around = next((other for other in others if bracketed and other.last == one.first - 1), None)
        sentence = self.page.sentence_of(one.first)
        sender = next(
            (o for o in others if sentence.first <= o.first < one.first and self.page.lower(o.first - 1) == "от"), None
        )
        return following or around or sender

    def _group(self, one: Organisation) -> str:
        before = self.page.word(one.first - 1)
        return before.lower if before and before.lower in posts.GROUP_WORDS else ""

    # The rest

    def _remains(self, draft: Draft) -> None:
        event = self.event.head if self.event else -1
        draft.platform = circumstances.platform(self.page, self.parts)
        draft.format = circumstances.form(self.page, self.parts)
        draft.occasion = circumstances.occasion(self.page, self.parts, event)
        draft.framework = circumstances.framework(self.page, self.parts, event)
        draft.regions = circumstances.regions(self.page, self.parts)
        draft.outcome = circumstances.outcome(self.page, self.parts, event)
        busy = [
            span
            for fact in draft.facts()
            for span in fact.spans
            if fact is not draft.source and fact is not draft.format
        ]
        draft.background = circumstances.background(self.page, self.parts, busy, event)
        draft.groups = groups.find(self.page, self.parts, self.mentions, self._covered)
        draft.links = links.find(self.page.text, self.url)


def _may_begin_title(word: str) -> bool:
    """«Формируя будущее», «Книга и время», «Libway»; «Псковской…» only goes on."""
    pos = morphology.parses(word)[0].tag.POS
    if morphology.can_be(word.lower(), "Geox") or pos in ("VERB", "PREP", "NPRO"):
        return False
    return pos == "GRND" or "nomn" in morphology.cases(word) or not morphology.is_known(word.lower())


def _once(found: list[DateDraft]) -> list[DateDraft]:
    """Each start once; a day inside a run already stated adds nothing."""
    kept: list[DateDraft] = []
    for draft in found:
        longer = next((one for one in kept if one.start == draft.start and draft.end and not one.end), None)
        if longer:
            # «15 мая ученица приняла участие в конференции, которая проходит с 15 по 19 мая»
            longer.end, longer.spans = draft.end, [*longer.spans, *draft.spans]
        elif not any(one.start == draft.start or (one.end and one.start <= draft.start <= one.end) for one in kept):
            kept.append(draft)
    return kept


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
