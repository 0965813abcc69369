"""The grammar of people's names: nominatives and other cases, initials, patronymics, lemmas of surnames.

A form often has several readings («Иванова»: her in the nominative, him in the genitive). All are given; the words
around decide between them.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from pymorphy3.analyzer import Parse

from .folding import fold_case
from .morphology import CASES, MIN_SCORE, can_be, case_of, copy_capitals, form_of, is_known, lemma_of, parses

GENDERS = ("masc", "femn")


class Reading(NamedTuple):
    """One way to understand a form: its case, gender and nominative."""

    case: str
    gender: str
    nominative: str


@lru_cache(maxsize=1 << 12)
def initials(given_names: str) -> str:
    """«Наталья Викторовна» → «Н. В.»; initials stay initials, «И.Л.» → «И. Л.»."""
    parts = re.findall(r"[^\W\d_][\w'’-]*", given_names)
    return " ".join(f"{part[0].upper()}." for part in parts)


# Surnames

# Ending by gender and case, after the stem.
_POSSESSIVE = {  # Иванов, Алехина, Царицын
    "masc": {"nomn": "", "gent": "а", "datv": "у", "accs": "а", "ablt": "ым", "loct": "е"},
    "femn": {"nomn": "а", "gent": "ой", "datv": "ой", "accs": "у", "ablt": "ой", "loct": "ой"},
}
_ADJECTIVE = {  # Достоевский, Крупская
    "masc": {"nomn": "ий", "gent": "ого", "datv": "ому", "accs": "ого", "ablt": "им", "loct": "ом"},
    "femn": {"nomn": "ая", "gent": "ой", "datv": "ой", "accs": "ую", "ablt": "ой", "loct": "ой"},
}
_NOUN = {  # Лутович; hers never changes
    "masc": {"nomn": "", "gent": "а", "datv": "у", "accs": "а", "ablt": "ем", "loct": "е"},
}
# The first declension whose stem fits decides.
_DECLENSIONS = (
    (re.compile(r"(.*(?:[оеё]в|[иы]н))(а|у|ым|е|ой|ою|)"), _POSSESSIVE),
    (re.compile(r"(.*[сц]к)(ий|ого|ому|им|ом|ая|ой|ую)"), _ADJECTIVE),
)


@lru_cache(maxsize=5_000)
def surname_readings(form: str) -> tuple[Reading, ...]:
    """Every reading of a surname's form; of a hyphenated one part by part."""
    if "-" in form:
        return _hyphenated(form)
    low = form.lower()
    readings = _by_declension(low) or _from_dictionary(low) + _by_ending(low)
    return tuple(dict.fromkeys(Reading(case, gender, copy_capitals(form, name)) for case, gender, name in readings))


def decline_surname(nominative: str, gender: str, case: str) -> str:
    """The surname in this case, by the school grammar; what has no declension stays as it is."""
    for pattern, declension in _DECLENSIONS:
        endings = declension[gender]
        match = pattern.fullmatch(nominative.lower())
        if match and match[2] == endings["nomn"]:
            return nominative[: len(match[1])] + endings[case]
    if gender == "femn" and nominative.endswith("ая"):
        return nominative[:-2] + _ADJECTIVE["femn"][case]
    return nominative + _NOUN["masc"][case] if gender == "masc" and nominative.endswith("ич") else nominative


def _by_declension(low: str) -> list[Reading]:
    for pattern, declension in _DECLENSIONS:
        match = pattern.fullmatch(low)
        if match and len(match[1]) > 2:
            stem, ending = match[1], "ой" if match[2] == "ою" else match[2]
            cases = ("ablt",) if match[2] == "ою" else CASES
            return [
                Reading(case, gender, stem + endings["nomn"])
                for gender, endings in declension.items()
                for case in cases
                if endings[case] == ending
            ]
    return []


def _from_dictionary(low: str) -> list[Reading]:
    """What the dictionary knows as a surname: «Кругликовой», «Седых», «Дуды»."""
    found = [parse for parse in parses(low) if "Surn" in parse.tag and parse.tag.gender] if is_known(low) else []
    return [
        Reading(case_of(parse), str(parse.tag.gender), form_of(parse, "nomn", "sing", parse.tag.gender) or low)
        for parse in found
    ]


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
        return _same(low, GENDERS)
    return []


def _first_declension(low: str) -> list[Reading]:
    """«Дуда», «Дедюля» and their cases, for both."""
    stem, last = low[:-1], low[-1]
    soft = stem[-1:] not in "гкхжшщч"
    if last in "ая" and not low.endswith(("ая", "яя")):
        return [Reading("nomn", gender, low) for gender in GENDERS]
    if last in "ыи":
        return [Reading("gent", gender, stem + ("я" if last == "и" and soft else "а")) for gender in GENDERS]
    if last == "е":
        return [Reading(case, gender, stem + "а") for gender in GENDERS for case in ("datv", "loct")]
    if last in "ую":
        return [Reading("accs", gender, stem + ("а" if last == "у" else "я")) for gender in GENDERS]
    if low.endswith(("ой", "ей")):
        return [Reading("ablt", gender, low[:-2] + ("а" if low.endswith("ой") else "я")) for gender in GENDERS]
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
    return [Reading(case, gender, low) for gender in genders for case in CASES]


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
        for one in surname_readings(first)
        for two in surname_readings(rest)
        if (one.case, one.gender) == (two.case, two.gender)
    ]
    # «Мамин-Сибиряк», but also «Бонч-Бруевича»: the first part may stay as it is.
    return tuple(dict.fromkeys(pairs)) or tuple(
        Reading(two.case, two.gender, f"{first}-{two.nominative}") for two in surname_readings(rest)
    )


# Given names and patronymics


@lru_cache(maxsize=5_000)
def given_name_readings(form: str) -> tuple[Reading, ...]:
    """Every reading of a given name; one that the dictionary lacks is taken as it stands or by its ending."""
    readings = _dictionary_given_names(form) if is_known(form.lower()) else ()
    if readings:
        return readings
    low = form.lower()
    found = [Reading(case, gender, low) for gender in GENDERS for case in CASES]
    if low.endswith("а"):
        found += [Reading(case, "masc", low[:-1]) for case in ("gent", "accs")]
    if low.endswith(("ы", "и")):
        found += [Reading("gent", gender, low[:-1] + ("а" if low.endswith("ы") else "я")) for gender in GENDERS]
    return tuple(Reading(case, gender, copy_capitals(form, name)) for case, gender, name in found)


_PATRONYMIC = {
    "вич": (("nomn",), "masc", "вич"), "вича": (("gent", "accs"), "masc", "вич"), "вичу": (("datv",), "masc", "вич"),
    "вичем": (("ablt",), "masc", "вич"), "виче": (("loct",), "masc", "вич"),
    "ич": (("nomn",), "masc", "ич"), "ича": (("gent", "accs"), "masc", "ич"), "ичу": (("datv",), "masc", "ич"),
    "ичом": (("ablt",), "masc", "ич"), "ичем": (("ablt",), "masc", "ич"), "иче": (("loct",), "masc", "ич"),
}  # fmt: skip
_PATRONYMIC |= {
    stem + ending: (cases, "femn", stem + "а")
    for stem in ("вн", "ичн", "иничн", "ишн")
    for ending, cases in {
        "а": ("nomn",), "ы": ("gent",), "е": ("datv", "loct"), "у": ("accs",), "ой": ("ablt",), "ою": ("ablt",),
    }.items()
}  # fmt: skip
_PATRONYMIC_FORM = re.compile(
    r".{2,}(?:(?:ов|ев|ёв)(?:ич(?:а|у|ем|е)?|н(?:а|ы|е|у|ой|ою))|(?:ини)?чн(?:а|ы|е|у|ой)|"
    r"(?:[дмцькт]ь?|вв)ич(?:а|у|ом|ем|е)?|(?:оглы|кызы|қызы|ұлы|улы|уулу))$|"
    r"силыч(?:а|у|ем|е)?$|саввишн(?:а|ы|е|у|ой)$"
)
# Ильич, Кузьмич, Фомич, Лукич…: other words in -ич are surnames.
_SHORT_PATRONYMICS = ("ильич", "кузьмич", "фомич", "лукич", "никитич", "саввич", "фокич", "силыч", "ильинич", "саввиш")


def is_patronymic(form: str) -> bool:
    low = form.lower()
    if not _PATRONYMIC_FORM.match(low):
        return False
    if re.search(r"[оеё]в(ич|н)", low):
        return True
    return low.startswith(_SHORT_PATRONYMICS) or can_be(form, "Patr") or low.endswith(("ызы", "глы", "улы"))


@lru_cache(maxsize=5_000)
def patronymic_readings(form: str) -> tuple[Reading, ...]:
    """Every reading of a patronymic, by its ending."""
    low = form.lower()
    for length in (6, 5, 4, 3, 2):
        if low[-length:] in _PATRONYMIC:
            cases, gender, ending = _PATRONYMIC[low[-length:]]
            name = copy_capitals(form, low[:-length] + ending)
            return tuple(Reading(case, gender, name) for case in cases)
    return tuple(Reading(case, gender, form) for gender in GENDERS for case in CASES)


def _dictionary_given_names(form: str) -> tuple[Reading, ...]:
    """The dictionary's readings, with the letters of the form kept where the lemma differs only in its ending.

    «Анне» is rather Анна than the indeclinable Анне.
    """
    found = [
        Reading(
            case_of(parse),
            str(parse.tag.gender),
            copy_capitals(form, _keep_e(form, form_of(parse, "nomn", "sing") or parse.normal_form)),
        )
        for parse in sorted(parses(form), key=lambda parse: "Fixd" in parse.tag)
        if "Name" in parse.tag and parse.tag.gender and parse.tag.number != "plur"
    ]
    return tuple(dict.fromkeys(found))


def _keep_e(form: str, name: str) -> str:
    """«Петра» → «Пётр» is the dictionary's; «Алена» → «Алёна» would change what is printed."""
    differs = "ё" in form.lower() or _before_first_e(form) != _before_first_e(name)
    return name if differs else name.replace("ё", "е")


def _before_first_e(word: str) -> str:
    before, e, _rest = fold_case(word).partition("е")
    return before if e else ""


def patronymic_of(father: str, gender: str) -> str:
    """«Олеговна», «Юрьевич»: the patronymic of a child of this gender, from the father's given name."""
    irregular = {"Пётр": "Петро", "Павел": "Павло", "Михаил": "Михайло"}
    if father == "Илья":
        return "Ильинична" if gender == "femn" else "Ильич"
    if father in irregular:
        stem = irregular[father]
    elif father.endswith("ий"):
        stem = father[:-2] + "ье"
    elif father[-1] in "йь":
        stem = father[:-1] + "е"
    else:
        stem = father + "о"
    return stem + ("вна" if gender == "femn" else "вич")


# Lemmas of folded words

_LIKE_SURNAME = re.compile("(.+(?:[ое]в|[иы]н))(?:а|о|у|е|ы|ой|ою|ым|ом|ых|ыми)?")
_RUSSIAN = re.compile("[а-я]+")


@lru_cache(maxsize=1 << 14)
def surname_lemmas(word: str) -> tuple[str, ...]:
    """The surnames that the word may be a form of; the dictionary knows the most frequent ones.

    «Юрлова» is for it the village of Юрлово, and «Юрловой» nothing it knows; the stem of «Чоботов» is another than
    that of «Чоботова».
    """
    known = [lemma_of(parse) for parse in _plausible(word) if "Surn" in parse.tag] if is_known(word) else []
    return tuple(dict.fromkeys(known)) or surname_by_ending(word)


def surname_by_ending(word: str) -> tuple[str, ...]:
    """The masculine nominative of what ends like a surname in -ов, -ев, -ин, -ын."""
    match = _LIKE_SURNAME.fullmatch(word)
    return (match[1],) if match else ()


def may_be_name(word: str) -> bool:
    """Whether the word can be a surname or a place."""
    # To guess at a word that the dictionary lacks takes it ten times as long.
    return not is_known(word) or any("Surn" in parse.tag or "Geox" in parse.tag for parse in _plausible(word))


@lru_cache(maxsize=1 << 12)
def is_surname(word: str) -> bool:
    return not is_known(word) or any("Surn" in parse.tag for parse in _plausible(word))


@lru_cache(maxsize=1 << 12)
def is_given_name(word: str) -> bool:
    """Whether the word can be a given name or a patronymic."""
    return any("Name" in parse.tag or "Patr" in parse.tag for parse in _plausible(word))


def _plausible(word: str) -> list[Parse]:
    return [parse for parse in parses(word) if parse.score >= MIN_SCORE] if _RUSSIAN.fullmatch(word) else []
