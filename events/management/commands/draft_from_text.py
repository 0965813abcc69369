"""manage.py draft_from_text FILE…: news items into drafts, for staff to review in the admin."""

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events import revisions
from events.importing import writer
from events.importing.candidates import Candidate, conference_candidates, organisation_candidates, person_candidates
from events.importing.draft import SKIP, SUBJECT, Draft
from events.importing.readers import news
from events.russian.encodings import decode

# How files begin that are not plain text, though they hold one.
_DOCUMENTS = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"{\\rtf")


class Unreadable(Exception):
    """Why a file holds no news item, and what to do."""


class Command(BaseCommand):
    @property
    def help(self) -> str:
        return _(
            "Propose a draft event for each text file (UTF-8, UTF-16 or Windows-1251). A text or address that the "
            "archive has already is skipped; a file that fails leaves nothing behind and does not stop the others. "
            "Exit code 1 if any failed."
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help=_("a news item as plain text"))
        parser.add_argument("--url", default="", help=_("the address of the news item (for a single file)"))
        parser.add_argument("--dry-run", action="store_true", help=_("show the proposals and save nothing"))

    def handle(self, *, files: list[Path], url: str, dry_run: bool, verbosity: int, **options: Any) -> None:
        if url and len(files) > 1:
            raise CommandError(_("--url belongs to one file: give the files one by one."))
        self.verbosity, self.dry_run, self.counts = verbosity, dry_run, Counter[str]()
        for number, path in enumerate(files, 1):
            self.place = f"{number}/{len(files)}"
            self._one(path, url)
        self._summary()
        if self.counts["failed"]:
            raise CommandError(_("Some texts were not saved: see the messages above."))

    def _one(self, path: Path, url: str) -> None:
        try:
            draft = news.read(content(path), url)
            if not found_something(draft):
                raise Unreadable(_("No event is found in it: it has neither a date nor a kind, title or theme."))
            if found := writer.find_by_source(draft):
                known = _("already in the archive")
                self._tell("skipped", f"= {path}: {known}, № {found.pk} {found}")
            else:
                self._propose(path, draft)
        except (Unreadable, writer.DraftError, DatabaseError) as error:
            self.counts["failed"] += 1
            self.stderr.write(f"{self.place} ! {path}: {error}")

    def _propose(self, path: Path, draft: Draft) -> None:
        linked, doubts = link_exact_organisations(draft), list(doubtful(draft))
        leave_out_subjects(draft)
        if self.dry_run:
            self._tell("added", f"? {path}")
            self._lines(summary(draft))
        else:
            with revisions.create(comment=_("from the file “%s”") % path.name):
                conference = writer.save_draft(draft)
            self._tell("added", f"+ {path}: № {conference.pk} {conference}")
        count = ngettext("%(count)d doubtful fact", "%(count)d doubtful facts", len(doubts)) % {"count": len(doubts)}
        self._lines([count, *(f"  {doubt}" for doubt in doubts), *linked, *draft.questions])

    def _tell(self, what: str, line: str) -> None:
        self.counts[what] += 1
        if self.verbosity:
            self.stdout.write(f"{self.place} {line}")

    def _lines(self, lines: list[str]) -> None:
        if self.verbosity:
            self.stdout.writelines(f"    {line}\n" for line in lines)

    def _summary(self) -> None:
        if not self.verbosity:
            return
        if self.dry_run:
            said = _("would be added %(added)d, skipped %(skipped)d, failed %(failed)d")
        else:
            said = _("added %(added)d, skipped %(skipped)d, failed %(failed)d")
        self.stdout.write(said % {what: self.counts[what] for what in ("added", "skipped", "failed")})
        if self.counts["added"] and not self.dry_run:
            address = f"{reverse('admin:events_conference_changelist')}?waiting=draft"
            self.stdout.write(
                _("Review the drafts in the admin, nothing is published: %(address)s") % {"address": address}
            )


def content(path: Path) -> str:
    """The text of a file; Unreadable says what to do with one that has none."""
    try:
        read = path.read_bytes()
    except FileNotFoundError as error:
        raise Unreadable(_("There is no such file.")) from error
    except IsADirectoryError as error:
        raise Unreadable(_("This is a folder: name the files in it.")) from error
    except OSError as error:
        raise Unreadable(_("The system does not let it be read: %s.") % error.strerror) from error
    if read.startswith(_DOCUMENTS):
        raise Unreadable(_("This is a document, not plain text: open it and save it as plain text in UTF-8."))
    try:
        found = decode(read)
    except UnicodeError as error:
        message = _("The text is neither UTF-8, nor UTF-16, nor Windows-1251: open it and save it as UTF-8.")
        raise Unreadable(message) from error
    if not found.strip():
        raise Unreadable(_("The file is empty."))
    if len(found) > news.MAX_TEXT:
        raise Unreadable(_("This is longer than any news item: one file holds one."))
    return found.replace("\r\n", "\n")


def found_something(draft: Draft) -> bool:
    return bool(draft.dates or draft.title or draft.theme or draft.kind_as_printed)


def link_exact_organisations(draft: Draft) -> list[str]:
    """Without a reviewer, an organisation is linked only where one record alone bears the very name; it is said.

    People are never linked here: two may share a name.
    """
    said = []
    for key, candidates in organisation_candidates(draft).items():
        exact = [one for one in candidates if one.is_exact]
        organisation = draft.organisation(key)
        if len(exact) == 1 and organisation:
            organisation.resolution = str(exact[0].pk)
            said.append(f"{organisation.name} = {exact[0].name} ({exact[0].reason})")
    return said


def doubtful(draft: Draft) -> list[str]:
    """What a reviewer in the admin would be asked, one line each."""
    asked = [f"{fact.printed}: {fact.uncertainty}" for fact in draft.facts() if fact.uncertainty]
    asked += [_perhaps(_("this event"), [one]) for one in conference_candidates(draft)]
    known = person_candidates(draft)
    return asked + [_perhaps(person.name, known[person.key]) for person in draft.people if known[person.key]]


def leave_out_subjects(draft: Draft) -> None:
    """Leave out whom the event may be about, as nobody is here to say so, and people of whom nothing else is said."""
    named = {key for talk in draft.talks for key in talk.speakers}
    named |= {key for session in draft.sessions for key in session.moderators}
    for person in draft.people:
        parts = [part for part in person.parts if part.is_sure or part.role != SUBJECT]
        if person.parts and not parts and person.key not in named:
            person.resolution = SKIP
        person.parts = parts


def _perhaps(new: str, candidates: list[Candidate]) -> str:
    found = "; ".join(f"№ {one.pk} {one.name} ({one.reason})" for one in candidates)
    return _("%(new)s: perhaps in the archive already, %(found)s") % {"new": new, "found": found}


def summary(draft: Draft) -> list[str]:
    """What would be saved, in a few lines."""
    return [
        f"{draft.kind_as_printed.value}: {draft.title.value or draft.theme.value}",
        ", ".join(date.printed for date in draft.dates),
        *(f"{person.name} ({person.printed})" for person in draft.people),
        *(one.name for one in draft.organisations),
        *(f"{number}. {talk.title or talk.subject}" for number, talk in enumerate(draft.talks, 1)),
    ]
