"""An institution is known by its acronym and by any spelling of its name."""

import pytest

from events.russian.organisation_names import acronyms, comparable


@pytest.mark.parametrize(
    ("name", "acronym"),
    [
        ("Российская национальная библиотека", "РНБ"),
        ("Донецкая республиканская универсальная научная библиотека имени Н. К. Крупской", "ДРУНБ"),
        ("Российская государственная библиотека для слепых", "РГБС"),
    ],
)
def test_a_name_gives_the_acronym_that_people_use(name, acronym):
    assert acronyms(name) == (acronym,)


def test_a_short_name_has_no_acronym():
    assert acronyms("Дворец книги") == ()


def test_spellings_of_one_name_compare_equal():
    assert comparable("Библиотека имени Н.К. Крупской") == comparable("библиотека им. Н. К. Крупской")
    assert comparable("Министерство культуры ДНР") == comparable("Министерство культуры Донецкой Народной Республики")
