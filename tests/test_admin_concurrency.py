"""Two who edit one record never undo each other unknowingly, on whatever form of the admin."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import models

from events.models import (
    AuditEntry,
    Conference,
    ConferenceKind,
    CuratedCollection,
    FormLine,
    LinkCheck,
    OldAddress,
    Organisation,
    Proposal,
    ReaderReport,
    Series,
    Speaker,
    Synonym,
    Talk,
    Topic,
    Version,
    WatchedItem,
    WatchedPage,
)

from .admin_form import form_fields, send
from .rows import event
from .test_rights import account

pytestmark = pytest.mark.django_db
READ_ONLY = {Version, LinkCheck, Proposal, AuditEntry, WatchedItem}  # nobody edits them


def page(record):
    return f"/admin/{record._meta.app_label}/{record._meta.model_name}/{record.pk}/change/"


def one_of(model):
    """A stored record of the model, plainly fictitious."""
    made = {
        "series": lambda: Series.objects.create(name="Чтения"),
        "curatedcollection": lambda: CuratedCollection.objects.create(
            title="Подборка", introduction="О чём", records=str(Conference.objects.first().uid)
        ),
        "oldaddress": lambda: OldAddress.objects.create(kind="topic", slug="byl", target="stal"),
        "synonym": lambda: Synonym.objects.create(words="книга, том"),
        "formline": lambda: FormLine.objects.create(
            slug="line", name="Мероприятия", line="1", act="Вымышленный приказ", valid_from="2024-01-01"
        ),
        "readerreport": lambda: ReaderReport.objects.create(
            model="topic", record=Topic.objects.first().uid, name="Тема", text="Ошибка"
        ),
        "watchedpage": lambda: WatchedPage.objects.create(name="Новости", url="https://library.example/feed"),
        "user": lambda: User.objects.create(username="vymyshlennyi"),
        "group": lambda: Group.objects.first(),
    }.get(model._meta.model_name)
    return made() if made else model.objects.first()


def typed(fields, record):
    """A text field of the form and another value for it."""
    texts = (models.CharField, models.TextField)
    for column in record._meta.fields:
        is_free = isinstance(column, texts) and not isinstance(column, models.URLField) and not column.choices
        if is_free and column.name in fields and column.name not in ("slug", "username", "kind"):
            return column.name
    raise AssertionError(f"{record._meta.label} has no text to type")


MODELS = [model for model in admin.site._registry if model not in READ_ONLY]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_form_of_the_admin_overwrites_what_a_colleague_saved(staff_client, model):
    event().photos.all().delete()  # rows.py names pictures that are not there
    record = one_of(model)
    opened = form_fields(staff_client.get(page(record)))
    name = typed(opened, record)
    assert send(staff_client, page(record), {name: "Коллега, другая"}).status_code == 302
    response = staff_client.post(page(record), {**opened, name: "Опоздавшая, она", "_continue": "1"})
    assert response.status_code == 200
    record.refresh_from_db()
    assert getattr(record, name) == "Коллега, другая"
    assert "Коллега, другая" in response.text and "Опоздавшая, она" in response.text
    assert "сохранил" in response.text
    # Hers, once compared, may be saved.
    again = form_fields(response) | {f"choice:{name}": ""}
    assert staff_client.post(page(record), {**again, name: "Опоздавшая, она", "_continue": "1"}).status_code == 302
    record.refresh_from_db()
    assert getattr(record, name) == "Опоздавшая, она"


def test_a_colleagues_value_is_taken_and_ones_own_kept_field_by_field(staff_client):
    speaker = Speaker.objects.create(family_name="Придуманная", biography="Было", photo_credit="Было")
    opened = form_fields(staff_client.get(page(speaker)))
    send(staff_client, page(speaker), {"biography": "Коллега", "photo_credit": "Коллега"})
    response = staff_client.post(page(speaker), {**opened, "biography": "Моё", "_continue": "1"})
    again = form_fields(response)
    # What only the colleague changed is proposed as hers; where both wrote, one chooses.
    assert again["choice:photo_credit"] == '{"photo_credit": ["Коллега"]}'
    assert again["choice:biography"] == ""
    assert ">Было<" in response.text
    assert staff_client.post(page(speaker), {**again, "_continue": "1"}).status_code == 302
    speaker.refresh_from_db()
    assert (speaker.biography, speaker.photo_credit) == ("Моё", "Коллега")


def test_rows_of_a_record_are_compared_too(staff_client):
    conference = event()
    conference.photos.all().delete()
    person = Speaker.objects.create(family_name="Другая")
    opened = form_fields(staff_client.get(page(conference)))
    changed = {"people-0-speaker": person.pk, "notes-0-text": "Коллега"}
    assert send(staff_client, page(conference), changed).status_code == 302
    response = staff_client.post(page(conference), {**opened, "title": "Моё", "_continue": "1"})
    again = form_fields(response)
    assert again["title"] == "Моё"
    assert staff_client.post(page(conference), {**again, "_continue": "1"}).status_code == 302
    conference.refresh_from_db()
    assert conference.title == "Моё"
    assert conference.people.get(talk=None).speaker == person
    assert conference.notes.get().text == "Коллега"


def test_rows_that_a_colleague_added_or_removed_stop_nobody(staff_client):
    conference = event(size=2)
    conference.photos.all().delete()
    first, second = conference.notes.all()
    opened = form_fields(staff_client.get(page(conference)))
    send(staff_client, page(conference), {"notes-0-DELETE": "on"})
    conference.notes.create(label="Третья", text="…", order=7)
    response = staff_client.post(page(conference), {**opened, "city": "Моёград", "_continue": "1"})
    assert "удалено" in response.text
    assert staff_client.post(page(conference), {**form_fields(response), "_continue": "1"}).status_code == 302
    conference.refresh_from_db()
    assert conference.city == "Моёград"
    assert set(conference.notes.values_list("label", flat=True)) == {second.label, "Третья"}
    assert not conference.notes.filter(pk=first.pk).exists()


def test_a_talk_is_not_refused_for_what_changed_elsewhere_in_its_event(staff_client):
    conference = event(size=2)
    talk, other = conference.talks.all()
    opened = form_fields(staff_client.get(page(talk)))
    Talk.objects.filter(pk=other.pk).update(title="Другое")
    assert staff_client.post(page(talk), {**opened, "title": "Моё", "_continue": "1"}).status_code == 302


def test_a_person_chosen_meanwhile_is_compared_with_a_name_typed(staff_client):
    conference = event()
    talk, person = conference.talks.get(), Speaker.objects.create(family_name="Другая")
    opened = form_fields(staff_client.get(page(talk)))
    send(staff_client, page(talk), {"people-0-speaker": person.pk})
    typed = {"people-0-speaker_name": "Сочинский Пётр Ильич", "_continue": "1"}
    response = staff_client.post(page(talk), {**opened, **typed})
    assert "Сочинский Пётр Ильич" in response.text and "сохранил" in response.text
    again = form_fields(response)
    theirs = {"choice:people-0-speaker": f'{{"people-0-speaker": ["{person.pk}"], "people-0-speaker_name": []}}'}
    assert theirs["choice:people-0-speaker"].replace('"', "&quot;") in response.text
    assert staff_client.post(page(talk), {**again, **theirs, "_continue": "1"}).status_code == 302
    assert talk.people.get().speaker == person and not Speaker.objects.filter(family_name="Сочинский").exists()


def test_photos_described_twice_are_compared(staff_client):
    conference = event()
    address = f"/admin/events/conference/{conference.pk}/photos/"
    opened = form_fields(staff_client.get(address))
    assert staff_client.post(address, {**opened, "form-0-alt": "Коллега"}).status_code == 302
    response = staff_client.post(address, {**opened, "form-0-alt": "Моё"})
    assert response.status_code == 200
    assert conference.photos.get().alt == "Коллега"
    again = form_fields(response)
    assert staff_client.post(address, {**again, "form-0-alt": "Моё"}).status_code == 302
    assert conference.photos.get().alt == "Моё"


def test_two_records_are_merged_only_as_they_were_shown(staff_client):
    one, other = (Organisation.objects.create(name=f"Вымышленная библиотека {n}") for n in range(2))
    address = f"/admin/events/organisation/{one.pk}/merge/{other.pk}/"
    opened = form_fields(staff_client.get(address))
    Organisation.objects.filter(pk=other.pk).update(city="Вымыслов")
    response = staff_client.post(address, opened)
    assert response.status_code == 200 and Organisation.objects.count() == 2
    assert staff_client.post(address, form_fields(response)).status_code == 302
    assert Organisation.objects.get().city == "Вымыслов"


def test_a_list_with_fields_sends_back_only_what_was_typed(staff_client):
    address = "/admin/events/conferencekind/"
    opened = form_fields(staff_client.get(address))
    first, second = ConferenceKind.objects.all()[:2]
    ConferenceKind.objects.filter(pk=first.pk).update(order=77)
    rows = {name: value for name, value in opened.items() if "form-" in name}
    assert staff_client.post(address, {**rows, "form-1-order": "88", "_save": "1"}).status_code == 302
    assert set(ConferenceKind.objects.filter(pk__in=[first.pk, second.pk]).values_list("order", flat=True)) == {77, 88}
    ConferenceKind.objects.filter(pk=first.pk).update(order=first.order)
    response = staff_client.post(address, {**rows, "form-0-order": "55", "_save": "1"})
    assert response.status_code == 302
    response = staff_client.post(address, {**rows, "form-0-order": "66", "_save": "1"})
    assert response.status_code == 200 and "55" in response.text
    assert ConferenceKind.objects.get(pk=first.pk).order == 55


def test_a_choice_that_no_page_offered_is_ignored(staff_client):
    topic = Topic.objects.create(name="Книги")
    for choice in ("{", "[1]", '{"name": "x"}', '{"slug": ["chuzhoi"]}'):
        assert send(staff_client, page(topic), {"choice:name": choice}).status_code == 302
    topic.refresh_from_db()
    assert (topic.name, topic.slug) == ("Книги", "knigi")


def test_letters_that_no_address_has_are_an_error_of_the_form(staff_client):
    topic = Topic.objects.create(name="Книги")
    response = send(staff_client, page(topic), {"slug": "Книги"})
    assert response.status_code == 200
    assert form_fields(response)["slug"] == "Книги"


def test_a_proposal_is_taken_beside_what_its_page_showed(staff_client):
    """It was written over what a colleague had saved since the page was opened."""
    conference = event()
    conference.photos.all().delete()
    archivist = account("arkhivist", "Архивисты")
    send(archivist, page(conference), {"city": "Предложенск"})
    address = page(Proposal.objects.get())
    opened = form_fields(staff_client.get(address))
    send(staff_client, page(conference), {"city": "Коллегово"})
    response = staff_client.post(address, opened)
    assert response.status_code == 200 and "архив изменился" in response.text and "Коллегово" in response.text
    assert Conference.objects.get().city == "Коллегово" and Proposal.objects.get().state == "open"
    again = {**form_fields(response), "take": opened["take"]}
    assert staff_client.post(address, again).status_code == 302
    assert Conference.objects.get().city == "Предложенск"


def test_an_older_version_is_not_restored_over_what_a_colleague_saved_meanwhile(staff_client):
    """The page of history was opened before; the colleague’s change went without a word."""
    speaker = Speaker.objects.create(family_name="Придуманная", biography="Было")
    oldest = Version.objects.of(speaker).get()
    send(staff_client, page(speaker), {"biography": "Стало"})
    history, restore = f"{page(speaker)[:-7]}history/", f"/admin/events/version/{oldest.pk}/restore/"
    opened = form_fields(staff_client.get(history))
    send(staff_client, page(speaker), {"biography": "Коллега"})
    response = staff_client.post(restore, opened, follow=True)
    assert "запись изменили" in response.text and "Коллега" in response.text
    assert Speaker.objects.get(pk=speaker.pk).biography == "Коллега"
    staff_client.post(restore, form_fields(response))
    assert Speaker.objects.get(pk=speaker.pk).biography == "Было"
