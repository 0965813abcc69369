"""An archive that is older comes along whole; a new one begins with the lists and groups that staff need."""

import json
from importlib import import_module
from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.db.migrations.exceptions import NodeNotFoundError
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import QuerySet

from events import merging
from events.groups import GROUPS
from events.models import (
    ConferenceKind,
    OldAddress,
    Organisation,
    SearchDocument,
    Series,
    Speaker,
    Synonym,
    Talk,
    Topic,
    Version,
)
from events.search import list_counts

from .conftest import ROOT
from .rows import event

SQUASHED = ["0001_initial_archive", "0002_search_index"]


def replaced() -> list[str]:
    """The names of the migrations that the two stand for, in the order in which archives applied them."""
    disk = MigrationLoader(connection).disk_migrations
    return sorted(name for squashed in SQUASHED for _app, name in disk["events", squashed].replaces)


def forget(names: list[str]) -> None:
    """Make the database say that it never applied these."""
    for name in names:
        MigrationRecorder(connection).record_unapplied("events", name)


def everything() -> list[dict]:
    dump = StringIO()
    call_command("dumpdata", stdout=dump)
    return json.loads(dump.getvalue())


def permissions(group: str) -> set[str]:
    return set(Permission.objects.filter(group__name=group).values_list("codename", flat=True))


def test_an_archive_of_the_fifteen_migrations_of_before_comes_along_with_nothing_lost(first_event):
    forget(SQUASHED)
    before = everything()
    said = StringIO()
    call_command("migrate", stdout=said)
    assert "No migrations to apply" in said.getvalue()
    assert everything() == before
    call_command("check_search")
    applied = MigrationRecorder(connection).applied_migrations()
    assert {("events", name) for name in [*SQUASHED, *replaced()]} <= set(applied)


@pytest.mark.parametrize("count", range(1, 15))
def test_an_archive_with_only_some_of_them_is_refused_as_the_page_for_operators_says(db, count):
    forget(SQUASHED + replaced()[count:])
    with pytest.raises(NodeNotFoundError, match="0015_uncounted_words_apart.*already applied"):
        call_command("migrate", verbosity=0)
    assert "NodeNotFoundError … 0015_uncounted_words_apart" in (ROOT / "docs" / "operators.md").read_text()


def test_a_new_archive_begins_with_lists_synonyms_and_groups(transactional_db):
    call_command("flush", interactive=False, verbosity=0)
    assert {name: permissions(name) for name in GROUPS} == GROUPS
    assert "publish_conference" not in permissions("Архивисты")
    rows = json.loads((ROOT / "fixtures" / "lists.json").read_text())
    in_lists = {row["model"] for row in rows}
    stored = [row for row in everything() if row["model"] in in_lists]
    assert len(stored) == len(rows)
    assert Synonym.objects.filter(words="флешмоб, флэшмоб").exists()


def test_migrating_again_leaves_groups_and_lists_as_staff_made_them(first_event):
    Group.objects.filter(name="Архивисты").update(name="Практиканты")
    editors = Group.objects.get(name="Редакторы")
    editors.permissions.remove(Permission.objects.get(codename="publish_conference"))
    Synonym.objects.get(words="флешмоб, флэшмоб").delete()
    ConferenceKind.objects.get(slug="telemost").delete()
    before = everything()
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0)
    assert everything() == before
    editors.delete()
    call_command("migrate", verbosity=0)
    assert list(Group.objects.values_list("name", flat=True)) == ["Практиканты"]


def test_groups_get_the_rights_that_a_new_version_brings_and_none_that_staff_took_away(first_event):
    editors, archivists = (Group.objects.get(name=name) for name in ("Редакторы", "Архивисты"))
    archivists.permissions.remove(Permission.objects.get(codename="view_version"))
    before = {name: permissions(name) for name in GROUPS}
    # As an archive of the time before these models has it.
    Permission.objects.filter(codename__endswith="_watchedpage").delete()
    Permission.objects.filter(codename__endswith="_contact").delete()
    call_command("migrate", verbosity=0)
    assert {name: permissions(name) for name in GROUPS} == before
    assert "add_watchedpage" in permissions("Редакторы") and "add_contact" in permissions("Архивисты")


def fill(name: str) -> None:
    """Run the data migration of this name on the rows as they are, with the models of its time."""
    migration = import_module(f"events.migrations.{name}")
    migration.fill(MigrationLoader(connection).project_state(("events", name)).apps, None)


def test_records_of_published_events_get_the_moment_of_the_earliest_one(db):
    series = Series.objects.create(name="Цикл")
    event("Чтения", series=series, published="2021-01-01T00:00Z")
    earlier = event("Встреча", series=series, published="2020-01-01T00:00Z")
    event("Черновик", status="draft", series=Series.objects.create(name="Иной"))
    earlier.people.update(speaker=Speaker.objects.get(family_name="Чтенияев 1"))
    models = (Talk, Speaker, Organisation, Topic, Series)
    for model in models:
        QuerySet(model).update(published=None)
    fill("0012_first_published")
    years = {str(row): row.published and row.published.year for model in models for row in model.objects.all()}
    assert (years["Чтения: доклад 1"], years["Встреча: доклад 1"], years["Черновик: доклад 1"]) == (2021, 2020, None)
    assert (years["Чтенияев 1 А. Б."], years["Встречаев 1 А. Б."], years["Черновикев 1 А. Б."]) == (2020, None, None)
    assert (years["Чтения: библиотека 1"], years["Черновик: библиотека 1"]) == (2021, None)
    assert (years["Чтения: тема 1"], years["Черновик: тема 1"]) == (2021, None)
    assert (years["Цикл"], years["Иной"]) == (2020, None)


def test_departments_alone_make_their_library_public_from_their_moment(db):
    conference = event("Чтения", published="2021-01-01T00:00Z")
    conference.organisations.all().delete()
    QuerySet(Organisation).update(published=None)
    fill("0012_first_published")
    assert {row.published.year for row in Organisation.objects.all()} == {2021}


def test_redirects_of_merges_get_the_uid_of_the_record_that_was_merged(db, staff):
    kept = Speaker.objects.create(family_name="Вторая")
    # Once before with the same slug, and undone.
    other = Speaker.objects.create(family_name="Первая", slug="pervaia")
    merging.merge(kept, other, staff)
    merging.undo(Version.objects.of(kept).first(), staff)
    other.refresh_from_db()
    other.slug = "inaia"
    other.save()
    duplicate = Speaker.objects.create(family_name="Первая", slug="pervaia")
    kept.refresh_from_db()
    merging.merge(kept, duplicate, staff)
    OldAddress.objects.create(kind="speaker", slug="davnii", target=kept.slug)
    OldAddress.objects.update(merged=None)
    fill("0016_merged_uids")
    assert dict(OldAddress.objects.values_list("slug", "merged")) == {"pervaia": duplicate.uid, "davnii": None}


def test_models_and_migrations_agree(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_an_emptied_archive_counts_its_lists_from_the_first_record_on():
    call_command("flush", interactive=False, verbosity=0)
    event("Чтения")
    assert list_counts.totals()[SearchDocument.Kind.CONFERENCE] == 1
