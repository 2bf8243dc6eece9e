"""Fitting the reader's two linear models (see `qa/confidence.py`) on questions with known answers.

The ranking is a conditional logit over the candidates of each question (McFadden, 1974). The
confidence is a logistic regression over the best candidates, right or wrong; a question whose
evidence was taken away counts a tenth, so that the archive's own unanswerable questions weigh more.
Both are held near the weights of the rules alone by an L2 penalty.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize  # type: ignore[import-untyped]

from qa.confidence import CONFIDENCE, FATAL, RANK, UNREAD, fatal, inputs, measured, shares
from qa.measure import PhraseMeasures, SentenceMeasures
from qa.metrics import calibration_error, coverage_at_risk

Array = npt.NDArray[np.float64]
FOLDS = 10
# The weights without a trained reader; with it they are held near these, because some of the
# measures (whose office it is, who did it) speak too rarely to be learnt anew.
RULES = {
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
HELD, HELD_CONFIDENCE = 2.0, 1.0  # how firmly
WITHOUT_EVIDENCE = 0.1  # the weight of a question whose evidence was taken away
LEAST = 0.05  # what a measure that speaks for an answer weighs at least
TERMS = [name for name in CONFIDENCE if name != "bias"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One question's candidates: measures, words, which sentences are right, which are best."""

    question: str
    answerable: bool
    kept: bool  # its evidence was among the passages
    measures: list[tuple[SentenceMeasures, PhraseMeasures]]
    texts: list[str]
    right: list[bool]
    best: list[bool]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question read: how sure, whether right, whether it has an answer and its evidence."""

    sure: float
    right: bool
    answerable: bool
    kept: bool


def fit(sets: dict[str, list[Sample]]) -> None:
    """Print what cross-validation says of each set, then the weights fitted on all of them."""
    samples = [sample for part in sets.values() for sample in part]
    outcomes = _cross_validated(samples)
    for name, part in sets.items():
        asked = {sample.question for sample in part}
        _report(name, [outcome for question, outcome in outcomes if question in asked])
    weights = fit_rank(samples)
    print("\nRANK =", dict(zip(RANK, weights.round(2).tolist(), strict=True)))
    terms = fit_confidence(samples, weights)
    print("CONFIDENCE =", dict(zip((*TERMS, "bias"), terms.round(2).tolist(), strict=True)))


def _report(name: str, outcomes: list[Outcome]) -> None:
    """What is reached on the questions of one set, each read with weights that never saw it."""
    asked = [one for one in outcomes if one.kept]
    ranking = np.mean([one.right for one in asked if one.answerable])
    sure, right = [one.sure for one in asked], [one.right for one in asked]
    print(f"\n{name}, {FOLDS}-fold cross-validation: best sentence right {ranking:.3f}, ", end="")
    print(f"calibration error {calibration_error(sure, right):.3f}, ", end="")
    print(f"coverage at 5% wrong {coverage_at_risk(sure, right, 0.05):.3f}\n")
    print("| threshold | refused rightly | refused wrongly | answered and right |")
    print("|---|---|---|---|")
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7):
        no = [one.sure < threshold for one in asked if not one.answerable]
        wrong = [one.sure < threshold for one in asked if one.answerable]
        good = [one.sure >= threshold and one.right for one in asked if one.answerable]
        row = [float(np.mean(values)) for values in (no, wrong, good)]
        print(f"| {threshold} | " + " | ".join(f"{value:.3f}" for value in row) + " |")


def fit_rank(samples: list[Sample]) -> Array:
    """The weights of RANK, in its order."""
    rows = [
        (_table(sample), np.array(sample.best, dtype=np.float64))
        for sample in samples
        if sample.kept and any(sample.best)
    ]

    near = np.array([RULES.get(name, 0.0) for name in RANK])

    def loss(weights: Array) -> tuple[float, Array]:
        away = weights - near
        total, slope = HELD * float(away @ away), 2 * HELD * away
        for table, best in rows:
            scores = table @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            hit = float((shares * best).sum()) + 1e-12
            total -= np.log(hit)
            slope = slope - table.T @ (shares * best / hit - shares)
        return total, slope

    # `reread` is no praise: it sets the margin that is as good as none
    bounds = [(None if name == "reread" else LEAST, None) for name in RANK]
    found = minimize(loss, near.clip(LEAST), jac=True, method="L-BFGS-B", bounds=bounds).x
    return np.asarray(found, dtype=np.float64)


def fit_confidence(samples: list[Sample], weights: Array) -> Array:
    """The weights of CONFIDENCE: its terms, then the bias."""
    tops = [_top(sample, weights) for sample in samples]
    rows = [
        (values, right, sample)
        for (values, right, dead), sample in zip(tops, samples, strict=True)
        if not dead and not (right and not sample.kept)
    ]
    table = np.array([values for values, _, _ in rows])
    right = np.array([float(r and s.answerable) for _, r, s in rows])
    weight = np.array([1.0 if s.kept else WITHOUT_EVIDENCE for _, _, s in rows])
    near = np.array([UNREAD.get(name, 0.0) for name in (*TERMS, "bias")])

    def loss(terms: Array) -> tuple[float, Array]:
        scores, away = table @ terms, terms - near
        away[-1] = 0.0
        total = float((weight * (np.logaddexp(0, scores) - right * scores)).sum())
        slope = table.T @ (weight * (1 / (1 + np.exp(-scores)) - right))
        return total + HELD_CONFIDENCE * float(away @ away), slope + 2 * HELD_CONFIDENCE * away

    # what speaks for an answer never speaks against it
    bounds = [
        (LEAST if value > 0 or name in {"share", "odds", "again", "margin"} else None, None)
        for name, value in zip((*TERMS, "bias"), near, strict=True)
    ]
    found = minimize(loss, near, jac=True, method="L-BFGS-B", bounds=bounds).x
    return np.asarray(found, dtype=np.float64)


def _table(sample: Sample) -> Array:
    return np.array([[measured(*pair)[name] for name in RANK] for pair in sample.measures])


def _top(sample: Sample, weights: Array) -> tuple[list[float], bool, bool]:
    """(terms and bias, whether it is right, whether it is ruled out) of the best candidate."""
    ranks = _table(sample) @ weights
    best = int(np.argmax(ranks))
    values = inputs(*sample.measures[best], *shares(ranks.tolist(), sample.texts, [best]))
    return [*(values[name] for name in TERMS), 1.0], sample.right[best], fatal(values)


def _cross_validated(samples: list[Sample]) -> list[tuple[str, Outcome]]:
    """(question, outcome) of every sample, by weights fitted without its question."""
    questions = sorted({sample.question for sample in samples})
    random.Random(1).shuffle(questions)
    fold = {question: number % FOLDS for number, question in enumerate(questions)}
    outcomes = []
    for held in range(FOLDS):
        learnt = [sample for sample in samples if fold[sample.question] != held]
        weights = fit_rank(learnt)
        terms = fit_confidence(learnt, weights)
        for sample in samples:
            if fold[sample.question] == held:
                values, right, dead = _top(sample, weights)
                sure = FATAL if dead else float(1 / (1 + np.exp(-(np.array(values) @ terms))))
                outcome = Outcome(sure, right and sample.answerable, sample.answerable, sample.kept)
                outcomes.append((sample.question, outcome))
    return outcomes
