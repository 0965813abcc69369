"""manage.py watch: what is new on the watched pages of libraries."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from events.harvesting import harvest
from events.importing.watching import Watcher, vk
from events.links.http_probe import Fetched, fetch


class Command(BaseCommand):
    help = (
        "Asks the watched pages for news, one request at a time, as robots.txt allows; news of video conferences, "
        "webinars and the like are put into the inbox as proposals, as are changes of the records of other archives; "
        "trusted archives are followed at once. Exit code 1 if a page did not answer."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--timeout", type=float, default=20, help="seconds for one request (20)")
        parser.add_argument("--private", action="store_true", help="ask machines of the own network too")

    def handle(self, *, timeout: float, private: bool, verbosity: int, **options: Any) -> None:
        if not 0 < timeout <= 300:
            raise CommandError(_("A timeout is a number of seconds up to 300."))

        def ask(url: str, limit: int, headers: Mapping[str, str]) -> Fetched:
            # The request to VK holds the token.
            return fetch(url, limit, timeout, private, headers, is_secret=url.startswith(vk.API))

        report = Watcher(ask, vk_token=settings.VK_TOKEN, harvest=harvest).watch()
        if verbosity:
            self.stdout.write(
                _(
                    "asked %(asked)d, unchanged %(unchanged)d, failed %(failed)d, new %(new)d, "
                    "proposed %(proposed)d, taken %(taken)d"
                )
                % vars(report)
            )
        if report.failed:
            raise CommandError(_("Some watched pages did not answer: see their list in the admin."))
