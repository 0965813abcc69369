"""Django's createsuperuser, whole in English: its questions are not translated, the names of the fields are."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.core.management.base import no_translations


class Command(createsuperuser.Command):
    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
