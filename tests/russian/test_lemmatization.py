"""A word in any form is found by the same lemma."""

import pytest

from events.russian.folding import fold_word
from events.russian.lemmatization import lemmatize
from events.russian.tokenization import tokenize

# As the school grammar declines them; the dictionary knows some, takes some for villages or other words, and guesses.
SURNAMES = {
    "": ("а", "у", "ым", "е"),
    "а": ("ой", "у"),
    "ий": ("ого", "ому", "им", "ом"),
    "ая": ("ой", "ую"),
}


@pytest.mark.parametrize(
    "surname",
    "Юрлов Юрлова Чоботов Чоботова Подборонов Морозов Морозова Жуков Семенов Семенова Соловьёв Пеньков Листов Листова"
    " Столбов Кулаков Масленников Фирсов Софронов Дугаров Камынин Лапин Мазурицкий Недзельницкая Куренная".split(),
)
def test_a_surname_in_any_case_is_one_and_the_same_person(surname):
    """The first term stands in titles beside the initials; every other form must have it among its own."""
    ending = surname[-2:] if surname[-2:] in SURNAMES else surname[-1:] if surname[-1:] in SURNAMES else ""
    first = next(tokenize(f"{surname} А. Б.")).lemmas[0]
    for case in SURNAMES[ending]:
        for form in (surname.removesuffix(ending) + case, surname.removesuffix(ending).lower() + case):
            assert first in next(tokenize(form)).lemmas, form


@pytest.mark.parametrize(
    ("nominative", "others"),
    [
        ("Чоботова", "Чоботовой Чоботову"),
        ("Подборонова", "Подбороновой Подборонову"),
        ("Жамсоева", "Жамсоевой Жамсоеву"),
        ("Дедюля", "Дедюли Дедюле Дедюлю Дедюлей"),
        ("флэшмоб", "флэшмобы флэшмобов флэшмобам флэшмобами флэшмобах"),
    ],
)
def test_forms_of_words_outside_of_the_dictionary_have_one_term(nominative, others):
    terms = [lemmatize(fold_word(form)) for form in [nominative, *others.split()]]
    assert set.intersection(*map(set, terms))


@pytest.mark.parametrize(
    "word", ["інновації", "бібліотека", "обєкт", "ўрок", "қазақстан", "жаңғыру", "әдебиет", "covid", "їжак"]
)
def test_words_of_other_languages_stay_what_they_are(word):
    assert lemmatize(word) == (word,)
