"""Announcements are told from reports; what is not plain is a question for people."""

import pytest

from events.importing.readers import news

PLAIN = {
    "12 мая 2027 года состоится вебинар «Книга без границ». Выступит Анна Придуманная, директор музея.": "expected",
    "Приглашаем на вебинар «Книга без границ»! Он пройдёт 12 мая 2027 года в 11:00.": "expected",
    "12 мая 2027 года пройдет онлайн-конференция «Книга без границ». Регистрация открыта до 10 мая.": "expected",
    "5 мая 2020 года состоялся вебинар «Книга без границ». Участвовали 40 специалистов.": "held",
    "5 мая 2020 года состоялся вебинар «Книга без границ». Следующий вебинар пройдёт в июне.": "held",
    "Вымышленная библиотека провела 5 мая 2020 года вебинар «Книга без границ». Ждём вас снова.": "held",
    "На вебинаре «Книга без границ» 5 мая 2020 года говорили о чтении. «Скоро пройдёт форум», — звучало там.": "held",
}
DOUBTFUL = {
    "12 мая 2027 года будет проведён круглый стол «Читатель». Библиотека пригласила экспертов.": "expected",
    "Библиотека проводит 12 мая 2027 года вебинар «Книга без границ». К участию приглашаются все.": "expected",
    "Вебинар «Книга без границ», назначенный на 12 мая 2027 года, отменён.": "cancelled",
    "Вебинар «Книга без границ» перенесён с 12 мая 2027 года на 20 мая 2027 года.": "postponed",
}


@pytest.mark.parametrize("text", PLAIN)
def test_a_text_that_plainly_looks_ahead_or_back_is_read_so(text):
    found = news.read(text).state
    assert (found.value, found.uncertainty) == (PLAIN[text], "")
    assert found.printed == text[slice(*found.spans[0])]


@pytest.mark.parametrize("text", DOUBTFUL)
def test_what_is_not_plain_is_asked(text):
    found = news.read(text).state
    assert found.value == DOUBTFUL[text]
    assert found.uncertainty


def test_a_text_that_does_not_tell_is_not_made_to():
    assert not news.read("Вебинар «Книга без границ». 12 мая 2027 года. Модератор — Анна Придуманная.").state
