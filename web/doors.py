"""The documented HTTP endpoints `/ask` and `/search`: the page's own functions for programs.

from gradio_client import Client

client = Client("http://127.0.0.1:7860/")
reply = client.predict("Who chaired the meeting?", api_name="/ask")
reply["short"], reply["citations"][0]["quote"]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qa.search import search as find
from qa.understand import understand
from web.desk import Asked, Desk
from web.fields import answer_fields, passage_fields
from web.limits import Limits
from web.session import REMEMBERED, unaskable

_MOST = 50  # passages that one search returns


def endpoints(desk: Desk) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The functions `ask` and `search` over a desk, typed for `gradio.api`."""

    def ask(
        question: str,
        since: str = "",
        until: str = "",
        sources: list[str] | None = None,
        places: list[str] | None = None,
        topics: list[str] | None = None,
        history: list[list[str]] | None = None,
    ) -> dict[str, Any]:
        """Answer a question with checked quotations, or refuse.

        Args:
            question: at most 2,000 characters.
            since, until: dates such as 2018-10-31; only releases issued between them count.
            sources, places, topics: only releases with one of these values count.
            history: earlier turns of a follow-up as [question, answer text], oldest first.
        """
        _check(question, desk.longest)
        turns = [_turn(turn, desk.longest) for turn in (history or [])[-REMEMBERED:]]
        limits = Limits.of(since, until, sources, places, topics)
        outcome = desk.answer(Asked(question, tuple(turns), limits))
        if isinstance(outcome, str):
            raise _error(outcome)
        return answer_fields(outcome)

    def search(
        question: str,
        since: str = "",
        until: str = "",
        sources: list[str] | None = None,
        places: list[str] | None = None,
        topics: list[str] | None = None,
        limit: int = 10,
    ) -> list[dict[str, Any]]:
        """The passages nearest to a question, best first, at most 50; arguments as for `ask`."""
        from embeddings.errors import DatelineError

        _check(question, desk.longest)
        try:
            filters = Limits.of(since, until, sources, places, topics).filters()
            with desk.library.reading():
                query = understand(question.strip(), desk.library.catalog(), filters=filters)
                hits = find(desk.library, query, k=max(1, min(int(limit), _MOST)))
        except DatelineError as error:
            raise _error(desk.sentence(error)) from None
        return [{**passage_fields(hit.passage, hit.release), "score": hit.score} for hit in hits]

    return ask, search


def _check(question: object, longest: int) -> None:
    if not isinstance(question, str):
        raise _error("The question must be text.")
    if sentence := unaskable(question, longest):
        raise _error(sentence)


def _turn(turn: object, longest: int) -> tuple[str, str]:
    if (
        not isinstance(turn, (list, tuple))
        or len(turn) != 2
        or not all(isinstance(part, str) for part in turn)
    ):
        raise _error("Each turn of the history must be [question, answer text].")
    return turn[0][:longest], turn[1][:longest]


def _error(sentence: str) -> Exception:
    """An error whose sentence reaches the client; any other is reported without details."""
    import gradio as gr

    return gr.Error(sentence, print_exception=False)
