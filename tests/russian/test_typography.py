"""Russian as a publisher would set it."""

import pytest

from events.russian.typography import NBSP, normalize, typeset


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
