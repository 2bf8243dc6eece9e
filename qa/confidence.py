"""From measures to a probability: two small linear models over the same measures."""

from __future__ import annotations

import math
from collections.abc import Sequence

RANK = (
    1.31,
    1.01,
    0.25,
    1.29,
    0.44,
    0.06,
    0.52,
    1.09,
    2.94,
    2.25,
    0.68,
    -0.19,
    0.42,
    4.99,
    0.95,
    2.17,
    -1.27,
    0.16,
    0.26,
)
CONFIDENCE = (
    -0.14,
    -0.02,
    -0.49,
    -0.08,
    0.21,
    -0.54,
    0.38,
    0.83,
    0.68,
    0.94,
    0.70,
    -0.19,
    -0.37,
    0.79,
    0.17,
    0.07,
    0.24,
    0.56,
    0.38,
)
BIAS = -3.50
MARGIN = 0.38


def rank(measures: Sequence[float]) -> float:
    return sum(w * m for w, m in zip(RANK, measures, strict=False))


def confidence(measures: Sequence[float], behind: float) -> float:
    value = BIAS + sum(w * m for w, m in zip(CONFIDENCE, measures, strict=False)) + MARGIN * behind
    return 1 / (1 + math.exp(-value))
