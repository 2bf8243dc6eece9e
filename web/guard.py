"""The guard in front of every request: who may ask, for what, how much, and what may run.

Gradio answers any host name, offers routes that this page never uses and sends no policy to the
browser. The guard closes all of that in one place, before Gradio sees the request.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from web import access, wellformed
from web.cookie import cookie, name_in, new_name
from web.headers import guarded, policy, turn_away, with_headers
from web.quota import Rate, RequestError, taken
from web.shell import shell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from web.settings import Settings

# The routes that this page and its documented endpoints use; every other one does not exist.
_ROUTES = re.compile(
    r"""/ | /health | /library(?:/[a-z]+)? | /differences | /feedback
      | /re(?:lease|ad)/[0-9a-f]{64} | /page/[a-z]+\.(?:css|js|svg)
      | /assets/[\w.-]+ | /static/(?:js|fonts|img|css)/[\w./-]+ | /theme\.css
      | /config/? | /gradio_api/(?:
            info/? | queue/(?:join|data) | run/predict | call/[\w-]+(?:/[\w-]+)? | heartbeat/[\w-]+
          | cancel | reset/? | startup-events )
    """,
    re.VERBOSE,
)
# The pages that a link on another site may lead to.
_PAGES = re.compile(r"/|/library|/read/[0-9a-f]{64}")
_WORK = re.compile(
    r"/gradio_api/(?:queue/join|run/predict|call/.+)|/re(?:lease|ad)/.+|/library|/differences|/library/batch"
    r"|/mcp"
)
MCP_PATH = "/mcp"
_FILE = "/library/upload"  # its body is a file, which `web.changes` takes piece by piece


def host_name(netloc: str) -> str | None:
    """The name in a Host header or an origin, in lower case without its port; None if malformed."""
    match = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?", netloc)
    return match.group(1).strip("[]").lower().rstrip(".") if match else None


def _origin_matches(origin: str, host: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()


def check(scope: Scope, allowed: frozenset[str], *, mcp: bool = False) -> None:
    """Let a request for this page from this page pass; for the MCP tools only with `mcp`.

    Raises RequestError for any other.
    """
    headers = Headers(scope=scope)
    hosts = headers.getlist("host")
    if len(hosts) != 1 or host_name(hosts[0]) not in allowed:
        raise RequestError(421, "This server does not answer to that host name.")
    origin = headers.get("origin")
    if origin is not None and not _origin_matches(origin, hosts[0]):
        raise RequestError(403, "Requests from other sites are not answered.")
    path = scope["path"]
    site = headers.get("sec-fetch-site", "none")
    visit = _PAGES.fullmatch(path) and headers.get("sec-fetch-mode") == "navigate"
    if site not in ("same-origin", "none") and not visit:
        raise RequestError(403, "Requests from other sites are not answered.")
    known = _ROUTES.fullmatch(path) or (mcp and path == MCP_PATH)
    if not known or ".." in path:
        raise RequestError(404, "There is nothing at this address.")
    methods = (
        ("POST",) if path == MCP_PATH else ("GET", "HEAD", "POST")
    )  # tools keep no stream open
    if scope["method"] not in methods:
        raise RequestError(405, "This method is not allowed here.")


class Guard:
    """ASGI middleware that applies `settings` to every request; see the module's first lines.

    `functions` are the numbers of the page's functions that Gradio's queue may be asked for, each
    with how many values it takes, `names` those that programs may call by name, `direct` those of
    the functions that do without the queue.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        functions: Mapping[int, int] = MappingProxyType({}),
        names: Mapping[str, int] = MappingProxyType({}),
        direct: frozenset[int] = frozenset(),
    ) -> None:
        self.app = app
        self.functions = functions
        self.names = names
        self.direct = direct
        self.allowed = settings.hosts()
        self.max_body = settings.max_body
        self.password = settings.password
        self.mcp = settings.mcp
        self.rate = Rate(settings.rate)
        self.keeps = settings.keep_conversations is not None
        self.stopping = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on with the policy attached to its reply."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # the page opens no WebSocket
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        try:
            check(scope, self.allowed, mcp=self.mcp)
            if self.password:
                access.check(scope, self.password)
            if _WORK.fullmatch(scope["path"]):
                self.rate.check(scope)
            if scope["method"] == "POST" and scope["path"] != _FILE:
                body, receive = await taken(scope, receive, self.max_body)
                wellformed.check(scope["path"], body, self.functions, self.names, self.direct)
        except RequestError as reason:
            await turn_away(scope, send, reason.status, str(reason))
            return
        receive = self._until_stopped(receive)
        if scope["path"] == "/":
            await self._page(scope, receive, send)
        else:
            await self.app(scope, receive, guarded(send))

    def _until_stopped(self, receive: Receive) -> Receive:
        """`receive`, but the client counts as gone once `stopping` is set.

        A page keeps a stream open for as long as it is shown; without this the server could not
        stop before the last one is closed.
        """

        async def message() -> Message:
            arriving = asyncio.ensure_future(receive())
            stopped = asyncio.ensure_future(self.stopping.wait())
            try:
                await asyncio.wait((arriving, stopped), return_when=asyncio.FIRST_COMPLETED)
                return arriving.result() if arriving.done() else {"type": "http.disconnect"}
            finally:
                arriving.cancel()
                stopped.cancel()

        return message

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope = dict(scope)  # uncompressed, so that it can be rewritten
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        start: Message = {}
        body = bytearray()

        async def gathered(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))

        await self.app(scope, receive, gathered)
        nonce = secrets.token_urlsafe(16)
        html = shell(bytes(body), nonce)
        headers = [pair for pair in start["headers"] if pair[0] != b"content-length"]
        if self.keeps and not name_in(Headers(scope=scope).get("cookie", "")):
            headers.append((b"set-cookie", cookie(new_name())))
        if scope["method"] != "HEAD":
            headers.append((b"content-length", str(len(html)).encode()))
        start["headers"] = with_headers(headers, policy(nonce))
        await send(start)
        await send({"type": "http.response.body", "body": html})
