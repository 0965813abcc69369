"""What goes along with a record that is deleted, and what stands in the way: told at once, not a query a row."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import NestedObjects
from django.db import models, router
from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import ngettext

from ..models import aggregates

MOST_IN_THE_WAY = 100  # rows that are named; a role may stand at twenty thousand people

Told = tuple[list[Any], dict[str, int], set[str], list[str]]


def told(records: Any, request: HttpRequest, site: admin.AdminSite) -> Told:
    """As ModelAdmin.get_deleted_objects: the tree, the counts, what this user may not delete, what is in the way."""
    if not records:
        return [], {}, set(), []
    collector = NestedObjects(using=router.db_for_write(records[0]._meta.model), origin=records)
    collector.collect(records)
    in_the_way = sorted(collector.protected, key=lambda row: (row._meta.label, row.pk))
    rest = len(in_the_way) - MOST_IN_THE_WAY
    del in_the_way[MOST_IN_THE_WAY:]
    _with_names([*in_the_way, *(row for rows in collector.model_objs.values() for row in rows)])
    forbidden = {
        row._meta.verbose_name
        for model, rows in collector.model_objs.items()
        if site.is_registered(model)
        for row in rows
        if not site.get_model_admin(model).has_delete_permission(request, row)
    }
    lines = [_with_event(row, site) for row in in_the_way]
    if rest > 0:
        lines.append(ngettext("and %(count)d more", "and %(count)d more", rest) % {"count": rest})
    counts = {model._meta.verbose_name_plural: len(rows) for model, rows in collector.model_objs.items()}
    return collector.nested(lambda row: _line(row, site)), counts, forbidden, lines


def _with_names(rows: Iterable[models.Model]) -> None:
    """Reads what the rows are called by: a participation by its person and role, a department by its library."""
    by_model: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for model, those in by_model.items():
        prefetch_related_objects(those, *_referred(model))


def _referred(model: type[models.Model]) -> Iterator[str]:
    for field in aggregates.foreign_keys(model):
        yield field.name
        if any(key.name == "parent" for key in aggregates.foreign_keys(field.related_model)):
            yield f"{field.name}__parent"


def _line(row: Any, site: admin.AdminSite) -> str:
    kind = capfirst(row._meta.verbose_name)
    if not site.is_registered(type(row)):
        return f"{kind}: {row}"
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return format_html('{}: <a href="{}">{}</a>', kind, address, row)


def _with_event(row: Any, site: admin.AdminSite) -> str:
    """«Иванов — модератор» helps nobody to find where he stands."""
    event = getattr(row, "conference", None)
    return format_html("{} — {}", _line(row, site), _line(event, site)) if event else _line(row, site)
