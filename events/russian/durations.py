"""Durations and moments of a recording: read as people write them, «1:30:00», «1 ч 30 мин», and written again."""

import re

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)(?:[.,]\d+)?")
_HOURS = r"(?P<hours>\d{1,3})\s*(?:часов|часа|час|ч|hours?|hrs?|h)(?![^\W\d_])\.?"
_MINUTES = r"(?P<minutes>\d{1,4})\s*(?:минуты|минута|минут|мин|м|minutes?|mins?|m)(?![^\W\d_])\.?"
_SECONDS = r"(?P<seconds>\d{1,6})\s*(?:секунды|секунда|секунд|сек|с|seconds?|secs?|s)(?![^\W\d_])\.?"
_WORDS = re.compile(rf"(?:{_HOURS})?\s*(?:{_MINUTES})?\s*(?:{_SECONDS})?", re.IGNORECASE)


def seconds_of(text: str) -> int:
    """Seconds of «1:30:00», «16:00» (minutes and seconds), «1 ч 30 мин», «90 мин»; ValueError for anything else.

    A number without a unit is refused: «90» is minutes for one person and seconds for another.
    """
    text = text.strip()
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        if clock[1] and minutes > 59:
            raise ValueError(text)
        return hours * 3600 + minutes * 60 + seconds
    words = _WORDS.fullmatch(text)
    if not text or words is None:
        raise ValueError(text)
    return sum(int(words[unit] or 0) * factor for unit, factor in (("hours", 3600), ("minutes", 60), ("seconds", 1)))


def clock(seconds: float) -> str:
    """«1:02:03» or «5:07»."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
