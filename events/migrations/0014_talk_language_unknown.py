"""A talk of which nobody says in what language it was."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", '0013_hidden_people')]

    operations = [
        migrations.AlterField(
            "talk", "language", models.CharField("language", max_length=12, default="ru", blank=True)
        ),
    ]
