"""Cards that other sites show beside a link to a record: its title on a drawn picture, made once and kept.

They lie beside the renditions of pictures and, like these, belong to no backup: whoever deletes them loses nothing.
"""

import hashlib
from dataclasses import astuple, dataclass
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630
DESIGN = 1  # raised when cards are drawn otherwise
_MARGIN, _LOWEST = 80, 470
_BACKGROUND, _TEXT, _MUTED, _ACCENT = "#fbfaf6", "#1e1b17", "#5e574b", "#7a1c2b"
_FONTS = Path(__file__).parent / "fonts"
_SERIF, _SANS = "PTSerif-Bold.ttf", "PTSans-Regular.ttf"
_SIZES = (76, 66, 58, 50, 44, 38)  # of a title: the largest in which it has room


@dataclass(frozen=True)
class Card:
    """What a card says: above the title, the title, and below it."""

    above: str
    title: str
    below: str
    site: str


def path(name: str, card: Card) -> Path:
    """The file of a card, drawn if it is missing. Cards of the same name that said something else are removed."""
    digest = hashlib.sha256(repr((DESIGN, *astuple(card))).encode()).hexdigest()[:16]
    folder = Path(settings.RENDITIONS_ROOT) / "cards" / name[:2]
    target = folder / f"{name}-{digest}.jpg"
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        former = list(folder.glob(f"{name}-*.jpg"))
        unfinished = target.with_suffix(".unfinished")
        draw(card).save(unfinished, "JPEG", quality=86, progressive=True)
        unfinished.replace(target)
        for file in former:
            file.unlink(missing_ok=True)
    return target


def draw(card: Card) -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), _BACKGROUND)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, 20, HEIGHT), fill=_ACCENT)
    room = WIDTH - 2 * _MARGIN
    small = _font(_SANS, 34)
    pen.text((_MARGIN, 64), _shortened(card.above, small, room), font=small, fill=_ACCENT)
    font, lines = _fitting(card.title, room, _LOWEST - 130)
    y = 130.0
    for line in lines:
        pen.text((_MARGIN, y), line, font=font, fill=_TEXT)
        y += font.size * 1.22
    pen.text((_MARGIN, 488), _shortened(card.below, small, room), font=small, fill=_MUTED)
    pen.text((_MARGIN, 554), _shortened(card.site, _font(_SANS, 28), room), font=_font(_SANS, 28), fill=_MUTED)
    return picture


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / name, size)


def _fitting(title: str, width: int, height: int) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    for size in _SIZES:
        font = _font(_SERIF, size)
        lines = _wrapped(title, font, width)
        if len(lines) * size * 1.22 <= height:
            return font, lines
    most = int(height // (size * 1.22))
    return font, [*lines[: most - 1], _shortened(" ".join(lines[most - 1 :]), font, width)]


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The text in lines; a word that is wider than a line is broken."""
    lines = [""]
    # No-break spaces keep what belongs together: «И. О. Фамилия».
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
            continue
        while font.getlength(word) > width:
            length = next(count for count in range(len(word), 0, -1) if font.getlength(word[:count]) <= width)
            lines.append(word[:length])
            word = word[length:]
        lines.append(word)
    return [line for line in lines if line]


def _shortened(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip(' ,.–—')}…"
