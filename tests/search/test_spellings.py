"""Names and words are found as people type them, whatever signs they are printed with."""

import pytest

from events import search
from events.models import Conference, Speaker, SpeakerRole
from events.search import consistency
from tests.rows import event

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("О’Нил", "Нил"),
        ("О’Нил", "О'Нил"),
        ("О’Нил", "онил"),
        ("д’Артаньян", "артаньяном"),
        ("Đorđević", "Dordevic"),
        ("Đorđević", "Djordjevic"),
        ("Wałęsa", "Walesa"),
        ("Müller", "Muller"),
        ("Müller", "Mueller"),
        ("Müller", "müller"),
        ("Müller", "Мюллер"),
        ("Żółć", "Zolc"),
        ("Weiß", "Weiss"),
        ("Søren", "Soren"),
        ("C++ в библиотеке", "с++"),  # Cyrillic
        ("С++ в библиотеке", "c++"),  # the other way round
        ("Язык C# в библиотеке", "с#"),
        ("P-8A над морем", "р-8а"),  # Cyrillic
        ("Python", "Рython"),
        ("Москва", "Мoсква"),
        ("COMA", "СОМА"),
        ("Wi-Fi в читальном зале", "wifi"),
        ("Wi-Fi в читальном зале", "wi-fi"),
        ("E-book", "ebooks"),
        ("#ЧитаемВместе", "читаем вместе"),
        ("#ЧитаемВместе", "вместе"),
        ("#ЧитаемВместе", "#читаемвместе"),
        ("Читаем вместе", "#ЧитаемВместе"),
        ("#читаем_вместе", "читаем"),
        ("#ЧитайВымысел2020", "Читай Вымысел"),
    ],
)
def test_what_is_printed_is_found_as_it_is_typed(printed, typed):
    event(printed, size=0)
    event("Кузнечики", size=0)
    found = search.search(typed)
    assert [hit.title for hit in found.hits] == [printed]
    assert not list(consistency.inconsistencies())


def test_an_exact_name_is_not_lost_among_others():
    for name in ("О’Нил", "Нил"):
        Speaker.objects.create(family_name=name, given_names="Анна")
    conference = event("Чтения", size=0)
    for person in Speaker.objects.all():
        conference.people.create(speaker=person, role=SpeakerRole.objects.first())

    def people(typed):
        return [hit.title for hit in search.search(typed, search.Filters((("record", "speaker"),))).hits]

    assert people("О’Нил") == ["О’Нил Анна"]
    assert set(people("Нил")) == {"О’Нил Анна", "Нил Анна"}


def test_the_word_that_matched_is_marked(client):
    event("О’Нил и другие", size=0)
    assert "<mark>О’Нил</mark>" in client.get("/search/?q=нил").text
    assert Conference.objects.count() == 1


def test_a_cyrillic_preposition_is_still_no_language(client):
    event("Чтение", size=0)
    assert [hit.title for hit in search.search("с чтением").hits] == ["Чтение"]
