"""Whether a piece of a library's news tells of an event for this archive: logistic regression on its words.

Videoconferences, webinars, telebridges, online round tables, seminars, meetings and readings count; online quizzes,
exhibitions, reviews and clips for readers do not. What lies at the border is proposed: declining is one click.

Features are stems, pairs of neighbouring stems and families of expressions. Their weights, `weights.json`, come from
judged news: `make relevance` learns them (bench/relevance.py) and measures them on news that were held out.
"""

import json
import math
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from ...russian.folding import fold_word
from ...russian.lemmatization import is_stop_word, stem
from ...russian.typography import NBSP
from ..readers.news.lexicon import alternation

THRESHOLD = 40  # per cent: one that is missed costs more than one that is declined

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
    (?:видео|теле)-?\s?конференц\w*|теле-?мост\w*|видео-?мост\w*|(?:библио|лит)мост\w*|вебинар\w*|webinar\w*|(?:video|tele)-?\s?conferenc\w*
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
    сферум\w*|bigbluebutton|сбер\s?джаз|контур\.?\s?толк|teams|google\s+meet|youtube|селекторн\w+\s+совещани\w*|vk\s+звонк\w*|видеоселектор\w*|видеочат\w*
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
_CALLED_OFF = re.compile(r"отмен[её]н\w*|не\s+состоится|перенос\s+не", re.IGNORECASE)
_FAMILIES = {
    "event online": _BY_ITSELF,
    "meeting": _MEETING,
    "from afar": _FROM_AFAR,
    "service": _SERVICE,
    "colleagues": _COLLEAGUES,
    "speaking": _SPEAKING,
    "for readers": _FOR_READERS,
    "other news": _OTHER_NEWS,
    "called off": _CALLED_OFF,
}
_LEAD = 1500  # characters of the text that count
_WORD = re.compile(r"[^\W\d_]+")
_SHOWN = 5  # words that a judgement names
WEIGHTS = Path(__file__).with_name("weights.json")


class Judgement(NamedTuple):
    """The probability in per cent, and the words that speak most for and against."""

    score: int
    reasons: str

    @property
    def is_relevant(self) -> bool:
        return self.score >= THRESHOLD


def judge(title: str, text: str) -> Judgement:
    """Judge a piece of news by its headline and the beginning of its text."""
    found = features(title, text)
    bias, weights = _model()
    known = {name: weights[name] for name in found if name in weights}
    logit = bias + sum(known.values()) / math.sqrt(len(found) or 1)
    return Judgement(round(100 / (1 + math.exp(-logit))), _reasons(found, known)[:600])


def _reasons(found: dict[str, str], known: dict[str, float]) -> str:
    """The words with the greatest weights, each word once: alone, in a pair or in a family."""
    telling: dict[str, float] = {}
    for name in sorted(known, key=lambda name: -abs(known[name])):
        words = found[name].lower()
        if _says_something(words) and not any(set(words.split()) & set(other.split()) for other in telling):
            telling[words] = known[name]
    shown = list(telling.items())[:_SHOWN]
    return ", ".join(f"{'+' if weight > 0 else '−'}{NBSP}«{words}»" for words, weight in shown)


def _says_something(words: str) -> bool:
    return not all(is_stop_word(fold_word(word)) for word in words.split())


def features(title: str, text: str) -> dict[str, str]:
    """The features of a piece of news, each with the words that show it."""
    found: dict[str, str] = {}
    for part, place in ((title, "title"), (text[:_LEAD], "text")):
        words = _WORD.findall(part)
        stems = [stem(fold_word(word)) for word in words]
        for (one, two), neighbours in zip(pairwise(stems), pairwise(words), strict=True):
            found[f"{one} {two}"] = " ".join(neighbours)
        found |= dict(zip(stems, words, strict=True))
        for name, pattern in _FAMILIES.items():
            if match := pattern.search(part):
                found[f"{place}: {name}"] = match[0].strip()
    return found


@cache
def _model() -> tuple[float, dict[str, float]]:
    """The bias and the weight of each feature."""
    model = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return model["bias"], model["weights"]
