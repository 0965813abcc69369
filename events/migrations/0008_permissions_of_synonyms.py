"""Editors keep the synonyms of the search; archivists may look at them."""

from django.contrib.auth.management import create_permissions
from django.db import migrations


def permit(apps, schema_editor):
    # Permissions are made after all migrations; here they are needed at once.
    config = apps.get_app_config("events")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    mine = Permission.objects.filter(content_type__app_label="events", content_type__model="synonym")
    for name, permissions in (("Архивисты", mine.filter(codename="view_synonym")), ("Редакторы", mine)):
        # Whoever renamed or removed the groups decides for themselves.
        for group in Group.objects.filter(name=name):
            group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [("events", "0007_role_plurals_and_rules"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(permit, migrations.RunPython.noop)]
