"""Safe to print: whatever stands in the database, no page has a link that is not http(s) or mailto."""

import re
from html import unescape

import pytest
from django.db import models
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from events.links.http_probe import web_address
from events.models import Conference, LinkCheck, Material, Organisation, Recording, Source, Talk, aggregates

from .conftest import ROOT
from .rows import event

HOSTILE = ["javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
           "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)", "//evil.example/", "file:///etc/passwd",
           "ftp://example.org/", "\x01javascript:alert(1)", "https:alert(1)"]  # fmt: skip


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_not_printed(url):
    assert web_address(url) == "#"


@pytest.mark.parametrize(
    "url",
    ["", "https://example.org/a?b=c#d", "HTTP://example.org", "mailto:a@example.org", "https://пример.рф/страница"],
)
def test_an_honest_address_is(url):
    assert web_address(url) == url


def stored_urls() -> set[str]:
    """Names of the fields in which addresses of other sites are stored."""
    found = {
        field.name
        for model in [*aggregates.archive_models(), LinkCheck]
        for field in model._meta.concrete_fields
        if isinstance(field, models.URLField)
    }
    assert {"url", "website"} <= found
    return found


FILES = r"(?:file|image|photo|captions)\."


def unguarded(html: str) -> list[str]:
    """Attributes of a template that lead to a stored address without the filter."""
    attributes = re.findall(r'\b(?:href|src|action|srcset|poster)="((?:\{[{%].*?[%}]\}|[^"{])*)"', html)
    stored = re.compile(rf"\b(?!{FILES})\w+\.({'|'.join(stored_urls())})\b(?!\|web_address)")
    return [value for value in attributes if stored.search(re.sub(rf"{FILES}url", "", value))]


def test_the_search_for_unguarded_addresses_finds_them():
    for html in (
        '<a href="{{ source.url }}">',
        '<a href="{% firstof a.url|urlize b.file.url %}">',
        '<img src="{{ o.website }}">',
    ):
        assert unguarded(html), html
    assert not unguarded('<a href="{% firstof a.url|web_address a.file.url %}"><img src="{{ photo.image.url }}">')


@pytest.mark.parametrize("template", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_template_links_to_a_stored_address_without_the_filter(template):
    assert unguarded(template.read_text()) == []


def links(html: str) -> list[str]:
    return [unescape(value) for value in re.findall(r'(?:href|src|action)\s*=\s*["\']([^"\']*)', html)]


def hostile(html: str) -> list[str]:
    return [
        link for link in links(html) if re.match(r"[\x00-\x20]*(?:j\s*a\s*v\s*a|data:|vbscript|file:|ftp:)", link, re.I)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("url", HOSTILE[:7])
def test_what_came_past_the_forms_is_no_link_on_any_page(client, staff_client, url):
    conference = event()
    for model in (Recording, Material, Source):
        QuerySet(model).update(url=url)
    QuerySet(Organisation).update(website=url)
    check = LinkCheck.objects.create(url=url, checked=timezone.now())
    talk, organisation = Talk.objects.get(), Organisation.objects.filter(parent=None).get()
    QuerySet(Material).filter(talk=talk).update(url=url)
    for record in (conference, talk, organisation):
        response = client.get(record.get_absolute_url())
        assert response.status_code == 200
        assert hostile(response.text) == [], record
    assert '"#"' in client.get(conference.get_absolute_url()).text
    for record in (Conference.objects.get(), organisation, check):
        response = staff_client.get(reverse(f"admin:events_{record._meta.model_name}_change", args=[record.pk]))
        assert response.status_code == 200
        assert hostile(response.text) == [], record
