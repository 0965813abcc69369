"""Whom to write to: work contacts of an organisation, beside its events, too; nobody is named who did not agree."""

import pytest
from django.core.cache import cache
from django.test import override_settings

from events import revisions
from events.models import Conference, Consent, Contact, Organisation, Proposal, Speaker, Version
from events.revisions import withholding

from .admin_form import form_fields
from .rows import event
from .test_rights import account

pytestmark = pytest.mark.django_db
LOCAL_MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture
def library():
    event("Чтения")
    return Organisation.objects.main().get()


@pytest.fixture
def colleague(library):
    """Somebody who agreed to be named, and is."""
    person = Speaker.objects.create(family_name="Зюмбрякова", initials="А. П.")
    Consent.objects.create(speaker=person, subject="contacts", given="2026-06-01")
    Contact.objects.create(
        organisation=library, post="заведующая", speaker=person, telephone="8 (4852) 00-00-00, доб. 1"
    )
    return person


def pages(library):
    return [library.get_absolute_url(), Conference.objects.get().get_absolute_url()]


def submit(client, library, **typed):
    address = f"/admin/events/organisation/{library.pk}/change/"
    row = {f"contacts-1-{name}": value for name, value in typed.items()}
    return client.post(address, {**form_fields(client.get(address)), "contacts-TOTAL_FORMS": "2", **row})


def test_readers_see_whom_to_write_to_on_the_page_and_beside_the_event(library, client, staff_client, staff):
    typed = {"post": "методический отдел", "email": "metod@example.org", "checked": "01.06.2026"}
    typed |= {"telephone": "8 (4852) 00-00-00, доб. 1", "url": "https://example.org/contacts"}
    response = submit(staff_client, library, **typed)
    assert response.status_code == 302, response.context["errors"]
    for address in pages(library):
        page = client.get(address).text
        assert "Методический отдел" in page and "Кому написать" in page
        assert 'href="mailto:metod@example.org"' in page and 'href="tel:+74852000000"' in page
        assert 'проверено <time datetime="2026-06-01">' in page
    assert Version.objects.of(library).first().user == staff
    exported = client.get(f"/api/v1/organisations/{library.uid}/").json()
    assert exported["contacts"][1] == {
        "post": "методический отдел",
        "email": "metod@example.org",
        "telephone": "8 (4852) 00-00-00, доб. 1",
        "address": "https://example.org/contacts",
        "checked": "2026-06-01",
    }
    assert '"contactType":"методический отдел"' in client.get(library.get_absolute_url()).text


def test_editors_and_archivists_have_the_right_to_enter_them(library, client):
    """An editor writes at once; what an archivist changes of a public page waits as a proposal."""
    editor, archivist = account("redaktor", "Редакторы"), account("arkhivist", "Архивисты")
    assert submit(editor, library, post="сектор", email="sektor@example.org").status_code == 302
    assert "sektor@example.org" in client.get(library.get_absolute_url()).text
    Contact.objects.filter(post="сектор").delete()
    assert submit(archivist, library, post="отдел", email="otdel@example.org").status_code == 302
    assert "otdel@example.org" not in client.get(library.get_absolute_url()).text
    assert Proposal.objects.filter(record=library.uid).count() == 1


def test_a_department_without_contacts_shows_those_of_its_library(library, client):
    department = library.departments.get()
    assert "Чтения: методист 1" in client.get(department.get_absolute_url()).text
    Contact.objects.create(organisation=department, post="Сектор чтения", email="sektor@example.org")
    page = client.get(department.get_absolute_url()).text
    assert "Сектор чтения" in page and "Чтения: методист 1" not in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"post": "Вымышленная Анна Петровна, методист"}, "Назовите здесь должность, а не человека"),
        ({"post": "методист А. П. Вымышленная"}, "Назовите здесь должность, а не человека"),
        ({"post": "методист", "email": ""}, "Впишите адрес электронной почты, телефон или адрес страницы"),
        ({"post": "методист", "telephone": "звонить днём"}, "Запишите телефон так"),
        (
            {"post": "методист", "speaker": "a colleague"},
            "Никто не записал, что Чтенияев 1 А. Б. согласен быть названным",
        ),
    ],
)
def test_nobody_is_named_without_a_recorded_consent(library, staff_client, typed, message):
    if "speaker" in typed:
        typed = {**typed, "speaker": Speaker.objects.get().pk}
    response = submit(staff_client, library, **{"email": "a@example.org", **typed})
    assert response.status_code == 200
    assert message in response.text.replace("\xa0", " ").replace("&nbsp;", " ")
    assert library.contacts.count() == 1


@pytest.mark.parametrize("ended", ["consent withdrawn", "consent deleted", "person hidden"])
def test_a_person_who_no_longer_agrees_is_shown_nowhere_at_once(library, colleague, client, ended):
    with override_settings(CACHES=LOCAL_MEMORY):
        cache.clear()
        assert all("Зюмбрякова" in client.get(address).text for address in pages(library))
        exported = f"/api/v1/organisations/{library.uid}/"
        assert "Зюмбрякова" in client.get(exported).text
        with revisions.create():
            if ended == "person hidden":
                withholding.hide(colleague, "Просьба")
            elif ended == "consent deleted":
                colleague.consents.get().delete()
            else:
                colleague.consents.update(withdrawn="2026-07-01")
        for address in [*pages(library), exported]:
            page = client.get(address).text
            assert "Зюмбрякова" not in page and "заведующая" not in page.lower() and "00-00-00" not in page, address
        cache.clear()


def test_an_organisation_restored_from_the_history_has_its_contacts(library):
    with revisions.create():
        library.contacts.update(email="new@example.org")
    with revisions.create():
        library.contacts.get().delete()
    revisions.restore(Version.objects.of(library)[1])
    assert library.contacts.get().email == "new@example.org"
