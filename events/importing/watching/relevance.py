"""Whether a piece of a library's news tells of an event for this archive: a sum of scores with the words for each.

Videoconferences, webinars, telebridges, online round tables, seminars, meetings and readings count; online quizzes,
exhibitions, reviews and clips for readers do not. What lies at the border is proposed: declining is one click.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..readers.news.lexicon import alternation

THRESHOLD = 3

# Whatever has people who speak to each other.
_MEETINGS = "|".join(
    r"""
    семинар конференци кругл\w+\s+стол форум чтени[яй] совещани заседани заседал собрани совет съезд сл[её]т
    сесси коллоквиум симпозиум дискусси дебат диспут диалог разговор бесед обсуждени общени встреч лекци
    лектори занят урок школ практикум мастер-класс лаборатори консультаци стажировк методическ педсовет
    брифинг правово\w+\s+час при[её]м\s клуб гостин вечер церемони презентаци батт?л сеанс
    отч[её]т\w*\s+филиал марафон\w*\s+(?:проф|выступл)
    """.split()
)
_BY_ITSELF = alternation(
    rf"""
    видео-?\s?конференц\w*|теле-?мост\w*|видео-?мост\w*|(?:библио|лит)мост\w*|вебинар\w*
    видео-?(?:семинар|совещани|встреч|лектори|салон|беседа|при[её]м|урок|собрани|консультаци|разговор|чат)\w*
    (?:скайп|веб|интернет|skype|web)-?\s?(?:конференци|мост|семинар|встреч)\w*
    (?:онлайн|on-?line|интернет|веб|дистанционн\w+)[\s-]*(?:\w+[\s-]+){{0,2}}(?:{_MEETINGS})\w*
    """,
    before=r"\b",
)
_MEETING = re.compile(rf"\b(?:{_MEETINGS})\w*", re.IGNORECASE)
_FROM_AFAR = alternation(
    r"""
    онлайн|on-?line|дистанционн\w*|удал[её]нн\w*|видео-?связ\w*|видео-?конференц-?связ\w*|\bвкс\b|zoom|зум[еау]?\b|скайп|skype
    телемост|яндекс.телемост|mts.link|мтс.линк|webinar|pruffme|trueconf|(?:смешанн|комбинированн)\w+\s+формат\w*|гибридн\w*|трансляци\w*
    сферум\w*|bigbluebutton|сбер\s?джаз|контур\.?\s?толк|teams|google\s+meet|youtube|vk\s+звонк\w*|видеоселектор\w*|видеочат\w*
    виртуальн\w+\s+(?:комнат|встреч|площадк|конференц)\w*|прям\w+\s+(?:включени|эфир)\w*|в\s+(?:одном\s+)?эфире\b|реально\w+\s+времени
    (?:выш|выход)\w+\s+на\s+(?:видео)?связь|на\s+(?:видео|прямо\w+\s+)?связ[ьи](?:\s+(?:выш|выход|с\b)\w*)?|на\s+расстоянии
    подключ(?:и|а)(?:л|ть|ет|ют|йт|вш)\w*|подключени\w*|созвон\w*|созванива\w*|соедини(?:л|т)\w*\s+(?:с|в|со)\b
    (?:на|с|через|у|перед)\s+(?:\w+\s+)?(?:экран|монитор)\w*|(?:у|включ\w+)\s+(?:сво\w+\s+)?(?:камер|микрофон)\w*
    """,
)
# What is done online without anybody who speaks: «запись онлайн», «онлайн-тест».
_SERVICE = alternation(
    r"""
    (?:онлайн|электронн\w+)-?\s?(?:запис|тест|голосовани|опрос|анкет|каталог|заказ|аукцион|касс|доступ|продлени|регистраци|сервис|кинотеатр)\w*
    (?:запис|продл|заказ|оформ|подписк|купить|зарегистр|доступ|получить)\w*\s+(?:\w+\s+)?онлайн(?!-)|онлайн,\s+оформ\w*
    онлайн-?подключени\w+\s+не\b|без\s+онлайн\w*|(?:вебинар|трансляци)\w*\s+не\s+(?:будет|предусмотрен|планиру|заменит)\w*
    никак\w+\s+(?:вебинар|телемост|видеоконференци)\w*|звонить\s+\w+\s+по\s+видеосвязи|удал[её]нн\w+\s+(?:доступ|работ)\w*|дистанционн\w+\s+обслуживани\w*
    """,
)
_COLLEAGUES = re.compile(
    r"\b(?:коллег|специалист|библиотекар|сотрудник|профессионал|педагог|методист|спикер|эксперт|докладчик|ведущ|модератор|директор)\w*",
    re.IGNORECASE,
)
_SPEAKING = re.compile(
    r"\b(?:доклад|выступ|сообщени|обсуди|обсужд|поделил|делит|модератор|подключ|присоедин|участ|слуша(?:л|т)|рассказ(?:ал|ыва|ж)|"
    r"представ(?:ил|ят)|консультир|побеседова|беседова|спорил|общал|доложил|отве(?:тил|чал|чать|тит)|вопрос(?:ы|ов)\b|прочит|прочл|прочёл|провел|провёл|"
    r"ведёт|вела\b|вёл\b|комментир|говорил|поговор|разбирал|приветств|поздравлял|ведущ|читали\b|принял)\w*",
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
    рецензи\w*|(?:подробн\w+\s+)?инструкци\w*|памятк\w*|брошюр\w*|фотовыставк\w*|подборк\w*|викторин\w*|при[её]м\s+заявок|очн\w+\s+семинар\w*
    отч[её]т\w*\s+о\s+работе|квиз\w*|ремонт\w*|обзор\s+журнал\w*|в\s+свежем\s+номере
    открыл\w+\s+(?:\w+\s+)?выставк\w*|сборник\s+(?:поступил|вышел)|новинк\w+\s+недели|хит-парад\w*
    """,
    before=r"\b",
)
# «прослушали 14 вебинаров», «перечислены вебинары и стажировки»: such events in general.
_IN_GENERAL = re.compile(r"(?:вебинар|телемост|семинар)(?:ов|ах|ы)$|конференций$", re.IGNORECASE)
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
    title, lead = _SERVICE.sub("", title), _SERVICE.sub("", text[:_LEAD])
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
    if not (from_afar or _BY_ITSELF.search(lead)):
        # An event in a hall.
        return
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
