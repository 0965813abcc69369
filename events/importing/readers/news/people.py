"""Who took part: the names that belong to participants, in the nominative, with post and organisation."""

from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from ....russian import morphology
from ....russian.folding import fold_case
from ....russian.names import Reading, given_name_readings, patronymic_readings, surname_readings
from ....russian.typography import DASHES
from ...draft import Span
from . import names, namesakes, positions
from .chrome import Layout
from .names import Name
from .organisations import Organisation
from .positions import Position
from .vocabulary import listed
from .words import Page

# A word that wants the name after it in the genitive: «доклад Алехиной», «выступления Иванова».
_OF_WHOM = listed(
    """
    доклад сообщение выступление презентация лекция приветствие речь слово опыт мнение рассказ обзор тема
    тренинг мастер-класс видеодоклад участие руководство модерация консультация экскурсия информация
    видеовыступление видеоприветствие видеообращение обращение слайд-презентация словами
    """
)


@dataclass
class Person:
    """One participant, all mentions together; `form` is the proposed nominative."""

    mentions: list[Name]
    family: str
    given: str = ""
    patronymic: str = ""
    initials: str = ""
    is_inferred: bool = False
    doubt: str = ""
    positions: list[Position] = field(default_factory=list)
    gender: str = ""
    case: str = ""
    is_governed: bool = False
    printed_family: str = ""

    @property
    def given_names(self) -> str:
        return f"{self.given} {self.patronymic}".strip()

    @property
    def first(self) -> Name:
        return self.mentions[0]


def find(page: Page, parts: Layout, found: list[Name], organisations: list[Organisation]) -> list[Person]:
    """Every participant once, in the order of the text."""
    mentions = [
        name
        for name in found
        if parts.is_news(name.span.start)
        and not _in_organisation(name, organisations)
        and not namesakes.is_commemorated(page, name)
    ]
    taken = {number for name in mentions for number in range(name.first, name.last)}
    people: list[Person] = []
    described = [(name, _positions(page, name, taken, organisations)) for name in mentions]
    forms = _forms(page, described)
    for (name, posts), (reading, doubt) in zip(described, forms, strict=True):
        one = _person(page, name, posts, reading, doubt)
        one.is_governed = bool(_governor(page, _start(name, posts)))
        same = next((other for other in people if _is_same(other, one)), None)
        if same:
            _add(same, one)
        elif name.has_family:
            people.append(one)
    return people


def _in_organisation(name: Name, organisations: list[Organisation]) -> bool:
    return any(one.span.start <= name.span.start and name.span.end <= one.span.end for one in organisations)


def _positions(page: Page, name: Name, taken: set[int], organisations: list[Organisation]) -> list[Position]:
    others = taken - set(range(name.first, name.last))
    named = {number for one in organisations for number in range(one.first, one.last)}
    after = positions.after(page, name, others, named) or positions.organisation_after(page, name, organisations)
    before = positions.before(page, name, others)
    if before and page.words[before.last - 1].text in DASHES and not _fits(page, name, before):
        # «Советы архивиста – Анна Лыкова»: what she speaks of.
        before = None
    found = [after if after and _fits(page, name, after) else None, before]
    return [one for one in found if one]


def _fits(page: Page, name: Name, post: Position) -> bool:
    """«Дмитрий Сидоров, директора библиотек»: a nominative name has no post in another case."""
    if not names.is_subject(page, name):
        return True
    cases = positions.case_hints(page, post)[0]
    return not cases or "nomn" in cases


# The nominative


def _forms(page: Page, described: list[tuple[Name, list[Position]]]) -> list[tuple[Reading | None, str]]:
    """For each name its reading; names in one list share their case."""
    ways = [_readings(page, name) for name, _ in described]
    hints = [_hints(page, name, posts) for name, posts in described]
    for number in range(1, len(described)):
        if _continues_list(page, described[number - 1][0], described[number][0]):
            for case, weight in _oblique(ways[number - 1], hints[number - 1]).items():
                hints[number][case] += weight * 0.9
    _share_nominative(page, described, ways, hints)
    for (name, _posts), readings, hint in zip(described, ways, hints, strict=True):
        readings += _as_printed(page, name, readings, hint)
    return [_best(readings, hint) for readings, hint in zip(ways, hints, strict=True)]


def _share_nominative(page: Page, described: list, ways: list[list], hints: list[Counter[str]]) -> None:
    """«доклады: А. В. Лугова «…», О. П. Рябов «…»»: «Рябов» can be nothing else, so «Лугова» is she."""
    for number in range(len(described)):
        for other in (number - 1, number + 1):
            if not 0 <= other < len(described) or {case for case, _, _ in ways[other]} != {"nomn"}:
                continue
            one, two = sorted((number, other))
            if _continues_list(page, described[one][0], described[two][0]):
                hints[number]["nomn"] += 4


def _as_printed(page: Page, name: Name, readings: list, hints: Counter[str]) -> list:
    """«поэтесса Раиля Ахтямова»: the post says it is she, the dictionary knows only him, «Раиль»."""
    if hints["femn"] < 3 or any(gender == "femn" for _, gender, _ in readings) or name.given < 0:
        return []
    forms = [names.proper(page, number) for number in (name.family, name.given, name.patronymic)]
    family = surname_readings(forms[0]) if forms[0] else ()
    fits = not forms[0] or any((one.case, one.gender) == ("nomn", "femn") for one in family)
    return [("nomn", "femn", tuple(forms))] if fits and forms[1].endswith(("а", "я")) else []


def _oblique(readings: list, hints: Counter[str]) -> Counter[str]:
    """The cases that the neighbour in the list stands in, told by its own form or by what governs it."""
    shared = Counter({case: weight for case, weight in hints.items() if case in morphology.CASES})
    if readings and not any(case == "nomn" for case, _, _ in readings):
        del shared["nomn"]
        for case in {case for case, _, _ in readings}:
            shared[case] += 2
    return shared


def _readings(page: Page, name: Name) -> list[tuple[str, str, tuple[str, str, str]]]:
    """(case, gender, (family, given, patronymic)) for each way the parts agree."""
    family = surname_readings(names.proper(page, name.family)) if name.family >= 0 else None
    given = given_name_readings(names.proper(page, name.given)) if name.given >= 0 else None
    patronymic = patronymic_readings(names.proper(page, name.patronymic)) if name.patronymic >= 0 else None
    shared = names.agreements(page, name)
    if not shared and family and (given or patronymic):
        return _readings_without_family(page, name, given, patronymic)
    found = []
    for case, gender in sorted(shared, key=lambda way: (morphology.CASES.index(way[0]), way[1])):
        for form in dict.fromkeys(_form(family, case, gender)):
            found.append((case, gender, (form, *_form(given, case, gender)[:1], *_form(patronymic, case, gender)[:1])))
    return [(case, gender, (tuple(form) + ("", ""))[:3]) for case, gender, form in _in_order(found, given, patronymic)]


def _in_order(found: list, given: object, patronymic: object) -> list:
    """The parts at their places although some are missing."""
    ordered = []
    for case, gender, form in found:
        rest = list(form[1:])
        first = rest.pop(0) if given is not None and rest else ""
        second = rest.pop(0) if patronymic is not None and rest else ""
        ordered.append((case, gender, (form[0], first, second)))
    return ordered


def _readings_without_family(page: Page, name: Name, given: object, patronymic: object) -> list:
    """The surname agrees with nothing: it stays as printed, the rest decides."""
    printed = names.proper(page, name.family)
    part = patronymic or given or ()
    return [
        (
            r.case,
            r.gender,
            (
                printed,
                *(_form(given, r.case, r.gender)[:1] or [""]),
                *(_form(patronymic, r.case, r.gender)[:1] or [""]),
            ),
        )
        for r in part  # type: ignore[attr-defined]
    ]


def _form(part: tuple[Reading, ...] | None, case: str, gender: str) -> list[str]:
    if part is None:
        return [""]
    return [reading.nominative for reading in part if (reading.case, reading.gender) == (case, gender)]


def _hints(page: Page, name: Name, posts: list[Position]) -> Counter[str]:
    """What the words around say of the case and gender, as weights."""
    hints: Counter[str] = Counter({"nomn": 1.0})
    for post in posts:
        cases, gender = positions.case_hints(page, post)
        if "nomn" in cases:
            hints["nomn"] += 3
        else:
            for case in cases:
                hints[case] += 3
        if gender:
            hints[gender] += 3
    start = _start(name, posts)
    hints += _verb_hints(page, name, start)
    if governor := _governor(page, start):
        hints[governor] += 4
    return hints


def _start(name: Name, posts: list[Position]) -> int:
    return min([name.first, *(post.first for post in posts if post.is_before)])


def _verb_hints(page: Page, name: Name, start: int) -> Counter[str]:
    """«выступила …» right before, «… рассказал» soon after: the subject, and its gender."""
    hints: Counter[str] = Counter()
    sentence = page.sentence_of(name.first)
    near = [*range(max(sentence.first, start - 7), start), *range(name.last, min(sentence.last, name.last + 3))]
    for number in near:
        word = page.words[number]
        if word.is_word and morphology.is_past_verb(word.lower):
            gender = morphology.verb_gender(word.lower)
            if gender in ("masc", "femn"):
                hints[gender] += 2
                hints["nomn"] += 1.5
            elif gender == "plur":
                hints["nomn"] += 1
    return hints


def _governor(page: Page, start: int) -> str:
    before = page.word(start - 1)
    if before is not None and page.line_at(before.start) != page.line_at(page.words[start].start):
        # «ДОКЛАДЫ» on the line above: in the list below each stands in the nominative.
        return ""
    if before is None or not before.is_word:
        return _governor_before_colon(page, start)
    if before.lower in ("от", "у", "для", "из", "кроме"):
        return "gent"
    if before.lower in ("с", "со", "под", "перед", "между"):
        return "ablt"
    for number in range(start - 1, max(start - 5, -1), -1):
        word = page.words[number]
        if not word.is_word:
            break
        if morphology.lemmas(word.lower) & _OF_WHOM:
            return "gent"
        if morphology.is_finite_verb(word.text):
            break
    return ""


def _governor_before_colon(page: Page, start: int) -> str:
    """«доклады донецких специалистов: Алехиной И. Л. …»"""
    if page.lower(start - 1) != ":":
        return ""
    words = [page.words[number].lower for number in range(max(0, start - 6), start - 1) if page.words[number].is_word]
    if not words or not any(morphology.lemmas(word) & _OF_WHOM for word in words):
        return ""
    # «доклады: Алехиной…» wants the genitive, «с докладами выступили: Алехина…» does not.
    said = any(morphology.is_finite_verb(word) for word in words[-1:])
    return (
        "gent" if morphology.lemmas(words[-1]) & _OF_WHOM or "gent" in morphology.cases(words[-1]) and not said else ""
    )


def _continues_list(page: Page, before: Name, name: Name) -> bool:
    """In one sentence, with a comma, semicolon or «и» before it and no verb of its own in between."""
    if page.sentence_of(before.first) != page.sentence_of(name.first):
        return False
    return not any(
        page.words[number].is_word and morphology.is_finite_verb(page.words[number].text)
        for number in range(before.last, name.first)
        if not page.quote_around(page.words[number].start)
    )


def _best(readings: list, hints: Counter[str]) -> tuple[Reading | None, str]:
    """The likeliest reading, and a doubt when another nominative is as likely."""
    scores: dict[tuple[str, str, str], float] = {}
    cases: dict[tuple[str, str, str], str] = {}
    for case, gender, form in readings:
        score = hints[case] + hints[gender] - (hints["femn"] if gender == "masc" else hints["masc"])
        if score > scores.get(form, -99):
            scores[form], cases[form] = score, f"{case} {gender}"
    if not scores:
        return None, ""
    # Of equals the one that declines: «С. С. Дедюли» is rather Дедюля than an indeclinable Дедюли.
    freedom = Counter(form for _, _, form in readings)
    ranked = sorted(scores, key=lambda form: (-scores[form], freedom[form]))
    best = ranked[0]
    doubt = ""
    if len(ranked) > 1 and scores[ranked[1]] > scores[best] - 0.6:
        names = [" ".join(filter(None, form)) for form in ranked[:2]]
        doubt = _("The form does not tell which name is the nominative: “%(one)s” or “%(two)s”.") % {
            "one": names[0],
            "two": names[1],
        }
    return Reading(cases[best].split()[0], cases[best].split()[1], best), doubt  # type: ignore[arg-type]


def _person(page: Page, name: Name, posts: list[Position], reading: Reading | None, doubt: str) -> Person:
    family, given, patronymic = (
        reading.nominative
        if reading
        else (names.proper(page, name.family), names.proper(page, name.given), names.proper(page, name.patronymic))
    )
    printed = [names.proper(page, number) for number in (name.family, name.given, name.patronymic)]
    return Person(
        [name], family, given, patronymic, name.initials,
        is_inferred=[family, given, patronymic] != printed,
        doubt=doubt or (_guessed() if name.is_guess else ""),
        positions=posts,
        gender=reading.gender if reading else "",
        case=reading.case if reading else "",
        printed_family=printed[0],
    )  # fmt: skip


def _guessed() -> str:
    return _("Taken for a name by its place in the sentence; the dictionary does not know it.")


# One person in several places


def _is_same(one: Person, two: Person) -> bool:
    if two.family and one.family:
        if not _same_family(one, two):
            return False
        return _compatible(_letters(one), _letters(two)) and _compatible_names(one, two)
    # «Роман Олегович» after «Перфильев Р. О.»
    return bool(two.given and two.patronymic) and _letters(one)[:2] == _letters(two)[:2] and _compatible_names(one, two)


def _same_family(one: Person, two: Person) -> bool:
    return fold_case(one.family) == fold_case(two.family)


def _letters(person: Person) -> str:
    if person.initials:
        return "".join(letter for letter in person.initials if letter.isalpha())
    return "".join(part[0] for part in (person.given, person.patronymic) if part)


def _compatible(one: str, two: str) -> bool:
    short = min(len(one), len(two))
    return one[:short] == two[:short]


def _compatible_names(one: Person, two: Person) -> bool:
    return not (one.given and two.given and one.given != two.given) and not (
        one.patronymic and two.patronymic and one.patronymic != two.patronymic
    )


def _add(person: Person, again: Person) -> None:
    """What another mention adds: a fuller name, a post."""
    if not person.given and again.given and {person.gender, again.gender} == {"masc", "femn"}:
        _change_gender(person, again.gender)
    person.mentions += again.mentions
    person.positions += again.positions
    if not person.given and again.given:
        person.given, person.patronymic, person.initials = again.given, again.patronymic, ""
    elif person.given == again.given and again.patronymic and not person.patronymic:
        person.patronymic = again.patronymic
    if person.doubt and not again.doubt and again.family:
        person.doubt = ""


def _change_gender(person: Person, gender: str) -> None:
    """«В. Е. Булавинова» turns out to be «Вадим Евгеньевич»: the surname stood in the genitive."""
    forms = {one.nominative for one in surname_readings(person.printed_family) if one.gender == gender}
    if len(forms) == 1:
        person.family, person.gender, person.is_inferred = forms.pop(), gender, True


def span(person: Person) -> Span:
    return person.first.span
