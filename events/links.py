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

from .asking import Answer
from .models import LinkCheck, Material, Organisation, Recording, Source, aggregates, changes

# Where links stand: model, the field with the address, the field that says since when it is dead.
PLACES = [
    (Source, "url", "dead_since"),
    (Recording, "url", "dead_since"),
    (Material, "url", "dead_since"),
    (Organisation, "website", "website_dead_since"),
]
# A link is dead when it fails and failed already so long ago: one bad night of a server kills nothing, nor do two runs
# in a row. Less than a day, so that a run every night counts.
PATIENCE = datetime.timedelta(hours=20)
# From how many addresses on it is no chance that none of them is reached.
NOBODY = 3

Ask = Callable[[str], Answer]


class NotConnected(Exception):
    """No address at all was reached: it is this machine that has no network, and nothing was concluded from it."""


@dataclass
class Report:
    asked: int = 0
    unasked: list[tuple[str, str]] = field(default_factory=list)
    failing: list[LinkCheck] = field(default_factory=list)
    dead: list[LinkCheck] = field(default_factory=list)
    freed: list[str] = field(default_factory=list)
    # Marked as dead by a person, who may know better than a machine: the mark stays.
    disputed: list[str] = field(default_factory=list)


class Stand(NamedTuple):
    """A row in which an address stands, and since when it is marked there as dead."""

    model: type[Model]
    pk: int
    mark: str
    since: datetime.date | None


def check(ask: Ask, workers: int = 8, progress: Callable[[int, int], None] = lambda done, total: None) -> Report:
    """Asks every address of the archive, marks what is dead and frees what lives again."""
    stands = _stands()
    answers = _answers(list(stands), ask, workers, progress)
    asked = [answer for answer in answers.values() if not answer.unasked]
    if len(asked) >= NOBODY and all(answer.unreached for answer in asked):
        raise NotConnected
    report = Report(asked=len(asked))
    for url in sorted(stands):
        if answers[url].unasked:
            report.unasked.append((url, answers[url].text))
        else:
            _conclude(url, answers[url], stands[url], report)
    for url in set(LinkCheck.objects.values_list("url", flat=True)) - stands.keys():
        LinkCheck.objects.filter(url=url).delete()
    return report


def records(url: str) -> list[Model]:
    """The conferences and organisations in which the address stands."""
    rows = (row for model, address, _mark in PLACES for row in model.objects.filter(**{address: url}))
    return list(dict.fromkeys(aggregates.root(row) for row in rows))


def _stands() -> dict[str, list[Stand]]:
    found = defaultdict(list)
    for model, address, mark in PLACES:
        rows = model.objects.exclude(**{address: ""}).order_by("pk")
        for pk, url, since in rows.values_list("pk", address, mark):
            found[url].append(Stand(model, pk, mark, since))
    return found


def _answers(urls: list[str], ask: Ask, workers: int, progress: Callable[[int, int], None]) -> dict[str, Answer]:
    """Many hosts at once, each asked one address after another."""
    hosts = defaultdict(list)
    for url in urls:
        hosts[url.split("/")[2] if "://" in url else ""].append(url)
    done = itertools.count(1)

    def of_host(those: list[str]) -> Iterator[tuple[str, Answer]]:
        for url in those:
            yield url, ask(url)
            progress(next(done), len(urls))

    with ThreadPoolExecutor(workers) as pool:
        return dict(itertools.chain.from_iterable(pool.map(lambda those: list(of_host(those)), hosts.values())))


@transaction.atomic
def _conclude(url: str, answer: Answer, stands: list[Stand], report: Report) -> None:
    now = timezone.now()
    known = LinkCheck.objects.filter(url=url).first() or LinkCheck(url=url)
    failed_since = known.failing_since
    known.checked, known.answer = now, answer.text
    known.failing_since = (failed_since or now) if answer.fails else None
    known.save()
    found_dead = timezone.localdate(failed_since) if failed_since else None
    if not answer.fails:
        for stand in stands:
            if stand.since and stand.since == found_dead:
                _mark(stand, None, _("The link answers again."))
                report.freed.append(url)
            elif stand.since:
                report.disputed.append(url)
    elif failed_since and failed_since <= now - PATIENCE:
        report.dead.append(known)
        for stand in stands:
            if not stand.since:
                _mark(stand, found_dead, _("The link is dead: %(answer)s.") % {"answer": _(answer.text)})
    else:
        report.failing.append(known)


def _mark(stand: Stand, since: datetime.date | None, note: str) -> None:
    row = stand.model._base_manager.get(pk=stand.pk)
    with changes.block() as block:
        block.annotate(aggregates.root(row), comment=note)
        setattr(row, stand.mark, since)
        row.save()
