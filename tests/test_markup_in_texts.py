"""Markup in any text of the archive is text on every page, of visitors and of staff, whatever stands around it."""

import re
from collections.abc import Iterator

import lxml.html
import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from events import revisions
from events.models import Conference, CuratedCollection, ReaderReport, Speaker, aggregates
from events.models.fields import NormalizedField, PartialDateField

from .conftest import rolled_back
from .rows import event
from .sampling import sample

pytestmark = pytest.mark.django_db
# Ends an attribute, a script, a field, a comment; begins an element and an attribute that no page has.
MARKUP = "'\" on-hole=1 x='\"><x-hole>--></script></textarea></title></style></option></template>]]><x-hole on-hole=1>"
# What is no free text: addresses of pages, days, names that are folded, and paths of files.
NO_TEXT = (NormalizedField, PartialDateField, models.FileField)


def texts(model: type[models.Model]) -> list[models.Field]:
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, NO_TEXT)
        and not (field.choices or "slug" in field.name)
        and field.editable
        # Of the two the database takes one alone.
        and (model, field.name) != (Speaker, "given_names")
    ]


@pytest.fixture(scope="module")
def archive(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        event("Чтения")
        with revisions.create(comment=MARKUP):
            for model in aggregates.archive_models():
                for row in model._base_manager.all():
                    for field in texts(model):
                        setattr(row, field.name, f"{row.pk}{MARKUP}"[: field.max_length])
                    # Past the forms, which refuse much of it.
                    row.save()
        uid = Conference.objects.get().uid
        CuratedCollection.objects.create(title=MARKUP, introduction=MARKUP, records=str(uid), is_shown=True)
        ReaderReport.objects.create(
            model="conference", record=uid, name=MARKUP, text=MARKUP, contact=MARKUP, credit=MARKUP
        )
        yield


LINKS = ("href", "src", "action", "formaction", "poster", "srcset")


def holes(html: str) -> list[str]:
    """What of a page is no text although it was written as one."""
    found = re.findall(r".{0,60}<x-hole.{0,20}", html, re.DOTALL)
    for element in lxml.html.document_fromstring(html).iter():
        if isinstance(element.tag, str):
            found += [f"{element.tag} {name}" for name in element.attrib if name.startswith("on")]
            links = [value for name, value in element.attrib.items() if name in LINKS]
            found += [link for link in links if re.match(r"[\x00-\x20]*(javascript|data|vbscript):", link, re.I)]
    return found


def test_holes_are_found():
    for html in ("<p><x-hole>", '<p title="" on-hole=1>', '<a href=" javascript:alert(1)">'):
        assert len(holes(html)) == 1, html
    assert not holes('<p title="&lt;x-hole&gt; on-hole=1"><a href="/a?b=javascript:">')


def crawl(client: Client, start: str) -> Iterator[tuple[str, str]]:
    """The pages of one language to which this one leads; of lists the first alone."""
    waiting, seen = [start], {start}
    while waiting:
        address = waiting.pop()
        response = client.get(address)
        assert response.status_code < 500, address
        if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
            continue
        yield address, response.text
        found = set(re.findall(r'href="(/[^"#?]*)"', response.text)) - seen
        found = {one for one in found if one.startswith("/en/") == start.startswith("/en/")}
        found = {one for one in found if not one.startswith(("/static/", "/media/"))}
        seen |= found
        waiting += sorted(found)


@pytest.mark.parametrize("start", sample(["/", "/en/"], 2))
def test_visitors_get_no_markup_of_a_text(archive, client, start):
    pages = dict(crawl(client, start))
    assert len(pages) > 30
    assert {address: found for address, html in pages.items() if (found := holes(html))} == {}
    shown = [address for address, html in pages.items() if "&lt;x-hole" in html]
    kinds = {address.removeprefix("/en").split("/")[1] for address in shown}
    assert {"conferences", "talks", "speakers", "organisations", "topics", "recordings", "collections"} <= kinds


def addresses() -> Iterator[str]:
    """Every page of the admin, with the key of the first record."""
    yield reverse("admin:index")
    for model, model_admin in admin.site._registry.items():
        key = str(model._base_manager.values_list("pk", flat=True).first() or 0)
        base = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for pattern in model_admin.get_urls()[:-1]:  # the last one only redirects
            yield base + re.sub(r"<[^>]*>", key, str(pattern.pattern))


def test_staff_get_no_markup_of_a_text(archive, staff_client):
    with_markup = 0
    for address in sample(list(addresses()), 3):
        response = staff_client.get(address)
        assert response.status_code < 500, address
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            assert holes(response.text) == [], address
            with_markup += "&lt;x-hole" in response.text
    assert with_markup > 10
