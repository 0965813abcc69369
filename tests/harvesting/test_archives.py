"""Archives feed an archive: whose record it is stays clear, and nobody's work is overwritten."""

import shutil
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from events import proposing, revisions
from events.models import (
    Conference,
    Organisation,
    Photo,
    Proposal,
    Recording,
    Source,
    Speaker,
    SpeakerRole,
    StaffMembership,
    Talk,
    Topic,
    Version,
    WatchedItem,
    WatchedPage,
)
from events.revisions import withholding

from ..conftest import rolled_back
from ..rows import event
from .archives import Archive, Web

NATIONAL = ("national", "Форум", "2022-10-10")
pytestmark = pytest.mark.usefixtures("uploads", "db")


@pytest.fixture(scope="module")
def begun(uploads, tmp_path_factory, django_db_setup, django_db_blocker) -> Path:
    """Two regional archives and a national one as they begin, one event each."""
    folder = tmp_path_factory.mktemp("archives")
    with rolled_back(django_db_blocker):
        for host, name, day in (("north", "Чтения", "2020-06-09"), ("south", "Беседы", "2021-03-03"), NATIONAL):
            with Archive(f"{host}.example", folder, Web()).open():
                event(name, 2 if host == "north" else 1, day=day)
                if host == "north":
                    event("Черновик", status="draft")
                    withholding.hide(Speaker.objects.get(family_name="Чтенияев 2"), "просьба")
    return folder


@pytest.fixture
def web(begun, tmp_path) -> Web:
    shutil.copytree(begun, tmp_path / "archives")
    web = Web()
    for host in ("north.example", "south.example", "national.example"):
        Archive(host, tmp_path / "archives", web, sessions=1)
    return web


@pytest.fixture
def north(web) -> Archive:
    """A regional archive with one event, one draft and one hidden person."""
    return web.archives["north.example"]


@pytest.fixture
def south(web) -> Archive:
    return web.archives["south.example"]


@pytest.fixture
def national(web) -> Archive:
    archive = web.archives["national.example"]
    archive.is_read = False
    return archive


def take_all(user=None) -> None:
    """An editor takes all that waits."""
    editor = user or User.objects.filter(username="редактор").first() or User.objects.create_superuser("редактор")
    for proposal in Proposal.objects.open().order_by("pk"):
        proposing.take(proposal, {line.key for line in proposing.lines(proposal)}, editor)


def test_an_event_comes_whole_and_is_taken_as_a_proposal(north, national):
    with national.open():
        report = national.watch(north)
        assert (report.proposed, report.taken, report.failed) == (1, 0, 0), WatchedPage.objects.get().answer
        assert not Conference.objects.filter(title="Чтения").exists()
        take_all()
        here = Conference.objects.published().get(title="Чтения")
        assert here.home == north.address and here.talks.count() == 2 and here.sources.count() == 2
        assert [one.name for one in here.topics.all()] == ["Чтения: тема 1", "Чтения: тема 2"]
        assert here.people.filter(speaker__home=north.address).exists()
        assert Talk.objects.get(title="Чтения: доклад 1").people.get().position == "библиограф"
        assert not Conference.objects.filter(title="Черновик").exists()
        assert not Speaker.objects.filter(family_name="Чтенияев 2").exists()
        assert "Чтенияев 2" not in str(list(WatchedItem.objects.values_list("title", "copy")))
        call_command("check_search")
        assert national.watch(north).unchanged == 1
        WatchedPage.objects.update(etag="")
        report = national.watch(north)
        assert (report.proposed, report.taken, Proposal.objects.open().count()) == (0, 0, 0)


def test_the_page_and_the_exports_say_who_keeps_the_record(north, national):
    with national.open():
        national.watch(north, kind="trusted")
        here = Conference.objects.get(title="Чтения")
        for record in (here, here.talks.first(), Speaker.objects.get(family_name="Чтенияев 1"), Topic.objects.first()):
            if record.home_address:
                page = Client().get(record.get_absolute_url()).content.decode()
                assert f'href="{north.address}/id/{record.uid}"' in page and "Запись ведёт" in page
        exported = Client().get(f"/api/v1/conferences/{here.uid}/").json()
        assert exported["home"] == north.address
        assert f'"sameAs":"{north.address}/id/{here.uid}"' in Client().get(here.get_absolute_url()).content.decode()
        own = Conference.objects.get(title="Форум")
        assert "Запись ведёт" not in Client().get(own.get_absolute_url()).content.decode()
        assert "home" not in Client().get(f"/api/v1/conferences/{own.uid}/").json()


def test_a_trusted_archive_is_followed_at_once_but_never_over_what_staff_here_changed(north, national):
    with national.open():
        national.watch(north, kind="trusted")
        here = Conference.objects.get(title="Чтения")
        assert here.is_published and not Proposal.objects.exists()
        with revisions.create(user=User.objects.create_superuser("редактор", first_name="Анна")):
            here.summary = "Наша аннотация"
            here.save()
    with north.open():
        there = Conference.objects.get(title="Чтения")
        there.summary, there.outcome = "Их аннотация", "Итог"
        there.save()
        Talk.objects.filter(title="Чтения: доклад 2").delete()
    with national.open():
        report = national.watch(north, kind="trusted")
        here = Conference.objects.get(title="Чтения")
        assert (here.summary, here.outcome, here.talks.count()) == ("Наша аннотация", "Итог", 1)
        assert (report.taken, report.proposed) == (1, 1)
        proposal = Proposal.objects.open().get()
        [line] = proposing.lines(proposal)
        assert line.is_conflict and (line.now, line.proposed) == ("Наша аннотация", "Их аннотация")
        assert "Анна" in proposal.comment
        proposal.decide(Proposal.State.DECLINED, None)
    with north.open():
        Conference.objects.filter(title="Чтения").update(outcome="Итог и решение")
    with national.open():
        national.watch(north, kind="trusted")
        here.refresh_from_db()
        assert (here.summary, here.outcome) == ("Наша аннотация", "Итог и решение")
        assert not Proposal.objects.open().exists()


def test_an_untrusted_archive_changes_nothing_by_itself_and_says_all_in_one_proposal(north, national):
    with national.open():
        national.watch(north)
        take_all()
    for title in ("Первая правка", "Вторая правка"):
        with north.open():
            Conference.objects.filter(summary="", title="Чтения").update(summary=title)
            Conference.objects.filter(title="Чтения").update(outcome=title)
        with national.open():
            national.watch(north)
            assert Conference.objects.get(title="Чтения").outcome == ""
            proposal = Proposal.objects.open().get()
            assert {line.proposed for line in proposing.lines(proposal)} == {"Первая правка", title}
            assert not any(line.is_conflict for line in proposing.lines(proposal))
    with national.open():
        take_all()
        assert Conference.objects.get(title="Чтения").outcome == "Вторая правка"
    with north.open():
        Conference.objects.filter(title="Чтения").update(outcome="Та же правка")
    with national.open():
        Conference.objects.filter(title="Чтения").update(outcome="Та же правка")
        assert national.watch(north).proposed == 0


def test_what_its_home_withdraws_is_withdrawn_here_too(north, national, web):
    with national.open():
        national.watch(north, kind="trusted")
        uid = str(Conference.objects.get(title="Чтения").uid)
    with north.open():
        Conference.objects.filter(uid=uid).update(status="withdrawn")
    with national.open():
        assert national.watch(north).proposed >= 1
        assert Conference.objects.published().filter(uid=uid).exists()
        assert f"{north.address}/id/{uid}" in web.asked
        take_all()
        here = Conference.objects.get(uid=uid)
        assert here.status == "withdrawn" and "архив" in here.withdrawn_reason
        assert Client().get(f"/id/{uid}").status_code == 410
        WatchedPage.objects.update(etag="")
        national.watch(north)
        assert not Proposal.objects.open().exists()
    with north.open():
        Conference.objects.filter(uid=uid).update(status="published")
    with national.open():
        national.watch(north, kind="trusted")
        assert Conference.objects.published().filter(uid=uid).exists()


def test_a_dump_that_lost_an_event_withdraws_nothing_while_the_page_is_there(north, national):
    with national.open():
        national.watch(north, kind="trusted")
        uid = str(Conference.objects.get(title="Чтения").uid)
    with north.open():
        Conference.objects.all().delete()
    assert north.answers[uid] == 410
    north.answers[uid] = 200
    with national.open():
        national.watch(north, kind="trusted")
        assert Conference.objects.published().filter(uid=uid).exists()
    north.answers[uid] = 410
    with national.open():
        WatchedPage.objects.update(etag="")
        national.watch(north, kind="trusted")
        assert not Conference.objects.published().filter(uid=uid).exists()


def test_a_person_whom_the_home_hides_is_hidden_here_too(north, national):
    with national.open():
        national.watch(north, kind="trusted")
        person = Speaker.objects.get(family_name="Чтенияев 1")
        own = event("Свой", day="2023-01-01")
        own.people.update(speaker=person)
        # Files that a reader sent wait as a proposal without values, too, and hold nothing back.
        Proposal.objects.create(model="speaker", record=person.uid, name=str(person), origin="reader")
    with north.open():
        withholding.hide(Speaker.objects.get(family_name="Чтенияев 1"), "просьба")
    with national.open():
        national.watch(north)
        assert Proposal.objects.open().filter(origin="archive", model="speaker", record=person.uid).exists()
    with national.open():
        WatchedPage.objects.update(etag="")
        assert national.watch(north).proposed == 0
        WatchedPage.objects.update(etag="")
        Proposal.objects.filter(origin="archive").delete()
        national.watch(north, kind="trusted")
        person.refresh_from_db()
        assert person.is_hidden
        assert "Чтенияев 1" not in Client().get(own.get_absolute_url()).content.decode()


def test_two_regions_and_a_national_archive_know_one_event_and_it_never_comes_back_as_a_strangers(
    north, south, national
):
    """North keeps the event. The national archive takes it from North, South from the national archive."""
    national.is_read = True
    with national.open():
        national.watch(north, south, kind="trusted")
        assert Conference.objects.published().count() == 3
        uid = Conference.objects.get(title="Чтения").uid
    with south.open():
        south.watch(national, kind="trusted")
        assert set(Conference.objects.values_list("title", "home")) == {
            ("Беседы", ""),
            ("Чтения", north.address),
            ("Форум", national.address),
        }
        assert Conference.objects.get(title="Чтения").uid == uid
        assert Speaker.objects.filter(family_name="Беседыев 1").count() == 1
    with north.open():
        report = north.watch(national, south, kind="trusted")
        titles = set(Conference.objects.published().values_list("title", "home"))
        assert titles == {("Чтения", ""), ("Беседы", south.address), ("Форум", national.address)}
        assert report.taken == 2
        there = Conference.objects.get(uid=uid)
        assert Version.objects.filter(record=there.uid).count() == 1
        Conference.objects.filter(uid=uid).update(summary="Правка дома")
        Conference.objects.get(title="Беседы").delete()
    with national.open():
        national.watch(north, south, kind="trusted")
        assert Conference.objects.get(uid=uid).summary == "Правка дома"
        assert Conference.objects.get(title="Беседы").home == south.address
    with south.open():
        south.watch(national, kind="trusted")
        assert Conference.objects.get(uid=uid).summary == "Правка дома"
    with north.open():
        report = north.watch(national, south, kind="trusted")
        # What staff deleted here stays deleted.
        assert set(Conference.objects.values_list("title", flat=True)) == {"Чтения", "Форум", "Черновик"}
        Conference.objects.get(uid=uid).delete()
    with national.open():
        national.watch(north, south, kind="trusted")
        assert Conference.objects.get(uid=uid).status == "withdrawn"
    with north.open():
        WatchedPage.objects.update(etag="")
        north.watch(national, south, kind="trusted")
        assert not Conference.objects.filter(uid=uid).exists()


def test_an_event_that_both_entered_is_proposed_as_a_second_source_and_never_twice(north, national):
    with national.open():
        mine = event("Чтения", day="2020-06-09", summary="Своё")
        library = Organisation.objects.get(name="Чтения: библиотека 1")
        national.watch(north, kind="trusted")
        proposal = Proposal.objects.open().get()
        assert proposal.origin == "source" and proposal.record == mine.uid
        assert Conference.objects.filter(title="Чтения").count() == 1
        take_all()
        assert Source.objects.filter(conference=mine, publisher="north.example").count() == 1
        WatchedPage.objects.update(etag="")
        national.watch(north, kind="trusted")
        assert not Proposal.objects.open().exists() and Conference.objects.filter(title="Чтения").count() == 1
    with national.open():
        proposal = Proposal.objects.get()
        Proposal.objects.filter(pk=proposal.pk).update(state="declined")
        WatchedPage.objects.update(etag="")
        national.watch(north, kind="trusted")
        other = Conference.objects.get(title="Чтения", home=north.address)
        # Its library, person and topic are those that the archive has.
        assert Organisation.objects.get(name="Чтения: библиотека 1") == library
        assert other.organisations.filter(organisation=library).exists()
        assert Speaker.objects.filter(family_name="Чтенияев 1").count() == 1
        assert Topic.objects.filter(name="Чтения: тема 1").count() == 1


def test_a_round_is_undone_like_an_import_and_does_not_come_again(north, national):
    with national.open():
        national.watch(north, kind="trusted")
        [found] = revisions.imports()
        assert "north.example" in found["note"]
        revisions.undo_import(found["import_number"])
        assert set(Conference.objects.values_list("title", flat=True)) == {"Форум"}
        assert not Speaker.objects.exclude(home="").exists()
        WatchedPage.objects.update(etag="")
        national.watch(north, kind="trusted")
        assert set(Conference.objects.values_list("title", flat=True)) == {"Форум"}


def test_the_dump_is_fetched_politely_and_only_if_robots_txt_allows(north, national, web):
    with national.open():
        national.watch(north)
        assert web.asked[0] == f"{north.address}/robots.txt" and web.asked[1].endswith("/dump/tagmanifest-sha256.txt")
        assert len(web.pauses) == len(web.asked) - 1 and all(0 < pause <= 1 for pause in web.pauses)
        assert not [url for url in web.asked if "contact" in url or "consent" in url or "media" in url]
        web.robots = "User-agent: *\nDisallow: /dump/"
        WatchedPage.objects.update(etag="")
        assert national.watch(north).failed == 1 and "robots.txt" in WatchedPage.objects.get().answer


def test_staff_see_a_proposal_of_an_archive_beside_the_record_and_what_came(north, national):
    with national.open():
        staff_client = Client()
        staff_client.force_login(User.objects.create_superuser("редактор"))
        national.watch(north)
        proposal = Proposal.objects.get()
        page = staff_client.get(reverse("admin:events_proposal_change", args=[proposal.pk])).content.decode()
        assert "Чтения: доклад 1" in page and "north.example" in page and "Прочитать как черновик" not in page
        preview = staff_client.get(reverse("admin:events_proposal_preview", args=[proposal.pk])).content.decode()
        assert "Чтения: доклад 1" in preview and not Conference.objects.filter(title="Чтения").exists()
        inbox = staff_client.get(reverse("admin:events_proposal_changelist")).content.decode()
        assert "Чтения" in inbox and "Прочитать как черновик" not in inbox
        copy = staff_client.get(reverse("admin:events_watcheditem_copy", args=[WatchedItem.objects.get().pk]))
        assert "Чтения: доклад 1" in copy.content.decode()
        take_all()
        here = Conference.objects.get(title="Чтения")
        form = staff_client.get(reverse("admin:events_conference_change", args=[here.pk])).content.decode()
        assert f"{north.address}/id/{here.uid}" in form
    with national.open():
        assert "Чтения: доклад 1" in bytes(WatchedItem.objects.get(title="Чтения").bytes).decode()


def test_only_who_may_publish_everything_trusts_an_archive(national):
    with national.open():
        local = User.objects.create_user("местный", is_staff=True)
        local.groups.set(Group.objects.filter(name="Редакторы"))
        StaffMembership.objects.create(user=local, organisation=Organisation.objects.first())
        page = WatchedPage.objects.create(name="Архив", url="https://north.example/dump/", kind="trusted")
        client = Client()
        client.force_login(local)
        address = reverse("admin:events_watchedpage_change", args=[page.pk])
        assert 'name="kind"' not in (form := client.get(address).content.decode()) and 'name="url"' not in form
        local.memberships.all().delete()
        client.force_login(User.objects.get(pk=local.pk))
        assert 'name="kind"' in client.get(address).content.decode()


def test_what_its_home_tells_apart_stays_two(north, national):
    with north.open():
        other = event("Чтения", 0)
        Speaker.objects.create(family_name="Чтенияев 1", initials="А. Б.").participations.create(
            conference=other, role=SpeakerRole.objects.get(slug="moderator")
        )
    with national.open():
        national.watch(north, kind="trusted")
        assert Conference.objects.published().filter(title="Чтения").count() == 2
        assert not Proposal.objects.exists()
        assert Speaker.objects.filter(family_name="Чтенияев 1").count() == 2


def test_files_stay_at_home_and_are_linked(north, national):
    with north.open():
        Recording.objects.filter(title="Чтения: запись 1").update(url="", file="recordings/запись.mp4")
        Photo.objects.update(credit="Пётр Придуманный", licence="CC BY 4.0")
    with national.open():
        national.watch(north, kind="trusted")
        recording = Recording.objects.get(title="Чтения: запись 1")
        assert recording.url.startswith(f"{north.address}/media/recordings/") and not recording.file
        here = Conference.objects.get(title="Чтения")
        photos = here.materials.get(title__startswith="Фотографии")
        assert photos.url == f"{north.address}/id/{here.uid}#pictures" and not here.photos.exists()
        assert photos.url in Client().get(here.get_absolute_url()).text
        assert "Пётр Придуманный" in photos.title and photos.licence == "CC BY 4.0"
    with north.open():
        Photo.objects.all().delete()
    with national.open():
        assert Conference.objects.filter(materials__title__startswith="Фотографии").exists()
        national.watch(north, kind="trusted")
        assert not Conference.objects.filter(materials__title__startswith="Фотографии").exists()


def test_the_next_round_fetches_only_what_changed(north, national, web, settings, tmp_path):
    settings.HARVESTED_ROOT = tmp_path / "harvested"

    def tables() -> list[str]:
        return [url.rsplit("/", 1)[1] for url in web.asked if "/data/tables/" in url]

    with national.open():
        national.watch(north, kind="trusted")
        assert "events.talk.jsonl" in tables()
    with north.open():
        pass
    web.asked.clear()
    with national.open():
        # A dump of another night with nothing new in it.
        assert national.watch(north, kind="trusted").unchanged == 1 and tables() == []
    with north.open(), revisions.create():
        Talk.objects.filter(title="Чтения: доклад 1").update(abstract="Новая аннотация")
    web.asked.clear()
    with national.open():
        national.watch(north, kind="trusted")
        assert Talk.objects.get(title="Чтения: доклад 1").abstract == "Новая аннотация"
        assert "events.talk.jsonl" in tables() and len(tables()) <= 2, tables()


def test_a_dump_cannot_write_into_records_of_others(north, south, national):
    with national.open():
        national.watch(south, kind="trusted")
        talk = Talk.objects.get(title="Форум: доклад 1")
        uid = str(talk.uid)
    with north.open():
        Talk.objects.filter(title="Чтения: доклад 1").update(uid=uid)
    with national.open():
        national.watch(north, kind="trusted")
        talk.refresh_from_db()
        assert talk.title == "Форум: доклад 1" and talk.conference.title == "Форум"
        assert "Чтения" in WatchedPage.objects.get(name="north.example").answer


@pytest.mark.parametrize("damage", ["cut", "missing", "none"])
def test_a_damaged_dump_is_not_read(north, national, damage):
    table = north.dump / "data/tables/events.talk.jsonl"
    if damage == "cut":
        table.write_text(table.read_text()[:-9])
    elif damage == "missing":
        table.unlink()
    else:
        (north.dump / "tagmanifest-sha256.txt").write_text("<html>404</html>")
    with national.open():
        report = national.watch(north, kind="trusted")
        assert report.failed == 1 and WatchedPage.objects.get().answer
        assert not Conference.objects.filter(title="Чтения").exists()
