"""PostgreSQL counts words where they stand: for each new count it wrote the row into six indexes anew.

With room left on its page a row is changed without any index (HOT). Beginnings of words are found by the indexes that
compare bytes; those that Django adds for LIKE are the same once more.
"""

from django.db import migrations

POSTGRESQL = [
    "ALTER TABLE events_searchword SET (fillfactor = 60)",
    r"""DO $$ DECLARE name text; BEGIN
       FOR name IN SELECT indexrelid::regclass FROM pg_index
         WHERE indrelid = 'events_searchword'::regclass AND indexrelid::regclass::text LIKE '%\_like'
       LOOP EXECUTE 'DROP INDEX ' || name; END LOOP;
       END $$""",
]


def execute(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in POSTGRESQL:
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("events", "0011_other_names_once")]

    operations = [migrations.RunPython(execute, migrations.RunPython.noop)]
