"""How sure to be for a given risk: the table in `qa/risk.py`, measured on a file of questions.

    python benchmarks/risk.py QUESTIONS... --library DIR [--write]

Every question is asked with a low threshold. For each risk the lowest threshold is taken at which
no larger share of the answers given is wrong; an answer to a question that has none is wrong as
well. Prints the table; `--write` puts it into `qa/risk.py`. Beside it stands how often answers of
each confidence are right, the calibration error, and what that would be by chance alone if every
confidence were the very probability of being right: few answers always seem off.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
from pathlib import Path

from embeddings.library import Library
from qa.answering import answer
from qa.cases import Case, read_cases
from qa.evaluate import answers_case
from qa.metrics import calibration_error, percentile, reliability
from qa.risk import Setting

ROOT = Path(__file__).resolve().parents[1]
RISKS = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
FLOOR = 0.3  # no answer is given below this, whatever risk is accepted


def measure(library: Library, cases: list[Case]) -> list[tuple[float, bool]]:
    """(confidence, right) of each answer given from `FLOOR` on."""
    found = []
    for case in cases:
        reply = answer(case.question, library, history=case.before, threshold=FLOOR)
        if reply.answered:
            found.append((reply.confidence, case.answerable and answers_case(case, reply.text)))
    return found


def settings(answers: list[tuple[float, bool]], asked: int) -> list[Setting]:
    """One setting for each risk that some threshold keeps to; thresholds have three decimals."""
    answers = [(int(1000 * confidence) / 1000, right) for confidence, right in answers]
    found = []
    for risk in RISKS:
        best: Setting | None = None
        for threshold in sorted({confidence for confidence, _ in answers}, reverse=True):
            given = [right for confidence, right in answers if confidence >= threshold]
            if given.count(False) <= risk * len(given):
                best = Setting(risk, threshold, round(len(given) / asked, 3))
        if best is not None:
            found.append(best)
    return found


def by_chance(sure: list[float], draws: int = 1000) -> tuple[float, float]:
    """The mean and 95th percentile of the calibration error of a perfectly calibrated answerer."""
    rng = random.Random(1)
    errors = [calibration_error(sure, [rng.random() < s for s in sure]) for _ in range(draws)]
    return statistics.fmean(errors), percentile(errors, 0.95)


def write(table: list[Setting], path: Path) -> None:
    """Put the table in the place of the one in the code."""
    rows = "".join(f"    Setting({s.risk}, {s.threshold}, {s.coverage}),\n" for s in table)
    code = path.read_text(encoding="utf-8")
    new, changed = re.subn(
        r"(SETTINGS: tuple\[Setting, \.\.\.\] = )\(.*?\)\n(?=\n)",
        lambda match: f"{match[1]}(\n{rows})\n",
        code,
        flags=re.DOTALL,
    )
    if changed != 1:
        raise SystemExit(f"{path} holds no table of settings.")
    path.write_text(new, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("questions", nargs="+", help="question files, as for python -m qa.evaluate")
    parser.add_argument("--library", required=True, help="the library's folder")
    parser.add_argument("--write", action="store_true", help="put the table into qa/risk.py")
    options = parser.parse_args()
    cases = [case for path in options.questions for case in read_cases(path)]
    with Library.open(options.library) as library:
        answers = measure(library, cases)
    table = settings(answers, len(cases))
    print(f"{len(cases)} questions\n\n| risk | threshold | answered | wrong of them |")
    print("|---|---|---|---|")
    for one in table:
        given = [right for confidence, right in answers if confidence >= one.threshold]
        wrong = given.count(False) / len(given)
        print(f"| {one.risk:.0%} | {one.threshold:.3f} | {one.coverage:.3f} | {wrong:.3f} |")
    sure, right = [one for one, _ in answers], [one for _, one in answers]
    mean, most = by_chance(sure)
    print(f"\ncalibration error {calibration_error(sure, right):.3f}; by chance alone ", end="")
    print(f"{mean:.3f} on average, up to {most:.3f} in 19 of 20 draws\n")
    print("| confidence from | answers | mean confidence | right |\n|---|---|---|---|")
    for low, count, mean, accuracy in reliability(sure, right):
        print(f"| {low:.1f} | {count} | {mean:.3f} | {accuracy:.3f} |")
    if options.write:
        write(table, ROOT / "qa" / "risk.py")


if __name__ == "__main__":
    main()
