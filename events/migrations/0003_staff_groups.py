"""Two groups of staff: archivists prepare events, editors publish them."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ARCHIVISTS, EDITORS = "Архивисты", "Редакторы"
# What is entered on the page of an event, beside the event itself.
RECORDS = """conference talk session speaker speakeralias organisation organisationalias series topic
speakerparticipation organisationparticipation conferencedate attendance note
recording recordingoffset material photo source""".split()
LISTS = "conferencekind talkkind speakerrole organisationrole materialkind oldaddress".split()


def make_groups(apps, schema_editor):
    # Permissions are made after all migrations; here they are needed at once.
    for config in apps.get_app_configs():
        if config.label == "events":
            config.models_module = True
            create_permissions(config, apps=apps, verbosity=0)
            config.models_module = None
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    mine = Permission.objects.filter(content_type__app_label="events")

    def of(models, *actions):
        return mine.filter(codename__in=[f"{action}_{model}" for action in actions for model in models])

    archivists, _ = Group.objects.get_or_create(name=ARCHIVISTS)
    archivists.permissions.add(*of(RECORDS, "add", "change", "delete", "view"), *of([*LISTS, "version"], "view"))
    editors, _ = Group.objects.get_or_create(name=EDITORS)
    editors.permissions.add(
        *of([*RECORDS, *LISTS], "add", "change", "delete", "view"), *of(["version"], "view"), *of(["conference"], "publish")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0002_history"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
