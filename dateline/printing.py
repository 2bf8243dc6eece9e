"""Answers and releases as text for a terminal, and answers as JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from embeddings.types import Release
from qa.types import Answer, Citation, Row

# Characters that would steer a terminal rather than show in it: C0 and C1 controls other than
# tab and newline, and the marks that change the direction of text.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

# A sentence quoted behind its short answer, with its number: "Twelve — “Twelve boats came.” [1]".
_QUOTED = re.compile(r"(?:^|(?<=:)\s*|\s*—\s*)“(.*?)”(\s*\[\d{1,3}\])")
_NUMBERS_ALONE = re.compile(r"(?:\s*\[\d{1,3}\])+\s*")
_LABEL = 60  # characters that the labels of a table may take before the values


def inert(text: str) -> str:
    """Text from a document as a terminal may safely show it."""
    return _STEERING.sub("\ufffd", text)


def as_text(reply: Answer) -> str:
    """An answer, its quotations and where they stand; or a refusal and what came nearest."""
    return "\n".join([*headline(reply), *proof(reply)]).strip()


def headline(reply: Answer) -> list[str]:
    """The lines of the answer itself; what a quotation below says again is left out."""
    said = reply.text
    if not reply.answered and reply.reason:  # the nearest passages are listed below
        said = f"The archive does not say. {reply.reason}"
    lines = [_bare(line, reply.citations) for line in said.splitlines()]
    return [*(inert(line) for line in lines if not _NUMBERS_ALONE.fullmatch(line)), ""]


def proof(reply: Answer) -> list[str]:
    """The lines below the answer: its table, quotations, and what to know about it."""
    lines = _table(reply.rows)
    if reply.positions and not reply.writer:  # a written text ends by saying so
        lines.append("The releases disagree:")
        lines += [f"  - {inert(one.value)} {_marks(one.citations)}" for one in reply.positions]
        lines.append("")
    for citation in reply.citations:
        lines += _quotation(citation)
    if reply.answered and reply.understood:
        lines.append(inert(f"Searched for: {', '.join(one.text for one in reply.understood)}."))
    if reply.writer:
        lines.append(
            f"Worded by {inert(reply.writer)} from these quotations, each sentence checked."
        )
    if reply.note:
        lines.append(f"Note: {inert(reply.note)}")
    if reply.answered:
        lines.append(f"Confidence {reply.confidence:.0%}.")
    elif reply.nearest:
        lines.append("Nearest passages:")
        for number, hit in enumerate(reply.nearest):
            words = " ".join(hit.passage.text.split())
            why = "".join(f" {one}" for one in reply.nearest_why[number : number + 1])
            lines.append(
                f"  - {inert(hit.release.title)} ({hit.release.date or 'no date'}):{inert(why)}"
            )
            lines.append(f"    {inert(words[:200])}{'…' if len(words) > 200 else ''}")
    if reply.suggestions:
        lines += ["", "Ask next:", *(f"  - {inert(one)}" for one in reply.suggestions)]
    return lines


def _bare(line: str, citations: Sequence[Citation]) -> str:
    """A line without the quotations that the citations give in full."""
    quotes = {one.number: " ".join(one.quote.split()) for one in citations}

    def shortened(match: re.Match[str]) -> str:
        words = match[1].removeprefix("… ").removesuffix(" …")
        return match[2] if words in quotes.get(int(match[2].strip(" []")), "") else match[0]

    return _QUOTED.sub(shortened, line)


def _quotation(citation: Citation) -> list[str]:
    where = ", ".join(
        part for part in (str(citation.date or ""), citation.url or citation.path) if part
    )
    lines = [
        f"[{citation.number}] {inert(citation.title)} ({inert(where)})",
        f"    “{inert(citation.quote)}”",
        f"    release {citation.release_id[:12]}, characters {citation.start}-{citation.end}",
    ]
    if citation.also:
        lines.append(f"    also published as {inert(', '.join(citation.also))}")
    return lines


def _table(rows: Sequence[Row]) -> list[str]:
    """A list or comparison, its labels in one column and its values in the next."""
    if not rows:
        return []
    labels = [" ".join(row.label.split()) for row in rows]
    width = min(_LABEL, max(map(len, labels)))
    lines = [
        inert(f"  {label:{width}}  {' '.join(row.value.split())} [{row.citation}]")
        for label, row in zip(labels, rows, strict=True)
    ]
    return [*lines, ""]


def _marks(numbers: Sequence[int]) -> str:
    return " ".join(f"[{number}]" for number in numbers)


def as_json(reply: Answer) -> dict[str, Any]:
    """The whole answer as plain values, with its receipt."""
    return {
        "question": reply.question,
        "understood": [{"kind": one.kind, "text": one.text} for one in reply.understood],
        "answered": reply.answered,
        "text": reply.text,
        "short": reply.short,
        "confidence": round(reply.confidence, 4),
        "reason": reply.reason,
        "writer": reply.writer,
        "note": reply.note,
        "rows": [asdict(row) for row in reply.rows],
        "positions": [
            {"value": one.value, "citations": list(one.citations)} for one in reply.positions
        ],
        "citations": [
            {
                **asdict(citation),
                "date": citation.date.isoformat() if citation.date else None,
                "also": list(citation.also),
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
                "why_not": "".join(reply.nearest_why[number : number + 1]),
            }
            for number, hit in enumerate(reply.nearest)
        ],
        "suggestions": list(reply.suggestions),
        "milliseconds": {stage: round(value, 1) for stage, value in reply.timings.items()},
        "receipt": reply.receipt(),
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
