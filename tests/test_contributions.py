"""A reader sends files with a message: staff alone see them, take each or leave it; nothing of them shows before."""

import io
import json
import os
import shutil
from contextlib import suppress
from functools import partial
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from events import backup, revisions
from events.backup import dump
from events.models import (
    Attempt,
    Conference,
    CuratedCollection,
    MaterialKind,
    Organisation,
    Proposal,
    ReaderFile,
    ReaderReport,
    Recording,
    Series,
    Speaker,
    SpeakerParticipation,
    SpeakerRole,
    Talk,
    Topic,
    Version,
)
from events.operations import jobs
from events.operations.jobs import DAY

from .admin_form import form_fields
from .backups import empty_database
from .conftest import rolled_back
from .rows import event
from .test_admin_publishing import member
from .test_images import SECRET, with_everything

pytestmark = pytest.mark.django_db
TYPED = {
    "text": "Снимок и программа от Тайнописцевой.",
    "contact": "chitatel@reader.example",
    "credit": "Фото: Тайнописцева",
    "is_agreed": "on",
}
VTT = "WEBVTT\n\n00:01.000 --> 00:04.000\nТайнословие о выдуманном.\n".encode()
PDF = b"%PDF-1.4 tainopis"


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        yield event(series=Series.objects.create(name="Чтения по средам")).pk


@pytest.fixture
def conference(made, db):
    return Conference.objects.get(pk=made)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.READER_FILES_ROOT, settings.MEDIA_ROOT = tmp_path / "sent", tmp_path / "media"
    settings.RENDITIONS_ROOT = tmp_path / "renditions"
    return tmp_path / "sent"


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Runs what is to happen after the commit: a test is one transaction that never ends."""
    return partial(django_capture_on_commit_callbacks, execute=True)


@pytest.fixture
def archivist(db):
    return member("Архивисты")


@pytest.fixture
def editor(db):
    return member("Редакторы")


def address(record):
    return f"/report/{record._meta.model_name}/{record.slug}/"


def photo(name="Зал.jpg"):
    return SimpleUploadedFile(name, with_everything())


def pdf(name="programma.pdf", data=PDF):
    return SimpleUploadedFile(name, data)


def captions(name="titry.vtt"):
    return SimpleUploadedFile(name, VTT)


def send(client, record, *files, **values):
    return client.post(address(record), {**TYPED, "files": files, **values})


def stored(folder):
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def sent(client, conference):
    assert send(client, conference, photo(), pdf(), captions()).status_code == 302
    return Proposal.objects.get()


def page(proposal):
    return f"/admin/events/proposal/{proposal.pk}/change/"


def download(file):
    return f"/admin/events/readerreport/{file.report_id}/files/{file.uid}/"


def take(client, proposal, committed, **values):
    """Take what the page offers, with these answers for fields by their endings: {"use": [photo, pdf, …]}."""
    fields = {**form_fields(client.get(page(proposal))), "_take": ""}
    for name, answers in values.items():
        if name == "event":
            fields["event"] = answers
        for file, answer in zip(proposal.report.files.all(), answers if name != "event" else (), strict=False):
            if answer is not None:
                fields[f"file{file.pk}-{name}"] = answer
    with committed():
        return client.post(page(proposal), fields)


# ── Sending ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("model", [Conference, Talk, Speaker, Organisation, Topic, Series])
def test_files_go_with_a_message_about_any_record_and_wait_as_a_proposal(client, conference, folder, model):
    record = model.objects.published().first()
    assert send(client, record, photo(), pdf()).status_code == 302
    proposal = Proposal.objects.get()
    assert (proposal.origin, proposal.state, proposal.author) == ("reader", "open", None)
    assert (proposal.report.target(), proposal.report.text) == (record, TYPED["text"])
    assert [file.name for file in proposal.report.files.all()] == ["zal.jpg", "programma.pdf"]
    assert PDF in stored(folder) and len(stored(folder)) == 2
    root = conference if model is Talk else record
    assert proposal.current() == root


def test_what_a_camera_wrote_into_a_picture_is_not_kept(sent, folder):
    assert not any(SECRET in content for content in stored(folder))


def test_the_stored_file_has_no_name_and_is_for_the_archive_alone(sent, folder):
    for path in folder.iterdir():
        assert path.suffix == "" and path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_message_without_files_needs_no_consent_and_makes_no_proposal(client, conference):
    assert client.post(address(conference), {"text": TYPED["text"], "credit": "Имярек"}).status_code == 302
    assert not Proposal.objects.exists()
    assert ReaderReport.objects.get().credit == ""


def test_the_form_works_in_english_without_a_script(client, conference):
    text = client.get(f"/en{address(conference)}").text
    assert "I may pass these files on" in text and 'type="file" name="files"' in text and "multiple" in text


def docm():
    data = io.BytesIO()
    with ZipFile(data, "w") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("virus.exe", b"MZ", "exe"),
        ("page.html", b"<script>alert(1)</script>", "html"),
        ("picture.svg", b"<svg onload='alert(1)'/>", "svg"),
        ("makros.docm", docm(), "docm"),
        ("programma.pdf", b"<html><script>alert(1)</script>", "PDF"),
        ("zal.jpg", b"GIF89a", "JPEG"),
        ("zal.jpg", with_everything()[:300], "сохраните его заново"),
        ("titry.vtt", b"no captions", "субтитр"),
        ("pustoy.pdf", b"", "пуст"),
        ("bez_rasshireniya", b"text", "асширени"),
    ],
)
def test_a_bad_file_is_refused_in_words_and_the_message_is_not_lost(client, conference, folder, name, data, said):
    response = send(client, conference, photo(), SimpleUploadedFile(name, data))
    assert response.status_code == 422
    assert f"«{name}»" in response.text and said in response.text and TYPED["text"] in response.text
    assert "Выберите файлы заново" in response.text
    assert not ReaderReport.objects.exists() and not Proposal.objects.exists() and not stored(folder)
    assert not Attempt.objects.filter(scope__startswith="report").exists()


def test_files_without_consent_are_refused_and_nothing_typed_is_lost(client, conference, folder):
    response = send(client, conference, pdf(), is_agreed="")
    assert response.status_code == 422 and not stored(folder) and not ReaderReport.objects.exists()
    assert all(TYPED[name] in response.text for name in ("text", "contact", "credit"))


def test_too_many_and_too_large_files_are_refused(client, conference, monkeypatch, folder):
    assert "не больше 10" in send(client, conference, *[pdf(f"{n}.pdf") for n in range(11)]).text
    monkeypatch.setattr("events.views.reports.MB", 1)
    assert "больше 20" in send(client, conference, pdf("a.pdf", PDF * 2)).text
    assert "больше 50" in send(client, conference, *[pdf(f"{n}.pdf") for n in range(4)]).text
    assert not stored(folder)


def test_all_waiting_files_together_have_a_quota(client, conference, settings, monkeypatch, folder):
    settings.READER_FILES_MB = 1
    monkeypatch.setattr("events.contributions.MB", 2 * len(PDF))
    assert send(client, conference, pdf(), pdf()).status_code == 302
    refused = send(client, conference, pdf())
    assert refused.status_code == 422 and "места" in refused.text and TYPED["text"] in refused.text
    assert len(stored(folder)) == 2 and ReaderReport.objects.count() == Proposal.objects.count() == 1
    assert send(client, conference).status_code == 302


def test_one_address_sends_so_many_bytes_and_no_more_and_others_still_do(client, conference, monkeypatch):
    monkeypatch.setattr("events.operations.throttle.FILE_PIECE", 1)
    assert send(client, conference, pdf(data=PDF[:15])).status_code == 302
    refused = send(client, conference, pdf(data=PDF[:15]))
    assert refused.status_code == 429 and TYPED["text"] in refused.text
    assert send(client, conference, pdf(data=PDF[:5])).status_code == 302
    # A message without files is still heard.
    assert send(client, conference).status_code == 302
    assert client.post(address(conference), {**TYPED, "files": [pdf()]}, REMOTE_ADDR="192.0.2.7").status_code == 302
    assert "192.0.2.7" not in f"{ReaderReport.objects.values()}{Attempt.objects.values()}{ReaderFile.objects.values()}"


def test_bad_files_count_for_their_address_too(client, conference, monkeypatch):
    monkeypatch.setattr("events.operations.throttle.FILE_PIECE", 1)
    assert send(client, conference, pdf(data=b"<html>" + b"x" * 14)).status_code == 422
    assert send(client, conference, pdf()).status_code == 429


def test_an_archive_that_takes_no_files_does_not_ask_for_them(client, conference, settings, folder):
    settings.READER_FILES_MB = 0
    assert 'type="file"' not in client.get(address(conference)).text
    assert send(client, conference, pdf()).status_code == 302
    assert not stored(folder) and not Proposal.objects.exists()


@pytest.mark.parametrize("status", ["draft", "ready", "withdrawn"])
def test_nothing_is_sent_about_what_is_not_public(client, folder, status):
    assert send(client, event("Тайное", status=status), pdf()).status_code == 404
    assert not stored(folder)


# ── Nothing shows ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_of_a_waiting_file_is_public(client, sent, conference, folder, tmp_path):
    files = list(ReaderFile.objects.all())
    leaks = ("tainopis", "Тайнопис", "Тайнослов", "programma", "zal.jpg", "titry", *(file.uid.hex for file in files))
    for path in (
        "/",
        conference.get_absolute_url(),
        address(conference),
        f"{address(conference)}?sent",
        "/search/?q=Тайнописцева",
        "/search/?q=Тайнословие",
        "/photos/",
        "/sitemap.xml",
        "/feeds/",
        "/api/v1/conferences/",
        f"{conference.get_absolute_url()}export/json/",
        *(recording.get_absolute_url() for recording in conference.recordings.all()),
    ):
        text = client.get(path).text.replace("Тайнописцева</title>", "")
        if "q=" in path:  # what was searched for stands on the page
            assert "Ничего не" in text or 'class="hit' not in text
        else:
            assert not [leak for leak in leaks if leak in text], path
    for file in files:
        for path in (f"/media/{file.uid.hex}", f"/media/{file.name}", f"/media/../sent/{file.uid.hex}"):
            assert client.get(path).status_code == 404
        assert client.get(download(file)).status_code == 302  # to the login
    dump(tmp_path / "dump", lambda recording: b"")
    dumped = b"".join(path.read_bytes() for path in (tmp_path / "dump").rglob("*") if path.is_file())
    assert "Чтения".encode() in dumped or b"\\u0427" in dumped
    assert not (tmp_path / "dump" / "data" / "reader-files").exists()
    assert not [leak for leak in leaks if leak.encode() in dumped or json.dumps(leak)[1:-1].encode() in dumped]
    assert not (tmp_path / "media").exists() or not stored(tmp_path / "media")


def test_staff_get_a_file_as_a_download_alone(sent, archivist, editor, client):
    client.force_login(User.objects.create(username="guest", is_staff=True))
    for file in ReaderFile.objects.all():
        for staff in (archivist, editor):
            response = staff.get(download(file))
            assert response.headers["Content-Disposition"].startswith("attachment")
            assert response.headers["Content-Type"] == "application/octet-stream"
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert "no-store" in response.headers["Cache-Control"]
        assert client.get(download(file)).status_code == 403
    other = ReaderReport.objects.create(model="conference", record=sent.record, name="x", text="x")
    assert editor.get(f"/admin/events/readerreport/{other.pk}/files/{file.uid}/").status_code == 404


# ── Taking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_inbox_and_the_message_lead_to_the_files(sent, archivist, editor):
    assert page(sent) in editor.get("/admin/events/proposal/?state__exact=open").text
    text = editor.get(page(sent)).text
    assert all(word in text for word in (*list(TYPED.values())[:3], "zal.jpg", "programma.pdf", "titry.vtt"))
    message = archivist.get(f"/admin/events/readerreport/{sent.report.pk}/change/").text
    assert "programma.pdf" in message and page(sent) in message
    assert page(sent) in archivist.get("/admin/events/proposal/?state__exact=open").text


@pytest.mark.parametrize("button", ["_take", "_decline"])
def test_files_for_what_visitors_see_wait_for_an_editor(sent, archivist, conference, button):
    text = archivist.get(page(sent)).text
    assert "файлы ждут редактора" in text and "programma.pdf" in text and "_take" not in text and "_decline" not in text
    photos = list(conference.photos.all())
    first = sent.report.files.first()
    forced = {button: "", f"file{first.pk}-use": "photo", f"file{first.pk}-alt": "Зал"}
    assert archivist.post(page(sent), forced).status_code == 403
    sent.refresh_from_db()
    assert sent.state == "open" and sent.report.files.count() == 3 and list(conference.photos.all()) == photos


def test_an_archivist_gives_files_to_a_draft_and_the_rest_waits(client, archivist, editor, conference, committed):
    person = conference.people.filter(talk__isnull=False).first().speaker
    send(client, person, photo(), pdf())
    proposal = Proposal.objects.get()
    assert "файлы ждут редактора" in archivist.get(page(proposal)).text
    with revisions.create():
        draft = Conference.objects.create(title="Замысел")
        role = SpeakerRole.objects.first()
        SpeakerParticipation.objects.create(conference=draft, speaker=person, role=role)
    text = archivist.get(page(proposal)).text
    assert "можно отдать черновику" in text and "Замысел" in text and "портрет" not in text
    assert f">{conference}</option>" not in text and f">{draft}</option>" in text
    refused = take(archivist, proposal, committed, event=str(conference.pk), use=["photo", ""], alt=["Зал"])
    assert refused.status_code == 200 and not draft.photos.exists()
    taken = take(archivist, proposal, committed, event=str(draft.pk), use=["photo", ""], alt=["Зал"])
    assert taken.status_code == 302 and draft.photos.get().alt == "Зал"
    proposal.refresh_from_db()
    assert proposal.state == "open" and [file.name for file in proposal.report.files.all()] == ["programma.pdf"]
    kind = MaterialKind.objects.first()
    assert (
        take(editor, proposal, committed, event=str(conference.pk), use=["material"], kind=[kind.pk]).status_code == 302
    )
    proposal.refresh_from_db()
    assert proposal.state == "taken"


def test_an_event_published_while_an_archivist_decides_gets_nothing(client, archivist, conference):
    send(client, conference, pdf())
    proposal = Proposal.objects.get()
    Conference.objects.filter(pk=conference.pk).update(status="draft")
    fields = {**form_fields(archivist.get(page(proposal))), "_take": ""}
    fields |= {name: MaterialKind.objects.first().pk for name in fields if name.endswith("-kind")}
    Conference.objects.filter(pk=conference.pk).update(status="published")
    materials = conference.materials.count()
    assert archivist.post(page(proposal), fields).status_code == 403
    assert conference.materials.count() == materials and proposal.report.files.count() == 1
    Conference.objects.filter(pk=conference.pk).update(status="draft")
    assert archivist.post(page(proposal), fields).status_code == 302
    assert conference.materials.count() == materials + 1
    proposal.refresh_from_db()
    assert proposal.state == "taken"


def test_each_file_is_taken_through_the_door_and_shows(sent, editor, client, conference, folder, committed):
    recording = conference.recordings.get(talk=None)
    kind = MaterialKind.objects.first()
    before = conference.photos.count(), conference.materials.count()
    response = take(
        editor,
        sent,
        committed,
        use=["photo", "material", f"captions-{recording.pk}"],
        alt=["Придуманный зал"],
        kind=[None, kind.pk],
        title=["Зал полон", "Программа"],
    )
    assert response.status_code == 302
    assert (conference.photos.count(), conference.materials.count()) == (before[0] + 1, before[1] + 1)
    taken = conference.photos.order_by("pk").last()
    assert (taken.alt, taken.caption, taken.credit) == ("Придуманный зал", "Зал полон", TYPED["credit"])
    material = conference.materials.order_by("pk").last()
    assert (material.title, material.kind, material.file.read()) == ("Программа", kind, PDF)
    recording.refresh_from_db()
    assert recording.captions.read() == VTT
    assert "Придуманный зал" in client.get(conference.get_absolute_url()).text
    assert client.get(f"/media/{taken.image.name}").status_code == 200
    assert recording.get_absolute_url() in client.get("/search/?q=выдуманное").text
    version = Version.objects.of(conference).first()
    assert str(sent.pk) in version.comment and version.user.username == "Редакторы"
    sent.refresh_from_db()
    assert (sent.state, sent.report.state) == ("taken", "done")
    assert not stored(folder) and not ReaderFile.objects.exists()


def test_what_is_left_waits_no_longer_and_shows_nowhere(sent, editor, conference, folder, committed):
    materials = conference.materials.count()
    kind = MaterialKind.objects.first()
    take(editor, sent, committed, use=["", "material", ""], kind=[None, kind.pk])
    assert conference.materials.count() == materials + 1
    assert len(stored(folder)) == 2
    assert "Принять отмеченное" not in editor.get(page(sent)).text
    assert editor.post(page(sent), {"_take": ""}).status_code == 403


def test_a_photo_without_alt_text_is_asked_for_and_nothing_typed_is_lost(sent, editor, conference, folder, committed):
    photos = conference.photos.count()
    response = take(editor, sent, committed, use=["photo", "", ""], title=["Зал полон"], alt=[""])
    assert response.status_code == 200 and "Зал полон" in response.text
    assert conference.photos.count() == photos and len(stored(folder)) == 3


def test_captions_go_by_themselves_only_where_it_is_plain(client, conference, editor):
    Recording.objects.create(conference=conference, url="https://video.example/2")
    send(client, conference, captions())
    several = form_fields(editor.get(page(Proposal.objects.get())))
    assert [value for name, value in several.items() if name.endswith("-use")] == [""]
    other = event("Одна запись")
    Recording.objects.filter(conference=other).delete()
    only = Recording.objects.create(conference=other, url="https://video.example/1")
    send(client, other, captions())
    one = form_fields(editor.get(page(Proposal.objects.first())))
    assert [value for name, value in one.items() if name.endswith("-use")] == [f"captions-{only.pk}"]


def test_from_the_page_of_a_talk_a_document_is_the_talks(client, conference, editor, committed):
    talk = conference.talks.first()
    send(client, talk, pdf())
    proposal = Proposal.objects.get()
    kind = MaterialKind.objects.first()
    take(editor, proposal, committed, kind=[kind.pk])
    assert talk.materials.order_by("pk").last().title == "programma"


def test_from_another_page_staff_choose_the_event_or_the_portrait(client, conference, editor, committed):
    other, hidden = event("Вторая встреча"), event("Чужая встреча")
    part = conference.people.first()
    speaker = part.speaker
    other.people.create(speaker=speaker, role=part.role)
    send(client, speaker, photo(), photo("Портрет.jpg"))
    proposal = Proposal.objects.get()
    text = editor.get(page(proposal)).text
    assert "Вторая встреча" in text and hidden.title not in text
    values = {"use": ["photo", "portrait"], "alt": ["Зал", None]}
    assert take(editor, proposal, committed, event="", **values).status_code == 200
    assert take(editor, proposal, committed, event=hidden.pk, **values).status_code == 200
    assert take(editor, proposal, committed, event=other.pk, **values).status_code == 302
    assert other.photos.filter(alt="Зал").exists()
    speaker.refresh_from_db()
    assert speaker.photo and speaker.photo_credit == TYPED["credit"]


def test_a_lost_file_is_said_to_be_lost(sent, editor, folder, conference, committed):
    for path in folder.iterdir():
        path.unlink()
    assert editor.get(page(sent)).text.count("Файла больше нет") == 3
    kind = MaterialKind.objects.first()
    materials = conference.materials.count()
    response = take(editor, sent, committed, use=["", "material", ""], kind=[None, kind.pk])
    assert response.status_code == 200 and conference.materials.count() == materials
    assert editor.get(download(ReaderFile.objects.first())).status_code == 404


def test_files_of_a_collection_or_a_deleted_record_break_nothing(client, conference, editor, sent):
    collection = CuratedCollection.objects.create(
        title="Подборка", introduction="О ней", records=str(conference.uid), is_shown=True
    )
    assert send(client, collection, pdf()).status_code == 302
    assert editor.get(page(Proposal.objects.first())).status_code == 200
    conference.delete()
    assert editor.get(page(sent)).status_code == 200
    assert editor.post(page(sent), {"_take": ""}).status_code == 200


def test_files_about_a_deleted_talk_can_be_read_but_not_taken(client, conference, editor, committed):
    talk = conference.talks.first()
    send(client, talk, pdf(), captions())
    proposal = Proposal.objects.get()
    talk.delete()
    materials = conference.materials.count()
    values = {"kind": [MaterialKind.objects.first().pk], "use": ["material"]}
    assert take(editor, proposal, committed, **values).status_code == 200
    assert conference.materials.count() == materials
    assert editor.get(download(proposal.report.files.first())).status_code == 200


# ── Forgetting ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_declined_files_go_with_the_contact_after_the_set_time(client, sent, editor, folder, settings, committed):
    settings.REPORT_CONTACT_DAYS = 5
    editor.post(page(sent), {"_decline": ""})
    sent.refresh_from_db()
    assert (sent.state, sent.report.state) == ("declined", "rejected")
    with committed():
        jobs.tidy()
    assert len(stored(folder)) == 3
    ReaderReport.objects.update(moment=timezone.now() - 6 * DAY)
    with committed():
        jobs.tidy()
    report = ReaderReport.objects.get()
    assert (report.contact, report.credit, report.text) == ("", "", TYPED["text"])
    assert not stored(folder) and not ReaderFile.objects.exists()


def test_files_that_nobody_decided_on_go_too_and_no_others(client, sent, conference, folder, settings, committed):
    ReaderReport.objects.update(moment=timezone.now() - (settings.REPORT_CONTACT_DAYS + 1) * DAY)
    send(client, conference, pdf())
    with committed():
        jobs.tidy()
    assert stored(folder) == [PDF]
    sent.refresh_from_db()
    assert sent.state == "declined" and Proposal.objects.open().count() == 1


def test_an_editor_deletes_a_message_with_its_files(sent, editor, folder, committed):
    with committed():
        editor.post(f"/admin/events/readerreport/{sent.report.pk}/delete/", {"post": "yes"})
    assert not ReaderReport.objects.exists() and not stored(folder)
    sent.refresh_from_db()
    assert sent.state == "declined" and editor.get(page(sent)).status_code == 200


def test_what_a_broken_off_request_left_goes_after_a_day(sent, folder):
    for name, age in (("left", 2), ("new", 0)):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (timezone.now().timestamp() - age * 86400,) * 2)
    jobs.tidy()
    assert {path.name for path in folder.iterdir()} == {"new", *(file.uid.hex for file in ReaderFile.objects.all())}


# ── Backup and fixity ───────────────────────────────────────────────────────────────────────────────────────────────


def held(backups):
    """The readers’ files in the newest backup, by their names."""
    return {path.name: path for path in (backup.find(backups).folder / "data" / "reader-files").iterdir()}


def about_readers(what):
    """What check_archive says of readers’ files."""
    out = StringIO()
    with suppress(CommandError):  # pictures of the made event are missing
        call_command("check_archive", stdout=out)
    return [line for line in out.getvalue().splitlines() if line.startswith(f"{what}: reader-files/")]


def flip(path):
    content = path.read_bytes()
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])


def test_a_backup_holds_the_files_and_a_restore_brings_them_back(sent, folder, tmp_path, committed):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    backup.write(tmp_path / "backups")
    assert {name: path.read_bytes() for name, path in held(tmp_path / "backups").items()} == before
    empty_database()
    shutil.rmtree(folder)
    call_command("restore", str(tmp_path / "backups"), verbosity=0)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    # For the archive's own account alone, as before.
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600} and folder.stat().st_mode & 0o077 == 0
    assert not about_readers("missing") and not about_readers("changed") and not about_readers("orphaned")
    # Staff go on where they were.
    editor = member("Редакторы")
    answer = editor.get(download(ReaderFile.objects.get(name="programma.pdf")))
    assert b"".join(answer.streaming_content) == PDF
    take(editor, Proposal.objects.get(), committed, use=["photo", "", ""], alt=["Зал"])
    assert Conference.objects.get().photos.filter(alt="Зал").count() == 1


def test_a_second_backup_copies_only_what_was_sent_meanwhile(client, sent, conference, tmp_path):
    backup.write(tmp_path / "backups")
    first = held(tmp_path / "backups")
    send(client, conference, pdf())
    second = backup.write(tmp_path / "backups")
    now = held(tmp_path / "backups")
    assert second.copied == len(PDF) and len(now) == 4
    assert {name: now[name].stat().st_ino for name in first} == {n: path.stat().st_ino for n, path in first.items()}


def test_a_file_that_staff_took_is_in_no_later_backup(sent, editor, tmp_path, committed):
    backup.write(tmp_path / "backups")
    take(editor, sent, committed, use=["photo", "", ""], alt=["Зал"])
    backup.write(tmp_path / "backups")
    assert len(held(tmp_path / "backups")) == 2


@pytest.mark.parametrize("harm", [flip, Path.unlink])
def test_a_changed_or_lost_file_of_a_backup_is_named_and_nothing_restored(sent, folder, tmp_path, harm):
    backup.write(tmp_path / "backups")
    name, path = max(held(tmp_path / "backups").items())
    harm(path)
    empty_database()
    shutil.rmtree(folder)
    with pytest.raises(CommandError, match=f"data/reader-files/{name}"):
        call_command("restore", str(tmp_path / "backups"), verbosity=0)
    assert not ReaderFile.objects.exists() and not folder.exists()


def test_another_file_in_the_folder_is_not_overwritten(sent, folder, tmp_path):
    backup.write(tmp_path / "backups")
    path = max(folder.iterdir())
    flip(path)
    empty_database()
    with pytest.raises(CommandError, match=str(path)):
        call_command("restore", str(tmp_path / "backups"), verbosity=0)


@pytest.mark.parametrize(
    ("harm", "what", "said"), [(flip, "changed", "изменён"), (Path.unlink, "missing", "нет файла")]
)
def test_check_archive_and_the_backup_name_a_changed_or_lost_file(sent, folder, tmp_path, harm, what, said):
    file = ReaderFile.objects.last()
    harm(folder / file.path)
    line = f"{what}: reader-files/{file.path}" + (f" (readerfile {file.pk})" if what == "missing" else "")
    assert about_readers(what) == [line]
    problems = backup.write(tmp_path / "backups").problems
    assert [one for one in problems if "reader-files" in one] == [line.replace(what, said)]


def test_check_archive_names_what_no_row_does_and_sums_what_has_no_checksum(sent, folder):
    (folder / "left").write_bytes(b"x")
    sums = {file.pk: file.sha256 for file in ReaderFile.objects.all()}
    ReaderFile.objects.update(sha256="")  # as rows of the version before
    assert about_readers("orphaned") == ["orphaned: reader-files/left"]
    assert {file.pk: file.sha256 for file in ReaderFile.objects.all()} == sums and all(sums.values())
