"""Sessions in the database, as Django’s, but for a second save that changes nothing."""

from copy import deepcopy
from typing import Any

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """A session that a login saves in its own transaction: the middleware, which saves it again, writes nothing.

    Each transaction has to wait for SQLite’s one place for a writer.
    """

    saved: tuple[str | None, dict[str, Any]] | None = None

    def save(self, must_create: bool = False) -> None:
        if must_create or self.saved != self._content():
            super().save(must_create)
            self.saved = deepcopy(self._content())

    def _content(self) -> tuple[str | None, dict[str, Any]]:
        return self.session_key, dict(self.items())
