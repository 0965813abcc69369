"""Whether a piece of a library's news tells of an event for this archive: a sum of scores with the words for each.

Videoconferences, webinars, telebridges, online round tables, seminars, meetings and readings count; online quizzes,
exhibitions, reviews and clips for readers do not. What lies at the border is proposed: declining is one click.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..readers.news.lexicon import alternation

THRESHOLD = 3

_BY_ITSELF = alternation(
    r"""
    видео-?\s?конференц\w*|теле-?мост\w*|видео-?мост\w*|библиомост\w*|вебинар\w*|видео(?:семинар|совещани|встреч)\w*
    (?:скайп|веб|интернет|skype|web)-?\s?(?:конференци|мост|семинар)\w*
    (?:онлайн|on-?line|интернет|веб)[\s-]*(?:\w+[\s-]+){0,2}(?:семинар|конференци|круглы|форум|чтени|совещани|заседани|диалог|дискусси|встреч|лекци|школ|практикум|методическ)\w*
    """,
    before=r"\b",
)
_MEETING = alternation(
    r"""
    семинар\w*|конференци\w*|кругл\w+\s+стол\w*|форум\w*|чтения\b|чтениях\b|совещани\w*|заседани\w*|школ\w+\s+\w*библиотекар\w*
    методическ\w+\s+(?:час|день|объединени)\w*|дискусси\w*|лектори\w*|курс\w*\s+повышения|мастер-класс\w*|встреч\w+
    """,
    before=r"\b",
)
_FROM_AFAR = alternation(
    r"""
    онлайн|on-?line|дистанционн\w*|удал[её]нн\w*|видео-?связ\w*|видео-?конференц-?связ\w*|\bвкс\b|zoom|зум\b|скайп|skype
    телемост|яндекс.телемост|mts.link|мтс.линк|webinar|pruffme|trueconf|смешанн\w+\s+формат\w*|гибридн\w*|трансляци\w*
    сферум\w*|bigbluebutton|сбер\s?джаз|контур\.?\s?толк|teams|видеоселектор\w*|виртуальн\w+\s+комнат\w*|прям\w+\s+(?:включени|эфир)\w*
    (?:выш|выход)\w+\s+на\s+(?:видео)?связь|на\s+(?:видео)?связь\s+(?:выш|выход)\w+|у\s+экранов|на\s+расстоянии
    """,
)
_COLLEAGUES = re.compile(
    r"\b(?:коллег|специалист|библиотекар|сотрудник|профессионал|педагог|методист|спикер|эксперт)\w*",
    re.IGNORECASE,
)
_SPEAKING = re.compile(
    r"\b(?:доклад|выступ|сообщени|обсуди|обсужд|поделил|делит|модератор|подключ|присоединил|участ|слушател|рассказ(?:ал|ыва|ж)|"
    r"представил|консультир|побеседова|спорил|общал|доложил|отве(?:тил|чал|тит)|вопрос(?:ы|ов)\b|прочит|прочл|прочёл|провел|провёл|ведёт)\w*",
    re.IGNORECASE,
)
_FOR_READERS = alternation(
    r"""
    (?:онлайн|видео|виртуальн\w+)[\s-]*(?:викторин|выставк|обзор|акци|квест|игр|рубрик|экскурси|презентаци|путешестви|поздравлени|концерт|конкурс|флешмоб|марафон|читк|открытк|мастер-класс|гостин)\w*
    буктрейлер\w*|видеоролик\w*|видеообзор\w*|диктант\w*|викторин\w*|книжн\w+\s+(?:новинк|выставк|полк)\w*
    режим\w*\s+работы|график\w*\s+работы|выходн\w+\s+дн\w*|вакансии?|приглашаем\s+на\s+работу|санитарн\w+\s+день
    конкурс\w*|выставк\w*|обзор\w*|запис[ьи]\s+(?:вебинар|лекци|эфир)\w*|библионоч\w*|утренник\w*|концерт\w*|прямой\s+эфир|поздравля\w*|закупк\w*
    """,
    before=r"\b",
)
# News of something else, whatever it mentions.
_OTHER_NEWS = alternation(
    r"""
    рецензи\w*|инструкци\w*|памятк\w*|отч[её]т\w*\s+о\s+работе|квиз\w*|ремонт\w*|обзор\s+журнал\w*|в\s+свежем\s+номере
    открыл\w+\s+(?:\w+\s+)?выставк\w*|сборник\s+(?:поступил|вышел)|новинк\w+\s+недели|хит-парад\w*
    """,
    before=r"\b",
)
# «прослушали 14 вебинаров»: such events in general.
_IN_GENERAL = re.compile(r"(?:вебинар|телемост|семинар)(?:ов|ах)$|конференций$", re.IGNORECASE)
_CALLED_OFF = re.compile(r"отмен[её]н\w*|не\s+состоится|перенос\s+не", re.IGNORECASE)
_LEAD = 1500


class Judgement(NamedTuple):
    """The score and the words that made it."""

    score: int
    reasons: str

    @property
    def is_relevant(self) -> bool:
        return self.score >= THRESHOLD


def judge(title: str, text: str) -> Judgement:
    """Score a piece of news by its headline and the beginning of its text."""
    lead = text[:_LEAD]
    found = [*_for(title, lead), *_against(title, lead)]
    reasons = ", ".join(f"{score:+d} «{words.strip().lower()}»" for score, words in found)
    return Judgement(sum(score for score, _words in found), reasons[:600])


def _for(title: str, lead: str) -> Iterator[tuple[int, str]]:
    if match := _BY_ITSELF.search(title):
        yield 5, match[0]
    elif match := _BY_ITSELF.search(lead):
        yield 1 if _IN_GENERAL.search(match[0]) else 3, match[0]
    meeting = _MEETING.search(title) or _MEETING.search(lead)
    from_afar = _FROM_AFAR.search(title) or _FROM_AFAR.search(lead)
    if meeting and from_afar:
        yield 3, f"{meeting[0]} + {from_afar[0]}"
    elif from_afar:
        yield 2, from_afar[0]
    if match := _COLLEAGUES.search(lead):
        yield 1, match[0]
    spoken = {match[0].lower()[:5]: match[0] for match in _SPEAKING.finditer(lead)}
    if spoken:
        yield min(2, len(spoken)), ", ".join(list(spoken.values())[:2])


def _against(title: str, lead: str) -> Iterator[tuple[int, str]]:
    if match := _OTHER_NEWS.search(f"{title}\n{lead[:400]}"):
        yield -4, match[0]
    if match := _CALLED_OFF.search(f"{title}\n{lead}"):
        yield -4, match[0]
    if match := _FOR_READERS.search(title):
        # «Вебинар «Выставка: как собрать книги»» is a webinar all the same.
        yield -1 if _BY_ITSELF.search(f"{title}\n{lead}") else -4, match[0]
    elif match := _FOR_READERS.search(lead[:400]):
        yield -1, match[0]
