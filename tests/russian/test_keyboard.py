"""Who forgot to change the keyboard finds all the same."""

import pytest

from events.russian.keyboard import other_layout


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (",b,kbjntrf", "библиотека"),
        ("Fktbyf", "Алеина"),
        ("ызщке", "sport"),
        ("[fnf", "хата"),
        ("'nj", "это"),
        ("B/K/", "И.Л."),
        ("HF,JNF", "РАБОТА"),
    ],
)
def test_the_other_keyboard(typed, meant):
    assert other_layout(typed) == meant
