"""From a command line to a running chat."""

from __future__ import annotations

import argparse
import contextlib
import logging
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.errors import DatelineError
from web.access import read_password
from web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.guard import Guard


def parser() -> argparse.ArgumentParser:
    """The options of `python app.py`."""
    default = Settings()
    parser = argparse.ArgumentParser(
        prog="python app.py",
        description="Open the chat in a browser; without --library, on the sample releases.",
    )
    parser.add_argument("--library", type=Path, metavar="DIR", help="the library to answer from")
    parser.add_argument(
        "--host", default=default.host, help="address to listen on (default: %(default)s)"
    )
    parser.add_argument(
        "--port", type=int, default=default.port, help="port to listen on (default: %(default)s)"
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="another host name under which browsers may reach this server; may be repeated",
    )
    parser.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help="ask for the password in this file's first line; use it behind HTTPS only",
    )
    parser.add_argument(
        "--rate",
        type=int,
        default=default.rate,
        metavar="N",
        help="requests a minute that one client address may send, 0 for any number, for instance "
        "behind a reverse proxy that counts them itself (default: %(default)s)",
    )
    parser.add_argument(
        "--no-api", action="store_true", help="leave out the endpoints /ask and /search"
    )
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(
        host=options.host,
        port=options.port,
        allowed_hosts=tuple(options.allow_host),
        rate=max(0, options.rate),
        api=not options.no_api,
        password=read_password(options.password_file) if options.password_file else "",
    )


def build(
    library_path: str | Path | None = None, settings: Settings | None = None
) -> tuple[Guard, Settings]:
    """Open the library at `library_path` (None: the samples) and return the ASGI application.

    Raises LibraryError when the folder cannot be used.
    """
    from embeddings.library import Library
    from embeddings.sampling import sample_library
    from web.server import application
    from web.suggest import sample_questions, suggestions

    settings = settings or Settings()
    folder = sample_library() if library_path is None else Path(library_path)
    settings = replace(settings, library=folder)
    library = Library.open(folder)
    examples = sample_questions() if library_path is None else suggestions(library)
    return application(library, settings, examples), settings


def main(argv: Sequence[str] | None = None) -> int:
    """Run the chat until it is stopped; the exit status: 0, or 1 with one sentence on stderr."""
    options = parser().parse_args(argv)
    logging.basicConfig(format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("dateline").setLevel(logging.INFO)
    from web.server import listen, serve

    try:
        settings = _settings(options)
        with contextlib.ExitStack() as opened:
            bound = opened.enter_context(listen(settings))
            app, settings = build(options.library, settings)
            opened.pop_all()  # from here on the server closes it
    except DatelineError as error:
        print(f"dateline: {error}", file=sys.stderr)
        return 1
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"Dateline answers at http://{host}:{bound.getsockname()[1]}/ (stop it with Ctrl-C)")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        serve(app, bound)
    return 0
