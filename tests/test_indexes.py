"""The indexes: every event under its year and month and under its places, every series; each entry has an address."""

import html
import re

import pytest

from events.models import Conference, Organisation, OrganisationParticipation, OrganisationRole
from events.views import indexes

from .rows import event, row_titles, series

pytestmark = pytest.mark.django_db
INDEXES = ["/indexes/", "/indexes/years/", "/indexes/places/", "/series/"]


def at(name, **place):
    """An event in which an organisation of that place takes part."""
    conference = event(name, size=0)
    organisation = Organisation.objects.create(name=f"{name}: библиотека", **place)
    role = OrganisationRole.objects.get(slug="participant")
    OrganisationParticipation.objects.create(conference=conference, organisation=organisation, role=role)
    return conference


def titles(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return row_titles(response)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_an_empty_archive_has_indexes(client, prefix):
    assert [client.get(prefix + address).status_code for address in INDEXES] == [200] * 4


def test_events_are_found_by_year_and_month(client):
    for name, day in (("А", "2020-06-09"), ("Б", "2020-01-05"), ("В", "2020"), ("Г", "2021-06"), ("Д", ""), ("Е", "")):
        event(name, size=0, day=day)
    event("Черновик", size=0, day="2020-06-10", status="draft")
    event("Черновик другого года", size=0, day="2022-01-01", status="draft")
    rows = client.get("/indexes/years/").context["rows"]
    assert [(row["year"], row["count"], row["months"]) for row in rows] == [
        (2021, 1, {"06": 1}),
        (2020, 3, {"": 1, "01": 1, "06": 1}),
        (None, 2, {"": 2}),
    ]
    assert titles(client, "/indexes/years/2020/") == ["В", "Б", "А"]
    assert titles(client, "/indexes/years/2020/06/") == ["А"]
    assert titles(client, "/indexes/years/unknown/") == ["Д", "Е"]
    text = client.get("/indexes/years/2020/06/").text.replace("\xa0", " ")
    assert "<h1>Июнь 2020</h1>" in text and 'rel="canonical" href="http://testserver/indexes/years/2020/06/"' in text
    assert "<h1>June 2020</h1>" in client.get("/en/indexes/years/2020/06/").text.replace("\xa0", " ")
    for nothing in ("2022/", "2020/02/", "2020/13/", "2020/6/", "0999/", "20200/"):
        assert client.get(f"/indexes/years/{nothing}").status_code == 404, nothing


def test_a_year_is_a_timeline_of_its_months(client):
    for number, day in enumerate(("2020-06-09", "2020-06-11", "2020-12-31", "2019-01-01", "2020")):
        event(f"Чтения {number}", size=0, day=day)
    page = client.get("/indexes/years/")
    this, _last = page.context["rows"]
    counts = [month.count for month in this["timeline"]]
    assert counts == [0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 1]
    assert page.text.count("<li>") >= 24 and 'height="50%"' in page.text and 'height="100%"' in page.text
    words = page.text.replace("\xa0", " ")
    assert "Июнь — 2 события" in words and "месяц не указан: 1 событие" in words
    assert 'href="/indexes/years/2020/06/"' in words and 'href="/indexes/years/2020/05/"' not in words
    assert "June — 2 events" in client.get("/en/indexes/years/").text.replace("\xa0", " ")


def test_the_months_of_a_year_add_up_to_the_list_of_events(client):
    for number, day in enumerate(("2020-06-09", "2020-06", "2020-12-31", "2020")):
        event(f"Чтения {number}", size=0, day=day)
    (row,) = client.get("/indexes/years/").context["rows"]
    assert row["count"] == client.get("/conferences/?year=2020").context["paginator"].count == 4
    for month, count in row["months"].items():
        if month:
            assert client.get(f"/indexes/years/2020/{month}/").context["paginator"].count == count


def test_events_are_found_by_region_and_town(client):
    at("А", region="Омская область", city="Омск")
    at("Б", region="Омская область", city="Тара")
    at("В", region="Омская область")
    at("Г", city="Омск")
    at("Д", city="Уфа")
    at("Е", country="Молдавия", city="Бельцы")
    event("Ж", size=0, city="Омск")
    department = Organisation.objects.create(name="Отдел", parent=Organisation.objects.get(name="Б: библиотека"))
    event("З", size=0, venue=department)
    Conference.objects.filter(pk=at("Черновик", region="Тайная область").pk).update(status="draft")
    response = client.get("/indexes/places/")
    assert [(region, dict(towns.entries)) for region, towns in response.context["regions"]] == [
        ("Молдавия", {"Бельцы": 1}),
        ("Омская область", {"Омск": 2, "Тара": 1, "": 1}),
        ("", {"Уфа": 1}),
    ]
    assert "Тайная" not in response.text
    assert set(titles(client, "/indexes/places/?region=Омская область")) == set("АБВГЖЗ")
    assert set(titles(client, "/indexes/places/?region=Омская область&city=Омск")) == set("АГЖ")
    assert set(titles(client, "/indexes/places/?region=Омская область&city=Тара")) == set("БЗ")
    assert titles(client, "/indexes/places/?city=Уфа") == ["Д"]
    town = client.get("/indexes/places/?region=Омская область&city=Тара&utm=1").text
    canonical = "?region=%D0%9E%D0%BC%D1%81%D0%BA%D0%B0%D1%8F+%D0%BE%D0%B1%D0%BB%D0%B0%D1%81%D1%82%D1%8C&amp;city="
    assert f'rel="canonical" href="http://testserver/indexes/places/{canonical}' in town
    for nothing in ("region=Тайная область", "city=Омск", "region=Омская область&city=Уфа", "region=%00", "city=%FF"):
        assert client.get(f"/indexes/places/?{nothing}").status_code in (400, 404), nothing


def test_a_town_abroad_stands_once_whether_its_libraries_or_its_events_name_it(client):
    """An event in it stood under “region not stated” with none of its libraries."""
    at("А", country="Молдавия", city="Бельцы")
    at("Б", city="Бельцы")
    event("В", size=0, city="Бельцы")
    event("Черновик", size=0, city="Бельцы", status="draft")
    (row,) = client.get("/indexes/places/").context["regions"]
    assert row[0] == "Молдавия" and row[1].entries == [("Бельцы", 2)]
    assert set(titles(client, "/indexes/places/?region=Молдавия&city=Бельцы")) == set("АБВ")
    assert set(titles(client, "/indexes/places/?region=Молдавия")) == set("АБВ")


def test_organisations_whose_town_is_not_stated_have_an_address(client):
    at("А", region="Омская область")
    at("Б", region="Омская область", city="Омск")
    at("В")
    Conference.objects.filter(pk=at("Черновик", region="Омская область").pk).update(status="draft")
    index = client.get("/indexes/places/").text
    links = [html.unescape(one) for one in re.findall(r'href="([^"]+)">город не указан', index)]
    assert len(links) == 2
    found = [client.get(one) for one in links]
    assert [[one.name for one in page.context["object_list"]] for page in found] == [
        ["А: библиотека"],
        ["В: библиотека"],
    ]
    assert 'Организации: <span lang="ru">Омская область</span>, город не указан' in found[0].text
    assert "<h1>Организации: город не указан" in found[1].text
    assert 'rel="canonical" href="http://testserver/indexes/places/organisations/?city="' in found[1].text


def test_series_are_listed_with_the_number_of_their_events(client):
    series("Вымышленные чтения", 2)
    event("Черновик", size=0, status="draft", series=series("Тайные чтения", 0))
    response = client.get("/series/")
    assert [(one.name, one.count) for one in response.context["object_list"]] == [("Вымышленные чтения", 2)]
    assert "2 события" in response.text.replace("\xa0", " ")


def test_indexes_cost_the_same_at_one_and_at_many(queries_of):
    series("Чтения")
    places = "/indexes/places/?city=Чтения 1град 1"
    addresses = [*INDEXES, "/indexes/years/2020/", "/indexes/years/2020/06/", places]
    queries_of("/")
    one = {address: queries_of(address) for address in addresses}
    for number in range(5):
        event(f"Ещё {number}", series=series(f"Цикл {number}", 0), city="Чтения 1град 1")
    assert {address: queries_of(address) for address in addresses} == one
    assert max(one.values()) <= 10, one


def test_search_engines_are_told_the_indexes(client):
    event()
    assert "/indexes/places/" in client.get("/sitemap-pages.xml").text
    assert "<loc>http://testserver/en/indexes/years/2020/</loc>" in client.get("/sitemap-years.xml").text


def test_towns_stand_on_a_map_and_those_whose_place_is_not_known_in_the_list_alone(client):
    at("А", region="Омская область", city="Омск")
    at("Б", region="Омская область", city="Омск")
    at("В", region="Ульяновская область", city="Ульяновск")
    at("Г", region="Кировская область", city="Киров")
    at("Д", region="Калужская область", city="Киров")  # a namesake
    at("Е", region="Вымышленный край", city="Выдумск")
    Conference.objects.filter(pk=at("Черновик", region="Томская область", city="Томск").pk).update(status="draft")
    page = client.get("/indexes/places/")
    drawn = page.context["map"]
    assert [(one.region[:4], one.city, one.count) for one in drawn.points] == [
        ("Киро", "Киров", 1),
        ("Омск", "Омск", 2),
        ("Улья", "Ульяновск", 1),
    ]
    assert drawn.total == 5 and "На карте 3 из 5 городов" in page.text
    places = {one.city: one for one in drawn.points}
    assert places["Ульяновск"].x < places["Омск"].x and places["Омск"].radius > places["Ульяновск"].radius
    svg = page.text[page.text.index("<svg viewBox") : page.text.index("</svg>", page.text.index("<svg viewBox"))]
    assert "Выдумск" in page.text and "Выдумск" not in svg and "Томск" not in page.text
    assert '<title id="map-title">' in svg and svg.count("<a href=") == 3 and "http" not in svg
    link = svg.split('<a href="')[1].split('"')[0].replace("&amp;", "&")
    assert client.get(f"/indexes/places/{link}").status_code == 200


def test_an_archive_without_known_places_has_no_map(client):
    at("Е", region="Вымышленный край", city="Выдумск")
    assert "<svg viewBox" not in client.get("/indexes/places/").text.split("<main")[1]


def test_a_region_of_very_many_towns_and_libraries_leads_to_the_whole_lists(client, monkeypatch):
    monkeypatch.setattr(indexes, "FIRST", 2)
    for number in range(3):
        at(f"Село {number}", region="Вымышленный край", city=f"Село {number}")
        at(f"Хутор {number}", region="Вымышленный край")
        at(f"Город {number}", city=f"Город {number}")
    Conference.objects.filter(pk=at("Черновик", region="Вымышленный край", city="Тайноград").pk).update(status="draft")
    region = "?region=Вымышленный край"
    index, page = client.get("/indexes/places/"), client.get(f"/indexes/places/{region}")
    for first in (dict(index.context["regions"])["Вымышленный край"], page.context["towns"]):
        assert [city for city, _count in first.entries] == ["Село 0", "Село 1"]
    assert all('href="/indexes/places/towns/?region=%D0%92' in one.text for one in (index, page))
    assert "/indexes/places/organisations/?region=%D0%92" in page.text
    assert 'href="/indexes/places/towns/"' in index.text
    towns = client.get(f"/indexes/places/towns/{region}")
    assert list(towns.context["object_list"]) == [(f"Село {number}", 1) for number in range(3)]
    assert "Тайноград" not in towns.text and "<h1>Города" in towns.text
    organisations = client.get(f"/indexes/places/organisations/{region}")
    assert organisations.context["paginator"].count == 6 and "Хутор 2: библиотека" in organisations.text
    town = client.get(f"/indexes/places/organisations/{region}&city=Село 2")
    assert [one.name for one in town.context["object_list"]] == ["Село 2: библиотека"]
    assert "Город 2" in client.get("/indexes/places/towns/").text
    assert "Towns" in client.get(f"/en/indexes/places/towns/{region}").text
    for nothing in ("towns/?region=Нет", "organisations/", "organisations/?city=Нет", "towns/?city=Город 1", "x/"):
        assert client.get(f"/indexes/places/{nothing}").status_code == 404, nothing
