"""What is deleted along with a record and what protects it, in few queries, not one a row."""

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
from django.utils.translation import gettext, ngettext

from .. import rights
from ..models import Conference, aggregates

MAX_PROTECTED = 100  # protected rows that are listed; a role may have twenty thousand
MAX_LISTED = 100  # records to be deleted that are listed with their rows

DeletedObjects = tuple[list[Any], dict[str, int], set[str], list[str]]


def get_deleted_objects(records: Any, request: HttpRequest, site: admin.AdminSite) -> DeletedObjects:
    """As ModelAdmin.get_deleted_objects: the tree, the counts, models this user may not delete, protected rows."""
    if not records:
        return [], {}, set(), []
    collector = _collected(records)
    protected = sorted(collector.protected, key=lambda row: (row._meta.label, row.pk))
    hidden = len(protected) - MAX_PROTECTED
    del protected[MAX_PROTECTED:]
    _prefetch_labels([*protected, *(row for rows in collector.model_objs.values() for row in rows)])
    forbidden = {
        row._meta.verbose_name
        for model, rows in collector.model_objs.items()
        if site.is_registered(model)
        for row in rows
        if not site.get_model_admin(model).has_delete_permission(request, row)
    }
    lines = [_line_with_conference(row, site, request.user) for row in protected]
    if hidden > 0:
        lines.append(more(hidden))
    counts = {model._meta.verbose_name_plural: len(rows) for model, rows in collector.model_objs.items()}
    listed = _collected(records[:MAX_LISTED]) if len(records) > MAX_LISTED else collector
    tree = listed.nested(lambda row: _line(row, site, request.user))
    if (left := len(records) - MAX_LISTED) > 0:
        tree.append(more(left))
    return tree, counts, forbidden, lines


def _collected(records: Any) -> NestedObjects:
    collector = NestedObjects(using=router.db_for_write(records[0]._meta.model), origin=records)
    collector.collect(records)
    return collector


def more(count: int) -> str:
    """What stands at the end of a list that is cut."""
    return ngettext("and %(count)d more", "and %(count)d more", count) % {"count": count}


def _is_hidden(row: Any, user: Any) -> bool:
    """Whether the row belongs to a conference that this user does not see: a draft of another library."""
    if not rights.is_local(user) or not aggregates.is_archive_model(type(row)):
        return False
    root = aggregates.root(row)
    return isinstance(root, Conference) and not rights.visible(Conference.objects.filter(pk=root.pk), user).exists()


def _prefetch_labels(rows: Iterable[models.Model]) -> None:
    """Prefetch what the labels of the rows are made of: person and role, a department’s organisation."""
    by_model: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for model, model_rows in by_model.items():
        prefetch_related_objects(model_rows, *_label_relations(model))


def _label_relations(model: type[models.Model]) -> Iterator[str]:
    for field in aggregates.foreign_keys(model):
        yield field.name
        if any(key.name == "parent" for key in aggregates.foreign_keys(field.related_model)):
            yield f"{field.name}__parent"


def _line(row: Any, site: admin.AdminSite, user: Any) -> str:
    kind = capfirst(row._meta.verbose_name)
    if _is_hidden(row, user):
        hidden = gettext("event of other organisations")
        return f"{kind}: {hidden}"
    if not site.is_registered(type(row)):
        return f"{kind}: {row}"
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return format_html('{}: <a href="{}">{}</a>', kind, address, row)


def _line_with_conference(row: Any, site: admin.AdminSite, user: Any) -> str:
    """The label of a row with that of its conference, where the row can be found."""
    conference = getattr(row, "conference", None)
    if conference is None or _is_hidden(row, user):
        return _line(row, site, user)
    return format_html("{} — {}", _line(row, site, user), _line(conference, site, user))
