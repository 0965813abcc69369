"""A static copy of the public pages that opens from disk, without a server.

Pages are asked for as visitors ask, beginning with the first; what they link to is copied, too, if it is a record, an
index or an unfiltered list. Every link to what the copy does not have is taken away: with its line where it stands
alone, else leaving its text.
"""

import hashlib
import posixpath
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit

from lxml import etree, html
from lxml.html import HtmlElement

_LISTS = "conferences|talks|speakers|organisations|topics|series|collections"
_PAGES = re.compile(
    rf"/(?:(?:{_LISTS})/(?:[-\w]+/)?|indexes/(?:years/(?:unknown/|\d{{4}}/(?:\d\d/)?)?|places/)?"
    r"|recordings/[-0-9a-f]+/|photos/[-0-9a-f]+/|about/|accessibility/|search/)?"
)
_FILES = re.compile(r"/recordings/[-0-9a-f]+\.(?:vtt|txt)|/media/.+|/static/.+|/favicon\.ico")
# The parameters by which a list or an index has more pages; everything else filters or sorts.
_PAGING = {"page", "letter", "region", "city"}
# What needs a server: other languages and looks, filters, files of lists, forms.
_TAKEN_AWAY = etree.XPath(
    "//link[@rel='canonical' or @rel='alternate' or @rel='search' or @rel='manifest']"
    " | //script[contains(@src, 'suggest')]"
    " | //form[not(@role='search') and not(@method='dialog')]"
    " | //*[@class and ("
    + " or ".join(
        f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"
        for name in ("look-link", "language-link", "filters", "active-filters", "export-links", "report-link")
    )
    + ")]"
)
_UNLINKED = "data-unlinked"
PORTION = 100  # addresses asked for at once
_CSS_URL = re.compile(r"url\([\"']?([^\"')]+)[\"']?\)")


class Answer(NamedTuple):
    status: int
    content_type: str
    content: bytes
    location: str = ""


@dataclass
class SiteCopy:
    """A copy in a folder; `get` answers addresses as the site does, in order, `prefix` is that of the language."""

    folder: Path
    get: Callable[[list[str]], Iterable[Answer]]
    prefix: str = ""
    # Placed into every page: a note on what this is, by HTML; and into the page of the search, its results.
    note: str = ""
    results: str = ""
    progress: Callable[[int, int], None] = lambda done, total: None
    pages: int = 0
    files: int = 0
    lost: set[str] = field(default_factory=set)
    _queue: deque[str] = field(default_factory=deque)
    _seen: set[str] = field(default_factory=set)

    def write(self) -> None:
        self._want(f"{self.prefix}/")
        self._want(f"{self.prefix}/search/")
        while self._queue:
            # Together, since many records are read in as few queries as one.
            addresses = [self._queue.popleft() for _ in range(min(PORTION, len(self._queue)))]
            for address, answer in zip(addresses, self.get([_asked(one) for one in addresses]), strict=True):
                self._copy(address, answer)
            self.progress(len(self._seen) - len(self._queue), len(self._seen))
        if self.lost:
            self._unlink_lost()

    def path_of(self, address: str) -> str | None:
        """The path in the copy of what stands at an address of the site; None if the copy has not got it."""
        return _path_of(address, self.prefix)

    # ── What is copied ──────────────────────────────────────────────────────────────────────────────────────────────

    def _want(self, address: str) -> None:
        path = self.path_of(address)
        if path and path not in self._seen:
            self._seen.add(path)
            self._queue.append(address)

    def _copy(self, address: str, answer: Answer) -> None:
        path = self.path_of(address)
        if answer.status in (301, 302) and (target := self.path_of(answer.location)):
            self._want(answer.location)
            link = _relative(target, path)
            self._save(path, f'<!doctype html><meta http-equiv="refresh" content="0; url={link}">'.encode())
        elif answer.status != 200:
            self.lost.add(path)
        elif path.endswith(".html"):
            self._save(path, self._page(address, path, answer.content))
            self.pages += 1
        else:
            content = self._style(address, answer.content) if path.endswith(".css") else answer.content
            self._save(path, content)
            self.files += 1

    def _save(self, path: str, content: bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def _style(self, address: str, content: bytes) -> bytes:
        for link in _CSS_URL.findall(content.decode()):
            if not link.startswith("data:"):
                self._want(urljoin(address, link))
        return content

    # ── A page ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _page(self, address: str, path: str, content: bytes) -> bytes:
        page = html.document_fromstring(content.decode(), parser=html.HTMLParser(encoding="utf-8"))
        for element in _TAKEN_AWAY(page):
            _remove(element)
        for element in page.xpath("//*[@data-photo]"):
            del element.attrib["data-photo"]
        for element in page.xpath("//*[@class='with-filters']"):
            del element.attrib["class"]
        for element, name, link in list(_links(page)):
            self._rewrite(element, name, link, address, path)
        _remove_empty_lines(page)
        for form in page.xpath("//form[@role='search']"):
            form.set("action", _relative("search/index.html", path))
            form.attrib.pop("data-suggest", None)
        if self.note and (footer := page.find(".//footer/div")) is not None:
            footer.insert(0, html.fromstring(self.note))
        if path == "search/index.html" and self.results:
            main = page.get_element_by_id("main")
            for section in main.xpath("./section | ./p"):
                _remove(section)
            main.extend(html.fragments_fromstring(self.results))
        return html.tostring(page, doctype="<!doctype html>", encoding="utf-8")

    def _rewrite(self, element: HtmlElement, name: str, link: str, address: str, path: str) -> None:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or not (parts.path or parts.query):
            return  # another site, or a place of this page
        target_address = link if parts.path.startswith("/") else urljoin(address, link)
        target = self.path_of(target_address)
        if target is None or target in self.lost:
            _unlink(element, name)
            return
        self._want(target_address.partition("#")[0])
        relative = _relative(target, path)
        if target == "search/index.html" and parts.query:
            relative += f"?{parts.query}"
        if name == "srcset":
            element.set(name, element.get(name).replace(link, relative, 1))
        else:
            element.set(name, relative + (f"#{parts.fragment}" if parts.fragment else ""))

    def _unlink_lost(self) -> None:
        """Once more through all pages: what they link to did not answer."""
        lost = [(path.removesuffix("index.html"), _name(path)) for path in self.lost]
        for file in self.folder.rglob("*.html"):
            content, path = file.read_bytes(), file.relative_to(self.folder).as_posix()
            # A page below a lost one says «../index.html».
            if not any(name in content or path.startswith(folder) for folder, name in lost):
                continue
            page = html.document_fromstring(content.decode(), parser=html.HTMLParser(encoding="utf-8"))
            dead = [
                (element, name)
                for element, name, link in _links(page)
                if not urlsplit(link).scheme
                and posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(urlsplit(link).path)))
                in self.lost
            ]
            for element, name in dead:
                _unlink(element, name)
            _remove_empty_lines(page)
            if dead:
                file.write_bytes(html.tostring(page, doctype="<!doctype html>", encoding="utf-8"))


@lru_cache(maxsize=1 << 16)  # all pages have the links of the header
def _path_of(address: str, prefix: str) -> str | None:
    parts = urlsplit(address)
    path = unquote(parts.path)
    query = parse_qsl(parts.query, keep_blank_values=True)
    if _FILES.fullmatch(path):
        folder, name = posixpath.split(path.strip("/"))
        return posixpath.join(folder, ".".join([name, *(value for _name, value in query)]))
    if not path.startswith(f"{prefix}/"):
        return None
    path = path[len(prefix) :]
    if path == "/conferences/" and len(query) == 1 and query[0][0] == "year":
        path, query = f"/indexes/years/{query[0][1]}/", []
    if path == "/search/":
        query = []
    if not _PAGES.fullmatch(path) or not {name for name, _value in query} <= _PAGING:
        return None
    if any(name == "page" and value == "1" for name, value in query):
        query = [one for one in query if one[0] != "page"]
    name = "-".join(value if value.isascii() and value.isalnum() else _digest(value) for _name, value in query)
    return posixpath.join(path.strip("/"), name and f"{query[0][0]}-{name}", "index.html").lstrip("/")


def _relative(target: str, path: str) -> str:
    """The link from one path of the copy to another."""
    folder, parts = path.split("/")[:-1], target.split("/")
    shared = 0
    while shared < len(folder) and shared < len(parts) - 1 and folder[shared] == parts[shared]:
        shared += 1
    return quote("/".join([".."] * (len(folder) - shared) + parts[shared:]))


def _name(path: str) -> bytes:
    """What every link to the path from another folder has in it."""
    return quote(path.removesuffix("/index.html").rpartition("/")[2]).encode()


def _asked(address: str) -> str:
    return address.partition("#")[0]


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:12]


def _links(page: HtmlElement) -> Iterator[tuple[HtmlElement, str, str]]:
    for element in page.iter("a", "link", "script", "img", "source", "video", "audio", "track", "iframe"):
        for name in ("href", "src", "poster"):
            if element.get(name):
                yield element, name, element.get(name)
        for one in element.get("srcset", "").split(","):
            if one.strip():
                yield element, "srcset", one.split()[0]


def _unlink(element: HtmlElement, name: str) -> None:
    """Take a link away; the text of one stays until `_remove_empty_lines` looks at its line."""
    if element.tag != "a":
        _remove(element)
        return
    element.tag = "span"
    for attribute in ("href", "rel", "hreflang", "download", "target"):
        element.attrib.pop(attribute, None)
    element.set(_UNLINKED, "")


def _remove_empty_lines(page: HtmlElement) -> None:
    """Remove lines that said nothing but where to go."""
    for line in page.xpath(f"//*[(self::p or self::li) and .//*[@{_UNLINKED}]]"):
        words = [_squeezed(span) for span in line.xpath(f".//*[@{_UNLINKED}]")]
        if _squeezed(line) == "".join(words):
            _remove(line)
    for span in page.xpath(f"//*[@{_UNLINKED}]"):
        del span.attrib[_UNLINKED]


def _squeezed(element: HtmlElement) -> str:
    return "".join((element.text_content() or "").split())


def _remove(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()
