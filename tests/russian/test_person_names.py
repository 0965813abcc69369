"""A person's name comes apart as its bearer would have it; where that cannot be told, it is a question."""

import pytest

from events.russian.person_names import Doubt, Order, people, person


def parts(name):
    return (name.family_name, name.given_names, name.initials)


@pytest.mark.parametrize(
    ("printed", "family", "given", "initials"),
    [
        ("Сочинский Пётр Ильич", "Сочинский", "Пётр Ильич", ""),
        ("Пётр Ильич Сочинский", "Сочинский", "Пётр Ильич", ""),
        ("Анна Петровна Придуманная", "Придуманная", "Анна Петровна", ""),
        ("Сочинский П. И.", "Сочинский", "", "П. И."),
        ("Сочинский\u00a0П.\u00a0И.", "Сочинский", "", "П. И."),
        ("П.И. Сочинский", "Сочинский", "", "П. И."),
        ("Ван дер Вельде, Ян", "Ван дер Вельде", "Ян", ""),
        ("Сочинский, Пётр", "Сочинский", "Пётр", ""),
        ("Придуманная, А. Б.", "Придуманная", "", "А. Б."),
        ("Сочинский Пётр", "Сочинский", "Пётр", ""),
        ("СОЧИНСКИЙ-ВЫМЫСЛОВ П. И.", "Сочинский-Вымыслов", "", "П. И."),
        ("Garcia Invented, Juan", "Garcia Invented", "Juan", ""),
        ("Алексеева, Иван Петрович", "Алексеева", "Иван Петрович", ""),
        ("Вымыслов Вагиф Гусейн оглы", "Вымыслов", "Вагиф Гусейн оглы", ""),
        ("СОЧИНСКИЙ ПЁТР ИЛЬИЧ", "Сочинский", "Пётр Ильич", ""),
        ("сочинский пётр ильич", "Сочинский", "Пётр Ильич", ""),
        ("Сочинский П И", "Сочинский", "", "П. И."),
        ("Сочинский П.И", "Сочинский", "", "П. И."),
        ("Ким А.", "Ким", "", "А."),
    ],
)
def test_a_plain_name_comes_apart_without_a_question(printed, family, given, initials):
    name = person(printed)
    assert parts(name) == (family, given, initials)
    assert name.doubt is None


@pytest.mark.parametrize(
    ("printed", "doubt"),
    [
        ("Иван Петрович Алексеева", Doubt.GENDER),
        ("Алексеев Анна Петровна", Doubt.GENDER),
        ("Пётр И. Сочинский", Doubt.ORDER),
        ("Анна ван дер Крейч", Doubt.ORDER),
        ("Анна де Вымысел", Doubt.ORDER),
        ("Ван дер Вельде Ян", Doubt.ORDER),
        ("Нур Мохаммед Али", Doubt.ORDER),
        ("Ким Чен Вым", Doubt.ORDER),
        ("Пётр Сочинский", Doubt.ORDER),
        ("Пётр Ильич", Doubt.NO_FAMILY_NAME),
        ("Роман Ильич", Doubt.NO_FAMILY_NAME),
        ("Анна", Doubt.NO_FAMILY_NAME),
        ("Анна М.", Doubt.NO_FAMILY_NAME),
        ("АННА ПРИДУМАННАЯ", Doubt.ORDER),
        ("Anna Made, PhD", Doubt.EXTRA),
        ("Anna Made, Jr", Doubt.EXTRA),
        ("Сочинская-", Doubt.EXTRA),
        ("Сочинский П.И. Придуманная А.Б.", Doubt.SEVERAL),
        ("Анна Придуманная (РБВ)", Doubt.EXTRA),
        ("Анна Придуманная, РБВ", Doubt.EXTRA),
        ("Сочинский П. И., директор", Doubt.EXTRA),
        ("Сочинский П. И. (Вымыслов)", Doubt.EXTRA),
        ("д-р Анна Придуманная", Doubt.EXTRA),
        ("Лаборатория чтения РБВ", Doubt.EXTRA),
        ("Анонимус", Doubt.ONE_WORD),
        ("Придуманная & Сочинский", Doubt.SEVERAL),
        ("Анна Придуманная, Пётр Сочинский", Doubt.SEVERAL),
        ("John Made, Anna Invented", Doubt.SEVERAL),
    ],
)
def test_a_name_that_is_not_plain_is_a_question(printed, doubt):
    (name,) = people(printed)
    assert name.doubt is doubt


def test_an_order_that_was_said_leaves_what_contradicts_it_a_question():
    (first, second) = people("John Made; Сочинский Пётр", Order.GIVEN_FIRST)
    assert (parts(first), first.doubt) == (("Made", "John", ""), None)
    assert second.doubt is Doubt.ORDER
    (latin,) = people("John Made", Order.FAMILY_FIRST)
    assert latin.doubt is Doubt.ORDER


@pytest.mark.parametrize(
    "printed",
    [
        "Сочинский П. И.; Придуманная А. Б.",
        "Сочинский П. И., Придуманная А. Б.",
        "Сочинский П. И. и Придуманная А. Б.",
        "Сочинский П. И.\nПридуманная А. Б.",
    ],
)
def test_several_people_are_never_joined_into_one(printed):
    assert [parts(name) for name in people(printed)] == [("Сочинский", "", "П. И."), ("Придуманная", "", "А. Б.")]


def test_the_order_of_names_is_said_once_for_all():
    assert parts(person("Ян Вымышлен", Order.GIVEN_FIRST)) == ("Вымышлен", "Ян", "")
    assert person("Ян Вымышлен", Order.GIVEN_FIRST).doubt is None
    assert parts(person("Вымышлен Тадеуш", Order.FAMILY_FIRST)) == ("Вымышлен", "Тадеуш", "")
    assert person("Вымышлен Тадеуш", Order.FAMILY_FIRST).doubt is None


def test_a_given_name_where_a_family_name_should_stand_is_asked_about():
    assert person("Пётр Сочинский", Order.FAMILY_FIRST).doubt is Doubt.ORDER
