"""Asking a language model behind an OpenAI-compatible address, and reading its reply as it comes.

Nothing is sent unless an address was given. One host is asked, redirects are not followed, proxies
of the environment are not used, and time and size are limited. The key stands in one header of the
request and nowhere else: no message of ours holds it, nor what the server says about it.

The protocol is that of https://platform.openai.com/docs/api-reference/chat/create, which Ollama,
vLLM, llama.cpp and `transformers serve` speak as well.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from embeddings.errors import WriterError

URL, MODEL, KEY = "DATELINE_LLM_URL", "DATELINE_LLM_MODEL", "DATELINE_LLM_KEY"

_LINE = 1 << 16  # bytes of one line of a stream
_MOST = 4 << 20  # bytes of a whole reply: each word of a stream comes in an envelope
_TOKENS = 600

Messages = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a language model answers: the base address, as in "http://127.0.0.1:11434/v1".

    Times are in seconds: to connect, without a word, and in all.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    connect_seconds: float = 10.0
    stall_seconds: float = 60.0
    total_seconds: float = 180.0

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            raise WriterError(f"{URL} is not a web address.") from None
        plain = self.url.isascii() and self.url.isprintable() and " " not in self.url
        if parts.scheme not in ("http", "https") or not host or not plain:
            raise WriterError(f"{URL} is not an http or https address.")
        if parts.username is not None or parts.password is not None:
            raise WriterError(f"{URL} holds a user name or password; give the key in {KEY}.")
        if not self.model.strip():
            raise WriterError(f"No model is named. Set {MODEL}.")
        if not (self.key.isascii() and self.key.isprintable() and " " not in self.key):
            raise WriterError(f"{KEY} holds characters that no key has.")
        if self.key and parts.scheme == "http" and not _is_this_machine(host):
            raise WriterError(f"The key would be sent unencrypted; use an https address in {URL}.")

    @property
    def host(self) -> str:
        """The host that is asked, as shown in messages."""
        return urlsplit(self.url).hostname or ""


def endpoint(environment: Mapping[str, str] | None = None) -> Endpoint:
    """The endpoint that DATELINE_LLM_URL, DATELINE_LLM_MODEL and DATELINE_LLM_KEY name.

    Raises:
        WriterError: the first two are not both set, or one of them cannot be used.
    """
    found = os.environ if environment is None else environment
    url, model = found.get(URL, "").strip(), found.get(MODEL, "").strip()
    if not url or not model:
        raise WriterError(f"No language model is set up. Set {URL} and {MODEL}.")
    return Endpoint(url, model, found.get(KEY, "").strip())


def stream(to: Endpoint, messages: Messages) -> Generator[str, None, None]:
    """The reply of the model, piece by piece. It is complete when the generator ends by itself.

    Closing the generator hangs up.

    Raises:
        WriterError: it could not be asked, or its reply is no reply, broke off or took too long.
    """
    body = {"model": to.model, "messages": list(messages), "stream": True}
    try:
        with _asked(to, {**body, "temperature": 0, "max_tokens": _TOKENS}) as response:
            if response.status not in (400, 422):
                yield from _pieces(to, response)
                return
        with _asked(to, body) as response:  # some models take no limit or temperature
            yield from _pieces(to, response)
    except (OSError, http.client.HTTPException) as error:
        raise WriterError(f"The language model at {to.host} {_why(to, error)}.") from None


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _OutOfTimeError(OSError):
    """The time for the whole reply is over."""


@contextmanager
def _asked(to: Endpoint, body: Mapping[str, Any]) -> Iterator[http.client.HTTPResponse]:
    """The response to one request, cut off when the time is over, and closed at the end."""
    parts = urlsplit(to.url)
    path = parts.path.rstrip("/")
    path = path if path.endswith("/chat/completions") else f"{path}/chat/completions"
    headers = {
        "Content-Type": "application/json",
        "Accept": "text/event-stream, application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "Dateline",
    }
    if to.key:
        headers["Authorization"] = f"Bearer {to.key}"
    host = parts.hostname or ""
    connection = (
        http.client.HTTPSConnection(
            host, parts.port, timeout=to.connect_seconds, context=ssl.create_default_context()
        )
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=to.connect_seconds)
    )
    deadline = time.monotonic() + to.total_seconds
    watchdog: threading.Timer | None = None
    try:
        connection.connect()
        connection.auto_open = 0
        sock = connection.sock
        sock.settimeout(to.stall_seconds)
        # A server that drips single bytes never runs into the socket's own time limit.
        watchdog = threading.Timer(to.total_seconds, _cut, [sock])
        watchdog.daemon = True
        watchdog.start()
        connection.request(
            "POST",
            path + (f"?{parts.query}" if parts.query else ""),
            json.dumps(body).encode(),
            headers,
        )
        with connection.getresponse() as response:
            yield response
        if time.monotonic() >= deadline:
            raise _OutOfTimeError
    except (OSError, http.client.HTTPException):
        if time.monotonic() >= deadline:
            raise _OutOfTimeError from None
        raise
    finally:
        if watchdog is not None:
            watchdog.cancel()
        connection.close()


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _why(to: Endpoint, error: Exception) -> str:
    """What happened, as the end of a sentence. The error's own words are not repeated."""
    if isinstance(error, _OutOfTimeError):
        return f"did not finish within {to.total_seconds:g} seconds"
    if isinstance(error, TimeoutError):
        return f"did not say a word for {to.stall_seconds:g} seconds"
    if isinstance(error, ssl.SSLError):
        return "has no sound certificate or encryption"
    if isinstance(error, (ConnectionRefusedError, socket.gaierror)):
        return "cannot be reached"
    return "broke off"


def _pieces(to: Endpoint, response: http.client.HTTPResponse) -> Iterator[str]:
    """The text in a response, whatever form it comes in."""
    status = response.status
    if status != 200:
        what = {401: "does not accept the key", 403: "does not accept the key"}
        what |= {404: f"has no model {to.model} at this address", 429: "is too busy"}
        meant = "redirects, which is not followed" if 300 <= status < 400 else "failed"
        raise WriterError(
            f"The language model at {to.host} {what.get(status, meant)} (HTTP {status})."
        )
    kind = response.headers.get_content_type().lower()
    packed = response.headers.get("Content-Encoding", "identity").strip().lower()
    if kind not in ("text/event-stream", "application/json") or packed not in ("identity", ""):
        raise WriterError(f"What answers at {to.host} is not a language model.")
    if kind == "application/json":
        yield _text(to, _parsed(to, _limited(to, response)), "message")
        return
    yield from _events(to, response)


def _events(to: Endpoint, response: http.client.HTTPResponse) -> Iterator[str]:
    """The pieces of a stream of server-sent events, up to the one that says it is finished."""
    total = 0
    while line := response.readline(_LINE + 1):
        total += len(line)
        if len(line) > _LINE or total > _MOST:
            raise WriterError(f"The language model at {to.host} says too much.")
        name, _, value = line.partition(b":")
        if name != b"data":
            continue  # comments, event names, blank lines
        value = value.strip()
        if value == b"[DONE]":
            return
        event = _parsed(to, value)
        if piece := _text(to, event, "delta"):
            yield piece
        if _finished(event):
            return
    raise http.client.HTTPException  # it ended without saying that it was finished


def _limited(to: Endpoint, response: http.client.HTTPResponse) -> bytes:
    data = response.read(_MOST + 1)
    if len(data) > _MOST:
        raise WriterError(f"The language model at {to.host} says too much.")
    if response.length:
        raise http.client.HTTPException  # less came than was announced
    return data


def _parsed(to: Endpoint, data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise WriterError(f"The language model at {to.host} does not answer in JSON.")
    if found.get("error"):
        raise WriterError(f"The language model at {to.host} reports an error.")
    return found


def _choice(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first choice of an event or reply, or nothing where it has none."""
    choices = event.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else {}
    return first if isinstance(first, dict) else {}


def _text(to: Endpoint, event: Mapping[str, Any], holder: str) -> str:
    held = _choice(event).get(holder)
    text = held.get("content") if isinstance(held, dict) else None
    if text is not None and not isinstance(text, str):
        raise WriterError(f"The language model at {to.host} does not answer in text.")
    return text or ""


def _finished(event: Mapping[str, Any]) -> bool:
    """Whether the model stopped by itself, or at the length it may have."""
    return _choice(event).get("finish_reason") is not None
