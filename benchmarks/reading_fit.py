"""Fitting the reader's two linear models (see `qa/confidence.py`) on questions with known answers.

The ranking is a conditional logit over the candidates of each question (McFadden, 1974). The
confidence is a logistic regression over the best candidates, right or wrong; a question whose
evidence was taken away counts a quarter, so that the archive's own unanswerable questions weigh as
much. Both are held small by an L2 penalty.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize  # type: ignore[import-untyped]

from qa.confidence import CONFIDENCE, RANK, fatal, inputs, measured
from qa.measure import PhraseMeasures, SentenceMeasures

Array = npt.NDArray[np.float64]
FOLDS = 10
PENALTY = 0.3
WITHOUT_EVIDENCE = 0.25  # the weight of a question whose evidence was taken away
TERMS = [name for name in CONFIDENCE if name != "bias"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One question's candidates: their measures, which sentences are right, which are best."""

    question: str
    answerable: bool
    kept: bool  # its evidence was among the passages
    measures: list[tuple[SentenceMeasures, PhraseMeasures]]
    right: list[bool]
    best: list[bool]


def fit(samples: list[Sample]) -> None:
    """Print what cross-validation says, then the weights fitted on everything."""
    ranking, confidence = _cross_validated(samples)
    print(f"\nUnder {FOLDS}-fold cross-validation the best sentence is right: {ranking:.3f}\n")
    print(
        "| threshold | refused rightly | refused wrongly | answered and right | calibration error |"
    )
    print("|---|---|---|---|---|")
    error = _calibration_error(confidence)
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7):
        no = [p < threshold for p, _, answerable, kept in confidence if kept and not answerable]
        wrong = [p < threshold for p, _, answerable, kept in confidence if kept and answerable]
        right = [
            p >= threshold and r for p, r, answerable, kept in confidence if kept and answerable
        ]
        row = [float(np.mean(values)) for values in (no, wrong, right)]
        print(f"| {threshold} | " + " | ".join(f"{v:.3f}" for v in (*row, error)) + " |")
    weights = fit_rank(samples)
    print("\nRANK =", dict(zip(RANK, weights.round(2).tolist(), strict=True)))
    terms = fit_confidence(samples, weights)
    print("CONFIDENCE =", dict(zip((*TERMS, "bias"), terms.round(2).tolist(), strict=True)))


def fit_rank(samples: list[Sample]) -> Array:
    """The weights of RANK, in its order."""
    rows = [
        (_table(sample), np.array(sample.best, dtype=np.float64))
        for sample in samples
        if sample.kept and any(sample.best)
    ]

    def loss(weights: Array) -> tuple[float, Array]:
        total, slope = 0.0, np.zeros_like(weights)
        for table, best in rows:
            scores = table @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            hit = float((shares * best).sum()) + 1e-12
            total -= np.log(hit)
            slope -= table.T @ (shares * best / hit - shares)
        return total + PENALTY * float(weights @ weights), slope + 2 * PENALTY * weights

    start = np.zeros(len(RANK))
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x, dtype=np.float64)


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
    spread = np.where(table.std(0) > 0, table.std(0), 1.0)
    spread[-1] = 1.0

    def loss(terms: Array) -> tuple[float, Array]:
        scores = table / spread @ terms
        total = float((weight * (np.logaddexp(0, scores) - right * scores)).sum())
        slope = (table / spread).T @ (weight * (1 / (1 + np.exp(-scores)) - right))
        held = terms.copy()
        held[-1] = 0.0
        return total + PENALTY * float(held @ held), slope + 2 * PENALTY * held

    start = np.zeros(table.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return np.asarray(found / spread, dtype=np.float64)


def _table(sample: Sample) -> Array:
    return np.array([[measured(*pair)[name] for name in RANK] for pair in sample.measures])


def _top(sample: Sample, weights: Array) -> tuple[list[float], bool, bool]:
    """(terms and bias, whether it is right, whether it is ruled out) of the best candidate."""
    best = int(np.argmax(_table(sample) @ weights))
    values = inputs(*sample.measures[best])
    return [*(values[name] for name in TERMS), 1.0], sample.right[best], fatal(values)


def _cross_validated(
    samples: list[Sample],
) -> tuple[float, list[tuple[float, bool, bool, bool]]]:
    """(share of right sentences, [(probability, right, answerable, evidence kept)])."""
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
                sure = 0.0 if dead else float(1 / (1 + np.exp(-(np.array(values) @ terms))))
                outcomes.append((sure, right and sample.answerable, sample.answerable, sample.kept))
    ranked = [right for _, right, answerable, kept in outcomes if answerable and kept]
    return float(np.mean(ranked)), outcomes


def _calibration_error(outcomes: list[tuple[float, bool, bool, bool]], bins: int = 5) -> float:
    """The expected calibration error over the questions as asked, in bins of equal size."""
    asked = sorted((p, right) for p, right, _, kept in outcomes if kept)
    parts = np.array_split(np.array(asked, dtype=np.float64), bins)
    return float(sum(abs(p[:, 0].mean() - p[:, 1].mean()) * len(p) for p in parts) / len(asked))
