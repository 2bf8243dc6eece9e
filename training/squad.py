"""SQuAD-form data for the reader: loading, splitting by article, and windows of tokens.

The format is that of SQuAD 1.1 and 2.0 (Rajpurkar et al., 2016 and 2018; CC BY-SA 4.0).
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embeddings.sentences import sentences
from training.texts import beside, stems

HELD_OUT = 5  # articles that are never trained on
SEED = 20261122


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a paragraph; `answers` are its answers there, empty when it holds none."""

    article: str
    question: str
    context: str
    answers: tuple[tuple[int, str], ...]  # start offset in `context`, text


@dataclass(frozen=True, slots=True)
class Window:
    """A question with a run of its paragraph's tokens, and the answer's tokens (0, 0: none)."""

    input_ids: list[int]
    token_type_ids: list[int]
    start: int
    end: int


def load(paths: Iterable[Path]) -> list[Example]:
    """The distinct examples of gzipped SQuAD files; a later file never replaces an earlier one."""
    examples: dict[tuple[str, str], Example] = {}
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            articles = json.load(file)["data"]
        for article in articles:
            for paragraph in article["paragraphs"]:
                for asked in paragraph["qas"]:
                    answers = tuple(
                        dict.fromkeys(
                            (answer["answer_start"], answer["text"]) for answer in asked["answers"]
                        )
                    )
                    key = (asked["question"].strip(), paragraph["context"])
                    example = Example(article["title"], *key, answers)
                    examples.setdefault(key, example)
    return list(examples.values())


def save(examples: Iterable[Example], path: Path) -> None:
    """Write examples in SQuAD's format, gzipped."""
    articles = [
        {
            "title": example.article,
            "paragraphs": [
                {
                    "context": example.context,
                    "qas": [
                        {
                            "question": example.question,
                            "answers": [
                                {"answer_start": at, "text": text} for at, text in example.answers
                            ],
                        }
                    ],
                }
            ],
        }
        for example in examples
    ]
    with gzip.open(path, "wt", encoding="utf-8") as file:
        json.dump({"data": articles}, file)


def split(
    examples: Sequence[Example], held_out: int, seed: int
) -> tuple[list[Example], list[Example]]:
    """(training, validation) examples with no article in both."""
    articles = sorted({example.article for example in examples})
    random.Random(seed).shuffle(articles)
    kept = set(articles[held_out:])
    return (
        [example for example in examples if example.article in kept],
        [example for example in examples if example.article not in kept],
    )


def negatives(examples: Sequence[Example], share: float, seed: int) -> list[Example]:
    """Questions beside another paragraph of their article that does not hold their answer."""
    chooser = random.Random(seed)
    contexts: dict[str, list[str]] = {}
    for example in examples:
        known = contexts.setdefault(example.article, [])
        if example.context not in known:
            known.append(example.context)
    made = []
    for example in examples:
        if not example.answers or chooser.random() > share:
            continue
        other = chooser.choice(contexts[example.article])
        if not any(text.casefold() in other.casefold() for _, text in example.answers):
            made.append(Example(example.article, example.question, other, ()))
    return made


def close(examples: Sequence[Example], share: float, seed: int) -> list[Example]:
    """A share of the examples with no more of the paragraph than a sentence and those beside it.

    The sentence is the one that answers, or the one that has most words of the question; of the
    answered ones every third is put to the latter, unless that holds the answer.
    """
    chooser = random.Random(seed)
    made = []
    for example in examples:
        if chooser.random() > share:
            continue
        spans = sentences(example.context)
        asked = stems(example.question)
        shared = [len(asked & stems(example.context[low:high])) for low, high in spans]
        number = shared.index(max(shared))
        if example.answers and chooser.random() > 1 / 3:
            begin = example.answers[0][0]
            holding = (n for n, (low, high) in enumerate(spans) if low <= begin < high)
            number = next(holding, number)
        low, high = beside(spans, number)
        inside = tuple(
            (at - low, text) for at, text in example.answers if low <= at and at + len(text) <= high
        )
        context = example.context[low:high]
        if inside or not any(text in context for _, text in example.answers):
            made.append(Example(example.article, example.question, context, inside))
    return made


def windows(tokenizer: Any, example: Example, length: int, stride: int) -> list[Window]:
    """The windows of an example, at most `length` tokens, with the first answer they hold whole."""
    encoded = tokenizer(
        example.question,
        example.context,
        truncation="only_second",
        max_length=length,
        stride=stride,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
    )
    made = []
    for at in range(len(encoded["input_ids"])):
        offsets, parts = encoded["offset_mapping"][at], encoded.sequence_ids(at)
        first, last = 0, 0
        if example.answers:
            begin, text = example.answers[0]
            first, last = _tokens_of(offsets, parts, begin, begin + len(text))
        made.append(Window(encoded["input_ids"][at], encoded["token_type_ids"][at], first, last))
    return made


def _tokens_of(
    offsets: Sequence[tuple[int, int]], parts: Sequence[int | None], begin: int, end: int
) -> tuple[int, int]:
    """First and last token of the characters begin..end, or (0, 0) when they are cut off."""
    inside = [
        i for i, (low, high) in enumerate(offsets) if parts[i] == 1 and low < end and high > begin
    ]
    if not inside or offsets[inside[0]][0] > begin or offsets[inside[-1]][1] < end:
        return 0, 0
    return inside[0], inside[-1]
