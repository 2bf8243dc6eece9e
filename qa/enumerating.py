"""A row of names in one sentence: "Halvany, Sundrey and Tavistra"."""

from __future__ import annotations

import re
from dataclasses import replace

from qa.read import Span
from qa.spans import candidates

NAMED = frozenset({"person", "country", "place", "organisation"})  # kinds of things in such rows
_BETWEEN = re.compile(
    r"\s*(?:,|;|,?\s*(?<![\w-])(?:and|or|as well as)(?![\w-]))"
    r"\s*(?:the\s|in\s|at\s|from\s)?\s*",
    re.I,
)
# persons stand there with their titles: "and Maj. Gen."
_BETWEEN_TITLED = re.compile(rf"(?i:{_BETWEEN.pattern})(?:[A-Z][\w.-]*\s+){{0,4}}")


def enumerated(span: Span, most: int = 0) -> Span:
    """The span with its neighbours in a row: "Halvany" -> "Halvany, Sundrey and Tavistra".

    With `most` the row ends when it has so many.
    """
    release = span.hit.release
    text = release.text[span.sentence_start : span.sentence_end]
    first, last = span.start - span.sentence_start, span.end - span.sentence_start
    if span.kind not in NAMED or (first, last) == (0, len(text)):
        return span
    others = [c for c in candidates(text, span.kind, issued=release.date) if c.quality > 0.3]
    between = _BETWEEN_TITLED if span.kind == "person" else _BETWEEN
    grown = True
    while grown and not 0 < most <= items(text[first:last]):
        grown = False
        for other in others:
            if other.start >= last and between.fullmatch(text, last, other.start):
                last, grown = other.end, True
                break
            if other.end <= first and between.fullmatch(text, other.end, first):
                first, grown = other.start, True
                break
    start, end = span.sentence_start + first, span.sentence_start + last
    return replace(span, start=start, end=end, text=release.text[start:end])


def items(text: str) -> int:
    """How many things stand in a row: 3 for "Halvany, Sundrey and Tavistra"."""
    return sum(bool(part.strip()) for part in _BETWEEN.split(text))
