"""Names of people in the nominative: «Алехиной», «Александра Мазурицкого» → «Алехина», «Мазурицкий Александр».

A form often has several readings («Иванова»: her in the nominative, him in the genitive). All are kept; the words
around decide between them, and where they do not, the draft says so.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from . import morphology

OBLIQUE = ("gent", "datv", "accs", "ablt", "loct")
ALL = ("nomn", *OBLIQUE)
BOTH = ("masc", "femn")


class Reading(NamedTuple):
    """One way to understand a form: its case, gender and nominative."""

    case: str
    gender: str
    nominative: str


# ending of the form → (cases, gender, ending of the nominative). The first group whose pattern fits decides.
_POSSESSIVE = {  # Иванов, Алехина, Царицын
    "": (("nomn",), "masc", ""),
    "а": (("gent", "accs"), "masc", ""),
    "у": (("datv",), "masc", ""),
    "ым": (("ablt",), "masc", ""),
    "е": (("loct",), "masc", ""),
}
_POSSESSIVE_SHE = {
    "а": (("nomn",), "femn", "а"),
    "ой": (("gent", "datv", "ablt", "loct"), "femn", "а"),
    "ою": (("ablt",), "femn", "а"),
    "у": (("accs",), "femn", "а"),
}
_ADJECTIVE = {  # Достоевский, Крупская
    "ий": (("nomn",), "masc", "ий"),
    "ого": (("gent", "accs"), "masc", "ий"),
    "ому": (("datv",), "masc", "ий"),
    "им": (("ablt",), "masc", "ий"),
    "ом": (("loct",), "masc", "ий"),
}
_ADJECTIVE_SHE = {
    "ая": (("nomn",), "femn", "ая"),
    "ой": (("gent", "datv", "ablt", "loct"), "femn", "ая"),
    "ую": (("accs",), "femn", "ая"),
}
_GROUPS = (
    (re.compile(r"(.*(?:[оеё]в|[иы]н))(а|у|ым|е|ой|ою|)$"), (_POSSESSIVE, _POSSESSIVE_SHE)),
    (re.compile(r"(.*[сц]к)(ий|ого|ому|им|ом|ая|ой|ую)$"), (_ADJECTIVE, _ADJECTIVE_SHE)),
)


@lru_cache(maxsize=5_000)
def surname(form: str) -> tuple[Reading, ...]:
    """Every reading of a surname’s form. Hyphenated ones are read part by part."""
    if "-" in form:
        return _hyphenated(form)
    low = form.lower()
    readings = _standard(low) or _dictionary(low) + _by_ending(low)
    return tuple(dict.fromkeys(Reading(case, gender, morphology.like(form, name)) for case, gender, name in readings))


def _standard(low: str) -> list[Reading]:
    for pattern, tables in _GROUPS:
        match = pattern.match(low)
        if match and len(match[1]) > 2:
            return [
                Reading(case, gender, match[1] + ending)
                for table in tables
                if match[2] in table
                for cases, gender, ending in [table[match[2]]]
                for case in cases
            ]
    return []


def _dictionary(low: str) -> list[Reading]:
    """What the dictionary knows as a surname: «Кругликовой», «Седых», «Дуды»."""
    if not morphology.is_known(low):
        return []
    readings = []
    for parse in morphology.parses(low):
        if "Surn" in parse.tag and parse.tag.gender:
            nominative = parse.inflect({"nomn", "sing", parse.tag.gender})
            readings.append(
                Reading(morphology.case_of(parse), str(parse.tag.gender), nominative.word if nominative else low)
            )
    return readings


def _by_ending(low: str) -> list[Reading]:
    """Surnames outside the usual suffixes, by their last letters alone."""
    found = _adjectival(low)
    if found and len(low) > 4:
        # «Ипполитом Ветлугой»: of a man whose name is no adjective.
        like_noun = re.search("[бгджзлпфхчш]ой$", low)
        return found + [Reading("ablt", "masc", low[:-2] + "а")] if like_noun else found
    return found + _first_declension(low) + _unchanged(low, not found) + _masculine_cases(low)


def _unchanged(low: str, is_alone: bool) -> list[Reading]:
    """«Мельник» is he, or she in any case; «Шевченко», «Седых» never change."""
    if low[-1] in "бвгджзклмнпрстфхцчшщьй":
        return [Reading("nomn", "masc", low), *_same(low, ("femn",))]
    if low[-1] in "оеэёиыую" and is_alone or low.endswith(("ко", "ых", "их", "ово", "аго")):
        return _same(low, BOTH)
    return []


def _first_declension(low: str) -> list[Reading]:
    """«Дуда», «Дедюля» and their cases, for both."""
    stem, last = low[:-1], low[-1]
    soft = stem[-1:] not in "гкхжшщч"
    if last in "ая" and not low.endswith(("ая", "яя")):
        return [Reading("nomn", gender, low) for gender in BOTH]
    if last in "ыи":
        return [Reading("gent", gender, stem + ("я" if last == "и" and soft else "а")) for gender in BOTH]
    if last == "е":
        return [Reading(case, gender, stem + "а") for gender in BOTH for case in ("datv", "loct")]
    if last in "ую":
        return [Reading("accs", gender, stem + ("а" if last == "у" else "я")) for gender in BOTH]
    if low.endswith(("ой", "ей")):
        return [Reading("ablt", gender, low[:-2] + ("а" if low.endswith("ой") else "я")) for gender in BOTH]
    return []


def _masculine_cases(low: str) -> list[Reading]:
    """«Мельника», «Мельнику», «Мельником», «Мельнике»."""
    stem, last = low[:-1], low[-1]
    if last in "ая" and stem[-1:] not in "аеиоуэюя":
        return _masculine(stem + ("" if last == "а" else "ь"), ("gent", "accs"))
    if last in "ую":
        return _masculine(stem + ("" if last == "у" else "ь"), ("datv",))
    if last == "е":
        return _masculine(stem, ("loct",))
    if low.endswith(("ом", "ем")):
        return _masculine(low[:-2] + ("" if low.endswith("ом") else "ь"), ("ablt",))
    return []


def _same(low: str, genders: Iterable[str]) -> list[Reading]:
    return [Reading(case, gender, low) for gender in genders for case in ALL]


def _masculine(nominative: str, cases: Iterable[str]) -> list[Reading]:
    if nominative.endswith(("аь", "еь", "оь", "иь", "уь")):
        nominative = nominative[:-1] + "й"
    return [Reading(case, "masc", nominative) for case in cases if len(nominative) > 2]


def _adjectival(low: str) -> list[Reading]:
    """«Погорелая», «Толстого», «Куренной»."""
    for ending, cases, gender, nominatives in _ADJECTIVAL_ENDINGS:
        if low.endswith(ending) and len(low) > len(ending) + 2:
            stem = low[: -len(ending)]
            # «Тихого»: no «ы» after г, к, х and the hissing ones.
            ends = [end.replace("ы", "и") if stem[-1] in "гкхжчшщ" else end for end in nominatives]
            return [Reading(case, gender, stem + end) for case in cases for end in ends] + (
                _she(stem, ending) if ending in ("ой", "ей") else []
            )
    return []


_ADJECTIVAL_ENDINGS = (
    ("ая", ("nomn",), "femn", ("ая",)),
    ("яя", ("nomn",), "femn", ("яя",)),
    ("ую", ("accs",), "femn", ("ая",)),
    ("ого", ("gent", "accs"), "masc", ("ый", "ой")),
    ("его", ("gent", "accs"), "masc", ("ий",)),
    ("ому", ("datv",), "masc", ("ый", "ой")),
    ("ый", ("nomn",), "masc", ("ый",)),
    ("ий", ("nomn",), "masc", ("ий",)),
    ("ым", ("ablt",), "masc", ("ый",)),
    ("ой", ("nomn",), "masc", ("ой",)),
)


def _she(stem: str, ending: str) -> list[Reading]:
    return [
        Reading(case, "femn", stem + ("ая" if ending == "ой" else "яя")) for case in ("gent", "datv", "ablt", "loct")
    ]


def _hyphenated(form: str) -> tuple[Reading, ...]:
    first, rest = form.split("-", 1)
    pairs = [
        Reading(one.case, one.gender, f"{one.nominative}-{two.nominative}")
        for one in surname(first)
        for two in surname(rest)
        if (one.case, one.gender) == (two.case, two.gender)
    ]
    # «Мамин-Сибиряк», but also «Бонч-Бруевича»: the first part may stay as it is.
    return tuple(dict.fromkeys(pairs)) or tuple(
        Reading(two.case, two.gender, f"{first}-{two.nominative}") for two in surname(rest)
    )


@lru_cache(maxsize=5_000)
def given_name(form: str) -> tuple[Reading, ...]:
    """Readings of a given name; one the dictionary does not know is taken as it stands or by its ending."""
    readings = _of_kind(form, "Name") if morphology.is_known(form.lower()) else ()
    if readings:
        return readings
    low = form.lower()
    found = [Reading(case, gender, low) for gender in BOTH for case in ALL]
    if low.endswith("а"):
        found += [Reading(case, "masc", low[:-1]) for case in ("gent", "accs")]
    if low.endswith(("ы", "и")):
        found += [Reading("gent", gender, low[:-1] + ("а" if low.endswith("ы") else "я")) for gender in BOTH]
    return tuple(Reading(case, gender, morphology.like(form, name)) for case, gender, name in found)


_PATRONYMIC = {
    "вич": (("nomn",), "masc", "вич"), "вича": (("gent", "accs"), "masc", "вич"), "вичу": (("datv",), "masc", "вич"),
    "вичем": (("ablt",), "masc", "вич"), "виче": (("loct",), "masc", "вич"),
    "ич": (("nomn",), "masc", "ич"), "ича": (("gent", "accs"), "masc", "ич"), "ичу": (("datv",), "masc", "ич"),
    "ичом": (("ablt",), "masc", "ич"), "ичем": (("ablt",), "masc", "ич"), "иче": (("loct",), "masc", "ич"),
}  # fmt: skip
_PATRONYMIC |= {
    stem + ending: (cases, "femn", stem + "а")
    for stem in ("вн", "ичн", "иничн")
    for ending, cases in {
        "а": ("nomn",), "ы": ("gent",), "е": ("datv", "loct"), "у": ("accs",), "ой": ("ablt",), "ою": ("ablt",),
    }.items()
}  # fmt: skip
_PATRONYMIC_FORM = re.compile(
    r".{2,}(?:(?:ов|ев|ёв)(?:ич(?:а|у|ем|е)?|н(?:а|ы|е|у|ой|ою))|(?:ини)?чн(?:а|ы|е|у|ой)|"
    r"(?:[дмцькт]ь?)ич(?:а|у|ом|ем|е)?|(?:оглы|кызы|қызы|ұлы|улы|уулу))$"
)
# Ильич, Кузьмич, Фомич, Лукич…: other words in -ич are surnames.
_SHORT_PATRONYMICS = ("ильич", "кузьмич", "фомич", "лукич", "никитич", "саввич", "фокич", "силыч", "ильинич")


def is_patronymic(form: str) -> bool:
    low = form.lower()
    if not _PATRONYMIC_FORM.match(low):
        return False
    if re.search(r"[оеё]в(ич|н)", low):
        return True
    return low.startswith(_SHORT_PATRONYMICS) or morphology.has(form, "Patr") or low.endswith(("ызы", "глы", "улы"))


@lru_cache(maxsize=5_000)
def patronymic(form: str) -> tuple[Reading, ...]:
    low = form.lower()
    for length in (6, 5, 4, 3, 2):
        if low[-length:] in _PATRONYMIC:
            cases, gender, ending = _PATRONYMIC[low[-length:]]
            name = morphology.like(form, low[:-length] + ending)
            return tuple(Reading(case, gender, name) for case in cases)
    return tuple(Reading(case, gender, form) for gender in BOTH for case in ALL)


def _of_kind(form: str, kind: str) -> tuple[Reading, ...]:
    """The dictionary’s readings, with the letters of the form kept where the lemma differs only in its ending."""
    found = []
    for parse in morphology.parses(form):
        if kind not in parse.tag or not parse.tag.gender or parse.tag.number == "plur":
            continue
        nominative = parse.inflect({"nomn", "sing"})
        name = nominative.word if nominative else parse.normal_form
        found.append(
            Reading(morphology.case_of(parse), str(parse.tag.gender), morphology.like(form, _keep_e(form, name)))
        )
    return tuple(dict.fromkeys(found))


def _keep_e(form: str, name: str) -> str:
    """«Петра» → «Пётр» is the dictionary’s; «Алена» → «Алёна» would change what is printed."""
    return name if "ё" in form.lower() or _first_e(form) != _first_e(name) else name.replace("ё", "е")


def _first_e(word: str) -> str:
    low = word.lower().replace("ё", "е")
    return low.split("е")[0] if "е" in low else ""
