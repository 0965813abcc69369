"""Durations and moments of a recording, written for a page."""


def clock(seconds: float) -> str:
    """«1:02:03» or «5:07»."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
