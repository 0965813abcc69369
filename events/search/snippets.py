"""Highlighting of matching words in the original text, and the snippet with most of them."""

from collections.abc import Collection, Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from ..russian.tokenization import find_lemmas
from ..russian.typography import with_russian_quotes

SNIPPET_LENGTH = 260
# Of the names and phrases that a line joins, one that is cut off after so few letters says nothing.
SEPARATOR, SCRAP = " · ", 12


def highlight(text: str, lemmas: frozenset[str]) -> SafeString:
    """Highlight the words that have one of the lemmas: HTML with <mark>, everything from the data escaped.

    Quotation marks are those that pages print.
    """
    return _highlighted(with_russian_quotes(text), lemmas)


def _highlighted(text: str, lemmas: frozenset[str]) -> SafeString:
    return _highlight_spans(text, find_lemmas(text, lemmas))


def _highlight_spans(text: str, spans: Iterable[tuple[int, int]]) -> SafeString:
    pieces, position = [], 0
    for start, end in spans:
        pieces += [escape(text[position:start]), "<mark>", escape(text[start:end]), "</mark>"]
        position = end
    pieces.append(escape(text[position:]))
    return mark_safe("".join(pieces))


def snippet(texts: Collection[str], lemmas: frozenset[str]) -> SafeString:
    """Cut out the stretch of the texts with the most different matching words, highlighted; "" if none matches."""
    most, start, text, spans = 0, 0, "", []
    for candidate in map(with_russian_quotes, texts):
        found = find_lemmas(candidate, lemmas)
        for span in found:
            count = len({candidate[s:e].lower() for s, e in found if span[0] <= s < span[0] + SNIPPET_LENGTH})
            if count > most:
                most, start, text, spans = count, span[0], candidate, found
    cut = _cut(text, start)
    return _highlight_spans(text, spans) if cut == text else _highlighted(cut, lemmas)


def _cut(text: str, position: int) -> str:
    """Cut about SNIPPET_LENGTH letters around a position, at words."""
    start = max(0, position - SNIPPET_LENGTH // 4)
    if start:
        start = text.find(" ", start, position) + 1 or position
    end = start + SNIPPET_LENGTH
    if end < len(text):
        end = max(text.rfind(" ", position, end), position + 1) if " " in text[position:end] else end
    whole, _, scrap = text[start:end].rpartition(SEPARATOR)
    if end < len(text) and whole and len(scrap) < SCRAP and start + len(whole) > position:
        end = start + len(whole)
    return ("… " if start else "") + text[start:end].rstrip(" ,;:·—–-") + (" …" if end < len(text) else "")
