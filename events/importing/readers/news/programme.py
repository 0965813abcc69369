"""Talks recognised by layout: the lines of a programme, a list or a table, each with title and speakers."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from ....russian import morphology
from ....russian.date_expressions import MONTH, find_dates
from ....russian.typography import DASHES, QUOTES
from ...draft import Span
from . import names, position_words, sections
from .boilerplate import Layout
from .document import Document, Quote, UnquotedTitle
from .lexicon import alternation, word_set
from .names import Name
from .organisations import Organisation, head_lemma
from .people import Person
from .quotations import is_other_word, talk_kind

_TIME = r"\d{1,2}[.:]\d\d(?:\s*(?:[-–—]|до)\s*\d{1,2}[.:]\d\d)?(?!\.\d)"
_DAY = rf"\d{{1,2}} {MONTH}(?: \d{{4}}(?: г[.а-я]*)?)?"
_NUMBER = r"\d{1,2}[.)](?!\d)"
# «10.10–10.40 …», «2. | 10.15 | …», «48 1 11.00 - 11.15 …», «• …».
_MARK = re.compile(
    rf"[\s|]*(?:{_DAY}(?:,?\s*(?:в\s)?{_TIME})?\s*(?=[-–—:.|])|"
    rf"(?:\d{{1,3}}\s+){{0,2}}{_TIME}|{_NUMBER}(?:[\s|]*{_TIME})?|\d{{1,3}}(?=\t)|[-–—•*·])[\s|]*(?:[-–—]\s)?"
)
_HEADING = alternation(
    r"""
    программ[аеы]|доклады|выступления|сообщения|темы|докладчики|спикеры|выступающие|лекторы|участники и темы
    пленарное заседание|секция|заседание секции
    """,
    before=r"\s*(?:в\s)?(?:\w+(?:ые|ие|ая)\s)?",
    after=r"\b",
)
# The head of a table.
_COLUMNS = re.compile(
    r"(?=.*(?:докладчик|спикер|ф\.?\s?и\.?\s?о|участник|выступающ))(?=.*(?:тема|название|время))", re.IGNORECASE
)
# Headings of lists that are not of talks.
_OTHER_LIST = alternation(
    r"""
    наград|победител|приз[её]р|дипломант|жюри|контакт|новинк|почита|литератур|оргкомитет|комисси
    """,
)
# Parts of an event that are no talks, in at most five words; labels of something else, in at most two.
_NOT_TALK = alternation(
    r"""
    открыти|закрыти|регистраци|подведени|приветств|вступительн\w+ слово|заключительн\w+ слово|кофе|перерыв|обед
    вопросы|ответы на|дискуссия$|обсуждение$|свободный микрофон|награжд|отъезд|заезд|\d+\s?(?:-е )?место
    диплом|лауреат|победител|номинаци|гран-при|грамот|поч[её]тн|благодарност|сертификат
    """,
)
_OTHER_LABEL = alternation(
    r"""
    модератор|ведущ|организатор|координатор|контакт|телефон|участник|эксперт|жюри|председател|секретар|куратор
    место\b|дата\b|гост|начало|экскурси|просмотр|источник|фото|автор
    """,
)
_FIRST_PART = re.compile(r"[^.:–—(\n«]*(?:«[^»]*»)?")
_MARKS = {".", ",", ";", ":", "|", "(", "/", *DASHES}
_CELL = set("\n\r\t")
_BEFORE_PLACE = ("г", "с", "д", "пос")
_LABELS = word_set(
    "тема доклад выступление докладчик спикер лектор сообщение презентация выступающий название докладчица"
)
_OTHER_PART_BEFORE = re.compile(
    r"(?:руководител\w*(?:\s\w+)?|содокладчи\w+|рук|модератор|ведущ\w+)\.?\s*[:–—-]?\s*$", re.IGNORECASE
)
_OTHER_PART = re.compile(r"науч\w*\.?\s*рук|(?:ведущ|модератор)\w*\s*[:–—-]", re.IGNORECASE)
# Numbers of words.
_MAX_ITEM_WORDS, _MAX_TITLE_WORDS = 90, 45


@dataclass
class Item:
    """One item: words [first, last); `is_sure` when its form alone shows it."""

    first: int
    last: int
    is_sure: bool
    is_marked: bool = True
    is_timed: bool = False
    # «5 марта — «…»»: the day that the mark of the item names.
    day: str = ""


@dataclass
class Entry:
    """A title and the indexes of its speakers."""

    item: Item
    title: Quote
    speakers: list[int]
    kind: str


@dataclass
class _Credit:
    """A speaker’s name with position and organisation: words [first, last)."""

    first: int
    last: int
    name: int
    person: int


class Programme:
    """Reads the programme, list or table of talks in a document."""

    def __init__(
        self, document: Document, layout: Layout, people: list[Person], organisations: list[Organisation]
    ) -> None:
        self.document, self.layout, self.people = document, layout, people
        self.owner = {name.first: index for index, person in enumerate(people) for name in person.mentions}
        self.names = sorted((name for person in people for name in person.mentions), key=lambda name: name.first)
        self.name_firsts = [name.first for name in self.names]
        self.in_names = {n for name in self.names for n in range(name.first, name.last)}
        self.positions = {
            n: post for person in people for post in person.positions for n in range(post.first, post.last)
        }
        self.named = {
            n: organisation for organisation in organisations for n in range(organisation.first, organisation.last)
        }
        self.breaks = {sentence.first for sentence in document.sentences}

    def read(self) -> tuple[list[Entry], set[int]]:
        """Return the talks, and the indexes of all people named in the items."""
        items = list(self._items())
        found = [entry for item in items if (entry := self._entry(item))]
        if len(found) < 2 and not any(entry.item.is_sure for entry in found):
            return [], set()
        return found, {credit.person for item in items for credit in self._credits(item)}

    # Segmentation into items

    def _items(self) -> Iterator[Item]:
        pending: Item | None = None
        above: Item | None = None
        # «10.00», «10.20» on lines of their own: a programme whose head the page lacks.
        hours = sum(re.fullmatch(rf"\s*{_TIME}\s*", self.document[line]) is not None for line in self.document.lines)
        heading = "talks" if hours > 1 else ""
        for line in self.document.lines:
            item, inside = self._item(line, heading == "talks"), []
            next_heading = self._heading(line, item)
            if next_heading or not self.layout.is_news(line.start):
                heading = next_heading or heading
            elif pending and self._goes_on(pending, item):
                pending.last, pending.is_sure = item.last, pending.is_sure or item.is_sure
                continue
            elif above and self._names_speaker(item) and not self._has_verb(above.first, above.last):
                pending, above = Item(above.first, item.last, is_sure=True, is_marked=False), None
                continue
            elif heading != "others" and self._may_be_item(item, heading):
                if pending:
                    yield pending
                pending = item
                continue
            else:
                inside = self._inline_items(item)
                heading = "" if self._has_verb(item.first, item.last) else heading
            if pending:
                yield pending
            yield from inside
            pending, above = None, item
        if pending:
            yield pending

    def _item(self, line: Span, is_headed: bool) -> Item:
        mark = _MARK.match(self.document[line])
        numbers = self.document.inside(line.start + (mark.end() if mark else 0), line.end)
        timed = bool(mark and re.search(_TIME, mark[0]))
        days = [date for date in find_dates(mark[0]) if date.has_day] if mark else []
        day = str(days[0].days[0][0]) if days else ""
        return Item(numbers.start, numbers.stop, is_headed or timed, mark is not None, timed, day)

    def _heading(self, line: Span, item: Item) -> str:
        """Return what the heading announces: «Доклады участников:» talks, «Победители конкурса:» others, else ""."""
        text = self.document[line].rstrip()
        if sections.is_heading(text):
            return "talks"
        if item.is_marked or len(text) > 90 and not text.endswith(":") or self._credits(item):
            return ""
        if not text.endswith(":") and self._has_verb(item.first, item.last):
            return ""
        if _HEADING.match(text) or _COLUMNS.match(text):
            return "talks"
        return "others" if text.endswith(":") and _OTHER_LIST.search(text) else ""

    def _may_be_item(self, item: Item, heading: str) -> bool:
        if item.is_marked:
            return True
        if item.last - item.first > _MAX_ITEM_WORDS or len(self._inline_items(item)) > 1:
            return False
        if heading:
            return True
        if self._has_verb(item.first, item.last):
            return False
        return bool(self._credits(item) and self._title(item)) or self._is_half(item)

    def _is_half(self, item: Item) -> bool:
        """Whether the line is only a quotation, or only a name with its position."""
        if quote := self.document.quote_from(item.first):
            return self.document.at(quote.end) >= item.last
        credits = self._credits(item)
        return bool(credits) and credits[0].first == item.first and credits[-1].last >= item.last

    def _names_speaker(self, item: Item) -> bool:
        """Whether the line credits the title above it: «Докладчик: Костин И. И.» under a line that is the title."""
        credits = self._credits(item)
        if not credits or credits[0].first == item.first or not self._is_label(item.first, credits[0].first):
            return False
        # «Спикер 2. …» begins an item of its own.
        return not any(self.document.words[n].is_number for n in range(item.first, credits[0].first))

    def _goes_on(self, item: Item, line: Item) -> bool:
        """Whether the item continues on this line: a title waits for its speaker, a speaker for the title."""
        title, credits, begins = self._title(item), self._credits(item), self._credits(line)
        if credits and (title or _is_not_talk(self.document[self.document.span(item.first, item.last)])):
            return False
        if line.is_marked or title:
            # «10.15–10.30 – Слово и дело.», below «– Костин И. И., профессор».
            return (
                title is not None
                and bool(begins)
                and begins[0].first == line.first
                and item.is_marked >= line.is_marked
                and not (line.is_marked and self._title(line))
            )
        if not item.is_sure and not item.is_marked:
            title_below = self._title(line)
            return (
                bool(credits) and not begins and title_below is not None and not isinstance(title_below, UnquotedTitle)
            )
        return item.is_marked or bool(credits) and not begins

    def _inline_items(self, item: Item) -> list[Item]:
        """Find the items inside a sentence.

        «доклады: Гладков А. В. – Открытые лицензии; Цой Е. В. – Разное»: items inside a sentence, or numbered in it.
        """
        if numbered := self._numbered_inside(item):
            return numbered
        found, first, inside = [], -1, False
        for number in range(item.first, item.last):
            mark = self.document.words[number].text
            if mark == ":" and not inside and not self.document.quote_around(self.document.words[number].start):
                first, inside = number + 1, True
            elif inside and (mark == ";" or number + 1 == item.last or number + 1 in self.breaks):
                if ";" in (mark, self.document.lower(first - 1)):
                    found.append(Item(first, number + (mark != ";"), is_sure=True))
                first, inside = number + 1, mark == ";"
        return found

    def _numbered_inside(self, item: Item) -> list[Item]:
        """Find the items of «Обсуждались вопросы: 1. Итоги года (И. В. Лазорева). 2. …»: numbers from one on."""
        starts: list[tuple[int, int]] = []
        for number in range(item.first, item.last - 2):
            mark, closing = self.document.lower(number), self.document.lower(number + 1)
            before = self.document.lower(number - 1)
            if mark == str(len(starts) + 1) and closing in (".", ")") and before in (":", ".", ";", ")"):
                starts.append((number, number + 2))
        ends = [number for number, _first in starts[1:]] + [item.last]
        if len(starts) < 2:
            return []
        return [Item(first, end, is_sure=True) for (_number, first), end in zip(starts, ends, strict=True)]

    # Parts of an item

    def _entry(self, item: Item) -> Entry | None:
        credits = self._credits(item)
        title = self._title(item)
        if not credits or title is None:
            return None
        if not item.is_sure and (self._is_book(credits[0], title) or is_remark(self.document, title)):
            return None
        before = credits[0].first >= self.document.at(title.end)
        run = credits if before else [credit for credit in credits if credit.first < self.document.at(title.start)]
        speakers = [credit.person for credit in run if not self._is_other(credit)]
        return Entry(item, title, list(dict.fromkeys(speakers)), self._kind(item, title)) if speakers else None

    def _is_book(self, credit: _Credit, title: Quote) -> bool:
        """Whether author and title may be a book’s.

        «Лугова А. В. Чтение вслух»: without a heading as likely a list of books.
        """
        return (
            isinstance(title, UnquotedTitle)
            and self.document.at(title.start) == credit.last
            and credit.last not in self.breaks
        )

    def _is_other(self, credit: _Credit) -> bool:
        start = self.document.words[credit.first].start
        if _OTHER_PART.search(self.document.text, start, self.document.words[credit.name].start):
            return True
        return _OTHER_PART_BEFORE.search(self.document.text[max(0, start - 40) : start]) is not None

    def _credits(self, item: Item) -> list[_Credit]:
        found: list[_Credit] = []
        for name in self.names[bisect_left(self.name_firsts, item.first) : bisect_left(self.name_firsts, item.last)]:
            if found and name.first < found[-1].last:
                continue
            first = self._start(name, item)
            first += self.document.words[first].text == "и"
            person = self.people[self.owner[name.first]]
            if not names.is_subject(self.document, name) and person.case not in ("nomn", ""):
                continue
            if not self._is_set_off(name, first, item, found) or self._is_in_phrase(name, item):
                continue
            credit = _Credit(first, self._end(name, item), name.first, self.owner[name.first])
            if self._has_verb(credit.first, credit.last):
                return []
            found.append(credit)
        return found

    def _has_verb(self, first: int, last: int) -> bool:
        """Whether a finite verb outside quotations makes it a sentence of the news."""
        return any(
            self.document.words[n].is_word and morphology.is_finite_verb(self.document.lower(n))
            for n in range(first, last)
            if n not in self.positions
            and n not in self.named
            and n not in self.in_names
            and not self.document.quote_around(self.document.words[n].start)
        )

    def _start(self, name: Name, item: Item) -> int:
        """Return where the credit begins: at the name, or at the position before it."""
        first = name.first
        while first > item.first and first - 1 in self.positions and first not in self.breaks:
            if self.document.words[first - 1].text in DASHES:
                break
            first -= 1
        if first == name.first > item.first and first not in self.breaks:
            # A calling that is no position word: «Что такое снег. Гляциолог Семён Ветров»
            before = self.document.words[first - 1]
            calling = before.is_word and morphology.can_be(before.lower, "NOUN", "anim", "nomn", "sing")
            first -= calling and first - 1 not in self.in_names
        return first

    def _is_set_off(self, name: Name, first: int, item: Item, found: list[_Credit]) -> bool:
        """Whether a mark separates the name from the words before it; in a flat table nothing does."""
        if first == item.first or found and found[-1].last in (first, first - 1):
            return True
        before = self.document.words[first - 1]
        if first in self.breaks or self._is_cell(first) or before.text in QUOTES | DASHES | set("(|:,./"):
            return True
        return name.patronymic >= 0 and (self.document.lower(name.last) in (",", "") or name.last == item.last)

    def _is_in_phrase(self, name: Name, item: Item) -> bool:
        """Whether the name is part of a phrase: «А. И. Ветров и его картотека» speaks of him."""
        following = self.document.words[name.last] if name.last < item.last else None
        if following is None or not following.is_word or following.is_capital or self._is_cell(name.last):
            return False
        if name.last in self.positions or following.lower in ("из", "от", "г", "с"):
            return False
        return following.lower != "и" or not (name.last + 1 in self.in_names or name.last + 1 in self.positions)

    def _end(self, name: Name, item: Item) -> int:
        """Return the end of position, organisation and brackets after the name."""
        last = name.last
        while last < item.last and (after := self._past(last, item)) > last:
            last = after
        return last

    def _past(self, number: int, item: Item) -> int:
        """Return the word after this one if it belongs to the speaker before it, else the same number."""
        word = self.document.words[number]
        if number in self.owner:
            return number
        if (
            number in self.positions
            or number in self.named
            and (number not in self.breaks or number - 1 in self.positions)
        ):
            return number + 1
        if word.text == "(" and self._is_bracketed_place(number):
            return self._past_bracket(number)
        if word.text == "|" and number + 1 < item.last and position_words.is_position(self.document, number + 1):
            # «Костин И. И. | профессор | …»
            return next((n for n in range(number + 1, item.last) if self.document.words[n].text == "|"), item.last)
        if self._is_boundary(number) or self._is_dash(number) or word.text in ":|;)«":
            after = number + (not word.is_word)
            goes_on = after < item.last and after in self.positions and self.positions[after].first <= number
            return after + 1 if goes_on else number
        joins = word.text in DASHES or word.text in ",." or word.is_number or number - 1 in self.positions
        return number + (joins or word.is_word and not word.is_capital or self._is_place(number))

    def _is_dash(self, number: int) -> bool:
        return (
            self.document.words[number].text in DASHES
            and self.document.gap(number - 1) + self.document.gap(number) != ""
        )

    def _is_boundary(self, number: int) -> bool:
        return number in self.breaks or self._is_cell(number) and self.document.words[number].is_capital

    def _is_cell(self, number: int) -> bool:
        """Whether the word is at the start of a line or of a table’s cell."""
        return not _CELL.isdisjoint(self.document.gap(number - 1))

    def _is_place(self, number: int) -> bool:
        """Whether the word is a place or an abbreviation: «…, Минск», «г. Минск», «МГУ»"""
        before = (
            self.document.lower(number - 2)
            if self.document.lower(number - 1) == "."
            else self.document.lower(number - 1)
        )
        in_name = number - 2 in self.in_names
        return self.document.words[number].text.isupper() or before in (",", *_BEFORE_PLACE) and not in_name

    def _is_bracketed_place(self, number: int) -> bool:
        """Whether the bracket holds a place or an institution: «(Уфа)», «(г. Минск, Беларусь)», «(МКОУ СОШ № 5)»"""
        inside = self.document.words[number + 1 : max(number + 1, self._past_bracket(number) - 1)]
        if inside and inside[0].is_capital and any(head_lemma(word.lower) for word in inside):
            return True
        return bool(inside) and all(
            not word.is_word or word.is_capital or word.lower in _BEFORE_PLACE for word in inside
        )

    def _past_bracket(self, number: int) -> int:
        """Return the end of the bracket that opens here; 0 if none does or none closes soon."""
        if self.document.lower(number) != "(":
            return 0
        return next(
            (n + 1 for n in range(number, min(number + 12, len(self.document.words))) if self.document.lower(n) == ")"),
            0,
        )

    def _title(self, item: Item) -> Quote | None:
        """Return the title: what precedes the first speaker, else what follows the first run of speakers."""
        credits = self._credits(item)
        if not credits:
            return self._as_title(item.first, item.last)
        if found := self._as_title(item.first, credits[0].first):
            return found
        if not self._is_label(item.first, credits[0].first):
            return None
        first = credits[0].last
        for credit in credits[1:]:
            if credit.first - first > 2:
                break
            first = credit.last
        last = next((credit.first for credit in credits if credit.first > first), item.last)
        return self._as_title(first, last)

    def _is_label(self, first: int, last: int) -> bool:
        words = [self.document.words[n] for n in range(first, last) if self.document.words[n].is_word]
        return all(morphology.lemmas(word.lower) & _LABELS for word in words)

    def _as_title(self, first: int, last: int) -> Quote | None:
        first, last = self._trim(first, last)
        if first >= last or _is_not_talk(self.document[self.document.span(first, last)]):
            return None
        opening = next((n for n in range(first, min(first + 4, last)) if self.document.quote_from(n)), -1)
        quote = self.document.quote_from(opening)
        if quote and self.document.at(quote.end) <= last and self._may_name(first, opening):
            after = self.document.at(quote.end)
            if (
                after >= last
                or after in self.breaks
                or self.document.words[after].text in ".,;(|"
                or self._is_cell(after)
            ):
                return quote
            if opening > first:
                return None
        if (
            quote
            and opening == first + 1
            and is_other_word(self.document.lower(first))
            and self.document.at(quote.end) >= last
        ):
            # «Площадка «Чтение»»
            return None
        return self._unquoted_title(first, last)

    def _may_name(self, first: int, opening: int) -> bool:
        """Whether only words for a talk precede the quotation: «Мастер-класс «…»»."""
        words = [self.document.words[n].lower for n in range(first, opening) if self.document.words[n].is_word]
        return all(talk_kind(word) or morphology.is_adjective(word) for word in words)

    def _trim(self, first: int, last: int) -> tuple[int, int]:
        """Cut off labels, marks and the organisation in a column of its own."""
        while first < last and (after := self._past_label(first, last)) > first:
            first = after
        while last > first and (self.document.words[last - 1].text in _MARKS or self._ends_in_label(last)):
            last -= 1
        text = self.document[self.document.span(first, last)] if first < last else ""
        if text.endswith(")") and text.count("(") < text.count(")"):
            last -= 1
        return first, last

    def _past_label(self, number: int, last: int) -> int:
        word, organisation = self.document.words[number], self.named.get(number)
        if not word.is_word and not word.is_number and word.text not in QUOTES:
            return number + 1
        if morphology.lemmas(word.lower) & _LABELS:
            if self.document.words[min(number + 1, last - 1)].is_number and self.document.lower(number + 2) in (
                ".",
                ")",
                ":",
            ):
                # «Доклад 1. …»
                return number + 3
            parted = (
                self.document.lower(number + 1) in DASHES | {":"} or self._is_cell(number + 1) or number + 1 == last
            )
            return number + parted
        if organisation and organisation.last < last and self.document.lower(organisation.last) in ("(", "|"):
            return max(self._past_bracket(organisation.last), organisation.last + 1)
        return number

    def _ends_in_label(self, last: int) -> bool:
        """Whether a label follows the title: «Итоги года. Докладчик:»"""
        parted = last - 1 in self.breaks or self._is_cell(last - 1)
        return parted and bool(morphology.lemmas(self.document.lower(last - 1)) & _LABELS)

    def _unquoted_title(self, first: int, last: int) -> Quote | None:
        end = next((n for n in range(first, last) if self.document.words[n].text in "|;"), last)
        words = [n for n in range(first, end) if self.document.words[n].is_word]
        if not 1 < len(words) <= _MAX_TITLE_WORDS or self.document.words[first].text[0].islower():
            return None
        if all(
            (organisation := self.named.get(n)) and organisation.is_named and not organisation.is_plural for n in words
        ):
            return None
        if position_words.is_position(self.document, first) and first in self.positions:
            return None
        if morphology.is_past_verb(self.document.lower(end - 1)):
            # «О проекте рассказала»: the words of a sentence and no title.
            return None
        return UnquotedTitle(*self.document.span(first, end), 0)

    def _kind(self, item: Item, title: Quote) -> str:
        """Return the kind of talk by the last word for it before the title: «Мастер-класс»."""
        words = (self.document.words[n] for n in reversed(range(item.first, self.document.at(title.start))))
        return next((kind for word in words if word.is_word and (kind := talk_kind(word.lower))), "talk")


def _is_not_talk(text: str) -> bool:
    length = len(_FIRST_PART.match(text)[0].split())  # type: ignore[index]
    return bool(_NOT_TALK.match(text) and length <= 5 or _OTHER_LABEL.match(text) and length <= 2)


def is_remark(document: Document, quote: Quote) -> bool:
    """Whether the quotation after a colon is speech: «Иванова И. И., читатель: «Мы ждали этой встречи»»"""
    words = (document.lower(number) for number in document.inside(*quote.inner) if document.words[number].is_word)
    return document.lower(document.at(quote.start) - 1) == ":" and any(morphology.is_finite_verb(low) for low in words)
