"""What comes in by a table or from a text is in the history: by whom, what changed, and back again."""

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from events import revisions, table
from events.importing import writer
from events.importing.draft import Draft, OrganisationDraft, PersonDraft, TextFact
from events.models import Conference, Organisation, Speaker, Version

from .test_admin_intake import REVIEW, Fields, proposal
from .test_admin_publishing import archivist, editor  # noqa: F401

pytestmark = pytest.mark.django_db
PAGE = "/admin/events/conference/table/"
ROW = {
    "title": "Вымышленные чтения",
    "start": "09.06.2020",
    "organisers": "Библиотека города Вымыслова",
    "talk_title": "О каталогах",
    "speakers": "Придуманная А. Б.",
}


def load(client, *rows, name="aprel.xlsx"):
    preview(client, *rows, name=name)
    return client.post(PAGE, {"confirm": "1"})


def preview(client, *rows, name="aprel.xlsx"):
    return client.post(PAGE, {"file": SimpleUploadedFile(name, table.xlsx_bytes(rows))})


def last(record):
    return Version.objects.of(record).first()


def told(version):
    return {(change.field, change.before, change.after) for change in revisions.changes(version, version.previous())}


def test_all_that_a_table_adds_says_who_added_it_from_where(archivist):  # noqa: F811
    load(archivist, ROW)
    for record in (Conference.objects.get(), Speaker.objects.get(), Organisation.objects.get()):
        version = last(record)
        assert (version.action, version.user.username) == ("added", "Архивисты")
        assert "aprel.xlsx" in version.comment
    assert any(row["fields"].get("title") == "О каталогах" for row in last(Conference.objects.get()).rows)


def test_events_kept_together_are_kept_as_each_would_be_alone(editor):  # noqa: F811
    talks = [{"talk_title": f"Доклад {number}", "speakers": "Вымышленная В. Г."} for number in range(2)]
    load(editor, ROW, *talks, {**ROW, "title": "Другие чтения"}, *talks)
    records = [*Conference.objects.all(), *Speaker.objects.all(), *Organisation.objects.all()]
    assert len(records) == 5
    for record in records:
        assert last(record).rows == revisions.snapshot(record)


def test_what_a_table_changed_is_told_and_taken_back(archivist, editor):  # noqa: F811
    load(archivist, ROW)
    event = Conference.objects.get()
    code = {"code": event.slug}
    load(editor, {**ROW, **code, "city": "Вымыслов", "speakers": "Сочинский Пётр"})
    version = last(event)
    assert (version.action, version.user.username) == ("changed", "Редакторы")
    assert ("Город", "—", "Вымыслов") in told(version)
    assert [part.speaker.family_name for part in event.people.all()] == ["Сочинский"]
    revisions.restore(version.previous())
    event.refresh_from_db()
    assert (event.city, [part.speaker.family_name for part in event.people.all()]) == ("", ["Придуманная"])


def test_what_came_into_the_archive_by_another_way_is_kept_as_it_was_before_the_table(editor):  # noqa: F811
    event = Conference.objects.create(title="Вымышленные чтения", city="Старый Вымыслов")
    event.dates.create(start="2020-06-09")
    load(editor, {**ROW, "city": "Новый Вымыслов"})
    assert ("Город", "Старый Вымыслов", "Новый Вымыслов") in told(last(event))
    revisions.restore(last(event).previous())
    event.refresh_from_db()
    assert event.city == "Старый Вымыслов" and not event.talks.exists()


def test_a_table_that_changes_nothing_or_is_refused_leaves_no_trace(editor):  # noqa: F811
    load(editor, ROW)
    count = Version.objects.count()
    load(editor, ROW)
    load(editor, {**ROW, "city": "Вымыслов", "start": "когда-то"})
    load(editor, {**ROW, "code": Conference.objects.get().slug, "city": "Вымыслов"}, {"talk_number": "первый"})
    assert Version.objects.count() == count


def test_events_that_a_table_does_not_change_are_not_kept_with_it(editor):  # noqa: F811
    for title in ("Первые", "Вторые"):
        Conference.objects.create(title=title)
    load(editor, {"title": "Первые", "city": "Вымыслов"}, {"title": "Вторые"})
    assert last(Conference.objects.get(title="Первые")).action == "changed"
    assert last(Conference.objects.get(title="Вторые")).action == "added"


def test_the_command_keeps_what_it_imports(tmp_path):
    file = tmp_path / "may.csv"
    file.write_bytes(table.csv_bytes([ROW]))
    before = Version.objects.count()
    call_command("import_table", file, dry_run=True, verbosity=0)
    assert Version.objects.count() == before
    call_command("import_table", file, verbosity=0)
    assert "may.csv" in last(Conference.objects.get()).comment
    assert last(Speaker.objects.get()).user is None


# ── From a text ─────────────────────────────────────────────────────────────────────────────────────────────────────


def draft(library="create"):
    return Draft(
        theme=TextFact(value="Опыт"),
        people=[PersonDraft(key="p1", family_name="Придуманная", initials="А. Б.", resolution="create")],
        organisations=[
            OrganisationDraft(key="o1", name="Вымышленная библиотека", resolution=library),
            OrganisationDraft(key="o2", name="Вымышленка", resolution="o1"),
        ],
    )


def test_what_a_draft_brings_and_what_it_changes_stand_in_the_history(editor):  # noqa: F811
    library = Organisation.objects.create(name="Вымышленная библиотека")
    with revisions.create(user=User.objects.get(username="Редакторы"), comment="из текста"):
        conference = writer.save_draft(draft(str(library.pk)))
    for record, action in ((conference, "added"), (Speaker.objects.get(), "added"), (library, "changed")):
        version = last(record)
        assert (version.action, version.user.username, version.comment) == (action, "Редакторы", "из текста")
    assert library.aliases.get().name == "Вымышленка"


def test_whoever_reviewed_a_text_is_named_beside_all_that_came_of_it(archivist):  # noqa: F811
    archivist.post(reverse(REVIEW), Fields(proposal(archivist)).answer_all())
    for record in (Conference.objects.get(), Speaker.objects.get(), *Organisation.objects.all()):
        assert (last(record).action, last(record).user.username) == ("added", "Архивисты")


def test_the_command_keeps_what_it_drafts(tmp_path):
    file = tmp_path / "news.txt"
    file.write_text("9 июня 2020 года прошёл вебинар «Вымышленные каталоги». С докладом выступила Анна Придуманная.")
    call_command("draft_from_text", file, verbosity=0)
    version = last(Conference.objects.get())
    assert version.action == "added" and "news.txt" in version.comment
    assert all(last(person).action == "added" for person in Speaker.objects.all())


def page_of_import():
    (number,) = set(Version.objects.filter(import_number__gt=0).values_list("import_number", flat=True))
    return f"/admin/events/version/import/{number}/"


def test_a_table_is_undone_as_a_whole_from_its_message_and_from_the_history(archivist, editor):  # noqa: F811
    kept = Conference.objects.create(title="Прежние чтения", city="Вымыслов")
    rows = ROW, {**ROW, "title": "Другие чтения"}, {"title": kept.title, "city": "Придумск"}
    assert "Добавятся 4 записи, докладов: 2" in preview(editor, *rows).text
    said = editor.get(load(editor, *rows).url)
    assert page_of_import() in said.text
    # One number of records in all that speaks of the import; a talk is a row of its event.
    assert "Сохранено записей: 5 (добавлено: 4, изменено: 1)." in said.text
    event = Conference.objects.get(title="Вымышленные чтения")
    assert page_of_import() in editor.get(f"/admin/events/conference/{event.pk}/history/").text
    shown = editor.get(page_of_import()).text
    assert "Записей: 5" in shown
    assert all(name in shown for name in ("Вымышленные чтения", "Другие чтения", "Придуманная", "Библиотека города"))
    assert archivist.get(page_of_import()).status_code == 403
    assert archivist.post(page_of_import()).status_code == 403
    done = editor.post(page_of_import(), follow=True).text
    assert "Отменено целиком, записей: 5." in done
    assert "Отменить целиком" not in done
    assert list(Conference.objects.values_list("title", "city")) == [("Прежние чтения", "Вымыслов")]
    assert not Speaker.objects.exists()
    assert not Organisation.objects.exists()
    assert Version.objects.of(kept).first().user.username == "Редакторы"


def test_a_table_of_which_something_was_edited_since_is_not_undone_and_says_what(archivist):  # noqa: F811
    load(archivist, ROW, {**ROW, "title": "Другие чтения"})
    event = Conference.objects.get(title="Другие чтения")
    event.city = "Вымыслов"
    event.save()
    page = archivist.post(page_of_import()).text
    assert "Исправлено после загрузки: Другие чтения" in page
    assert "Ничего не отменено." in page
    assert Conference.objects.count() == 2
    assert archivist.get("/admin/events/version/import/1/").status_code == 404
    assert archivist.get(f"/admin/events/version/import/{10**30}/").status_code == 404


def test_an_event_proposed_by_a_text_is_undone_with_all_that_it_brought(archivist):  # noqa: F811
    archivist.post(reverse(REVIEW), Fields(proposal(archivist)).answer_all())
    assert Speaker.objects.exists()
    assert archivist.post(page_of_import(), follow=True).status_code == 200
    assert not Conference.objects.exists()
    assert not Speaker.objects.exists()
    assert not Organisation.objects.exists()


def test_events_deleted_together_come_back_by_the_same_page(editor):  # noqa: F811
    events = [Conference.objects.create(title=f"Чтения {number}") for number in range(2)]
    data = {"action": "delete_selected", "_selected_action": [event.pk for event in events], "post": "yes"}
    assert page_of_deletion(editor.post("/admin/events/conference/", data, follow=True).text) == page_of_import()
    editor.post(page_of_import())
    assert Conference.objects.count() == 2


def page_of_deletion(page):
    start = page.index("/admin/events/version/import/")
    return page[start : page.index('"', start)]
