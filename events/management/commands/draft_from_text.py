"""manage.py draft_from_text FILE…: news items into drafts, for staff to review in the admin."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from events import history, search
from events.importing import matching, writer
from events.importing.draft import Draft
from events.importing.readers import news


class Command(BaseCommand):
    help = "Propose a draft conference for each text file; a text or address already in the archive is skipped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--url", default="", help="the address of the news item (for a single file)")
        parser.add_argument("--dry-run", action="store_true", help="show the proposal and save nothing")

    def handle(self, *, files: list[Path], url: str, dry_run: bool, verbosity: int, **options: Any) -> None:
        if url and len(files) > 1:
            raise CommandError("--url belongs to one file: give the files one by one.")
        self.verbosity, self.counts = verbosity, {"added": 0, "skipped": 0, "failed": 0}
        for number, path in enumerate(files, 1):
            self._progress(number, len(files))
            self._one(path, url, dry_run)
        if verbosity:
            self.stdout.write(
                f"добавлено {self.counts['added']}, пропущено {self.counts['skipped']}, ошибок {self.counts['failed']}"
            )
        if self.counts["failed"]:
            raise CommandError("Some texts were not saved: see the messages above.")

    def _one(self, path: Path, url: str, dry_run: bool) -> None:
        try:
            draft = news.read(path.read_text(encoding="utf-8-sig"), url)
            if found := writer.existing(draft):
                self._count("skipped", f"= {path}: already in the archive, № {found.pk} {found}")
                return
            linked = link_exact_organisations(draft)
            if dry_run:
                self._count("added", f"? {path}\n{summary(draft)}")
                return
            with search.batched():
                made = writer.written(draft, before=history.settle)
                history.keep_import(made.new, made.changed, None, _("from the file “%s”") % path.name)
            self._count("added", f"+ {path}: № {made.conference.pk} {made.conference}")
            for line in [*linked, *draft.questions]:
                self._count("", f"    {line}")
        except (OSError, UnicodeDecodeError, writer.DraftError) as error:
            self.counts["failed"] += 1
            self.stderr.write(f"! {path}: {error}")

    def _count(self, what: str, line: str) -> None:
        if what:
            self.counts[what] += 1
        if self.verbosity:
            self.stdout.write(line)

    def _progress(self, number: int, total: int) -> None:
        if self.verbosity and sys.stderr.isatty():
            self.stderr.write(f"\r{number}/{total}", ending="\n" if number == total else "")


def link_exact_organisations(draft: Draft) -> list[str]:
    """Without a reviewer, an organisation is linked only where one record alone bears the very name; it is said.

    People are never linked here: two may share a name.
    """
    said = []
    for key, candidates in matching.organisations(draft).items():
        exact = [one for one in candidates if one.is_exact]
        organisation = draft.organisation(key)
        if len(exact) == 1 and organisation and not organisation.department_of:
            organisation.use = str(exact[0].pk)
            said.append(f"{organisation.name} = {exact[0].name} ({exact[0].reason})")
    return said


def summary(draft: Draft) -> str:
    """What would be saved, in a few lines."""
    lines = [
        f"    {draft.kind_as_printed.value}: {draft.title.value or draft.theme.value}",
        f"    {', '.join(date.printed for date in draft.dates)}",
        *(f"    {person.name} ({person.printed})" for person in draft.people),
        *(f"    {one.name}" for one in draft.organisations),
        *(f"    {number}. {talk.title or talk.subject}" for number, talk in enumerate(draft.talks, 1)),
        *(f"    ? {question}" for question in draft.questions),
    ]
    return "\n".join(lines)
