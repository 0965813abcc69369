"""The dump of another archive, fetched from the web file by file, and its rows by record."""

import hashlib
import json
import shutil
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .. import revisions
from ..backup import DUMP_DESCRIPTION, BadBackup, Bag, bag, tables
from ..links.http_probe import Fetched, FetchError
from ..models import (
    Conference,
    FormLine,
    Material,
    MaterialKind,
    OldAddress,
    Organisation,
    Photo,
    Series,
    Speaker,
    Topic,
    aggregates,
)
from ..models.reference import ReferenceEntry
from ..revisions.snapshots import reference, stored_fields

Model = type[models.Model]
# (address, limit of bytes) → what came
Fetch = Callable[[str, int], Fetched]
# The uid here of a record of a model and a uid there.
UidOf = Callable[[Model, str], str]
Row = dict[str, Any]

SMALL, TABLE, WHOLE = 5_000_000, 100_000_000, 400_000_000  # bytes: a description, a table, all of them
# In this order, since events name the others.
RECORDS: tuple[Model, ...] = (Topic, Series, Organisation, Speaker, Conference)
# Contacts and consents were given to that archive.
_PRIVATE = ("contact", "consent")


def fetch(address: str, folder: Path, kept: Path, ask: Fetch, known: str = "") -> "Dump | None":
    """Fetch the description and the tables of a dump into an empty folder; None if the tables have this SHA-256.

    `kept` is a folder with the tables that the last round fetched: those whose checksum is still in the manifest are
    not asked for. Raises FetchError, Refused.
    """
    base = f"{address.rstrip('/')}/"

    def take(name: str, limit: int) -> int:
        came = ask(urljoin(base, quote(name)), limit)
        if came.status != 200:
            raise FetchError(str(came.status))
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(came.body)
        return len(came.body)

    try:
        take(bag.TAG_MANIFEST, SMALL)
        for name in (*bag.read_manifest(folder / bag.TAG_MANIFEST), DUMP_DESCRIPTION):
            take(name, SMALL)
        source, left = Bag(folder, DUMP_DESCRIPTION), WHOLE
        wanted = [model for model in tables.backed_up() if _is_wanted(model, source)]
        (folder / bag.table_path("")).parent.mkdir(parents=True, exist_ok=True)
        names = [bag.table_path(model._meta.label_lower) for model in wanted]
        # Each dump has a date of its own; the tables alone say whether anything changed.
        sha256 = hashlib.sha256("".join(f"{name} {source.checksums[name]}\n" for name in names).encode()).hexdigest()
        if sha256 == known:
            return None
        for name in names:
            last = kept / Path(name).name
            if last.is_file() and bag.checksum(last) == source.checksums[name]:
                shutil.copyfile(last, folder / name)
                left -= last.stat().st_size
                continue
            left -= take(name, min(TABLE, left))
            if bag.checksum(folder / name) != source.checksums[name]:
                raise BadBackup(name)
        dump = Dump(source, wanted, address, sha256)
        kept.mkdir(parents=True, exist_ok=True)
        for name in names:
            shutil.copyfile(folder / name, kept / Path(name).name)
        return dump
    except (BadBackup, ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        # One that is replaced while it is read is whole the next time.
        raise FetchError(gettext_noop("no whole dump of an archive")) from error


def _is_wanted(model: Model, source: Bag) -> bool:
    if model._meta.label_lower not in source.description["columns"] or model is FormLine:
        return False
    is_record = aggregates.is_archive_model(model) and aggregates.root_model(model) in RECORDS
    return (
        (is_record and model._meta.model_name not in _PRIVATE)
        or issubclass(model, ReferenceEntry)
        or model is OldAddress
    )


class Dump:
    """The public records of another archive."""

    def __init__(self, source: Bag, wanted: list[Model], address: str, sha256: str) -> None:
        self._tables = {model: _by_uid(source.rows(model._meta.label_lower)) for model in wanted}
        package = json.loads((source.folder / "datapackage.json").read_text(encoding="utf-8"))
        self.sha256 = sha256
        self.address = origin(package.get("homepage", "")) or origin(address)
        self._members: dict[tuple[Model, str], list[tuple[Model, str]]] = defaultdict(list)
        # Photos stay where their authors allowed them.
        self._photos: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(self._tables.pop(Photo, {}).values(), key=lambda row: (row["order"], row["uid"])):
            self._photos[row["conference"]].append(row)
        for model in wanted:
            if not issubclass(model, OldAddress | Photo):
                for uid in self._tables[model]:
                    self._members[aggregates.root_model(model), self._root(model, uid)].append((model, uid))
        # What was merged there, with its successor.
        self.merged = {row["merged"]: row["record"] for row in self._tables.pop(OldAddress, {}).values()}

    def _root(self, model: Model, uid: str) -> str:
        """The uid of the record that a row belongs to."""
        path = aggregates.root_path(model)
        for name in [] if path == "pk" else path.split("__"):
            uid = self._tables[model][uid][name]
            model = model._meta.get_field(name).related_model
        return uid

    def uids(self, model: Model) -> list[str]:
        """The records of a model, those after the ones they are part of."""
        table = self._tables.get(model, {})

        def depth(uid: str | None, seen: frozenset[str] = frozenset()) -> int:
            row = table.get(uid or "", {})
            return 1 + depth(row["parent"], seen | {uid}) if row.get("parent") and uid not in seen else 0

        return sorted(table, key=depth)

    def row(self, model: Model, uid: str) -> Row:
        """The row of a record as it is there. Raises KeyError."""
        return self._tables[model][uid]

    def has(self, model: Model, uid: str) -> bool:
        return uid in self._tables.get(model, {})

    def is_record(self, model: Model, uid: str) -> bool:
        """Whether the dump has a record of this uid, not only a row of one."""
        return aggregates.is_archive_model(model) and aggregates.is_root(model) and self.has(model, uid)

    def home(self, model: Model, uid: str) -> str:
        """The address of the archive that keeps a record."""
        return origin(self.row(model, uid).get("home") or "") or self.address

    def rows(self, model: Model, uid: str, uid_of: UidOf) -> list[Row]:
        """All rows of a record as versions have them, its own first. Raises ValidationError, ValueError."""
        home = self.home(model, uid)
        found = []
        for member, name in sorted(self._members[model, uid], key=lambda one: one[0] is not model):
            fields = dict(self._fields(member, self.row(member, name), home, uid_of))
            found.append({"model": member._meta.label_lower, "uid": name, "fields": fields})
        if model in RECORDS:
            found[0]["fields"]["home"] = home
        return [*found, *self._linked_photos(uid, home, uid_of)]

    def _linked_photos(self, uid: str, home: str, uid_of: UidOf) -> list[Row]:
        """The photos of an event as one material: a link to them at home, with their authors and licence."""
        photos = self._photos[uid]
        kind = next((key for key, row in self._tables.get(MaterialKind, {}).items() if row["slug"] == "other"), None)
        if not photos or kind is None:
            return []
        with translation.override(settings.LANGUAGE_CODE):
            title = _("Photos at the archive that keeps the record: %d") % len(photos)
        credits = dict.fromkeys(row["credit"] for row in photos if row["credit"])
        licences = {row["licence"] for row in photos}
        values = {
            "conference": uid_of(Conference, uid),
            "kind": uid_of(MaterialKind, kind),
            "title": "; ".join([title, *credits])[:400],
            "url": f"{home}/id/{uid}#pictures",
            "licence": licences.pop() if len(licences) == 1 else "",
        }
        fields = {
            field.name: values.get(field.name, None if field.null else field.get_default())
            for field in stored_fields(Material)
            if revisions.editable_field(Material._meta.label_lower, field.name) is not None
        }
        own = str(uuid.uuid5(uuid.UUID(uid), "photos"))
        return [{"model": Material._meta.label_lower, "uid": own, "fields": fields}]

    def _fields(self, model: Model, row: Row, home: str, uid_of: UidOf) -> Iterator[tuple[str, Any]]:
        for field in stored_fields(model):
            if field.name not in row or revisions.editable_field(model._meta.label_lower, field.name) is None:
                continue
            value = row[field.name]
            if field.is_relation:
                yield field.name, uid_of(field.related_model, value) if value else None
            elif isinstance(field, models.FileField):
                # The file stays at home.
                yield field.name, ""
            else:
                if field.name == "url" and not value and row.get("file"):
                    value = f"{home}{settings.MEDIA_URL}{quote(row['file'])}"
                yield field.name, _checked(field, value)

    def names(self, model: Model, uid: str, uid_of: UidOf) -> dict[str, list[str]]:
        """Slug and label of the rows of a record and of what they name, by their uids here."""
        found = {}
        for member, name in self._members[model, uid]:
            row = self.row(member, name)
            targets = [(field.related_model, row.get(field.name)) for field in aggregates.foreign_keys(member)]
            for named, key in [(member, name), *targets]:
                if key and self.has(named, key):
                    its = self.row(named, key)
                    found[reference(named, uid_of(named, key))] = [its.get("slug") or "", label(its)]
        return found


_NAMES = ("name", "title", "theme", "topic", "headline", "label")


def label(row: Row) -> str:
    """What a row is called, of whatever model."""
    if family := row.get("family_name"):
        return f"{family} {row.get('given_names') or row.get('initials') or ''}".strip()
    return str(next((row[name] for name in _NAMES if row.get(name)), ""))


def _checked(field: models.Field, value: Any) -> Any:
    """The value, if a form would take it."""
    if value not in (None, ""):
        try:
            field.clean(value, None)
        except ValidationError as error:
            raise ValidationError(f"{field.verbose_name}: {' '.join(error.messages)}") from error
    elif value is None and not field.null:
        raise ValidationError(f"{field.verbose_name}: —")
    return value


def _by_uid(rows: Iterator[Row]) -> dict[str, Row]:
    return {str(uuid.UUID(row["uid"])): row for row in rows}


def origin(address: str) -> str:
    """Scheme and host of a web address; "" if it is none."""
    parts = urlsplit(address.strip())
    is_web = parts.scheme.lower() in ("http", "https") and parts.hostname
    return f"{parts.scheme}://{parts.netloc}".lower()[:200] if is_web else ""
