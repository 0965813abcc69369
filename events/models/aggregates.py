"""Aggregates: each root record with the rows that belong to it, read from Django's model metadata.

A root is edited, versioned, indexed and cached whole: a conference with its talks, people and files; a person with
other names; an organisation, a topic, a series; an entry of a list. A row belongs to the root that its CASCADE foreign
keys lead to by the shortest path; where two are equally short, the model says which (`ArchiveModel.belongs_to`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Value

Model = type[models.Model]


class Member(NamedTuple):
    """A model whose rows belong to a root, and the lookup path from such a row to its root; "pk" for the root."""

    model: Model
    path: str


class Naming(NamedTuple):
    """A foreign key from a row of an aggregate to another root: a talk's speaker, a conference's venue."""

    member: Member
    field: models.ForeignKey

    @property
    def target(self) -> Model:
        return self.field.related_model


def is_archive_model(model: Model) -> bool:
    """Whether rows of this model are the archive's content, not logins, reports or the search index."""
    return hasattr(model, "belongs_to") and not model._meta.abstract


@cache
def archive_models() -> tuple[Model, ...]:
    return tuple(model for model in apps.get_app_config("events").get_models() if is_archive_model(model))


@cache
def model(label: str) -> Model:
    """The model of a label such as "events.talk"."""
    return apps.get_model(label)


def foreign_keys(model: Model) -> list[models.ForeignKey]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]


def _owner_fields(model: Model) -> list[models.ForeignKey]:
    if model.belongs_to:
        return [model._meta.get_field(model.belongs_to)]
    return [
        field
        for field in foreign_keys(model)
        if field.remote_field.on_delete is models.CASCADE and is_archive_model(field.related_model)
    ]


@cache
def _path_to_root(model: Model) -> tuple[Model, str]:
    """The root model and the lookup path to it; "pk" if rows of this model are roots themselves.

    Raises ImproperlyConfigured if two equally short paths lead to different roots.
    """
    found: list[tuple[int, Model, str]] = []
    for field in _owner_fields(model):
        root, path = _path_to_root(field.related_model)
        steps = [field.name, *([] if path == "pk" else path.split("__"))]
        found.append((len(steps), root, "__".join(steps)))
    if not found:
        return model, "pk"
    shortest = [one for one in found if one[0] == min(length for length, *_rest in found)]
    if len({root for _length, root, _path in shortest}) > 1:
        raise ImproperlyConfigured(f"{model.__name__} may belong to several roots: set belongs_to.")
    _length, root, path = shortest[0]
    return root, path


def root_model(model: Model) -> Model:
    return _path_to_root(model)[0]


def root_path(model: Model) -> str:
    """The lookup path from a row of this model to the key of its root: "pk", "conference", "recording__conference"."""
    return _path_to_root(model)[1]


def is_root(model: Model) -> bool:
    return root_path(model) == "pk"


@cache
def roots() -> tuple[Model, ...]:
    return tuple(model for model in archive_models() if is_root(model))


def root(row: models.Model) -> Any:
    """The root record that a row belongs to; the row itself if it is one."""
    path = root_path(type(row))
    for name in [] if path == "pk" else path.split("__"):
        row = getattr(row, name)
    return row


@cache
def members(model: Model) -> tuple[Member, ...]:
    """The root model itself, then the models whose rows belong to it."""
    belonging = (Member(other, root_path(other)) for other in archive_models() if root_model(other) is model)
    return tuple(sorted(belonging, key=lambda member: member.path != "pk"))


@cache
def deleted_with(model: Model) -> tuple[Member, ...]:
    """Rows of other roots that Django deletes along with a root: a topic takes its assignments."""
    return tuple(
        Member(other, field.name)
        for other in archive_models()
        for field in foreign_keys(other)
        if field.related_model is model
        and field.remote_field.on_delete is models.CASCADE
        and root_model(other) is not model
    )


@cache
def names(model: Model) -> tuple[Naming, ...]:
    """The foreign keys by which an aggregate of this root model names other roots."""
    return tuple(
        Naming(member, field)
        for member in members(model)
        for field in foreign_keys(member.model)
        if is_archive_model(field.related_model)
        and is_root(field.related_model)
        and member.path.split("__")[0] != field.name
    )


@cache
def named_from(model: Model) -> tuple[Naming, ...]:
    """The foreign keys by which aggregates name roots of this model."""
    return tuple(naming for other in roots() for naming in names(other) if naming.target is model)


@cache
def page_field(model: Model) -> str | None:
    """How a row says which member with a page of its own it belongs to: a talk's person "talk", a talk itself "uid"."""
    if is_root(model):
        return None
    if hasattr(model, "slug_source"):
        return "uid"
    pages = (field.name for field in foreign_keys(model) if _has_page(field.related_model))
    return next(pages, None)


def _has_page(model: Model) -> bool:
    # A recording's page shows its event; a talk's has a slug and a search document of its own.
    return is_archive_model(model) and not is_root(model) and hasattr(model, "slug_source")


Keys = dict[Model, set[Any]]


def named_by(model: Model, pks: Iterable[int], key: str = "pk") -> Keys:
    """The roots that these aggregates name, by model, in one statement; `key` may be "uid"."""
    wanted = list(pks)
    return _keys(
        (naming.target, naming.member.model, {f"{naming.member.path}__in": wanted}, f"{naming.field.name}__{key}")
        for naming in names(model)
    )


def naming(model: Model, pks: Iterable[int], key: str = "pk") -> Keys:
    """The roots whose aggregates name any of these, by model, in one statement; `key` may be "uid"."""
    wanted = list(pks)
    return _keys(
        (
            root_model(one.member.model),
            one.member.model,
            {f"{one.field.name}__in": wanted},
            key if one.member.path == "pk" else f"{one.member.path}__{key}",
        )
        for one in named_from(model)
    )


def _keys(lookups: Iterator[tuple[Model, Model, dict[str, Any], str]]) -> Keys:
    asked = [(target, model._base_manager.filter(**where), path) for target, model, where, path in lookups]
    rows = [
        queryset.order_by().exclude(**{path: None}).values_list(Value(place), path)
        for place, (_target, queryset, path) in enumerate(asked)
    ]
    found: Keys = defaultdict(set)
    if rows:
        for place, key in rows[0].union(*rows[1:]).order_by():
            found[asked[place][0]].add(key)
    return found
