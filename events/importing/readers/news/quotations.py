"""Quotations: whether the words before one make it a talk’s title or the name of something else."""

from ....russian import morphology
from .lexicon import word_map, word_set

# Words before a quotation that make it a talk’s title → kind of talk.
TALK_WORDS = word_map(
    """
    talk: доклад онлайн-доклад тема консультация обзор опрос вопрос стендовый эссе кейс опыт исследование анализ
    talk: доклад-презентация обзор-презентация творческий название докладчик спикер рекомендация воспоминание
    video-talk: видеодоклад видеовыступление видеосообщение
    message: сообщение информация
    speech: выступление речь слово
    lecture: занятие урок лекция онлайн-лекция мини-лекция видеолекция
    presentation: презентация слайд-презентация видеопрезентация медиапрезентация онлайн-презентация
    presentation: медиа-презентация
    master-class: мастер-класс онлайн-мастер-класс
    training: тренинг практикум воркшоп мини-тренинг
    """
)
# Words before a quotation that make it the name of something else.
OTHER_WORDS = word_set(
    """
    проект программа портал конкурс книга журнал газета альманах сборник акция фестиваль выставка фильм цикл
    секция марафон премия фонд клуб нацпроект роман сказка поэма стихотворение рубрика платформа ресурс сайт
    библиотека база звание группа объединение студия театр зал центр квест игра викторина площадка номинация год
    заведение движение сообщество канал мультфильм песня спектакль буктрейлер видеоролик ролик видеофильм серия
    издание пособие учебник карта девиз лозунг приложение система сервис лаборатория музей школа гостиная салон
    рассказ повесть союз общество ассоциация партия чтения университет издательство коллекция указатель
    справочник каталог челлендж флешмоб день неделя конференция форум семинар вебинар стол встреча телемост
    видеомост направление стратегия закон указ постановление отдел сектор филиал радиоклуб кружок подкаст
    онлайн-проект медиапроект арт-проект инициатива грант комплекс сквер кафе экскурсия онлайн-экскурсия диск
    мероприятие видеоконференция час событие совещание заседание лагерь маршрут путеводитель онлайн-конкурс
    викторину комната номинация мастерская
    """
)


def talk_kind(low: str) -> str:
    """Return the kind of talk that the word names, "" if it names none."""
    return next((TALK_WORDS[form] for form in sorted(morphology.lemmas(low) | {low}) if form in TALK_WORDS), "")


def is_other_word(low: str) -> bool:
    """Whether a quotation after the word is the name of something else than a talk."""
    found = morphology.lemmas(low) | {low}
    return not found.isdisjoint(OTHER_WORDS) or any(lemma.rsplit("-", 1)[-1] in OTHER_WORDS for lemma in found)
