"""What readers gain: one spelling finds the other, and А–Я is in order."""

import pytest

from events.russian.folding import fold, index_letter, sort_key
from events.russian.typography import NBSP


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Алёхина", "АЛЕХИНА"),
        ("«Дворец книги»", '"дворец  книги"'),
        ("онлайн−формат", "онлайн-формат"),
        ("библиоте\u0301ка", "библиотека"),
        ("кни\u00adга", "книга"),
        ("и\u0306од", "йод"),
        (f"9{NBSP}июня", "9 июня"),
    ],
)
def test_spellings_that_mean_the_same_fold_together(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("мой", "мои"), ("їжак", "іжак"), ("қазақ", "казак")])
def test_letters_of_their_own_stay_apart(one, other):
    assert fold(one) != fold(other)


def test_yo_is_sorted_as_ye_and_quotes_do_not_count():
    names = ["Жданов", "Ёлкин", "«Дворец книги»", "Ежов"]
    assert sorted(names, key=sort_key) == ["«Дворец книги»", "Ежов", "Ёлкин", "Жданов"]


@pytest.mark.parametrize(("name", "letter"), [("Ёлкин", "Е"), ("«Чтение»", "Ч"), ("2020", "#"), ("", "#")])
def test_index_letter(name, letter):
    assert index_letter(name) == letter
