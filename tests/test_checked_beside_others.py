"""A form is checked before anybody has to wait for it; what others save meanwhile is noticed as if it had not been."""

import pytest

from .beside import run_beside
from .rows import event

# An editor sends the form of an event. `moment` says when a colleague acts on a connection of his own: when the rows of
# the form are read, or when the form was found right and is about to be saved.
SCRIPT = """
import threading, django
django.setup()
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from events.models import Conference, Speaker
from tests.admin_form import form_fields

one, other = (Conference.objects.get(title=title) for title in ("Встреча", "Чтения"))
guest = Speaker.objects.create(family_name="Вымысл", given_names="Инна")
User.objects.create_superuser("editor")

def logged_in():
    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get())
    return client

def page(conference):
    return f"/admin/events/conference/{conference.pk}/change/"

def post(client, conference, fields, **typed):
    return client.post(page(conference), {**fields, "_continue": "1", **typed})

editor, colleague = logged_in(), logged_in()
opened = form_fields(editor.get(page(one)))
other_opened = form_fields(colleague.get(page(other)))
new_row = {"people-TOTAL_FORMS": "3", "people-2-role": opened["people-0-role"], "people-2-order": "9"}

def send(moment, act, **typed):
    acting = threading.Thread(target=lambda: (act(), connection.close()))
    turns = []

    def watch(execute, sql, params, many, context):
        is_turn = sql.startswith("BEGIN") or "advisory" in sql
        turns.append(is_turn)
        is_now = "events_note" in sql if moment == "reading" else is_turn and sum(turns) == LOCK
        if is_now and not acting.ident:
            acting.start()
            acting.join(5)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        answer = post(editor, one, opened, **typed)
    is_free = not acting.is_alive()
    acting.join()
    one.refresh_from_db()
    return answer.status_code, is_free

# SQLite’s BEGIN is put off once.
LOCK = 2 if connection.vendor == "sqlite" else 1

def saves(conference, fields, **typed):
    def act():
        assert post(colleague, conference, fields, **typed).status_code == 302
    return act

# Nobody waits while the form is checked.
print(*send("reading", saves(other, other_opened, city="Соседск"), title="Встреча 1"), one.title)
opened = form_fields(editor.get(page(one)))

# The same event, saved by a colleague after it was checked: both are compared, nothing is lost.
print(*send("saving", saves(one, opened, city="Соседск"), title="Встреча 2"), one.title, one.city)
opened = form_fields(editor.get(page(one)))

# A person chosen in a row is deleted: an error of the form.
row = {**new_row, "people-2-speaker": guest.pk}
print(*send("saving", lambda: Speaker.objects.get(pk=guest.pk).delete(), **row), one.people.filter(talk=None).count())

# The same new name typed by both is one person, after a question.
row = {**new_row, "people-2-speaker_name": "Вымыслова Анна Петровна"}
other_opened = form_fields(colleague.get(page(other)))
answer = send("saving", saves(other, other_opened, **row), **row)
print(*answer, Speaker.objects.filter(family_name="Вымыслова").count())

# An address that a colleague has just given away.
other_opened = form_fields(colleague.get(page(other)))
print(*send("saving", saves(other, other_opened, slug="vstrecha-god"), slug="vstrecha-god"), one.slug)
"""


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_check_of_a_form_and_nothing_is_lost_by_it(tmp_path):
    for title in ("Встреча", "Чтения"):
        event(title, status="draft").photos.all().delete()
    assert run_beside(SCRIPT, tmp_path).splitlines() == [
        "302 True Встреча 1",
        "200 True Встреча 1 Соседск",
        "200 True 1",
        "200 True 1",
        "200 True vstrecha-1",
    ]
