"""What readers say about answers: the answers that were given, and the route that takes opinions.

For the page (`web.session`, `web.reply`, `page.js`):

    desk.opinions = Opinions(library, allowed=not settings.read_only)    # once
    name = desk.opinions.remember(question, answer)     # with each final answer; "" when it is off

    POST /feedback      {"answer": name, "kind": KIND, "remark": "at most 500 characters"}
                        as application/json, from the page itself; KIND is one of
                        good, bad, wrong-citation, should-refuse, should-answer
    200 {"kept": KIND}  a later opinion on the same answer takes the place of the first
    400, 403 (off), 404 (the answer is no longer remembered), 415, 429, 503
                        {"detail": "one sentence to show"}

What is stored is the answer as this server gave it. A reader's request brings only its name, which
cannot be guessed, the kind and the remark.
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from embeddings.errors import DatelineError, InputError
from embeddings.feedback import KINDS, Cited, Feedback
from web.quota import Rate, RequestError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from embeddings.library import Library
    from qa.types import Answer

log = logging.getLogger("dateline.web")

_REMEMBERED = 5_000  # answers, about 1 kB each; the latest stay
_PER_MINUTE = 30  # opinions of one client


class Opinions:
    """Remembers the answers given last, and keeps what readers say about them."""

    def __init__(self, library: Library, *, allowed: bool = True) -> None:
        self.allowed = allowed
        self._library = library
        self._lock = threading.Lock()
        self._given: OrderedDict[str, Feedback] = OrderedDict()

    def remember(self, asked: str, answer: Answer) -> str:
        """A name for this answer, by which an opinion can refer to it; "" when none are taken."""
        if not self.allowed:
            return ""
        name = secrets.token_urlsafe(16)
        given = Feedback(
            answer=name,
            kind="",
            question=answer.question.strip() or asked,
            asked=asked,
            answered=answer.answered,
            short=answer.short,
            text=answer.text,
            citations=tuple(
                Cited(citation.release_id, citation.start, citation.end, citation.quote)
                for citation in answer.citations
            ),
            filters=answer.filters,
        )
        with self._lock:
            self._given[name] = given
            if len(self._given) > _REMEMBERED:
                self._given.popitem(last=False)
        return name

    def keep(self, name: object, kind: object, remark: object = "") -> str:
        """Store an opinion; returns its kind.

        Raises RequestError with a sentence for the reader when it cannot be kept.
        """
        if not self.allowed:
            raise RequestError(403, "This server keeps no opinions.")
        if kind not in KINDS or not isinstance(kind, str):
            raise RequestError(400, f"An opinion is one of {', '.join(KINDS)}.")
        if not isinstance(name, str) or not isinstance(remark, str):
            raise RequestError(400, "The answer and the remark must be text.")
        with self._lock:
            given = self._given.get(name)
        if given is None:
            raise RequestError(404, "The server no longer remembers this answer; ask again.")
        try:
            self._library.add_feedback(replace(given, kind=kind, remark=remark))
        except InputError as error:
            raise RequestError(400, str(error)) from None
        except DatelineError as error:  # its message may name a path: that is for the log only
            log.error("feedback failed=%s %s", type(error).__name__, error)
            raise RequestError(503, "The library cannot keep it now; try again later.") from None
        return kind


def routes(app: FastAPI, opinions: Opinions) -> None:
    """Add `/feedback` to the application."""
    from fastapi import Request, Response
    from starlette.concurrency import run_in_threadpool

    rate = Rate(_PER_MINUTE)

    def said(status: int, value: dict[str, Any]) -> Response:
        return Response(json.dumps(value), status, media_type="application/json")

    async def feedback(request: Request) -> Response:
        try:
            if request.method != "POST":
                raise RequestError(405, "This method is not allowed here.")
            if request.headers.get("content-type", "").split(";")[0] != "application/json":
                raise RequestError(415, "An opinion is sent as JSON.")
            rate.check(request.scope)
            value = json.loads(await request.body())
            kind = await run_in_threadpool(
                opinions.keep, value.get("answer"), value.get("kind"), value.get("remark", "")
            )
        except RequestError as reason:
            return said(reason.status, {"detail": str(reason)})
        return said(200, {"kept": kind})

    app.add_route("/feedback", feedback, methods=["GET", "POST"])
