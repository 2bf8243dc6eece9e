"""How much one request may bring, how slowly, and how much work one client may ask for."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope

_BODY_SECONDS = 30.0
_CLIENTS = 10_000


class RequestError(Exception):
    """A request beyond a limit: `status` and a sentence fit for the client."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


async def taken(scope: Scope, receive: Receive, limit: int) -> tuple[bytes, Receive]:
    """Read the whole body, at most `limit` bytes; it and a `receive` that gives it again.

    Raises RequestError when the body is larger or comes too slowly.
    """
    too_large = RequestError(413, f"The request is too large: at most {limit:,} bytes are taken.")
    declared = Headers(scope=scope).get("content-length", "0")
    if declared.isdecimal() and int(declared) > limit:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            while True:
                message = await receive()
                body.extend(message.get("body", b""))
                if len(body) > limit:
                    raise too_large
                if message["type"] != "http.request" or not message.get("more_body"):
                    break
    except TimeoutError:
        raise RequestError(408, "The request took too long to arrive.") from None
    waiting = message["type"] == "http.request"

    async def again() -> Message:
        nonlocal waiting
        if not waiting:
            return await receive()
        waiting = False
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    return bytes(body), again


class Rate:
    """A token bucket for each client address, filled `per_minute` times; 0 is no limit.

    Holds the 10,000 addresses seen last, so its memory is bounded.
    """

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._clients: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def check(self, scope: Scope) -> None:
        """Count one request. Raises RequestError when the client has used its share."""
        if not self.per_minute:
            return
        client = (scope.get("client") or ("",))[0]
        now = time.monotonic()
        left, at = self._clients.pop(client, (float(self.per_minute), now))
        left = min(self.per_minute, left + (now - at) * self.per_minute / 60)
        if left >= 1:
            left -= 1
            admitted = True
        else:
            admitted = False
        self._clients[client] = (left, now)
        if len(self._clients) > _CLIENTS:
            self._clients.popitem(last=False)
        if not admitted:
            raise RequestError(429, "Too many requests from this address; try again in a minute.")
