"""The JSON API: what the site shows, for programs; every filter, page and mistake answers as described."""

import ipaddress
import re
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.test import Client

from events.models import Conference, Organisation, Series, Speaker, Talk

from .conftest import ROOT
from .rows import event

pytestmark = pytest.mark.django_db
MODELS = {
    "conferences": Conference,
    "talks": Talk,
    "speakers": Speaker,
    "organisations": Organisation,
    "series": Series,
}


def get(client, address, status=200):
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (status, "application/json")
    assert response["Access-Control-Allow-Origin"] == "*"
    return response.json()


def test_every_public_record_is_there_with_what_is_known_and_no_draft_is(client):
    conference = event("Чтения", series=Series.objects.create(name="Цикл"))
    for status in ("draft", "ready", "withdrawn"):
        event(f"Тайное {status}", status=status, series=Series.objects.create(name=f"Тайное: {status}"))
    for kind, model in MODELS.items():
        found = get(client, f"/api/v1/{kind}/")["records"]
        assert {one["uid"] for one in found} == {str(one.uid) for one in model.objects.published()}
        for hidden in model.objects.exclude(pk__in=model.objects.published()):
            get(client, f"/api/v1/{kind}/{hidden.uid}/", 404)
        assert get(client, f"/api/v1/{kind}/{found[0]['uid']}/") == found[0]
    whole = get(client, f"/api/v1/conferences/{conference.uid}/")
    assert whole["dates"] == [{"start": "2020-06-09"}]
    assert whole["parts"][0]["people"][0]["person"]["name"] == "Чтенияев 1 А. Б."
    assert "place" not in whole and "note" not in whole
    assert "Тайн" not in str(get(client, "/api/v1/search/?q=тайное"))


def test_filters_are_those_of_the_site(client):
    event("Чтения 2020")
    event("Чтения 2021", day="2021-06-09")
    for query in ("year=2020", "topic=chteniia-2020-tema-1", "organisation=chteniia-2020-biblioteka-1"):
        (found,) = get(client, f"/api/v1/conferences/?{query}")["records"]
        assert found["title"] == "Чтения 2020"
        assert len(client.get(f"/conferences/?{query}").context["object_list"]) == 1
    assert get(client, "/api/v1/conferences/?year=1066")["records"] == []


def test_pages_go_on_behind_the_last_record_however_many_come_meanwhile(client):
    titles = [f"Чтения {number}" for number in range(5)]
    for title in titles:
        event(title, size=0)
    seen, address = [], "/api/v1/conferences/?limit=2"
    while address:
        page = get(client, address)
        seen += [one["title"] for one in page["records"]]
        address = page.get("next", "").removeprefix("http://testserver")
        event(f"Новые {len(seen)}", size=0)
    assert seen == titles[::-1]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("conferences/?limit=0", 400),
        ("conferences/?limit=٣", 400),
        ("conferences/?after=x", 400),
        ("conferences/?after=", 400),
        ("conferences/?q=%00", 400),
        ("conferences/0/", 404),
        ("nonsense/", 404),
        ("search/?sort=null", 400),
        ("search/?exact=0", 400),
        ("search/?page=", 400),
        ("conferences/?after=00000000-0000-0000-0000-000000000000", 400),
        ("conferences/?colour=red", 400),
        ("talks/?year=2020", 400),
        ("conferences/?year=x", 404),
        ("search/?q=чтения&page=99", 404),
        ("search/?page=x", 404),
    ],
)
def test_a_mistake_is_named_as_json(client, address, status):
    assert get(client, f"/api/v1/{address}", status)["error"]


def test_the_search_is_that_of_the_site_with_its_facets(client):
    event("Вымышленные чтения")
    found = get(client, "/api/v1/search/?q=вымышленных чтений&record=conference")
    assert [hit["title"] for hit in found["hits"]] == ["Вымышленные чтения"]
    assert found["facets"]["year"] == {"2020": 1}
    assert get(client, "/api/v1/search/?q=ничегоподобного")["hits"] == []


def test_nothing_can_be_written():
    response = Client(enforce_csrf_checks=True).post("/api/v1/conferences/", {})
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


def test_an_unchanged_answer_is_304(client, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    conference = event("Чтения", size=0)
    address = "/api/v1/conferences/"
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    conference.title = "Другие"
    conference.save()
    assert client.get(address, headers={"If-None-Match": tag}).json()["records"][0]["title"] == "Другие"


def test_the_description_names_every_address_and_parameter_and_each_answers(client):
    conference = event("Чтения", series=Series.objects.create(name="Цикл"))
    root = get(client, "/api/v1/")
    description = get(client, root["description"].removeprefix("http://testserver"))
    assert description["openapi"] == "3.1.0"
    records = {kind: model.objects.published().first() for kind, model in MODELS.items()}
    for path, operation in description["paths"].items():
        kind = path.split("/")[1]
        own = path.replace("{uid}", str(records[kind].uid)) if kind in records else path
        found = get(client, f"/api/v1{own}")
        schema = operation["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].split("/")[-1]
        assert set(description["components"]["schemas"][schema]["required"]) - {"facets"} <= found.keys()
        names = {one["name"] for one in operation["get"]["parameters"] if one["in"] == "query"}
        values = {
            "year": "2020",
            "kind": "webinar",
            "limit": "1",
            "page": "1",
            "after": str(records.get(kind, conference).uid),
        }
        for name in names & values.keys():
            get(client, f"/api/v1{own}?{name}={values[name]}")
    assert re.fullmatch(r"http://testserver/api/v1/", description["servers"][0]["url"])


EXAMPLES = re.findall(r"^GET (.+?)(?: → (\d+))?$", (ROOT / "docs" / "api.md").read_text(), re.MULTILINE)


def test_every_example_of_the_documentation_answers_as_it_says(client):
    conference = event("Чтения")
    assert len(EXAMPLES) > 12
    for address, status in EXAMPLES:
        address = quote(address.replace("{uid}", str(conference.uid)), safe="/?=&-")
        found = get(client, address, int(status or 200))
        if not status and "records" in found and "series" not in address:
            assert found["records"], address
        if "/search/" in address and "-" not in address:
            assert found["hits"], address


@pytest.fixture
def in_memory(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    yield
    cache.clear()


def test_so_many_requests_a_minute_and_client_stored_answers_included(client, settings, in_memory):
    settings.API_RATE = 3
    answers = [client.get("/api/v1/", REMOTE_ADDR="192.0.2.1") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert [one["RateLimit-Remaining"] for one in answers] == ["2", "1", "0", "0"]
    assert answers[3].json()["error"] and 0 < int(answers[3]["Retry-After"]) <= 60
    assert {one["Access-Control-Allow-Origin"] for one in answers} == {"*"}
    assert "RateLimit-Remaining" in answers[0]["Access-Control-Expose-Headers"]
    assert client.get("/api/v1/", REMOTE_ADDR="192.0.2.2")["RateLimit-Remaining"] == "2"
    assert client.get("/conferences/", REMOTE_ADDR="192.0.2.1").status_code == 200
    settings.API_RATE = 0
    assert client.get("/api/v1/", REMOTE_ADDR="192.0.2.1").status_code == 200


def test_the_client_is_who_stands_before_a_trusted_proxy(client, settings, in_memory):
    settings.API_RATE, settings.TRUSTED_PROXIES = 1, [ipaddress.ip_network("127.0.0.1/32")]
    direct = {"REMOTE_ADDR": "198.51.100.7", "HTTP_X_FORWARDED_FOR": "192.0.2.1"}
    assert client.get("/api/v1/", **direct).status_code == 200
    assert client.get("/api/v1/", **{**direct, "HTTP_X_FORWARDED_FOR": "192.0.2.9"}).status_code == 429
    proxy = {"REMOTE_ADDR": "127.0.0.1"}
    for number in (1, 2):
        assert client.get("/api/v1/", **proxy, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}").status_code == 200


def test_a_page_of_another_site_may_ask_whether_anything_changed(client):
    response = client.options("/api/v1/conferences/", HTTP_ORIGIN="https://other.example")
    assert response.status_code == 204
    assert response["Access-Control-Allow-Origin"] == "*" and "GET" in response["Access-Control-Allow-Methods"]
    assert response["Access-Control-Allow-Headers"] == "If-None-Match"
