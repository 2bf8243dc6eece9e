"""The documented doors for programs: the functions behind the HTTP endpoints and the MCP tools.

from gradio_client import Client

client = Client("http://127.0.0.1:7860/")
reply = client.predict("Who chaired the meeting?", api_name="/ask")
reply["short"], reply["citations"][0]["quote"]
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from embeddings.errors import DatelineError, InputError, QuestionError
from qa.search import search as find
from qa.understand import understand
from web.desk import Asked, Desk
from web.fields import answer_fields, passage_fields, release_fields
from web.jobs import plain
from web.limits import Limits
from web.quota import RequestError
from web.session import REMEMBERED, unaskable

if TYPE_CHECKING:
    from web.changes import Changes

_MOST = 50  # passages that one search returns
_LONGEST_PART = 20_000  # characters of a release that one call returns
_WITHOUT = 20  # things left out of one question


class DoorError(Exception):
    """What a program is told went wrong: one sentence that names nothing of this machine."""


class Doors:
    """The four functions over one desk. All arguments but the first may be left out."""

    def __init__(self, desk: Desk, changes: Changes) -> None:
        self.desk = desk
        self.changes = changes

    def ask(
        self,
        question: str,
        since: str = "",
        until: str = "",
        sources: list[str] | None = None,
        places: list[str] | None = None,
        topics: list[str] | None = None,
        history: list[list[str]] | None = None,
        without: list[str] | None = None,
        risk: float | None = None,
    ) -> dict[str, Any]:
        """Answer a question with checked quotations, or refuse.

        Args:
            question: at most 2,000 characters.
            since, until: dates such as 2018-10-31; only releases issued between them count.
            sources, places, topics: only releases with one of these values count.
            history: earlier turns of a follow-up as [question, answer text], oldest first.
            without: what was read out of the question and is not meant, as "understood" gives it.
            risk: the share of answers that may be wrong, 0 to 1; fewer questions are answered then.
        """
        self._check(question)
        turns = tuple(self._turn(turn) for turn in (history or [])[-REMEMBERED:])
        left_out = tuple(str(words)[:300] for words in (without or [])[:_WITHOUT])
        if risk is not None and (isinstance(risk, bool) or not isinstance(risk, (int, float))):
            raise DoorError("The risk must be a number between 0 and 1.")
        limits = Limits.of(since, until, sources, places, topics)
        outcome = self.desk.answer(Asked(question, turns, limits, left_out, risk))
        if isinstance(outcome, str):
            raise DoorError(outcome)
        return answer_fields(outcome)

    def search(
        self,
        question: str,
        since: str = "",
        until: str = "",
        sources: list[str] | None = None,
        places: list[str] | None = None,
        topics: list[str] | None = None,
        limit: int = 10,
    ) -> list[dict[str, Any]]:
        """The passages nearest to a question, best first, at most 50; arguments as for `ask`."""
        self._check(question)
        try:
            filters = Limits.of(since, until, sources, places, topics).filters()
            library = self.desk.library
            with library.reading():
                query = understand(question.strip(), library.catalog(), filters=filters)
                hits = find(library, query, k=max(1, min(int(limit), _MOST)))
        except DatelineError as error:
            raise DoorError(self.desk.sentence(error)) from None
        return [{**passage_fields(hit.passage, hit.release), "score": hit.score} for hit in hits]

    def read_release(self, release_id: str, start: int = 0) -> dict[str, Any]:
        """One release: its metadata and its text, at most 20,000 characters of it from `start`.

        Args:
            release_id: as citations and passages give it.
            start: the first character wanted; "next" in the reply says where the next part begins.
        """
        try:
            release = self.desk.library.release(str(release_id))
        except LookupError:
            raise DoorError("The library holds no such release.") from None
        except DatelineError as error:
            raise DoorError(self.desk.sentence(error)) from None
        first = max(0, int(start))
        end = min(len(release.text), first + _LONGEST_PART)
        more = {"next": end} if end < len(release.text) else {}
        return {**release_fields(release), "start": first, "text": release.text[first:end], **more}

    def add(self, name: str, text: str) -> dict[str, Any]:
        """Add one document to the library and wait until it can be searched.

        Args:
            name: its file name; the ending says what it is (.txt, .html, .md, .eml, .jsonl ...).
            text: what the file holds.
        """
        if not isinstance(name, str) or not isinstance(text, str) or not text.strip():
            raise DoorError("Give the name of a document and its text.")
        try:
            job = self.changes.add_content(name, text.encode("utf-8", "replace"))
        except RequestError as error:
            raise DoorError(str(error)) from None
        while job.state == "running":
            time.sleep(0.02)
        came = plain(job)
        if job.state != "done":
            raise DoorError(came["sentence"] or "The server is stopping.")
        return {"counts": came["counts"], "outcomes": came["outcomes"]}

    def _check(self, question: object) -> None:
        if not isinstance(question, str):
            raise DoorError("The question must be text.")
        if sentence := unaskable(question, self.desk.longest):
            raise DoorError(sentence)

    def _turn(self, turn: object) -> tuple[str, str]:
        if (
            not isinstance(turn, (list, tuple))
            or len(turn) != 2
            or not all(isinstance(part, str) for part in turn)
        ):
            raise DoorError("Each turn of the history must be [question, answer text].")
        return turn[0][: self.desk.longest], turn[1][: self.desk.longest]


def open_doors(doors: Doors) -> Sequence[Callable[..., Any]]:
    """The functions that this server offers to programs."""
    offered: list[Callable[..., Any]] = [doors.ask, doors.search, doors.read_release]
    return [*offered, doors.add] if doors.changes.settings.may_add else offered


def told(door: Callable[..., Any]) -> Callable[..., Any]:
    """A door for `gradio.api`: its own sentence reaches the client, nothing else does."""
    import gradio as gr

    @functools.wraps(door)
    def endpoint(*values: object, **named: object) -> object:
        try:
            return door(*values, **named)
        except DoorError as error:
            raise gr.Error(str(error), print_exception=False) from None
        except (TypeError, ValueError, AttributeError, InputError, QuestionError):
            raise gr.Error("An argument is not of its kind.", print_exception=False) from None

    return endpoint
