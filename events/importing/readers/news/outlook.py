"""What became of the event when the text was written: an announcement looks ahead, a report looks back."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from ....russian import morphology
from ...draft import Span, TextFact
from .boilerplate import Layout
from .document import Document, Sentence
from .event import HAPPENING_VERBS, EventMention, find_mentions
from .lexicon import alternation

_AHEAD = alternation(
    r"""
    состоится|состоятся|пройд[её]т|пройдут|проведу?[её]?т|начн[её]тся|начнутся|откроется|стартует|планируется
    приглашаем|приглашает|приглашают|приглашаются|приглашается|жд[её]м\s+(?:вас|всех|коллег)|присоединяйтесь
    буд[её]т\s+(?:\w+\s+)?(?:провед[её]н\w*|проходить|организован\w*|транслироваться|посвящ[её]н\w*)
    регистрация\s+(?:на|участников|открыта|продолжается|обязательна)
    """,
    before=r"\b",
    after=r"\b",
)
_CHANGED = {
    "cancelled": alternation(
        r"отмена\b(?!\s\w)|не\s+состоится|отмен(?:ён|ен|ена|ено|ены|или|илась|ился|яется)", before=r"\b", after=r"\b"
    ),
    "postponed": alternation(r"перенес(?:ён|ен|ена|ено|ены|ли)|переносится|переносят", before=r"\b", after=r"\b"),
}


def state(document: Document, layout: Layout, event: EventMention | None) -> TextFact:
    """Return the state of the event with the words that tell it; uncertain if others tell another."""
    if event is None:
        return TextFact()
    named = [mention.head for mention in find_mentions(document)]
    sentences = [one for one in document.sentences if layout.is_news(one.start)]
    about = [one for one in sentences if any(one.first <= head < one.last for head in named)]
    for value, words in _CHANGED.items():
        if found := next(_matches(document, about, words), None):
            return _fact(document, value, found, _("The text speaks of a change: check what became of the event."))
    own = [document.sentence_of(event.head)]
    ahead, back = list(_matches(document, own, _AHEAD)), list(_past_verbs(document, own, HAPPENING_VERBS))
    other_back = list(_past_verbs(document, sentences))
    is_sure = not (ahead and (back or other_back))
    if not ahead and not back:
        ahead, back = list(_matches(document, sentences, _AHEAD)), other_back
        # An invitation in a sentence that does not name the event may be to another one.
        is_sure = not ahead or not back and any(_matches(document, about, _AHEAD))
    if not ahead and not back:
        return TextFact()
    doubt = "" if is_sure else _("The text does not say plainly whether the event is ahead or over: check it.")
    # Of two, an announcement: nothing becomes a past fact unasked.
    return _fact(document, "expected" if ahead else "held", (ahead or back)[0], doubt)


def _fact(document: Document, value: str, span: Span, uncertainty: str) -> TextFact:
    return TextFact(value=value, printed=document[span], spans=[span], uncertainty=uncertainty)


def _matches(document: Document, sentences: list[Sentence], words: re.Pattern[str]) -> Iterator[Span]:
    for sentence in sentences:
        for match in words.finditer(document.text, sentence.start, sentence.end):
            if not document.quote_around(match.start()):
                yield Span(match.start(), match.end())


def _past_verbs(document: Document, sentences: list[Sentence], lemmas: frozenset[str] = frozenset()) -> Iterator[Span]:
    """Finite verbs in the past tense outside of quotations; with `lemmas` only these verbs, and their participles."""
    for sentence in sentences:
        for number in range(sentence.first, sentence.last):
            word = document.words[number]
            if not word.is_word or document.quote_around(word.start):
                continue
            is_named = not lemmas or bool(lemmas & morphology.lemmas(word.lower))
            is_past = morphology.is_past_verb(word.lower) or (
                bool(lemmas) and morphology.can_be(word.lower, "PRTF", "past", known=True)
            )
            if is_named and is_past:
                yield Span(word.start, word.end)
