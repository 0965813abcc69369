"""How a reader wants pages to look: kept in one short cookie, put into stored pages on answering."""

import gzip

import pytest

from events.look import COOKIE, VALUES, Look

from .rows import event

pytestmark = pytest.mark.django_db
LARGE = "5bwys"


def html_tag(response) -> str:
    content = response.content
    if response.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    return content[content.index(b"<html") :].partition(b">")[0].decode()


def test_the_version_for_the_visually_impaired_is_first_on_every_page(client):
    page = client.get("/conferences/?year=2020").text
    first = page[page.index("<header") :].partition("<a ")[2].partition("</a>")[0]
    assert "Версия для слабовидящих" in first and "/look/?next=/conferences/%3Fyear%3D2020" in first


def test_the_page_of_settings_leads_to_itself_at_one_address(client):
    """A crawler that followed it met an ever longer address within the address."""
    page = client.get("/look/?next=/conferences/%3Fyear%3D2020").text
    assert 'href="/look/?next=/conferences/%3Fyear%3D2020"' in page
    assert "look/%3Fnext" not in page


def test_the_page_of_settings_has_the_header_of_every_page(client):
    """Its button “Large” made the search form of the header a large one."""
    header, home = (client.get(path).text.partition("</header>")[0] for path in ("/look/", "/about/"))
    assert 'class="search"' in header and 'class="search"' in home


def test_settings_are_chosen_one_by_one_and_lead_back(client):
    response = client.get("/look/?size=2&next=/conferences/%3Fyear%3D2020")
    assert response.status_code == 302 and response.url == "/conferences/?year=2020"
    client.get("/look/?scheme=w&pictures=n&next=/")
    cookie = client.cookies[COOKIE].value
    assert cookie == "2wnns" and len(cookie) <= 8
    assert html_tag(client.get("/")).endswith(' data-size="200" data-scheme="white-on-black" data-pictures="off"')
    assert client.get("/look/").text.count("checked") == len(VALUES)
    client.get("/look/?size=1&scheme=n&pictures=y&theme=d")
    assert html_tag(client.get("/")) == '<html lang="ru" data-theme="dark"'
    client.get("/look/?theme=s")
    assert html_tag(client.get("/")) == '<html lang="ru"'


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "x"])
def test_nobody_is_led_to_another_site(client, back):
    assert client.get("/look/", {"size": "5", "next": back}).url == "/"


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_page_is_stored_once_for_all_readers(client, encoding):
    address = event().get_absolute_url()
    headers = {"accept-encoding": encoding}
    plain = client.get(address, headers=headers)
    client.cookies[COOKIE] = LARGE
    large = client.get(address, headers=headers)
    assert html_tag(large).endswith(' data-size="150" data-scheme="black-on-white" data-spacing="wide"')
    assert large["ETag"] != plain["ETag"] and int(large["Content-Length"]) == len(large.content)
    assert client.get(address, headers={"if-none-match": plain["ETag"]}).status_code == 200
    assert client.get(address, headers={"if-none-match": large["ETag"]}).status_code == 304
    del client.cookies[COOKIE]
    assert html_tag(client.get(address, headers=headers)) == '<html lang="ru"'


@pytest.mark.parametrize("value", ["", "5", '"><script>', "5bwysx", "zzzzz", "ЖЖЖЖЖ"])
def test_a_cookie_that_says_nothing_known_changes_nothing(value):
    assert Look.of(value).attributes() == ""


def test_pages_that_are_not_stored_have_the_settings_too(client):
    client.cookies[COOKIE] = LARGE
    for address in ("/search/?q=", "/nothing/", "/accessibility/", "/look/"):
        assert 'data-size="150"' in html_tag(client.get(address)), address


def test_the_page_on_accessibility_names_its_standards(client):
    page = client.get("/accessibility/").text.replace("\xa0", " ")
    assert "ГОСТ Р 52872-2019" in page and "Постановлению № 102" in page and "Не проверено" in page
