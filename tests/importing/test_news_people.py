"""Who is a participant, what is the name in the nominative, and who is only part of an institution's name."""

import pytest

from events.importing.readers import news
from events.importing.readers.news import nominative
from events.importing.readers.news.words import Page


def people(text: str) -> list[str]:
    return [person.name for person in news.read(text).people]


def person(text: str):
    (found,) = news.read(text).people
    return found


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("С докладом выступила Полозова А.Б., методист.", "Полозова А. Б."),
        ("С докладом выступила А. Б. Полозова.", "Полозова А. Б."),
        ("С докладом выступил Полозов Антон Борисович.", "Полозов Антон Борисович"),
        ("С докладом выступила Анна Борисовна Полозова.", "Полозова Анна Борисовна"),
        ("С докладом выступила Анна ПОЛОЗОВА.", "Полозова Анна"),
        ("Участники услышали доклад Анны Борисовны Полозовой.", "Полозова Анна Борисовна"),
        ("Участники услышали доклад Антона Борисовича Полозова.", "Полозов Антон Борисович"),
        ("Слово предоставили Павлу Ильичу Грачёву, директору музея, для доклада.", "Грачёв Павел Ильич"),
        ("Прозвучал доклад профессора Александра Мазурицкого.", "Мазурицкий Александр"),
        ("Прозвучали доклады: Чоботовой В.Г. «О книге и чтении».", "Чоботова В. Г."),
        ("С сообщением выступила Хава Рывкина.", "Рывкина Хава"),
        ("С сообщением выступила заведующая отделом Анна Дуда.", "Дуда Анна"),
        ("Выступил директор Роман Белых.", "Белых Роман"),
    ],
)
def test_names_are_proposed_in_the_nominative_family_name_first(printed, name):
    assert people(printed) == [name]


def test_the_printed_form_and_the_inference_are_kept():
    found = person("Участники услышали доклад Анны Борисовны Полозовой.")
    assert (found.printed, found.name_inferred) == ("Анны Борисовны Полозовой", True)
    assert not person("Выступила Анна Полозова, методист.").name_inferred


def test_where_the_form_does_not_tell_the_draft_says_so():
    found = person("Приветствие прозвучало от С.С. Дедюли, директора библиотеки.")
    assert found.doubt


def test_a_later_full_name_completes_the_initials():
    text = "Выступил Перфильев Р.О., главный библиотекарь. Роман Олегович рассказал о сайтах."
    assert people(text) == ["Перфильев Роман Олегович"]


@pytest.mark.parametrize(
    "text",
    [
        "Вебинар прошёл в библиотеке им. Н.К. Крупской.",
        "Вебинар прошёл в библиотеке имени Горького.",
        "Вебинар прошёл в библиотеке им.Ц.Жамцарано.",
        "Вебинар прошёл в Президентской библиотеке имени Бориса Николаевича Ельцина.",
        "Вебинар прошёл в Национальной библиотеке Кубы имени Хосе Марти.",
        "Вебинар прошёл в библиотеке имени Героя Советского Союза И. И. Полозова.",
        "Вебинар прошёл в Музее Марка Шагала.",
        "Вебинар прошёл в библиотеке Назарбаев университета.",
        "Вебинар посвятили творчеству Александра Твардовского.",
        "Вебинар посвятили 200-летию со дня рождения Н. А. Некрасова.",
        "Вебинар приурочен к 60-летию полёта в космос Ю. А. Гагарина.",
        "Вебинар «Читаем Василия Тёркина» прошёл на улице Максима Горького.",
        "Библиотеку, в которой прошёл вебинар, посещали Б. Ельцин, Ф. Конюхов и другие.",
        "Победитель конкурса на премию имени Анны Полозовой участвовал в вебинаре.",
    ],
)
def test_namesakes_of_institutions_and_their_like_are_nobody(text):
    assert people(text) == []


def test_the_head_of_a_museum_is_a_person_although_the_museum_bears_a_name():
    assert people("Выступила директор Музея Марка Шагала Ирина Воронова.") == ["Воронова Ирина"]
    assert people("Выступил сотрудник краеведческого музея Константин Жаров.") == ["Жаров Константин"]


@pytest.mark.parametrize(
    ("text", "position", "organisation"),
    [
        ("Выступила Анна Полозова, заведующая отделом краеведения Заречной библиотеки.",
         "заведующая отделом краеведения", "Заречная библиотека"),
        ("Выступила заместитель директора по науке РГДБ Анна Полозова.", "заместитель директора по науке", "РГДБ"),
        ("Выступила Анна Полозова из Заречной библиотеки.", "", "Заречная библиотека"),
        ("Выступила Анна Полозова (главный библиограф Заречной библиотеки).", "главный библиограф",
         "Заречная библиотека"),
        ("Прозвучал доклад заведующей сектором Заречной библиотеки Анны Полозовой.", "заведующая сектором",
         "Заречная библиотека"),
        ("Выступил директор библиотеки – Полозов Антон Ильич.", "директор библиотеки", ""),
    ],
)  # fmt: skip
def test_post_and_organisation_stand_before_or_after_the_name(text, position, organisation):
    draft = news.read(text)
    (found,) = draft.people
    one = draft.organisation(found.affiliation)
    assert (found.position, one.name if one else "") == (position, organisation)


def test_degrees_are_kept_apart_from_the_post():
    found = person("Выступила учёный секретарь, кандидат филологических наук Н. В. Полозова.")
    assert (found.position, found.distinctions) == ("учёный секретарь", "кандидат филологических наук")


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Модератором встречи стала Анна Полозова.", {"moderator"}),
        ("Вебинар открыла с приветственным словом Анна Полозова.", {"opening", "welcome"}),
        ("Вебинар вела Анна Полозова.", {"host"}),
        ("Почётный гость вебинара – поэт Антон Полозов.", {"guest-of-honour"}),
        ("В вебинаре приняла участие Анна Полозова, методист.", {"participant"}),
    ],
)
def test_roles(text, roles):
    assert {part.role for part in person(text).parts} == roles


@pytest.mark.parametrize(
    ("form", "nominatives"),
    [
        ("Алехиной", {"Алехина"}),
        ("Полозова", {"Полозова", "Полозов"}),
        ("Крупской", {"Крупская"}),
        ("Романенко-Куренной", {"Романенко-Куренная", "Романенко-Куренной"}),
        ("Шевченко", {"Шевченко"}),
        ("Мазурицкого", {"Мазурицкий"}),
    ],
)
def test_every_reading_of_a_surname(form, nominatives):
    assert {reading.nominative for reading in nominative.surname(form)} == nominatives


def test_a_quotation_takes_its_names_with_it():
    page = Page("Книга «Письма Анны Полозовой» и проект «Наш «край».")
    assert [page[quote] for quote in page.top_quotes] == ["«Письма Анны Полозовой»", "«Наш «край»"]


def test_a_library_named_after_someone_without_the_word_for_it():
    assert people("Участвовали коллеги из Белгородской детской библиотеки А. А. Лиханова.") == []
    assert people("Сотрудники Заречной библиотеки А. А. Полозова и В. Г. Ильина рассказали о чтении.") == [
        "Полозова А. А.",
        "Ильина В. Г.",
    ]


def test_a_surname_that_looks_like_a_patronymic():
    assert people("Прозвучало выступление методиста Людмилы Захаревич.") == ["Захаревич Людмила"]
