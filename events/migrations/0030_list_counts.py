"""Counts of whole lists, filled by the rebuild of the search index that follows; until then lists count as before."""

from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("events", "0029_readers_files")]

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
    ]
