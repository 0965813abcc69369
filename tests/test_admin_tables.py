"""A librarian loads a table: sees first what will happen, loses nothing to a mistake, gets the same table back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from events import table
from events.admin.tables import EXAMPLE
from events.models import Conference

pytestmark = pytest.mark.django_db

PAGE = "admin:events_conference_table"


def upload(client, rows, name="table.xlsx"):
    return client.post(reverse(PAGE), {"file": SimpleUploadedFile(name, table.xlsx_bytes(rows))})


def test_the_preview_writes_nothing_and_the_import_writes_what_it_showed(staff_client):
    page = upload(staff_client, EXAMPLE)
    assert "Вымышленные чтения" in page.content.decode()
    assert not Conference.objects.exists()
    assert staff_client.post(reverse(PAGE), {"confirm": "1"}).status_code == 302
    assert Conference.objects.count() == 2
    assert set(Conference.objects.values_list("status", flat=True)) == {"draft"}
    again = upload(staff_client, EXAMPLE).content.decode()
    assert "уже такие" in again
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
    upload(staff_client, rows)
    staff_client.post(reverse(PAGE), {"confirm": "1"})
    assert Conference.objects.count() == 300


def test_a_file_that_is_no_table_is_refused_in_words(staff_client):
    page = staff_client.post(reverse(PAGE), {"file": SimpleUploadedFile("a.xlsx", b"PK junk")}).content.decode()
    assert "Сохраните его заново" in page
    assert "Обязательное поле" in staff_client.post(reverse(PAGE), {}).content.decode()


def test_the_example_can_be_imported_as_it_is(staff_client):
    content = staff_client.get(reverse("admin:events_conference_table_example")).content
    assert [row.cells for row in table.read("primer.xlsx", content)] == EXAMPLE


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


def test_two_columns_cannot_be_confirmed_as_the_same(staff_client):
    content = "Название;Организация;ФИО\nВымышленные чтения;Вымышленная библиотека;Сочинский П. И.\n".encode()
    staff_client.post(reverse(PAGE), {"file": SimpleUploadedFile("a.csv", content)})
    answer = staff_client.post(reverse(PAGE), {"columns": "1", "column-1": "speakers", "column-2": "speakers"})
    assert "одним столбцом" in answer.content.decode()
