"""Lemmatization: the lemmas and stems that words are matched by, the same for texts and for queries."""

import re
import threading
from functools import lru_cache

import Stemmer

from . import names
from .morphology import MIN_SCORE, is_known, lemma_of, parses

_RUSSIAN = re.compile("[а-я]+")
_LATIN = re.compile("[a-z]+")
_ENGLISH_STOP_WORDS = frozenset("the a an of and or in on at to for by with from".split())

# PyStemmer’s own cache costs more than it saves. Its objects are not made for several threads.
_stemmers = {"russian": Stemmer.Stemmer("russian", 0), "english": Stemmer.Stemmer("english", 0)}
_lock = threading.Lock()


@lru_cache(maxsize=1 << 12)
def lemmatize(word: str) -> tuple[str, ...]:
    """The dictionary forms a folded word may belong to, the likeliest first; the stem of a word the dictionary lacks.

    What is not Russian stays as it is, but for English endings: a Ukrainian or Kazakh word has no Russian stem.
    """
    if _RUSSIAN.fullmatch(word):
        return _lemmatize_russian(word)
    if len(word) > 3 and _LATIN.fullmatch(word):
        return (stem(word),)
    return (word,)


def _lemmatize_russian(word: str) -> tuple[str, ...]:
    if not is_known(word):
        # The dictionary guesses a different lemma for each form of an unknown surname, the stem is the same.
        return tuple(dict.fromkeys((stem(word), *names.surname_by_ending(word))))
    likely: dict[str, float] = {}
    for parse in parses(word):
        lemma = lemma_of(parse)
        likely[lemma] = likely.get(lemma, 0) + parse.score
    best = sorted(likely, key=lambda lemma: -likely[lemma])
    plausible = tuple(lemma for lemma in best if likely[lemma] >= MIN_SCORE) or (best[0],)
    return tuple(dict.fromkeys((*plausible, *names.surname_lemmas(word))))


@lru_cache(maxsize=1 << 12)
def stem(word: str) -> str:
    with _lock:
        return _stemmers["english" if _LATIN.fullmatch(word) else "russian"].stemWord(word)


def stems(words: list[str]) -> list[str]:
    """The stems of many words at once."""
    with _lock:
        as_russian = _stemmers["russian"].stemWords(words)
    return [stem(word) if word.isascii() else russian for word, russian in zip(words, as_russian, strict=True)]


@lru_cache(maxsize=1 << 14)
def is_stop_word(word: str) -> bool:
    """Prepositions, conjunctions, particles: nobody looks for them."""
    if word in _ENGLISH_STOP_WORDS:
        return True
    # Of a word that it lacks the dictionary would guess at length what it is.
    if not _RUSSIAN.fullmatch(word) or not is_known(word):
        return False
    return parses(word)[0].tag.POS in ("PREP", "CONJ", "PRCL")
