"""Answers, citations and passages as plain values; paths on this machine stay on it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from embeddings.types import Passage, Release
from qa.types import Answer, Citation

_BRIEF = frozenset(("release_id", "title", "date", "place", "source", "url"))


def answer_fields(answer: Answer) -> dict[str, Any]:
    """An answer as plain values. Paths on this machine stay on it."""
    return {
        "text": answer.text,
        "short": answer.short,
        "answered": answer.answered,
        "confidence": answer.confidence,
        "reason": answer.reason,
        "question": answer.question,
        "understood": [{"kind": one.kind, "text": one.text} for one in answer.understood],
        "citations": [citation_fields(citation) for citation in answer.citations],
        "rows": [asdict(row) for row in answer.rows],
        "positions": [
            {"value": one.value, "citations": list(one.citations)} for one in answer.positions
        ],
        "writer": answer.writer,
        "note": answer.note,
        "suggestions": list(answer.suggestions),
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
        **{name: value for name, value in release_fields(release).items() if name in _BRIEF},
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
    }


def release_fields(release: Release) -> dict[str, Any]:
    """A release's metadata as plain values."""
    return {
        "release_id": release.id,
        "title": release.title,
        "date": release.date.isoformat() if release.date else None,
        "place": release.place,
        "source": release.source,
        "topics": list(release.topics),
        "url": release.url,
        "language": release.language,
    }
