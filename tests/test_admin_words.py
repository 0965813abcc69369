"""The admin in Russian speaks Russian: no English word on any page, right cases, and groups that explain themselves."""

import re
from html.parser import HTMLParser
from io import StringIO

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.urls import NoReverseMatch, reverse

from events import proposing, revisions, rights
from events.models import (
    AuditEntry,
    Conference,
    ConferenceKind,
    OldAddress,
    Organisation,
    ReaderReport,
    Speaker,
    SpeakerParticipation,
    SpeakerRole,
    Synonym,
    Version,
)

from . import rows
from .admin_form import send

pytestmark = pytest.mark.django_db

# Names of formats, standards and products, what a person types, and the language link.
# «Home», «End» and «Enter» stand on the keys.
LATIN = {"Home", "End", "Enter"} | set(
    """English ORCID URL JPEG PNG WebP DOCX XLSX XLS ODS CSV RSS Atom JSON XML ICS pretalx frab Indico WebVTT SRT PDF MB
    KB schedule json xml uid slug www https http IP VTT FreeOTP Aegis Google Authenticator QR HEIC en ru be kk uk III
    Skype VK Zoom cron lists Control Command Mac ISIL ROR RU dxps""".split()
)


# Columns that are in English by design, and stored texts.
DATA = set("field-account field-name_en field-name_plural_en field-slug field-words field-target".split())


class Words(HTMLParser):
    """What a page says: its text, and what is read out or stands in empty fields; no values of fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.skipped, self.said = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        is_data = DATA & set((attributes.get("class") or "").split())
        if tag in ("script", "style", "svg", "code", "textarea") or is_data or attributes.get("lang") == "en":
            self.skipped.append(tag)
        if not self.skipped:
            self.said.extend(attributes.get(name) or "" for name in ("title", "alt", "aria-label", "placeholder"))
            if tag == "input" and attributes.get("type") in ("submit", "button"):
                self.said.append(attributes.get("value") or "")

    def handle_endtag(self, tag):
        if self.skipped and tag == self.skipped[-1]:
            self.skipped.pop()

    def handle_data(self, data):
        if not self.skipped:
            self.said.append(data)

    @property
    def english(self) -> set[str]:
        text = re.sub(r"[\w-]+(?:[./_][\w-]+)+", " ", " ".join(self.said))  # addresses, names of files and commands
        return set(re.findall(r"[A-Za-z]{2,}", text)) - LATIN


@pytest.fixture
def everything(staff) -> None:
    """A record of each kind, without a Latin letter in what staff would have written."""
    staff.first_name, staff.last_name = "Ольга", "Придуманная"
    staff.email = ""
    staff.username = "редактор"
    staff.save()
    with revisions.create(user=staff):
        conference = rows.event("Чтения", slug="2020")
        Conference.objects.create(title="Черновик", slug="2021")
        for number in "12":
            Speaker.objects.create(family_name="Придуманная", slug=number)
        Synonym.objects.all().delete()
        Synonym.objects.create(words="вебинар, трансляция")
    Version.objects.exclude(record=conference.uid).delete()
    OldAddress.objects.create(kind="conference", slug="1", target=conference.slug)
    ReaderReport.objects.create(model="conference", record=conference.uid, name="Чтения", text="Дата не та.")
    change = conference.talks.get()
    try:
        with revisions.create(user=staff) as block:
            block.is_proposed = True
            change.title = "Новое название"
            change.save()
    except rights.NeedsApproval as needed:
        proposing.propose(needed.changes, needed.names, staff, "edit")
    AuditEntry.objects.filter(detail__contains="admin").delete()
    User.objects.create(username="архивист", is_staff=True).groups.add(Group.objects.first())


@pytest.mark.parametrize(
    ("model", "name"), [("conference", "Конференции"), ("version", "История изменений"), ("proposal", "Предложения")]
)
def test_a_list_is_called_as_the_way_to_it_is(staff_client, model, name):
    page = staff_client.get(reverse(f"admin:events_{model}_changelist")).text
    assert f"<h1>{name}</h1>" in page and f"<title>{name} |" in page.replace("\n", "")
    assert "Имя модели" not in page


def change(record) -> str:
    return reverse(f"admin:events_{record._meta.model_name}_change", args=[record.pk])


def pages() -> list[str]:
    found = ["admin:index", "admin:account", "admin:password_change", "admin:events_conference_intake"]
    addresses = [reverse(name) for name in found]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        addresses.append(reverse(f"{name}_changelist"))
        addresses.append(reverse(f"{name}_add"))
        if record := model._default_manager.first():
            for page in ("change", "history", "delete", "photos", "hide"):
                try:
                    addresses.append(reverse(f"{name}_{page}", args=[record.pk]))
                except NoReverseMatch:
                    continue
    one, other = Speaker.objects.filter(family_name="Придуманная")
    addresses.append(reverse("admin:events_conference_table"))
    addresses.append(reverse("admin:events_speaker_merge", args=[one.pk, other.pk]))
    return addresses


def test_no_page_of_the_admin_speaks_english(staff_client, everything):
    found = {}
    for address in pages():
        answer = staff_client.get(address)
        if answer.status_code == 200 and (english := Words(answer.text).english):
            found[address] = sorted(english)
    assert found == {}


def test_cases_and_counts_are_right_and_fields_say_what_they_are_for(staff_client, everything, client):
    """«Выберите проверенная ссылка для просмотра», «0 проверенные ссылки», «Форма: смешанный», fields without help."""
    event = Conference.objects.get(title="Чтения")
    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        page = staff_client.get(address).text
        assert "Выберите" not in page.split("<h1>")[1].split("</h1>")[0], address
        if 'class="paginator"' in page:
            assert re.search(r'class="paginator">\s*Всего: \d+', page), address
    form = staff_client.get(change(event)).text
    for said in ("Когда источник никого не называет", "Источник называет только даты", "В самом тексте год не назван"):
        assert said in form
    assert 'class="page-parts"' in form and 'href="#sources-group"' in form, "the long page has its contents"
    add = staff_client.get(reverse("admin:events_organisation_add")).text
    assert 'name="website"' in add and "Сайт не работает" not in add
    Conference.objects.filter(pk=event.pk).update(format="mixed")
    assert "<dt>Формат</dt>" in client.get(event.get_absolute_url()).text


# ── What went with the words ────────────────────────────────────────────────────────────────────────────────────────


def test_permissions_and_groups_say_what_they_allow_where_users_are_made(staff_client):
    page = staff_client.get("/admin/auth/user/add/").text
    assert "архивисты готовят события, редакторы публикуют их" in page and "Без этой отметки никто не войдёт" in page
    assert 'name="groups"' in page and "Single" not in page
    page = staff_client.get(reverse("admin:auth_group_change", args=[Group.objects.first().pk])).text
    assert "Доклады: изменять" in page and "Конференции: публиковать" in page


def test_a_user_is_made_with_a_group_in_one_go(staff_client):
    group = Group.objects.get(name="Архивисты")
    password = "a long fictitious password"
    fields = {"username": "novyi", "usable_password": "true", "password1": password, "password2": password}
    staff_client.post("/admin/auth/user/add/", {**fields, "is_staff": "on", "groups": [group.pk]})
    user = User.objects.get(username="novyi")
    assert user.is_staff and list(user.groups.all()) == [group]


def test_the_history_old_addresses_and_reports_can_be_searched_in_any_case(staff_client, everything):
    for words in ("чтения", "ЧТЕНИЯ", "Чтения"):
        assert "Чтения" in staff_client.get(f"/admin/events/version/?q={words}").text
        assert "Дата не та" in staff_client.get(f"/admin/events/readerreport/?q={words}").text
    assert 'class="field-named"' not in staff_client.get("/admin/events/version/?q=небывалое").text
    assert "2020" in staff_client.get("/admin/events/oldaddress/?q=2020").text


def test_the_fuller_name_stays_by_default_and_two_alike_are_told_apart(staff_client):
    short = Speaker.objects.create(family_name="Придуманная", initials="И. Л.")
    full = Speaker.objects.create(family_name="Придуманная", given_names="Ирина Львовна")
    listed = reverse("admin:events_speaker_changelist")
    answer = staff_client.post(listed, {"action": "merge", "_selected_action": [short.pk, full.pk]})
    assert answer.url.endswith(f"/{full.pk}/merge/{short.pk}/")
    conference = rows.event("Чтения")
    role, library = SpeakerRole.objects.first(), Organisation.objects.create(name="Вымысловская библиотека")
    SpeakerParticipation.objects.create(conference=conference, speaker=short, role=role, organisation=library)
    page = staff_client.get(f"{listed}?duplicates=possible").text
    assert "1 участие; Вымысловская библиотека; 2020" in page and "0 участий" in page
    Organisation.objects.create(name="Вымысловская библиотека", city="Вымыслов")
    assert "участий" in staff_client.get("/admin/events/organisation/?duplicates=possible").text


def test_a_change_of_line_ends_is_none(staff_client):
    conference = Conference.objects.create(title="Чтения", regions="Вымыслов\nПридумск", summary="Раз.\r\nДва.")
    before = Version.objects.of(conference).count()
    send(staff_client, change(conference))
    Conference.objects.filter(pk=conference.pk).update(regions="Вымыслов\r\nПридумск")
    assert Version.objects.of(conference).count() == before
    send(staff_client, change(conference), regions="Вымыслов\r\nЗадумск")
    assert Conference.objects.get().regions == "Вымыслов\nЗадумск"


def test_the_address_of_a_draft_follows_its_title_until_somebody_set_it_or_the_public_saw_it(staff_client):
    kind = ConferenceKind.objects.first()
    draft = Conference.objects.create(title="изкий берег", kind=kind, is_undated=True, is_unsourced=True)
    send(staff_client, change(draft), title="Низкий берег")
    assert Conference.objects.get().slug == "nizkii-bereg" and not OldAddress.objects.exists()
    send(staff_client, change(draft), slug="moi-adres")
    send(staff_client, change(draft), title="Высокий берег")
    assert Conference.objects.get().slug == "moi-adres"
    send(staff_client, change(draft), slug="", status="published")
    assert Conference.objects.get().slug == "vysokii-bereg"
    send(staff_client, change(draft), title="Пологий берег")
    assert Conference.objects.get().slug == "vysokii-bereg"


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_making_staff_speaks_russian_throughout(monkeypatch, staff):
    asked, said = [], StringIO()
    typed = iter(["", staff.username, "novyi", "not an address", "", "123", "a long fictitious one", "another"])
    typed = iter([*typed, "a long fictitious one", "a long fictitious one"])

    def answer(question):
        asked.append(question)
        return next(typed)

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr("getpass.getpass", answer)
    call_command("createsuperuser", stdin=Terminal(), stdout=said, stderr=said)
    created = User.objects.get(username="novyi")
    assert created.is_superuser and created.check_password("a long fictitious one")
    page = " ".join([*asked, said.getvalue()]).replace(staff.username, "").replace("novyi", "").replace("/admin/", "")
    assert "Имя учётной записи:" in asked[0] and "Пароли различаются" in page and "уже есть" in page
    assert not re.findall(r"[A-Za-z]{2,}", page), page
    with pytest.raises(CommandError, match="--noinput"):
        call_command("createsuperuser", interactive=False)
