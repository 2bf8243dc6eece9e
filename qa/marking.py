"""The best hits read by the trained reader, and their order by what it finds in them.

`mark` is the dear part of a question: a model call over a few passages. The first ones are read;
further ones only while nothing in those read so far answers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from qa.span_model import Context, SpanModel, header
from qa.types import Hit

FIRST = 6  # hits that are always read
MORE = 6  # hits that are read when those do not answer
ENOUGH = 2.0  # margin over "no answer" with which an answer is as good as found
WEIGHT = 1.0  # of the reader's word in the order, in the units of `Hit.score`


def mark(question: str, hits: Sequence[Hit], model: SpanModel | None = None) -> list[Hit]:
    """The same hits, the first of them with their `marks`, in the same order."""
    if not hits:
        return []
    model = model or SpanModel.load()
    marked = _marked(question, hits[:FIRST], model)
    if max(answered(hit) for hit in marked) < sigmoid(ENOUGH):
        marked += _marked(question, hits[FIRST : FIRST + MORE], model)
    return [*marked, *hits[len(marked) :]]


def answered(hit: Hit) -> float:
    """How surely a hit's passage answers by the reader's word, 0 to 1; 0 when it was not read."""
    return sigmoid(hit.marks.best()[2]) if hit.marks else 0.0


def sigmoid(value: float) -> float:
    """The logistic function, for any finite or infinite value."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def _marked(question: str, hits: Sequence[Hit], model: SpanModel) -> list[Hit]:
    contexts = [
        Context(header(hit.release.title, hit.release.date), hit.passage.text) for hit in hits
    ]
    marks = model.mark(question, contexts)
    return [replace(hit, marks=one) for hit, one in zip(hits, marks, strict=True)]
