"""Who logs in: guessing is stopped before it costs anything, a second factor holds, and everything leaves a trail."""

import datetime
import logging
import re
import time

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from events import client as asking
from events.models import Attempt, AuditEntry
from events.operations import accounts, audit, throttle

from .admin_form import form_fields

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"
PASSWORD, WRONG = "a long fictitious password", "not the right password"


@pytest.fixture
def librarian(db):
    return User.objects.create_user("librarian", password=PASSWORD, is_staff=True)


def post(client, name="librarian", password=WRONG, address="192.0.2.1", page=LOGIN, **more):
    return client.post(page, {"username": name, "password": password, **more}, REMOTE_ADDR=address)


def later(**period):
    """The attempts so far were made that much earlier."""
    for attempt in Attempt.objects.all():
        attempt.moment -= datetime.timedelta(**period)
        attempt.save()


def is_in(client):
    return client.get("/admin/").status_code == 200


# ── Guessing ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_sixth_guess_is_refused_without_looking_at_the_password(client, librarian, monkeypatch):
    for _guess in range(5):
        assert post(client).status_code == 200
    hashed = []
    monkeypatch.setattr("django.contrib.auth.models.AbstractBaseUser.check_password", lambda *_: hashed.append(1))
    refused = post(client, password=PASSWORD)
    assert (refused.status_code, hashed) == (429, [])
    assert 0 < int(refused["Retry-After"]) <= 900
    assert "Слишком много попыток" in refused.text and PASSWORD not in refused.text
    assert 'value="librarian"' in refused.text
    assert "Too many attempts" in post(Client(), page="/en/admin/login/").text
    monkeypatch.undo()
    later(minutes=15)
    assert post(client, password=PASSWORD).status_code == 302


def test_whoever_goes_on_guessing_does_not_push_the_end_away(client, librarian):
    for _guess in range(5):
        post(client)
    later(minutes=14)
    for _guess in range(20):
        assert post(client).status_code == 429
    later(minutes=1)
    assert post(client, password=PASSWORD).status_code == 302


def test_a_success_begins_the_count_anew(client, librarian):
    for _time in range(3):
        for _guess in range(4):
            post(client)
        assert post(client, password=PASSWORD).status_code == 302
        client.post("/admin/logout/")


def test_a_library_behind_one_address_may_log_in_all_day(librarian):
    for _time in range(60):
        assert post(Client(), password=PASSWORD).status_code == 302


def test_one_address_may_not_go_through_many_accounts(client, librarian):
    for number in range(50):
        assert post(client, name=f"nobody{number}").status_code == 200
    assert post(client, password=PASSWORD).status_code == 429
    assert post(client, password=PASSWORD, address="192.0.2.2").status_code == 302


def test_many_addresses_slow_down_and_never_lock_the_account(client, librarian):
    for host in range(10):
        assert post(Client(), address=f"198.51.100.{host}").status_code == 200
    refused = post(client, password=PASSWORD, address="203.0.113.9")
    assert refused.status_code == 429 and int(refused["Retry-After"]) <= 30
    later(seconds=31)
    assert post(client, password=PASSWORD, address="203.0.113.9").status_code == 302


def test_who_logged_in_from_a_device_before_never_waits_for_strangers(client, librarian):
    post(client, password=PASSWORD)
    client.post("/admin/logout/")
    for host in range(12):
        post(Client(), address=f"198.51.100.{host}")
    stranger = Client()
    stranger.cookies[accounts.KNOWN_DEVICE] = accounts.known_device(User.objects.create(username="other"))
    assert post(stranger, password=PASSWORD, address="203.0.113.9").status_code == 429
    assert post(client, password=PASSWORD, address="203.0.113.9").status_code == 302


def test_attempts_at_once_count_too(librarian):
    """Stored before they are made: of those that began together not more go through than of those in turn."""
    limits = throttle.LoginLimits.of("librarian", "192.0.2.1", False)
    assert [limits.admit() is None for _guess in range(7)] == [True] * 5 + [False] * 2
    assert Attempt.objects.filter(scope=limits.network.scope).count() == 5


def test_neither_names_nor_addresses_stand_in_the_attempts(client, librarian):
    post(client)
    assert not re.search("librarian|192.0.2.1", str(list(Attempt.objects.values())))


@pytest.mark.parametrize("name", ["", "a\0b", "ё" * 5000, "’ OR 1=1 --"])
def test_odd_names_are_a_failed_login_and_no_crash(client, librarian, name):
    assert post(client, name=name).status_code == 200


# ── The client’s address ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("direct", "forwarded", "found"),
    [
        ("203.0.113.5", "192.0.2.1", "203.0.113.5"),  # nobody may say for whom he asks
        ("10.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.1, 192.0.2.1", "192.0.2.1"),  # what stands first the visitor wrote himself
        ("10.0.0.1", "192.0.2.1, 10.0.0.2", "192.0.2.1"),  # two proxies
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.1, junk", "10.0.0.1"),
        ("::ffff:10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
    ],
)
def test_only_trusted_proxies_say_who_asks(settings, direct, forwarded, found):
    import ipaddress

    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]
    assert asking.address({"REMOTE_ADDR": direct, "HTTP_X_FORWARDED_FOR": forwarded}) == found


def test_a_forged_header_gives_no_further_guesses(client, librarian):
    for number in range(5):
        client.post(
            LOGIN, {"username": "librarian", "password": WRONG}, headers={"x-forwarded-for": f"192.0.2.{number}"}
        )
    form = {"username": "librarian", "password": PASSWORD}
    assert client.post(LOGIN, form, headers={"x-forwarded-for": "192.0.2.99"}).status_code == 429


# ── The second factor ───────────────────────────────────────────────────────────────────────────────────────────────


def code_of(user, steps=0):
    device = TOTPDevice.objects.get(user=user)
    return f"{totp(device.bin_key, t0=-30 * steps):06}"


@pytest.fixture
def guarded(librarian):
    """An account with a second factor; its recovery codes."""
    device = accounts.proposed_device(librarian)
    return accounts.set_up(device, code_of(librarian, steps=-1))


def test_staff_set_up_an_app_and_see_the_recovery_codes_once(client, librarian):
    client.force_login(librarian)
    image = client.get("/admin/account/").text.partition('role="img"')[2].partition("</svg>")[0]
    assert "<svg" in image and " style=" not in image
    assert "://" not in image and "href" not in image, "nothing is fetched from elsewhere"
    assert client.post("/admin/account/", {"action": "set-up", "code": "000 00"}).status_code == 422
    assert not accounts.has_second_factor(librarian)
    code = code_of(librarian)
    response = client.post("/admin/account/", {"action": "set-up", "code": f"{code[:3]} {code[3:]}"}, follow=True)
    codes = set(StaticToken.objects.values_list("token", flat=True))
    assert len(codes) == 10 and all(code in response.text for code in codes)
    again = client.get("/admin/account/").text
    assert not any(code in again for code in codes) and 'role="img"' not in again


def test_the_password_alone_opens_nothing(client, librarian, guarded):
    response = post(client, password=PASSWORD, next="/admin/events/talk/")
    assert response["Location"] == "/admin/login/code/"
    assert not is_in(client)
    assert client.post(response["Location"], {"code": "abcdef"}).status_code == 200
    assert client.post(response["Location"], {"code": "٣" * 6}).status_code == 200
    assert not is_in(client)
    response = client.post(response["Location"], {"code": code_of(librarian)})
    assert response["Location"] == "/admin/events/talk/" and is_in(client)


def test_a_code_opens_once(librarian, guarded):
    code, opened = code_of(librarian), []
    for client in (Client(), Client()):
        post(client, password=PASSWORD)
        client.post("/admin/login/code/", {"code": code})
        opened.append(is_in(client))
    assert opened == [True, False]


def test_a_recovery_code_opens_once(librarian, guarded):
    opened = []
    for client in (Client(), Client()):
        post(client, password=PASSWORD)
        client.post("/admin/login/code/", {"code": guarded[0].upper()})
        opened.append(is_in(client))
    assert opened == [True, False]


def test_codes_are_limited_like_passwords(client, librarian, guarded):
    post(client, password=PASSWORD, address="127.0.0.1")
    answers = [client.post("/admin/login/code/", {"code": "000000"}).status_code for _guess in range(6)]
    assert answers == [200] * 4 + [429] * 2
    assert client.post("/admin/login/code/", {"code": code_of(librarian)}).status_code == 429


@pytest.mark.parametrize("page", ["/admin/login/code/", "/en/admin/login/code/"])
def test_without_a_password_there_is_no_second_step(client, guarded, page):
    assert client.get(page)["Location"].endswith("/admin/login/")
    assert client.post(page, {"code": guarded[0]})["Location"].endswith("/admin/login/")
    assert not is_in(client)


def test_the_second_step_waits_five_minutes_and_for_the_same_password(client, librarian, guarded, monkeypatch):
    now = time.time()
    post(client, password=PASSWORD)
    monkeypatch.setattr("events.admin.login.time.time", lambda: now + 400)
    assert client.post("/admin/login/code/", {"code": guarded[0]})["Location"] == LOGIN
    monkeypatch.undo()
    post(client, password=PASSWORD)
    librarian.set_password("another long password")
    librarian.save()
    assert client.post("/admin/login/code/", {"code": guarded[1]})["Location"] == LOGIN
    assert not is_in(client)


def test_switching_it_off_asks_for_the_password(client, librarian, guarded):
    client.force_login(librarian)
    assert client.post("/admin/account/", {"action": "remove", "password": WRONG}).status_code == 422
    assert accounts.has_second_factor(librarian)
    client.post("/admin/account/", {"action": "remove", "password": PASSWORD})
    assert not accounts.has_second_factor(librarian)


def test_only_a_superuser_frees_an_account_of_its_second_factor(librarian, guarded, staff_client):
    helper = User.objects.create(username="helper", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__in=["change_user", "view_user"]))
    other = Client()
    other.force_login(helper)
    data = {"action": "remove_second_factor", "_selected_action": [librarian.pk]}
    other.post("/admin/auth/user/", data)
    assert accounts.has_second_factor(librarian)
    staff_client.post("/admin/auth/user/", data)
    assert not accounts.has_second_factor(librarian)


def test_keys_and_recovery_codes_have_no_page(staff_client, guarded):
    assert staff_client.get("/admin/otp_totp/totpdevice/").status_code == 404
    assert staff_client.get("/admin/otp_static/staticdevice/").status_code == 404
    assert "otp" not in staff_client.get("/admin/").text.lower()


def test_a_group_may_be_obliged_to_have_one(client, librarian, settings):
    librarian.groups.add(Group.objects.get(name="Редакторы"))
    client.force_login(librarian)
    assert is_in(client)
    settings.SECOND_FACTOR_GROUPS = ["Редакторы"]
    for page in ("/admin/", "/admin/events/talk/", "/en/admin/events/talk/add/"):
        assert client.get(page)["Location"].endswith("/admin/account/"), page
    assert client.get("/admin/account/").status_code == 200
    client.post("/admin/account/", {"action": "set-up", "code": code_of(librarian)})
    assert is_in(client)


def test_visitors_do_not_reach_the_account_page(client):
    assert client.get("/admin/account/")["Location"].startswith(LOGIN)


# ── Sessions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def sessions_of(librarian, number=2):
    clients = [Client() for _number in range(number)]
    for client in clients:
        client.force_login(librarian)
    return clients


def test_all_other_sessions_end_and_nobody_elses(librarian, staff_client):
    here, there = sessions_of(librarian)
    here.post("/admin/account/", {"action": "end-sessions"})
    assert (is_in(here), is_in(there), is_in(staff_client)) == (True, False, True)


def test_a_superuser_ends_the_sessions_of_an_account(librarian, staff_client):
    (there,) = sessions_of(librarian, 1)
    staff_client.post("/admin/auth/user/", {"action": "end_sessions", "_selected_action": [librarian.pk]})
    assert (is_in(there), is_in(staff_client)) == (False, True)


def test_a_changed_password_ends_the_others(librarian):
    here, there = sessions_of(librarian)
    new = "another long fictitious password"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post("/admin/password_change/", form).status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)
    assert AuditEntry.objects.filter(action="password", user=librarian, detail="librarian").exists()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil", ""])
def test_a_bad_next_leads_to_the_days_work(client, librarian, target):
    response = client.post(LOGIN, {"username": "librarian", "password": PASSWORD, "next": target})
    assert response["Location"] == "/admin/"


# ── The audit trail ─────────────────────────────────────────────────────────────────────────────────────────────────


def trail(*actions):
    return list(AuditEntry.objects.filter(action__in=actions).order_by("pk").values_list("account", "detail"))


def test_logins_failures_and_logouts_leave_a_trail(client, librarian, caplog):
    AuditEntry.objects.all().delete()
    caplog.set_level(logging.INFO)
    post(client)
    post(client, password=PASSWORD)
    client.post("/admin/logout/", REMOTE_ADDR="192.0.2.1")
    rows = AuditEntry.objects.order_by("pk").values_list("action", "account", "address")
    assert list(rows) == [(action, "librarian", "192.0.2.1") for action in ("failure", "login", "logout")]
    assert "failure account=librarian address=192.0.2.1" in caplog.text
    assert WRONG not in caplog.text and PASSWORD not in caplog.text


def test_a_password_typed_as_a_name_is_not_kept(client, librarian, caplog):
    post(client, name=PASSWORD)
    assert trail("failure") == [("", "неверные имя или пароль; такой учётной записи нет")]
    assert PASSWORD not in caplog.text


def test_changes_of_rights_leave_a_trail_whoever_makes_them(librarian, staff, staff_client):
    AuditEntry.objects.all().delete()
    group = Group.objects.get(name="Редакторы")
    librarian.is_superuser = True
    librarian.save()
    librarian.groups.add(group)
    group.permissions.remove(Permission.objects.get(codename="publish_conference"))
    form = f"/admin/auth/user/{librarian.pk}/change/"
    data = form_fields(staff_client.get(form)) | {"groups": [], "email": "a@library.example"}
    for name in ("is_active", "is_superuser"):
        data.pop(name)
    assert staff_client.post(form, data).status_code == 302
    told = trail("rights")
    assert told[0] == ("", "librarian: статус суперпользователя — да")
    assert told[1] == ("", "пользователь librarian: + группа Редакторы")
    assert told[2][1] == "группа Редакторы: − право Конференции: публиковать"
    assert told[3] == (staff.username, "librarian: активный — нет, статус суперпользователя — нет")
    assert told[4] == (staff.username, "пользователь librarian: − группа Редакторы")


def test_the_trail_is_in_russian_though_a_command_speaks_english(librarian):
    AuditEntry.objects.all().delete()
    with override("en"):
        librarian.groups.clear()
        librarian.groups.add(Group.objects.get(name="Архивисты"))
        Group.objects.get(name="Архивисты").permissions.set(Permission.objects.filter(codename="view_talk"))
        User.objects.create(username="guest").delete()
    told = " ".join(detail for _account, detail in trail("rights", "account"))
    assert re.findall("[A-Za-z]+", re.sub("librarian|guest", "", told)) == []
    assert "Доклады" in told and "(все)" in told


def test_accounts_that_come_and_go_leave_a_trail(librarian):
    User.objects.create(username="guest").delete()
    assert [detail for _account, detail in trail("account")][-2:] == [
        "guest: запись создана",
        "пользователь guest: запись удалена",
    ]


def test_an_upgrade_of_the_stored_hash_is_no_change_of_the_password(client, librarian, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    AuditEntry.objects.all().delete()
    post(client, password=PASSWORD)
    assert not trail("password")


def test_an_export_of_a_table_leaves_a_trail(first_event, staff, staff_client):
    from events.models import Conference

    data = {"action": "as_csv", "_selected_action": [Conference.objects.get().pk]}
    assert staff_client.post("/admin/events/conference/", data).status_code == 200
    assert trail("export") == [(staff.username, "arkhiv.csv: 1")]


def test_the_trail_is_for_superusers_and_for_reading(librarian, staff_client):
    entry = audit.record("login", "a detail", user=librarian)
    page = f"/admin/events/auditentry/{entry.pk}/change/"
    assert "a detail" in staff_client.get("/admin/events/auditentry/?q=detail").text
    assert "a detail" not in staff_client.get("/admin/events/auditentry/?q=nothing").text
    assert staff_client.post(page, {"detail": "another"}).status_code == 403
    assert staff_client.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403
    librarian.user_permissions.set(Permission.objects.filter(codename__contains="auditentry"))
    other = Client()
    other.force_login(User.objects.get(pk=librarian.pk))
    assert other.get("/admin/events/auditentry/").status_code == 403
    assert other.get(page).status_code == 403


def test_the_trail_outlives_the_account(librarian):
    entry = audit.record("login", user=librarian)
    librarian.delete()
    entry.refresh_from_db()
    assert (entry.user, entry.account) == (None, "librarian")


def test_no_session_remembers_a_visitor(client, librarian):
    client.get("/")
    post(client)
    assert not Session.objects.filter(expire_date__gt=timezone.now()).exists()


def test_the_command_line_leaves_a_trail_too(librarian):
    call_command("createsuperuser", username="boss", email="", interactive=False)
    assert ("", "boss: статус персонала — да, статус суперпользователя — да") in trail("rights")
