"""Talks told by layout and not by grammar: the lines of a programme, a list or a table, each a title and who speaks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import morphology, names, posts
from .chrome import Layout
from .names import Name
from .organisations import Organisation
from .people import Person
from .vocabulary import listed, pattern
from .words import DASHES, QUOTES, Bare, Page, Quote

_TIME = r"\d{1,2}[.:]\d\d(?:\s*(?:[-–—]|до)\s*\d{1,2}[.:]\d\d)?(?!\.\d)"
_NUMBER = r"\d{1,2}[.)](?!\d)"
# «10.10–10.40 …», «2. | 10.15 | …», «48 1 11.00 - 11.15 …», «• …».
_MARK = re.compile(rf"[\s|]*(?:(?:\d{{1,3}}\s+){{0,2}}{_TIME}|{_NUMBER}(?:[\s|]*{_TIME})?|[-–—•*·])[\s|]*(?:[-–—]\s)?")
_HEADING = pattern(
    r"""
    программа|доклады|выступления|сообщения|темы|докладчики|спикеры|выступающие|лекторы|участники и темы
    """,
    before=r"\s*(?:в\s)?",
    after=r"\b",
)
# What happens at an event and is no talk, and what people are who speak to no title.
_NO_TALK = pattern(
    r"""
    открыти|закрыти|регистраци|подведени|приветств|вступительн\w+ слово|кофе|перерыв|обед|вопросы|ответы на|дискуссия$
    обсуждение$|свободный микрофон|награжд|модератор|ведущ|организатор|координатор|контакт|телефон|участник|эксперт
    жюри|председател|секретар|куратор|место\b|дата\b|\d+\s?(?:-е )?место|диплом|лауреат|победител|номинаци|гран-при
    гост|начало|заключительн|экскурси|просмотр|отъезд|заезд|источник|фото|автор
    """,
)
_LABELS = listed(
    "тема доклад выступление докладчик спикер лектор сообщение презентация выступающий название докладчица"
)
_NOT_SPEAKING = re.compile(r"(?:руководител\w*|научн\w+ рук\w*|рук|модератор|ведущ\w+)\.?\s*[:–—-]?\s*$", re.IGNORECASE)
_LONGEST, _MOST_WORDS = 600, 45


@dataclass
class Item:
    """Words [first, last) of one item; `is_sure` when its form leaves no doubt that it is one."""

    first: int
    last: int
    is_sure: bool
    is_marked: bool = True
    is_timed: bool = False


@dataclass
class Entry:
    """A title and the indexes of the people who speak."""

    item: Item
    title: Quote
    speakers: list[int]
    label: str = ""


@dataclass
class _Credit:
    """A speaker’s name with post and organisation, words [first, last)."""

    first: int
    last: int
    person: int


class Programme:
    """Reads the items of one page."""

    def __init__(self, page: Page, parts: Layout, people: list[Person], organisations: list[Organisation]) -> None:
        self.page, self.parts, self.people, self.organisations = page, parts, people, organisations
        self.owner = {name.first: index for index, person in enumerate(people) for name in person.mentions}
        self.names = sorted((name for person in people for name in person.mentions), key=lambda name: name.first)
        self.in_names = {n for name in self.names for n in range(name.first, name.last)}
        self.posts = {n: post for person in people for post in person.positions for n in range(post.first, post.last)}
        self.named = {n: one for one in organisations for n in range(one.first, one.last)}
        self.breaks = {sentence.first for sentence in page.sentences}

    def entries(self) -> list[Entry]:
        found = [entry for item in self._items() if (entry := self._entry(item))]
        return found if len(found) > 1 or any(entry.item.is_sure for entry in found) else []

    # Where one item ends and the next begins

    def _items(self) -> Iterator[Item]:
        pending: Item | None = None
        headed = False
        for line in self.page.lines:
            text, numbers = self.page[line], self.page.inside(*line)
            mark = _MARK.match(text)
            first = self.page.at(line.start + mark.end()) if mark else numbers.start
            timed = bool(mark and re.search(_TIME, mark[0]))
            whole = Item(first, numbers.stop, headed or timed, mark is not None, timed)
            if not self.parts.is_news(line.start) or not numbers or len(text) > _LONGEST and not mark:
                headed = headed and not self.parts.is_news(line.start)
                yield from self._listed(numbers)
            elif pending and self._goes_on(pending, whole):
                pending.last, pending.is_sure = whole.last, pending.is_sure or whole.is_sure
                continue
            elif _HEADING.match(text) and (len(text) < 90 or text.rstrip().endswith(":")) and not mark:
                headed = True
            elif mark or headed or self._is_complete(whole):
                if pending:
                    yield pending
                pending = whole
                continue
            else:
                yield from self._listed(numbers)
            if pending:
                yield pending
            pending = None
        if pending:
            yield pending

    def _goes_on(self, item: Item, line: Item) -> bool:
        """A title waits for its speaker on the next line, a speaker for the title, a time for both."""
        title, credits, begins = self._title(item), self._credits(item), self._credits(line)
        if title and credits:
            return False
        if line.is_marked or title:
            # «10.15–10.30 – Слово и дело.», below «– Костин И. И., профессор».
            return (
                title is not None
                and bool(begins)
                and begins[0].first == line.first
                and item.is_marked >= line.is_marked
            )
        return item.is_marked or bool(credits) and not begins

    def _is_complete(self, item: Item) -> bool:
        return bool(not self._has_verb(item.first, item.last) and self._credits(item) and self._title(item))

    def _listed(self, numbers: range) -> Iterator[Item]:
        """«доклады: Гладков А. В. – Открытые лицензии; Цой Е. В. – Разное»: items inside a sentence."""
        first, inside = -1, False
        for number in numbers:
            mark = self.page.words[number].text
            if mark == ":" and not inside and not self.page.quote_around(self.page.words[number].start):
                first, inside = number + 1, True
            elif inside and (mark == ";" or number + 1 == numbers.stop or number + 1 in self.breaks):
                if ";" in (mark, self.page.lower(first - 1)):
                    yield Item(first, number + (mark != ";"), True)
                first, inside = number + 1, mark == ";"

    # What an item says

    def _entry(self, item: Item) -> Entry | None:
        credits = self._credits(item)
        title = self._title(item)
        if not credits or title is None:
            return None
        before = credits[0].first >= self.page.at(title.end)
        run = credits if before else [one for one in credits if one.first < self.page.at(title.start)]
        speakers = [one.person for one in run if not self._is_other(one)]
        return Entry(item, title, list(dict.fromkeys(speakers)), self._label(item, title)) if speakers else None

    def _is_other(self, credit: _Credit) -> bool:
        start = self.page.words[credit.first].start
        return _NOT_SPEAKING.search(self.page.text[max(0, start - 40) : start]) is not None

    def _credits(self, item: Item) -> list[_Credit]:
        found: list[_Credit] = []
        for name in self.names:
            if not item.first <= name.first < item.last or self.page.quote_around(name.span.start):
                continue
            if found and name.first < found[-1].last or name.first in self.named:
                continue
            first = self._start(name, item)
            person = self.people[self.owner[name.first]]
            if not names.is_subject(self.page, name) and person.case not in ("nomn", ""):
                continue
            if not self._is_set_off(name, first, item, found):
                continue
            credit = _Credit(first, self._end(name, item), self.owner[name.first])
            if self._has_verb(credit.first, credit.last):
                return []
            found.append(credit)
        return found

    def _has_verb(self, first: int, last: int) -> bool:
        """A finite verb outside quotations makes it a sentence of the news."""
        return any(
            self.page.words[n].is_word and morphology.is_finite_verb(self.page.lower(n))
            for n in range(first, last)
            if n not in self.posts
            and n not in self.named
            and n not in self.in_names
            and not self.page.quote_around(self.page.words[n].start)
        )

    def _start(self, name: Name, item: Item) -> int:
        """The name, or the post before it."""
        first = name.first
        while first > item.first and first - 1 in self.posts and first not in self.breaks:
            first -= 1
        return first

    def _is_set_off(self, name: Name, first: int, item: Item, found: list[_Credit]) -> bool:
        """Something parts the name from what stands before it; in a flat table nothing does."""
        if first == item.first or found and found[-1].last in (first, first - 1):
            return True
        before = self.page.words[first - 1]
        if first in self.breaks or "\n" in self.page.gap(first - 1) or before.text in QUOTES | DASHES | set("(|:,./"):
            return True
        return name.patronymic >= 0 and (self.page.lower(name.last) in (",", "") or name.last == item.last)

    def _end(self, name: Name, item: Item) -> int:
        """Past the post, the organisation and what stands in brackets."""
        last = name.last
        while last < item.last:
            word = self.page.words[last]
            if last in self.owner:
                break
            if (last in self.posts or last in self.named) and (last not in self.breaks or last - 1 in self.posts):
                last += 1
            elif word.text == "(" and self._is_bracketed_place(last):
                last = self._in_bracket(last)
            elif self._parts_here(last) or self._is_dash(last) or word.text in ":|;)«":
                after = last + (not word.is_word)
                if after in self.posts and self.posts[after].first <= last and after < item.last:
                    last = after
                    continue
                break
            elif (
                word.text in DASHES
                or word.text in ",.)"
                or word.is_word
                and not word.is_capital
                or word.is_number
                or last - 1 in self.posts
            ) or self._is_place(last):
                last += 1
            else:
                break
        return last

    def _is_dash(self, number: int) -> bool:
        return self.page.words[number].text in DASHES and self.page.gap(number - 1) + self.page.gap(number) != ""

    def _parts_here(self, number: int) -> bool:
        return number in self.breaks or "\n" in self.page.gap(number - 1) and self.page.words[number].is_capital

    def _is_place(self, number: int) -> bool:
        word = self.page.words[number]
        return word.is_capital and (self.page.lower(number - 1) in (",", ".") or word.text.isupper())

    def _is_bracketed_place(self, number: int) -> bool:
        """«(Уфа)», «(г. Минск, Беларусь)», «(МКОУ СОШ № 5)»"""
        inside = self.page.words[number + 1 : max(number + 1, self._in_bracket(number) - 1)]
        return all(not word.is_word or word.is_capital or word.lower in ("г", "с", "д", "пос") for word in inside)

    def _in_bracket(self, number: int) -> int:
        close = next((n for n in range(number, min(number + 12, len(self.page.words))) if self.page.lower(n) == ")"), 0)
        return close + 1 if close else 0

    def _title(self, item: Item) -> Quote | None:
        """What the speakers leave of the item: before the first of them, else after the last of the first run."""
        credits = self._credits(item)
        if not credits:
            return self._as_title(item.first, item.last)
        if credits[0].first > item.first and (found := self._as_title(item.first, credits[0].first)):
            return found
        if credits[0].first > item.first and not self._is_label(item.first, credits[0].first):
            return None
        first = credits[0].last
        for one in credits[1:]:
            if one.first - first > 2:
                break
            first = one.last
        last = next((one.first for one in credits if one.first > first), item.last)
        return self._as_title(first, last)

    def _is_label(self, first: int, last: int) -> bool:
        words = [self.page.words[n] for n in range(first, last) if self.page.words[n].is_word]
        return all(morphology.lemmas(word.lower) & _LABELS for word in words)

    def _as_title(self, first: int, last: int) -> Quote | None:
        first, last = self._trimmed(first, last)
        if first >= last or _NO_TALK.match(self.page[self.page.span(first, last)]):
            return None
        opening = next((n for n in range(first, min(first + 4, last)) if self.page.quote_from(n)), -1)
        quote = self.page.quote_from(opening) if opening >= 0 else None
        if quote and self.page.at(quote.end) <= last and self._may_name(first, opening):
            after = self.page.at(quote.end)
            if (
                after >= last
                or after in self.breaks
                or self.page.words[after].text in ".,;(|"
                or "\n" in self.page.gap(after - 1)
            ):
                return quote
            if opening > first:
                return None
        return self._bare(first, last)

    def _may_name(self, first: int, opening: int) -> bool:
        """Nothing, or words for a talk before the quotation: «Мастер-класс «…»»."""
        words = [self.page.words[n].lower for n in range(first, opening) if self.page.words[n].is_word]
        return all(is_talk_word(word) or morphology.is_adjective(word) for word in words)

    def _trimmed(self, first: int, last: int) -> tuple[int, int]:
        """Without labels, marks and the organisation of a table’s own column."""
        while first < last:
            word = self.page.words[first]
            one = self.named.get(first)
            after = one.last if one else first
            if (
                not word.is_word
                and not word.is_number
                and word.text not in QUOTES
                or (
                    word.is_word
                    and morphology.lemmas(word.lower) & _LABELS
                    and (
                        self.page.lower(first + 1) in (":", "—", "–", "-")
                        or "\n" in self.page.gap(first)
                        or first + 1 == last
                    )
                )
            ):
                first += 1
            elif one and after < last and self.page.words[after].text in "(|" and self.page.words[after].text:
                first = max(self._in_bracket(after) if self.page.lower(after) == "(" else 0, after + 1)
            else:
                break
        while last > first and self.page.words[last - 1].text in {".", ",", ";", ":", "|", "(", *DASHES}:
            last -= 1
        text = self.page[self.page.span(first, last)] if first < last else ""
        if text.endswith(")") and text.count("(") < text.count(")"):
            last -= 1
        return first, last

    def _bare(self, first: int, last: int) -> Quote | None:
        end = next((n for n in range(first, last) if self.page.words[n].text in "|;"), last)
        words = [self.page.words[n] for n in range(first, end) if self.page.words[n].is_word]
        if not 1 < len(words) <= _MOST_WORDS or self.page.words[first].text[0].islower():
            return None
        outside = [n for n in range(first, end) if self.page.words[n].is_word and n not in self.named]
        if not outside or posts.is_post(self.page, first) and first in self.posts or self._is_said(end):
            return None
        return Bare(*self.page.span(first, end), 0)

    def _is_said(self, end: int) -> bool:
        """«О проекте рассказала»: the words of a sentence and no title."""
        return morphology.is_past_verb(self.page.lower(end - 1))

    def _label(self, item: Item, title: Quote) -> str:
        """The word for a talk that stands before the title: «Мастер-класс»."""
        words = [
            self.page.words[n].lower for n in range(item.first, self.page.at(title.start)) if self.page.words[n].is_word
        ]
        return next((word for word in reversed(words) if is_talk_word(word)), "")


_WORDS_FOR_TALKS = listed(
    """
    доклад тема консультация обзор опыт выступление сообщение лекция презентация мастер-класс тренинг практикум
    воркшоп видеодоклад онлайн-доклад мини-лекция онлайн-лекция слайд-презентация видеопрезентация обзор-презентация
    экскурсия доклад-презентация игра
    """
)


def is_talk_word(low: str) -> bool:
    return bool((morphology.lemmas(low) | {low}) & _WORDS_FOR_TALKS)
