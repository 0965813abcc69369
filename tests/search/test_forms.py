"""Every form of a word finds what every other form of it finds."""

import pymorphy3
import pytest

from events.models import SearchWord
from events.search import language
from events.search.index import engine
from events.search.query import parse

pytestmark = pytest.mark.usefixtures("archive", "db")

MORPHOLOGY = pymorphy3.MorphAnalyzer()
# «другом» is a form of «друг» and of «другой»: a reader cannot tell either. So many of a thousand forms may be such.
AMBIGUOUS = 2


def forms(word):
    """The nominative and all case forms of a noun or adjective that the dictionary knows."""
    parse_of_it = MORPHOLOGY.parse(word)[0]
    if not MORPHOLOGY.word_is_known(word) or parse_of_it.tag.POS not in ("NOUN", "ADJF"):
        return "", set()
    used = [form for form in parse_of_it.lexeme if form.tag.POS == parse_of_it.tag.POS and "Infr" not in form.tag]
    return language.folded_word(parse_of_it.normal_form), {language.folded_word(form.word) for form in used}


def test_all_case_forms_of_each_word_of_the_archive_find_the_same():
    found, asked, ambiguous, wrong = {}, 0, [], []

    def hits(word):
        if word not in found:
            found[word] = frozenset(engine().newest(parse(word).node, False, 1000))
        return found[word]

    for word in SearchWord.objects.values_list("word", flat=True):
        nominative, others = forms(word)
        for form in others:
            asked += 1
            if hits(form) != hits(nominative):
                (wrong if len(language.lemmas(form)) == 1 else ambiguous).append((nominative, form))
    assert asked > 5000
    assert wrong == []
    assert len(ambiguous) <= asked * AMBIGUOUS / 1000, ambiguous


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
    first = next(language.words(f"{surname} А. Б.")).lemmas[0]
    for case in SURNAMES[ending]:
        for form in (surname.removesuffix(ending) + case, surname.removesuffix(ending).lower() + case):
            assert first in next(language.words(form)).lemmas, form


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
    terms = [language.lemmas(language.folded_word(form)) for form in [nominative, *others.split()]]
    assert set.intersection(*map(set, terms))


@pytest.mark.parametrize(
    "word", ["інновації", "бібліотека", "обєкт", "ўрок", "қазақстан", "жаңғыру", "әдебиет", "covid", "їжак"]
)
def test_words_of_other_languages_stay_what_they_are(word):
    assert language.lemmas(word) == (word,)


def test_the_apostrophe_of_a_ukrainian_word_may_be_any_sign_or_none():
    assert {word.text for text in ("об'єкт", "об’єкт", "обʼєкт", "обєкт") for word in language.words(text)} == {"обєкт"}


def test_stress_soft_hyphens_and_decomposed_letters_make_no_difference():
    written = "библиоте\u0301ка биб\u00adлио\u00adтека библиотека музеи\u0306 музей"
    assert {word.lemmas[0] for word in language.words(written)} == {"библиотека", "музей"}


def test_an_initial_is_no_conjunction():
    assert [word.lemmas[0] for word in language.words("И. Л. Алехина и Чоботова")] == [
        "и.", "л.", "алехин", "и", "чоботов",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("city", "adjective"),
    [
        ("ульяновск", "ульяновский"),
        ("донецк", "донецкий"),
        ("москва", "московский"),
        ("орел", "орловский"),
        ("тверь", "тверской"),
        ("казань", "казанский"),
        ("тула", "тульский"),
        ("севастополь", "севастопольский"),
        ("россия", "российский"),
        ("калуга", "калужский"),
        ("ярославль", "ярославский"),
        ("узбекистан", "узбекский"),
        ("башкортостан", "башкирский"),
    ],
)
def test_a_city_and_its_adjective_are_looked_for_together(city, adjective):
    assert adjective in language.place_relatives(city)
    assert city in language.place_relatives(adjective)


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
    assert language.other_layout(typed) == meant


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
    assert russian in language.in_cyrillic(latin)
