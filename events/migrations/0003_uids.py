"""Permanent names of rows, and the columns that versions and caches of pages need."""

import django.utils.timezone
from django.db import migrations, models

MODELS = """oldaddress conferencekind talkkind speakerrole organisationrole materialkind organisation organisationalias
speaker speakeralias speakerparticipation organisationparticipation topic series conference conferencetopic
conferencedate session talk talktopic attendance note recording recordingoffset material photo source synonym""".split()


def changed():
    return models.DateTimeField("changed", default=django.utils.timezone.now, editable=False, db_index=True)


class Migration(migrations.Migration):
    dependencies = [("events", "0002_search_index")]

    operations = [
        *(migrations.AddField(model, "uid", models.UUIDField(null=True, editable=False)) for model in MODELS),
        *(migrations.AddField(model, "changed", changed()) for model in ("organisation", "series", "speaker", "topic")),
        migrations.AlterField("conference", "changed", changed()),
        migrations.AddField("oldaddress", "record", models.UUIDField(null=True, editable=False)),
        migrations.AddField("readerreport", "uid", models.UUIDField(null=True)),
        migrations.AddField("version", "of", models.UUIDField(null=True)),
        migrations.AddField("version", "uid", models.UUIDField(null=True, editable=False)),
        migrations.AddField(
            "version",
            "import_number",
            models.BigIntegerField("import", null=True, blank=True, db_index=True),
        ),
        migrations.RenameField("version", "note", "comment"),
        migrations.RenameField("version", "moment", "created"),
        migrations.CreateModel(
            "PageVersion",
            fields=[
                ("record", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            "PublicRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(default=0)),
            ],
        ),
    ]
