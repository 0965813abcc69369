"""A person is one and the same in whatever case and form the name stands."""

import pytest

from events.russian import names


@pytest.mark.parametrize(
    ("given", "initials"),
    [("Наталья Викторовна", "Н. В."), ("И.Л.", "И. Л."), ("Анна-Мария", "А."), ("", "")],
)
def test_initials(given, initials):
    assert names.initials(given) == initials


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
    assert {reading.nominative for reading in names.surname_readings(form)} == nominatives


@pytest.mark.parametrize(
    ("nominative", "gender", "genitive", "instrumental"),
    [
        ("Полозов", "masc", "Полозова", "Полозовым"),
        ("Полозова", "femn", "Полозовой", "Полозовой"),
        ("Мазурицкий", "masc", "Мазурицкого", "Мазурицким"),
        ("Куренная", "femn", "Куренной", "Куренной"),
        ("Лутович", "masc", "Лутовича", "Лутовичем"),
        ("Лутович", "femn", "Лутович", "Лутович"),
        ("Шевченко", "masc", "Шевченко", "Шевченко"),
    ],
)
def test_a_surname_is_declined_by_the_school_grammar(nominative, gender, genitive, instrumental):
    assert names.decline_surname(nominative, gender, "gent") == genitive
    assert names.decline_surname(nominative, gender, "ablt") == instrumental


@pytest.mark.parametrize(
    ("nominative", "gender"),
    [("Полозов", "masc"), ("Полозова", "femn"), ("Мазурицкий", "masc"), ("Крупская", "femn")],
)
@pytest.mark.parametrize("case", names.CASES)
def test_every_case_of_a_surname_leads_back_to_its_nominative(nominative, gender, case):
    form = names.decline_surname(nominative, gender, case)
    assert names.Reading(case, gender, nominative) in names.surname_readings(form)


@pytest.mark.parametrize(
    ("father", "son", "daughter"),
    [("Олег", "Олегович", "Олеговна"), ("Юрий", "Юрьевич", "Юрьевна"), ("Илья", "Ильич", "Ильинична")],
)
def test_a_patronymic_is_known_from_the_father_s_name(father, son, daughter):
    assert (names.patronymic_of(father, "masc"), names.patronymic_of(father, "femn")) == (son, daughter)
    assert names.is_patronymic(son) and names.is_patronymic(daughter)
