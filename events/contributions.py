"""What readers send: a message, and files that wait apart as a proposal until staff take or decline them."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from . import revisions
from .models import Proposal, ReaderFile, ReaderReport, aggregates
from .models.media_files import checksum_of

MB = 1024 * 1024


class NoRoom(Exception):
    """With these files more would wait than READER_FILES_MB."""


def receive(record: Any, text: str, contact: str, credit: str = "", files: Sequence[Any] = ()) -> ReaderReport:
    """Keep a message about a record, with files that were checked. Raises NoRoom."""
    checksums = [checksum_of(file) for file in files]
    with transaction.atomic():
        report = ReaderReport.objects.create(
            model=record._meta.model_name,
            record=record.uid,
            name=str(record)[:600],
            text=text,
            contact=contact,
            credit=credit if files else "",
        )
        rows = [
            ReaderFile(report=report, name=file.name[-255:], size=one.size, sha256=one.sha256)
            for file, one in zip(files, checksums, strict=True)
        ]
        if files:
            root = aggregates.root(record)
            report.proposal = Proposal.objects.create(
                model=root._meta.model_name, record=root.uid, name=str(root)[:600], origin=Proposal.Origin.READER
            )
            report.save(update_fields=["proposal"])
            ReaderFile.objects.bulk_create(rows)
    # Of those sent at once each sees the others now: never more than the quota is stored.
    if files and ReaderFile.objects.total_size() > settings.READER_FILES_MB * MB:
        proposal = report.proposal
        report.delete()
        proposal.delete()
        raise NoRoom
    for row, file in zip(rows, files, strict=True):
        row.store(file)
    return report


class Wanted(NamedTuple):
    """A file to be taken, the row that gets it, and in which column."""

    file: ReaderFile
    row: models.Model
    column: str


def take(proposal: Proposal, wanted: Iterable[Wanted], user: Any, is_last: bool = True) -> None:
    """Write the rows with their files, inside proposing.taking; the rest is left, or waits on if this is not the last.

    Raises revisions.CannotRestore if a file is lost.
    """
    taken = []
    for file, row, column in wanted:
        try:
            with file.open() as content:
                setattr(row, column, content)
                row.save()
        except FileNotFoundError as error:
            raise revisions.CannotRestore(_("The file is no longer there: %s") % file.name) from error
        taken.append(file.pk)
    ReaderFile.objects.filter(pk__in=taken).delete()
    if is_last or not ReaderFile.objects.filter(report__proposal=proposal).exists():
        decide(proposal, Proposal.State.TAKEN, user)


def decide(proposal: Proposal, state: str, user: Any) -> None:
    """Close a proposal, and the message that it came with, if nobody has closed it yet."""
    proposal.decide(state, user)
    report = ReaderReport.objects.open().filter(proposal=proposal).first()
    if report is not None:
        closed = ReaderReport.State
        report.close(closed.DONE if state == Proposal.State.TAKEN else closed.REJECTED, user)


def file_deleted(instance: ReaderFile, **kwargs: Any) -> None:
    """Delete the content along with the row, once that is certain."""
    transaction.on_commit(instance.remove_content)


def report_deleted(instance: ReaderReport, **kwargs: Any) -> None:
    """Decline the proposal whose files go with a message."""
    waiting = Proposal.objects.open().filter(pk=instance.proposal_id).first()
    if waiting is not None:
        waiting.decide(Proposal.State.DECLINED, None)
