"""What every reply carries besides its content, and the reply to a request that is turned away."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from web import pages
from web.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import Message, Scope, Send

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    (b"x-dns-prefetch-control", b"off"),
)
_TITLES = {
    401: "A password is asked for",
    404: "Nothing here",
    429: "Too many requests",
}


def policy(nonce: str) -> str:
    """The Content-Security-Policy of the page: this server only, no evaluated or inline script.

    Styles may stand inline because Gradio's components set them; nothing they name can be fetched
    from elsewhere.
    """
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'none'; "
        "object-src 'none'; frame-src 'none'; base-uri 'self'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


def with_headers(
    headers: Iterable[tuple[bytes, bytes]], content_policy: str
) -> list[tuple[bytes, bytes]]:
    """The headers of a reply, with the server's own in place of any of the same name."""
    own = [*_HEADERS, (b"content-security-policy", content_policy.encode())]
    names = {name for name, _ in own} | {b"server"}
    return [pair for pair in headers if pair[0].lower() not in names] + own


def guarded(send: Send) -> Send:
    """A `send` that puts the server's own headers on each reply."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = with_headers(message["headers"], policy("none"))
        await send(message)

    return sending


async def turn_away(scope: Scope, send: Send, status: int, sentence: str) -> None:
    """Answer a request with a sentence: a page for a browser, JSON for a program."""
    if _by_browser(scope):
        kind, body = b"text/html; charset=utf-8", _page(scope["path"], status, sentence).encode()
    else:
        kind, body = b"application/json", json.dumps({"detail": sentence}).encode()
    headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
    if status == 413:
        headers.append((b"connection", b"close"))
    if status == 401:
        headers.append((b"www-authenticate", b'Basic realm="Dateline", charset="UTF-8"'))
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": with_headers(headers, policy("none")),
        }
    )
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _by_browser(scope: Scope) -> bool:
    accepted = Headers(scope=scope).get("accept", "")
    return scope["method"] in ("GET", "HEAD") and "text/html" in accepted


def _page(path: str, status: int, sentence: str) -> str:
    title = _TITLES.get(status, "Not allowed")
    body = (
        f"<h1>{title}</h1><p>{escape(sentence)}</p>"
        '<p><a href="./">Ask the archive a question</a> or <a href="library">see what the library '
        "holds</a>.</p>"
    )
    return pages.whole(title, body, base="../" * (path.count("/") - 1) or "./")
