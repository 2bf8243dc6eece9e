"""The documented HTTP endpoints `/ask` and `/search`: the page's own functions for programs.

from gradio_client import Client

client = Client("http://127.0.0.1:7860/")
reply = client.predict("Who chaired the meeting?", api_name="/ask")
reply["short"], reply["citations"][0]["quote"]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from embeddings.types import Passage, Release
from qa.answering import Stage
from qa.search import search as find
from qa.types import Answer, Citation
from qa.understand import understand
from web.limits import Limits
from web.session import REMEMBERED, Desk, unaskable

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
        events = desk.begin(question, turns, limits)
        while isinstance(outcome := events.get(), Stage):
            pass
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


def answer_fields(answer: Answer) -> dict[str, Any]:
    """An answer as plain values. Paths on this machine stay on it."""
    return {
        "text": answer.text,
        "short": answer.short,
        "answered": answer.answered,
        "confidence": answer.confidence,
        "reason": answer.reason,
        "question": answer.question,
        "citations": [citation_fields(citation) for citation in answer.citations],
        "nearest": [passage_fields(hit.passage, hit.release) for hit in answer.nearest],
        "milliseconds": dict(answer.timings),
    }


def citation_fields(citation: Citation) -> dict[str, Any]:
    """A citation as plain values; `start` and `end` count code points of the release's text."""
    return {
        "number": citation.number,
        "release_id": citation.release_id,
        "title": citation.title,
        "date": citation.date.isoformat() if citation.date else None,
        "url": citation.url,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
    }


def passage_fields(passage: Passage, release: Release) -> dict[str, Any]:
    """A passage and its release's metadata as plain values."""
    return {
        "release_id": release.id,
        "title": release.title,
        "date": release.date.isoformat() if release.date else None,
        "place": release.place,
        "source": release.source,
        "url": release.url,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
    }


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
