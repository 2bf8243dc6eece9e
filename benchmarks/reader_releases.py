"""How often the reader marks an accepted answer when it is given the passage of the release.

    PYTHONPATH=. python benchmarks/reader_releases.py QUESTIONS --documents FILE
        [--weights FILE ...]

QUESTIONS is a file for `dateline evaluate`, FILE the JSONL its evidence names. Each question with
one piece of evidence is put to the 900 characters around it, under the release's title and day.
"right" says that an accepted answer stands in the words marked, "answered" that they score above
"no answer".
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from statistics import fmean

from embeddings.dates import parse_date
from qa.cases import Case, read_cases
from qa.metrics import stands_in
from qa.span_model import WEIGHTS, Context, SpanModel, header
from training.texts import lines_of

AROUND = 900  # characters of the passage
BEFORE = 350  # of them before the evidence


def documents(path: Path) -> dict[str, dict[str, str]]:
    """The records of a JSONL file, gzipped or not, by their ids."""
    with lines_of(path) as lines:
        return {record["id"]: record for record in map(json.loads, lines)}


def asked(case: Case, known: dict[str, dict[str, str]]) -> Context:
    """The passage around the evidence of a question."""
    evidence = case.evidence[0]
    record = known[evidence.doc]
    text = record["text"]
    at = max(0, text.find(evidence.quote) - BEFORE)
    start = text.rfind(" ", 0, at) + 1 if at else 0
    date = parse_date(record.get("date") or "")
    return Context(header(record["title"], date), text[start : start + AROUND])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("questions", type=Path)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--weights", type=Path, nargs="+", default=[WEIGHTS])
    options = parser.parse_args()
    known = documents(options.documents)
    cases = [case for case in read_cases(options.questions) if len(case.evidence) == 1]
    print(f"{len(cases)} questions\n\n| weights | right | answered |\n|---|---|---|")
    for weights in options.weights:
        model = SpanModel.load(weights)
        right, answered = [], []
        for case in cases:
            context = asked(case, known)
            start, end, margin = model.mark(case.question, [context])[0].best()
            marked = context.text[start:end]
            right.append(any(stands_in(answer, marked) for answer in case.answers))
            answered.append(margin > 0)
        print(f"| {weights.name} | {fmean(right):.3f} | {fmean(answered):.3f} |", flush=True)


if __name__ == "__main__":
    main()
