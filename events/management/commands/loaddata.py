"""Django's loaddata that checks what it loads and says in plain words what is wrong and what has changed."""

import os
from collections import Counter
from functools import cache
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import loaddata
from django.db import OperationalError, ProgrammingError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events import revisions
from events.importing.fixture_loader import FixtureError, FixtureLoader, Row, model_of, parse_rows
from events.models import Version

PROGRESS_STEP = 50  # rows between two signs of life


class Command(loaddata.Command):
    help = "Loads fixtures: everything in them or, if anything is wrong, nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="Also writes over the rows that staff changed since, and brings back those that staff deleted.",
        )

    def handle(self, *fixture_labels: str, **options: Any) -> None:
        self.done: Counter[str] = Counter()
        self.kept: list[Row] = []
        self.is_silent = options["verbosity"] == 0
        # Django's own summary counts what it read, not what it changed.
        try:
            with revisions.create(comment=_("from the fixtures %s") % ", ".join(map(str, fixture_labels))):
                by_people = Version.objects.using(options["database"]).filter(user__isnull=False)
                may_overwrite = options["overwrite"] or not by_people.exists()
                self.changed_by_people = None if may_overwrite else revisions.changed_by_people
                super().handle(*fixture_labels, **{**options, "verbosity": max(0, options["verbosity"] - 1)})
        except (OperationalError, ProgrammingError) as error:
            message = _("The database is not ready: %s. Run “manage.py migrate” and load again.")
            raise CommandError(message % str(error).strip().partition("\n")[0]) from error
        if not self.is_silent:
            self._say(
                _("added %(added)s, changed %(changed)s, unchanged %(unchanged)s")
                % {name: self.done[name] for name in ("added", "changed", "unchanged")}
            )
            self._say_kept()

    # Django remembers on the method itself what it has found.
    @cache  # noqa: B019
    def find_fixtures(self, fixture_label: str) -> list[tuple[str, str, str]]:
        try:
            return super().find_fixtures(fixture_label)
        except CommandError as error:
            message = _("There is no fixture “%s”. Give the name of a file or of one in fixtures/. Nothing was loaded.")
            raise CommandError(message % fixture_label) from error

    def load_label(self, fixture_label: str) -> None:
        files = [path for path, _directory, _name in self.find_fixtures(fixture_label)]
        if any(self.parse_name(os.path.basename(path))[1] != "json" for path in files):
            return super().load_label(fixture_label)
        for path in files:
            try:
                self._load_file(path)
            except FixtureError as error:
                problems = "\n".join(f"  {line}" for line in str(error).splitlines())
                raise CommandError(
                    _("Nothing was loaded. Mend this in %(file)s and load it again:\n%(problems)s")
                    % {"file": path.removeprefix(os.getcwd() + os.sep), "problems": problems}
                ) from error

    def _load_file(self, path: str) -> None:
        opened, mode = self.compression_formats[self.parse_name(os.path.basename(path))[2]]
        with opened(path, mode) as file:
            # The standard input is text of an encoding of its own.
            content = getattr(file, "buffer", file).read()
        rows = [row for row in parse_rows(content) if not self._is_excluded(row)]
        loader = FixtureLoader(self.using, self.save_obj, self.ignore, self.changed_by_people)
        for done in loader.load(rows):
            if done % PROGRESS_STEP == 0 or done == len(rows):
                self._progress(done, len(rows))
        self.done += loader.done
        self.kept += loader.kept
        self.fixture_count += 1
        self.fixture_object_count += len(rows)
        self.loaded_object_count += len(rows)

    def _is_excluded(self, row: Row) -> bool:
        try:
            model = model_of(row)
        except FixtureError:
            if self.ignore:
                return True
            raise
        if getattr(model, "is_derived", False):
            return True
        return model in self.excluded_models or model._meta.app_config in self.excluded_apps

    def _say_kept(self) -> None:
        if not self.kept:
            return
        message = ngettext(
            "%(count)s row is left as staff changed or deleted it; --overwrite loads it too:",
            "%(count)s rows are left as staff changed or deleted them; --overwrite loads them too:",
            len(self.kept),
        )
        self._say("\n".join([message % {"count": len(self.kept)}, *(f"  {row}" for row in self.kept)]))

    def _progress(self, done: int, total: int) -> None:
        if not self.is_silent and self.stderr.isatty():
            self._say(f"\r{done}/{total}", ending="\n" if done == total else "")

    def _say(self, message: str, ending: str = "\n") -> None:
        # Not in the red of errors.
        self.stderr.write(message, self.style.SUCCESS, ending)
