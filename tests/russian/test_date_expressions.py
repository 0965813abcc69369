"""Dates in running text are found in the precision they are given, and typed ones mean the same."""

import pytest

from events.russian.date_expressions import find_dates, month_named, spell_out_dates


def test_a_run_of_months():
    (run,) = find_dates("работала в июле — сентябре 2020 года")
    assert [str(day) for day in run.days[0]] == ["2020-07", "2020-09"]


def test_no_such_day_is_no_date():
    assert find_dates("31 июня 2020 года") == []


@pytest.mark.parametrize("written", ["09.06.2020", "2020-06-09"])
def test_every_way_to_write_a_day_is_the_same_words(written):
    assert spell_out_dates(f"Вебинар {written}.") == "Вебинар 9 июнь 2020."


@pytest.mark.parametrize("word", ["июнь", "июня", "июн", "june", "червня", "чэрвеня", "маусым"])
def test_a_month_is_known_in_any_form_and_in_the_languages_of_the_archive(word):
    assert month_named(word) == "июнь"
