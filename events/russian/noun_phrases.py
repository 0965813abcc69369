"""Noun phrases put into the nominative."""

from .morphology import case_of, cases, copy_capitals, form_of, is_adjective, parses
from .typography import normalize


def in_nominative(text: str) -> str:
    """«Дворца книги» → «Дворец книги», «Русском центре» → «Русский центр»: up to the first noun, the rest stays."""
    words = normalize(text.strip('«»"“”„() ')).split(" ")
    for place, word in enumerate(words):
        noun = next((parse for parse in parses(word) if parse.tag.POS == "NOUN" and parse.tag.number == "sing"), None)
        if noun is None and not is_adjective(word):
            break
        if noun is None:
            continue
        form = form_of(noun, "nomn", "sing")
        if not form or (place == 0 and "nomn" in cases(word)):
            break
        gender = str(noun.tag.gender or "femn")
        words[: place + 1] = [
            *(_agreeing(adjective, case_of(noun), gender) for adjective in words[:place]),
            copy_capitals(word, form),
        ]
        break
    return " ".join(words)


def _agreeing(adjective: str, case: str, gender: str) -> str:
    """The nominative of an adjective that stands in this case beside a noun of this gender."""
    for parse in parses(adjective):
        if parse.tag.POS in ("ADJF", "PRTF") and case_of(parse) == case:
            form = form_of(parse, "nomn", "sing", gender)
            if form:
                return copy_capitals(adjective, form)
    return adjective
