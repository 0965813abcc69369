"""A dump: all that is public as one folder, for anybody to keep, to read and to open elsewhere.

The rows are written as those of a backup, but start from `published()`, and have no column that only staff see:

    dump/
        bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt
        datapackage.json                            the data dictionary (Frictionless Data Package)
        CITATION.cff  LICENSE.txt
        data/dump.json                              version, columns, number of rows
        data/tables/events.conference.jsonl …       a row a line; references by uid
        data/csv/conference.csv …                   the same for spreadsheets and statistics
        data/csv/media.csv                          every file with its checksum, licence and record
        data/media/photos/…
"""

import csv
import datetime
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ..models import (
    Attendance,
    Conference,
    ConferenceDate,
    ConferenceKind,
    ConferenceTopic,
    Consent,
    Contact,
    CuratedCollection,
    FormLine,
    LibraryKind,
    Material,
    MaterialKind,
    Note,
    OldAddress,
    Organisation,
    OrganisationAlias,
    OrganisationParticipation,
    OrganisationRole,
    Photo,
    Recording,
    RecordingOffset,
    Series,
    Session,
    Source,
    Speaker,
    SpeakerAlias,
    SpeakerParticipation,
    SpeakerRole,
    Subject,
    Synonym,
    Talk,
    TalkKind,
    TalkTopic,
    Topic,
)
from ..models.fields import PartialDateField
from ..models.media_files import file_fields
from ..table import safe
from . import bag, tables
from .bag import BadBackup, Progress
from .tables import Row, Table
from .writing import one_moment, read_rows, write_table

# Columns that only staff see.
LEFT_OUT: dict[type[models.Model], set[str]] = {
    Conference: {"created", "withdrawn_reason", "unpublished"},
    Speaker: {"hidden_since", "hidden_reason", "slug_before_hiding", "texts_left"},
    Source: {"text"},
    Consent: {"note"},
}
# Of somebody who takes part in nothing public and is named as a contact alone, only the name is public.
OF_SPEAKERS_PAGE = {"biography": "", "photo": "", "photo_credit": "", "orcid": "", "distinguished_from": ""}
LISTS = (ConferenceKind, TalkKind, MaterialKind, LibraryKind, SpeakerRole, OrganisationRole, FormLine, Synonym)
WITH_PAGES = (Conference, Talk, Speaker, Organisation, Series, Topic, CuratedCollection)


class Dumped(NamedTuple):
    rows: int
    files: int
    # Files that public records name and that are missing.
    problems: list[str]


def public_tables() -> list[Table]:
    """What of each model is public, in the order in which it can be loaded."""
    rows = _public_rows()
    corrections = _corrections()
    found = []
    for model in tables.backed_up():
        if model in rows:
            left_out = LEFT_OUT.get(model, set())
            fields = tuple(field for field in tables.stored_fields(model) if field.name not in left_out)
            found.append(Table(model, rows[model], fields, corrections.get(model, lambda row: row)))
    return found


def _public_rows() -> dict[type[models.Model], models.QuerySet]:
    events, talks = Conference.objects.published(), Talk.objects.published()
    speakers, recordings = Speaker.objects.published(), Recording.objects.published()
    contacts = Contact.objects.published().filter(organisation__in=Organisation.objects.published().values("pk"))
    named = Q(pk__in=speakers.values("pk")) | Q(pk__in=contacts.exclude(speaker=None).values("speaker"))
    agreed = Consent.objects.filter(subject=Consent.Subject.CONTACTS, withdrawn=None)
    is_public = Q.create([("record__in", model.objects.published().values("uid")) for model in WITH_PAGES], Q.OR)
    at_event = {"conference__in": events.values("pk")}
    return {
        **{model: model.objects.published() for model in WITH_PAGES},
        **{model: model.objects.all() for model in LISTS},
        **{model: model.objects.filter(**at_event) for model in (ConferenceDate, Session, Note, Attendance)},
        **{model: model.objects.published() for model in (Photo, Material, Recording)},
        **{model: model.objects.published() for model in (SpeakerParticipation, OrganisationParticipation, Subject)},
        # One of which nothing but the text is known shows nothing.
        Source: Source.objects.filter(**at_event).exclude(url="", headline="", publisher=""),
        Speaker: Speaker.objects.filter(named),
        SpeakerAlias: SpeakerAlias.objects.filter(speaker__in=speakers.values("pk")),
        OrganisationAlias: OrganisationAlias.objects.filter(
            organisation__in=Organisation.objects.published().values("pk")
        ),
        Contact: contacts,
        Consent: agreed.filter(speaker__in=contacts.exclude(speaker=None).values("speaker")),
        ConferenceTopic: ConferenceTopic.objects.filter(content_object__in=events.values("pk")),
        TalkTopic: TalkTopic.objects.filter(content_object__in=talks.values("pk")),
        RecordingOffset: RecordingOffset.objects.filter(recording__in=recordings.values("pk")),
        OldAddress: OldAddress.objects.filter(is_public, deleted=None),
    }


def _corrections() -> dict[type[models.Model], Callable[[Row], Row]]:
    events = set(Conference.objects.published().values_list("uid", flat=True))
    speakers = set(Speaker.objects.published().values_list("uid", flat=True))
    return {
        Conference: lambda row: row | {"parent": row["parent"] if row["parent"] in events else None},
        Speaker: lambda row: row | ({} if row["uid"] in speakers else OF_SPEAKERS_PAGE),
        # Under a name that says nothing: captions as uploaded are not public.
        Recording: lambda row: row | {"captions": f"captions/{row['uid']}.vtt" if row["captions"] else ""},
    }


def dump(
    folder: Path,
    captions: Callable[[Any], bytes],
    address: str = "",
    progress: Progress = lambda what, done, total: None,
) -> Dumped:
    """Write all that is public into a folder that is new or empty. Raises BadBackup, OSError.

    `captions` gives what the public may read of a recording's captions; `address` is that of the site.
    """
    folder = folder.absolute()
    if folder.exists() and any(folder.iterdir()):
        raise BadBackup(_("%s is not empty: name a new folder.") % folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = folder.with_name(f"{bag.UNFINISHED}{folder.name}")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        written = _fill(unfinished, captions, address, progress)
        os.sync()
        if folder.exists():
            folder.rmdir()
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return written


def _fill(folder: Path, captions: Callable[[Any], bytes], address: str, progress: Progress) -> Dumped:
    for name in ("tables", "csv", "media"):
        (folder / "data" / name).mkdir(parents=True)
    made, counts, media, resources = timezone.now(), {}, [], []
    with one_moment():
        found = public_tables()
        for table in found:
            counts[table.label] = write_table(table, folder / bag.table_path(table.label), progress)
            media += _media_of(table)
    problems = [_("missing: %s") % one["path"] for one in media if not _copy(one, folder, captions)]
    media = [one for one in media if "sha256" in one]
    for table in found:
        resources.append(_write_csv(table, folder))
    resources.append(_write_media_list(media, folder))
    description = {
        "version": settings.VERSION,
        "made": made.isoformat(),
        "rows": counts,
        "columns": {table.label: [field.name for field in table.fields] for table in found},
    }
    _write_json(folder / bag.DUMP_DESCRIPTION, description)
    _write_json(folder / "datapackage.json", _package(resources, made, address))
    (folder / "CITATION.cff").write_text(_citation(made, address), encoding="utf-8")
    (folder / "LICENSE.txt").write_text(_licence(), encoding="utf-8")
    paths = sorted(path for path in (folder / "data").rglob("*") if path.is_file())
    checksums = {}
    for done, path in enumerate(paths, 1):
        checksums[str(path.relative_to(folder))] = bag.checksum(path)
        progress(_("checksums"), done, len(paths))
    bag.close(folder, checksums, made.date(), "datapackage.json", "CITATION.cff", "LICENSE.txt")
    return Dumped(sum(counts.values()), len(media), problems)


# ── Files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _media_of(table: Table) -> Iterator[Row]:
    """The files that public rows name, each with what is known of it."""
    if not (fields := file_fields(table.model)):
        return
    for row in read_rows(table):
        for field in fields:
            if row[field.name]:
                yield {
                    "path": str(row[field.name]),
                    "kind": field.name if table.model is not Material else "material",
                    "record": str(row["uid"]),
                    "conference": str(row.get("conference") or ""),
                    "title": row.get("caption") or row.get("title") or row.get("alt") or "",
                    "credit": row.get("credit") or row.get("photo_credit") or "",
                    "licence": row.get("licence", ""),
                    "pk": row["id"],
                }


def _copy(one: Row, folder: Path, captions: Callable[[Any], bytes]) -> bool:
    """Copy a file and complete its row; False if it is not there."""
    target = folder / "data" / "media" / one["path"]
    target.parent.mkdir(parents=True, exist_ok=True)
    if one["kind"] == "captions":
        target.write_bytes(captions(Recording.objects.get(pk=one["pk"])))
    else:
        try:
            with default_storage.open(one["path"]) as source, target.open("wb") as copy:
                bag.copied(source, copy)
        except OSError:
            target.unlink(missing_ok=True)
            return False
    one |= {"sha256": bag.checksum(target), "bytes": target.stat().st_size}
    return True


# ── The same for spreadsheets, and its dictionary ───────────────────────────────────────────────────────────────────


def _write_csv(table: Table, folder: Path) -> Row:
    name = table.model._meta.model_name
    path = f"data/csv/{name}.csv"
    with (folder / bag.table_path(table.label)).open(encoding="utf-8") as rows:
        _write_rows(folder / path, [field.name for field in table.fields], map(json.loads, rows))
    keys = [field.name for field in table.fields if field.is_relation]
    with override("ru"):
        schema: Row = {"fields": [_dictionary(field) for field in table.fields], "primaryKey": "uid"}
        title = str(table.model._meta.verbose_name_plural)
    if keys:
        schema["foreignKeys"] = [
            {
                "fields": key,
                "reference": {
                    "resource": ""
                    if (target := table.model._meta.get_field(key).related_model) is table.model
                    else target._meta.model_name,
                    "fields": "uid",
                },
            }
            for key in keys
        ]
    return _resource(name, path, title, schema)


def _write_media_list(media: list[Row], folder: Path) -> Row:
    columns = {
        "path": _("path under data/media"),
        "sha256": "SHA-256",
        "bytes": _("size in bytes"),
        "kind": _("kind"),
        "record": _("uid of its row"),
        "conference": _("uid of its conference"),
        "title": _("title"),
        "credit": _("credit"),
        "licence": _("licence"),
    }
    _write_rows(folder / "data/csv/media.csv", list(columns), sorted(media, key=lambda one: one["path"]))
    fields = [
        {"name": name, "type": "integer" if name == "bytes" else "string", "title": title}
        for name, title in columns.items()
    ]
    return _resource("media", "data/csv/media.csv", _("files"), {"fields": fields, "primaryKey": ["path", "record"]})


def _write_rows(path: Path, names: list[str], rows: Any) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(names)
        writer.writerows([_cell(row[name]) for name in names] for row in rows)


def _cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula; the rows in JSON have the text as it is."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return safe(value)
    return str(value)


_TYPES = {
    models.BooleanField: "boolean",
    models.DateTimeField: "datetime",
    models.DateField: "date",
    models.TimeField: "time",
    models.IntegerField: "integer",
    models.AutoField: "integer",
}


def _dictionary(field: models.Field) -> Row:
    kind = next((name for base, name in _TYPES.items() if isinstance(field, base)), "string")
    entry = {"name": field.name, "type": kind, "title": str(field.verbose_name)}
    if kind in ("datetime", "date", "time"):
        entry["format"] = "any" if kind != "date" else "default"
    if help_text := str(field.help_text):
        entry["description"] = help_text
    if isinstance(field, PartialDateField):
        entry["description"] = _("ISO 8601-2: 2020-06-09, 2020-06, 2020, XXXX-06-09.")
    constraints: Row = {"unique": True} if field.unique else {}
    if field.choices and not field.blank:
        constraints["enum"] = [str(value) for value, _label in field.flatchoices]
    return entry | ({"constraints": constraints} if constraints else {})


def _resource(name: str, path: str, title: str, schema: Row) -> Row:
    return {
        "name": name,
        "path": path,
        "title": title,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema | {"missingValues": [""]},
    }


# ── What it is, and how to cite it ──────────────────────────────────────────────────────────────────────────────────


def _package(resources: list[Row], made: datetime.datetime, address: str) -> Row:
    return {
        "profile": "tabular-data-package",
        "name": "confarchive",
        "title": str(_("Archive of videoconferences")),
        "version": f"{made:%Y.%m.%d}",
        "created": made.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **({"homepage": address} if address else {}),
        "licenses": [_licence_entry()],
        "resources": resources,
    }


_SPDX = {"publicdomain/zero/1.0": "CC0-1.0", "licenses/by/4.0": "CC-BY-4.0", "licenses/by-sa/4.0": "CC-BY-SA-4.0"}


def _spdx() -> str:
    return next((name for part, name in _SPDX.items() if part in settings.METADATA_LICENSE), "")


def _licence_entry() -> Row:
    return {"path": settings.METADATA_LICENSE} | ({"name": _spdx()} if _spdx() else {})


def _citation(made: datetime.datetime, address: str) -> str:
    """In YAML, of which JSON strings are a part."""
    title = json.dumps(str(_("Archive of videoconferences")), ensure_ascii=False)
    lines = [
        "cff-version: 1.2.0",
        f"message: {json.dumps(str(_('Please cite this data as below.')), ensure_ascii=False)}",
        "type: dataset",
        f"title: {title}",
        "authors:",
        f"  - name: {title}",
        f"version: {json.dumps(f'{made:%Y.%m.%d}')}",
        f"date-released: {made.date().isoformat()}",
        f"license: {_spdx()}" if _spdx() else f"license-url: {json.dumps(settings.METADATA_LICENSE)}",
        *([f"url: {json.dumps(address)}"] if address else []),
    ]
    return "\n".join(lines) + "\n"


def _licence() -> str:
    return str(
        _(
            "The descriptions of records are under this licence: %s\n"
            "Photos, recordings and materials have their own, named in data/csv/media.csv; where none is named, all "
            "rights belong to their authors.\n"
        )
        % settings.METADATA_LICENSE
    )


def _write_json(path: Path, data: Row) -> None:
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
