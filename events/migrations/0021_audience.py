"""Whom an event is for: colleagues or readers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0020_publishing")]

    operations = [
        migrations.AddField(
            "conference",
            "audience",
            models.CharField(
                blank=True,
                choices=[
                    ("colleagues", "colleagues"),
                    ("readers", "readers"),
                    ("both", "colleagues and readers"),
                ],
                default="",
                help_text="Reports count events for colleagues and for readers apart. Empty if the source does not say it.",
                max_length=10,
                verbose_name="for whom",
            ),
        ),
    ]
