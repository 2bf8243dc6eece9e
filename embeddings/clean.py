"""From a page to the release that stands on it.

    lines -> labelled fields -> the run of lines that is the body -> each paragraph once

What is kept is never rewritten: `Body.segments` leads from every character back to the document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from embeddings.clean_body import body_lines
from embeddings.clean_chrome import Chrome
from embeddings.clean_fields import find_fields
from embeddings.clean_lines import Line, lines_of
from embeddings.clean_repeats import repeated
from embeddings.clean_title import find_heading
from embeddings.errors import Rejected
from embeddings.types import Body, Document, Segment

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["Chrome", "clean"]


def clean(document: Document, chrome: Chrome | None = None) -> Body:
    """The body of the release in `document`, and the labelled values that stand around it.

    Works on a single page by its structure alone; `chrome`, lines learned to recur across the
    archive's pages, only adds to that. Besides labelled values `fields` may hold a "title" and a
    "date" that stand above the body without a label.

    Raises `Rejected` when the document holds no body.
    """
    lines = lines_of(document)
    if not lines:
        raise Rejected("There is no text in it.")
    fields = find_fields(lines)
    learned = chrome.known(lines) if chrome else frozenset()
    body = body_lines(lines, fields.used, learned) or _whatever_there_is(lines, fields.used)
    heading = find_heading(lines, body, fields, document.hints.get("title", ""))
    kept = [lines[index] for index in body if index not in heading.used]
    if not kept:
        raise Rejected("There is a page, but no release on it: nothing reads as running text.")
    text, segments = _compose(kept)
    values = {**heading.values, **fields.values}
    return Body(text, segments, values)


def _whatever_there_is(lines: Sequence[Line], used: Collection[int]) -> list[int]:
    """All lines, for a document too short to have a body that stands out."""
    rest = [index for index, line in enumerate(lines) if index not in used and not line.bare]
    short = len(lines) <= 12 and sum(lines[index].words for index in rest) >= 3
    return rest if short else []


def _compose(lines: Sequence[Line]) -> tuple[str, tuple[Segment, ...]]:
    """The lines as paragraphs, each once, with the way back to the document."""
    left_out = repeated([line.text for line in lines])
    parts: list[str] = []
    segments: list[Segment] = []
    position = 0
    for index, line in enumerate(lines):
        if index in left_out:
            continue
        if parts:
            parts.append("\n\n")
            position += 2
        parts.append(line.text)
        for start, end in line.pieces:
            segments.append(Segment(position, start, end - start))
            position += end - start + 1
        position -= 1
    return "".join(parts), tuple(segments)
