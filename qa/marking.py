"""The best hits read by the trained reader.

`mark` is the dear part of a question: a model call over a few passages. The first ones are read;
further ones only while nothing in those read so far answers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from embeddings.types import Release
from qa.span_model import Context, Marks, SpanModel, header
from qa.types import Hit

FIRST = 4  # hits that are always read
MORE = 4  # hits that are read when those do not answer
ENOUGH = 2.0  # margin over "no answer" with which an answer is as good as found


def mark(question: str, hits: Sequence[Hit], model: SpanModel | None = None) -> list[Hit]:
    """The same hits, the first of them with their `marks`, in the same order."""
    if not hits:
        return []
    model = model or SpanModel.load()
    marked = _marked(question, hits[:FIRST], model)
    if max(margin(hit) for hit in marked) < ENOUGH:
        marked += _marked(question, hits[FIRST : FIRST + MORE], model)
    return [*marked, *hits[len(marked) :]]


def closely(question: str, places: Sequence[tuple[Release, int, int]]) -> list[Marks]:
    """What the reader marks in pieces `release.text[start:end]`, each read by itself.

    A second opinion on a few sentences, without what stands around them in their passage.
    """
    contexts = [
        Context(header(release.title, release.date), release.text[start:end])
        for release, start, end in places
    ]
    return SpanModel.load().mark(question, contexts) if contexts else []


def margin(hit: Hit) -> float:
    """The best margin of the reader in a hit's passage; minus infinity when it was not read."""
    return hit.marks.top if hit.marks else -math.inf


def _marked(question: str, hits: Sequence[Hit], model: SpanModel) -> list[Hit]:
    contexts = [
        Context(header(hit.release.title, hit.release.date), hit.passage.text) for hit in hits
    ]
    marks = model.mark(question, contexts)
    return [replace(hit, marks=one) for hit, one in zip(hits, marks, strict=True)]
