"""The HTTP server: the page, a release by its id, a health check; start and graceful stop."""

from __future__ import annotations

import os
import re
import socket
from importlib import resources
from typing import TYPE_CHECKING

from embeddings.errors import DatelineError
from web import document, feedback, holdings, pages, tools
from web.changes import Changes
from web.guard import Guard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI

    from embeddings.library import Library
    from web.settings import Settings

_FILES = {
    "style.css": "text/css",
    "ask.css": "text/css",
    "chat.css": "text/css",
    "reply.css": "text/css",
    "pages.css": "text/css",
    "acts.js": "text/javascript",
    "card.js": "text/javascript",
    "library.css": "text/css",
    "library.js": "text/javascript",
    "page.js": "text/javascript",
}


def application(library: Library, settings: Settings, examples: Sequence[str] = ()) -> Guard:
    """The whole ASGI application over an open library, behind its guard."""
    # Gradio reads these: no call home, not even a version check, and no table of the last 10,000
    # events made anew after each question for a dashboard that is off.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**12)
    import gradio as gr
    from fastapi import FastAPI

    from web.desk import Desk
    from web.doors import Doors, open_doors
    from web.page import build
    from web.theme import theme

    desk = Desk(library, settings)
    desk.warm()
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _routes(app, library)
    feedback.routes(app, desk.opinions)
    changes = Changes(library, settings)
    holdings.routes(app, changes)
    doors = Doors(desk, changes)
    if settings.mcp:
        tools.serve_beside(app, doors, settings.concurrency)
    page = build(doors, settings, examples)
    gr.mount_gradio_app(
        app,
        page,
        "/",
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        theme=theme(),
        footer_links=[],
        run_history=False,
        show_error=False,
        allowed_paths=[],
        blocked_paths=["/"],
        max_file_size=0,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
    )
    functions = {number: len(one.inputs) for number, one in page.fns.items()}
    named = {door.__name__ for door in open_doors(doors)} if settings.api else set()
    names = {one.api_name: len(one.inputs) for one in page.fns.values() if one.api_name in named}
    direct = frozenset(number for number, one in page.fns.items() if not one.queue)
    guard = Guard(app, settings, functions, names, direct)
    changes.jobs.stopping = guard.stopping.is_set
    return guard


def _routes(app: FastAPI, library: Library) -> None:
    from fastapi import Response

    def html(text: str, status: int = 200) -> Response:
        return Response(text, status, {"cache-control": "no-store"}, media_type="text/html")

    @app.get("/health")
    def health() -> dict[str, object]:
        return {"status": "ok", "releases": library.catalog().count, "version": library.version}

    @app.get("/page/{name}")
    def file(name: str) -> Response:
        if name not in _FILES:
            return Response(status_code=404)
        content = resources.files("web").joinpath(name).read_bytes()
        headers = {"cache-control": "no-cache"}
        return Response(content, media_type=_FILES[name], headers=headers)

    def found(release_id: str, bounds: Sequence[str], alone: bool) -> tuple[str, str] | None:
        start, end, first, last = map(_offset, bounds)
        try:
            release = library.release(release_id)
            versions = [
                library.release(other)
                for other in library.versions(release_id)
                if other != release_id
            ]
        except (DatelineError, LookupError):
            return None
        html = document.release(
            release, (start, end), (first, last), versions=versions, alone=alone
        )
        return release.title, html

    @app.get("/release/{release_id}")
    def release(
        release_id: str, start: str = "0", end: str = "0", first: str = "0", last: str = "0"
    ) -> Response:
        shown = found(release_id, (start, end, first, last), alone=False)
        return html(shown[1]) if shown else Response("No such release.", 404)

    @app.get("/read/{release_id}")
    def read(
        release_id: str, start: str = "0", end: str = "0", first: str = "0", last: str = "0"
    ) -> Response:
        shown = found(release_id, (start, end, first, last), alone=True)
        return html(pages.reading(*shown)) if shown else html(pages.missing(), 404)


def _offset(value: str) -> int:
    return int(value) if re.fullmatch(r"[0-9]{1,9}", value) else 0


def listen(settings: Settings) -> socket.socket:
    """A socket bound to the address and port asked for; port 0 takes any that is free.

    Raises ServeError with one sentence when there is none.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((settings.host, settings.port))
    except (OSError, OverflowError) as error:
        bound.close()
        reason = error.strerror if isinstance(error, OSError) else "ports end at 65535"
        raise ServeError(
            f"Cannot listen on {settings.host} port {settings.port}: {reason}. "
            "Choose another with --port or --host."
        ) from None
    return bound


class ServeError(DatelineError):
    """The address that was asked for cannot be listened on."""


def serve(app: Guard, bound: socket.socket) -> None:
    """Serve until told to stop (Ctrl-C or SIGTERM), then close what is open and return."""
    import uvicorn

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            app.stopping.set()
            await super().shutdown(sockets)

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=512,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=3,
        ws="none",
    )
    Server(config).run(sockets=[bound])
