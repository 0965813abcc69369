"""What the archive has of an event and the table leaves empty or out: it stays, and the report says so."""

from collections.abc import Iterable, Iterator

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from ... import table
from ...models import Speaker, Talk
from ...table import HEADERS, TableRow
from .cells import ORGANISATION_ROLES, TALK_KEYS
from .report import joined, shown_value
from .stored import StoredEvent


def kept_of_event(
    event: StoredEvent, groups: list[list[TableRow]], talks: Iterable[Talk], used_talks: dict[int, None]
) -> Iterator[str]:
    """Tell what the table leaves empty or out of an event of the archive; its talks are in the order of the rows."""
    rows = [row for group in groups for row in group]
    filled = {key for row in rows for key in row.cells}
    has_talks = any(TALK_KEYS & (row.cells.keys() | row.emptied) for row in rows)
    stored = _event_cells(event)
    for column in table.EVENT_COLUMNS:
        if column.key in rows[0].emptied - filled and stored.get(column.key):
            yield _kept(event.conference, column.key, stored[column.key])
    for key in ("source_url", "recording"):
        given = {item for row in rows for item in table.items(row.cells.get(key, ""))} - {""}
        for url in stored[key].split("; ") if given else ():
            if url and url not in given:
                yield _kept(event.conference, key, url)
    stored_talks = sorted(talks, key=lambda talk: (talk.order, talk.pk))
    for talk in stored_talks if has_talks else ():
        if talk.pk not in used_talks:
            yield _kept(event.conference, "talk_title", str(talk))
    in_order = [talk for talk in stored_talks if talk.pk in used_talks]
    if "talk_number" not in filled and [talk.pk for talk in in_order] != list(used_talks):
        order = "; ".join(f"{number}. {talk}" for number, talk in enumerate(in_order, 1))
        message = _("the talks of the table are in another order; it stays, unless «№ доклада» gives one: %(order)s")
        yield f"{event.conference}: {message % {'order': Truncator(order).chars(400)}}"


def kept_of_talk(event: StoredEvent, talk: Talk, row: TableRow) -> Iterator[str]:
    """Tell what the row leaves empty of a talk of the archive."""
    parts = [part for part in event.rows("people") if part.talk_id == talk.pk]
    speakers = [part for part in parts if part.role.slug == "speaker" and not part.speaker.is_hidden]
    stored = {
        "talk_number": str(talk.order or ""),
        "talk_time": f"{talk.start_time:%H:%M}" if talk.start_time else "",
        "talk_kind": str(talk.kind or ""),
        "talk_title": talk.title,
        "talk_subject": talk.topic,
        "speakers": joined(part.speaker for part in speakers),
        "positions": joined(part.position for part in speakers),
        "affiliations": joined(part.organisation for part in speakers),
        "talk_about": joined(_spoken_about(event, talk.pk)),
        "session": str(talk.session or ""),
        "abstract": talk.abstract,
    }
    for column in table.TALK_COLUMNS:
        if column.key in row.emptied and stored[column.key]:
            yield _kept(f"{event.conference}, {talk}", column.key, stored[column.key])


def _event_cells(event: StoredEvent) -> dict[str, str]:
    """What the archive has in the columns of an event, for people to read."""
    conference = event.conference
    names = [field.name for field in conference._meta.fields if field.name in HEADERS]
    cells = {name: shown_value(conference, name, getattr(conference, name)) for name in names}
    dates = [date for date in event.rows("dates") if not date.note]
    people = [
        part.speaker
        for part in event.rows("people")
        if part.role.slug == "moderator" and not (part.talk_id or part.session_id or part.speaker.is_hidden)
    ]
    sources = event.rows("sources")[:1]
    recordings = [one.url for one in event.rows("recordings") if not one.talk_id]
    cells |= {
        "start": joined(dates),
        "end": joined(date.end_date for date in dates),
        "time": joined(f"{date.start_time:%H:%M}" for date in dates[:1] if date.start_time),
        "year_supplied": "да" if any(date.year_supplied for date in dates) else "",
        "moderators": joined(people),
        "about": joined(_spoken_about(event, None)),
        "topics": joined(event.rows("topics")),
        "source_url": joined(source.url for source in sources),
        "source_headline": joined(source.headline for source in sources),
        "recording": joined(recordings),
    }
    for key, role in ORGANISATION_ROLES.items():
        parts = [part for part in event.rows("organisations") if part.role.slug == role]
        cells[key] = joined(part.organisation for part in parts if not part.talk_id)
    return cells


def _spoken_about(event: StoredEvent, talk: int | None) -> list[Speaker]:
    return [row.speaker for row in event.rows("subjects") if row.talk_id == talk and not row.speaker.is_hidden]


def _kept(record: object, key: str, value: str) -> str:
    return f"{record}: {HEADERS[key]} — {Truncator(value).chars(200)}"
