"""A description as plain JSON: every field that is known, under its own name."""

import dataclasses
import datetime
import json
import uuid
from collections.abc import Sequence
from typing import Any

from ..russian.dates import PartialDate
from .format import Format
from .record import Record

# What a record inside another shares with it.
_SHARED = (
    *("event", "series", "dates", "state", "postponed_to", "place"),
    *("published", "changed", "home", "metadata_licence"),
)


def write(records: Sequence[Record]) -> str:
    return json.dumps([plain(record) for record in records], ensure_ascii=False, indent=1) + "\n"


def plain(value: Any) -> Any:
    """The value in the types of JSON, without what is unknown."""
    match value:
        case Record():
            return _fields(value) | {
                name: [_fields(one, without=_SHARED) for one in getattr(value, name)]
                for name in ("parts", "recordings")
                if getattr(value, name)
            }
        case PartialDate() | uuid.UUID():
            return str(value)
        case datetime.datetime():
            return value.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        case datetime.time():
            return f"{value:%H:%M}"
        case tuple() | list():
            return [plain(one) for one in value]
        case _ if dataclasses.is_dataclass(value):
            return _fields(value)
    return value


def _fields(value: Any, without: tuple[str, ...] = ()) -> dict[str, Any]:
    names = [field.name for field in dataclasses.fields(value) if field.name not in without]
    found = {name: getattr(value, name) for name in names if name not in ("parts", "recordings")}
    return {name: plain(one) for name, one in found.items() if one not in (None, "", (), False) and plain(one) != {}}


FORMAT = Format("json", "JSON", "json", "application/json", write)
