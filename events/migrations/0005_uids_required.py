"""Every row has a permanent name; versions and reports name records by it and no longer by their keys."""

import uuid

from django.db import migrations, models

from .. import models as _models  # noqa: F401

MODELS = """oldaddress conferencekind talkkind speakerrole organisationrole materialkind organisation organisationalias
speaker speakeralias speakerparticipation organisationparticipation topic series conference conferencetopic
conferencedate session talk talktopic attendance note recording recordingoffset material photo source synonym""".split()

class Migration(migrations.Migration):
    dependencies = [("events", "0004_fill_uids")]

    operations = [
        *(
            migrations.AlterField(model, "uid", models.UUIDField(default=uuid.uuid4, unique=True, editable=False))
            for model in MODELS
        ),
        migrations.AlterField("version", "uid", models.UUIDField(default=uuid.uuid4, unique=True, editable=False)),
        migrations.RemoveIndex("version", "versions_of_record"),
        migrations.RemoveField("version", "record"),
        migrations.RenameField("version", "of", "record"),
        migrations.AlterField("version", "record", models.UUIDField("uid")),
        migrations.AddIndex("version", models.Index(fields=["record", "-id"], name="versions_of_record")),
        migrations.RemoveField("readerreport", "record"),
        migrations.RenameField("readerreport", "uid", "record"),
        migrations.AlterField("readerreport", "record", models.UUIDField("uid")),
    ]
