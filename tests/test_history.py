"""What changed is shown, and what was changed or deleted comes back whole."""

import re

import pytest
from django.contrib.auth.models import User

from events import history
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

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(db):
    return User.objects.create(username="editor")


@pytest.fixture
def conference(db):
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
    """Every column of every row but the moment of change; that of its making to the second, as JSON cuts the rest."""
    conference.refresh_from_db()
    rows, _names = history.snapshot(conference)
    for row in rows:
        row["fields"].pop("changed", None)
        row["fields"]["created"] = row["fields"].get("created", "")[:19]
    return sorted(rows, key=lambda row: (row["model"], row["pk"]))


def shown(version):
    return [(change.field, change.before, change.after) for change in history.changes(version, version.previous())]


def test_a_deleted_conference_comes_back_with_everything_it_had(conference, editor):
    before = whole(conference)
    deleted = history.keep(conference, Version.Action.DELETED, editor)
    Conference.objects.get(pk=conference.pk).delete()
    assert not Talk.objects.exists()
    restored = history.restore(deleted, editor)
    assert whole(restored) == before
    assert len(before) == 10
    assert restored.is_published
    assert restored.year == 2020


def test_an_earlier_version_comes_back_and_the_later_one_stays_in_the_history(conference, editor):
    first = history.keep(conference, Version.Action.ADDED, editor)
    before = whole(conference)
    conference.place = "Зал"
    conference.save()
    conference.talks.all().delete()
    Talk.objects.create(conference=conference, title="Другой доклад")
    history.keep(conference, Version.Action.CHANGED, editor)
    assert whole(history.restore(first, editor)) == before
    assert [version.action for version in Version.objects.of(conference)] == ["restored", "changed", "added"]


def test_rows_that_traded_places_come_back(conference, editor):
    first, second = Speaker.objects.order_by("pk")
    guest = SpeakerRole.objects.get(slug="guest")
    rows = [conference.people.create(speaker=speaker, role=guest) for speaker in (first, second)]
    kept = history.keep(conference, Version.Action.ADDED, editor)
    conference.people.filter(role=guest).delete()
    for row, speaker in zip(rows, (second, first), strict=True):
        SpeakerParticipation.objects.create(pk=row.pk, conference=conference, role=guest, speaker=speaker)
    history.restore(kept, editor)
    assert [SpeakerParticipation.objects.get(pk=row.pk).speaker for row in rows] == [first, second]


def test_a_change_shows_the_field_the_old_and_the_new_value(conference, editor):
    history.settle(conference)
    conference.place = "Зал"
    conference.save()
    conference.dates.update(start="2020-06-10")
    speaker = Speaker.objects.create(family_name="Новая")
    talk = conference.talks.get()
    talk.people.update(speaker=speaker)
    changed = history.keep(conference, Version.Action.CHANGED, editor)
    assert set(shown(changed)) == {
        ("Место", "Русский центр", "Зал"),
        ("Дата", "9 июня 2020", "10 июня 2020"),
        ("Человек", "Придуманная", "Новая"),
    }


def test_rows_that_came_and_went_are_shown(conference, editor):
    history.settle(conference)
    conference.talks.all().delete()
    conference.notes.create(label="Девиз", text="Вместе")
    changed = history.keep(conference, Version.Action.CHANGED, editor)
    rows = {(change.row, change.after) for change in history.changes(changed, changed.previous())}
    assert ("Доклад: Каталог", "удалено") in rows
    assert ("Примечание: Девиз: Вместе", "добавлено") in rows


def test_a_save_that_changes_nothing_leaves_no_trace(conference, editor):
    history.keep(conference, Version.Action.ADDED, editor)
    conference.save()
    assert history.keep(conference, Version.Action.CHANGED, editor) is None


def test_what_another_way_changed_is_not_put_down_to_the_next_editor(conference, editor):
    history.keep(conference, Version.Action.ADDED, editor)
    Conference.objects.filter(pk=conference.pk).update(place="изменено загрузкой")
    history.settle(conference)
    found, added = Version.objects.of(conference)
    assert (found.action, found.user, added.user) == ("found", None, editor)


def test_a_speaker_merged_since_is_replaced_by_the_one_that_was_kept(conference, editor):
    deleted = history.keep(conference, Version.Action.DELETED, editor)
    conference.delete()
    gone, kept = Speaker.objects.order_by("pk")
    OldAddress.objects.create(kind="speaker", slug=gone.slug, target=kept.slug)
    gone.delete()
    history.restore(deleted, editor)
    assert Talk.objects.get().people.get().speaker == kept


def test_a_speaker_deleted_since_is_named_and_nothing_is_half_restored(conference, editor):
    deleted = history.keep(conference, Version.Action.DELETED, editor)
    conference.delete()
    speaker = Speaker.objects.get(family_name="Придуманная")
    gone = history.keep(speaker, Version.Action.DELETED, editor)
    speaker.delete()
    with pytest.raises(history.CannotRestore, match="Придуманная"):
        history.restore(deleted, editor)
    assert not Conference.objects.exists()
    history.restore(gone, editor)
    history.restore(deleted, editor)
    assert Talk.objects.get().people.get().speaker.family_name == "Придуманная"


def test_an_address_taken_since_is_not_taken_away(conference, editor):
    slug = conference.slug
    deleted = history.keep(conference, Version.Action.DELETED, editor)
    conference.delete()
    other = Conference.objects.create(theme="Опыт")
    assert other.slug == slug
    assert history.restore(deleted, editor).slug == f"{slug}-2"


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
