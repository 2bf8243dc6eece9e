"""From measures to a probability: two small linear models over the same measures.

`rank` orders the candidates of one question; `confidence` says how likely the best one is right.
`benchmarks/reading.py --fit` made the weights, on two sets of questions, and prints what they reach
under cross-validation (docs/answering.md).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter, mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.measure import PhraseMeasures, SentenceMeasures

SENTENCE = (
    "terms",
    "context",
    "rest",
    "named",
    "names",
    "weakest",
    "attached",
    "dates",
    "order",
    "passage",
    "similar",
    "answers",
)
PHRASE = (
    "typed",
    "close",
    "focus",
    "side",
    "span",
    "inside",
    "leads",
    "again",
    "margin",
    "reread",
)

RANK: dict[str, float] = {
    "terms": 0.41,
    "context": 0.97,
    "rest": 0.89,
    "weakest": 2.25,
    "names": 1.6,
    "dates": 2.78,
    "attached": 1.99,
    "order": 1.53,
    "passage": 1.47,
    "typed": 3.03,
    "close": 1.13,
    "focus": 0.59,
    "side": 1.51,
    "span": 0.05,
    "inside": 1.22,
    "leads": 0.64,
    "again": 1.54,
    "answers": 0.05,
    "margin": 2.15,
    "reread": 0.97,
}
# A question's hundreds of candidates are ranked several times: with nothing looked up by name.
_IN_SENTENCE = [name for name in SENTENCE if name in RANK]
_IN_PHRASE = [name for name in PHRASE if name in RANK]
_of_sentence, _of_phrase = attrgetter(*_IN_SENTENCE), attrgetter(*_IN_PHRASE)
_SENTENCE_WEIGHTS = [RANK[name] for name in _IN_SENTENCE]
_PHRASE_WEIGHTS = [RANK[name] for name in _IN_PHRASE]

CONFIDENCE: dict[str, float] = {
    "typed": 0.76,
    "wrongside": -4.5,
    "unnamed": -1.63,
    "named": 0.05,
    "similar": 1.94,
    "focus": 0.05,
    "held": 1.02,
    "share": 0.69,
    "odds": 0.44,
    "again": 0.66,
    "margin": 1.38,
    "bias": -2.43,
}
# The same for passages that the trained reader did not read, as those of a list.
UNREAD: dict[str, float] = {
    "typed": 2.97,
    "wrongside": -5.9,
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
    of_sentence: float = sum(map(mul, _SENTENCE_WEIGHTS, _of_sentence(sentence)))
    of_phrase: float = sum(map(mul, _PHRASE_WEIGHTS, _of_phrase(phrase)))
    return of_sentence + of_phrase


def shares(ranks: Sequence[float], texts: Sequence[str], chosen: Iterable[int]) -> list[float]:
    """The probability, 0 to 1, that the conditional logit behind `rank` gives to each chosen text.

    Candidates that say the same, or a part of it, count together: an answer that several sentences
    give is no rival to itself.

    Args:
        ranks: `rank` of each candidate for one question.
        texts: what each of them says.
        chosen: places in both of the candidates that are asked about.
    """
    highest = max(ranks, default=0.0)
    words = [frozenset(text.casefold().split()) for text in texts]
    odds = [math.exp(one - highest) for one in ranks]
    whole = sum(odds)
    return [
        sum(o for o, other in zip(odds, words, strict=True) if other <= own or own <= other) / whole
        for own in (words[i] for i in chosen)
    ]


def inputs(
    sentence: SentenceMeasures, phrase: PhraseMeasures, share: float = 1.0
) -> dict[str, float]:
    """What `confidence` weighs: the measures, and what speaks against an answer outright."""
    sure = min(0.99, max(0.01, sentence.answers))
    return measured(sentence, phrase) | {
        "share": share,  # the best candidates for no other answer came near it
        "odds": math.log(sure / (1 - sure)),  # of the trained reader, as a logarithm
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


def confidence(
    sentence: SentenceMeasures, phrase: PhraseMeasures, share: float = 1.0, *, marked: bool = True
) -> float:
    """The probability that the best candidate for a question answers it; its `share` of them.

    `marked` says that the trained reader read the first passages; without it the rules decide.
    """
    values = inputs(sentence, phrase, share)
    if fatal(values):
        return FATAL
    weights = CONFIDENCE if marked else UNREAD
    total = sum(weight * values[name] for name, weight in weights.items())
    return sigmoid(total)


def sigmoid(value: float) -> float:
    """The logistic function, for any finite or infinite value."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, value))))
