"""Captions, WebVTT or SRT as Zoom, Teams, Телемост, YouTube and Whisper write them, as cues.

More is accepted than the standards allow, because no player tells staff what it leaves out: comma and full stop in
times, hours left out, cues without a blank line between them, Windows-1251, arrows in the text.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from .cues import FREE_LABEL, LABEL, Cue
from .russian.encodings import decode

MOST_BYTES = 5 * 1024 * 1024
MOST_CUES = 50_000

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?")
_LIKE_TIMING = re.compile(r"\s*[\d:.,;]+\s*-+>\s*[\d:.,;]*")
_IGNORED_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)\b")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?(?:\s+([^>]*))?>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:c|i|b|u|v|s|ruby|rt|lang|font|span)(?:[.\s][^<>]*)?>|<[\d:.]+>|\{\\[^{}]*\}", re.IGNORECASE)
_CLOSE = 0.6  # seconds between a cue and one that repeats its lines
_ROLLING_SHARE = 0.25  # of cues that repeat lines, in captions that roll
_LABELLED_SHARE = 0.1  # of lines that begin with a name, in captions that name speakers this way
_FREE_SHARE = 0.5  # of cues that begin with a name that others begin with, too, where names may be anything
_ANOTHER_SPEAKER = re.compile(r"\s*>>+\s*")  # as YouTube and television mark that somebody else speaks


class CaptionsError(ValueError):
    """Why a file cannot be read as captions; for the person who chose it."""


@dataclass
class _Block:
    """The lines below one line of times."""

    start: float
    end: float
    lines: list[str] = field(default_factory=list)


def read(content: bytes) -> list[Cue]:
    """Return the cues of a WebVTT or SRT file, in order of their starts. Raises CaptionsError."""
    if len(content) > MOST_BYTES:
        raise CaptionsError(_("The captions are larger than 5 MB: this is probably another file."))
    try:
        text = decode(content)
    except UnicodeError as error:
        raise CaptionsError(_("The captions are not text in UTF-8: save the file again in this encoding.")) from error
    blocks = _blocks(text)
    if not blocks:
        raise CaptionsError(
            _("No captions were found: times like “00:01:02.500 --> 00:01:05.000” must precede the text.")
        )
    if len(blocks) > MOST_CUES:
        raise CaptionsError(_("The captions have more than 50,000 lines of times."))
    blocks.sort(key=lambda block: block.start)
    cues = list(_cues(_without_repeats(blocks)))
    if not cues:
        raise CaptionsError(_("The captions have times but no text."))
    return cues


def _blocks(text: str) -> list[_Block]:
    lines = re.split(r"\r\n|\r|\n", text.lstrip("\ufeff"))
    is_vtt = lines[0].startswith("WEBVTT")
    blocks: list[_Block] = []
    between: list[str] = []  # lines since the last line of times
    for number, line in enumerate(lines, 1):
        if timing := _TIMING.fullmatch(line):
            if blocks:
                blocks[-1].lines = _payload(between, is_vtt, len(blocks), is_last=False)
            parts = timing.groups()
            blocks.append(_Block(_seconds(parts[:4], number, line), _seconds(parts[4:], number, line)))
            between = []
        elif _LIKE_TIMING.match(line):
            raise _bad_time(number, line)
        else:
            between.append(line)
    if blocks:
        blocks[-1].lines = _payload(between, is_vtt, len(blocks), is_last=True)
    return blocks


def _seconds(parts: tuple[str | None, ...], number: int, line: str) -> float:
    hours, minutes, seconds, fraction = parts
    if int(minutes or 0) > 59 and hours or int(seconds or 0) > 59:
        raise _bad_time(number, line)
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{fraction or 0}")


def _bad_time(number: int, line: str) -> CaptionsError:
    return CaptionsError(
        _("Line %(number)d of the captions has times that cannot be read: “%(line)s”.")
        % {"number": number, "line": line.strip()[:60]}
    )


def _payload(lines: list[str], is_vtt: bool, cue_number: int, is_last: bool) -> list[str]:
    """The lines of a cue among those up to the next line of times, whose name or number may stand before it."""
    if not is_last and lines and lines[-1].strip():
        follows_blank = len(lines) > 1 and not lines[-2].strip()
        if lines[-1].strip() == str(cue_number + 1) or (follows_blank and (is_vtt or lines[-1].strip().isdigit())):
            lines = lines[:-1]
    kept: list[str] = []
    is_ignored = False
    for position, line in enumerate(lines):
        if not line.strip():
            is_ignored = False
        elif is_vtt and (position == 0 or not lines[position - 1].strip()) and _IGNORED_BLOCK.match(line):
            is_ignored = True
        elif not is_ignored:
            kept.append(line.strip())
    return kept


def _without_repeats(blocks: list[_Block]) -> list[_Block]:
    """Captions that roll, as YouTube’s automatic ones, show each line two or three times: keep it once."""
    for block in blocks:
        block.lines = [line for line in block.lines if _plain(line)]
    repeats = [_repeated(before, block) for before, block in zip([None, *blocks], blocks, strict=False)]
    if sum(map(bool, repeats)) < max(2, _ROLLING_SHARE * len(blocks)):
        return blocks
    kept: list[_Block] = []
    for block, repeated in zip(blocks, repeats, strict=True):
        rest = block.lines[repeated:]
        if rest:
            kept.append(replace(block, lines=rest))
        elif kept:
            kept[-1].end = max(kept[-1].end, block.end)
    return kept


def _repeated(before: _Block | None, block: _Block) -> int:
    """How many first lines of a block are the last ones of the block before it."""
    if before is None or block.start - before.end > _CLOSE:
        return 0
    earlier, lines = [_plain(line) for line in before.lines], [_plain(line) for line in block.lines]
    sizes = range(min(len(earlier), len(lines)), 0, -1)
    return next((size for size in sizes if earlier[-size:] == lines[:size]), 0)


def _cues(blocks: list[_Block]) -> Iterator[Cue]:
    labelled = _Labels([[_plain(line) for line in block.lines] for block in blocks])
    for block in blocks:
        said: list[tuple[str, list[str]]] = []
        for line in block.lines:
            for speaker, words in _voices(line):
                name, text = (speaker, words) if speaker is not None else labelled.split(words)
                if said and name in (None, said[-1][0]):
                    said[-1][1].append(text)
                else:
                    said.append((name or "", [text]))
        for name, texts in said:
            if text := " ".join(filter(None, texts)):
                yield Cue(block.start, max(block.start, block.end), name, text)


class _Labels:
    """How the lines of a file name their speakers, if they do."""

    def __init__(self, blocks: list[list[str]]) -> None:
        lines = [line for block in blocks for line in block]
        labels = [match for line in lines if (match := LABEL.fullmatch(line))]
        # A colon after a capital letter alone makes nobody a speaker: «Вопрос: …».
        self.are_there = len(labels) >= _LABELLED_SHARE * len(lines)
        self.may_be_short = len(labels) >= 0.5 * len(lines) and len({label["name"] for label in labels}) < len(labels)
        firsts = [match["name"] for block in blocks if block and (match := FREE_LABEL.fullmatch(block[0]))]
        self.free = {name for name, count in Counter(firsts).items() if count > 1}
        if sum(name in self.free for name in firsts) < _FREE_SHARE * len(blocks):
            self.free.clear()

    def split(self, line: str) -> tuple[str | None, str]:
        """The speaker, None if the line names nobody, and what is said."""
        if (free := FREE_LABEL.fullmatch(line)) and free["name"] in self.free:
            return free["name"], free["text"]
        label = LABEL.fullmatch(line) if self.are_there else None
        if label and (self.may_be_short or " " in label["name"].strip() or label["bracket"]):
            return label["name"].strip(), label["text"]
        return None, line


def _voices(line: str) -> Iterator[tuple[str | None, str]]:
    """The parts of a line by its `<v Speaker>` tags; None for the part before the first one."""
    before, *parts = _VOICE.split(line)
    if text := _plain(before):
        yield None, text
    for name, words in zip(parts[::2], parts[1::2], strict=True):
        yield _spaced(html.unescape(name or "")), _plain(words)


def _plain(line: str) -> str:
    text = html.unescape(_TAG.sub("", line))
    if mark := _ANOTHER_SPEAKER.match(text):
        text = f"– {text[mark.end() :]}"
    return _spaced(text)


def _spaced(text: str) -> str:
    return " ".join(text.split())


def stored(file: FieldFile) -> list[Cue]:
    """Return the cues of a recording's file; none if there is no file, or it is lost or unreadable."""
    if not file:
        return []
    try:
        with file.storage.open(file.name) as content:
            return read(content.read(MOST_BYTES + 1))
    except (OSError, CaptionsError):
        return []
