"""Rename fields of the search index. Both databases rename a column without rewriting its table."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("events", "0005_uids_required")]

    operations = [
        migrations.RenameField("searchdocument", "about", "subtitle"),
        migrations.RenameField("searchdocument", "also", "alternate_forms"),
        migrations.RenameField("searchdocument", "analyser", "analyzer_version"),
        migrations.RenameField("searchword", "mets", "reversed_stem"),
    ]
