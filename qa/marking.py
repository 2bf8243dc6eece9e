"""The best hits read by the trained reader.

`mark` is the dear part of a question: a model call over a few passages, two at a time, as long as
what is found is not sure enough for how near the next ones come.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from embeddings.types import Release
from qa.span_model import Context, Marks, SpanModel, header
from qa.types import Hit

TOGETHER = 2  # hits that are read before it is asked whether to go on
AHEAD = 4  # hits that are read at once where there is a core for each
MOST = 8  # hits that are read at most
# Reading ends where the best margin over "no answer", and so many times what the search puts
# between the first hit and the next one to read, in standard deviations, come to this.
APART, SETTLED = 3.0, 14.0


def mark(question: str, hits: Sequence[Hit], model: SpanModel | None = None) -> list[Hit]:
    """The same hits, the first of them with their `marks`, in the same order.

    Args:
        question: as it was asked.
        hits: best first by their scores, which are sums of standard scores (`qa.rerank`).
        model: the reader; the one that ships unless given.
    """
    if not hits:
        return []
    model = model or SpanModel.load()
    at_once = AHEAD if model.threads >= AHEAD else TOGETHER
    read: list[Hit] = []
    marked: list[Hit] = []
    for at in range(0, min(MOST, len(hits)), TOGETHER):
        if marked and _settled(marked, hits[0].score - hits[at].score):
            break
        if at == len(read):  # what is read ahead and not needed is not looked at
            read += _marked(question, hits[at : at + at_once], model)
        marked = read[: at + TOGETHER]
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


def _settled(marked: Sequence[Hit], apart: float) -> bool:
    """Whether what the reader found, and how far off the next hit is, leave no need to go on."""
    return max(map(margin, marked)) + APART * apart >= SETTLED


def _marked(question: str, hits: Sequence[Hit], model: SpanModel) -> list[Hit]:
    contexts = [
        Context(header(hit.release.title, hit.release.date), hit.passage.text) for hit in hits
    ]
    marks = model.mark(question, contexts)
    return [replace(hit, marks=one) for hit, one in zip(hits, marks, strict=True)]
