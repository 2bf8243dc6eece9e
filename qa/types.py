"""The values that leave the system: hits, citations and answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from embeddings.types import Filters, Passage, Release

if TYPE_CHECKING:
    from qa.span_model import Marks


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found for a question, and why.

    `score` is the fused score, comparable within one search only. Ranks count from 1; 0 means that
    this side did not find the passage. `marks` is what the trained reader marked in it, if it was
    read (`qa/span_model.py`).
    """

    passage: Passage
    release: Release
    score: float
    dense_rank: int = 0
    lexical_rank: int = 0
    dense_score: float = 0.0
    lexical_score: float = 0.0
    marks: Marks | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation that was checked: `release.text[start:end] == quote`, byte for byte.

    `number` counts from 1 within an answer. `answer_start` and `answer_end` mark the short answer
    inside `quote` (offsets into `quote`; both 0 when the whole sentence is the answer).
    `original_start` and `original_end` are offsets into the text of the file it was read from, as
    decoded; both are 0 when that file is not at hand or keeps no positions. `file_sha256` is the
    hash of the file's bytes. `also` names where else the release was published, other versions of
    it included: a url or path each.
    """

    number: int
    release_id: str
    title: str
    date: dt.date | None
    url: str
    path: str
    quote: str
    start: int
    end: int
    answer_start: int = 0
    answer_end: int = 0
    original_start: int = 0
    original_end: int = 0
    file_sha256: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """Something that was read out of a question and steered the search.

    `kind` is "date", "source", "name" or "order"; `text` is what a person is shown ("June 2003").
    Asking again with `text` in `without` searches as if it had not been said.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list or a comparison: what it is about, what it says, and its citation."""

    label: str
    value: str
    citation: int


@dataclass(frozen=True, slots=True)
class Position:
    """What some of the releases say where releases disagree; `citations` are numbers."""

    value: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to one question. A refusal has `answered` False and no citations.

    `text` is plain text (never markup); numbers in square brackets refer to `citations`.
    `short` is the answer phrase alone, empty for a refusal. `confidence` is between 0 and 1.
    `nearest` holds the passages closest to a refused question, and `nearest_why` in a few words
    why each of them does not answer it. `question` is the question as it was searched: a follow-up
    with its references filled in. `filters` are the ones that were applied.
    `timings` gives the milliseconds each stage took.

    `rows` holds a list, a count's items or the sides of a comparison; `positions` what releases
    say that disagree, newest first (empty when they agree). `understood` is what was read out of
    the question. `suggestions` are questions to ask next that the archive answers.
    `library` (its identity), `library_version` and `model` (a fingerprint) say what was searched.
    `writer` names the language model that worded `text`, and is empty when nothing but Dateline
    did; `note` is a sentence on why one that was asked did not.
    """

    text: str
    answered: bool
    short: str = ""
    citations: tuple[Citation, ...] = ()
    confidence: float = 0.0
    nearest: tuple[Hit, ...] = ()
    question: str = ""
    filters: Filters = Filters()
    reason: str = ""  # why it was refused, one sentence
    timings: Mapping[str, float] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    positions: tuple[Position, ...] = ()
    understood: tuple[Understood, ...] = ()
    suggestions: tuple[str, ...] = ()
    library_version: int = 0
    model: str = ""
    library: str = ""
    writer: str = ""
    note: str = ""
    nearest_why: tuple[str, ...] = ()

    def receipt(self, made: dt.datetime | None = None) -> dict[str, object]:
        """The answer as JSON values that `dateline verify-receipt` can prove; see `qa.receipt`.

        `made` is the time written on it, now by default.
        """
        from qa.receipt import receipt

        return receipt(self, made)
