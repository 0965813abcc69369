"""Gives every row the uid that a fixture would derive for it; versions, reports and redirects name records by it."""

import json
import uuid

from django.db import migrations

NAMESPACE = uuid.UUID("6f0d2f2c-5a0b-5c1e-9d0a-0c8f3b1e7a55")
AT_ONCE = 500
NATURAL_KEYS = {
    "oldaddress": ("kind", "slug"),
    "conferencekind": ("slug",),
    "talkkind": ("slug",),
    "speakerrole": ("slug",),
    "organisationrole": ("slug",),
    "materialkind": ("slug",),
    "organisation": ("slug",),
    "organisationalias": ("organisation__slug", "name_key"),
    "speaker": ("slug",),
    "speakeralias": ("speaker__slug", "name_key"),
    "speakerparticipation": (
        "conference__slug",
        "session__slug",
        "talk__slug",
        "speaker__slug",
        "role__slug",
        "organisation__slug",
    ),
    "organisationparticipation": ("conference__slug", "talk__slug", "organisation__slug", "group", "role__slug"),
    "topic": ("slug",),
    "series": ("slug",),
    "conference": ("slug",),
    "conferencetopic": ("content_object__slug", "tag__slug"),
    "conferencedate": ("conference__slug", "start", "note"),
    "session": ("conference__slug", "slug"),
    "talk": ("slug",),
    "talktopic": ("content_object__slug", "tag__slug"),
    "attendance": ("conference__slug", "counted"),
    "note": ("conference__slug", "label", "order"),
    "recording": ("conference__slug", "url", "file"),
    "recordingoffset": ("recording__conference__slug", "recording__url", "recording__file", "talk__slug"),
    "material": ("conference__slug", "talk__slug", "kind__slug", "title", "url", "file"),
    "photo": ("conference__slug", "image"),
    "source": ("conference__slug", "url", "headline"),
    "synonym": ("words",),
}


def derived(label, key):
    values = [value if value is None or isinstance(value, int) else str(value) for value in key]
    return uuid.uuid5(NAMESPACE, json.dumps([label, *values], ensure_ascii=False))


def fill(apps, schema_editor):
    uids = {name: fill_model(apps.get_model("events", name), schema_editor) for name in NATURAL_KEYS}
    convert = Converter(apps, uids)
    for version in apps.get_model("events", "Version").objects.order_by("pk").iterator(AT_ONCE):
        version.uid, version.of = uuid.uuid4(), convert.uid(version.model, version.record)
        version.rows = [convert.row(row) for row in version.rows]
        version.names = convert.names(version.names)
        version.undo = convert.undo(version.undo)
        version.save()
    for report in apps.get_model("events", "ReaderReport").objects.iterator(AT_ONCE):
        report.uid = convert.uid(report.model, report.record)
        report.save()
    redirects = apps.get_model("events", "OldAddress").objects
    for redirect in redirects.iterator(AT_ONCE):
        redirect.record = target(apps, redirects, redirect)
        redirect.save()


def fill_model(model, schema_editor):
    """Fills the column; {primary key: uid}."""
    label, found, taken = model._meta.label_lower, {}, set()
    for pk, *key in model.objects.order_by("pk").values_list("pk", *NATURAL_KEYS[model._meta.model_name]).iterator():
        uid = derived(label, key)
        # The key of some rows is not unique.
        found[pk] = uuid.uuid4() if uid in taken else uid
        taken.add(found[pk])
    with schema_editor.connection.cursor() as cursor:
        sql = f"UPDATE {model._meta.db_table} SET uid = %s WHERE id = %s"
        cursor.executemany(sql, [(uid.hex, pk) for pk, uid in found.items()])
    return {pk: str(uid) for pk, uid in found.items()}


class Converter:
    """What names rows by their keys, said in uids."""

    def __init__(self, apps, uids):
        self.apps, self.uids = apps, uids

    def uid(self, name, pk):
        """That of a row which is there; of one that is gone, always the same."""
        return self.uids.get(name, {}).get(pk) or str(uuid.uuid5(NAMESPACE, f"{name}:{pk}"))

    def row(self, row):
        name = row["model"].rpartition(".")[2]
        columns = {field.name: field for field in self.apps.get_model("events", name)._meta.concrete_fields}
        fields = {}
        for key, value in row["fields"].items():
            column = columns.get(key)
            if column is not None:
                is_reference = column.related_model and value is not None
                fields[key] = self.uid(column.related_model._meta.model_name, value) if is_reference else value
        return {"model": row["model"], "uid": self.uid(name, row["pk"]), "pk": row["pk"], "fields": fields}

    def names(self, names):
        parted = ((key.partition(":"), value) for key, value in names.items())
        return {f"{name}:{self.uid(name, int(pk))}": value for (name, _colon, pk), value in parted}

    def undo(self, undo):
        if undo is None:
            return None
        name = undo["gone"][0]["model"].rpartition(".")[2]
        return {
            "duplicate": [self.row(row) for row in undo["gone"]],
            "names": self.names(undo["names"]),
            "filled": undo["filled"],
            "reassigned": [[label, self.uid(label.rpartition(".")[2], pk), field] for label, pk, field in undo["moved"]],
            "conflicting": [self.row(row) for row in undo["doubled"]],
            "retargeted": undo["retargeted"],
            "aliases": [self.uid(f"{name}alias", pk) for pk in undo["aliases"]],
        }


def target(apps, redirects, redirect):
    """The uid of the record that a former address leads to, through any number of moves; None if it leads nowhere."""
    if redirect.kind not in NATURAL_KEYS:
        return None
    model, slug, seen = apps.get_model("events", redirect.kind), redirect.target, set()
    while slug and slug not in seen:
        seen.add(slug)
        if uid := model.objects.filter(slug=slug).values_list("uid", flat=True).first():
            return uid
        slug = redirects.filter(kind=redirect.kind, slug=slug).values_list("target", flat=True).first()
    return None


class Migration(migrations.Migration):
    dependencies = [("events", "0003_uids")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
