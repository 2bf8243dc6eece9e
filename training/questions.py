"""The questions in `training/questions/` with the passages that they are about.

They were written for this project about releases of the US Department of Justice and of US
senators (works of the US government), which are not part of it: a question names its release and,
where that answers it, the characters of the answer. Each is put to the passage that answers; some
also to another passage of that release, where nothing does. A question that its release does not
answer is put to the passages that are most like it. Some of both are put to the passage of another
release that shares the rarest words with them, as a search would find it.

    python -m training.questions doj.jsonl.gz senate.jsonl.gz --out own.json.gz
    python -m training.questions training/invented/releases.jsonl \
        --questions training/invented/questions --out invented.json.gz

The releases in `training/invented/` are about states, bodies and people that do not exist; they and
their questions were written for this project too.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from embeddings.dates import parse_date
from embeddings.sentences import sentences
from qa.span_model import header
from training import squad
from training.squad import Example
from training.texts import Text, around, beside, lines_of, stems

FOLDER = Path(__file__).parent / "questions"
TITLED = 0.85  # of the passages have their title and day in front, as when Dateline reads


@dataclass(frozen=True, slots=True)
class Mix:
    """What the questions are put to besides the passage that answers."""

    beside: float = 0.5  # of the answered ones also to a passage of the release that does not
    elsewhere: float = 0.2  # of all of them also to another release
    close: float = 0.0  # of the passages are a sentence and those beside it: the second look


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


def examples(
    questions: Iterable[Question], paths: Iterable[Path], seed: int, mix: Mix = Mix()
) -> list[Example]:
    """The questions with passages of their releases, from JSONL files, gzipped or not."""
    asked = list(questions)
    wanted = {question.doc for question in asked}
    releases = {one.id: one for path in paths for one in _releases(path, wanted)}
    if missing := wanted.difference(releases):
        raise SystemExit(f"Not among the releases: {', '.join(sorted(missing)[:5])}")
    likeness = _Likeness(releases.values())
    chooser = random.Random(seed)
    made: list[Example] = []
    for question in asked:
        made += _of_question(question, releases[question.doc], likeness, chooser, mix)
    return made


def _releases(path: Path, wanted: set[str]) -> Iterator[Text]:
    with lines_of(path) as lines:
        for record in map(json.loads, lines):
            if record["id"] in wanted:
                text = record["text"]
                date = parse_date(record.get("date") or "")
                yield Text(record["id"], record["title"].strip(), date, text, sentences(text))


class _Likeness:
    """How much the words of a question say about a sentence: the rarer the word, the more."""

    def __init__(self, releases: Iterable[Text]) -> None:
        self._places: dict[str, set[tuple[str, int]]] = {}
        self._releases = {release.id: release for release in releases}
        for release in self._releases.values():
            for number, (low, high) in enumerate(release.spans):
                for stem in stems(release.text[low:high]):
                    self._places.setdefault(stem, set()).add((release.id, number))

    def ordered(self, question: str, release: Text) -> list[int]:
        """The sentences of a release, the likest first."""
        scores = self._scores(question)
        return sorted(range(len(release.spans)), key=lambda n: -scores[release.id, n])

    def elsewhere(self, question: str, release: Text) -> tuple[Text, int] | None:
        """The likest sentence of another release."""
        scores = self._scores(question)
        others = [place for place in scores if place[0] != release.id]
        if not others:
            return None
        found, number = max(others, key=lambda place: (scores[place], place))
        return self._releases[found], number

    def _scores(self, question: str) -> Mapping[tuple[str, int], float]:
        scores: dict[tuple[str, int], float] = defaultdict(float)
        for stem in stems(question):
            places = self._places.get(stem, set())
            for place in places:
                scores[place] += 1 / len(places) ** 0.5
        return scores


def _of_question(
    question: Question, release: Text, likeness: _Likeness, chooser: random.Random, mix: Mix
) -> list[Example]:
    made = _inside(question, release, likeness, chooser, mix)
    if chooser.random() < mix.elsewhere:
        other = likeness.elsewhere(question.question, release)
        if other and (put := _nothing(question, release, *other, chooser, mix)):
            made.append(put)
    return made


def _inside(
    question: Question, release: Text, likeness: _Likeness, chooser: random.Random, mix: Mix
) -> list[Example]:
    likely = likeness.ordered(question.question, release)
    if not question.answered:
        near = likely[: chooser.choice((1, 2))]
        return [_put(question, release, n, chooser, mix) for n in near]
    holding = [n for n, (low, high) in enumerate(release.spans) if low <= question.start < high]
    if not holding:
        return []
    made = [_put(question, release, holding[0], chooser, mix)]
    if chooser.random() < mix.beside:
        others = (_nothing(question, release, release, n, chooser, mix) for n in likely)
        made += [other for other in others if other][:1]
    return made


def _nothing(
    question: Question,
    release: Text,
    other: Text,
    number: int,
    chooser: random.Random,
    mix: Mix,
) -> Example | None:
    """The question with a passage that does not say its answer, if that one does not."""
    asked = question if other is release else replace(question, start=0, end=0)
    put = _put(asked, other, number, chooser, mix)
    answer = release.text[question.start : question.end].casefold()
    said = bool(put.answers) or (question.answered and answer in put.context.casefold())
    return None if said else put


def _put(
    question: Question, release: Text, number: int, chooser: random.Random, mix: Mix
) -> Example:
    """The question with the passage around a sentence, and with the answer if that holds it."""
    if mix.close and chooser.random() < mix.close:
        low, high = beside(release.spans, number)
    else:
        first, last = around(release, number, chooser)
        low, high = release.spans[first][0], release.spans[last][1]
    before = header(release.title, release.date) if chooser.random() < TITLED else ""
    answers: tuple[tuple[int, str], ...] = ()
    if question.answered and low <= question.start and question.end <= high:
        at = len(before) + question.start - low
        answers = ((at, release.text[question.start : question.end]),)
    context = before + release.text[low:high]
    return Example(release.title, question.question, context, answers)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("releases", type=Path, nargs="+", help="JSONL, gzipped or not")
    parser.add_argument("--questions", type=Path, default=FOLDER, help="folder of JSONL files")
    parser.add_argument("--count", type=int, help="of the questions, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    for one in fields(Mix):
        parser.add_argument(f"--{one.name}", type=float, default=one.default, help="see Mix")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    asked = load(options.questions)
    if options.count:
        asked = random.Random(options.seed).sample(asked, min(options.count, len(asked)))
    mix = Mix(options.beside, options.elsewhere, options.close)
    made = examples(asked, options.releases, options.seed, mix)
    squad.save(made, options.out)
    none = sum(not example.answers for example in made)
    print(f"{len(made)} questions with passages, {none} of them without an answer")


if __name__ == "__main__":
    main()
