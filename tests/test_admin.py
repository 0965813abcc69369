"""What a librarian can do in the admin."""

import re

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from events import revisions
from events.models import (
    Conference,
    ConferenceKind,
    Organisation,
    OrganisationAlias,
    OrganisationRole,
    Speaker,
    SpeakerParticipation,
    SpeakerRole,
    Synonym,
    Talk,
    TalkKind,
    Topic,
)

from .admin_form import form_fields, send

pytestmark = pytest.mark.django_db
ADD = "/admin/events/conference/add/"
ADD_TALK = "/admin/events/talk/add/"


@pytest.fixture
def librarian(client):
    client.force_login(User.objects.create_superuser("librarian"))
    return client


@pytest.fixture
def people(db):
    names = [("Алехина", "И. Л."), ("Чоботова", "В. Г."), ("Романенко-Куренная", "С. С."), ("Подборонова", "Е. М.")]
    return [Speaker.objects.create(family_name=family, initials=initials) for family, initials in names]


def change_url(record):
    return reverse(f"admin:events_{record._meta.model_name}_change", args=[record.pk])


def role(slug):
    return SpeakerRole.objects.get(slug=slug).pk


def rows(prefix, *typed, saved=0):
    """The fields of the rows of one inline, all new unless `saved` says how many stood there before."""
    data = {f"{prefix}-TOTAL_FORMS": len(typed), f"{prefix}-INITIAL_FORMS": saved}
    for number, row in enumerate(typed):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


TITLES = [
    "Web-сайт и социальные сети библиотеки",
    "Сетевые акции и флешмобы библиотеки им. Н. К. Крупской",
    "Проект «Активное долголетие» — онлайн-формат",
    "Использование виртуальной среды для презентации мастер-классов",
]


def first_event(people):
    moderator = Speaker.objects.create(family_name="Арутинова", given_names="Ольга")
    library = Organisation.objects.create(name="Донецкая республиканская универсальная научная библиотека")
    department = Organisation.objects.create(name="отдел маркетинга", parent=library)
    data = {
        "theme": "Дистанционная работа как основная форма взаимодействия с пользователями",
        "kind": ConferenceKind.objects.get(slug="videoconference").pk,
        "topics": "дистанционная работа, социальные сети",
        "place": "Русский центр",
        "venue": library.pk,
        **rows("dates", {"start": "9 июня 2020"}),
        **rows(
            "people",
            {
                "speaker": moderator.pk,
                "role": role("moderator"),
                "position": "заместитель генерального директора",
                "organisation": library.pk,
            },
            {"speaker": moderator.pk, "role": role("welcome")},
        ),
        **rows(
            "organisations",
            {"group": "Министерство культуры ДНР", "role": OrganisationRole.objects.get(slug="support").pk},
            {"organisation": department.pk, "role": OrganisationRole.objects.get(slug="participant").pk},
        ),
        **rows("sources", {"url": "https://culture-dnr.ru/news/1", "published": "10.06.2020"}),
        **rows("attendance", {"precision": "about", "value": 40, "counted": "участников"}),
        **rows("notes", {"label": "Девиз", "text": "Вместе"}),
        **rows("recordings", {"kind": "video", "url": "https://video.example/1"}),
    }
    return data


def talks_of_first_event(conference, people):
    """What is typed into the pages of its talks, one after the other."""
    printed = ["Алехиной И.Л.", "Чоботовой В.Г.", "", ""]
    for title, person, name in zip(TITLES, people, printed, strict=True):
        row = {"speaker": person.pk, "role": role("speaker"), "name_as_printed": name}
        yield {"title": title, "kind": TalkKind.objects.get(slug="talk").pk, **rows("people", row)}
    group = {"group": "ульяновские коллеги", "role": OrganisationRole.objects.get(slug="speaker").pk}
    yield {"topic": "Опыт дистанционной работы", **rows("organisations", group)}


def enter_first_event(client, people):
    response = send(client, ADD, first_event(people))
    assert response.status_code == 302, response.context["errors"]
    conference = Conference.objects.get()
    for typed in talks_of_first_event(conference, people):
        response = send(client, f"{ADD_TALK}?conference={conference.pk}", typed)
        assert response.status_code == 302, response.context["errors"]
    return conference


def test_the_first_event_takes_its_page_and_a_save_a_talk(librarian, people):
    conference = enter_first_event(librarian, people)
    assert conference.status == "draft"
    assert conference.year == 2020
    assert [str(date) for date in conference.dates.all()] == ["9\xa0июня\xa02020"]
    assert [talk.heading for talk in conference.talks.all()] == [*TITLES, "Опыт дистанционной работы"]
    assert [list(talk.people.values_list("speaker__family_name", flat=True)) for talk in conference.talks.all()] == [
        ["Алехина"],
        ["Чоботова"],
        ["Романенко-Куренная"],
        ["Подборонова"],
        [],
    ]
    first = SpeakerParticipation.objects.get(speaker=people[0])
    assert (first.role.slug, first.name_as_printed, first.conference) == ("speaker", "Алехиной И.Л.", conference)
    assert set(conference.topics.values_list("name", flat=True)) == {"дистанционная работа", "социальные сети"}
    assert conference.organisations.get(talk__isnull=False).talk.topic == "Опыт дистанционной работы"
    assert conference.recordings.get().talk is None
    assert conference.people.filter(talk=None).count() == 2


def test_saving_again_without_a_change_changes_nothing(librarian, people):
    conference = enter_first_event(librarian, people)
    before = [list(rows.order_by("pk").values()) for rows in (Conference.objects, Talk.objects, conference.people)]
    for record in (conference, conference.talks.first()):
        response = send(librarian, change_url(record))
        assert response.status_code == 302, response.context["errors"]
    assert before == [
        list(rows.order_by("pk").values()) for rows in (Conference.objects, Talk.objects, conference.people)
    ]


def test_a_draft_may_hold_nothing_but_a_theme(librarian):
    assert send(librarian, ADD, {"theme": "Опыт"}).status_code == 302
    assert Conference.objects.get().status == "draft"


def test_a_save_that_fails_keeps_all_that_was_typed(librarian, people):
    data = first_event(people) | {"dates-0-start": "9 мартобря 2020"}
    response = send(librarian, ADD, data)
    assert response.status_code == 200
    assert not Conference.objects.exists()
    shown = form_fields(response)
    for name, value in data.items():
        assert shown[name] == str(value), name


def test_an_error_at_a_person_of_a_talk_is_shown_and_nothing_is_saved(librarian, people):
    conference = Conference.objects.create(theme="Опыт")
    typed = {"title": "Доклад", **rows("people", {"speaker": people[0].pk, "role": ""})}
    response = send(librarian, f"{ADD_TALK}?conference={conference.pk}", typed)
    assert response.status_code == 200 and form_fields(response)["people-0-speaker"] == str(people[0].pk)
    assert not Talk.objects.exists()


def test_people_of_a_talk_are_changed_added_and_removed(librarian, people):
    conference = enter_first_event(librarian, people)
    talk = conference.talks.first()
    url = change_url(talk)
    shown = form_fields(librarian.get(url))
    row = {name.removeprefix("people-0-"): value for name, value in shown.items() if name.startswith("people-0-")}
    assert row["name_as_printed"] == "Алехиной И.Л."
    co_speaker = {"speaker": people[1].pk, "role": role("co-speaker")}
    send(librarian, url, rows("people", row | {"position": "библиограф"}, co_speaker, saved=1))
    assert [(part.speaker, part.position) for part in talk.people.all()] == [(people[0], "библиограф"), (people[1], "")]
    send(librarian, url, {"people-0-DELETE": "on"})
    assert [part.speaker for part in talk.people.all()] == [people[1]]


def test_two_people_may_trade_places(librarian, people):
    send(librarian, ADD, {"theme": "Опыт"})
    conference = Conference.objects.get()
    url = change_url(conference)
    guests = [{"speaker": person.pk, "role": role("guest")} for person in people[:2]]
    send(librarian, url, rows("people", *guests))
    response = send(
        librarian, url, {"people-0-speaker": people[1].pk, "people-1-speaker": people[0].pk, "people-0-position": "x"}
    )
    assert response.status_code == 302
    assert [part.speaker for part in conference.people.all()] == [people[1], people[0]]


def test_the_same_person_twice_in_one_role_is_refused_with_a_message(librarian, people):
    guests = [{"speaker": people[0].pk, "role": role("guest")}] * 2
    response = send(librarian, ADD, {"theme": "Опыт", **rows("people", *guests)})
    assert response.status_code == 200
    assert "дважды" in response.content.decode()


def test_rows_stand_in_the_order_of_their_numbers(librarian):
    labels = [{"order": 2, "label": "второй"}, {"order": 1, "label": "первый"}, {"order": "", "label": "последний"}]
    send(librarian, ADD, {"theme": "Опыт", **rows("notes", *({"text": "…"} | row for row in labels))})
    notes = Conference.objects.get().notes
    assert [(note.order, note.label) for note in notes.all()] == [(1, "первый"), (2, "второй"), (3, "последний")]


def test_a_person_may_belong_to_a_session_entered_on_the_same_page(librarian, people):
    session = {"kind": "секция", "title": "Чтение", "key": "s"}
    person = {"speaker": people[0].pk, "role": role("moderator"), "session": "s"}
    send(librarian, ADD, {"theme": "Опыт", **rows("sessions", session), **rows("people", person)})
    assert SpeakerParticipation.objects.get().session.title == "Чтение"


def test_a_person_cannot_belong_to_a_session_being_deleted(librarian, people):
    send(librarian, ADD, {"theme": "Опыт", **rows("sessions", {"title": "Чтение", "kind": ""})})
    session = Conference.objects.get().sessions.get()
    person = {"speaker": people[0].pk, "role": role("moderator"), "session": session.pk}
    response = send(librarian, change_url(session.conference), {"sessions-0-DELETE": "on", **rows("people", person)})
    assert response.status_code == 200
    assert session.conference.sessions.exists()


@pytest.mark.parametrize("typed", ["9 июня 2020", "09.06.2020", "2020-06-09"])
def test_a_date_is_typed_as_people_write_it_and_shown_in_words(librarian, typed):
    send(librarian, ADD, {"theme": "Опыт", **rows("dates", {"start": typed})})
    conference = Conference.objects.get()
    assert conference.first_day == "2020-06-09"
    assert form_fields(librarian.get(change_url(conference)))["dates-0-start"] == "9 июня 2020"
    english = librarian.get(f"/en{change_url(conference)}")
    assert form_fields(english)["dates-0-start"] == "9 June 2020"


def test_a_day_without_a_year_is_shown_as_it_can_be_typed(librarian):
    send(librarian, ADD, {"theme": "Опыт", **rows("dates", {"start": "9 июня"})})
    conference = Conference.objects.get()
    assert conference.first_day == "XXXX-06-09"
    assert form_fields(librarian.get(change_url(conference)))["dates-0-start"] == "9 июня"


def test_topics_are_split_at_commas_only_and_case_makes_no_new_topic(librarian):
    Topic.objects.create(name="Социальные сети")
    send(librarian, ADD, {"theme": "Опыт", "topics": "социальные сети, мастер-классы по флористике,"})
    topics = set(Conference.objects.get().topics.values_list("name", flat=True))
    assert topics == {"Социальные сети", "мастер-классы по флористике"}


def found(client, model, words, field="speaker", source="speakerparticipation"):
    listed = client.get(f"/admin/events/{model}/", {"q": words}).content.decode()
    answer = client.get(
        "/admin/autocomplete/", {"app_label": "events", "model_name": source, "field_name": field, "term": words}
    )
    return listed, [result["text"] for result in answer.json()["results"]]


@pytest.mark.parametrize("words", ["алехина", "АЛЕХИНА", "алёхина и. л."])
def test_staff_find_a_person_however_the_name_is_typed(librarian, people, words):
    listed, suggested = found(librarian, "speaker", words)
    assert "Алехина" in listed
    assert "Чоботова" not in listed
    assert suggested == ["Алехина И. Л."]


def test_staff_find_a_library_by_part_of_its_name_and_by_abbreviation(librarian):
    library = Organisation.objects.create(name="Донецкая библиотека имени Н. К. Крупской")
    Organisation.objects.create(name="Дворец книги")
    OrganisationAlias.objects.create(organisation=library, name="ДРУНБ", kind="abbreviation")
    for words in ("крупской", "друнб", "донецкая КРУПСКОЙ"):
        listed, suggested = found(librarian, "organisation", words, field="organisation")
        assert suggested == [library.name]
        assert library.name in listed
        assert "Дворец книги" not in listed


def test_staff_find_a_conference_by_the_title_of_a_talk(librarian, people):
    enter_first_event(librarian, people)
    assert "Дистанционная работа" in librarian.get("/admin/events/conference/", {"q": "флешмобы"}).content.decode()
    assert "Дистанционная работа" not in librarian.get("/admin/events/conference/", {"q": "вебинар"}).content.decode()


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize(
    "page", ["conference", "talk", "speaker", "organisation", "topic", "series", "speakerrole", "oldaddress"]
)
def test_every_page_of_the_admin_opens_in_both_languages(librarian, language, page):
    assert librarian.get(f"{language}/admin/events/{page}/").status_code == 200
    assert librarian.get(f"{language}/admin/events/{page}/add/").status_code == 200


@revisions.create()
def many(count):
    library = Organisation.objects.create(name=f"Библиотека {count}")
    conference = Conference.objects.create(theme=f"Событие {count}", kind=ConferenceKind.objects.first())
    conference.topics.set([f"тема {number}" for number in range(count)])
    for number in range(count):
        department = Organisation.objects.create(name=f"Отдел {number}", parent=library)
        speaker = Speaker.objects.create(family_name=f"Фамилия {number}")
        talk = Talk.objects.create(conference=conference, title=f"Доклад {number}", order=number)
        talk.topics.set([f"тема {number}"])
        for part in ({"talk": talk}, {}):
            SpeakerParticipation.objects.create(
                conference=conference,
                speaker=speaker,
                role=SpeakerRole.objects.first(),
                organisation=department,
                order=number,
                **part,
            )
        conference.organisations.create(
            organisation=department, role=OrganisationRole.objects.first(), talk=talk, order=number
        )
        conference.recordings.create(url=f"https://video.example/{number}", talk=talk)
        conference.sources.create(url=f"https://news.example/{number}")
        conference.dates.create(start=f"2020-06-{number % 28 + 1:02}", note=str(number))
        Conference.objects.create(theme=f"Другое {number}", kind=ConferenceKind.objects.first())
    return conference


@pytest.mark.parametrize("page", ["conference", "talk", "speaker", "organisation"])
def test_a_list_costs_the_same_for_one_row_and_for_many(librarian, page, django_assert_max_num_queries):
    for count in (1, 35):
        many(count)
        with django_assert_max_num_queries(15):
            librarian.get(f"/admin/events/{page}/")


def test_the_page_of_an_event_costs_the_same_for_one_talk_and_for_many(librarian, django_assert_max_num_queries):
    for count in (1, 35):
        url = change_url(many(count))
        with django_assert_max_num_queries(29):
            librarian.get(url)


def test_staff_edit_the_synonyms_of_the_search_and_find_them_in_any_case(librarian):
    add = reverse("admin:events_synonym_add")
    alone = librarian.post(add, {"words": "стрекотун"})
    assert "Напишите не меньше двух слов" in alone.content.decode()
    librarian.post(add, {"words": "стрекотун, Кузнечик"})
    assert Synonym.objects.filter(words="стрекотун, Кузнечик").exists()
    found = librarian.get(reverse("admin:events_synonym_changelist"), {"q": "КУЗНЕЧИК"}).content.decode()
    assert "стрекотун, Кузнечик" in found
    assert "флешмоб, флэшмоб" not in found
    assert "стрекотун, Кузнечик" in librarian.get(reverse("admin:events_version_changelist")).content.decode()


def test_a_name_that_is_there_already_is_refused_in_words(staff_client):
    """It was: a page of nothing but «500», and all that was typed was lost."""
    library = Organisation.objects.create(name="Вымышленная библиотека")
    Organisation.objects.create(name="Отдел маркетинга", parent=library)
    Topic.objects.create(name="Каталоги")
    add = "/admin/events/organisation/add/"
    typed = {"name": "отдел  маркетинга", "parent": str(library.pk), "city": "Вымыслов"}
    warned = send(staff_client, add, typed)
    refused = staff_client.post(add, form_fields(warned))
    assert "У этой организации уже есть отдел с таким названием" in refused.text
    assert form_fields(refused)["city"] == "Вымыслов"
    assert "В архиве уже есть эта тема" in send(staff_client, "/admin/events/topic/add/", {"name": "КАТАЛОГИ"}).text


def test_another_name_twice_is_refused_in_words(staff_client):
    library = Organisation.objects.create(name="Вымышленная библиотека")
    library.aliases.create(name="Вымышленка")
    form = f"/admin/events/organisation/{library.pk}/change/"

    def named(*names):
        rows = {f"aliases-{n}-name": name for n, name in enumerate(names, 1)}
        kinds = {f"aliases-{n}-kind": "variant" for n in range(1, len(names) + 1)}
        return send(staff_client, form, {"aliases-TOTAL_FORMS": str(len(names) + 1), **rows, **kinds})

    assert "Это название стоит здесь дважды" in named("ВЫМЫШЛЕНКА").text
    assert "Это название стоит здесь дважды" in named("ВБ", "вб").text
    assert library.aliases.count() == 1
    assert named("ВБ").status_code == 302


def test_the_other_language_is_one_link_away(staff_client):
    russian = staff_client.get("/admin/events/speaker/?q=Придуманная").text
    assert '<a href="/en/admin/events/speaker/?q=' in russian
    english = staff_client.get("/en/admin/events/speaker/").text
    assert '<a href="/admin/events/speaker/"' in english and 'href="/en/"' in english


def test_the_form_opens_at_what_has_to_be_corrected(staff_client):
    def focused(page):
        return re.findall(r'name="([\w-]+)"[^>]* autofocus', page.text)

    assert focused(staff_client.get(ADD)) == ["title"]
    conference = Conference.objects.create(title="Чтения")
    assert focused(staff_client.get(change_url(conference))) == []
    assert focused(send(staff_client, ADD, {"dates-0-start": "когда-то"})) == ["dates-0-start"]
    add_talk = f"{ADD_TALK}?conference={conference.pk}"
    assert focused(staff_client.get(add_talk)) == ["title"]
    refused = send(staff_client, add_talk, {"title": "О каталогах", "people-0-position": "библиограф"})
    assert focused(refused) == ["people-0-speaker"]
    assert focused(staff_client.get(change_url(conference))) == []


def test_staff_without_the_right_are_not_told_to_log_in(client):
    client.force_login(User.objects.create_user("guest", is_staff=True))
    page = client.get(ADD)
    assert page.status_code == 403
    assert "нет на это права" in page.text and "Войти" not in page.text
