"""What was said: quoted titles with their speakers, and contributions without a title."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.translation import gettext as _

from ....russian import morphology
from ...draft import Span
from . import kinds, roles
from .chrome import Layout
from .kinds import Mention
from .names import Name
from .organisations import Organisation
from .people import Person
from .programme import Programme, is_remark
from .titles import OTHER_WORDS, TALK_WORDS, is_other_word, talk_kind
from .vocabulary import listed
from .words import DASHES, Bare, Page, Quote

_REMARKS = listed(
    """
    сказать отметить подчеркнуть напомнить заявить поблагодарить обратить сообщить пояснить уточнить дать
    высказать добавить представить представлять завершить ответить пожелать говорить провести показать
    прозвучать
    """
)
_TOPIC = re.compile(r"\s*(?:Тема|Доклад|Название)(?:\s\w+)?\s*:")
_MADE_BY = ("подготовлен", "представлен", "прочитан", "составлен")
_BRACKETED = re.compile(r"\([^()]*\)")
_CALLED = {"называться", "назвать"}
_BINDING = roles.SPEAKING | _CALLED
_JOINING = ("и", ",", ", а также", "и также")
_GROUP_VERBS = listed(
    """
    представить рассказать поделиться осветить презентовать показать представлять делиться
    """
)


@dataclass
class Contribution:
    """A talk: its title if it has one, else what it was about; `speakers` are indexes of people."""

    position: int
    kind: str = "talk"
    title: Quote | None = None
    words: Span | None = None
    subject: Span | None = None
    speakers: list[int] = field(default_factory=list)
    organisations: list[int] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    doubt: str = ""


class Finder:
    """Finds the contributions of one page."""

    def __init__(
        self,
        page: Page,
        parts: Layout,
        people: list[Person],
        organisations: list[Organisation],
        event: Mention | None,
        governed: dict[int, list[roles.Cue]],
    ) -> None:
        self.page, self.parts, self.people, self.governed = page, parts, people, governed
        self.event, self.organisations = event, organisations
        programme = Programme(page, parts, people, organisations)
        self.owner, self.names, self.in_names = programme.owner, programme.names, programme.in_names
        self.posts = set(programme.posts)
        self.programme, self.present = programme.read()
        self.in_titles = {
            number
            for entry in self.programme
            if isinstance(entry.title, Bare)
            for number in page.inside(*entry.title.span)
        }
        self.laid_out = {number for entry in self.programme for number in range(entry.item.first, entry.item.last)}
        self.in_organisation = {number for one in organisations for number in range(one.first, one.last)} | {
            number for one in organisations if one.nickname for number in page.inside(*one.nickname)
        }

        # Quotations that are no part of an organisation’s name or a post: where one talk ends and the next begins.
        self.titles = [quote for quote in page.top_quotes if self._splits(quote)]
        self.title_starts = [quote.start for quote in self.titles]

    def find(self) -> list[Contribution]:
        titled = [one for quote in self.page.top_quotes if (one := self._titled(quote))]
        titled = self._with_further_titles(titled)
        self._share_titles(titled)
        titled += self._by_layout()
        found = titled + self._untitled(titled) + self._of_groups()
        return sorted(found, key=lambda one: one.position)

    # With a title

    def _titled(self, quote: Quote) -> Contribution | None:
        first = self.page.at(quote.start)
        if not self.parts.is_body(quote.start) or first in self.in_organisation | self.laid_out or first in self.posts:
            return None
        if self.page.lower(first - 1) in ("в", "во", "из") or any(
            first < one.first <= first + 1 and one.last >= self.page.at(quote.end) - 1 for one in self.organisations
        ):
            # «в «Студии на набережной»», «коллегам «Степного университета им. …»»: a place or an institution.
            return None
        sentence = self.page.sentence_of(first)
        start, end = sentence.first, sentence.last
        kind = self._kind_before(first, start)
        if self._is_event(quote) and (not kind or quote in (self.event.title, self.event.theme)):
            return None
        if kind is None and (kinds.is_speech(self.page, quote) or is_remark(self.page, quote)):
            return None
        speakers = self._speakers_of(quote, first, start, end)
        doubt = ""
        if not speakers and (meant := self._meant_by_pronoun(first, start)) is not None:
            speakers, doubt = [meant], _("The speaker is understood from a pronoun.")
        if kind is None and not (
            speakers and (self._is_bound(first, quote, end) or self._is_aside(first, quote, start))
        ):
            return None
        if kind and not speakers and self.page.lower(first - 1) in DASHES and self.page.lower(first - 2) == "тема":
            # «Его тема — «Книга и сад»» is the event’s.
            return None
        if self._is_no_title(quote) and (kind is None or self.page.lower(first - 1) == "слово"):
            # «слово «спасибо»»
            return None
        if kind == "" or self.page.words[first + 1].text.islower():
            return None
        return Contribution(
            quote.start, kind or "talk", title=quote, speakers=speakers, spans=[quote.span], doubt=doubt
        )

    def _is_event(self, quote: Quote) -> bool:
        if self.event is None:
            return False
        own = [one for one in (self.event.title, self.event.theme) if one]
        return any(self.page[one].strip('«»"“”„').lower() == self.page[quote].strip('«»"“”„').lower() for one in own)

    def _is_no_title(self, quote: Quote) -> bool:
        """A single word, or «НБ РК»."""
        words = self.page[quote].strip('«»"“”„').split()
        return len(words) < 2 or len(words) < 4 and all(word.isupper() and len(word) < 6 for word in words)

    def _kind_before(self, first: int, start: int) -> str | None:
        """The kind that the nearest noun before the quotation gives; "" when it names something else; None: neither."""
        # «доклад, который назывался «…»»
        called = morphology.lemmas(self.page.lower(first - 1)) & _CALLED
        skipped = ":–—-(," if called else ":–—-("
        for number in range(first - 1, max(start - 1, first - 7), -1):
            word = self.page.words[number]
            if word.text in skipped:
                continue
            if number in self.posts or number in self.in_names or not word.is_word:
                return None
            if word.lower.startswith("класс") and self.page.lower(number - 2) == "мастер":
                # «мастер – класс «…»»
                return "master-class"
            if word.lower == "слова":
                # «девизом были слова: «Вместе сильнее»»
                return ""
            if kind := talk_kind(word.lower):
                return self._real_kind(kind, word.lower, number, start)
            if is_other_word(word.lower):
                return ""
            if number in self.in_organisation:
                return None
        return None

    def _real_kind(self, kind: str, low: str, number: int, start: int) -> str | None:
        """«с докладом на тему «…»»: the kind is said by the word before «тему»."""
        if low.startswith(("тем", "назван", "вопрос", "опыт")):
            for earlier in range(number - 1, max(start, number - 5) - 1, -1):
                if not self.page.words[earlier].is_word or earlier in self.posts or earlier in self.in_organisation:
                    break
                for lemma in sorted(morphology.lemmas(self.page.lower(earlier))):
                    if lemma in TALK_WORDS and lemma not in ("тема", "название"):
                        return TALK_WORDS[lemma]
                    if lemma in OTHER_WORDS:
                        return ""
        return kind

    def _speakers_of(self, quote: Quote, first: int, start: int, end: int) -> list[int]:
        """Who stands before the title since the last one; else who comes after it («… выступила Иванова»)."""
        if self._is_bracketed_name(quote):
            return self._in_bracket(quote)
        if inside := self._beside_in_bracket(quote, first, start, end):
            return inside
        since = max(start, self._end_of_title_before(quote))
        before = [name for name in self.names if since <= name.first < first]
        last = self.page.at(quote.end)
        until = self._start_of_title_after(quote)
        after = [name for name in self.names if last <= name.first < min(end, until)]
        credited = bool(after) and self._is_credited_after(last, before[-1] if before else None, after[0])
        if before and not credited:
            return list(dict.fromkeys(self.owner[name.first] for name in self._joined(before)))
        if after and (credited or self._leads_on(last, after[0].first)):
            return list(dict.fromkeys(self.owner[name.first] for name in self._run(after)))
        return self._speaker_of_line(first)

    def _is_credited_after(self, last: int, before: Name | None, after: Name) -> bool:
        """Whether the name after the title, and not the one before it, is the speaker’s."""
        if self.page.lower(last) in DASHES and set(range(last + 1, after.first)) <= self.posts:
            # «…, «Книга по почте» – Цой»
            return True
        if self.page.lower(last) == "," and self.page.lower(last + 1).startswith(_MADE_BY):
            # «…, и сообщением «Книга по почте», подготовленным Инной Цой»
            return True
        if after.first == last and self.people[self.owner[after.first]].case == "gent":
            # «доклады «А» Анны Полозовой и «Б» Виктора Ильина»
            return True
        start = before.first if before else 0
        while start and start - 1 in self.posts:
            start -= 1
        told = start and morphology.is_past_verb(self.page.lower(start - 1))
        # «Выступила Иванова. Доклад «Книга по почте» подготовил Цой»: each verb has its own.
        return bool(told) and morphology.is_past_verb(self.page.lower(last)) and self._leads_on(last, after.first)

    def _end_of_title_before(self, quote: Quote) -> int:
        place = bisect_left(self.title_starts, quote.start) - 1
        if place < 0:
            return 0
        last = self.page.at(self.titles[place].end)
        if self._is_bracketed_name(self.titles[place]):
            # Who stands in brackets after that title gave that talk.
            last = self._closing(last)
        return last

    def _start_of_title_after(self, quote: Quote) -> int:
        place = bisect_right(self.title_starts, quote.start)
        return self.page.at(self.titles[place].start) if place < len(self.titles) else len(self.page.words)

    def _next_name(self, quote: Quote) -> int:
        last = self.page.at(quote.end)
        return next((name.first for name in self.names if name.first >= last), -1)

    def _is_bracketed_name(self, quote: Quote) -> bool:
        """««Организация чтения незрячих» (Захарова Е. В., РГБС)», «(докладчик — методист Анна Захарова)»"""
        last, name = self.page.at(quote.end), self._next_name(quote)
        if self.page.lower(last) != "(" or name < 0:
            return False
        marks = DASHES | {":"}
        between = [
            low for n in range(last + 1, name) if n not in self.posts and (low := self.page.lower(n)) not in marks
        ]
        # A calling the dictionary of posts lacks: «(мастер Прохор Кулик)».
        return not between or len(between) == 1 and morphology.can_be(between[0], "anim", "nomn")

    def _is_aside(self, first: int, quote: Quote, start: int) -> bool:
        """«Анна Полозова познакомила с правилами описания («ГОСТ без слёз»).»"""
        alone = self.page.lower(first - 1) == "(" and self.page.lower(self.page.at(quote.end)) == ")"
        return alone and any(cue.role == "speaker" and cue.is_verb for cue in roles.cues(self.page, start, first))

    def _beside_in_bracket(self, quote: Quote, first: int, start: int, end: int) -> list[int]:
        """«(лекция «За полярный круг», географ Анна Захарова)»"""
        marks = [self.page.words[n].text for n in range(start, first)]
        if marks.count("(") <= marks.count(")"):
            return []
        last = self.page.at(quote.end)
        close = self._closing(last)
        return [self.owner[name.first] for name in self.names if last <= name.first < close < end]

    def _in_bracket(self, quote: Quote) -> list[int]:
        """«Карта памяти» (О. Н. Сидоренко, Р. В. Шило)»"""
        first, close = self._next_name(quote), self._closing(self.page.at(quote.end))
        return [self.owner[name.first] for name in self.names if name.first == first or first < name.first < close]

    def _closing(self, number: int) -> int:
        """The next closing bracket from here on; the same number if there is none."""
        return next((n for n in range(number, len(self.page.words)) if self.page.lower(n) == ")"), number)

    def _meant_by_pronoun(self, first: int, start: int) -> int | None:
        """«Далее она выступила с докладом «…»»: the last person named before, unless the gender says otherwise."""
        said = next((word for n in range(start, first) if (word := self._pronoun(n)) in ("он", "она", "ей", "им")), "")
        before = [name for name in self.names if name.last <= start]
        if said not in ("он", "она") or not before:
            return None
        index = self.owner[before[-1].first]
        other = "masc" if said == "она" else "femn"
        return None if self.people[index].gender == other and self.people[index].given else index

    def _pronoun(self, number: int) -> str:
        """«тема его доклада» speaks of him too."""
        low = self.page.lower(number)
        whose = {"его": "он", "ее": "она"}.get(low, "")
        return whose if whose and talk_kind(self.page.lower(number + 1)) else low

    def _splits(self, quote: Quote) -> bool:
        """Whether the quotation is a title of its own and not part of an organisation’s name or a post."""
        number = self.page.at(quote.start)
        return number not in self.in_organisation and number not in self.posts and quote.depth == 0

    def _joined(self, before: list) -> list:
        """The last name and those joined to it: «Иванова И. И. и Петрова А. А. «…»»."""
        joined = [before[-1]]
        for name in reversed(before[:-1]):
            between = self._plain(name.last, joined[0].first)
            if [text for text in between if text.isalpha()] == ["и"] or between == [","]:
                joined.insert(0, name)
            else:
                break
        return joined

    def _plain(self, first: int, last: int) -> list[str]:
        """The words between two names without their posts and what stands in brackets, «(Уфа)»."""
        texts, depth = [], 0
        for number in range(first, last):
            text = self.page.words[number].text
            depth += (text == "(") - (text == ")")
            if not depth and text != ")" and number not in self.posts:
                texts.append(text)
        return texts

    def _run(self, after: list) -> list:
        run = [after[0]]
        for name in after[1:]:
            between = self._plain(run[-1].last, name.first)
            if [text for text in between if text not in (",",)] != ["и"]:
                break
            run.append(name)
        return run

    def _leads_on(self, last: int, name: int) -> bool:
        """Between the title and the name after it: a verb of speaking, a dash, a bracket, or a post."""
        between = [number for number in range(last, name) if number not in self.posts]
        if len(between) > 9:
            return False
        texts = [self.page.words[number].text for number in between]
        speaking = any(cue.role == "speaker" for cue in roles.cues(self.page, last, name)) or any(
            morphology.is_past_verb(self.page.lower(number)) for number in between if self.page.words[number].is_word
        )
        return speaking or all(text in DASHES | {"(", ",", ".", ":"} for text in texts)

    def _speaker_of_line(self, first: int) -> list[int]:
        """«Тема: «…»» on a line of its own: whoever the line above names."""
        place = self.page.line_at(self.page.words[first].start)
        line, above = self.page.lines[place], self.page.lines[place - 1]
        if not place or not _TOPIC.match(self.page[line]):
            return []
        named = {self.owner[name.first] for name in self.names if above.start <= name.span.start < above.end}
        return list(named) if len(named) == 1 else []

    def _is_bound(self, first: int, quote: Quote, end: int) -> bool:
        """Only the post, punctuation or a verb of speaking stands between the name and the title."""
        if self._is_bracketed_name(quote):
            return True
        before = [name for name in self.names if name.last <= first]
        after = [name for name in self.names if name.first >= self.page.at(quote.end)]
        sentence = self.page.sentence_of(first)
        credited = before and after and self._is_credited_after(self.page.at(quote.end), before[-1], after[0])
        if before and before[-1].first >= sentence.first and not credited:
            between = [number for number in range(before[-1].last, first) if number not in self.posts]
            return self._only_binding(between)
        if after and after[0].first < end:
            return self._leads_on(self.page.at(quote.end), after[0].first)
        return False

    def _only_binding(self, numbers: list[int]) -> bool:
        words = [
            self.page.words[number]
            for number in numbers
            if self.page.words[number].is_word and number not in self.in_organisation
        ]
        if len(words) > 6:
            return False
        return all(
            word.lower in ("с", "со", "из", "г", "на", "по", "и", "о", "свой", "своим", "об")
            or not _BINDING.isdisjoint(morphology.lemmas(word.lower))
            or word.is_capital
            for word in words
        )

    def _with_further_titles(self, titled: list[Contribution]) -> list[Contribution]:
        """«два доклада: «А» и «Б»»: what is joined to a title is another."""
        found = {one.title.start: one for one in titled if one.title}
        for before, quote in pairwise(self.titles):
            between = _BRACKETED.sub("", self.page.text[before.end : quote.start]).strip()
            joined = between in (*_JOINING, ";")
            if joined and before.start in found and quote.start not in found and not self._is_no_title(quote):
                found[quote.start] = Contribution(
                    quote.start, found[before.start].kind, title=quote, spans=[quote.span]
                )
        return [found[start] for start in sorted(found)]

    def _share_titles(self, titled: list[Contribution]) -> None:
        """«выступила с докладами «А» и «Б»»: the second title has the speaker of the first."""
        for before, one in pairwise(titled):
            if bool(one.speakers) == bool(before.speakers) or not before.title or not one.title:
                continue
            between = self.page.text[before.title.end : one.title.start].strip()
            joined = between in _JOINING
            if before.speakers and (joined or self._is_further_deed(before.title, one.title)):
                one.speakers = list(before.speakers)
            elif one.speakers and joined:
                # «с докладами «А» и «Б» выступили Иванова и Петров»: who with which is not said.
                before.speakers = list(one.speakers)
                before.doubt = one.doubt = _("Check who gave which of the two.") if len(one.speakers) > 1 else ""

    def _is_further_deed(self, title: Quote, following: Quote) -> bool:
        """«выступили по теме «А», показали мастер-класс «Б»»"""
        first, last = self.page.at(title.end), self.page.at(following.start)
        if (
            last - first > 7
            or self.page.lower(first) not in (",", "и")
            or any(first <= n.first < last for n in self.names)
        ):
            return False
        return any(cue.role == "speaker" and cue.is_verb for cue in roles.cues(self.page, first, last))

    # By layout

    def _by_layout(self) -> list[Contribution]:
        doubt = _("The title has no quotation marks: check where it ends.")
        return [
            Contribution(
                entry.title.start,
                entry.kind,
                title=entry.title,
                speakers=entry.speakers,
                spans=[entry.title.span],
                doubt=doubt if isinstance(entry.title, Bare) else "",
            )
            for entry in self.programme
        ]

    # Without a title

    def _untitled(self, titled: list[Contribution]) -> list[Contribution]:
        spoke = {index for one in titled for index in one.speakers}
        found = []
        for index, governing in self.governed.items():
            verbs = [cue for cue in governing if roles.is_speaking(cue)]
            if index in spoke or not verbs:
                continue
            name = self.people[index].first
            subject = self._subject(verbs)
            if subject is None and not self._is_contribution(verbs, governing):
                continue
            if subject and (same := next((one for one in found if one.subject == subject), None)):
                same.speakers.append(index)
                continue
            found.append(
                Contribution(
                    name.span.start,
                    self._kind_of(verbs),
                    subject=subject,
                    speakers=[index],
                    spans=[self._evidence(verbs, subject)],
                )
            )
        return found

    def _is_contribution(self, verbs: list[roles.Cue], governing: list[roles.Cue]) -> bool:
        """Without a subject: a welcome is a role, and a remark («сказала директор») is no talk."""
        if any(cue.role in ("welcome", "opening", "moderator", "host") for cue in governing):
            return False
        return any(cue.lemma not in _REMARKS for cue in verbs)

    def _of_groups(self) -> list[Contribution]:
        """«Российские коллеги представили свой опыт…»: people nobody named, spoken of as a group."""
        found = []
        for sentence in self.page.sentences:
            if not self.parts.is_body(sentence.start) or any(
                sentence.first <= name.first < sentence.last for name in self.names
            ):
                continue
            for number in range(sentence.first, sentence.last - 1):
                if self._is_group_speaking(number, sentence.last):
                    found.append(self._group_talk(number, sentence.last))
                    break
        return found

    def _is_group_speaking(self, number: int, last: int) -> bool:
        if self.page.lower(number) not in ("коллеги", "библиотекари", "гости", "специалисты", "сотрудники"):
            return False
        if self._verb_after(number, last) < 0:
            return False
        return not any(n in self.in_organisation for n in range(number + 1, self._verb_after(number, last)))

    def _verb_after(self, number: int, last: int) -> int:
        for place in range(number + 1, min(last, number + 7)):
            word = self.page.words[place]
            if word.is_word and morphology.is_finite_verb(word.lower):
                return place if morphology.lemmas(word.lower) & _GROUP_VERBS and self._object(place, last) else -1
        return -1

    def _object(self, verb: int, last: int) -> Span | None:
        """What they presented: «свой практический опыт работы в дистанционном формате»."""
        first = verb + 1
        end = self._phrase(first, last) if first < last else None
        text = self.page[end].lower() if end else ""
        return end if end and ("опыт" in text or text.startswith(("о ", "об ")) or "практик" in text) else None

    def _group_talk(self, number: int, last: int) -> Contribution:
        verb = self._verb_after(number, last)
        first = number
        while first and morphology.is_adjective(self.page.words[first - 1].text) and self.page.words[first - 1].is_word:
            first -= 1
        subject = self._object(verb, last)
        whole = self.page.span(first, self.page.at(subject.end)) if subject else self.page.span(first, verb + 1)
        owners = self._organisations_of(first, number)
        doubt = (
            _("The text does not say who spoke.")
            if not owners
            else _("The organisations are taken from another sentence about the same participants.")
        )
        return Contribution(
            whole.start, "experience", subject=subject, organisations=owners, spans=[whole], doubt=doubt
        )

    def _organisations_of(self, first: int, number: int) -> list[int]:
        """«Российское сообщество представили специалисты А и Б» tells who «российские коллеги» are."""
        signs = {lemma for n in range(first, number) for lemma in morphology.lemmas(self.page.lower(n))}
        for sentence in self.page.sentences:
            if sentence.last > first or not signs:
                break
            if any(
                morphology.lemmas(self.page.lower(n)) & signs
                for n in range(sentence.first, min(sentence.last, sentence.first + 4))
            ):
                here = [
                    i
                    for i, one in enumerate(self.organisations)
                    if sentence.first <= one.first < sentence.last and one.is_named
                ]
                if here:
                    return here
        return []

    def _kind_of(self, verbs: list[roles.Cue]) -> str:
        kinds = {
            "доклад": "talk",
            "сообщение": "message",
            "презентация": "presentation",
            "презентовать": "presentation",
        }
        return next((kinds[cue.lemma] for cue in verbs if cue.lemma in kinds), "speech")

    def _subject(self, verbs: list[roles.Cue]) -> Span | None:
        """«рассказала о новых формах работы»: from «о» to the end of the clause."""
        for cue in verbs:
            sentence = self.page.sentence_of(cue.number)
            for number in range(cue.number + 1, min(sentence.last, cue.number + 16)):
                if self.page.lower(number) in ("о", "об", "обо", "про") and number not in self.posts | self.in_names:
                    return self._phrase(number, sentence.last)
                if self.page.words[number].text in ".;" or (
                    morphology.is_finite_verb(self.page.lower(number)) and self.page.words[number].is_word
                ):
                    break
            if cue.number > sentence.first:
                for number in range(sentence.first, cue.number):
                    if self.page.lower(number) in ("о", "об", "обо") and number == sentence.first:
                        return self.page.span(number, cue.number)
        return None

    def _phrase(self, number: int, end: int) -> Span:
        """Words up to a mark, a verb, a name or a quotation."""
        last = number + 1
        # «о том, как строили читальню» goes on past its own verb.
        has_verb = self.page.lower(last) == "том"
        while last < end and self.page.words[last].text not in ".;!?(" and (has_verb or not self._ends_phrase(last)):
            last += 1
        while self.page.words[last - 1].text in ",–—-":
            last -= 1
        return self.page.span(number, last)

    def _ends_phrase(self, number: int) -> bool:
        word = self.page.words[number]
        if self.page.quote_around(word.start) or not word.is_word:
            return word.text == "," and self.page.lower(number + 1) in (
                "а",
                "который",
                "которые",
                "которая",
                "что",
                "обозначив",
                "подчеркнув",
                "отметив",
                "где",
                "но",
                "затем",
                "далее",
            )
        return any(name.first == number for name in self.names) or (
            morphology.is_finite_verb(word.lower) and not word.is_capital
        )

    def _evidence(self, verbs: list[roles.Cue], subject: Span | None) -> Span:
        if subject:
            return subject
        word = self.page.words[verbs[0].number]
        return Span(word.start, word.end)
