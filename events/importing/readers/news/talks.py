"""Talks: quoted titles with their speakers, and contributions without a title."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.translation import gettext as _

from ....russian import morphology
from ...draft import Span
from . import roles
from .boilerplate import Layout
from .document import DASHES, Document, Quote, UnquotedTitle
from .event import EventMention, is_speech
from .lexicon import word_set
from .names import Name
from .organisations import Organisation, head_lemma
from .people import Person
from .programme import Programme, is_remark
from .quotations import OTHER_WORDS, TALK_WORDS, is_other_word, talk_kind

_REMARK_VERBS = word_set(
    """
    сказать отметить подчеркнуть напомнить заявить поблагодарить обратить сообщить пояснить уточнить дать
    разобрать объяснить разъяснить прокомментировать дополнить отвечать показывать беседовать возразить возражать
    поспорить завершать произнести взять
    высказать добавить представить представлять завершить ответить пожелать говорить провести показать
    прозвучать
    """
)
_CONTINUING_VERBS = word_set("продолжить подхватить поддержать развить поднять затронуть закрыть завершить")
_TOPIC = re.compile(r"\s*(?:Тема|Доклад|Название)(?:\s\w+)?\s*:")
# «О своём «Чемодане с ручкой» рассказала …»: the quotation is no title in the nominative.
_OWN = {"своем", "своём", "своей", "своих", "нашем", "нашей"}
_LEADERS = ("модератор", "ведущ", "руководител", "председател", "куратор")
_AUTHORED_BY = ("подготовлен", "представлен", "прочитан", "составлен")
_LABEL_OF_HOST = re.compile(r"[\s.,;]*(?:Ведущ|Модератор)\w+\s*[:–—-]")
_BRACKETED = re.compile(r"\([^()]*\)")
_CALLING_VERBS = {"называться", "назвать"}
_BINDING_VERBS = roles.SPEAKING | _CALLING_VERBS
_CONJUNCTIONS = ("и", ",", ", а также", "и также")
_GROUP_VERBS = word_set(
    """
    представить рассказать поделиться осветить презентовать показать представлять делиться
    """
)


@dataclass
class Contribution:
    """A talk: its title, or else its subject; `speakers` are indexes of people."""

    position: int
    kind: str = "talk"
    title: Quote | None = None
    words: Span | None = None
    subject: Span | None = None
    speakers: list[int] = field(default_factory=list)
    organisations: list[int] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    uncertainty: str = ""


class TalkFinder:
    """Finds the contributions in a document."""

    def __init__(
        self,
        document: Document,
        layout: Layout,
        people: list[Person],
        organisations: list[Organisation],
        event: EventMention | None,
        governed_by: dict[int, list[roles.TriggerWord]],
    ) -> None:
        self.document, self.layout, self.people, self.governed_by = document, layout, people, governed_by
        self.event, self.organisations = event, organisations
        programme = Programme(document, layout, people, organisations)
        self.owner, self.names, self.in_names = programme.owner, programme.names, programme.in_names
        self.positions = set(programme.positions)
        self.programme, self.present = programme.read()
        self.in_titles = {
            number
            for entry in self.programme
            if isinstance(entry.title, UnquotedTitle)
            for number in document.inside(*entry.title.span)
        }
        self.laid_out = {number for entry in self.programme for number in range(entry.item.first, entry.item.last)}
        self.in_organisation = {
            number for organisation in organisations for number in range(organisation.first, organisation.last)
        } | {
            number
            for organisation in organisations
            if organisation.nickname
            for number in document.inside(*organisation.nickname)
        }

        # Quotations outside organisations’ names and positions: each may begin another talk.
        self.titles = [quote for quote in document.top_quotes if self._is_title_quotation(quote)]
        self.title_starts = [quote.start for quote in self.titles]

    def find(self) -> list[Contribution]:
        """Find titled, listed and untitled contributions, in the order of the text."""
        titled = [contribution for quote in self.document.top_quotes if (contribution := self._titled(quote))]
        titled = self._with_further_titles(titled)
        self._share_titles(titled)
        titled += self._by_layout()
        found = titled + self._untitled(titled) + self._of_groups()
        return sorted(found, key=lambda contribution: contribution.position)

    # With a title

    def _titled(self, quote: Quote) -> Contribution | None:
        first = self.document.at(quote.start)
        if (
            not self.layout.is_body(quote.start)
            or first in self.in_organisation | self.laid_out
            or first in self.positions
        ):
            return None
        if self.document.lower(first - 1) in ("в", "во", "из") or any(
            first < organisation.first <= first + 1 and organisation.last >= self.document.at(quote.end) - 1
            for organisation in self.organisations
        ):
            # «в «Студии на набережной»», «коллегам «Степного университета им. …»»: a place or an institution.
            return None
        if self._is_led(quote) or self._is_house_in_bracket(quote, first) or self.document.lower(first - 1) in _OWN:
            return None
        sentence = self.document.sentence_of(first)
        start, end = sentence.first, sentence.last
        kind = self._kind_before(first, start)
        if self._is_event(quote) and (not kind or quote in (self.event.title, self.event.theme)):
            return None
        if kind is None and (is_speech(self.document, quote) or is_remark(self.document, quote)):
            return None
        speakers, uncertainty = self._credited(quote, first, start, end)
        if kind is None and not (
            speakers and (self._is_bound(first, quote, end) or self._is_aside(first, quote, start))
        ):
            return None
        if (
            kind
            and not speakers
            and self.document.lower(first - 1) in DASHES
            and self.document.lower(first - 2) == "тема"
        ):
            # «Его тема — «Книга и сад»» is the event’s.
            return None
        if self._is_no_title(quote) and (kind is None or self.document.lower(first - 1) == "слово"):
            # «слово «спасибо»»
            return None
        if kind == "" or self.document.words[first + 1].text.islower():
            return None
        return Contribution(
            quote.start, kind or "talk", title=quote, speakers=speakers, spans=[quote.span], uncertainty=uncertainty
        )

    def _is_house_in_bracket(self, quote: Quote, first: int) -> bool:
        """Whether it is where somebody works: «Мурат Шогенов («Издательство Эльбрус»)»."""
        alone = self.document.lower(first - 1) == "(" and self.document.lower(self.document.at(quote.end)) == ")"
        head = first + 1
        while morphology.is_adjective(self.document.lower(head)) and head < first + 4:
            head += 1
        return alone and head_lemma(self.document.lower(head)) != "" and ":" not in self.document[quote]

    def _is_led(self, quote: Quote) -> bool:
        """Whether it is a session or a debate that somebody led: «Данные» (модератор …), «дискуссию «…» вёл …»."""
        last = self.document.at(quote.end)
        if self.document.lower(last) == "(" and self.document.lower(last + 1).startswith(_LEADERS):
            return True
        return bool(
            morphology.lemmas(self.document.lower(last)) & {"модерировать", "вести"}
            and morphology.is_past_verb(self.document.lower(last))
        )

    def _credited(self, quote: Quote, first: int, start: int, end: int) -> tuple[list[int], str]:
        """Return the speakers and what is doubtful about them."""
        speakers = self._speakers_of(quote, first, start, end)
        if not speakers and (antecedent := self._antecedent(first, start)) is not None:
            return [antecedent], _("The speaker is understood from a pronoun.")
        is_plain = all(self._is_plainly_speaker(index, quote, start, end) for index in speakers)
        is_plain = is_plain and not self._continues_theme(quote, first)
        # «Дискуссия «Нужна ли книга?» Ведущая — Н. А. Шумная»
        is_plain = is_plain and not _LABEL_OF_HOST.match(self.document.text, quote.end)
        return speakers, "" if is_plain else _("The text does not say plainly who spoke: check it.")

    def _continues_theme(self, quote: Quote, first: int) -> bool:
        """Whether a theme was taken up and no talk of that title given: «Тему «…» продолжила Иванова»."""
        verb = morphology.lemmas(self.document.lower(self.document.at(quote.end)))
        return "тема" in morphology.lemmas(self.document.lower(first - 1)) and bool(verb & _CONTINUING_VERBS)

    def _is_plainly_speaker(self, index: int, quote: Quote, start: int, end: int) -> bool:
        """Whether the person is a subject, or stands beside the title or after a word for a talk.

        «Белгородцы во главе с Бражниковым подготовили презентацию «…»» does not say that he spoke.
        """
        person = self.people[index]
        near = [name for name in person.mentions if start <= name.first < end]
        return not near or any(
            person.cases.get(name.first, "") in ("nomn", "") or self._is_given_by(name, quote, start) for name in near
        )

    def _is_given_by(self, name: Name, quote: Quote, start: int) -> bool:
        last = self.document.at(quote.end)
        if name.first >= last:
            return True
        return any(
            roles.is_speaking(trigger)
            and roles.governs_oblique(self.document, trigger, name, self.positions | self.in_names)
            for trigger in roles.trigger_words(self.document, start, name.first)
        )

    def _is_event(self, quote: Quote) -> bool:
        if self.event is None:
            return False
        event_titles = [title for title in (self.event.title, self.event.theme) if title]
        return any(
            self.document[title].strip('«»"“”„').lower() == self.document[quote].strip('«»"“”„').lower()
            for title in event_titles
        )

    def _is_no_title(self, quote: Quote) -> bool:
        """Whether the quotation is a single word or an abbreviation, «НБ РК»."""
        words = self.document[quote].strip('«»"“”„').split()
        return len(words) < 2 or len(words) < 4 and all(word.isupper() and len(word) < 6 for word in words)

    def _kind_before(self, first: int, start: int) -> str | None:
        """Return the kind by the nearest noun before the quotation; "" if that is something else, None if neither."""
        # «доклад, который назывался «…»»
        called = morphology.lemmas(self.document.lower(first - 1)) & _CALLING_VERBS
        skipped = ":–—-(," if called else ":–—-("
        if first - 1 not in self.in_organisation and is_other_word(self.document.lower(first - 1)):
            # «автор повести «Верста»»
            return ""
        # «Третью секцию, «Природа края», возглавила …», «Вторую лекцию, «Почерк», прочитал …»
        apposed = self.document.lower(first - 1) == ","
        first -= apposed
        for number in range(first - 1, max(start - 1, first - 7), -1):
            word = self.document.words[number]
            if word.text in skipped:
                continue
            if number in self.positions or number in self.in_names or not word.is_word:
                return None
            if word.lower.startswith("класс") and self.document.lower(number - 2) == "мастер":
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
        """Return the kind by the word before «тему»: «с докладом на тему «…»»."""
        if low.startswith(("тем", "назван", "вопрос", "опыт")):
            for earlier in range(number - 1, max(start, number - 5) - 1, -1):
                if (
                    not self.document.words[earlier].is_word
                    or earlier in self.positions
                    or earlier in self.in_organisation
                ):
                    break
                for lemma in sorted(morphology.lemmas(self.document.lower(earlier))):
                    if lemma in TALK_WORDS and lemma not in ("тема", "название"):
                        return TALK_WORDS[lemma]
                    if lemma in OTHER_WORDS:
                        return ""
        return kind

    def _speakers_of(self, quote: Quote, first: int, start: int, end: int) -> list[int]:
        """Return the speakers: named before the title, else after it («… выступила Иванова»)."""
        if self._is_bracketed_name(quote):
            return self._in_bracket(quote)
        if inside := self._beside_in_bracket(quote, first, start, end):
            return inside
        since = max(start, self._end_of_title_before(quote))
        before = [name for name in self.names if since <= name.first < first]
        last = self.document.at(quote.end)
        until = self._start_of_title_after(quote)
        after = [name for name in self.names if last <= name.first < min(end, until)]
        credited = bool(after) and self._is_credited_after(last, before[-1] if before else None, after[0])
        if before and not credited:
            return list(dict.fromkeys(self.owner[name.first] for name in self._joined_before(before)))
        if after and (credited or self._is_linked(last, after[0].first)):
            return list(dict.fromkeys(self.owner[name.first] for name in self._joined_after(after)))
        return self._speaker_of_line(first)

    def _is_credited_after(self, last: int, before: Name | None, after: Name) -> bool:
        """Whether the name after the title is the speaker’s, not the name before it."""
        if self.document.lower(last) in DASHES and set(range(last + 1, after.first)) <= self.positions:
            # «…, «Книга по почте» – Цой»
            return True
        if self.document.lower(last) == "," and self.document.lower(last + 1).startswith(_AUTHORED_BY):
            # «…, и сообщением «Книга по почте», подготовленным Инной Цой»
            return True
        if after.first == last and self.people[self.owner[after.first]].case == "gent":
            # «доклады «А» Анны Полозовой и «Б» Виктора Ильина»
            return True
        start = before.first if before else 0
        while start and start - 1 in self.positions:
            start -= 1
        has_verb = start and morphology.is_past_verb(self.document.lower(start - 1))
        # «Выступила Иванова. Доклад «Книга по почте» подготовил Цой»: each verb has its own.
        return (
            bool(has_verb) and morphology.is_past_verb(self.document.lower(last)) and self._is_linked(last, after.first)
        )

    def _end_of_title_before(self, quote: Quote) -> int:
        place = bisect_left(self.title_starts, quote.start) - 1
        if place < 0:
            return 0
        last = self.document.at(self.titles[place].end)
        if self._is_bracketed_name(self.titles[place]):
            # The people in brackets after that title gave that talk.
            last = self._closing(last)
        return last

    def _start_of_title_after(self, quote: Quote) -> int:
        place = bisect_right(self.title_starts, quote.start)
        return self.document.at(self.titles[place].start) if place < len(self.titles) else len(self.document.words)

    def _next_name(self, quote: Quote) -> int:
        last = self.document.at(quote.end)
        return next((name.first for name in self.names if name.first >= last), -1)

    def _is_bracketed_name(self, quote: Quote) -> bool:
        """Whether the speaker is in brackets after the title.

        ««Организация чтения незрячих» (Захарова Е. В., РГБС)», «(докладчик — методист Анна Захарова)»
        """
        last, name = self.document.at(quote.end), self._next_name(quote)
        if self.document.lower(last) != "(" or name < 0:
            return False
        marks = DASHES | {":"}
        between = [
            low
            for n in range(last + 1, name)
            if n not in self.positions and (low := self.document.lower(n)) not in marks
        ]
        if any(low.startswith(_LEADERS) for low in between):
            # «Данные» (модераторы: …): who led a session.
            return False
        # A calling that is no position word: «(мастер Прохор Кулик)».
        return not between or len(between) == 1 and morphology.can_be(between[0], "anim", "nomn")

    def _is_aside(self, first: int, quote: Quote, start: int) -> bool:
        """Whether the title is an aside in brackets.

        «Анна Полозова познакомила с правилами описания («ГОСТ без слёз»).»
        """
        alone = self.document.lower(first - 1) == "(" and self.document.lower(self.document.at(quote.end)) == ")"
        return alone and any(
            trigger.role == "speaker" and trigger.is_verb
            for trigger in roles.trigger_words(self.document, start, first)
        )

    def _beside_in_bracket(self, quote: Quote, first: int, start: int, end: int) -> list[int]:
        """Return the speaker in the same brackets: «(лекция «За полярный круг», географ Анна Захарова)»"""
        marks = [self.document.words[n].text for n in range(start, first)]
        if marks.count("(") <= marks.count(")"):
            return []
        last = self.document.at(quote.end)
        close = self._closing(last)
        return [self.owner[name.first] for name in self.names if last <= name.first < close < end]

    def _in_bracket(self, quote: Quote) -> list[int]:
        """Return the speakers in the brackets after the title: «Карта памяти» (О. Н. Сидоренко, Р. В. Шило)»"""
        first, close = self._next_name(quote), self._closing(self.document.at(quote.end))
        return [self.owner[name.first] for name in self.names if name.first == first or first < name.first < close]

    def _closing(self, number: int) -> int:
        """Return the next closing bracket; the same number if there is none."""
        return next((n for n in range(number, len(self.document.words)) if self.document.lower(n) == ")"), number)

    def _antecedent(self, first: int, start: int) -> int | None:
        """Return the person that a pronoun refers to.

        «Далее она выступила с докладом «…»»: the last person named before, unless the gender says otherwise.
        """
        pronoun = next(
            (word for n in range(start, first) if (word := self._pronoun(n)) in ("он", "она", "ей", "им")), ""
        )
        before = [name for name in self.names if name.last <= start]
        if pronoun not in ("он", "она") or not before:
            return None
        index = self.owner[before[-1].first]
        other = "masc" if pronoun == "она" else "femn"
        return None if self.people[index].gender == other and self.people[index].given else index

    def _pronoun(self, number: int) -> str:
        """Return the pronoun: «тема его доклада» speaks of him too."""
        low = self.document.lower(number)
        whose = {"его": "он", "ее": "она"}.get(low, "")
        return whose if whose and talk_kind(self.document.lower(number + 1)) else low

    def _is_title_quotation(self, quote: Quote) -> bool:
        """Whether the quotation may be a title, not part of an organisation’s name or of a position."""
        number = self.document.at(quote.start)
        return number not in self.in_organisation and number not in self.positions and quote.depth == 0

    def _joined_before(self, before: list) -> list:
        """Return the last name and those joined to it: «Иванова И. И. и Петрова А. А. «…»»."""
        joined = [before[-1]]
        for name in reversed(before[:-1]):
            between = self._plain(name.last, joined[0].first)
            if [text for text in between if text.isalpha()] == ["и"] or between == [","]:
                joined.insert(0, name)
            else:
                break
        return joined

    def _plain(self, first: int, last: int) -> list[str]:
        """Return the words between two names without positions and brackets, «(Уфа)»."""
        texts, depth = [], 0
        for number in range(first, last):
            text = self.document.words[number].text
            is_unopened = text == ")" and not depth
            depth += (text == "(") - (text == ")" and not is_unopened)
            if is_unopened or not depth and text != ")" and number not in self.positions:
                texts.append(text)
        return texts

    def _joined_after(self, after: list) -> list:
        run = [after[0]]
        for name in after[1:]:
            between = self._plain(run[-1].last, name.first)
            if [text for text in between if text not in (",",)] != ["и"]:
                break
            run.append(name)
        return run

    def _is_linked(self, last: int, name: int) -> bool:
        """Whether a verb of speaking, a dash, a bracket or a position links the title to the name after it."""
        between = [number for number in range(last, name) if number not in self.positions]
        if len(between) > 9:
            return False
        texts = [self.document.words[number].text for number in between]
        speaking = any(trigger.role == "speaker" for trigger in roles.trigger_words(self.document, last, name)) or any(
            morphology.is_past_verb(self.document.lower(number))
            for number in between
            if self.document.words[number].is_word
        )
        return speaking or all(text in DASHES | {"(", ",", ".", ":"} for text in texts)

    def _speaker_of_line(self, first: int) -> list[int]:
        """Return the person named on the line above: «Тема: «…»» on a line of its own: whoever the line above names."""
        place = self.document.line_at(self.document.words[first].start)
        line, above = self.document.lines[place], self.document.lines[place - 1]
        if not place or not _TOPIC.match(self.document[line]):
            return []
        named = {self.owner[name.first] for name in self.names if above.start <= name.span.start < above.end}
        return list(named) if len(named) == 1 else []

    def _is_bound(self, first: int, quote: Quote, end: int) -> bool:
        """Whether only a position, punctuation or a verb of speaking separates name and title."""
        if self._is_bracketed_name(quote):
            return True
        before = [name for name in self.names if name.last <= first]
        after = [name for name in self.names if name.first >= self.document.at(quote.end)]
        sentence = self.document.sentence_of(first)
        credited = before and after and self._is_credited_after(self.document.at(quote.end), before[-1], after[0])
        if before and before[-1].first >= sentence.first and not credited:
            between = [number for number in range(before[-1].last, first) if number not in self.positions]
            return self._only_binding(between)
        if after and after[0].first < end:
            return self._is_linked(self.document.at(quote.end), after[0].first)
        return False

    def _only_binding(self, numbers: list[int]) -> bool:
        words = [
            self.document.words[number]
            for number in numbers
            if self.document.words[number].is_word and number not in self.in_organisation
        ]
        if len(words) > 6:
            return False
        return all(
            word.lower in ("с", "со", "из", "г", "на", "по", "и", "о", "свой", "своим", "об")
            or not _BINDING_VERBS.isdisjoint(morphology.lemmas(word.lower))
            or word.is_capital
            for word in words
        )

    def _with_further_titles(self, titled: list[Contribution]) -> list[Contribution]:
        """Add titles joined to a title: «два доклада: «А» и «Б»»: what is joined to a title is another."""
        found = {contribution.title.start: contribution for contribution in titled if contribution.title}
        for before, quote in pairwise(self.titles):
            between = _BRACKETED.sub("", self.document.text[before.end : quote.start]).strip()
            joined = between in (*_CONJUNCTIONS, ";")
            if joined and before.start in found and quote.start not in found and not self._is_no_title(quote):
                found[quote.start] = Contribution(
                    quote.start, found[before.start].kind, title=quote, spans=[quote.span]
                )
        return [found[start] for start in sorted(found)]

    def _share_titles(self, titled: list[Contribution]) -> None:
        """Share speakers between joined titles.

        «выступила с докладами «А» и «Б»»: the second title has the speaker of the first.
        """
        for before, contribution in pairwise(titled):
            if bool(contribution.speakers) == bool(before.speakers) or not before.title or not contribution.title:
                continue
            between = self.document.text[before.title.end : contribution.title.start].strip()
            joined = between in _CONJUNCTIONS
            if before.speakers and (joined or self._is_further_deed(before.title, contribution.title)):
                contribution.speakers = list(before.speakers)
            elif contribution.speakers and joined:
                # «с докладами «А» и «Б» выступили Иванова и Петров»: the text does not say who gave which.
                before.speakers = list(contribution.speakers)
                before.uncertainty = contribution.uncertainty = (
                    _("Check who gave which of the two.") if len(contribution.speakers) > 1 else ""
                )

    def _is_further_deed(self, title: Quote, following: Quote) -> bool:
        """Whether the same speaker did something else: «выступили по теме «А», показали мастер-класс «Б»»"""
        first, last = self.document.at(title.end), self.document.at(following.start)
        if (
            last - first > 7
            or self.document.lower(first) not in (",", "и")
            or any(first <= n.first < last for n in self.names)
        ):
            return False
        return any(
            trigger.role == "speaker" and trigger.is_verb for trigger in roles.trigger_words(self.document, first, last)
        )

    # By layout

    def _by_layout(self) -> list[Contribution]:
        uncertainty = _("The title has no quotation marks: check where it ends.")
        return [
            Contribution(
                entry.title.start,
                entry.kind,
                title=entry.title,
                speakers=entry.speakers,
                spans=[entry.title.span],
                uncertainty=uncertainty if isinstance(entry.title, UnquotedTitle) else "",
            )
            for entry in self.programme
        ]

    # Without a title

    def _untitled(self, titled: list[Contribution]) -> list[Contribution]:
        spoke = {index for contribution in titled for index in contribution.speakers}
        found = []
        for index, governing in self.governed_by.items():
            verbs = [trigger for trigger in governing if roles.is_speaking(trigger)]
            if index in spoke or not verbs:
                continue
            name = self.people[index].first
            subject = self._subject(verbs)
            if subject is None and not self._is_contribution(verbs, governing):
                continue
            if subject and (
                same := next((contribution for contribution in found if contribution.subject == subject), None)
            ):
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

    def _is_contribution(self, verbs: list[roles.TriggerWord], governing: list[roles.TriggerWord]) -> bool:
        """Whether speaking without a subject is a talk: a welcome is a role, «сказала директор» a remark."""
        if any(trigger.role in ("welcome", "opening", "moderator", "host") for trigger in governing):
            return False
        return any(trigger.lemma not in _REMARK_VERBS for trigger in verbs)

    def _of_groups(self) -> list[Contribution]:
        """Find contributions of groups without names.

        «Российские коллеги представили свой опыт…»: people nobody named, spoken of as a group.
        """
        found = []
        for sentence in self.document.sentences:
            if not self.layout.is_body(sentence.start) or any(
                sentence.first <= name.first < sentence.last for name in self.names
            ):
                continue
            for number in range(sentence.first, sentence.last - 1):
                if self._is_group_speaking(number, sentence.last):
                    found.append(self._group_talk(number, sentence.last))
                    break
        return found

    def _is_group_speaking(self, number: int, last: int) -> bool:
        if self.document.lower(number) not in ("коллеги", "библиотекари", "гости", "специалисты", "сотрудники"):
            return False
        if self._verb_after(number, last) < 0:
            return False
        return not any(n in self.in_organisation for n in range(number + 1, self._verb_after(number, last)))

    def _verb_after(self, number: int, last: int) -> int:
        for place in range(number + 1, min(last, number + 7)):
            word = self.document.words[place]
            if word.is_word and morphology.is_finite_verb(word.lower):
                return place if morphology.lemmas(word.lower) & _GROUP_VERBS and self._object(place, last) else -1
        return -1

    def _object(self, verb: int, last: int) -> Span | None:
        """Return what the group presented: «свой практический опыт работы в дистанционном формате»."""
        first = verb + 1
        end = self._phrase(first, last) if first < last else None
        text = self.document[end].lower() if end else ""
        return end if end and ("опыт" in text or text.startswith(("о ", "об ")) or "практик" in text) else None

    def _group_talk(self, number: int, last: int) -> Contribution:
        verb = self._verb_after(number, last)
        first = number
        while (
            first
            and morphology.is_adjective(self.document.words[first - 1].text)
            and self.document.words[first - 1].is_word
        ):
            first -= 1
        subject = self._object(verb, last)
        whole = (
            self.document.span(first, self.document.at(subject.end)) if subject else self.document.span(first, verb + 1)
        )
        owners = self._organisations_of(first, number)
        uncertainty = (
            _("The text does not say who spoke.")
            if not owners
            else _("The organisations are taken from another sentence about the same participants.")
        )
        return Contribution(
            whole.start, "experience", subject=subject, organisations=owners, spans=[whole], uncertainty=uncertainty
        )

    def _organisations_of(self, first: int, number: int) -> list[int]:
        """Return the organisations of a group named in another sentence.

        «Российское сообщество представили специалисты А и Б» names the «российские коллеги».
        """
        signs = {lemma for n in range(first, number) for lemma in morphology.lemmas(self.document.lower(n))}
        for sentence in self.document.sentences:
            if sentence.last > first or not signs:
                break
            if any(
                morphology.lemmas(self.document.lower(n)) & signs
                for n in range(sentence.first, min(sentence.last, sentence.first + 4))
            ):
                here = [
                    i
                    for i, organisation in enumerate(self.organisations)
                    if sentence.first <= organisation.first < sentence.last and organisation.is_named
                ]
                if here:
                    return here
        return []

    def _kind_of(self, verbs: list[roles.TriggerWord]) -> str:
        kinds = {
            "доклад": "talk",
            "сообщение": "message",
            "презентация": "presentation",
            "презентовать": "presentation",
        }
        return next((kinds[trigger.lemma] for trigger in verbs if trigger.lemma in kinds), "speech")

    def _subject(self, verbs: list[roles.TriggerWord]) -> Span | None:
        """Return the subject of a talk: «рассказала о новых формах работы»: from «о» to the end of the clause."""
        for trigger in verbs:
            sentence = self.document.sentence_of(trigger.number)
            for number in range(trigger.number + 1, min(sentence.last, trigger.number + 16)):
                if (
                    self.document.lower(number) in ("о", "об", "обо", "про")
                    and number not in self.positions | self.in_names
                ):
                    return self._phrase(number, sentence.last)
                if self.document.words[number].text in ".;" or (
                    morphology.is_finite_verb(self.document.lower(number)) and self.document.words[number].is_word
                ):
                    break
            if trigger.number > sentence.first:
                for number in range(sentence.first, trigger.number):
                    if self.document.lower(number) in ("о", "об", "обо") and number == sentence.first:
                        return self.document.span(number, trigger.number)
        return None

    def _phrase(self, number: int, end: int) -> Span:
        """Return the phrase up to a mark, a verb, a name or a quotation."""
        last = number + 1
        # «о том, как строили читальню» goes on past its own verb.
        has_verb = self.document.lower(last) == "том"
        while (
            last < end and self.document.words[last].text not in ".;!?(" and (has_verb or not self._ends_phrase(last))
        ):
            last += 1
        while self.document.words[last - 1].text in ",–—-":
            last -= 1
        return self.document.span(number, last)

    def _ends_phrase(self, number: int) -> bool:
        word = self.document.words[number]
        if self.document.quote_around(word.start) or not word.is_word:
            return word.text == "," and self.document.lower(number + 1) in (
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

    def _evidence(self, verbs: list[roles.TriggerWord], subject: Span | None) -> Span:
        if subject:
            return subject
        word = self.document.words[verbs[0].number]
        return Span(word.start, word.end)
