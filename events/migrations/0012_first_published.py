"""When the public could first see the records that have an address, as far as their events tell."""

from django.db import migrations
from django.db.models import Min, OuterRef, Subquery


def first(conferences):
    """A subquery: the earliest moment at which one of these rows' conferences was published."""
    model, path, owner = conferences
    moments = model.objects.filter(**{owner: OuterRef("pk"), f"{path}published__isnull": False})
    return Subquery(moments.order_by().values(owner).annotate(first=Min(f"{path}published")).values("first"))


def fill(apps, schema_editor):
    def get(name):
        return apps.get_model("events", name)

    ways = {
        "Talk": [(get("Conference"), "", "talks")],
        "Series": [(get("Conference"), "", "series")],
        "Speaker": [(get("SpeakerParticipation"), "conference__", "speaker")],
        "Topic": [(get("ConferenceTopic"), "content_object__", "tag"), (get("TalkTopic"), "content_object__conference__", "tag")],
        "Organisation": [
            (get("OrganisationParticipation"), "conference__", "organisation"),
            (get("SpeakerParticipation"), "conference__", "organisation"),
            (get("Conference"), "", "venue"),
        ],
    }
    for name, rows in ways.items():
        for way in rows:
            get(name).objects.filter(published=None).update(published=first(way))
    organisations = get("Organisation").objects
    parts = organisations.filter(parent=OuterRef("pk"), published__isnull=False).order_by().values("parent")
    organisations.filter(published=None).update(
        published=Subquery(parts.annotate(first=Min("published")).values("first"))
    )


class Migration(migrations.Migration):
    dependencies = [("events", "0011_former_addresses")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
