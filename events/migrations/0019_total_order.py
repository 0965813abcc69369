"""Rows that are equal in what they are sorted by stand in the order in which they were entered."""

from django.db import migrations


def options(singular: str, plural: str, *ordering: str) -> dict:
    return {"ordering": [*ordering, "pk"], "verbose_name": singular, "verbose_name_plural": plural}


class Migration(migrations.Migration):
    dependencies = [("events", "0018_fill_event_state")]
    operations = [
        migrations.AlterModelOptions(
            "organisationalias",
            options("other name of an organisation", "other names of an organisation", "kind", "name_key"),
        ),
        migrations.AlterModelOptions(
            "recordingoffset",
            options("start of a talk in a recording", "starts of talks in a recording", "seconds"),
        ),
        migrations.AlterModelOptions(
            "speakeralias", options("other name of a person", "other names of a person", "name_key")
        ),
    ]
