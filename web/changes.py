"""The routes by which readers change the library. The page's script is `library.js`.

All are POST with the header `x-dateline-token`, which only the page knows, and give JSON; what goes
wrong is {"detail": "one sentence"}. 403 where changes are off, 409 while others change something.

    /library/batch   {}                    {"batch": id}: files are sent into it one by one
    /library/upload  ?batch=&name=, body: one file as application/octet-stream     {"name": ...}
    /library/add     {"batch": id}         these five start a job: see `web.jobs.plain`
    /library/fetch   {"url": address}
    /library/retry   {"numbers": [...]}    rejected inputs, read again
    /library/forget  {"numbers": [...]}    rejected inputs, taken off the list
    /library/reembed {"model": number}     one of `Changes.models`, from 0
    /library/job     {"job": id}           how far it is, and what came of it
    /library/cancel  {"job": id}
"""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from embeddings.embed import DEFAULT_MODEL
from embeddings.outcomes import Outcome
from embeddings.read_types import UnreadableError
from embeddings.read_web_fetch import clean_url
from embeddings.report import Progress, Report
from web.jobs import BUSY, Job, Jobs, plain
from web.quota import RequestError
from web.uploads import Batches

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

    from embeddings.library import Library
    from web.settings import Settings

READ_ONLY = "This library is read-only here."
_LONGEST_URL = 2_000  # characters
_NUMBERS = 10_000  # rejects that one request may name
_SENDING = 8  # files that arrive at the same time
_IDLE_SECONDS = 30.0  # between two pieces of a file
_FILE_SECONDS = 1_800.0


class Changes:
    """What readers may do to one library, each as a job."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library = library
        self.settings = settings
        self.jobs = Jobs()
        self.token = secrets.token_urlsafe(32)
        self.models = tuple(dict.fromkeys((DEFAULT_MODEL, *settings.models)))
        self.batches = Batches(library, settings) if settings.may_add and settings.library else None

    def intake(self) -> Batches:
        """Where files go. Raises RequestError where none are taken."""
        if self.batches is None:
            raise RequestError(403, "This server takes no files and no addresses.")
        return self.batches

    def add(self, name: object) -> Job:
        """Take in the files of a batch."""
        batches = self.intake()
        batch = batches.find(name)
        root = str(batch.folder)

        def work(progress: Progress) -> tuple[Report, list[Outcome]]:
            report = self.library.add(*batch.files.values(), progress=progress)
            batches.added(str(name))
            return report, self.library.outcomes(root)

        batch.closed = True
        try:
            return self.jobs.start("add", work)
        except RequestError:
            batch.closed = False
            raise

    def add_content(self, name: str, content: bytes) -> Job:
        """Take in one file whose content is at hand, under a safe form of its name."""
        if self.settings.read_only:
            raise RequestError(403, READ_ONLY)
        batches = self.intake()
        opened = batches.open()
        try:
            batch = batches.find(opened)
            _, file = batches.create(batch, name, len(content))
            with file:
                batches.charge(batch, len(content), len(content))
                file.write(content)
            return self.add(opened)
        except OSError:
            batches.discard(opened)
            raise RequestError(507, "The server's disk refused the file.") from None
        except RequestError:
            batches.discard(opened)
            raise

    def fetch(self, url: object) -> Job:
        """Take in a page from the web, or those that a feed lists; never from private networks."""
        self.intake()
        if not isinstance(url, str) or len(url) > _LONGEST_URL:
            raise RequestError(400, f"An address is at most {_LONGEST_URL:,} characters long.")
        try:
            address = clean_url(url)
        except UnreadableError as error:
            raise RequestError(400, str(error)) from None

        def work(progress: Progress) -> tuple[Report, list[Outcome]]:
            before = self.library.last_input()
            report = self.library.fetch(address, progress=progress)
            paths = [address, *(path for path, _ in report.rejected)]
            return report, self.library.outcomes("web", after=before, paths=paths)

        return self.jobs.start("fetch", work)

    def retry(self, numbers: object) -> Job:
        """Read rejected inputs again."""
        chosen = _numbers(numbers)

        def work(progress: Progress) -> tuple[Report, list[Outcome]]:
            report = self.library.retry(chosen, progress=progress)
            return report, self.library.outcomes_of(chosen)

        return self.jobs.start("retry", work)

    def forget(self, numbers: object) -> Job:
        """Take rejected inputs off the list."""
        chosen = _numbers(numbers)
        return self.jobs.start("forget", lambda progress: (self.library.forget(chosen), []))

    def reembed(self, model: object) -> Job:
        """Embed everything with one of `models`; what was asked before goes on being answered."""
        if type(model) is not int or not 0 <= model < len(self.models):
            raise RequestError(400, "This model is not offered here.")
        name = self.models[model]
        return self.jobs.start(
            "reembed", lambda progress: (self.library.reembed(name, progress=progress), [])
        )

    def cancel(self, name: object) -> Job:
        """Stop a job at its next step; what it has committed stays."""
        job = self.jobs.find(name)
        job.cancelled.set()
        return job


def _numbers(given: object) -> list[int]:
    if not isinstance(given, list) or not 0 < len(given) <= _NUMBERS:
        raise RequestError(400, "Name the inputs by their numbers.")
    if not all(type(number) is int and 0 < number < 1 << 53 for number in given):
        raise RequestError(400, "Name the inputs by their numbers.")
    return given


def routes(app: FastAPI, changes: Changes) -> None:
    """Add the routes to the application."""
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import ClientDisconnect
    from starlette.responses import JSONResponse

    sending = asyncio.Semaphore(_SENDING)

    def guarded(
        answer: Callable[[Request], Awaitable[dict[str, Any]]],
    ) -> Callable[[Request], Awaitable[JSONResponse]]:
        async def route(request: Request) -> JSONResponse:
            try:
                _check(request, changes)
                return JSONResponse(await answer(request))
            except RequestError as reason:
                status, sentence = reason.status, str(reason)
            except (TimeoutError, ClientDisconnect):
                status, sentence = 408, "The file took too long to arrive."
            except OSError:
                status, sentence = 507, "The server's disk refused the file."
            return JSONResponse({"detail": sentence}, status, {"connection": "close"})

        return route

    def starting(start: Callable[[Any], Job], field: str) -> Callable[..., Any]:
        async def answer(request: Request) -> dict[str, Any]:
            value = json.loads(await request.body())
            return plain(await run_in_threadpool(start, value.get(field)))

        return guarded(answer)

    async def batch(request: Request) -> dict[str, Any]:
        if changes.jobs.busy:  # better said before the files are sent than afterwards
            raise RequestError(409, BUSY)
        return {"batch": await run_in_threadpool(changes.intake().open)}

    async def upload(request: Request) -> dict[str, Any]:
        if request.headers.get("content-type") != "application/octet-stream":
            raise RequestError(415, "Send the bytes of one file as application/octet-stream.")
        if sending.locked():
            raise RequestError(503, "Too many files are arriving; try again in a moment.")
        async with sending, asyncio.timeout(_FILE_SECONDS):
            return {"name": await _take(request, changes.intake())}

    handlers = {
        "batch": guarded(batch),
        "upload": guarded(upload),
        "add": starting(changes.add, "batch"),
        "fetch": starting(changes.fetch, "url"),
        "retry": starting(changes.retry, "numbers"),
        "forget": starting(changes.forget, "numbers"),
        "reembed": starting(changes.reembed, "model"),
        "job": starting(changes.jobs.find, "job"),
        "cancel": starting(changes.cancel, "job"),
    }
    for name, handler in handlers.items():
        app.add_route(f"/library/{name}", handler, methods=["GET", "POST"])


def _check(request: Request, changes: Changes) -> None:
    if request.method != "POST":
        raise RequestError(405, "This method is not allowed here.")
    if changes.settings.read_only:
        raise RequestError(403, READ_ONLY)
    given = request.headers.get("x-dateline-token", "")
    if not hmac.compare_digest(given.encode(), changes.token.encode()):
        raise RequestError(403, "This page is from before the server was started; load it again.")


async def _take(request: Request, batches: Batches) -> str:
    """Write one file as it arrives; its name. Nothing is kept of one that does not arrive whole."""
    batch = batches.find(request.query_params.get("batch"))
    declared = request.headers.get("content-length", "")
    expected = int(declared) if declared.isascii() and declared.isdecimal() else 0
    name, file = batches.create(batch, request.query_params.get("name", ""), expected)
    size, whole = 0, False
    try:
        pieces = request.stream()
        with file:
            while True:
                async with asyncio.timeout(_IDLE_SECONDS):
                    piece = await anext(pieces, None)
                if piece is None:
                    break
                size += len(piece)
                batches.charge(batch, len(piece), size)
                file.write(piece)
        whole = True
    finally:
        if not whole:
            batches.drop(batch, name, size)
    return name
