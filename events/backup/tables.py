"""Which tables a backup has, and how it names their rows: by uid, or by the natural key of Django's own models."""

from collections.abc import Callable
from functools import cache
from graphlib import TopologicalSorter
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from ..models import (
    Attempt,
    AuditEntry,
    JobLock,
    ListCount,
    PageVersion,
    PublicRevision,
    SearchDocument,
    SearchWord,
    Synonym,
    Version,
)
from ..models.aggregates import foreign_keys
from ..models.fields import NormalizedField
from ..models.reference import ReferenceEntry

Model = type[models.Model]

# Made by migrate: the same in every archive of this version, under other numbers.
MADE_BY_MIGRATE: tuple[Model, ...] = (ContentType, Permission)
SEARCH: tuple[Model, ...] = (SearchDocument, SearchWord, ListCount)
# True for a moment on one machine: who is logged in, who failed to, which job runs.
TRANSIENT: tuple[Model, ...] = (Session, Attempt, JobLock)
# What a new archive begins with.
BEGINS_WITH = (ReferenceEntry, Synonym, Group, AuditEntry, Version, PageVersion, PublicRevision)

Row = dict[str, Any]


class Table(NamedTuple):
    """Rows and columns of a model that leave the archive."""

    model: Model
    rows: models.QuerySet
    fields: tuple[models.Field, ...]
    correct: Callable[[Row], Row] = lambda row: row

    @property
    def label(self) -> str:
        return self.model._meta.label_lower


def whole(model: Model) -> Table:
    return Table(model, model._base_manager.all(), stored_fields(model))


@cache
def backed_up() -> tuple[Model, ...]:
    """The models of a backup, each after those that it refers to: folded columns may ask for these on inserting."""
    left_out = {*MADE_BY_MIGRATE, *SEARCH, *TRANSIENT}
    wanted = [
        model
        for model in sorted(apps.get_models(), key=lambda model: model._meta.label_lower)
        if model._meta.managed and not model._meta.proxy and model not in left_out
    ]
    needs = {model: {field.related_model for field in foreign_keys(model)} - {model} for model in wanted}
    order = TopologicalSorter(needs).static_order()
    return tuple(model for model in order if model in needs)


def key_lookups(model: Model) -> tuple[str, ...]:
    """The lookups whose values name a row of this model in any database."""
    if model is ContentType:
        return ("app_label", "model")
    if model is Permission:
        return ("codename", "content_type__app_label", "content_type__model")
    if model is Group:
        return ("name",)
    if model is get_user_model():
        return (model.USERNAME_FIELD,)
    if any(field.name == "uid" for field in model._meta.concrete_fields):
        return ("uid",)
    return ("pk",)


@cache
def stored_fields(model: Model) -> tuple[models.Field, ...]:
    """The columns that a backup has: all but those folded from others, which are computed on inserting."""
    return tuple(field for field in model._meta.concrete_fields if not isinstance(field, NormalizedField))


def many_to_many(model: Model) -> list[Any]:
    """The fields whose rows stand in a table that Django made for them."""
    return [field for field in model._meta.many_to_many if field.remote_field.through._meta.auto_created]


def applied_migrations() -> list[str]:
    """The names of the migrations that this database has, squashed ones under their own names."""
    loader = MigrationLoader(connection)
    return sorted(".".join(name) for name in loader.applied_migrations if name in loader.graph.nodes)


def all_migrations() -> list[str]:
    """The names of the migrations that a database of this version has."""
    return sorted(".".join(name) for name in MigrationLoader(connection).graph.nodes)
