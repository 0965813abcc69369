"""Links that died and links that live again: asked one after another, marked in the records, kept in the history."""

import datetime
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import LinkCheck, Material, Organisation, Recording, Source, aggregates, changes
from .http_probe import Answer

# Where links stand: model, the field with the address, the field that says since when it is dead.
LINK_FIELDS = [
    (Source, "url", "dead_since"),
    (Recording, "url", "dead_since"),
    (Material, "url", "dead_since"),
    (Organisation, "website", "website_dead_since"),
]
# A link is dead when it fails and failed already so long ago: one bad night of a server kills nothing, nor do two runs
# in a row. Less than a day, so that a run every night counts.
PATIENCE = datetime.timedelta(hours=20)
# From how many addresses on it is no chance that none of them is reached.
MIN_UNREACHED = 3

Probe = Callable[[str], Answer]


class NotConnected(Exception):
    """No address at all was reached: it is this machine that has no network, and nothing was concluded from it."""


@dataclass
class Report:
    probed: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    failing: list[LinkCheck] = field(default_factory=list)
    dead: list[LinkCheck] = field(default_factory=list)
    revived: list[str] = field(default_factory=list)
    # Marked as dead by a person, who may know better than a machine: the mark stays.
    disputed: list[str] = field(default_factory=list)


class LinkedRow(NamedTuple):
    """A row in which an address stands, and since when it is marked there as dead."""

    model: type[Model]
    pk: int
    mark: str
    since: datetime.date | None


def check(probe: Probe, workers: int = 8, progress: Callable[[int, int], None] = lambda done, total: None) -> Report:
    """Asks every address of the archive, marks what is dead and frees what lives again."""
    rows = _linked_rows()
    answers = _answers(list(rows), probe, workers, progress)
    probed = [answer for answer in answers.values() if not answer.skipped]
    if len(probed) >= MIN_UNREACHED and all(answer.unreached for answer in probed):
        raise NotConnected
    report = Report(probed=len(probed))
    for url in sorted(rows):
        if answers[url].skipped:
            report.skipped.append((url, answers[url].text))
        else:
            _conclude(url, answers[url], rows[url], report)
    for url in set(LinkCheck.objects.values_list("url", flat=True)) - rows.keys():
        LinkCheck.objects.filter(url=url).delete()
    return report


def records_with_link(url: str) -> list[Model]:
    """The conferences and organisations in which the address stands."""
    rows = (row for model, address, _mark in LINK_FIELDS for row in model.objects.filter(**{address: url}))
    return list(dict.fromkeys(aggregates.root(row) for row in rows))


def _linked_rows() -> dict[str, list[LinkedRow]]:
    found = defaultdict(list)
    for model, address, mark in LINK_FIELDS:
        rows = model.objects.exclude(**{address: ""}).order_by("pk")
        for pk, url, since in rows.values_list("pk", address, mark):
            found[url].append(LinkedRow(model, pk, mark, since))
    return found


def _answers(urls: list[str], probe: Probe, workers: int, progress: Callable[[int, int], None]) -> dict[str, Answer]:
    """Many hosts at once, each asked one address after another."""
    hosts = defaultdict(list)
    for url in urls:
        hosts[url.split("/")[2] if "://" in url else ""].append(url)
    done = itertools.count(1)

    def of_host(host_urls: list[str]) -> Iterator[tuple[str, Answer]]:
        for url in host_urls:
            yield url, probe(url)
            progress(next(done), len(urls))

    with ThreadPoolExecutor(workers) as pool:
        return dict(itertools.chain.from_iterable(pool.map(lambda host_urls: list(of_host(host_urls)), hosts.values())))


@transaction.atomic
def _conclude(url: str, answer: Answer, rows: list[LinkedRow], report: Report) -> None:
    now = timezone.now()
    known = LinkCheck.objects.filter(url=url).first() or LinkCheck(url=url)
    failed_since = known.failing_since
    known.checked, known.answer = now, answer.text
    known.failing_since = (failed_since or now) if answer.fails else None
    known.save()
    found_dead = timezone.localdate(failed_since) if failed_since else None
    if not answer.fails:
        for row in rows:
            if row.since and row.since == found_dead:
                _mark(row, None, _("The link answers again."))
                report.revived.append(url)
            elif row.since:
                report.disputed.append(url)
    elif failed_since and failed_since <= now - PATIENCE:
        report.dead.append(known)
        for row in rows:
            if not row.since:
                _mark(row, found_dead, _("The link is dead: %(answer)s.") % {"answer": _(answer.text)})
    else:
        report.failing.append(known)


def _mark(linked: LinkedRow, since: datetime.date | None, note: str) -> None:
    row = linked.model._base_manager.get(pk=linked.pk)
    with changes.block() as block:
        block.annotate(aggregates.root(row), comment=note)
        setattr(row, linked.mark, since)
        row.save()
