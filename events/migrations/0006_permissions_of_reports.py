"""Archivists and editors see to what readers report and to what became of the links; editors may delete a report."""

from django.contrib.auth.management import create_permissions
from django.db import migrations


def permit(apps, schema_editor):
    # Permissions are made after all migrations; here they are needed at once.
    config = apps.get_app_config("events")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    seeing = ["view_readerreport", "change_readerreport", "view_linkcheck"]
    for name, codenames in (("Архивисты", seeing), ("Редакторы", [*seeing, "delete_readerreport"])):
        # Whoever renamed or removed the groups decides for themselves.
        for group in Group.objects.filter(name=name):
            group.permissions.add(
                *Permission.objects.filter(content_type__app_label="events", codename__in=codenames)
            )


class Migration(migrations.Migration):
    dependencies = [("events", "0005_links_and_reports"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(permit, migrations.RunPython.noop)]
