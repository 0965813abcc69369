"""Sessions of an event: the headings of a programme, «Секция 1. Краеведение», and sections named in running text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ....russian import morphology, typography
from ....russian.date_expressions import find_dates
from ...draft import Span
from . import roles
from .boilerplate import Layout
from .document import Document, Quote
from .people import Person

_HEADING = re.compile(
    r"\s*(?:\d{1,2}[.:]\d\d(?:\s*[-–—]\s*\d{1,2}[.:]\d\d)?\s*)?"
    r"(?P<kind>(?:(?:онлайн|под)-?)?секция|пленарное заседание|заседание секции|тематический блок|"
    r"(?:стендовая )?сессия)\b(?P<number>\s*№?\s*(?:\d{1,2}|[IVX]{1,4})\b)?\s*[.:–—-]*\s*(?P<title>[^\n]*)",
    re.IGNORECASE,
)
_LEADER = re.compile(
    r"\s*[.,;(–—-]*\s*\(?(?:со?)?(?:модератор|ведущ|руководител|председател|координатор|куратор)", re.IGNORECASE
)
LEADERS = {"moderator", "host", "chair"}
_SECTION_WORD = re.compile(r"(?:\w+-)?секци\w+$")
_LEADER_BEFORE = re.compile(r"(?:модератор|ведущ|руководител|председател)\w*\s*[:–—-]?\s*$", re.IGNORECASE)


@dataclass
class Section:
    """A session: up to the next section, or to the end of its paragraph if it is only named there."""

    start: int
    end: int
    kind: str
    title: str
    span: Span
    day: str = ""
    moderators: list[int] = field(default_factory=list)
    quote: Quote | None = None


def is_heading(text: str) -> bool:
    """Whether the line is the heading of a session and not a sentence about one."""
    match = _HEADING.match(text)
    return (
        bool(match)
        and len(text) < 200
        and not (
            not match["number"]
            and any(
                morphology.is_finite_verb(word) for word in re.findall(r"[а-яё]+", re.sub(r"«[^»]*»", "", text.lower()))
            )
        )
    )


def find(
    document: Document, layout: Layout, people: Sequence[Person], governed_by: dict[int, list[roles.TriggerWord]]
) -> list[Section]:
    """Find the sessions in the order of the text."""
    found = _headed(document, people)
    return found or _named(document, layout, people, governed_by)


def _headed(document: Document, people: Sequence[Person]) -> list[Section]:
    found: list[Section] = []
    day = ""
    for place, line in enumerate(document.lines):
        text = document[line].strip()
        if alone := _day_alone(text):
            day = alone
        match = _HEADING.match(document[line])
        if not match or not is_heading(text) or match["title"][:1].islower() and not match["number"]:
            # «Секция сельских библиотек: расширенное заседание»: of an association.
            continue
        title = match["title"]
        leader = _LEADER.search(title)
        title = typography.normalize_title(title[: leader.start()] if leader else title).strip(' .:«»"')
        section = Section(line.start, len(document.text), match["kind"].lower(), title, line, day)
        lines = [line, *(one for one in document.lines[place + 1 : place + 3] if _LEADER.match(document[one]))]
        section.moderators = [
            index
            for index, person in enumerate(people)
            if any(one.start <= name.span.start < one.end for name in person.mentions for one in lines)
        ]
        if found:
            found[-1].end = line.start
        found.append(section)
    return found


def _day_alone(text: str) -> str:
    """Return the day if the line is nothing else, «6 мая», «6 мая, вторник»."""
    dates = find_dates(text)
    if len(dates) != 1 or not dates[0].has_day:
        return ""
    rest = f"{text[: dates[0].start]}{text[dates[0].end :]}".strip(" .,:()").lower()
    start, end = dates[0].days[0]
    return str(start) if not end and (len(rest) < 3 or rest in _WEEKDAYS) else ""


_WEEKDAYS = {"понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"}


def _named(
    document: Document, layout: Layout, people: Sequence[Person], governed_by: dict[int, list[roles.TriggerWord]]
) -> list[Section]:
    """Find sections named in the news: «На секции «Книжные знаки» (руководитель Эмма Ротт) прозвучат доклады: …»."""
    found: list[Section] = []
    for quote in document.top_quotes:
        first = document.at(quote.start)
        numbered = document.lower(first - 2) == "№"
        led = document.lower(document.at(quote.end)) == "(" and _LEADER.match(document.text, quote.end) is not None
        if (
            not layout.is_body(quote.start)
            or not led
            and not _SECTION_WORD.match(document.lower(first - 1 - 2 * numbered))
        ):
            continue
        line = document.lines[document.line_at(quote.start)]
        title = typography.normalize_title(document[quote.inner])
        if any(other.title == title for other in found):
            continue
        start = quote.start if led else document.sentence_of(first).start
        if found:
            found[-1].end = min(found[-1].end, start)
        found.append(Section(start, line.end, "секция", title, quote.span, quote=quote))
    for section in found:
        section.moderators = [
            index
            for index, person in enumerate(people)
            if any(section.start <= name.span.start < section.end for name in person.mentions)
            and (
                _leads(document, person, section) or any(t.role in LEADERS or _conducts(t) for t in governed_by[index])
            )
        ]
    return found


def _conducts(trigger: roles.TriggerWord) -> bool:
    """Whether the verb says who led the session: «Секцию «…» провёл Лев Еремия»."""
    return trigger.lemma == "провести" and trigger.is_verb and not trigger.is_plural


def _leads(document: Document, person: Person, section: Section) -> bool:
    """Whether a word for who leads stands right before the name: «(руководитель Эмма Ротт)»."""
    return any(
        _LEADER_BEFORE.search(document.text[section.start : name.span.start])
        for name in person.mentions
        if section.start <= name.span.start < section.end
    )
