"""What was said in a recording: cues (the lines of captions with their times) and the paragraphs made of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

LONG_PAUSE = 4.0  # seconds of silence that end a paragraph
PARAGRAPH_LENGTH = 500  # characters after which a paragraph ends with the next sentence
LONGEST_PARAGRAPH = 1200  # of speech without full stops, as automatic captions have it
_WORD = r"(?:[^\W\d_a-zа-яё][\w.'’-]*|\([^()]{1,40}\)|\d{1,2})"
# A line that begins with a name: «Анна Придуманная: Добрый день», «[SPEAKER_00]: Добрый день».
LABEL = re.compile(
    rf"(?:[-–—]\s*)?(?P<bracket>\[)?(?P<name>[^\W\d_a-zа-яё][\w.'’-]*(?:\s+{_WORD}){{0,4}})(?(bracket)\])\s*"
    r":(?:\s+|$|(?=[A-ZА-ЯЁ]))(?P<text>.*)"
)
# Any name as people give themselves in a meeting, «библиотека им. Пушкина: Добрый день»: one only if it comes again.
FREE_LABEL = re.compile(r"(?P<name>[^\W_][^:]{1,60}?)\s*:\s+(?P<text>.*)")


@dataclass(frozen=True)
class Cue:
    """Words shown from one second of a recording to another; without a speaker where the captions name none."""

    start: float
    end: float
    speaker: str
    text: str


@dataclass(frozen=True)
class Paragraph:
    start: float
    speaker: str
    text: str

    @property
    def second(self) -> int:
        return int(self.start)


def paragraphs(cues: Iterable[Cue]) -> list[Paragraph]:
    """Join cues for reading: a new paragraph for another speaker, after a pause, and when it becomes long."""
    groups: list[list[Cue]] = []
    length = 0
    for cue in cues:
        last = groups[-1][-1] if groups else None
        if last is None or _ends_paragraph(last, cue, length):
            groups.append([])
            length = 0
        groups[-1].append(cue)
        length += len(cue.text) + 1
    return [Paragraph(group[0].start, group[0].speaker, " ".join(cue.text for cue in group)) for group in groups]


def _ends_paragraph(last: Cue, following: Cue, length: int) -> bool:
    if following.speaker != last.speaker or following.start - last.end > LONG_PAUSE:
        return True
    is_sentence_end = last.text.rstrip("»”\"')").endswith((".", "!", "?", "…"))
    return length > LONGEST_PARAGRAPH or (length > PARAGRAPH_LENGTH and is_sentence_end)
