"""What became of an event, in Russian and in words that stay true when its date is over."""

from ..models import Conference
from ..russian.dates import PartialDate, format_date

_NOTES = {
    "expected": "Событие объявлено; сведений о том, что оно состоялось, нет.",
    "cancelled": "Событие отменено.",
    "postponed": "Событие перенесено; новая дата неизвестна.",
}


def note(state: str, new_date: PartialDate | None = None) -> str:
    """What a reader has to know of an event that did not take place, or may not have; "" of all others."""
    if state == Conference.State.POSTPONED and new_date:
        return f"Событие перенесено, новая дата: {format_date(new_date)}."
    return _NOTES.get(state, "")
