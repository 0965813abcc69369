"""Headers, cookies and hosts of every answer, and addresses that nobody should be able to break the site with."""

import functools
import random
import re
import uuid
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from events import players
from events.export import formats
from events.models import Conference, CuratedCollection, Organisation, Recording, Series, Speaker, Talk, Topic
from events.views.relations import RELATIONS

from .sampling import sample

pytestmark = pytest.mark.usefixtures("archive", "db")

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# A page, its English, a page that moved, nothing, the admin before and after login, a style, a refused form.
ANSWERS = [
    ("/", 200),
    ("/en/", 200),
    ("/about", 301),
    ("/nothing-here/", 404),
    ("/conferences/?page=99", 404),
    ("/admin/login/", 200),
    ("/admin/", 302),
    ("/static/admin/css/base.css", 200),
    ("/robots.txt", 200),
]


def policy(response) -> dict[str, set[str]]:
    directives = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: set(values) for name, *values in directives}


@pytest.mark.parametrize(("address", "status"), ANSWERS)
def test_every_answer_is_guarded(client, address, status):
    response = client.get(address)
    assert response.status_code == status
    assert {name: response[name] for name in HEADERS} == HEADERS
    assert_strict(policy(response))


def assert_strict(directives: dict[str, set[str]]) -> None:
    assert directives["default-src"] == {"'none'"} == directives["frame-ancestors"] == directives["base-uri"]
    assert directives["form-action"] == {"'self'"}
    # Other sites’ players are framed after a click, and only those of PLAYER_HOSTS.
    assert directives["frame-src"] == set(players.origins(settings.PLAYER_HOSTS))
    allowed = set().union(*(values for name, values in directives.items() if name != "frame-src"))
    assert allowed <= {"'self'", "'none'", "data:"}, "no unsafe-*, no other host"
    assert "data:" not in directives["script-src"]


def test_the_admin_is_guarded_too(staff_client):
    models = [model._meta for model in admin.site._registry]
    lists = [reverse(f"admin:{model.app_label}_{model.model_name}_changelist") for model in models]
    for address in ["/admin/", *lists, *(f"{address}add/" for address in lists)]:
        response = staff_client.get(address)
        assert response.status_code in (200, 403)  # nobody adds to the history by hand
        assert_strict(policy(response))
        if response.status_code == 200:
            # What staff see stays out of shared caches.
            assert "no-cache" in response["Cache-Control"] or "private" in response["Cache-Control"]


def test_a_crash_is_guarded_and_says_nothing_of_itself(client, monkeypatch):
    def crash(self, **kwargs):
        raise RuntimeError("secret detail")

    # Not the query: whoever asked for the page before has had its SQL composed already.
    monkeypatch.setattr("events.views.conferences.ConferenceList.get_context_data", crash)
    client.raise_request_exception = False
    response = client.get("/conferences/")
    assert response.status_code == 500
    assert_strict(policy(response))
    assert "secret detail" not in response.text and "Traceback" not in response.text


@pytest.mark.parametrize("address", ["/?q=a%00b", "/talks/%00/", "/admin/events/conference/?slug__contains=%00"])
def test_a_nul_is_a_bad_request(staff_client, address):
    response = staff_client.get(address)
    assert response.status_code == 400
    assert_strict(policy(response))


def test_another_host_is_refused(client):
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.text
    assert_strict(policy(response))


def test_a_form_from_elsewhere_is_refused():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/admin/login/", {"username": "a", "password": "b"})
    assert response.status_code == 403
    assert_strict(policy(response))


def test_cookies_of_staff_are_out_of_reach_of_scripts(client, staff):
    staff.set_password("a long fictitious password")
    staff.save()
    client.post("/admin/login/", {"username": staff.username, "password": "a long fictitious password"})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


def test_a_visitor_gets_no_cookie(client):
    for address in ("/", "/conferences/", "/search/?q=книга", "/about/"):
        assert not client.get(address).cookies, address


def test_login_leads_nowhere_else(client, staff):
    staff.set_password("a long fictitious password")
    staff.save()
    form = {"username": staff.username, "password": "a long fictitious password"}
    response = client.post("/admin/login/?next=https://evil.example/", form)
    assert response["Location"] == "/admin/" or "evil.example" not in response["Location"]


# Odd addresses: 200, a redirect, 400, 404 or 410; never a crash.

NUMBERS = ["0", "-1", "1", "2", "00", "+1", "1.5", "1e9", "99999999999", "9" * 30, "9" * 5000, "٣", "NaN", "2020-06"]
WORDS = [
    "",
    " ",
    "%00",
    "a%00b",
    "%ff",
    "%c3%28",
    "%ed%a0%80",
    "%E2%80%AE" + quote("абв"),
    quote("👩‍💻🏳️‍🌈"),
    quote("Ё" * 500),
    quote("'; DROP TABLE events_conference; --"),
    quote('" OR ""="'),
    quote('NEAR(a b, 5) AND "x* ^ : {title}'),
    quote("a & | ! <-> :* ( )"),
    quote("<script>alert(1)</script>"),
    quote("%s%n{0}{{7*7}}"),
    quote("../../etc/passwd"),
    quote("\r\nSet-Cookie: a=b"),
    "&".join(["a=b"] * 200),
    quote("noise & ~ " * 800),
]
VALUES = [*NUMBERS, *WORDS]
ARGUMENTS = ["year", "kind", "organisation", "topic", "has", "page", "q", "sort", "letter", "place", "unheard-of"]
ARGUMENTS_OF_LISTS = ("q", "p", "o", "id__exact", "slug__contains")  # of the admin
# What addresses for machines and recordings take besides; each is tried alone, since an unknown name is an error there.
MACHINES = {
    "/api/v1/conferences/": ["year", "kind", "organisation", "after", "limit"],
    "/api/v1/search/": ["q", "sort", "exact", "page", "year", "kind"],
    "/oai?verb=ListRecords&metadataPrefix=oai_dc": ["from", "until", "set"],
    "/oai?verb=ListIdentifiers": ["resumptionToken", "metadataPrefix"],
    "/oai?verb=GetRecord&metadataPrefix=marc21": ["identifier"],
    "/oai": ["verb"],
    "/look/": ["next", "size", "scheme", "theme"],
    "/conferences/export/bibtex/": ["year", "kind", "has"],
    "/search/export/csl-json/": ["q", "sort"],
    "/conferences/export/atom/": ["year"],
    "/search/suggest/opensearch/": ["q"],
    "/reports/?year=2020": ["organisation", "speaker", "series", "region", "role", "from", "to"],
    "/reports/export/csv/?topic=x": ["from", "state", "quarter"],
    "/collection/": ["r", "title", "q"],
    "/collection/export/ris/": ["r"],
    "/similar/": ["q", "talk", "conference", "region", "kind", "year"],
}
# Files of another kind than those of a record.
FILES = {"reports": "csv", "collection": "ris"}


# A part of an address that is written as a regular expression: «(?P<month>0[1-9]|1[0-2])».
NAMED_GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")


def routes(resolver=None, prefix: str = "") -> list[str]:
    """The patterns of all public addresses: «conferences/<slug:slug>/»."""
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + NAMED_GROUP.sub(r"<\1>", str(pattern.pattern)).strip("^$")
        if isinstance(pattern, URLResolver):
            found += routes(pattern, route) if getattr(pattern, "app_name", "") != "admin" else []
        else:
            found.append(route)
    return found


PARTS = re.compile(r"<(?:\w+:)?(\w+)>")


def models() -> dict[str, type]:
    return {
        "conferences": Conference,
        "talks": Talk,
        "recordings": Recording,
        "embed": Recording,
        "id": Talk,
        "speakers": Speaker,
        "organisations": Organisation,
        "topics": Topic,
        "series": Series,
        "collections": CuratedCollection,
    }


@pytest.fixture(autouse=True)
def collection(archive, db) -> None:
    """A published list, which the reports that the archive opens with have not."""
    event = Conference.objects.published().first()
    CuratedCollection.objects.create(
        title="Придуманный список", introduction="Зачем он.", records=str(event.uid), is_shown=True
    )


def addresses() -> list[str]:
    """Every route, with what names something that exists in the archive."""
    return [filled(route, number) for number, route in enumerate(routes())]


def related(route: str) -> dict[str, str]:
    """For a page of related records: a record that has some, and the first of them."""
    for relation in RELATIONS:
        if f"{relation.kind}s/<slug:slug>/{relation.name}/" in route:
            for record in relation.model.objects.published():
                for other in relation.related(record, limit=1):
                    return {"slug": record.slug, "other": other.slug}
    return {}


@functools.cache
def filled(route: str, number: int) -> str:
    model = models().get(route.removeprefix("api/v1/").split("/")[0], Conference)
    thing = model.objects.published().first()
    names = list(formats.FORMATS)
    values = {
        "slug": getattr(thing, "slug", None) or getattr(thing, "uid", "x"),
        "uid": getattr(thing, "uid", uuid.UUID(int=1)),
        "name": FILES.get(route.split("/")[0], names[number % len(names)]),
        "kind": "conference",
        "section": "talks",
        "what": "towns",
        "path": "x.jpg",
        "year": 2020,
        "month": "06",
        **related(route),
    }
    return "/" + PARTS.sub(lambda part: str(values[part[1]]), route)


def assert_survives(client, address: str) -> None:
    response = client.get(address)
    assert response.status_code < 500, address[:300]
    assert "Set-Cookie: a=b" not in str(response.headers)


def test_routes_are_found():
    assert {"", "conferences/", "conferences/<slug:slug>/", "search/"} <= set(routes())


def test_what_is_tried_exists(client):
    """Odd addresses beside one that answers 404 anyway would prove nothing."""
    missing = {address for address in addresses() if client.get(address).status_code >= 400}
    # No file, no photo, no contact, nothing chosen, no recording named; nobody wrote down what is said in those of the
    # reports.
    others = {address for address in missing if not address.endswith((".vtt", ".txt"))}
    assert {address.split("/")[1] for address in others} == {"media", "photos", "reports", "collection", "oembed"}
    assert len(others) == 5 and len(missing) == 8


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value[:20])
def test_odd_arguments(client, value):
    number = VALUES.index(value)
    for address in sample(addresses(), 10, number):
        assert_survives(client, f"{address}?{'&'.join(f'{name}={value}&{name}=2' for name in ARGUMENTS)}")
    lists = ("/conferences/", "/search/", "/speakers/", "/search/suggest/")
    alone = [f"{address}?{name}=" for address in lists for name in ARGUMENTS]
    for address in sample(alone, 10, number):
        assert_survives(client, f"{address}{value}")
    for address, names in MACHINES.items():
        for name in sample(names, 3, number):
            assert_survives(client, f"{address}{'&' if '?' in address else '?'}{name}={value}")
    recording = filled("recordings/<uuid:uid>/", 0)
    assert_survives(client, f"{recording}?t={value}")


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value[:20])
def test_odd_paths(client, value):
    for route in sample(routes(), 10, VALUES.index(value)):
        assert_survives(client, "/" + PARTS.sub(lambda part: value, route))


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value[:20])
def test_odd_addresses_of_the_admin(staff_client, value):
    lists = [f"{model}/?{name}" for model in ("conference", "speaker") for name in ARGUMENTS_OF_LISTS]
    for address in sample(lists, 3, VALUES.index(value)):
        assert_survives(staff_client, f"/admin/events/{address}={value}")
    for model in ("conference", "speaker"):
        assert_survives(staff_client, f"/admin/events/{model}/{value.split('&')[0]}/change/")


@pytest.mark.parametrize("seed", sample(range(300), 10))
def test_addresses_made_by_chance(client, seed):
    chance = random.Random(seed)
    pieces = [*VALUES, "conferences", "search", "talks", "ru", "en", "%2F", "//", "?", "=", ";", "#", "%25"]
    path = chance.choice(addresses()) if chance.random() < 0.7 else "/" + "/".join(chance.choices(pieces, k=3))
    names = [*ARGUMENTS, *chance.sample(pieces, 3)]
    query = "&".join(
        f"{chance.choice(names)}={''.join(chance.choices(pieces, k=2))}" for _ in range(chance.randint(0, 6))
    )
    assert_survives(client, f"{path}?{query}")
