"""People's names taken apart into family name and given names or initials; what is not plain is a doubt.

«Сочинский Пётр Ильич», «Пётр Ильич Сочинский», «П. И. Сочинский» and, as in catalogues, «Ван дер Вельде, Ян» are plain.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from .folding import fold_case
from .morphology import is_known, parses
from .names import initials as initials_of
from .names import is_given_name, is_patronymic, patronymic_readings, surname_readings


class Doubt(StrEnum):
    """Why a name is not plain."""

    ONE_WORD = "one word"
    ORDER = "order"
    SEVERAL = "several people"
    EXTRA = "not only a name"
    GENDER = "gender"
    NO_FAMILY_NAME = "no family name"


class Order(StrEnum):
    """How somebody says that names without patronymic or initials are to be read."""

    FAMILY_FIRST = "family"
    GIVEN_FIRST = "given"


@dataclass(frozen=True)
class PersonName:
    """The parts of a name, as far as they can be told, and the doubt about them."""

    family_name: str
    given_names: str = ""
    initials: str = ""
    doubt: Doubt | None = None


_BRACKETS = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])")
_HONORIFIC = re.compile(r"^(?:д-р|доктор|проф\.|профессор|(?:dr|prof|mrs?|ms)\.?)\s+(?=\w)", re.IGNORECASE)
_INITIAL = re.compile(r"[^\W\d_]\.(?:-[^\W\d_]\.)?")
_GLUED = re.compile(r"(?<=\.)(?=[^\W\d_])")
_BARE_INITIALS = re.compile(r"([^\W\d_]{2,}(?:-[^\W\d_]+)*) ([А-ЯЁA-Z](?:[. ]{1,2}[А-ЯЁA-Z]){0,2}\.?)")
_NAME_WORD = re.compile(r"[^\W\d_](?:[\w’'`-]*\w)?")
_SPLIT = re.compile(r"\s*[,/&+]\s*|\s+(?:и|and|und)\s+")
_CAPITALS = re.compile(r"\b[^\W\d_a-zа-яё]{5,}(?:-[^\W\d_a-zа-яё]+)?\b")
_AFTER_NAME = ("оглы", "кызы", "улы", "уулу")
_ACRONYM = re.compile(r"[^\W\d_]{2,4}")
_LIKE_DEGREE = re.compile(r"\w?[A-Z]\w?[A-Z]\w?|[JS]r|I{2,3}")
_PARTICLES = "ван фон де дер ди да ла ле дель ибн аль бен бин van von de der den di da la le del el al ibn bin ter"


def people(text: str, order: Order | None = None) -> list[PersonName]:
    """Take apart a list of people: by semicolons and lines, and where every part is plainly a whole name by commas."""
    return [name for part in re.split(r"[;\n]", text) if part.strip() for name in _people(part, order)]


def _people(text: str, order: Order | None) -> list[PersonName]:
    parts = [part for part in _SPLIT.split(" ".join(text.split())) if part]
    if len(parts) > 1:
        names = [person(part, order if order is Order.GIVEN_FIRST else None) for part in parts]
        # «Сочинский, Пётр» is one person; a part without a family name is none.
        if all(name.doubt is None for name in names):
            return names
    return [person(text, order)]


def person(text: str, order: Order | None = None) -> PersonName:
    """Take one name apart; with a doubt, the parts are only a proposal."""
    text = " ".join(text.split()).strip(" .,") + ("." if text.rstrip(" ,").endswith(".") else "")
    # «д-р Анна Придуманная (РБВ)»: the name among the rest is a proposal.
    if (name := _BRACKETS.sub("", _HONORIFIC.sub("", text)).strip()) not in ("", text):
        return replace(person(name, order), doubt=Doubt.EXTRA)
    if re.search(r"[()\[\]\d@#*:]", text):
        return PersonName(re.split(r"\s*[(\[]", text)[0] or text, doubt=Doubt.EXTRA)
    text = _with_usual_letters(text)
    if _SPLIT.search(text):
        return _with_separator(text)
    words = [word for word in _GLUED.sub(" ", text).split() if word]
    if not words:
        return PersonName(text, doubt=Doubt.EXTRA)
    if any(_is_particle(word) for word in words):
        return _with_particle(words)
    if not all(_is_initial(word) or _is_name_word(word) for word in words):
        return PersonName(text, doubt=Doubt.EXTRA)
    if any(_is_initial(word) for word in words):
        return _with_initials(words)
    return _in_full(words, order)


def _with_usual_letters(text: str) -> str:
    """Write names in capitals or small letters as usual, and initials with points; «РГБ» may be an acronym."""
    words = text.split()
    if (text.isupper() and any(map(_is_known_given_name, words))) or (
        text.islower() and any(map(is_patronymic, words))
    ):
        text = text.title()
    text = _CAPITALS.sub(lambda word: word[0].title(), text)
    bare = _BARE_INITIALS.fullmatch(text)
    return f"{bare[1]} {initials_of(bare[2])}" if bare else text


def _with_separator(text: str) -> PersonName:
    """«Ван дер Вельде, Ян», the catalogues' way; other commas part people or add a position."""
    parts = _SPLIT.split(text)
    if len(parts) != 2 or "," not in text:
        return PersonName(text, doubt=Doubt.SEVERAL)
    family, given = parts
    words, given_words = family.split(), _GLUED.sub(" ", given).split()
    if not given_words or not all(_is_initial(word) or _is_name_word(word) for word in given_words):
        return PersonName(family, doubt=Doubt.EXTRA)
    if not all(_is_name_word(word) or _is_particle(word) for word in words):
        return PersonName(text, doubt=Doubt.SEVERAL)
    if any(_is_acronym(word) or _LIKE_DEGREE.fullmatch(word) for word in given_words):
        return PersonName(family, doubt=Doubt.EXTRA)
    has_whole_name = len(words) > 1 and any(is_given_name(fold_case(word)) or is_patronymic(word) for word in words)
    # «John Made, Anna Invented»
    is_two_names = len(words) == len(given_words) == 2 and not (
        any(map(_is_initial, given_words)) or is_patronymic(given_words[1])
    )
    if (has_whole_name or is_two_names) and not any(_is_particle(word) for word in words):
        return PersonName(text, doubt=Doubt.SEVERAL)
    return _named(family, given_words)


def _with_particle(words: list[str]) -> PersonName:
    """«Анна ван дер Крейч», «Ван дер Вельде Ян»: a proposal; the comma says it plainly."""
    first = next(place for place, word in enumerate(words) if _is_particle(word))
    if first == 0:
        return _named(" ".join(words[:-1]), words[-1:], Doubt.ORDER)
    return _named(" ".join(words[first:]), words[:first], Doubt.ORDER)


def _with_initials(words: list[str]) -> PersonName:
    """«Сочинский П. И.», «П. И. Сочинский»; «Пётр И. Сочинский» and two words beside the initials are doubtful."""
    flags = [_is_initial(word) for word in words]
    whole = [word for word in words if not _is_initial(word)]
    # The initials come in one run, at the beginning or the end.
    is_plain = len(whole) == 1 and flags in (sorted(flags), sorted(flags, reverse=True))
    if is_plain and len(words) == 2 and _is_known_given_name(whole[0]):
        # «Анна М.»
        return PersonName(" ".join(words), doubt=Doubt.NO_FAMILY_NAME)
    if is_plain:
        return _named(whole[0], [word for word in words if _is_initial(word)], _doubt_of_acronym(whole))
    if not whole:
        return PersonName(" ".join(words), doubt=Doubt.EXTRA)
    if len(whole) > 1 and flags.count(True) > 1 and flags[0] is not flags[-1]:
        # «Сочинский П. И. Придуманная А. Б.»
        return PersonName(" ".join(words), doubt=Doubt.SEVERAL)
    return _named(whole[-1], [word for word in words if word != whole[-1]], Doubt.ORDER)


def _in_full(words: list[str], order: Order | None) -> PersonName:
    if doubt := _doubt_of_acronym(words):
        return PersonName(" ".join(words), doubt=doubt)
    # «Анна Ивановна»
    is_only_given = len(words) == 2 and is_patronymic(words[1]) and is_given_name(fold_case(words[0]))
    if is_only_given or (len(words) == 1 and _is_known_given_name(words[0])):
        return PersonName(" ".join(words), doubt=Doubt.NO_FAMILY_NAME)
    if len(words) == 1:
        return PersonName(words[0], doubt=Doubt.ONE_WORD)
    if words[-1].lower() in _AFTER_NAME and len(words) == 4:
        return _named(words[0], words[1:])
    if len(words) == 3:
        # The patronymic tells: last, or between given and family name.
        if is_patronymic(words[2]) and not is_patronymic(words[1]):
            return _checked(words[0], words[1:], words[2])
        if is_patronymic(words[1]) and not is_patronymic(words[2]):
            return _checked(words[2], words[:2], words[1])
    if len(words) == 2 and not any(is_patronymic(word) for word in words):
        return _of_two(words, order)
    return _in_order(words, order if len(words) < 4 else None, Doubt.ORDER)


def _of_two(words: list[str], order: Order | None) -> PersonName:
    """Of two Latin words the second is likelier to be the family name, even in a list that has it first."""
    given = [is_given_name(fold_case(word)) for word in words]
    if order is None and given == [False, True]:
        # «Сочинский Пётр»: only the second can be a given name.
        return _named(words[0], words[1:])
    if order is Order.FAMILY_FIRST and (given == [True, False] or not re.search("[а-яё]", " ".join(words))):
        return _named(words[1], words[:1], Doubt.ORDER)
    if order is Order.GIVEN_FIRST and given == [False, True]:
        return _named(words[0], words[1:], Doubt.ORDER)
    return _in_order(words, order, Doubt.ORDER)


def _in_order(words: list[str], order: Order | None, doubt: Doubt) -> PersonName:
    is_plain = order is not None and len(words) == 2
    if order is Order.FAMILY_FIRST:
        return _named(words[0], words[1:], None if is_plain else doubt)
    return _named(words[-1], words[:-1], None if is_plain else doubt)


def _checked(family: str, given: list[str], patronymic: str) -> PersonName:
    """With a doubt if the family name is not of the patronymic's gender: «Иван Петрович Алексеева»."""
    genders = {reading.gender for reading in patronymic_readings(patronymic) if reading.case == "nomn"}
    nominatives = {reading.gender for reading in surname_readings(family) if reading.case == "nomn"}
    return _named(family, given, Doubt.GENDER if nominatives and not genders & nominatives else None)


def _named(family: str, given: list[str], doubt: Doubt | None = None) -> PersonName:
    text = " ".join(given)
    if given and all(_is_initial(word) for word in given):
        return PersonName(family, initials=initials_of(text), doubt=doubt)
    return PersonName(family, given_names=text, doubt=doubt)


def _is_initial(word: str) -> bool:
    return bool(_INITIAL.fullmatch(word)) and word[0].isupper()


def _is_particle(word: str) -> bool:
    return word.lower() in _PARTICLES.split()


def _is_name_word(word: str) -> bool:
    """Whether the word begins like a name: no position, no «д-р», no department."""
    return bool(_NAME_WORD.fullmatch(word)) and (word[0].isupper() or word.lower() in _AFTER_NAME)


def _is_known_given_name(word: str) -> bool:
    """Whether the dictionary has the word as a given name or patronymic and, unlike «Ким», as no family name."""
    folded = fold_case(word)
    is_given = is_known(folded) and is_given_name(folded) and not any("Surn" in parse.tag for parse in parses(folded))
    return is_given or is_patronymic(word)


def _is_acronym(word: str) -> bool:
    return bool(_ACRONYM.fullmatch(word)) and word.isupper()


def _doubt_of_acronym(words: list[str]) -> Doubt | None:
    return Doubt.EXTRA if any(_is_acronym(word) for word in words) else None
