"""What was said in a recording as files: WebVTT for players, plain text for reading."""

from collections.abc import Iterable
from html import escape

from ..cues import Cue, paragraphs
from ..russian.durations import clock


def vtt(cues: Iterable[Cue]) -> str:
    """Clean WebVTT with the speakers as voices, whatever the captions were made with."""
    return "WEBVTT\n\n" + "\n".join(map(_vtt_cue, cues))


def _vtt_cue(cue: Cue) -> str:
    voice = f"<v {escape(cue.speaker, quote=False)}>" if cue.speaker else ""
    # An arrow in the text would be read as a line of times.
    text = escape(cue.text.replace("-->", "→"), quote=False)
    # A cue without a length is never shown.
    return f"{_timestamp(cue.start)} --> {_timestamp(max(cue.end, cue.start + 0.5))}\n{voice}{text}\n"


def _timestamp(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def plain_text(title: str, url: str, cues: Iterable[Cue]) -> str:
    """Title, address and paragraphs, each with its time and speaker."""
    said = [
        f"[{clock(paragraph.start)}] {paragraph.speaker + ': ' if paragraph.speaker else ''}{paragraph.text}"
        for paragraph in paragraphs(cues)
    ]
    return "\n\n".join([f"{title}\n{url}", *said]) + "\n"
