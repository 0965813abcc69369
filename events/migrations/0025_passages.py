"""Name the kind of search documents that are passages of recordings; `rebuild_search` makes them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0024_watched_pages")]

    operations = [
        migrations.AlterField(
            model_name="searchdocument",
            name="kind",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (1, "conferences"),
                    (2, "talks"),
                    (3, "speakers"),
                    (4, "organisations"),
                    (5, "topics"),
                    (6, "series"),
                    (7, "said in recordings"),
                ]
            ),
        ),
    ]
