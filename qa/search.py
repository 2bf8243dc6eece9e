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
from functools import partial
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.names import fold
from qa.preferring import WEIGHTS, Candidate, Weights, preferred
from qa.types import Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from embeddings.beside import Made
    from embeddings.heads import Head
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

    def meanwhile(self, task: Callable[[], Made]) -> Callable[[], Made]:
        """Begin a task that reads the library in a second thread; call it for the result."""

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """Passages in the order asked."""

    def heads(self, release_ids: Iterable[str]) -> dict[str, Head]:
        """What releases are ranked by, by their ids."""

    def release(self, release_id: str) -> Release:
        """One release."""


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
    bodies = _several_bodies(query) if weights.source else []
    wheres = [query.filters, *(replace(query.filters, sources=(body,)) for body in bodies)]
    queries = [replace(query, filters=where) for where in wheres]
    # The words are looked up while the question is embedded.
    lexical = [library.meanwhile(partial(_lexical, library, one, weights)) for one in queries]
    vector = library.encode_queries([f"{query.context} {query.question}".strip()])[0]
    found = [
        _searched(library, one, vector, side, k, weights)
        for one, side in zip(queries, lexical, strict=True)
    ]
    taken: dict[int, Hit] = {}
    for row in zip_longest(*found):
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


def _lexical(library: Searchable, query: Query, weights: Weights) -> _Side:
    terms = tuple(dict.fromkeys((*query.terms, *phrases(query), *query.context_terms)))
    return _side(*_candidates(library, query, None, terms, weights))


def _searched(
    library: Searchable,
    query: Query,
    vector: Vectors,
    looked_up: Callable[[], _Side],
    k: int,
    weights: Weights,
) -> list[Hit]:
    dense = _side(*_candidates(library, query, vector, (), weights))
    lexical = looked_up()
    fused = {
        passage: weights.dense * dense.z(passage) + (1 - weights.dense) * lexical.z(passage)
        for passage in dense.scores.keys() | lexical.scores.keys()
    }
    ids = _within_reach(fused, query, k, weights)
    found = preferred(_candidates_of(library, ids, fused), query, weights, k)
    return _hits(library, found[:k], dense, lexical)


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


def _candidates_of(
    library: Searchable, ids: Sequence[int], fused: dict[int, float]
) -> list[Candidate]:
    passages = library.passages(ids)
    heads = library.heads({passage.release_id for passage in passages})
    return [
        Candidate(passage, heads[passage.release_id], fused[passage.id]) for passage in passages
    ]


def _hits(
    library: Searchable, found: Sequence[Candidate], dense: _Side, lexical: _Side
) -> list[Hit]:
    dense_rank = _ranks(dense.scores)
    lexical_rank = _ranks(lexical.scores)
    releases = {one: library.release(one) for one in {each.passage.release_id for each in found}}
    return [
        Hit(
            passage=one.passage,
            release=releases[one.passage.release_id],
            score=one.score,
            dense_rank=dense_rank.get(one.passage.id, 0),
            lexical_rank=lexical_rank.get(one.passage.id, 0),
            dense_score=dense.scores.get(one.passage.id, 0.0),
            lexical_score=lexical.scores.get(one.passage.id, 0.0),
        )
        for one in found
    ]


def _ranks(scores: dict[int, float]) -> dict[int, int]:
    ordered = sorted(scores, key=lambda passage: (-scores[passage], passage))
    return {passage: rank for rank, passage in enumerate(ordered, 1)}
