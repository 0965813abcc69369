"""How facts are written: dates for people and machines, numbers with their nouns, lines in Russian setting."""

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe
from django.utils.translation import override

from events.models import ConferenceDate
from events.russian.dates import PartialDate
from events.templatetags.formatting import date_span, partial_date, pluralized, russian_typography


@pytest.mark.parametrize(
    ("start", "end", "written"),
    [
        ("2020-06-09", "", '<time datetime="2020-06-09">9 июня 2020</time>'),
        ("2020-06", "", '<time datetime="2020-06">июнь 2020</time>'),
        ("2020", "", '<time datetime="2020">2020</time>'),
        ("XXXX-05-21", "", '<time datetime="05-21">21 мая (год не указан)</time>'),
        ("XXXX-05", "", "май (год не указан)"),
        (
            "2022-05-24",
            "2022-05-25",
            '<time datetime="2022-05-24">24</time>–<time datetime="2022-05-25">25 мая 2022</time>',
        ),
        (
            "2022-05-30",
            "2022-06-02",
            '<time datetime="2022-05-30">30 мая</time> — <time datetime="2022-06-02">2 июня 2022</time>',
        ),
        ("", "", "дата не указана"),
    ],
)
def test_dates_are_machine_readable_as_far_as_they_are_known(start, end, written):
    assert date_span(ConferenceDate(start=start, end=end)).replace("\xa0", " ") == written


def test_dates_follow_the_language_of_the_page():
    with override("en"):
        assert (
            partial_date(PartialDate(2020, 6, 9)).replace("\xa0", " ")
            == '<time datetime="2020-06-09">9 June 2020</time>'
        )
        assert partial_date(None) == "date not stated"


@pytest.mark.parametrize(
    ("count", "russian", "english"),
    [
        (0, "0 докладов", "0 talks"),
        (1, "1 доклад", "1 talk"),
        (2, "2 доклада", "2 talks"),
        (5, "5 докладов", "5 talks"),
        (11, "11 докладов", "11 talks"),
        (21, "21 доклад", "21 talks"),
        (1234, "1 234 доклада", "1,234 talks"),
    ],
)
def test_numbers_agree_with_their_nouns(count, russian, english):
    with override("ru"):
        assert pluralized(count, "talks").replace("\xa0", " ") == russian
    with override("en"):
        assert pluralized(count, "talks").replace("\xa0", " ") == english


def test_a_number_never_parts_from_its_noun():
    assert " " not in pluralized(1234567, "talks")


def test_lines_are_set_in_russian_and_stay_harmless():
    assert russian_typography("Книга - друг") == "Книга\xa0— друг"
    assert russian_typography("им. Н.К. Крупской") == "им.\xa0Н.\xa0К.\xa0Крупской"
    assert russian_typography("<b> & «а»") == "&lt;b&gt; &amp; «а»"
    assert russian_typography('Проект "Дом"') == "Проект «Дом»"
    assert russian_typography(mark_safe('<a href="/">Дом</a>')) == '<a href="/">Дом</a>'
    assert russian_typography(None) == ""
    paragraphs = Template("{% load formatting %}{{ text|russian_typography|linebreaks }}").render(
        Context({"text": "<i>\n\nб - в"})
    )
    assert paragraphs == "<p>&lt;i&gt;</p>\n\n<p>б\xa0— в</p>"
