"""No file, feed, sitemap or answer to a program says anything of a draft, a withdrawn event or a hidden person."""

import re

import pytest
from django.core.cache import cache
from django.test import override_settings

from events import revisions
from events.export import formats
from events.export.oai import protocol
from events.models import Conference, Organisation, Recording, Series, Speaker, SpeakerParticipation, Talk, Topic
from events.revisions import withholding
from events.views.api import MODELS

from ..rows import event

pytestmark = pytest.mark.django_db
# No other word of the archive begins like these, nor their addresses.
MARKS = {
    "draft": r"грымз|grymz",
    "withdrawn": r"шмыхр|shmykhr",
    "person": r"зюмбряк|ziumbriak",
}
PAGES = [Conference, Talk, Speaker, Organisation, Series, Topic]
WITH_FEED = [Speaker, Organisation, Series, Topic]
LOCAL_MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture
def archive():
    """A public event whose series, topic, hosts and speaker are those of a draft and a withdrawn event, too."""
    with revisions.create():
        cycle = Series.objects.create(name="Цикл")
        shown = event("Чтения", series=cycle)
        person = Speaker.objects.get()
        person.family_name, person.initials, person.biography, person.slug = "Зюмбрякова", "А. Б.", "Зюмбрякова", ""
        person.save()
        person.aliases.update(name="Зюмбряк А. Б.", name_key="зюмбряк а. б.")
        SpeakerParticipation.objects.update(name_as_printed="Зюмбряковой А. Б.")
        host = shown.organisations.get().organisation
        for name in ("Грымзинские", "Шмыхровские"):
            other = event(name, series=cycle, summary=name, place=name, city=name)
            other.topics.add(shown.topics.get())
            other.talks.get().topics.add(shown.topics.get())
            other.organisations.create(organisation=host, role=other.organisations.get().role)
            other.people.create(speaker=person, talk=other.talks.get(), role=shown.people.first().role, position=name)
        shown.parent = other
        shown.save()
    with override_settings(CACHES=LOCAL_MEMORY):
        cache.clear()
        yield person
        cache.clear()


def everything(kind):
    """Addresses, old and new, of all that goes out in this way."""
    records = [record for model in PAGES for record in model.objects.all()]
    if kind in formats.FORMATS:
        own = [f"{record.get_absolute_url()}export/{kind}/" for record in records]
        own += [f"/recordings/{recording.uid}/export/{kind}/" for recording in Recording.objects.all()]
        lists = [
            "/conferences/export/",
            "/talks/export/",
            "/conferences/export/{}/?year=2020",
            "/search/export/{}/?q=чтения",
        ]
        return own + [one.format(kind) if "{}" in one else f"{one}{kind}/" for one in lists]
    if kind == "atom":
        own = [f"{record.get_absolute_url()}export/atom/" for record in records if type(record) in WITH_FEED]
        return [*own, "/conferences/export/atom/", "/search/export/atom/?q=чтения", "/search/export/atom/"]
    if kind == "api":
        own = [f"/api/v1/{name}/{record.uid}/" for name, model in MODELS.items() for record in model.objects.all()]
        return [*own, *(f"/api/v1/{name}/?limit=100" for name in MODELS), "/api/v1/search/?q=чтения", "/api/v1/search/"]
    if kind == "sitemap":
        return [
            "/sitemap.xml",
            *(f"/sitemap-{model._meta.model_name}s.xml" for model in PAGES[:4] + PAGES[5:]),
            "/sitemap-series.xml",
            "/sitemap-recordings.xml",
        ]
    asked = ["verb=ListSets", "verb=ListIdentifiers&metadataPrefix=oai_dc"]
    for prefix in protocol.FORMATS:
        asked.append(f"verb=ListRecords&metadataPrefix={prefix}")
        asked += [f"verb=GetRecord&metadataPrefix={prefix}&identifier=urn:uuid:{record.uid}" for record in records]
    return [f"/oai?{query}" for query in asked]


def said(client, addresses):
    """Which marks the answers have, each with the first address; an answer that repeats its address says nothing."""
    found = {}
    for address in addresses:
        response = client.get(address)
        assert response.status_code in (200, 404, 410), address
        charset = "cp1251" if "1251" in address or "irbis" in address else "utf-8"
        text = response.content.decode(charset, errors="ignore").replace(address, "")
        if response["Content-Type"].startswith("application/json") or "csl" in address:
            text = text.encode().decode("unicode_escape", "ignore") + text
        for name, mark in MARKS.items():
            if re.search(mark, text, re.IGNORECASE):
                found.setdefault(name, address)
    return found


# A calendar names no people.
SAID = {"ics": {"draft", "withdrawn"}}


@pytest.mark.parametrize("kind", [*formats.FORMATS, "atom", "api", "sitemap", "oai"])
def test_nothing_that_goes_out_tells_of_what_is_not_public(client, archive, kind):
    addresses = everything(kind)
    assert said(client, addresses).keys() == SAID.get(kind, MARKS.keys())
    Conference.objects.filter(title="Грымзинские").update(status="draft")
    Conference.objects.filter(title="Шмыхровские").update(status="withdrawn", withdrawn_reason="По просьбе")
    withholding.hide(archive, "Просьба")
    assert said(client, [*addresses, *everything(kind)]) == {}
