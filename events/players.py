"""Sites that host recordings: their player for a page, and an address that opens a recording at a second."""

import re
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit, urlunsplit


class Host(NamedTuple):
    name: str  # as the page calls it
    origins: tuple[str, ...]  # of its players, for Content-Security-Policy
    addresses: re.Pattern[str]  # of its recordings; the groups fill in `player`
    player: str  # {s} is the second to begin at
    kept: tuple[str, ...]  # parameters without which the player shows nothing: keys of those who have the link
    moment: str  # parameter of the page's address that names the second, with {s}, or {m} and {r} for minutes and rest


# Named as in PLAYER_HOSTS. The embedded addresses of Дзен cannot be made from those of its pages.
HOSTS = {
    "rutube.ru": Host(
        "RuTube",
        ("https://rutube.ru",),
        re.compile(
            r"https?://(?:www\.|m\.)?rutube\.ru/(?:video|shorts|play/embed|live/video)/(?:private/)?([0-9a-f]{32})\b.*",
            re.IGNORECASE,
        ),
        "https://rutube.ru/play/embed/{0}/?t={{s}}",
        ("p",),
        "t={s}",
    ),
    "vk.com": Host(
        "VK Видео",
        ("https://vk.com", "https://vkvideo.ru"),
        re.compile(
            r"https?://(?:www\.|m\.)?(?:vk\.com|vk\.ru|vkvideo\.ru)/(?:"
            r"(?:\S*?\bz=)?(?:\S*/)?(?:video|clip)(-?\d+)_(\d+)\b.*"
            r"|video_ext\.php\?(?:\S*&)?oid=(-?\d+)&(?:\S*&)?id=(\d+)\b.*)"
        ),
        "https://vk.com/video_ext.php?oid={0}&id={1}&t={{s}}s",
        ("hash",),
        "t={m}m{r}s",
    ),
    "youtube.com": Host(
        "YouTube",
        ("https://www.youtube-nocookie.com",),
        re.compile(
            r"https?://(?:(?:www\.|m\.|music\.)?youtube(?:-nocookie)?\.com/"
            r"(?:watch\?(?:\S*&)?v=|live/|embed/|shorts/|v/)|youtu\.be/)"
            r"([\w-]{11})(?![\w-]).*"
        ),
        "https://www.youtube-nocookie.com/embed/{0}?start={{s}}",
        (),
        "t={s}s",
    ),
    "dzen.ru": Host(
        "Дзен",
        ("https://dzen.ru",),
        re.compile(r"https?://(?:www\.)?dzen\.ru/embed/([\w-]+)\b.*"),
        "https://dzen.ru/embed/{0}?t={{s}}",
        (),
        "t={s}",
    ),
}
# Sites whose pages understand the second, whether a player can be shown or not; those that are no host above with
# the parameter, or with the fragment, that names it.
_PAGES = {
    "dzen.ru": "dzen.ru",
    "zen.yandex.ru": "dzen.ru",
    "vkvideo.ru": "vk.com",
    "vk.ru": "vk.com",
    "youtu.be": "youtube.com",
    "music.youtube.com": "youtube.com",
}
_MOMENTS = {"ok.ru": "fromTime={s}", "vimeo.com": "#t={s}s"}
# An address that YouTube gives for embedding has another parameter than its pages.
_EMBEDDED = re.compile(r"//(?:www\.)?youtube(?:-nocookie)?\.com/embed/")
# Extensions of what a browser itself plays; it begins at the second in the fragment (Media Fragments).
MEDIA = "mp4 m4v webm mov mp3 m4a ogg oga opus wav".split()
_MEDIA = re.compile(rf"\.(?:{'|'.join(MEDIA)})$", re.IGNORECASE)


class Player(NamedTuple):
    host: str
    address: str  # {s} is the second to begin at


def player(url: str, allowed: list[str]) -> Player | None:
    """The player of a recording on one of the allowed hosts."""
    for name in allowed:
        if (host := HOSTS.get(name)) and (match := host.addresses.fullmatch(url)):
            query = parse_qs(urlsplit(url).query)
            kept = urlencode({key: query[key][0] for key in host.kept if key in query})
            return Player(host.name, host.player.format(*filter(None, match.groups())) + (f"&{kept}" if kept else ""))
    return None


def at_second(url: str, seconds: int) -> str:
    """The address of a recording that begins at a second, where its host has one; else the address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        # "https://[": no form lets it in.
        return url
    if not seconds or not (moment := _moment(url, parts)):
        return url
    name, _equals, value = moment.partition("=")
    value = value.format(s=seconds, m=seconds // 60, r=seconds % 60)
    if name.startswith("#"):
        return urlunsplit(parts._replace(fragment=f"{name[1:]}={value}"))
    query = {key: values for key, values in parse_qs(parts.query, keep_blank_values=True).items() if key != name}
    fragment = "" if parts.fragment.startswith("t=") else parts.fragment
    return urlunsplit(parts._replace(query=urlencode(query | {name: [value]}, doseq=True), fragment=fragment))


def _moment(url: str, parts: SplitResult) -> str:
    """How an address names a second: a parameter or a fragment with {s}; "" where it cannot."""
    if _EMBEDDED.search(url):
        return "start={s}"
    site = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if host := HOSTS.get(_PAGES.get(site, site)):
        return host.moment
    return _MOMENTS.get(site) or ("#t={s}" if _MEDIA.search(parts.path) else "")


def origins(allowed: list[str]) -> list[str]:
    """What a page may show in frames."""
    return [origin for name in allowed if name in HOSTS for origin in HOSTS[name].origins]
