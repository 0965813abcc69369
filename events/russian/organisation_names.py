"""Names of institutions: their acronyms, and the forms in which two names are compared."""

import re
from functools import lru_cache

from .folding import fold, in_one_alphabet
from .lemmatization import is_stop_word
from .tokenization import folded_words

# Where the name of somebody or of a place begins, and at these signs, an acronym ends.
_PARTS = re.compile(r"[«»„“”()—–:,]|\s(?:им\.|имени|г\.|города)\s")
SHORTEST_ACRONYM, LONGEST_ACRONYM = 3, 8
# What sources write short and official names write out.
_WRITTEN_OUT = {
    "днр": "донецкой народной республики",
    "лнр": "луганской народной республики",
    "рф": "российской федерации",
    "рб": "республики бурятия",
    "рк": "республики коми",
    "рм": "республики мордовия",
    "рт": "республики татарстан",
}


@lru_cache(maxsize=1 << 12)
def acronyms(name: str) -> tuple[str, ...]:
    """«Российская национальная библиотека» is РНБ to everybody, whether the archive says so or not."""
    parts = ([word for word in folded_words(part) if len(word) > 2] for part in _PARTS.split(name))
    long_enough = (part for part in parts if len(part) >= SHORTEST_ACRONYM)
    letters = ("".join([word[0] for word in part if not is_stop_word(word)]).upper() for part in long_enough)
    return tuple(acronym for acronym in letters if SHORTEST_ACRONYM <= len(acronym) <= LONGEST_ACRONYM)


def comparable(name: str) -> str:
    """The name with one spelling of «имени», initials and republics, folded.

    «Библиотека имени Н.К. Крупской» = «библиотека им. Н. К. Крупской».
    """
    folded = re.sub(r"\b(?:имени|им\.?)(?=\s|[а-я]\.)", "им.", fold(name))
    folded = re.sub(r"(?<=\.)\s*", " ", folded)
    # «Mузей» with a Latin letter is a «Музей».
    words = [_WRITTEN_OUT.get(word, word) for word in map(in_one_alphabet, folded.split())]
    return " ".join(words)


def distinctive_words(folded: str) -> frozenset[str]:
    """The words that tell one institution from another, cut to what survives declension."""
    return frozenset(word[:6] for word in re.findall(r"[^\W\d_]{3,}|\d+", folded))
