"""The facets of hits in an index of their own, where SQLite finds dozens of them on a page instead of one."""

from django.db import migrations

def make_index(apps, schema_editor):
    # PostgreSQL keeps no index rows of some thousand letters, and the facets come first in its rows as it is.
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("CREATE INDEX events_searchdocument_facets ON events_searchdocument (id, facets)")


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP INDEX events_searchdocument_facets")


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0009_person_for_each_organisation'),
    ]

    operations = [migrations.RunPython(make_index, drop_index)]
