"""The measures of the harness: plain functions over plain values.

Answers are compared as SQuAD's official script compares them (Rajpurkar et al., 2016): lower case,
no punctuation, no articles, one space between words.
"""

from __future__ import annotations

import random
import re
import string
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = frozenset(string.punctuation) | frozenset("‘’“”„«»–—…")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95 % bootstrap interval, over `count` cases; all zero for no case."""

    mean: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        """Three decimals, as in "0.887 [0.812, 0.950] n=80"."""
        if not self.count:
            return "-"
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}] n={self.count}"


def estimate(values: Sequence[float | bool], *, seed: int = 1, resamples: int = 1000) -> Estimate:
    """Mean of the values, with the percentile bootstrap interval (Efron, 1979)."""
    data = [float(value) for value in values]
    if not data:
        return Estimate(0.0, 0.0, 0.0, 0)
    mean = sum(data) / len(data)
    if len(set(data)) == 1:
        return Estimate(mean, mean, mean, len(data))
    draw = random.Random(seed)
    means = sorted(sum(draw.choices(data, k=len(data))) / len(data) for _ in range(resamples))
    low = means[int(0.025 * resamples)]
    high = means[min(resamples - 1, int(0.975 * resamples))]
    return Estimate(mean, low, high, len(data))


def normalise(text: str) -> str:
    """Text as answers are compared: SQuAD's normalisation, with accents removed as well."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    plain = "".join(" " if c in "-–—" else c for c in plain if c in "-–—" or c not in _PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", plain).split())


def exact_match(answer: str, accepted: Sequence[str]) -> bool:
    """Whether an answer equals one of the accepted ones."""
    return normalise(answer) in {normalise(one) for one in accepted}


def token_f1(answer: str, accepted: Sequence[str]) -> float:
    """The best token F1, 0 to 1, of an answer with any accepted one."""
    return max(
        (_f1(normalise(answer).split(), normalise(one).split()) for one in accepted), default=0.0
    )


def _f1(got: Sequence[str], wanted: Sequence[str]) -> float:
    shared = sum((Counter(got) & Counter(wanted)).values())
    return 2 * shared / (len(got) + len(wanted)) if shared else 0.0


def stands_in(accepted: str, text: str) -> bool:
    """Whether an accepted answer stands in a text, token by token."""
    wanted, words = normalise(accepted).split(), normalise(text).split()
    return bool(wanted) and any(
        words[i : i + len(wanted)] == wanted for i in range(len(words) - len(wanted) + 1)
    )


def reciprocal_rank(relevant: Sequence[bool], k: int = 10) -> float:
    """1 / rank of the first relevant item among the first k, else 0."""
    return next((1 / rank for rank, good in enumerate(relevant[:k], 1) if good), 0.0)


def average_precision(found: Sequence[Sequence[int]], wanted: int, k: int = 10) -> float:
    """MAP@k's term for one question, as MultiHop-RAG computes it (Tang and Yang, 2024).

    `found[i]` names the pieces of evidence that item i holds, of `wanted` in all. Each item counts
    the pieces that no earlier item held, divided by its rank.
    """
    if not wanted:
        return 0.0
    seen: set[int] = set()
    total = 0.0
    for rank, pieces in enumerate(found[:k], 1):
        new = set(pieces) - seen
        seen |= new
        total += len(new) / rank
    return total / min(wanted, k)


def coverage_at_risk(confidence: Sequence[float], right: Sequence[bool], risk: float) -> float:
    """The largest share of cases that can be answered, surest first, with at most `risk` wrong.

    Cases of equal confidence stand or fall together.
    """
    order = sorted(range(len(confidence)), key=lambda i: -confidence[i])
    best = wrong = 0
    for place, i in enumerate(order, 1):
        wrong += not right[i]
        last_of_its_value = place == len(order) or confidence[order[place]] < confidence[i]
        if last_of_its_value and wrong <= risk * place:
            best = place
    return best / len(order) if order else 0.0


def calibration_error(confidence: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error: |confidence - accuracy| over equal-width bins, by their size."""
    return sum(
        abs(sure - accuracy) * count / len(confidence)
        for _, count, sure, accuracy in reliability(confidence, right, bins)
    )


def reliability(
    confidence: Sequence[float], right: Sequence[bool], bins: int = 10
) -> list[tuple[float, int, float, float]]:
    """(lower end, answers, mean confidence, accuracy) of each bin of equal width that has any."""
    rows = []
    for index in range(bins):
        inside = [
            i for i, value in enumerate(confidence) if min(int(value * bins), bins - 1) == index
        ]
        if inside:
            sure = sum(confidence[i] for i in inside) / len(inside)
            accuracy = sum(right[i] for i in inside) / len(inside)
            rows.append((index / bins, len(inside), sure, accuracy))
    return rows


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies (nearest rank); 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
