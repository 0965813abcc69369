"""Collections that staff publish: a page with an introduction; drafts, withdrawn events and hidden people in none."""

import pytest
from django.core.exceptions import ValidationError

from events import revisions
from events.models import Conference, CuratedCollection, OldAddress, Proposal, Recording, Speaker, Talk, Version

from .admin_form import send
from .rows import event
from .test_rights import account

pytestmark = pytest.mark.django_db


@pytest.fixture
def events():
    return {"first": event("Чтения вслух"), "second": event("Уроки"), "draft": event("Тайные чтения", status="draft")}


def collection(*records, **values):
    values = {
        "title": "Чтение вслух: с чего начать",
        "introduction": "Для тех, кто начинает.",
        "is_shown": True,
    } | values
    return CuratedCollection.objects.create(records="\n".join(str(one.uid) for one in records), **values)


def test_staff_publish_a_list_that_a_reader_would_gather(events, staff_client, client):
    talk, recording = Talk.objects.get(conference=events["second"]), Recording.objects.get(conference=events["first"])
    records = [talk, events["first"], recording, events["draft"]]
    address = "https://archive.example/collection/?" + "&".join(f"r={one.uid}" for one in records) + "&title=Чтение"
    typed = {"title": "Чтение вслух", "introduction": "Зачем.\n\nИ как.", "records": address, "language": "ru"}
    assert send(staff_client, "/admin/events/curatedcollection/add/", typed).status_code == 302
    made = CuratedCollection.objects.get()
    assert client.get(made.get_absolute_url()).status_code == 404
    preview = staff_client.get(made.get_absolute_url())
    assert "видят только сотрудники" in preview.text and preview["X-Robots-Tag"] == "noindex"
    form = f"/admin/events/curatedcollection/{made.pk}/change/"
    assert f"{talk.uid} Уроки: доклад 1" in staff_client.get(form).context["adminform"].form.initial["records"]
    assert send(staff_client, form, {"is_shown": "on"}).status_code == 302
    made.refresh_from_db()
    # Names are shown to staff alone: that of a draft would leave with the public data.
    assert made.records == "\n".join(str(one.uid) for one in records) and made.published
    page = client.get("/collections/chtenie-vslukh/")
    assert [record for record, _citation in page.context["rows"]] == [talk, events["first"], recording]
    text = page.text.replace("\xa0", " ")
    assert "<p>Зачем.</p>" in text and "Уроки: доклад 1" in text and "Тайные" not in text
    assert f"/collection/export/docx/?r={talk.uid}" in text and "<script" not in text.split("<main")[1]
    assert "Чтение вслух" in client.get("/collections/").text and "/collections/" in client.get("/indexes/").text
    assert "/collections/chtenie-vslukh/" in client.get("/sitemap-collections.xml").text
    assert client.get(f"/en{made.get_absolute_url()}").status_code == 200
    assert client.get(f"/id/{made.uid}").url == made.get_absolute_url()


def test_what_the_public_may_not_see_leaves_the_page_at_once(events, client, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    made = collection(events["first"], events["second"], events["second"].talks.get())
    assert "Урокиев 1" in client.get(made.get_absolute_url()).text
    person = Speaker.objects.get(family_name="Урокиев 1")
    revisions.withholding.hide(person, "Просьба")
    assert "Урокиев" not in client.get(made.get_absolute_url()).text
    with revisions.create():
        events["second"].status = Conference.Status.WITHDRAWN
        events["second"].save()
    assert [record for record, _citation in client.get(made.get_absolute_url()).context["rows"]] == [events["first"]]
    made.is_shown = False
    made.save()
    assert client.get(made.get_absolute_url()).status_code == 404
    assert made.title not in client.get("/collections/").text


def test_its_address_is_kept_and_told_to_be_gone(events, client):
    made = collection(events["first"])
    former = made.get_absolute_url()
    made.slug = "other"
    made.save()
    assert client.get(former).url == "/collections/other/"
    made.delete()
    assert client.get("/collections/other/").status_code == 410
    assert OldAddress.objects.tombstones().filter(kind="curatedcollection").exists()
    assert Version.objects.filter(model="curatedcollection", action="deleted").exists()


def test_an_archivist_prepares_and_an_editor_publishes(events):
    archivist = account("arkhivist", "Архивисты")
    typed = {"title": "Подборка", "introduction": "О чём", "records": str(events["first"].uid), "language": "ru"}
    assert send(archivist, "/admin/events/curatedcollection/add/", typed).status_code == 302
    made = CuratedCollection.objects.get()
    send(archivist, f"/admin/events/curatedcollection/{made.pk}/change/", {"is_shown": "on"})
    assert not CuratedCollection.objects.published().exists() and Proposal.objects.count() == 1
    CuratedCollection.objects.update(is_shown=True)
    send(archivist, f"/admin/events/curatedcollection/{made.pk}/change/", {"title": "Другая"})
    assert CuratedCollection.objects.get().title == "Подборка" and Proposal.objects.count() == 2


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ("", "Назовите от одной до 50 записей"),
        ("чтения", "Назовите"),
        (f"{'0' * 8}-0000-4000-8000-{'0' * 12}", "нет ни события"),
    ],
)
def test_a_list_of_nothing_is_refused_in_words(events, records, message):
    with pytest.raises(ValidationError, match=message):
        CuratedCollection(title="Подборка", introduction="О чём", records=records).full_clean(exclude=["slug"])


def test_the_page_costs_ten_queries_at_one_and_at_fifty(events, queries_of):
    big = event("Большие", size=25)
    few = collection(events["first"], events["first"].talks.get(), events["first"].recordings.get(), title="Одна")
    many = collection(*big.talks.all(), *big.recordings.all()[:24], events["second"], title="Много")
    queries_of("/")
    addresses = [few.get_absolute_url(), many.get_absolute_url()]
    assert queries_of(addresses[0]) == queries_of(addresses[1]) <= 10
    assert queries_of("/collections/") <= 4
