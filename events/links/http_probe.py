"""Requests to web addresses, guarded against server-side request forgery: private networks are refused."""

import ipaddress
import re
import socket
import ssl
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.utils.translation import gettext_noop

MAX_REDIRECTS = 5
GONE = {404, 410}
_AGENT = "Mozilla/5.0 (compatible; Confarchive link check)"
# NAT64 addresses contain an IPv4 address.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

# Certificates are not verified where nothing secret is sent: an expired one, or one trusted only by browsers of the
# country, makes no link dead.
_TLS = ssl.create_default_context()
_TLS.check_hostname = False
_TLS.verify_mode = ssl.CERT_NONE
# For requests that hold a secret.
_VERIFIED = ssl.create_default_context()


_WEB_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\x00-\x20\x7f]+", re.IGNORECASE)


def web_address(url: str) -> str:
    """The URL if a link may lead there, "#" if it is anything but http, https or mailto; "" stays.

    Forms let nothing else in. This is for what came past them.
    """
    return url if not url or _WEB_ADDRESS.fullmatch(url) else "#"


class Refused(Exception):
    """An address that is not requested at all; the message says why."""


@dataclass(frozen=True)
class Answer:
    """What came back, “404” or a message to be translated, and whether it means that the page is missing."""

    text: str
    fails: bool = False
    # No machine was reached; if so with every address, the fault is on this side.
    unreached: bool = False
    # Not requested, so nothing is known.
    skipped: bool = False


def probe(url: str, timeout: float = 10, private: bool = False) -> Answer:
    """Request an address with HEAD, then GET if needed, along redirects; `private` allows private networks.

    A page that refuses machines (401, 403, 429…) answers: whether people may read it only people can see.
    """
    try:
        return _verdict(
            _follow_redirects("HEAD", url, timeout, private) or _follow_redirects("GET", url, timeout, private) or 0
        )
    except Refused as refused:
        return Answer(str(refused), skipped=True)
    except socket.gaierror:
        return Answer(gettext_noop("no such host"), fails=True, unreached=True)
    except TimeoutError:
        return Answer(gettext_noop("no answer in time"), fails=True, unreached=True)
    except OSError:
        return Answer(gettext_noop("no connection"), fails=True, unreached=True)
    except (HTTPException, ValueError):
        return Answer(gettext_noop("no sensible answer"), fails=True)


@dataclass(frozen=True)
class Fetched:
    """A page as it came: the address after redirects, the status, the headers by lower-case name, the bytes."""

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    # Each redirect on the way said that the page has moved for good.
    is_moved: bool = False


class FetchError(Exception):
    """Nothing came back that can be read; the message, to be translated, says why."""


def fetch(
    url: str,
    limit: int,
    timeout: float = 20,
    private: bool = False,
    headers: Mapping[str, str] | None = None,
    is_secret: bool = False,
) -> Fetched:
    """Return the page at the address, at most `limit` bytes of it; raise FetchError or Refused if there is none.

    A request that holds a secret (`is_secret`) is sent only to a machine whose certificate is right.
    """
    moved = []
    for _step in range(MAX_REDIRECTS + 1):
        try:
            page = _fetch_once(url, limit, timeout, private, headers or {}, _VERIFIED if is_secret else _TLS)
        except socket.gaierror as error:
            raise FetchError(gettext_noop("no such host")) from error
        except TimeoutError as error:
            raise FetchError(gettext_noop("no answer in time")) from error
        except OSError as error:
            raise FetchError(gettext_noop("no connection")) from error
        except (HTTPException, ValueError, zlib.error) as error:
            raise FetchError(gettext_noop("no sensible answer")) from error
        location = page.headers.get("location", "")
        if not (page.status in _REDIRECTS and location):
            return Fetched(page.url, page.status, page.headers, page.body, bool(moved) and all(moved))
        moved.append(page.status in (301, 308))
        url = urljoin(url, location)
    raise FetchError(gettext_noop("redirected without end"))


_REDIRECTS = {301, 302, 303, 307, 308}
BOT = "ConfarchiveBot"


def _fetch_once(
    url: str, limit: int, timeout: float, private: bool, headers: Mapping[str, str], tls: ssl.SSLContext
) -> Fetched:
    parts, target = _target(url)
    sent = {"User-Agent": f"Mozilla/5.0 (compatible; {BOT}/1.0)", "Accept": "*/*", "Accept-Encoding": "identity"}
    with _connection(parts, _resolve(parts, private), timeout, tls) as connection:
        connection.request("GET", target, headers={**sent, **headers})
        response: HTTPResponse = connection.getresponse()
        body = response.read(limit + 1)
    received = {name.lower(): value for name, value in response.getheaders()}
    if received.get("content-encoding", "").lower() in ("gzip", "x-gzip", "deflate"):
        # Some servers compress unasked; the window lets either header begin the stream.
        body = zlib.decompressobj(47).decompress(body, limit + 1)
    if len(body) > limit:
        raise FetchError(gettext_noop("the page is too long"))
    return Fetched(url, response.status, received, body)


def _verdict(status: int) -> Answer:
    if not status:
        return Answer(gettext_noop("redirected without end"), fails=True)
    return Answer(str(status), fails=status in GONE or 500 <= status < 600)


def _follow_redirects(method: str, url: str, timeout: float, private: bool) -> int | None:
    """Return the status after the redirects; None if they do not end, or if HEAD failed."""
    for _step in range(MAX_REDIRECTS + 1):
        try:
            status, location = _status(method, url, timeout, private)
        except (HTTPException, OSError):
            if method == "GET":
                raise
            return None
        if not (300 <= status < 400 and location):
            return status if method == "GET" or status < 400 else None
        url = urljoin(url, location)
    return None


def _target(url: str) -> tuple[SplitResult, str]:
    """Return the parts of the address and what is asked of its machine."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused(gettext_noop("not a web address"))
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~?')}" if parts.query else ""
    return parts, path + query


def _status(method: str, url: str, timeout: float, private: bool) -> tuple[int, str]:
    parts, target = _target(url)
    # The connection goes to the address just checked: a second name lookup could be answered otherwise (DNS rebinding).
    with _connection(parts, _resolve(parts, private), timeout) as connection:
        connection.request(method, target, headers={"User-Agent": _AGENT, "Accept": "*/*"})
        response: HTTPResponse = connection.getresponse()
        return response.status, response.getheader("Location", "")


def _resolve(parts: SplitResult, private: bool) -> tuple[str, int]:
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(_ascii(parts.hostname or ""), port, type=socket.SOCK_STREAM)
    machines = [str(address[0]) for *_kind, address in found]
    if not private and not all(map(_is_public, machines)):
        raise Refused(gettext_noop("an address of a private network"))
    return machines[0], port


def _ascii(host: str) -> str:
    """Encode an internationalised host name: «библиотека.рф» as its name server knows it."""
    return host if host.isascii() else host.encode("idna").decode()


def _is_public(machine: str) -> bool:
    address = ipaddress.ip_address(machine.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        hidden = address.ipv4_mapped or address.sixtofour or (address.teredo or [None])[-1]
        if address in _NAT64:
            hidden = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if hidden and not _is_public(str(hidden)):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


@contextmanager
def _connection(
    parts: SplitResult, machine: tuple[str, int], timeout: float, tls: ssl.SSLContext | None = None
) -> Iterator[HTTPConnection]:
    """Connect to this very machine for at most `timeout` seconds, however slowly its answer arrives."""
    host = _ascii(parts.hostname or "")
    sock = socket.create_connection(machine, timeout)
    late = threading.Event()

    def end() -> None:
        late.set()
        with suppress(OSError):
            # SSLSocket.shutdown() would remove the encryption under the other thread.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = threading.Timer(timeout, end)
    timer.start()
    try:
        if parts.scheme == "https":
            sock = (tls or _TLS).wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
            sock.do_handshake()
        connection = HTTPConnection(host, parts.port or machine[1])
        connection.default_port = 443 if parts.scheme == "https" else 80  # so that Host does not name the usual port
        connection.sock = sock
        yield connection
    except (OSError, HTTPException) as error:
        if late.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
        sock.close()
