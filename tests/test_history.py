"""What changed is shown, and what was changed or deleted comes back whole."""

import re

import pytest
from django.contrib.auth.models import Group, User

from events import revisions
from events.models import (
    Conference,
    OldAddress,
    Organisation,
    Session,
    Speaker,
    SpeakerParticipation,
    SpeakerRole,
    Talk,
    Version,
)

from .conftest import rolled_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(db):
    user = User.objects.create(username="editor")
    user.groups.add(Group.objects.get(name="Редакторы"))
    return user


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        yield make().pk


@pytest.fixture
def conference(made, db):
    return Conference.objects.get(pk=made)


def make():
    conference = Conference.objects.create(theme="Опыт", place="Русский центр", status="published")
    conference.dates.create(start="2020-06-09")
    conference.topics.set(["каталоги"])
    session = Session.objects.create(conference=conference, kind="секция")
    talk = Talk.objects.create(conference=conference, session=session, title="Каталог", order=1)
    for name, place in (("Придуманная", {"talk": talk}), ("Вымышленная", {})):
        SpeakerParticipation.objects.create(
            conference=conference,
            speaker=Speaker.objects.create(family_name=name),
            role=SpeakerRole.objects.get(slug="speaker"),
            organisation=Organisation.objects.create(name=f"Библиотека: {name}"),
            **place,
        )
    recording = conference.recordings.create(url="https://video.example/1")
    recording.offsets.create(talk=talk, seconds=90)
    conference.sources.create(url="https://news.example/1", text="Текст для сотрудников")
    return conference


def whole(conference):
    """Every column that a version keeps of every row."""
    return sorted(revisions.snapshot(Conference.objects.get(uid=conference.uid)), key=lambda row: row["uid"])


def shown(version):
    return [(change.field, change.before, change.after) for change in revisions.changes(version, version.previous())]


def last(record):
    return Version.objects.of(record).first()


def test_a_deleted_conference_comes_back_with_everything_it_had(conference, editor):
    before = whole(conference)
    with revisions.create(user=editor):
        Conference.objects.get().delete()
    assert not Talk.objects.exists()
    assert (last(conference).action, last(conference).user) == ("deleted", editor)
    restored = revisions.restore(last(conference), editor)
    assert whole(restored) == before
    assert len(before) == 10
    assert restored.is_published
    assert restored.year == 2020


def test_an_earlier_version_comes_back_and_the_later_one_stays_in_the_history(conference, editor):
    first, before = last(conference), whole(conference)
    with revisions.create(user=editor, comment="переезд"):
        conference.place = "Зал"
        conference.save()
        conference.talks.all().delete()
        Talk.objects.create(conference=conference, title="Другой доклад")
    assert (last(conference).user, last(conference).comment) == (editor, "переезд")
    assert whole(revisions.restore(first, editor)) == before
    assert [version.action for version in Version.objects.of(conference)][:3] == ["restored", "changed", "changed"]


def test_rows_that_traded_places_come_back(conference, editor):
    first, second = Speaker.objects.order_by("pk")
    guest = SpeakerRole.objects.get(slug="guest")
    rows = [conference.people.create(speaker=speaker, role=guest) for speaker in (first, second)]
    before = last(conference)
    with revisions.create(user=editor):
        conference.people.filter(role=guest).delete()
        for row, speaker in zip(rows, (second, first), strict=True):
            SpeakerParticipation.objects.create(uid=row.uid, conference=conference, role=guest, speaker=speaker)
    revisions.restore(before, editor)
    assert [SpeakerParticipation.objects.get(uid=row.uid).speaker for row in rows] == [first, second]


def test_a_change_shows_the_field_the_old_and_the_new_value(conference, editor):
    speaker = Speaker.objects.create(family_name="Новая")
    with revisions.create(user=editor):
        conference.place = "Зал"
        conference.save()
        conference.dates.update(start="2020-06-10")
        conference.talks.get().people.update(speaker=speaker)
    assert set(shown(last(conference))) == {
        ("Место", "Русский центр", "Зал"),
        ("Дата", "9 июня 2020", "10 июня 2020"),
        ("Человек", "Придуманная", "Новая"),
    }


def test_rows_that_came_and_went_are_shown(conference, editor):
    with revisions.create(user=editor):
        conference.talks.all().delete()
        conference.notes.create(label="Девиз", text="Вместе")
    changed = last(conference)
    rows = {(change.row, change.after) for change in revisions.changes(changed, changed.previous())}
    assert ("Доклад: Каталог", "удалено") in rows
    assert ("Примечание: Девиз: Вместе", "добавлено") in rows


def test_a_save_that_changes_nothing_leaves_no_trace(conference, editor):
    count = Version.objects.count()
    with revisions.create(user=editor):
        conference.refresh_from_db()
        conference.save()
        conference.talks.get().save()
    assert Version.objects.count() == count


def test_what_another_way_changed_is_not_put_down_to_the_next_editor(conference, editor):
    Conference.objects.filter(pk=conference.pk).update(place="изменено загрузкой")
    with revisions.create(user=editor):
        Conference.objects.filter(pk=conference.pk).update(city="Вымыслов")
    changed, loaded, *_earlier = Version.objects.of(conference)
    assert (changed.user, shown(changed)) == (editor, [("Город", "—", "Вымыслов")])
    assert (loaded.user, shown(loaded)) == (None, [("Место", "Русский центр", "изменено загрузкой")])


def test_a_record_of_the_time_before_versions_gets_a_first_one(conference, editor):
    Version.objects.all().delete()
    assert revisions.record_initial() > 0
    assert (last(conference).action, last(conference).rows) == ("found", revisions.snapshot(conference))
    assert revisions.record_initial() == 0


def test_a_speaker_merged_since_is_replaced_by_the_one_that_was_kept(conference, editor):
    conference.delete()
    gone, kept = Speaker.objects.order_by("pk")
    OldAddress.objects.create(kind="speaker", slug=gone.slug, target=kept.slug, merged=gone.uid)
    gone.delete()
    revisions.restore(last(conference), editor)
    assert Talk.objects.get().people.get().speaker == kept


def test_a_speaker_deleted_since_is_named_and_nothing_is_half_restored(conference, editor):
    conference.delete()
    speaker = Speaker.objects.get(family_name="Придуманная")
    speaker.delete()
    with pytest.raises(revisions.CannotRestore, match="Придуманная"):
        revisions.restore(last(conference), editor)
    assert not Conference.objects.exists()
    revisions.restore(last(speaker), editor)
    revisions.restore(last(conference), editor)
    assert Talk.objects.get().people.get().speaker.family_name == "Придуманная"


def test_restoring_never_overwrites_another_record_that_has_the_number_now(conference, editor):
    """A move to another database numbers records anew: 3 versions of 6 pointed to a stranger."""
    version = last(conference)
    conference.delete()
    stranger = Conference.objects.create(pk=conference.pk or version.pk, theme="Чужое")
    stranger_before = whole(stranger)
    restored = revisions.restore(version, editor)
    assert restored.pk != stranger.pk and restored.theme == "Опыт"
    assert whole(stranger) == stranger_before


def test_the_address_of_a_deleted_public_record_waits_for_it(conference, editor):
    slug = conference.slug
    conference.delete()
    assert Conference.objects.create(theme="Опыт").slug == f"{slug}-2"
    assert revisions.restore(last(conference), editor).slug == slug


def test_whoever_deletes_is_told_the_way_back(staff_client):
    conference = Conference.objects.create(theme="Опыт")
    page = staff_client.post(f"/admin/events/conference/{conference.pk}/delete/", {"post": "yes"}, follow=True)
    (way_back,) = re.findall(r'Удалённое можно вернуть: <a href="([^"]+)">', page.text)
    assert str(conference) in staff_client.get(way_back).text
    assert "Восстановить" in staff_client.get(f"/admin/events/version/{Version.objects.latest('pk').pk}/change/").text


def test_whoever_deletes_a_talk_is_led_to_the_history_of_its_conference(staff_client):
    """Among the deleted records, where the link led, it never stands."""
    conference = Conference.objects.create(theme="Опыт")
    talk = Talk.objects.create(conference=conference, title="Доклад о вымысле")
    page = staff_client.post(f"/admin/events/talk/{talk.pk}/delete/", {"post": "yes"}, follow=True)
    (way_back,) = re.findall(r'Удалённое можно вернуть: <a href="([^"]+)">', page.text)
    assert way_back == f"/admin/events/conference/{conference.pk}/history/"
    history_page = staff_client.get(way_back).text
    assert "Доклад о вымысле" in history_page and "Восстановить" in history_page
