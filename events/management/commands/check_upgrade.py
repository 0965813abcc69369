"""manage.py check_upgrade: whether the migrations of this version may run while the one before serves."""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, migrations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, CharField, Field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

LARGE = 100_000  # rows: while the index of so many is made, nobody waits long to save

# What neither takes anything from the version before nor keeps it waiting.
HARMLESS = (
    migrations.CreateModel,
    migrations.RemoveIndex,
    migrations.RemoveConstraint,
    migrations.AlterModelOptions,
    migrations.AlterModelManagers,
    migrations.AlterModelTableComment,
)
OTHER = gettext_noop("the version before still uses what it changes")
NO_VALUE = gettext_noop("the version before writes rows without this column: let it be null or have a db_default")
NARROWER = gettext_noop("the column takes less than before, or the table is written anew")
UNSEEN = gettext_noop("nobody sees what it runs: the migration may promise “while_serving = True”")
REFUSED = gettext_noop("the version before may write rows that it refuses")
LONG = gettext_noop("nobody can save while the index of a large table is made: AddIndexConcurrently")


class Command(BaseCommand):
    help = (
        "Says whether the migrations that are still to run may do so while the version before serves. In a checkout of "
        "the new version, with the settings of the site. Exit code 0: they may; 1: the site must be stopped."
    )

    def handle(self, *, verbosity: int, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        graph = executor.loader.graph
        # Those that a squashed one stands for are applied, too, and no longer there.
        state = executor.loader.project_state([one for one in executor.loader.applied_migrations if one in graph.nodes])
        obstacles = 0
        for migration, _is_backwards in plan:
            for operation, why in judged(migration, state):
                obstacles += bool(why)
                if verbosity:
                    self.stdout.write(f"{'!' if why else '+'} {migration}: {operation.describe()}")
                    if why:
                        self.stdout.write(f"    {_(why)}")
        if obstacles:
            raise CommandError(_("The site must be stopped for this upgrade."))
        if verbosity:
            self.stdout.write(_("The site may go on while this upgrade is made.") if plan else _("Nothing to migrate."))


def judged(migration: migrations.Migration, state: ProjectState) -> Iterator[tuple[Operation, str]]:
    """Each operation with what keeps the version before from serving meanwhile; `state` goes along."""
    # A promise of the author, for what cannot be seen: data, SQL, the second step of a removal.
    is_promised = getattr(migration, "while_serving", False)
    made: set[str] = set()
    for operation in migration.operations:
        before = state.clone()
        operation.state_forwards(migration.app_label, state)
        if isinstance(operation, migrations.CreateModel):
            made.add(operation.name_lower)
        # Tables that the migration itself makes are unknown to the version before.
        is_new = getattr(operation, "model_name_lower", "") in made
        yield operation, "" if is_promised or is_new else obstacle(operation, migration.app_label, before, state)


def obstacle(operation: Operation, app: str, before: ProjectState, after: ProjectState) -> str:
    """Why the version before cannot serve while this operation runs and afterwards; "" if it can."""
    match operation:
        case migrations.SeparateDatabaseAndState():
            found = (obstacle(one, app, before, after) for one in operation.database_operations)
            return next(filter(None, found), "")
        case migrations.AddField():
            return "" if _has_value(operation.field) else NO_VALUE
        case migrations.AlterField():
            old = before.models[app, operation.model_name_lower].get_field(operation.name)
            return "" if _takes_as_much(old, operation.field) else NARROWER
        case AddIndexConcurrently():
            return ""
        case migrations.AddIndex():
            rows = before.apps.get_model(app, operation.model_name)._base_manager.all()[: LARGE + 1].count()
            return LONG if rows > LARGE else ""
        case migrations.AddConstraint():
            return REFUSED
        case migrations.RunPython() | migrations.RunSQL():
            return UNSEEN
    return "" if isinstance(operation, HARMLESS) else OTHER


def _has_value(field: Field) -> bool:
    """Whether a row that does not name the column may be written: Django drops a plain default of it at once."""
    return field.null or field.many_to_many or getattr(field, "db_default", NOT_PROVIDED) is not NOT_PROVIDED


def _takes_as_much(old: Field, new: Field) -> bool:
    """Whether every value of before is still taken, and nothing but the catalogue changes."""
    (_name, was, _args, kept), (_name, now, _args, wanted) = old.deconstruct(), new.deconstruct()
    for name in {*new.non_db_attrs, "default"}:
        kept.pop(name, None)
        wanted.pop(name, None)
    if isinstance(new, CharField) and (new.max_length or 0) >= (old.max_length or 0):
        kept.pop("max_length", None)
        wanted.pop("max_length", None)
    if new.null:
        kept.pop("null", None)
        wanted.pop("null", None)
    return (was, kept) == (now, wanted)
