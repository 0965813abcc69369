"""Drop the table of words that a rebuild had not counted yet: it now adds them up in memory.

If a rebuild was broken off just before the upgrade, check_search names its words and `rebuild_search --words` counts them.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("events", "0006_search_field_names")]

    operations = [migrations.DeleteModel("UncountedWords")]
