"""The one cache: whole public pages, compressed, each kept with the version of what it shows; figures of the archive.

A view says what its page depends on (`response.shown`, a `ShownVersion` read before its first query). A stored page is
sent only while that version is still the one in the database, so that no page is older than the last change of what it
shows, whichever process made the change. Where pages are stored is Django's cache: memory of each process by default,
files or Redis by CACHE_URL. Nothing is stored or sent from the store for staff, with a message, or with a form token.

Parts of pages are kept, too. What depends on the whole public archive alone (totals, facets of a whole list) is kept by
the number of its revision: `by_revision`. What depends on one record alone is kept by the record's page version: the
rows of lists by `by_page_version`, a page without what is found by similarity by `store_part`.
"""

import hashlib
import re
import struct
import zlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from functools import cache as once
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from events.look import COOKIE, Look
from events.models import ShownVersion

GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
NOT_KEPT = {"content-length", "etag", "cache-control"}  # headers that are made on answering
LEVEL = 6  # of zlib; a page is compressed once
_GZIP = re.compile(r"\bgzip\b(?!;\s*q=0(?:\.0*)?(?:,|$))")
_HTML_TAG = re.compile(rb"<html[^>]*>")

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class StoredPage:
    """A page up to its `<html>` tag, and the rest as raw DEFLATE data (RFC 1951).

    Apart, so that a reader's settings, attributes of that tag, can be put in without compressing the page again.
    """

    shown: ShownVersion
    headers: dict[str, str]
    opening: bytes
    rest: bytes
    rest_length: int
    rest_crc: int
    digest: str

    @classmethod
    def of(cls, response: HttpResponse, shown: ShownVersion) -> "StoredPage":
        content = response.content
        tag = _HTML_TAG.search(content[:200])
        end = tag.end() if tag else 0
        rest = content[end:]
        compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        return cls(
            shown,
            {name: value for name, value in response.items() if name.lower() not in NOT_KEPT},
            content[:end],
            compressor.compress(rest) + compressor.flush(),
            len(rest),
            zlib.crc32(rest),
            hashlib.blake2b(content, digest_size=12).hexdigest(),
        )

    def plain(self) -> bytes:
        return self.opening + zlib.decompress(self.rest, -zlib.MAX_WBITS)

    def gzipped(self) -> bytes:
        """The page as a gzip file (RFC 1952): the opening as a stored block, then the rest as it is kept."""
        size = len(self.opening)
        block = b"\x00" + struct.pack("<HH", size, size ^ 0xFFFF) + self.opening
        # A CRC is linear: that of the whole comes from those of its parts and of as many zero bytes as the rest has.
        zeros = bytes(self.rest_length)
        crc = zlib.crc32(zeros, zlib.crc32(self.opening)) ^ zlib.crc32(zeros) ^ self.rest_crc
        return GZIP_HEADER + block + self.rest + struct.pack("<II", crc, size + self.rest_length & 0xFFFFFFFF)

    def etag(self) -> str:
        # Weak: the same for the page with and without compression.
        return f'W/"{self.digest}"'

    def dressed(self, request: HttpRequest) -> "StoredPage":
        """The same page as this reader wants it."""
        opening = _look(request).put_into(self.opening)
        if opening == self.opening:
            return self
        return replace(self, opening=opening, digest=f"{self.digest}-{_look(request).cookie()}")

    def response(self, request: HttpRequest) -> HttpResponse:
        if self.etag() in re.findall(r'(?:W/)?"[^"]*"', request.headers.get("If-None-Match", "")):
            response = HttpResponseNotModified()
        else:
            is_gzip = bool(
                re.search(r"\bgzip\b(?!;\s*q=0(?:\.0*)?(?:,|$))", request.headers.get("Accept-Encoding", ""))
            )
            response = HttpResponse(self.gzipped() if is_gzip else self.plain())
            if is_gzip:
                response["Content-Encoding"] = "gzip"
            response["Content-Length"] = str(len(response.content))
        for name, value in self.headers.items():
            response[name] = value
        response["ETag"] = self.etag()
        # To be kept by browsers, and asked for again each time.
        response["Cache-Control"] = "no-cache"
        patch_vary_headers(response, ["Accept-Encoding"])
        return response


def by_revision(name: str, revision: int, make: Callable[[], T]) -> T:
    """A value in the active language that depends on the public archive alone, made once for each of its revisions.

    `revision` is `PublicRevision.current()`, read before: a value may be newer than its number, never older.
    """
    key = _key("value", f"{get_language()}:{name}")
    number, value = cache.get(key) or (None, None)
    if number != revision:
        value = make()
        cache.set(key, (revision, value), timeout=None)
    return value


def by_page_version(name: str, versions: Mapping[K, Hashable], make: Callable[[list[K]], Mapping[K, T]]) -> dict[K, T]:
    """Parts of pages in the active language, each of one record and made once for its page version.

    `versions` has what each record's part depends on, read before: a part may be newer, never older. `make` is called
    once with all records whose parts are not in the store; it may leave out those that are there no more.
    """
    keys = {_key("part", f"{get_language()}:{name}:{record}"): record for record in versions}
    parts = {keys[key]: part for key, (version, part) in cache.get_many(keys).items() if version == versions[keys[key]]}
    if missing := [record for record in versions if record not in parts]:
        made = make(missing)
        cache.set_many({key: (versions[one], made[one]) for key, one in keys.items() if one in made}, timeout=None)
        parts |= made
    return {record: parts[record] for record in versions if record in parts}


def stored_part(name: str) -> tuple[Hashable, Any] | None:
    """A part of a page in the active language with the version of what it shows, as `store_part` left it."""
    return cache.get(_key("part", f"{get_language()}:{name}"))


def store_part(name: str, version: Hashable, part: Any) -> None:
    cache.set(_key("part", f"{get_language()}:{name}"), (version, part), timeout=None)


def cached_pages(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware that answers from the store, or stores what the view answers."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not is_anonymous_read(request):
            return _dressed(request, get_response(request))
        key = _key("page", f"{request.scheme}://{request.get_host()}{request.get_full_path()}")
        page = cache.get(key)
        if page is None or not page.shown.is_current():
            response = get_response(request)
            if not _may_be_stored(request, response):
                return _dressed(request, response)
            page = StoredPage.of(response, response.shown)
            cache.set(key, page, timeout=None)
        return page.dressed(request).response(request)

    return answer


def _look(request: HttpRequest) -> Look:
    return Look.of(request.COOKIES.get(COOKIE, ""))


def _dressed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A page that is not stored, as this reader wants it."""
    if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
        content = _look(request).put_into(response.content)
        if content != response.content:
            response.content = content
            if response.has_header("Content-Length"):
                response["Content-Length"] = str(len(content))
    return response


def is_anonymous_read(request: HttpRequest) -> bool:
    """Whether nothing in the answer can depend on who asks."""
    private = (settings.SESSION_COOKIE_NAME, "messages")
    return request.method in ("GET", "HEAD") and not any(name in request.COOKIES for name in private)


def _may_be_stored(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        getattr(response, "shown", None) is not None
        and response.status_code == 200
        and request.method == "GET"
        and not response.streaming
        and not response.cookies
        and "CSRF_COOKIE_NEEDS_UPDATE" not in request.META
    )


def _key(kind: str, name: str) -> str:
    return f"{kind}:{_release()}:{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}"


@once
def _release() -> str:
    """A name for the code and templates that make the pages: another one finds no page of this one's.

    By content, not by time: machines that share a store have checked out the same files at different moments.
    """
    folders = (settings.BASE_DIR / name for name in ("confarchive", "events", "templates", "locale", "static"))
    files = sorted(path for folder in folders for path in Path(folder).rglob("*") if path.suffix in _MAKE_PAGES)
    state = hashlib.blake2b(digest_size=8)
    for path in files:
        state.update(f"{path.relative_to(settings.BASE_DIR)}\0".encode())
        state.update(path.read_bytes())
    return state.hexdigest()


_MAKE_PAGES = {".py", ".html", ".mo", ".css", ".js", ".svg"}
