"""RIS without a byte order mark, lines ended by CRLF, a talk as CONF: what old readers know."""

from collections.abc import Iterator, Sequence

from ..russian.dates import PartialDate
from .format import Format
from .record import ARCHIVE, Record, one_line

_TYPES = {"conference": "CONF", "talk": "CONF", "recording": "VIDEO"}


def write(records: Sequence[Record]) -> str:
    return "".join(f"{tag}  - {one_line(value)}\r\n" for record in records for tag, value in _fields(record))


def _fields(record: Record) -> Iterator[tuple[str, str]]:
    yield "TY", "SOUND" if record.medium == "audio" else _TYPES[record.kind]
    event = record.event
    fields = [
        ("ID", record.key),
        *(("AU", person.inverted) for person in record.authors),
        *(("AU", f"{name},") for name in record.corporate_authors),
        ("TI", record.printed_title),
        # Some readers take the event from BT, others from T2.
        ("BT", event.printed_title if event else ""),
        ("T2", event.printed_title if event else ""),
        ("T3", record.series.name if record.series else ""),
        ("PY", str(record.year or "")),
        ("DA", _date(record.start)),
        ("CY", record.place.city),
        ("PB", "; ".join(record.organisers)),
        ("DB", ARCHIVE),
        ("M3", record.type.text),
        ("AB", record.description),
        *(("KW", topic.name) for topic in record.topics),
        ("LA", record.language),
        ("C5", record.licence),
        *(("N1", note) for note in record.notes),
        ("UR", record.address),
    ]
    yield from ((tag, value) for tag, value in fields if value)
    yield "ER", ""


def _date(date: PartialDate | None) -> str:
    """yyyy/mm/dd/ with empty parts left empty."""
    if date is None or not date.year:
        return ""
    return f"{date.year:04}/{f'{date.month:02}' if date.month else ''}/{f'{date.day:02}' if date.day else ''}/"


FORMAT = Format("ris", "RIS", "ris", "application/x-research-info-systems; charset=utf-8", write)
