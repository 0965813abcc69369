"""What tests of backups share."""

from django.core.management import call_command
from django.db import connection

from events import groups
from events.search import list_counts

KEPT_BY_MIGRATE = {"django_migrations", "django_content_type", "auth_permission", "django_session"}


def empty_database() -> None:
    """Leave what a new archive has after `migrate`."""
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            if table not in KEPT_BY_MIGRATE:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
    call_command("loaddata", "lists", verbosity=0)
    groups.create(connection.alias)
    # As a migration says of an archive without records.
    list_counts.set_complete()
