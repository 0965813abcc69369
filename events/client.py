"""Who sends a request: the address behind trusted proxies, and the request that this thread is answering."""

import ipaddress
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# The request being answered; None in a command.
current: ContextVar[Any] = ContextVar("request", default=None)


def address(meta: Mapping[str, str]) -> str:
    """The client's address by a request's META; X-Forwarded-For counts only as far as TRUSTED_PROXIES wrote it."""
    direct = meta.get("REMOTE_ADDR", "")
    found = _parsed(direct)
    # Each proxy adds whom it got the request from at the end: the client is the last who is no proxy of ours.
    hops = [hop for hop in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    while found is not None and is_trusted(found) and hops:
        hop = _parsed(hops.pop())
        if hop is None:
            break
        found = hop
    return direct[:45] if found is None else str(found)


def network(meta: Mapping[str, str]) -> str:
    """What counts as one client: an IPv4 address, or of IPv6 the half that a household shares."""
    found = _parsed(text := address(meta))
    if found is None or found.version == 4:
        return text
    return str(ipaddress.ip_network((found, 64), strict=False))


def comes_from_proxy(meta: Mapping[str, str]) -> bool:
    found = _parsed(meta.get("REMOTE_ADDR", ""))
    return found is not None and is_trusted(found)


def is_trusted(found: Address) -> bool:
    return any(found in network for network in settings.TRUSTED_PROXIES if network.version == found.version)


def _parsed(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    # A server that listens on both kinds sees IPv4 as ::ffff:192.0.2.1.
    return getattr(found, "ipv4_mapped", None) or found
