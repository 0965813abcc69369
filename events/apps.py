from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("Archive")

    def ready(self) -> None:
        from . import signals
        from .operations import audit

        signals.connect()
        audit.connect()
