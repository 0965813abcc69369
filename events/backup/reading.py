"""A backup taken into an empty archive: the same rows under the same keys, without new versions."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import Storage, default_storage
from django.core.management.color import no_style
from django.core.serializers.base import DeserializedObject
from django.db import connection, models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..batches import batched
from ..models import MediaFile, PageVersion, PublicRevision
from ..models.reports import reader_storage
from . import bag, tables
from .bag import BadBackup, Bag, Progress

AT_ONCE = 500

Model = type[models.Model]
Keys = dict[Any, Any]


def load(source: Bag, progress: Progress = lambda what, done, total: None) -> list[str]:
    """Take everything in, in one transaction; the permissions that this version of the archive does not know.

    Not through the door of writing: history, moments of change and versions of pages come as they were. The search
    index is empty afterwards. Raises BadBackup.
    """
    refuse_other_schema(source, tables.applied_migrations())
    refuse_full_archive()
    refuse_other_files(source)
    unknown: list[str] = []
    with transaction.atomic():
        wanted = tables.backed_up()
        _empty(wanted)
        keys = _Keys(source)
        for model in wanted:
            _load_table(source, model, keys, progress, tables.stored_fields(model))
        for model in wanted:
            for field in tables.many_to_many(model):
                unknown += _load_links(source, model, field, keys)
        _reset_sequences(wanted)
        # Pages of the time after the backup may be stored somewhere: no number comes twice.
        PublicRevision.set(max(PublicRevision.current(), int(time.time())))
        connection.check_constraints()
        # Last: files that no row names do no harm, rows without files do.
        _place_files(source, progress)
    return unknown


def load_dump(source: Bag, progress: Progress = lambda what, done, total: None) -> None:
    """Take a dump of what is public into an archive without records, in one transaction. Raises BadBackup.

    Its columns may be fewer than those of this version, never others: what is not there is as in a new row.
    """
    columns: dict[str, list[str]] = source.description["columns"]
    known = {model._meta.label_lower: model for model in tables.backed_up()}
    if unknown := [
        *(columns.keys() - known.keys()),
        *(
            f"{label}.{name}"
            for label in columns.keys() & known
            for name in columns[label]
            if name not in _names(known[label])
        ),
    ]:
        raise BadBackup(
            _("The dump is of version %(version)s, and this one has no %(names)s. Install that version first.")
            % {"version": source.description["version"], "names": ", ".join(sorted(unknown))}
        )
    wanted = tuple(model for label, model in known.items() if label in columns)
    refuse_full_archive(wanted)
    refuse_other_files(source)
    with transaction.atomic():
        _empty(wanted)
        keys = _Keys(source)
        for model in wanted:
            fields = tuple(
                field for field in tables.stored_fields(model) if field.name in columns[model._meta.label_lower]
            )
            _load_table(source, model, keys, progress, fields)
        _reset_sequences(wanted)
        number = max(PublicRevision.current() + 1, int(time.time()))
        for model in wanted:
            if any(field.name == "uid" for field in model._meta.concrete_fields) and hasattr(model, "get_absolute_url"):
                for some in batched(model._base_manager.values_list("uid", flat=True).iterator(), AT_ONCE):
                    PageVersion.set(some, number)
        PublicRevision.set(number)
        connection.check_constraints()
        _place_files(source, progress)
        QuerySet(MediaFile).bulk_create(
            (MediaFile(path, sha256, default_storage.size(path)) for path, sha256 in source.files().items()),
            ignore_conflicts=True,
        )


def _names(model: Model) -> set[str]:
    return {field.name for field in tables.stored_fields(model)}


def refuse_other_schema(source: Bag, here: Iterable[str]) -> None:
    """Refuse a backup of another schema than that of these migrations."""
    wanted, here = set(source.description["migrations"]), set(here)
    if wanted != here:
        differing = ", ".join(sorted(wanted ^ here))
        raise BadBackup(
            _(
                "The backup is of version %(version)s and of another schema (%(differing)s). Install that version,"
                " migrate, restore, then upgrade."
            )
            % {"version": source.description["version"], "differing": differing}
        )


def refuse_full_archive(wanted: Iterable[Model] | None = None) -> None:
    """Refuse to load into an archive that has rows of these models, or of any, besides those that it begins with."""
    for model in tables.backed_up() if wanted is None else wanted:
        if not issubclass(model, tables.BEGINS_WITH) and (count := model._base_manager.count()):
            raise BadBackup(
                _(
                    "The archive is not empty: %(model)s, %(count)d. A backup is restored into a new database, after"
                    " “migrate” and before anything else; --replace empties this one first."
                )
                % {"model": model._meta.label_lower, "count": count}
            )


def refuse_other_files(source: Bag) -> None:
    """Refuse to put a file where another one stands."""
    for _folder, storage, path, sha256 in _files(source):
        if storage.exists(path):
            with storage.open(path) as file:
                if bag.copied(file, None).sha256 != sha256:
                    place = _place_of(path, storage) or path
                    raise BadBackup(_("Another file stands at %s already. Move it away.") % place)


def _empty(wanted: Iterable[Model]) -> None:
    """Remove what a new archive begins with. Which row refers to which is asked at the end only."""
    with connection.cursor() as cursor:
        for model in [*wanted, *tables.SEARCH]:
            through = [field.remote_field.through for field in tables.many_to_many(model)]
            for one in [*through, model]:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(one._meta.db_table)}")


class _Keys:
    """The database keys of the rows that others refer to."""

    def __init__(self, source: Bag) -> None:
        self.source = source
        self.found: dict[Model, Keys] = {}

    def of(self, model: Model) -> Keys:
        if model not in self.found:
            self.found[model] = dict(self._read(model))
        return self.found[model]

    def _read(self, model: Model) -> Iterator[tuple[Any, Any]]:
        lookups = tables.key_lookups(model)
        if model in tables.MADE_BY_MIGRATE:
            for pk, *values in model._base_manager.values_list("pk", *lookups):
                yield tuple(values), pk
            return
        for row in self.source.rows(model._meta.label_lower):
            pk = row[model._meta.pk.name]
            yield pk if lookups == ("pk",) else row[lookups[0]], pk

    def get(self, model: Model, name: Any) -> Any:
        """The key of the row of this name, None if there is none."""
        return self.of(model).get(tuple(name) if isinstance(name, list) else name)


def _load_table(source: Bag, model: Model, keys: _Keys, progress: Progress, fields: tuple[models.Field, ...]) -> None:
    label = model._meta.label_lower
    total, done = source.description["rows"].get(label, 0), 0
    setters = [_setter(field, keys) for field in fields]
    rows = (model(**dict(setter(row) for setter in setters)) for row in source.rows(label))
    for some in batched(rows, AT_ONCE):
        _insert(model, some)
        done += len(some)
        progress(label, done, total)
    if done != total:
        raise BadBackup(
            _("%(table)s has %(done)d rows, not %(total)d.") % {"table": label, "done": done, "total": total}
        )


def _insert(model: Model, rows: list[models.Model]) -> None:
    if any(getattr(field, "auto_now_add", False) for field in model._meta.concrete_fields):
        # bulk_create would date a second factor to the moment of the restore.
        for row in rows:
            DeserializedObject(row).save()
    else:
        # A plain queryset: the archive's own would note every row in a block of writing.
        QuerySet(model).bulk_create(rows)


def _setter(field: models.Field, keys: _Keys) -> Callable[[dict[str, Any]], tuple[str, Any]]:
    """What reads the value of a field from a row of a backup, with the name to set it by."""

    def value(row: dict[str, Any]) -> tuple[str, Any]:
        written = row[field.name]
        return field.attname, None if written is None else field.to_python(written)

    def key(row: dict[str, Any]) -> tuple[str, Any]:
        written = row[field.name]
        found = None if written is None else keys.get(field.related_model, written)
        if found is None and written is not None:
            raise BadBackup(_("%(field)s names what the backup has not: %(name)s") % {"field": field, "name": written})
        return field.attname, found

    return key if field.is_relation else value


def _load_links(source: Bag, model: Model, field: models.ManyToManyField, keys: _Keys) -> list[str]:
    through = field.remote_field.through
    rows, unknown = [], []
    own, other = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
    for row in source.rows(model._meta.label_lower):
        for name in row[field.name]:
            if target := keys.get(field.related_model, name):
                rows.append(through(**{own: row[model._meta.pk.name], other: target}))
            else:
                unknown.append(f"{field}: {name}")
    QuerySet(through).bulk_create(rows, batch_size=AT_ONCE)
    return unknown


def _reset_sequences(wanted: Iterable[Model]) -> None:
    """PostgreSQL does not count the keys that rows brought along."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), list(wanted)):
            cursor.execute(sql)


def _files(source: Bag) -> list[tuple[Path, Storage, str, str]]:
    """All files: the folder of the backup that has them, the storage that gets them, path and checksum."""
    storages: dict[str, Storage] = {bag.MEDIA: default_storage, bag.READER_FILES: reader_storage()}
    return [
        (source.folder / folder, storages[folder], path, sha256)
        for folder in source.folders
        for path, sha256 in source.files(folder).items()
    ]


def _place_files(source: Bag, progress: Progress) -> None:
    files = _files(source)
    for done, (folder, storage, path, sha256) in enumerate(files, 1):
        # What stands there already is the same file.
        if not storage.exists(path):
            _place(folder / path, storage, path, sha256)
        progress(_("files"), done, len(files))


def _place_of(path: str, storage: Storage) -> Path | None:
    """Where this file lies on this machine; None if it lies in a bucket."""
    try:
        return Path(storage.path(path))
    except NotImplementedError:
        return None


def _place(source: Path, storage: Storage, path: str, sha256: str) -> None:
    target = _place_of(path, storage)
    if target is None:
        with source.open("rb") as file:
            if bag.copied(file, None).sha256 != sha256:
                raise BadBackup(_("changed: %s") % source)
            storage.save(path, File(file))
        return
    target.parent.mkdir(storage.directory_permissions_mode or 0o777, parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.unfinished")
    with source.open("rb") as file, unfinished.open("wb") as copy:
        found = bag.copied(file, copy).sha256
    if found != sha256:
        unfinished.unlink()
        raise BadBackup(_("changed: %s") % source)
    if storage.file_permissions_mode:
        unfinished.chmod(storage.file_permissions_mode)
    os.replace(unfinished, target)
