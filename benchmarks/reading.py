"""How well the reader finds answers and refuses, and where its weights come from.

    python benchmarks/reading.py --library DIR [DIR ...] --questions FILE [FILE ...]
        [--documents FILE [FILE ...]] [--every N [N ...]] [--fit]

Each library must hold the documents its questions are about (`dateline add FILE --library DIR`).
Each question is read twice: with the passages of its evidence releases alone, and with the
passages the search finds. Answers are right when an accepted answer stands, word by word, in the
best sentence. `--fit` fits the weights in `qa/confidence.py` anew, prints them, and says what they
reach under ten-fold cross-validation.
"""

from __future__ import annotations

import argparse
import platform
import time
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from embeddings.library import Library
from embeddings.types import Filters
from qa.cases import Case, read_cases
from qa.gold import Gold, overlaps
from qa.insisted import insisted
from qa.metrics import stands_in
from qa.question_type import question_type
from qa.read import Span, ranked, read
from qa.rerank import rerank
from qa.search import search
from qa.understand import Query, understand

if TYPE_CHECKING:
    from reading_fit import Sample

    from qa.types import Hit

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = ROOT.parent / "shared" / "data" / "questions" / "questions.jsonl"
PASSAGES = 20  # as many as `qa.answering` reads
SEVERAL = frozenset({"list", "compare"})  # answers that stand in several releases


@dataclass(frozen=True, slots=True)
class Found:
    """One question as the reader gets it: its passages by the search, and those of its evidence."""

    case: Case
    query: Query
    hits: list[Hit]
    gold_hits: list[Hit]
    gold: frozenset[str]


def find(library: Library, cases: list[Case], documents: Path | None) -> list[Found]:
    """Search once for every question."""
    gold = Gold(library, documents)
    catalog = library.catalog()
    found = []
    for case in cases:
        query = understand(case.question, catalog, case.before)
        releases = frozenset().union(*(gold.releases(one) for one in case.evidence))
        within = replace(query, filters=Filters(release_ids=tuple(sorted(releases))))
        found.append(
            Found(
                case,
                insisted(library, query),
                rerank(library, query, search(library, query, k=PASSAGES)),
                rerank(library, within, search(library, within, k=PASSAGES)) if releases else [],
                releases,
            )
        )
    return found


def sentence(span: Span) -> str:
    """The sentence a span stands in."""
    return span.hit.release.text[span.sentence_start : span.sentence_end]


def shows_evidence(span: Span, found: Found) -> bool:
    """Whether the sentence is of an evidence release and overlaps what is quoted from it."""
    return span.hit.release.id in found.gold and any(
        overlaps(sentence(span), one) for one in found.case.evidence
    )


def holds_answer(text: str, case: Case) -> bool:
    """Whether an accepted answer stands in a text, token by token."""
    return any(stands_in(answer, text) for answer in case.answers)


def is_right(span: Span, found: Found) -> bool:
    """Whether a sentence answers; of a list or a comparison it need hold only one part."""
    if SEVERAL.intersection(found.case.tags):
        return shows_evidence(span, found)
    return holds_answer(sentence(span), found.case)


def report(found: list[Found]) -> None:
    """Print answers and refusals, with the evidence given and with what the search finds."""
    asked = [one for one in found if one.case.answerable]
    print(f"{len(asked)} questions with an answer, {len(found) - len(asked)} without\n")
    print("| passages | sentence right | phrase right | evidence shown |")
    print("|---|---|---|---|")
    for name, hits in (("of the evidence", "gold_hits"), ("found by search", "hits")):
        spans = [(one, read(None, one.query, getattr(one, hits))[:1]) for one in asked]
        shares = (
            sum(any(is_right(s, one) for s in first) for one, first in spans),
            sum(any(holds_answer(s.text, one.case) for s in first) for one, first in spans),
            sum(any(shows_evidence(s, one) for s in first) for one, first in spans),
        )
        print(f"| {name} | " + " | ".join(f"{s / len(asked):.3f}" for s in shares) + " |")
    times, best = [], []
    for one in found:
        start = time.process_time()
        spans_found = read(None, one.query, one.hits)
        times.append(1000 * (time.process_time() - start))
        best.append((one, spans_found[0] if spans_found else None))
    print("\n| threshold | refused rightly | refused wrongly | answered and right | precision |")
    print("|---|---|---|---|---|")
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7):
        print(
            f"| {threshold} | " + " | ".join(f"{v:.3f}" for v in refusals(best, threshold)) + " |"
        )
    print(
        f"\nReading: median {median(times):.0f} ms, longest {max(times):.0f} ms of processor time."
    )


def refusals(best: list[tuple[Found, Span | None]], threshold: float) -> tuple[float, ...]:
    """(unanswerable refused, answerable refused, answerable answered right, precision)."""
    answerable = [(one, span) for one, span in best if one.case.answerable]
    unanswerable = [(one, span) for one, span in best if not one.case.answerable]

    def given(pairs: list[tuple[Found, Span | None]]) -> list[tuple[Found, Span]]:
        return [(one, s) for one, s in pairs if s is not None and s.score >= threshold]

    right = sum(is_right(span, one) for one, span in given(answerable))
    answered = len(given(answerable)) + len(given(unanswerable))
    return (
        1 - len(given(unanswerable)) / max(1, len(unanswerable)),
        1 - len(given(answerable)) / max(1, len(answerable)),
        right / max(1, len(answerable)),
        right / max(1, answered),
    )


def samples(found: list[Found]) -> list[Sample]:
    """What the weights are fitted on.

    Each question as asked and, if it has an answer, once more with its evidence taken away, when
    nothing should answer it.
    """
    from reading_fit import Sample

    made = []
    for one in found:
        dates = [date for date in one.query.dates if not date.background]
        queries = [one.query]
        if len(dates) > 1 and question_type(one.query.question).several:
            queries = [replace(one.query, dates=(date,)) for date in dates]
        for query in queries:
            for kept in (True, False) if one.case.answerable else (True,):
                hits = [h for h in one.hits if kept or h.release.id not in one.gold]
                spans = ranked(query, hits)
                if not spans:
                    continue
                right = [is_right(span, one) for span in spans]
                made.append(
                    Sample(
                        question=one.case.id,
                        answerable=one.case.answerable,
                        kept=kept,
                        measures=[span.measures for span in spans if span.measures],
                        texts=[span.text for span in spans],
                        right=right,
                        best=[
                            r
                            and shows_evidence(s, one)
                            and (bool(SEVERAL & {*one.case.tags}) or holds_answer(s.text, one.case))
                            for r, s in zip(right, spans, strict=True)
                        ],
                    )
                )
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", type=Path, nargs="+", required=True)
    parser.add_argument("--questions", type=Path, nargs="+", default=[QUESTIONS])
    parser.add_argument(
        "--documents", type=Path, nargs="+", help="the JSONL each library was made from"
    )
    parser.add_argument(
        "--every", type=int, nargs="+", help="of each set's questions only every n-th is asked"
    )
    parser.add_argument("--fit", action="store_true", help="fit the weights and print them")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}, one core\n")
    known = options.documents or [None] * len(options.library)
    steps = options.every or [1] * len(options.library)
    made: dict[str, list[Sample]] = {}
    for place, questions, documents, step in zip(
        options.library, options.questions, known, steps, strict=True
    ):
        with Library.open(place) as library:
            found = find(library, read_cases(questions)[::step], documents)
        print(f"\n== {questions}\n")
        report(found)
        if options.fit:
            made[str(questions)] = samples(found)
    if options.fit:
        from reading_fit import fit

        fit(made)


if __name__ == "__main__":
    main()
