"""Exact match and token F1 of the readers with the gold paragraph given (SQuAD v1.1 and v2.0).

    PYTHONPATH=. python benchmarks/reader_squad.py [--squad FOLDER]
        [--weights FILE] [--limit N] [--all]

By default only the articles that training held out are asked (`training/train_reader.py`); `--all`
asks everything, for data that was never trained on. "Looking closer" is the trained reader that
reads the three sentences it prefers again, with the sentences beside them and alone, and takes the
mean of the three margins. Beside it stand the rules alone (`qa/read.py`) and the sentence nearest
to the question by the embedding model. An answer is given where the margin is above 0; the last
column is the F1 at the best margin of all, as SQuAD's own script reports it.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from embeddings.embed import load_encoder
from embeddings.sentences import sentences
from embeddings.types import Passage, Release
from qa.metrics import estimate, exact_match, token_f1
from qa.read import confident, ranked
from qa.span_model import WEIGHTS, Context, SpanModel
from qa.types import Hit
from qa.understand import understand
from training import squad
from training.squad import HELD_OUT, SEED, Example
from training.texts import beside

ROOT = Path(__file__).resolve().parents[1]
SQUAD = ROOT.parent / "shared" / "data" / "squad"
LOOKED_AT = 3  # sentences
Reader = Callable[[Sequence[Example]], list[tuple[str, float]]]  # answer, how sure


class _Nothing:
    """The catalogue of no library."""

    first = last = None
    sources: dict[str, int] = {}  # noqa: RUF012
    acronyms: dict[str, str] = {}  # noqa: RUF012


def trained(weights: Path) -> Reader:
    model = SpanModel.load(weights)

    def read(examples: Sequence[Example]) -> list[tuple[str, float]]:
        found = []
        for example in examples:
            marks = model.mark(example.question, [Context("", example.context)])[0]
            start, end, margin = marks.best()
            found.append((example.context[start:end], margin))
        return found

    return read


def closer(weights: Path) -> Reader:
    model = SpanModel.load(weights)

    def read(examples: Sequence[Example]) -> list[tuple[str, float]]:
        return [_closer(model, example.question, example.context) for example in examples]

    return read


def _closer(model: SpanModel, question: str, text: str) -> tuple[str, float]:
    """The answer with the best mean margin over three looks: paragraph, three sentences, one."""
    whole = model.mark(question, [Context("", text)])[0]
    parts = sentences(text)
    best = sorted(range(len(parts)), key=lambda i: -whole.best(*parts[i])[2])[:LOOKED_AT]
    around = [beside(parts, i) for i in best]
    alone = [parts[i] for i in best]
    marks = model.mark(question, [Context("", text[a:b]) for a, b in [*around, *alone]])
    wide, near = marks[: len(best)], marks[len(best) :]
    found = [("", -math.inf)]
    for (opens, closes), (before, _), with_both, by_itself in zip(
        alone, around, wide, near, strict=True
    ):
        looks = [(whole, 0), (with_both, before), (by_itself, opens)]  # where each one begins
        for look, first in looks:
            start, end, _ = look.best(opens - first, closes - first)
            start, end = start + first, end + first
            margins = [one.exactly(start - begin, end - begin) for one, begin in looks]
            found.append((text[start:end], sum(margins) / len(margins)))
    return max(found, key=lambda one: one[1])


def rules(examples: Sequence[Example]) -> list[tuple[str, float]]:
    found = []
    for example in examples:
        text = example.context
        release = Release("0" * 64, example.article, text, None, "", "", (), "", "")
        hit = Hit(Passage("0" * 64, 0, len(text), text), release, 1.0)
        query = understand(example.question, _Nothing())
        spans = confident(ranked(query, [hit]))
        found.append((spans[0].text, spans[0].score - 0.5) if spans else ("", -1.0))
    return found


def nearest_sentence(examples: Sequence[Example]) -> list[tuple[str, float]]:
    encoder = load_encoder()
    found = []
    for example in examples:
        parts = [example.context[a:b] for a, b in sentences(example.context)]
        near = encoder.encode(parts) @ encoder.encode_queries([example.question])[0]
        best = int(np.argmax(near))
        found.append((parts[best], float(near[best]) - 0.5))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--squad", type=Path, default=SQUAD)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--limit", type=int, default=0, help="questions of each version at most")
    parser.add_argument("--all", action="store_true", help="ask what training may have seen, too")
    options = parser.parse_args()
    readers: dict[str, Reader] = {
        "trained reader": trained(options.weights),
        "trained reader, looking closer": closer(options.weights),
        "rules": rules,
        "nearest sentence": nearest_sentence,
    }
    everything = squad.load(sorted(options.squad.glob("*.json.gz")))
    held = {e.article for e in squad.split(everything, HELD_OUT, SEED)[1]}
    print("| data | reader | exact match | F1 | F1 of the answerable | refused rightly | best F1 |")
    print("|---|---|---|---|---|---|---|")
    for version in ("v1.1", "v2.0"):
        paths = sorted(options.squad.glob(f"*{version}*.json.gz"))
        asked = [e for e in squad.load(paths) if options.all or e.article in held]
        if options.limit and len(asked) > options.limit:
            asked = random.Random(1).sample(asked, options.limit)
        for name, reader in readers.items():
            print(f"| {version}, {len(asked)} | {name} | {_row(asked, reader(asked), version)} |")


def _row(asked: Sequence[Example], found: Sequence[tuple[str, float]], version: str) -> str:
    exact, overlap, answerable, refused = [], [], [], []
    for example, (answer, sure) in zip(asked, found, strict=True):
        accepted = [text for _, text in example.answers]
        given = answer if version == "v1.1" or sure > 0 else ""
        if accepted:
            exact.append(float(exact_match(given, accepted)))
            overlap.append(token_f1(given, accepted))
            answerable.append(overlap[-1])
        else:
            exact.append(float(not given))
            overlap.append(float(not given))
            refused.append(not given)
    shown = [estimate(values) for values in (exact, overlap, answerable, refused)]
    return " | ".join([*map(str, shown), f"{_best_f1(asked, found):.3f}"])


def _best_f1(asked: Sequence[Example], found: Sequence[tuple[str, float]]) -> float:
    """The mean F1 where the margin from which an answer is given is the best of all."""
    gains = []  # (margin, F1 if answered, F1 if refused)
    for example, (answer, sure) in zip(asked, found, strict=True):
        accepted = [text for _, text in example.answers]
        gains.append((sure, token_f1(answer, accepted) if accepted else 0.0, float(not accepted)))
    best = total = sum(refused for _, _, refused in gains)
    for _, answered, refused in sorted(gains, reverse=True):
        total += answered - refused
        best = max(best, total)
    return best / len(gains)


if __name__ == "__main__":
    main()
