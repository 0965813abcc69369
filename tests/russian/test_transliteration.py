"""Addresses stay readable, and whoever types Russian in Latin letters is understood."""

import pytest

from events.russian.transliteration import MAX_SLUG_LENGTH, cyrillic_spellings, slug


@pytest.mark.parametrize(
    ("title", "address"),
    [
        ("Щука и ёж", "shchuka-i-ezh"),
        ("Қазақстан", "qazaqstan"),
        ("Інновації по колу", "innovatsii-po-kolu"),
        ("Беларускі ўзор", "belaruski-uzor"),
        ("Web-сайт!", "web-sait"),
        ("!?", ""),
    ],
)
def test_addresses_are_ascii_in_every_language_of_the_archive(title, address):
    assert slug(title) == address


def test_a_long_address_is_cut_at_a_word():
    address = slug("Использование виртуальной среды для презентации мастер-классов по декоративному искусству")
    assert len(address) <= MAX_SLUG_LENGTH
    assert "ispolzovanie-virtualnoi-sredy-dlia-prezentatsii-master-klassov-po".startswith(address)


@pytest.mark.parametrize(
    ("latin", "russian"),
    [
        ("biblioteka", "библиотека"),
        ("krupskaya", "крупская"),
        ("krupskoi", "крупской"),
        ("ulyanovsk", "ульяновск"),
        ("shchelchkova", "щелчкова"),
        ("chobotova", "чоботова"),
        ("yubiley", "юбилей"),
        ("setevye", "сетевые"),
        ("akcii", "акции"),
        ("alehina", "алехина"),
        ("iyunya", "июня"),
        ("socialnye", "социальные"),
        ("ul'yanovsk", "ульяновск"),
        ("semya", "семья"),
        ("naczional`noj", "национальной"),
    ],
)
def test_russian_words_in_latin_letters(latin, russian):
    assert russian in cyrillic_spellings(latin)
