"""manage.py export_site: a static copy of the public site that opens from disk."""

import posixpath
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import Http404, HttpRequest
from django.http.request import validate_host
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.translation import get_language_from_path, override
from django.utils.translation import gettext as _

from events.export.site_copy import Answer, SiteCopy
from events.models import SearchDocument
from events.search import moment_of, offline


class Command(BaseCommand):
    help = (
        "Writes a static copy of the public pages into DIR, which is new or empty: records, indexes, unfiltered lists, "
        "pictures, files and a search in Russian word forms. It opens from disk (index.html) without a server."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument("--language", choices=["ru", "en"], default="ru")
        parser.add_argument("--address", metavar="URL", default="", help="The address of the site: pages name it.")

    def handle(self, *, folder: Path, language: str, address: str, verbosity: int, **options: Any) -> None:
        if folder.exists() and any(folder.iterdir()):
            raise CommandError(_("%s is not empty: name a new folder.") % folder)
        self.shows_progress = bool(verbosity) and sys.stderr.isatty()
        prefix = "" if language == "ru" else f"/{language}"
        with override(language):
            context = {"day": timezone.localdate().isoformat(), "site": address}
            copy = SiteCopy(
                folder,
                self._asking(address),
                prefix,
                note=render_to_string("events/copy_note.html", context).strip(),
                results=render_to_string("events/copy_results.html").strip(),
                progress=lambda done, total: self._say(_("pages"), done, total),
            )
            copy.write()

            def from_search_page(document: SearchDocument) -> str:
                # A request leaves its own language behind.
                with override(language):
                    if document.kind == SearchDocument.Kind.PASSAGE:
                        uid, second = moment_of(document)
                        page, place = reverse("events:recording", args=[uid]), f"#t={second}"
                    else:
                        page, place = reverse(f"events:{document.kind_name}", args=[document.slug]), ""
                return posixpath.relpath(copy.path_of(page), "search") + place

            hits = offline.write(
                folder / "search" / "index",
                from_search_page,
                lambda done, total: self._say(_("search index"), done, total),
            )
        script = finders.find("js/copy-search.js")
        (folder / "search" / "copy-search.js").write_bytes(Path(script).read_bytes())
        if verbosity:
            self.stdout.write(
                _("%(pages)d pages, %(files)d files, %(hits)d records in the search")
                % {"pages": copy.pages, "files": copy.files, "hits": hits}
            )

    def _asking(self, address: str) -> Any:
        host = next((name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"), "localhost")
        # What pages say of their own address and what is cited has this host.
        host = urlsplit(address).hostname or host
        if not validate_host(host, [*settings.ALLOWED_HOSTS, "localhost"]):
            raise CommandError(_("ALLOWED_HOSTS has no %s.") % host)
        requests = RequestFactory(SERVER_NAME=host.strip("[]"))

        def get(addresses: list[str]) -> Iterator[Answer]:
            records = _records(addresses)
            for address in addresses:
                if address.startswith(settings.STATIC_URL):
                    yield _static(address.removeprefix(settings.STATIC_URL))
                else:
                    yield _page(requests.get(address, secure=True), records)

        return get

    def _say(self, what: str, done: int, total: int) -> None:
        if self.shows_progress and (done % 20 == 0 or done == total):
            self.stderr.write(f"\r{what}: {done}/{total} ", ending="\n" if done == total else "")


def _records(addresses: list[str]) -> dict[Any, dict[str, Any]]:
    """The records whose pages are asked for, read together, by the view of their pages."""
    slugs = defaultdict(list)
    for address in addresses:
        path = address.partition("?")[0]
        with override(_language(path)), suppress(Http404):
            found = resolve(path)
            view = getattr(found.func, "view_class", None)
            if hasattr(view, "read") and "slug" in found.kwargs:
                slugs[view].append(found.kwargs["slug"])
    return {view: view.read(some) for view, some in slugs.items()}


def _page(request: HttpRequest, records: dict[Any, dict[str, Any]]) -> Answer:
    """What a visitor gets, from the view itself: no middleware knows anything that a copy needs."""
    request.user = AnonymousUser()
    request.is_for_copy = True
    with override(_language(request.path)):
        try:
            request.resolver_match = found = resolve(request.path)
            view = getattr(found.func, "view_class", None)
            answer = view.as_view(records=records[view]) if view in records else found.func
            response = answer(request, *found.args, **found.kwargs)
            if hasattr(response, "render"):
                response.render()
        except Http404:
            return Answer(404, "", b"")
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return Answer(response.status_code, response["Content-Type"], content, response.get("Location", ""))


def _language(path: str) -> str:
    return get_language_from_path(path) or settings.LANGUAGE_CODE


def _static(name: str) -> Answer:
    """A file of our own: as collected, else from where it is written."""
    found = finders.find(name)
    if not found and staticfiles_storage.exists(name):
        found = staticfiles_storage.path(name)
    return Answer(200, "", Path(found).read_bytes()) if found else Answer(404, "", b"")
