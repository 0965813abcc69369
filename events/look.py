"""How a reader wants pages to look: the version for the visually impaired and the theme.

One short cookie that only sets attributes of `<html>`; css/site.css does the rest. So pages are stored once, and the
attributes are put in on answering.
"""

import re
from typing import NamedTuple

COOKIE = "look"
_HTML_TAG = re.compile(rb"<html\b[^>]*")

# Each setting: its values by the letter that stands for them in the cookie, the usual one first.
VALUES = {
    "size": {"1": "100", "5": "150", "2": "200"},
    "scheme": {"n": "", "b": "black-on-white", "w": "white-on-black", "u": "blue"},
    "spacing": {"n": "", "w": "wide"},
    "pictures": {"y": "", "n": "off"},
    "theme": {"s": "", "l": "light", "d": "dark"},
}


class Look(NamedTuple):
    """The letters of the settings, in the order of VALUES."""

    size: str = "1"
    scheme: str = "n"
    spacing: str = "n"
    pictures: str = "y"
    theme: str = "s"

    @classmethod
    def of(cls, cookie: str) -> "Look":
        """The settings of a cookie; the usual ones for one that says nothing known."""
        return cls.chosen(dict(zip(VALUES, cookie, strict=False))) if len(cookie) == len(VALUES) else cls()

    @classmethod
    def chosen(cls, letters: dict[str, str]) -> "Look":
        return cls(**{name: letter for name, letter in letters.items() if letter in VALUES.get(name, ())})

    def attributes(self) -> str:
        values = ((name, VALUES[name][letter]) for name, letter in self._asdict().items())
        return "".join(f' data-{name}="{value}"' for name, value in values if value and value != "100")

    def put_into(self, opening: bytes) -> bytes:
        """A page, or its beginning, with the attributes of these settings."""
        attributes = self.attributes().encode()
        return _HTML_TAG.sub(lambda tag: tag[0] + attributes, opening, count=1) if attributes else opening

    def cookie(self) -> str:
        """What the cookie says; nothing if everything is as usual."""
        return "" if self == Look() else "".join(self)
