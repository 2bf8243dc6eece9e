"""From a command line to a running chat."""

from __future__ import annotations

import argparse
import atexit
import contextlib
import ipaddress
import logging
import shutil
import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.errors import DatelineError, InputError
from qa.writer_client import endpoint
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
    parser.add_argument("--library", metavar="DIR", help="the library to answer from")
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
        "--no-api", action="store_true", help="leave out the HTTP endpoints for programs"
    )
    parser.add_argument(
        "--mcp",
        action="store_true",
        help="offer ask, search and read_release as MCP tools at /mcp (needs the extra [mcp])",
    )
    parser.add_argument(
        "--llm",
        action="store_true",
        help="have a language model word the answers; DATELINE_LLM_URL, DATELINE_LLM_MODEL and "
        "DATELINE_LLM_KEY say which. Questions and quotations are sent to it",
    )
    parser.add_argument(
        "--keep-conversations",
        type=Path,
        metavar="FOLDER",
        help="keep each browser's conversation in this folder until its reader begins a new one or "
        "asks nothing for 30 days; otherwise it goes when the page is closed or the server stops",
    )
    changes = parser.add_argument_group(
        "what readers may change",
        "On this machine they may add releases, read rejected ones again, re-embed the library and "
        "say what they think of an answer. A server that others reach is read-only unless you say "
        "otherwise.",
    )
    either = changes.add_mutually_exclusive_group()
    either.add_argument("--read-only", action="store_true", help="readers change nothing")
    either.add_argument(
        "--allow-changes",
        action="store_true",
        help="let readers of a server that others reach change the library; "
        "beyond this machine it needs --password-file",
    )
    changes.add_argument(
        "--no-upload", action="store_true", help="readers add neither files nor addresses"
    )
    changes.add_argument(
        "--max-upload",
        type=int,
        default=default.max_file >> 20,
        metavar="MIB",
        help="the largest file that is taken; all that come together may have eight times as much "
        "(default: %(default)s)",
    )
    changes.add_argument(
        "--offer-model",
        action="append",
        default=[],
        metavar="NAME",
        help="a sentence-transformers model, by folder or name, that readers may re-embed the "
        "library with besides the packaged one; may be repeated",
    )
    return parser


def settings_of(options: argparse.Namespace) -> Settings:
    """What the options ask for.

    Raises InputError when the password cannot be read, or when anybody could change the library;
    WriterError when a language model is asked for and none is set up.
    """
    password = read_password(options.password_file) if options.password_file else ""
    local = _is_loopback(options.host)
    if options.allow_changes and not local and not password:
        raise InputError(
            f"With --allow-changes anybody who reaches {options.host} could change the library. "
            "Give --password-file as well."
        )
    reached = not local or bool(options.allow_host)
    largest = max(1, options.max_upload) << 20
    return Settings(
        host=options.host,
        port=options.port,
        allowed_hosts=tuple(options.allow_host),
        rate=max(0, options.rate),
        api=not options.no_api,
        mcp=options.mcp,
        read_only=options.read_only or (reached and not options.allow_changes),
        upload=not options.no_upload,
        keep_conversations=options.keep_conversations,
        models=tuple(dict.fromkeys(options.offer_model)),
        max_file=largest,
        max_batch=8 * largest,
        writer=endpoint() if options.llm else None,
        password=password,
    )


def _is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address; a name is taken by its usual meaning."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def build(
    library_path: str | Path | None = None, settings: Settings | None = None
) -> tuple[Guard, Settings]:
    """Open the library at `library_path` (None: the samples) and return the ASGI application.

    Readers who may change the samples change a copy, which goes when the process ends.

    Raises LibraryError when the folder cannot be used.
    """
    from embeddings.library import Library
    from embeddings.milvus_client import is_address
    from embeddings.sampling import sample_library
    from web.server import application
    from web.suggest import sample_questions, suggestions

    settings = settings or Settings()
    if is_address(library_path):
        library = Library.open(str(library_path))
        settings = replace(settings, library=None, read_only=True)
        return application(library, settings, suggestions(library)), settings
    if library_path is not None:
        folder = Path(library_path)
    else:
        folder = sample_library()
        folder = folder if settings.read_only else _copy_of(folder)
    settings = replace(settings, library=folder, samples=library_path is None)
    library = Library.open(folder)
    examples = sample_questions() if library_path is None else suggestions(library)
    return application(library, settings, examples), settings


def _copy_of(folder: Path) -> Path:
    from embeddings.library import Library

    temporary = Path(tempfile.mkdtemp(prefix="dateline-samples-"))
    atexit.register(shutil.rmtree, temporary, ignore_errors=True)
    with Library.open(folder) as library:
        return library.backup(temporary / "library")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the chat until it is stopped; the exit status: 0, or 1 with one sentence on stderr."""
    options = parser().parse_args(argv)
    logging.basicConfig(format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("dateline").setLevel(logging.INFO)
    from web.server import listen, serve

    try:
        settings = settings_of(options)
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
    # uvicorn stops gracefully and then raises the signal again: as an interrupt it ends here.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        serve(app, bound)
    return 0
