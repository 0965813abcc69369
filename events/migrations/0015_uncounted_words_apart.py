"""The counts of words that wait are two texts, as they are counted: read and written in half the time."""

import json

from django.db import migrations, models


def take_apart(apps, schema_editor):
    for batch in apps.get_model("events", "UncountedWords").objects.all():
        counts = json.loads(batch.counts)
        batch.documents = json.dumps({word: documents for word, (documents, _) in counts.items()}, ensure_ascii=False)
        batch.headings = json.dumps({word: headings for word, (_, headings) in counts.items()}, ensure_ascii=False)
        batch.save()


class Migration(migrations.Migration):
    dependencies = [("events", "0014_long_rows")]

    operations = [
        migrations.AddField("uncountedwords", "documents", models.TextField(default="{}"), preserve_default=False),
        migrations.AddField("uncountedwords", "headings", models.TextField(default="{}"), preserve_default=False),
        migrations.RunPython(take_apart, migrations.RunPython.noop),
        migrations.RemoveField("uncountedwords", "counts"),
    ]
