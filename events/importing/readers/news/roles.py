"""Who did what: words for a role and the people or organisations they govern."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ....russian import morphology
from ...draft import Span
from . import posts
from .chrome import Layout
from .kinds import Mention
from .names import Name
from .organisations import Organisation
from .people import Person
from .vocabulary import coded, listed
from .words import Page, Sentence

# lemma → role of a person. Verbs and nouns alike.
_PERSON_CUES = coded(
    """
    moderator: модератор модерировать модераторствовать модерация
    host: ведущий ведущая
    welcome: приветственный приветствовать поприветствовать приветствие приветственно напутственный поздравить
    welcome: видеоприветствие обратиться обращение пожелать
    opening: открыть открывать
    -: открыться председатель принять
    guest: гость
    guest-of-honour: почетный
    lecturer: лектор лекция онлайн-лекция видеолекция
    chair: председательство председательствовать
    expert: эксперт
    host: вести
    participant: читать подключиться задать исполнить спеть войти
    speaker: докладчик спикер выступить выступать выступление рассказать рассказывать поделиться делиться
    speaker: представить представлять доклад сообщение презентация познакомить ознакомить осветить раскрыть
    speaker: остановиться доложить провести посвятить продемонстрировать озвучить говорить сказать отметить
    speaker: подчеркнуть напомнить обозначить проанализировать затронуть описать прочитать прочесть показать
    speaker: обратить презентовать предложить сообщить проинформировать обобщить подвести высказать прозвучать
    speaker: продолжить завершить ответить пояснить уточнить раскрывать охарактеризовать заявить дать
    speaker: поблагодарить
    participant: обсудить участник участие участвовать присоединиться присутствовать
    organiser: организатор
    co-speaker: содокладчик
    """
)
SPEAKING = {lemma for lemma, role in _PERSON_CUES.items() if role == "speaker"}
# Stronger roles win over the weaker ones said of the same person in the same breath.
_WEAK = {"speaker", "participant", "guest"}
_PRESENT = {"participant", "guest"}


@dataclass(frozen=True)
class Cue:
    """A word at `number` that says a role."""

    number: int
    role: str
    lemma: str
    is_verb: bool
    is_plural: bool


def cues(page: Page, first: int, last: int) -> list[Cue]:
    """The words for roles in [first, last), outside quotations."""
    found = []
    for number in range(first, last):
        word = page.words[number]
        if not word.is_word or page.quote_around(word.start):
            continue
        for lemma in sorted(morphology.lemmas(word.lower)):
            if _PERSON_CUES.get(lemma) and not _misread(page, number, lemma) and not _is_participle(word.lower):
                is_verb = morphology.is_finite_verb(word.lower)
                plural = morphology.can_be(word.lower, "plur") and not morphology.can_be(word.lower, "sing")
                found.append(Cue(number, _PERSON_CUES[lemma], lemma, is_verb, plural))
                break
    return found


def _is_participle(low: str) -> bool:
    """«посвящено», «организовано» say nothing of who did it."""
    return morphology.parses(low)[0].tag.POS == "PRTS"


def _misread(page: Page, number: int, lemma: str) -> bool:
    """«ведущий специалист» leads nothing, «почётный работник» is a title, «обратить внимание» no greeting."""
    following = page.word(number + 1)
    if lemma in ("ведущий", "ведущая"):
        return (
            following is not None
            and following.is_word
            and not following.is_capital
            and morphology.can_be(following.lower, "anim")
        )
    if lemma == "почетный":
        return page.lower(number + 1)[:4] not in ("гост",)
    if lemma == "вести":
        return not morphology.can_be(page.lower(number), "VERB", "past")
    if lemma in ("открыть", "открывать"):
        return not morphology.is_finite_verb(page.lower(number)) or page.lower(number).startswith("откройте")
    if lemma == "поздравить":
        return False
    if lemma == "эксперт":
        return page.lower(number + 1) == "по"
    if lemma in ("доклад", "сообщение", "презентация", "выступление"):
        return page.lower(number) in ("сообщения", "презентации") and page.lower(number - 1) == "для"
    return False


def people(page: Page, found: Sequence[Person]) -> dict[int, list[Cue]]:
    """For each person (by index) the cues that govern one of the mentions."""
    owners = {name.first: index for index, person in enumerate(found) for name in person.mentions}
    names = sorted((name for person in found for name in person.mentions), key=lambda name: name.first)
    result: dict[int, list[Cue]] = {index: [] for index in range(len(found))}
    for sentence in page.sentences:
        here = [name for name in names if sentence.first <= name.first < sentence.last]
        for name, governing in _govern(page, here, cues(page, sentence.first, sentence.last)):
            result[owners[name.first]] += governing
    for name in names:
        result[owners[name.first]] += _heading_cues(page, name)
    return result


def _govern(page: Page, here: list[Name], found: list[Cue]) -> Iterable[tuple[Name, list[Cue]]]:
    """Each name with the cues of its own stretch, and those that govern the whole list it stands in."""
    for place, name in enumerate(here):
        start = here[place - 1].last if place else 0
        end = here[place + 1].first if place + 1 < len(here) else 10**9
        before = [cue for cue in found if start <= cue.number < name.first]
        before = [cue for cue in before if cue.role not in _PRESENT or not _taken_over(page, cue, name, found)]
        after = [cue for cue in found if name.last <= cue.number < end]
        after = [
            cue
            for cue in after
            if not _belongs_to_next(page, cue, here[place + 1] if place + 1 < len(here) else None, name)
        ]
        governing = [*_own(before, place, page, here), *after]
        if not any(cue.is_verb for cue in governing):
            governing += _of_run(page, found, here, place)
        if place and not any(cue.is_verb for cue in governing):
            governing += _of_list(page, found, here, place)
        yield name, governing


def _taken_over(page: Page, cue: Cue, name: Name, found: list[Cue]) -> bool:
    """«принял участие в телемосте библиотеки, которую посещали … Б. Ельцин»: another verb stands between."""
    said = {other.number for other in found}
    return any(
        page.words[number].is_word
        and number not in said
        and morphology.is_finite_verb(page.lower(number))
        and morphology.lemma(page.lower(number)) not in _LINKING
        and not page.quote_around(page.words[number].start)
        for number in range(cue.number + 1, name.first)
    )


def _of_run(page: Page, found: list[Cue], here: list[Name], place: int) -> list[Cue]:
    """«В. Шарова и О. Минаева представили…»: the plural verb after the last name of the run."""
    for number, name in enumerate(here[place + 1 :], place + 1):
        between = range(here[number - 1].last, name.first)
        if any(page.words[n].is_word and morphology.is_finite_verb(page.words[n].lower) for n in between):
            return []
        end = here[number + 1].first if number + 1 < len(here) else 10**9
        after = [cue for cue in found if name.last <= cue.number < end and cue.is_verb]
        if after:
            return after[:1] if after[0].is_plural else []
    return []


def _own(before: list[Cue], place: int, page: Page, here: list[Name]) -> list[Cue]:
    """Of the words between the last name and this one, those that do not belong to the last."""
    if not place:
        return before
    last = here[place - 1]
    return [cue for cue in before if not _belongs_to_previous(page, cue, last, here[place])]


def _belongs_to_previous(page: Page, cue: Cue, previous: Name, name: Name) -> bool:
    """A singular verb soon after a name is said of it, unless a break comes before the verb."""
    between = [page.words[number].text for number in range(previous.last, cue.number)]
    if not between and page.lower(page.sentence_of(cue.number).first) in ("о", "об", "с", "со", "по", "своим", "про"):
        # «О полёте Гагарина рассказала Иванова»: what was told of comes first.
        return False
    if any(mark in between for mark in (";", ".")) or "а" in between or "затем" in between:
        return False
    words = sum(text[0].isalpha() for text in between)
    ahead = name.first - cue.number
    return words <= 2 or words < ahead


def _belongs_to_next(page: Page, cue: Cue, following: Name | None, name: Name) -> bool:
    return following is not None and not _belongs_to_previous(page, cue, name, following)


def _of_list(page: Page, found: list[Cue], here: list[Name], place: int) -> list[Cue]:
    """«Открыли конференцию А, директор…, и Б»; «доклады: А «…», Б «…»»: what stands before the list."""
    name = here[place]
    first = page.sentence_of(name.first).first
    colon = next((number for number in range(name.first - 1, first, -1) if page.words[number].text == ":"), -1)
    if colon > 0 and not page.quote_around(page.words[colon].start):
        start = max((other.last for other in here if other.last <= colon), default=first)
        own = [cue for cue in found if start <= cue.number < colon]
        return [cue for cue in own if cue.role not in _PRESENT or not _taken_over(page, cue, name, own)]
    leading = [cue for cue in found if cue.number < here[0].first]
    return [cue for cue in leading if cue.is_plural] or [
        cue for cue in leading if not cue.is_verb and cue.role in ("speaker", "participant", "guest")
    ]


def _heading_cues(page: Page, name: Name) -> list[Cue]:
    """«Участники:» on the line above a list."""
    index = page.line_at(name.span.start)
    for step in range(1, 13):
        if index - step < 0:
            return []
        line = page.lines[index - step]
        text = page[line].strip()
        if text.endswith(":"):
            numbers = page.inside(*line)
            return cues(page, max(numbers.start, numbers.stop - 12), numbers.stop)
        if len(text) > 400:
            return []
    return []


def is_speaking(cue: Cue) -> bool:
    return cue.lemma in SPEAKING


def of_person(governing: list[Cue]) -> list[Cue]:
    """The roles at the event as a whole, each once; being a speaker is said by the talk."""
    found: dict[str, Cue] = {}
    for cue in governing:
        found.setdefault(cue.role, cue)
    strong = {role: cue for role, cue in found.items() if role not in _WEAK or role == "guest"}
    if "guest-of-honour" in strong:
        strong.pop("guest", None)
    return list(strong.values())


# Organisations


@dataclass(frozen=True)
class Part:
    """An organisation’s role, with the words that say so."""

    role: str
    cue: Span
    doubt: str = ""


_ORGANISATION_CUES = coded(
    """
    organiser: организатор организованный организовать проводимый провести подготовленный подготовить проводить
    organiser: организатором устроитель учредитель организовывать
    co-organiser: соорганизатор
    initiator: инициатор инициатива инициировать
    support: поддержка содействие спонсор
    partner: партнер партнерство сотрудничество совместно информпартнер содружество
    participant: участник участие участвовать присоединиться подключиться связь объединить собрать встретиться
    participant: связать соединить представить представлять присутствовать поделиться обменяться выступить
    participant: рассказать принимать коллега слушать прослушать гость
    organiser: приглашать пригласить
    site: площадка
    audience: слушатель зритель
    moderator: модератор
    """
)
_VENUE_WORDS = listed(
    """
    здании базе стенах площадке помещении зале конференц-зале читальном холле медиазале
    """
)
_BACKWARD = {
    "приглашать",
    "пригласить",
    "провести",
    "организовать",
    "подготовить",
    "проводить",
    "инициировать",
    "организовывать",
}
_JOINED = listed(
    """
    присоединиться подключиться участвовать принять встретиться поделиться рассказать выступить представить
    обменяться
    """
)


def organisations(
    page: Page, found: Sequence[Organisation], parts: Layout, event: Mention | None, covered: set[int]
) -> dict[int, list[Part]]:
    """For each mention (by index) the roles its sentence gives it; `covered` words describe people."""
    result: dict[int, list[Part]] = {index: [] for index in range(len(found))}
    for sentence in page.sentences:
        here = [
            (index, one)
            for index, one in enumerate(found)
            if one.is_named and sentence.first <= one.first < sentence.last and one.first not in covered
        ]
        if here and parts.is_news(sentence.start):
            _assign(page, sentence, here, event, covered, result)
    return {index: _once(roles) for index, roles in result.items()}


def _assign(
    page: Page,
    sentence: Sentence,
    here: list[tuple[int, Organisation]],
    event: Mention | None,
    covered: set[int],
    result: dict[int, list[Part]],
) -> None:
    """The roles of one sentence; the weaker signs only for those that the stronger left without one."""
    for index, part in _forward(page, sentence.first, sentence.last, here, covered):
        result[index].append(part)
    for index, part in _venues(page, here, event, sentence.first, sentence.last):
        result[index] = [part, *(p for p in result[index] if p.role != "participant")]
    for index, part in _backward(page, sentence.first, sentence.last, here):
        result[index] = result[index] or [part]
    for index, one in here:
        last = _heading_role(page, one) or _by_place(page, one, event)
        result[index] = result[index] or ([last] if last else [])


_LIST_LINE = re.compile(r"\s*(?:[-–—•*·]|\d{1,2}[.)])\s.*[^:\s]\s*$")


def _heading_role(page: Page, one: Organisation) -> Part | None:
    """«Организатор конференции:» on the line above."""
    line = page.line_at(one.span.start)
    # Up through the other lines of the list.
    while line and _LIST_LINE.match(page[page.lines[line - 1]]):
        line -= 1
    above = page.lines[line - 1] if line else None
    if above is None or not page[above].rstrip().endswith(":") or len(page[above]) > 90:
        return None
    for number in page.inside(*above):
        if page.words[number].is_word and (found := _organisation_cue(page, number)):
            return Part(found[0], Span(page.words[number].start, page.words[number].end))
    return None


def _by_place(page: Page, one: Organisation, event: Mention | None) -> Part | None:
    """What the word right before the organisation says: whose event it is, from where people came, who they are."""
    before = page.word(one.first - 1)
    if before is None:
        return None
    where = venue_words(page, one)
    if where and page[where].lower().rstrip('»" ') not in ("в", "во", "на") and page[where][-1:] in '»"е':
        # «в «Русском центре» библиотеки …»: whatever took place there.
        return Part("site", where)
    if not before.is_word:
        return None
    where = Span(before.start, before.end)
    if event is not None and one.case == "gent" and one.first in (event.head + 1, event.last):
        return Part("organiser", where, _("The event is named after this organisation; who organised it is not said."))
    if before.lower in posts.GROUP_WORDS:
        return Part("participant", where, _("The text does not name the role outright."))
    if before.lower == "от":
        return Part("participant", where)
    return None


def _once(parts: list[Part]) -> list[Part]:
    return list({part.role: part for part in reversed(parts)}.values())[::-1]


def _forward(
    page: Page, first: int, last: int, here: list[tuple[int, Organisation]], covered: set[int]
) -> Iterable[tuple[int, Part]]:
    """A role holds from its word on until another word or verb takes over."""
    starts = {one.first: (index, one) for index, one in here}
    role, cue, verb = "", Span(0, 0), ""
    number = first
    while number < last:
        if number in starts:
            index, one = starts[number]
            if role and (verb != "verb" or _subject_of(page, one)):
                yield index, Part(role, cue)
            number = one.last
            continue
        word = page.words[number]
        if word.is_word and not page.quote_around(word.start) and number not in covered:
            found = _organisation_cue(page, number)
            if found:
                # «Организаторами выступили», «участие приняли», «с поддержкой…»: the verb adds nothing of its own.
                if not (role and found[1] and verb != "verb"):
                    role, cue = found[0], Span(word.start, word.end)
                    verb = "verb" if found[1] else found[0]
            elif morphology.is_finite_verb(word.lower) and morphology.lemma(word.lower) not in _LINKING:
                role = ""
        elif word.text in (";",) and role not in ("organiser", "participant"):
            role = ""
        number += 1


_LINKING = listed(
    """
    стать выступить являться быть принять принимать выступать мочь войти выйти составить оказать
    """
)


def _organisation_cue(page: Page, number: int) -> tuple[str, bool] | None:
    """(role, is a linking or speaking verb)."""
    low = page.lower(number)
    for lemma in sorted(morphology.lemmas(low) | {low}):
        role = _ORGANISATION_CUES.get(lemma)
        if not role or lemma in _BACKWARD and morphology.is_finite_verb(low) and not _object_follows(page, number):
            continue
        if lemma == "связь" and page.lower(number - 1) not in ("на", "по"):
            continue
        if lemma == "сотрудничество" and page.lower(number - 1) not in ("в",):
            continue
        if (
            lemma in ("поддержка", "содействие")
            and page.lower(number - 1) not in ("при", "с", "и")
            and not morphology.is_adjective(page.lower(number - 1))
        ):
            continue
        if lemma == "инициатива" and page.lower(number - 1) not in ("по", "инициативе"):
            continue
        if lemma == "площадка" and not morphology.can_be(low, "plur"):
            continue
        if lemma == "участие" and page.lower(number - 1) == "при":
            return "partner", False
        if lemma == "выступить" and page.lower(number - 1).startswith(
            ("организатор", "инициатор", "партнер", "площадк")
        ):
            return None
        return role, (lemma in _JOINED or lemma in _BACKWARD) and morphology.is_finite_verb(low)
    return None


def _object_follows(page: Page, number: int) -> bool:
    """«провела Тверская библиотека»: the subject after the verb; «провела вебинар» has it before."""
    following = page.word(number + 1)
    if following is None or not following.is_word:
        return False
    return following.text.isupper() or "nomn" in morphology.cases(following.text)


def _backward(page: Page, first: int, last: int, here: list[tuple[int, Organisation]]) -> Iterable[tuple[int, Part]]:
    """«Тверская библиотека провела вебинар», «библиотеки … приняли участие»: the subject before its verb."""
    for number in range(first, last):
        word = page.words[number]
        if not word.is_word or page.quote_around(word.start) or not morphology.is_finite_verb(word.lower):
            continue
        lemma = morphology.lemma(word.lower)
        if lemma == "стать" and page.lower(number + 1).startswith(("площадк", "местом")):
            lemma = "провести"
        role = "organiser" if lemma in _BACKWARD else "participant" if lemma in _JOINED else ""
        if not role:
            continue
        for index, one in here:
            subject = one.case in ("nomn", "") or _people_of(page, one)
            if one.last <= number and subject and not _verb_between(page, one.last, number):
                yield index, Part(role, Span(word.start, word.end))


def _people_of(page: Page, one: Organisation) -> bool:
    """«специалисты Омской библиотеки …»"""
    return one.case == "gent" and page.lower(one.first - 1) in posts.GROUP_WORDS


def _verb_between(page: Page, first: int, last: int) -> bool:
    return any(
        page.words[number].is_word and morphology.is_finite_verb(page.words[number].lower)
        for number in range(first, last)
        if not page.quote_around(page.words[number].start)
    )


def _subject_of(page: Page, one: Organisation) -> bool:
    """Whether the organisation can be who did what a verb before it says: «рассказали специалисты библиотеки»."""
    first = page.at(one.nickname.start) if one.nickname else one.first
    before = page.lower(first - 1)
    group = before in posts.GROUP_WORDS and "nomn" in morphology.cases(before)
    return one.case in ("nomn", "") or group or before in ("и", ",", ":") or morphology.can_be(before, "nomn", "inan")


def _venues(
    page: Page, here: list[tuple[int, Organisation]], event: Mention | None, first: int, last: int
) -> Iterable[tuple[int, Part]]:
    """«в библиотеке …», «на базе библиотеки …», «в «Русском центре» библиотеки …» in the sentence of the event."""
    if event is None or not (first <= event.head < last or _tells_where(page, event, first, last)):
        return
    for index, one in here:
        if one.is_department or one.is_plural:
            continue
        if start := venue_words(page, one):
            yield index, Part("site", start)
            return


def _tells_where(page: Page, event: Mention, first: int, last: int) -> bool:
    """«Мероприятие состоялось в …»: near the sentence of the event, with a verb of happening."""
    near = abs(page.sentence_of(first).number - page.sentence_of(event.head).number) <= 2
    return near and any(
        morphology.lemma(page.lower(number)) in ("состояться", "пройти", "проходить") for number in range(first, last)
    )


def venue_words(page: Page, one: Organisation) -> Span | None:
    """The preposition and the room before the organisation of the place."""
    number = one.first - 1
    before = page.word(number)
    if before is None:
        return None
    if before.lower in ("в", "во", "на") and one.case in ("loct", "datv", "gent", "accs", ""):
        return Span(before.start, before.end)
    if before.lower in _VENUE_WORDS:
        return page.span(max(0, number - 1), number + 1)
    if before.lower == "центре" and page.lower(number - 1) == "русском":
        return page.span(max(0, number - 2), number + 1)
    quote = page.quote_around(before.start)
    if quote and quote.end == before.end and quote.end - quote.start < 60:
        opening = page.at(quote.start)
        if page.lower(opening - 1) in ("в", "на"):
            return page.span(opening - 1, number + 1)
    return None
