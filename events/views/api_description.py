"""The API described in OpenAPI 3.1."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

_TEXT = {"type": "string"}
_ERROR = {
    "description": "What is wrong",
    "content": {"application/json": {"schema": {"type": "object", "properties": {"error": _TEXT}}}},
}


def document(address: str, kinds: list[str], filters: Iterable[str], facets: Iterable[str]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for kind in kinds:
        own = [_query(name) for name in filters] if kind == "conferences" else []
        after = _query("after", {"type": "string", "format": "uuid"}, "Continues behind this record")
        limit = _query("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20})
        paths[f"{kind}/"] = _get(f"Published {kind}, the newest first", [*own, after, limit], "Page")
        uid = {"name": "uid", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        paths[f"{kind}/{{uid}}/"] = _get("One record", [uid], "Record")
    parameters = [
        _query("q", about="As in the search of the site: Russian word forms, “phrases”, -without"),
        _query("sort", {"enum": ["date"]}),
        _query("exact", {"enum": ["1"]}),
        _query("page", {"type": "integer", "minimum": 1}),
        *map(_query, facets),
    ]
    paths["search/"] = _get("Full-text search with facets", parameters, "Hits")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Confarchive",
            "version": "1",
            "description": "The public records of the archive, for reading alone. Fields that nobody knows are absent.",
            "license": {"name": "Metadata", "url": settings.METADATA_LICENSE},
        },
        "servers": [{"url": address}],
        "paths": {f"/{path}": operation for path, operation in paths.items()},
        "components": {"schemas": _SCHEMAS},
    }


def _get(summary: str, parameters: list[dict[str, Any]], schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    responses = {"200": {"description": summary, "content": content}, "400": _ERROR, "404": _ERROR, "429": _ERROR}
    return {"get": {"summary": summary, "parameters": parameters, "responses": responses}}


def _query(name: str, schema: dict[str, Any] | None = None, about: str = "") -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema or _TEXT, **({"description": about} if about else {})}


_SCHEMAS: dict[str, Any] = {
    "Record": {
        "type": "object",
        "required": ["kind", "uid", "address", "title"],
        "properties": {
            "kind": {"enum": ["conference", "talk", "recording", "speaker", "organisation", "series"]},
            "uid": {"type": "string", "format": "uuid", "description": "Never changes"},
            "address": {"type": "string", "format": "uri"},
            "title": _TEXT,
            "is_supplied": {"type": "boolean", "description": "The title is the archive’s: no source has one"},
            "home": {
                "type": "string",
                "format": "uri",
                "description": "The archive that keeps the record, at /id/ and its uid there; absent if it is this one",
            },
            "changed": {"type": "string", "format": "date-time"},
            "dates": {"type": "array", "items": {"$ref": "#/components/schemas/Span"}},
            "state": {
                "enum": ["expected", "held", "cancelled", "postponed"],
                "description": "What became of an event; absent if not known. Expected: announced, and not reported",
            },
            "postponed_to": {"type": "string", "description": "The new date of a postponed event, as exact as known"},
            "identifiers": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Identifier"},
                "description": "Of an organisation",
            },
            "metadata_licence": {"type": "string", "format": "uri"},
        },
    },
    "Identifier": {
        "type": "object",
        "required": ["scheme", "value"],
        "properties": {
            "scheme": {"enum": ["ОГРН", "ISIL", "ROR", "Wikidata"]},
            "value": _TEXT,
            "address": {"type": "string", "format": "uri"},
        },
    },
    "Span": {
        "type": "object",
        "required": ["start"],
        "properties": {
            "start": {"type": "string", "description": "As exact as known: 2020-06-09, 2020-06, 2020, XXXX-06-09"},
            "end": _TEXT,
            "time": {"type": "string", "description": "As the source has it, without a zone of ours"},
            "zone": _TEXT,
            "note": _TEXT,
        },
    },
    "Page": {
        "type": "object",
        "required": ["records"],
        "properties": {
            "records": {"type": "array", "items": {"$ref": "#/components/schemas/Record"}},
            "next": {"type": "string", "format": "uri", "description": "Absent on the last page"},
        },
    },
    "Hits": {
        "type": "object",
        "required": ["total", "pages", "hits", "facets"],
        "properties": {
            "total": {"type": "integer"},
            "is_estimate": {"type": "boolean"},
            "pages": {"type": "integer"},
            "hits": {"type": "array", "items": {"type": "object"}},
            "facets": {"type": "object"},
        },
    },
}
