"""QuerySets that the models share: bulk changes in a block of writing, and the condition of being published."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef

from . import aggregates, changes


class ArchiveQuerySet(models.QuerySet):
    """A QuerySet whose bulk changes go through a block of writing, as single ones do."""

    def update(self, **values: Any) -> int:
        with changes.block() as block:
            block.lock()
            pks = list(self.order_by().values_list("pk", flat=True))
            block.touch_rows(self.model, pks)
            # By key: the update may change the columns that the filter tests.
            count = super().update(**values)
            block.touch_rows(self.model, pks)
            if "changed" in values:
                block.dated[self.model].update(pks)
            fields = {self.model._meta.get_field(name).name for name in values}
            changes.post_bulk_change.send(self.model, pks=pks, fields=fields)
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        with changes.block() as block:
            block.lock()
            created = super().bulk_create(objs, *args, **kwargs)
            pks = [obj.pk for obj in created]
            block.touch_rows(self.model, pks)
            if aggregates.is_root(self.model):
                block.created.update((self.model, pk) for pk in pks)
            changes.post_bulk_change.send(self.model, pks=pks, fields=None)
        return created

    def delete(self) -> tuple[int, dict[str, int]]:
        with changes.block():
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def get_by_natural_key(self, *key: str) -> models.Model:
        return self.get(**dict(zip(self.model.natural_key_lookups, key, strict=True)))


class PublicQuerySet(ArchiveQuerySet):
    """Records of which the public sees those published; what staff see, events/rights.py says."""

    def published(self) -> Any:
        raise NotImplementedError


def at_published(conference: str = "conference") -> Exists:
    """The condition that the conference at that path from a row is published.

    Tested for each row: as a list of keys SQLite would try every conference for every row.
    """
    return Exists(published_conferences().filter(pk=OuterRef(conference)))


def published_conferences() -> Any:
    """Published conferences, for the models that conference.py imports; `published()` of all others is built on it."""
    return aggregates.model("events.conference").objects.published()
