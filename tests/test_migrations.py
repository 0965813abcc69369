"""An archive that is older comes along whole."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from events.search.index import WordCounts


def migrated(*names: str):
    """The database as it stood after the migration, and its models."""
    executor = MigrationExecutor(connection)
    executor.migrate([("events", name) for name in names] or executor.loader.graph.leaf_nodes())
    return MigrationExecutor(connection).loader.project_state([("events", name) for name in names]).apps


@pytest.fixture
def today(transactional_db) -> Iterator[None]:
    """Leaves the database as it is now, whatever it was in between."""
    yield
    migrated()


def test_a_date_whose_supplied_year_is_missing_is_no_longer_marked(today):
    old = migrated("0006_permissions_of_reports")
    event = old.get_model("events", "Conference").objects.create(title="Вымышленные чтения", slug="chteniia")
    dates = old.get_model("events", "ConferenceDate").objects
    dates.create(conference=event, start="XXXX-06-09", year_supplied=True)
    dates.create(conference=event, start="2020-06-10", year_supplied=True)
    new = migrated("0007_role_plurals_and_rules")
    stored = new.get_model("events", "ConferenceDate").objects.order_by("start").values_list("start", "year_supplied")
    assert list(stored) == [("2020-06-10", True), ("XXXX-06-09", False)]


def test_words_that_a_broken_off_rebuild_left_uncounted_are_counted_all_the_same(today):
    old = migrated("0014_long_rows")
    old.get_model("events", "UncountedWords").objects.create(counts='{"кузнечики": [2, 1], "шмели": [-1, 0]}')
    migrated()
    words = WordCounts()
    words.add_uncounted()
    assert words.all() == {"кузнечики": (2, 1), "шмели": (-1, 0)}
