"""What happened, when and where: kinds, titles and themes, dates in the precision stated, numbers, circumstances."""

import pytest

from events.importing.readers import news


@pytest.mark.parametrize(
    ("printed", "stored"),
    [
        ("9 июня 2020 года", [("2020-06-09", "")]),
        ("24–25 мая", [("XXXX-05-24", "XXXX-05-25")]),
        ("с 21 по 24 мая", [("XXXX-05-21", "XXXX-05-24")]),
        ("с 30 сентября по 2 октября 2020 года", [("2020-09-30", "2020-10-02")]),
        ("30 мая — 2 июня 2022 г.", [("2022-05-30", "2022-06-02")]),
        ("4, 11 и 18 октября 2023 г.", [("2023-10-04", ""), ("2023-10-11", ""), ("2023-10-18", "")]),
        ("29−30 сентября 2021 года", [("2021-09-29", "2021-09-30")]),
        ("первого июня 2016 г.", [("2016-06-01", "")]),
        ("07.12.2022", [("2022-12-07", "")]),
        ("6 – 14 июня 2015 года", [("2015-06-06", "2015-06-14")]),
        ("05/12/2016", [("2016-12-05", "")]),
        ("2020-12-02", [("2020-12-02", "")]),
        ("1-го апреля", [("XXXX-04-01", "")]),
    ],
)
def test_dates_in_the_precision_they_are_given(printed, stored):
    text = f"Вебинар «Книга» состоялся {printed} в библиотеке."
    draft = news.read(text)
    assert [(date.start, date.end) for date in draft.dates] == stored
    assert all(text[date.spans[0].start : date.spans[0].end] == date.printed for date in draft.dates)


def test_a_month_alone():
    assert [d.start for d in news.read("Вебинары «Книга» прошли в мае 2021 года.").dates] == ["2021-05"]


def test_a_missing_year_is_asked_for_and_never_taken_from_the_day_of_publication():
    draft = news.read("Читаем вместе\n24 мая 2024, 09:40\n\n23 мая состоялся вебинар «Книга». Было весело.")
    assert [date.start for date in draft.dates] == ["XXXX-05-23"]
    assert draft.dates[0].lacks_year and draft.dates[0].uncertainty
    assert draft.source.published == "2024-05-24"
    assert any("2024" in question for question in draft.questions)


def test_dates_of_the_page_are_not_the_event_s():
    draft = news.read(
        "Опубликовано 02.10.2015\nПросмотров: 20\n\nВ библиотеке состоялся видеомост «Крым». Было весело."
    )
    assert draft.dates == []


def test_the_year_may_stand_in_the_headline():
    draft = news.read("08 декабря 2022 года. Вебинар «Книга».\n\n8 декабря прошёл вебинар «Книга» для всех.")
    assert [date.start for date in draft.dates] == ["2022-12-08"]


def test_history_gives_the_event_no_year():
    text = "5 декабря прошла конференция «Книга». В истории библиотеки 5 декабря 1991 года особый день."
    assert [date.start for date in news.read(text).dates] == ["XXXX-12-05"]


def test_the_day_above_a_blog_s_entry_is_not_the_event_s():
    text = "вторник, 19 октября 2021 г.\n\nЗавершился форум «Книга»\n\nОн проходил с 11 по 15 октября в Озёрске.\n"
    assert [date.start[4:] for date in news.read(text).dates] == ["-10-11"]


def test_history_is_no_date_of_the_event():
    draft = news.read("Вебинар «Книга» прошёл 5 мая 2021 года. Библиотека основана 9 мая 1935 года.")
    assert [date.start for date in draft.dates] == ["2021-05-05"]


def test_time_and_zone_as_stated():
    (date,) = news.read("27 мая 2020 года в 10:00 по московскому времени состоится вебинар «Книга».").dates
    assert (date.start_time, date.time_zone) == ("10:00", "по московскому времени")
    (date,) = news.read("Вебинар «Книга» начнётся 2 марта 2021 года в 11.00 и продлится час.").dates
    assert (date.start_time, date.time_zone) == ("11:00", "")


@pytest.mark.parametrize(
    ("text", "kind", "printed"),
    [
        ("5 мая прошёл межрегиональный круглый стол «Книга».", "round-table", "межрегиональный круглый стол"),
        ("Участники III Всероссийской научно-практической онлайн-конференции «Книга» собрались 5 мая.",
         "scientific-conference", "всероссийская научно-практическая онлайн-конференция"),
        ("5 мая состоялся литературный Интернет – мост «Книга».", "telemost", "литературный интернет-мост"),
        ("5 мая библиотека провела скайп-конференцию «Книга».", "skype-conference", "скайп-конференция"),
        ("Семинар-совещание директоров «Книга» прошло 5 мая.", "meeting", "семинар-совещание"),
        ("5 мая прошёл итоговый круглый стол IX конференции «Чтение и время».", "round-table", "итоговый круглый стол"),
    ],
)  # fmt: skip
def test_kinds_and_how_they_are_printed(text, kind, printed):
    draft = news.read(text)
    assert (draft.kind.value, draft.kind_as_printed.value) == (kind, printed)


def test_the_number_in_the_series():
    assert news.read("5 мая прошла IX конференция «Книга».").ordinal.value == "IX"
    assert news.read("5 мая прошёл вебинар «Книга XXI века».").ordinal.value == ""


@pytest.mark.parametrize(
    ("text", "title", "theme"),
    [
        ("5 мая прошёл вебинар «Книга».", "Книга", ""),
        ("5 мая прошёл вебинар на тему «Книга и чтение».", "", "Книга и чтение"),
        ("5 мая прошёл вебинар под названием «Книга».", "Книга", ""),
        ("5 мая прошла конференция «Книга». Тема года: «Чтение».", "Книга", "Чтение"),
        ("5 мая состоялся семинар библиографов. Его темой стали «Ресурсы».", "", "Ресурсы"),
        ("5 мая в библиотеке «Дружба» прошёл вебинар для всех.", "", ""),
        ("5 мая прошёл вебинар в рамках проекта «Мост».", "", ""),
        ("«Книга» — так назывался вебинар, который прошёл 5 мая.", "Книга", ""),
        ("5 мая прошла конференция Формируя будущее библиотек.", "Формируя будущее библиотек", ""),
        ("5 мая прошёл вебинар Псковской областной библиотеки «Книга и чтение детям».", "Книга и чтение детям", ""),
        ("5 мая прошли конференция и выставка «Книга».", "Книга", ""),
        ("5 мая прошёл вебинар КНИГА И ЧТЕНИЕ.", "КНИГА И ЧТЕНИЕ", ""),
        ("Открыла семинар А. Б. Полозова с консультацией на тему «Годовой план».", "", ""),
        ("5 мая прошёл межрегиональный «круглый стол» по теме «Книга и чтение».", "", "Книга и чтение"),
        ("5 мая прошла встреча-дискуссия «Книга».", "Книга", ""),
        ("5 мая прошла встреча читательских клубов «Книга».", "Книга", ""),
        ('5 мая прошёл вебинар "Книга - детям".', "Книга — детям", ""),
    ],
)
def test_title_and_theme(text, title, theme):
    draft = news.read(text)
    assert (draft.title.value, draft.theme.value) == (title, theme)


def test_a_title_without_quotation_marks_is_doubtful():
    assert news.read("5 мая прошла конференция Формируя будущее библиотек.").title.uncertainty


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Участвовало около 140 специалистов.", (140, "about")),
        ("В конференции приняли участие 97 человек.", (97, "exact")),
        ("Подключились более 20 субъектов РФ.", (20, "more")),
        ("Присутствовало не менее 12 библиотекарей.", (12, "more")),
        ("Слушателями стали 1 200 человек.", (1200, "exact")),
    ],
)
def test_numbers(text, number):
    (found,) = news.read(text).attendance
    assert (found.value, found.precision) == number
    assert found.printed in text


@pytest.mark.parametrize(
    "text", ["5 мая в библиотеке прошла встреча участников.", "Собрано 5 тыс. изданий.", "В 2020 году было людно."]
)
def test_days_years_and_books_are_no_attendance(text):
    assert news.read(text).attendance == []


def test_circumstances():
    draft = news.read(
        "5 мая в преддверии Общероссийского дня библиотек в рамках Года науки на платформе Zoom в очно-дистанционном "
        "формате прошёл вебинар «Книга»."
    )
    assert draft.occasion.value == "в преддверии Общероссийского дня библиотек"
    assert draft.framework.value == "Года науки"
    assert (draft.platform.value, draft.format.value) == ("Zoom", "mixed")


def test_the_place_is_the_room_and_the_venue_the_library():
    draft = news.read("5 мая в «Русском центре» библиотеки им. Н.К. Крупской прошёл вебинар «Книга».")
    assert draft.place.value == "Русский центр"
    assert draft.organisation(draft.venue.value).name == "библиотека им. Н. К. Крупской"


def test_a_city_is_proposed_only_when_named():
    assert news.read("5 мая в библиотеке города Луганска прошёл вебинар «Книга».").city.value == "Луганск"
    assert news.read("5 мая в Ростове-на-Дону прошёл вебинар «Книга».").city.value == "Ростов-на-Дону"
    assert not news.read("5 мая в Псковской областной библиотеке прошёл вебинар «Книга».").city
