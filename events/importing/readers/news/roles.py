"""Roles: trigger words and the people or organisations that they govern."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ....russian import morphology
from ....russian.dates import month_number
from ...draft import Span
from . import position_words
from .boilerplate import Layout
from .document import Document, Sentence
from .event import EventMention, kind_of
from .lexicon import word_map, word_set
from .names import Name, is_subject
from .organisations import Organisation
from .people import Person
from .quotations import talk_kind

# Lemma of a verb or noun → role of a person.
_PERSON_TRIGGERS = word_map(
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
    speaker: поблагодарить обзор произнести взять разобрать объяснить разъяснить прокомментировать поведать дополнить
    speaker: отвечать показывать беседовать возразить возражать поспорить завершать
    participant: спросить
    opening: вступительный
    participant: обсудить участник участие участвовать присоединиться присутствовать
    organiser: организатор
    co-speaker: содокладчик
    """
)
# «Доклад Ярцева был снят с программы»
_CALLED_OFF = re.compile(r"снят\w*\s+с\s+программ|не\s+состоял|был[аои]?\s+отмен[её]н", re.IGNORECASE)
# What somebody opens or conducts that is no event: «открыла выставку», «ведёт кружок».
_OTHER_OBJECTS = word_set(
    """
    выставка экспозиция секрет тайна мир страница дорога путь памятник доска книга тема опыт кружок клуб блог канал
    рубрика подкаст дневник переписка группа передача колонка студия архив счет
    """
)
# «ведущий радиопередачи» led no event.
_OTHER_SHOWS = word_set(
    "радиопередача телепередача передача радиопрограмма телепрограмма рубрика телеканал канал подкаст"
)
ABSENT = "absent"
SPEAKING = {lemma for lemma, role in _PERSON_TRIGGERS.items() if role == "speaker"}
# Nouns for whoever has the role.
_ROLE_NOUNS = word_set(
    "модератор ведущий ведущая гость лектор эксперт докладчик спикер участник организатор содокладчик"
)
# Roles that yield to any stronger one of the same person.
_WEAK_ROLES = {"speaker", "participant", "guest"}
_ATTENDING_ROLES = {"participant", "guest"}


@dataclass(frozen=True)
class TriggerWord:
    """A word that expresses a role."""

    number: int
    role: str
    lemma: str
    is_verb: bool
    is_plural: bool


def trigger_words(document: Document, first: int, last: int) -> list[TriggerWord]:
    """Find the trigger words in [first, last), outside quotations."""
    found = []
    for number in range(first, last):
        word = document.words[number]
        if not word.is_word or document.quote_around(word.start):
            continue
        for lemma in sorted(morphology.lemmas(word.lower)):
            if (
                _PERSON_TRIGGERS.get(lemma)
                and not _is_false_trigger(document, number, lemma)
                and not _is_participle(word.lower)
            ):
                is_verb = morphology.is_finite_verb(word.lower)
                plural = morphology.can_be(word.lower, "plur") and not morphology.can_be(word.lower, "sing")
                # «вели» could be an order in the singular, too.
                plural = plural or morphology.can_be(word.lower, "VERB", "past", "plur")
                role = ABSENT if _is_denied(document, number) else _PERSON_TRIGGERS[lemma]
                found.append(TriggerWord(number, role, lemma, is_verb, plural))
                break
    return found


def _acts_on(document: Document, number: int, nouns: set[str] | frozenset[str]) -> bool:
    """Whether one of the nouns is the object of the verb: «открыла большую выставку», «Опыт районов открыла …»."""
    sentence = document.sentence_of(number)
    after = next(
        (
            n
            for n in range(number + 1, min(sentence.last, number + 4))
            if not morphology.is_adjective(document.lower(n)) or morphology.can_be(document.lower(n), "NOUN", "anim")
        ),
        number,
    )
    near = {after, sentence.first} if number - sentence.first < 4 else {after}
    return any(
        morphology.lemmas(document.lower(n)) & nouns and "accs" in morphology.cases(document.lower(n)) for n in near
    )


def _is_denied(document: Document, number: int) -> bool:
    """Whether it did not happen: «не выступила», «не смогла выступить»."""
    before = [document.lower(n) for n in range(max(0, number - 3), number)]
    sentence = document.sentence_of(number)
    rest = document.text[document.words[number].end : sentence.end]
    if talk_kind(document.lower(number)) and _CALLED_OFF.search(rest):
        return True
    if document.lower(number + 1) == "не" and document.lower(number + 2).startswith(("смог", "удалось", "сумел")):
        # «участвовать не смог»
        return True
    return before[-1:] == ["не"] or "не" in before and before[-1].startswith(("смог", "удалось", "сумел", "успел"))


def _is_participle(low: str) -> bool:
    """Whether a passive participle leaves open who acted: «посвящено», «организованный» say nothing of who did it."""
    tag = morphology.parses(low)[0].tag
    return tag.POS == "PRTS" or tag.POS == "PRTF" and "pssv" in tag


def _is_false_trigger(document: Document, number: int, lemma: str) -> bool:
    """Whether the word has another sense.

    «ведущий специалист» leads nothing, «почётный работник» is a title, «обратить внимание» no greeting.
    """
    if lemma in ("ведущий", "ведущая"):
        if morphology.lemmas(document.lower(number + 1)) & _OTHER_SHOWS:
            return True
        return position_words.is_attribute_of_post(document, number)
    if lemma == "почетный":
        return document.lower(number + 1)[:4] not in ("гост",)
    if lemma == "вести":
        return not morphology.is_finite_verb(document.lower(number)) or _acts_on(document, number, _OTHER_OBJECTS)
    if lemma in ("открыть", "открывать"):
        if document.lower(number).startswith("открывая"):
            return _acts_on(document, number, _OTHER_OBJECTS)
        return (
            _acts_on(document, number, _OTHER_OBJECTS)
            or not morphology.is_finite_verb(document.lower(number))
            or document.lower(number).startswith("откройте")
        )
    if lemma == "взять":
        return "слово" not in (document.lower(number - 1), document.lower(number + 1))
    if lemma == "эксперт":
        return document.lower(number + 1) == "по"
    if lemma in ("доклад", "сообщение", "презентация", "выступление"):
        return document.lower(number) in ("сообщения", "презентации") and document.lower(number - 1) == "для"
    return False


def people(document: Document, found: Sequence[Person]) -> dict[int, list[TriggerWord]]:
    """Return, for each person by index, the trigger words that govern one of the mentions."""
    owners = {name.first: index for index, person in enumerate(found) for name in person.mentions}
    names = sorted((name for person in found for name in person.mentions), key=lambda name: name.first)
    described = {n for person in found for post in person.positions for n in range(post.first, post.last)}
    described |= {n for name in names for n in range(name.first, name.last)}
    oblique = {first for person in found for first, case in person.cases.items() if case not in ("nomn", "")}
    result: dict[int, list[TriggerWord]] = {index: [] for index in range(len(found))}
    for sentence in document.sentences:
        here = [name for name in names if sentence.first <= name.first < sentence.last]
        told = {name.first for name in here if is_in_story(document, name)}
        for name, governing in _govern(document, here, trigger_words(document, sentence.first, sentence.last)):
            result[owners[name.first]] += [
                trigger
                for trigger in governing
                if name.first not in told
                and (governs_oblique if name.first in oblique else _may_govern)(document, trigger, name, described)
            ]
    for name in names:
        result[owners[name.first]] += _heading_triggers(document, name)
    return result


def is_in_story(document: Document, name: Name) -> bool:
    """Whether the name stands in a clause of what is told: «напомнила, что Иванов собрал …», «завод, о котором …».

    «мастер-класс, который провёл Ли», «доклад «…», с которым выступил Ли» tell of a talk itself.
    """
    sentence = document.sentence_of(name.first)
    for number in range(name.first - 1, sentence.first, -1):
        word = document.words[number]
        if word.text in ";:()" or word.lower in ("а", "затем", "но") and document.lower(number - 1) == ",":
            return False
        if document.quote_around(word.start) or not _begins_clause(document, number):
            continue
        comma = number - 1 if document.lower(number - 1) == "," else number - 2
        return not _is_closed(document, number, name.first) and not (
            word.lower.startswith("котор")
            and _names_talk(document, comma - 1)
            and morphology.lemmas(document.lower(comma - 2)).isdisjoint(
                {"первый", "прошлый", "предыдущий", "следующий"}
            )
        )
    return False


_CLAUSE_WORDS = {"что", "как", "где", "когда", "чей", "чья", "чьи", "чьё", "чье"}


def _begins_clause(document: Document, number: int) -> bool:
    low = document.lower(number)
    if low not in _CLAUSE_WORDS and not low.startswith("котор"):
        return False
    return document.lower(number - 1) == "," or low.startswith("котор") and document.lower(number - 2) == ","


def _is_closed(document: Document, first: int, last: int) -> bool:
    """Whether the clause ends before the name: a comma follows its verb, «О том, как пишут книги, рассказала …»."""
    verb = next((n for n in range(first, last) if morphology.is_verbal(document.lower(n))), last)
    return any(document.lower(n) == "," for n in range(verb, last))


def _names_talk(document: Document, number: int) -> bool:
    if document.quote_around(document.words[number].start):
        return True
    return bool(talk_kind(document.lower(number)) or kind_of(document.lower(number)))


def _govern(document: Document, here: list[Name], found: list[TriggerWord]) -> Iterable[tuple[Name, list[TriggerWord]]]:
    """Yield each name with the trigger words of its own clause and those that govern its whole list."""
    for place, name in enumerate(here):
        start = here[place - 1].last if place else 0
        end = here[place + 1].first if place + 1 < len(here) else 10**9
        before = [
            trigger
            for trigger in found
            if start <= trigger.number < name.first and not _is_past_semicolon(document, trigger, name)
        ]
        before = [
            trigger
            for trigger in before
            if trigger.role not in _ATTENDING_ROLES or not _is_overridden(document, trigger, name, found)
        ]
        after = [trigger for trigger in found if name.last <= trigger.number < end]
        after = [
            trigger
            for trigger in after
            if not _belongs_to_next(document, trigger, here[place + 1] if place + 1 < len(here) else None, name)
            and not (trigger.is_verb and trigger.is_plural and _is_alone(document, name, trigger, len(here)))
        ]
        governing = [*_own_triggers(before, place, document, here), *after]
        if not any(trigger.is_verb for trigger in governing):
            governing += _of_joined_names(document, found, here, place)
        if place and not any(trigger.is_verb for trigger in governing):
            governing += _of_list(document, found, here, place)
        yield name, governing


def _is_alone(document: Document, name: Name, trigger: TriggerWord, count: int) -> bool:
    """Whether nobody else shares the verb: «модератором которой был Полосухин, говорили о забытых именах»."""
    sentence = document.sentence_of(name.first)
    numbers = range(sentence.first, trigger.number)
    return count == 1 and not any(document.lower(n) in ("и", "с", "со", "вместе") for n in numbers)


def _may_govern(document: Document, trigger: TriggerWord, name: Name, described: set[int]) -> bool:
    """Whether a subject can have the role: not that of a noun in another case, nor of a verb past its own bracket.

    «Гостей приветствовала Кривошеева» makes no guest of her; «среди гостей — Кривошеева» does.
    """
    after = range(name.last, trigger.number)
    closed = next((n for n in after if document.lower(n) == ")"), -1)
    if trigger.is_plural and closed >= 0 and all(document.lower(n) != "(" for n in range(name.last, closed)):
        # «(руководитель Эмма Ротт) прозвучат доклады»
        return False
    if trigger.lemma == "поблагодарить" and trigger.number < name.first and not is_subject(document, name):
        # «поблагодарила лично Георгия Саркисова»: whom, unless the name can be nothing but the subject.
        return any(n in described for n in range(trigger.number + 1, name.first))
    if trigger.lemma not in _ROLE_NOUNS:
        return True
    low = document.lower(trigger.number)
    if morphology.cases(low, "NOUN") & {"nomn", "ablt"} or not morphology.cases(low, "NOUN"):
        return True
    sentence = document.sentence_of(trigger.number)
    among = range(max(sentence.first, trigger.number - 4), trigger.number)
    return any(document.lower(n) in ("среди", "числе", "качестве", "роли") for n in among)


def governs_oblique(document: Document, trigger: TriggerWord, name: Name, described: set[int]) -> bool:
    """Whether the word makes somebody in another case than the nominative take part.

    «доклад Алехиной», «с модератором Петром Ильиным»; the subject of a verb stands in the nominative: whom «посвятили
    Копытину» names, and whom «о собрании профессора Шубникова», is told about.
    """
    if trigger.is_verb or is_read_out(document, name):
        return False
    if name.last <= trigger.number:
        return trigger.number == name.last + 1 and not document.words[name.last].is_word
    between = [document.words[n] for n in range(trigger.number + 1, name.first) if n not in described]
    if any(word.text == ":" for word in between):
        return True
    return not any(
        word.is_word
        and not document.quote_around(word.start)
        and (morphology.parses(word.lower)[0].tag.POS in ("PREP", "GRND") or morphology.is_finite_verb(word.lower))
        for word in between
    )


def _is_past_semicolon(document: Document, trigger: TriggerWord, name: Name) -> bool:
    """Whether a semicolon parts the name from a verb in the singular: «вела Арзуманян; участвовали чтецы …»."""
    single = trigger.is_verb and not trigger.is_plural
    return single and any(document.words[n].text == ";" for n in range(trigger.number, name.first))


def is_read_out(document: Document, name: Name) -> bool:
    """Whether somebody else read what the person had sent: «зачитал приветствие губернатора Крохалёва»."""
    sentence = document.sentence_of(name.first)
    return any(
        morphology.lemmas(document.lower(n)) & {"зачитать", "огласить", "передать"}
        for n in range(sentence.first, sentence.last)
        if document.words[n].is_word and not document.quote_around(document.words[n].start)
    )


def _is_overridden(document: Document, trigger: TriggerWord, name: Name, found: list[TriggerWord]) -> bool:
    """Whether another verb takes over.

    «принял участие в телемосте библиотеки, которую посещали … Б. Ельцин»: another verb intervenes.
    """
    trigger_numbers = {other.number for other in found}
    return any(
        document.words[number].is_word
        and number not in trigger_numbers
        and morphology.is_finite_verb(document.lower(number))
        and morphology.lemma(document.lower(number)) not in _LINKING
        and not document.quote_around(document.words[number].start)
        for number in range(trigger.number + 1, name.first)
    )


def _of_joined_names(document: Document, found: list[TriggerWord], here: list[Name], place: int) -> list[TriggerWord]:
    """Find the plural verb after the last of joined names.

    «В. Шарова и О. Минаева представили…»: the plural verb after the last name of the run.
    """
    for number, name in enumerate(here[place + 1 :], place + 1):
        between = range(here[number - 1].last, name.first)
        if any(document.words[n].is_word and morphology.is_finite_verb(document.words[n].lower) for n in between):
            return []
        end = here[number + 1].first if number + 1 < len(here) else 10**9
        after = [trigger for trigger in found if name.last <= trigger.number < end and trigger.is_verb]
        if after:
            return after[:1] if after[0].is_plural else []
    return []


def _own_triggers(before: list[TriggerWord], place: int, document: Document, here: list[Name]) -> list[TriggerWord]:
    """Leave out the trigger words before the name that belong to the previous name."""
    if not place:
        return before
    last = here[place - 1]
    return [trigger for trigger in before if not _belongs_to_previous(document, trigger, last, here[place])]


def _belongs_to_previous(document: Document, trigger: TriggerWord, previous: Name, name: Name) -> bool:
    """Whether a singular verb soon after a name is that name’s, with no break between them."""
    between = [document.words[number].text for number in range(previous.last, trigger.number)]
    if not between and document.lower(document.sentence_of(trigger.number).first) in (
        "о",
        "об",
        "с",
        "со",
        "по",
        "своим",
        "про",
    ):
        # «О полёте Гагарина рассказала Иванова»: the subject of the talk comes first.
        return False
    if any(mark in between for mark in (";", ".")) or "а" in between or "затем" in between:
        return False
    words = sum(text[0].isalpha() for text in between)
    ahead = name.first - trigger.number
    return words <= 2 or words < ahead


def _belongs_to_next(document: Document, trigger: TriggerWord, following: Name | None, name: Name) -> bool:
    return following is not None and not _belongs_to_previous(document, trigger, name, following)


def _of_list(document: Document, found: list[TriggerWord], here: list[Name], place: int) -> list[TriggerWord]:
    """Find the trigger words before a list of names.

    «Открыли конференцию А, директор…, и Б»; «доклады: А «…», Б «…»»: the words before the list.
    """
    name = here[place]
    first = document.sentence_of(name.first).first
    colon = next((number for number in range(name.first - 1, first, -1) if document.words[number].text == ":"), -1)
    if colon > 0 and not document.quote_around(document.words[colon].start):
        start = max((other.last for other in here if other.last <= colon), default=first)
        own = [trigger for trigger in found if start <= trigger.number < colon]
        return [
            trigger
            for trigger in own
            if trigger.role not in _ATTENDING_ROLES or not _is_overridden(document, trigger, name, own)
        ]
    leading = [trigger for trigger in found if trigger.number < here[0].first]
    return [trigger for trigger in leading if trigger.is_plural] or [
        trigger for trigger in leading if not trigger.is_verb and trigger.role in ("speaker", "participant", "guest")
    ]


def _heading_triggers(document: Document, name: Name) -> list[TriggerWord]:
    """Find the trigger words in the line above a list: «Участники:» on the line above a list."""
    index = document.line_at(name.span.start)
    if _tells(document, document.lines[index], name):
        # The paragraph after a list is a list no more.
        return []
    for step in range(1, 13):
        if index - step < 0:
            return []
        line = document.lines[index - step]
        text = document[line].strip()
        if text.endswith(":"):
            numbers = document.inside(*line)
            found = trigger_words(document, max(numbers.start, numbers.stop - 12), numbers.stop)
            # «Секция «Данные» (модераторы: …):»
            return [trigger for trigger in found if not _is_bracketed(document, line, trigger.number)]
        if len(text) > 400 or text.endswith(".") and not _LIST_LINE.match(text) and _tells(document, line, None):
            # A sentence of the news parts the list above it from what follows.
            return []
    return []


def _is_bracketed(document: Document, line: Span, number: int) -> bool:
    before = document.text[line.start : document.words[number].start]
    return before.count("(") > before.count(")")


def _tells(document: Document, line: Span, name: Name | None) -> bool:
    """Whether a finite verb makes a sentence of the line, or of its words before the name."""
    last = name.first if name else document.at(line.end)
    return any(
        document.words[n].is_word
        and morphology.is_finite_verb(document.lower(n))
        and not document.quote_around(document.words[n].start)
        for n in range(document.at(line.start), last)
    )


def is_speaking(trigger: TriggerWord) -> bool:
    return trigger.lemma in SPEAKING


def of_person(governing: list[TriggerWord]) -> list[TriggerWord]:
    """Choose the roles at the event as a whole, each once; a speaker’s role is expressed by the talk."""
    found: dict[str, TriggerWord] = {}
    for trigger in governing:
        found.setdefault(trigger.role, trigger)
    strong = {role: trigger for role, trigger in found.items() if role not in _WEAK_ROLES or role == "guest"}
    if "guest-of-honour" in strong:
        strong.pop("guest", None)
    return list(strong.values())


# Organisations


@dataclass(frozen=True)
class Part:
    """An organisation’s role, with the words that express it."""

    role: str
    trigger: Span
    uncertainty: str = ""


_ORGANISATION_TRIGGERS = word_map(
    """
    organiser: организатор организованный организовать проводимый провести подготовленный подготовить проводить
    organiser: организатором устроитель учредитель организовывать устроить
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
_VENUE_WORDS = word_set(
    """
    здании базе стенах площадке помещении зале конференц-зале читальном холле медиазале
    """
)
_ORGANISING_VERBS = {
    "устроить",
    "приглашать",
    "пригласить",
    "провести",
    "организовать",
    "подготовить",
    "проводить",
    "инициировать",
    "организовывать",
}
_PARTICIPATING_VERBS = word_set(
    """
    присоединиться подключиться участвовать принять встретиться поделиться рассказать выступить представить
    обменяться
    """
)


def organisations(
    document: Document,
    found: Sequence[Organisation],
    layout: Layout,
    event: EventMention | None,
    in_positions: set[int],
) -> dict[int, list[Part]]:
    """Return, for each mention by index, its roles; words of `in_positions` describe people."""
    result: dict[int, list[Part]] = {index: [] for index in range(len(found))}
    for sentence in document.sentences:
        here = [
            (index, organisation)
            for index, organisation in enumerate(found)
            if organisation.is_named
            and sentence.first <= organisation.first < sentence.last
            and organisation.first not in in_positions
        ]
        if here and layout.is_news(sentence.start):
            _assign(document, sentence, here, event, in_positions, result)
    return {index: _unique_roles(roles) for index, roles in result.items()}


def _assign(
    document: Document,
    sentence: Sentence,
    here: list[tuple[int, Organisation]],
    event: EventMention | None,
    in_positions: set[int],
    result: dict[int, list[Part]],
) -> None:
    """Assign the roles of one sentence; weaker signs only where the stronger gave none."""
    for index, part in _forward(document, sentence.first, sentence.last, here, in_positions):
        result[index].append(part)
    for index, part in _venues(document, here, event, sentence.first, sentence.last):
        result[index] = [part, *(p for p in result[index] if p.role != "participant")]
    for index, part in _backward(document, sentence.first, sentence.last, here):
        result[index] = result[index] or [part]
    for index, organisation in here:
        last = _heading_role(document, organisation) or _by_place(document, organisation, event)
        result[index] = result[index] or ([last] if last else [])


_LIST_LINE = re.compile(r"\s*(?:[-–—•*·]|\d{1,2}[.)])\s.*[^:\s]\s*$")


def _heading_role(document: Document, organisation: Organisation) -> Part | None:
    """Return the role that the line above a list expresses: «Организатор конференции:» on the line above."""
    line = document.line_at(organisation.span.start)
    # Skip the other lines of the list.
    while line and _LIST_LINE.match(document[document.lines[line - 1]]):
        line -= 1
    above = document.lines[line - 1] if line else None
    if above is None or not document[above].rstrip().endswith(":") or len(document[above]) > 90:
        return None
    for number in document.inside(*above):
        if document.words[number].is_word and (found := _organisation_trigger(document, number)):
            return Part(found[0], Span(document.words[number].start, document.words[number].end))
    return None


def _by_place(document: Document, organisation: Organisation, event: EventMention | None) -> Part | None:
    """Return the role that the word right before the organisation expresses."""
    before = document.word(organisation.first - 1)
    if before is None:
        return None
    where = venue_words(document, organisation)
    if where and document[where].lower().rstrip('»" ') not in ("в", "во", "на") and document[where][-1:] in '»"е':
        # «в «Русском центре» библиотеки …»: whatever took place there.
        return Part("site", where)
    if not before.is_word:
        return None
    where = Span(before.start, before.end)
    if event is not None and organisation.case == "gent" and organisation.first in (event.head + 1, event.last):
        return Part("organiser", where, _("The event is named after this organisation; who organised it is not said."))
    if before.lower in position_words.GROUP_WORDS:
        return Part("participant", where, _("The text does not name the role outright."))
    if before.lower == "от":
        return Part("participant", where)
    return None


def _unique_roles(parts: list[Part]) -> list[Part]:
    return list({part.role: part for part in reversed(parts)}.values())[::-1]


def _forward(
    document: Document, first: int, last: int, here: list[tuple[int, Organisation]], in_positions: set[int]
) -> Iterable[tuple[int, Part]]:
    """Yield the roles of a trigger word, which hold until another one or a verb follows."""
    starts = {organisation.first: (index, organisation) for index, organisation in here}
    role, trigger, verb = "", Span(0, 0), ""
    number = first
    while number < last:
        if number in starts:
            index, organisation = starts[number]
            if role and (verb != "verb" or _subject_of(document, organisation)):
                yield index, Part(role, trigger)
            number = organisation.last
            continue
        word = document.words[number]
        if word.is_word and not document.quote_around(word.start) and number not in in_positions:
            found = _organisation_trigger(document, number)
            if found:
                # «Организаторами выступили», «участие приняли», «с поддержкой…»: the verb adds nothing of its own.
                if not (role and found[1] and verb != "verb") or found[0] == "organiser" != role:
                    role, trigger = found[0], Span(word.start, word.end)
                    verb = "verb" if found[1] else found[0]
            elif morphology.is_finite_verb(word.lower) and morphology.lemma(word.lower) not in _LINKING:
                role = ""
        elif word.text in (";",) and role not in ("organiser", "participant"):
            role = ""
        number += 1


_LINKING = word_set(
    """
    стать выступить являться быть принять принимать выступать мочь войти выйти составить оказать
    """
)


# Words that express a role only after these: «на связь вышли», «в сотрудничестве с».
_ONLY_AFTER = {"связь": ("на", "по"), "сотрудничество": ("в",), "инициатива": ("по", "инициативе")}


def _organisation_trigger(document: Document, number: int) -> tuple[str, bool] | None:
    """Return (role, whether it is a linking or speaking verb)."""
    low = document.lower(number)
    if low == "совместно" and _is_held_by(document, number):
        # «библиотека совместно с музеем провела вебинар»
        return "co-organiser", False
    for lemma in sorted(morphology.lemmas(low) | {low}):
        role = _ORGANISATION_TRIGGERS.get(lemma)
        if (
            not role
            or lemma in _ORGANISING_VERBS
            and morphology.is_finite_verb(low)
            and not _object_follows(document, number)
            or lemma == "подготовить"
            and _follows_talk(document, number)
        ):
            continue
        if lemma in _ONLY_AFTER and document.lower(number - 1) not in _ONLY_AFTER[lemma]:
            continue
        if (
            lemma in ("поддержка", "содействие")
            and document.lower(number - 1) not in ("при", "с", "и")
            and not morphology.is_adjective(document.lower(number - 1))
        ):
            continue
        if lemma == "площадка" and not morphology.can_be(low, "plur"):
            continue
        if lemma == "участие" and document.lower(number - 1) == "при":
            return "partner", False
        if lemma == "выступить" and document.lower(number - 1).startswith(
            ("организатор", "инициатор", "партнер", "площадк")
        ):
            return None
        return role, (lemma in _PARTICIPATING_VERBS or lemma in _ORGANISING_VERBS) and morphology.is_finite_verb(low)
    return None


def _is_held_by(document: Document, number: int) -> bool:
    """Whether the sentence says who held the event."""
    sentence = document.sentence_of(number)
    return any(
        morphology.lemmas(document.lower(n)) & _ORGANISING_VERBS and morphology.is_finite_verb(document.lower(n))
        for n in range(sentence.first, sentence.last)
    )


def _follows_talk(document: Document, number: int) -> bool:
    """Whether a talk was prepared and no event: «Доклад «…» подготовили сотрудники …»."""
    first = max(document.sentence_of(number).first, number - 9)
    return any(talk_kind(document.lower(n)) for n in range(first, number))


def _object_follows(document: Document, number: int) -> bool:
    """Whether the subject follows the verb.

    «провела Тверская библиотека»: the subject after the verb; «провела вебинар» has it before.
    """
    place = number + 1
    while (word := document.word(place)) and (word.is_number or month_number(word.lower) or word.lower in _OF_DATE):
        # «вебинар провёл 4 июля 2023 года Центр «Росток»»
        place += 1
    following = document.word(place)
    if following is None or not following.is_word:
        return False
    return following.text.isupper() or "nomn" in morphology.cases(following.text)


_OF_DATE = {"год", "года", "г", "."}


def _backward(
    document: Document, first: int, last: int, here: list[tuple[int, Organisation]]
) -> Iterable[tuple[int, Part]]:
    """Yield the roles of subjects before their verb.

    «Тверская библиотека провела вебинар», «библиотеки … приняли участие»: the subject before its verb.
    """
    for number in range(first, last):
        word = document.words[number]
        if not word.is_word or document.quote_around(word.start) or not morphology.is_finite_verb(word.lower):
            continue
        lemma = morphology.lemma(word.lower)
        if lemma == "стать" and document.lower(number + 1).startswith(("площадк", "местом")):
            lemma = "провести"
        if lemma == "подготовить" and not any(
            kind_of(document.lower(n)) for n in range(number + 1, min(last, number + 6))
        ):
            # «библиотека подготовила рассказ «…»»
            lemma = "представить"
        role = "organiser" if lemma in _ORGANISING_VERBS else "participant" if lemma in _PARTICIPATING_VERBS else ""
        if not role:
            continue
        for index, organisation in here:
            subject = organisation.case in ("nomn", "") or _people_of(document, organisation)
            apart = _verb_between(document, organisation.last, number) or any(
                document.lower(n) in ("где", ":", ";") or _is_somebody(document, n)
                for n in range(organisation.last, number)
            )
            if organisation.last <= number and subject and not apart:
                yield index, Part(role, Span(word.start, word.end))


def _is_somebody(document: Document, number: int) -> bool:
    """Whether a post in the nominative begins another subject: «библиотека: заведующая Сивак провела …»."""
    return position_words.is_position(document, number) and "nomn" in morphology.cases(document.lower(number))


def _people_of(document: Document, organisation: Organisation) -> bool:
    """Whether a word for its staff governs the organisation: «специалисты Омской библиотеки …»"""
    return organisation.case == "gent" and document.lower(organisation.first - 1) in position_words.GROUP_WORDS


def _verb_between(document: Document, first: int, last: int) -> bool:
    return any(
        document.words[number].is_word and morphology.is_finite_verb(document.words[number].lower)
        for number in range(first, last)
        if not document.quote_around(document.words[number].start)
    )


def _subject_of(document: Document, organisation: Organisation) -> bool:
    """Whether the organisation can be the subject of the verb before it: «рассказали специалисты библиотеки»."""
    first = document.at(organisation.nickname.start) if organisation.nickname else organisation.first
    before = document.lower(first - 1)
    if morphology.parses(before)[0].tag.POS == "PREP":
        # «рассказала о поездке в Приморскую библиотеку»
        return False
    group = before in position_words.GROUP_WORDS and "nomn" in morphology.cases(before)
    return (
        organisation.case in ("nomn", "")
        or group
        or before in ("и", ",", ":")
        or morphology.can_be(before, "nomn", "inan")
    )


def _venues(
    document: Document, here: list[tuple[int, Organisation]], event: EventMention | None, first: int, last: int
) -> Iterable[tuple[int, Part]]:
    """Yield the venue in the sentence of the event.

    «в библиотеке …», «на базе библиотеки …», «в «Русском центре» библиотеки …» in the sentence of the event.
    """
    if event is None or not (first <= event.head < last or _tells_where(document, event, first, last)):
        return
    for index, organisation in here:
        if organisation.is_department or organisation.is_plural:
            continue
        if start := venue_words(document, organisation):
            yield index, Part("site", start)
            return


def _tells_where(document: Document, event: EventMention, first: int, last: int) -> bool:
    """Whether a sentence near the event’s tells where it was held.

    «Мероприятие состоялось в …»: near the sentence of the event, with a verb of happening.
    """
    near = abs(document.sentence_of(first).number - document.sentence_of(event.head).number) <= 2
    return near and any(
        morphology.lemma(document.lower(number)) in ("состояться", "пройти", "проходить")
        for number in range(first, last)
    )


def venue_words(document: Document, organisation: Organisation) -> Span | None:
    """Return the preposition and the room before the organisation that was the venue."""
    number = organisation.first - 1
    before = document.word(number)
    if before is None:
        return None
    if before.lower in ("в", "во", "на") and organisation.case in ("loct", "datv", "gent", "accs", ""):
        return Span(before.start, before.end)
    if before.lower in _VENUE_WORDS:
        return document.span(max(0, number - 1), number + 1)
    if before.lower == "центре" and document.lower(number - 1) == "русском":
        return document.span(max(0, number - 2), number + 1)
    quote = document.quote_around(before.start)
    if quote and quote.end == before.end and quote.end - quote.start < 60:
        opening = document.at(quote.start)
        if document.lower(opening - 1) in ("в", "на"):
            return document.span(opening - 1, number + 1)
    return None
