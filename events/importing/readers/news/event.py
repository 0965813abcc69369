"""The event: mentions of events in the text, their kind and title, and the one that the news is about."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ....russian import morphology
from ....russian.date_expressions import DateExpression
from ....russian.numbers import ORDINALS
from ....russian.typography import DASHES
from ...draft import Span
from .boilerplate import Layout
from .document import Document, Quote
from .lexicon import word_map, word_set
from .organisations import Organisation, head_lemma, is_legal_form
from .position_words import is_position

_SPEECH_LENGTH = 230
_SPEECH_VERBS = {
    "сказать",
    "отметить",
    "подчеркнуть",
    "заявить",
    "ответить",
    "пояснить",
    "добавить",
    "признаться",
    "отвечать",
}
# Lemma of the head → code of the list of kinds. A compound is found by its last part («онлайн-семинар»).
_KINDS = word_map(
    """
    videoconference: видеоконференция видеоконференц телеконференция видеовстреча
    -: видеоконференцсвязь проект программа
    telemost: телемост видеомост интернет-мост онлайн-мост скайп-мост радиомост видео-мост теле-мост медиамост
    telemost: библиомост литмост видеотелемост
    webinar: вебинар вебинариум видеосеминар
    round-table: стол
    conference: конференция
    skype-conference: скайп-конференция
    seminar: семинар семинар-практикум семинар-тренинг
    meeting: семинар-совещание видеосовещание совещание заседание планерка
    forum: форум конгресс съезд фестиваль конвент саммит
    workshop: лаборатория мастерская практикум воркшоп мастер-класс тренинг
    lecture: лекция видеолекция лекторий
    readings: чтение
    broadcast: трансляция
    other: встреча диалог дискуссия марафон сессия консультация стажировка школа урок занятие дебаты салон час
    other: площадка брифинг конкурс викторина акция презентация открытие собрание день неделя обсуждение беседа
    other: слет информдень библиодень
    other: экскурсия брейн-ринг игра квартирник гостиная вечер ассамблея педсовет курс интенсив эфир коворкинг сеанс
    """
)
# Generic words name an event only with a title or with «онлайн», «виртуальный»…
_GENERIC_WORDS = word_set(
    """
    встреча диалог дискуссия марафон сессия консультация стажировка школа урок занятие дебаты салон час площадка
    брифинг конкурс викторина акция презентация открытие собрание день неделя обсуждение беседа игра гостиная
    вечер курс эфир клуб сеанс проект программа чтение лаборатория заседание тренинг мастер-класс практикум
    интенсив фестиваль стол трансляция лекция мастерская ассамблея коворкинг квартирник экскурсия
    """
)
_GENERIC_KINDS = {"other", "", "readings", "broadcast", "workshop", "meeting", "lecture", "forum"}
HAPPENING_VERBS = word_set(
    """
    устроить наладить построить состояться пройти проходить провести проводить организовать прошедший
    состоявшийся стартовать завершиться открыться собрать объединить принять соединить связать начаться
    посвятить транслироваться работать
    """
)
_SKIPPED_PREFIXES = (
    "онлайн-",
    "интернет-",
    "веб-",
    "видео-",
    "медиа-",
    "он-лайн-",
    "web-",
    "скайп-",
    "zoom-",
    "мини-",
    "экспресс-",
    "библио-",
    "фокус-",
    "эко-",
    "арт-",
    "радио-",
)
ORDINAL = re.compile(r"(?:[IVXХ]{1,6}|\d{1,2}(?:-?(?:я|й|ая|ый|ой|ое))?)$")


@dataclass
class EventMention:
    """A mention of an event: words [first, last) with its adjectives, and the title that follows, if any."""

    head: int
    first: int
    last: int
    lemma: str
    slug: str
    title: Quote | None = None
    theme: Quote | None = None
    ordinal: Span | None = None
    score: float = 0.0
    is_plural: bool = False
    dates: tuple[DateExpression, ...] = ()
    owners: dict[int, int] = field(default_factory=dict)


def find_mentions(
    document: Document, dates_found: Sequence[DateExpression] = (), named: Sequence[Organisation] = ()
) -> list[EventMention]:
    """Find every word for an event outside quotation marks, with its adjectives, ordinal and title.

    Dates (`dates_found`) and `named` organisations may separate an event from its title.
    """
    found = []
    owners = {organisation.first: organisation.last for organisation in named if not organisation.is_plural}
    for number, word in enumerate(document.words):
        quote = document.quote_around(word.start)
        if not word.is_word or quote and not _is_quoted_kind(document, quote, number):
            continue
        if word.lower in ("чтение", "чтению", "чтением", "чтении"):
            # «Чтения» in the plural are an event, «чтение» is what people do.
            continue
        if kind := kind_of(word.lower) or _spaced_telemost(document, number):
            found.append(_mention(document, number, *kind, tuple(dates_found), owners))
    return found


def _is_quoted_kind(document: Document, quote: Quote, number: int) -> bool:
    """Whether the quotation holds nothing but the kind: «межрегионального «круглого стола»»"""
    words = document[quote.inner].split()
    return document.at(quote.end) == number + 2 and len(words) < 3 and document[quote.inner].islower()


def _spaced_telemost(document: Document, number: int) -> tuple[str, str] | None:
    """Recognise a compound written: «Интернет – мост», with spaces around the dash."""
    if document.lower(number) in ("интернет", "теле", "видео", "онлайн") and document.lower(number + 1) in DASHES:
        return ("интернет-мост", "telemost") if document.lower(number + 2).startswith("мост") else None
    return None


def kind_of(low: str) -> tuple[str, str] | None:
    """Return (lemma, code) of a word for an event."""
    for lemma in sorted(morphology.lemmas(low)):
        lemma = lemma.replace("on-line", "онлайн")
        if lemma in _KINDS:
            return lemma, _KINDS[lemma]
        for prefix in _SKIPPED_PREFIXES:
            if lemma.startswith(prefix) and lemma.removeprefix(prefix) in _KINDS:
                return lemma, _KINDS.get(lemma.removeprefix(prefix), "")
    if "-" in low:
        last = low.rsplit("-", 1)[-1]
        first = low.split("-")[0]
        # «видеолекция», «встреча-дискуссия»
        known = first in _FIRST_PARTS or any(lemma in _KINDS for lemma in morphology.lemmas(first))
        # «флеш-семинар»: whatever it is, it is a seminar; a press conference is no conference.
        known = known or first != "пресс" and bool(morphology.lemmas(last) & _PLAIN_KINDS)
        if any(lemma in _KINDS for lemma in morphology.lemmas(last)) and known:
            lemma = next(lemma for lemma in sorted(morphology.lemmas(last)) if lemma in _KINDS)
            return f"{low.rsplit('-', 1)[0]}-{lemma}", _KINDS[lemma]
    return None


_PLAIN_KINDS = {"семинар", "вебинар", "телемост", "видеомост", "конференция", "форум", "практикум"}
_FIRST_PARTS = {prefix.rstrip("-") for prefix in _SKIPPED_PREFIXES} | {"форум", "семинар", "видео", "вебинар"}


def _mention(
    document: Document,
    head: int,
    lemma: str,
    slug: str,
    dates_found: tuple[DateExpression, ...],
    owners: dict[int, int],
) -> EventMention:
    first = head
    while first > 0 and _qualifies(document, first - 1, head):
        first -= 1
    if document.lower(head + 1) in DASHES and document.lower(head + 2).startswith("мост"):
        head += 2
        slug, lemma = "telemost", "интернет-мост"
    mention = EventMention(head, first, head + 1, lemma, slug, dates=dates_found, owners=owners)
    mention.ordinal = _ordinal(document, first, head)
    mention.is_plural = not morphology.can_be(document.words[head].lower, "sing")
    if lemma == "стол" and not _is_round(document, first, head):
        mention.slug = ""
    if (
        lemma.endswith("конференция")
        and slug == "conference"
        and "научн" in document.text[document.words[first].start : document.words[head].end].lower()
    ):
        mention.slug = "scientific-conference"
    _find_title(document, mention)
    return mention


def _is_round(document: Document, first: int, head: int) -> bool:
    return any("кругл" in document.lower(number) for number in range(first, head))


def _qualifies(document: Document, number: int, head: int) -> bool:
    """Whether the word is an adjective or numeral of the head: «III Межрегиональная научно-практическая онлайн-»."""
    word = document.words[number]
    gap = document.gap(number).strip(" \u00a0\n\r")
    if gap or head - number > 9:
        return False
    if (
        word.text in "-–—"
        and word.end == document.words[number + 1].start
        and number
        and document.words[number - 1].end == word.start
    ):
        return True
    if ORDINAL.match(word.text) and not word.is_number:
        return True
    if word.is_number:
        return len(word.text) < 3 and document.lower(number + 1) in DASHES
    if word.lower in ("онлайн", "интернет", "on-line", "online", "видео", "скайп", "skype", "zoom"):
        return True
    if word.lower == "и" and number:
        return morphology.is_adjective(document.words[number - 1].text) and morphology.is_adjective(
            document.words[number + 1].text
        )
    if word.lower in ("круглый", "круглого", "круглом", "круглому", "круглым"):
        return True
    return (
        word.is_word
        and any(parse.tag.POS in ("ADJF", "PRTF") and "Apro" not in parse.tag for parse in morphology.parses(word.text))
        and not _is_participle(word.text)
    )


def _is_participle(text: str) -> bool:
    """Whether the participle tells what happened and not what kind it was.

    «организованная конференция», «прошедший семинар» say what happened, not what it was.
    """
    parse = morphology.parses(text)[0]
    return parse.tag.POS == "PRTF" and parse.normal_form in HAPPENING_VERBS | {
        "очередной",
        "организовать",
        "проводить",
    }


def _ordinal(document: Document, first: int, head: int) -> Span | None:
    for number in range(first, head):
        word = document.words[number]
        if word.text.isupper() and re.fullmatch(r"[IVXХ]{1,6}", word.text):
            return Span(word.start, word.end)
        if word.is_number:
            following = document.word(number + 2)
            return Span(word.start, following.end if following and document.lower(number + 1) in DASHES else word.end)
        if morphology.lemmas(word.lower) & ORDINALS:
            return Span(word.start, word.end)
    return None


def _find_title(document: Document, mention: EventMention) -> None:
    """Find the quotation after the event’s word: at once, after «на тему», or after the words that depend on it."""
    quoted = document.quote_around(document.words[mention.head].start) is not None
    number, skipped = mention.head + 1 + quoted, 0
    theme = False
    for _ in range(26):
        if quote := document.quote_from(number):
            if not theme and not _is_title_of(document, mention, quote, number, skipped):
                return
            if theme:
                mention.theme = mention.theme or quote
            else:
                mention.title = mention.title or quote
            mention.last = document.at(quote.end)
            number, theme = mention.last, False
            if mention.theme:
                return
            continue
        if number in mention.owners:
            # «видеоконференция Саратовской областной библиотеки «Вечных истин немеркнущий свет»»
            skipped += mention.owners[number] - number
            number = mention.owners[number]
            continue
        word = document.word(number)
        if word is None or number >= document.sentence_of(mention.head).last:
            return
        if word.lower in ("тема", "теме", "тему", "темой", "темы"):
            theme = True
        elif not _may_stand_between(document, number, mention, skipped):
            return
        number += 1


def _is_title_of(document: Document, mention: EventMention, quote: Quote, number: int, skipped: int) -> bool:
    """Whether the quotation is the event’s title, and not speech or the name of something that precedes it."""
    if is_speech(document, quote):
        return False
    if skipped:
        return document.lower(number - 1) in _BETWEEN or len(document[quote].split()) > 2
    return not _is_of_another(document, mention, number)


_BETWEEN = word_set(
    """
    на по под тема названием название с для и в о об как ко его ее ее: : , - – — ( ) формате онлайн режиме
    онлайн-формате международным участием международного из цикла серии
    """
)


def _may_stand_between(document: Document, number: int, mention: EventMention, skipped: int) -> bool:
    word = document.words[number]
    if any(date.start <= word.start < date.end for date in mention.dates) or (word.text == "," and mention.dates):
        return True
    if word.lower in _BETWEEN or word.text in DASHES or word.text == ":":
        return True
    if mention.title:
        return False
    if number == mention.head + 2 and document.lower(number - 1) == "и" and morphology.lemmas(word.lower) & _OTHERS:
        return True
    if not word.is_word or number - skipped - mention.head > 14 or morphology.lemmas(word.lower) & _TALK_NOUNS:
        # «на конференции с докладом «…»»
        return False
    if document.text[document.words[number - 1].end - 1] in ",;" or any(
        document.lower(n) == "," for n in range(mention.head + 1, number)
    ):
        return False
    return bool(
        morphology.cases(word.text) & {"gent", "datv", "accs", "ablt", "loct"}
    ) and not morphology.is_finite_verb(word.text)


def _is_of_another(document: Document, mention: EventMention, number: int) -> bool:
    """Whether the quotation belongs to another noun in between: «конференция в библиотеке «Дружба»»."""
    for place in range(mention.head + 1, number):
        low = document.lower(place)
        # «форум публичных библиотек «Название»»: libraries in general bear no name.
        institution = is_legal_form(low) or bool(head_lemma(low)) and morphology.can_be(low, "sing")
        if institution or low in _NAMES_ANOTHER or (place > mention.head + 1 and kind_of(low)):
            return True
        is_joined = place == mention.head + 2 and document.lower(place - 1) == "и"
        if morphology.lemmas(low) & _OTHERS and morphology.can_be(low, "sing") and not is_joined:
            # «конференция и выставка «…»» share their title, «встреча клубов «…»» has its own.
            return True
    return False


_NAMES_ANOTHER = {"гбук", "мбук", "мук", "центр", "портале", "платформе"}
_OTHERS = word_set(
    """
    проект программа портал платформа газета журнал книга конкурс акция цикл серия фонд клуб зал площадка фильм
    выставка издательство сборник тема-проект приложение сервис сообщество группа канал
    """
) - {"цикл", "серия"}


def find_theme_nearby(document: Document, layout: Layout, mention: EventMention) -> Quote | None:
    """Find the theme in the same sentence or the next.

    «… лекция профессора … на тему «…»», «Его темой стали «…»», «Тема заседания: «…»».
    """
    event_sentence = document.sentence_of(mention.head)
    for quote in document.top_quotes:
        first = document.at(quote.start)
        sentence = document.sentence_of(first)
        if first < mention.last or sentence.number > event_sentence.number + 3 or not layout.is_body(quote.start):
            continue
        if sentence.number == event_sentence.number:
            if mention.title and not document.lower(first - 2).startswith("посвящ"):
                continue
            theme = next(
                (n for n in (first - 1, first - 2) if document.lower(n) in ("тему", "теме", "темой", "тема")), 0
            )
            if theme and not (morphology.lemmas(document.lower(theme - 2)) & _TALK_NOUNS and theme - 2 != mention.head):
                return quote
        elif _speaks_of_theme(document, sentence.first, first):
            return quote
    return None


# «с консультацией на тему «…»» is the title of a talk, not the theme of the event.
_TALK_NOUNS = {"доклад", "сообщение", "консультация", "выступление", "презентация", "обзор", "мастер-класс", "лекция"}
_OF_EVENT = {"его", "ее", "мероприятия", "главной", "основной", "главная", "основная", "года"}


def _speaks_of_theme(document: Document, first: int, quote: int) -> bool:
    words = [document.lower(number) for number in range(first, quote) if document.words[number].is_word]
    return (
        len(words) <= 5
        and not any(morphology.lemmas(word) & _TALK_NOUNS for word in words)
        and any(word.startswith("тем") and len(word) <= 5 for word in words)
        and bool(_OF_EVENT & set(words) or len(words) == 1 or any(kind_of(word) for word in words))
    )


def is_speech(document: Document, quote: Quote) -> bool:
    """Whether the quotation is direct speech and not a title.

    «…», – сказала директор: somebody’s words, not a title.
    """
    text, after = document[quote], document.text[quote.end : quote.end + 60].lstrip(" ,")
    inner = text.strip('«»"“”„').strip()
    if after[:1] in DASHES:
        following = [document.word(document.at(quote.end) + step) for step in range(4)]
        if any(word and word.lower in ("словами", "фразой") for word in following):
            # ««…», – такими словами открыла форум Вершинская»
            return True
        if document.lower(document.at(quote.end) + 1) in ("так", "этому", "этой", "об", "тема"):
            # ««Книга и сеть» – так назвала свой доклад Иванова», «– этому было посвящено выступление Ивановой»
            return False
        if any(word and word.is_word and morphology.is_finite_verb(word.lower) for word in following):
            return True
    return (
        len(text) > _SPEECH_LENGTH
        or (inner.endswith((".", "!")) and "." in inner[:-1] and len(text) > 120)
        or inner[-1:] == ","
        or _is_remark(document, quote)
    )


def _is_remark(document: Document, quote: Quote) -> bool:
    """Whether a verb of speaking and a colon introduce the quotation.

    «… отметила директор Иванова: «Читать будут всегда»»
    """
    first = document.at(quote.start)
    if document.lower(first - 1) != ":":
        return False
    sentence = document.sentence_of(first - 1)
    exclaims = document[quote.inner].rstrip().endswith(("!", "."))
    return any(
        morphology.lemmas(document.lower(number)) & (_SPEECH_VERBS | {"говорить"} if exclaims else _SPEECH_VERBS)
        for number in range(max(sentence.first, first - 30), first)
        if document.words[number].is_word
    )


def find_main_event(
    document: Document, layout: Layout, dates_found: Sequence[DateExpression], named: Sequence[Organisation] = ()
) -> EventMention | None:
    """Find the mention with the highest score: the event that the news is about."""
    found = [
        mention
        for mention in find_mentions(document, dates_found, named)
        if layout.is_news(document.words[mention.head].start)
    ]
    for mention in found:
        mention.score = _score(document, layout, mention, dates_found)
        again = sum(_is_again(mention, other) for other in found)
        mention.score += (mention.score > 0) * min(2.0, 0.4 * again) - 4 * any(
            _is_sibling(document, mention, other) for other in found
        )
    _give_titles_to_parts(found)
    found = [mention for mention in found if mention.score > 0]
    return max(found, key=lambda mention: mention.score, default=None)


def _is_again(mention: EventMention, other: EventMention) -> bool:
    """Whether the text comes back to the event by the same word: «онлайн-марафон», later «марафон»."""
    same = mention.lemma.rsplit("-", 1)[-1] == other.lemma.rsplit("-", 1)[-1]
    return same and other is not mention and not other.is_plural


def _is_sibling(document: Document, mention: EventMention, other: EventMention) -> bool:
    """Whether both are parts of one event: «Площадка «У реки»», «Площадка «У костра»»."""
    if mention.lemma != other.lemma or mention.lemma not in _GENERIC_WORDS or not mention.title or not other.title:
        return False
    return document[mention.title.inner].lower() != document[other.title.inner].lower()


def _give_titles_to_parts(found: list[EventMention]) -> None:
    """Pass the title of a series on to the event that is a part of it.

    «итоговый круглый стол IX конференции «Чтение и время»»: the round table is the event, under that title.
    """
    for part, whole in pairwise(found):
        if (
            part.head + 1 == whole.first
            and part.slug not in ("", "other", "meeting")
            and not part.is_plural
            and whole.score > 0
        ):
            part.title, part.theme = part.title or whole.title, part.theme or whole.theme
            part.score = max(part.score, whole.score) + 0.1


def _score(document: Document, layout: Layout, mention: EventMention, dates_found: Sequence[DateExpression]) -> float:
    """Score a mention as the event of the news, by title, date, verb and place in the text; 0 excludes it."""
    sentence = document.sentence_of(mention.head)
    titled = bool(mention.title or mention.theme)
    is_generic_word = mention.lemma.rsplit("-", 1)[-1] in _GENERIC_WORDS and mention.slug in _GENERIC_KINDS
    is_generic = is_generic_word and not _is_of_series(document, mention)
    if (
        not mention.slug
        or is_generic
        and _is_larger_event(document, mention.first)
        or not (
            titled
            or not is_generic
            or _is_remote(document, mention)
            or _is_reported(document, layout, mention, dates_found)
        )
    ):
        return 0.0
    score = 1.0 + 3 * titled - is_generic * 3 - 2 * mention.is_plural
    score += 3 * _happens(document, sentence.first, sentence.last) + 2 * any(
        sentence.start <= date.start < sentence.end for date in dates_found
    )
    if layout.is_headline(sentence.start):
        score += 0.5
    else:
        rank = sum(
            layout.is_body(other.start) for other in document.sentences[max(0, sentence.number - 6) : sentence.number]
        )
        score += max(0.0, 2.5 - 0.5 * rank)
    score -= 0.03 * abs(mention.head - sentence.first)
    score -= 5 * _is_larger_event(document, mention.first)
    line = document[document.lines[document.line_at(sentence.start)]]
    # «14.00 Мастер-класс «…»»: a point of the programme.
    score -= 3 * bool(re.match(r"\s*(?:\d{1,2}[.:]\d\d(?!\.)|[•*·])", line))
    score -= _part_penalty(document, mention, sentence.first) + _penalty_of_told(document, mention, sentence.first)
    score -= 2 * (
        document.lower(mention.first - 1)
        in ("участники", "участникам", "модератор", "ходе", "секции", "организаторы", "организаторами")
    )
    return score


def _penalty_of_told(document: Document, mention: EventMention, first: int) -> int:
    """Return how much of the score is lost because somebody only tells of the event.

    «рассказала о поездке на семинар «Молодёжь и книга»», «о проведении акции «Ночь с книгой» говорила …».
    """
    before = [document.lower(n) for n in range(max(first, mention.first - 5), mention.first)]
    if any(morphology.lemmas(word) & _JOURNEYS for word in before):
        return 20
    is_announced = before[-1:] == ["проведении"] and any(
        document.lower(n).startswith(("объявл", "приглаш")) for n in range(first, mention.first)
    )
    return 4 * (bool({"о", "об", "про"} & set(before[-2:])) and not is_announced)


_JOURNEYS = {"поездка", "съездить", "поехать", "командировка", "побывать"}


def _part_penalty(document: Document, mention: EventMention, first: int) -> int:
    """Return how much of the score is lost because the mention is only a part of the event.

    How much «учитель Иванова показала мастер-класс «…»», «его лекция «…»» is a part of the event, not the event.
    """
    if mention.slug not in ("workshop", "lecture") and mention.lemma not in _PART_NOUNS | {"час", "беседа", "игра"}:
        return 0
    before, after = document.lower(mention.first - 1), mention.last
    has_verb_after = (mention.title or mention.theme) and morphology.verb_gender(document.lower(after)) in (
        "masc",
        "femn",
    )
    if (
        has_verb_after
        and morphology.lemma(document.lower(after)) in _GIVING_VERBS
        and (not {after + 1, after + 2} & mention.owners.keys() or is_position(document, after + 1))
    ):
        # «Занятие «Первый снимок» провёл фотограф Иванов»
        return 5
    if before in ("его", "ее", "(", "с", "со") or morphology.lemma(before) in ("показать", "дать"):
        return 20
    if before == "на" and morphology.lemmas(document.lower(mention.first - 2)) & {
        "рассказать",
        "выступить",
        "прочитать",
    }:
        # «реставратор Клейстер расскажет на лекции «…»»
        return 20
    given = morphology.lemma(before) in _GIVING_VERBS
    by_house = any(first <= owner < mention.first for owner in mention.owners)
    by_one = morphology.verb_gender(before) in ("masc", "femn") or morphology.can_be(before, "futr", "sing")
    return 9 * (given and by_one and not by_house)


_PART_NOUNS = {"консультация", "презентация", "занятие", "урок"}
_GIVING_VERBS = {"провести", "подготовить", "прочитать", "прочесть", "дать", "показать", "продемонстрировать"}


def _is_of_series(document: Document, mention: EventMention) -> bool:
    """Whether an ordinal or a person’s name identifies the event.

    «III Рябиновские чтения»: numbered or named after somebody, they need no title.
    """
    if mention.slug == "forum":
        return mention.ordinal is not None
    named = mention.ordinal or document.words[mention.first].is_capital or document.lower(mention.head + 1) == "памяти"
    part = document.lower(mention.head) == "чтений" and document.lower(mention.first - 1) != "программа"
    return mention.slug == "readings" and bool(named) and not part


def _is_reported(
    document: Document, layout: Layout, mention: EventMention, dates_found: Sequence[DateExpression]
) -> bool:
    """Whether the news reports the event as held.

    «15 мая состоялось заседание секции»: a day and a verb of happening in one sentence of the news.
    """
    sentence = document.sentence_of(mention.head)
    day = any(sentence.start <= date.start < sentence.end for date in dates_found)
    may_be_reported = mention.lemma in (
        "заседание",
        "лекция",
        "трансляция",
        "стажировка",
        "марафон",
        "дискуссия",
        "диалог",
        "встреча",
        "консультация",
    )
    return (
        may_be_reported and day and layout.is_body(sentence.start) and _happens(document, sentence.first, sentence.last)
    )


def _is_remote(document: Document, mention: EventMention) -> bool:
    """Whether the words around the mention say that the event was online.

    «виртуальная экскурсия», «лекция в режиме видеоконференцсвязи»
    """
    last = mention.head + 5 if document.lower(mention.head + 1) in ("в", "по") else mention.head
    last = min(last, document.sentence_of(mention.head).last - 1)
    text = document.text[document.words[mention.first].start : document.words[last].end].lower()
    return any(
        sign in text
        for sign in ("онлайн", "виртуальн", "видео", "дистанц", "интернет", "on-line", "online", "скайп", "телемост")
    )


def _happens(document: Document, first: int, last: int) -> bool:
    return any(
        morphology.lemmas(document.lower(number)) & HAPPENING_VERBS
        for number in range(first, last)
        if document.words[number].is_word
    )


def _is_larger_event(document: Document, first: int) -> bool:
    """Whether the mention is the framework of another event.

    «в рамках конференции», «в преддверии форума»: the larger event around this one.
    """
    before = [document.lower(number) for number in range(max(0, first - 4), first)]
    return any(
        word
        in (
            "рамках",
            "преддверии",
            "накануне",
            "открытия",
            "открытии",
            "программе",
            "программу",
            "итогам",
            "цикла",
            "серии",
            "ходе",
        )
        for word in before[-2:]
    )


def kind_span(document: Document, mention: EventMention) -> Span:
    """Return the span of the words for the kind, without the ordinal."""
    first = mention.first
    while first < mention.head and (
        document.words[first].is_number
        or document.words[first].text in DASHES
        or re.fullmatch(r"[IVXХ]+", document.words[first].text)
        or (mention.ordinal and document.words[first].start < mention.ordinal.end)
    ):
        first += 1
    return document.span(first, mention.head + 1)


def kind_in_nominative(document: Document, span: Span) -> str:
    """Inflect the words for the kind: «межрегионального круглого стола» → «межрегиональный круглый стол»."""
    numbers = list(document.inside(*span))
    head = document.words[numbers[-1]].text.lower()
    noun = next((p for p in morphology.parses(head) if p.tag.POS == "NOUN"), morphology.parses(head)[0])
    # «краеведческие чтения» are an event; a single «чтение» is none.
    number_of_head = "plur" if morphology.lemma_of(noun) == "чтение" else "sing"
    gender = [] if number_of_head == "plur" else [str(noun.tag.gender or "masc")]
    words = []
    for number in numbers[:-1]:
        text = document.words[number].text.lower()
        adjective = next((p for p in morphology.parses(text) if p.tag.POS in ("ADJF", "PRTF")), None)
        words.append(adjective and morphology.form_of(adjective, "nomn", number_of_head, *gender) or text)
    joined = " ".join([*words, morphology.form_of(noun, "nomn", number_of_head) or head])
    return re.sub(r"\s*[-–—]\s*", "-", joined)
