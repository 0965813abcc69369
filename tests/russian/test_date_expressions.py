"""Dates in running text are found in the precision they are given, and typed ones mean the same."""

import pytest

from events.russian.date_expressions import find_dates, find_times, month_named, spell_out_dates


def test_a_run_of_months():
    (run,) = find_dates("работала в июле — сентябре 2020 года")
    assert [str(day) for day in run.days[0]] == ["2020-07", "2020-09"]


def test_no_such_day_is_no_date():
    assert find_dates("31 июня 2020 года") == []


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("9 июн 2020 года", "2020-06-09"),
        ("3 сент. 2021 г.", "2021-09-03"),
        ("08.05.21", "2021-05-08"),
        ("14.04.23 г.", "2023-04-14"),
        ("5 мая (понедельник) 2025 года", "2025-05-05"),
    ],
)
def test_short_months_and_years_and_a_weekday_in_between(written, day):
    assert [str(date.days[0][0]) for date in find_dates(f"Вебинар прошёл {written}")] == [day]


@pytest.mark.parametrize(
    "text", ["ББК 78.34.11", "специальность 09.02.11 Связь", "раздел 1.2.21", "счёт 10.30.15", "12 мар 5"]
)
def test_codes_are_no_days(text):
    assert find_dates(text) == []


@pytest.mark.parametrize(
    ("written", "time"), [("в 15 ч. 30 мин.", "15:30"), ("в 9 часов 05 минут", "09:05"), ("начало в 11-00", "11:00")]
)
def test_hours_and_minutes_in_words(written, time):
    assert [one.time for one in find_times(written)] == [time]


@pytest.mark.parametrize("written", ["09.06.2020", "2020-06-09"])
def test_every_way_to_write_a_day_is_the_same_words(written):
    assert spell_out_dates(f"Вебинар {written}.") == "Вебинар 9 июнь 2020."


@pytest.mark.parametrize("word", ["июнь", "июня", "июн", "june", "червня", "чэрвеня", "маусым"])
def test_a_month_is_known_in_any_form_and_in_the_languages_of_the_archive(word):
    assert month_named(word) == "июнь"
