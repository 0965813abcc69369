"""Addresses last: redirects after a change of address, 410 after a deletion, /id/<uid> through both."""

import pytest
from django.core.exceptions import ValidationError

from events import merging, revisions, search
from events.models import (
    Conference,
    OldAddress,
    Organisation,
    Series,
    Speaker,
    SpeakerParticipation,
    SpeakerRole,
    Talk,
    Topic,
    Version,
)

from .admin_form import form_fields
from .rows import event

pytestmark = pytest.mark.django_db
KINDS = [Conference, Talk, Speaker, Organisation, Topic, Series]


@pytest.fixture
@revisions.create()
def conference():
    return event("Чтения", series=Series.objects.create(name="Чтения: цикл"))


@pytest.fixture
@revisions.create()
def draft():
    return event("Черновик", status="draft", series=Series.objects.create(name="Черновик: цикл"))


def record_of(model):
    return model.objects.order_by("pk").first()


def gone(client, address):
    response = client.get(address)
    assert response.status_code == 410
    return response.text


def remove(record):
    """Delete the record with what protects it."""
    if isinstance(record, Speaker):
        record.participations.all().delete()
        record.subject_of.all().delete()
    if isinstance(record, Organisation):
        for organisation in [*record.departments.all(), record]:
            organisation.participations.all().delete()
            organisation.affiliations.all().delete()
        record.departments.all().delete()
    if isinstance(record, Series):
        record.conferences.all().update(series=None)
    record.delete()


# ── A change of address ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("model", KINDS)
def test_a_public_record_that_gets_another_address_is_found_at_the_old_one(model, conference, client):
    record = record_of(model)
    old = record.get_absolute_url()
    record.slug = "novyi"
    record.save()
    response = client.get(f"{old}?page=1")
    assert (response.status_code, response["Location"]) == (301, f"{record.get_absolute_url()}?page=1")


@pytest.mark.parametrize("model", KINDS)
def test_nobody_learns_that_a_draft_had_another_address(model, draft, client):
    record = record_of(model)
    old = record.get_absolute_url()
    record.slug = "novyi"
    record.save()
    assert not OldAddress.objects.exists()
    assert client.get(old).status_code == client.get(record.get_absolute_url()).status_code == 404


def test_a_bulk_change_of_addresses_leaves_redirects_too(conference, client):
    old = Talk.objects.get().get_absolute_url()
    Talk.objects.update(slug="novyi")
    assert client.get(old)["Location"] == "/talks/novyi/"


def test_an_editor_changes_an_address_in_the_form(conference, client, staff_client):
    topic = Topic.objects.get()
    old = topic.get_absolute_url()
    form = f"/admin/events/topic/{topic.pk}/change/"
    data = form_fields(staff_client.get(form)) | {"slug": "novaia-tema"}
    assert staff_client.post(form, data).status_code == 302
    assert client.get(old)["Location"] == "/topics/novaia-tema/"


def test_several_changes_are_one_step_and_no_circle(conference, client):
    first = conference.slug
    for slug in ("vtoroi", "tretii"):
        conference.slug = slug
        conference.save()
    assert dict(OldAddress.objects.values_list("slug", "target")) == {first: "tretii", "vtoroi": "tretii"}
    conference.slug = first
    conference.save()
    assert dict(OldAddress.objects.values_list("slug", "target")) == {"vtoroi": first, "tretii": first}
    assert client.get(f"/conferences/{first}/").status_code == 200


def test_an_address_of_the_time_before_the_publication_leads_nowhere(client):
    conference = event("Чтения", status="draft")
    old = conference.get_absolute_url()
    conference.slug, conference.status = "otkryty", "published"
    conference.save()
    assert client.get(old).status_code == 404


def test_a_withdrawn_record_is_gone_at_its_old_address_as_well(conference, client):
    old = conference.get_absolute_url()
    conference.slug, conference.status = "drugoi", "withdrawn"
    conference.save()
    gone(client, old)
    gone(client, "/conferences/drugoi/")


@pytest.mark.parametrize("change", ["save", "update", "create"])
def test_an_address_that_was_anothers_is_never_given_again(conference, draft, change):
    taken = conference.slug
    conference.slug = "novyi"
    conference.save()
    with pytest.raises(ValidationError, match=taken):
        if change == "create":
            Conference.objects.create(title="Новое", slug=taken)
        elif change == "update":
            Conference.objects.filter(pk=draft.pk).update(slug=taken)
        else:
            draft.slug = taken
            draft.save()
    assert Conference.objects.create(title="Чтения").slug not in (taken, "novyi")


def test_the_form_says_that_an_address_was_anothers(conference, staff_client):
    topic, other = Topic.objects.get(), Topic.objects.create(name="Иное")
    taken = topic.slug
    topic.slug = "novaia"
    topic.save()
    data = {"name": other.name, "description": "", "slug": taken}
    response = staff_client.post(f"/admin/events/topic/{other.pk}/change/", data)
    assert response.status_code == 200
    assert "slug" in response.context["adminform"].form.errors


# ── Deletion ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("model", KINDS)
def test_a_deleted_public_record_is_gone_in_both_languages(model, conference, client):
    record = record_of(model)
    name, published = str(record), record.published
    assert published
    earlier = record.get_absolute_url()
    record.slug = "poslednii"
    record.save()
    remove(record)
    for address in (earlier, record.get_absolute_url()):
        assert "удалена" in gone(client, address)
        english = gone(client, f"/en{address}")
        assert "deleted" in english and name not in english
    tombstone = OldAddress.objects.tombstones().get(record=record.uid)
    assert (tombstone.kind, tombstone.slug, tombstone.published) == (model._meta.model_name, "poslednii", published)
    assert tombstone.deleted and tombstone.changed >= tombstone.deleted


@pytest.mark.parametrize("model", KINDS)
def test_a_deleted_draft_was_never_there(model, draft, client):
    record = record_of(model)
    address = record.get_absolute_url()
    remove(record)
    assert client.get(address).status_code == 404
    assert not OldAddress.objects.exists()


def test_a_deleted_event_takes_its_talks_along(conference, client):
    address = Talk.objects.get().get_absolute_url()
    conference.delete()
    gone(client, address)
    gone(client, conference.get_absolute_url())


def test_a_talk_that_moves_to_another_event_is_not_gone(conference, client):
    other = event("Другое")
    talk = conference.talks.get()
    talk.conference, talk.session = other, None
    talk.save()
    assert not OldAddress.objects.exists()
    assert client.get(talk.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("model", KINDS)
def test_what_is_restored_from_the_history_is_gone_no_more(model, conference, client, staff):
    record = record_of(model)
    published = record.published
    with revisions.create():
        remove(record)
    versions = Version.objects.filter(action="deleted").order_by("pk")
    for version in [Version.objects.of(conference).last()] if model is Talk else versions:
        revisions.restore(version, staff)
    assert not OldAddress.objects.tombstones().filter(record=record.uid).exists()
    assert model.objects.get(uid=record.uid).published == published
    if model in (Conference, Talk):
        assert client.get(record.get_absolute_url()).status_code == 200


def test_a_person_whose_only_event_is_deleted_before_them_was_public(conference, client):
    person = Speaker.objects.get()
    conference.delete()
    person.delete()
    gone(client, person.get_absolute_url())


def test_the_report_form_of_a_deleted_record_is_not_there(conference, client):
    conference.delete()
    assert client.get(conference.report_url).status_code == 404


# ── /id/<uid> ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("model", KINDS)
def test_a_uid_leads_to_the_present_address(model, conference, client):
    record = record_of(model)
    record.slug = "novyi"
    record.save()
    response = client.get(f"/id/{record.uid}")
    assert (response.status_code, response["Location"]) == (302, record.get_absolute_url())
    assert client.get(f"/en/id/{record.uid}")["Location"] == f"/en{record.get_absolute_url()}"


@pytest.mark.parametrize("model", KINDS)
def test_the_uid_of_a_draft_is_as_unknown_as_any(model, draft, client, staff_client):
    record = record_of(model)
    assert client.get(f"/id/{record.uid}").status_code == 404
    assert staff_client.get(f"/id/{record.uid}").status_code == 302
    remove(record)
    assert client.get(f"/id/{record.uid}").status_code == 404


@pytest.mark.parametrize("uid", ["00000000-0000-4000-8000-000000000000", "0", "x" * 4000])
def test_a_uid_of_nothing_is_not_found(uid, client):
    assert client.get(f"/id/{uid}").status_code == 404


@pytest.mark.parametrize("model", KINDS)
def test_the_uid_of_a_deleted_record_is_gone(model, conference, client):
    record = record_of(model)
    remove(record)
    gone(client, f"/id/{record.uid}")


def test_the_uids_of_a_withdrawn_event_and_of_its_talk_are_gone(conference, client):
    conference.status, conference.withdrawn_reason = "withdrawn", "Ошибка"
    conference.save()
    assert "Ошибка" in gone(client, f"/id/{conference.uid}")
    gone(client, f"/id/{Talk.objects.get().uid}")


def test_the_uid_of_a_merged_person_leads_to_the_one_that_was_kept(conference, client, staff):
    duplicate, primary, last = (
        Speaker.objects.get(),
        *(Speaker.objects.create(family_name=n) for n in ("Первый", "Второй")),
    )
    merging.merge(primary, duplicate, staff)
    merging.merge(last, primary, staff)
    assert client.get(f"/id/{duplicate.uid}")["Location"] == last.get_absolute_url()
    assert client.get(duplicate.get_absolute_url())["Location"] == last.get_absolute_url()
    last.slug = "inache"
    last.save()
    assert client.get(f"/id/{duplicate.uid}")["Location"] == "/speakers/inache/"
    remove(last)
    gone(client, f"/id/{duplicate.uid}")
    gone(client, duplicate.get_absolute_url())


def test_a_merge_undone_gives_back_the_address_and_the_uid(conference, client, staff):
    duplicate, primary = Speaker.objects.get(), Speaker.objects.create(family_name="Первый")
    merging.merge(primary, duplicate, staff)
    merging.undo(Version.objects.of(primary).first(), staff)
    assert not OldAddress.objects.exists()
    assert client.get(f"/id/{duplicate.uid}")["Location"] == duplicate.get_absolute_url()
    assert client.get(duplicate.get_absolute_url()).status_code == 200


def test_what_becomes_public_later_gets_its_moment_then():
    conference = event("Чтения", status="draft")
    assert not any(record_of(model).published for model in (Conference, Talk, Speaker, Organisation, Topic))
    conference.status = "published"
    conference.save()
    assert all(record_of(model).published for model in (Conference, Talk, Speaker, Organisation, Topic))
    later = Speaker.objects.create(family_name="Позднев")
    talk = Talk.objects.get()
    SpeakerParticipation.objects.create(
        conference=conference, talk=talk, speaker=later, role=SpeakerRole.objects.first()
    )
    later.refresh_from_db()
    assert later.published
    moment = Talk.objects.get().published
    talk.title = "Иначе"
    talk.published = None
    talk.save()
    assert Talk.objects.get().published == moment


def test_a_record_that_goes_and_comes_back_in_one_block_is_there(conference, client):
    """It had a tombstone beside its page, a history that ended with the deletion, and no place in the search."""
    topic = Topic.objects.create(name="Вымысел вслух")
    conference.topics.add(topic)
    with revisions.create():
        topic.delete()
        conference.topics.add(Topic.objects.create(name=topic.name, slug=topic.slug, uid=topic.uid))
    assert client.get(topic.get_absolute_url()).status_code == 200
    assert not OldAddress.objects.tombstones().exists()
    actions = Version.objects.filter(record=topic.uid).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["added", "deleted", "added"]
    assert "Вымысел вслух" in [hit.title for hit in search.search("вымысел").hits]
