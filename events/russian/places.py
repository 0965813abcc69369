"""Names of places: the adjective of a city and the city of an adjective, the nominative of a city."""

import re
from functools import lru_cache

from pymorphy3.analyzer import Parse

from .morphology import copy_capitals, form_of, is_known, lemma_of, parses

_RUSSIAN = re.compile("[а-я]+")
# Adjectives that no rule gives.
_ADJECTIVES = {
    "москва": "московский", "орел": "орловский", "тверь": "тверской", "беларусь": "белорусский",
    "белоруссия": "белорусский", "киев": "киевский", "псков": "псковский", "карелия": "карельский",
    "россия": "российский", "украина": "украинский", "армения": "армянский", "молдова": "молдавский",
    "башкортостан": "башкирский", "уфа": "уфимский", "вологда": "вологодский", "тува": "тувинский",
    "чечня": "чеченский", "югра": "югорский",
}  # fmt: skip
_CITIES = {adjective: city for city, adjective in _ADJECTIVES.items()}


@lru_cache(maxsize=1 << 14)
def place_relatives(lemma: str) -> tuple[str, ...]:
    """«ульяновск» for «ульяновский» and the other way round: a library is named by the adjective of its city."""
    if not _RUSSIAN.fullmatch(lemma):
        return ()
    if lemma.endswith(("ский", "цкий", "ской")):
        return tuple(place for place in _places_of(lemma) if place == _CITIES.get(lemma) or _is_place(place))
    if not _is_place(lemma):
        return ()
    return tuple(word for word in _adjectives_of(lemma) if word == _ADJECTIVES.get(lemma) or _is_adjective(word))


def _adjectives_of(place: str) -> list[str]:
    if place in _ADJECTIVES:
        return [_ADJECTIVES[place]]
    if place.endswith(("ск", "цк")):
        return [f"{place}ий", f"{place}ой"]
    bases = [place[:-1]] if place[-1] in "аеиоуыэюя" else [place, place[:-1]]
    if place.endswith("ия"):
        bases.append(place[:-2])
    if place.endswith("ла"):
        bases.append(f"{place[:-1]}ь")
    if place.endswith("славль"):
        bases.append(place[:-2])
    if place.endswith("стан"):
        bases.append(place[: -5 if place.endswith("истан") else -4])
    bases += [f"{base[:-1]}ж" for base in bases if base.endswith("г")]
    return [base + ending for base in bases for ending in ("ский", "ской", "инский", "овский", "енский")]


def _places_of(adjective: str) -> list[str]:
    if adjective in _CITIES:
        return [_CITIES[adjective]]
    base = adjective[:-4]
    whole = adjective[:-2]
    endings = ("", "ь", "а", "я", "о", "ы", "и", "ия", "стан", "истан", "ль")
    places = [whole] + [base + ending for ending in endings]
    if base.endswith("ж"):
        places += [f"{base[:-1]}г{ending}" for ending in ("", "а", "и")]
    for suffix in ("ин", "ов", "ен"):
        if base.endswith(suffix):
            places += [base[:-2] + ending for ending in ("", "а", "ь", "о", "я")]
    return places + ([f"{base[:-1]}а"] if base.endswith("ль") else [])


@lru_cache(maxsize=1 << 14)
def _is_place(lemma: str) -> bool:
    return any("Geox" in parse.tag and lemma_of(parse) == lemma for parse in _known(lemma))


def _is_adjective(lemma: str) -> bool:
    return any(parse.tag.POS == "ADJF" and lemma_of(parse) == lemma for parse in _known(lemma))


def _known(word: str) -> tuple[Parse, ...]:
    return parses(word) if is_known(word) else ()


def city_in_nominative(printed: str) -> str:
    """«Нижнем Новгороде» → «Нижний Новгород»; of «Ростове-на-Дону» only what stands before the preposition declines."""
    first, preposition, rest = printed.partition("-на-")
    return "".join([*map(_part_in_nominative, re.split("([- ])", first)), preposition, rest])


def _part_in_nominative(part: str) -> str:
    for parse in parses(part):
        if "Geox" in parse.tag and parse.tag.number == "sing" or (parse.tag.POS == "ADJF" and part[:1].isupper()):
            form = form_of(parse, "nomn")
            if form:
                return copy_capitals(part, form)
    return part
