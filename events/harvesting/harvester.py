"""One round over the dump of another archive: what is new or changed there is proposed, or taken at once if trusted.

What staff here wrote is never overwritten: a field that is not what the other archive last said waits as a proposal.
"""

import copy
import hashlib
import json
import tempfile
import zlib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import proposing, revisions
from ..links.http_probe import FetchError, Refused
from ..models import (
    Conference,
    OldAddress,
    Proposal,
    Source,
    Speaker,
    Version,
    WatchedItem,
    WatchedPage,
    aggregates,
    changes,
)
from ..revisions import withholding
from .dump import RECORDS, Dump, Fetch, Model, Row, fetch, label, origin
from .matching import Matching

# Proposals of one archive that wait at the same time; the rest waits for a later round.
MOST_WAITING = 200
# Records that are no longer in the dump: their home is asked about so many in one round.
MOST_ASKED = 30
PAGE = 3_000_000  # bytes
# Ours, once a record is here.
_OWN = ("slug",)

Rows = dict[tuple[str, str], Row]


@dataclass
class Harvested:
    """What one round did; `refused` says which records were not readable, and why."""

    taken: int = 0
    proposed: int = 0
    refused: list[str] = field(default_factory=list)
    # Nothing waits for the next round.
    is_whole: bool = True
    is_unchanged: bool = False


def harvest(page: WatchedPage, ask: Fetch) -> Harvested:
    """Take in what the archive at this address has. Raises FetchError, Refused if it has no dump there."""
    kept = Path(settings.HARVESTED_ROOT) / str(page.pk)
    with tempfile.TemporaryDirectory() as folder:
        dump = fetch(page.url, Path(folder), kept, ask, page.etag)
    if dump is None:
        return Harvested(is_unchanged=True)
    done = _Round(page, dump, ask).harvest()
    page.etag = dump.sha256 if done.is_whole else ""
    return done


class _Round:
    def __init__(self, page: WatchedPage, dump: Dump, ask: Fetch) -> None:
        self.page, self.dump, self.ask = page, dump, ask
        self.matching = Matching(dump)
        self.items = {item.url: item for item in page.items.select_related("proposal").defer("text")}
        self.waiting = Proposal.objects.open().filter(item__page=page).count()
        self.left = MOST_ASKED
        self.batched, self.number = changes.BatchedTransactions(), changes.new_import_number()
        self.done = Harvested()

    def harvest(self) -> Harvested:
        seen = set()
        for model in RECORDS:
            for uid in self.dump.uids(model):
                seen.add(address := f"{self.dump.home(model, uid)}/id/{uid}")
                try:
                    self._take(model, uid, address)
                except (ValidationError, ValueError, KeyError, TypeError) as error:
                    reason = "; ".join(getattr(error, "messages", None) or [str(error)])
                    self.done.refused.append(f"{label(self.dump.row(model, uid))}: {reason}")
        self._follow_gone(seen)
        return self.done

    # What is there

    def _take(self, model: Model, uid: str, address: str) -> None:
        home = self.dump.home(model, uid)
        current = model._base_manager.filter(uid=uid).first()
        if current is None and (model is not Conference or _was_here(uid)):
            # Others come with the events that name them; what was deleted here stays so.
            return
        if current is not None and urlsplit(current.home).netloc != urlsplit(home).netloc:
            # Kept here, or by somebody else.
            return
        if home != self.dump.address and _is_watched_itself(address, self.page):
            return
        item = self.items.get(address) or WatchedItem(page=self.page, url=address, record=uid)
        if item.record and str(item.record) != uid and not self._is_another_event(item):
            return
        rows = self.dump.rows(model, uid, self.matching.uid)
        state = _State(item)
        if rows == state.seen:
            return
        base = state.base if item.pk else _first_rows(current)
        if current is None and base:
            # Declined.
            return
        if current is None and item.pk is None and (known := self.matching.event(rows)):
            self._propose_source(item, known, rows)
            return
        item.record, item.title = uid, label(self.dump.row(model, uid))[:600]
        self._compare(item, model, base, rows, current)

    def _is_another_event(self, item: WatchedItem) -> bool:
        """Whether staff said that this event is not the one that the archive took it for."""
        declined = item.proposal is not None and item.proposal.state == Proposal.State.DECLINED
        if declined and item.proposal.origin == Proposal.Origin.SOURCE:
            _State.forget(item)
            return True
        return False

    def _compare(self, item: WatchedItem, model: Model, base: list[Row], rows: list[Row], current: Any) -> None:
        """Propose, or take, what differs between what the archive said last and what it says now."""
        if item.proposal and item.proposal.state == Proposal.State.OPEN:
            # Instead of it comes one that says all, if there is anything left to say.
            self.waiting -= 1
            item.proposal.delete()
            item.proposal = None
        differing = _differences(_by_key(base), _by_key(rows), (model._meta.label_lower, str(item.record)))
        if not differing:
            _State.save(item, rows)
            return
        _refuse_rows_of_others(differing)
        proposal = Proposal(
            model=model._meta.model_name,
            record=item.record,
            name=item.title or str(current or item.record),
            base=Version.objects.filter(record=item.record).order_by("-pk").first(),
            rows=[*self._named(differing), *differing],
            names=self._names(model, str(item.record)),
            origin=Proposal.Origin.ARCHIVE,
            comment=self.page.name,
        )
        lines = proposing.lines(proposal)
        if all(line.is_moot for line in lines):
            # Staff wrote the same, or merged what is named.
            _State.save(item, rows)
        elif self.page.kind == WatchedPage.Kind.TRUSTED:
            self._write(item, proposal, lines, base, rows)
        else:
            self._propose(item, proposal, base, rows)

    def _named(self, differing: list[Row]) -> list[Row]:
        """The rows of records that these name and that are not here, those that others name first."""
        found: dict[tuple[Model, str], list[Row]] = {}

        def add(rows: list[Row]) -> None:
            for row in rows:
                fields = row.get("after", row.get("fields")) or {}
                for column in aggregates.foreign_keys(apps.get_model(row["model"])):
                    target, uid = column.related_model, fields.get(column.name)
                    is_new = (
                        target is not Conference and (target, uid) not in found and self.dump.is_record(target, uid)
                    )
                    if is_new and not self.matching.is_here(target, uid):
                        rows_of_it = self.dump.rows(target, uid, self.matching.uid)
                        found[target, uid] = []
                        add(rows_of_it)
                        # Again, so that it stands after what it names.
                        del found[target, uid]
                        found[target, uid] = rows_of_it

        add(differing)
        return [
            {"root": [model._meta.label_lower, uid], "model": row["model"], "uid": row["uid"]}
            | {"before": None, "after": _with_free_slug(row)}
            for (model, uid), rows in found.items()
            for row in rows
        ]

    def _names(self, model: Model, uid: str) -> dict[str, list[str]]:
        return self.dump.names(model, uid, self.matching.uid) if self.dump.has(model, uid) else {}

    # Proposing and taking

    def _propose(self, item: WatchedItem, proposal: Proposal, base: list[Row], rows: list[Row]) -> None:
        if self.waiting >= MOST_WAITING:
            self.done.is_whole = False
            return
        proposal.comment = proposal.comment[:300]
        proposal.save()
        self.waiting, self.done.proposed = self.waiting + 1, self.done.proposed + 1
        item.proposal = proposal
        _State.save(item, rows, base)

    def _write(
        self, item: WatchedItem, proposal: Proposal, lines: list[proposing.Line], base: list[Row], rows: list[Row]
    ) -> None:
        """Write what nobody here changed; propose the rest."""
        contested = {line.key for line in lines if line.is_conflict}
        chosen = {line.key for line in lines if not line.is_conflict and not line.is_moot}
        comment = _("from the archive “%s”") % self.page.name
        try:
            if chosen:
                with self.batched.transaction(), revisions.create(comment=comment, import_number=self.number) as block:
                    block.lock()
                    proposing.write(proposal, chosen)
        except (revisions.CannotRestore, ValidationError, DatabaseError) as error:
            proposal.comment = f"{proposal.comment}: {error}"
            self._propose(item, proposal, base, rows)
            return
        finally:
            self.batched.pause()
        self.done.taken += bool(chosen)
        if not contested:
            _State.save(item, rows)
            return
        kept = [row for row in (_only(row, contested) for row in proposal.rows) if row]
        said = _by_key(rows)
        for row in kept:
            # Of these the archive has still said last what it said before.
            if row["after"] is None:
                said[row["model"], row["uid"]] = _plain(row, row["before"])
            else:
                fields = said[row["model"], row["uid"]]["fields"]
                said[row["model"], row["uid"]] = _plain(row, fields | _differing_before(row))
        proposal.rows, proposal.comment = kept, f"{proposal.comment}: {_changed_here(proposal)}"
        self._propose(item, proposal, list(said.values()), rows)

    def _propose_source(self, item: WatchedItem, known: Conference, rows: list[Row]) -> None:
        """Propose the other archive as a second source of an event that is likely the same."""
        item.record, item.title = known.uid, rows[0]["fields"]["title"][:600]
        if known.sources.filter(url=item.url).exists():
            _State.save(item, rows)
            return
        source = {"conference": str(known.uid), "url": item.url, "headline": item.title, "publisher": self.page.name}
        uid = str(Source.uid_of([item.url, str(known.uid)]))
        row = {"root": [Conference._meta.label_lower, str(known.uid)], "model": Source._meta.label_lower, "uid": uid}
        proposal = Proposal(
            model="conference",
            record=known.uid,
            name=str(known)[:600],
            rows=[row | {"before": None, "after": source}],
            origin=Proposal.Origin.SOURCE,
            comment=_("The same day, a similar title. Decline it if it is another event: it will come as a new one."),
        )
        self._propose(item, proposal, rows, rows)

    # What is no longer there

    def _follow_gone(self, seen: set[str]) -> None:
        """Withdraw events and hide people that their home no longer shows, after asking it."""
        for address, item in self.items.items():
            state = _State(item)
            if address in seen or not state.seen or state.seen[0]["model"] != Conference._meta.label_lower:
                continue
            is_known = state.seen[0]["fields"].get("status") == Conference.Status.WITHDRAWN
            if not is_known and self._status(address, state.seen[0]["uid"]) in (404, 410):
                self._withdraw(item, state)
        homes = {origin(address) for address in self.items} | {self.dump.address}
        people = Speaker.objects.published().filter(home__in=homes)
        proposed = Proposal.objects.filter(origin=Proposal.Origin.ARCHIVE, model="speaker", rows=[])
        for speaker in people.exclude(uid__in=proposed.values("record")):
            uid = str(speaker.uid)
            is_there = self.dump.has(Speaker, uid) or uid in self.dump.merged
            if not is_there and self._status(speaker.home_address, uid) == 410:
                self._hide(speaker)

    def _status(self, address: str, uid: str) -> int:
        """What the home of a record answers; 0 if it was not asked or does not answer."""
        if uid in self.dump.merged:
            return 410
        if not self.left:
            self.done.is_whole = False
            return 0
        self.left -= 1
        try:
            return self.ask(address, PAGE).status
        except (FetchError, Refused):
            return 0

    def _withdraw(self, item: WatchedItem, state: "_State") -> None:
        current = Conference.objects.filter(uid=item.record).first()
        if current is None or str(current.uid) != state.seen[0]["uid"]:
            # Not taken yet, or an event of ours that it was another source of.
            if item.proposal and item.proposal.state == Proposal.State.OPEN:
                item.proposal.delete()
            item.delete()
            return
        gone = copy.deepcopy(state.seen)
        state.base[0]["fields"].setdefault("withdrawn_reason", "")
        gone[0]["fields"] |= {
            "status": Conference.Status.WITHDRAWN.value,
            "withdrawn_reason": _("Withdrawn by the archive that keeps the record"),
        }
        self._compare(item, Conference, state.base, gone, current)

    def _hide(self, speaker: Speaker) -> None:
        reason = _("The archive that keeps the record no longer shows this person.")
        if self.page.kind == WatchedPage.Kind.TRUSTED:
            withholding.hide(speaker, reason)
            self.done.taken += 1
            return
        what_to_do = _("Hide the person here, too, or decline.")
        Proposal.objects.create(
            model="speaker",
            record=speaker.uid,
            name=str(speaker)[:600],
            origin=Proposal.Origin.ARCHIVE,
            comment=f"{reason} {what_to_do}",
        )
        self.done.proposed += 1


class _State:
    """What the other archive said of a record: the last time (`seen`), and what of it is decided on (`base`)."""

    def __init__(self, item: WatchedItem) -> None:
        kept = json.loads(item.bytes) if item.copy else {}
        self.seen: list[Row] = kept.get("seen", [])
        is_open = item.proposal is not None and item.proposal.state == Proposal.State.OPEN
        # A proposal that was deleted is made again.
        is_decided = item.proposal is not None and not is_open
        self.base: list[Row] = self.seen if is_decided or "base" not in kept else kept["base"]
        if item.proposal is None and "base" in kept:
            self.seen = []

    @staticmethod
    def save(item: WatchedItem, seen: list[Row], base: list[Row] | None = None) -> None:
        kept = {"seen": seen} if base is None else {"seen": seen, "base": base}
        text = json.dumps(kept, ensure_ascii=False).encode()
        item.copy, item.sha256, item.found = zlib.compress(text), hashlib.sha256(text).hexdigest(), timezone.now()
        if base is None:
            item.proposal = None
        item.save()

    @staticmethod
    def forget(item: WatchedItem) -> None:
        item.proposal, item.copy = None, b""


def _was_here(uid: str) -> bool:
    return Version.objects.filter(record=uid).exists() or OldAddress.objects.filter(record=uid).exists()


def _is_watched_itself(address: str, page: WatchedPage) -> bool:
    others = WatchedItem.objects.filter(url=address, page__is_active=True).exclude(page=page.pk)
    return others.exclude(page__kind=WatchedPage.Kind.NEWS).exists()


def _first_rows(record: Any) -> list[Row]:
    """What a record was when it came, before anybody here changed it."""
    first = Version.objects.of(record).last() if record else None
    return [_plain(row, row["fields"]) for row in first.rows] if first else []


def _plain(row: Row, fields: dict[str, Any]) -> Row:
    return {"model": row["model"], "uid": row["uid"], "fields": fields}


def _by_key(rows: list[Row]) -> Rows:
    return {(row["model"], row["uid"]): row for row in rows}


def _differences(base: Rows, rows: Rows, root: tuple[str, str]) -> list[Row]:
    """The rows that differ, as proposals have them; a column that the dump has not stays as it is."""
    found = []
    for key in dict.fromkeys([*rows, *base]):
        before, after = (one[key]["fields"] if key in one else None for one in (base, rows))
        if before is not None and after is not None:
            after = before | {name: value for name, value in after.items() if name not in _OWN}
        elif after is not None:
            after = _with_free_slug(rows[key])
        if before != after and (before is None or after is None or _is_edited(key[0], before, after)):
            found.append({"root": list(root), "model": key[0], "uid": key[1], "before": before, "after": after})
    return found


def _is_edited(model: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    return any(before.get(name) != value and revisions.editable_field(model, name) for name, value in after.items())


def _with_free_slug(row: Row) -> dict[str, Any]:
    """The fields of a new row; an address that belonged to another record here is made anew."""
    fields, model = row["fields"], apps.get_model(row["model"])
    is_page = bool(fields.get("slug")) and hasattr(model, "slug_source")
    if is_page and OldAddress.of_others(model, {fields["slug"]: row["uid"]}):
        return fields | {"slug": ""}
    return fields


def _refuse_rows_of_others(differing: list[Row]) -> None:
    """Refuse a new row whose uid a row of another record here has."""
    by_model = defaultdict[str, set[str]](set)
    for row in differing:
        if row["before"] is None:
            by_model[row["model"]].add(row["uid"])
    for name, uids in by_model.items():
        if apps.get_model(name)._base_manager.filter(uid__in=uids).exists():
            raise ValueError(_("a row of it belongs to another record here"))


def _only(row: Row, keys: set[str]) -> Row | None:
    """The row with the changes of these lines alone; None if there are none."""
    if row["before"] is None or row["after"] is None:
        return row if row["uid"] in keys else None
    names = [name for name in row["after"] if f"{row['uid']}:{name}" in keys]
    return {**row, "after": row["before"] | {name: row["after"][name] for name in names}} if names else None


def _differing_before(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row["before"].items() if row["after"].get(name) != value}


def _changed_here(proposal: Proposal) -> str:
    """Who of the staff changed the record last."""
    changed = Version.objects.filter(record=proposal.record).exclude(user=None).select_related("user").first()
    if changed is None:
        return _("changed here since")
    who = changed.user.get_full_name() or changed.user.get_username()
    when = timezone.localtime(changed.created).strftime("%d.%m.%Y")
    return _("changed here by %(who)s on %(day)s") % {"who": who, "day": when}
