"""Passages that may answer a question, best first.

    Query -> dense and lexical candidates -> one scale -> dates, bodies, order -> Hits

The two sides are brought to one scale by z-scores over their candidates and averaged; ranks alone
would throw away how much better the best one is. Filters are applied by the library before it
ranks. Dates are preferences: a question's date draws candidates from around that date and lifts
the releases that fit it, but never shuts out one whose text names the day.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.datematch import named_in, released
from qa.names import fold
from qa.types import Hit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from embeddings.types import Filters, Passage, Release
    from qa.understand import DateRange, Query

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]


class Searchable(Protocol):
    """What of a library the search needs."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions to unit vectors, shape (n, dimension)."""

    def dense(self, vector: Vectors, k: int, where: Filters = ...) -> tuple[Ids, Vectors]:
        """The nearest passages, best first."""

    def lexical(self, terms: Sequence[str], k: int, where: Filters = ...) -> tuple[Ids, Vectors]:
        """The passages that match any term best, best first."""

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """Passages in the order asked."""

    def release(self, release_id: str) -> Release:
        """One release."""


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
_WORD = re.compile(r"\w+")
_BODIES = 4  # issuing bodies whose releases are searched apart
_BEFORE = dt.timedelta(days=30)
_AFTER = dt.timedelta(days=30)


@dataclass(slots=True)
class _Side:
    """The scores of one side by passage id, and the spread that makes them comparable."""

    scores: dict[int, float]
    mean: float
    spread: float
    floor: float

    def z(self, passage: int) -> float:
        return (self.scores.get(passage, self.floor) - self.mean) / self.spread


def search(
    library: Searchable, query: Query, k: int = 10, *, weights: Weights = WEIGHTS
) -> list[Hit]:
    """The `k` best passages for a question, best first; fewer where fewer match its filters.

    A question that names several issuing bodies is searched in the releases of each as well, and
    every body has a place among the hits in turn: else the one that shares most words with the
    question would fill them all.
    """
    asked = f"{query.context} {query.question}".strip()
    vector = library.encode_queries([asked])[0]
    whole = _searched(library, query, vector, k, weights)
    bodies = _several_bodies(query) if weights.source else []
    if not bodies:
        return whole
    wheres = [replace(query.filters, sources=(body,)) for body in bodies]
    apart = [
        _searched(library, replace(query, filters=where), vector, k, weights) for where in wheres
    ]
    taken: dict[int, Hit] = {}
    for row in zip_longest(whole, *apart):
        for hit in filter(None, row):
            taken.setdefault(hit.passage.id, hit)
    return list(taken.values())[:k]


def _several_bodies(query: Query) -> list[str]:
    """The issuing bodies of a question that names two or more and filters for none."""
    names = {source: fold(source) for source in query.sources}
    own = [
        source
        for source, name in names.items()
        if not any(name != other and name in other for other in names.values())
    ]
    return own[:_BODIES] if len(own) > 1 and not query.filters.sources else []


def _searched(
    library: Searchable, query: Query, vector: Vectors, k: int, weights: Weights
) -> list[Hit]:
    terms = tuple(dict.fromkeys((*query.terms, *phrases(query), *query.context_terms)))
    dense = _side(*_candidates(library, query, vector, (), weights))
    lexical = _side(*_candidates(library, query, None, terms, weights))
    fused = {
        passage: weights.dense * dense.z(passage) + (1 - weights.dense) * lexical.z(passage)
        for passage in dense.scores.keys() | lexical.scores.keys()
    }
    ids = _within_reach(fused, query, k, weights)
    hits = _hits(library, ids, fused, dense, lexical)
    hits = _preferred(hits, query, weights)
    return hits[:k]


def _within_reach(fused: dict[int, float], query: Query, k: int, weights: Weights) -> list[int]:
    """The candidates that what the question prefers could still lift among the best `k`."""
    ids = sorted(fused, key=lambda passage: (-fused[passage], passage))
    if query.order or len(ids) <= k:  # the order is one among all candidates
        return ids
    lift = weights.dates * bool(query.dates) + weights.source * bool(query.sources)
    least = fused[ids[k - 1]] - lift if k > 0 else 0.0
    return [passage for passage in ids if fused[passage] >= least]


def phrases(query: Query) -> tuple[str, ...]:
    """The pairs of search words that stand side by side in the question."""
    words = _WORD.findall(query.question)
    wanted = {term.casefold() for term in query.terms}
    return tuple(
        f"{one} {other}"
        for one, other in pairwise(words)
        if one.casefold() in wanted and other.casefold() in wanted
    )


def _candidates(
    library: Searchable,
    query: Query,
    vector: Vectors | None,
    terms: tuple[str, ...],
    weights: Weights,
) -> tuple[tuple[Ids, Vectors], list[tuple[Ids, Vectors]]]:
    """One side's best over everything the filters allow, and around each date asked about."""

    def find(k: int, where: Filters) -> tuple[Ids, Vectors]:
        if vector is not None:
            return library.dense(vector, k, where)
        return library.lexical(terms, k, where)

    main = find(weights.pool, query.filters)
    near = []
    for date in query.dates:
        where = _window(query.filters, date)
        if where is not None:
            near.append(find(weights.window, where))
    return main, near


def _window(filters: Filters, date: DateRange) -> Filters | None:
    """The filters narrowed to releases from around a date, or None where the two exclude it."""
    since = date.first - _BEFORE if date.first > dt.date.min + _BEFORE else dt.date.min
    until = date.last + _AFTER if date.last < dt.date.max - _AFTER else dt.date.max
    since = max(since, filters.since or since)
    until = min(until, filters.until or until)
    return replace(filters, since=since, until=until) if since <= until else None


def _side(main: tuple[Ids, Vectors], near: Iterable[tuple[Ids, Vectors]]) -> _Side:
    """Scale by the unfiltered candidates alone, so that a date does not change the scale."""
    values = np.asarray(main[1], dtype=np.float64)
    scores: dict[int, float] = {}
    for ids, found in (main, *near):
        scores.update(zip(map(int, ids), map(float, found), strict=True))
    if not len(values):
        return _Side(scores, 0.0, 1.0, 0.0)
    spread = float(values.std())
    return _Side(
        scores, float(values.mean()), spread if spread > 1e-6 else 1.0, float(values.min())
    )


def _hits(
    library: Searchable, ids: Sequence[int], fused: dict[int, float], dense: _Side, lexical: _Side
) -> list[Hit]:
    dense_rank = _ranks(dense.scores)
    lexical_rank = _ranks(lexical.scores)
    releases: dict[str, Release] = {}
    hits = []
    for passage in library.passages(ids):
        if passage.release_id not in releases:
            releases[passage.release_id] = library.release(passage.release_id)
        hits.append(
            Hit(
                passage=passage,
                release=releases[passage.release_id],
                score=fused[passage.id],
                dense_rank=dense_rank.get(passage.id, 0),
                lexical_rank=lexical_rank.get(passage.id, 0),
                dense_score=dense.scores.get(passage.id, 0.0),
                lexical_score=lexical.scores.get(passage.id, 0.0),
            )
        )
    return hits


def _ranks(scores: dict[int, float]) -> dict[int, int]:
    ordered = sorted(scores, key=lambda passage: (-scores[passage], passage))
    return {passage: rank for rank, passage in enumerate(ordered, 1)}


def _preferred(hits: list[Hit], query: Query, weights: Weights) -> list[Hit]:
    """Hits with the question's dates, bodies and order counted in, best first."""
    extra = [0.0] * len(hits)
    sources = {fold(source) for source in query.sources}
    place = _places_in_time(hits, query.order) if query.order else {}
    for i, hit in enumerate(hits):
        if sources & {fold(source) for source in hit.release.sources}:
            extra[i] += weights.source
        extra[i] += weights.order * place.get(hit.release.date, 0.0)
    fits = [[_fit(date, hit, weights) for hit in hits] for date in query.dates]
    base = [hit.score + e for hit, e in zip(hits, extra, strict=True)]
    if not fits:
        return _ordered(hits, base)
    best = [max(column) for column in zip(*fits, strict=True)]
    scores = [b + weights.dates * fit for b, fit in zip(base, best, strict=True)]
    ordered = _ordered(hits, scores)
    if not query.compares:
        return ordered
    rankings = [
        _ordered(hits, [b + weights.dates * f for b, f in zip(base, fit, strict=True)])
        for date, fit in zip(query.dates, fits, strict=True)
        if not date.background
    ]
    return _in_turn(rankings, {hit.passage.id: hit for hit in ordered})


def _fit(date: DateRange, hit: Hit, weights: Weights) -> float:
    fit = released(date, hit.release.date)
    if not date.published:
        text = max(named_in(date, hit.passage.text), named_in(date, hit.release.title))
        fit = max(fit, weights.text_date * text)
    return fit * (weights.background if date.background else 1.0)


def _places_in_time(hits: Sequence[Hit], order: str) -> dict[dt.date | None, float]:
    """1 for the latest day among the hits down to 0 for the earliest, or the other way round."""
    days = sorted({hit.release.date for hit in hits if hit.release.date is not None})
    if order == "earliest":
        days.reverse()
    last = max(1, len(days) - 1)
    return {day: i / last for i, day in enumerate(days)}


def _ordered(hits: Sequence[Hit], scores: Sequence[float]) -> list[Hit]:
    scored = [replace(hit, score=score) for hit, score in zip(hits, scores, strict=True)]
    return sorted(scored, key=lambda hit: (-hit.score, hit.passage.id))


def _in_turn(rankings: Sequence[Sequence[Hit]], scored: dict[int, Hit]) -> list[Hit]:
    """One hit for each date in turn, so that every side of a comparison is near the top."""
    taken: dict[int, Hit] = {}
    for row in zip(*rankings, strict=True):
        for hit in row:
            taken.setdefault(hit.passage.id, scored[hit.passage.id])
    return list(taken.values())
