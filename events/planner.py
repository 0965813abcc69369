"""Statistics by which SQLite's query planner chooses among indexes. PostgreSQL takes its own (autovacuum)."""

from django.db import connection

ROWS_OF_AN_INDEX = 1000  # that are read, as SQLite recommends: it takes milliseconds, whatever the size


def analyze() -> None:
    """Take the statistics. Without them a list's counts are read through the index of published events: of all."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit = {ROWS_OF_AN_INDEX}")
            cursor.execute("ANALYZE")
