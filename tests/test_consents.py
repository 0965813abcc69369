"""Consents of people: recorded by staff, shown to nobody else, kept through merges and in the history."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from events import merging
from events.models import Conference, Consent, Organisation, Speaker, Talk, Version

from .admin_form import form_fields
from .rows import event

pytestmark = pytest.mark.django_db
MARKER = "Тайнописьмо"


@pytest.fixture
def person():
    event("Чтения")
    person = Speaker.objects.get()
    person.consents.all().delete()
    return person


def give(person, **values):
    return Consent.objects.create(speaker=person, **{"subject": "photos", "given": "2020-06-01", **values})


def test_an_editor_records_a_consent_and_the_history_says_who(person, staff_client, staff):
    address = f"/admin/events/speaker/{person.pk}/change/"
    typed = {"subject": "recordings", "given": "01.06.2020", "withdrawn": "", "note": MARKER}
    data = {
        **form_fields(staff_client.get(address)),
        "consents-TOTAL_FORMS": "1",
        **{f"consents-0-{name}": value for name, value in typed.items()},
    }
    response = staff_client.post(address, data)
    assert response.status_code == 302, response.context["errors"]
    consent = person.consents.get()
    assert (consent.subject, str(consent.given), consent.note) == ("recordings", "2020-06-01", MARKER)
    assert Version.objects.of(person).first().user == staff
    assert MARKER in staff_client.get(f"/admin/events/speaker/{person.pk}/change/").text


def test_no_reader_sees_a_consent(person, client):
    give(person, note=MARKER)
    records = [person, Conference.objects.get(), Talk.objects.get(), Organisation.objects.first()]
    pages = [record.get_absolute_url() for record in records]
    for address in [*pages, "/speakers/", f"/search/?q={MARKER}", f"/search/suggest/?q={MARKER}"]:
        page = client.get(address).text
        assert MARKER not in page.replace(f"q={MARKER}", "") or address.startswith("/search/?q="), address
    assert not client.get(f"/search/?q={MARKER}").context["hits"]


def test_a_merged_person_takes_the_consents_along(person):
    other = Speaker.objects.create(family_name="Другая")
    give(person, note="из письма")
    merging.merge(other, person)
    assert other.consents.get().note == "из письма"


def test_a_consent_is_not_withdrawn_before_it_was_given(person):
    with pytest.raises(ValidationError, match="раньше"):
        Consent(speaker=person, subject="photos", given="2020-06-01", withdrawn="2020-05-31").full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        give(person, withdrawn="2020-05-31")
    assert give(person, withdrawn="2020-06-01").pk
