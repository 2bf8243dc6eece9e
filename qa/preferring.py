"""The candidates of a search in the order that the question prefers: its days, bodies, "latest".

Preferences only: what a question names lifts the releases that fit it and shuts out none.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qa.datematch import named_in, released
from qa.names import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.heads import Head
    from embeddings.types import Passage
    from qa.understand import DateRange, Query


@dataclass(frozen=True, slots=True)
class Weights:
    """What the fused score is made of; the defaults were measured (docs/retrieval.md)."""

    pool: int = 100  # candidates from each side
    window: int = 50  # more candidates from each side around each date of the question
    dense: float = 0.5  # share of the dense side; the rest is lexical
    dates: float = 3.0  # standard deviations that a perfect date is worth
    text_date: float = 0.7  # share of it for a date that only the text names
    background: float = 0.3  # share of it for "since 2013" beside another date
    source: float = 0.8
    order: float = 1.5


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may be among the hits."""

    passage: Passage
    head: Head
    score: float


def preferred(
    found: list[Candidate], query: Query, weights: Weights, k: int | None = None
) -> list[Candidate]:
    """The candidates with the question's dates, bodies and order counted in, best first.

    Those that cannot be among the best `k` may be left out.
    """
    extra = [0.0] * len(found)
    sources = {fold(source) for source in query.sources}
    place = _places_in_time(found, query.order) if query.order else {}
    for i, one in enumerate(found):
        if sources & {fold(source) for source in one.head.sources}:
            extra[i] += weights.source
        extra[i] += weights.order * place.get(one.head.date, 0.0)
    base = [one.score + e for one, e in zip(found, extra, strict=True)]
    if not query.dates:
        return _ordered(found, base)
    if k is not None and not query.compares:
        kept = _within_reach(found, base, query.dates, weights, k)
        found, base = [found[i] for i in kept], [base[i] for i in kept]
    fits = [[_fit(date, one, weights) for one in found] for date in query.dates]
    best = [max(column) for column in zip(*fits, strict=True)]
    scores = [b + weights.dates * fit for b, fit in zip(base, best, strict=True)]
    ordered = _ordered(found, scores)
    if not query.compares:
        return ordered
    rankings = [
        _ordered(found, [b + weights.dates * f for b, f in zip(base, fit, strict=True)])
        for date, fit in zip(query.dates, fits, strict=True)
        if not date.background
    ]
    return _in_turn(rankings, {one.passage.id: one for one in ordered})


def _within_reach(
    found: Sequence[Candidate],
    base: Sequence[float],
    dates: Sequence[DateRange],
    weights: Weights,
    k: int,
) -> list[int]:
    """Which of them could be among the best `k` if their texts named every date.

    To read the dates of a text takes longer than all else here.
    """
    least, most = [], []
    for one, score in zip(found, base, strict=True):
        fits = [_released(date, one, weights) for date in dates]
        hopes = [
            fit if date.published else max(fit, weights.text_date * _share(date, weights))
            for date, fit in zip(dates, fits, strict=True)
        ]
        least.append(score + weights.dates * max(fits))
        most.append(score + weights.dates * max(hopes))
    needed = sorted(least, reverse=True)[k - 1] if 0 < k <= len(least) else -math.inf
    return [i for i, hope in enumerate(most) if hope >= needed]


def _fit(date: DateRange, one: Candidate, weights: Weights) -> float:
    fit, named = _released(date, one, weights), weights.text_date * _share(date, weights)
    if date.published or fit >= named:
        return fit
    text = max(named_in(date, one.passage.text), named_in(date, one.head.title))
    return max(fit, named * text)


def _released(date: DateRange, one: Candidate, weights: Weights) -> float:
    return released(date, one.head.date) * _share(date, weights)


def _share(date: DateRange, weights: Weights) -> float:
    return weights.background if date.background else 1.0


def _places_in_time(found: Sequence[Candidate], order: str) -> dict[dt.date | None, float]:
    """1 for the latest day among them down to 0 for the earliest, or the other way round."""
    days = sorted({one.head.date for one in found if one.head.date is not None})
    if order == "earliest":
        days.reverse()
    last = max(1, len(days) - 1)
    return {day: i / last for i, day in enumerate(days)}


def _ordered(found: Sequence[Candidate], scores: Sequence[float]) -> list[Candidate]:
    scored = [replace(one, score=score) for one, score in zip(found, scores, strict=True)]
    return sorted(scored, key=lambda one: (-one.score, one.passage.id))


def _in_turn(
    rankings: Sequence[Sequence[Candidate]], scored: dict[int, Candidate]
) -> list[Candidate]:
    """One candidate for each date in turn, so that every side of a comparison is near the top."""
    taken: dict[int, Candidate] = {}
    for row in zip(*rankings, strict=True):
        for one in row:
            taken.setdefault(one.passage.id, scored[one.passage.id])
    return list(taken.values())
