"""Tokenization: the words of a text, folded and with their lemmas.

Beside an initial a word is read as a surname first, and the initial is no conjunction: «И. Л. Алехина».
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from . import names
from .folding import APOSTROPHES, COMBINING_MARKS, SIGNED_NAME, fold_case, fold_word, spelled_out
from .lemmatization import lemmatize

_WORD = re.compile(rf"{SIGNED_NAME}|[^\W_]+(?:(?:[{COMBINING_MARKS}]|[{APOSTROPHES}](?=[^\W_]))+[^\W_]*)*")
# Where none of these is, words are what `\w` says, which is found in half the time.
_UNUSUAL = re.compile(f"[{COMBINING_MARKS}{APOSTROPHES}_+#]")
_NOT_WORD = re.compile(r"\W+")
# A word and what stands between it and the next.
_WORD_AND_GAP = re.compile(rf"({_WORD.pattern})([\W_]*)")
# «О’Нил», «ЧитаемВместе», «Wi-Fi», «Müller»: what has other words inside.
_HAS_INNER = re.compile(rf"[{APOSTROPHES}\u00c0-\u017f]|[a-zа-яё][A-ZА-ЯЁ]|[A-Za-z]-[A-Za-z]")
_AFTER_APOSTROPHE = re.compile(rf"[{APOSTROPHES}]([^\W\d_]{{3,}})")
_CAMEL_CASE = re.compile(r"[^\W_]*[a-zа-яё][A-ZА-ЯЁ][^\W_]*")
_CAMEL_PART = re.compile(r"[A-ZА-ЯЁ]?[a-zа-яё]+|[A-ZА-ЯЁ]+(?![a-zа-яё])")
_LATIN_COMPOUND = re.compile(r"\b([A-Za-z]{1,12})-([A-Za-z]{1,12})\b")
_SPELLED_OUT = re.compile("[^\\W_]*[äöüøåđ][^\\W_]*", re.IGNORECASE)
_INITIAL = re.compile(r"(?<![^\W_])[^\W\d_]\.")

# A folded word and its lemmas.
Lemmatized = tuple[str, tuple[str, ...]]


class Token(NamedTuple):
    start: int
    end: int
    text: str
    """As compared: lower case, ё as е, no stress marks."""
    lemmas: tuple[str, ...]
    """The likeliest first."""


def tokenize(text: str) -> Iterator[Token]:
    """The words of a text in order, with their places in it. A hyphen separates: «мастер-класс» is two words."""
    found = list(_WORD_AND_GAP.finditer(text))
    for match, (folded, lemmas) in zip(found, _in_context([match.groups() for match in found]), strict=True):
        if folded:
            yield Token(*match.span(1), folded, lemmas)


def lemmatized_words(text: str) -> list[Lemmatized]:
    """What `tokenize` gives but for the places, in half the time: an index is made of a hundred million words."""
    if "." in text and _INITIAL.search(text):
        words = _in_context(_WORD_AND_GAP.findall(text))
    elif _UNUSUAL.search(text):
        words = map(_lemmatized, _WORD.findall(text))
    else:
        words = map(_lemmatized, _NOT_WORD.split(text))
    return [word for word in words if word[0]]


def folded_words(text: str) -> list[str]:
    """The words of a text as compared, without their lemmas."""
    return [folded for folded in map(fold_word, _WORD.findall(text)) if folded]


def inner_words(text: str) -> list[str]:
    """Further words, folded, by which words of a text are looked for.

    What follows an apostrophe («Нил» in «О’Нил»), the parts of a hashtag («ЧитаемВместе»), compounds written as one
    word ("wifi"), two letters for one ("Mueller").
    """
    if not _HAS_INNER.search(text):
        return []
    compounds = (fold_case("".join(match.groups())) for match in _LATIN_COMPOUND.finditer(text))
    spelled = map(spelled_out, _SPELLED_OUT.findall(text))
    parts = chain.from_iterable(map(camel_case_parts, _CAMEL_CASE.findall(text)))
    return [*map(fold_word, _AFTER_APOSTROPHE.findall(text)), *parts, *compounds, *spelled]


def camel_case_parts(word: str) -> list[str]:
    """The words that were written together with capital letters, folded; none if it is one word."""
    parts = [fold_word(part) for part in _CAMEL_PART.findall(word)]
    return parts if len(parts) > 1 and all(len(part) > 1 for part in parts) else []


@lru_cache(maxsize=1 << 12)
def _inner_lemmas(written: str) -> frozenset[str]:
    return frozenset(lemma for word in inner_words(written) for lemma in lemmatize(word))


def find_lemmas(text: str, lemmas: frozenset[str]) -> list[tuple[int, int]]:
    """The places of the words that have one of the lemmas."""
    # A page of hits has thousands of words, and few lines with a word that is looked for.
    if lemmas.isdisjoint(chain.from_iterable(map(_all_lemmas, _WORD.findall(text)))):
        return []
    return [
        (token.start, token.end)
        for token in tokenize(text)
        if not lemmas.isdisjoint(token.lemmas) or not lemmas.isdisjoint(_inner_lemmas(text[token.start : token.end]))
    ]


def _in_context(pieces: list[tuple[str, ...]]) -> Iterator[Lemmatized]:
    """Words, each given with what stands between it and the next. A word beside an initial is read as a name."""
    initials = [gap[:1] == "." and len(word) == 1 and word.isalpha() for word, gap in pieces]
    after_initial = False
    for (word, gap), is_initial, before_initial in zip(pieces, initials, [*initials, False][1:], strict=True):
        is_name = after_initial or (before_initial and len(gap) == 1 and gap.isspace())
        lemmatized = _lemmatized_name(word) if is_name else _lemmatized(word)
        yield (lemmatized[0], (f"{lemmatized[0]}.",)) if is_initial and word.isupper() else lemmatized
        after_initial = is_initial and (gap == "." or (len(gap) == 2 and gap[1].isspace()))


@lru_cache(maxsize=1 << 15)
def _all_lemmas(written: str) -> tuple[str, ...]:
    """The lemmas of a word that may stand beside an initial, or be one."""
    folded, lemmas = _lemmatized(written)
    return *lemmas, *_lemmatized_name(written)[1], f"{folded}.", *_inner_lemmas(written)


@lru_cache(maxsize=1 << 14)
def _lemmatized(written: str) -> Lemmatized:
    folded = fold_word(written)
    lemmas = lemmatize(folded)
    if len(lemmas) > 1 and written[0].isupper() and names.may_be_name(folded):
        lemmas = _surname_first(folded, lemmas)
    return folded, lemmas


@lru_cache(maxsize=1 << 12)
def _lemmatized_name(written: str) -> Lemmatized:
    """A word beside an initial: no common word that it looks like comes before the name."""
    folded, lemmas = _lemmatized(written)
    return folded, _surname_first(folded, lemmas) if len(lemmas) > 1 and written[0].isupper() else lemmas


def _surname_first(word: str, lemmas: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*names.surname_lemmas(word), *lemmas)))
