"""CSL-JSON 1.0.2: a list, a talk as paper-conference, the event in both `event` and `event-title`."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from ..russian.dates import PartialDate
from .format import Format, known_span
from .record import ARCHIVE, Person, Record

_TYPES = {"conference": "event", "talk": "paper-conference", "recording": "motion_picture"}

_STATUS = {"expected": "объявлено", "cancelled": "отменено", "postponed": "перенесено"}


def write(records: Sequence[Record]) -> str:
    return json.dumps([item(record) for record in records], ensure_ascii=False, indent=1) + "\n"


def item(record: Record) -> dict[str, Any]:
    event = record.event or record
    date = _date(record)
    fields = {
        "id": record.key,
        "citation-key": record.key,
        "type": "song" if record.medium == "audio" else _TYPES[record.kind],
        "author": [*map(_name, record.authors), *({"literal": name} for name in record.corporate_authors)],
        "title": record.printed_title,
        "container-title": event.printed_title if record.event else ARCHIVE,
        "event": event.printed_title,
        "event-title": event.printed_title,
        "event-place": record.place.city,
        "event-date": date,
        "issued": date,
        "publisher": "; ".join(record.organisers),
        "publisher-place": record.place.city,
        "collection-title": record.series.name if record.series else "",
        "genre": record.type.text,
        "keyword": ", ".join(topic.name for topic in record.topics),
        "abstract": record.description,
        "language": record.language,
        "archive": ARCHIVE,
        "status": _STATUS.get(record.state, ""),
        "note": "\n".join(_notes(record)),
        "URL": record.address,
    }
    return {name: value for name, value in fields.items() if value}


def _notes(record: Record) -> Iterator[str]:
    yield from record.notes
    if record.licence:
        yield f"Запись: {record.licence}"


def _name(person: Person) -> dict[str, str]:
    return {"family": person.family, "given": person.given} if person.given else {"family": person.family}


def _date(record: Record) -> dict[str, Any]:
    """At most two dates: separate days cannot be said here, so the first and the last are."""
    start, end = known_span(record)
    parts = [_parts(date) for date in dict.fromkeys((start, end)) if date]
    return {"date-parts": parts} if parts else {}


def _parts(date: PartialDate) -> list[int]:
    return [part for part in (date.year, date.month, date.day) if part]


FORMAT = Format("csl", "CSL-JSON", "json", "application/vnd.citationstyles.csl+json; charset=utf-8", write)
