"""Former addresses: what a block of writing leaves at the slugs that records had before it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from ..batches import batched
from ..models import OldAddress
from ..models.changes import CHUNK, Changes
from ..models.records import Fields, RecordChange
from ..models.slugs import SluggedModel, taken_message

Model = type[models.Model]


class Page(NamedTuple):
    """The fields of a record with a page before and after; None where it did not exist."""

    before: Fields | None
    after: Fields | None

    @property
    def is_moved(self) -> bool:
        return bool(self.before and self.after) and self.before["slug"] != self.after["slug"]


@dataclass
class Addresses:
    """The records with pages that came, went or got another slug."""

    pages: dict[Model, dict[UUID, Page]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, records: list[RecordChange]) -> None:
        """Take in what differs in some roots; a talk that left one conference may have come to another."""
        for row in (row for record in records for row in record.rows):
            if issubclass(row.model_class, SluggedModel):
                pages, uid = self.pages[row.model_class], UUID(row.uid)
                other = pages.get(uid, Page(None, None))
                pages[uid] = Page(row.before or other.before, row.after or other.after)

    def save(self, block: Changes) -> None:
        """Write redirects and tombstones. Raises ValidationError if a slug was another's."""
        for model, pages in self.pages.items():
            new = {uid: page.after["slug"] for uid, page in pages.items() if page.after and _is_new(page)}
            gone = {uid: page for uid, page in pages.items() if page.before and not page.after}
            for uids in batched(new, CHUNK):
                self._settle(model, {uid: new[uid] for uid in uids})
            for uid, page in gone.items():
                if published := block.deleted_pages.get(uid):
                    _bury(model, uid, page.before["slug"], published)

    def _settle(self, model: Model, new: dict[UUID, str]) -> None:
        """Records have these slugs now: what was said of the slugs goes, and their former ones lead here."""
        known = OldAddress.objects.filter(kind=model._meta.model_name)
        about = list(known.filter(Q(record__in=new) | Q(slug__in=new.values())))
        uid_of = {slug: uid for uid, slug in new.items()}
        for row in sorted(about, key=lambda row: row.slug):
            if row.slug in uid_of and uid_of[row.slug] not in (row.record, row.merged):
                raise ValidationError(taken_message(row.slug))
        for row in about:
            if row.deleted and row.published and row.record in new:
                # It came back.
                QuerySet(model).filter(uid=row.record).update(published=row.published)
            is_own = row.slug == new.get(row.record) and not row.merged
            if is_own or (row.merged in new and row.slug in uid_of):
                row.delete()
            elif row.record in new:
                known.filter(pk=row.pk).update(target=new[row.record], deleted=None, published=None)
        moved = {uid: page for uid, page in self.pages[model].items() if uid in new and page.is_moved}
        for uid in _once_public(model, moved):
            known.update_or_create(
                kind=model._meta.model_name, slug=moved[uid].before["slug"], defaults={"target": new[uid]}
            )


def _is_new(page: Page) -> bool:
    return page.before is None or page.is_moved


def _once_public(model: Model, moved: dict[UUID, Page]) -> Iterator[UUID]:
    """Those of the records that the public could see before this block of writing."""
    if not moved:
        return
    published = set(model._base_manager.filter(uid__in=moved, published__isnull=False).values_list("uid", flat=True))
    for uid, page in moved.items():
        if page.before.get("published", uid in published):
            yield uid


def _bury(model: Model, uid: UUID, slug: str, published: Any) -> None:
    """Make the tombstone of a deleted record, unless a redirect leads from its slug to another one."""
    known = OldAddress.objects.filter(kind=model._meta.model_name)
    if redirect := known.filter(slug=slug).exclude(record=uid).exclude(target="").first():
        known.filter(pk=redirect.pk, merged=None).update(merged=uid)
        return
    known.filter(slug=slug).delete()
    OldAddress.objects.create(
        kind=model._meta.model_name, slug=slug, record=uid, published=published, deleted=timezone.now()
    )
    known.filter(record=uid).exclude(slug=slug).update(target=slug)
