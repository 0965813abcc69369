"""Lines of the admin's log that Django cannot put into words: with one of them no account could be deleted."""

from django.db import migrations

WITHOUT_FIELDS, SAID = '[{"changed": {}}]', '[{"changed": {"fields": []}}]'


def complete(apps, schema_editor):
    entries = apps.get_model("admin", "LogEntry").objects.using(schema_editor.connection.alias)
    entries.filter(change_message=WITHOUT_FIELDS).update(change_message=SAID)


class Migration(migrations.Migration):
    dependencies = [
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("events", "0034_people_talks_are_about"),
    ]

    operations = [migrations.RunPython(complete, migrations.RunPython.noop, elidable=True)]
