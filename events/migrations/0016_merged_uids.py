"""The uids of records that were merged into others, as the merges can be undone by: their former addresses get them."""

from django.db import migrations


def fill(apps, schema_editor):
    redirects = apps.get_model("events", "OldAddress").objects
    # The newest first: of two records that had one slug, the redirect from it comes of the later merge.
    merges = apps.get_model("events", "Version").objects.filter(undo__isnull=False).order_by("-pk")
    for model, undo in merges.values_list("model", "undo").iterator(500):
        if undo and undo.get("duplicate"):
            duplicate = undo["duplicate"][0]
            known = redirects.filter(kind=model, slug=duplicate["fields"]["slug"], merged=None)
            known.exclude(record=duplicate["uid"]).update(merged=duplicate["uid"])


class Migration(migrations.Migration):
    dependencies = [("events", "0015_consents")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
