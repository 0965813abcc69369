"""What the 34 reports give stands on the pages of their events, as they give it."""

import re

import pytest

from events.models import Conference, Organisation

pytestmark = pytest.mark.usefixtures("archive", "db")


def words(client, address: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(address).text).replace("\xa0", " ").split())


def test_a_role_stands_in_the_plural_above_several_names_and_above_a_group(client):
    page = words(client, Conference.objects.get(slug="obshcherossiiskii-den-bibliotek").get_absolute_url())
    assert "Почётные гости Камынина" in page and "Площадки Центральная" in page
    page = words(
        client, Conference.objects.get(slug="itogi-raboty-bibliotek-v-2020-godu-i-plany-na-2021-god").get_absolute_url()
    )
    assert "Участники директора муниципальных библиотек" in page
    page = words(client, Conference.objects.get(kind__slug="lecture").get_absolute_url())
    assert "При поддержке Министерство" in page and "Слушатели Донецкая" in page


def test_numbers_cities_and_dates_hold_together_at_the_end_of_a_line(client):
    page = client.get(Conference.objects.get(slug="formiruia-budushchee-bibliotek").get_absolute_url()).text
    assert "140\xa0специалистов" in page or "140&nbsp;специалистов" in page
    assert "24\xa0мая\xa02024\xa0года" in page
    assert "35\xa0событий" in client.get("/").text
    assert "Торез\xa0— Донецк" in client.get("/conferences/?year=2023").text


def test_the_format_is_shown_as_printed_beside_the_sites_own_word(client):
    page = words(client, Conference.objects.get(slug="zabveniiu-ne-podlezhit").get_absolute_url())
    assert "смешанный «в очно-дистанционном формате»" in page


def test_a_date_with_a_supplied_year_stands_beside_what_the_source_says(client):
    page = words(client, Conference.objects.get(slug="innovatsii-po-kolu").get_absolute_url())
    assert "год установлен архивистом (дата запису в блозі: 12.03.2013) В источнике: «Сьогодні»" in page


def test_an_organisation_shows_how_its_name_is_printed(client):
    page = words(client, Organisation.objects.get(name__contains="Гончарова").get_absolute_url())
    assert "модельная центральная городская библиотека им. И.А. Гончарова" in page


def test_a_person_of_two_organisations_stands_on_the_page_of_each(client):
    event = words(client, Conference.objects.get(slug="obshcherossiiskii-den-bibliotek-2").get_absolute_url())
    assert "Афанасьев Михаил , президент, РБА" in event and "Афанасьев Михаил , директор, ГПИБ России" in event
    for slug in ("rba", "rossiiskaia-gosudarstvennaia-biblioteka"):
        assert "Дуда Вадим" in words(client, Organisation.objects.get(slug=slug).get_absolute_url())


def test_a_zone_of_the_tz_database_is_shown_as_people_read_it():
    date = Conference.objects.get(slug="zabveniiu-ne-podlezhit").dates.first()
    for zone, shown in (
        ("Europe/Samara", "UTC+4 (Europe/Samara)"),
        ("Asia/Kolkata", "UTC+5:30 (Asia/Kolkata)"),
        ("America/St_Johns", "UTC−3:30 (America/St_Johns)"),
        ("по московскому времени", "по московскому времени"),
        ("", ""),
        ("Nowhere/At_All", "Nowhere/At_All"),
    ):
        date.time_zone, date.start = zone, "2020-01-05"
        assert date.zone_label == shown
