"""manage.py check_pages: whether the archive's pages answer, without a server."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from events.models import Conference, Organisation, Series, Speaker, Talk, Topic


class Command(BaseCommand):
    help = (
        "Asks for the lists, a search and the newest public record of each kind, as a visitor would, but without a "
        "server. Exit code 1 if any of them does not answer."
    )

    def handle(self, *, verbosity: int, **options: Any) -> None:
        host = next((name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"), "localhost")
        client = Client(raise_request_exception=False, SERVER_NAME=host.strip("[]"))
        asked = {address: client.get(address, secure=True).status_code for address in _addresses()}
        wrong = [f"{address}: {status}" for address, status in asked.items() if status != 200]
        if wrong:
            raise CommandError(_("Pages that do not answer:\n%s") % "\n".join(wrong))
        if verbosity:
            self.stdout.write(_("Pages asked: %d. All answer.") % len(asked))


def _addresses() -> Iterator[str]:
    for name in ("home", "conferences", "talks", "speakers", "organisations", "topics", "about"):
        yield reverse(f"events:{name}")
    yield reverse("events:search") + "?q=библиотека"
    for model in (Conference, Talk, Speaker, Organisation, Topic, Series):
        if newest := model.objects.published().order_by("-pk").first():
            yield newest.get_absolute_url()
