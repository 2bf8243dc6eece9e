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
    "terms": 1.4,
    "context": 1.0,
    "rest": 1.0,
    "names": 0.5,
    "weakest": 1.0,
    "dates": 3.3,
    "order": 2.1,
    "named": 0.5,
    "typed": 5.3,
    "close": 1.2,
    "focus": 2.1,
    "side": 0.4,
}
CONFIDENCE: dict[str, float] = {
    "score": 0.5,
    "lead": 0.2,
    "weakest": 1.0,
    "undated": -2.0,
    "focus": 0.5,
    "bias": -6.0,
}
LEAD = 2.0  # a lead over the next sentence counts up to this


def measured(sentence: SentenceMeasures, phrase: PhraseMeasures) -> dict[str, float]:
    """All measures by name."""
    values = {name: getattr(sentence, name) for name in SENTENCE}
    return values | {name: getattr(phrase, name) for name in PHRASE}


def rank(sentence: SentenceMeasures, phrase: PhraseMeasures) -> float:
    """How well a candidate answers, comparable between the candidates of one question."""
    values = measured(sentence, phrase)
    return sum(weight * values[name] for name, weight in RANK.items())


def inputs(sentence: SentenceMeasures, phrase: PhraseMeasures, lead: float) -> dict[str, float]:
    """What `confidence` weighs: the measures, the rank and its lead over the next sentence."""
    return measured(sentence, phrase) | {
        "score": rank(sentence, phrase),
        "lead": max(-LEAD, min(LEAD, lead)),
        "undated": float(sentence.dates < 0.5),
        "unnamed": float(sentence.weakest < 0.7),
        "bias": 1.0,
    }


def confidence(sentence: SentenceMeasures, phrase: PhraseMeasures, lead: float) -> float:
    """The probability that a candidate answers; `lead` is its rank less that of its best rival."""
    values = inputs(sentence, phrase, lead)
    total = sum(weight * values[name] for name, weight in CONFIDENCE.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))
