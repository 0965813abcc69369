"""A value is read as it is plainly said, in whatever way people write it; what is not plain is refused."""

import datetime

import pytest

from events.russian import values


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("9 июн 2020", "2020-06-09"),
        ("9 июн. 2020 г.", "2020-06-09"),
        ("12 сент 2021", "2021-09-12"),
        ("08.05.21", "2021-05-08"),
        ("8/5/2021", "2021-05-08"),
        ("09-06-2020", "2020-06-09"),
        ("9.06.2020 г.", "2020-06-09"),
        ("2020 г.", "2020"),
        ("2020-6-9", "2020-06-09"),
        ("9 июня, 2020", "2020-06-09"),
        ("июнь 2020 г.", "2020-06"),
        ("9 июн", "XXXX-06-09"),
        ("9\u00a0июня\u00a02020", "2020-06-09"),
    ],
)
def test_a_date_is_read_as_librarians_type_it(typed, stored):
    assert str(values.date(typed)) == stored


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("24–25 мая 2022", "2022-05-24", "2022-05-25"),
        ("6–8 апреля", "XXXX-04-06", "XXXX-04-08"),
        ("24–25.05.2022", "2022-05-24", "2022-05-25"),
        ("30.05–02.06.2022", "2022-05-30", "2022-06-02"),
        ("09.06.2020 – 10.06.2020", "2020-06-09", "2020-06-10"),
        ("с 21 по 24 мая 2019 года", "2019-05-21", "2019-05-24"),
        ("июль — сентябрь 2020", "2020-07", "2020-09"),
    ],
)
def test_a_range_of_days_is_read_whole(typed, first, last):
    ((start, end),) = values.dates(typed)
    assert (str(start), str(end)) == (first, last)


def test_several_separate_days_are_several():
    assert [str(start) for start, _end in values.dates("9 июня 2020; 12.06.2020")] == ["2020-06-09", "2020-06-12"]


@pytest.mark.parametrize(
    "typed", ["вчера", "08.05.87", "5/28/2021", "31.06.2020", "43991", "июн.20", "25–24 мая 2022", "мая или июня", ""]
)
def test_what_is_not_plainly_a_date_is_refused(typed):
    with pytest.raises(ValueError):
        values.dates(typed)


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [
        ("11:00", 11, 0),
        ("11.00", 11, 0),
        ("11-00", 11, 0),
        ("9:30", 9, 30),
        ("11:00:00", 11, 0),
        ("9 ч. 30 мин.", 9, 30),
        ("9:00 AM", 9, 0),
        ("3 pm", 15, 0),
        ("12.30 a.m.", 0, 30),
    ],
)
def test_a_time_is_read_as_programmes_print_it(typed, hour, minute):
    assert values.time_of_day(typed) == datetime.time(hour, minute)


@pytest.mark.parametrize("typed", ["25:30", "11", "11:00+03:00", "с утра", "11-00-30", "11:00–12:30", "9:75"])
def test_what_is_not_plainly_a_time_is_refused(typed):
    with pytest.raises(ValueError):
        values.time_of_day(typed)


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("1:30:00", 5400),
        ("1 ч 30 мин", 5400),
        ("1 час", 3600),
        ("90 мин.", 5400),
        ("PT1H30M", 5400),
        ("45 минут", 2700),
    ],
)
def test_a_duration_is_read_in_every_usual_way(typed, seconds):
    assert values.duration(typed) == seconds


def test_hours_and_minutes_are_not_mistaken_for_minutes_and_seconds():
    with pytest.raises(ValueError):
        values.duration("1:30")
    assert values.duration("1:30", short="hours") == 5400
    assert values.duration("1:30", short="minutes") == 90
    with pytest.raises(ValueError):
        values.duration("90")
    assert values.duration("90", bare=1) == 90


@pytest.mark.parametrize("typed", ["", "долго", "1:90:00", "PT", "1 ч 30 мин и ещё"])
def test_what_is_no_duration_is_refused(typed):
    with pytest.raises(ValueError):
        values.duration(typed)


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("spa", ["es"]),
        ("kaz", ["kk"]),
        ("de, en", ["de", "en"]),
        ("English", ["en"]),
        ("русский", ["ru"]),
        ("на русском языке", ["ru"]),
        ("русский и казахский", ["ru", "kk"]),
        ("en-GB", ["en"]),
        ("ru", ["ru"]),
    ],
)
def test_languages_are_read_by_code_and_by_name(typed, codes):
    assert values.languages(typed) == codes


@pytest.mark.parametrize("typed", ["", "клингонский", "xx", "русские сказки"])
def test_an_unknown_language_is_refused(typed):
    with pytest.raises(ValueError):
        values.languages(typed)


@pytest.mark.parametrize("typed", ["да", "Да", "ИСТИНА", "yes", "1", "+"])
def test_yes_is_recognised(typed):
    assert values.yes_or_no(typed) is True


@pytest.mark.parametrize("typed", ["нет", "Нет", "ЛОЖЬ", "no", "0", ""])
def test_no_is_recognised(typed):
    assert values.yes_or_no(typed) is False


def test_perhaps_is_neither_yes_nor_no():
    with pytest.raises(ValueError):
        values.yes_or_no("наверное")


def test_a_title_that_is_called_off_is_told_from_one_about_calling_off():
    assert all(map(values.is_called_off, ("ОТМЕНЕНО: О каталогах", "[CANCELLED] Catalogues", "Чтения (отменены)")))
    assert not any(map(values.is_called_off, ("Отмена крепостного права", "Что отменено: чтения")))


def test_signs_for_nothing_and_errors_of_formulas_are_no_values():
    assert all(values.is_nothing(sign) for sign in ("—", "-", "н/д", "нет данных", "…", "?", ""))
    assert not any(values.is_nothing(text) for text in ("Нет войне с книгами", "Надя", "1"))
    assert values.is_cell_error("#N/A") and values.is_cell_error("#ССЫЛКА!")
    assert not values.is_cell_error("#ЧитайДонбасс")
