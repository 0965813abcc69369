"""What visitors type, and what they must find among the first hits: `cases.json`, each on the whole archive.

instead: what is searched instead of the typed text, or true for anything; without it nothing may be searched instead.
any: no record has all the words. nothing: the archive has nothing of it, and nothing else may be searched.
"""

import json
from pathlib import Path

import pytest

from events import search

pytestmark = pytest.mark.usefixtures("archive", "db")

CASES = json.loads((Path(__file__).parent / "cases.json").read_text())


def titles(results):
    return [(hit.kind_name, hit.title) for hit in results.hits]


@pytest.mark.parametrize("case", [case for case in CASES if "nothing" not in case], ids=lambda case: case["q"])
def test_what_is_looked_for_stands_among_the_first_hits(case):
    found = search.search(case["q"])
    first = titles(found)[: case["top"]]
    expected = case["expect"].lower()
    assert [title for kind, title in first if case["kind"] in (None, kind) and expected in title.lower()], first


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["q"])
def test_something_else_is_searched_only_for_what_was_mistyped(case):
    found = search.search(case["q"])
    match case.get("instead"):
        case None:
            assert not found.corrected_query
        case True:
            assert found.corrected_query
        case text:
            assert found.corrected_query == text
    assert found.any_word == case.get("any", False)


@pytest.mark.parametrize("case", [case for case in CASES if "instead" in case], ids=lambda case: case["q"])
def test_the_exact_query_finds_nothing_where_something_else_was_searched(case):
    assert search.search(case["q"], exact=True).total == 0


@pytest.mark.parametrize("case", [case for case in CASES if "nothing" in case], ids=lambda case: case["q"])
def test_nothing_is_made_up(case):
    assert search.search(case["q"], exact=True).total == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("опыт", "опыта"),
        ("Алехина", "алёхиной"),
        ("ДРУНБ", "друнб"),
        ("флешмоб", "флэшмоб"),
        ("соцсети", "социальные сети"),
        ("09.06.2020", "9 июня 2020"),
        ("2020-06-09", "9 июня 2020 г."),
        ("Романенко-Куренная", "романенко куренной"),
        ("И.Л. Алехина", "Алехиной И. Л."),
        ("«активное долголетие»", '"Активного долголетия"'),
        ("чтение и время", "чтение время"),
        ("веб-сайт", "web-сайт"),
        ("ребёнок", "детей"),
        ("09.06.20", "9 июня 2020"),
        ("09-06-2020", "9 июня 2020"),
        ("June 9, 2020", "9 июня 2020"),
        ("9 червня 2020", "9 июня 2020"),
        ("9 маусым 2020", "9 июня 2020"),
        ("9 июня 2020г.", "9 июня 2020"),
        ("06.2020", "июнь 2020"),
        ("III историческая", "третья историческая"),
        ("3 историческая", "третья историческая"),
        ("флеш-моб", "флэшмобы"),
        ("РНБ", "рнб"),
    ],
)
def test_two_ways_to_write_the_same_find_the_same(one, other):
    assert {hit.pk for hit in search.search(one).hits} == {hit.pk for hit in search.search(other).hits} != set()


def test_an_excluded_word_is_in_no_hit():
    everything = {hit.pk for hit in search.search("библиотека молодёжь").hits}
    without = {hit.pk for hit in search.search("библиотека молодёжь -лаборатория").hits}
    excluded = {hit.pk for hit in search.search("библиотека молодёжь лаборатория").hits}
    assert excluded and everything == without | excluded and not without & excluded


def test_any_word_is_enough_when_no_record_has_them_all():
    found = search.search("забвению флористика")
    assert found.any_word
    assert {"Забвению не подлежит!"} <= {hit.title for hit in found.hits}
    assert not search.search("забвению флористика", exact=True).hits


@pytest.mark.parametrize(
    "words", ["видеоконференции", "флешмоб", "Алехина", "алёхиной", "библиотека Крупской", "ДРУНБ", "Ульяновск"]
)
def test_the_first_event_is_found_by_what_people_remember_of_it(words):
    found = search.search(words, search.Filters((("record", "conference"),)))
    assert [hit for hit in found.hits if hit.title.startswith("Дистанционная работа")]
