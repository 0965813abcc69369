"""What a format of records is, and what several formats share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..russian.dates import PartialDate
from .record import Record


@dataclass(frozen=True)
class Format:
    """A way to write events, talks and recordings into one file."""

    name: str  # in addresses
    label: str  # or a lazy translation
    extension: str
    content_type: str
    write: Callable[[Sequence[Record]], str | bytes]

    def file(self, records: Sequence[Record]) -> bytes:
        written = self.write(records)
        return written if isinstance(written, bytes) else written.encode()


def known_span(record: Record) -> tuple[PartialDate | None, PartialDate | None]:
    """The first and the last date, as exactly as known, if their years are."""
    dates = [date for span in record.dates for date in (span.start, span.last) if date.year]
    return (min(dates, key=str), max(dates, key=str)) if dates else (None, None)
