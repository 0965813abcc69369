from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0025_passages")]

    operations = [
        migrations.CreateModel(
            name="CountedLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, unique=True)),
                ("until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Visits",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("record", models.UUIDField()),
                ("month", models.CharField(max_length=7)),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("view", "views of pages"),
                            ("play", "starts of recordings"),
                            ("download", "downloads"),
                        ],
                        max_length=10,
                    ),
                ),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("record", "month", "action"), name="visits_of_record_in_month")
                ],
            },
        ),
    ]
