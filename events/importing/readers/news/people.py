"""Participants: their names in the nominative, with position and organisation."""

from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from ....russian import morphology
from ....russian.folding import fold_case
from ....russian.names import Reading, given_name_readings, patronymic_readings, surname_readings
from ....russian.typography import DASHES
from . import eponyms, names, positions
from .boilerplate import Layout
from .document import Document
from .lexicon import word_set
from .names import Name
from .organisations import Organisation
from .positions import Position

# Nouns that govern a name in the genitive: «доклад Алехиной», «выступления Иванова».
_GENITIVE_NOUNS = word_set(
    """
    доклад сообщение выступление презентация лекция приветствие речь слово опыт мнение рассказ обзор тема
    тренинг мастер-класс видеодоклад участие руководство модерация консультация экскурсия информация
    видеовыступление видеоприветствие видеообращение обращение слайд-презентация словами
    """
)


@dataclass
class Person:
    """A participant with all mentions; the name parts are the proposed nominative."""

    mentions: list[Name]
    family: str
    given: str = ""
    patronymic: str = ""
    initials: str = ""
    is_inferred: bool = False
    uncertainty: str = ""
    positions: list[Position] = field(default_factory=list)
    gender: str = ""
    case: str = ""
    is_governed: bool = False
    printed_family: str = ""
    # The case of each mention, "" where it is not known.
    cases: dict[int, str] = field(default_factory=dict)

    @property
    def given_names(self) -> str:
        return f"{self.given} {self.patronymic}".strip()

    @property
    def first(self) -> Name:
        return self.mentions[0]


def find(document: Document, layout: Layout, found: list[Name], organisations: list[Organisation]) -> list[Person]:
    """Find every participant once, in the order of the text."""
    mentions = [
        name
        for name in found
        if layout.is_news(name.span.start)
        and not _in_organisation(name, organisations)
        and not eponyms.is_commemorated(document, name)
    ]
    taken = {number for name in mentions for number in range(name.first, name.last)}
    people: list[Person] = []
    described = [(name, _positions(document, name, taken, organisations)) for name in mentions]
    forms = _forms(document, described)
    for (name, posts), (reading, uncertainty) in zip(described, forms, strict=True):
        person = _person(document, name, posts, reading, uncertainty)
        person.is_governed = bool(_governor(document, _start(name, posts)))
        same = next((other for other in people if is_same(other, person)), None)
        if same:
            merge(same, person)
        elif name.has_family:
            people.append(person)
    return people


def in_case(document: Document, name: Name, case: str) -> Person:
    """Return the person of a name that stands in this case."""
    readings = [reading for reading in _readings(document, name) if reading[0] == case]
    return _person(document, name, [], *_best(readings, Counter({case: 8})))


def _in_organisation(name: Name, organisations: list[Organisation]) -> bool:
    return any(
        organisation.span.start <= name.span.start and name.span.end <= organisation.span.end
        for organisation in organisations
    )


def _positions(document: Document, name: Name, taken: set[int], organisations: list[Organisation]) -> list[Position]:
    others = taken - set(range(name.first, name.last))
    named = {number for organisation in organisations for number in range(organisation.first, organisation.last)}
    after = positions.after(document, name, others, named)
    house = positions.organisation_after(document, after.last if after else name.last, organisations)
    before = positions.before(document, name, others)
    if before and document.words[before.last - 1].text in DASHES and not _fits(document, name, before):
        # «Советы архивиста – Анна Лыкова»: what she speaks of.
        before = None
    found = [after if after and _fits(document, name, after) else None, before, house]
    return [organisation for organisation in found if organisation]


def _fits(document: Document, name: Name, post: Position) -> bool:
    """Whether the position agrees with the name in case.

    «Дмитрий Сидоров, директора библиотек»: a nominative name has no position in another case.
    """
    if not names.is_subject(document, name):
        return True
    cases = positions.case_hints(document, post)[0]
    return not cases or "nomn" in cases


# Choice of the nominative


def _forms(document: Document, described: list[tuple[Name, list[Position]]]) -> list[tuple[Reading | None, str]]:
    """Choose a reading for each name; names in one list share their case."""
    ways = [_readings(document, name) for name, _ in described]
    hints = [_hints(document, name, posts) for name, posts in described]
    for number in range(1, len(described)):
        if _continues_list(document, described[number - 1][0], described[number][0]):
            for case, weight in _oblique(ways[number - 1], hints[number - 1]).items():
                hints[number][case] += weight * 0.9
    _share_nominative(document, described, ways, hints)
    for (name, _posts), readings, hint in zip(described, ways, hints, strict=True):
        readings += _as_printed(document, name, readings, hint)
    return [_best(readings, hint) for readings, hint in zip(ways, hints, strict=True)]


def _share_nominative(document: Document, described: list, ways: list[list], hints: list[Counter[str]]) -> None:
    """Favour the nominative next to a name that can be nothing else.

    «доклады: А. В. Лугова «…», О. П. Рябов «…»»: «Рябов» can be nothing else, so «Лугова» is she.
    """
    for number in range(len(described)):
        for other in (number - 1, number + 1):
            if not 0 <= other < len(described) or {case for case, _, _ in ways[other]} != {"nomn"}:
                continue
            earlier, later = sorted((number, other))
            if _continues_list(document, described[earlier][0], described[later][0]):
                hints[number]["nomn"] += 4


def _as_printed(document: Document, name: Name, readings: list, hints: Counter[str]) -> list:
    """Read a woman’s name that the dictionary knows only as a man’s.

    «поэтесса Раиля Ахтямова»: the position is feminine, the dictionary knows only «Раиль».
    """
    if max(hints[case] for case in morphology.CASES if case != "nomn") >= 3:
        return []
    if hints["femn"] < 3 or any(gender == "femn" for _, gender, _ in readings) or name.given < 0:
        return []
    forms = [names.proper(document, number) for number in (name.family, name.given, name.patronymic)]
    family = surname_readings(forms[0]) if forms[0] else ()
    fits = not forms[0] or any((reading.case, reading.gender) == ("nomn", "femn") for reading in family)
    return [("nomn", "femn", tuple(forms))] if fits and forms[1].endswith(("а", "я")) else []


def _oblique(readings: list, hints: Counter[str]) -> Counter[str]:
    """Weigh the cases of the previous name in the list, by its own form or by what governs it."""
    shared = Counter({case: weight for case, weight in hints.items() if case in morphology.CASES})
    if readings and not any(case == "nomn" for case, _, _ in readings):
        del shared["nomn"]
        for case in {case for case, _, _ in readings}:
            shared[case] += 2
    return shared


def _readings(document: Document, name: Name) -> list[tuple[str, str, tuple[str, str, str]]]:
    """Return (case, gender, (family, given, patronymic)) for each way in which the parts agree."""
    family = surname_readings(names.proper(document, name.family)) if name.family >= 0 else None
    given = given_name_readings(names.proper(document, name.given)) if name.given >= 0 else None
    patronymic = patronymic_readings(names.proper(document, name.patronymic)) if name.patronymic >= 0 else None
    shared = names.agreements(document, name)
    if not shared and family and (given or patronymic):
        return _readings_without_family(document, name, given, patronymic)
    found = []
    for case, gender in sorted(shared, key=lambda way: (morphology.CASES.index(way[0]), way[1])):
        for form in dict.fromkeys(_form(family, case, gender)):
            found.append((case, gender, (form, *_form(given, case, gender)[:1], *_form(patronymic, case, gender)[:1])))
    return [(case, gender, (tuple(form) + ("", ""))[:3]) for case, gender, form in _in_order(found, given, patronymic)]


def _in_order(found: list, given: object, patronymic: object) -> list:
    """Put the parts in their places although some are missing."""
    ordered = []
    for case, gender, form in found:
        rest = list(form[1:])
        first = rest.pop(0) if given is not None and rest else ""
        second = rest.pop(0) if patronymic is not None and rest else ""
        ordered.append((case, gender, (form[0], first, second)))
    return ordered


def _readings_without_family(document: Document, name: Name, given: object, patronymic: object) -> list:
    """Read given name and patronymic only; the surname agrees with neither and stays as printed."""
    printed, first = names.proper(document, name.family), names.proper(document, name.given)
    part = patronymic or given or ()
    return [
        (
            r.case,
            r.gender,
            (
                printed,
                # «Гоар Вагановна»: the dictionary has the given name in the other gender only.
                *(_form(given, r.case, r.gender)[:1] or [first]),
                *(_form(patronymic, r.case, r.gender)[:1] or [""]),
            ),
        )
        for r in part  # type: ignore[attr-defined]
    ]


def _form(part: tuple[Reading, ...] | None, case: str, gender: str) -> list[str]:
    if part is None:
        return [""]
    return [reading.nominative for reading in part if (reading.case, reading.gender) == (case, gender)]


def _hints(document: Document, name: Name, posts: list[Position]) -> Counter[str]:
    """Weigh case and gender by the words around the name."""
    hints: Counter[str] = Counter({"nomn": 1.0})
    for post in posts:
        cases, gender = positions.case_hints(document, post)
        if "nomn" in cases:
            hints["nomn"] += 3
        else:
            for case in cases:
                hints[case] += 3
        if gender:
            hints[gender] += 3
    start = _start(name, posts)
    if cases := _cases_of_calling(document, start):
        hints.update(dict.fromkeys(cases, 3))
    hints += _verb_hints(document, name, posts, start)
    if governor := _governor(document, start):
        hints[governor] += 4
    return hints


def _start(name: Name, posts: list[Position]) -> int:
    return min([name.first, *(post.first for post in posts if post.is_before)])


def _cases_of_calling(document: Document, start: int) -> frozenset[str]:
    """Return the cases of a word for a person right before the name: «в адрес предпринимателя Эдуарда Дроздова»."""
    before = document.word(start - 1)
    if before is None or not before.is_word or before.is_capital or document.gap(start - 1).strip(" \u00a0"):
        return frozenset()
    cases = morphology.cases(before.lower, "NOUN", "anim", "sing")
    return frozenset() if "nomn" in cases else cases


def _verb_hints(document: Document, name: Name, posts: list[Position], start: int) -> Counter[str]:
    """Weigh case and gender by a verb near the name, «выступила …», «… рассказал»: it is the subject."""
    hints: Counter[str] = Counter()
    sentence = document.sentence_of(name.first)
    colon = next((n for n in range(start - 1, sentence.first, -1) if document.words[n].text in ":;"), sentence.first)
    last = max([name.last, *(post.last for post in posts if not post.is_before)])
    last += document.lower(last) == ")"
    near = [*range(max(colon, start - 7), start), *range(last, min(sentence.last, last + 3))]
    for number in near:
        word = document.words[number]
        if word.is_word and morphology.is_past_verb(word.lower):
            gender = morphology.verb_gender(word.lower)
            if gender in ("masc", "femn"):
                # «Павла Кавычко подвела итоги»: nothing stands between.
                hints[gender] += 2 + (number == last)
                hints["nomn"] += 1.5
            elif gender == "plur":
                hints["nomn"] += 1
    return hints


def _governor(document: Document, start: int) -> str:
    """Return the case that the word before the name governs, "" if none."""
    before = document.word(start - 1)
    if before is not None and document.line_at(before.start) != document.line_at(document.words[start].start):
        # «ДОКЛАДЫ» on the line above: in the list below each name is nominative.
        return ""
    if before is None or not before.is_word:
        return _governor_before_colon(document, start)
    if before.lower in ("от", "у", "для", "из", "кроме"):
        return "gent"
    if before.lower in ("с", "со", "под", "перед", "между"):
        return "ablt"
    for number in range(start - 1, max(start - 5, -1), -1):
        word = document.words[number]
        if not word.is_word:
            break
        if morphology.lemmas(word.lower) & _GENITIVE_NOUNS:
            return "gent"
        if morphology.is_finite_verb(word.text):
            break
    return ""


def _governor_before_colon(document: Document, start: int) -> str:
    """Return the case that the words before a colon govern: «доклады донецких специалистов: Алехиной И. Л. …»"""
    if document.lower(start - 1) != ":":
        return ""
    words = [
        document.words[number].lower for number in range(max(0, start - 6), start - 1) if document.words[number].is_word
    ]
    if not words or not any(morphology.lemmas(word) & _GENITIVE_NOUNS for word in words):
        return ""
    # «доклады: Алехиной…» wants the genitive, «с докладами выступили: Алехина…» does not.
    ends_in_verb = any(morphology.is_finite_verb(word) for word in words[-1:])
    return (
        "gent"
        if morphology.lemmas(words[-1]) & _GENITIVE_NOUNS or "gent" in morphology.cases(words[-1]) and not ends_in_verb
        else ""
    )


def _continues_list(document: Document, before: Name, name: Name) -> bool:
    """Whether both names are in one sentence without a finite verb between them."""
    if document.sentence_of(before.first) != document.sentence_of(name.first):
        return False
    return not any(
        document.words[number].is_word and morphology.is_finite_verb(document.words[number].text)
        for number in range(before.last, name.first)
        if not document.quote_around(document.words[number].start)
    )


def _best(readings: list, hints: Counter[str]) -> tuple[Reading | None, str]:
    """Choose the likeliest reading; uncertain when another nominative is as likely."""
    scores: dict[tuple[str, str, str], float] = {}
    cases: dict[tuple[str, str, str], str] = {}
    for case, gender, form in readings:
        score = hints[case] + hints[gender] - (hints["femn"] if gender == "masc" else hints["masc"])
        if score > scores.get(form, -99):
            scores[form], cases[form] = score, f"{case} {gender}"
    if not scores:
        return None, ""
    # Ties go to the surname that declines: «С. С. Дедюли» is rather Дедюля than an indeclinable Дедюли.
    freedom = Counter(form for _, _, form in readings)
    ranked = sorted(scores, key=lambda form: (-scores[form], freedom[form]))
    best = ranked[0]
    uncertainty = ""
    if len(ranked) > 1 and scores[ranked[1]] > scores[best] - 0.6:
        names = [" ".join(filter(None, form)) for form in ranked[:2]]
        uncertainty = _("The form does not tell which name is the nominative: “%(one)s” or “%(two)s”.") % {
            "one": names[0],
            "two": names[1],
        }
    case = cases[best].split()[0]
    if case != "nomn" and not uncertainty and hints[case] <= 0:
        # Nothing but the form of the name says that it is not nominative: the dictionary may lack a name.
        uncertainty = _guess_uncertainty()
    return Reading(cases[best].split()[0], cases[best].split()[1], best), uncertainty  # type: ignore[arg-type]


def _person(document: Document, name: Name, posts: list[Position], reading: Reading | None, uncertainty: str) -> Person:
    family, given, patronymic = (
        reading.nominative
        if reading
        else (
            names.proper(document, name.family),
            names.proper(document, name.given),
            names.proper(document, name.patronymic),
        )
    )
    printed = [names.proper(document, number) for number in (name.family, name.given, name.patronymic)]
    return Person(
        [name], family, given, patronymic, name.initials,
        is_inferred=[family, given, patronymic] != printed,
        uncertainty=uncertainty or (_guess_uncertainty() if name.is_guess else ""),
        positions=posts,
        gender=reading.gender if reading else "",
        case=reading.case if reading else "",
        printed_family=printed[0],
        cases={name.first: reading.case if reading else ""},
    )  # fmt: skip


def _guess_uncertainty() -> str:
    return _("Taken for a name by its place in the sentence; the dictionary does not know it.")


# Several mentions of one person


def is_same(person: Person, other: Person) -> bool:
    """Whether two mentions name one person: surnames equal, initials and names not in conflict."""
    if not other.family and person.given and person.given == other.given and not person.patronymic:
        # «Евгения Борисовна» after «Евгения Хомякова»
        return person.gender in ("", other.gender)
    if other.family and person.family:
        if not _same_family(person, other):
            return False
        return _compatible(_letters(person), _letters(other)) and _compatible_names(person, other)
    # «Роман Олегович» after «Перфильев Р. О.»
    return (
        bool(other.given and other.patronymic)
        and _letters(person)[:2] == _letters(other)[:2]
        and _compatible_names(person, other)
    )


def _same_family(person: Person, other: Person) -> bool:
    return fold_case(person.family) == fold_case(other.family)


def _letters(person: Person) -> str:
    if person.initials:
        return "".join(letter for letter in person.initials if letter.isalpha())
    return "".join(part[0] for part in (person.given, person.patronymic) if part)


def _compatible(letters: str, others: str) -> bool:
    short = min(len(letters), len(others))
    return letters[:short] == others[:short]


def _compatible_names(person: Person, other: Person) -> bool:
    return not (person.given and other.given and person.given != other.given) and not (
        person.patronymic and other.patronymic and person.patronymic != other.patronymic
    )


def merge(person: Person, again: Person) -> None:
    """Add what another mention tells: a fuller name, a position."""
    if not person.given and again.given and {person.gender, again.gender} == {"masc", "femn"}:
        _change_gender(person, again.gender)
    person.mentions += again.mentions
    person.cases |= again.cases
    person.positions += again.positions
    if not person.given and again.given:
        person.given, person.patronymic, person.initials = again.given, again.patronymic, ""
    elif person.given == again.given and again.patronymic and not person.patronymic:
        person.patronymic = again.patronymic
    if person.uncertainty and not again.uncertainty and again.family:
        person.uncertainty = ""


def _change_gender(person: Person, gender: str) -> None:
    """Correct the surname when a later mention tells the gender.

    «В. Е. Булавинова» turns out to be «Вадим Евгеньевич»: the surname was in the genitive.
    """
    forms = {reading.nominative for reading in surname_readings(person.printed_family) if reading.gender == gender}
    if len(forms) == 1:
        person.family, person.gender, person.is_inferred = forms.pop(), gender, True
