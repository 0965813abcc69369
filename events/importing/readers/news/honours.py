"""People in whose honour an event was held: «к 100-летию со дня рождения …», «памяти …», «посвящённый творчеству …».

Only a name that stands in full beside such words, and only where they belong to the event: to the word for it or to its
title, not to an exhibition or a talk.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ....russian import morphology
from ....russian.names import surname_readings
from ...draft import Span
from . import eponyms, names
from .boilerplate import Layout
from .document import Document
from .event import EventMention, kind_of
from .lexicon import word_set
from .names import Name
from .organisations import Organisation
from .quotations import is_other_word, talk_kind

_HINT = re.compile("лети|юбиле|годовщин|памяти|посвя|рождени|смерти|гибели|кончин", re.IGNORECASE)
_JUBILEES = {"юбилей", "годовщина", "летие"}
_OF_A_DAY = word_set("рождения смерти гибели кончины")
# «посвящённый жизни и творчеству …»
_LIVES = word_set("творчеству жизни наследию деятельности судьбе подвигу личности биографии образу")
_DEDICATED = ("посвящ", "посвят")
_EVENT = {"мероприятие", "событие"}
# Words of the phrase itself, from its beginning to the name.
_LEADING = word_set("к ко со с дня дню даты и в честь")
_MOST_BETWEEN = 10


class Honour(NamedTuple):
    """A name, its case, and the words from «к 100-летию» to the name."""

    name: Name
    case: str
    words: Span


def find(
    document: Document,
    layout: Layout,
    event: EventMention | None,
    titles: Sequence[Span],
    organisations: Sequence[Organisation],
) -> list[Honour]:
    """Find whom the event honours, in the order of the text; `titles` are those of the event."""
    if event is None or not _HINT.search(document.text):
        return []
    quotes = [quote.span for quote in document.top_quotes if not any(_holds(title, quote.span) for title in titles)]
    found = []
    for name in names.find(document, eponyms.named_spans(document) + quotes):
        in_organisation = any(_holds(one.span, name.span) for one in organisations)
        in_full = name.has_family and (name.given >= 0 or name.initials)
        if in_full and not in_organisation and layout.is_news(name.span.start):
            honour = _honour(document, name)
            if honour and _is_of_event(document, layout, event, titles, document.at(honour.words.start)):
                found.append(honour)
    return found


def _holds(span: Span, other: Span) -> bool:
    return span.start <= other.start and other.end <= span.end


def _honour(document: Document, name: Name) -> Honour | None:
    """Return the honour of the words before the name, if it stands in the case that they demand."""
    last = name.first - 1
    for case, ends in (("gent", _ends_genitive), ("datv", _ends_dative)):
        number = last
        while number > last - _MOST_BETWEEN and not ends(document, number) and _describes(document, number, case):
            number -= 1
        if ends(document, number) and _begins_with_person(document, number + 1, name.first):
            cases = _cases(document, name)
            first = _first(document, number)
            return Honour(name, case, document.span(first, name.last)) if case in cases else None
    return None


def _ends_genitive(document: Document, number: int) -> bool:
    """Whether the genitive of the person follows this word: «100-летию», «дня рождения», «посвящённый жизни»."""
    low = document.lower(number)
    if low == "памяти":
        return _is_memory(document, number)
    if low in _OF_A_DAY:
        return document.lower(number - 1).startswith(("дня", "дню", "даты"))
    if low in _LIVES:
        before = range(max(document.sentence_of(number).first, number - 5), number)
        return any(document.lower(place).startswith(_DEDICATED) for place in before)
    return _is_jubilee(low)


def _is_jubilee(low: str) -> bool:
    return low.endswith(("летия", "летию", "летие", "летием")) or not _JUBILEES.isdisjoint(morphology.lemmas(low))


def _ends_dative(document: Document, number: int) -> bool:
    return document.lower(number).startswith(_DEDICATED)


def _is_memory(document: Document, number: int) -> bool:
    """Whether it is in memory of somebody: not «премия памяти …», «в памяти …»."""
    before = document.word(number - 1)
    if before is None or not before.is_word:
        return True
    if before.lower.startswith(_DEDICATED) or kind_of(before.lower):
        return True
    return not morphology.can_be(before.lower, "NOUN") and not morphology.can_be(before.lower, "PREP")


def _describes(document: Document, number: int, case: str) -> bool:
    """Whether the word may stand between: «… писателя и краеведа», «… поэту Вымысловской губернии»."""
    word = document.word(number)
    if word is None or not (word.is_word or word.text == ","):
        return False
    cases = morphology.cases(word.lower)
    return word.text == "," or word.lower == "и" or case in cases or "gent" in cases


def _begins_with_person(document: Document, first: int, last: int) -> bool:
    """Whether the first noun between is a person: «100-летию писателя …», not «100-летию библиотеки Анны …»."""
    for number in range(first, last):
        low = document.lower(number)
        if morphology.parses(low)[0].tag.POS == "NOUN":
            return morphology.can_be(low, "NOUN", "anim")
    return True


def _cases(document: Document, name: Name) -> set[str]:
    if name.given >= 0:
        return {case for case, _gender in names.agreements(document, name)}
    return {reading.case for reading in surname_readings(names.proper(document, name.family))}


def _first(document: Document, number: int) -> int:
    """Return the first word of the phrase: «к» of «к 100-летию со дня рождения»."""
    start = document.sentence_of(number).first
    while number > start and (
        document.lower(number - 1) in _LEADING | _LIVES | {"-", "–", "памяти"}
        or document.words[number - 1].is_number
        or document.lower(number - 1).startswith(_DEDICATED)
        or _is_jubilee(document.lower(number - 1))
    ):
        number -= 1
    return number


def _is_of_event(document: Document, layout: Layout, event: EventMention, titles: Sequence[Span], number: int) -> bool:
    """Whether the words from this one on belong to the event: its title, its headline, or the nearest noun before."""
    start = document.words[number].start
    if any(title.start <= start < title.end for title in titles):
        return True
    sentence, sentence_of_event = document.sentence_of(number), document.sentence_of(event.head)
    for place in range(number - 1, sentence.first - 1, -1):
        low = document.lower(place)
        if not document.words[place].is_word or document.quote_around(document.words[place].start):
            continue
        if place == event.head:
            return True
        if kind_of(low) or talk_kind(low) or is_other_word(low):
            # «онлайн-чтения» are «чтения», too.
            lemmas = {event.lemma, event.lemma.rpartition("-")[2], *_EVENT}
            return not talk_kind(low) and not lemmas.isdisjoint(morphology.lemmas(low))
    # Nothing stands before: «К 100-летию … прошёл вебинар», a line above the news.
    return sentence == sentence_of_event or layout.is_headline(start)
