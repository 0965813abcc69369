"""Loading of fixtures row by row: problems are reported by record and field, unchanged records are not written."""

import codecs
import json
import re
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import (
    NON_FIELD_ERRORS,
    FieldDoesNotExist,
    MultipleObjectsReturned,
    ObjectDoesNotExist,
    SuspiciousFileOperation,
    ValidationError,
)
from django.core.serializers.base import DeserializationError, DeserializedObject
from django.core.serializers.python import Deserializer
from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext as _

from events.models import aggregates
from events.models.base import ArchiveModel, set_conference_from_parent
from events.models.fields import NormalizedField

# A record as fixtures name it: its model and its natural key as JSON.
Target = tuple[type[models.Model], str]
# The uids of the rows of a record (its uid) that people wrote last, and of those that they removed.
ChangedByPeople = Callable[[uuid.UUID], tuple[set[str], set[str]]]


class FixtureError(Exception):
    """Everything that is wrong with a fixture, a line for each problem."""


class Problem(Exception):
    """A problem of one record."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field


class MissingReference(Problem):
    """A reference to a record that does not exist, or not yet."""

    def __init__(self, message: str, field: str, target: Target) -> None:
        super().__init__(message, field)
        self.target = target


@dataclass(frozen=True)
class Row:
    """A record of a fixture as it is written there."""

    number: int
    values: dict[str, Any]

    @property
    def fields(self) -> dict[str, Any]:
        return self.values["fields"]

    def __str__(self) -> str:
        """Identify the record in the file.

        «3, доклад (events.talk): setevye-aktsii»: enough to find the record in the file.
        """
        model = model_of(self)
        names = dict.fromkeys(lookup.split("__")[0] for lookup in getattr(model, "natural_key_lookups", ()))
        key = [", ".join(map(str, value)) if isinstance(value, list) else str(value) for value in self._key(names)]
        return f"{self.number}, {model._meta.verbose_name} ({model._meta.label_lower}): {', '.join(key) or '—'}"

    def _key(self, names: Iterable[str]) -> Iterator[Any]:
        for name in names:
            # Fixtures state the source of a normalized column, not the column.
            value = self.fields.get(name, self.fields.get(name.removesuffix("_key")))
            if value not in (None, "", 0):
                yield value


def parse_rows(text: str | bytes) -> list[Row]:
    # Windows editors begin a file with a byte order mark.
    """Parse the text of a fixture. Raises FixtureError."""
    text = text.removeprefix("\ufeff") if isinstance(text, str) else text.removeprefix(codecs.BOM_UTF8)
    if not text.strip():
        raise FixtureError(_("The file is empty."))
    try:
        records = json.loads(text, object_pairs_hook=_refuse_repeated_names)
    except RecursionError as error:
        raise FixtureError(_("A fixture is a list of records in square brackets.")) from error
    except json.JSONDecodeError as error:
        raise FixtureError(
            _("line %(line)s, column %(column)s: this is not JSON (a comma or quotation mark too many or too few?).")
            % {"line": error.lineno, "column": error.colno}
        ) from error
    except UnicodeDecodeError as error:
        raise FixtureError(_("The file is not in UTF-8. Save it in that encoding.")) from error
    except Problem as problem:
        raise FixtureError(problem.message) from problem
    if not isinstance(records, list):
        raise FixtureError(_("A fixture is a list of records in square brackets."))
    for number, record in enumerate(records, 1):
        if not (isinstance(record, dict) and isinstance(record.get("fields"), dict) and "model" in record):
            raise FixtureError(_("record %(number)s: a record has a “model” and “fields”.") % {"number": number})
    return [Row(number, record) for number, record in enumerate(records, 1)]


def _refuse_repeated_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Raise Problem for a repeated name, of which JSON silently keeps the last."""
    for name, count in Counter(name for name, value in pairs).items():
        if count > 1:
            raise Problem(
                _("“%(name)s” stands twice in the record with %(fields)s. Delete one of them.")
                % {"name": name, "fields": json.dumps(pairs[0][1], ensure_ascii=False)}
            )
    return dict(pairs)


def model_of(row: Row) -> type[models.Model]:
    """Return the model of a row. Raises FixtureError."""
    try:
        return apps.get_model(row.values["model"])
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        raise FixtureError(
            _("record %(number)s: there is no model “%(model)s”.")
            % {"number": row.number, "model": row.values["model"]}
        ) from error


class FixtureLoader:
    """Loads the rows of a fixture; the caller holds the transaction and rolls it back on a FixtureError."""

    def __init__(
        self,
        using: str,
        save: Callable[[DeserializedObject], Any],
        ignore_unknown: bool = False,
        changed_by_people: ChangedByPeople | None = None,
    ) -> None:
        """With `changed_by_people` the rows that people changed or removed stay as they are."""
        self.using, self.save, self.ignore_unknown = using, save, ignore_unknown
        self.changed_by_people = cache(changed_by_people) if changed_by_people else None
        self.done: Counter[str] = Counter()
        self.kept: list[Row] = []
        self._left_out: set[Target] = set()
        self._found: dict[Any, models.Model] = {}
        self._rows_of_records: dict[tuple[type[models.Model], Any], Row] = {}
        # For models without stored rows at the start, the natural keys loaded since: no other key needs a query.
        self._loaded: dict[type[models.Model], set[tuple[Any, ...]] | None] = {}

    def load(self, rows: list[Row]) -> Iterator[int]:
        """Load the rows and yield how many are done. A row that refers to a later one is tried again after it."""
        self._rows_of_records.clear()
        _refuse_missing_files(rows)
        problems: list[str] = []
        pending = rows
        while pending:
            later: list[tuple[Row, Problem]] = []
            for row in pending:
                try:
                    self._load_row(row)
                except MissingReference as problem:
                    later.append((row, problem))
                except Problem as problem:
                    problems.append(_format_problem(row, problem))
                yield self.done.total()
            if orphans := [row for row, problem in later if problem.target in self._left_out]:
                # What belongs to a record that people removed stays out with it.
                for row in orphans:
                    self._leave_out(row)
                later = [(row, problem) for row, problem in later if row not in orphans]
            elif len(later) == len(pending):
                # References to a faulty record are not reported as faults of their own.
                raise FixtureError("\n".join(problems or [_format_problem(row, problem) for row, problem in later]))
            pending = [row for row, _problem in later]
        if problems:
            raise FixtureError("\n".join(problems))

    def _load_row(self, row: Row) -> None:
        if not issubclass(model_of(row), ArchiveModel):
            return self._load_with_django(row)
        instance, stored = self._instance(row)
        # A dump states even fields that are not editable, such as times of change.
        stated = {
            name: getattr(instance, name) for name in (_non_editable_fields(instance) & row.fields.keys()) - {"uid"}
        }
        if stored is not None and _is_unchanged(instance, stored, stated):
            self.done["unchanged"] += 1
        elif self.changed_by_people and self._is_peoples(instance, stored):
            if stored is None:
                return self._leave_out(row)
            self._keep(row)
        else:
            _check_fields(instance)
            self._save(row, DeserializedObject(instance), stored)
            if stated:
                type(instance)._base_manager.using(self.using).filter(pk=instance.pk).update(**stated)
        self._refuse_repeated_record(row, instance)

    def _is_peoples(self, instance: models.Model, stored: models.Model | None) -> bool:
        """Whether people changed the stored row last, or removed the row that is to be added."""
        record = aggregates.root(stored or instance)
        if record is None:
            return False
        changed, removed = self.changed_by_people(record.uid)
        return str(instance.uid) in (removed if stored is None else changed)

    def _keep(self, row: Row) -> None:
        self.done["kept"] += 1
        self.kept.append(row)

    def _leave_out(self, row: Row) -> None:
        self._keep(row)
        self._left_out.add((model_of(row), json.dumps(_written_key(row))))

    def _load_with_django(self, row: Row) -> None:
        """Load a record that is not the archive's, an account for example, as Django does."""
        try:
            (record,) = Deserializer([row.values], using=self.using, ignorenonexistent=self.ignore_unknown)
        except (DeserializationError, FieldDoesNotExist) as error:
            raise Problem(str(error)) from error
        others = type(record.object)._base_manager.using(self.using)
        self._save(row, record, others.filter(pk=record.object.pk).first() if record.object.pk else None)

    def _save(self, row: Row, record: DeserializedObject, stored: models.Model | None) -> None:
        try:
            with transaction.atomic(using=self.using):
                self.save(record)
        except (DatabaseError, OverflowError, ValueError) as error:
            # Constraints are validated only after a failure: validating every record takes as long as saving it.
            _check_rules(record.object)
            raise Problem(str(error)) from error
        self.done["added" if stored is None else "changed"] += 1

    def _instance(self, row: Row) -> tuple[models.Model, models.Model | None]:
        """Return the record as the row has it, and as the database has it, None if it does not."""
        model = model_of(row)
        instance = model(**dict(self._values(row, model)))
        if hasattr(instance, "conference_id") and hasattr(instance, "talk_id"):
            _check_conference_of_talk(instance)
        records = model._default_manager.db_manager(self.using)
        try:
            if row.values.get("pk") is not None:
                instance.pk = self._value(model._meta.pk, row.values["pk"])
                stored = records.get(pk=instance.pk)
            else:
                _require_key(row, model)
                stored = self._stored(records, instance, "uid" in row.fields)
        except model.DoesNotExist:
            return instance, None
        except MultipleObjectsReturned as error:
            message = _("The archive has several such records already. Delete all but one of them in the admin.")
            raise Problem(message) from error
        instance.pk, instance.uid, instance._state.adding = stored.pk, stored.uid, False
        return instance, stored

    def _stored(self, records: Any, instance: Any, states_uid: bool) -> models.Model:
        """Return the stored record: by its uid, else its natural key, else the uid derived from that key.

        So a record that was renamed here since it came from this fixture is still the same. Raises DoesNotExist.
        """
        model, key = type(instance), instance.natural_key()
        if model not in self._loaded:
            self._loaded[model] = None if records.exists() else set()
        loaded = self._loaded[model]
        if states_uid and (stored := records.filter(uid=instance.uid).first()):
            return stored
        try:
            if loaded is not None and key not in loaded:
                loaded.add(key)
                raise model.DoesNotExist
            return records.get_by_natural_key(*key)
        except model.DoesNotExist:
            if states_uid:
                raise
            instance.uid = instance.derived_uid()
            if loaded is not None:
                raise
            return records.get(uid=instance.uid)

    def _values(self, row: Row, model: type[models.Model]) -> Iterator[tuple[str, Any]]:
        for name, value in row.fields.items():
            try:
                field = model._meta.get_field(name)
                if not field.concrete or field.many_to_many:
                    raise FieldDoesNotExist
            except FieldDoesNotExist:
                if self.ignore_unknown:
                    continue
                names = [field.name for field in model._meta.concrete_fields if field.editable]
                raise Problem(_("There is no such field; there are: %s.") % ", ".join(names), name) from None
            yield name, self._value(field, value)
        for field in model._meta.concrete_fields:
            if field.name not in row.fields and _is_required(field):
                raise Problem(_("This field is missing. Write it."), field.name)

    def _value(self, field: models.Field, value: Any) -> Any:
        if value is None and not field.null:
            raise Problem(_("This field cannot be null. Write a value or leave the field out."), field.name)
        if field.is_relation and value is not None:
            return self._resolve_reference(field, value)
        if not _fits(field, value):
            raise Problem(_("Write one text or number here."), field.name)
        try:
            return field.to_python(value)
        except OverflowError as error:
            raise Problem(_("Write one text or number here."), field.name) from error
        except ValidationError as error:
            raise Problem(" ".join(error.messages), field.name) from error

    def _resolve_reference(self, field: models.Field, value: Any) -> models.Model:
        model = field.remote_field.model
        by_key = isinstance(value, list)
        if isinstance(value, bool) or not all(map(_is_text, value if by_key else [value])):
            raise Problem(_("Write the reference in square brackets: %s.") % '["…"]', field.name)
        if isinstance(value, str):
            written = json.dumps([value], ensure_ascii=False)
            raise Problem(_("Write the reference in square brackets: %s.") % written, field.name)
        cached = (model, json.dumps(value))
        if cached not in self._found:
            manager = model._default_manager.db_manager(self.using)
            try:
                self._found[cached] = self._named(manager, value) if by_key else manager.get(pk=value)
            except ObjectDoesNotExist as error:
                raise MissingReference(
                    _("There is no %(model)s “%(key)s”, in the database or in this file. Correct it or add the record.")
                    % {"model": model._meta.verbose_name, "key": ", ".join(map(str, value)) if by_key else value},
                    field.name,
                    cached,
                ) from error
            except (TypeError, ValueError, MultipleObjectsReturned) as error:
                keys = ", ".join(getattr(model, "natural_key_lookups", ("pk",)))
                raise Problem(_("A reference to this is written as [%s].") % keys, field.name) from error
        return self._found[cached]

    def _named(self, manager: Any, key: list[Any]) -> models.Model:
        """The record with a natural key, now or when it came from a fixture. Raises ObjectDoesNotExist."""
        try:
            return manager.get_by_natural_key(*key)
        except ObjectDoesNotExist:
            if not issubclass(manager.model, ArchiveModel):
                raise
            return manager.get(uid=manager.model.uid_of(key))

    def _refuse_repeated_record(self, row: Row, instance: models.Model) -> None:
        key = (type(instance), instance.pk)
        if key in self._rows_of_records:
            above = self._rows_of_records[key]
            raise Problem(_("It stands already above, as record %s. Delete one of the two.") % above.number)
        self._rows_of_records[key] = row


def _written_key(row: Row) -> list[Any]:
    """The natural key as the fixture writes it, which may no longer be that of the record."""
    key = []
    for lookup in getattr(model_of(row), "natural_key_lookups", ()):
        name, _separator, rest = lookup.partition("__")
        value = row.fields.get(name, "")
        if rest and isinstance(value, list):
            related = model_of(row)._meta.get_field(name).related_model
            value = value[related.natural_key_lookups.index(rest)]
        key.append(value)
    return key


def _refuse_missing_files(rows: list[Row]) -> None:
    """Raise FixtureError with the files that rows name and that are not among the uploads."""
    missing = []
    for row in rows:
        for field in model_of(row)._meta.concrete_fields:
            name = row.fields.get(field.name) if isinstance(field, models.FileField) else ""
            if name and isinstance(name, str) and not _is_stored(field, name):
                missing.append(
                    _("record %(record)s, field “%(field)s” — the file %(file)s is missing in %(folder)s.")
                    % {"record": row, "field": field.name, "file": name, "folder": settings.MEDIA_ROOT}
                )
    if missing:
        raise FixtureError("\n".join([*missing, _("Copy the folder of uploads here first, then load again.")]))


def _is_stored(field: models.FileField, name: str) -> bool:
    try:
        return field.storage.exists(name)
    except (SuspiciousFileOperation, ValueError, OSError):
        return False


def _is_text(value: Any) -> bool:
    """Whether a database can store the value: no text has a lone surrogate or a null character."""
    return not isinstance(value, str) or not re.search("[\0\ud800-\udfff]", value)


def _fits(field: models.Field, value: Any) -> bool:
    """Whether the value has the field's JSON type; Python would turn true into "True" and 1.5 into 1."""
    if isinstance(value, list | dict) or not _is_text(value):
        return False
    if isinstance(value, bool) and not isinstance(field, models.BooleanField):
        return False
    return not (isinstance(value, float) and isinstance(field, models.IntegerField) and not value.is_integer())


def _check_fields(instance: models.Model) -> None:
    """Validate the fields as a form would, except references, which are resolved already."""
    relations = {field.name for field in instance._meta.concrete_fields if field.is_relation}
    with _problems_by_field(instance):
        instance.clean_fields(exclude=_non_editable_fields(instance) | relations)
        instance.clean()


def _check_rules(instance: models.Model) -> None:
    with _problems_by_field(instance):
        instance.validate_unique(exclude=_non_editable_fields(instance))
        instance.validate_constraints(exclude=_non_editable_fields(instance))


def _non_editable_fields(instance: models.Model) -> set[str]:
    """Return the names of fields that signals fill, not the fixture."""
    return {
        field.name
        for field in instance._meta.concrete_fields
        if not field.editable and not isinstance(field, NormalizedField)
    }


@contextmanager
def _problems_by_field(instance: models.Model) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        if name == NON_FIELD_ERRORS:
            raise Problem(" ".join(messages)) from error
        # Fixtures state the source of a normalized column, not the column.
        raise Problem(" ".join(messages), getattr(instance._meta.get_field(name), "source", name)) from error


def _format_problem(row: Row, problem: Problem) -> str:
    if not problem.field:
        return _("record %(record)s — %(problem)s") % {"record": row, "problem": problem.message}
    return _("record %(record)s, field “%(field)s” — %(problem)s") % {
        "record": row,
        "field": problem.field,
        "problem": problem.message,
    }


def _is_required(field: models.Field) -> bool:
    return field.editable and not (field.blank or field.null or field.has_default() or field.primary_key)


def _require_key(row: Row, model: type[models.Model]) -> None:
    """Raise Problem without a slug: the record would be added again by each loading."""
    if "slug" in getattr(model, "natural_key_lookups", ()) and not row.fields.get("slug"):
        raise Problem(_("This field is missing. Write it."), "slug")


def _check_conference_of_talk(part: models.Model) -> None:
    written = part.conference_id
    set_conference_from_parent(part)
    if part.conference_id != written:
        raise Problem(_("The talk or session belongs to another conference."), "conference")


def _is_unchanged(instance: models.Model, stored: models.Model, stated: Collection[str]) -> bool:
    return all(
        getattr(instance, field.attname) == getattr(stored, field.attname)
        for field in instance._meta.concrete_fields
        if field.editable or field.name in stated
    )
