"""A date is shown just as precisely as the source gives it, and never more."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.russian.dates import FIRST_YEAR, LAST_YEAR, PartialDate, format_date, format_span


def shown(start, end=None, language="ru"):
    span = format_span(PartialDate.from_text(start), PartialDate.from_text(end) if end else None, language)
    return span.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("09.06.2020", "2020-06-09"),
        ("9 июня 2020", "2020-06-09"),
        ("9 июня 2020 г.", "2020-06-09"),
        ("9 Июня 2020 года", "2020-06-09"),
        ("9 June 2020", "2020-06-09"),
        ("июнь 2020", "2020-06"),
        ("06.2020", "2020-06"),
        ("2020", "2020"),
        ("9 июня", "XXXX-06-09"),
        ("xxxx-06-09", "XXXX-06-09"),
        ("29 февраля", "XXXX-02-29"),
    ],
)
def test_dates_are_taken_as_people_type_them(typed, stored):
    assert str(PartialDate.from_text(typed)) == stored


@pytest.mark.parametrize("typed", ["", "вчера", "31.06.2020", "29.02.2021", "0", "0000", "99999999999", "2020-13", "6"])
def test_what_is_no_date_is_refused(typed):
    with pytest.raises(ValueError):
        PartialDate.from_text(typed)


@pytest.mark.parametrize(
    ("start", "end", "russian", "english"),
    [
        ("2020-06-09", None, "9 июня 2020", "9 June 2020"),
        ("2022-05-24", "2022-05-25", "24–25 мая 2022", "24–25 May 2022"),
        ("2022-05-30", "2022-06-02", "30 мая — 2 июня 2022", "30 May — 2 June 2022"),
        ("2019-12-30", "2020-01-02", "30 декабря 2019 — 2 января 2020", "30 December 2019 — 2 January 2020"),
        ("2020-07", "2020-09", "июль — сентябрь 2020", "July — September 2020"),
        ("2019-04", None, "апрель 2019", "April 2019"),
        ("2019", None, "2019", "2019"),
        ("XXXX-05-21", "XXXX-05-24", "21–24 мая (год не указан)", "21–24 May (year not stated)"),
    ],
)
def test_spans_read_as_a_publisher_would_set_them(start, end, russian, english):
    assert shown(start, end) == russian
    assert shown(start, end, "en") == english


def test_no_date_at_all_is_said():
    assert format_span(None, None) == "дата не указана"


partial_dates = st.one_of(
    st.builds(PartialDate, st.integers(FIRST_YEAR, LAST_YEAR)),
    st.builds(PartialDate, st.one_of(st.none(), st.integers(FIRST_YEAR, LAST_YEAR)), st.integers(1, 12)),
    st.dates(datetime.date(FIRST_YEAR, 1, 1), datetime.date(LAST_YEAR, 12, 31)).map(
        lambda day: PartialDate(day.year, day.month, day.day)
    ),
)


@given(partial_dates)
def test_every_date_survives_storing_and_reading_back_in_both_languages(date):
    assert PartialDate.from_iso(str(date)) == date
    if date.year:
        assert PartialDate.from_text(format_date(date)) == date
        assert PartialDate.from_text(format_date(date, "en")) == date


days = st.dates(datetime.date(FIRST_YEAR, 1, 1), datetime.date(LAST_YEAR, 12, 31))


@given(days, days)
def test_text_order_is_time_order_and_unknown_years_come_last(one, other):
    texts = [str(PartialDate(day.year, day.month, day.day)) for day in (one, other)]
    assert (texts[0] < texts[1]) == (one < other)
    assert texts[0] < str(PartialDate(None, one.month))
