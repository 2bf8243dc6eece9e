"""Answers, citations and passages as plain values; paths on this machine stay on it."""

from __future__ import annotations

from typing import Any

from embeddings.types import Passage, Release
from qa.types import Answer, Citation


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
