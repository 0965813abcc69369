"""What is public leaves as one folder that anybody can read, and opens elsewhere as the same pages."""

import csv
import datetime
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client

from events import backup, revisions
from events.models import (
    Conference,
    Consent,
    Contact,
    OldAddress,
    Organisation,
    ReaderReport,
    Recording,
    SearchDocument,
    Speaker,
    Talk,
    Topic,
    Version,
)
from events.revisions import withholding

from .backups import empty_database
from .conftest import rolled_back
from .rows import event

pytestmark = pytest.mark.usefixtures("uploads", "db")
# No other word of the archive has these in it.
MARKS = ["грымз", "grymz", "шмыхр", "shmykhr", "зюмбр", "ziumbr", "клырт", "klyrt"]
CAPTIONS = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Зюмбрякова Анна>Здравствуйте\n"


def with_secrets() -> None:
    """What nobody outside may learn: drafts, withdrawn events, a hidden person, accounts, reports, notes of staff."""
    shown = event("Чтения", occasion="к юбилею")
    person = Speaker.objects.get(family_name="Чтенияев 1")
    person.family_name, person.given_names, person.initials, person.slug = "Зюмбрякова", "Анна", "", ""
    person.save()
    person.aliases.update(name="Зюмбряк", name_key="зюмбряк")
    # Where a hidden person spoke or worked, less is known elsewhere: here only an event says that a name is withheld.
    shown.people.exclude(talk=None).delete()
    department, host = Organisation.objects.get(name="Чтения: отдел 1"), shown.organisations.get().role
    shown.organisations.create(organisation=department, role=host)
    recording = shown.recordings.get()
    recording.captions = ContentFile(CAPTIONS.encode(), name="ziumbriakova.vtt")
    recording.save()
    shown.people.update(name_as_printed="Зюмбряковой А.")
    for name, status in (("Грымзинские", "draft"), ("Шмыхровские", "withdrawn")):
        other = event(name, status="published", summary=name)
        Topic.objects.get(name="Чтения: тема 1").conferencetopic_items.create(content_object=other)
        other.photos.all().delete()
        other.photos.create(image=ContentFile(name.encode(), name=f"{other.slug}.jpg"), width=4, height=3)
        other.slug = f"{other.slug}-2"  # leaves an old address
        other.save()
        Conference.objects.filter(pk=other.pk).update(status=status, withdrawn_reason=f"{name}: просьба")
    shown.parent = Conference.objects.get(title="Шмыхровские")
    shown.save()
    shown.sources.update(text="Грымза: текст для сотрудников")
    shown.photos.all().delete()
    shown.photos.create(image=ContentFile(b"drawn", name="hall.jpg"), width=4, height=3, alt="Зал", licence="CC BY 4.0")
    withholding.hide(person, "Клыртова просьба")
    get_user_model().objects.create_user("клырт", email="klyrt@example.org", first_name="Клырт")
    ReaderReport.objects.create(
        model="conference", record=shown.uid, name=str(shown), text="Клырт", contact="klyrt@example.org"
    )
    agreed = Speaker.objects.create(family_name="Согласная", initials="А. А.", biography="Клырт: не публично")
    Consent.objects.create(speaker=agreed, subject="contacts", given="2020-01-01", note="Клырт: письмо")
    library = Organisation.objects.get(name="Чтения: библиотека 1")
    Contact.objects.create(organisation=library, post="методист", speaker=agreed, email="post@example.org")
    shown.slug = "chteniia-novye"
    shown.save()


def pages() -> dict[str, str]:
    """Lists, searches, exports and the page of every record beside the secrets, every twelfth of the others."""
    client, found = Client(), {}
    addresses = ["/", "/conferences/", "/talks/", "/speakers/", "/organisations/", "/topics/", "/series/", "/reports/"]
    addresses += ["/search/?q=библиотека", "/search/?q=чтения", "/search/?q=грымзинские", "/en/conferences/"]
    addresses += ["/api/v1/conferences/?limit=100", "/conferences/chteniia/", "/indexes/places/"]
    for model in (Conference, Talk, Speaker, Organisation, Topic):
        records = list(model.objects.published().order_by("slug"))
        addresses += [one.get_absolute_url() for one in records if "chteni" in one.slug]
        addresses += [one.get_absolute_url() for one in records[::12]]
    addresses += [f"/id/{uid}" for uid in Conference.objects.published().values_list("uid", flat=True)[:3]]
    addresses += [f"/recordings/{uid}.vtt" for uid in Recording.objects.published().values_list("uid", flat=True)]
    for address in addresses:
        response = client.get(address)
        found[address] = f"{response.status_code} {response.get('Location', '')} {response.content.decode()}"
    return found


def in_files(folder: Path) -> dict[str, str]:
    """The marks that stand in files of a folder or in their names, each with one of these files."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            text = f"{path.relative_to(folder)}\n{path.read_text(errors='ignore')}".casefold()
            found |= {mark: str(path) for mark in MARKS if mark in text}
    return found


class Dumped:
    def __init__(self, folder: Path, uploads: Path) -> None:
        with_secrets()
        self.folder, self.pages = folder / "dump", pages()
        self.marks = in_files(backup.write(folder / "backup").folder)
        call_command("dump_archive", str(self.folder), address="https://archive.example", verbosity=0)
        self.before = {model: model.objects.count() for model in (Conference, Speaker)}
        empty_database()
        for path in uploads.iterdir():
            shutil.rmtree(path)
        get_user_model().objects.create_user("сотрудник")
        call_command("load_archive", str(self.folder), verbosity=0)


@pytest.fixture(scope="module")
def dumped(uploads, tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[Dumped]:
    with rolled_back(django_db_blocker):
        call_command("loaddata", "first_event", verbosity=0)
        yield Dumped(tmp_path_factory.mktemp("dumps"), uploads)


def test_no_file_tells_of_what_is_not_public(dumped):
    assert dumped.marks.keys() == set(MARKS)
    assert in_files(dumped.folder) == {}
    text = (dumped.folder / "data/tables/events.contact.jsonl").read_text()
    assert "post@example.org" in text
    assert "Согласная" in (dumped.folder / "data/tables/events.speaker.jsonl").read_text()


def test_every_public_page_is_the_same_elsewhere(dumped):
    assert len(dumped.pages) > 25
    assert "301 /conferences/chteniia-novye/" in dumped.pages["/conferences/chteniia/"]
    now = pages()
    assert [one for one, page in dumped.pages.items() if said(one, now[one]) != said(one, page)] == []
    assert Conference.objects.count() < dumped.before[Conference]


def said(address: str, page: str) -> str | list[str]:
    """The page; of a search what it found and how often, since drafts, too, count in what is a rare word."""
    # That a name is withheld nobody there knows: the dump has no trace of the person.
    page = re.sub(r'<p class="muted">[^<]*по его просьбе[^<]*</p>', "", page)
    return sorted(page.splitlines()) if address.startswith("/search/") else page


def test_the_loaded_archive_is_sound_and_its_staff_goes_on(dumped):
    call_command("check_search")
    call_command("check_archive", verbosity=0)
    assert get_user_model().objects.get().username == "сотрудник"
    assert SearchDocument.objects.count() > 30
    conference = Conference.objects.get(slug="chteniia-novye")
    with revisions.create():
        conference.occasion = "к иному"
        conference.save()
    assert Version.objects.filter(record=conference.uid).count() == 2
    assert OldAddress.objects.filter(slug="chteniia").exists()


def test_the_tables_have_a_dictionary_that_they_keep_to(dumped):
    package = json.loads((dumped.folder / "datapackage.json").read_text())
    resources = {one["name"]: one for one in package["resources"]}
    assert package["licenses"][0]["name"] == "CC0-1.0" and package["homepage"] == "https://archive.example"
    keys = {}
    for name, resource in resources.items():
        with (dumped.folder / resource["path"]).open(newline="") as file:
            rows = list(csv.DictReader(file))
        fields = resource["schema"]["fields"]
        assert rows == [] or list(rows[0]) == [field["name"] for field in fields], name
        assert all(field["title"] for field in fields)
        for field in fields:
            for row in rows:
                if row[field["name"]]:
                    PARSERS[field["type"]](row[field["name"]])
        keys[name] = {row.get("uid") for row in rows}
        resource["rows"] = rows
    for name, resource in resources.items():
        for key in resource["schema"].get("foreignKeys", []):
            known = keys[key["reference"]["resource"] or name]
            assert {row[key["fields"]] for row in resource["rows"]} - {""} <= known, (name, key)
    titles = {field["name"]: field["title"] for field in resources["talk"]["schema"]["fields"]}
    assert titles["title"] == "название"


PARSERS = {
    "string": str,
    "integer": int,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "datetime": datetime.datetime.fromisoformat,
}


def test_every_uploaded_file_is_listed_with_checksum_and_licence(dumped):
    with (dumped.folder / "data/csv/media.csv").open(newline="") as file:
        rows = {row["path"]: row for row in csv.DictReader(file)}
    hall = rows["photos/hall.jpg"]
    assert (hall["sha256"], hall["licence"]) == (hashlib.sha256(b"drawn").hexdigest(), "CC BY 4.0")
    listed = {str(path.relative_to(dumped.folder / "data/media")) for path in dumped.folder.glob("data/media/*/*")}
    assert listed == rows.keys()
    assert "CC0" in (dumped.folder / "CITATION.cff").read_text()
    assert "publicdomain/zero" in (dumped.folder / "LICENSE.txt").read_text()
