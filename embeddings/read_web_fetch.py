"""Fetches one address within limits, from nowhere but the public network unless told otherwise.

The name is resolved first, every address it gives is checked, and the connection goes to a checked
address: a name that resolves differently the second time (DNS rebinding) gains nothing. Redirects
are followed by hand through the same checks. Proxy settings of the environment are not used.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from embeddings.read_types import MIB, UnreadableError

AGENT = "Dateline"
_USER_AGENT = f"{AGENT}/1.0 (archive reader)"
_REDIRECTS = {301, 302, 303, 307, 308}
_CHUNK = 1 << 16

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Accept = Callable[[str], None]
"""Raises `UnreadableError` for an address that is not to be asked for."""


@dataclass(frozen=True, slots=True)
class WebLimits:
    """How much reading from the web may cost. What exceeds a limit becomes a `Failure`."""

    page_bytes: int = 16 * MIB  # one page, unpacked
    total_bytes: int = 2048 * MIB  # everything of one run
    pages: int = 10_000  # documents of one run
    redirects: int = 5
    seconds: float = 30.0  # for one request, from connecting to the last byte
    total_seconds: float = 3 * 3600.0
    delay_seconds: float = 0.5  # between two requests to one host
    nesting: int = 2  # sitemaps listed in sitemaps


@dataclass(frozen=True, slots=True)
class Page:
    """What an address gave: its last address after redirects, and its content."""

    url: str
    status: int
    content_type: str  # lower case, without parameters
    charset: str  # as the header states it, or ""
    data: bytes


def clean_url(url: str) -> str:
    """An http(s) address in its usual spelling, without the fragment.

    Raises `UnreadableError` for another scheme, a name with a password, or no host.
    """
    if any(ord(char) < 0x21 or ord(char) == 0x7F for char in url.strip()):
        raise UnreadableError("It is not a web address.")
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        raise UnreadableError("It is not a web address.") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise UnreadableError("Only http and https addresses are read.")
    if parts.username is not None or parts.password is not None:
        raise UnreadableError("Addresses with a user name or password are not read.")
    place = f"[{host}]" if ":" in host else host
    if port is not None and port != {"http": 80, "https": 443}[parts.scheme]:
        place += f":{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
    return urlunsplit((parts.scheme, place, path, query, ""))


def fetch(url: str, limits: WebLimits, allow_private: bool, accept: Accept | None = None) -> Page:
    """Fetch `url`, following redirects. Raises `UnreadableError` with the reason.

    `accept` is called with each address before it is asked for, and may raise as well.
    """
    for _ in range(limits.redirects + 1):
        url = clean_url(url)
        if accept:
            accept(url)
        page, location = _request(url, limits, allow_private)
        if not location:
            return page
        url = urljoin(url, location)
    raise UnreadableError(f"It redirects more than {limits.redirects} times.")


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, seen through IPv6 wrappings of IPv4."""
    inner: list[Address] = [address]
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()))
        inner.extend(found for found in wrapped if found is not None)
        if address in ipaddress.ip_network("64:ff9b::/96"):  # NAT64, RFC 6052
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return all(
        one.is_global and not (one.is_multicast or one.is_reserved or one.is_unspecified)
        for one in (inner if len(inner) == 1 else inner[1:])
    )


def _connect(url: str, limits: WebLimits, allow_private: bool) -> socket.socket:
    """A connection to a checked address of the host of `url`, not yet encrypted."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnreadableError(f"The host {host} cannot be found.") from None
    for *_, target in found:
        address = ipaddress.ip_address(str(target[0]).partition("%")[0])
        if not allow_private and not is_public(address):
            raise UnreadableError(f"{host} is an address inside a private network; it is not read.")
    family, kind, protocol, _, target = found[0]
    sock = socket.socket(family, kind, protocol)
    try:
        sock.settimeout(limits.seconds)
        sock.connect(target)
    except OSError:
        sock.close()
        raise UnreadableError(f"The host {host} does not answer.") from None
    return sock


def _request(url: str, limits: WebLimits, allow_private: bool) -> tuple[Page, str]:
    """One request: the page, or where it redirects to."""
    deadline = time.monotonic() + limits.seconds
    parts = urlsplit(url)
    sock = _connect(url, limits, allow_private)
    if parts.scheme == "https":
        sock = _encrypted(sock, parts.hostname or "")
    connection = http.client.HTTPConnection(parts.hostname or "")
    connection.auto_open = 0  # never a connection of its own to an unchecked address
    connection.sock = sock
    # A server that drips single bytes never runs into the socket's own time limit.
    watchdog = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, [sock])
    watchdog.daemon = True
    watchdog.start()
    try:
        if isinstance(sock, ssl.SSLSocket):
            sock.do_handshake()
        page, location = _exchange(connection, url, limits)
        if time.monotonic() >= deadline:
            raise OSError  # it was cut off
    except (OSError, http.client.HTTPException, zlib.error, ValueError) as error:
        if time.monotonic() >= deadline:
            raise UnreadableError(f"It took longer than {limits.seconds:g} seconds.") from None
        if isinstance(error, ssl.SSLError):
            why = error.reason or type(error).__name__
            raise UnreadableError(f"Its certificate or encryption is not sound: {why}.") from None
        raise UnreadableError(f"The answer breaks off ({type(error).__name__}).") from None
    finally:
        watchdog.cancel()
        connection.close()
    return page, location


def _encrypted(sock: socket.socket, host: str) -> ssl.SSLSocket:
    """The connection with TLS around it; the handshake is still to come."""
    try:
        return ssl.create_default_context().wrap_socket(
            sock, server_hostname=host, do_handshake_on_connect=False
        )
    except (OSError, ValueError):
        sock.close()
        raise UnreadableError(f"No encrypted connection to {host} can be made.") from None


def _exchange(
    connection: http.client.HTTPConnection, url: str, limits: WebLimits
) -> tuple[Page, str]:
    parts = urlsplit(url)
    headers = {
        "Host": parts.netloc,
        "User-Agent": _USER_AGENT,
        "Accept": "text/html,application/xhtml+xml,application/pdf,application/xml,*/*;q=0.5",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }
    connection.request("GET", urlunsplit(("", "", parts.path, parts.query, "")), headers=headers)
    response = connection.getresponse()
    location = response.headers.get("Location", "")
    if response.status in _REDIRECTS and location:
        return Page(url, response.status, "", "", b""), location
    data = _body(response, limits)
    if response.length:
        raise OSError  # less came than was announced
    kind = response.headers.get_content_type().lower()
    charset = str(response.headers.get_content_charset() or "")
    return Page(url, response.status, kind, charset, data), ""


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _body(response: http.client.HTTPResponse, limits: WebLimits) -> bytes:
    """The content, unpacked if it came gzipped, of at most `limits.page_bytes`."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"gzip", "x-gzip", "identity", ""}:
        raise UnreadableError(f"It is packed in a way that is not known ({encoding[:20]}).")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in encoding else None
    most = limits.page_bytes
    data = bytearray()
    while chunk := response.read1(_CHUNK):
        data += unpacker.decompress(chunk, most + 1 - len(data)) if unpacker else chunk
        if len(data) > most:
            raise UnreadableError(f"It is too large: at most {most:,} bytes are read.")
    return bytes(data)


def unpack_page(page: Page, limits: WebLimits) -> Page:
    """The page with its content unpacked, if it is a gzip file such as a packed sitemap."""
    if not page.data.startswith(b"\x1f\x8b"):
        return page
    try:
        data = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(page.data, limits.page_bytes + 1)
    except zlib.error:
        raise UnreadableError("Its packed data is damaged.") from None
    if len(data) > limits.page_bytes:
        raise UnreadableError(f"It is too large: at most {limits.page_bytes:,} bytes are read.")
    return replace(page, data=data)
