"""A librarian loads a table: sees first what will happen, loses nothing to a mistake, gets the same table back."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from events import rights, table
from events.admin.tables import EXAMPLE
from events.importing.tables import importing
from events.models import Conference, Organisation, Speaker, StaffMembership, Talk, Version

pytestmark = pytest.mark.django_db

PAGE = "admin:events_conference_table"
# Like the example, each row with something of its own.
OWN = [EXAMPLE[0] | {"platform": "Zoom"}, EXAMPLE[1] | {"talk_kind": "сообщение"}, EXAMPLE[2] | {"platform": "Zoom"}]


def upload(client, rows, name="table.xlsx"):
    return client.post(reverse(PAGE), {"file": SimpleUploadedFile(name, table.xlsx_bytes(rows))})


def test_the_preview_writes_nothing_and_the_import_writes_what_it_showed(staff_client):
    page = upload(staff_client, OWN)
    assert "Вымышленные чтения" in page.content.decode()
    assert not Conference.objects.exists()
    assert staff_client.post(reverse(PAGE), {"confirm": "1"}).status_code == 302
    assert Conference.objects.count() == 2
    assert set(Conference.objects.values_list("status", flat=True)) == {"draft"}
    again = upload(staff_client, OWN).content.decode()
    assert "Событий и докладов без изменений: 4" in again
    assert 'name="confirm"' not in again


def test_three_hundred_rows_with_five_bad_ones_are_refused_with_five_messages(staff_client):
    rows = [{"title": f"Чтения {n}", "start": "2020"} for n in range(300)]
    for n in (3, 50, 120, 200, 299):
        rows[n]["start"] = "когда-то"
    page = upload(staff_client, rows).content.decode()
    assert page.count("Строка ") == 5
    assert "Строка 301, столбец «Дата»" in page
    assert 'name="confirm"' not in page
    for row in rows:
        row["start"] = "2020"
    # How all of them are written is tried in a browser.
    upload(staff_client, rows[:60])
    staff_client.post(reverse(PAGE), {"confirm": "1"})
    assert Conference.objects.count() == 60


def test_a_file_that_is_no_table_is_refused_in_words(staff_client):
    page = staff_client.post(reverse(PAGE), {"file": SimpleUploadedFile("a.xlsx", b"PK junk")}).content.decode()
    assert "Сохраните его заново" in page
    assert "Обязательное поле" in staff_client.post(reverse(PAGE), {}).content.decode()


def test_the_example_can_be_read_as_it_is(staff_client):
    content = staff_client.get(reverse("admin:events_conference_table_example")).content
    assert [row.cells for row in table.read("primer.xlsx", content)] == EXAMPLE


def test_rows_of_the_example_that_somebody_forgot_to_delete_come_into_no_archive(staff_client):
    own = {"title": "Свои чтения", "start": "09.06.2021"}
    page = upload(staff_client, [*EXAMPLE, own]).text
    assert "3 строки примера" in page
    assert "Вымышленные чтения" not in page
    staff_client.post(reverse(PAGE), {"confirm": "1"})
    assert [str(event) for event in Conference.objects.all()] == ["Свои чтения"]
    assert "только строки примера" in upload(staff_client, EXAMPLE).text


@pytest.mark.parametrize("action", ["as_xlsx", "as_csv"])
def test_selected_events_leave_as_the_same_table(staff_client, first_event, action):
    event = Conference.objects.get()
    answer = staff_client.post(
        reverse("admin:events_conference_changelist"), {"action": action, "_selected_action": [event.pk]}
    )
    name = answer["Content-Disposition"].partition('"')[2].rstrip('"')
    back = table.read(name, answer.content)
    assert back[0].cells["code"] == event.slug
    assert [row.cells["talk_title"] for row in back if "talk_title" in row.cells][0].startswith("Web-сайт")
    upload_again = staff_client.post(reverse(PAGE), {"file": SimpleUploadedFile(name, answer.content)})
    assert 'name="confirm"' not in upload_again.content.decode()


def test_a_stranger_gets_nothing(client):
    assert client.get(reverse(PAGE)).status_code == 302
    assert client.get(reverse("admin:events_conference_table_example")).status_code == 302


def test_a_doubtful_column_is_confirmed_on_a_page_before_anything_is_shown_or_written(staff_client):
    content = "Название;Организация;Телефон\nВымышленные чтения;Вымышленная библиотека;12-34\n".encode()
    page = staff_client.post(reverse(PAGE), {"file": SimpleUploadedFile("a.csv", content)}).content.decode()
    assert "Вымышленная библиотека" in page and 'name="column-1"' in page
    assert 'name="confirm"' not in page
    assert staff_client.post(reverse(PAGE), {"confirm": "1"}).status_code == 200
    assert not Conference.objects.exists()
    preview = staff_client.post(reverse(PAGE), {"columns": "1", "column-1": "organisers"}).content.decode()
    assert "Телефон" in preview and 'name="confirm"' in preview
    staff_client.post(reverse(PAGE), {"confirm": "1"})
    assert str(Conference.objects.get().organisations.get().organisation) == "Вымышленная библиотека"


PROGRAMME = """Время;Тема выступления;ФИО
10.00–10.20;О каталогах;Сочинский П. И.
10.20–10.40;О книгах;Придуманная А. Б.
"""


def programme(event, **more):
    return {"columns": "1", "event": event, "column-2": "speakers", **more}


def test_a_programme_without_an_event_comes_in_as_that_of_the_event_that_is_named(staff_client):
    page = staff_client.post(reverse(PAGE), {"file": SimpleUploadedFile("a.csv", PROGRAMME.encode())}).text
    assert "программу одного события" in page and 'name="confirm"' not in page
    assert "напишите, какое" in staff_client.post(reverse(PAGE), programme("")).text
    preview = staff_client.post(reverse(PAGE), programme("Вымышленные чтения", start="9 июня 2020")).text
    assert "Вымышленные чтения" in preview and "10.00–10.20" in preview and 'name="confirm"' in preview
    staff_client.post(reverse(PAGE), {"confirm": "1"})
    event = Conference.objects.get()
    assert event.dates.get().start == "2020-06-09"
    assert [(talk.title, f"{talk.start_time:%H:%M}") for talk in event.talks.all()] == [
        ("О каталогах", "10:00"),
        ("О книгах", "10:20"),
    ]


def test_a_programme_is_added_to_an_event_of_the_archive_by_its_code(staff_client):
    event = Conference.objects.create(title="Вымышленные чтения")
    staff_client.post(reverse(PAGE), {"file": SimpleUploadedFile("a.csv", PROGRAMME.encode())})
    staff_client.post(reverse(PAGE), programme(f"[{event.slug}]"))
    staff_client.post(reverse(PAGE), {"confirm": "1"})
    assert [talk.title for talk in Conference.objects.get().talks.all()] == ["О каталогах", "О книгах"]
    staff_client.post(reverse(PAGE), {"file": SimpleUploadedFile("a.csv", PROGRAMME.encode())})
    assert "нет события с таким кодом" in staff_client.post(reverse(PAGE), programme("[net-takogo]")).text


WESTERN = """talk_id,title,abstract,talk_type,authors,status,track
1,On catalogues,,Talk,Anna Invented,accepted,Books
2,On books,,Talk,"John Made, Anna Invented",accepted,Books
"""


def test_an_export_of_conference_software_comes_in_with_one_answer_about_names(staff_client):
    """As wafer, PyCon sites and others write it: given names first, the title of a talk called only “title”."""
    page = staff_client.post(reverse(PAGE), {"file": SimpleUploadedFile("talks.csv", WESTERN.encode())}).text
    assert "Anna Invented" in page and 'name="order"' in page and "talk_id" not in page.split('name="column-1"')[0]
    answers = {"columns": "1", "event": "Пробный съезд", "column-1": "talk_title", "column-4": "speakers"}
    assert "Anna Invented" in staff_client.post(reverse(PAGE), answers).text
    staff_client.post(reverse(PAGE), {"file": SimpleUploadedFile("talks.csv", WESTERN.encode())})
    preview = staff_client.post(reverse(PAGE), answers | {"order": "given"}).text
    assert "talk_id" in preview and "status" in preview and 'name="confirm"' in preview
    staff_client.post(reverse(PAGE), {"confirm": "1"})
    assert set(Speaker.objects.values_list("family_name", "given_names")) == {("Invented", "Anna"), ("Made", "John")}
    assert [str(talk.session) for talk in Conference.objects.get().talks.all()] == ["Books", "Books"]


def test_two_columns_cannot_be_confirmed_as_the_same(staff_client):
    content = "Название;Организация;ФИО\nВымышленные чтения;Вымышленная библиотека;Сочинский П. И.\n".encode()
    staff_client.post(reverse(PAGE), {"file": SimpleUploadedFile("a.csv", content)})
    answer = staff_client.post(reverse(PAGE), {"columns": "1", "column-1": "speakers", "column-2": "speakers"})
    assert "одним столбцом" in answer.content.decode()


def test_values_that_a_colleague_changed_since_the_preview_are_shown_before_they_change(staff_client):
    event = Conference.objects.create(title="Вымышленные чтения")
    rows = [{"code": event.slug, "city": "Вымыслов"}]
    upload(staff_client, rows)
    event.city = "Придумск"
    event.save()
    page = staff_client.post(reverse(PAGE), {"confirm": "1"}).text
    assert "архив изменился" in page and "Придумск" in page and 'name="confirm"' in page
    assert Conference.objects.get().city == "Придумск"
    staff_client.post(reverse(PAGE), {"confirm": "1"})
    assert Conference.objects.get().city == "Вымыслов"


def test_the_preview_shows_what_it_says_of_a_new_event(staff_client):
    page = upload(staff_client, OWN).text
    for value in ("9 июня", "Вымыслов", "онлайн", "https://library.example/news/1"):
        assert value in page.replace("\xa0", " ")


def test_a_table_of_which_a_part_came_in_says_so_and_goes_on_when_chosen_again(staff_client, monkeypatch):
    """A colleague changed the second event after all was checked."""
    event = Conference.objects.create(title="Вымышленные чтения")
    content = table.csv_bytes([{"title": "Другие чтения"}, {"code": event.slug, "city": "Вымыслов"}])

    def choose():
        staff_client.post(reverse(PAGE), {"file": SimpleUploadedFile("table.csv", content)})

    choose()
    written = importing.write

    def after_a_colleague(*arguments):
        event.city = "Придумск"
        event.save()
        return written(*arguments)

    monkeypatch.setattr(importing, "write", after_a_colleague)
    page = staff_client.post(reverse(PAGE), {"confirm": "1"}).text
    assert "Загружена только часть" in page and "Ничего не загружено" not in page
    assert "Строка 3" in page and "Придумск" in page
    assert set(Conference.objects.values_list("title", "city")) == {
        ("Вымышленные чтения", "Придумск"),
        ("Другие чтения", ""),
    }
    monkeypatch.undo()
    choose()
    staff_client.post(reverse(PAGE), {"confirm": "1"})
    assert Conference.objects.get(pk=event.pk).city == "Вымыслов"
    assert Conference.objects.count() == 2
    assert Version.objects.exclude(import_number=None).values("import_number").distinct().count() == 1


class TestAnAccountOfOneLibrary:
    @pytest.fixture(params=["Архивисты", "Редакторы"])
    def local(self, request):
        user = User.objects.create(username="mestnyi", is_staff=True)
        user.groups.add(Group.objects.get(name=request.param))
        own = Organisation.objects.create(name="Своя библиотека")
        StaffMembership.objects.create(user=user, organisation=own)
        client = Client()
        client.force_login(user)
        return client

    @pytest.mark.parametrize("status", ["draft", "published"])
    def test_events_of_another_library_are_refused_by_row_and_nothing_is_written(self, local, status):
        event = Conference.objects.create(title="Чужие чтения", status=status)
        rows = [{"title": "Свои чтения", "organisers": "Своя библиотека"}, {"code": event.slug, "city": "Вымыслов"}]
        page = upload(local, rows)
        assert page.status_code == 200
        assert "Строка 3, столбец «Код события»" in page.text and 'name="confirm"' not in page.text
        assert "Строка 2" not in page.text
        assert local.post(reverse(PAGE), {"confirm": "1"}).status_code == 200
        assert list(Conference.objects.values_list("title", "city")) == [("Чужие чтения", "")]
        assert not Version.objects.filter(user__username="mestnyi").exists()

    def test_nobody_takes_an_event_by_adding_their_library_to_it(self, local):
        event = Conference.objects.create(title="Чужие чтения")
        page = upload(local, [{"code": event.slug, "organisers": "Своя библиотека"}])
        assert "Строка 2" in page.text and 'name="confirm"' not in page.text
        assert not event.organisations.exists()

    def test_new_events_come_in(self, local):
        rows = [{"title": "Свои чтения", "organisers": "Своя библиотека", "talk_title": "О каталогах"}]
        assert 'name="confirm"' in upload(local, rows).text
        assert local.post(reverse(PAGE), {"confirm": "1"}).status_code == 302
        assert Conference.objects.get().talks.get().title == "О каталогах"

    def test_an_event_that_became_anothers_between_check_and_writing_stays_and_is_named(self, local, monkeypatch):
        """What the check allowed the database may refuse a moment later: no error page, no half of an event."""
        upload(local, [{"title": "Первые чтения"}, {"title": "Вторые чтения", "talk_title": "О каталогах"}])
        check, asked = rights.check, []

        def refusing(user, changes, public, names):
            asked.append(changes)
            if len(asked) == 4:
                raise PermissionDenied("Это событие других организаций.")
            check(user, changes, public, names)

        monkeypatch.setattr(rights, "check", refusing)
        page = local.post(reverse(PAGE), {"confirm": "1"})
        assert page.status_code == 200
        assert "Загружена только часть" in page.text and "Строка 3" in page.text
        assert [event.title for event in Conference.objects.all()] == ["Первые чтения"]
        assert not Talk.objects.exists()
