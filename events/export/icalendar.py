"""iCalendar: an entry for each separate day or span of days, whole days, and never a time or zone of our own."""

import datetime
from collections.abc import Iterator, Sequence

from icalendar import Calendar, Event

from .format import Format
from .record import ARCHIVE, Record, Span


def write(records: Sequence[Record]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Confarchive//Confarchive//RU")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", ARCHIVE)
    for note in dict.fromkeys(record.metadata_note for record in records):
        calendar.add("description", note)  # of the calendar, RFC 7986
    events = {(record.event or record).uid: record.event or record for record in records}
    for event in events.values():
        for entry in _entries(event):
            calendar.add_component(entry)
    return calendar.to_ical()


def _entries(event: Record) -> Iterator[Event]:
    """The days that are fully known: of an event in «июнь 2020» no calendar can show any."""
    days = [(span, *known) for span in _spans(event) if (known := _days(span))]
    for number, (span, first, last) in enumerate(days):
        entry = Event()
        # The first keeps its identifier when the event gets further days.
        entry.add("uid", f"{event.uid}-{first}" if number else str(event.uid))
        entry.add("dtstamp", event.changed.astimezone(datetime.UTC))
        entry.add("last-modified", event.changed.astimezone(datetime.UTC))
        entry.add("dtstart", first)
        entry.add("dtend", last + datetime.timedelta(days=1))
        entry.add("summary", event.printed_title)
        entry.add("url", event.address)
        if event.place:
            entry.add("location", event.place.label)
        if description := _description(event, span):
            entry.add("description", description)
        if event.topics:
            entry.add("categories", [topic.name for topic in event.topics])
        entry.add("transp", "TRANSPARENT")
        if event.state:
            entry.add("status", _status(event))
        yield entry


def _spans(event: Record) -> Sequence[Span]:
    return [Span(event.postponed_to)] if event.postponed_to else event.dates


def _status(event: Record) -> str:
    """Tentative as long as nobody reported the event. One postponed to nobody knows when is not on its old days."""
    if event.state == "held":
        return "CONFIRMED"
    return "TENTATIVE" if event.state == "expected" or event.postponed_to else "CANCELLED"


def _days(span: Span) -> tuple[datetime.date, datetime.date] | None:
    first = span.start.date
    last = span.last.date if first else None
    return (first, last or first) if first else None


def _description(event: Record, span: Span) -> str:
    """The time stands here, since its zone is at best words."""
    time = f"Начало в {span.time:%H:%M}" if span.time else ""
    zone = (f" ({span.zone})" if time else f"Часовой пояс: {span.zone}") if span.zone else ""
    return "\n\n".join(filter(None, (event.state_note, span.note, f"{time}{zone}", event.description, event.address)))


FORMAT = Format("ics", "iCalendar", "ics", "text/calendar; charset=utf-8", write)
