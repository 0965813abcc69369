"""Plain text of web pages: the news without menus."""

import re
from typing import Any, NamedTuple

import trafilatura
from lxml import etree, html

from ...russian.date_expressions import find_dates
from ..markup import MAX_TEXT


class PageText(NamedTuple):
    """The news of a page: headline, text, day of publication as far as the page says it plainly."""

    title: str
    text: str
    published: str


def parsed(body: bytes) -> Any:
    """Return the tree of a page, None if there is none. The page's own charset counts, as in browsers."""
    text = body.strip()
    if not text:
        return None
    encoding = _encoding(text)
    try:
        return html.document_fromstring(
            text, parser=html.HTMLParser(encoding=encoding, no_network=True, huge_tree=False)
        )
    except (etree.ParserError, etree.XMLSyntaxError, LookupError, ValueError):
        return None


def _encoding(body: bytes) -> str:
    named = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", body[:3000])
    for name in filter(None, (named[1].decode("ascii", "ignore") if named else "", "utf-8", "cp1251")):
        try:
            body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        return name
    return "utf-8"


def of_page(body: bytes) -> PageText:
    """Return headline and text of a page."""
    root = parsed(body)
    if root is None:
        return PageText("", "", "")
    title, published = _title(root), _published(root)
    for numbered in root.iter("ol"):
        # Numbers and captions are lost otherwise.
        for number, item in enumerate(numbered.iterchildren("li"), 1):
            item.text = f"{number}. {item.text or ''}"
    for caption in list(root.iter("figcaption")):
        caption.tag = "p"
    whole = html.tostring(root, encoding="unicode")
    text = trafilatura.extract(whole, include_comments=False, include_tables=True, include_links=False) or ""
    text = re.sub(r"^- (?=\d{1,2}\. )", "", text, flags=re.MULTILINE)
    text = re.sub(r"^\|[-| ]+\|\s*\n?|^\| | \|$", "", text, flags=re.MULTILINE)
    return PageText(title, text[:MAX_TEXT], published)


def _title(root: Any) -> str:
    for path in ("//meta[@property='og:title']/@content", "//h1//text()", "//title//text()"):
        if found := " ".join(" ".join(root.xpath(path)).split()):
            return found[:600]
    return ""


def _published(root: Any) -> str:
    """Return the day that a meta element or `time` states; a line of the page is only a line of the page."""
    paths = ("//meta[@property='article:published_time']/@content", "//time/@datetime")
    for value in (value for path in paths for value in root.xpath(path)[:1]):
        if day := re.match(r"\d{4}-\d\d-\d\d", value):
            return day[0]
    for line in root.xpath("//time//text()")[:1]:
        days = [date for date in find_dates(line) if date.has_day and date.year]
        if days:
            return str(days[0].days[0][0])
    return ""
