from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from confarchive import sqlite_turns


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("Archive")

    def ready(self) -> None:
        from . import signals
        from .operations import audit

        connection_created.connect(sqlite_turns.install, dispatch_uid="sqlite_turns")
        signals.connect()
        audit.connect()
