"""The questions in `training/questions/` with the passages that they are about.

They were written for this project about releases of the US Department of Justice and of US
senators (works of the US government), which are not part of it: a question names its release and,
where that answers it, the characters of the answer. Each is put to the passage that answers; some
also to another passage of that release, where nothing does. A question that its release does not
answer is put to the passages that are most like it.

    python -m training.questions doj.jsonl.gz senate.jsonl.gz --out own.json.gz
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from embeddings.dates import parse_date
from embeddings.sentences import sentences
from qa.question_words import STOPWORDS
from qa.span_model import header
from qa.words import tokens
from training import squad
from training.squad import Example
from training.texts import Text, around

FOLDER = Path(__file__).parent / "questions"
TITLED = 0.85  # of the passages have their title and day in front, as when Dateline reads
BESIDE = 0.6  # of the answered questions are also put to a passage that does not answer


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a release; the characters `start..end` of its text answer, or none do."""

    doc: str
    question: str
    start: int = 0
    end: int = 0

    @property
    def answered(self) -> bool:
        """Whether the release answers."""
        return self.end > self.start


def load(folder: Path = FOLDER) -> list[Question]:
    """The questions of every file of a folder, in its order."""
    lines = [
        line
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text("utf-8").split("\n")
    ]
    return [Question(**json.loads(line)) for line in lines if line.strip()]


def examples(questions: Iterable[Question], paths: Iterable[Path], seed: int) -> list[Example]:
    """The questions with passages of their releases, from gzipped JSONL files."""
    wanted: dict[str, list[Question]] = {}
    for question in questions:
        wanted.setdefault(question.doc, []).append(question)
    chooser = random.Random(seed)
    made: list[Example] = []
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                for question in wanted.pop(record["id"], []):
                    made += _of_question(question, record, chooser)
    if wanted:
        raise SystemExit(f"Not among the releases: {', '.join(sorted(wanted)[:5])}")
    return made


def _of_question(
    question: Question, record: dict[str, str], chooser: random.Random
) -> list[Example]:
    text = record["text"]
    date = parse_date(record.get("date") or "")
    release = Text(record["id"], record["title"].strip(), date, text, sentences(text))
    likely = sorted(range(len(release.spans)), key=lambda n: -_alike(question.question, release, n))
    if not question.answered:
        return [_put(question, release, n, chooser) for n in likely[:2]]
    holding = [n for n, (low, high) in enumerate(release.spans) if low <= question.start < high]
    if not holding:
        return []
    made = [_put(question, release, holding[0], chooser)]
    answer = text[question.start : question.end].casefold()
    if chooser.random() < BESIDE:
        for n in likely:
            other = _put(question, release, n, chooser)
            if not other.answers and answer not in other.context.casefold():
                made.append(other)
                break
    return made


def _put(question: Question, release: Text, number: int, chooser: random.Random) -> Example:
    """The question with the passage around a sentence, and with the answer if that holds it."""
    first, last = around(release, number, chooser)
    low, high = release.spans[first][0], release.spans[last][1]
    before = header(release.title, release.date) if chooser.random() < TITLED else ""
    answers: tuple[tuple[int, str], ...] = ()
    if question.answered and low <= question.start and question.end <= high:
        at = len(before) + question.start - low
        answers = ((at, release.text[question.start : question.end]),)
    context = before + release.text[low:high]
    return Example(release.title, question.question, context, answers)


def _alike(question: str, release: Text, number: int) -> int:
    """How many words that carry meaning a question and a sentence share."""
    low, high = release.spans[number]
    asked = {word.stem for word in tokens(question)} - STOPWORDS
    return len(asked & {word.stem for word in tokens(release.text[low:high])})


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("releases", type=Path, nargs="+", help="JSONL, gzipped")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    made = examples(load(), options.releases, options.seed)
    squad.save(made, options.out)
    none = sum(not example.answers for example in made)
    print(f"{len(made)} questions with passages, {none} of them without an answer")


if __name__ == "__main__":
    main()
