"""The talks of an event in the admin: a light list, moved there, each entered and edited on a page of its own."""

import re

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import revisions
from events.models import (
    Conference,
    Organisation,
    OrganisationRole,
    Proposal,
    Session,
    Speaker,
    SpeakerParticipation,
    SpeakerRole,
    Talk,
    Version,
)

from .admin_form import form_fields, send
from .rows import event

pytestmark = pytest.mark.django_db
ADD = "/admin/events/talk/add/"


@pytest.fixture
def conference():
    return programme(3)


def role(slug: str) -> int:
    return SpeakerRole.objects.get(slug=slug).pk


@revisions.create()
def programme(size: int) -> Conference:
    conference = Conference.objects.create(title=f"Вымышленные чтения {size}")
    session = Session.objects.create(conference=conference, title="Секция")
    library = Organisation.objects.create(name="Вымышленная областная библиотека")
    numbers = range(1, size + 1)
    people = Speaker.objects.bulk_create(
        Speaker(family_name=f"Придуманная{n}", given_names="Анна Ильинична", slug=f"{size}-{n}") for n in numbers
    )
    talks = Talk.objects.bulk_create(
        Talk(conference=conference, session=session, title=f"Доклад {n}", order=n, slug=f"{size}-{n}") for n in numbers
    )
    part = {"conference": conference, "role_id": role("speaker"), "organisation": library, "position": "библиограф"}
    SpeakerParticipation.objects.bulk_create(
        SpeakerParticipation(talk=talk, speaker=person, **part) for talk, person in zip(talks, people, strict=True)
    )
    return conference


def page(record):
    return f"/admin/events/{record._meta.model_name}/{record.pk}/change/"


def add(conference):
    return f"{ADD}?conference={conference.pk}"


def titles(conference):
    return [(talk.order, talk.title.removeprefix("Доклад ")) for talk in conference.talks.all()]


def press(client, url, button, **typed):
    """Type into the form and press this button of it."""
    name, _equals, value = button.partition("=")
    return client.post(url, {**form_fields(client.get(url)), **typed, name: value or "1"})


def person(**values):
    return {f"people-0-{name}": value for name, value in values.items()}


# ── The list ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_talk_costs_its_event_a_row_and_no_query(staff_client):
    def opened(conference):
        staff_client.get(page(conference))
        with CaptureQueriesContext(connection) as queries:
            response = staff_client.get(page(conference))
        return len(response.content), len(queries)

    (few, queries), (many, same) = opened(programme(3)), opened(programme(150))
    assert same == queries
    assert (many - few) / 147 < 1200


def test_the_list_shows_each_talk_with_time_people_and_session_and_leads_to_its_page(staff_client, conference):
    talk = conference.talks.first()
    Talk.objects.filter(pk=talk.pk).update(start_time="10:30")
    row = re.search(rf'<tr id="talk-{talk.pk}">(.*?)</tr>', staff_client.get(page(conference)).text)[1]
    assert f'href="{page(talk)}"' in row
    for shown in ("10:30", "Доклад 1", "Придуманная1 А.", "Секция"):
        assert shown in row
    assert "talks-TOTAL_FORMS" not in form_fields(staff_client.get(page(conference)))


@pytest.mark.parametrize("size", [3, 150])
def test_buttons_move_a_talk_without_javascript_and_save_what_was_typed(staff_client, size):
    conference = programme(size)
    second = conference.talks.all()[1]
    response = press(staff_client, page(conference), f"_move=up {second.pk}", city="Вымыслов")
    moved = staff_client.get(response["Location"])
    assert titles(conference)[:3] == [(1, "2"), (2, "1"), (3, "3")]
    assert re.search(rf'value="up {second.pk}"[^>]* autofocus', moved.text)
    assert f"теперь 1-й из {size}" in moved.text
    assert Conference.objects.get().city == "Вымыслов"
    # Nothing is above the first and nothing below the last.
    press(staff_client, page(conference), f"_move=up {second.pk}")
    press(staff_client, page(conference), f"_move=down {conference.talks.last().pk}")
    assert titles(conference)[:2] == [(1, "2"), (2, "1")] and titles(conference)[-1] == (size, str(size))


def test_a_refused_save_moves_nothing_and_keeps_what_was_typed(staff_client, conference):
    second = conference.talks.all()[1]
    typed = {"city": "Вымыслов", "dates-TOTAL_FORMS": "1", "dates-0-start": "9 мартобря"}
    response = press(staff_client, page(conference), f"_move=up {second.pk}", **typed)
    assert response.status_code == 200 and form_fields(response)["city"] == "Вымыслов"
    assert titles(conference) == [(1, "1"), (2, "2"), (3, "3")]


@pytest.mark.parametrize("size", [3, 150])
def test_a_talk_is_dragged_to_any_place(staff_client, size):
    conference = programme(size)
    first, *_others, last = conference.talks.all()
    address = f"/admin/events/conference/{conference.pk}/talks/move/"
    answer = staff_client.post(address, {"talk": last.pk, "after": first.pk}).json()
    assert titles(conference)[:2] == [(1, "1"), (2, str(size))]
    assert [number for _talk, number in answer["talks"]] == list(range(1, size + 1))
    assert f"теперь 2-й из {size}" in answer["message"]
    staff_client.post(address, {"talk": last.pk, "after": ""})
    assert titles(conference)[0] == (1, str(size))
    assert staff_client.get(f"/admin/events/conference/{conference.pk}/history/").text.count("<h2") >= 2


def test_equal_and_missing_numbers_become_plain_ones_when_a_talk_is_moved(staff_client, conference):
    conference.talks.update(order=0)
    first = conference.talks.first()
    staff_client.post(f"/admin/events/conference/{conference.pk}/talks/move/", {"talk": first.pk, "after": "0"})
    assert titles(conference) == [(1, "1"), (2, "2"), (3, "3")]


@pytest.mark.parametrize("typed", [{}, {"talk": "x" * 30}, {"talk": "9" * 30}, {"talk": "0"}])
def test_a_talk_that_is_gone_is_not_moved(staff_client, conference, typed):
    address = f"/admin/events/conference/{conference.pk}/talks/move/"
    assert staff_client.post(address, typed).status_code == 404
    assert staff_client.get(address).status_code == 405
    for button in ("up 999999", "up x", "sideways 1", "up " + "9" * 30):
        assert press(staff_client, page(conference), f"_move={button}").status_code == 302


def test_a_colleague_who_moves_or_edits_talks_stops_nobody_at_the_event(staff_client, conference):
    opened = form_fields(staff_client.get(page(conference)))
    talk = conference.talks.first()
    staff_client.post(f"/admin/events/conference/{conference.pk}/talks/move/", {"talk": talk.pk, "after": ""})
    send(staff_client, page(talk), {"title": "Другой"})
    assert staff_client.post(page(conference), {**opened, "city": "Вымыслов", "_continue": "1"}).status_code == 302


# ── One talk ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_talks_are_entered_one_after_the_other_with_the_next_number_and_the_session(staff_client, conference):
    typed = {"title": "Доклад 4", "start_time": "11:30", **person(speaker_name="Вымышленный Пётр Ильич")}
    first = press(staff_client, add(conference), "_addanother", **typed)
    assert first["Location"] == add(conference)
    shown = form_fields(staff_client.get(first["Location"]))
    session = conference.sessions.get().pk
    assert (shown["order"], shown["session"], shown["start_time"]) == ("5", str(session), "")
    assert shown["people-0-role"] == str(conference.talks.first().people.get().role_id)
    talk = conference.talks.last()
    assert (talk.order, talk.session_id, talk.people.get().speaker.family_name) == (4, session, "Вымышленный")
    back = press(staff_client, add(conference), "_save", title="Доклад 5")
    assert back["Location"] == f"{page(conference)}#talk-{conference.talks.last().pk}"


def test_a_new_event_leads_to_its_first_talk(staff_client):
    response = press(staff_client, "/admin/events/conference/add/", "_talk", title="Чтения")
    assert response["Location"] == add(Conference.objects.get())
    assert form_fields(staff_client.get(response["Location"]))["order"] == "1"


def test_an_empty_talk_after_the_last_one_is_not_saved(staff_client, conference):
    response = send(staff_client, add(conference))
    assert response.status_code == 200 and "Пустой доклад не сохраняется" in response.text
    assert conference.talks.count() == 3


@pytest.mark.parametrize(
    ("talk", "number", "expected"),
    [
        (2, "1", ["3", "1", "2"]),
        (0, "3", ["2", "3", "1"]),
        (0, "2", ["2", "1", "3"]),
        (0, "9", ["2", "3", "1"]),
    ],
)
def test_a_typed_number_is_the_place_of_the_talk(staff_client, conference, talk, number, expected):
    send(staff_client, page(conference.talks.all()[talk]), {"order": number})
    assert [title for _order, title in titles(conference)] == expected
    numbers = [order for order, _title in titles(conference)]
    assert len(set(numbers)) == 3


def test_a_talk_put_in_between_moves_the_others_along(staff_client, conference):
    send(staff_client, add(conference), {"title": "Доклад новый", "order": "2"})
    assert titles(conference) == [(1, "1"), (2, "новый"), (3, "2"), (4, "3")]
    send(staff_client, add(conference), {"title": "Доклад последний", "order": ""})
    assert titles(conference)[-1] == (5, "последний")


def test_sessions_of_other_events_are_not_offered(staff_client, conference):
    other = programme(4)
    shown = staff_client.get(page(conference.talks.first())).text
    offered = re.search(r'<select name="session".*?</select>', shown, re.DOTALL)[0]
    assert re.findall(r'value="(\d+)"', offered) == [str(conference.sessions.get().pk)]
    typed = {"session": other.sessions.get().pk}
    assert send(staff_client, page(conference.talks.first()), typed).status_code == 200


def test_a_deleted_talk_leads_back_to_the_list_of_talks(staff_client, conference):
    talk = conference.talks.first()
    response = staff_client.post(f"/admin/events/talk/{talk.pk}/delete/", {"post": "yes"})
    assert response["Location"] == f"{page(conference)}#talks"
    assert titles(conference) == [(2, "2"), (3, "3")]


def test_materials_and_organisations_of_a_talk_are_on_its_page_and_not_on_that_of_the_event(staff_client):
    conference = event(status="draft")
    conference.photos.all().delete()  # rows.py names pictures that are not there
    talk, material = conference.talks.get(), conference.materials.get()
    shown = form_fields(staff_client.get(page(talk)))
    assert shown["materials-0-title"] == material.title
    assert form_fields(staff_client.get(page(conference)))["materials-TOTAL_FORMS"] == "0"
    group = {"organisations-TOTAL_FORMS": "1", "organisations-0-group": "вымышленные коллеги"}
    group["organisations-0-role"] = shown["organisations-__prefix__-role"]
    recording = {"recordings-TOTAL_FORMS": "1", "recordings-0-url": "https://video.example/7"}
    kind = {"recordings-0-kind": "video"}
    assert (
        send(staff_client, page(talk), {"materials-0-title": "Слайды", **group, **recording, **kind}).status_code == 302
    )
    assert talk.materials.get().title == "Слайды" and talk.recordings.get().conference == conference
    assert talk.organisations.get().conference == conference and talk.organisations.get().role.slug == "speaker"


# ── People and organisations by their names ─────────────────────────────────────────────────────────────────────────


def test_a_new_person_and_a_new_organisation_are_made_from_typed_names(staff_client, conference):
    new = person(speaker="Сочинский Пётр Ильич", organisation="Выдуманный архив", position="архивист")
    assert send(staff_client, add(conference), {"title": "Доклад", **new}).status_code == 302
    part = conference.talks.last().people.get()
    assert (part.speaker.family_name, part.speaker.given_names) == ("Сочинский", "Пётр Ильич")
    assert part.organisation.name == "Выдуманный архив" and part.speaker.slug
    assert Version.objects.of(part.speaker).exists() and Version.objects.of(part.organisation).exists()


def test_the_same_new_name_in_two_rows_is_one_record(staff_client, conference):
    rows = {"people-TOTAL_FORMS": "2"}
    for number, name in enumerate(("Сочинский Пётр Ильич", "Выдумкина Ольга Ивановна")):
        rows |= {f"people-{number}-speaker_name": name, f"people-{number}-organisation_name": "Выдуманный архив"}
        rows |= {f"people-{number}-role": role("speaker")}
    send(staff_client, add(conference), {"title": "Доклад", **rows})
    assert Organisation.objects.filter(name="Выдуманный архив").count() == 1
    assert conference.talks.last().people.filter(organisation__name="Выдуманный архив").count() == 2
    twice = {**rows, **{f"people-{n}-speaker_name": "Чижиков Пётр Ильич" for n in range(2)}}
    twice |= {f"people-{n}-organisation_name": "" for n in range(2)}
    assert "дважды" in send(staff_client, add(conference), {"title": "Ещё", **twice}).text


def asked(response):
    return re.findall(r'name="people-0-speaker_answer" value="(\+?\d+)"[^>]*> ([^<]+)<', response.text)


def test_a_name_like_one_of_the_archive_is_asked_about_and_either_answer_counts(staff_client, conference):
    known = Speaker.objects.create(family_name="Сочинский", given_names="Пётр Ильич")
    typed = {"title": "Доклад", **person(speaker_name="Сочинский П. И.")}
    response = send(staff_client, add(conference), typed)
    assert response.status_code == 200 and Speaker.objects.filter(family_name="Сочинский").count() == 1
    assert [value for value, _label in asked(response)] == [str(known.pk), "+0"]
    answered = form_fields(response) | {"people-0-speaker_answer": str(known.pk), "_addanother": "1"}
    assert staff_client.post(add(conference), answered).status_code == 302
    assert conference.talks.last().people.get().speaker == known
    new = form_fields(response) | {"people-0-speaker_answer": "+0", "_addanother": "1"}
    assert staff_client.post(add(conference), new).status_code == 302
    assert conference.talks.get(order=4).people.get().speaker.initials == "П. И."


def test_an_answer_counts_only_for_the_name_it_was_given_to(staff_client, conference):
    Speaker.objects.create(family_name="Сочинский", given_names="Пётр Ильич")
    Speaker.objects.create(family_name="Выдумкина", given_names="Ольга Ивановна")
    response = send(staff_client, add(conference), {"title": "Доклад", **person(speaker_name="Сочинский П. И.")})
    other = form_fields(response) | {"people-0-speaker_answer": "+0", "people-0-speaker_name": "Выдумкина О. И."}
    again = staff_client.post(add(conference), other)
    assert again.status_code == 200 and "Выдумкина" in asked(again)[0][1]


def test_a_name_of_which_the_family_name_is_not_plain_is_asked_about(staff_client, conference):
    response = send(staff_client, add(conference), {"title": "Доклад", **person(speaker_name="Анна Мария")})
    labels = [label for _value, label in asked(response)]
    assert len(labels) == 2 and "фамилия «Анна»" in labels[0] and "фамилия «Мария»" in labels[1]
    answered = form_fields(response) | {"people-0-speaker_answer": asked(response)[1][0], "_addanother": "1"}
    assert staff_client.post(add(conference), answered).status_code == 302
    assert conference.talks.last().people.get().speaker.family_name == "Мария"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Сочинский П. И., Выдумкина О. И.", "один человек"),
        ("Сочинский (директор)", "не только имя"),
        ("С" * 130 + " П. И.", "120"),
    ],
)
def test_what_is_no_name_is_refused_in_words_and_kept(staff_client, conference, name, message):
    response = send(staff_client, add(conference), {"title": "Доклад", **person(speaker_name=name)})
    assert response.status_code == 200 and message in response.text
    assert form_fields(response)["people-0-speaker_name"] == name and conference.talks.count() == 3


def test_a_new_person_of_a_refused_save_is_not_left_behind(staff_client, conference):
    typed = {"title": "Доклад", "start_time": "вечером", **person(speaker_name="Сочинский Пётр Ильич")}
    response = send(staff_client, add(conference), typed)
    assert response.status_code == 200 and not Speaker.objects.filter(family_name="Сочинский").exists()
    assert form_fields(response)["people-0-speaker_name"] == "Сочинский Пётр Ильич"


def test_position_and_organisation_are_repeated_from_the_row_above_and_from_the_talk_above(staff_client, conference):
    rows = {"people-TOTAL_FORMS": "2", "people-1-role": role("speaker")}
    rows |= {"people-0-as_above": "on", "people-1-as_above": "on"}
    rows |= {"people-0-speaker_name": "Сочинский Пётр Ильич", "people-1-speaker_name": "Выдумкина Ольга Ивановна"}
    send(staff_client, add(conference), {"title": "Доклад", **rows, "people-1-position": "директор"})
    parts = conference.talks.last().people.all()
    assert [part.position for part in parts] == ["библиограф", "директор"]
    assert {part.organisation.name for part in parts} == {"Вымышленная областная библиотека"}


def test_nothing_above_is_said(staff_client):
    conference = Conference.objects.create(title="Чтения")
    typed = {"title": "Доклад", **person(speaker_name="Сочинский Пётр Ильич", as_above="on")}
    assert "Выше нет строки" in send(staff_client, add(conference), typed).text


def test_people_and_organisations_of_the_event_are_made_from_typed_names_too(staff_client, conference):
    typed = {"people-TOTAL_FORMS": "1", "people-0-role": role("moderator")}
    typed |= {"people-0-speaker_name": "Сочинский Пётр Ильич"}
    typed |= {"people-0-organisation_name": "Выдуманный архив", "organisations-TOTAL_FORMS": "1"}
    typed |= {"organisations-0-organisation_name": "Выдуманный архив"}
    typed |= {"organisations-0-role": OrganisationRole.objects.first().pk}
    assert send(staff_client, page(conference), typed).status_code == 302
    archive = Organisation.objects.get(name="Выдуманный архив")
    assert conference.people.get(talk=None).organisation == archive
    assert conference.organisations.get().organisation == archive


# ── Drafts beside the live page ─────────────────────────────────────────────────────────────────────────────────────


def test_what_an_archivist_adds_to_a_published_event_waits_with_its_new_person(client, django_user_model):
    conference = programme(3)
    conference.status = "published"
    conference.save()
    archivist = django_user_model.objects.create_user("archivist", is_staff=True)
    archivist.groups.add(Group.objects.get(name="Архивисты"))
    client.force_login(archivist)
    assert 'name="_move"' not in client.get(page(conference)).text
    talk = conference.talks.first()
    refused = client.post(f"/admin/events/conference/{conference.pk}/talks/move/", {"talk": talk.pk, "after": ""})
    assert refused.status_code == 403
    new = person(speaker_name="Сочинский Пётр Ильич")
    assert press(client, add(conference), "_save", title="Доклад", **new).status_code == 302
    assert conference.talks.count() == 3 and not Speaker.objects.filter(family_name="Сочинский").exists()
    assert Proposal.objects.get().record == conference.uid
