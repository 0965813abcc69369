"""What the dictionary says of a word: pymorphy3, loaded once, asked through a cache."""

import re
from functools import cache, lru_cache
from typing import Any

from pymorphy3 import MorphAnalyzer
from pymorphy3.analyzer import Parse

_READABLE = re.compile(r"[A-Za-zÀ-ӿ0-9'’ʼ-]+")
CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
# Second genitive and locative and the vocative are the same cases to us.
_SAME_CASE = {"gen1": "gent", "gen2": "gent", "acc2": "accs", "loc1": "loct", "loc2": "loct", "voct": "nomn"}


@cache
def analyser() -> MorphAnalyzer:
    return MorphAnalyzer()


@lru_cache(maxsize=20_000)
def parses(word: str) -> tuple[Parse, ...]:
    # pymorphy asks every letter for its Unicode name, and not every letter has one.
    return tuple(analyser().parse(word if _READABLE.fullmatch(word) else "-"))


@lru_cache(maxsize=20_000)
def is_known(word: str) -> bool:
    return bool(_READABLE.fullmatch(word)) and analyser().word_is_known(word)


def case_of(parse: Parse) -> str:
    # A plain string: pymorphy’s own refuses to be compared with "".
    case = str(parse.tag.case or "")
    return _SAME_CASE.get(case, case)


@lru_cache(maxsize=20_000)
def cases(word: str, *grammemes: str) -> frozenset[str]:
    """The cases the word may stand in, among its readings with all these grammemes."""
    found = {case_of(parse) for parse in parses(word) if all(one in parse.tag for one in grammemes)}
    return frozenset(found - {""})


@lru_cache(maxsize=20_000)
def lemmas(word: str) -> frozenset[str]:
    return frozenset(parse.normal_form.replace("ё", "е") for parse in parses(word))


def lemma(word: str) -> str:
    return parses(word)[0].normal_form.replace("ё", "е")


def has(word: str, *grammemes: str, known: bool = False) -> bool:
    """Whether some reading has all the grammemes."""
    if known and not is_known(word):
        return False
    return any(all(one in parse.tag for one in grammemes) for parse in parses(word))


def is_adjective(word: str) -> bool:
    return any(parse.tag.POS in ("ADJF", "PRTF") for parse in parses(word))


def is_past_verb(word: str) -> bool:
    return parses(word)[0].tag.POS == "VERB" and "past" in parses(word)[0].tag


def is_finite_verb(word: str) -> bool:
    return parses(word)[0].tag.POS == "VERB" and is_known(word.lower())


def may_be_verb(word: str) -> bool:
    """«начала» is the past of «начать» as well as the genitive of «начало»."""
    return is_known(word.lower()) and sum(parse.score for parse in parses(word) if parse.tag.POS == "VERB") > 0.2


def verb_gender(word: str) -> str:
    """«выступила» → femn, «выступил» → masc, «выступили» → plur."""
    tag: Any = parses(word)[0].tag
    return "plur" if tag.number == "plur" else str(tag.gender or "")


def inflected(word: str, wanted: set[str], *kinds: str) -> str:
    """The word put into a form, by its likeliest reading as one of these parts of speech; "" if it has none."""
    for parse in parses(word):
        if parse.tag.POS not in kinds:
            continue
        # «высшей» has «высшая» and «высочайшая» in its paradigm: the one that shares most with the word.
        forms = [form.word for form in parse.lexeme if form.tag.POS == parse.tag.POS and wanted <= form.tag.grammemes]
        if forms:
            return max(forms, key=lambda form: _shared(form.replace("ё", "е"), word.lower().replace("ё", "е")))
    return ""


def _shared(one: str, two: str) -> int:
    return next((place for place, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))


def like(pattern: str, word: str) -> str:
    """The word with the capitals of the pattern: («Омской», «омская») → «Омская»."""
    if pattern.isupper() and len(pattern) > 1:
        return word.upper()
    if "-" in pattern and "-" in word and pattern.count("-") == word.count("-"):
        pairs = zip(pattern.split("-"), word.split("-"), strict=True)
        return "-".join(like(one, two) for one, two in pairs)
    return word[:1].upper() + word[1:] if pattern[:1].isupper() else word
