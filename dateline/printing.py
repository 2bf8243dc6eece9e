"""Answers and releases as text for a terminal, and answers as JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from embeddings.types import Release
from qa.types import Answer

# Characters that would steer a terminal rather than show in it: C0 and C1 controls other than
# tab and newline, and the marks that change the direction of text.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def inert(text: str) -> str:
    """Text from a document as a terminal may safely show it."""
    return _STEERING.sub("\ufffd", text)


def as_text(reply: Answer) -> str:
    """An answer, its quotations and where they stand; or a refusal and what came nearest."""
    lines = [inert(reply.text), ""]
    for citation in reply.citations:
        where = ", ".join(
            part for part in (str(citation.date or ""), citation.url or citation.path) if part
        )
        lines += [
            f"[{citation.number}] {inert(citation.title)} ({inert(where)})",
            f"    “{inert(citation.quote)}”",
            f"    release {citation.release_id[:12]}, characters {citation.start}-{citation.end}",
        ]
    if reply.answered and reply.understood:
        lines.append(inert(f"Searched for: {', '.join(one.text for one in reply.understood)}."))
    if reply.answered:
        lines.append(f"Confidence {reply.confidence:.0%}.")
    elif reply.nearest:
        lines.append("Nearest passages:")
        for hit in reply.nearest:
            words = " ".join(hit.passage.text.split())
            lines.append(f"  - {inert(hit.release.title)} ({hit.release.date or 'no date'}):")
            lines.append(f"    {inert(words[:200])}{'…' if len(words) > 200 else ''}")
    return "\n".join(lines).rstrip()


def as_json(reply: Answer) -> dict[str, Any]:
    """The whole answer as plain values."""
    return {
        "question": reply.question,
        "understood": [{"kind": one.kind, "text": one.text} for one in reply.understood],
        "answered": reply.answered,
        "text": reply.text,
        "short": reply.short,
        "confidence": round(reply.confidence, 4),
        "reason": reply.reason,
        "citations": [
            {
                "number": citation.number,
                "release_id": citation.release_id,
                "title": citation.title,
                "date": citation.date.isoformat() if citation.date else None,
                "url": citation.url,
                "path": citation.path,
                "quote": citation.quote,
                "start": citation.start,
                "end": citation.end,
            }
            for citation in reply.citations
        ],
        "nearest": [
            {
                "release_id": hit.release.id,
                "title": hit.release.title,
                "date": hit.release.date.isoformat() if hit.release.date else None,
                "passage": hit.passage.text,
                "start": hit.passage.start,
                "end": hit.passage.end,
            }
            for hit in reply.nearest
        ],
        "milliseconds": {stage: round(value, 1) for stage, value in reply.timings.items()},
    }


def release_as_text(release: Release, versions: Sequence[str]) -> str:
    """A release with its metadata and the ids of its other versions."""
    known = {
        "date": release.date,
        "place": release.place,
        "source": "; ".join(release.sources),
        "topics": "; ".join(release.topics),
        "number": release.number,
        "language": release.language,
        "url": release.url,
        "file": release.path,
        "id": release.id,
    }
    lines = [release.title]
    for name, value in known.items():
        if value:
            origin = release.origins.get(name)
            lines.append(f"  {name}: {value}" + (f"  (from {origin})" if origin else ""))
    others = [version[:12] for version in versions if version != release.id]
    if others:
        lines.append(f"  also published as: {', '.join(others)}")
    for person in release.people:
        lines.append(f"  names {person.name}: {person.role}")
    return inert("\n".join([*lines, "", release.text]))
