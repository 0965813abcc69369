"""Walls of communities of VK (ВКонтакте), read by its API with a token of the archive: the method wall.get."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.utils import timezone
from django.utils.translation import gettext_noop

from ...links.http_probe import FetchError
from .pages import Entry, NotAList

API = "https://api.vk.com"
VERSION = "5.199"
MAX_POSTS = 100
_HOSTS = {"vk.com", "www.vk.com", "m.vk.com", "vk.ru", "www.vk.ru", "m.vk.ru"}
_NUMBERED = re.compile(r"(?:club|public|event)(\d+)$")
# «[club123|Вымышленная библиотека]», «[id7|Анна]»
_MENTION = re.compile(r"\[(?:club|public|id|event)\d+\|([^\]]+)\]|\[https?://[^|\]\s]+\|([^\]]+)\]")
_MAX_HEADLINE = 160


def is_wall(url: str) -> bool:
    """Whether the address is that of a community: https://vk.com/library or https://vk.com/club123."""
    return (urlsplit(url).hostname or "").lower() in _HOSTS


def address(url: str, token: str, api: str = API) -> str:
    """Return the request for the newest posts of the community’s own."""
    name = urlsplit(url).path.strip("/").partition("/")[0]
    numbered = _NUMBERED.match(name)
    whose = {"owner_id": f"-{numbered[1]}"} if numbered else {"domain": name}
    asked = {**whose, "count": str(MAX_POSTS), "filter": "owner", "access_token": token, "v": VERSION}
    return f"{api}/method/wall.get?{urlencode(asked)}"


def entries(body: bytes) -> list[Entry]:
    """Return the posts, the newest first; raises FetchError with the words of VK, or NotAList."""
    try:
        answer = json.loads(body)
        if "error" in answer:
            raise FetchError(f"VK: {answer['error']['error_msg']}"[:200])
        found = list(_posts(answer["response"]["items"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FetchError(gettext_noop("no sensible answer")) from error
    if not found:
        raise NotAList
    return found


def _posts(items: list[dict[str, Any]]) -> Iterator[Entry]:
    for post in items:
        # A post shared without a word of one’s own is the other community’s.
        shared = (post.get("copy_history") or [{}])[0]
        own = post if post["text"].strip() or not shared else shared
        text = _MENTION.sub(lambda match: match[1] or match[2], own["text"]).strip()
        if not text or post.get("marked_as_ads"):
            continue
        day = datetime.fromtimestamp(own["date"], UTC).astimezone(timezone.get_default_timezone()).date()
        url = f"https://vk.com/wall{own['owner_id']}_{own['id']}"
        yield Entry(url, _headline(text), day.isoformat(), text, is_whole=True)


def _headline(text: str) -> str:
    """Return the first line, cut at a word: a post has no headline of its own."""
    line = text.partition("\n")[0].strip()
    return line if len(line) <= _MAX_HEADLINE else f"{line[:_MAX_HEADLINE].rpartition(' ')[0]}…"
