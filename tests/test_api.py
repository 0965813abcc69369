"""The JSON API: what the site shows, for programs; every filter, page and mistake answers as described."""

import re

import pytest

from events.models import Conference, Organisation, Series, Speaker, Talk

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


def test_nothing_can_be_written(client):
    response = client.post("/api/v1/conferences/", {})
    assert (response.status_code, response["Allow"]) in ((405, "GET, HEAD"), (403, None))


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
