"""Archivists prepare, editors publish; every step has its who and when; what was public is never a hole."""

from contextlib import contextmanager

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from events import revisions, table
from events.models import (
    Conference,
    ConferenceKind,
    Proposal,
    PublicRevision,
    Speaker,
    SpeakerRole,
    Talk,
    Version,
    changes,
)

from .admin_form import form_fields, send

pytestmark = pytest.mark.django_db
LIST = "/admin/events/conference/"


def member(group):
    user = User.objects.create(username=group, first_name=group[:-1], is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def archivist(db):
    return member("Архивисты")


@pytest.fixture
def editor(db):
    return member("Редакторы")


@revisions.create()
def complete(theme="Опыт", **values):
    """A draft that lacks nothing."""
    kind = ConferenceKind.objects.get(slug="videoconference")
    conference = Conference.objects.create(theme=theme, kind=kind, **values)
    conference.dates.create(start="2020-06-09")
    conference.sources.create(headline="Вымышленная новость")
    return conference


@pytest.fixture
def draft(db):
    return complete()


def page(conference):
    return f"/admin/events/conference/{conference.pk}/change/"


def act(client, action, *conferences, **values):
    data = {"action": action, "_selected_action": [conference.pk for conference in conferences], **values}
    return client.post(LIST, data, follow=True)


def status(conference):
    return Conference.objects.get(pk=conference.pk).status


def test_an_archivist_enters_an_event_and_says_it_is_ready(archivist):
    response = send(archivist, f"{LIST}add/", {"theme": "Опыт", "status": "ready"})
    assert response.status_code == 302
    assert Conference.objects.get().status == "ready"


def test_an_archivist_cannot_publish_by_the_form(archivist, draft):
    assert "опубликовано" not in archivist.get(page(draft)).content.decode()
    response = send(archivist, page(draft), {"status": "published"})
    assert response.status_code == 200
    assert status(draft) == "draft"
    assert send(archivist, f"{LIST}add/", {"theme": "Другое", "status": "published"}).status_code == 200
    assert Conference.objects.count() == 1


def test_an_archivist_cannot_publish_by_the_list(archivist, draft):
    assert 'value="publish"' not in archivist.get(LIST).content.decode()
    act(archivist, "publish", draft)
    assert status(draft) == "draft"


def test_an_archivist_does_not_change_or_delete_what_visitors_read(archivist):
    conference = Conference.objects.create(theme="Опыт", status="published")
    talk = Talk.objects.create(conference=conference, title="Каталог")
    speaker = Speaker.objects.create(family_name="Придуманная")
    talk.people.create(conference=conference, speaker=speaker, role=SpeakerRole.objects.first())
    shown = archivist.get(page(conference))
    assert shown.status_code == 200
    assert "Каталог" in shown.content.decode()
    assert "Придуманная" in shown.content.decode()
    assert send(archivist, page(conference), {"theme": "Иное"}).status_code == 302
    assert Proposal.objects.get().state == "open"
    for address in (f"/admin/events/conference/{conference.pk}/delete/", f"/admin/events/talk/{talk.pk}/delete/"):
        assert archivist.post(address, {"post": "yes"}).status_code == 403
    act(archivist, "delete_selected", conference, post="yes")
    act(archivist, "add_topics", conference, topics="каталоги")
    conference.refresh_from_db()
    assert conference.theme == "Опыт"
    assert not conference.topics.exists()


def test_an_editor_publishes_by_the_form_and_by_the_list(editor, draft):
    assert send(editor, page(draft), {"status": "published"}).status_code == 302
    others = [complete(str(number), status="ready") for number in range(2)]
    act(editor, "publish", *others, confirmed="1")
    assert [status(conference) for conference in (draft, *others)] == ["published"] * 3


def test_what_was_published_is_withdrawn_and_its_page_says_why(editor, draft, client):
    send(editor, page(draft), {"status": "published"})
    assert editor.post(f"/admin/events/conference/{draft.pk}/delete/", {"post": "yes"}).status_code == 403
    assert send(editor, page(draft), {"status": "withdrawn", "withdrawn_reason": "Ошибка"}).status_code == 302
    answer = client.get(f"/conferences/{draft.slug}/")
    assert answer.status_code == 410
    assert "Ошибка" in answer.text
    assert send(editor, page(draft), {"status": "published"}).status_code == 302
    assert client.get(f"/conferences/{draft.slug}/").status_code == 200


def test_who_and_when_stand_on_the_page(archivist, editor, draft):
    send(archivist, page(draft), {"status": "ready"})
    send(editor, page(draft), {"status": "published"})
    shown = editor.get(page(draft)).content.decode()
    for step in ("готово — ", "опубликовано — "):
        assert step in shown
    assert "Архивист" in shown
    assert "Редактор" in shown
    assert [version.status for version in Version.objects.of(draft)] == ["published", "ready", "draft"]


def test_moments_are_told_in_the_time_of_the_archive(archivist, draft):
    Version.objects.update(created="2026-01-01T21:30Z")
    assert "02.01.2026 00:30" in archivist.get(page(draft)).text


def test_several_events_get_topics_and_a_kind_at_once(editor, draft):
    other = Conference.objects.create(theme="Другое")
    other.topics.set(["книги"])
    kind, before = ConferenceKind.objects.get(slug="webinar"), Version.objects.of(other).count()
    act(editor, "add_topics", draft, other, topics="каталоги, чтение")
    act(editor, "set_kind", draft, other, kind=kind.pk)
    assert set(other.topics.values_list("name", flat=True)) == {"книги", "каталоги", "чтение"}
    assert Conference.objects.filter(kind=kind).count() == 2
    assert [version.user for version in Version.objects.of(other)][:2] == [User.objects.get(username="Редакторы")] * 2
    assert Version.objects.of(other).count() == before + 2


@pytest.mark.parametrize(("action", "values"), [("add_topics", {"topics": " "}), ("set_kind", {"kind": ""})])
def test_an_action_without_what_it_needs_says_so_and_changes_nothing(editor, draft, action, values):
    before = Version.objects.count()
    shown = act(editor, action, draft, **values).content.decode()
    assert "рядом с действием" in shown
    assert Version.objects.count() == before


def test_two_who_edit_one_event_do_not_undo_each_other_unknowingly(editor, archivist, draft):
    send(editor, page(draft), {"place": "Зал"})
    opened = form_fields(editor.get(page(draft)))
    send(archivist, page(draft), {"city": "Донецк"})
    response = editor.post(page(draft), {**opened, "summary": "Набрано", "_continue": "1"})
    assert response.status_code == 200
    assert "Архивист" in response.content.decode()
    again = form_fields(response)
    assert again["summary"] == "Набрано"
    assert Conference.objects.get().city == "Донецк"
    assert editor.post(page(draft), {**again, "_continue": "1"}).status_code == 302
    assert Conference.objects.get().summary == "Набрано"


# ── History ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def restore(client, version):
    return client.post(f"/admin/events/version/{version.pk}/restore/")


def test_a_deleted_event_comes_back_from_the_list_of_changes(editor, draft):
    Talk.objects.create(conference=draft, title="Каталог")
    editor.post(f"/admin/events/conference/{draft.pk}/delete/", {"post": "yes"})
    assert not Conference.objects.exists()
    version = Version.objects.get(action="deleted")
    assert "Опыт" in editor.get("/admin/events/version/?action__exact=deleted").content.decode()
    assert editor.get(f"/admin/events/version/{version.pk}/change/").status_code == 200
    assert restore(editor, version).url == page(Conference.objects.get(uid=draft.uid))
    assert Conference.objects.get().talks.get().title == "Каталог"


def test_events_deleted_by_the_list_come_back_too(editor, draft):
    act(editor, "delete_selected", draft, post="yes")
    assert not Conference.objects.exists()
    restore(editor, Version.objects.get(action="deleted"))
    assert Conference.objects.exists()


def test_many_events_are_deleted_one_by_one_and_come_back_together(editor, draft):
    events = [draft, complete("Другое"), complete("Третье")]
    blocks = []
    with receiving(changes.block_closing, lambda changes, **kwargs: blocks.append(changes)):
        act(editor, "delete_selected", *events, post="yes")
    assert not Conference.objects.exists()
    assert len(blocks) == 3
    (number,) = set(Version.objects.filter(action="deleted").values_list("import_number", flat=True))
    revisions.undo_import(number)
    assert set(Conference.objects.values_list("uid", flat=True)) == {one.uid for one in events}


def test_an_event_published_while_others_are_deleted_stays(editor, draft):
    other = complete("Другое")

    def publish(changes, **kwargs):
        left = Conference.objects.filter(status="draft").first()
        if left and not Conference.objects.filter(status="published").exists():
            Conference.objects.filter(pk=left.pk).update(status="published", published=timezone.now())

    with receiving(changes.block_closing, publish):
        page = act(editor, "delete_selected", draft, other, post="yes").text
    assert Conference.objects.get().status == "published"
    assert "оставлены: 1" in page


def test_a_deletion_of_very_many_names_the_first_and_counts_the_rest(editor):
    events = [Conference.objects.create(theme=f"Чтения {number}") for number in range(103)]
    page = act(editor, "delete_selected", *events).text
    assert page.count("Чтения") == 100
    assert "и ещё 3" in page


@contextmanager
def receiving(signal, function):
    signal.connect(function)
    try:
        yield
    finally:
        signal.disconnect(function)


def test_the_history_of_an_event_shows_who_changed_what(editor, archivist, draft):
    send(archivist, page(draft), {"place": "Русский центр"})
    send(editor, page(draft), {"place": "Зал"})
    shown = editor.get(f"/admin/events/conference/{draft.pk}/history/").content.decode()
    for fact in ("Русский центр", "Зал", "Архивист", "Редактор", "Место"):
        assert fact in shown
    first = Version.objects.of(draft).last()
    restore(editor, first)
    draft.refresh_from_db()
    assert draft.place == ""


def test_a_change_of_a_talk_stands_in_the_history_of_its_event(editor, draft):
    talk = Talk.objects.create(conference=draft, title="Каталог")
    send(editor, f"/admin/events/talk/{talk.pk}/change/", {"title": "Сводный каталог"})
    editor.post(f"/admin/events/talk/{talk.pk}/delete/", {"post": "yes"})
    shown = editor.get(f"/admin/events/conference/{draft.pk}/history/").content.decode()
    assert "Сводный каталог" in shown
    assert "удалено" in shown
    added = next(version for version in Version.objects.of(draft).order_by("pk") if "Каталог" in str(version.rows))
    restore(editor, added)
    assert draft.talks.get().title == "Каталог"


def test_an_archivist_restores_drafts_and_nothing_that_is_or_was_public(archivist, editor, draft):
    send(archivist, page(draft), {"place": "Зал"})
    before = Version.objects.of(draft).last()
    assert restore(archivist, before).status_code == 302
    send(editor, page(draft), {"status": "published", "place": "Другой зал"})
    published = Version.objects.of(draft).first()
    send(editor, page(draft), {"status": "withdrawn"})
    for version in (before, published):
        assert restore(archivist, version).status_code == 302
    draft.refresh_from_db()
    assert (draft.status, draft.place) == ("withdrawn", "Другой зал")
    assert [proposal.origin for proposal in Proposal.objects.all()] == ["restore"]


def test_a_speaker_in_use_is_not_deleted_and_a_free_one_comes_back(editor, draft):
    speaker = Speaker.objects.create(family_name="Придуманная")
    speaker.aliases.create(name="Вымышленная")
    editor.post(f"/admin/events/speaker/{speaker.pk}/delete/", {"post": "yes"})
    assert not Speaker.objects.exists()
    restore(editor, Version.objects.filter(model="speaker").first())
    assert Speaker.objects.get().aliases.get().name == "Вымышленная"


def test_history_is_read_only_and_for_staff(editor, client, draft):
    send(editor, page(draft), {"place": "Зал"})
    version = Version.objects.first()
    assert editor.post(f"/admin/events/version/{version.pk}/delete/", {"post": "yes"}).status_code == 403
    assert editor.get(f"/admin/events/version/{version.pk}/restore/").status_code == 405
    assert client.post(f"/admin/events/version/{version.pk}/restore/").status_code == 302
    assert Version.objects.filter(action="restored").count() == 0


def test_an_archivist_adds_events_by_a_table_but_changes_none_by_it(archivist, editor):
    def load(client, title, city):
        rows = [{"title": title, "kind": "вебинар", "start": "09.06.2020", "city": city}]
        file = SimpleUploadedFile("table.xlsx", table.xlsx_bytes(rows))
        client.post("/admin/events/conference/table/", {"file": file})
        return client.post("/admin/events/conference/table/", {"confirm": "1"}, follow=True)

    load(archivist, "Чтения", "Донецк")
    conference = Conference.objects.get()
    assert conference.status == "draft"
    load(archivist, "Чтения", "Горловка")
    conference.refresh_from_db()
    assert conference.city == "Донецк"
    load(editor, "Чтения", "Горловка")
    conference.refresh_from_db()
    assert conference.city == "Горловка"


def test_an_editor_keeps_the_synonyms_of_the_search_and_an_archivist_reads_them(editor, archivist):
    add = "/admin/events/synonym/add/"
    assert archivist.get("/admin/events/synonym/").status_code == 200
    assert archivist.get(add).status_code == 403
    assert editor.post(add, {"words": "стрекотун, кузнечик"}).status_code == 302


def test_one_button_saves_and_publishes_or_marks_ready(archivist, editor, draft):
    assert 'name="_publish"' not in archivist.get(page(draft)).text
    assert 'name="_publish"' in editor.get(page(draft)).text
    assert send(archivist, page(draft), {"_ready": "1", "city": "Вымыслов"}).status_code == 302
    assert (status(draft), Conference.objects.get().city) == ("ready", "Вымыслов")
    assert 'name="_ready"' not in archivist.get(page(draft)).text
    assert send(archivist, page(draft), {"_publish": "1"}).status_code == 200
    assert status(draft) == "ready"
    send(editor, page(draft), {"_publish": "1"})
    assert status(draft) == "published"
    assert 'name="_publish"' not in editor.get(page(draft)).text


def test_many_events_are_published_one_by_one_so_that_nobody_waits_for_all_of_them(editor):
    """After an import of thousands all are chosen at once; each block of writing counts as one revision."""
    chosen = [complete(f"Опыт {number}") for number in range(3)]
    newest, before = Version.objects.latest("pk").pk, PublicRevision.current()
    act(editor, "publish", *chosen, confirmed="1")
    assert {status(conference) for conference in chosen} == {"published"}
    versions = Version.objects.filter(pk__gt=newest, model="conference")
    assert [version.user.username for version in versions] == ["Редакторы"] * 3
    assert PublicRevision.current() == before + 3
