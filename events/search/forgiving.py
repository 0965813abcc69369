"""What a visitor meant who mistyped: the other keyboard, Latin letters, a typo, a word apart; at last, any word.

Tried only when the query as typed finds nothing at all, and only on its words that stand nowhere.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from django.db.models import Q
from django.db.models.functions import Length
from rapidfuzz import process
from rapidfuzz.distance import OSA

from ..models import SearchWord
from ..text import transliterate
from . import language
from .index import exists
from .query import Query, parse

LAST = "\U0010ffff"
SHORTEST_PART = 3
MOST_CHUNKS = 12
SHORTEST_STEM, LONGEST_ENDING = 4, 3
_WORD = re.compile(r"[^\W_]+")
_LATIN_WORD = re.compile(r"\b[A-Za-z']{3,}\b")


def query(asked: Query, synonyms: tuple[str, ...]) -> Query | None:
    """The first reading that finds something; None if none does."""
    for text in _readings(asked.text, synonyms):
        meant = parse(text, synonyms)
        if meant and exists(meant.node):
            return meant
        if len(meant.units) > 1 and exists(replace(meant, any_word=True).node):
            return replace(meant, any_word=True)
    return None


def with_russian_spelling(asked: Query, synonyms: tuple[str, ...]) -> tuple[Query, tuple[str, ...]]:
    """A Latin word that the archive has in both alphabets is looked for in both: "Krupskaya" and «Крупская»."""
    pairs = {word: _spelled(word) for word in _LATIN_WORD.findall(asked.text)[:MOST_CHUNKS]}
    pairs = {word: russian for word, russian in pairs.items() if russian and _finds(word)}
    if not pairs:
        return asked, ()
    both = tuple(f"{word}, {russian}" for word, russian in pairs.items())
    return parse(asked.text, synonyms + both), tuple(pairs.values())


def _readings(text: str, synonyms: tuple[str, ...]) -> Iterator[str]:
    chunks = text.split()[:MOST_CHUNKS]
    if joined := _joined(chunks, synonyms):
        yield joined
    yield " ".join(_meant(chunk, synonyms) for chunk in chunks)


def _finds(text: str, synonyms: tuple[str, ...] = ()) -> bool:
    meant = parse(text, synonyms)
    return bool(meant) and exists(meant.node)


def _meant(chunk: str, synonyms: tuple[str, ...]) -> str:
    """The chunk, or what its author may have meant if it stands nowhere."""
    if chunk.startswith("-") or _finds(chunk, synonyms):
        return chunk
    for reading in _READINGS:
        other = reading(chunk)
        if other != chunk and _finds(other, synonyms):
            return other
    other = _each_word(_without_typo)(language.other_layout(chunk))
    return other if _finds(other, synonyms) else chunk


def _each_word(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda chunk: _WORD.sub(lambda match: change(match[0]), chunk)


def _from_cyrillic(word: str) -> str:
    """«каленовой» → "kalenova", when the archive has the name in Latin letters only."""
    start = transliterate(language.stem(language.folded_word(word)))
    if len(start) < SHORTEST_STEM or start == word:
        return word
    begin_so = SearchWord.objects.filter(stem__gte=start, stem__lt=start + LAST).annotate(length=Length("stem"))
    shortest = begin_so.filter(length__lte=len(start) + LONGEST_ENDING).order_by("length", "-documents").first()
    return shortest.word if shortest else word


def _present(stems: list[str]) -> set[str]:
    return set(SearchWord.objects.filter(stem__in=stems).values_list("stem", flat=True))


def _from_latin(word: str) -> str:
    """ "krupskoy" → «крупской», a typo allowed."""
    spellings = language.in_cyrillic(word)
    return _spelled(word) or (_without_typo(spellings[0]) if spellings else word)


def _spelled(word: str) -> str:
    """The likeliest Russian spelling of a Latin word that stands in the archive, in this or another form."""
    spellings = language.in_cyrillic(word)
    stems = [language.stem(one) for one in spellings]
    known = SearchWord.objects.filter(Q(word__in=spellings) | Q(stem__in=stems)).order_by("-documents", "word")
    forms: dict[str, list[str]] = {}
    for form, stem in known.values_list("word", "stem"):
        forms.setdefault(stem, []).append(form)
    for spelling, stem in zip(spellings, stems, strict=True):
        if spelling in forms.get(stem, ()):
            return spelling
    for spelling, stem in zip(spellings, stems, strict=True):
        if any(set(language.lemmas(spelling)) & set(language.lemmas(form)) for form in forms.get(stem, ())):
            return spelling
    return next((forms[stem][0] for stem in stems if stem in forms), "")


def _without_typo(word: str) -> str:
    """The word of the archive that differs least; of equals the most frequent."""
    typed = language.folded_word(word)
    if word.isdecimal() or len(typed) < SHORTEST_PART:
        return word
    stem = language.stem(typed)
    allowed = 1 if len(stem) < 6 else 2
    # One typo leaves half of the word as it is, which few others share; two leave a third.
    for typos in range(1, allowed + 1):
        candidates = list(_similar(stem, typos))
        stems = [one[1] for one in candidates]
        near = process.extract(stem, stems, scorer=OSA.distance, score_cutoff=typos, limit=None)
        if near:
            ways = ((far, OSA.distance(typed, candidates[at][0]), -candidates[at][2], at) for _stem, far, at in near)
            return candidates[min(ways)[3]][0]
    return word


def _similar(stem: str, allowed: int) -> Iterator[tuple[str, str, int]]:
    """Words that begin or end like the stem: typos leave one of its parts as it is."""
    length = max(1, len(stem) // (allowed + 1))
    start, end = stem[:length], stem[::-1][:length]
    return (
        SearchWord.objects.annotate(length=Length("stem"))
        .filter(
            Q(stem__gte=start, stem__lt=start + LAST) | Q(mets__gte=end, mets__lt=end + LAST),
            length__range=(len(stem) - allowed, len(stem) + allowed),
        )
        .values_list("word", "stem", "documents")
    )


def _apart(word: str) -> str:
    """«онлайнконференция» → «онлайн конференция»."""
    word = language.folded_word(word)
    cuts = range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)
    pairs = [(word[:cut], word[cut:]) for cut in cuts]
    present = _present([language.stem(part) for pair in pairs for part in pair])
    for pair in pairs:
        if all(language.stem(part) in present for part in pair):
            return " ".join(pair)
    return word


def _joined(chunks: list[str], synonyms: tuple[str, ...]) -> str | None:
    """«видео конференция» → «видеоконференция», when the two words stand nowhere together."""
    for at, (left, right) in enumerate(zip(chunks, chunks[1:], strict=False)):
        both = left + right
        if _WORD.fullmatch(both) and _present([language.stem(language.folded_word(both))]):
            text = " ".join([*chunks[:at], both, *chunks[at + 2 :]])
            if _finds(text, synonyms):
                return text
    return None


# What an absent chunk may have been meant for, the surest first.
_READINGS = (
    language.other_layout,
    _each_word(_from_latin),
    _each_word(_from_cyrillic),
    _each_word(_without_typo),
    _each_word(_apart),
)
