from typing import Any

from django.core.management.base import BaseCommand

from events import renditions


class Command(BaseCommand):
    help = (
        "Makes the smaller pictures that pages show, where they are missing, and removes those of pictures that no "
        "record has any more. Nobody needs to wait for it: a page has them made, too."
    )

    def handle(self, **options: Any) -> None:
        renditions.update()
