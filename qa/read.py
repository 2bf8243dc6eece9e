"""Reading: the sentences of the found releases that answer a question, and the phrase inside them.

    question -> kind of answer, words, names, dates            (asked, question_type)
    hits     -> releases as sentences, each measured           (pages, measure, support)
             -> phrases of that kind in the likeliest ones     (offered, spans, people, barred)
                and the words that the trained reader marked   (marking, span_model)
             -> ranked, and one probability for each sentence  (confidence)

Hits without marks are read by the rules alone. The weights of the measures were fitted on questions
and stand in `confidence`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from qa.asked import Asked, is_brief, take_apart
from qa.confidence import confidence, rank, shares
from qa.marking import closely
from qa.measure import (
    PhraseMeasures,
    Reading,
    SentenceMeasures,
    matches,
    measure_office,
    measure_phrase,
    measure_release,
    spread,
)
from qa.offered import LOOSE, marks_of, offered
from qa.pages import page
from qa.question_type import PLACES_BY_NAME, question_type
from qa.rivals import rival_award
from qa.spans import Candidate
from qa.types import Hit
from qa.understand import Query

RELEASES = 6  # how many releases are read whole
SENTENCES = 24  # how many sentences are searched for phrases
CLOSER = 6  # how many of them the trained reader reads once more, each by itself
HOPED = 8.0  # the margin that this is taken to bring at most; one phrase in forty reaches more
_NAMED = frozenset(("place", "organisation", "country"))  # whose names look alike


class Encodes(Protocol):
    """The part of a library that a reader may use."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit vectors, shape (n, dimension)."""


@dataclass(frozen=True, slots=True)
class Span:
    """A sentence that may answer, and the phrase inside it.

    `text == hit.release.text[start:end]` is the phrase; the sentence is
    `hit.release.text[sentence_start:sentence_end]` (the phrase is the whole sentence when nothing
    shorter answers). `score` is the probability that it answers, 0 to 1; low means that the
    archive does not say. `kind` is what was asked for, as in `QuestionType.kind`; `measures` is
    why the span was chosen.
    """

    hit: Hit
    sentence_start: int
    sentence_end: int
    start: int
    end: int
    text: str
    score: float
    kind: str = "thing"
    measures: tuple[SentenceMeasures, PhraseMeasures] | None = None


def read(library: Encodes | None, query: Query, hits: Sequence[Hit]) -> list[Span]:
    """The spans that may answer `query`, best first, at most one a sentence.

    Reads whole the releases of the first hits. The first span's score says whether the archive
    answers at all. A question that asks the same of several dates is read once for each, and the
    best span of each is given. Empty only when there are no hits.
    """
    dates = [date for date in query.dates if not date.background]
    brief = is_brief(query)
    if len(dates) < 2 or not question_type(query.question).several:
        return confident(ranked(query, hits), brief=brief)
    readings = [
        confident(ranked(replace(query, dates=(date,)), hits), brief=brief) for date in dates
    ]
    firsts: list[Span] = []
    for spans in readings:
        taken = {_place(span) for span in firsts}
        firsts += [span for span in spans if _place(span) not in taken][:1]
    return sorted(firsts, key=lambda span: -span.score)


def ranked(query: Query, hits: Sequence[Hit]) -> list[Span]:
    """Every candidate phrase of the likeliest sentences, best first, without scores yet."""
    releases: dict[str, list[tuple[int, Hit]]] = {}
    for number, hit in enumerate(hits):
        if hit.release.id in releases or len(releases) < RELEASES:
            releases.setdefault(hit.release.id, []).append((number, hit))
    pages = [page(found[0][1].release.text) for found in releases.values()]
    asked = take_apart(query, pages)
    readings = [
        reading
        for order, (laid_out, found) in enumerate(zip(pages, releases.values(), strict=True))
        for reading in measure_release(asked, laid_out, order, found)
    ]
    own = [r for r in readings if not rival_award(query.required, r.sentence.text, r.sentence.bag)]
    readings = own or readings
    readings.sort(key=lambda reading: -reading.promise)
    top = max((hit.marks.top for hit in hits if hit.marks), default=0.0)
    searched = [measure_office(asked, reading) for reading in readings[:SENTENCES]]
    spans = [span for reading in searched for span in _spans(asked, reading, top)]
    spans.sort(key=lambda span: -_rank(span))
    return _closer(query.question, spans) if any(hit.marks for hit in hits) else spans


def _closer(question: str, spans: Sequence[Span]) -> list[Span]:
    """The same spans, ordered anew after the best sentences were read by themselves.

    Two are always read, of the next ones those that a sure second look would bring first.
    """
    best: dict[tuple[str, int], Span] = {}
    for span in spans:
        best.setdefault(_place(span), span)
    leading = list(best.items())[:CLOSER]
    made = list(spans)
    for at in range(0, len(leading), 2):
        ahead = max(map(_rank, made)) if at else -math.inf
        pair = [
            (place, (span.hit.release, *_beside(span)))
            for place, span in leading[at : at + 2]
            if _rank(_again(span, HOPED)) > ahead
        ]
        marks = closely(question, [piece for _, piece in pair])
        read_again = {
            place: (first, found) for (place, (_, first, _)), found in zip(pair, marks, strict=True)
        }
        for i, span in enumerate(made):
            if _place(span) in read_again:
                first, found = read_again[_place(span)]
                made[i] = _again(span, found.margin(span.start - first, span.end - first))
    return sorted(made, key=lambda span: -_rank(span))


def _again(span: Span, second: float) -> Span:
    """The span with the margin that the second look gives it."""
    assert span.measures is not None
    sentence, phrase = span.measures
    return replace(span, measures=(sentence, replace(phrase, second=second)))


def _place(span: Span) -> tuple[str, int]:
    """The sentence that a span stands in: the id of its release, and where it begins there."""
    return span.hit.release.id, span.sentence_start


def _beside(span: Span) -> tuple[int, int]:
    """Where the sentence before a span's own begins and the one after it ends."""
    laid_out = page(span.hit.release.text)
    own = next(s.index for s in laid_out.sentences if s.start == span.sentence_start)
    beside = laid_out.beside(own)
    return beside[0].start, beside[-1].end


def confident(spans: Sequence[Span], *, brief: bool = False) -> list[Span]:
    """The best span of each sentence with its probability, in the order given.

    None is surer than the one before it: where the best is ruled out, the rest is not an answer.
    For a `brief` question, such as the trained reader never saw, the rules count as much as it.
    """
    ranks, texts = [_rank(span) for span in spans], [span.text for span in spans]
    marked = any(span.hit.marks for span in spans)
    best: dict[tuple[str, int], int] = {}
    for i, span in enumerate(spans):
        best.setdefault(_place(span), i)
    scored: list[Span] = []
    for i, share in zip(best.values(), shares(ranks, texts, best.values()), strict=True):
        measures = spans[i].measures
        assert measures is not None
        score = confidence(*measures, share, marked=marked and not _relative(spans[i]))
        if brief and marked:
            score = (score + confidence(*measures, share, marked=False)) / 2
        scored.append(replace(spans[i], score=min(scored[-1].score if scored else 1.0, score)))
    return scored


def _relative(span: Span) -> bool:
    """Whether it is a day such as "yesterday", of which the trained reader does not know enough."""
    return span.kind == "date" and not any(letter.isdigit() for letter in span.text)


def _rank(span: Span) -> float:
    assert span.measures is not None
    return rank(*span.measures)


def _spans(asked: Asked, reading: Reading, top: float) -> list[Span]:
    """The candidate phrases of a sentence with their measures; the sentence itself if none.

    `top` is the best margin of the trained reader in all that it read.
    """
    sentence = reading.sentence
    where = matches(asked, sentence)
    phrases = [
        (
            c.start,
            c.end,
            _marked(asked, reading, c, measure_phrase(asked, sentence.words, where, c), top),
        )
        for c in offered(asked, reading)
    ] or [(0, len(sentence.text), PhraseMeasures(typed=_whole(asked)))]
    return [
        Span(
            reading.hit,
            sentence.start,
            sentence.end,
            sentence.start + start,
            sentence.start + end,
            sentence.text[start:end],
            0.0,
            asked.kind.kind,
            (reading.measures, measures),
        )
        for start, end, measures in phrases
    ]


def _marked(
    asked: Asked, reading: Reading, candidate: Candidate, measures: PhraseMeasures, top: float
) -> PhraseMeasures:
    marks, start = marks_of(reading)
    if marks is None:
        return measures
    margin = marks.margin(start + candidate.start, start + candidate.end)
    typed = measures.typed
    leads = math.exp(min(0.0, margin - top))
    names = asked.kind.kind in _NAMED and asked.kind.noun not in PLACES_BY_NAME
    if names and margin > 0.0 and leads > 0.5:
        typed = max(typed, LOOSE)  # the reader is believed about what kind of name this is
    inside = spread(marks.best(start + candidate.start, start + candidate.end)[2])
    return replace(measures, typed=typed, span=spread(margin), inside=inside, leads=leads)


def _whole(asked: Asked) -> float:
    """How well a whole sentence can answer: well where no kind of phrase is asked for."""
    kind = asked.kind.kind
    if kind in {"manner", "yes-no"} or (kind == "thing" and not asked.kind.noun):
        return 0.8
    return 0.4 if kind in {"thing", "reason"} else 0.0
