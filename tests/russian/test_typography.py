"""Russian as a publisher would set it."""

import pytest

from events.russian.typography import NBSP, normalize, typeset, with_russian_quotes


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Алехина И.Л.", f"Алехина{NBSP}И.{NBSP}Л."),
        ("им. Н.К. Крупской", f"им.{NBSP}Н.{NBSP}К.{NBSP}Крупской"),
        ("формат - онлайн", f"формат{NBSP}— онлайн"),
        ("5 докладов", f"5{NBSP}докладов"),
        ("в городе", f"в{NBSP}городе"),
        ("24 мая 2024 года, 09:40", f"24{NBSP}мая{NBSP}2024{NBSP}года, 09:40"),
        ("мастер-класс", "мастер-класс"),
        ("2018-2020", "2018–2020"),
        ("5 - 6 мая", f"5–6{NBSP}мая"),
        ("ISSN 1234-5678, 8-800-2018-2020", "ISSN 1234-5678, 8-800-2018-2020"),
        ("счёт 5 - 6", f"счёт 5{NBSP}— 6"),
        ("10 %", f"10{NBSP}%"),
        ("XX в.", f"XX{NBSP}в."),
        ("т. е. и т.д.", f"т.{NBSP}е. и{NBSP}т.{NBSP}д."),
        ("д. 5, стр. 10", f"д.{NBSP}5, стр.{NBSP}10"),
        ("то же и не бы, было бы", f"то{NBSP}же и{NBSP}не{NBSP}бы, было{NBSP}бы"),
        ("им.Крупской", f"им.{NBSP}Крупской"),
        ("Донецк · Торез", f"Донецк{NBSP}· Торез"),
    ],
)
def test_a_line_is_set_with_long_dashes_and_no_break_spaces(typed, set_):
    assert typeset(typed) == set_


@pytest.mark.parametrize(
    ("printed", "normalized"),
    [
        ('Проект "Книга" - детям', "Проект «Книга» — детям"),
        ("Проект «Активное долголетие» - онлайн формат", "Проект «Активное долголетие» — онлайн формат"),
        ("«Книга «Мост»»", "«Книга „Мост“»"),
        ("библиотека им.Н.К.Крупской", "библиотека им. Н. К. Крупской"),
        ("чат–бот  и  Web-сайт", "чат–бот и Web-сайт"),
    ],
)
def test_typography_changes_quotes_dashes_and_spaces_never_words(printed, normalized):
    assert normalize(printed) == normalized


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ('Проект "Дом"', "Проект «Дом»"),
        ('Доклад "Книга "Мост" в пути"', "Доклад «Книга „Мост“ в пути»"),
        ('«Проект "Дом"»', "«Проект „Дом“»"),
        ('The "Book" talk', 'The "Book" talk'),
        ('Экран 5" и 7 дюймов', 'Экран 5" и 7 дюймов'),
        ("Без кавычек", "Без кавычек"),
        ("Проект „Активное долголетие“ — детям", "Проект «Активное долголетие» — детям"),
        ("«Проект „Дом“»", "«Проект „Дом“»"),
        ("Das „Buch“", "Das „Buch“"),
    ],
)
def test_straight_quotation_marks_become_russian_ones(typed, shown):
    assert with_russian_quotes(typed) == shown
