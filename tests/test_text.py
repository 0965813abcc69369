"""What readers gain: one spelling finds the other, А–Я is in order, addresses stay readable."""

import pytest

from events import text

NB = text.NBSP


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Алёхина", "АЛЕХИНА"),
        ("«Дворец книги»", '"дворец  книги"'),
        ("онлайн−формат", "онлайн-формат"),
        ("библиоте\u0301ка", "библиотека"),
        ("кни\u00adга", "книга"),
        ("и\u0306од", "йод"),
        (f"9{NB}июня", "9 июня"),
    ],
)
def test_spellings_that_mean_the_same_fold_together(one, other):
    assert text.fold(one) == text.fold(other)


@pytest.mark.parametrize(("one", "other"), [("мой", "мои"), ("їжак", "іжак"), ("қазақ", "казак")])
def test_letters_of_their_own_stay_apart(one, other):
    assert text.fold(one) != text.fold(other)


def test_yo_is_sorted_as_ye_and_quotes_do_not_count():
    names = ["Жданов", "Ёлкин", "«Дворец книги»", "Ежов"]
    assert sorted(names, key=text.sort_key) == ["«Дворец книги»", "Ежов", "Ёлкин", "Жданов"]


@pytest.mark.parametrize(("name", "letter"), [("Ёлкин", "Е"), ("«Чтение»", "Ч"), ("2020", "#"), ("", "#")])
def test_index_letter(name, letter):
    assert text.index_letter(name) == letter


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
    assert text.slug(title) == address


def test_a_long_address_is_cut_at_a_word():
    address = text.slug("Использование виртуальной среды для презентации мастер-классов по декоративному искусству")
    assert len(address) <= text.SLUG_LENGTH
    assert "ispolzovanie-virtualnoi-sredy-dlia-prezentatsii-master-klassov-po".startswith(address)


@pytest.mark.parametrize(
    ("given", "initials"),
    [("Наталья Викторовна", "Н. В."), ("И.Л.", "И. Л."), ("Анна-Мария", "А."), ("", "")],
)
def test_initials(given, initials):
    assert text.initials(given) == initials


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Алехина И.Л.", f"Алехина{NB}И.{NB}Л."),
        ("им. Н.К. Крупской", f"им.{NB}Н.{NB}К.{NB}Крупской"),
        ("формат - онлайн", f"формат{NB}— онлайн"),
        ("5 докладов", f"5{NB}докладов"),
        ("в городе", f"в{NB}городе"),
        ("24 мая 2024 года, 09:40", f"24{NB}мая{NB}2024{NB}года, 09:40"),
        ("мастер-класс", "мастер-класс"),
    ],
)
def test_typography(typed, set_):
    assert text.typography(typed) == set_


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251"])
@pytest.mark.parametrize("written", ["«Чтения» — 2020", "ВСЕ ЗАГЛАВНЫМИ № 1", "Бібліотека імені Лесі Українки"])
def test_a_file_of_any_usual_encoding_is_read(encoding, written):
    assert text.decoded(written.encode(encoding)) == written


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1251"])
def test_a_stray_nul_does_not_make_a_file_unreadable(encoding):
    assert text.decoded("Вымышленные\x00 чтения; 2020".encode(encoding)) == "Вымышленные чтения; 2020"


def test_a_long_word_in_utf_16_without_a_mark_is_not_taken_for_another_encoding():
    assert text.decoded("Вымышленность".encode("utf-16-le")) == "Вымышленность"


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866"])
def test_a_text_that_would_come_out_as_rubbish_is_refused(encoding):
    with pytest.raises(UnicodeError):
        text.decoded("Библиотеки провели Вымышленные чтения. Их было много.".encode(encoding))
