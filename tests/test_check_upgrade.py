"""Before an upgrade it is known whether the site must stand still for it."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader

from events.management.commands import check_upgrade

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def state(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return MigrationLoader(connection).project_state()


def obstacles(state, *operations, while_serving=False):
    migration = migrations.Migration("0099_next", "events")
    migration.operations, migration.while_serving = list(operations), while_serving
    return [why for _operation, why in check_upgrade.judged(migration, state.clone())]


def title(**more):
    return models.CharField(**{"max_length": 600, "verbose_name": "title", **more})


HARMLESS = {
    "a column that may be empty": migrations.AddField("series", "note", models.TextField(null=True)),
    "a column that the database fills": migrations.AddField("series", "note", models.TextField(db_default="")),
    "a table": migrations.CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))]),
    "an index": migrations.AddIndex("series", models.Index(fields=["name"], name="series_by_name")),
    "another label": migrations.AlterField("series", "description", models.TextField("about it", blank=True)),
    "a longer text": migrations.AlterField("series", "name", models.CharField(max_length=900)),
    "what only Python knows": migrations.SeparateDatabaseAndState(
        state_operations=[migrations.RemoveField("series", "description")]
    ),
    "the order of lists": migrations.AlterModelOptions("series", {"ordering": ["pk"]}),
}
OBSTACLES = {
    "a column that must be filled": migrations.AddField("series", "note", models.TextField(default="")),
    "a column less": migrations.RemoveField("series", "description"),
    "a column of another name": migrations.RenameField("series", "description", "about"),
    "a shorter text": migrations.AlterField("series", "name", models.CharField(max_length=90)),
    "another type": migrations.AlterField("series", "description", models.IntegerField(null=True)),
    "a rule": migrations.AddConstraint(
        "series", models.CheckConstraint(condition=~models.Q(name="a"), name="series_is_no_a")
    ),
    "a table less": migrations.DeleteModel("Synonym"),
    "data": migrations.RunPython(migrations.RunPython.noop),
    "SQL within": migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL("SELECT 1")]),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_only_adds_runs_while_the_version_before_serves(state, what):
    assert obstacles(state, HARMLESS[what]) == [""]


@pytest.mark.parametrize("what", OBSTACLES)
def test_what_takes_away_needs_a_stop_or_the_promise_of_its_author(state, what):
    (why,) = obstacles(state, OBSTACLES[what])
    assert why
    assert obstacles(state, OBSTACLES[what], while_serving=True) == [""]


def test_a_new_table_may_be_as_strict_as_it_likes(state):
    made = migrations.CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))])
    strict = migrations.AddField("shelf", "note", models.TextField(default=""))
    assert obstacles(state, made, strict) == ["", ""]


def test_the_index_of_a_large_table_keeps_writers_waiting(state, monkeypatch):
    monkeypatch.setattr(check_upgrade, "LARGE", -1)
    index = models.Index(fields=["name"], name="series_by_name")
    assert obstacles(state, migrations.AddIndex("series", index)) == [check_upgrade.LONG]
    assert obstacles(state, check_upgrade.AddIndexConcurrently("series", index)) == [""]


@pytest.fixture
def out():
    return io.StringIO()


@pytest.fixture
def upgrade(monkeypatch, out):
    """Runs the command on an upgrade that brings these operations."""

    def run(*operations):
        migration = migrations.Migration("0099_next", "events")
        migration.operations = list(operations)
        plan = [(migration, False)] if operations else []
        monkeypatch.setattr(check_upgrade.MigrationExecutor, "migration_plan", lambda executor, targets: plan)
        call_command("check_upgrade", stdout=out)

    return run


def test_the_command_says_that_nothing_is_to_be_migrated(upgrade, out):
    upgrade()
    assert "Новых миграций нет" in out.getvalue()


def test_the_command_says_that_the_site_may_go_on(upgrade, out):
    upgrade(HARMLESS["a table"], HARMLESS["a longer text"])
    assert "+ events.0099_next" in out.getvalue() and "сайт может работать" in out.getvalue()


def test_the_command_ends_with_1_where_the_site_must_stop(upgrade, out):
    with pytest.raises(CommandError) as error:
        upgrade(HARMLESS["a table"], OBSTACLES["a column less"])
    assert error.value.returncode == 1 and "нужно остановить" in str(error.value)
    assert "+ events.0099_next" in out.getvalue() and "! events.0099_next" in out.getvalue()
