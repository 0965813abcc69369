"""A table imported: all of it checked, then written event by event."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, models, transaction
from django.utils.translation import gettext as _

from ...models import Organisation, Speaker, changes
from ...russian.morphology import analyzer
from ...russian.person_names import Order
from ...table import HEADERS, TableRow
from .. import candidates
from ..draft import Draft, OrganisationDraft, PersonDraft
from . import stored
from .events import EventImporter
from .report import Change, NewEvent, Problem, Report
from .stored import Unit, group_rows, newest_version

logger = logging.getLogger(__name__)


class Undo(Exception):
    """Rolls the transaction of an event back."""


def import_rows(
    rows: Iterable[TableRow],
    *,
    commit: bool,
    user: Any = None,
    comment: str = "",
    is_restricted: bool = False,
    agreed: str | None = None,
    import_number: int | None = None,
    order: Order = Order.FAMILY_FIRST,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Write the rows, or with commit=False only report what writing them would do.

    Nothing is written when there is a problem. A row of which every cell is already so counts as unchanged. With
    `is_restricted` the check asks of every event, too, whether this user may write it. `agreed` is the
    `changes_digest` of an earlier check: nothing is written when other values would change by now. `import_number` is
    that of an import which was broken off and goes on. `order` is how names are read that do not say it themselves.
    """
    checked, batched = EventImporter(order), changes.BatchedTransactions()
    groups = list(group_rows(rows))
    for number, (unit,) in checked.blocks(groups, size=1):
        _check(checked, unit, batched, user, is_restricted)
        progress(number, len(groups))
    checked.report.problems.sort(key=lambda problem: problem.row)
    if checked.report.problems:
        return checked.report
    checked.report.is_outdated = agreed not in (None, checked.report.changes_digest)
    if not commit or checked.report.is_outdated:
        checked.report.alike += [*_alike(checked.names.forgotten), *_events_alike(checked.report.events)]
        return checked.report
    # A block is refused as a whole: of somebody whose rights are asked, each event has one of its own.
    size = 1 if is_restricted else stored.BLOCK_ROWS
    number = import_number or changes.new_import_number()
    return write(groups, set(checked.report.changed), user, comment, number, progress, size, order)


def _check(
    checked: EventImporter, unit: Unit, batched: changes.BatchedTransactions, user: Any, is_restricted: bool
) -> None:
    """Write one unit and undo it."""
    before = len(checked.report.problems)
    try:
        with batched.transaction(), changes.block(user=user) as block:
            checked.unit(unit)
            if is_restricted and len(checked.report.problems) == before:
                changes.close(block)
            raise Undo
    except Undo:
        pass
    except PermissionDenied as error:
        checked.report.problems.append(_refused(unit, error))
    checked.names.forget_created()
    batched.pause()


def write(
    groups: list[list[TableRow]],
    expected: set[Change],
    user: Any,
    comment: str,
    import_number: int,
    progress: Callable[[int, int], None],
    size: int,
    order: Order,
) -> Report:
    """Write what was checked, events of at most `size` rows in one block; versions of all have one import number.

    If the archive changed meanwhile so that an event is refused, or would lose a value that the check did not know, the
    events before it stay and the rest is not written: the same table continues where this one stopped.
    """
    importer, batched = EventImporter(order), changes.BatchedTransactions()
    # Not while the first event keeps others waiting.
    analyzer()
    for number, units in importer.blocks(groups, size):
        try:
            with batched.transaction():
                with changes.block(user=user, comment=comment, import_number=import_number) as block:
                    block.lock()
                    importer.refresh([rows for unit in units for rows in unit])
                    written = _write_units(importer, units, expected)
                # Still before anybody else can write.
                importer.newest_version = newest_version()
        except PermissionDenied as error:
            importer.report.problems.append(_refused(units[0], error))
            break
        except OperationalError:
            logger.exception("import of a table stopped")
            busy = _("The database did not let this event be written. What stands above it in the table is written.")
            importer.report.problems.append(_refused(units[0], busy))
            break
        if written:
            importer.report.import_number = import_number
        if importer.report.problems:
            break
        batched.pause()
        progress(number, len(groups))
    return importer.report


def _write_units(importer: EventImporter, units: list[Unit], expected: set[Change]) -> bool:
    """Write units until one is refused, of which nothing stays; whether any is written."""
    for unit in units:
        before = len(importer.report.changed)
        try:
            with transaction.atomic():
                importer.unit(unit)
                importer.report.problems += _unexpected(unit, importer.report.changed[before:], expected)
                if importer.report.problems:
                    raise Undo
        except Undo:
            return unit is not units[0]
    return True


def _refused(unit: Unit, reason: object) -> Problem:
    row = unit[0][0]
    return Problem(row.number, HEADERS["code" if "code" in row.cells else "title"], str(reason))


def _unexpected(unit: Unit, found: list[Change], expected: set[Change]) -> list[Problem]:
    """Say which values somebody else changed since the check."""
    message = _("“%(record)s” was changed meanwhile: “%(column)s” is now “%(value)s”. Check the table again.")
    return [
        _refused(unit, message % {"record": change.record, "column": change.column, "value": change.old or "—"})
        for change in found
        if change not in expected
    ]


def _alike(new_names: dict[tuple[type[models.Model], str], Any]) -> list[str]:
    """Say which records of the archive are like the new ones and may be the same."""
    draft = Draft()
    for number, record in enumerate(new_names.values()):
        if isinstance(record, Speaker):
            parts = {name: getattr(record, name) for name in ("family_name", "given_names", "initials")}
            draft.people.append(PersonDraft(key=f"p{number}", **parts))
        elif isinstance(record, Organisation):
            draft.organisations.append(OrganisationDraft(key=f"o{number}", name=record.name))
    found = []
    people, organisations = candidates.person_candidates(draft), candidates.organisation_candidates(draft)
    for fact, likely in (
        *((person, people[person.key]) for person in draft.people),
        *((organisation, organisations[organisation.key]) for organisation in draft.organisations),
    ):
        found += [f"{fact.name} ~ {one.name}: {one.reason}" for one in likely if not one.is_namesake][:3]
    return found


def _events_alike(new: list[NewEvent]) -> list[str]:
    """Say which new events may be those that the archive has of the same day."""
    events = [(event.title, event.days) for event in new if event.title]
    found = candidates.similar_events(events, (day for _event, days in events for day in days))
    return [f"{title} ~ {known}: {_('the same day and a similar title')}" for title, known in found]
