"""What a watched page lists: the entries of a feed, of a sitemap or of a plain list of news."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import feedparser
from lxml import etree, html

from ...russian.date_expressions import find_dates
from .. import markup
from . import texts

# Entries of one page that are looked at.
MAX_ENTRIES = 100
_MIN_LINK_TEXT = 20
_TRACKING = re.compile(r"utm_|yclid$|fbclid$|gclid$|_openstat$")
_NOT_NEWS = re.compile(
    r"\.(?:jpe?g|png|gif|pdf|docx?|xlsx?|zip|rar|mp[34])$|/(?:tag|category|author|page)/", re.IGNORECASE
)


@dataclass(frozen=True)
class Entry:
    """One piece of news: its address, and what the list itself says of it."""

    url: str
    title: str = ""
    published: str = ""
    text: str = ""
    # The list has all there is: no page need be fetched.
    is_whole: bool = False


class NotAList(Exception):
    """The page is neither a feed nor a sitemap, and no links on it lead to news."""


def entries(body: bytes, url: str, charset: str = "") -> list[Entry]:
    """Return what the page lists, each address once; raises NotAList."""
    root = _xml(body)
    name = etree.QName(root).localname.lower() if root is not None else ""
    if name in ("urlset", "sitemapindex"):
        found = _of_sitemap(root)
    elif name in ("rss", "feed", "rdf") or body.lstrip()[:5] == b"<?xml" and b"<rss" in body[:2000]:
        found = _of_feed(body, url, charset)
    else:
        found = _of_list(body, url)
    unique = {entry.url: entry for entry in reversed(list(found))}
    if not unique:
        raise NotAList
    return list(unique.values())[::-1][:MAX_ENTRIES]


def child_sitemaps(body: bytes) -> list[str]:
    """Return the sitemaps that an index of sitemaps names, the newest first."""
    root = _xml(body)
    if root is None or etree.QName(root).localname != "sitemapindex":
        return []
    found = [(_child(node, "lastmod"), _child(node, "loc")) for node in root]
    return [address for _changed, address in sorted(found, reverse=True) if address]


def plain_address(url: str) -> str:
    """Return the address without what only counts visitors and without a place on the page."""
    parts = urlsplit(url.strip())
    query = urlencode([pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(pair[0])])
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", query, ""))[:1200]


def _xml(body: bytes) -> Any:
    """Return the root, None of what is no XML; nothing outside the document is read."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    if body.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] != b"<" or b"<html" in body[:1000].lower():
        return None
    try:
        root = etree.fromstring(body.lstrip(b"\xef\xbb\xbf \r\n\t"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root if root is not None and isinstance(root.tag, str) else None


def _child(node: Any, name: str) -> str:
    return next(
        (
            (child.text or "").strip()
            for child in node
            if isinstance(child.tag, str) and etree.QName(child).localname == name
        ),
        "",
    )


def _of_sitemap(root: Any) -> Iterator[Entry]:
    found = [(_child(node, "lastmod")[:10], _child(node, "loc")) for node in root]
    for changed, address in sorted(found, reverse=True):
        if address and not _NOT_NEWS.search(urlsplit(address).path):
            yield Entry(plain_address(address), published=changed if re.fullmatch(r"\d{4}-\d\d-\d\d", changed) else "")


def _of_feed(body: bytes, url: str, charset: str) -> Iterator[Entry]:
    headers = {"content-location": url, **({"content-type": f"text/xml; charset={charset}"} if charset else {})}
    for entry in feedparser.parse(body, response_headers=headers).entries:
        address = urljoin(url, entry.get("link") or entry.get("id") or "")
        if urlsplit(address).scheme in ("http", "https"):
            title = markup.of_fragment(entry.get("title", "")).replace("\n", " ")
            yield Entry(plain_address(address), title[:600], _day(entry), _full_text(entry))


def _full_text(entry: Any) -> str:
    """Return the whole text if the feed has it: `content:encoded`, else `yandex:full-text`; a summary is not enough."""
    contents = [one.get("value", "") for one in entry.get("content", [])]
    return max(map(markup.of_fragment, [*contents, entry.get("yandex_full-text", "")]), key=len, default="")


def _day(entry: Any) -> str:
    """Return the day as printed, in the site's own zone; «9 июня 2020» and «09.06.2020 10:00» too."""
    printed = entry.get("published") or entry.get("updated") or ""
    if iso := re.match(r"\d{4}-\d\d-\d\d", printed):
        return iso[0]
    if parsed := parsedate(printed):
        return f"{parsed[0]:04}-{parsed[1]:02}-{parsed[2]:02}" if 1990 < parsed[0] < 2200 else ""
    days = [date for date in find_dates(printed) if date.has_day and date.year]
    return str(days[0].days[0][0]) if days else ""


def _of_list(body: bytes, url: str) -> Iterator[Entry]:
    """Yield the links of a page that look like headlines: of its own site, outside menus, of some length."""
    root = texts.parsed(body)
    if root is None:
        return
    for node in root.iter("nav", "footer", "aside", "script", "style", "form"):
        node.clear()
    host = urlsplit(url).hostname
    best: dict[str, str] = {}
    for link in root.iter("a"):
        address = plain_address(urljoin(url, link.get("href") or ""))
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or parts.hostname != host or _NOT_NEWS.search(parts.path):
            continue
        if address == plain_address(url):
            continue
        title = " ".join(html.tostring(link, method="text", encoding="unicode", with_tail=False).split())
        best[address] = max(best.get(address, ""), title, key=len)
    for address, title in best.items():
        if len(title) >= _MIN_LINK_TEXT:
            yield Entry(address, title[:600])
