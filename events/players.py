"""Sites that host recordings: their player for a page, and an address that opens a recording at a second."""

import re
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit


class Host(NamedTuple):
    name: str  # as the page calls it
    origins: tuple[str, ...]  # of its players, for Content-Security-Policy
    addresses: re.Pattern[str]  # of its recordings; the groups fill in `player`
    player: str  # {s} is the second to begin at
    moment: str  # parameter of the page's address that names the second, with {s}, or {m} and {r} for minutes and rest


# Named as in PLAYER_HOSTS. The embedded addresses of Дзен cannot be made from those of its pages.
HOSTS = {
    "rutube.ru": Host(
        "RuTube",
        ("https://rutube.ru",),
        re.compile(r"https?://(?:www\.)?rutube\.ru/(?:video|play/embed|live/video)/(?:private/)?([0-9a-f]{32})\b.*"),
        "https://rutube.ru/play/embed/{0}/?t={{s}}",
        "t={s}",
    ),
    "vk.com": Host(
        "VK Видео",
        ("https://vk.com", "https://vkvideo.ru"),
        re.compile(
            r"https?://(?:www\.|m\.)?(?:vk\.com|vk\.ru|vkvideo\.ru)/(?:\S*?\bz=)?(?:\S*/)?video(-?\d+)_(\d+)\b.*"
        ),
        "https://vk.com/video_ext.php?oid={0}&id={1}&t={{s}}s",
        "t={m}m{r}s",
    ),
    "youtube.com": Host(
        "YouTube",
        ("https://www.youtube-nocookie.com",),
        re.compile(
            r"https?://(?:(?:www\.|m\.)?youtube(?:-nocookie)?\.com/(?:watch\?(?:\S*&)?v=|live/|embed/|shorts/)|youtu\.be/)"
            r"([\w-]{11})(?![\w-]).*"
        ),
        "https://www.youtube-nocookie.com/embed/{0}?start={{s}}",
        "t={s}s",
    ),
    "dzen.ru": Host(
        "Дзен",
        ("https://dzen.ru",),
        re.compile(r"https?://(?:www\.)?dzen\.ru/embed/([\w-]+)\b.*"),
        "https://dzen.ru/embed/{0}?t={{s}}",
        "t={s}",
    ),
}
# Their pages understand the second, whether a player can be shown or not.
_PAGES = {"dzen.ru": "dzen.ru", "vkvideo.ru": "vk.com", "vk.ru": "vk.com", "youtu.be": "youtube.com"}


class Player(NamedTuple):
    host: str
    address: str  # {s} is the second to begin at


def player(url: str, allowed: list[str]) -> Player | None:
    """The player of a recording on one of the allowed hosts."""
    for name in allowed:
        if (host := HOSTS.get(name)) and (match := host.addresses.fullmatch(url)):
            return Player(host.name, host.player.format(*match.groups()))
    return None


def at_second(url: str, seconds: int) -> str:
    """The address of a recording that begins at a second, where its host has one; else the address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        # "https://[": no form lets it in.
        return url
    site = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    host = HOSTS.get(_PAGES.get(site, site))
    if not seconds or host is None:
        return url
    name, _equals, value = host.moment.partition("=")
    query = {key: values for key, values in parse_qs(parts.query, keep_blank_values=True).items() if key != name}
    query[name] = [value.format(s=seconds, m=seconds // 60, r=seconds % 60)]
    return urlunsplit(parts._replace(query=urlencode(query, doseq=True)))


def origins(allowed: list[str]) -> list[str]:
    """What a page may show in frames."""
    return [origin for name in allowed if name in HOSTS for origin in HOSTS[name].origins]
