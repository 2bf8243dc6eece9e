"""A second, closer look at the best hits: how much of the question each of them holds.

The search compares whole passages. Here the words of the question are looked for in the best
sentence of each passage, in the passage with its title, and in the whole release. A word counts by
how few of the releases at hand hold it, so that what they all share decides nothing and what tells
them apart decides. Then the trained reader reads the first of them (`qa/marking.py`), and what it
finds there counts as well.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from embeddings.sentences import sentences
from qa.marking import margin, mark
from qa.question_type import question_type
from qa.words import Bag, content, stem, tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from qa.search import Searchable
    from qa.types import Hit
    from qa.understand import Query

CANDIDATES = 20  # passages that are kept and read
SENTENCE = 0.15  # weight of the best sentence, in standard deviations of the hits at hand
PASSAGE = 0.4  # of the passage with its title
RELEASE = 0.25  # of the whole release
MARKED = 0.25  # of the trained reader's margin, a log odds
REPEAT = 0.4  # what a passage loses for each better one of its own release
_REMEMBERED = 4096  # texts whose words are kept between questions

# Words as `qa.words.tokens` cuts them, without their places: a release has a thousand of them.
_WORD = re.compile(r"\b(?:co|re)-[^\W\d_]+|[^\W_]+(?:[.,'’][^\W_]+)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The share, 0 to 1, of the question's telling words that each part of a hit holds."""

    sentence: float
    passage: float
    release: float


def pool(query: Query) -> int:
    """How many passages to rerank: twice as many where several bodies have to share the places."""
    return CANDIDATES * (2 if len(query.sources) > 1 else 1)


def rerank(library: Searchable, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The same hits, best first by their score and what they hold of the question."""
    if len(hits) < 2:
        return mark(query.question, hits)
    held = coverage(query, hits)
    scores = (
        np.array([hit.score for hit in hits])
        + SENTENCE * _standard([one.sentence for one in held])
        + PASSAGE * _standard([one.passage for one in held])
        + RELEASE * _standard([one.release for one in held])
    )
    scored = [replace(hit, score=float(s)) for hit, s in zip(hits, scores, strict=True)]
    return _spread(_read(query, sorted(scored, key=lambda hit: -hit.score)))


def _read(query: Query, hits: list[Hit]) -> list[Hit]:
    """The same hits with the reader's margins in their scores; one not read counts as the worst.

    A yes or no, and what several bodies say, is no phrase of one passage: there the order stays.
    """
    read = mark(query.question, hits)
    if len(query.sources) > 1 or question_type(query.question).kind == "yes-no":
        return read
    worst = min((margin(hit) for hit in read if margin(hit) > -math.inf), default=0.0)
    return [replace(hit, score=hit.score + MARKED * max(worst, margin(hit))) for hit in read]


def _spread(hits: list[Hit]) -> list[Hit]:
    """Best first, each passage less the penalty for the ones of its release before it.

    The first page then shows more of the releases that an answer may have to bring together.
    """
    taken: Counter[str] = Counter()
    order: list[Hit] = []
    left = list(hits)
    while left:
        best = max(left, key=lambda hit: hit.score - REPEAT * taken[hit.release.id])
        left.remove(best)
        score = best.score - REPEAT * taken[best.release.id]
        taken[best.release.id] += 1
        order.append(replace(best, score=score))
    return order


def coverage(query: Query, hits: Sequence[Hit]) -> list[Coverage]:
    """What each hit holds of the question, its dates aside: those are the search's to weigh."""
    dates = {token.stem for date in query.dates for token in tokens(date.text)}
    stems = {token.stem for token in content(tokens(query.question))} - dates
    releases = {hit.release.id: _bag(f"{hit.release.title}\n{hit.release.text}") for hit in hits}
    weights = _telling(stems, list(releases.values()))
    found = []
    for hit in hits:
        text, title = hit.passage.text, _bag(hit.release.title)
        best = max((_share(weights, _bag(text[a:b])) for a, b in sentences(text)), default=0.0)
        passage = _share(weights, _bag(text) | title)
        found.append(Coverage(best, passage, _share(weights, releases[hit.release.id])))
    return found


def _telling(stems: set[str], releases: Sequence[Bag]) -> dict[str, float]:
    """Inverse document frequency of each stem among these releases; without those none holds."""
    weights = {}
    for one in sorted(stems):
        holders = sum(bag.holds(one) > 0 for bag in releases)
        if holders:
            weights[one] = math.log(1 + len(releases) / (holders + 0.5))
    return weights


def _share(weights: Mapping[str, float], bag: Bag) -> float:
    total = sum(weights.values())
    return bag.weight(weights) / total if total else 0.0


@lru_cache(maxsize=_REMEMBERED)
def _bag(text: str) -> Bag:
    return Bag.of(stem(word) for word in set(_WORD.findall(text)))


def _standard(values: Sequence[float]) -> NDArray[np.float64]:
    """Values with mean 0 and standard deviation 1; zeros where they are all equal."""
    array = np.asarray(values, dtype=np.float64)
    spread = float(array.std())
    return (array - array.mean()) / spread if spread > 1e-9 else np.zeros_like(array)
