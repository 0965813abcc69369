"""What kind of event it was: the words for it, and the one mention of them that speaks of this event."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ....russian import morphology
from ....russian.date_expressions import DateExpression
from ....russian.numbers import ORDINALS
from ....russian.typography import DASHES
from ...draft import Span
from .chrome import Layout
from .organisations import Organisation, head_lemma, is_legal_form
from .vocabulary import coded, listed
from .words import Page, Quote

_SPEECH_LENGTH = 230
_SAID = {"сказать", "отметить", "подчеркнуть", "заявить", "ответить", "пояснить", "добавить", "признаться", "отвечать"}
# Lemma of the head → code of the list of kinds. A compound is found by its last part («онлайн-семинар»).
_KINDS = coded(
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
    other: экскурсия брейн-ринг игра квартирник гостиная вечер ассамблея педсовет курс интенсив эфир коворкинг сеанс
    """
)
# These name an event only with a title or with «онлайн», «виртуальный»…
_WEAK = listed(
    """
    встреча диалог дискуссия марафон сессия консультация стажировка школа урок занятие дебаты салон час площадка
    брифинг конкурс викторина акция презентация открытие собрание день неделя обсуждение беседа игра гостиная
    вечер курс эфир клуб сеанс проект программа чтение лаборатория заседание тренинг мастер-класс практикум
    интенсив фестиваль стол трансляция лекция мастерская ассамблея коворкинг квартирник экскурсия
    """
)
_WEAK_KINDS = {"other", "", "readings", "broadcast", "workshop", "meeting", "lecture", "forum"}
_HAPPENS = listed(
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
class Mention:
    """One event in the text: words [first, last) with its adjectives, and the title that follows, if one does."""

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


def mentions(page: Page, dated: Sequence[DateExpression] = (), named: Sequence[Organisation] = ()) -> list[Mention]:
    """Every word for an event outside quotation marks, with what belongs to it.

    `dated` is where dates stand: they may part an event from its title, and so may the `named` organisations.
    """
    found = []
    owners = {one.first: one.last for one in named if not one.is_plural}
    for number, word in enumerate(page.words):
        quote = page.quote_around(word.start)
        if not word.is_word or quote and not _is_quoted_kind(page, quote, number):
            continue
        if kind := _kind(word.lower) or _bridge(page, number):
            found.append(_mention(page, number, *kind, tuple(dated), owners))
    return found


def _is_quoted_kind(page: Page, quote: Quote, number: int) -> bool:
    """«межрегионального «круглого стола»»"""
    words = page[quote.inner].split()
    return page.at(quote.end) == number + 2 and len(words) < 3 and page[quote.inner].islower()


def _bridge(page: Page, number: int) -> tuple[str, str] | None:
    """«Интернет – мост», with spaces around the dash."""
    if page.lower(number) in ("интернет", "теле", "видео", "онлайн") and page.lower(number + 1) in DASHES:
        return ("интернет-мост", "telemost") if page.lower(number + 2).startswith("мост") else None
    return None


def _kind(low: str) -> tuple[str, str] | None:
    """(lemma, code) of a word for an event."""
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
        if any(lemma in _KINDS for lemma in morphology.lemmas(last)) and known:
            lemma = next(lemma for lemma in sorted(morphology.lemmas(last)) if lemma in _KINDS)
            return f"{low.rsplit('-', 1)[0]}-{lemma}", _KINDS[lemma]
    return None


_FIRST_PARTS = {prefix.rstrip("-") for prefix in _SKIPPED_PREFIXES} | {"форум", "семинар", "видео", "вебинар"}


def _mention(
    page: Page, head: int, lemma: str, slug: str, dated: tuple[DateExpression, ...], owners: dict[int, int]
) -> Mention:
    first = head
    while first > 0 and _qualifies(page, first - 1, head):
        first -= 1
    if page.lower(head + 1) in DASHES and page.lower(head + 2).startswith("мост"):
        head += 2
        slug, lemma = "telemost", "интернет-мост"
    mention = Mention(head, first, head + 1, lemma, slug, dates=dated, owners=owners)
    mention.ordinal = _ordinal(page, first, head)
    mention.is_plural = not morphology.can_be(page.words[head].lower, "sing")
    if lemma == "стол" and not _is_round(page, first, head):
        mention.slug = ""
    if (
        lemma.endswith("конференция")
        and slug == "conference"
        and "научн" in page.text[page.words[first].start : page.words[head].end].lower()
    ):
        mention.slug = "scientific-conference"
    _find_title(page, mention)
    return mention


def _is_round(page: Page, first: int, head: int) -> bool:
    return any("кругл" in page.lower(number) for number in range(first, head))


def _qualifies(page: Page, number: int, head: int) -> bool:
    """Adjectives and numerals before the head: «III Межрегиональная научно-практическая онлайн-»."""
    word = page.words[number]
    gap = page.gap(number).strip(" \u00a0\n\r")
    if gap or head - number > 9:
        return False
    if (
        word.text in "-–—"
        and word.end == page.words[number + 1].start
        and number
        and page.words[number - 1].end == word.start
    ):
        return True
    if ORDINAL.match(word.text) and not word.is_number:
        return True
    if word.is_number:
        return len(word.text) < 3 and page.lower(number + 1) in DASHES
    if word.lower in ("онлайн", "интернет", "on-line", "online", "видео", "скайп", "skype", "zoom"):
        return True
    if word.lower == "и" and number:
        return morphology.is_adjective(page.words[number - 1].text) and morphology.is_adjective(
            page.words[number + 1].text
        )
    if word.lower in ("круглый", "круглого", "круглом", "круглому", "круглым"):
        return True
    return (
        word.is_word
        and any(parse.tag.POS in ("ADJF", "PRTF") and "Apro" not in parse.tag for parse in morphology.parses(word.text))
        and not _is_participle(word.text)
    )


def _is_participle(text: str) -> bool:
    """«организованная конференция», «прошедший семинар» say what happened, not what it was."""
    parse = morphology.parses(text)[0]
    return parse.tag.POS == "PRTF" and parse.normal_form in _HAPPENS | {"очередной", "организовать", "проводить"}


def _ordinal(page: Page, first: int, head: int) -> Span | None:
    for number in range(first, head):
        word = page.words[number]
        if word.text.isupper() and re.fullmatch(r"[IVXХ]{1,6}", word.text):
            return Span(word.start, word.end)
        if word.is_number:
            following = page.word(number + 2)
            return Span(word.start, following.end if following and page.lower(number + 1) in DASHES else word.end)
        if morphology.lemmas(word.lower) & ORDINALS:
            return Span(word.start, word.end)
    return None


def _find_title(page: Page, mention: Mention) -> None:
    """The quotation after the event’s word: at once, or after «на тему», «под названием», or what it depends on."""
    quoted = page.quote_around(page.words[mention.head].start) is not None
    number, skipped = mention.head + 1 + quoted, 0
    theme = False
    for _ in range(26):
        if quote := page.quote_from(number):
            if not theme and not _is_own(page, mention, quote, number, skipped):
                return
            if theme:
                mention.theme = mention.theme or quote
            else:
                mention.title = mention.title or quote
            mention.last = page.at(quote.end)
            number, theme = mention.last, False
            if mention.theme:
                return
            continue
        if number in mention.owners:
            # «видеоконференция Саратовской областной библиотеки «Вечных истин немеркнущий свет»»
            skipped += mention.owners[number] - number
            number = mention.owners[number]
            continue
        word = page.word(number)
        if word is None or number >= page.sentence_of(mention.head).last:
            return
        if word.lower in ("тема", "теме", "тему", "темой", "темы"):
            theme = True
        elif not _may_stand_between(page, number, mention, skipped):
            return
        number += 1


def _is_own(page: Page, mention: Mention, quote: Quote, number: int, skipped: int) -> bool:
    """Whether the quotation is the event’s title, and not somebody’s words or the name of what stands before it."""
    if is_speech(page, quote):
        return False
    if skipped:
        return page.lower(number - 1) in _BETWEEN or len(page[quote].split()) > 2
    return not _is_of_another(page, mention, number)


_BETWEEN = listed(
    """
    на по под тема названием название с для и в о об как ко его ее ее: : , - – — ( ) формате онлайн режиме
    онлайн-формате международным участием международного из цикла серии
    """
)


def _may_stand_between(page: Page, number: int, mention: Mention, skipped: int) -> bool:
    word = page.words[number]
    if any(date.start <= word.start < date.end for date in mention.dates) or (word.text == "," and mention.dates):
        return True
    if word.lower in _BETWEEN or word.text in DASHES or word.text == ":":
        return True
    if mention.title:
        return False
    if number == mention.head + 2 and page.lower(number - 1) == "и" and morphology.lemmas(word.lower) & _OTHERS:
        return True
    if not word.is_word or number - skipped - mention.head > 14 or morphology.lemmas(word.lower) & _TALKS:
        # «на конференции с докладом «…»»
        return False
    if page.text[page.words[number - 1].end - 1] in ",;" or any(
        page.lower(n) == "," for n in range(mention.head + 1, number)
    ):
        return False
    return bool(
        morphology.cases(word.text) & {"gent", "datv", "accs", "ablt", "loct"}
    ) and not morphology.is_finite_verb(word.text)


def _is_of_another(page: Page, mention: Mention, number: int) -> bool:
    """Whether another head stands between: «конференция в библиотеке «Дружба»» names the library."""
    for place in range(mention.head + 1, number):
        low = page.lower(place)
        # «форум публичных библиотек «Название»»: libraries in general bear no name.
        institution = is_legal_form(low) or bool(head_lemma(low)) and morphology.can_be(low, "sing")
        if institution or low in _NAMES_ANOTHER or (place > mention.head + 1 and _kind(low)):
            return True
        beside = place == mention.head + 2 and page.lower(place - 1) == "и"
        if morphology.lemmas(low) & _OTHERS and morphology.can_be(low, "sing") and not beside:
            # «конференция и выставка «…»» share their title, «встреча клубов «…»» has its own.
            return True
    return False


_NAMES_ANOTHER = {"гбук", "мбук", "мук", "центр", "портале", "платформе"}
_OTHERS = listed(
    """
    проект программа портал платформа газета журнал книга конкурс акция цикл серия фонд клуб зал площадка фильм
    выставка издательство сборник тема-проект приложение сервис сообщество группа канал
    """
) - {"цикл", "серия"}


def theme_nearby(page: Page, parts: Layout, mention: Mention) -> Quote | None:
    """The theme said further on: «… лекция профессора … на тему «…»», «Его темой стали «…»», «Тема заседания: «…»»."""
    own = page.sentence_of(mention.head)
    for quote in page.top_quotes:
        first = page.at(quote.start)
        sentence = page.sentence_of(first)
        if first < mention.last or sentence.number > own.number + 3 or not parts.is_body(quote.start):
            continue
        if sentence.number == own.number:
            if mention.title and not page.lower(first - 2).startswith("посвящ"):
                continue
            theme = next((n for n in (first - 1, first - 2) if page.lower(n) in ("тему", "теме", "темой", "тема")), 0)
            if theme and not (morphology.lemmas(page.lower(theme - 2)) & _TALKS and theme - 2 != mention.head):
                return quote
        elif _speaks_of_theme(page, sentence.first, first):
            return quote
    return None


# «с консультацией на тему «…»» is what somebody said, not what the event was about.
_TALKS = {"доклад", "сообщение", "консультация", "выступление", "презентация", "обзор", "мастер-класс", "лекция"}
_OF_EVENT = {"его", "ее", "мероприятия", "главной", "основной", "главная", "основная", "года"}


def _speaks_of_theme(page: Page, first: int, quote: int) -> bool:
    words = [page.lower(number) for number in range(first, quote) if page.words[number].is_word]
    return (
        len(words) <= 5
        and not any(morphology.lemmas(word) & _TALKS for word in words)
        and any(word.startswith("тем") and len(word) <= 5 for word in words)
        and bool(_OF_EVENT & set(words) or len(words) == 1 or any(_kind(word) for word in words))
    )


def is_speech(page: Page, quote: Quote) -> bool:
    """«…», – сказала директор: somebody’s words, not a title."""
    text, after = page[quote], page.text[quote.end : quote.end + 60].lstrip(" ,")
    inner = text.strip('«»"“”„').strip()
    if after[:1] in DASHES:
        following = [page.word(page.at(quote.end) + step) for step in range(4)]
        if page.lower(page.at(quote.end) + 1) in ("так", "этому", "этой", "об", "тема"):
            # ««Книга и сеть» – так назвала свой доклад Иванова», «– этому было посвящено выступление Ивановой»
            return False
        if any(word and word.is_word and morphology.is_finite_verb(word.lower) for word in following):
            return True
    return (
        len(text) > _SPEECH_LENGTH
        or (inner.endswith((".", "!")) and "." in inner[:-1] and len(text) > 120)
        or inner[-1:] == ","
        or _is_remark(page, quote)
    )


def _is_remark(page: Page, quote: Quote) -> bool:
    """«… отметила директор Иванова: «Читать будут всегда»»"""
    first = page.at(quote.start)
    if page.lower(first - 1) != ":":
        return False
    sentence = page.sentence_of(first - 1)
    return any(
        morphology.lemmas(page.lower(number)) & _SAID
        for number in range(max(sentence.first, first - 30), first)
        if page.words[number].is_word
    )


def main_event(
    page: Page, parts: Layout, dated: Sequence[DateExpression], named: Sequence[Organisation] = ()
) -> Mention | None:
    """The mention that the news is about."""
    found = [mention for mention in mentions(page, dated, named) if parts.is_news(page.words[mention.head].start)]
    for mention in found:
        mention.score = _score(page, parts, mention, dated)
    _give_titles_to_parts(found)
    found = [mention for mention in found if mention.score > 0]
    return max(found, key=lambda mention: mention.score, default=None)


def _give_titles_to_parts(found: list[Mention]) -> None:
    """«итоговый круглый стол IX конференции «Чтение и время»»: the round table is the event, under that title."""
    for one, two in pairwise(found):
        if (
            one.head + 1 == two.first
            and one.slug not in ("", "other", "meeting")
            and not one.is_plural
            and two.score > 0
        ):
            one.title, one.theme = one.title or two.title, one.theme or two.theme
            one.score = max(one.score, two.score) + 0.1


def _score(page: Page, parts: Layout, mention: Mention, dated: Sequence[DateExpression]) -> float:
    sentence = page.sentence_of(mention.head)
    titled = bool(mention.title or mention.theme)
    is_weak = mention.lemma.rsplit("-", 1)[-1] in _WEAK and mention.slug in _WEAK_KINDS
    weak = is_weak and not _is_of_series(page, mention)
    if (
        not mention.slug
        or weak
        and _is_frame(page, mention.first)
        or not (titled or not weak or _is_remote(page, mention) or _is_told(page, parts, mention, dated))
    ):
        return 0.0
    score = 1.0 + 3 * titled - weak * 3 - 2 * mention.is_plural
    score += 3 * _happens(page, sentence.first, sentence.last) + 2 * any(
        sentence.start <= date.start < sentence.end for date in dated
    )
    if parts.is_headline(sentence.start):
        score += 0.5
    else:
        rank = sum(
            parts.is_body(other.start) for other in page.sentences[max(0, sentence.number - 6) : sentence.number]
        )
        score += max(0.0, 2.5 - 0.5 * rank)
    score -= 0.03 * abs(mention.head - sentence.first)
    score -= 5 * _is_frame(page, mention.first)
    line = page[page.lines[page.line_at(sentence.start)]]
    # «14.00 Мастер-класс «…»»: a point of the programme.
    score -= 3 * bool(re.match(r"\s*(?:\d{1,2}[.:]\d\d(?!\.)|[•*·])", line))
    score -= _weight_as_part(page, mention, sentence.first)
    score -= 2 * (
        page.lower(mention.first - 1)
        in ("участники", "участникам", "модератор", "ходе", "секции", "организаторы", "организаторами")
    )
    return score


def _weight_as_part(page: Page, mention: Mention, first: int) -> int:
    """How much «учитель Иванова показала мастер-класс «…»», «его лекция «…»» is a part of the event, not the event."""
    if mention.slug not in ("workshop", "lecture") and mention.lemma not in _PARTS:
        return 0
    before, after = page.lower(mention.first - 1), mention.last
    told = mention.title and morphology.verb_gender(page.lower(after)) in ("masc", "femn")
    if told and morphology.lemma(page.lower(after)) in _GIVEN and not {after + 1, after + 2} & mention.owners.keys():
        # «Занятие «Первый снимок» провёл фотограф Иванов»
        return 5
    if before in ("его", "ее", "(", "с", "со") or morphology.lemma(before) in ("показать", "дать"):
        return 20
    given = morphology.lemma(before) in _GIVEN
    by_house = any(first <= owner < mention.first for owner in mention.owners)
    by_one = morphology.verb_gender(before) in ("masc", "femn") or morphology.can_be(before, "futr", "sing")
    return 5 * (given and by_one and not by_house)


_PARTS = {"консультация", "презентация", "занятие", "урок"}
_GIVEN = {"провести", "прочитать", "прочесть", "дать", "показать", "продемонстрировать"}


def _is_of_series(page: Page, mention: Mention) -> bool:
    """«III Рябиновские чтения»: numbered or named after somebody, they need no title."""
    if mention.slug == "forum":
        return mention.ordinal is not None
    named = mention.ordinal or page.words[mention.first].is_capital or page.lower(mention.head + 1) == "памяти"
    part = page.lower(mention.head) == "чтений" and page.lower(mention.first - 1) != "программа"
    return mention.slug == "readings" and bool(named) and not part


def _is_told(page: Page, parts: Layout, mention: Mention, dated: Sequence[DateExpression]) -> bool:
    """«15 мая состоялось заседание секции»: a day and a verb of happening in one sentence of the news."""
    sentence = page.sentence_of(mention.head)
    day = any(sentence.start <= date.start < sentence.end for date in dated)
    told = mention.lemma in (
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
    return told and day and parts.is_body(sentence.start) and _happens(page, sentence.first, sentence.last)


def _is_remote(page: Page, mention: Mention) -> bool:
    """«виртуальная экскурсия», «лекция в режиме видеоконференцсвязи»"""
    last = mention.head + 5 if page.lower(mention.head + 1) in ("в", "по") else mention.head
    last = min(last, page.sentence_of(mention.head).last - 1)
    text = page.text[page.words[mention.first].start : page.words[last].end].lower()
    return any(
        sign in text
        for sign in ("онлайн", "виртуальн", "видео", "дистанц", "интернет", "on-line", "online", "скайп", "телемост")
    )


def _happens(page: Page, first: int, last: int) -> bool:
    return any(
        morphology.lemmas(page.lower(number)) & _HAPPENS for number in range(first, last) if page.words[number].is_word
    )


def _is_frame(page: Page, first: int) -> bool:
    """«в рамках конференции», «в преддверии форума»: the larger event around this one."""
    before = [page.lower(number) for number in range(max(0, first - 4), first)]
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


def printed(page: Page, mention: Mention) -> Span:
    """The words for the kind, without the number in the series."""
    first = mention.first
    while first < mention.head and (
        page.words[first].is_number
        or page.words[first].text in DASHES
        or re.fullmatch(r"[IVXХ]+", page.words[first].text)
        or (mention.ordinal and page.words[first].start < mention.ordinal.end)
    ):
        first += 1
    return page.span(first, mention.head + 1)


def in_nominative(page: Page, span: Span) -> str:
    """«межрегионального круглого стола» → «межрегиональный круглый стол»."""
    numbers = list(page.inside(*span))
    head = page.words[numbers[-1]].text.lower()
    noun = next((p for p in morphology.parses(head) if p.tag.POS == "NOUN"), morphology.parses(head)[0])
    gender, words = noun.tag.gender or "masc", []
    for number in numbers[:-1]:
        text = page.words[number].text.lower()
        adjective = next((p for p in morphology.parses(text) if p.tag.POS in ("ADJF", "PRTF")), None)
        words.append(adjective and morphology.form_of(adjective, "nomn", "sing", gender) or text)
    joined = " ".join([*words, morphology.form_of(noun, "nomn", "sing") or head])
    return re.sub(r"\s*[-–—]\s*", "-", joined)
