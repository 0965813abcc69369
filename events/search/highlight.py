"""The matching words marked in the original text, and the passage in which most of them stand."""

from collections.abc import Collection, Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from ..russian.tokenization import find_lemmas

PASSAGE = 260


def marked(text: str, lemmas: frozenset[str]) -> SafeString:
    """The text as HTML with the matching words in <mark>: everything that comes from data is escaped."""
    return _marked(text, find_lemmas(text, lemmas))


def _marked(text: str, places: Iterable[tuple[int, int]]) -> SafeString:
    pieces, position = [], 0
    for start, end in places:
        pieces += [escape(text[position:start]), "<mark>", escape(text[start:end]), "</mark>"]
        position = end
    pieces.append(escape(text[position:]))
    return mark_safe("".join(pieces))


def passage(texts: Collection[str], lemmas: frozenset[str]) -> SafeString:
    """The stretch of the texts in which the most different words match, marked; "" if none does."""
    most, start, text, places = 0, 0, "", []
    for candidate in texts:
        found = find_lemmas(candidate, lemmas)
        for place in found:
            count = len({candidate[s:e].lower() for s, e in found if place[0] <= s < place[0] + PASSAGE})
            if count > most:
                most, start, text, places = count, place[0], candidate, found
    cut = _cut(text, start)
    return _marked(text, places) if cut == text else marked(cut, lemmas)


def _cut(text: str, place: int) -> str:
    """About PASSAGE letters around a place, cut at words."""
    start = max(0, place - PASSAGE // 4)
    if start:
        start = text.find(" ", start, place) + 1 or place
    end = start + PASSAGE
    if end < len(text):
        end = max(text.rfind(" ", place, end), place + 1) if " " in text[place:end] else end
    return ("… " if start else "") + text[start:end].rstrip(" ,;:—–-") + (" …" if end < len(text) else "")
