"""Nothing points at a stranger: records are found by uid, and restoring refuses what would overwrite another."""

import uuid

import pytest
from django.db.models import QuerySet

from events import merging, revisions
from events.models import Conference, OldAddress, Speaker, Talk, Version
from events.revisions import withholding

from .rows import event

pytestmark = pytest.mark.django_db


@pytest.fixture
def conference():
    return event("Чтения", status="draft")


def deleted_with_its_speaker(conference) -> tuple[Version, Speaker]:
    """The last version of the deleted event, and its speaker, who is deleted as well."""
    person = Speaker.objects.get()
    conference.delete()
    person.delete()
    return Version.objects.of(conference).first(), person


def test_a_person_with_the_number_of_a_deleted_one_is_not_taken_for_them(conference, staff):
    version, person = deleted_with_its_speaker(conference)
    number = next(row["pk"] for row in Version.objects.of(person).first().rows if row["uid"] == str(person.uid))
    stranger = Speaker.objects.create(pk=number, family_name="Чужак")
    with pytest.raises(revisions.CannotRestore, match="Чтенияев"):
        revisions.restore(version, staff)
    assert not Conference.objects.exists() and not stranger.participations.exists()
    revisions.restore(Version.objects.of(person).first(), staff)
    revisions.restore(version, staff)
    assert Talk.objects.get().people.get().speaker.uid == person.uid
    stranger.refresh_from_db()
    assert (stranger.pk, stranger.family_name) == (number, "Чужак")


def test_whoever_had_the_address_of_a_deleted_person_later_is_not_taken_for_them(conference, staff):
    version, person = deleted_with_its_speaker(conference)
    stranger = Speaker.objects.create(family_name="Чужак")
    OldAddress.objects.create(kind="speaker", slug=person.slug, target=stranger.slug)
    with pytest.raises(revisions.CannotRestore, match="Чтенияев"):
        revisions.restore(version, staff)
    assert not Conference.objects.exists() and not stranger.participations.exists()


def test_whoever_a_person_was_merged_into_is(conference, staff):
    person, kept = Speaker.objects.get(), Speaker.objects.create(family_name="Другая")
    version = Version.objects.of(conference).first()
    merging.merge(kept, person, staff)
    conference.delete()
    revisions.restore(version, staff)
    assert Talk.objects.get().people.get().speaker == kept


def test_a_version_that_names_another_record_than_its_rows_is_refused(conference, staff):
    other = Conference.objects.create(title="Другое")
    version = Version.objects.of(conference).first()
    for record in (other.uid, uuid.uuid4()):
        QuerySet(Version).filter(pk=version.pk).update(record=record)
        version.refresh_from_db()
        with pytest.raises(revisions.CannotRestore, match="не той записи"):
            revisions.restore(version, staff)
    other.refresh_from_db()
    assert other.title == "Другое" and Conference.objects.count() == 2


@pytest.mark.parametrize("is_deleted", [False, True])
def test_no_older_version_shows_a_hidden_person_again(is_deleted, conference, client, staff):
    Conference.objects.update(status="published", published="2020-06-09T00:00Z")
    person = Speaker.objects.get()
    before, address = Version.objects.of(person).first(), person.get_absolute_url()
    withholding.hide(person, "По просьбе")
    if is_deleted:
        person.participations.all().delete()
        person.subject_of.all().delete()
        person.delete()
    revisions.restore(before, staff)
    back = Speaker.objects.get(uid=person.uid)
    assert back.is_hidden and back.slug == back.neutral_slug
    for page in (address, back.get_absolute_url()):
        response = client.get(page)
        assert response.status_code == 410 and "Чтенияев" not in response.text
