import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db.models import FileField, ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from events import revisions
from events.models import aggregates

FIXTURE = settings.BASE_DIR / "fixtures" / "specimen.json"


class Command(BaseCommand):
    help = "Loads an event that never was, with recording, captions, photographs and slides, so that all can be seen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--delete", action="store_true", help="Deletes it, and whatever only it names.")

    def handle(self, delete: bool, verbosity: int, **options: Any) -> None:
        rows = json.loads(FIXTURE.read_text())
        if delete:
            left = self.delete(rows)
            if verbosity:
                self.stdout.write(_("The specimen is deleted."))
            if left:
                self.stderr.write(_("Kept, since other records name them: %s.") % left)
            return
        for name in stored_names(rows):
            if not default_storage.exists(name):
                with (FIXTURE.with_suffix("") / Path(name).name).open("rb") as file:
                    default_storage.save(name, file)
        call_command("loaddata", FIXTURE.stem, verbosity=verbosity)

    @staticmethod
    def delete(rows: list[dict[str, Any]]) -> str:
        """Delete the records of the fixture, those last that others name; return the names of those that stay."""
        left = []
        with revisions.create(comment=_("the specimen is deleted")):
            for row in reversed(rows):
                model = aggregates.model(row["model"])
                if not aggregates.is_root(model):
                    continue
                for record in model._base_manager.filter(slug=row["fields"]["slug"]):
                    try:
                        record.delete()
                    except (ProtectedError, RestrictedError):
                        left.append(str(record))
        return ", ".join(left)


def stored_names(rows: list[dict[str, Any]]) -> list[str]:
    """The files that the rows name, as they are stored."""
    return [
        row["fields"][field.name]
        for row in rows
        for field in aggregates.model(row["model"])._meta.concrete_fields
        if isinstance(field, FileField) and row["fields"].get(field.name)
    ]
