"""Boilerplate of a page: menus, bylines, counters, addresses; and the headline above the news."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ....russian.date_expressions import find_dates, month_named
from ...draft import SourceDraft, Span
from .document import Document
from .lexicon import alternation

_BOILERPLATE = alternation(
    r"""
    опубликован[оа]?|дата(?:\s+(?:публикации|создания|добавления))?\s*:|добавлен[оа]?|обновлен[оа]?|создано|просмотр|прочитано
    автор\s*:|фото\s*:|фото\s+|текст\s*:|источник\s*:|категори|рубрик|теги|метки|поделит|распечат|версия для
    главная\b|новости$|контакты|тел\.|телефон|оценить|\(?\d+ голос|комментар|добавить комментар|подробнее
    читать дал|вы здесь|меню|поиск|вход$|войти|регистрация$|для слабовидящих|©|copyright|адрес\s*:|e-?mail
    размер шрифта|цвета сайта|настройки|интервал|подписа|количество просмотров|понравилось|нравится
    режим работы|часы работы|номер горячей|администратор|admin\b|средний$|стандартный|перейти|скачать|назад$
    наверх|найти тему|\+\d|https?://|www\.|редакция\b|пресс-служба|\d{6}, г\.|добавил|\d\d?\+$|share|home\b
    news$|news\s*/
    """,
)
_TAIL = alternation(
    r"""
    читайте также|другие новости|похожие|популярные новости|это интересн|смотрите также|ещё по теме
    все новости|последние новости|предыдущ|следующ|вернуться|комментарии|поделитесь|поделиться
    навигация по записям|вас может заинтересовать
    """,
)
_AUTHOR = re.compile(r"(?:автор|текст)\s*:\s*(?P<name>[^\n|,;]{3,60})", re.IGNORECASE)
_SOCIAL = re.compile(r"ВКонтакте|Одноклассник|Ютьюб|Ютуб|YouTube|Telegram|Телеграм|Инстаграм|Твиттер|Viber|WhatsApp")
_VERB_ENDING = re.compile(r"\w[аеиоуяыю](?:л|ла|ло|ли|лся|лась|лось|лись|ет|ют|ит|ят|ут)\b")
_SIGNED = re.compile(r"\b[А-ЯЁ]\.\s?[А-ЯЁ]\.\s?[А-ЯЁ][а-яё]+\W+[а-яё]|[А-ЯЁ][а-яё]+\s[А-ЯЁ]\.\s?[А-ЯЁ]\.,")
_TABLE_HEAD = re.compile(r"докладчик|спикер|выступающ|тема", re.IGNORECASE)
# Sentences about another event than the one reported.
_ASIDE = alternation(
    r"""
    напомним|ранее|год назад|в прошл(?:ом году|ый раз)|предыдущ\w+\s(?:встреч|заседан|вебинар|семинар|конференц)
    следующ\w+\s(?:встреч|заседан|вебинар|семинар|конференц|телемост|урок|заняти|лектор|гост|спикер)
    """,
)
_MAX_HEADLINE, _MAX_HEADLINES = 260, 4


@dataclass
class Layout:
    """The lines of a document by kind: `headlines`, then `body` (the news itself), and `boilerplate`.

    `asides` are sentences of the body about other events: «Напомним, первая встреча прошла в марте».
    """

    headlines: list[Span] = field(default_factory=list)
    body: list[Span] = field(default_factory=list)
    boilerplate: list[Span] = field(default_factory=list)
    asides: list[Span] = field(default_factory=list)

    def is_body(self, position: int) -> bool:
        return _holds(self.body, position) and not _holds(self.asides, position)

    def is_headline(self, position: int) -> bool:
        return _holds(self.headlines, position)

    def is_news(self, position: int) -> bool:
        return self.is_body(position) or self.is_headline(position)


def _holds(spans: list[Span], position: int) -> bool:
    """Whether one of the spans, in the order of the text, holds the position."""
    index = bisect_right(spans, position, key=lambda span: span.start) - 1
    return index >= 0 and position < spans[index].end


def find_layout(document: Document) -> Layout:
    """Sort the lines of the document into headlines, body and boilerplate."""
    found = Layout()
    tail = table = False
    for number, line in enumerate(document.lines):
        text = document[line].strip()
        tail = tail or bool(_TAIL.match(text) and len(text) < 60 and number > 1)
        table = table or " | " in text and bool(_TABLE_HEAD.search(text))
        if tail or _is_boilerplate(text) and not (table and " | " in text):
            found.boilerplate.append(line)
        elif (
            not found.body
            and len(found.headlines) < _MAX_HEADLINES
            and _is_headline(text)
            and number < len(document.lines) - 1
        ):
            found.headlines.append(line)
        else:
            found.body.append(line)
    if not found.body:
        found.body, found.headlines = found.headlines, []
    found.asides = [
        Span(sentence.start, sentence.end)
        for sentence in document.sentences
        if _holds(found.body, sentence.start) and _ASIDE.match(document[sentence])
    ]
    return found


def _is_boilerplate(text: str) -> bool:
    if _BOILERPLATE.match(text) and len(text) < 140:
        return True
    if (
        "\u00bb" not in text
        and not re.match(r"[\s|]*\d{1,2}(?:[.:]\d\d|[.)])?[\s|]", text)
        and text.count(" / ") + text.count(" | ") + text.count(" > ") + text.count(" → ") >= 2
        and len(text) < 200
    ):
        return True
    if _SOCIAL.search(text) and len(text) < 100 and "«" not in text and not _VERB_ENDING.search(text):
        return True
    if text.startswith("#") or re.fullmatch(r"[\W\d_]*", text):
        return True
    rest = text
    for date in reversed(find_dates(text)):
        rest = rest[: date.start] + rest[date.end :]
    if re.match(r"\d{1,2}\.\d{1,2}\.\d{4}\s*\|", text) and len(rest.split()) < 5 and not re.search("[–—]", rest):
        # «24.01.2024 | Методический центр»
        return True
    if len(rest) < len(text) < 140 and _BOILERPLATE.match(rest.strip(" |·•/,-–—")):
        # «12.11.2019 | Рубрика: Новости»
        return True
    rest = re.sub(
        r"\d{1,2}[:.]\d\d|\d+|\bг\.|года?|(?:понедельник|вторник|сред[ау]|четверг|пятниц[ау]|суббот[ау]|воскресенье)|[\W_]",
        "",
        rest.lower(),
    )
    return len(rest) < 3 or month_named(rest) is not None


def _is_headline(text: str) -> bool:
    """Whether the line is short, without a full stop, and not a line of a programme or a list."""
    if len(text) > _MAX_HEADLINE or (text[-1] in ".;:," and not text.endswith("...")):
        return False
    if len(text) > 120 and _VERB_ENDING.search(text) and any(date.has_day for date in find_dates(text)):
        # A first sentence that has lost its full stop.
        return False
    if _SIGNED.search(text):
        return False
    return not _NO_HEADLINE.match(text) and not re.search(r"[а-яё»\"]{3}\.\s+[А-ЯЁ]", text)


_NO_HEADLINE = re.compile(r"[-–—•*·]\s|\d{1,2}[.:]\d\d|\d{1,2}\)|[\w\s]{4,30}:\s")


def find_source(document: Document, layout: Layout, url: str) -> SourceDraft:
    """Read the address, headline, author and day of publication from the boilerplate."""
    # The site’s name may come first; the headline of the news is the longest.
    headline = max(layout.headlines, key=lambda line: line.end - line.start, default=None)
    published = _published(document, layout)
    author = next((m for line in layout.boilerplate if (m := _AUTHOR.search(document[line]))), None)
    return SourceDraft(
        url=url,
        publisher=(urlsplit(url).hostname or "").removeprefix("www.") if url else "",
        headline=" ".join(document[headline].split())[:600] if headline else "",
        author=" ".join(author["name"].split()) if author else "",
        published=published,
        text=document.text,
        spans=[headline] if headline else [],
        printed=document[headline] if headline else "",
    )


def _published(document: Document, layout: Layout) -> str:
    """Return the first full date of the boilerplate; a site may break it over lines, «26», «май», «2023»."""
    first_body = layout.body[0].start if layout.body else len(document.text)
    head = " ".join(document[line].strip() for line in layout.boilerplate if line.start < first_body)
    tail = " ".join(document[line].strip() for line in layout.boilerplate if line.start >= first_body)
    for text in (head, tail):
        for date in find_dates(text):
            if date.has_day and date.year:
                return str(date.days[0][0])
    return ""
