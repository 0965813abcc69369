"""Nothing typed is lost: a session that ended gives the form back, to the account that typed it and to nobody else."""

import time

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from events.admin import unsaved
from events.models import Conference, Photo

from .admin_form import form_fields
from .test_admin_intake import PASTE, REVIEW, TEXT, Fields, proposal
from .test_images import content

pytestmark = pytest.mark.django_db
PASSWORD = "a long fictitious password"
ADD = "/admin/events/conference/add/"
TITLE = "Вымышленные чтения о потерянных черновиках"
NOTICE = "Это введено раньше и ещё не сохранено"


def account(name="librarian", **more):
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True, **more)
    user.groups.add(Group.objects.get(name="Редакторы"))
    return user


def log_in(client, name="librarian", to=ADD):
    return client.post("/admin/login/", {"username": name, "password": PASSWORD, "next": to})


@pytest.fixture
def librarian(client):
    account()
    log_in(client)
    return client


def end_session(client):
    Session.objects.all().delete()


def typed(client, url=ADD, **fields):
    return form_fields(client.get(url)) | fields


def test_a_form_whose_session_ended_comes_back_filled_and_unsaved(librarian):
    sent = typed(librarian, title=TITLE, summary="Первая строка.\r\nВторая строка.")
    end_session(librarian)
    refused = librarian.post(ADD, sent | {"_save": "1"})
    assert refused.url == f"/admin/login/?next={ADD}"
    login = librarian.get(refused.url).text
    assert "Сеанс закончился раньше" in login and TITLE not in login
    assert log_in(librarian).url == ADD
    page = librarian.get(ADD)
    assert NOTICE in page.text and not Conference.objects.exists()
    fields = form_fields(page)
    assert (fields["title"], fields["summary"]) == (TITLE, "Первая строка.\r\nВторая строка.")
    librarian.post(ADD, fields)
    assert Conference.objects.get().title == TITLE
    assert form_fields(librarian.get(ADD))["title"] == "", "it is given back one time"


def test_rows_and_the_revision_come_back_too(librarian):
    """Nested rows come back; a colleague's save meanwhile is noticed."""
    conference = Conference.objects.create(title="Вымышленное событие")
    url = f"/admin/events/conference/{conference.pk}/change/"
    sent = typed(librarian, url, title=TITLE) | {"dates-TOTAL_FORMS": "1", "dates-0-start": "9 июня 2020"}
    end_session(librarian)
    librarian.post(url, sent)
    conference.city = "Вымыслов"
    conference.save()
    log_in(librarian, to=url)
    page = librarian.get(url)
    assert form_fields(page)["dates-0-start"] == "9 июня 2020" and TITLE in page.text
    assert "Пока запись была открыта у вас" in page.text and not conference.dates.exists()


def test_another_account_sees_nothing_of_it(librarian):
    account("colleague")
    sent = typed(librarian, title=TITLE)
    end_session(librarian)
    librarian.post(ADD, sent)
    log_in(librarian, "colleague")
    assert TITLE not in librarian.get(ADD).text
    assert not any(TITLE in str(session.get_decoded()) for session in Session.objects.all())
    librarian.post("/admin/logout/")
    log_in(librarian)
    assert TITLE not in librarian.get(ADD).text


def test_a_wrong_password_and_a_wrong_address_in_between_lose_nothing(librarian):
    sent = typed(librarian, title=TITLE)
    end_session(librarian)
    librarian.post(ADD, sent)
    librarian.post("/admin/login/", {"username": "librarian", "password": "not the right one", "next": ADD})
    log_in(librarian)
    assert TITLE not in librarian.get("/admin/events/series/add/").text
    assert TITLE in librarian.get(ADD).text


def test_it_is_not_kept_for_a_browser_that_nobody_logged_in_from():
    stranger = Client()
    assert stranger.post(ADD, {"title": TITLE}).status_code == 302
    assert not Session.objects.exists()


def test_it_waits_twelve_hours_and_no_longer(librarian, monkeypatch):
    sent = typed(librarian, title=TITLE)
    end_session(librarian)
    librarian.post(ADD, sent)
    log_in(librarian)
    now = time.time()
    monkeypatch.setattr(unsaved.time, "time", lambda: now + unsaved.KEPT_FOR + 1)
    assert TITLE not in librarian.get(ADD).text


def test_passwords_are_not_kept(client):
    account(is_superuser=True)
    log_in(client)
    add = reverse("admin:auth_user_add")
    sent = typed(client, add, username="newcomer", password1="a secret of seven", password2="a secret of seven")
    end_session(client)
    client.post(add, sent)
    (session,) = Session.objects.all()
    assert "newcomer" in str(session.get_decoded()) and "secret" not in str(session.get_decoded())
    log_in(client, to=add)
    assert form_fields(client.get(add))["username"] == "newcomer"
    change = reverse("admin:auth_user_password_change", args=[User.objects.get().pk])
    end_session(client)
    client.post(change, {"usable_password": "false"})
    assert not Session.objects.exists()


def test_a_review_comes_back_with_its_answers(librarian):
    fields = Fields(proposal(librarian)).answer_all() | {"own-summary": "Своими словами о вымышленном."}
    end_session(librarian)
    librarian.post(reverse(REVIEW), fields)
    log_in(librarian, to=reverse(REVIEW))
    page = librarian.get(reverse(REVIEW))
    assert NOTICE in page.text and not Conference.objects.exists()
    again = Fields(page.text)
    assert again.values["own-summary"] == "Своими словами о вымышленном." and not again.unanswered
    librarian.post(reverse(REVIEW), again.values)
    assert Conference.objects.exists()


def test_a_pasted_text_comes_back(librarian):
    end_session(librarian)
    librarian.post(reverse(PASTE), {"text": TEXT})
    log_in(librarian, to=reverse(PASTE))
    assert "Вымысловская областная библиотека" in form_fields(librarian.get(reverse(PASTE)))["text"]


def test_descriptions_of_photos_come_back(librarian):
    conference = Conference.objects.create(title="Вымышленное событие")
    Photo.objects.create(conference=conference, image="photos/none.jpg")
    url = reverse("admin:events_conference_photos", args=[conference.pk])
    sent = typed(librarian, url) | {"form-0-alt": "Вымышленный зал"}
    end_session(librarian)
    librarian.post(url, sent)
    log_in(librarian, to=url)
    page = librarian.get(url)
    assert form_fields(page)["form-0-alt"] == "Вымышленный зал" and NOTICE in page.text
    assert Photo.objects.get().alt == ""


def test_the_copy_of_a_browser_is_shown_and_not_saved(librarian):
    """What static/admin-archive/unsaved.js sends on «Восстановить»."""
    page = librarian.post(ADD, typed(librarian, title=TITLE) | {unsaved.SHOW: "1", "_save": "1"})
    assert page.status_code == 200 and not Conference.objects.exists()
    assert form_fields(page)["title"] == TITLE and unsaved.SHOW not in form_fields(page)
    assert unsaved.SAVED not in page.cookies


def test_the_browser_hears_that_a_form_was_saved(librarian):
    refused = librarian.post(ADD, typed(librarian) | {"dates-0-start": "никогда"})
    assert refused.status_code == 200 and unsaved.SAVED not in refused.cookies
    saved = librarian.post(ADD, typed(librarian, title=TITLE))
    assert saved.cookies[unsaved.SAVED].value == "%2Fadmin%2Fevents%2Fconference%2Fadd%2F"


def test_a_session_lasts_from_the_last_hour_of_work_and_public_pages_write_none(librarian, monkeypatch):
    librarian.get("/admin/")
    (before,) = Session.objects.values_list("expire_date", flat=True)
    now = time.time()
    monkeypatch.setattr(unsaved.time, "time", lambda: now + unsaved.RENEWED_AFTER + 1)
    librarian.get("/conferences/")
    assert Session.objects.get().expire_date == before
    assert "sessionid" in librarian.get("/admin/").cookies
    (after,) = Session.objects.values_list("expire_date", flat=True)
    assert after > before
    assert "sessionid" not in librarian.get("/admin/").cookies


def test_a_file_of_a_form_whose_session_ended_comes_back(librarian):
    conference = Conference.objects.create(title="Вымышленное событие")
    url = f"/admin/events/conference/{conference.pk}/change/"
    chosen = {
        "photos-TOTAL_FORMS": "1",
        "photos-0-alt": "Зал",
        "photos-0-image": SimpleUploadedFile("zal.jpg", content()),
    }
    sent = typed(librarian, url) | chosen
    end_session(librarian)
    librarian.post(url, sent)
    log_in(librarian, to=url)
    shown = librarian.get(url)
    assert "оставить zal.jpg" in shown.text
    librarian.post(url, form_fields(shown))
    assert conference.photos.get().alt == "Зал"
