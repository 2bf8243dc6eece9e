"""From measures to a probability: two small linear models over the same measures.

`rank` orders the candidates of one question; `confidence` says how likely the best one is right.
`benchmarks/reading.py --fit` made the weights, and prints what they reach under cross-validation.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
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
    "attached",
    "dates",
    "pairs",
    "pairs_release",
    "order",
    "passage",
    "similar",
    "answers",
)
PHRASE = ("typed", "close", "close_named", "focus", "side", "span", "leads")

RANK: dict[str, float] = {
    "terms": 1.22,
    "context": 0.91,
    "rest": 1.15,
    "weakest": 1.61,
    "names": 0.84,
    "dates": 3.00,
    "attached": 2.0,
    "order": 1.21,
    "passage": 2.06,
    "typed": 5.76,
    "close": 1.84,
    "focus": 1.70,
    "side": 1.69,
}
CONFIDENCE: dict[str, float] = {
    "typed": 2.97,
    "wrongside": -5.90,
    "unnamed": -0.74,
    "named": 1.19,
    "similar": 4.62,
    "focus": 1.06,
    "held": 1.5,
    "bias": -6.74,
}
FATAL = 0.05  # what an answer about another time or another body is worth


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
        "unnamed": float(sentence.weakest < 0.6),  # a name that it insists on does not hold
        "wrongside": float(phrase.side < 0.2),  # it did to others what the question asks of it
        "misattached": float(sentence.attached < 0.2),  # the office is that of another body
        "held": float(sentence.attached > 0.8),  # the office is that of the body asked about
        "bias": 1.0,
    }


def fatal(values: Mapping[str, float]) -> bool:
    """Whether an answer is ruled out, whatever else speaks for it."""
    return bool(values["undated"] or values["misattached"])


def confidence(sentence: SentenceMeasures, phrase: PhraseMeasures) -> float:
    """The probability that the best candidate for a question answers it."""
    values = inputs(sentence, phrase)
    if fatal(values):
        return FATAL
    total = sum(weight * values[name] for name, weight in CONFIDENCE.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))
