"""A scripted server that speaks the OpenAI chat protocol on this machine, well or badly."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Talker:
    """What the server does next, and what it was asked."""

    port: int = 0
    scripts: list[Script] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def says(self, *pieces: str) -> None:
        """Stream these pieces and finish, as it should be."""
        self.scripts = [stream(pieces)]

    def does(self, *scripts: Script) -> None:
        """One script a request; the last one for all that follow."""
        self.scripts = list(scripts)

    def passages(self) -> list[dict[str, Any]]:
        """The passages in the last request."""
        found: list[dict[str, Any]] = json.loads(self.bodies[-1]["messages"][1]["content"])[
            "passages"
        ]
        return found


@contextmanager
def talking() -> Iterator[Talker]:
    """The server, on a free port of this machine."""
    talker = Talker()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            talker.bodies.append(json.loads(self.rfile.read(length)))
            talker.headers.append(dict(self.headers))
            talker.paths.append(self.path)
            script = talker.scripts[0]
            if len(talker.scripts) > 1:
                talker.scripts.pop(0)
            self.close_connection = True
            with suppress(OSError):  # the other side hung up
                script(self)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    talker.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield talker
    finally:
        talker.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


def head(to: BaseHTTPRequestHandler, status: int = 200, **headers: str) -> None:
    to.send_response(status)
    for name, value in headers.items():
        to.send_header(name.replace("_", "-"), value)
    to.send_header("Connection", "close")
    to.end_headers()


def event(piece: str | None = None, finish: str | None = None) -> bytes:
    delta = {} if piece is None else {"content": piece}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice]})}\n\n".encode()


def stream(pieces: Sequence[str], *, end: bytes = b"data: [DONE]\n\n") -> Script:
    """A stream of server-sent events. `end` is what comes behind the pieces."""

    def script(to: BaseHTTPRequestHandler) -> None:
        head(to, Content_Type="text/event-stream; charset=utf-8")
        to.wfile.write(b": hello\n\n" + event(""))
        for piece in pieces:
            to.wfile.write(event(piece))
        to.wfile.write(end)

    return script


def raw(data: bytes, status: int = 200, **headers: str) -> Script:
    """These bytes, under these headers."""

    def script(to: BaseHTTPRequestHandler) -> None:
        head(to, status, **headers)
        to.wfile.write(data)

    return script


def stalling(*pieces: str, stop: threading.Event) -> Script:
    """Some pieces and then nothing more, with the connection left open."""

    def script(to: BaseHTTPRequestHandler) -> None:
        head(to, Content_Type="text/event-stream")
        for piece in pieces:
            to.wfile.write(event(piece))
        to.wfile.flush()
        stop.wait(30)

    return script


def dripping(stop: threading.Event) -> Script:
    """A comment that never ends, a byte at a time: never silent, never saying anything."""

    def script(to: BaseHTTPRequestHandler) -> None:
        head(to, Content_Type="text/event-stream")
        while not stop.is_set():
            to.wfile.write(b":")
            to.wfile.flush()
            time.sleep(0.02)

    return script
