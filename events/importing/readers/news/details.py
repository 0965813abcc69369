"""Details of the event: occasion, framework, platform, format, city, regions, outcome, background."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from ....russian import morphology, typography
from ....russian.places import city_in_nominative
from ....russian.typography import QUOTES
from ...draft import Span, TextFact
from .boilerplate import Layout
from .document import Document, Sentence
from .event import EventMention, kind_of
from .lexicon import alternation, word_set
from .position_words import GROUP_WORDS

_OCCASION = alternation(
    r"""
    приурочен\w*\s+(?:к|ко)\s|в\s+преддверии\s|накануне\s|посвящ[её]нн\w+\s+|в\s+честь\s|ко\s+дню\s
    к\s+\d+[-–]летию\s|к\s+юбилею\s|в\s+ознаменование\s|в\s+связи\s+с\s+(?=празднован|юбиле|\d+-лети)
    """,
)
_FRAMEWORK = re.compile(
    r"в\s+рамках\s+|в\s+соответствии\s+с\s+|по\s+договору\s+|в\s+ходе\s+реализации\s+", re.IGNORECASE
)
_PLATFORMS = alternation(
    r"""
    Z[O]{2}M|Zoom|Зум|Skype|Скайп|VK Звонк\w+|ВК[- ]?[Зз]вонк\w+|VK Видео|You\s?Tube|Ютуб\w*|Webinar\.ru
    Mirapolis(?: Virtual Room)?|Sber\s?Jazz|СберДжаз\w*|SaluteJazz|Яндекс[.\s-]*Телемост\w*|TrueConf
    Microsoft Teams|MS Teams|Teams|Google Meet|Discord|BigBlueButton|Big Blue Button|Pruffme|МТС Линк
    MTS Link|Контур[.\s]Толк\w*|Cisco Webex|Webex|Jitsi(?: Meet)?|WhatsApp|Viber|Telegram|Телеграм\w*|Rutube
    Рутуб\w*|ВКонтакте|портал\w*\s+[«\"]?Культура\.\s?РФ[»\"]?|GoToMeeting|iMind|Ростелеком|Voov|Сферум\w*
    Вебинар\.ру|Proficonf|eTutorium|ClickMeeting
    """,
    before=r"\b",
)
_MIXED = alternation(
    r"""
    очно-дистанцион|очно[- ](?:и\s)?онлайн|смешанн\w+ формат|гибридн|очно-заочн
    очн\w+ и (?:онлайн|дистанц|заочн|виртуал)|онлайн- и офлайн|онлайн и офлайн
    очно и (?:в )?(?:онлайн|дистанц|удал)|в офлайн- и онлайн|офлайн и онлайн|с элементами очного
    был\w*\s(?:смешанн|гибридн)|формат\w*[^.!?\n]{0,40}(?:смешанн|гибридн)|очн[^\n]{0,120}онлайн-включ
    очны\w+\s(?:\w+\s){0,3}(?:дистанционн|удал[её]нн|онлайн-)|оффлайн и онлайн
    как очно, так и|комбинированн\w+ формат|(?:смешанн|комбинированн)\w+ режим
    """,
)
# «В зале собрались директора, дистанционно участвовали коллеги из Рязани», also the other way round.
_IN_PERSON = r"(?:\bв\s(?:[\w-]+\s){0,2}зал[еах]+\b|\bочно\b|\bлично\b)"
_FROM_AFAR = r"(?:подключ|дистанционно|удал[её]нно|видеосвяз|у\s(?:своих\s)?экранов|онлайн|видео-?конференц)"
_PARTLY = re.compile(
    rf"{_IN_PERSON}(?=[^.!?\n]*{_FROM_AFAR})|{_FROM_AFAR}(?=[^.!?\n]*{_IN_PERSON})"
    rf"|(?:\bчасть|большинств|остальны|иногородни|некоторы)\w*(?=[^.!?\n]{{0,70}}{_FROM_AFAR})"
    rf"|{_IN_PERSON}(?=[^.!?\n]*вебинар)"
    rf"|{_IN_PERSON}(?=[^.!?\n]*[.!?] (?:дистанционно|удал[её]нно|по видеосвязи)\b)",
    re.IGNORECASE,
)
_TAKING_PART = re.compile(
    r"формат|режим|подключ|присоедин|трансл|платформ|состоя|прош[её]?л|участ|провел|собрал", re.IGNORECASE
)
_ONLINE = alternation(
    r"""
    онлайн|on-?line|дистанцион|видео-?конференц|видео-?конференц-?связ|\bвкс\b|вебинар|телемост|видеомост
    скайп|skype|zoom|интернет[\s–-]+(?:конференц|мост)|виртуальн\w+ формат|в удал[её]нном|видеосвяз
    дистанционн|видеосеминар|видеовстреч|видеолекц
    """,
)
_OUTCOME = re.compile(
    r"\b(?:результат\w*|итог\w*|в\s+завершени\w+|по\s+окончании|резолюци\w+|в\s+заключени\w+|подводя)\b", re.IGNORECASE
)
_MAX_PHRASE = 22


def occasion(document: Document, layout: Layout, event: int) -> TextFact:
    """Find what the event was timed to: «к 75-летию Победы»."""
    return _first_phrase(document, layout, _OCCASION, event, _is_occasion)


def framework(document: Document, layout: Layout, event: int) -> TextFact:
    """Find the larger project of which the event was a part: «в рамках проекта …»."""
    return _first_phrase(document, layout, _FRAMEWORK, event, _is_framework)


def _first_phrase(document: Document, layout: Layout, lead: re.Pattern[str], event: int, fits: object) -> TextFact:
    """Find the first phrase after the pattern, in the event’s own sentence before all others."""
    matches = [
        m for m in lead.finditer(document.text) if layout.is_news(m.start()) and not document.quote_around(m.start())
    ]
    own = document.sentence_of(event) if event >= 0 else None
    matches.sort(key=lambda m: (not (own and own.start <= m.start() < own.end), m.start()))
    for match in matches:
        span = _phrase(document, match.end())
        if span and fits(match[0].lower(), document[span]):  # type: ignore[operator]
            start = match.start() + _preposition(match[0]) if _preposition(match[0]) >= 0 else span.start
            whole = Span(start, span.end)
            return TextFact(value=typography.normalize(document[whole]), printed=document[whole], spans=[whole])
    return TextFact()


def _preposition(words: str) -> int:
    """Return where the preposition of the phrase begins, −1 for «в рамках» and «посвящён»."""
    match = re.search(
        r"(?:ко?\s+(?:дню|\d+[-–]летию|юбилею)?|в\s+честь|накануне|в\s+преддверии)\s*$", words, re.IGNORECASE
    )
    return match.start() if match else -1


_DAY = re.compile(
    r"\bдн[юяе]\b|день|недел|праздн|юбиле|лети[юяе]|год[ауе]?\b|годовщин|побед|основани|рождени|окончани|освобожд|освобожден|дате",
    re.IGNORECASE,
)


def _is_occasion(lead: str, phrase: str) -> bool:
    return bool(_DAY.search(lead + phrase))


def _is_framework(_lead: str, phrase: str) -> bool:
    return len(phrase) > 4 and not _OWN_EVENT.match(phrase)


# «в рамках конференции» of this very event says nothing.
_OWN_EVENT = alternation(
    """
    секции .*|конкурса|пленарного .*|конференции|семинара|вебинара|встречи|мероприятия|телемоста|круглого стола|форума
    видеоконференции
    """,
    after=r"\W*$",
)


def _phrase(document: Document, position: int) -> Span | None:
    """Return the phrase from the position up to a comma, a verb, a bracket, or the end of the sentence."""
    first = last = document.at(position)
    if first >= len(document.words):
        return None
    end = document.sentence_of(first).last
    while last < end and last - first < _MAX_PHRASE:
        word = document.words[last]
        if quote := document.quote_from(last):
            last = document.at(quote.end)
            continue
        if (
            word.text in ",;:()–—!?"
            or (word.text == "." and last + 1 >= end)
            or (word.text == "-" and document.gap(last))
        ):
            break
        if word.is_word and last > first and _ends_phrase(document, last):
            break
        last += 1
    while last > first and document.words[last - 1].text == "." and document.lower(last - 2) not in ("г", "им"):
        last -= 1
    return document.span(first, last) if last > first else None


def _ends_phrase(document: Document, number: int) -> bool:
    word = document.words[number]
    tag = morphology.parses(word.lower)[0].tag
    if tag.POS in ("VERB", "PRTS", "GRND", "NPRO") and not word.is_capital:
        return True
    if word.lower in ("в", "на", "с", "при", "под", "по"):
        return word.lower in ("на", "при", "под", "по") or document.lower(number + 1) not in (
            "великой",
            "вов",
            "странах",
            "россии",
            "сфере",
            "области",
            "российской",
            "беларуси",
            "библиотеках",
            "войне",
        )
    return (
        tag.POS == "NOUN"
        and tag.case == "nomn"
        and "nomn" in morphology.cases(word.text)
        and len(morphology.cases(word.text)) <= 2
        and not word.is_capital
        and not morphology.can_be(word.lower, "gent")
    )


def platform(document: Document, layout: Layout) -> TextFact:
    """Find the video service that the event used, by its usual name."""
    for match in _PLATFORMS.finditer(document.text):
        if (
            layout.is_news(match.start())
            and not _in_long_quote(document, match.start())
            and not _is_social(document, match)
        ):
            span = Span(match.start(), match.end())
            value = re.sub(r"^портал\w*\s+", "", match[0], flags=re.IGNORECASE)
            return TextFact(
                value=_platform_name(typography.normalize(value).strip('«»"')), printed=match[0], spans=[span]
            )
    return TextFact()


_PLATFORM_NAMES = {
    "zoom": "Zoom",
    "зум": "Zoom",
    "skype": "Skype",
    "скайп": "Skype",
    "youtube": "YouTube",
    "vk звонки": "VK Звонки",
    "vk звонках": "VK Звонки",
    "яндекс.телемост": "Яндекс Телемост",
    "яндекс телемост": "Яндекс Телемост",
    "rutube": "Rutube",
    "культура. рф": "Культура.РФ",
}


def _platform_name(printed: str) -> str:
    return _PLATFORM_NAMES.get(printed.lower(), printed)


def _is_social(document: Document, match: re.Match[str]) -> bool:
    """Whether a network is named as a place to read and not to meet.

    «в группе ВКонтакте» and «подписывайтесь на Telegram» are no meeting rooms.
    """
    if not re.match(r"вконтакте|telegram|телеграм|whatsapp|viber|youtube|rutube|ютуб|рутуб", match[0], re.IGNORECASE):
        return False
    around = document.text[max(0, match.start() - 90) : match.end() + 40].lower()
    return not re.search(
        r"платформ|трансляц|прямом эфире|прямой эфир|на базе|конференц|состоял|прошл|прош[её]л", around
    )


def _in_long_quote(document: Document, position: int) -> bool:
    quote = document.quote_around(position)
    return quote is not None and quote.end - quote.start > 40


def event_format(document: Document, layout: Layout, event: EventMention | None) -> TextFact:
    """Find whether the event was online, mixed or on site, by the words of the news outside titles."""
    for value, signs in (("mixed", _MIXED), ("mixed", _PARTLY), ("online", _ONLINE)):
        for match in signs.finditer(document.text):
            if layout.is_news(match.start()) and not document.quote_around(match.start()):
                word = document.word(document.at(match.start()))
                end = min(word.end, match.end() + 20) if word else match.end()
                span = Span(match.start(), max(match.end(), end))
                is_sure = value == "mixed" or _about_event(document, layout, match, event)
                uncertainty = "" if is_sure else _("This may not be said of the event itself: check it.")
                return TextFact(value=value, printed=document[span], spans=[span], uncertainty=uncertainty)
    return TextFact()


def _about_event(document: Document, layout: Layout, match: re.Match[str], event: EventMention | None) -> bool:
    """Whether the word stands with the event, or in a sentence about how people took part and not in another event."""
    if event is None:
        return False
    place = document.at(match.start())
    sentence = document.sentence_of(place)
    if sentence == document.sentence_of(event.head) or layout.is_headline(match.start()):
        return True
    other = kind_of(document.lower(place))
    if other and other[1] != event.slug and match[0].lower() != "онлайн":
        return False
    return bool(_TAKING_PART.search(document[sentence]))


_CITY = re.compile(
    r"(?:\bг\.\s?|\bгород(?:а|е|у)?\s)(?P<name>[А-ЯЁ][а-яё]+(?:[- ][А-ЯЁ][а-яё]+)?(?:-[а-яё]+-[А-ЯЁ][а-яё]+)?)"
)


def city(document: Document, venue: Span | None, event: int, named: list[Span]) -> TextFact:
    """Find the city named with the venue.

    Named with the place: «(г. Томск)», «города Луганска», «в Донецке состоялась».
    """
    if event < 0:
        return TextFact()
    sentence = document.sentence_of(event)
    for match in _CITY.finditer(document.text, sentence.start, sentence.end):
        inside = any(span.start <= match.start() < span.end for span in named)
        near = not inside if venue is None else venue.start <= match.start() < venue.end + 25
        if near:
            return _as_city(document, Span(match.start("name"), match.end("name")))
    for number in range(sentence.first, sentence.last - 1):
        word = document.words[number + 1]
        if (
            document.lower(number) in ("в", "во")
            and word.is_capital
            and _is_city(word.text)
            and not document.quote_around(word.start)
        ):
            return _as_city(document, Span(word.start, word.end))
    return TextFact()


_NOT_CITIES = word_set(
    """
    россия беларусь крым донбасс казахстан украина карелия якутия бурятия татарстан башкортостан сибирь урал
    коми мордовия чувашия подмосковье югра хакасия тыва тува европа молдова узбекистан таджикистан республика
    приморье федерация поволжье армения азербайджан адыгея удмуртия
    """
)


def _is_city(text: str) -> bool:
    return (
        morphology.can_be(text.lower(), "Geox", "loct", known=True)
        and not morphology.lemmas(text.lower()) & _NOT_CITIES
    )


def _as_city(document: Document, span: Span) -> TextFact:
    return TextFact(value=city_in_nominative(document[span]), printed=document[span], spans=[span])


def regions(document: Document, layout: Layout) -> list[TextFact]:
    """Find regions and republics as printed, in sentences about participants."""
    found: dict[str, TextFact] = {}
    for sentence in document.sentences:
        text = document[Span(sentence.start, sentence.end)]
        if not layout.is_body(sentence.start) or not re.search(
            r"участ|представител|подключ|присоедин|специалист|коллег", text.lower()
        ):
            continue
        for number in range(sentence.first, sentence.last):
            word = document.words[number]
            if (
                word.is_capital
                and document.quote_around(word.start) is None
                and _ends_list_of_places(document, number, sentence)
            ):
                value = _place_name(document, number)
                if value:
                    found.setdefault(value[0], TextFact(value=value[0], printed=document[value[1]], spans=[value[1]]))
    return list(found.values())


def _ends_list_of_places(document: Document, number: int, sentence: Sentence) -> bool:
    """Whether the word is a place after «из …» or in a list that begins with it."""
    for place in range(number, sentence.first - 1, -1):
        word = document.words[place]
        if word.lower == "из":
            return place == number - 1 or not document.words[place + 1].is_number
        if place < number and word.lower in GROUP_WORDS:
            # «библиотекари Москвы, Омска, Самары»
            return _is_list_of_places(document, place + 1, number)
        if word.text in ".;:()" or (word.is_word and morphology.is_finite_verb(word.lower)):
            return False
    return False


def _is_list_of_places(document: Document, first: int, last: int) -> bool:
    return all(
        morphology.can_be(word.lower, "Geox", "gent", known=True) or word.lower in (",", "и")
        for word in document.words[first : last + 1]
    )


def _place_name(document: Document, number: int) -> tuple[str, Span] | None:
    word, following = document.words[number], document.word(number + 1)
    if word.text.isupper():
        # «регионов РФ»
        return None
    if (
        following
        and following.lower.startswith(("област", "кра"))
        and len(following.text) < 9
        and morphology.is_adjective(word.text)
    ):
        span = document.span(number, number + 2)
        noun = "область" if following.lower.startswith("област") else "край"
        adjective = next((p for p in morphology.parses(word.text) if p.tag.POS == "ADJF"), None)
        gender = "femn" if noun == "область" else "masc"
        event_format = morphology.form_of(adjective, "nomn", "sing", gender) if adjective else ""
        return (f"{morphology.copy_capitals(word.text, event_format)} {noun}" if event_format else document[span]), span
    if morphology.can_be(word.lower, "Geox", known=True) and morphology.can_be(word.lower, "gent"):
        span = Span(word.start, word.end)
        before = document.word(number - 1)
        if before and before.lower.startswith(("нижн", "велик", "стар", "верхн", "нов")) and before.is_capital:
            span = Span(before.start, word.end)
        return _as_city(document, span).value, span
    return None


def outcome(document: Document, layout: Layout, after: int) -> TextFact:
    """Find the last sentence after the event’s own that speaks of results."""
    found = [
        s for s in _sentences(document, layout) if s.first > after and _OUTCOME.search(_outside_quotes(document, s))
    ]
    if not found:
        return TextFact()
    best = found[-1]
    span = Span(best.start, best.end)
    return TextFact(spans=[span], printed=document[span])


def _sentences(document: Document, layout: Layout) -> Iterable[Sentence]:
    return (sentence for sentence in document.sentences if layout.is_body(sentence.start))


def _outside_quotes(document: Document, sentence: Sentence) -> str:
    return " ".join(
        document.words[n].text
        for n in range(sentence.first, sentence.last)
        if not document.quote_around(document.words[n].start)
    )


def background(document: Document, layout: Layout, busy: list[Span], event: int) -> TextFact:
    """Find a paragraph that names nobody: why such events are held."""
    for line in layout.body:
        names = any(line.start <= span.start < line.end for span in busy)
        own = event >= 0 and line.start <= document.words[event].start < line.end
        if not names and not own and len(document[line]) > 150 and not any(mark in document[line] for mark in QUOTES):
            return TextFact(spans=[line], printed=document[line])
    return TextFact()
