"""The values that leave the system: hits, citations and answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from embeddings.types import Filters, Passage, Release


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found for a question, and why.

    `score` is the fused score, comparable within one search only. Ranks count from 1; 0 means that
    this side did not find the passage.
    """

    passage: Passage
    release: Release
    score: float
    dense_rank: int = 0
    lexical_rank: int = 0
    dense_score: float = 0.0
    lexical_score: float = 0.0


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation that was checked: `release.text[start:end] == quote`, byte for byte.

    `number` counts from 1 within an answer. `answer_start` and `answer_end` mark the short answer
    inside `quote` (offsets into `quote`; both 0 when the whole sentence is the answer).
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


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to one question. A refusal has `answered` False and no citations.

    `text` is plain text (never markup); numbers in square brackets refer to `citations`.
    `short` is the answer phrase alone, empty for a refusal. `confidence` is between 0 and 1.
    `nearest` holds the passages closest to a refused question. `question` is the question as it was
    searched: a follow-up with its references filled in. `filters` are the ones that were applied.
    `timings` gives the milliseconds each stage took.
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
