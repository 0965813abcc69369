"""Groups of participants without names or organisation: «директора муниципальных библиотек»."""

import re

from ....russian import morphology, typography
from ...draft import GroupDraft, Span
from .boilerplate import Layout
from .document import Document, Sentence
from .lexicon import word_set
from .organisations import Organisation

_PEOPLE = word_set(
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
_MAX_GROUPS = 4


def find(
    document: Document, layout: Layout, organisations: list[Organisation], in_positions: set[int]
) -> list[GroupDraft]:
    """Find at most four groups, in sentences about taking part."""
    named = {
        number
        for organisation in organisations
        if organisation.is_named and not organisation.is_plural
        for number in range(organisation.first, organisation.last)
    }
    found: dict[str, GroupDraft] = {}
    for sentence in document.sentences:
        if not layout.is_body(sentence.start) or not _TAKING_PART.search(document[Span(sentence.start, sentence.end)]):
            continue
        for number in range(sentence.first, sentence.last):
            last = _group(document, number, sentence, named, in_positions)
            if last:
                draft = _draft(document, document.span(number, last), sentence)
                found.setdefault(draft.group, draft)
    return list(found.values())[:_MAX_GROUPS]


def _draft(document: Document, span: Span, sentence: Sentence) -> GroupDraft:
    role = "audience" if _AUDIENCE.search(document[Span(sentence.start, span.start)]) else "participant"
    return GroupDraft(role=role, group=typography.normalize(document[span]), printed=document[span], spans=[span])


def _group(document: Document, number: int, sentence: Sentence, named: set[int], in_positions: set[int]) -> int:
    """Return the end of the phrase about the people, 0 if none begins here."""
    word = document.words[number]
    if number in in_positions or not word.is_word or document.quote_around(word.start) or not _is_people(word.lower):
        return 0
    last = number + 1
    while last < sentence.last and _goes_on(document, last, sentence.last):
        last += 1
    if last - number < 2 or named & set(range(number, last + 1)):
        return 0
    return last


def _is_people(low: str) -> bool:
    """Whether the word is a plural nominative for people: «специалисты», «директора»."""
    return any(
        parse.tag.POS in ("NOUN", "ADJF")
        and parse.tag.number == "plur"
        and morphology.case_of(parse) == "nomn"
        and morphology.lemma_of(parse) in _PEOPLE
        for parse in morphology.parses(low)
    )


def _goes_on(document: Document, number: int, end: int) -> bool:
    """Whether the phrase continues with a genitive or what joins genitives.

    «… федеральных, национальных и муниципальных библиотек Псковской области»: genitives and what joins them.
    """
    word = document.words[number]
    if word.is_word and not document.quote_around(word.start) and document.gap(number - 1).strip() == "":
        if word.lower != "и":
            return _is_genitive(document, number)
        return number + 1 < end and _is_genitive(document, number + 1)
    adjectives = morphology.is_adjective(document.words[number - 1].text) and number + 1 < end
    return word.text == "," and adjectives and _is_genitive(document, number + 1)


def _is_genitive(document: Document, number: int) -> bool:
    word = document.words[number]
    if not word.is_word or morphology.parses(word.text)[0].tag.POS not in ("NOUN", "ADJF", "PRTF"):
        return False
    return "gent" in morphology.cases(word.text)
