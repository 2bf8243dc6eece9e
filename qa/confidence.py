"""From measures to a probability: two small linear models over the same measures.

`rank` orders the candidates of one question; `confidence` says how likely the best one is right.
`benchmarks/reading.py --fit` made the weights, and prints what they reach under cross-validation.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.measure import PhraseMeasures, SentenceMeasures

SENTENCE = (
    "terms",
    "context",
    "rest",
    "rest_context",
    "verbs",
    "named",
    "names",
    "weakest",
    "dates",
    "pairs",
    "pairs_release",
    "order",
    "passage",
    "similar",
)
PHRASE = ("typed", "close", "close_named", "focus", "side")

RANK: dict[str, float] = {
    "terms": 1.85,
    "context": 1.10,
    "rest": 0.70,
    "weakest": 1.36,
    "names": 0.63,
    "dates": 3.11,
    "order": 0.53,
    "passage": 1.97,
    "typed": 5.38,
    "close": 1.60,
    "focus": 2.27,
    "side": 0.47,
}
CONFIDENCE: dict[str, float] = {
    "typed": 3.29,
    "wrongside": -2.70,
    "undated": -4.75,
    "named": 1.52,
    "similar": 6.17,
    "focus": 0.88,
    "bias": -7.84,
}


def measured(sentence: SentenceMeasures, phrase: PhraseMeasures) -> dict[str, float]:
    """All measures by name."""
    values = {name: getattr(sentence, name) for name in SENTENCE}
    return values | {name: getattr(phrase, name) for name in PHRASE}


def rank(sentence: SentenceMeasures, phrase: PhraseMeasures) -> float:
    """How well a candidate answers, comparable between the candidates of one question."""
    values = measured(sentence, phrase)
    return sum(weight * values[name] for name, weight in RANK.items())


def inputs(sentence: SentenceMeasures, phrase: PhraseMeasures) -> dict[str, float]:
    """What `confidence` weighs: the measures, and what speaks against an answer outright."""
    return measured(sentence, phrase) | {
        "undated": float(sentence.dates < 0.5),  # it is from another time than the question's
        "wrongside": float(phrase.side < 0.2),  # it did to others what the question asks of it
        "bias": 1.0,
    }


def confidence(sentence: SentenceMeasures, phrase: PhraseMeasures) -> float:
    """The probability that the best candidate for a question answers it."""
    values = inputs(sentence, phrase)
    total = sum(weight * values[name] for name, weight in CONFIDENCE.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))
