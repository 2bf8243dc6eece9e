"""Exact match and token F1 of the readers with the gold paragraph given (SQuAD v1.1 and v2.0).

    python benchmarks/reader_squad.py [--squad FOLDER] [--weights FILE] [--limit N] [--all]

By default only the articles that training held out are asked (`training/train_reader.py`); `--all`
asks everything, for data that was never trained on. Beside the trained reader stand the rules alone
(`qa/read.py`) and the sentence nearest to the question by the embedding model.
"""

from __future__ import annotations

import argparse
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

ROOT = Path(__file__).resolve().parents[1]
SQUAD = ROOT.parent / "shared" / "data" / "squad"
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
        "rules": rules,
        "nearest sentence": nearest_sentence,
    }
    everything = squad.load(sorted(options.squad.glob("*.json.gz")))
    held = {e.article for e in squad.split(everything, HELD_OUT, SEED)[1]}
    print("| data | reader | exact match | F1 | F1 of the answerable | refused rightly |")
    print("|---|---|---|---|---|---|")
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
    return " | ".join(str(one) for one in shown)


if __name__ == "__main__":
    main()
