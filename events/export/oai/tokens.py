"""Resumption tokens: signed, and with all that the next page needs, so that the server remembers nothing."""

import datetime
from typing import Any, NamedTuple

from django.core import signing

from .items import Key, Window

SALT = "oai-pmh"


class Token(NamedTuple):
    verb: str
    prefix: str = ""
    window: Window = Window()
    source: int = 0  # its place in SOURCES
    after: Key | None = None
    cursor: int = 0
    last_set: str = ""

    def signed(self) -> str:
        window = (_written(self.window.since), _written(self.window.until), self.window.set)
        after = (_written(self.after[0]), self.after[1]) if self.after else None
        return signing.dumps(
            (self.verb, self.prefix, window, self.source, after, self.cursor, self.last_set), salt=SALT
        )

    @classmethod
    def read(cls, text: str) -> "Token":
        """The token that we signed; raises signing.BadSignature for any other text."""
        verb, prefix, (since, until, name), source, after, cursor, last_set = signing.loads(text, salt=SALT)
        window = Window(_read(since), _read(until), name)
        key = (_read(after[0]), after[1]) if after else None
        return cls(verb, prefix, window, source, key, cursor, last_set)


def _written(moment: datetime.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(text: str | None) -> Any:
    return datetime.datetime.fromisoformat(text) if text else None
