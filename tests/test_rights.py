"""Who may publish, publishes; drafts of another library are seen by nobody else."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from events import rights
from events.models import (
    Conference,
    Organisation,
    OrganisationRole,
    Photo,
    Proposal,
    PublicRevision,
    Speaker,
    StaffMembership,
    Topic,
    Version,
)

from .admin_form import form_fields, send
from .rows import event

pytestmark = pytest.mark.django_db


def account(name, group=None, organisation=None):
    user = User.objects.create(username=name, is_staff=True)
    if group:
        user.groups.add(Group.objects.get(name=group))
    if organisation:
        StaffMembership.objects.create(user=user, organisation=organisation)
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def archivist(db):
    return account("arkhivist", "Архивисты")


@pytest.fixture
def editor(db):
    return account("redaktor", "Редакторы")


def change(record):
    return f"/admin/events/{record._meta.model_name}/{record.pk}/change/"


def without_files(**values):
    conference = event(**values)
    conference.photos.all().delete()  # rows.py names pictures that are not there
    return conference


def oldest(record):
    """The oldest version without the pictures of rows.py."""
    return list(Version.objects.of(record))[-2]


# ── An archivist and what is public ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def public(db):
    return without_files()


EDITS = {
    "event": (lambda public: public, {"title": "Подмена"}),
    "talk": (lambda public: public.talks.get(), {"title": "Подмена"}),
    "biography": (lambda public: Speaker.objects.get(), {"biography": "Подмена"}),
    "name": (lambda public: Speaker.objects.get(), {"family_name": "Подменная", "confirmed": "подменная а. б."}),
    "website": (lambda public: public.organisations.get().organisation, {"website": "https://podmena.example/"}),
    "address": (lambda public: public.organisations.get().organisation, {"slug": "podmena"}),
    "alias": (lambda public: Speaker.objects.get(), {"aliases-0-name": "Подменная"}),
    "topic": (lambda public: Topic.objects.get(), {"description": "Подмена"}),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_archivists_edit_of_what_visitors_see_waits_as_a_proposal(archivist, editor, public, name):
    find, typed = EDITS[name]
    record, before = find(public), PublicRevision.current()
    versions = Version.objects.count()
    assert "станет предложением" in archivist.get(change(record)).text
    response = send(archivist, change(record), typed)
    assert response.status_code == 302
    assert (PublicRevision.current(), Version.objects.count()) == (before, versions)
    proposal = Proposal.objects.get()
    assert (proposal.author, proposal.origin, proposal.state) == (archivist.user, "archivist", "open")
    shown = archivist.get(change(record)).text
    assert "посетители видят запись прежней" in shown and "успешно" not in shown
    # She sees it and does not take it; an editor does.
    page = f"/admin/events/proposal/{proposal.pk}/change/"
    assert "Подмен" in archivist.get(page).text or "podmena" in archivist.get(page).text
    assert archivist.post(page, {"take": ["x"]}).status_code == 403
    taken = form_takes(editor.get(page).text)
    assert editor.post(page, {"take": taken}).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("taken", editor.user)
    assert PublicRevision.current() > before
    values = [str(value).casefold() for value in typed.values()]
    record.refresh_from_db()
    text = [str(getattr(record, field.name)).casefold() for field in record._meta.fields]
    text += [alias.name.casefold() for alias in getattr(record, "aliases", Speaker.objects.none()).all()]
    assert set(values) & set(text)


def form_takes(html):
    return [part.split('"')[0] for part in html.split('name="take" value="')[1:]]


def test_a_talk_comes_into_a_published_event_only_as_a_proposal(archivist, editor, public):
    draft = without_files(name="Черновик", status="draft")
    talk, before = draft.talks.get(), PublicRevision.current()
    send(archivist, "/admin/events/talk/add/", {"conference": public.pk, "title": "Новый доклад"})
    send(archivist, change(talk), {"conference": public.pk, "session": ""})
    assert PublicRevision.current() == before
    assert public.talks.count() == 1 and draft.talks.count() == 1
    for proposal in Proposal.objects.all():
        page = f"/admin/events/proposal/{proposal.pk}/change/"
        assert editor.post(page, {"take": form_takes(editor.get(page).text)}).status_code == 302
    assert set(public.talks.values_list("title", flat=True)) == {
        "Чтения: доклад 1",
        "Новый доклад",
        "Черновик: доклад 1",
    }
    assert not draft.talks.exists()


def test_an_archivist_deletes_nothing_that_visitors_see(archivist, public):
    before = PublicRevision.current()
    topic, talk = Topic.objects.get(), public.talks.get()
    for record in (topic, talk, public):
        response = archivist.post(f"/admin/events/{record._meta.model_name}/{record.pk}/delete/", {"post": "yes"})
        assert response.status_code == 403
    action = {"action": "delete_selected", "_selected_action": [topic.pk], "post": "yes"}
    response = archivist.post("/admin/events/topic/", action)
    assert response.status_code == 403
    assert "Это видят посетители" in response.text
    assert PublicRevision.current() == before and Topic.objects.exists()


def test_a_redirect_from_what_visitors_see_no_more_is_no_proposal_of_its_own(archivist, public, client):
    topic = Topic.objects.get()
    old = topic.get_absolute_url()
    Conference.objects.filter(pk=public.pk).update(status="withdrawn")
    assert send(archivist, change(topic), {"slug": "inache"}).status_code == 302
    assert not Proposal.objects.exists()
    topic.refresh_from_db()
    assert topic.slug == "inache"
    Conference.objects.filter(pk=public.pk).update(status="published")
    assert client.get(old)["Location"] == topic.get_absolute_url()


def test_an_archivist_undoes_no_merge_and_restores_what_is_public_only_as_a_proposal(archivist, editor, public):
    one, other = Speaker.objects.get(), Speaker.objects.create(family_name="Чтенияев 1", initials="А.")
    send(editor, f"/admin/events/speaker/{one.pk}/merge/{other.pk}/")
    merged = Version.objects.of(one).first()
    assert archivist.post(f"/admin/events/version/{merged.pk}/restore/").status_code == 403
    send(editor, change(public), {"city": "Вымыслов"})
    before, older = PublicRevision.current(), oldest(public)
    assert archivist.post(f"/admin/events/version/{older.pk}/restore/").status_code == 302
    assert PublicRevision.current() == before
    assert Proposal.objects.get().origin == "restore"


def test_an_archivist_works_on_drafts_as_before(archivist):
    draft = without_files(status="draft")
    assert send(archivist, change(draft), {"city": "Вымыслов"}).status_code == 302
    assert send(archivist, change(Speaker.objects.get()), {"biography": "Своя"}).status_code == 302
    draft.refresh_from_db()
    assert draft.city == "Вымыслов" and Speaker.objects.get().biography == "Своя"
    assert not Proposal.objects.exists()


# ── Restoring and status ────────────────────────────────────────────────────────────────────────────────────────────


def test_restoring_an_older_version_takes_nothing_off_the_site(editor, client):
    draft = without_files(status="draft", city="Было")
    send(editor, change(draft), {"city": "Стало", "status": "published"})
    first = oldest(draft)
    editor.post(f"/admin/events/version/{first.pk}/restore/")
    draft.refresh_from_db()
    assert (draft.city, draft.status) == ("Было", "published")
    assert client.get(draft.get_absolute_url()).status_code == 200


def test_restoring_puts_nothing_on_the_site(editor):
    conference = without_files(city="Было")
    send(editor, change(conference), {"city": "Стало", "status": "withdrawn"})
    editor.post(f"/admin/events/version/{oldest(conference).pk}/restore/")
    conference.refresh_from_db()
    assert (conference.city, conference.status) == ("Было", "withdrawn")


def test_a_form_shows_the_status_that_the_row_has(editor):
    conference = without_files()
    Conference.objects.filter(pk=conference.pk).update(status="draft")
    assert form_fields(editor.get(change(conference)))["status"] == "draft"


# ── Kept beside the page ────────────────────────────────────────────────────────────────────────────────────────────


def test_an_editor_keeps_an_edit_beside_the_page_looks_at_it_and_publishes_it(editor, client, public):
    before, address = PublicRevision.current(), public.get_absolute_url()
    assert 'name="_keep"' in editor.get(change(public)).text
    send(editor, change(public), {"city": "Вымыслов", "notes-0-text": "Новая заметка", "_keep": "1"})
    assert PublicRevision.current() == before and "Новая заметка" not in client.get(address).text
    proposal = Proposal.objects.get()
    assert proposal.origin == "edit"
    preview = editor.get(f"/admin/events/proposal/{proposal.pk}/preview/")
    assert "Новая заметка" in preview.text and "Вымыслов" in preview.text
    assert "Новая заметка" not in client.get(address).text and PublicRevision.current() == before
    page = f"/admin/events/proposal/{proposal.pk}/change/"
    # Meanwhile the city is another: what is marked is taken, the rest is left.
    send(editor, change(public), {"city": "Другоград"})
    shown = editor.get(page).text
    assert "изменено с тех пор" in shown
    note = f"{public.notes.get().uid}:text"
    assert editor.post(page, {"take": [note]}).status_code == 302
    public.refresh_from_db()
    assert public.city == "Другоград" and public.notes.get().text == "Новая заметка"
    assert "Новая заметка" in client.get(address).text
    assert editor.post(page, {"take": [note]}).status_code == 403


def test_an_edit_of_a_talk_is_kept_beside_the_page_too(editor, client, public):
    talk = public.talks.get()
    send(editor, change(talk), {"title": "Новое имя", "_keep": "1"})
    assert "Новое имя" not in client.get(public.get_absolute_url()).text
    page = f"/admin/events/proposal/{Proposal.objects.get().pk}/change/"
    assert editor.post(page, {"take": [f"{talk.uid}:title"]}).status_code == 302
    assert "Новое имя" in client.get(public.get_absolute_url()).text


def test_a_declined_proposal_changes_nothing(archivist, editor, public):
    send(archivist, change(public), {"city": "Вымыслов"})
    page = f"/admin/events/proposal/{Proposal.objects.get().pk}/change/"
    assert editor.post(page, {"take": []}).status_code == 200
    assert editor.post(page, {"_decline": "1"}).status_code == 302
    public.refresh_from_db()
    assert public.city == "" and Proposal.objects.get().state == "declined"


# ── Rights by library ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def libraries(db):
    """Two drafts and two published events: of one library, by a department, and of another."""
    made = {}
    for name in ("Своя", "Чужая"):
        for status in ("draft", "published"):
            made[name, status] = without_files(name=f"{name} {status}", status=status)
    library = made["Своя", "draft"].organisations.get().organisation
    department = Organisation.objects.create(name="Вымышленный отдел", parent=library)
    host = OrganisationRole.objects.get(slug="organiser")
    made["Своя", "published"].organisations.create(organisation=department, role=host)
    return library, made


def test_an_account_of_a_library_sees_and_edits_only_its_drafts(libraries):
    library, made = libraries
    local = account("svoi", "Архивисты", library)
    shown = local.get("/admin/events/conference/").text
    assert "Своя draft" in shown and "Чужая published" in shown and "Чужая draft" not in shown
    assert send(local, change(made["Своя", "draft"]), {"city": "Вымыслов"}).status_code == 302
    made["Своя", "draft"].refresh_from_db()
    assert made["Своя", "draft"].city == "Вымыслов"
    hidden = made["Чужая", "draft"]
    assert local.get(change(hidden)).status_code == 302
    assert local.get(hidden.get_absolute_url()).status_code == 404
    assert local.get(made["Своя", "draft"].get_absolute_url()).status_code == 200
    send(local, change(made["Чужая", "published"]), {"city": "Захват"})
    assert Proposal.objects.get().name == "Чужая published"


def test_an_editor_of_a_library_publishes_its_events_and_proposes_for_others(libraries, client):
    library, made = libraries
    local = account("svoi", "Редакторы", library)
    send(local, change(made["Своя", "draft"]), {"status": "published"})
    assert client.get(made["Своя", "draft"].get_absolute_url()).status_code == 200
    assert send(local, change(made["Своя", "published"]), {"city": "Вымыслов"}).status_code == 302
    made["Своя", "published"].refresh_from_db()
    assert made["Своя", "published"].city == "Вымыслов"
    other = made["Чужая", "published"]
    form = form_fields(local.get(change(other)))
    # Not even by adding one’s own library to it.
    added = {"organisations-TOTAL_FORMS": "2", "organisations-1-organisation": library.pk,
             "organisations-1-role": OrganisationRole.objects.first().pk,
             "organisations-1-conference": other.pk, "city": "Захват"}  # fmt: skip
    assert local.post(change(other), {**form, **added, "_continue": "1"}).status_code == 302
    other.refresh_from_db()
    assert other.city == "" and Proposal.objects.count() == 1
    assert send(local, change(library), {"description": "Наша"}).status_code == 302
    library.refresh_from_db()
    assert library.description == "Наша"
    send(local, change(other.organisations.get().organisation), {"description": "Не наша"})
    assert Proposal.objects.count() == 2


def test_an_account_of_a_library_keeps_the_draft_that_it_entered(libraries):
    library, _made = libraries
    local = account("svoi", "Архивисты", library)
    send(local, "/admin/events/conference/add/", {"title": "Без организаций"})
    conference = Conference.objects.get(title="Без организаций")
    assert send(local, change(conference), {"city": "Вымыслов"}).status_code == 302
    conference.refresh_from_db()
    assert conference.city == "Вымыслов"


def test_drafts_of_another_library_are_named_nowhere(libraries):
    library, made = libraries
    local = account("svoi", "Редакторы", library)
    secret = made["Чужая", "draft"]
    person = secret.talks.get().people.get().speaker
    topic = Topic.objects.get(name="Чужая draft: тема 1")
    version = Version.objects.of(secret).first()
    for address in (
        "/admin/", "/admin/events/conference/?q=чужая", "/admin/events/talk/", "/admin/events/version/",
        f"/admin/events/version/{version.pk}/change/", f"/admin/events/conference/{secret.pk}/history/",
        f"/admin/events/conference/{secret.pk}/photos/", f"/admin/events/conference/{secret.pk}/delete/",
        "/admin/events/talk/add/",
        f"/admin/events/speaker/{person.pk}/delete/", f"/admin/events/topic/{topic.pk}/delete/",
        "/admin/autocomplete/?app_label=events&model_name=talk&field_name=conference&term=чужая",
        "/admin/events/linkcheck/", "/admin/events/proposal/",
    ):  # fmt: skip
        text = local.get(address, follow=True).text
        for line in (secret.title + " ", f"{secret.title}<", "Чужая draft: доклад", "Чужая draft: секция"):
            assert line not in text, address
    assert local.post(f"/admin/events/version/{version.pk}/restore/").status_code == 403


def test_files_follow_the_same_rule(libraries, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    library, made = libraries
    (tmp_path / "photos").mkdir()
    for name, key in (("own", "Своя"), ("other", "Чужая")):
        (tmp_path / f"photos/{name}.jpg").write_bytes(b"x")
        Photo.objects.create(conference=made[key, "draft"], image=f"photos/{name}.jpg", width=1, height=1)
    local, nobody = account("svoi", "Архивисты", library), account("nikto")
    assert local.get("/media/photos/own.jpg").status_code == 200
    assert local.get("/media/photos/other.jpg").status_code == 404
    assert nobody.get("/media/photos/own.jpg").status_code == 404


def test_staff_without_a_group_sees_no_drafts(client):
    draft = without_files(status="draft")
    withdrawn = without_files(name="Снятые чтения", status="withdrawn")
    nobody = account("nikto")
    for record in (draft, withdrawn, draft.talks.get(), Speaker.objects.first()):
        assert nobody.get(record.get_absolute_url()).status_code == client.get(record.get_absolute_url()).status_code
    assert not rights.reads_drafts(nobody.user)


def test_memberships_are_edited_on_the_page_of_the_account(staff_client):
    user, library = User.objects.create(username="svoi", is_staff=True), Organisation.objects.create(name="Библиотека")
    address = f"/admin/auth/user/{user.pk}/change/"
    rows = {"memberships-TOTAL_FORMS": "1", "memberships-0-organisation": library.pk, "memberships-0-user": user.pk}
    assert send(staff_client, address, rows).status_code == 302
    assert StaffMembership.objects.get().organisation == library
    assert rights.organisations_of(User.objects.get(pk=user.pk)) == {library.pk}


def test_merged_libraries_keep_their_accounts(editor):
    one, other = (Organisation.objects.create(name=f"Вымышленная библиотека {n}") for n in range(2))
    local = account("svoi", "Архивисты", other)
    send(editor, f"/admin/events/organisation/{one.pk}/merge/{other.pk}/")
    assert StaffMembership.objects.get(user=local.user).organisation == one
