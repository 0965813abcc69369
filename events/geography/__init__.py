"""A small map: where towns are, and the outline of the land around them; see README.md for the sources."""

from functools import cache
from math import cos, radians, sin, sqrt
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
WIDTH, HEIGHT = 1000, 560  # of the drawing
# Albers’ equal-area conic projection, as on maps of Russia, with what puts the drawing into its frame.
_FIRST, _SECOND, _CENTRE = radians(52), radians(64), 100
_SCALE, _LEFT, _TOP = 750, 569, 118
_CONE = (sin(_FIRST) + sin(_SECOND)) / 2
_CONSTANT = cos(_FIRST) ** 2 + 2 * _CONE * sin(_FIRST)


class Town(NamedTuple):
    latitude: float
    longitude: float
    has_namesakes: bool


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """The place in the drawing, x to the right and y down."""
    radius = sqrt(_CONSTANT - 2 * _CONE * sin(radians(latitude))) / _CONE
    # East of 180° the land goes on.
    angle = _CONE * radians((longitude if longitude > -30 else longitude + 360) - _CENTRE)
    return _LEFT + _SCALE * radius * sin(angle), _SCALE * radius * cos(angle) - _TOP


def point(region: str, town: str) -> tuple[float, float] | None:
    """Where the town is in the drawing; None if that is not known, or not which of its namesakes it is.

    Of namesakes the region is called after the one that is known: «Кировская область» after «Киров».
    """
    found = _towns().get(town)
    if found is None or (found.has_namesakes and not region.startswith(town[:5])):
        return None
    x, y = project(found.latitude, found.longitude)
    return (x, y) if 0 <= x <= WIDTH and 0 <= y <= HEIGHT else None


@cache
def outline() -> str:
    """The land as the `d` of an SVG path."""
    return (FOLDER / "land.txt").read_text().strip()


@cache
def _towns() -> dict[str, Town]:
    lines = (FOLDER / "towns.tsv").read_text().splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {name: Town(float(latitude), float(longitude), bool(mark)) for name, latitude, longitude, mark in rows}
