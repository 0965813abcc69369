"""People whom the source speaks of without naming them or their organisation: «директора муниципальных библиотек»."""

import re

from ....russian import morphology, typography
from ...draft import GroupDraft, Span
from .chrome import Layout
from .organisations import Organisation
from .vocabulary import listed
from .words import Page, Sentence

_PEOPLE = listed(
    """
    сотрудник специалист представитель библиотекарь работник руководитель директор методист библиограф преподаватель
    педагог учитель студент учащийся школьник ученый историк краевед писатель поэт читатель музейщик архивист эксперт
    заведующий
    """
)
_TAKING_PART = re.compile(
    r"участ|присутств|подключ|присоедин|собрал|объедин|зарегистрир|слушател|делегат|соберутся|обсуд|аудитори",
    re.IGNORECASE,
)
_AUDIENCE = re.compile(r"слушател|прослушал|аудитори", re.IGNORECASE)
_MOST = 4


def find(page: Page, parts: Layout, organisations: list[Organisation], covered: set[int]) -> list[GroupDraft]:
    named = {
        number for one in organisations if one.is_named and not one.is_plural for number in range(one.first, one.last)
    }
    found: dict[str, GroupDraft] = {}
    for sentence in page.sentences:
        if not parts.is_body(sentence.start) or not _TAKING_PART.search(page[Span(sentence.start, sentence.end)]):
            continue
        for number in range(sentence.first, sentence.last):
            last = _group(page, number, sentence, named, covered)
            if last:
                draft = _draft(page, page.span(number, last), sentence)
                found.setdefault(draft.group, draft)
    return list(found.values())[:_MOST]


def _draft(page: Page, span: Span, sentence: Sentence) -> GroupDraft:
    role = "audience" if _AUDIENCE.search(page[Span(sentence.start, span.start)]) else "participant"
    return GroupDraft(role=role, group=typography.normalize(page[span]), printed=page[span], spans=[span])


def _group(page: Page, number: int, sentence: Sentence, named: set[int], covered: set[int]) -> int:
    """Where the phrase about the people ends, 0 if none begins here."""
    word = page.words[number]
    if number in covered or not word.is_word or page.quote_around(word.start) or not _is_people(word.lower):
        return 0
    last = number + 1
    while last < sentence.last and _goes_on(page, last, sentence.last):
        last += 1
    if last - number < 2 or named & set(range(number, last + 1)):
        return 0
    return last


def _is_people(low: str) -> bool:
    """A plural in the nominative: «специалисты», «директора»."""
    return any(
        parse.tag.POS in ("NOUN", "ADJF")
        and parse.tag.number == "plur"
        and morphology.case_of(parse) == "nomn"
        and morphology.lemma_of(parse) in _PEOPLE
        for parse in morphology.parses(low)
    )


def _goes_on(page: Page, number: int, end: int) -> bool:
    """«… федеральных, национальных и муниципальных библиотек Псковской области»: genitives and what joins them."""
    word = page.words[number]
    if word.is_word and not page.quote_around(word.start) and page.gap(number - 1).strip() == "":
        if word.lower != "и":
            return _is_genitive(page, number)
        return number + 1 < end and _is_genitive(page, number + 1)
    adjectives = morphology.is_adjective(page.words[number - 1].text) and number + 1 < end
    return word.text == "," and adjectives and _is_genitive(page, number + 1)


def _is_genitive(page: Page, number: int) -> bool:
    word = page.words[number]
    if not word.is_word or morphology.parses(word.text)[0].tag.POS not in ("NOUN", "ADJF", "PRTF"):
        return False
    return "gent" in morphology.cases(word.text)
