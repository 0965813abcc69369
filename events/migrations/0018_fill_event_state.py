"""What became of the events that an archive has: reports tell of the past, a day ahead was announced."""

from django.db import migrations
from django.db.models import Max
from django.utils import timezone

AT_ONCE = 100  # versions, with all their rows
# Any of these comes with a report.
FACTS = ("sources", "recordings", "photos", "attendance")


def fill(apps, schema_editor):
    conferences = apps.get_model("events", "Conference")._base_manager
    today = timezone.localdate().isoformat()
    dates = apps.get_model("events", "ConferenceDate")._base_manager.exclude(start__startswith="X")
    ahead = dates.filter(start__gte=today).values("conference")
    over = dates.filter(start__lt=today).values("conference")
    expected = conferences.filter(pk__in=ahead).exclude(pk__in=over)
    expected.update(state="expected")
    # Of an event without a date, or without a year, only what a report brings along tells that it took place.
    rest = conferences.filter(state="")
    rest.filter(pk__in=over).update(state="held")
    for name in FACTS:
        model = conferences.model._meta.get_field(name).related_model
        rest.filter(pk__in=model._base_manager.values("conference")).update(state="held")
    rest.exclude(outcome="").update(state="held")
    _tell_newest_versions(apps, dict(conferences.values_list("uid", "state")))


def _tell_newest_versions(apps, states):
    """Write it into the last version of each event, so that the next person to save it is not said to have set it."""
    versions = apps.get_model("events", "Version")._base_manager
    newest = versions.filter(model="conference").order_by().values("record").annotate(newest=Max("pk"))
    keys = [key for record, key in newest.values_list("record", "newest") if record in states]
    for start in range(0, len(keys), AT_ONCE):
        some = list(versions.filter(pk__in=keys[start : start + AT_ONCE]).only("record", "rows"))
        for version in some:
            version.rows[0]["fields"].update(state=states[version.record], postponed_to="")
        versions.bulk_update(some, ["rows"])


class Migration(migrations.Migration):
    dependencies = [("events", "0017_event_state")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
