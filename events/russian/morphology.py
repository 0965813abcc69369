"""Morphology: what the dictionary (pymorphy3 with OpenCorpora) says of a word and of its forms.

A process holds one analyzer, loaded with the first word that is looked up. Grammemes are those of OpenCorpora: "nomn",
"plur", "Surn".
"""

import re
from functools import cache, lru_cache
from os.path import commonprefix
from typing import Any

from pymorphy3 import MorphAnalyzer
from pymorphy3.analyzer import Parse

from .folding import fold_case

# pymorphy3 asks every letter for its Unicode name, and not every letter has one.
_READABLE = re.compile(r"[A-Za-zÀ-ӿ0-9'’ʼ-]+")
CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
# Second genitive and locative and the vocative are counted with their main case.
_SAME_CASE = {"gen1": "gent", "gen2": "gent", "acc2": "accs", "loc1": "loct", "loc2": "loct", "voct": "nomn"}
# Rarer readings of a form are noise: «стали» is a form of «стать» in 98 of 100 texts, of «сталь» in 2.
MIN_SCORE = 0.01


@cache
def analyzer() -> MorphAnalyzer:
    return MorphAnalyzer()


# As many words as the longest news item has, several times.
@lru_cache(maxsize=1 << 13)
def parses(word: str) -> tuple[Parse, ...]:
    """Every reading of a word, the likeliest first; a guess by its ending for a word outside of the dictionary."""
    return tuple(analyzer().parse(word if _READABLE.fullmatch(word) else "-"))


@lru_cache(maxsize=1 << 14)
def is_known(word: str) -> bool:
    """Whether the dictionary has the word, in any form."""
    return bool(_READABLE.fullmatch(word)) and analyzer().word_is_known(word)


def lemma_of(parse: Parse) -> str:
    """The dictionary form, with ё as е."""
    return parse.normal_form.replace("ё", "е")


def case_of(parse: Parse) -> str:
    # A plain string: pymorphy’s own refuses to be compared with "".
    case = str(parse.tag.case or "")
    return _SAME_CASE.get(case, case)


@lru_cache(maxsize=1 << 14)
def cases(word: str, *grammemes: str) -> frozenset[str]:
    """The cases the word may stand in, among its readings with all these grammemes."""
    found = {case_of(parse) for parse in parses(word) if all(grammeme in parse.tag for grammeme in grammemes)}
    return frozenset(found - {""})


@lru_cache(maxsize=1 << 14)
def lemmas(word: str) -> frozenset[str]:
    return frozenset(lemma_of(parse) for parse in parses(word))


def lemma(word: str) -> str:
    return lemma_of(parses(word)[0])


def can_be(word: str, *grammemes: str, known: bool = False) -> bool:
    """Whether some reading of the word has all these grammemes; `known`: of a word of the dictionary."""
    if known and not is_known(word):
        return False
    return any(all(grammeme in parse.tag for grammeme in grammemes) for parse in parses(word))


def is_adjective(word: str) -> bool:
    return any(parse.tag.POS in ("ADJF", "PRTF") for parse in parses(word))


def _likeliest(word: str) -> Parse:
    """Return the first reading that is no indeclinable given name: «вели» is rather a verb than somebody called so."""
    found = parses(word)
    return next((parse for parse in found if not {"Name", "Fixd"} <= parse.tag.grammemes), found[0])


def is_past_verb(word: str) -> bool:
    return _likeliest(word).tag.POS == "VERB" and "past" in _likeliest(word).tag


def is_finite_verb(word: str) -> bool:
    return _likeliest(word).tag.POS == "VERB" and is_known(word.lower())


def is_verbal(word: str) -> bool:
    """Whether the word is a finite verb or an infinitive."""
    return is_finite_verb(word) or parses(word)[0].tag.POS == "INFN"


def may_be_verb(word: str) -> bool:
    """«начала» is the past of «начать» as well as the genitive of «начало»."""
    return is_known(word.lower()) and sum(parse.score for parse in parses(word) if parse.tag.POS == "VERB") > 0.2


def verb_gender(word: str) -> str:
    """«выступила» → femn, «выступил» → masc, «выступили» → plur."""
    tag: Any = _likeliest(word).tag
    return "plur" if tag.number == "plur" else str(tag.gender or "")


def inflect(word: str, grammemes: set[str], *parts_of_speech: str) -> str:
    """The form of the word that has the grammemes, by its likeliest reading as one of these parts of speech, or ""."""
    for parse in parses(word):
        if parse.tag.POS not in parts_of_speech:
            continue
        # «высшей» has «высшая» and «высочайшая» in its paradigm: the one that shares most with the word.
        forms = [
            form.word for form in parse.lexeme if form.tag.POS == parse.tag.POS and grammemes <= form.tag.grammemes
        ]
        if forms:
            return max(forms, key=lambda form: len(commonprefix([fold_case(form), fold_case(word)])))
    return ""


def form_of(parse: Parse, *grammemes: str) -> str:
    """The form of this reading that has the grammemes, "" if it has none."""
    form = parse.inflect(set(grammemes))
    return form.word if form else ""


def copy_capitals(pattern: str, word: str) -> str:
    """The word with the capitals of the pattern: («Омской», «омская») → «Омская»."""
    if pattern.isupper() and len(pattern) > 1:
        return word.upper()
    if "-" in pattern and "-" in word and pattern.count("-") == word.count("-"):
        pairs = zip(pattern.split("-"), word.split("-"), strict=True)
        return "-".join(copy_capitals(*pair) for pair in pairs)
    return word[:1].upper() + word[1:] if pattern[:1].isupper() else word


def spell_like(printed: str, word: str) -> str:
    """The word with the capitals of the printed form, and without an ё that this does not have."""
    return copy_capitals(printed, word if "ё" in printed.lower() else word.replace("ё", "е"))
