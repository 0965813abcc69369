"""Checks of all links: dead ones are marked in their records, and unmarked when they answer again."""

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

# Models with links: model, field of the address, field of the date since which it is dead.
LINK_FIELDS = [
    (Source, "url", "dead_since"),
    (Recording, "url", "dead_since"),
    (Material, "url", "dead_since"),
    (Organisation, "website", "website_dead_since"),
]
# How long a link must fail before it is marked as dead: longer than one night or two runs in a row, and less than a
# day, so that nightly runs count.
PATIENCE = datetime.timedelta(hours=20)
# Number of unreached addresses from which the network of this machine must be at fault.
MIN_UNREACHED = 3

Probe = Callable[[str], Answer]


class NotConnected(Exception):
    """No address was reached: this machine has no network, and nothing was changed."""


@dataclass
class Report:
    probed: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    failing: list[LinkCheck] = field(default_factory=list)
    dead: list[LinkCheck] = field(default_factory=list)
    revived: list[str] = field(default_factory=list)
    # Answering but marked as dead by a person: the mark stays.
    disputed: list[str] = field(default_factory=list)


class LinkedRow(NamedTuple):
    """A row that has the address, and since when it is marked there as dead."""

    model: type[Model]
    pk: int
    mark: str
    since: datetime.date | None


def check(probe: Probe, workers: int = 8, progress: Callable[[int, int], None] = lambda done, total: None) -> Report:
    """Probe every address of the archive, mark dead links and unmark those that answer again."""
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
    """Return the conferences and organisations that have the address."""
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
    """Probe many hosts at once, the addresses of one host one after another."""
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
