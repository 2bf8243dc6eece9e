"""Press releases as the training programs read them: JSONL with "title", "date" and "text"."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from embeddings.dates import parse_date
from embeddings.sentences import sentences
from qa.question_words import STOPWORDS
from qa.words import tokens

WORDS = 110  # of a passage, as the library cuts them
_READ = 6000  # characters of a release


@dataclass(frozen=True, slots=True)
class Text:
    """A release; `spans` are the offsets of its sentences in `text`."""

    id: str
    title: str
    date: dt.date | None
    text: str
    spans: list[tuple[int, int]]


def lines_of(path: Path) -> TextIO:
    """The lines of a file of text, gzipped or not."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def read(path: Path) -> Iterator[Text]:
    """The releases of a JSONL file that are long enough to ask about, spaces made even."""
    with lines_of(path) as lines:
        for line in lines:
            record = json.loads(line)
            text = " ".join(record["text"].split())[:_READ]
            if len(text) > 400:
                date = parse_date(record.get("date") or "")
                title = record["title"].strip()
                yield Text(record.get("id", ""), title, date, text, sentences(text))


def kept_back(path: Path | None) -> frozenset[str]:
    """The ids in a file, one a line: releases that measure and so are not trained on."""
    return frozenset(path.read_text("utf-8").split()) if path else frozenset()


def stems(text: str) -> set[str]:
    """The stems of a text's words that say something."""
    return {word.stem for word in tokens(text)} - STOPWORDS


def beside(spans: Sequence[tuple[int, int]], number: int) -> tuple[int, int]:
    """Where the sentence before a sentence begins and the one after it ends."""
    return spans[max(0, number - 1)][0], spans[min(len(spans) - 1, number + 1)][1]


def around(text: Text, number: int, chooser: random.Random) -> tuple[int, int]:
    """The first and last sentence of a passage of about `WORDS` words that holds that one."""
    first = last = number
    spans = text.spans

    def words(a: int, b: int) -> int:
        return len(text.text[spans[a][0] : spans[b][1]].split())

    while words(first, last) < WORDS and (first > 0 or last + 1 < len(spans)):
        if first > 0 and (last + 1 == len(spans) or chooser.random() < 0.5):
            first -= 1
        else:
            last += 1
    return first, last
