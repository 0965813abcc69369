"""Plain text of fragments of markup: of feeds and of documents turned into HTML."""

import re

from lxml import etree, html

_BLOCKS = {"p", "div", "li", "tr", "br", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "section", "article"}
_UNREAD = ("script", "style", "noscript", "iframe", "object", "svg", "template")
MAX_TEXT = 100_000


def of_fragment(markup: str) -> str:
    """Return the text of the markup, a line a paragraph, list item or row; numbers of lists are written out."""
    if not markup.strip():
        return ""
    try:
        root = html.fragment_fromstring(markup[: 10 * MAX_TEXT], create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    for node in list(root.iter(*_UNREAD)):
        node.drop_tree()
    for numbered in root.iter("ol"):
        for number, item in enumerate(numbered.iterchildren("li"), 1):
            item.text = f"{number}. {item.text or ''}"
    for node in root.iter("td", "th"):
        for block in list(node.iter("p", "div", "br")):
            # A cell is one place of its row, however many paragraphs it has.
            block.tag = "span"
            block.tail = f" {block.tail or ''}"
        node.tail = f"\t{node.tail or ''}"
    for node in root.iter():
        if node.tag in _BLOCKS:
            node.text = f"\n{node.text or ''}" if node.tag != "br" else "\n"
            node.tail = f"\n{node.tail or ''}"
    lines = (re.sub(r"[ \u00a0\r\f\v]+", " ", line) for line in root.text_content().split("\n"))
    lines = (re.sub(r" ?\t[ \t]*", "\t", line).strip() for line in lines)
    return "\n".join(filter(None, lines))[:MAX_TEXT]
