"""Counts of whole lists: filled by the rebuild of the search index that follows; an empty archive has nothing to count."""

from django.db import migrations, models

COMPLETE = 0


def set_complete_if_empty(apps, schema_editor):
    if not apps.get_model("events", "SearchDocument").objects.exists():
        apps.get_model("events", "ListCount").objects.create(kind=COMPLETE, facet="", value="", count=1)


class Migration(migrations.Migration):
    dependencies = [("events", "0029_readers_files")]
    # The version before reads and writes none of this; lists are counted as before until the index is rebuilt.
    while_serving = True

    operations = [
        migrations.AddField("searchdocument", "counted", models.TextField(null=True)),
        migrations.CreateModel(
            name="ListCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.PositiveSmallIntegerField()),
                ("facet", models.CharField(max_length=1)),
                ("value", models.CharField(max_length=130)),
                ("count", models.IntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "facet", "-count"], name="most_frequent_in_list")],
                "constraints": [models.UniqueConstraint(fields=("kind", "facet", "value"), name="list_count_once")],
            },
        ),
        migrations.RunPython(set_complete_if_empty, migrations.RunPython.noop),
    ]
