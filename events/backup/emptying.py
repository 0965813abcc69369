"""A database made as empty as a new one, whatever schema it has."""

from pathlib import Path

from django.db import connection, transaction


def drop_everything() -> None:
    """Drop all tables of the archive; on SQLite, which has them in a file of their own, the file."""
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{name}{suffix}").unlink(missing_ok=True)
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)} CASCADE")
        # Those of triggers; what an extension brought stays.
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc p"
            " WHERE pronamespace = current_schema()::regnamespace AND proowner = current_user::regrole"
            " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        )
        for (function,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {function} CASCADE")
