"""Links in the text: recordings by their sites, materials by the words before them."""

import re
from urllib.parse import urlsplit

from ...draft import LinkDraft, Span

_URL = re.compile(r"https?://[^\s<>«»\"()]+[^\s<>«»\"().,;:!?]")
_VIDEO = re.compile(
    r"(?:^|\.)(?:rutube\.ru|youtube\.com|youtu\.be|vkvideo\.ru)$|^(?:m\.)?vk\.com/video|^ok\.ru/(?:video|live)"
)
_MATERIALS = (
    ("slides", re.compile(r"презентаци", re.IGNORECASE)),
    ("proceedings", re.compile(r"сборник", re.IGNORECASE)),
    ("programme", re.compile(r"программ", re.IGNORECASE)),
    ("recording", re.compile(r"запись|записи|трансляци", re.IGNORECASE)),
    ("resolution", re.compile(r"резолюци", re.IGNORECASE)),
)
_REACH = 90


def find(text: str, source: str) -> list[LinkDraft]:
    """Find links to recordings and materials, except the address of the source itself."""
    found: dict[str, LinkDraft] = {}
    for match in _URL.finditer(text):
        before = re.split(r"[.!?\n]\s|https?:", text[max(0, match.start() - _REACH) : match.start()])[-1]
        kind = _kind(match[0], before)
        if kind and match[0] != source:
            span = Span(match.start(), match.end())
            found.setdefault(match[0], LinkDraft(kind=kind, url=match[0], printed=match[0], spans=[span]))
    return list(found.values())


def _kind(url: str, before: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    if _VIDEO.search(host) or _VIDEO.search(host + parts.path):
        return "recording"
    return next((kind for kind, word in _MATERIALS if word.search(before)), "")
