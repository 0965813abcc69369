"""An archive restored elsewhere is the archive: the same pages, history, accounts and files."""

import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from events import backup, groups, proposing, revisions, rights
from events.models import (
    Conference,
    Consent,
    Organisation,
    OrganisationRole,
    Proposal,
    PublicRevision,
    ReaderReport,
    SearchDocument,
    Speaker,
    StaffMembership,
    Talk,
    Topic,
    Version,
)
from events.operations import accounts

from .backups import empty_database
from .conftest import FIXTURES, rolled_back
from .rows import event

pytestmark = pytest.mark.usefixtures("uploads", "db")


class Moved:
    """An archive before and after it was moved to an empty database."""

    def __init__(self, folder: Path, uploads: Path) -> None:
        self.folder = folder
        self.change()
        self.pages = pages()
        self.user_names = list(get_user_model().objects.values_list("username", flat=True))
        self.revision = PublicRevision.current()
        self.first = backup.write(folder / "before").folder
        empty_database()
        for path in uploads.iterdir():
            shutil.rmtree(path)
        # Numbers of a new database begin anew; those of the backup must not be taken for them.
        self.said = StringIO()
        call_command("restore", str(folder / "before"), stdout=self.said)

    def change(self) -> None:
        """What shifts numbers, and what only a part of the people may see."""
        editor = get_user_model().objects.create_user("редактор", password="a long fictitious password", is_staff=True)
        editor.groups.add(Group.objects.get(name="Редакторы"))
        with revisions.create(user=editor, comment="черновик"):
            draft = event("Тайные чтения", status="draft")
            draft.photos.all().delete()
            draft.photos.create(image=ContentFile(b"not drawn", name="hall.jpg"), width=4, height=3, alt="Зал")
        Conference.objects.order_by("pk")[3].delete()
        event("Исчезнувшие чтения").delete()
        last = Conference.objects.published().order_by("pk").last()
        library = Organisation.objects.create(name="Вымышленная библиотека")
        last.organisations.create(organisation=library, role=OrganisationRole.objects.get(slug="organiser"))
        with revisions.create(user=editor):
            last.occasion = "к вымышленному юбилею"
            last.save()
        ReaderReport.objects.create(model="conference", record=last.uid, name=str(last), text="Опечатка")
        self.reported = last.uid
        self.propose(last, library)

    def propose(self, conference: Conference, library: Organisation) -> None:
        """What an archivist of one library, with a second factor, may only propose."""
        archivist = get_user_model().objects.create_user("архивист", is_staff=True)
        archivist.groups.add(Group.objects.get(name="Архивисты"))
        archivist.memberships.create(organisation=library)
        with pytest.raises(rights.NeedsApproval) as refused, revisions.create(user=archivist):
            conference.occasion = "к иному юбилею"
            conference.save()
        proposing.propose(refused.value.changes, refused.value.names, archivist, Proposal.Origin.ARCHIVIST)
        device = accounts.proposed_device(archivist)
        self.recovery_codes = accounts.set_up(device, code_of(device, steps=-1))


def code_of(device: TOTPDevice, steps: int = 0) -> str:
    """What the app shows now, or showed half a minute ago at `steps=-1`."""
    return f"{totp(device.bin_key, t0=-30 * steps):06}"


def pages() -> dict[str, bytes]:
    """Lists, searches and every twelfth page of a record, as the public and the staff see them."""
    client, found = Client(), {}
    records = [Conference.objects.published(), Talk.objects.published(), Speaker.objects.published()]
    records += [Organisation.objects.published(), Topic.objects.published()]
    addresses = ["/", "/conferences/", "/conferences/?page=2", "/talks/", "/speakers/", "/organisations/", "/topics/"]
    addresses += ["/search/?q=библиотека", "/search/?q=чтение&kind=", "/search/?q=тайные", "/en/conferences/"]
    for queryset in records:
        addresses += [record.get_absolute_url() for record in list(queryset.order_by("slug"))[::12]]
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        found[address] = response.content
    return found


@pytest.fixture(scope="module")
def moved(uploads, tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[Moved]:
    with rolled_back(django_db_blocker):
        call_command("loaddata", *FIXTURES, verbosity=0)
        yield Moved(tmp_path_factory.mktemp("backups"), uploads)


def test_every_page_is_the_same_to_the_byte(moved):
    assert len(moved.pages) > 25
    now = pages()
    assert [address for address in moved.pages if now[address] != moved.pages[address]] == []
    assert "Тайные" not in now["/search/?q=тайные"].decode().partition("<main")[2].replace("тайные", "")


def test_a_backup_of_the_restored_archive_is_the_same_to_the_byte(moved):
    second = backup.write(moved.folder / "after").folder
    names = sorted(path.name for path in (moved.first / "data" / "tables").iterdir())
    assert len(names) > 30
    differing = [
        name
        for name in names
        if (moved.first / "data" / "tables" / name).read_bytes() != (second / "data" / "tables" / name).read_bytes()
    ]
    # Its number rises, so that no stored page of another time is taken for a page of now.
    assert differing == ["events.publicrevision.jsonl"]
    assert PublicRevision.current() > moved.revision


def test_the_index_and_all_else_agrees(moved):
    call_command("check_search")
    call_command("check_pages")
    said = StringIO()
    call_command("check_archive", stdout=said)
    assert said.getvalue() == "Неисправностей нет. Файлов: 1, из них ничьих: 0.\n"
    assert SearchDocument.objects.filter(title="Тайные чтения").exists()


def test_history_and_reports_belong_to_the_records_that_they_were_made_of(moved):
    conference = Conference.objects.get(uid=moved.reported)
    assert ReaderReport.objects.get().target() == conference
    newest, *older = Version.objects.of(conference)
    assert newest.user.username == "редактор"
    others = {one.pk: str(one) for one in Conference.objects.exclude(pk=conference.pk)}
    revisions.restore(older[0])
    conference.refresh_from_db()
    assert conference.occasion == ""
    assert {one.pk: str(one) for one in Conference.objects.exclude(pk=conference.pk)} == others


def test_a_record_deleted_before_the_move_comes_back_after_it(moved):
    version = Version.objects.get(action=Version.Action.DELETED, name__contains="Исчезнувшие")
    assert version.current() is None
    assert revisions.restore(version).talks.count() == 1


def test_accounts_keep_passwords_and_groups(moved):
    editor = get_user_model().objects.get(username="редактор")
    assert editor.check_password("a long fictitious password")
    assert editor.has_perm("events.publish_conference")
    assert {group.name: {p.codename for p in group.permissions.all()} for group in Group.objects.all()} == groups.GROUPS


def test_a_second_factor_and_its_recovery_codes_still_let_in(moved):
    archivist = get_user_model().objects.get(username="архивист")
    device = TOTPDevice.objects.get(user=archivist)
    assert accounts.verify(archivist, code_of(device))
    assert accounts.verify(archivist, moved.recovery_codes[0])
    assert not accounts.verify(archivist, moved.recovery_codes[0])


def test_an_account_belongs_to_the_organisation_that_it_belonged_to(moved):
    membership = StaffMembership.objects.get()
    assert (membership.user.username, membership.organisation.name) == ("архивист", "Вымышленная библиотека")


def test_a_proposal_waits_and_can_be_taken_after_the_move(moved):
    proposal, editor = Proposal.objects.get(), get_user_model().objects.get(username="редактор")
    conference = Conference.objects.get(uid=moved.reported)
    assert proposal.author.username == "архивист" and proposal.base == Version.objects.of(conference).first()
    [line] = proposing.lines(proposal)
    assert proposing.take(proposal, {line.key}, editor) == conference
    conference.refresh_from_db()
    assert conference.occasion == "к иному юбилею"


def test_a_consent_stays_with_the_person_who_gave_it(moved):
    consent = Consent.objects.get(note__startswith="Тайные чтения: ")
    assert (consent.speaker.family_name, consent.subject, str(consent.given)) == (
        "Тайные чтенияев 1",
        "photos",
        "2020-06-01",
    )


def test_new_records_get_new_numbers(moved):
    keys = set(Speaker.objects.values_list("pk", flat=True))
    user = get_user_model().objects.create_user("новый")
    user.groups.add(Group.objects.get(name="Архивисты"))
    assert event("Новые чтения").talks.get().people.get().speaker_id not in keys


def test_uploaded_files_stand_where_they_stood(moved, uploads):
    photo = Conference.objects.get(title="Тайные чтения").photos.get()
    assert (uploads / photo.image.name).read_bytes() == b"not drawn"
    assert not list(uploads.rglob("*unfinished*"))
