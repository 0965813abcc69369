"""A library is named by the adjective of its city."""

import pytest

from events.russian.places import city_in_nominative, place_relatives


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
    assert adjective in place_relatives(city)
    assert city in place_relatives(adjective)


@pytest.mark.parametrize(
    ("printed", "city"),
    [("Луганска", "Луганск"), ("Нижнем Новгороде", "Нижний Новгород"), ("Ростове-на-Дону", "Ростов-на-Дону")],
)
def test_a_city_is_proposed_in_the_nominative(printed, city):
    assert city_in_nominative(printed) == city
